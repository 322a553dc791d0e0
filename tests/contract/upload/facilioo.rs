//! What is particular to sending to facilioo: file types, external ids, signed content types, sign-ins.

use std::time::Duration;

use futures_util::future::join_all;
use sandbox::{Fault, FaultRule, Naming, Route};
use transfer::parts::UploadSession;
use transfer::provider::{FileFacts, Finished, Settlement};
use transfer::{Kind, SecretString};

use crate::bench::{Bench, receipt};
use crate::content::{Content, PART};
use crate::facilioo::{Facilioo, known};
use crate::stage::{Stage, Step, Wrong};
use crate::wire::Behind;

pub(super) const PDF: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj";

/// A file with these bytes.
pub(super) fn file(name: &str, bytes: &[u8]) -> Content {
    Content {
        name: name.into(),
        bytes: bytes.to_vec().into(),
    }
}

pub(super) fn with(facts: FileFacts, option: &str, value: &str) -> FileFacts {
    let mut facts = facts;
    facts.options.insert(option.into(), value.into());
    facts
}

impl Bench<Facilioo> {
    /// Another of the sample accounts, whose files do not become documents.
    async fn of(who: &str) -> Self {
        let stage = Facilioo::start().await;
        let (account, secret) = known(&stage.sandbox, who);
        Self::with(stage, &account, &secret)
    }

    /// From these facts to the end.
    pub(super) async fn deliver(
        &self,
        facts: &FileFacts,
        content: &Content,
    ) -> transfer::error::Result<(UploadSession, Finished)> {
        self.upload().limits(facts).await?;
        let session = self.upload().open(facts).await?;
        let finished = self.go_on(&session, content).await?;
        Ok((session, finished))
    }

    async fn go_on(&self, session: &UploadSession, content: &Content) -> transfer::error::Result<Finished> {
        let plan = session.parts[0];
        let answer = self.put(session, &plan, content).await?;
        self.upload().finish(session, &[receipt(&plan, &answer, content)]).await
    }

    /// As the queue does it: whatever an answer was lost to is looked for before it is asked for again.
    async fn deliver_stubbornly(&self, content: &Content) -> UploadSession {
        let facts = self.stage.facts(content);
        while self.upload().limits(&facts).await.is_err() {}
        let session = loop {
            match self.upload().open(&facts).await {
                Ok(session) => break session,
                Err(failure) if failure.maybe_done => {
                    if let Some(found) = self.upload().find(&facts).await.unwrap() {
                        break found;
                    }
                }
                Err(_) => {}
            }
        };
        let plan = session.parts[0];
        let answer = loop {
            if let Ok(answer) = self.put(&session, &plan, content).await {
                break answer;
            }
        };
        let receipts = [receipt(&plan, &answer, content)];
        while let Err(failure) = self.upload().finish(&session, &receipts).await {
            if failure.maybe_done && matches!(self.upload().settle(&session).await, Ok(Settlement::Finished(_))) {
                break;
            }
        }
        session
    }
}

#[tokio::test]
async fn an_answer_lost_at_any_step_leaves_one_file_with_one_document() {
    for fault in [
        Fault::AnswerLost,
        Fault::AnswerCut,
        Fault::Dropped,
        Fault::DoneButRefused { status: 500 },
    ] {
        for route in [
            Route::LogIn,
            Route::FileTypes,
            Route::CreateFile,
            Route::UploadLink,
            Route::Part,
            Route::ShowFile,
            Route::FindDocument,
            Route::CreateDocument,
        ] {
            let bench = Bench::<Facilioo>::new().await;
            bench.stage.wrong(route, fault.clone());
            let content = Content::new("lost.bin", PART);
            bench.deliver_stubbornly(&content).await;
            assert!(bench.stage.has(&content).await, "{fault:?} at {route:?}");
            let seen = bench.stage.sandbox.counters();
            assert_eq!(
                (seen.facilioo.created, seen.facilioo.documents, seen.facilioo.malformed),
                (1, 1, 0),
                "{fault:?} at {route:?}"
            );
            assert_eq!(
                seen.faults.values().sum::<u64>(),
                1,
                "{fault:?} at {route:?} was lived through"
            );
        }
    }
}

#[tokio::test]
async fn what_was_perhaps_created_is_found_by_our_own_id_and_by_no_other() {
    for (wrong, there) in [(Wrong::AnswerLost, true), (Wrong::Dropped, false)] {
        let bench = Bench::<Facilioo>::new().await;
        let content = Content::new("found.bin", PART);
        let facts = bench.stage.facts(&content);
        bench.stage.goes_wrong(Step::Open, wrong);
        assert!(bench.upload().open(&facts).await.unwrap_err().maybe_done);
        // After a restart too: nothing of it is remembered.
        let bench = Bench::on(bench.stage);
        let other = bench.stage.facts(&content);
        assert!(bench.upload().find(&other).await.unwrap().is_none());
        let found = bench.upload().find(&facts).await.unwrap();
        assert_eq!(found.is_some(), there, "{wrong:?}");
        if let Some(session) = found {
            bench.go_on(&session, &content).await.unwrap();
            assert!(bench.stage.has(&content).await);
            assert_eq!(bench.stage.seen().opened, 1);
        }
    }
    let bench = Bench::<Facilioo>::new().await;
    bench
        .stage
        .sandbox
        .change_settings(|settings| settings.facilioo.lookup = false);
    let facts = bench.stage.facts(&Content::new("x.bin", 1));
    let failure = bench.upload().find(&facts).await.unwrap_err();
    assert_eq!(failure.kind, Kind::NotFound, "it can't be asked, which is no answer");
}

#[tokio::test]
async fn exactly_the_media_type_of_the_file_type_is_sent_whether_it_is_signed_or_not() {
    for signed in [false, true] {
        let bench = Bench::<Facilioo>::new().await;
        bench
            .stage
            .sandbox
            .change_settings(|settings| settings.facilioo.sign_content_type = signed);
        for (name, bytes, mime) in [
            ("plan.pdf", PDF, "application/pdf"),
            ("list.csv", b"a;b\n1;2\n".as_slice(), "text/csv"),
            ("front.JPEG", b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg"),
            ("noise.bin", b"\x01\xf0\x9c\xc3\x00\x17", "application/octet-stream"),
        ] {
            let content = file(name, bytes);
            bench.deliver(&content.facts(), &content).await.unwrap();
            let files = bench.stage.files().await;
            assert_eq!(files.last().unwrap().content_type.as_deref(), Some(mime), "{name}");
        }
        let seen = bench.stage.sandbox.counters();
        assert_eq!((seen.facilioo.wrong_content_type, seen.facilioo.malformed), (0, 0));
        assert_eq!(seen.storage, sandbox::StorageCount::default());
    }
}

#[tokio::test]
async fn a_pdf_that_is_named_png_is_asked_about_before_anything_is_created_and_sent_as_chosen() {
    let bench = Bench::<Facilioo>::new().await;
    let content = file("scan.png", PDF);
    let facts = content.facts();
    let failure = bench.upload().limits(&facts).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::Person, "file_type"));
    assert!(
        failure.message.contains("PNG") && failure.message.contains("PDF"),
        "{failure}"
    );
    assert_eq!(bench.upload().open(&facts).await.unwrap_err().code, "file_type");
    assert_eq!(bench.stage.seen().opened, 0);
    for (answer, kind, mime) in [("content", 1, "application/pdf"), ("name", 2, "image/png")] {
        let facts = with(content.facts(), "type", answer);
        bench.deliver(&facts, &content).await.unwrap();
        let files = bench.stage.files().await;
        let sent = files.last().unwrap();
        assert_eq!(
            (sent.type_id, sent.content_type.as_deref()),
            (kind, Some(mime)),
            "{answer}"
        );
    }
    assert_eq!(bench.stage.sandbox.counters().facilioo.wrong_content_type, 0);
}

#[tokio::test]
async fn what_has_no_file_type_or_is_too_large_is_refused_before_anything_is_created() {
    let bench = Bench::<Facilioo>::new().await;
    let failure = bench
        .upload()
        .limits(&Content::new("film.mkv", 100).facts())
        .await
        .unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::Refused, "no_file_type"));
    assert!(failure.action.unwrap().contains("pdf"));
    let large = FileFacts {
        size: (5 << 30) + 1,
        ..bench.stage.facts(&Content::new("large.bin", 10))
    };
    assert_eq!(bench.upload().limits(&large).await.unwrap_err().kind, Kind::TooLarge);
    let fits = FileFacts { size: 5 << 30, ..large };
    bench.upload().limits(&fits).await.unwrap();
    let requests = bench.stage.sandbox.counters().requests;
    assert_eq!(requests.get(&Route::CreateFile), None);
    assert_eq!(requests[&Route::FileTypes], 1, "static data is asked for once");
}

#[tokio::test]
async fn two_hundred_transfers_at_the_end_of_a_token_cost_one_refresh_and_none_uses_the_old_one() {
    let bench = Bench::<Facilioo>::new().await;
    let content = Content::new("many.bin", 1_000);
    bench.send(&content).await.unwrap();
    for late in [3_590, 3_601] {
        // Once by reading the token's end, once past it.
        bench.stage.sandbox.advance_clock(Duration::from_secs(late));
        let before = bench.stage.sandbox.counters().facilioo;
        let all = join_all((0..200).map(|_| bench.send(&content))).await;
        for sent in all {
            sent.unwrap();
        }
        let seen = bench.stage.sandbox.counters().facilioo;
        assert_eq!((seen.refreshes - before.refreshes, seen.logins), (1, 1), "{late}");
        assert_eq!(
            (seen.replaced_tokens, seen.expired_tokens, seen.refreshes_again),
            (0, 0, 0)
        );
    }
}

#[tokio::test]
async fn a_token_that_ends_without_a_word_is_replaced_by_one_refresh_for_all() {
    let bench = Bench::<Facilioo>::new().await;
    let content = Content::new("many.bin", 1_000);
    bench.send(&content).await.unwrap();
    // Our clock is wrong, so that its end comes as a surprise.
    bench.stage.sandbox.advance_clock(Duration::from_secs(4_000));
    bench
        .stage
        .ahead
        .store(-4_000_000, std::sync::atomic::Ordering::Relaxed);
    let all = join_all((0..50).map(|_| bench.send(&content))).await;
    assert!(
        all.iter().all(Result::is_ok),
        "{:?}",
        all.iter().find(|sent| sent.is_err())
    );
    let seen = bench.stage.sandbox.counters().facilioo;
    assert_eq!((seen.refreshes, seen.logins), (1, 1));
}

#[tokio::test]
async fn a_second_factor_a_role_and_a_token_that_ran_out_are_named() {
    for who in ["factor", "factor400", "factor409"] {
        let bench = Bench::<Facilioo>::of(who).await;
        let failure = bench.provider.check_account().await.unwrap_err();
        assert_eq!(
            (failure.kind, failure.code.as_str()),
            (Kind::Unauthorized, "second_factor"),
            "{who}"
        );
        assert!(failure.action.unwrap().contains("token") && !failure.maybe_done);
    }
    let bench = Bench::<Facilioo>::of("tenant").await;
    let failure = bench.open(&Content::new("a.bin", 1)).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::Refused, "role"));

    let stage = Facilioo::start().await;
    let (account, _) = known(&stage.sandbox, "admin");
    let wrong = SecretString::from(r#"{"email":"admin@sandbox.test","password":"CANARY"}"#);
    let bench = Bench::with(stage, &account, &wrong);
    let all = join_all((0..20).map(|_| bench.provider.check_account())).await;
    for failure in all.into_iter().map(Result::unwrap_err) {
        assert_eq!(
            (failure.kind, failure.code.as_str()),
            (Kind::Unauthorized, "login_failed")
        );
        assert!(!format!("{failure:?}").contains("CANARY"));
    }
    assert_eq!(
        bench.stage.sandbox.counters().facilioo.logins,
        1,
        "one refusal is enough for all"
    );
}

#[tokio::test]
async fn who_is_blocked_stays_away() {
    let bench = Bench::<Facilioo>::new().await;
    bench
        .stage
        .sandbox
        .change_settings(|settings| settings.facilioo.malformed = 1);
    let url = format!(
        "{}/api/auth/login",
        bench.stage.sandbox.description().providers["facilioo"].base_url
    );
    crate::wire::post(&url, "{}").await;
    let failure = bench.provider.check_account().await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (Kind::Later, "blocked"));
    assert_eq!(*bench.budget.exhausted.lock().unwrap(), [Duration::from_secs(900)]);
}

#[tokio::test]
async fn every_way_of_naming_the_same_is_understood() {
    for naming in [Naming::Camel, Naming::Pascal, Naming::Other, Naming::Bare] {
        for text in [false, true] {
            let bench = Bench::<Facilioo>::new().await;
            bench.stage.sandbox.change_settings(|settings| {
                settings.facilioo.naming = naming;
                settings.facilioo.json_as_text = text;
            });
            let content = Content::new("named.bin", PART);
            let facts = bench.stage.facts(&content);
            let (_, finished) = bench.deliver(&facts, &content).await.unwrap();
            assert_eq!(finished.size, Some(PART), "{naming:?}");
            assert!(bench.upload().find(&facts).await.unwrap().is_some(), "{naming:?}");
            assert!(bench.stage.has(&content).await, "{naming:?}");
        }
    }
}

#[tokio::test]
async fn a_signature_that_does_not_fit_gets_one_fresh_link_and_then_an_explanation() {
    let bench = Bench::<Facilioo>::new().await;
    let content = Content::new("signed.bin", PART);
    let session = bench.open(&content).await.unwrap();
    bench
        .stage
        .sandbox
        .change_settings(|settings| settings.facilioo.sign_content_type = true);
    let plan = session.parts[0];
    for kind in [Kind::Unavailable, Kind::Refused] {
        let mut part = bench.upload().sign(&session, &[plan]).await.unwrap().remove(0);
        part.content_type = Some("text/plain".into());
        let failure = bench.upload().put_part(part, content.body(&plan)).await.unwrap_err();
        assert_eq!(
            (failure.kind, failure.code.as_str()),
            (kind, "signature"),
            "{failure:?}"
        );
    }
    bench.put(&session, &plan, &content).await.unwrap();
}

#[tokio::test]
async fn a_link_that_is_about_to_end_is_asked_for_anew_before_a_byte_is_sent() {
    let bench = Bench::<Facilioo>::new().await;
    let content = Content::new("short.bin", PART);
    let session = bench.open(&content).await.unwrap();
    bench.stage.wrong(Route::UploadLink, Fault::LinksExpireAtOnce);
    bench.put(&session, &session.parts[0], &content).await.unwrap();
    let seen = bench.stage.sandbox.counters();
    assert_eq!((seen.facilioo.upload_links, seen.storage.expired), (2, 0));
}

#[tokio::test]
async fn an_account_that_may_not_make_documents_says_so_and_the_file_is_there() {
    let bench = Bench::<Facilioo>::new().await;
    bench
        .stage
        .sandbox
        .change_settings(|settings| settings.facilioo.documents = false);
    let finished = bench.send(&Content::new("plain.bin", PART)).await.unwrap();
    assert!(finished.note.unwrap().contains("document"));
    let bench = Bench::<Facilioo>::of("manager").await;
    let content = Content::new("plain.bin", PART);
    let finished = bench.send(&content).await.unwrap();
    assert_eq!(finished.note, None, "nobody wanted one");
    let facts = with(bench.stage.facts(&content), "document", "yes");
    bench.deliver(&facts, &content).await.unwrap();
    assert_eq!(bench.stage.seen().finished, 1);
}

#[tokio::test]
async fn what_was_begun_and_given_up_is_said_to_stay() {
    let bench = Bench::<Facilioo>::new().await;
    let session = bench.open(&Content::new("begun.bin", PART)).await.unwrap();
    bench.upload().abort(&session).await.unwrap();
    assert!(bench.upload().leaves().unwrap().contains("stays at facilioo"));
    bench
        .stage
        .sandbox()
        .remove_facilioo_file(session.remote_id.as_ref().unwrap().parse().unwrap());
    assert_eq!(bench.upload().settle(&session).await.unwrap(), Settlement::Gone);
    let failure = bench
        .put(&session, &session.parts[0], &Content::new("begun.bin", PART))
        .await
        .unwrap_err();
    assert_eq!(failure.kind, Kind::SessionGone);
    bench
        .stage
        .sandbox
        .add_fault(FaultRule::from(Fault::HtmlPage).on(Route::ShowFile).times(1));
    assert_eq!(bench.upload().settle(&session).await.unwrap_err().code, "web_page");
}
