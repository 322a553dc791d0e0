//! What facilioo measures by itself: sizes that come later, and those that are left from an earlier version.

use std::time::Duration;

use transfer::Kind;
use transfer::library::REPLACES;
use transfer::provider::Followed;

use super::facilioo::{PDF, file, with};
use crate::bench::Bench;
use crate::content::{Content, PART};
use crate::facilioo::Facilioo;
use crate::stage::Stage;

#[tokio::test]
async fn a_size_that_comes_later_is_followed_and_one_of_a_corrupt_file_never_confirmed() {
    let bench = Bench::<Facilioo>::new().await;
    let settings = |after, never| {
        bench.stage.sandbox.change_settings(|settings| {
            settings.facilioo.computed_after_ms = after;
            settings.facilioo.never_computed = never;
        });
    };
    settings(5_000, false);
    let finished = bench.send(&Content::new("later.bin", PART)).await.unwrap();
    assert_eq!((finished.size, finished.followed), (None, true));
    let follow = || bench.upload().follow(&finished.remote, PART);
    assert_eq!(follow().await.unwrap(), Followed::NotYet);
    bench.stage.sandbox.advance_clock(Duration::from_secs(5));
    assert_eq!(follow().await.unwrap(), Followed::Confirmed);
    let other = bench.upload().follow(&finished.remote, PART + 1).await.unwrap();
    assert!(matches!(other, Followed::Differs(shown) if shown.contains("65536")));

    settings(0, true);
    let corrupt = bench.send(&Content::new("corrupt.bin", PART)).await.unwrap();
    bench.stage.sandbox.advance_clock(Duration::from_secs(3_600));
    assert_eq!(
        bench.upload().follow(&corrupt.remote, PART).await.unwrap(),
        Followed::NotYet
    );
}

#[tokio::test]
async fn a_new_version_goes_to_the_old_id_and_the_old_size_is_not_believed() {
    for (size, restarted) in [(PART * 2, false), (PART, false), (PART * 2, true)] {
        let bench = Bench::<Facilioo>::new().await;
        let first = bench.send(&Content::new("version.bin", PART)).await.unwrap();
        let old = first.remote.id.clone();
        bench.stage.sandbox.advance_clock(Duration::from_secs(3_600));
        bench
            .stage
            .sandbox
            .change_settings(|settings| settings.facilioo.computed_after_ms = 5_000);
        let content = Content::new("version.bin", size);
        let facts = with(bench.stage.facts(&content), REPLACES, &old);
        let (session, finished) = bench.deliver(&facts, &content).await.unwrap();
        assert_eq!((session.remote_id.as_ref(), &finished.remote.id), (Some(&old), &old));
        assert_eq!(
            (finished.size, finished.followed),
            (None, true),
            "the old size is shown"
        );
        let bench = if restarted { Bench::on(bench.stage) } else { bench };
        let follow = || bench.upload().follow(&finished.remote, size);
        assert_eq!(follow().await.unwrap(), Followed::NotYet, "{size} {restarted}");
        bench.stage.sandbox.advance_clock(Duration::from_secs(5));
        assert_eq!(follow().await.unwrap(), Followed::Confirmed, "{size} {restarted}");
        let files = bench.stage.files().await;
        assert_eq!((files.len(), files[0].documents), (1, 1));
    }
}

#[tokio::test]
async fn a_new_version_of_another_type_or_of_nothing_is_refused() {
    let bench = Bench::<Facilioo>::new().await;
    let pdf = file("plan.pdf", PDF);
    let first = bench.send(&pdf).await.unwrap();
    let png = file("plan.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let failure = bench
        .deliver(&with(png.facts(), REPLACES, &first.remote.id), &png)
        .await
        .unwrap_err();
    assert_eq!(
        (failure.kind, failure.code.as_str()),
        (Kind::Refused, "other_file_type")
    );
    for id in ["999999", "../files/1", "x"] {
        let failure = bench.deliver(&with(pdf.facts(), REPLACES, id), &pdf).await.unwrap_err();
        assert_eq!(failure.kind, Kind::NotFound, "{id}");
        assert!(!failure.maybe_done);
    }
}
