//! The real program works with planted secrets, is cut off in the middle, goes on and ends: nobody ever sees one of them.

use std::path::Path;
use std::time::Duration;

use journeys_tests::{MIB, Program};
use sandbox::{Fault, FaultRule, Generation, Route};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use super::planted::{FILE, Plantation};
use super::scan::{Canary, Hit, Scanner};

#[tokio::test(flavor = "multi_thread")]
async fn the_program_shows_none_of_twelve_secrets_to_anyone() {
    if std::env::consts::OS != "linux" {
        eprintln!("skipped: what others see of a process is read from /proc, which only Linux has");
        return;
    }
    let mut planted = Plantation::new().await;
    accounts(&mut planted).await;
    let path = planted.world.folder().join(FILE);
    let mut contents = planted.secret("contents of the file").into_bytes();
    contents.resize(3 * MIB, b'.');
    std::fs::write(&path, contents).unwrap();
    let sandbox = &planted.world.sandbox;
    sandbox.add_fault(Fault::Slow { bytes_per_s: 100_000 });
    // Both hosts would like to lead it elsewhere, once.
    for route in [Route::Part, Route::List] {
        sandbox.add_fault(FaultRule::from(Fault::Redirected { status: 307 }).on(route).times(1));
    }

    // Cut off in mid-upload, with links in use.
    let mut upload = planted.start(&["upload", FILE, "--to", "shop"]);
    planted.world.until_stored(FILE, 1).await;
    let id = upload.row("transferring", None).await["id"].clone();
    from_outside(&mut planted, &upload, &id).await;
    end(&mut planted, "upload", upload).await;
    assert_eq!(planted.learn("of the first links").await, 12);
    assert_eq!(planted.hits(), []);

    // Again, with new links after the first ran out, and one link for a whole file.
    planted.world.sandbox.advance_clock(Duration::from_secs(13 * 3600));
    let run = planted.start(&["run"]);
    planted
        .world
        .sandbox
        .until(|counters| counters.sessions_opened == 2)
        .await;
    planted
        .world
        .sandbox
        .change_settings(|settings| settings.generation = Generation::Newer);
    planted.world.file("whole.bin", MIB, 1);
    planted.run(&["upload", "whole.bin", "--to", "shop", "--detach"]).await;
    planted.world.sandbox.until(|counters| counters.payload.now >= 4).await;
    end(&mut planted, "run", run).await;
    assert!(planted.learn("of later links").await >= 13);
    assert_eq!(planted.hits(), []);

    // To the end.
    planted.world.sandbox.clear_faults();
    let said = planted.run(&["run", "--until-idle"]).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    for line in [
        &["list"][..],
        &["show", id.as_str().unwrap()],
        &["account", "list"],
        &["orphans", "list"],
    ] {
        planted.run(line).await;
    }
    let kinds: std::collections::BTreeSet<_> = planted.canaries.iter().map(|canary| &canary.what).collect();
    assert!(planted.canaries.len() >= 12 && kinds.len() >= 11, "{kinds:?}");
    assert_eq!(planted.hits(), []);
    nobody_else_got_anything(&planted).await;
    every_place_was_looked_at(&planted, id.as_str().unwrap());
}

/// Accounts with the right key, with a wrong one, with one that is forgotten; and a wrong passphrase.
async fn accounts(planted: &mut Plantation) {
    let base_url = planted.world.sandbox.description().providers["fileflare"]
        .base_url
        .clone();
    for (name, what, code) in [
        ("shop", "key that was refused", 3),
        ("other", "key of another account", 3),
        ("old", "key of a forgotten account", 3),
    ] {
        let line = [
            "account",
            "add",
            "fileflare",
            "--secret-stdin",
            "--name",
            name,
            "--base-url",
            &base_url,
        ];
        assert_eq!(planted.with_secret(&line, what).await.code, Some(code));
    }
    let line = ["account", "edit", "shop", "--secret-stdin"];
    assert_eq!(planted.with_secret(&line, "bearer token").await.code, Some(0));
    assert_eq!(planted.run(&["account", "remove", "old"]).await.code, Some(0));
    planted.passphrase("wrong passphrase");
    assert_eq!(planted.run(&["orphans", "list"]).await.code, Some(3));
    planted.passphrase("passphrase");
}

/// What others see of the program while it runs: its arguments, its surroundings, and what it tells on its socket.
async fn from_outside(planted: &mut Plantation, program: &Program, id: &serde_json::Value) {
    let about = Path::new("/proc").join(program.id().unwrap().to_string());
    for file in ["cmdline", "environ", "comm", "maps"] {
        // Closed to others than the administrator: then nobody sees anything.
        let Ok(bytes) = std::fs::read(about.join(file)) else {
            continue;
        };
        // The proxy's password stands where the person put it.
        let own = String::from_utf8_lossy(&bytes).replace(&planted.secret("password of a proxy"), "");
        planted.heard.push((format!("/proc {file}"), own.into_bytes()));
    }
    let socket = planted.world.home().join("engine.sock");
    let stream = platform::local_socket::Stream::connect(&socket).await.unwrap();
    let (read, mut write) = tokio::io::split(stream);
    let hello = json!({"protocol": app::boundary::PROTOCOL, "version": app::VERSION});
    let asks = [
        ("hello", hello),
        ("listen", json!({})),
        ("list_transfers", json!({})),
        ("transfer_details", json!({ "id": id })),
        ("list_accounts", json!({})),
        ("list_providers", json!({})),
        ("list_orphans", json!({})),
        ("vault_state", json!({})),
        ("get_settings", json!({})),
        ("engine_status", json!({})),
    ];
    for (number, (command, ask)) in asks.iter().enumerate() {
        let line = json!({"id": number, "command": command, "ask": ask}).to_string() + "\n";
        write.write_all(line.as_bytes()).await.unwrap();
    }
    let (mut lines, mut all, mut answers, mut changes) = (BufReader::new(read).lines(), String::new(), 0, 0);
    while answers < asks.len() || changes < 3 {
        let line = lines.next_line().await.unwrap().expect("it goes on telling");
        assert!(!line.contains("\"refusal\""), "{line}");
        answers += usize::from(line.contains("\"answer\""));
        changes += usize::from(line.contains("\"change\""));
        all.push_str(&line);
    }
    planted.heard.push(("the socket".to_owned(), all.into_bytes()));
}

async fn end(planted: &mut Plantation, what: &str, mut program: Program) {
    assert!(program.kill().await, "{what} was to be cut off");
    let said = program.said().await;
    planted.keep(what, said);
}

/// Keys stay with the service, and nothing goes to a host that somebody points at.
async fn nobody_else_got_anything(planted: &Plantation) {
    let sandbox = &planted.world.sandbox;
    let counters = sandbox.counters();
    assert!(counters.faults["redirected"] >= 1, "it was led astray");
    let storage = counters.storage;
    assert_eq!(
        (storage.with_authorization, storage.with_referer, storage.with_cookie),
        (0, 0, 0)
    );
    assert_eq!(counters.elsewhere, sandbox::ElsewhereCount::default());

    // The control: such a request would have been counted.
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let link = format!(
        "{}/bench/x?partNumber=1&uploadId=1&X-Amz-Signature=1",
        sandbox.urls().s3
    );
    for url in [sandbox.urls().elsewhere, link] {
        let leak = client
            .put(url)
            .bearer_auth("a key")
            .header("referer", "http://a.example/");
        leak.body("x").send().await.unwrap();
    }
    let counters = sandbox.counters();
    assert_eq!(
        (counters.elsewhere.with_authorization, counters.elsewhere.with_referer),
        (1, 1)
    );
    assert_eq!(
        (counters.storage.with_authorization, counters.storage.with_referer),
        (1, 1)
    );
}

/// The control: what may be seen is found in every kind of place, and a secret there would be found, too.
fn every_place_was_looked_at(planted: &Plantation, id: &str) {
    let raw = uuid::Uuid::parse_str(id).unwrap();
    let shown = [
        Canary::new("name", FILE),
        Canary::new("id", id),
        Canary::new("raw id", raw.as_bytes()),
    ];
    let scanner = Scanner::new(&shown);
    let mut hits = scanner.find_below(&planted.world.home()).unwrap();
    for (place, bytes) in &planted.heard {
        hits.extend(scanner.find(place, bytes));
    }
    let seen = |part: &str| hits.iter().any(|hit: &Hit| hit.place.contains(part));
    for place in [
        "queue.db",
        "longshore.",
        ".log",
        "the output of upload",
        "the output of run",
        "the output of show",
        "the socket",
    ] {
        assert!(
            seen(place),
            "nothing was found in {place}, where something stands: {hits:?}"
        );
    }
    for place in ["the errors of orphans", "/proc cmdline", "/proc environ"] {
        let (_, bytes) = planted.heard.iter().find(|(heard, _)| heard == place).unwrap();
        assert!(!bytes.is_empty(), "{place} is empty");
    }
    // Each secret, added to each file and each text, is seen.
    let scanner = Scanner::new(&planted.canaries);
    let files = super::scan::files_below(&planted.world.home()).unwrap();
    assert!(files.iter().any(|file| file.ends_with("vault.json")));
    let texts = files
        .iter()
        .map(|file| (file.display().to_string(), std::fs::read(file).unwrap()));
    for (place, mut bytes) in texts.chain(planted.heard.iter().cloned()) {
        for canary in &planted.canaries {
            bytes.extend_from_slice(&canary.secret);
        }
        let hits = scanner.find(&place, &bytes);
        for canary in &planted.canaries {
            assert!(
                hits.iter().any(|hit| hit.what == canary.what),
                "{} in {place}",
                canary.what
            );
        }
    }
}
