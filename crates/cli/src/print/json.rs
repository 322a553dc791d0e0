//! The objects of `--json`: kept as golden files, since scripts depend on them.

use app::boundary::{AccountName, AccountRow, Orphan, RemoteEntry, TransferRow, WatchRow};
use serde_json::{Value, json};

/// A transfer: as its row, with the account by name.
pub(crate) fn transfer(row: &TransferRow) -> Value {
    let mut value = json!(row);
    name_account(&mut value, &row.account);
    value
}

/// An upload that a service still holds.
pub(crate) fn orphan(orphan: &Orphan) -> Value {
    let mut value = json!(orphan);
    name_account(&mut value, &orphan.account);
    value
}

/// A file at a service, with the account by name.
pub(crate) fn remote(entry: &RemoteEntry, account: &AccountRow) -> Value {
    let mut value = json!(entry);
    let account = AccountName {
        id: account.id,
        name: account.name.clone(),
        provider: account.provider.clone(),
    };
    name_account(&mut value, &account);
    value
}

/// A watched folder.
pub(crate) fn watch(row: &WatchRow) -> Value {
    let mut value = json!(row);
    name_account(&mut value, &row.account);
    value
}

fn name_account(value: &mut Value, account: &AccountName) {
    if let Some(fields) = value.as_object_mut() {
        fields.insert("account".to_owned(), json!(account.name));
        fields.insert("account_id".to_owned(), json!(account.id));
        fields.insert("provider".to_owned(), json!(account.provider));
    }
}

#[cfg(test)]
mod tests {
    use app::boundary::{
        AccountState, Action, ActionKey, Direction, Failure, Proof, Reason, RemoteFact, RemoteKind, Stage,
        TransferState, WatchAfter, WatchBackend, WatchCounts, WatchOld, WatchOverlap, WatchPolicy, WatchState,
    };
    use uuid::Uuid;

    use super::super::summary;
    use super::*;

    fn row() -> TransferRow {
        TransferRow {
            id: Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0001),
            direction: Direction::Up,
            account: AccountName {
                id: Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0002),
                name: "shop".to_owned(),
                provider: "fileflare".to_owned(),
            },
            name: "film.mp4".to_owned(),
            path: "/home/me/film.mp4".to_owned(),
            size: Some(250_000_000),
            sent: 250_000_000,
            state: TransferState::Completed,
            stage: None,
            reason: None,
            question: None,
            proof: Some(Proof::PartTags),
            remote_id: Some("42".to_owned()),
            remote_url: None,
            error: None,
            speed: 0,
            eta_s: None,
            limit: None,
            resumable: None,
            follow: None,
            priority: 0,
            position: 0,
            batch: Some(Uuid::from_u128(3)),
            attempt: 1,
            parts_total: 3,
            parts_done: 3,
            created_at: "2026-01-02T03:04:05.006Z".to_owned(),
            finished_at: Some("2026-01-02T03:05:05.006Z".to_owned()),
        }
    }

    fn golden(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_watch_is_as_its_golden_file_has_it() {
        let overlap = "“letters” watches a folder inside this one; each sends the files to its own account.";
        let row = WatchRow {
            id: Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0003),
            name: "scans".to_owned(),
            account: row().account,
            folder: "/home/me/scans".to_owned(),
            include: vec!["*.pdf".to_owned()],
            exclude: vec!["drafts/".to_owned()],
            policy: WatchPolicy::Changed,
            most: None,
            old: WatchOld::Keep,
            options: [("title".to_owned(), "{stem}".to_owned())].into(),
            after: WatchAfter::Move,
            after_folder: Some("/home/me/sent".to_owned()),
            ask_above: Some(107_374_182_400),
            every_s: None,
            events: true,
            state: WatchState::Watching,
            reason: None,
            busy: true,
            backend: WatchBackend::Events,
            last_scan: Some("2026-01-02T03:04:05.006Z".to_owned()),
            next_scan: Some("2026-01-02T03:14:05.006Z".to_owned()),
            folders: 4,
            files: WatchCounts {
                settling: 1,
                ready: 2,
                queued: 3,
                confirmed: 40,
                failed: 0,
                skipped: 1,
                gone: 7,
                to_send: 123_456,
            },
            left_out: 2,
            unreadable: 0,
            overlaps: vec![WatchOverlap {
                name: "letters".to_owned(),
                text: overlap.to_owned(),
            }],
            created_at: "2026-01-01T00:00:00.000Z".to_owned(),
        };
        assert_eq!(watch(&row), golden(include_str!("../../tests/golden/watch.json")));
    }

    #[test]
    fn a_completed_transfer_is_as_its_golden_file_has_it() {
        assert_eq!(
            transfer(&row()),
            golden(include_str!("../../tests/golden/completed.json"))
        );
    }

    #[test]
    fn a_waiting_transfer_is_as_its_golden_file_has_it() {
        let mut row = row();
        row.state = TransferState::Waiting;
        row.sent = 100_000_000;
        row.parts_done = 1;
        row.proof = None;
        row.remote_id = None;
        row.finished_at = None;
        row.reason = Some(Reason {
            code: "offline".to_owned(),
            text: "The service can't be reached.".to_owned(),
            until: Some("2026-01-02T03:06:05.006Z".to_owned()),
            action: Some(Action {
                key: ActionKey::Retry,
                label: "Try now".to_owned(),
            }),
        });
        assert_eq!(transfer(&row), golden(include_str!("../../tests/golden/waiting.json")));
    }

    #[test]
    fn a_copy_that_is_received_first_is_as_its_golden_file_has_it() {
        let mut row = row();
        row.direction = Direction::Across;
        row.path = "https://host/film.mp4".to_owned();
        row.size = None;
        row.sent = 100_000_000;
        row.state = TransferState::Transferring;
        row.stage = Some(Stage::Receiving);
        (row.parts_total, row.parts_done) = (0, 0);
        row.proof = None;
        row.remote_id = None;
        row.resumable = Some(false);
        row.finished_at = None;
        assert_eq!(summary(&row), "transferring (1 of 2: receiving)");
        assert_eq!(
            transfer(&row),
            golden(include_str!("../../tests/golden/received_first.json"))
        );
    }

    #[test]
    fn a_failed_transfer_is_as_its_golden_file_has_it() {
        let mut row = row();
        row.state = TransferState::Failed;
        row.sent = 0;
        row.parts_done = 0;
        row.proof = None;
        row.remote_id = None;
        row.error = Some(Failure::new("too_large", "The service takes files of up to 5 GB."));
        assert_eq!(transfer(&row), golden(include_str!("../../tests/golden/failed.json")));
    }

    #[test]
    fn a_file_at_a_service_is_as_its_golden_file_has_it() {
        let entry = RemoteEntry {
            id: "e784c8cb-7192-4c6c-9004-17fe31a859fc".to_owned(),
            name: "film.mp4".to_owned(),
            title: Some("The film".to_owned()),
            description: None,
            kind: RemoteKind::File,
            size: Some(250_000_000),
            rounded: None,
            content_type: Some("video/mp4".to_owned()),
            created: Some("2026-01-02T03:04:05.006Z".to_owned()),
            modified: None,
            address: None,
            page: None,
            thumbnail: false,
            facts: vec![RemoteFact {
                label: "Pages".to_owned(),
                value: "12".to_owned(),
            }],
        };
        let shop = row().account;
        let account = AccountRow {
            id: shop.id,
            name: shop.name,
            provider: shop.provider,
            base_url: "https://host/api".to_owned(),
            connection: [("timeout_s".to_owned(), "30".to_owned())].into(),
            state: AccountState::Ok,
            reason: None,
            who: None,
            plan: None,
            used: None,
            quota: None,
            expires: None,
            last_answer: None,
            up_limit: None,
            down_limit: None,
        };
        assert_eq!(
            remote(&entry, &account),
            golden(include_str!("../../tests/golden/remote_file.json"))
        );
    }
}
