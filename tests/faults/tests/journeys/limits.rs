//! A service that wants fewer requests, and one whose plan is full.

use std::time::{Duration, Instant};

use journeys_tests::{KIB, MIB, World, sha256};
use sandbox::{Fault, FaultRule, Route};

use super::{
    PART, a_minute, asked, assets, base_url, never_wrong, passes_within, show, story, tells, until_nothing_is_open,
    work,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_wants_quiet_for_a_minute_is_asked_nothing_meanwhile() {
    let world = World::signed_in(PART).await;
    let paths = [world.file("film.bin", MIB, 1), world.file("letter.bin", 10 * KIB, 1)];
    let quiet = a_minute();
    let refused = Fault::Refused {
        status: 429,
        retry_after: Some(quiet.as_secs()),
    };
    world
        .sandbox
        .add_fault(FaultRule::from(refused).on(Route::Signed).times(1));
    let mut run = world.start(&["upload", "film.bin", "--to", "shop"]);
    let counters = world
        .sandbox
        .until(|counters| counters.faults.contains_key("refused"))
        .await;
    let (begun, before) = (Instant::now(), asked(&counters));

    let row = run.row("waiting", None).await;
    tells(&row, "waiting", "request_limit");
    passes_within(&row, quiet);
    // It holds for the whole account: another file does not even try, and says why.
    let second = world
        .run(&["upload", "letter.bin", "--to", "shop", "--detach"])
        .await
        .ending(0);
    let row = show(&world, &second.last()["id"]).await;
    tells(&row, "queued", "request_limit");

    world.sandbox.until(|counters| asked(counters) > before).await;
    let passed = begun.elapsed() + Duration::from_millis(100);
    assert!(passed >= quiet, "asked again after {passed:?} of {quiet:?}");
    let first = run.said().await.ending(0);
    assert_eq!(first.last()["state"], "completed");
    work(&world).await.ending(0);
    let counters = until_nothing_is_open(&world).await;
    assert_eq!((counters.completions, counters.completion_attempts), (2, 2));
    let mut assets = assets(&world).await;
    assets.sort_by(|a, b| a.name.cmp(&b.name));
    for (asset, path) in assets.iter().zip(&paths) {
        assert_eq!(asset.sha256, Some(sha256(path)), "{}", asset.name);
    }
    never_wrong(&world).await;
    story(&world, &first.last()["id"], &["request_limit", "opened", "completed"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_plan_holds_its_account_alone_and_one_word_lets_all_of_it_go_on() {
    let world = World::signed_in(PART).await;
    let other = World::new(PART, |_| {}).await;
    world
        .add_account("other", &base_url(&other), &other.sandbox.settings().token)
        .await
        .ending(0);
    world
        .sandbox
        .change_settings(|settings| settings.quota_bytes = Some(100 * KIB as u64));
    for name in ["a.bin", "b.bin", "c.bin", "d.bin"] {
        world.file(name, MIB, 1);
    }
    let line = ["upload", "a.bin", "b.bin", "c.bin", "--to", "shop", "--detach"];
    let full = world.run(&line).await.ending(0);
    world
        .run(&["upload", "d.bin", "--to", "other", "--detach"])
        .await
        .ending(0);

    let said = work(&world).await.ending(4);
    assert_eq!(said.row("d.bin")["state"], "completed");
    assert_eq!(assets(&other).await.len(), 1);
    let mut waiting = Vec::new();
    for row in &full.objects {
        // As the terminal saw it while it worked: those that did not try wait in line for the same reason.
        let seen = said.row(row["name"].as_str().unwrap());
        tells(seen, seen["state"].as_str().unwrap(), "plan_full");
        assert!(seen["state"] == "waiting" || seen["state"] == "queued", "{seen:#}");
        if seen["state"] == "waiting" {
            passes_within(seen, Duration::from_secs(3600));
            waiting.push(seen["id"].as_str().unwrap().to_owned());
        }
    }
    let counters = world.sandbox.counters();
    assert_eq!((counters.sessions_opened, counters.completions), (0, 0));
    assert_eq!(
        counters.quota_refusals,
        waiting.len() as u64,
        "each asked once, and no more"
    );

    // Looking at one of them is enough: what it learns holds for the account.
    world.sandbox.change_settings(|settings| settings.quota_bytes = None);
    world.run(&["retry", &waiting[0]]).await.ending(0);
    let said = work(&world).await.ending(0);
    for name in ["a.bin", "b.bin", "c.bin"] {
        assert_eq!(said.row(name)["state"], "completed");
    }
    let counters = until_nothing_is_open(&world).await;
    assert_eq!((counters.completions, counters.completion_attempts), (3, 3));
    let expected = sha256(&world.folder().join("a.bin"));
    for asset in assets(&world).await {
        assert_eq!(asset.sha256.as_ref(), Some(&expected), "{}", asset.name);
    }
    never_wrong(&world).await;
    story(
        &world,
        &waiting[0].clone().into(),
        &["plan_full", "retried", "opened", "completed"],
    )
    .await;
}
