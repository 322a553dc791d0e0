//! The throttle in paused time: what a receiver would see in every window, whatever the rate and the company.

use tokio::task::JoinSet;

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const RATES: [u64; 4] = [50_000, 1_000_000, 10_000_000, 100_000_000];
const COMPANIES: [usize; 3] = [1, 3, 32];

/// What moved, and when.
#[derive(Clone, Default)]
struct Receiver(Arc<Mutex<Vec<(Instant, u64)>>>);

impl Receiver {
    fn took(&self, bytes: usize) {
        locked(&self.0).push((Instant::now(), bytes as u64));
    }

    /// Bytes from `from` on for so long.
    fn between(&self, from: Instant, period: Duration) -> u64 {
        let moved = locked(&self.0);
        let inside = moved.iter().filter(|(at, _)| *at >= from && *at < from + period);
        inside.map(|(_, bytes)| bytes).sum()
    }
}

/// Connections that always have more to move, each through `throttles`, until they are dropped.
fn company(connections: usize, throttles: &[&Throttle], receiver: &Receiver) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let pace = Pace::new(throttles.iter().map(|throttle| (*throttle).clone()));
        let receiver = receiver.clone();
        tasks.spawn(async move {
            loop {
                let bytes = pace.grant(usize::MAX).await;
                receiver.took(bytes);
                if bytes == 0 {
                    return;
                }
            }
        });
    }
    tasks
}

/// Lets time pass; everybody else moves meanwhile.
async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

fn share_of(bytes: u64, rate: u64, period: Duration) -> f64 {
    bytes as f64 / (rate as f64 * period.as_secs_f64())
}

#[tokio::test(start_paused = true)]
async fn every_window_is_as_promised_for_any_rate_and_number_of_connections() {
    for rate in RATES {
        for connections in COMPANIES {
            let (throttle, receiver) = (Throttle::new(Some(rate)), Receiver::default());
            let begun = Instant::now();
            let senders = company(connections, &[&throttle], &receiver);
            pass(14 * SECOND).await;
            drop(senders);
            let mean = share_of(receiver.between(begun, 10 * SECOND), rate, 10 * SECOND);
            assert!((0.98..=1.02).contains(&mean), "{mean} of {rate} by {connections}");
            let window = if rate < 1_000_000 { 5 * SECOND } else { SECOND };
            for tenth in (20..)
                .map(|tenths| tenths * SECOND / 10)
                .take_while(|from| *from + window <= 14 * SECOND)
            {
                let seen = share_of(receiver.between(begun + tenth, window), rate, window);
                assert!(
                    (0.95..=1.05).contains(&seen),
                    "{seen} of {rate} by {connections} from {tenth:?}"
                );
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_stall_is_made_up_for_and_no_second_shows_it() {
    let rate = 1_000_000;
    let (throttle, receiver) = (Throttle::new(Some(rate)), Receiver::default());
    let begun = Instant::now();
    let pace = Pace::new([throttle]);
    for chunk in 0.. {
        receiver.took(pace.grant(usize::MAX).await);
        // A disk or a processor that is busy elsewhere, every now and then.
        if chunk % 400 == 399 {
            pass(Duration::from_millis(100)).await;
        }
        if begun.elapsed() > 12 * SECOND {
            break;
        }
    }
    let mean = share_of(receiver.between(begun, 10 * SECOND), rate, 10 * SECOND);
    assert!((0.98..=1.02).contains(&mean), "{mean}");
    for hundredths in 200..1000 {
        let seen = share_of(
            receiver.between(begun + hundredths * SECOND / 100, SECOND),
            rate,
            SECOND,
        );
        assert!(seen <= 1.05, "{seen} from {hundredths} hundredths on");
    }
}

#[tokio::test(start_paused = true)]
async fn who_had_nothing_to_move_is_owed_nothing() {
    // The way to the first byte, too, is nobody's debt.
    for idle in [60 * SECOND, 4 * SECOND / 10] {
        let (throttle, receiver) = (Throttle::new(Some(1_000_000)), Receiver::default());
        pass(idle).await;
        let begun = Instant::now();
        let _senders = company(1, &[&throttle], &receiver);
        pass(10 * SECOND).await;
        let mean = share_of(receiver.between(begun, 10 * SECOND), 1_000_000, 10 * SECOND);
        assert!((0.995..=1.005).contains(&mean), "{mean} after {idle:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_connection_gets_the_same_and_one_that_wants_less_gets_what_it_wants() {
    let all = Throttle::new(Some(1_000_000));
    let modest = Throttle::new(Some(150_000));
    let receivers: Vec<_> = (0..5).map(|_| Receiver::default()).collect();
    let begun = Instant::now();
    let _modest = company(1, &[&modest, &all], &receivers[0]);
    let _greedy: Vec<_> = receivers[1..]
        .iter()
        .map(|receiver| company(1, &[&all], receiver))
        .collect();
    pass(10 * SECOND).await;
    let seen: Vec<_> = receivers.iter().map(|r| r.between(begun, 10 * SECOND)).collect();
    assert!((1_400_000..=1_530_000).contains(&seen[0]), "{seen:?}");
    for greedy in &seen[1..] {
        assert!((2_080_000..=2_200_000).contains(greedy), "{seen:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_slow_limit_of_one_child_starves_nobody_and_each_chain_keeps_its_own() {
    let all = Throttle::new(Some(10_000_000));
    let (shop, archive) = (Throttle::new(Some(1_000_000)), Throttle::new(None));
    let closed = Throttle::new(Some(0));
    let receivers: Vec<_> = (0..3).map(|_| Receiver::default()).collect();
    let begun = Instant::now();
    let _children = [
        company(8, &[&shop, &all], &receivers[0]),
        company(2, &[&archive, &all], &receivers[1]),
        company(20, &[&closed, &archive, &all], &receivers[2]),
    ];
    pass(10 * SECOND).await;
    let seen: Vec<_> = receivers
        .iter()
        .map(|receiver| share_of(receiver.between(begun, 10 * SECOND), 1_000_000, 10 * SECOND))
        .collect();
    assert!((0.98..=1.02).contains(&seen[0]), "{seen:?}");
    assert!((8.8..=9.2).contains(&seen[1]), "{seen:?}");
    assert_eq!(seen[2], 0.0, "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_new_rate_reaches_who_already_waits() {
    for (before, after) in [
        (Some(1), None),
        (Some(0), Some(1_000_000)),
        (Some(50_000), Some(100_000_000)),
        (Some(100_000_000), Some(1_000_000)),
        (None, Some(10_000_000)),
    ] {
        let throttle = Throttle::new(before);
        // Whatever it has taken already does not count by the new rate.
        let early = Pace::new([throttle.clone()]);
        let _ = tokio::time::timeout(SECOND, early.take(1_000_000)).await;
        let waiter = tokio::spawn({
            let pace = Pace::new([throttle.clone()]);
            async move {
                let begun = Instant::now();
                pace.take(100_000).await;
                begun.elapsed()
            }
        });
        tokio::task::yield_now().await;
        throttle.set(after);
        let waited = waiter.await.unwrap();
        let needed = after.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(100_000.0 / rate as f64));
        assert!(waited < needed + SECOND / 5, "{waited:?} from {before:?} to {after:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lower_rate_cuts_what_waits_anew_and_holds_within_200_ms() {
    let (throttle, receiver) = (Throttle::new(Some(100_000_000)), Receiver::default());
    let _company = company(32, &[&Throttle::new(None), &throttle], &receiver);
    pass(3 * SECOND).await;
    throttle.set(Some(1_000_000));
    let changed = Instant::now();
    pass(3 * SECOND).await;
    let seen = share_of(
        receiver.between(changed + SECOND / 5, 2 * SECOND),
        1_000_000,
        2 * SECOND,
    );
    assert!((0.95..=1.05).contains(&seen), "{seen}");
    throttle.set(Some(0));
    let closed = Instant::now();
    pass(SECOND).await;
    assert_eq!(receiver.between(closed + SECOND / 5, SECOND), 0);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_waiting_leaves_its_place_to_the_next() {
    let throttle = Throttle::new(Some(1_000));
    let first = tokio::spawn({
        let pace = Pace::new([throttle.clone()]);
        async move { pace.take(1_000_000).await }
    });
    tokio::task::yield_now().await;
    let second = Pace::new([throttle.clone()]);
    let second = tokio::spawn(async move { second.take(1_000).await });
    tokio::task::yield_now().await;
    first.abort();
    tokio::time::timeout(4 * SECOND, second).await.unwrap().unwrap();
}

#[test]
fn a_slow_connection_wakes_a_handful_of_times_a_second_and_a_fast_one_is_cheap() {
    for (rate, wakes) in [
        (10_000, 13),
        (50_000, 13),
        (262_143, 65),
        (10_000_000, 70),
        (100_000_000, 382),
    ] {
        assert!(rate / share(Some(rate)) <= wakes, "{rate}");
    }
    assert_eq!(share(None), LARGEST);
}
