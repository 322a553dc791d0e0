//! Bugs of watched folders: what is sent, what is known already, and what a mirror deletes.

use super::{STORE, TRANSFER};
use crate::sabotage::Bug;

const FILES: &str = "crates/store/src/watch_files.rs";
const PLAN: &str = "crates/transfer/src/watch/plan.rs";

pub(super) const BUGS: &[Bug] = &[
    Bug {
        name: "sends a file before it stood still",
        file: PLAN,
        text: "if now.since(known.since) < SETTLE {",
        planted: "if now.since(known.since) < SETTLE / 2 {",
        tests: TRANSFER,
    },
    Bug {
        name: "sends a file that another program has open",
        file: PLAN,
        text: "if !seen.writer {",
        planted: "if !seen.writer || now > known.since {",
        tests: TRANSFER,
    },
    Bug {
        name: "believes that a file of another size is the one that settled",
        file: PLAN,
        text: "let same = known.print == seen.print;",
        planted: "let same = known.print.modified_ns == seen.print.modified_ns;",
        tests: TRANSFER,
    },
    Bug {
        name: "reads a file that is to be asked about first",
        file: PLAN,
        text: "if let Some(why) = asks(watch, known.print.size) {",
        planted: "if let Some(why) = asks(watch, 0) {",
        tests: TRANSFER,
    },
    Bug {
        name: "sends again what was only touched",
        file: PLAN,
        text: "if content.is_some() && own.is_some_and(|sent| sent.content == content) {",
        planted: "if content.is_some() && own.is_some_and(|sent| sent.content == content && sent.print == file.print) {",
        tests: TRANSFER,
    },
    Bug {
        name: "takes a copy for a rename",
        file: PLAN,
        text: "twins().filter(here).filter(has_it).filter(|twin| !twin.there);",
        planted: "twins().filter(here).filter(has_it);",
        tests: TRANSFER,
    },
    Bug {
        name: "sends a second link as a second file",
        file: PLAN,
        text: "if let Some(link) = twins().filter(linked).find(has_it) {",
        planted: "if let Some(link) = twins().filter(linked).find(|_| false) {",
        tests: TRANSFER,
    },
    Bug {
        name: "sends what is on its way by another name",
        file: PLAN,
        text: "let same_one = |twin: &&Twin| twin.same_path || linked(twin) || (here(twin) && !twin.there);",
        planted: "let same_one = |twin: &&Twin| twin.same_path;",
        tests: TRANSFER,
    },
    Bug {
        name: "forgets what the service has of a file that went",
        file: PLAN,
        text: "(_, None) => Missing::Forget,",
        planted: "(_, None) => Missing::Forget,\n        (_, Some(_)) if file.row > 0 => Missing::Forget,",
        tests: TRANSFER,
    },
    Bug {
        name: "deletes what lives on under another name",
        file: PLAN,
        text: "let due: Vec<_> = lost.iter().filter(|lost| !lost.heir).collect();",
        planted: "let due: Vec<_> = lost.iter().collect();",
        tests: TRANSFER,
    },
    Bug {
        name: "counts each look of a mirror for itself",
        file: PLAN,
        text: "if due.iter().any(|lost| lost.at <= now && now.since(lost.at) < SETTLE) {",
        planted: "if due.iter().any(|lost| lost.at > now) {",
        tests: TRANSFER,
    },
    Bug {
        name: "deletes more than a mirror may",
        file: PLAN,
        text: "if due.len() > most as usize {",
        planted: "if due.len() > most as usize + 1 {",
        tests: TRANSFER,
    },
    Bug {
        name: "believes the empty folder of a drive that is out",
        file: PLAN,
        text: "if known != Some(false) => Root::There(mark),",
        planted: "if known != Some(true) => Root::There(mark),",
        tests: TRANSFER,
    },
    Bug {
        name: "sends an older version that was put back",
        file: PLAN,
        text: "older.filter(|older| content.is_some() && older.content == content)",
        planted: "older.filter(|older| content.is_none() && older.content == content)",
        tests: TRANSFER,
    },
    Bug {
        name: "counts on an older version that is to be deleted",
        file: FILES,
        text: "WHERE r.watch = ?1 AND r.content = ?2 AND NOT r.goes",
        planted: "WHERE r.watch = ?1 AND r.content = ?2",
        tests: STORE.only("watches"),
    },
    Bug {
        name: "deletes what a second link has nothing but at the service",
        file: FILES,
        text: "WHERE f.content = r.content AND f.sent_content IS NOT r.content",
        planted: "WHERE f.content = r.content AND f.sent_content IS r.content",
        tests: STORE.only("watches"),
    },
    Bug {
        name: "counts on a file that a person deleted at the service",
        file: FILES,
        text: "SET sent_remote = NULL, sent_content = NULL",
        planted: "SET sent_remote = sent_remote",
        tests: STORE.only("watches"),
    },
];
