//! What is particular to FileFactory: sessions, batches, waits and passwords.

use std::time::Duration;

use futures_util::future::join_all;
use sandbox::{ErrorForm, Fault, FaultRule, FileStatus, HostedFile, Numbers, Route, Running, Unreachable};
use transfer::account::Account;
use transfer::download::{Checksum, FileSource, RangeAsk};
use transfer::{Kind, SecretString};

use crate::giver::{Giver, Premium, Well, source};
use crate::stage::account;

fn other(sandbox: &Running, kind: &str) -> (Account, SecretString) {
    let known = &sandbox.description().providers["filefactory"];
    let secret = known
        .others
        .get(kind)
        .map(|secret| serde_json::to_string(secret).expect("texts only"));
    (
        account("filefactory", &known.base_url),
        SecretString::from(secret.unwrap_or_else(|| "{}".into())),
    )
}

fn with_password(link: &str, password: &str) -> FileSource {
    FileSource {
        password: Some(SecretString::from(password)),
        ..source(link)
    }
}

#[tokio::test]
async fn one_login_does_for_five_hundred_files_and_a_hundred_links() {
    let well = Well::of::<Premium>().await;
    let links: Vec<String> = (0..500)
        .map(|n| Premium::add(&well.sandbox, &format!("{n}.bin"), 1_000 + n, n))
        .collect();
    let sources: Vec<_> = links.iter().map(|link| source(link)).collect();
    let found = well.download().resolve(&sources).await.unwrap();
    for (n, file) in found.into_iter().enumerate() {
        let file = file.unwrap();
        assert_eq!((file.name, file.size), (format!("{n}.bin"), Some(1_000 + n as u64)));
        assert!(matches!(file.checksum, Some(Checksum::Md5(_))));
    }
    let all = join_all(links[..100].iter().map(|link| well.link(link))).await;
    assert!(all.iter().all(Result::is_ok));
    let seen = well.sandbox.counters().filefactory;
    assert_eq!((seen.logins, seen.largest_batch, seen.links), (1, 100, 100));
    assert_eq!((seen.by_get, seen.secrets_in_url, seen.by_post), (0, 0, 1 + 5 + 100));
    assert_eq!(*well.budget.taken.lock().unwrap(), 106, "every request is counted");
}

#[tokio::test]
async fn a_key_that_ends_under_twenty_calls_costs_one_login() {
    let well = Well::of::<Premium>().await;
    let link = Premium::add(&well.sandbox, "x.bin", 10, 1);
    well.link(&link).await.unwrap();
    well.sandbox.advance_clock(Duration::from_secs(901));
    let all = join_all((0..20).map(|_| well.link(&link))).await;
    assert!(
        all.iter().all(Result::is_ok),
        "{:?}",
        all.iter().find(|one| one.is_err())
    );
    assert_eq!(well.sandbox.counters().filefactory.logins, 2);
}

#[tokio::test]
async fn logins_end_before_the_service_suspends_the_account() {
    let well = Well::of::<Premium>().await;
    let link = Premium::add(&well.sandbox, "x.bin", 10, 1);
    well.sandbox
        .add_fault(FaultRule::from(Fault::Code { code: 710 }).on(Route::DownloadLink));
    for _ in 0..5 {
        well.link(&link).await.unwrap_err();
    }
    assert_eq!(well.link(&link).await.unwrap_err().code, "too_many_logins");
    assert_eq!(well.sandbox.counters().filefactory.logins, 3);
}

#[tokio::test]
async fn nobody_asks_while_a_wait_lasts() {
    let well = Well::of::<Premium>().await;
    let mut file = HostedFile::new("locked", "locked.bin", 10, 1);
    file.password = Some("tulip".into());
    let link = well.sandbox.add_hosted_file(file);
    well.sandbox.add_fault(
        FaultRule::from(Fault::Code { code: 717 })
            .on(Route::DownloadLink)
            .times(1),
    );
    for _ in 0..3 {
        let failure = well.download().link(&with_password(&link, "tulip")).await.unwrap_err();
        assert_eq!(
            (failure.kind, failure.code.as_str()),
            (Kind::Later, "password_attempts")
        );
    }
    assert_eq!(well.sandbox.counters().filefactory.during_password_wait, 0);
    well.sandbox.advance_clock(Duration::from_secs(301));
    assert!(well.download().link(&with_password(&link, "tulip")).await.is_ok());

    let well = Well::of::<Premium>().await;
    let link = Premium::add(&well.sandbox, "x.bin", 10, 1);
    well.sandbox.add_fault(
        FaultRule::from(Fault::Code { code: 705 })
            .on(Route::SessionKey)
            .times(1),
    );
    for _ in 0..3 {
        assert_eq!(well.link(&link).await.unwrap_err().code, "logins_blocked");
    }
    assert_eq!(well.sandbox.counters().filefactory.during_login_wait, 0);
    well.sandbox.advance_clock(Duration::from_secs(901));
    assert!(well.link(&link).await.is_ok());
}

#[tokio::test]
async fn a_password_is_asked_for_and_a_wrong_one_is_called_wrong() {
    let well = Well::of::<Premium>().await;
    let mut file = HostedFile::new("locked", "locked.bin", 10, 1);
    file.password = Some("tulip".into());
    let link = well.sandbox.add_hosted_file(file);
    assert!(well.resolve(&link).await.unwrap().needs_password);
    let failure = well.link(&link).await.unwrap_err();
    assert_eq!(
        (failure.kind, failure.code.as_str()),
        (Kind::Password, "password_needed")
    );
    let failure = well.download().link(&with_password(&link, "CANARY")).await.unwrap_err();
    assert_eq!(
        (failure.kind, failure.code.as_str()),
        (Kind::Password, "password_wrong")
    );
    assert!(!format!("{failure:?}").contains("CANARY"));
    assert!(well.download().link(&with_password(&link, "tulip")).await.is_ok());
    assert_eq!(well.sandbox.counters().filefactory.secrets_in_url, 0);
}

#[tokio::test]
async fn each_file_of_a_batch_has_its_own_answer() {
    let well = Well::of::<Premium>().await;
    let good = Premium::add(&well.sandbox, "good.bin", 10, 1);
    let mut offline = HostedFile::new("off", "off.bin", 10, 2);
    offline.status = FileStatus::Offline;
    let offline = well.sandbox.add_hosted_file(offline);
    let gone = "https://www.filefactory.com/file/nosuchfile";
    let folder = "https://www.filefactory.com/folder/abc";
    well.sandbox
        .add_fault(FaultRule::from(Fault::EntryOmitted { id: "id1x10".into() }).times(1));
    let sources = [
        source(&good),
        source(&offline),
        source(gone),
        source(folder),
        source(&good),
    ];
    let found = well.download().resolve(&sources).await.unwrap();
    let kinds: Vec<_> = found
        .iter()
        .map(|one| one.as_ref().err().map(|failure| failure.kind))
        .collect();
    let expected = [None, Some(Kind::Later), Some(Kind::NotFound), Some(Kind::Refused), None];
    assert_eq!(kinds, expected);
    assert_eq!(
        well.sandbox.counters().requests[&Route::FileInfo],
        2,
        "the one left out is asked for alone, once"
    );
}

#[tokio::test]
async fn a_free_link_waits_and_comes_over_one_connection() {
    for who in ["free", "nobody"] {
        let well = Well::with(|sandbox| other(sandbox, who)).await;
        let link = Premium::add(&well.sandbox, "free.bin", 10, 1);
        assert_eq!(well.resolve(&link).await.unwrap().size, Some(10));
        let given = well.link(&link).await.unwrap();
        assert_eq!(
            (given.wait.as_secs(), given.connections, given.resumable),
            (31, Some(1), Some(false))
        );
        assert!(given.note.unwrap().contains("can't be gone on with"));
        let given = well.link(&link).await.unwrap();
        let early = well.download().open(&given, &RangeAsk::default()).await.unwrap_err();
        assert_eq!((early.kind, early.code.as_str()), (Kind::Later, "not_ready"));
        well.sandbox.advance_clock(given.wait);
        assert!(well.download().open(&given, &RangeAsk::default()).await.is_ok());
    }
    let well = Well::with(|sandbox| other(sandbox, "trafficshare")).await;
    let link = Premium::add(&well.sandbox, "share.bin", 10, 1);
    assert_eq!(well.link(&link).await.unwrap().resumable, Some(true));
    assert!(
        well.provider
            .check_account()
            .await
            .unwrap()
            .note
            .unwrap()
            .contains("traffic share")
    );
}

#[tokio::test]
async fn a_link_that_ran_out_and_an_error_page_are_told_apart() {
    let well = Well::of::<Premium>().await;
    let link = Premium::add(&well.sandbox, "x.bin", 10, 1);
    let given = well.link(&link).await.unwrap();
    well.sandbox.advance_clock(Duration::from_secs(14_401));
    let failure = well.download().open(&given, &RangeAsk::default()).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Expired);
    for (code, kind) in [
        (251, Kind::NotFound),
        (257, Kind::Later),
        (258, Kind::Person),
        (265, Kind::Expired),
        (266, Kind::Later),
        (275, Kind::Later),
        (152, Kind::Unavailable),
    ] {
        well.sandbox.clear_faults();
        well.sandbox.add_fault(Fault::SiteCode { code });
        assert_eq!(
            well.open(&link, &RangeAsk::default()).await.unwrap_err().kind,
            kind,
            "{code}"
        );
    }
}

#[tokio::test]
async fn an_error_is_read_whatever_it_comes_as() {
    let well = Well::of::<Premium>().await;
    let gone = "https://www.filefactory.com/file/nosuchfile";
    for numbers in [Numbers::Mixed, Numbers::Strings, Numbers::Numbers] {
        well.sandbox
            .change_settings(|settings| settings.filefactory.numbers = numbers);
        let info = well.provider.check_account().await.unwrap();
        assert_eq!(
            (info.plan.as_deref(), info.quota),
            (Some("premium"), Some(1_099_511_627_776))
        );
        let days = info
            .expires
            .unwrap()
            .since(transfer::Time(well.sandbox.clock().now_s * 1_000))
            .as_secs()
            / 86_400;
        assert!((364..=365).contains(&days), "{days}");
    }
    for form in [ErrorForm::Ok, ErrorForm::Status] {
        well.sandbox
            .change_settings(|settings| settings.filefactory.errors = form);
        assert_eq!(well.link(gone).await.unwrap_err().kind, Kind::NotFound, "{form:?}");
    }
    for (code, kind) in [
        (701, Kind::Unavailable),
        (1, Kind::Unavailable),
        (718, Kind::Person),
        (719, Kind::Unauthorized),
    ] {
        well.sandbox.clear_faults();
        well.sandbox
            .add_fault(FaultRule::from(Fault::Code { code }).on(Route::DownloadLink));
        assert_eq!(well.link(gone).await.unwrap_err().kind, kind, "{code}");
    }
    well.sandbox.clear_faults();
    well.sandbox
        .add_fault(FaultRule::from(Fault::Code { code: 704 }).on(Route::DownloadLink));
    let failure = well.link(gone).await.unwrap_err();
    assert_eq!(failure.kind, Kind::RateLimited);
    assert_eq!(*well.budget.exhausted.lock().unwrap(), [failure.retry_after.unwrap()]);
}

#[tokio::test]
async fn an_api_that_does_not_answer_is_named_by_its_host() {
    let well = Well::of::<Premium>().await;
    let refuse = Unreachable::Refuse;
    well.sandbox.add_fault(Fault::ServiceUnreachable { how: refuse });
    well.sandbox.settled().await;
    let failure = well.provider.check_account().await.unwrap_err();
    assert!(
        failure
            .message
            .starts_with("FileFactory's API does not answer at 127.0.0.1."),
        "{failure}"
    );
    assert_eq!(failure.kind, Kind::Unavailable);
}
