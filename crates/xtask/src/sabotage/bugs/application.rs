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
    Bug {
        name: "shows a picture that fills the memory",
        file: "crates/app/src/remote/pictures.rs",
        text: "(size.width <= WIDEST && size.height <= WIDEST).then_some(content_type)",
        planted: "(size.width > 0).then_some(content_type)",
        tests: APP.only("remote"),
    },
    Bug {
        name: "lets a name from a service turn itself around",
        file: "crates/app/src/remote/entries.rs",
        text: "plain.filter(|c| !turns_text(*c)).take(LINE).collect()",
        planted: "plain.take(LINE).collect()",
        tests: APP.only("remote"),
    },
];
