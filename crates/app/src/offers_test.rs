//! Offers as the page answers them: what a new version of a file becomes is the service's to say.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::{Value, json};

use super::*;
use crate::boundary::{Line, Remote};

/// Says what an account can do, and remembers what was to be queued.
struct Service {
    new_version: Value,
    queued: Mutex<Vec<Value>>,
}

#[async_trait]
impl Line for Service {
    async fn send(&self, name: &'static str, ask: Value) -> Result<Value, Failure> {
        if name == "remote_abilities" {
            let list = json!({ "sent_only": false, "search": null, "sorts": [], "most": 10 });
            return Ok(json!({
                "list": list, "edit_file": [], "edit_link": [], "delete": null, "import": null,
                "thumbnails": false, "download": true, "new_version": self.new_version,
            }));
        }
        self.queued.lock().unwrap_or_else(PoisonError::into_inner).push(ask);
        Ok(json!({ "batch": Uuid::nil(), "transfers": [], "continued": [], "skipped": [] }))
    }
}

fn service(new_version: Value) -> Remote<Service> {
    Remote(Service {
        new_version,
        queued: Mutex::default(),
    })
}

/// An offer of so many files, which are there.
async fn offered(offers: &Offers, folder: &Path, files: usize) -> Uuid {
    let paths = (0..files).map(|n| folder.join(format!("{n}.pdf")));
    let paths: Vec<_> = paths.inspect(|path| std::fs::write(path, "%PDF").unwrap()).collect();
    offers.add(Path::new("/"), paths).await.unwrap().id
}

fn accepting(offer: Uuid, version_of: Option<&str>) -> AcceptOffer {
    AcceptOffer {
        offer,
        account: Uuid::from_u128(9),
        options: [("type".to_owned(), "pdf".to_owned())].into(),
        limit: None,
        version_of: version_of.map(str::to_owned),
    }
}

#[tokio::test]
async fn one_folder_may_be_taken_to_be_watched_and_nothing_else() {
    let room = tempfile::tempdir().unwrap();
    let (one, two) = (room.path().join("one"), room.path().join("two"));
    for folder in [&one, &two] {
        std::fs::create_dir(folder).unwrap();
        std::fs::write(folder.join("a.pdf"), "%PDF").unwrap();
    }
    let offers = Offers::default();
    let offer = async |paths: &[&PathBuf]| {
        let paths = paths.iter().map(|path| (*path).clone()).collect();
        offers.add(Path::new("/"), paths).await.unwrap().id
    };
    for others in [offer(&[&one, &two]).await, offer(&[&one.join("a.pdf")]).await] {
        assert_eq!(offers.take_folder(others).unwrap_err().code, "not_a_folder");
        offers.forget(others).unwrap();
    }
    let folder = offer(&[&one]).await;
    assert_eq!(offers.take_folder(folder).unwrap(), one);
    assert_eq!(offers.take_folder(folder).unwrap_err().code, "unknown_offer");
}

#[tokio::test]
async fn a_new_version_goes_to_the_old_id_where_the_service_replaces_files() {
    let folder = tempfile::tempdir().unwrap();
    let offers = Offers::default();
    let replaces = service(json!({ "replaces": true, "consequence": "The old one is gone then." }));
    let offer = offered(&offers, folder.path(), 1).await;
    offers.accept(&replaces, accepting(offer, Some("4711"))).await.unwrap();
    let queued = replaces.0.queued.lock().unwrap();
    assert_eq!(queued[0]["options"], json!({ "type": "pdf", "replaces": "4711" }));
    assert!(offers.list().is_empty());
}

#[tokio::test]
async fn elsewhere_it_becomes_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let offers = Offers::default();
    let keeps = service(json!({ "replaces": false, "consequence": "The old one stays." }));
    let offer = offered(&offers, folder.path(), 1).await;
    offers.accept(&keeps, accepting(offer, Some("ast_1"))).await.unwrap();
    assert_eq!(keeps.0.queued.lock().unwrap()[0]["options"], json!({ "type": "pdf" }));
}

#[tokio::test]
async fn what_cannot_be_a_new_version_is_refused_and_the_offer_stays() {
    let folder = tempfile::tempdir().unwrap();
    let offers = Offers::default();
    let two = offered(&offers, folder.path(), 2).await;
    let replaces = service(json!({ "replaces": true, "consequence": "" }));
    let refused = offers.accept(&replaces, accepting(two, Some("1"))).await;
    assert_eq!(refused.unwrap_err().code, "one_file");
    let none = service(Value::Null);
    let one = offered(&offers, folder.path(), 1).await;
    let refused = offers.accept(&none, accepting(one, Some("1"))).await;
    assert_eq!(refused.unwrap_err().code, "not_offered");
    assert!(none.0.queued.lock().unwrap().is_empty());
    assert_eq!(offers.list().len(), 2);
}

#[tokio::test]
async fn an_offer_remembers_what_it_was_chosen_for_until_it_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.pdf");
    std::fs::write(&path, "%PDF").unwrap();
    let of = ChooseVersion {
        account: Uuid::from_u128(9),
        id: "4711".to_owned(),
        name: "Plan.pdf".to_owned(),
    };
    let offers = Offers::default();
    offers.add_version(path, of.clone()).await.unwrap();
    // As a page that was loaded anew asks for them.
    let [listed] = <[Offer; 1]>::try_from(offers.list()).unwrap();
    assert_eq!(listed.version_of, Some(of));
}
