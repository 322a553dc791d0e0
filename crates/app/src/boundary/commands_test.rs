//! The list of commands as its callers meet it: by name and JSON.

use std::sync::Mutex;

use serde_json::json;

use super::*;

/// Answers over JSON as a socket would, and remembers what it was asked.
#[derive(Default)]
struct Recorder {
    asked: Mutex<Vec<(String, Value)>>,
    answer: Value,
}

#[async_trait]
impl Line for Recorder {
    async fn send(&self, name: &'static str, ask: Value) -> Result<Value, Failure> {
        self.asked.lock().unwrap().push((name.to_owned(), ask));
        Ok(self.answer.clone())
    }
}

fn recorder(answer: Value) -> Remote<Recorder> {
    Remote(Recorder {
        asked: Mutex::default(),
        answer,
    })
}

#[tokio::test]
async fn a_command_crosses_the_line_and_its_answer_comes_back() {
    let id = uuid::Uuid::from_u128(7);
    let remote = recorder(json!({ "done": [id], "refused": [] }));
    let answer = dispatch(&remote, Caller::Page, "pause", json!({ "ids": [id] }))
        .await
        .unwrap();
    assert_eq!(answer, json!({ "done": [id], "refused": [] }));
    assert_eq!(
        *remote.0.asked.lock().unwrap(),
        [("pause".to_owned(), json!({ "ids": [id] }))]
    );
}

#[tokio::test]
async fn all_transfers_are_asked_for_by_a_word() {
    let remote = recorder(json!({ "done": [], "refused": [] }));
    dispatch(&remote, Caller::Page, "resume", json!("all")).await.unwrap();
}

#[tokio::test]
async fn a_page_cannot_name_paths() {
    let remote = recorder(Value::Null);
    let ask = json!({ "paths": [], "to": "shop" });
    let refusal = dispatch(&remote, Caller::Page, "enqueue_paths", ask).await.unwrap_err();
    assert_eq!(refusal.code, "not_allowed");
    assert!(remote.0.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_terminal_has_no_dialogs() {
    let remote = recorder(json!({}));
    let refusal = dispatch_window(&remote, Caller::Terminal, "choose_files", json!({ "folders": false })).await;
    assert_eq!(refusal.unwrap_err().code, "not_allowed");
}

#[tokio::test]
async fn an_unknown_name_is_refused() {
    let refusal = dispatch(&recorder(Value::Null), Caller::Terminal, "format_disk", json!({}))
        .await
        .unwrap_err();
    assert_eq!(refusal.code, "unknown_command");
}

#[tokio::test]
async fn a_refusal_does_not_repeat_what_was_asked() {
    let remote = recorder(Value::Null);
    let ask = json!({ "passphrase": ["open sesame"] });
    let refusal = dispatch(&remote, Caller::Page, "vault_unlock", ask).await.unwrap_err();
    assert_eq!(refusal.code, "bad_ask");
    assert!(!refusal.message.contains("sesame"));
}

#[test]
fn a_path_survives_the_socket() {
    let ask = EnqueuePaths {
        paths: vec!["/tmp/snow \u{2603}.bin".into()],
        to: "shop".to_owned(),
        options: Default::default(),
        limit: None,
    };
    let back: EnqueuePaths = serde_json::from_value(serde_json::to_value(&ask).unwrap()).unwrap();
    assert_eq!(back.paths, ask.paths);
}

#[test]
fn no_command_is_listed_twice_and_each_says_what_it_does() {
    let mut names: Vec<_> = COMMANDS.iter().map(|command| command.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), COMMANDS.len());
    assert!(COMMANDS.iter().all(|command| command.doc.trim().ends_with('.')));
}
