//! What is particular to the files at facilioo: whose list may be seen, pages, thumbnails and what stands in for them.

use std::time::Duration;

use sandbox::{FaciliooFile, Route};
use transfer::Kind;
use transfer::library::Thumbnail;

use super::looking::{first_page, library};
use crate::bench::Bench;
use crate::content::Content;
use crate::facilioo::{Facilioo, known};
use crate::giver::Giver;
use crate::stage::Stage;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01";

async fn of(who: &str) -> Bench<Facilioo> {
    let stage = Facilioo::start().await;
    let (account, secret) = known(&stage.sandbox, who);
    Bench::with(stage, &account, &secret)
}

#[tokio::test]
async fn a_list_is_for_administrators_and_all_else_for_everyone() {
    let bench = of("admin").await;
    let id = Facilioo::add(&bench.stage.sandbox, "plan.pdf", 120_000, 1);
    let page = library(&bench).list().unwrap().page(&first_page()).await.unwrap();
    assert_eq!((page.total, page.entries[0].id.as_str()), (Some(1), id.as_str()));
    let facts: Vec<_> = page.entries[0]
        .facts
        .iter()
        .map(|fact| (fact.label.as_str(), fact.value.as_str()))
        .collect();
    assert_eq!(facts, [("Pages", "3"), ("File type", "PDF")]);

    let bench = of("manager").await;
    let content = Content::new("mine.bin", 10);
    let sent = bench.send(&content).await.unwrap();
    assert!(library(&bench).list().is_none(), "its token says that it is none");
    let described = library(&bench).details(&sent.remote.id).await.unwrap();
    assert_eq!((described.name.as_str(), described.size), ("mine.bin", Some(10)));
    assert!(library(&bench).new_version().is_some() && library(&bench).delete().is_none());
}

#[tokio::test]
async fn a_picture_stands_in_for_its_thumbnail_until_that_is_made() {
    let bench = of("admin").await;
    let content = Content {
        name: "front.png".into(),
        bytes: PNG.into(),
    };
    let facts = content.facts();
    let session = bench.upload().open(&facts).await.unwrap();
    bench.put_all(&session, &content).await.unwrap();
    let id = session.remote_id.unwrap();
    let pictures = library(&bench).thumbnails().unwrap();
    let Thumbnail::Picture { content_type, bytes } = pictures.thumbnail(&id).await.unwrap() else {
        panic!("the picture is small enough to stand in");
    };
    assert_eq!((content_type.as_str(), bytes.as_ref()), ("image/png", PNG));
    bench.stage.sandbox.advance_clock(Duration::from_secs(3));
    let Thumbnail::Picture { bytes, .. } = pictures.thumbnail(&id).await.unwrap() else {
        panic!("it is made by now");
    };
    assert_ne!(bytes.as_ref(), PNG);
    assert_eq!(bench.stage.sandbox.counters().storage.with_authorization, 0);
}

#[tokio::test]
async fn what_is_no_picture_has_no_thumbnail_and_one_that_is_broken_is_not_shown() {
    let bench = of("admin").await;
    let pdf = Facilioo::add(&bench.stage.sandbox, "plan.pdf", 10, 1);
    let pictures = library(&bench).thumbnails().unwrap();
    for id in [pdf.as_str(), "999999", "../1"] {
        assert_eq!(pictures.thumbnail(id).await.unwrap(), Thumbnail::Never, "{id}");
    }
    assert_eq!(bench.stage.sandbox.counters().requests.get(&Route::ThumbnailLink), None);
    let noise = FaciliooFile {
        name: "noise.png".into(),
        size: 1_000,
        seed: 7,
    };
    let id = bench.stage.sandbox.add_facilioo_file(&noise).unwrap().to_string();
    assert_eq!(pictures.thumbnail(&id).await.unwrap(), Thumbnail::NotYet);
    bench.stage.unreachable();
    let failure = pictures.thumbnail(&id).await.unwrap_err();
    assert!(matches!(failure.kind, Kind::Unavailable | Kind::Offline), "{failure:?}");
}
