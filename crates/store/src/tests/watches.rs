//! Watches and their files: kept as they are, and following their transfers.

use transfer::proof::Proof;
use transfer::source::Fingerprint;
use transfer::transfer::{Ended, Remote};
use transfer::watch::{After, Content, FileState, Old, Policy, WatchFile, WatchLedger};
use transfer::{State, Watch, WatchId};

use super::*;

fn watch(n: u128) -> Watch {
    Watch {
        id: WatchId(Uuid::from_u128(n)),
        name: format!("watch {n}"),
        account: AccountId(Uuid::from_u128(8)),
        root: b"/in/\xff".to_vec(),
        include: vec!["*.pdf".into()],
        exclude: vec!["drafts/".into(), "!.env".into()],
        policy: Policy::Mirror { most: 5 },
        old: Old::Delete,
        options: [("title".to_owned(), "{stem}".to_owned())].into(),
        after: After::Keep,
        after_since: NOW,
        ask_above: Some(1 << 30),
        every: Some(std::time::Duration::from_secs(60)),
        events: false,
        paused: true,
        mark: Some(transfer::watch::Mark {
            device: u64::MAX,
            file: u128::MAX,
        }),
        scanned_at: Some(NOW),
        created_at: NOW,
    }
}

fn print(version: i128) -> Fingerprint {
    Fingerprint {
        device: 1,
        file: 2,
        size: 3,
        modified_ns: version,
        changed_ns: version,
    }
}

/// A file that the queue has, as the first row.
async fn queued(store: &Store) -> (WatchFile, Transfer) {
    store.put_watch(&watch(1)).await.unwrap();
    let mut file = WatchFile::new(watch(1).id, b"sub/\xfe\n".to_vec(), print(1), NOW);
    file.content = Some(Content([4; 32]));
    store.put_files(std::slice::from_ref(&file)).await.unwrap();
    store.insert(&rows(1), &[], &note("accepted")).await.unwrap();
    let file = one(store).await;
    store.attach(&[(file.row, row(0).id)], NOW).await.unwrap();
    let file = one(store).await;
    assert_eq!((file.state, file.transfer), (FileState::Queued, Some(row(0).id)));
    (file, row(0))
}

async fn one(store: &Store) -> WatchFile {
    let mut all = store.files_after(watch(1).id, 0, 10).await.unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

async fn becomes(store: &Store, before: &Transfer, change: impl FnOnce(&mut Transfer)) -> Transfer {
    let mut after = moved(before);
    change(&mut after);
    assert!(store.write(before, &after, None, None).await.unwrap());
    after
}

fn completes(row: &mut Transfer, version: i128) {
    row.state = State::Completed;
    row.proof = Some(Proof::PartTags);
    row.fingerprint = Some(print(version));
    row.size = Some(3);
    row.finished_at = Some(Time(NOW.0 + 9));
    row.remote = Some(Remote {
        id: "r1".into(),
        url: None,
    });
}

#[tokio::test]
async fn a_watch_comes_back_as_it_was_stored() {
    let (_home, store) = fresh().await;
    let mut other = watch(2);
    other.policy = Policy::New;
    other.after = After::Move {
        folder: b"/out/\xff".to_vec(),
    };
    (other.every, other.mark, other.scanned_at, other.ask_above) = (None, None, None, None);
    store.put_watch(&watch(1)).await.unwrap();
    store.put_watch(&other).await.unwrap();
    assert_eq!(store.watches().await.unwrap(), [watch(1), other.clone()]);
    other.name = "another name".into();
    store.put_watch(&other).await.unwrap();
    store.remove_watch(watch(1).id).await.unwrap();
    assert_eq!(store.watches().await.unwrap(), [other]);
}

#[tokio::test]
async fn a_file_is_confirmed_in_the_transaction_that_completes_its_transfer() {
    let (_home, store) = fresh().await;
    let (file, transfer) = queued(&store).await;
    becomes(&store, &transfer, |row| completes(row, 1)).await;
    let confirmed = one(&store).await;
    assert_eq!((confirmed.state, &confirmed.name), (FileState::Confirmed, &file.name));
    let sent = confirmed.sent.unwrap();
    assert_eq!((sent.print, sent.content), (print(1), Some(Content([4; 32]))));
    assert_eq!((sent.remote.as_deref(), sent.at), (Some("r1"), Time(NOW.0 + 9)));
    assert_eq!(
        store.counts(watch(1).id).await.unwrap().of(FileState::Confirmed).files,
        1
    );
    let twins = store
        .twins(watch(1).account, &one(&store).await, &Content([4; 32]), 16)
        .await
        .unwrap();
    assert_eq!(twins.len(), 1);
    assert!(store.knows_size(watch(1).account, 3).await.unwrap());
    assert!(!store.knows_size(watch(1).account, 4).await.unwrap());
    // Taken off the list, it is still known to be there.
    store.remove(&[transfer.id]).await.unwrap();
    let left = one(&store).await;
    assert_eq!((left.state, left.transfer), (FileState::Confirmed, None));
}

#[tokio::test]
async fn another_version_than_the_one_that_settled_is_confirmed_as_what_it_is() {
    let (_home, store) = fresh().await;
    let (_, transfer) = queued(&store).await;
    becomes(&store, &transfer, |row| completes(row, 2)).await;
    let file = one(&store).await;
    assert_eq!((file.print, file.content), (print(2), None));
    assert_eq!(file.sent.unwrap().content, None, "its content was not read");
}

#[tokio::test]
async fn a_transfer_that_was_over_before_it_was_attached_counts_all_the_same() {
    let (_home, store) = fresh().await;
    store.put_watch(&watch(1)).await.unwrap();
    let file = WatchFile::new(watch(1).id, b"a".to_vec(), print(1), NOW);
    store.put_files(&[file]).await.unwrap();
    store.insert(&rows(1), &[], &note("accepted")).await.unwrap();
    becomes(&store, &row(0), |row| completes(row, 1)).await;
    store.attach(&[(one(&store).await.row, row(0).id)], NOW).await.unwrap();
    assert_eq!(one(&store).await.state, FileState::Confirmed);
}

#[tokio::test]
async fn a_transfer_that_left_the_list_before_it_was_attached_is_none() {
    let (_home, store) = fresh().await;
    store.put_watch(&watch(1)).await.unwrap();
    let mut file = WatchFile::new(watch(1).id, b"a".to_vec(), print(1), NOW);
    file.state = FileState::Ready;
    store.put_files(&[file]).await.unwrap();
    store.attach(&[(one(&store).await.row, row(0).id)], NOW).await.unwrap();
    let left = one(&store).await;
    assert_eq!((left.state, left.transfer), (FileState::Ready, None));
}

#[tokio::test]
async fn a_failure_a_cancellation_and_a_changed_source_lead_where_they_should() {
    let ended = |code: &str| Ended {
        code: code.into(),
        message: "So it is.".into(),
        action: None,
    };
    for (state, code, stands) in [
        (State::Failed, Some("too_large"), FileState::Failed),
        (State::Cancelling, None, FileState::Skipped),
        (State::Cancelling, Some("source_changed"), FileState::Settling),
    ] {
        let (_home, store) = fresh().await;
        let (_, transfer) = queued(&store).await;
        let over = becomes(&store, &transfer, |row| {
            row.state = state;
            row.ended = code.map(ended);
        })
        .await;
        let file = one(&store).await;
        assert_eq!(file.state, stands, "{file:?}");
        if state == State::Failed {
            assert_eq!(
                (file.why.code.as_str(), file.why.text.as_str()),
                ("too_large", "So it is.")
            );
            becomes(&store, &over, |row| row.state = State::Queued).await;
            assert_eq!(one(&store).await.state, FileState::Queued, "tried again by hand");
        }
    }
}

#[tokio::test]
async fn what_the_queue_has_is_moved_by_its_transfer_alone() {
    let (_home, store) = fresh().await;
    let (mut file, _) = queued(&store).await;
    file.state = FileState::Settling;
    store.put_files(std::slice::from_ref(&file)).await.unwrap();
    store.forget_files(&[file.row]).await.unwrap();
    assert_eq!(one(&store).await.state, FileState::Queued);
}

/// The file of [`queued`], confirmed as `r1`, and in the queue again with these options.
async fn changed(store: &Store, options: &[(&str, &str)]) -> (WatchFile, Transfer) {
    let (_, first) = queued(store).await;
    becomes(store, &first, |row| completes(row, 1)).await;
    let mut again = one(store).await;
    (again.print, again.content, again.state) = (print(5), Some(Content([6; 32])), FileState::Ready);
    store.put_files(std::slice::from_ref(&again)).await.unwrap();
    let mut next = rows(2).remove(1);
    next.options = options
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    store.insert(&[next.clone()], &[], &note("accepted")).await.unwrap();
    store.attach(&[(again.row, next.id)], NOW).await.unwrap();
    (one(store).await, next)
}

fn completes_as(row: &mut Transfer, remote: &str) {
    completes(row, 5);
    row.remote = Some(Remote {
        id: remote.into(),
        url: None,
    });
}

#[tokio::test]
async fn an_older_version_is_to_be_deleted_once_the_newer_one_is_confirmed_and_nobody_counts_on_it() {
    let (_home, store) = fresh().await;
    let (_, next) = changed(&store, &[]).await;
    let id = watch(1).id;
    assert!(store.replaced(id, 0, 10).await.unwrap().is_empty(), "not before");
    becomes(&store, &next, |row| completes_as(row, "r2")).await;
    let replaced = store.replaced(id, 0, 10).await.unwrap();
    assert_eq!(replaced.len(), 1);
    assert_eq!(replaced[0].remote, "r1");
    let older = store.older(id, &Content([4; 32])).await.unwrap();
    assert_eq!(older, None, "it may be gone any moment");

    // Another name has it: it is not to be deleted under it.
    let mut other = one(&store).await;
    (other.row, other.name) = (0, b"second".to_vec());
    other.sent.as_mut().unwrap().remote = Some("r1".into());
    store.put_files(&[other]).await.unwrap();
    assert!(store.replaced(id, 0, 10).await.unwrap().is_empty());
    let other = store.files(id, &[b"second".to_vec()]).await.unwrap().remove(0);
    store.forget_files(&[other.row]).await.unwrap();
    assert_eq!(store.replaced(id, 0, 10).await.unwrap(), replaced);

    store.forget_replaced(&[replaced[0].row]).await.unwrap();
    assert!(store.replaced(id, 0, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_watch_that_keeps_older_versions_has_none_to_delete() {
    let (_home, store) = fresh().await;
    let (_, next) = changed(&store, &[]).await;
    let mut keeps = watch(1);
    (keeps.policy, keeps.old) = (Policy::Changed, Old::Keep);
    store.put_watch(&keeps).await.unwrap();
    becomes(&store, &next, |row| completes_as(row, "r2")).await;
    assert!(store.replaced(keeps.id, 0, 10).await.unwrap().is_empty());
    // Not even when it is told to delete them later on.
    store.put_watch(&watch(1)).await.unwrap();
    assert!(store.replaced(keeps.id, 0, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_older_version_is_not_deleted_while_a_file_that_was_not_sent_has_its_content() {
    let (_home, store) = fresh().await;
    let (_, next) = changed(&store, &[]).await;
    let id = watch(1).id;
    let mut link = WatchFile::new(id, b"link".to_vec(), print(1), NOW);
    (link.content, link.state) = (Some(Content([4; 32])), FileState::Skipped);
    store.put_files(&[link]).await.unwrap();
    becomes(&store, &next, |row| completes_as(row, "r2")).await;
    assert!(store.replaced(id, 0, 10).await.unwrap().is_empty());

    let mut link = store.files(id, &[b"link".to_vec()]).await.unwrap().remove(0);
    link.stand(FileState::Gone, link.why.clone(), NOW);
    store.put_files(std::slice::from_ref(&link)).await.unwrap();
    assert_eq!(store.replaced(id, 0, 10).await.unwrap().len(), 1, "it went");
    let sent = store.files(id, &[b"sub/\xfe\n".to_vec()]).await.unwrap().remove(0).sent;
    link.stand(FileState::Confirmed, link.why.clone(), NOW);
    link.sent = sent;
    link.sent.as_mut().unwrap().content = link.content;
    store.put_files(&[link]).await.unwrap();
    assert_eq!(store.replaced(id, 0, 10).await.unwrap().len(), 1, "it has its own");
}

#[tokio::test]
async fn an_older_version_that_stays_is_known_until_somebody_counts_on_it_or_it_goes() {
    let (_home, store) = fresh().await;
    let (_, next) = changed(&store, &[]).await;
    let mut keeps = watch(1);
    (keeps.policy, keeps.old) = (Policy::Changed, Old::Keep);
    store.put_watch(&keeps).await.unwrap();
    let (first, second) = (Content([4; 32]), Content([6; 32]));
    assert_eq!(store.older(keeps.id, &first).await.unwrap(), None, "it is the newest");
    becomes(&store, &next, |row| completes_as(row, "r2")).await;
    let older = store.older(keeps.id, &first).await.unwrap().unwrap();
    assert_eq!((older.print, older.remote.as_deref()), (print(1), Some("r1")));
    assert_eq!((older.content, older.at), (Some(first), Time(NOW.0 + 9)));
    assert_eq!(store.older(keeps.id, &second).await.unwrap(), None);
    assert_eq!(store.older(watch(2).id, &first).await.unwrap(), None, "another watch's");

    // The file is that version again, and what it was in between stays as an older one in turn.
    let mut back = one(&store).await;
    let newest = back.sent.replace(older.clone());
    store.put_files(std::slice::from_ref(&back)).await.unwrap();
    assert_eq!(store.older(keeps.id, &first).await.unwrap(), None);
    assert_eq!(store.older(keeps.id, &second).await.unwrap(), newest);
    back.sent.clone_from(&newest);
    store.put_files(&[back]).await.unwrap();
    assert_eq!(store.older(keeps.id, &first).await.unwrap(), Some(older));

    store.forget_older(keeps.account, &["r1".to_owned()]).await.unwrap();
    assert_eq!(store.older(keeps.id, &first).await.unwrap(), None);
}

#[tokio::test]
async fn an_older_version_is_among_those_whose_size_is_known() {
    let (_home, store) = fresh().await;
    let (_, next) = changed(&store, &[]).await;
    becomes(&store, &next, |row| {
        completes_as(row, "r2");
        row.size = Some(50);
    })
    .await;
    assert!(store.knows_size(watch(1).account, 3).await.unwrap());
    let sizes: Vec<i64> =
        sqlx::query_scalar("SELECT size FROM watch_files UNION ALL SELECT sent_size FROM watch_files")
            .fetch_all(&store.readers)
            .await
            .unwrap();
    assert_eq!(sizes, [50, 50], "only the older version has three bytes");
}

#[tokio::test]
async fn nobody_counts_on_what_a_person_deletes_at_the_service() {
    let (_home, store) = fresh().await;
    let (_, transfer) = queued(&store).await;
    becomes(&store, &transfer, |row| completes(row, 1)).await;
    let file = one(&store).await;
    let mut gone = file.clone();
    (gone.row, gone.name, gone.state) = (0, b"went".to_vec(), FileState::Gone);
    store.put_files(&[gone]).await.unwrap();
    let (account, remotes) = (watch(1).account, ["r1".to_owned()]);
    store
        .forget_remotes(AccountId(Uuid::from_u128(9)), &remotes)
        .await
        .unwrap();
    assert_eq!(
        store.files_after(watch(1).id, 0, 10).await.unwrap().len(),
        2,
        "another account's"
    );

    store.forget_remotes(account, &remotes).await.unwrap();
    let left = one(&store).await;
    assert_eq!((left.state, &left.name), (FileState::Confirmed, &file.name));
    let sent = left.sent.clone().unwrap();
    assert_eq!((sent.print, sent.content, sent.remote), (print(1), None, None));
    // Nor when a newer version is confirmed.
    let mut newer = left;
    newer.sent.as_mut().unwrap().remote = Some("r2".into());
    store.put_files(&[newer]).await.unwrap();
    assert_eq!(store.older(watch(1).id, &Content([4; 32])).await.unwrap(), None);
    assert!(store.replaced(watch(1).id, 0, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_sent_in_the_place_of_an_older_version_makes_its_content_unknown_before_the_first_byte() {
    let (_home, store) = fresh().await;
    let (file, next) = changed(&store, &[("replaces", "r1")]).await;
    let sent = file.sent.unwrap();
    assert_eq!((sent.remote.as_deref(), sent.content), (Some("r1"), None));
    let twins = store
        .twins(watch(1).account, &one(&store).await, &Content([4; 32]), 16)
        .await
        .unwrap();
    assert!(twins.is_empty(), "no other name may count on it: {twins:?}");

    // Its older version is gone there: it is no failure, it is sent as a new file.
    becomes(&store, &next, |row| {
        row.state = State::Failed;
        row.ended = Some(Ended {
            code: "no_such_file".into(),
            message: "It is not there.".into(),
            action: None,
        });
    })
    .await;
    let file = one(&store).await;
    assert_eq!(file.state, FileState::Settling);
    assert_eq!(file.sent.unwrap().remote, None);
    assert!(store.replaced(watch(1).id, 0, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_watch_that_was_removed_comes_back_with_what_it_knew() {
    let (_home, store) = fresh().await;
    let (_, transfer) = queued(&store).await;
    becomes(&store, &transfer, |row| completes(row, 1)).await;
    store.remove_watch(watch(1).id).await.unwrap();
    assert!(store.watches().await.unwrap().is_empty());
    let other = WatchFile {
        watch: watch(2).id,
        ..one(&store).await
    };
    let twins = store
        .twins(watch(1).account, &other, &Content([4; 32]), 16)
        .await
        .unwrap();
    assert!(twins.is_empty(), "nobody watches it");
    // Its name is free.
    let mut other = watch(2);
    other.name = watch(1).name;
    store.put_watch(&other).await.unwrap();

    let back = store.removed_watch(watch(1).account, &watch(1).root).await.unwrap();
    let mut back = back.unwrap();
    assert_eq!((back.id, back.mark), (watch(1).id, watch(1).mark));
    back.name = "again".into();
    store.put_watch(&back).await.unwrap();
    assert_eq!(store.watches().await.unwrap().len(), 2);
    assert_eq!(one(&store).await.state, FileState::Confirmed);
    let none = store.removed_watch(watch(1).account, &watch(1).root).await.unwrap();
    assert_eq!(none, None);
}

#[tokio::test]
async fn decisions_are_told_newest_first_and_page_by_page() {
    let (_home, store) = fresh().await;
    store.put_watch(&watch(1)).await.unwrap();
    let file = |n: i64| WatchFile::new(watch(1).id, n.to_string().into_bytes(), print(1), Time(NOW.0 + n / 2));
    let files: Vec<_> = (0..7).map(file).collect();
    store.put_files(&files).await.unwrap();
    let (mut told, mut before) = (Vec::new(), None);
    loop {
        let page = store.decisions(watch(1).id, None, before, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some((last.decided_at, last.row));
        told.extend(page.into_iter().map(|file| file.name));
    }
    let expected: Vec<_> = (0..7_i64).rev().map(|n| n.to_string().into_bytes()).collect();
    assert_eq!(told, expected);
    let none = store
        .decisions(watch(1).id, Some(FileState::Gone), None, 3)
        .await
        .unwrap();
    assert!(none.is_empty());
    let names = [b"3".to_vec(), b"9".to_vec()];
    assert_eq!(store.files(watch(1).id, &names).await.unwrap().len(), 1);
}
