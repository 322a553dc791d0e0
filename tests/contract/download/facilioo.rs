//! What is particular to fetching from facilioo: links by id, names by type, links that end midway.

use std::time::Duration;

use sandbox::Content;
use transfer::Kind;
use transfer::download::{FilePlace, FileSource, RangeAsk};

use crate::facilioo::Facilioo;
use crate::giver::{Giver, Well, part, source};

#[tokio::test]
async fn a_file_is_known_by_its_number_however_that_is_given() {
    let well = Well::of::<Facilioo>().await;
    let id = Facilioo::add(&well.sandbox, "plan.pdf", 100, 1);
    let remote = FileSource {
        place: FilePlace::Remote(id.clone()),
        ..source("")
    };
    let address = source(&format!("https://api.facilioo.de/api/files/{id}/download"));
    for file in [remote, address, source(&id)] {
        let found = well.download().resolve(&[file]).await.unwrap().remove(0).unwrap();
        assert_eq!((found.name.as_str(), found.size), ("plan.pdf", Some(100)));
    }
    for (id, kind) in [("999999", Kind::NotFound), ("../1", Kind::Refused)] {
        assert_eq!(well.resolve(id).await.unwrap_err().kind, kind, "{id}");
    }
}

#[tokio::test]
async fn a_link_that_ends_midway_is_renewed_and_the_same_version_goes_on() {
    let well = Well::of::<Facilioo>().await;
    let id = Facilioo::add(&well.sandbox, "plan.pdf", 300_000, 2);
    let link = well.link(&id).await.unwrap();
    let first = well.download().open(&link, &part(0, 100_000, 300_000)).await.unwrap();
    well.sandbox.advance_clock(Duration::from_secs(900));
    let rest = RangeAsk {
        version: Some(first.version.clone()),
        ..part(100_000, 300_000, 300_000)
    };
    let failure = well.download().open(&link, &rest).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::Expired, "link_expired"));
    let (opening, bytes) = well.fetch(&id, &rest).await.unwrap();
    assert_eq!((opening.start, &opening.version), (100_000, &first.version));
    assert!(bytes == Content::new(2).bytes(100_000, 200_000));
    let seen = well.sandbox.counters();
    assert_eq!((seen.facilioo.download_links, seen.storage.with_authorization), (2, 0));
}

#[tokio::test]
async fn an_entity_without_bytes_has_no_link() {
    let well = Well::of::<Facilioo>().await;
    let id = Facilioo::add(&well.sandbox, "gone.pdf", 10, 3);
    well.sandbox.remove_facilioo_file(id.parse().unwrap());
    assert_eq!(well.link(&id).await.unwrap_err().kind, Kind::NotFound);
}
