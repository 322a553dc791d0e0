//! Doing something with the files that are there.

use transfer::library::{Changes, Deleted, EditField, Entry, EntryKind, ImportFrom};
use transfer::{Kind, SecretString};

use super::looking::{all, first_page, library, sent};
use crate::bench::Bench;
use crate::stage::{Stage, Step, Wrong};

fn from(address: &str) -> ImportFrom {
    ImportFrom {
        address: SecretString::from(address),
        name: Some("manual.pdf".into()),
        title: None,
        description: None,
    }
}

async fn listed<S: Stage>(bench: &Bench<S>) -> Vec<String> {
    let list = library(bench).list().expect("it lists its files");
    all(list, first_page())
        .await
        .into_iter()
        .map(|entry| entry.id)
        .collect()
}

pub(crate) async fn a_file_is_deleted_alone_and_deleting_it_again_is_no_fault<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let Some(delete) = library(&bench).delete() else { return };
    let kept = sent(&bench, "kept", 1).await;
    let gone = sent(&bench, "gone", 1).await;
    assert!(matches!(
        delete.delete(&gone).await.unwrap(),
        Deleted::Done | Deleted::Ordered
    ));
    assert_eq!(delete.delete(&gone).await.unwrap(), Deleted::Gone);
    assert_eq!(library(&bench).details(&gone).await.unwrap_err().kind, Kind::NotFound);
    assert_eq!(library(&bench).details(&kept).await.unwrap().name, "kept");
}

pub(crate) async fn a_lost_answer_to_deleting_is_healed_by_deleting_again<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let Some(delete) = library(&bench).delete() else { return };
    for wrong in [Wrong::AnswerLost, Wrong::Dropped] {
        let id = sent(&bench, "gone", 1).await;
        bench.stage.goes_wrong(Step::Delete, wrong);
        let failure = delete.delete(&id).await.unwrap_err();
        assert!(failure.maybe_done, "{wrong:?}: {failure:?}");
        delete.delete(&id).await.unwrap();
        assert_eq!(library(&bench).details(&id).await.unwrap_err().kind, Kind::NotFound);
    }
}

pub(crate) async fn a_lost_answer_to_importing_is_unclear<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let Some(import) = library(&bench).import() else { return };
    bench.stage.goes_wrong(Step::Import, Wrong::AnswerLost);
    let failure = import
        .import(&from("https://example.org/manual.pdf?sig=CANARY"))
        .await
        .unwrap_err();
    assert!(failure.maybe_done, "{failure:?}");
    assert!(!format!("{failure:?}").contains("CANARY"));
}

pub(crate) async fn what_is_imported_is_listed<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let Some(import) = library(&bench).import() else { return };
    let made = import
        .import(&from("https://example.org/manual.pdf?sig=CANARY"))
        .await
        .unwrap();
    assert_eq!((made.name.as_str(), made.kind), ("manual.pdf", import.rules().makes));
    assert!(!format!("{made:?}").contains("CANARY"));
    assert_eq!(listed(&bench).await, std::slice::from_ref(&made.id));
    assert_eq!(library(&bench).details(&made.id).await.unwrap(), made);
}

pub(crate) async fn an_edit_changes_what_it_names_and_nothing_else<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let Some(edit) = library(&bench).edit() else { return };
    let file = sent(&bench, "a.pdf", 1).await;
    let mut ids = vec![(file, EntryKind::File)];
    if let Some(import) = library(&bench).import() {
        let made = import.import(&from("https://example.org/manual.pdf")).await.unwrap();
        ids.push((made.id, made.kind));
    }
    for (id, kind) in ids {
        for field in edit.fields(kind) {
            let mut expected = library(&bench).details(&id).await.unwrap();
            let mut changes = Changes::default();
            match field {
                EditField::Name => changes.name = Some("new ü".into()),
                EditField::Title => changes.title = Some("new ü".into()),
                EditField::Description => changes.description = Some("new ü".into()),
                EditField::Address => changes.address = Some(SecretString::from("https://new.example/x?k=CANARY")),
            }
            said(&mut expected, *field);
            let after = edit.edit(&id, &changes).await.unwrap();
            let expected = Entry {
                modified: after.modified,
                ..expected
            };
            assert_eq!(after, expected, "{field:?}");
            assert_eq!(library(&bench).details(&id).await.unwrap(), expected, "{field:?}");
        }
    }
    let failure = edit.edit("0f0f0f0f-0000", &Changes::default()).await.unwrap_err();
    assert_eq!(failure.kind, Kind::NotFound);
}

/// What the entry says once the field was changed.
fn said(entry: &mut Entry, field: EditField) {
    let new = || "new ü".to_owned();
    match field {
        EditField::Name => entry.name = new(),
        EditField::Title => entry.title = Some(new()),
        EditField::Description => entry.description = Some(new()),
        EditField::Address => entry.address = Some("https://new.example/x".into()),
    }
}

pub(crate) async fn a_host_that_refuses_connections_has_certainly_done_nothing<S: Stage>() {
    let bench = Bench::<S>::new().await;
    let id = sent(&bench, "a", 1).await;
    bench.stage.unreachable();
    let looked = library(&bench).details(&id).await.unwrap_err();
    assert!(matches!(looked.kind, Kind::Unavailable | Kind::Offline), "{looked:?}");
    if let Some(delete) = library(&bench).delete() {
        assert!(!delete.delete(&id).await.unwrap_err().maybe_done);
    }
    if let Some(import) = library(&bench).import() {
        assert!(
            !import
                .import(&from("https://example.org/a"))
                .await
                .unwrap_err()
                .maybe_done
        );
    }
}
