//! One case for each line of the plan.

use uuid::Uuid;

use super::plan::*;
use super::*;
use crate::id::{AccountId, WatchId};
use crate::source::Fingerprint;

fn watch(policy: Policy) -> Watch {
    Watch {
        id: WatchId(Uuid::from_u128(1)),
        name: "scans".into(),
        account: AccountId(Uuid::from_u128(2)),
        root: b"/in".to_vec(),
        include: Vec::new(),
        exclude: Vec::new(),
        policy,
        old: Old::Keep,
        options: BTreeMap::new(),
        after: After::Keep,
        after_since: Time(0),
        ask_above: None,
        every: None,
        events: true,
        paused: false,
        mark: None,
        scanned_at: None,
        created_at: Time(0),
    }
}

fn print(file: u128, version: i128) -> Fingerprint {
    Fingerprint {
        device: 1,
        file,
        size: 3,
        modified_ns: version,
        changed_ns: version,
    }
}

fn seen(print: Fingerprint) -> Seen {
    Seen { print, writer: false }
}

const T0: Time = Time(1_000_000);

fn later(s: u64) -> Time {
    T0.after(Duration::from_secs(s))
}

fn fresh(print: Fingerprint) -> WatchFile {
    WatchFile::new(WatchId(Uuid::from_u128(1)), b"a".to_vec(), print, T0)
}

fn content(byte: u8) -> Option<Content> {
    Some(Content([byte; 32]))
}

fn sent(print: Fingerprint, byte: u8) -> WatchFile {
    let mut file = fresh(print);
    file.row = 7;
    file.content = content(byte);
    file.sent = Some(Sent {
        print,
        content: content(byte),
        remote: Some("r1".into()),
        at: T0,
    });
    file.stand(FileState::Confirmed, Why::new("confirmed", "It is there."), T0);
    file
}

fn twin(name: &[u8], file: WatchFile, there: bool) -> Twin {
    Twin {
        file: WatchFile {
            name: name.to_vec(),
            ..file
        },
        name: String::from_utf8_lossy(name).into_owned(),
        watch: "scans".into(),
        at_work: true,
        same_path: false,
        respelt: name.eq_ignore_ascii_case(b"a"),
        there,
    }
}

#[test]
fn a_new_file_is_sent_after_two_equal_looks_five_seconds_apart() {
    let watch = watch(Policy::New);
    let Look::Changed(file) = look(&watch, b"a", None, &seen(print(5, 1)), T0) else {
        panic!("it is news")
    };
    assert_eq!(
        look(&watch, b"a", Some(&file), &seen(print(5, 1)), later(4)),
        Look::Same
    );
    let Look::Compare(file) = look(&watch, b"a", Some(&file), &seen(print(5, 1)), later(5)) else {
        panic!("it settled")
    };
    let plan = compare(&watch, &file, content(1), &[], None, later(5));
    assert_eq!((plan.verdict, plan.file.state), (Verdict::Send, FileState::Ready));
}

#[test]
fn a_file_over_the_limit_is_asked_about_and_sent_once_the_limit_is_raised() {
    let mut watch = watch(Policy::New);
    watch.ask_above = Some(2);
    let settled = fresh(print(5, 1));
    let Look::Changed(asked) = look(&watch, b"a", Some(&settled), &seen(print(5, 1)), later(5)) else {
        panic!("it is asked about")
    };
    assert_eq!(
        (asked.state, asked.why.code.as_str()),
        (FileState::Skipped, "asks_size")
    );
    assert!(
        asked.why.text.contains("3 B") && asked.why.text.contains("2 B"),
        "{}",
        asked.why.text
    );
    let again = |watch: &Watch| look(watch, b"a", Some(&asked), &seen(print(5, 1)), later(9));
    assert_eq!(again(&watch), Look::Same);
    watch.ask_above = Some(3);
    let Look::Changed(file) = again(&watch) else {
        panic!("it is wanted now")
    };
    assert_eq!(file.state, FileState::Settling);
}

#[test]
fn a_file_that_never_stops_growing_says_so_and_what_can_be_done_and_is_sent_once_it_stands_still() {
    let watch = watch(Policy::Changed);
    let mut file = fresh(print(5, 0));
    for n in 1..=200 {
        let Look::Changed(grown) = look(&watch, b"a", Some(&file), &seen(print(5, n)), later(4 * n as u64)) else {
            panic!("it changed")
        };
        file = grown;
        let expected = if n <= 150 { "being_written" } else { "keeps_growing" };
        assert_eq!(file.why.code, expected, "after {} s", 4 * n);
    }
    assert!(file.why.text.contains("a snapshot sends it"));
    assert!(matches!(
        look(&watch, b"a", Some(&file), &seen(print(5, 200)), later(806)),
        Look::Compare(_)
    ));
}

#[test]
fn a_file_that_grows_or_is_open_for_writing_does_not_settle() {
    let watch = watch(Policy::Changed);
    let file = fresh(print(5, 1));
    let Look::Changed(grown) = look(&watch, b"a", Some(&file), &seen(print(5, 2)), later(6)) else {
        panic!("it changed")
    };
    assert_eq!((grown.since, grown.why.code.as_str()), (later(6), "being_written"));
    let open = Seen {
        print: print(5, 2),
        writer: true,
    };
    let Look::Changed(held) = look(&watch, b"a", Some(&grown), &open, later(12)) else {
        panic!("it is open")
    };
    assert_eq!(held.why.code, "open_for_writing");
    assert_eq!(look(&watch, b"a", Some(&held), &open, later(20)), Look::Same);
}

#[test]
fn a_clock_that_is_set_back_holds_a_file_for_one_more_settling_and_no_longer() {
    let watch = watch(Policy::New);
    let file = WatchFile {
        since: later(9_000),
        ..fresh(print(5, 1))
    };
    let Look::Changed(again) = look(&watch, b"a", Some(&file), &seen(print(5, 1)), T0) else {
        panic!("it counts anew")
    };
    assert!(matches!(
        look(&watch, b"a", Some(&again), &seen(print(5, 1)), later(5)),
        Look::Compare(_)
    ));
}

#[test]
fn a_touch_and_a_copy_put_back_are_no_new_upload() {
    for policy in [Policy::New, Policy::Changed] {
        let mut file = sent(print(5, 1), 1);
        file.print = print(6, 9);
        let plan = compare(&watch(policy), &file, content(1), &[], None, T0);
        assert_eq!((plan.verdict, plan.file.state), (Verdict::Known, FileState::Confirmed));
        assert_eq!(plan.file.sent.unwrap().print, print(6, 9));
    }
}

#[test]
fn a_version_is_sent_or_left_as_the_policy_has_it() {
    let mut file = sent(print(5, 1), 1);
    file.print = print(5, 2);
    let plan = compare(&watch(Policy::Changed), &file, content(2), &[], None, T0);
    assert_eq!(plan.verdict, Verdict::Send);
    let plan = compare(&watch(Policy::New), &file, content(2), &[], None, T0);
    assert_eq!(
        (plan.verdict, plan.file.why.code.as_str()),
        (Verdict::Skip, LATER_VERSION)
    );
    // Once the person wants changes, too, it is looked at again.
    let left = plan.file;
    let again = look(&watch(Policy::New), b"a", Some(&left), &seen(left.print), T0);
    assert_eq!(again, Look::Same);
    let again = look(&watch(Policy::Changed), b"a", Some(&left), &seen(left.print), T0);
    assert!(matches!(again, Look::Changed(file) if file.state == FileState::Settling));
}

const LATER_VERSION: &str = "later_version";

#[test]
fn a_version_of_another_size_settles_anew_although_its_dates_are_the_same() {
    let watch = watch(Policy::Changed);
    let grown = Fingerprint { size: 4, ..print(5, 1) };
    for known in [fresh(print(5, 1)), sent(print(5, 1), 1)] {
        let Look::Changed(again) = look(&watch, b"a", Some(&known), &seen(grown), later(60)) else {
            panic!("it changed: {known:?}")
        };
        assert_eq!(
            (again.state, again.print, again.since),
            (FileState::Settling, grown, later(60))
        );
    }
}

#[test]
fn a_rename_takes_over_what_was_sent() {
    for (old, code) in [(&b"b"[..], "renamed"), (b"A", "respelt")] {
        let moved = twin(old, sent(print(5, 1), 1), false);
        let plan = compare(&watch(Policy::New), &fresh(print(5, 2)), content(1), &[moved], None, T0);
        assert_eq!((plan.verdict, plan.was), (Verdict::Known, Some(Was::Forget(7))));
        assert_eq!(plan.file.why.code, code);
        let sent = plan.file.sent.unwrap();
        assert_eq!((sent.print, sent.remote.as_deref()), (print(5, 2), Some("r1")));
    }
}

#[test]
fn a_copy_is_a_file_of_its_own_and_a_hard_link_is_not() {
    let original = |file| twin(b"b", sent(print(file, 1), 1), true);
    let plan = compare(
        &watch(Policy::New),
        &fresh(print(6, 1)),
        content(1),
        &[original(5)],
        None,
        T0,
    );
    assert_eq!(plan.verdict, Verdict::Send);
    let plan = compare(
        &watch(Policy::New),
        &fresh(print(5, 1)),
        content(1),
        &[original(5)],
        None,
        T0,
    );
    assert_eq!(
        (plan.verdict, plan.file.why.code.as_str()),
        (Verdict::Skip, "hard_link")
    );
}

#[test]
fn an_older_version_that_the_service_still_has_is_not_sent_again() {
    let mut file = sent(print(5, 3), 2);
    let older = sent(print(5, 1), 1).sent;
    let plan = compare(&watch(Policy::Changed), &file, content(1), &[], older.as_ref(), T0);
    assert_eq!((plan.verdict, plan.takes_older), (Verdict::Known, true));
    assert_eq!(plan.file.why.code, "older_version");
    let same = plan.file.sent.unwrap();
    assert_eq!(
        (same.print, same.content, same.remote),
        (print(5, 3), content(1), older.as_ref().unwrap().remote.clone())
    );

    // Another content than was asked for, or none that is known, says nothing.
    for asked in [content(3), None] {
        file.content = asked;
        let plan = compare(&watch(Policy::Changed), &file, asked, &[], older.as_ref(), T0);
        assert_eq!((plan.verdict, plan.takes_older), (Verdict::Send, false));
    }
}

#[test]
fn what_another_watch_has_sent_from_the_same_path_is_not_sent_again() {
    let mut other = twin(b"a", sent(print(5, 1), 1), true);
    other.file.watch = WatchId(Uuid::from_u128(9));
    other.same_path = true;
    let file = fresh(print(5, 1));
    let plan = compare(
        &watch(Policy::New),
        &file,
        content(1),
        std::slice::from_ref(&other),
        None,
        T0,
    );
    assert_eq!((plan.verdict, plan.was), (Verdict::Known, None));
    // While it is on its way there, this one waits for what comes of it.
    other.file.sent = None;
    other.file.state = FileState::Queued;
    let plan = compare(&watch(Policy::New), &file, content(1), &[other], None, T0);
    assert_eq!((plan.verdict, plan.file.state), (Verdict::Wait, FileState::Settling));
}

#[test]
fn a_file_renamed_while_it_is_sent_waits_for_what_comes_of_that() {
    let mut old = twin(b"b", fresh(print(5, 1)), false);
    old.file.state = FileState::Queued;
    old.file.content = content(1);
    let plan = compare(&watch(Policy::New), &fresh(print(5, 2)), content(1), &[old], None, T0);
    assert_eq!(plan.verdict, Verdict::Wait);
}

#[test]
fn what_was_sent_and_went_stays_known_and_what_was_not_is_forgotten() {
    let Missing::Gone(gone) = missing(&sent(print(5, 1), 1), T0) else {
        panic!("it was sent")
    };
    assert_eq!(gone.state, FileState::Gone);
    assert_eq!(missing(&gone, T0), Missing::Keep);
    assert_eq!(missing(&fresh(print(5, 1)), T0), Missing::Forget);
    let back = look(&watch(Policy::New), b"a", Some(&gone), &seen(print(5, 1)), T0);
    assert!(matches!(back, Look::Changed(file) if file.state == FileState::Confirmed));
}

#[test]
fn a_mirror_deletes_all_or_nothing_and_never_what_lives_on_under_another_name() {
    let lost = |count: i64| -> Vec<Lost> {
        let heir = |row| row == 1;
        (1..=count)
            .map(|row| Lost {
                row,
                at: T0,
                heir: heir(row),
            })
            .collect()
    };
    let mirror = Policy::Mirror { most: 3 };
    let too_many = Deletions::TooMany(TooMany { lost: 4, most: 3 });
    assert_eq!(deletions(mirror, &lost(4), later(5)), Deletions::Due(vec![2, 3, 4]));
    assert_eq!(deletions(mirror, &lost(5), later(5)), too_many);
    assert_eq!(
        deletions(Policy::Changed, &lost(4), later(5)),
        Deletions::Due(Vec::new())
    );
    // They go one after the other, and are counted together.
    assert_eq!(deletions(mirror, &lost(4), later(4)), Deletions::NotYet);
    assert_eq!(
        deletions(mirror, &lost(4), Time(T0.0 - 1)),
        Deletions::Due(vec![2, 3, 4])
    );
}

#[test]
fn a_root_that_is_gone_empty_or_another_is_offline() {
    let mark = |device| Mark { device, file: 2 };
    let mut watch = watch(Policy::New);
    let folder = |device, known| Stands::Folder {
        mark: mark(device),
        known,
    };
    assert_eq!(root(&watch, folder(1, None)), Root::There(mark(1)));
    watch.mark = Some(mark(1));
    assert_eq!(root(&watch, folder(1, Some(false))), Root::There(mark(1)));
    assert_eq!(root(&watch, folder(9, Some(true))), Root::There(mark(9)));
    assert!(matches!(root(&watch, folder(9, Some(false))), Root::Offline(why) if why.code == "another_folder"));
    assert!(matches!(root(&watch, Stands::Nothing), Root::Offline(_)));
}
