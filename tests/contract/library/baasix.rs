//! What is particular to Baasix's library: rows that move, imports that get in each other's way, small pictures.

use bytes::Bytes;
use futures_util::future::join_all;
use sandbox::{Fault, FaultRule, Route};
use transfer::library::{Changes, ImportFrom, Query, Thumbnail};
use transfer::{Kind, SecretString};

use super::looking::{library, sent};
use crate::baasix::Baasix;
use crate::bench::Bench;
use crate::content::Content;
use crate::stage::Stage;

fn from(address: &str) -> ImportFrom {
    ImportFrom {
        address: SecretString::from(address),
        name: None,
        title: None,
        description: None,
    }
}

#[tokio::test]
async fn a_row_that_moves_while_pages_are_turned_is_shown_once() {
    let bench = Bench::<Baasix>::new().await;
    let mut ids = Vec::new();
    for n in 0..6 {
        ids.push(sent(&bench, &format!("{n}.bin"), 5).await);
    }
    let list = library(&bench).list().unwrap();
    let mut query = Query {
        limit: 3,
        ..Query::default()
    };
    let first = list.page(&query).await.unwrap();
    let changes = Changes {
        title: Some("moved".into()),
        ..Changes::default()
    };
    library(&bench).edit().unwrap().edit(&ids[5], &changes).await.unwrap();
    query.cursor = first.next;
    let second = list.page(&query).await.unwrap();
    let mut shown: Vec<_> = first
        .entries
        .into_iter()
        .chain(second.entries)
        .map(|entry| entry.id)
        .collect();
    shown.reverse();
    assert_eq!(shown, ids, "newest first, each once");
    assert_eq!(second.total, Some(6));
}

#[tokio::test]
async fn imports_are_made_one_at_a_time_and_lose_what_is_secret_in_the_address() {
    let bench = Bench::<Baasix>::new().await;
    let import = library(&bench).import().unwrap();
    let link = bench.stage.sandbox.file_url("x.bin", 100, 5);
    bench
        .stage
        .sandbox
        .add_fault(FaultRule::from(Fault::AnswerLate { ms: 50 }).on(Route::File));
    let address = format!("{link}&token=CANARY");
    let others = Bench::with(
        Baasix {
            sandbox: bench.stage.sandbox.clone(),
        },
        &bench.stage.account(),
        &bench.stage.secret(),
    );
    let theirs = library(&others).import().unwrap();
    let all = join_all((0..6).map(|n| {
        let import = if n % 2 == 0 { import } else { theirs };
        let address = address.clone();
        async move { import.import(&from(&address)).await }
    }))
    .await;
    for made in all {
        let made = made.unwrap();
        assert_eq!((made.name.as_str(), made.title.as_deref()), ("x.bin", Some("x.bin")));
        assert!(!format!("{made:?}").contains("CANARY"));
    }
    let seen = bench.stage.sandbox.counters().baasix;
    assert_eq!((seen.imports, seen.imports_failed, seen.imports_max), (6, 0, 1));
}

#[tokio::test]
async fn an_import_that_fails_is_a_clear_no_and_says_all_that_is_known() {
    let bench = Bench::<Baasix>::new().await;
    let import = library(&bench).import().unwrap();
    let failure = import.import(&from("http://127.0.0.1:1/CANARY.bin")).await.unwrap_err();
    assert_eq!(
        (failure.kind, failure.code.as_str(), failure.maybe_done),
        (Kind::Refused, "import_failed", false)
    );
    assert!(!format!("{failure:?}").contains("CANARY"));
    let failure = import.import(&from("file:///etc/passwd")).await.unwrap_err();
    assert_eq!(failure.code, "bad_address");
    assert_eq!(bench.stage.sandbox.counters().requests[&Route::FileImport], 1);
}

#[tokio::test]
async fn images_have_small_pictures_and_other_files_none() {
    let bench = Bench::<Baasix>::new().await;
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x02\0\0\0".to_vec();
    let picture = Content {
        name: "real.png".into(),
        bytes: Bytes::from(png),
    };
    let image = bench.send(&picture).await.unwrap().remote.id;
    let other = sent(&bench, "letter.pdf", 10).await;
    let entry = library(&bench).details(&image).await.unwrap();
    assert!(
        entry.thumbnail && entry.facts.iter().any(|fact| fact.value == "2 × 3"),
        "{entry:?}"
    );
    let thumbnails = library(&bench).thumbnails().unwrap();
    let Thumbnail::Picture { content_type, bytes } = thumbnails.thumbnail(&image).await.unwrap() else {
        panic!("it has one");
    };
    assert_eq!(
        (content_type.as_str(), &bytes[..3]),
        ("image/jpeg", &[0xff, 0xd8, 0xff][..])
    );
    assert!(!library(&bench).details(&other).await.unwrap().thumbnail);
    assert_eq!(thumbnails.thumbnail(&other).await.unwrap(), Thumbnail::Never);
    assert_eq!(thumbnails.thumbnail("no id").await.unwrap(), Thumbnail::Never);
}

#[tokio::test]
async fn no_edit_touches_the_name_that_the_bytes_are_kept_under() {
    let bench = Bench::<Baasix>::new().await;
    let content = Content::new("old.bin", 500);
    let id = bench.send(&content).await.unwrap().remote.id;
    let changes = Changes {
        name: Some("new.bin".into()),
        title: Some(String::new()),
        description: Some("What it is.".into()),
        ..Changes::default()
    };
    let entry = library(&bench).edit().unwrap().edit(&id, &changes).await.unwrap();
    assert_eq!(
        (entry.name.as_str(), entry.title, entry.description.as_deref()),
        ("new.bin", None, Some("What it is."))
    );
    let renamed = Content {
        name: "new.bin".into(),
        ..content
    };
    assert!(bench.stage.has(&renamed).await, "its bytes are still found");
}
