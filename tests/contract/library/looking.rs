//! Looking at the files that are there.

use std::collections::BTreeSet;

use transfer::Kind;
use transfer::library::{Entry, Library, List, Query, Sort, SortKey};

use crate::bench::Bench;
use crate::content::Content;
use crate::stage::Stage;

pub(crate) fn library<S>(bench: &Bench<S>) -> &dyn Library {
    bench.provider.library().expect("it shows its files")
}

/// Sends a file; its id.
pub(crate) async fn sent<S: Stage>(bench: &Bench<S>, name: &str, size: u64) -> String {
    bench.send(&Content::new(name, size)).await.unwrap().remote.id
}

pub(crate) fn first_page() -> Query {
    Query {
        limit: 2,
        ..Query::default()
    }
}

/// All entries, two at a time.
pub(crate) async fn all(list: &dyn List, mut query: Query) -> Vec<Entry> {
    let mut entries = Vec::new();
    for _ in 0..20 {
        let page = list.page(&query).await.unwrap();
        assert!(page.entries.len() <= 2, "a page has no more than was asked for");
        entries.extend(page.entries);
        query.cursor = page.next;
        if query.cursor.is_none() {
            return entries;
        }
    }
    panic!("the list has no end");
}

pub(crate) async fn what_was_sent_is_listed_and_described_by_its_id<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let id = sent(&bench, "ä \"film\".mp4", 70_000).await;
    let described = library(&bench).details(&id).await.unwrap();
    assert_eq!(
        (described.id.as_str(), described.name.as_str()),
        (id.as_str(), "ä \"film\".mp4")
    );
    assert_eq!(described.size, Some(70_000));
    let Some(list) = library(&bench).list() else { return };
    assert_eq!(all(list, first_page()).await, [described]);
}

pub(crate) async fn pages_follow_one_another_until_all_files_were_shown_once<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let Some(list) = library(&bench).list() else { return };
    assert!(
        list.page(&first_page()).await.unwrap().next.is_none(),
        "nothing is there yet"
    );
    let mut ids = BTreeSet::new();
    for n in 0..5 {
        ids.insert(sent(&bench, &format!("{n}.txt"), n + 1).await);
    }
    let page = list.page(&first_page()).await.unwrap();
    assert!(page.total.is_none_or(|total| total == 5), "{page:?}");
    let shown = all(list, first_page()).await;
    assert_eq!(shown.len(), 5);
    assert_eq!(shown.into_iter().map(|entry| entry.id).collect::<BTreeSet<_>>(), ids);
}

pub(crate) async fn a_search_finds_what_it_says<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let Some(list) = library(&bench).list().filter(|list| list.rules().search.is_some()) else {
        return;
    };
    for name in ["a&page=9.txt", "b&page=9.txt", "c.txt"] {
        sent(&bench, name, 5).await;
    }
    let query = Query {
        search: Some("&page=9".into()),
        ..first_page()
    };
    let mut names: Vec<_> = all(list, query).await.into_iter().map(|entry| entry.name).collect();
    names.sort();
    assert_eq!(names, ["a&page=9.txt", "b&page=9.txt"]);
}

pub(crate) async fn a_sort_holds_over_all_pages<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let Some(list) = library(&bench).list() else { return };
    for (name, size) in [("b", 3), ("c", 1), ("a", 2)] {
        sent(&bench, name, size).await;
    }
    for by in list.rules().sorts {
        let sorted = |descending| {
            let query = Query {
                sort: Some(Sort { by, descending }),
                ..first_page()
            };
            all(list, query)
        };
        let up = sorted(false).await;
        let mut down = sorted(true).await;
        down.reverse();
        assert_eq!(up, down, "{by:?}");
        let expected: Vec<_> = match by {
            SortKey::Name => ["a", "b", "c"].into(),
            SortKey::Size => ["c", "a", "b"].into(),
            SortKey::Created | SortKey::Modified => ["b", "c", "a"].into(),
        };
        assert_eq!(
            up.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(),
            expected,
            "{by:?}"
        );
    }
}

pub(crate) async fn a_cursor_that_nobody_gave_is_refused<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let Some(list) = library(&bench).list() else { return };
    for cursor in ["", "no", "-1", "1&filename=x", "../signed"] {
        let query = Query {
            cursor: Some(cursor.into()),
            ..first_page()
        };
        let failure = list.page(&query).await.unwrap_err();
        assert_eq!(
            (failure.kind, failure.code.as_str()),
            (Kind::Refused, "bad_cursor"),
            "{cursor}"
        );
    }
}

pub(crate) async fn an_id_that_leads_elsewhere_is_not_found<S: Stage>() {
    let bench = Bench::<S>::new().await;
    for id in ["", ".", "..", "../assets", "a/b", "a?b", "a#b", "%2e%2e", "a b"] {
        let failure = library(&bench).details(id).await.unwrap_err();
        assert_eq!(failure.kind, Kind::NotFound, "{id}");
        if let Some(delete) = library(&bench).delete() {
            // Memory asks nobody whatever the id, and finds nothing there.
            let deleted = delete.delete(id).await;
            assert!(
                matches!(&deleted, Ok(transfer::library::Deleted::Gone))
                    || matches!(&deleted, Err(failure) if failure.kind == Kind::NotFound),
                "{id}: {deleted:?}"
            );
        }
    }
}

pub(crate) async fn a_file_that_is_not_there_is_not_found<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let failure = library(&bench).details("0f0f0f0f-0000").await.unwrap_err();
    assert_eq!(failure.kind, Kind::NotFound);
    assert!(!failure.maybe_done);
}

pub(crate) async fn every_question_takes_from_the_budget<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let id = sent(&bench, "a", 1).await;
    let taken = || *bench.budget.taken.lock().unwrap();
    let before = taken();
    library(&bench).details(&id).await.unwrap();
    assert_eq!(taken(), before + 1);
    if let Some(list) = library(&bench).list() {
        list.page(&first_page()).await.unwrap();
        assert_eq!(taken(), before + 2);
    }
    if let Some(delete) = library(&bench).delete() {
        let before = taken();
        delete.delete(&id).await.unwrap();
        assert_eq!(taken(), before + 1);
    }
}
