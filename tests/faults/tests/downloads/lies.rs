//! Servers that answer other ranges, other sizes and other pages than were asked for: never a mixed file, never a false end.

use sandbox::{BadRange, Fault, FaultRule, FileSpec, Route};

use super::{fetch, folder, is_whole, names, world};

const NAME: &str = "f.bin";
const SIZE: u64 = 12 * 1024 * 1024;
const SEED: u64 = 3;

fn spec() -> FileSpec {
    FileSpec {
        name: NAME.into(),
        size: SIZE,
        seed: SEED,
        ..FileSpec::default()
    }
}

/// What stands in the folder is nothing, the whole file, or a partial file that claims to be nothing else.
#[track_caller]
fn nothing_false(world: &journeys_tests::World, case: &str) {
    for name in names(world) {
        if name == NAME {
            is_whole(world, NAME, SIZE, SEED);
        } else {
            assert!(name.ends_with(".part") || name.ends_with(".bad"), "{case}: {name}");
        }
    }
}

/// All of them where there is time for it.
fn moments() -> Vec<(u32, Option<u32>)> {
    if std::env::var_os("LONGSHORE_FULL").is_some() {
        return vec![(0, None), (0, Some(1)), (2, None), (2, Some(2))];
    }
    vec![(0, None), (2, Some(2))]
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_answers_to_ranges_never_make_a_wrong_file() {
    for kind in [
        BadRange::Ignored,
        BadRange::Shifted,
        BadRange::OtherTotal,
        BadRange::Unstated,
        BadRange::Garbled,
        BadRange::Multipart,
        BadRange::Unasked,
        BadRange::Refused,
    ] {
        // From the first request on, or once the download has begun; once, or again and again.
        for (after, times) in moments() {
            let world = world().await;
            let link = world.sandbox.add_file(spec());
            let mut rule = FaultRule::from(Fault::RangeLie { kind }).on(Route::File).after(after);
            if let Some(times) = times {
                rule = rule.times(times);
            }
            let case = format!("{kind:?} after {after}, {times:?} times");
            world.sandbox.add_fault(rule);
            folder(&world);
            world.must(&["download", &link, "--dir", "out", "--detach"]).await;
            let mut run = world.start(&["run", "--until-idle"]);
            let rested = tokio::time::timeout(std::time::Duration::from_secs(3), run.ended()).await;
            if rested.is_err() {
                // It waits between tries: the lie is over now.
                run.kill().await;
            }
            nothing_false(&world, &case);
            world.sandbox.clear_faults();
            // Stopped in the middle of its last try, it may end as a file that changed: the truth is another size than the lie.
            world.run(&["run", "--until-idle"]).await;
            nothing_false(&world, &case);
            world.run(&["retry", "--all"]).await;
            let said = world.must(&["run", "--until-idle"]).await;
            let rows = world.must(&["list"]).await.objects;
            assert_eq!(rows[0]["state"], "completed", "{case}: {said:?}");
            is_whole(&world, NAME, SIZE, SEED);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_that_lie_and_bodies_that_break_off_never_make_a_file() {
    for (fault, ends) in [
        (Fault::SizeLie { announced: SIZE / 2 }, "failed or waiting"),
        (Fault::SizeLie { announced: SIZE * 2 }, "failed or waiting"),
        (Fault::Endless, "failed or waiting"),
        (Fault::Cut { bytes: 100_000 }, "whole in the end"),
        (Fault::Reset { bytes: 3_000_000 }, "whole in the end"),
    ] {
        let world = world().await;
        let link = world.sandbox.add_file(FileSpec {
            ranges: false,
            ..spec()
        });
        // The probe sees the file as it is; its bytes are another matter.
        world
            .sandbox
            .add_fault(FaultRule::from(fault.clone()).on(Route::File).after(1).times(2));
        folder(&world);
        world.must(&["download", &link, "--dir", "out", "--detach"]).await;
        let mut run = world.start(&["run", "--until-idle"]);
        if tokio::time::timeout(std::time::Duration::from_secs(3), run.ended())
            .await
            .is_err()
        {
            run.kill().await;
        }
        nothing_false(&world, &format!("{fault:?} ({ends})"));
        world.sandbox.clear_faults();
        world.run(&["retry", "--all"]).await;
        world.must(&["run", "--until-idle"]).await;
        is_whole(&world, NAME, SIZE, SEED);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_page_of_the_network_is_waited_out_and_never_kept_as_the_file() {
    let world = world().await;
    let link = world.sandbox.add_file(spec());
    world
        .sandbox
        .add_fault(FaultRule::from(Fault::HtmlPage).on(Route::File));
    folder(&world);
    world.must(&["download", &link, "--dir", "out", "--detach"]).await;
    let mut run = world.start(&["run"]);
    let row = run.row("waiting", Some("sign_in_network")).await;
    assert!(row["reason"]["text"].as_str().unwrap().contains("sign in"), "{row}");
    assert!(names(&world).iter().all(|name| name != NAME));
    world.sandbox.clear_faults();
    world.run(&["retry", "--all"]).await;
    run.row("completed", None).await;
    run.interrupted().await;
    is_whole(&world, NAME, SIZE, SEED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_any_size_and_every_way_of_sending_it_arrives_whole() {
    for size in [0, 1, 4_095, 1024 * 1024, 8 * 1024 * 1024 + 1] {
        for (ranges, chunked) in [(true, false), (false, false), (false, true)] {
            let world = world().await;
            let link = world.sandbox.add_file(FileSpec {
                size,
                ranges,
                chunked,
                ..spec()
            });
            let said = fetch(&world, &link, &[]).await.ending(0);
            assert_eq!(said.row(NAME)["state"], "completed");
            is_whole(&world, NAME, size, SEED);
        }
    }
}
