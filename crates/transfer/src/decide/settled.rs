//! After a lost answer: what a look at the service decides. Nothing is ever finished twice on a guess.

use std::time::Duration;

use super::{Draft, Ignored};
use crate::event::On;
use crate::ledger::{SessionChange, SessionStatus};
use crate::proof::Proof;
use crate::provider::{Finished, Settlement};
use crate::reason::{Question, Reason};
use crate::transfer::{Direction, Follow, Outcome, Step, Wish};

/// A late request may still be on its way: "not there" counts when it was seen twice, this far apart.
pub(super) const SECOND_LOOK: Duration = Duration::from_secs(5);
pub(super) const LOOKS_UNTIL_NOT_FINISHED: u32 = 2;
/// Neither file nor session: look again this often and this far apart before sending everything anew.
const GONE_LOOK: Duration = Duration::from_secs(120);
const LOOKS_UNTIL_GONE: u32 = 5;

impl Draft {
    pub(super) fn arrived(&mut self, finished: &Finished, proof: Proof) -> Result<(), Ignored> {
        self.after.remote = Some(finished.remote.clone());
        self.after.follow = finished.followed.then_some(Follow::Awaited);
        self.complete(proof)?;
        if let (Some(told), Some(more)) = (&mut self.note, &finished.note) {
            told.text = format!("{} {more}", told.text);
        }
        Ok(())
    }

    pub(super) fn complete(&mut self, proof: Proof) -> Result<(), Ignored> {
        self.move_on(On::Arrived)?;
        self.after.step = Step::Finished;
        self.after.outcome = Outcome::None;
        self.after.proof = Some(proof);
        self.after.reason = None;
        self.after.question = None;
        self.after.ended = None;
        self.after.failures = 0;
        self.after.sent = self.after.size.unwrap_or(self.after.sent);
        self.after.finished_at = Some(self.time());
        if let Some(id) = self.after.session {
            self.session = Some(SessionChange::Moved(id, SessionStatus::Finished));
        }
        if self.after.direction == Direction::Down {
            self.session = Some(SessionChange::Unplaced);
        }
        let late = match self.after.wish {
            Wish::Run => "",
            Wish::Pause | Wish::Cancel => " It had already arrived when you asked to stop it.",
        };
        self.tell(
            "completed",
            format!("Completed. {}{late}", proof.sentence(self.after.direction)),
        );
        Ok(())
    }

    pub(super) fn settled(&mut self, settlement: &Settlement, proof: Proof) -> Result<(), Ignored> {
        self.active()?;
        match settlement {
            Settlement::Finished(finished) => self.arrived(finished, proof),
            Settlement::NotFinished => self.not_finished(),
            Settlement::Gone => self.gone(),
            Settlement::Unknown(shown) => {
                let shown = shown.clone();
                self.ask_whether_it_arrived(&shown)
            }
        }
    }

    fn not_finished(&mut self) -> Result<(), Ignored> {
        self.after.looks += 1;
        if self.after.looks < LOOKS_UNTIL_NOT_FINISHED {
            self.after.outcome = Outcome::Unknown;
            return self.look_again(
                SECOND_LOOK,
                "The service does not show the file yet. Looking once more before asking again.",
            );
        }
        if self.after.step == Step::FinishAsked {
            self.after.step = Step::Sent;
        }
        self.after.outcome = Outcome::None;
        self.tell(
            "not_finished",
            "The service did not make the file: its answer was lost, and so was the request.",
        );
        Ok(())
    }

    fn gone(&mut self) -> Result<(), Ignored> {
        self.after.looks += 1;
        if self.after.looks < LOOKS_UNTIL_GONE {
            self.after.outcome = Outcome::Unknown;
            return self.look_again(
                GONE_LOOK,
                "The service shows neither the file nor the upload. Looking again before sending it anew.",
            );
        }
        self.start_over(SessionStatus::Aborted);
        let until = self.time();
        self.wait(
            On::Restarted,
            Reason::new(
                "session_gone",
                "The service dropped the upload. Sending it again from the start.",
            )
            .until(until),
        )
    }

    pub(super) fn look_again(&mut self, delay: Duration, text: &str) -> Result<(), Ignored> {
        let until = self.time().after(delay);
        self.wait(On::Delayed, Reason::new("checking", text).until(until))
    }

    pub(super) fn ask_whether_it_arrived(&mut self, shown: &str) -> Result<(), Ignored> {
        self.after.outcome = Outcome::Unknown;
        let question = Question::maybe_arrived(format!(
            "The service was asked to finish, but its answer was lost, and it can't be read off: {shown} Please look whether the file is there. It is not sent again without you."
        ));
        self.tell("maybe_arrived", question.text.clone());
        self.after.question = Some(question);
        self.move_on(On::Asked)
    }
}
