//! Links of services are unreadable on the disk, and gone once they are over.

use secrecy::ExposeSecret;

use super::*;

const CANARY: &str = "X-Amz-Signature=0123456789abcdef";

/// Whether any file of the store holds these bytes.
fn holds(home: &TempDir, needle: &[u8]) -> bool {
    let mut folders = vec![home.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read(&path)
                .unwrap()
                .windows(needle.len())
                .any(|window| window == needle)
            {
                return true;
            }
        }
    }
    false
}

fn scrambled() -> Vec<u8> {
    CANARY.bytes().map(|byte| byte ^ 0xa5).collect()
}

#[tokio::test]
async fn links_come_back_but_cannot_be_read_on_the_disk() {
    let (home, store) = fresh().await;
    let (_, id) = with_session(&store, CANARY).await;
    store.backup(NOW).await.unwrap();
    let session = store.session(id).await.unwrap().unwrap().session.unwrap();
    assert_eq!(session.body.expose_secret(), CANARY);
    assert_eq!(session.remote_id.as_deref(), Some("asset"));
    assert!(holds(&home, &scrambled()), "the search must be able to find something");
    assert!(!holds(&home, CANARY.as_bytes()));
    assert!(!holds(&home, b"fileflare"));
}

#[tokio::test]
async fn what_is_over_leaves_no_links_in_the_database_or_its_log() {
    for status in [SessionStatus::Finished, SessionStatus::Aborted] {
        let (home, store) = fresh().await;
        let (row, id) = with_session(&store, CANARY).await;
        let change = SessionChange::Moved(id, status);
        assert!(store.write(&row, &moved(&row), None, Some(&change)).await.unwrap());
        // The log is emptied before the next change begins.
        store.put_setting("next", Some("1")).await.unwrap();
        assert!(store.session(id).await.unwrap().unwrap().session.is_none());
        assert!(!holds(&home, &scrambled()));
    }
}

#[tokio::test]
async fn with_another_key_a_session_is_an_error_and_lists_go_on() {
    let (home, store) = fresh().await;
    let (_, id) = with_session(&store, CANARY).await;
    store.close().await.unwrap();
    let mut options = options(&home.path().join("data"));
    options.seal = Arc::new(Scramble(2));
    let store = Store::open(options).await.unwrap();
    assert_eq!(store.session(id).await.unwrap_err().code, "queue_key_differs");
    let listed = store.open_sessions().await.unwrap();
    assert!(listed[0].session.is_none());
    assert_eq!(listed[0].status, SessionStatus::Open);
}

#[tokio::test]
async fn links_of_one_session_cannot_stand_for_another() {
    let (home, store) = fresh().await;
    let (_, id) = with_session(&store, CANARY).await;
    let mut connection = stranger(&home).await;
    sqlx::query("UPDATE sessions SET id = x'000000000000000000000000000000aa' WHERE id = ?1")
        .bind(id.0.as_bytes().to_vec())
        .execute(&mut connection)
        .await
        .unwrap();
    let other = SessionId(Uuid::from_u128(0xaa));
    assert_eq!(store.session(other).await.unwrap_err().code, "queue_key_differs");
}
