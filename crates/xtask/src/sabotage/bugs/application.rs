//! Bugs of this layer: log and secrets.

use super::APP;
use crate::sabotage::Bug;

pub(super) const BUGS: &[Bug] = &[
    Bug {
        name: "logs lines as they come",
        file: "crates/app/src/log/mod.rs",
        text: "            .write_all(redact::redact(&String::from_utf8_lossy(line)).as_bytes())?;",
        planted: "            .write_all(line)?;",
        tests: APP.only("log"),
    },
    Bug {
        name: "seals twice with one nonce",
        file: "crates/app/src/secrets/seal.rs",
        text: "self.count.fetch_add(1, Ordering::Relaxed)",
        planted: "self.count.load(Ordering::Relaxed)",
        tests: APP.only("seal"),
    },
];
