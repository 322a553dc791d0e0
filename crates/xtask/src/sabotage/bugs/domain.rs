//! Bugs of this layer: what a row becomes.

use super::TRANSFER;
use crate::sabotage::Bug;

pub(super) const BUGS: &[Bug] = &[
    Bug {
        name: "cancels while the outcome is unknown",
        file: "crates/transfer/src/decide/wished.rs",
        text: "Wish::Pause | Wish::Cancel if self.after.outcome != Outcome::None",
        planted: "Wish::Pause if self.after.outcome != Outcome::None",
        tests: TRANSFER,
    },
    Bug {
        name: "takes a lost finishing answer for a no",
        file: "crates/transfer/src/decide/failed.rs",
        text: "if failure.maybe_done || self.after.outcome == Outcome::Unknown {",
        planted: "if self.after.outcome == Outcome::Unknown {",
        tests: TRANSFER,
    },
    Bug {
        name: "finishes again without a look",
        file: "crates/transfer/src/decide/mod.rs",
        text: "(Step::FinishAsked, false) => Effect::Settle,",
        planted: "(Step::FinishAsked, false) => Effect::Finish,",
        tests: TRANSFER,
    },
    Bug {
        name: "finishes again after one look",
        file: "crates/transfer/src/decide/settled.rs",
        text: "const LOOKS_UNTIL_NOT_FINISHED: u32 = 2;",
        planted: "const LOOKS_UNTIL_NOT_FINISHED: u32 = 1;",
        tests: TRANSFER,
    },
    Bug {
        name: "takes what a look cannot tell for a no",
        file: "crates/transfer/src/decide/settled.rs",
        text: "self.ask_whether_it_arrived(&shown)",
        planted: "{ drop(shown); self.not_finished() }",
        tests: TRANSFER,
    },
    Bug {
        name: "drops the session that a person's answer leaves alone",
        file: "crates/transfer/src/decide/wished.rs",
        text: "self.start_over(SessionStatus::Left)",
        planted: "self.start_over(SessionStatus::Closing)",
        tests: TRANSFER,
    },
    Bug {
        name: "leaves the session of a changed file open",
        file: "crates/transfer/src/decide/failed.rs",
        text: r"self.after.failures = 0;
                self.start_over(SessionStatus::Closing);",
        planted: r"self.after.failures = 0;
                self.start_over(SessionStatus::Left);",
        tests: TRANSFER,
    },
    Bug {
        name: "forgets at a stop that the service was asked to finish",
        file: "crates/transfer/src/decide/mod.rs",
        text: r"            self.after.outcome = Outcome::Unknown;
",
        planted: r"            self.after.outcome = Outcome::None;
",
        tests: TRANSFER,
    },
    Bug {
        name: "asks again before the service wants to be asked",
        file: "crates/transfer/src/retry.rs",
        text: "retry_after.map_or(otherwise, |delay|",
        planted: "retry_after.filter(|_| false).map_or(otherwise, |delay|",
        tests: TRANSFER,
    },
    Bug {
        name: "doubles its pauses without end",
        file: "crates/transfer/src/retry.rs",
        text: "doubled.min(longest).mul_f64",
        planted: "doubled.max(longest).mul_f64",
        tests: TRANSFER,
    },
    Bug {
        name: "takes a plan with gaps",
        file: "crates/transfer/src/parts.rs",
        text: "if part.start != at || part.end",
        planted: "if part.end",
        tests: TRANSFER,
    },
];
