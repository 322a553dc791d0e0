//! Bugs of this layer: sending, finishing, giving slots.

use super::{ENGINE, FAULTS};
use crate::sabotage::Bug;

pub(super) const BUGS: &[Bug] = &[
    Bug {
        name: "lets a waiting transfer keep its slot",
        file: "crates/engine/src/queue.rs",
        text: ".filter(|row| row.state.is_active() && account",
        planted: ".filter(|row| (row.state.is_active() || row.state == State::Waiting) && account",
        tests: ENGINE.only("queue"),
    },
    Bug {
        name: "sends at twice the limit",
        file: "crates/engine/src/throttle.rs",
        text: "let seconds = bytes as f64 / rate as f64;",
        planted: "let seconds = bytes as f64 / rate as f64 / 2.0;",
        tests: ENGINE.only("throttle"),
    },
    Bug {
        name: "makes up for a stall all at once",
        file: "crates/engine/src/throttle.rs",
        text: "let start = mean.max(pace);",
        planted: "let start = mean;",
        tests: ENGINE.only("throttle"),
    },
    Bug {
        name: "serves whoever came first instead of whoever had least",
        file: "crates/engine/src/throttle.rs",
        text: "let ticket = (place.max(state.turn), state.tickets);",
        planted: "let ticket = (state.turn.max(0 * place), state.tickets);",
        tests: ENGINE.only("throttle"),
    },
    Bug {
        name: "leaves the file of a copy behind",
        file: "crates/engine/src/gather.rs",
        text: "if row.direction != Direction::Across || needs(row) {",
        planted: "if row.size != Some(u64::MAX) || needs(row) {",
        tests: FAULTS.only("received_first"),
    },
    Bug {
        name: "takes bytes without the checksum that their source names",
        file: "crates/engine/src/gather.rs",
        text: "if !same(&found, expected) {",
        planted: "if !same(&found, expected) && total == 0 {",
        tests: FAULTS.only("received_first"),
    },
    Bug {
        name: "gives a slot although nothing may move",
        file: "crates/engine/src/queue.rs",
        text: " && limits.held(row).is_none()",
        planted: "",
        tests: ENGINE.only("queue"),
    },
    Bug {
        name: "opens a file without looking whether it is still the same",
        file: "crates/engine/src/source.rs",
        text: "if now != expected {",
        planted: "if now.size == u64::MAX && now != expected {",
        tests: ENGINE.only("source"),
    },
    Bug {
        name: "begins every part at the start of the file",
        file: "crates/engine/src/body.rs",
        text: "at: part.start,\n        end: part.end,",
        planted: "at: 0,\n        end: part.len(),",
        tests: FAULTS.only("simulated"),
    },
    Bug {
        name: "goes on with the used reader when a part is sent again",
        file: "crates/engine/src/body.rs",
        text: "    let bytes = match state.reader.read(state.at, size).await {",
        planted: r"    static READERS: Mutex<Vec<(Weak<Inner>, TransferId, u32, u64)>> = Mutex::new(Vec::new());
    let (mine, part) = (Arc::downgrade(&state.inner), (state.transfer, state.part));
    let at = {
        let mut readers = locked(&READERS);
        let found = readers.iter().position(|known| known.0.ptr_eq(&mine) && (known.1, known.2) == part);
        match found {
            Some(used) => readers.swap_remove(used).3,
            None => {
                readers.push((mine, part.0, part.1, state.at + size as u64));
                state.at
            }
        }
    };
    use std::sync::{Mutex, Weak};
    let bytes = match state.reader.read(at, size).await {",
        tests: FAULTS.only("simulated"),
    },
    Bug {
        name: "stores the receipt before the bytes are there",
        file: "crates/engine/src/send.rs",
        text: "        let sent = part.once().await;",
        planted: r"        let early = Receipt {
            number: part.plan.number,
            size: part.plan.len(),
            tag: String::new(),
            md5: String::new(),
            verified: false,
            tries,
        };
        if let Some(id) = part.row.session {
            part.inner.world.ledger.add_receipt(id, &early).await?;
        }
        let sent = part.once().await;",
        tests: FAULTS.only("simulated"),
    },
    Bug {
        name: "believes the storage whatever its tag",
        file: "crates/engine/src/send.rs",
        text: "let verified = tag.eq_ignore_ascii_case(&md5);",
        planted: "let verified = true;",
        tests: FAULTS.only("simulated"),
    },
    Bug {
        name: "copies parts of whatever version stands there",
        file: "crates/engine/src/origin.rs",
        text: "        file.version = distant.version;",
        planted: "        drop(distant.version);",
        tests: FAULTS.only("across"),
    },
    Bug {
        name: "does not look at the file before finishing",
        file: "crates/engine/src/upload.rs",
        text: r"        origin::unchanged(&inner, row).await?;
        let opened",
        planted: "        let opened",
        tests: FAULTS.only("simulated"),
    },
    Bug {
        name: "asks to finish before that is stored",
        file: "crates/engine/src/upload.rs",
        text: r"    if work.commit(Event::FinishAsked).await?.is_none() {
        return Ok(());
    }
",
        planted: "",
        tests: FAULTS.only("simulated"),
    },
    Bug {
        name: "lets two work on one transfer",
        file: "crates/engine/src/runner.rs",
        text: "if runners.contains_key(&id) || inner.stop",
        planted: "if inner.stop",
        tests: FAULTS.only("simulated"),
    },
    Bug {
        name: "drops sessions that were left to the person",
        file: "crates/engine/src/janitor.rs",
        text: "session.status == SessionStatus::Closing && !has_its_own",
        planted: "session.status != SessionStatus::Open && !has_its_own",
        tests: FAULTS.only("simulated"),
    },
    Bug {
        name: "calls an unnamed session dropped",
        file: "crates/transfer/src/decide/lost.rs",
        text: "asked.map(|id| SessionChange::Moved(id, SessionStatus::Left))",
        planted: "asked.map(|id| SessionChange::Moved(id, SessionStatus::Aborted))",
        tests: FAULTS.only("simulated"),
    },
    Bug {
        name: "makes a second transfer of the same file",
        file: "crates/engine/src/accept.rs",
        text: "if let Some(key) = key(&row) {",
        planted: "if let Some(key) = key(&row).filter(|_| false) {",
        tests: FAULTS.only("simulated"),
    },
    Bug {
        name: "goes on with what could not be stored",
        file: "crates/engine/src/commit.rs",
        text: r"            inner.cannot_store(&failure);
            return Err(failure);",
        planted: "            inner.cannot_store(&failure);",
        tests: FAULTS.only("simulated"),
    },
    Bug {
        name: "ignores the limit of a transfer",
        file: "crates/engine/src/pacing.rs",
        text: "Pace::new([own, account, self.pacing.all.of(way)])",
        planted: "Pace::new([account, self.pacing.all.of(way)])",
        tests: FAULTS.only("simulated"),
    },
    Bug {
        name: "leaves rows of an earlier life as if they were worked on",
        file: "crates/engine/src/recover.rs",
        text: ".filter(|row| row.state.is_active())",
        planted: ".filter(|row| row.state.is_over())",
        tests: FAULTS.only("simulated"),
    },
    Bug {
        name: "knows a partial file by its name alone",
        file: "crates/engine/src/target.rs",
        text: "if mark_of(&file)? != mark {",
        planted: "if mark_of(&file)? != mark && false {",
        tests: ENGINE.only("target"),
    },
    Bug {
        name: "removes whatever has the name of a partial file",
        file: "crates/engine/src/target.rs",
        text: "found.mark == mark && found.regular",
        planted: "found.regular",
        tests: ENGINE.only("target"),
    },
    Bug {
        name: "counts written bytes as durable",
        file: "crates/engine/src/receive/board.rs",
        text: "self.stretches().values().map(|s| s.durable - s.start).sum()",
        planted: "self.stretches().values().map(|s| s.written - s.start).sum()",
        tests: ENGINE.only("board"),
    },
    Bug {
        name: "lets a connection run over the end of its segment",
        file: "crates/engine/src/receive/board.rs",
        text: "usize::try_from(stretch.end - stretch.taken)",
        planted: "usize::try_from(u64::MAX - stretch.taken)",
        tests: ENGINE.only("board"),
    },
];
