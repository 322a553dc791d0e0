//! Whole stories of a watched folder, made by chance: nothing twice, nothing missed, no deletion over the limit.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use transfer::watch::{FileState, Policy};

use super::story::{Deed, Story};

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let name = 0..4_u8;
    let one = prop_oneof![
        4 => name.clone().prop_map(Deed::Write),
        2 => name.clone().prop_map(Deed::Touch),
        3 => (name.clone(), name.clone()).prop_map(|(a, b)| Deed::Rename(a, b)),
        1 => (name.clone(), name.clone()).prop_map(|(a, b)| Deed::Link(a, b)),
        2 => name.clone().prop_map(Deed::Remove),
        1 => name.prop_map(Deed::Restore),
        1 => Just(Deed::Unmount),
        1 => Just(Deed::Mount),
        4 => (1..9_u8).prop_map(Deed::Wait),
        5 => Just(Deed::Look),
        4 => Just(Deed::Scan),
        4 => Just(Deed::Arrive),
    ];
    proptest::collection::vec(one, 1..60)
}

/// The same ones each time, unless a number is asked for: `cargo xtask prove stories` makes new ones.
fn cases() -> ProptestConfig {
    let cases = std::env::var("LONGSHORE_WATCH_STORIES")
        .ok()
        .and_then(|count| count.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(500),
        rng_seed: cases.map_or(RngSeed::Fixed(7), |_| RngSeed::Random),
        ..ProptestConfig::default()
    }
}

/// Both told by chance once, and twice at the service then.
#[test]
fn a_file_is_not_sent_again_after_a_newer_one_took_its_old_name() {
    use Deed::*;
    for deeds in [
        // Touched before its new name settles: the newer one under its old name arrives first.
        vec![
            Write(1),
            Look,
            Wait(5),
            Look,
            Arrive,
            Rename(1, 2),
            Write(1),
            Look,
            Wait(5),
            Touch(2),
            Look,
            Arrive,
        ],
        // Its new name is that of a file in the queue.
        vec![
            Write(1),
            Look,
            Wait(5),
            Write(2),
            Look,
            Wait(5),
            Arrive,
            Look,
            Rename(1, 2),
            Write(1),
        ],
    ] {
        let mut story = Story::new(Policy::Changed);
        deeds.iter().for_each(|deed| story.happen(deed));
        story.settle();
        let once: BTreeSet<_> = story.uploads.iter().collect();
        assert_eq!(once.len(), story.uploads.len(), "{deeds:?}: {:?}", story.uploads);
    }
}

/// The service has both versions: nothing is to be sent.
#[test]
fn a_file_that_is_an_older_version_again_is_not_sent() {
    let mut story = Story::new(Policy::Changed);
    story.happen(&Deed::Write(1));
    story.settle();
    let first = story.inodes[&story.names[&1]].content;
    story.happen(&Deed::Write(1));
    story.settle();
    let sent = story.uploads.clone();
    assert_eq!(sent.len(), 2);
    for content in [first, sent[1], first] {
        story.change(1, Some(content));
        story.settle();
        assert_eq!(story.uploads, sent);
        assert_eq!(story.known[&vec![1]].state, FileState::Confirmed);
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn whatever_happens_every_content_that_stays_is_uploaded_once_and_none_twice(deeds in deeds()) {
        let mut story = Story::new(Policy::Changed);
        for deed in &deeds {
            story.happen(deed);
            let once: BTreeSet<_> = story.uploads.iter().collect();
            prop_assert_eq!(once.len(), story.uploads.len(), "twice: {:?}", story.uploads);
        }
        story.settle();
        let uploaded: BTreeSet<_> = story.uploads.iter().copied().collect();
        prop_assert!(story.contents().is_subset(&uploaded), "missed: {:?}", story.known);
        prop_assert_eq!(uploaded.len(), story.uploads.len());
    }

    #[test]
    fn a_mirror_deletes_within_its_limit_and_nothing_that_is_still_here(deeds in deeds(), most in 1..3_u32) {
        let mut story = Story::new(Policy::Mirror { most });
        for deed in &deeds {
            story.happen(deed);
            prop_assert!(story.most_deleted <= most as usize);
        }
        story.settle();
        prop_assert!(story.most_deleted <= most as usize);
        // Every file that is here is known to the service, under whatever name it had when it was sent.
        for name in story.names.keys() {
            let file = &story.known[&vec![*name]];
            let here = story.known.values().filter(|other| other.content == file.content);
            let remotes: Vec<_> = here.filter_map(|file| file.sent.as_ref()?.remote.clone()).collect();
            prop_assert!(remotes.iter().any(|remote| story.at_service.contains(remote)), "{:?}: {:?}", file, remotes);
        }
    }
}
