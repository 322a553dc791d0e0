//! What holds for Fileflare's library alone.

use sandbox::{Fault, FaultRule, Generation, Route};
use transfer::library::{Changes, Deleted, EntryKind, ImportFrom};
use transfer::{Kind, SecretString};

use super::looking::{first_page, library, sent};
use crate::bench::Bench;
use crate::fileflare::Fileflare;
use crate::stage::{Evidence, Stage, Step, Wrong};

async fn link(bench: &Bench<Fileflare>) -> String {
    let import = library(bench).import().unwrap();
    let from = ImportFrom {
        address: SecretString::from("https://example.org/manual.pdf?key=open"),
        name: Some("manual.pdf".into()),
        title: None,
        description: None,
    };
    import.import(&from).await.unwrap().id
}

async fn leads_to(bench: &Bench<Fileflare>, id: &str) -> Option<String> {
    let assets = bench.stage.sandbox.assets().await.unwrap();
    assets.into_iter().find(|asset| asset.id == id)?.link
}

#[tokio::test]
async fn a_link_keeps_its_whole_address_when_only_its_name_changes() {
    for generation in [Generation::Documented, Generation::Newer] {
        let bench = Bench::<Fileflare>::new().await;
        bench
            .stage
            .sandbox
            .change_settings(|settings| settings.generation = generation);
        let id = link(&bench).await;
        let renamed = Changes {
            name: Some("guide.pdf".into()),
            ..Changes::default()
        };
        let entry = library(&bench).edit().unwrap().edit(&id, &renamed).await.unwrap();
        assert_eq!((entry.name.as_str(), entry.kind), ("guide.pdf", EntryKind::Link));
        assert_eq!(entry.address.as_deref(), Some("https://example.org/manual.pdf"));
        let there = leads_to(&bench, &id).await;
        assert_eq!(there.as_deref(), Some("https://example.org/manual.pdf?key=open"));
    }
}

#[tokio::test]
async fn an_id_that_leads_elsewhere_asks_nobody() {
    let bench = Bench::<Fileflare>::new().await;
    for id in ["", "..", "../assets", "deleted-all/", "a?b", "%2e%2e"] {
        let shelf = library(&bench);
        assert_eq!(shelf.details(id).await.unwrap_err().kind, Kind::NotFound, "{id}");
        assert_eq!(
            shelf.delete().unwrap().delete(id).await.unwrap_err().kind,
            Kind::NotFound,
            "{id}"
        );
        let nothing = Changes::default();
        assert_eq!(
            shelf.edit().unwrap().edit(id, &nothing).await.unwrap_err().kind,
            Kind::NotFound,
            "{id}"
        );
    }
    assert_eq!(*bench.budget.taken.lock().unwrap(), 0);
}

#[tokio::test]
async fn a_file_is_never_changed_into_a_link() {
    let bench = Bench::<Fileflare>::new().await;
    let id = sent(&bench, "film.mp4", 10).await;
    let changes = Changes {
        address: Some(SecretString::from("https://elsewhere.example/")),
        ..Changes::default()
    };
    let edit = library(&bench).edit().unwrap();
    assert!(edit.fields(EntryKind::File).is_empty());
    assert_eq!(edit.edit(&id, &changes).await.unwrap_err().kind, Kind::Refused);
    assert_eq!(bench.stage.sandbox.counters().requests.get(&Route::Edit), None);
}

#[tokio::test]
async fn a_link_whose_answer_was_lost_is_made_once_and_found_in_the_list() {
    let bench = Bench::<Fileflare>::new().await;
    bench
        .stage
        .sandbox
        .change_settings(|settings| settings.generation = Generation::Newer);
    bench.stage.goes_wrong(Step::Import, Wrong::AnswerLost);
    let from = ImportFrom {
        address: SecretString::from("https://example.org/manual.pdf"),
        name: Some("manual.pdf".into()),
        title: None,
        description: None,
    };
    let failure = library(&bench).import().unwrap().import(&from).await.unwrap_err();
    assert!(failure.maybe_done);
    let page = library(&bench).list().unwrap().page(&first_page()).await.unwrap();
    assert_eq!(page.entries.len(), 1, "it was carried out, and not asked for again");
}

#[tokio::test]
async fn an_address_that_is_no_web_address_asks_nobody() {
    let bench = Bench::<Fileflare>::new().await;
    for (address, name) in [
        ("file:///etc/passwd", "a"),
        ("example.org", "a"),
        ("https://example.org", " "),
    ] {
        let from = ImportFrom {
            address: SecretString::from(address),
            name: Some(name.into()),
            title: None,
            description: None,
        };
        let failure = library(&bench).import().unwrap().import(&from).await.unwrap_err();
        assert_eq!((failure.kind, failure.maybe_done), (Kind::Refused, false), "{address}");
    }
    assert_eq!(bench.stage.sandbox.counters().requests.len(), 0);
}

#[tokio::test]
async fn a_rounded_size_is_shown_in_the_services_words() {
    let bench = Bench::<Fileflare>::new().await;
    bench.stage.evidence(Evidence::Rounded);
    let id = sent(&bench, "a", 70_000).await;
    let entry = library(&bench).details(&id).await.unwrap();
    assert_eq!((entry.size, entry.rounded.as_deref()), (None, Some("70KB")));
    assert!(entry.created.is_some());
}

#[tokio::test]
async fn deleting_says_what_goes_along_and_orders_exactly_one() {
    let bench = Bench::<Fileflare>::new().await;
    let (one, other) = (sent(&bench, "one", 1).await, sent(&bench, "other", 1).await);
    let delete = library(&bench).delete().unwrap();
    assert!(delete.consequence().unwrap().contains("past orders"));
    assert!(!delete.for_watches(), "nobody was asked");
    assert_eq!(delete.delete(&one).await.unwrap(), Deleted::Ordered);
    assert_eq!(bench.stage.sandbox.counters().deletions, 1);
    library(&bench).details(&other).await.unwrap();
}

#[tokio::test]
async fn what_is_no_list_is_no_empty_list() {
    for fault in [
        Fault::HtmlPage,
        Fault::EmptyAnswer,
        Fault::ErrorInside200,
        Fault::AnswerCut,
        Fault::Refused {
            status: 500,
            retry_after: None,
        },
        Fault::Redirected { status: 302 },
    ] {
        let bench = Bench::<Fileflare>::new().await;
        let id = sent(&bench, "a", 1).await;
        let rule = |route| FaultRule::from(fault.clone()).on(route);
        for route in [Route::List, Route::Show, Route::Delete, Route::Store] {
            bench.stage.sandbox.add_fault(rule(route));
        }
        let shelf = library(&bench);
        let listed = shelf.list().unwrap().page(&first_page()).await;
        assert!(listed.is_err(), "{fault:?}: {listed:?}");
        assert!(shelf.details(&id).await.is_err(), "{fault:?}");
        let deleted = shelf.delete().unwrap().delete(&id).await;
        assert!(
            deleted.is_err() || matches!(fault, Fault::EmptyAnswer),
            "{fault:?}: {deleted:?}"
        );
        assert_eq!(bench.stage.sandbox.counters().elsewhere.requests, 0);
    }
}

#[tokio::test]
async fn too_many_requests_tell_the_budget_and_say_when_to_come_back() {
    let bench = Bench::<Fileflare>::new().await;
    let id = sent(&bench, "a", 1).await;
    bench.stage.sandbox.change_settings(|settings| settings.rate_limit = 0);
    let failure = library(&bench).delete().unwrap().delete(&id).await.unwrap_err();
    assert_eq!((failure.kind, failure.maybe_done), (Kind::RateLimited, false));
    assert!(failure.retry_after.is_some());
    assert_eq!(bench.budget.exhausted.lock().unwrap().len(), 1);
}
