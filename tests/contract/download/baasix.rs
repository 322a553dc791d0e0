//! What is particular to fetching files of Baasix: rows that say more than answers, and ranges with mistakes.

use std::time::Duration;

use sandbox::{Content, Fault, FaultRule, Route};
use transfer::Kind;
use transfer::download::RangeAsk;

use crate::baasix::Baasix;
use crate::giver::{Giver, Well, part};

const SIZE: u64 = 200_000;

#[tokio::test]
async fn a_range_of_anything_but_a_video_or_a_sound_is_the_whole_file() {
    let well = Well::of::<Baasix>().await;
    let file = well.sandbox.add_typed_baasix_file("a.zip", "application/zip", SIZE, 1);
    assert_eq!(well.resolve(&file).await.unwrap().resumable, Some(false));
    let (opening, bytes) = well.fetch(&file, &part(1_000, SIZE, SIZE)).await.unwrap();
    assert_eq!((opening.start, opening.ranges), (0, false));
    assert!(bytes == Content::new(1).bytes(0, SIZE as usize));
    let film = Baasix::add(&well.sandbox, "a.mp4", SIZE, 2);
    assert_eq!(well.resolve(&film).await.unwrap().resumable, Some(true));
    assert_eq!(well.link(&film).await.unwrap().connections, Some(1));
}

#[tokio::test]
async fn no_range_ends_behind_the_file_so_that_none_hangs() {
    let well = Well::of::<Baasix>().await;
    let file = Baasix::add(&well.sandbox, "a.mp4", SIZE, 3);
    for end in [SIZE, SIZE + 1, SIZE * 10] {
        let ask = part(SIZE - 10, end, SIZE);
        let fetched = tokio::time::timeout(Duration::from_secs(10), well.fetch(&file, &ask)).await;
        let (opening, bytes) = fetched.expect("it ends").unwrap();
        assert_eq!((opening.start, opening.total), (SIZE - 10, Some(SIZE)));
        assert_eq!(bytes, Content::new(3).bytes(SIZE - 10, 10));
    }
    assert_eq!(well.sandbox.counters().baasix.ranges_past_end, 0);
}

#[tokio::test]
async fn a_row_that_changed_is_another_file_although_the_answer_says_nothing() {
    let well = Well::of::<Baasix>().await;
    let file = Baasix::add(&well.sandbox, "a.mp4", SIZE, 4);
    let first = well.open(&file, &RangeAsk::default()).await.unwrap();
    assert!(!first.version.is_silent());
    let go_on = RangeAsk {
        version: Some(first.version),
        ..part(1_000, SIZE, SIZE)
    };
    let (opening, _) = well.fetch(&file, &go_on).await.unwrap();
    assert_eq!(opening.start, 1_000);
    let shows = sandbox::Shown::Modified;
    well.sandbox
        .add_fault(FaultRule::from(Fault::Changed { at: None, shows }).on(Route::Asset));
    let failure = well.open(&file, &go_on).await.unwrap_err();
    assert_eq!(
        (failure.kind, failure.code.as_str()),
        (Kind::SourceChanged, "remote_changed")
    );
}

#[tokio::test]
async fn a_dead_token_is_told_from_a_file_that_is_missing() {
    let well = Well::of::<Baasix>().await;
    let file = Baasix::add(&well.sandbox, "a.mp4", 10, 5);
    let link = well.link(&file).await.unwrap();
    well.sandbox.end_baasix_tokens();
    assert!(well.download().open(&link, &RangeAsk::default()).await.is_ok());
    assert_eq!(well.sandbox.counters().baasix.sign_ins, 2);
    well.sandbox.end_baasix_tokens();
    assert!(well.resolve(&file).await.is_ok());
    let refused = Fault::Refused {
        status: 403,
        retry_after: None,
    };
    well.sandbox.add_fault(FaultRule::from(refused).on(Route::Asset));
    let failure = well.download().open(&link, &RangeAsk::default()).await.unwrap_err();
    assert_eq!(failure.kind, Kind::NotFound);
    let missing = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1";
    assert_eq!(well.resolve(missing).await.unwrap_err().kind, Kind::NotFound);
}

#[tokio::test]
async fn what_is_no_id_is_not_asked_for() {
    let well = Well::of::<Baasix>().await;
    for text in ["7", "../auth/me", "https://files.example/assets/x"] {
        assert_eq!(well.resolve(text).await.unwrap_err().kind, Kind::Refused, "{text}");
    }
    assert_eq!(well.sandbox.counters().requests.len(), 0);
}

#[tokio::test]
async fn another_host_gets_no_token() {
    let well = Well::of::<Baasix>().await;
    let file = Baasix::add(&well.sandbox, "led.mp4", SIZE, 6);
    let to = format!("{{elsewhere}}/f/led.mp4?size={SIZE}&seed=6");
    for status in [301, 302, 303, 307, 308] {
        well.sandbox.clear_faults();
        well.sandbox
            .add_fault(FaultRule::from(Fault::LedAway { to: to.clone(), status }).on(Route::Asset));
        let (_, bytes) = well.fetch(&file, &RangeAsk::default()).await.unwrap();
        assert!(bytes == Content::new(6).bytes(0, SIZE as usize), "{status}");
    }
    let elsewhere = well.sandbox.counters().elsewhere;
    assert_eq!(
        (elsewhere.requests, elsewhere.with_authorization, elsewhere.with_referer),
        (5, 0, 0)
    );
    assert_eq!(well.sandbox.counters().baasix.tokens_in_url, 0);
}
