//! The timetable against what it says, minute by minute.

use proptest::collection::btree_map;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn table(text: &str) -> Timetable {
    text.parse().unwrap()
}

fn both(rate: Option<u64>) -> Rates {
    Rates { up: rate, down: rate }
}

#[test]
fn an_entry_holds_until_the_next_over_midnight_and_the_end_of_the_week() {
    let office = table("08:00 512K:1M, 18:00 off, Sat-08:00 off, Sun-23:30 pause");
    let day = Rates {
        up: Some(512_000),
        down: Some(1_000_000),
    };
    for (weekday, hour, minute, rates) in [
        (Weekday::Tue, 7, 59, Rates::FREE),
        (Weekday::Tue, 8, 0, day),
        (Weekday::Tue, 17, 59, day),
        (Weekday::Tue, 18, 0, Rates::FREE),
        (Weekday::Sat, 9, 0, Rates::FREE),
        (Weekday::Sun, 9, 0, day),
        (Weekday::Sun, 23, 30, both(Some(0))),
        (Weekday::Mon, 0, 0, both(Some(0))),
        (Weekday::Mon, 8, 0, day),
    ] {
        assert_eq!(
            office.at(weekday, hour * 60 + minute),
            rates,
            "{weekday:?} {hour}:{minute}"
        );
    }
    assert_eq!(office.next_change(Weekday::Mon, 7 * 60), Some((60, day)));
    let open = |rates: Rates| rates.up != Some(0);
    assert_eq!(office.next(Weekday::Sun, 23 * 60 + 45, open), Some((8 * 60 + 15, day)));
}

#[test]
fn a_day_is_told_in_pieces_that_touch_and_differ() {
    let office = table("08:00 1M, 12:00 1M, 18:00 off, Sat-08:00 off, Sun-22:00 pause");
    let slow = both(Some(1_000_000));
    let pieces = |day| -> Vec<_> {
        let spans = office.day(day).into_iter();
        spans
            .map(|span| (span.minutes.start, span.minutes.end, span.rates))
            .collect()
    };
    assert_eq!(
        pieces(Weekday::Mon),
        [(0, 480, both(Some(0))), (480, 1080, slow), (1080, 1440, Rates::FREE)],
        "from Sunday evening on nothing moves, over the end of the week"
    );
    assert_eq!(
        pieces(Weekday::Sat),
        [(0, 720, Rates::FREE), (720, 1080, slow), (1080, 1440, Rates::FREE)]
    );
    assert_eq!(table("").day(Weekday::Wed).len(), 1);
}

#[test]
fn one_entry_holds_for_ever_and_none_limits_nothing() {
    let always = table("00:00 1M");
    assert_eq!(always.at(Weekday::Wed, 5), both(Some(1_000_000)));
    assert_eq!(always.next_change(Weekday::Wed, 5), None);
    let nothing = table(" ");
    assert!(nothing.is_empty());
    assert_eq!(nothing.at(Weekday::Wed, 5), Rates::FREE);
    assert_eq!(nothing.next_change(Weekday::Wed, 5), None);
}

#[test]
fn it_reads_as_people_write_it_and_prints_in_one_way() {
    for text in [
        "8:00 512k:1MB 22:00,off",
        "22:00 off,\n08:00 512K:1M",
        "08:00,512K:1M 22:00,off",
    ] {
        assert_eq!(table(text).to_string(), "08:00 512K:1M, 22:00 off", "{text}");
    }
    assert_eq!(
        table("mon-08:00 off:0 09:30 512KiB").to_string(),
        "09:30 512KiB, Mon-08:00 off:pause"
    );
}

#[test]
fn what_is_wrong_is_said_with_its_entry() {
    for (text, entry, why) in [
        ("08:00 1M, 25:00 2M", "25:00", "from 00:00 to 23:59"),
        ("08:00 1M, 09:60 2M", "09:60", "from 00:00 to 23:59"),
        ("8:5 1M", "8:5", "from 00:00 to 23:59"),
        ("08:00", "08:00", "rates are missing"),
        ("1M 08:00", "1M", "begins with a time"),
        ("08:00 fast", "08:00 fast", "a rate reads like"),
        ("08:00 1M:", "08:00 1M:", "up:down"),
        ("08:00 1M:2M:3M", "08:00 1M:2M:3M", "a rate reads like"),
        ("Someday-08:00 1M", "Someday-08:00", "days are Mon"),
        ("08:00 1M, Mon-08:00 2M, 8:00 off", "8:00 off", "same time"),
        ("+8:00 1M", "+8:00", "from 00:00 to 23:59"),
    ] {
        let wrong = text.parse::<Timetable>().unwrap_err();
        assert_eq!(wrong.entry, entry, "{text}");
        assert!(wrong.why.contains(why), "{text}: {}", wrong.why);
        assert!(wrong.to_string().contains(entry), "{wrong}");
    }
}

fn some_table() -> impl Strategy<Value = Timetable> {
    let rate = || {
        prop_oneof![
            Just(None),
            Just(Some(0)),
            (1..2_000_u64).prop_map(|n| Some(n * 1_000)),
            any::<u32>().prop_map(|n| Some(n.into()))
        ]
    };
    let from = (option::of(select(Weekday::ALL.to_vec())), 0..DAY).prop_map(|(day, minute)| Start { day, minute });
    let rates = (rate(), rate()).prop_map(|(up, down)| Rates { up, down });
    btree_map(from, rates, 0..8).prop_map(Timetable::of)
}

/// The rates of every minute, by somebody who walks through two weeks and notes what holds in the second.
fn walked(table: &Timetable) -> Vec<Rates> {
    let mut holds = Rates::FREE;
    let minutes = (0..2 * WEEK).map(|at| {
        let (day, minute) = moment(at % WEEK);
        let special = table.entries.get(&Start { day: Some(day), minute });
        let entry = special.or_else(|| table.entries.get(&Start { day: None, minute }));
        holds = entry.copied().unwrap_or(holds);
        holds
    });
    minutes.collect::<Vec<_>>().split_off(WEEK as usize)
}

fn moment(at: u32) -> (Weekday, u32) {
    (Weekday::ALL[(at / DAY) as usize], at % DAY)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_reads_as_the_same(table in some_table()) {
        prop_assert_eq!(table.to_string().parse::<Timetable>().unwrap(), table);
    }

    #[test]
    fn each_minute_has_its_rates_and_they_hold_until_the_next_change(table in some_table(), now in 0..WEEK) {
        let walked = walked(&table);
        let (day, minute) = moment(now);
        let rates = walked[now as usize];
        prop_assert_eq!(table.at(day, minute), rates);
        let first = (1..WEEK).map(|ahead| (ahead, walked[((now + ahead) % WEEK) as usize])).find(|(_, then)| *then != rates);
        prop_assert_eq!(table.next_change(day, minute), first);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        let _ = text.parse::<Timetable>();
    }
}
