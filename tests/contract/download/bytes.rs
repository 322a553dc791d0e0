//! The bytes of a file: all of them, some of them, and answers that lie about them.

use sandbox::{BadRange, Content, Fault, FaultRule, Route, Shown};
use transfer::Kind;
use transfer::download::RangeAsk;

use crate::giver::{Giver, Well, part};

const SIZE: u64 = 300_000;

pub(crate) async fn whole_files_of_every_size_come_as_they_are<G: Giver>() {
    let well = Well::of::<G>().await;
    for size in [0, 1, SIZE] {
        let link = G::add(&well.sandbox, "a file.bin", size, 7);
        let found = well.resolve(&link).await.unwrap();
        assert_eq!((found.name.as_str(), found.size), ("a file.bin", Some(size)));
        let (opening, bytes) = well.fetch(&link, &RangeAsk::default()).await.unwrap();
        assert_eq!((opening.start, opening.total), (0, Some(size)));
        assert!(bytes == Content::new(7).bytes(0, size as usize), "{size} bytes");
    }
}

pub(crate) async fn a_range_from_the_middle_is_that_range<G: Giver>() {
    let well = Well::of::<G>().await;
    let link = G::add(&well.sandbox, "middle.bin", SIZE, 8);
    for (start, end) in [(0, 1), (100_000, 200_001), (SIZE - 1, SIZE)] {
        let (opening, bytes) = well.fetch(&link, &part(start, end, SIZE)).await.unwrap();
        assert_eq!(
            (opening.start, opening.total, opening.ranges),
            (start, Some(SIZE), true)
        );
        assert!(
            bytes == Content::new(8).bytes(start, (end - start) as usize),
            "{start} to {end}"
        );
    }
}

pub(crate) async fn an_answer_to_a_range_that_lies_brings_no_byte<G: Giver>() {
    let well = Well::of::<G>().await;
    let link = G::add(&well.sandbox, "lies.bin", SIZE, 9);
    for (kind, expected) in [
        (BadRange::Shifted, Kind::Protocol),
        (BadRange::OtherTotal, Kind::SourceChanged),
        (BadRange::Unstated, Kind::Protocol),
        (BadRange::Garbled, Kind::Protocol),
        (BadRange::Multipart, Kind::Protocol),
        (BadRange::Refused, Kind::Protocol),
    ] {
        for (start, end) in [(0, 1_000), (1, 2), (150_000, 200_000), (200_000, SIZE)] {
            well.sandbox.clear_faults();
            well.wrong(Fault::RangeLie { kind });
            let failure = well.open(&link, &part(start, end, SIZE)).await.unwrap_err();
            assert_eq!(failure.kind, expected, "{kind:?} from {start}: {failure:?}");
        }
    }
    well.sandbox.clear_faults();
    well.wrong(Fault::RangeLie {
        kind: BadRange::Unasked,
    });
    let failure = well.open(&link, &RangeAsk::default()).await.unwrap_err();
    assert_eq!(failure.code, "range_unasked");
}

pub(crate) async fn a_server_that_ignores_ranges_sends_the_whole_file_and_says_so<G: Giver>() {
    let well = Well::of::<G>().await;
    let link = G::add(&well.sandbox, "whole.bin", SIZE, 10);
    well.wrong(Fault::RangeLie {
        kind: BadRange::Ignored,
    });
    let (opening, bytes) = well.fetch(&link, &part(1_000, 2_000, SIZE)).await.unwrap();
    assert_eq!((opening.start, opening.total), (0, Some(SIZE)));
    assert!(bytes == Content::new(10).bytes(0, SIZE as usize));
}

pub(crate) async fn another_version_of_the_file_is_never_mixed_in<G: Giver>() {
    let well = Well::of::<G>().await;
    let link = G::add(&well.sandbox, "changes.bin", SIZE, 11);
    let first = well.open(&link, &part(0, 1_000, SIZE)).await.unwrap();
    for shows in [Shown::All, Shown::Etag, Shown::Modified, Shown::Size] {
        well.sandbox.clear_faults();
        well.wrong(Fault::Changed { at: None, shows });
        let ask = RangeAsk {
            version: Some(first.version.clone()),
            ..part(1_000, 2_000, SIZE)
        };
        match well.open(&link, &ask).await {
            Err(failure) => assert_eq!(failure.kind, Kind::SourceChanged, "{shows:?}: {failure:?}"),
            // Equal strong tags say that it is the same file, whatever its date.
            Ok(opening) => assert_eq!((shows, &opening.version.etag), (Shown::Modified, &first.version.etag)),
        }
    }
}

pub(crate) async fn a_body_that_is_cut_is_no_end<G: Giver>() {
    let well = Well::of::<G>().await;
    let link = G::add(&well.sandbox, "cut.bin", SIZE, 12);
    for bytes in [0, 1, 100_000, SIZE - 1] {
        well.sandbox.clear_faults();
        well.wrong(Fault::Cut { bytes });
        let failure = well.fetch(&link, &RangeAsk::default()).await.expect_err("it was cut");
        assert_eq!(failure.kind, Kind::Unavailable, "{bytes}: {failure:?}");
    }
}

pub(crate) async fn names_are_passed_on_as_they_come<G: Giver>() {
    let well = Well::of::<G>().await;
    for (seed, name) in [
        "../../etc/x",
        "a\"b.bin",
        "ü ß.zip",
        "CON.txt",
        "x\u{202e}gpj.exe",
        "100%.bin",
    ]
    .into_iter()
    .enumerate()
    {
        let link = G::add(&well.sandbox, name, 10, 100 + seed as u64);
        assert_eq!(well.resolve(&link).await.unwrap().name, G::called(name));
    }
}

pub(crate) async fn a_slow_down_says_when_to_come_back<G: Giver>() {
    let well = Well::of::<G>().await;
    let link = G::add(&well.sandbox, "slow.bin", 10, 13);
    for (status, kind) in [(429, Kind::RateLimited), (503, Kind::Unavailable)] {
        well.sandbox.clear_faults();
        well.wrong(Fault::Refused {
            status,
            retry_after: Some(7),
        });
        let failure = well.open(&link, &RangeAsk::default()).await.unwrap_err();
        assert_eq!(failure.kind, kind);
        assert_eq!(failure.retry_after.map(|wait| wait.as_secs()), Some(7));
    }
}

pub(crate) async fn no_fault_holds_an_address<G: Giver>() {
    let well = Well::of::<G>().await;
    let link = G::add(&well.sandbox, "CANARY.bin", SIZE, 14);
    for fault in [
        Fault::Dropped,
        Fault::Cut { bytes: 5 },
        Fault::HtmlPage,
        Fault::Refused {
            status: 403,
            retry_after: None,
        },
        Fault::Redirected { status: 302 },
        Fault::LedAway {
            to: "ftp://CANARY.example/CANARY".into(),
            status: 302,
        },
        Fault::HeaderFlood {
            headers: 200,
            bytes: 100,
        },
        Fault::HeaderFlood {
            headers: 1,
            bytes: 1_048_576,
        },
    ] {
        well.sandbox.clear_faults();
        well.wrong(fault.clone());
        if let Err(failure) = well.fetch(&link, &RangeAsk::default()).await {
            assert!(!format!("{failure:?} {failure}").contains("CANARY"), "{fault:?}");
            assert!(!failure.maybe_done, "nothing is made by fetching: {fault:?}");
        }
    }
}

pub(crate) async fn a_web_page_is_no_file<G: Giver>() {
    let well = Well::of::<G>().await;
    let link = G::add(&well.sandbox, "page.bin", SIZE, 15);
    for ask in [RangeAsk::default(), part(5, 10, SIZE)] {
        well.sandbox.clear_faults();
        well.sandbox.add_fault(FaultRule::from(Fault::HtmlPage).on(Route::Down));
        let failure = well.open(&link, &ask).await.unwrap_err();
        let expected = if G::DIRECT {
            (Kind::NetworkSignIn, "web_page")
        } else {
            (Kind::Expired, "link_expired")
        };
        assert_eq!((failure.kind, failure.code.as_str()), expected);
    }
}
