//! Two processes' worth of hosts in one: who runs the engine, who follows, who takes over.

use futures_util::FutureExt;
use secrecy::SecretString;
use tempfile::TempDir;

use super::*;
use crate::boundary::{EngineState, Nothing, Settings, Theme};

fn options(folder: &TempDir, purpose: Purpose) -> Options {
    Options {
        home: Home::at(&folder.path().join("home")).unwrap(),
        purpose,
        prompt: Some(Arc::new(|_| {
            std::future::ready(Some(SecretString::from("open sesame"))).boxed()
        })),
        needs_vault: true,
    }
}

async fn settings(host: &Host) -> Settings {
    host.commands().get_settings(Nothing {}).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_is_a_client_and_is_told_what_changes() {
    let folder = tempfile::tempdir().unwrap();
    let first = Host::open(options(&folder, Purpose::Work)).await.unwrap();
    let second = Host::open(options(&folder, Purpose::Work)).await.unwrap();
    assert!(first.is_engine() && !second.is_engine());
    let status = second.commands().engine_status(Nothing {}).await.unwrap();
    assert_eq!(status.state, EngineState::ClientOf);

    let mut changes = second.listen();
    let mut wanted = settings(&first).await;
    wanted.theme = Theme::Dark;
    first.commands().set_settings(wanted.clone()).await.unwrap();
    loop {
        if let Change::Settings { settings } = changes.recv().await.unwrap() {
            assert_eq!(settings, wanted);
            break;
        }
    }
    second.stop().await;
    first.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_takes_over_and_its_commands_do_not_notice() {
    let folder = tempfile::tempdir().unwrap();
    let first = Host::open(options(&folder, Purpose::Work)).await.unwrap();
    let second = Host::open(options(&folder, Purpose::Work)).await.unwrap();
    let mut wanted = settings(&second).await;
    wanted.slots = 7;
    second.commands().set_settings(wanted).await.unwrap();
    first.stop().await;
    assert_eq!(settings(&second).await.slots, 7);
    assert!(second.is_engine());
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_looks_needs_no_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let mut looks = options(&folder, Purpose::Look);
    looks.prompt = Some(Arc::new(|_| panic!("nobody is asked")));
    let host = Host::open(looks).await.unwrap();
    assert!(host.commands().list_accounts(Nothing {}).await.unwrap().is_empty());
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_opens_locked_and_its_engine_starts_with_the_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = options(&folder, Purpose::Work);
    window.prompt = None;
    window.needs_vault = false;
    let host = Host::open(window).await.unwrap();
    let status = async || host.commands().engine_status(Nothing {}).await.unwrap().state;
    assert_eq!(status().await, EngineState::Locked);
    let ask = boundary::Passphrase {
        passphrase: boundary::Secret::new("open sesame".to_owned()),
    };
    host.commands().vault_create(ask).await.unwrap();
    assert_eq!(status().await, EngineState::Running);
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_protocol_is_told_so_before_anything_else() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(&folder, Purpose::Work);
    let host = Host::open(options.clone()).await.unwrap();
    let connection = Connection::open(&options.home.socket(), broadcast::channel(1).0)
        .await
        .unwrap();
    let early = connection
        .send("list_transfers", serde_json::json!({}))
        .await
        .unwrap_err();
    assert_eq!(early.code, "no_hello");
    let hello = serde_json::json!({ "protocol": PROTOCOL + 1, "version": "99.0.0" });
    let refused = connection.send("hello", hello).await.unwrap_err();
    assert_eq!(refused.code, "other_version");
    assert!(refused.message.contains("99.0.0"));
    host.stop().await;
}
