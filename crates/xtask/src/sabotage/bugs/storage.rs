//! Bugs of this layer: the queue's file, and what systems do differently.

use super::{FAULTS, PLATFORM, STORE};
use crate::sabotage::Bug;

pub(super) const BUGS: &[Bug] = &[
    Bug {
        name: "syncs the queue's log now and then",
        file: "crates/store/src/connect.rs",
        text: "synchronous = FULL;",
        planted: "synchronous = NORMAL;",
        tests: STORE.only("opening"),
    },
    Bug {
        name: "leaves deleted secrets in free pages",
        file: "crates/store/src/connect.rs",
        text: "secure_delete = ON;",
        planted: "secure_delete = OFF;",
        tests: STORE.only("opening"),
    },
    Bug {
        name: "keeps links of sessions that are over",
        file: "crates/store/src/sessions.rs",
        text: "THEN NULL ELSE sealed END",
        planted: "THEN sealed ELSE sealed END",
        tests: STORE.only("secrets"),
    },
    Bug {
        name: "leaves links of sessions that are over in the log",
        file: "crates/store/src/writer.rs",
        text: "if secret && result.is_ok() {",
        planted: "if secret && result.is_err() {",
        tests: STORE.only("secrets"),
    },
    Bug {
        name: "seals every session to the same place",
        file: "crates/store/src/sessions.rs",
        text: r#"format!("session/{id}")"#,
        planted: r#"format!("session/{}", id.to_string().len())"#,
        tests: STORE.only("secrets"),
    },
    Bug {
        name: "moves a row without comparing its revision",
        file: "crates/store/src/transfers.rs",
        text: "AND revision = ?45 AND state = ?46",
        planted: "AND ?45 = ?45 AND state = ?46",
        tests: STORE.only("ledger"),
    },
    Bug {
        name: "moves a row without comparing its state",
        file: "crates/store/src/transfers.rs",
        text: "AND revision = ?45 AND state = ?46",
        planted: "AND revision = ?45 AND ?46 = ?46",
        tests: STORE.only("ledger"),
    },
    Bug {
        name: "reads an unknown state as queued",
        file: "crates/store/src/transfers.rs",
        text: r#"state: columns.word("state")?,"#,
        planted: r#"state: columns.word("state").unwrap_or(transfer::State::Queued),"#,
        tests: STORE.only("opening"),
    },
    Bug {
        name: "believes a restored backup that nothing was finished since",
        file: "crates/store/src/restore.rs",
        text: "step = 'finish_asked', outcome = 'unknown', looks = 0,",
        planted: "looks = 0,",
        tests: STORE.only("damage"),
    },
    Bug {
        name: "leaves the names of new folders unsynced",
        file: "crates/store/src/open.rs",
        text: "platform::sync_dir(above)?;",
        planted: "let _ = above;",
        tests: FAULTS.only("power_cuts"),
    },
    Bug {
        name: "syncs no folder at all",
        file: "crates/platform/src/sync.rs",
        text: "match open(path)?.sync_all() {",
        planted: "match open(path).map(drop) {",
        tests: FAULTS.only("power_cuts"),
    },
    Bug {
        name: "replaces a file by a rename that must not",
        file: "crates/platform/src/rename.rs",
        text: "renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)",
        planted: "renameat_with(CWD, from, CWD, to, RenameFlags::empty())",
        tests: PLATFORM.only("rename"),
    },
    Bug {
        name: "opens what it should create",
        file: "crates/platform/src/create.rs",
        text: ".create_new(true)",
        planted: ".create(true)",
        tests: PLATFORM.only("create"),
    },
    Bug {
        name: "lets everybody talk to the engine",
        file: "crates/platform/src/local_socket/unix.rs",
        text: "fs::set_permissions(&path, Permissions::from_mode(0o600))?;",
        planted: "fs::set_permissions(&path, Permissions::from_mode(0o666))?;",
        tests: PLATFORM.only("local_socket"),
    },
    Bug {
        name: "gives one lock to two",
        file: "crates/platform/src/lock.rs",
        text: "match file.try_lock() {",
        planted: "match file.try_lock_shared() {",
        tests: PLATFORM.only("lock"),
    },
    Bug {
        name: "overlooks a write that sets the time back",
        file: "crates/platform/src/file_identity.rs",
        text: "changed_ns: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),",
        planted: "changed_ns: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),",
        tests: PLATFORM.only("file_identity"),
    },
];
