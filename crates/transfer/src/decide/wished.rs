//! What the person wants: obeyed at once, or kept until an open outcome is settled (law 4).

use std::time::Duration;

use super::{Draft, Ignored};
use crate::error::Failure;
use crate::event::On;
use crate::ledger::{SessionChange, SessionStatus};
use crate::proof::Proof;
use crate::reason::Reason;
use crate::retry::{LONGEST, backoff};
use crate::state::State;
use crate::transfer::{Outcome, Remote, Step, Wish};

impl Draft {
    pub(super) fn wished(&mut self, wish: Wish) -> Result<(), Ignored> {
        let changed = self.after.wish != wish;
        match wish {
            Wish::Run if self.after.state == State::Paused => {
                self.after.wish = wish;
                self.after.failures = 0;
                self.move_on(On::Resumed)?;
                self.tell("resumed", "Resumed.");
                Ok(())
            }
            Wish::Run if changed && !self.after.state.is_over() && self.after.state != State::Cancelling => {
                self.after.wish = wish;
                Ok(())
            }
            Wish::Run => Err(Ignored),
            Wish::Pause | Wish::Cancel if self.after.outcome != Outcome::None => {
                if !changed || self.after.state.is_over() {
                    return Err(Ignored);
                }
                self.after.wish = wish;
                let verb = if wish == Wish::Pause { "pauses" } else { "is cancelled" };
                self.tell(
                    "wish_kept",
                    format!("It {verb} as soon as it is clear whether the service has the file."),
                );
                Ok(())
            }
            Wish::Pause => {
                self.move_on(On::Paused)?;
                self.after.wish = wish;
                self.after.reason = None;
                self.after.question = None;
                self.tell(
                    "paused",
                    match (self.after.receives(), &self.after.found) {
                        (true, Some(found)) if found.resumable == Some(false) => {
                            "Paused. This link can't be gone on with: it starts again from the first byte."
                        }
                        (true, _) => "Paused. What was fetched is kept.",
                        _ => "Paused. What was sent is kept.",
                    },
                );
                Ok(())
            }
            Wish::Cancel => self.cancel(),
        }
    }

    pub(super) fn cancel(&mut self) -> Result<(), Ignored> {
        self.move_on(On::Cancelled)?;
        self.after.wish = Wish::Cancel;
        self.after.reason = None;
        self.after.question = None;
        self.after.failures = 0;
        if let Some(id) = self.after.session {
            self.session = Some(SessionChange::Moved(id, SessionStatus::Closing));
        }
        self.tell(
            "cancelling",
            if self.after.receives() {
                "Cancelling: removing what was fetched."
            } else {
                "Cancelling: telling the service to drop what was sent."
            },
        );
        Ok(())
    }

    pub(super) fn retried(&mut self) -> Result<(), Ignored> {
        let bare = self.after.state == State::Failed && self.after.session.is_none();
        // Of a copy nothing may have come that could be gone on from.
        let anew = !self.after.receives() || (self.after.gathers() && self.after.sent == 0);
        if self.after.state == State::Cancelled || (bare && anew) {
            self.after.step = Step::Accepted;
        }
        if let Some(found) = &mut self.after.found {
            found.mismatched = false;
        }
        self.move_on(On::Retried)?;
        self.after.wish = Wish::Run;
        self.after.failures = 0;
        self.after.reason = None;
        self.after.question = None;
        self.after.ended = None;
        self.after.finished_at = None;
        self.tell("retried", "Trying again.");
        Ok(())
    }

    pub(super) fn answered(&mut self, choice: &str) -> Result<(), Ignored> {
        let question = self.after.question.clone().ok_or(Ignored)?;
        if !question.choices.iter().any(|offered| offered.key == choice) {
            return Err(Ignored);
        }
        match choice {
            "it_is_there" => {
                let remote = self.after.remote.clone().unwrap_or(Remote {
                    id: String::new(),
                    url: None,
                });
                self.after.remote = Some(remote);
                return self.complete(Proof::Size);
            }
            "skip" => {
                self.after.question = None;
                return self.cancel();
            }
            "allow_http" => drop(self.after.options.insert("plain_http".into(), "yes".into())),
            "as_content" | "as_name" => {
                let kind = choice.trim_start_matches("as_");
                self.after.options.insert("type".into(), kind.into());
            }
            "keep_both" | "replace" | "resume" if question.code == "collision" => {
                self.after.options.insert("collision".into(), choice.into());
            }
            // The person looked. What there was of a session is theirs to abort, not ours (law 4).
            "send_again" => self.start_over(SessionStatus::Left),
            _ => {}
        }
        self.after.question = None;
        self.after.failures = 0;
        self.after.looks = 0;
        self.after.wish = Wish::Run;
        self.move_on(On::Answered)?;
        self.tell(
            "answered",
            format!(
                "You answered: {}.",
                question
                    .choices
                    .iter()
                    .find(|c| c.key == choice)
                    .map_or(choice, |c| &c.label)
            ),
        );
        Ok(())
    }

    pub(super) fn aborted(&mut self, rest: Option<&str>) -> Result<(), Ignored> {
        self.move_on(On::Aborted)?;
        if let Some(id) = self.after.session.take() {
            self.session = Some(SessionChange::Moved(id, SessionStatus::Aborted));
        }
        let left = if self.after.receives() {
            self.session = Some(SessionChange::Unplaced);
            if self.after.gathers() { "here" } else { "in the folder" }
        } else {
            "at the service"
        };
        self.after.step = Step::Accepted;
        self.after.outcome = Outcome::None;
        self.after.fingerprint = None;
        self.after.sent = 0;
        self.after.parts_done = 0;
        self.after.reason = None;
        self.after.finished_at = Some(self.time());
        let rest = rest.map_or_else(|| format!("Nothing is left {left}."), str::to_owned);
        self.tell("cancelled", format!("Cancelled. {rest}"));
        Ok(())
    }

    pub(super) fn abort_failed(&mut self, failure: &Failure) -> Result<(), Ignored> {
        if self.after.state != State::Cancelling {
            return Err(Ignored);
        }
        self.after.failures += 1;
        let delay: Duration = backoff(self.after.failures, LONGEST, self.now.chance);
        let text = format!(
            "The service could not be told to drop it: {} Trying again.",
            failure.message
        );
        self.tell("abort_failed", text.clone());
        self.after.reason = Some(Reason::new("abort_failed", text).until(self.time().after(delay)));
        Ok(())
    }
}
