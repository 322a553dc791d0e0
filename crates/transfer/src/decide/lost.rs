//! Answers lost before a finishing request: to asking for a session, and to the part that makes the file.

use super::settled::{LOOKS_UNTIL_NOT_FINISHED, SECOND_LOOK};
use super::{Draft, Ignored};
use crate::error::Failure;
use crate::ledger::{SessionChange, SessionStatus};
use crate::provider::Reopen;
use crate::transfer::{Follow, Outcome, Step};
use crate::{State, retry};

impl Draft {
    pub(super) fn open_lost(&mut self, reopen: Reopen, failure: &Failure) -> Result<(), Ignored> {
        self.active()?;
        match reopen {
            Reopen::Person => return self.ask_whether_it_arrived(&failure.message),
            Reopen::Look => {
                self.after.outcome = Outcome::Unknown;
                self.after.failures += 1;
                let backoff = retry::backoff(self.after.failures, retry::LONGEST, self.now.chance);
                let delay = retry::honoured(failure.retry_after, backoff);
                let text = format!(
                    "{} Looking whether it was carried out before it is asked again.",
                    failure.message
                );
                return self.look_again(delay, &text);
            }
            Reopen::Again => {}
        }
        let asked = self.after.session.take();
        self.after.outcome = Outcome::None;
        self.after.step = Step::Measured;
        self.failed(failure)?;
        // Its name is unknown to us: nothing can be aborted, and nothing of it is visible.
        self.session = asked.map(|id| SessionChange::Moved(id, SessionStatus::Left));
        Ok(())
    }

    pub(super) fn open_missed(&mut self) -> Result<(), Ignored> {
        self.active()?;
        if self.after.step != Step::OpenAsked {
            return Err(Ignored);
        }
        self.after.looks += 1;
        if self.after.looks < LOOKS_UNTIL_NOT_FINISHED {
            self.after.outcome = Outcome::Unknown;
            return self.look_again(
                SECOND_LOOK,
                "The service does not show what it was asked to make. Looking once more before asking again.",
            );
        }
        if let Some(id) = self.after.session.take() {
            self.session = Some(SessionChange::Moved(id, SessionStatus::Aborted));
        }
        self.after.step = Step::Measured;
        self.after.outcome = Outcome::None;
        self.after.looks = 0;
        self.tell(
            "not_opened",
            "The service was never asked: its answer was lost, and so was the request.",
        );
        Ok(())
    }

    pub(super) fn make_asked(&mut self) -> Result<(), Ignored> {
        self.active()?;
        if self.after.step != Step::Opened || self.after.outcome != Outcome::None {
            return Err(Ignored);
        }
        self.after.outcome = Outcome::Asked;
        self.after.looks = 0;
        Ok(())
    }

    pub(super) fn unmade(&mut self) -> Result<(), Ignored> {
        if self.after.step != Step::Opened || self.after.outcome != Outcome::Asked {
            return Err(Ignored);
        }
        self.after.outcome = Outcome::None;
        Ok(())
    }

    pub(super) fn followed(&mut self, follow: &Follow) -> Result<(), Ignored> {
        if self.after.state != State::Completed
            || self.after.follow != Some(Follow::Awaited)
            || *follow == Follow::Awaited
        {
            return Err(Ignored);
        }
        self.after.follow = Some(follow.clone());
        match follow {
            Follow::Differs { shown } => self.tell("differs", format!("{} {shown}", follow.sentence())),
            Follow::Confirmed => self.tell("confirmed", follow.sentence()),
            Follow::Silent | Follow::Awaited => self.tell("unconfirmed", follow.sentence()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{PRINT, after, finished, fresh, lost, session_row, upload_session};
    use super::super::{Effect, effect};
    use crate::provider::{Finished, Reopen, Settlement};
    use crate::{Event, Follow, Outcome, Proof, State, Step, Transfer, Wish};

    fn at_open_asked() -> Transfer {
        after(
            fresh(),
            &[Event::Picked, Event::Measured(PRINT), Event::OpenAsked(session_row())],
        )
    }

    fn making() -> Transfer {
        after(
            at_open_asked(),
            &[Event::Opened(session_row().id, upload_session()), Event::MakeAsked],
        )
    }

    fn lost_opening() -> Event {
        Event::OpenLost {
            reopen: Reopen::Look,
            failure: lost(),
        }
    }

    #[test]
    fn what_was_perhaps_opened_is_looked_for_twice_before_it_is_asked_for_again() {
        let waiting = after(at_open_asked(), &[lost_opening()]);
        assert_eq!((waiting.state, waiting.outcome), (State::Waiting, Outcome::Unknown));
        let looked = after(waiting, &[Event::Due, Event::Picked, Event::OpenMissed]);
        assert_eq!((looked.state, looked.step), (State::Waiting, Step::OpenAsked));
        let due = after(looked, &[Event::Due, Event::Picked]);
        assert_eq!(effect(&due), Effect::OpenLost);
        let missed = after(due, &[Event::OpenMissed]);
        assert_eq!((effect(&missed), missed.session), (Effect::Open, None));
    }

    #[test]
    fn a_session_that_is_found_after_a_lost_answer_is_used() {
        let found = after(
            at_open_asked(),
            &[
                lost_opening(),
                Event::Due,
                Event::Picked,
                Event::Opened(session_row().id, upload_session()),
            ],
        );
        assert_eq!((effect(&found), found.attempt), (Effect::Send, 1));
    }

    #[test]
    fn a_part_that_makes_the_file_is_settled_by_looking_when_its_answer_is_lost() {
        let looking = after(
            making(),
            &[Event::Failed(lost()), Event::Due, Event::Picked, Event::Joined],
        );
        assert_eq!(effect(&looking), Effect::Settle);
        let there = after(
            looking.clone(),
            &[Event::Settled(Settlement::Finished(finished()), Proof::Size)],
        );
        assert_eq!(there.state, State::Completed);
        let not_there = Event::Settled(Settlement::NotFinished, Proof::Size);
        let again = after(
            looking,
            &[not_there.clone(), Event::Due, Event::Picked, Event::Joined, not_there],
        );
        assert_eq!((effect(&again), again.outcome), (Effect::Send, Outcome::None));
    }

    #[test]
    fn a_wish_waits_while_the_file_may_be_in_the_making_and_is_obeyed_when_it_is_not() {
        let wished = after(making(), &[Event::Wished(Wish::Cancel)]);
        assert_eq!((wished.state, wished.wish), (State::Transferring, Wish::Cancel));
        let unmade = after(wished, &[Event::Unmade]);
        assert_eq!(effect(&unmade), Effect::Obey);
    }

    #[test]
    fn a_stop_while_the_file_is_in_the_making_leaves_its_outcome_unknown() {
        let stopped = after(making(), &[Event::Interrupted]);
        assert_eq!((stopped.state, stopped.outcome), (State::Queued, Outcome::Unknown));
    }

    #[test]
    fn a_file_that_the_service_measures_later_is_completed_and_then_confirmed() {
        let finished = Finished {
            followed: true,
            ..finished()
        };
        let row = after(
            making(),
            &[
                Event::Sent,
                Event::FinishAsked,
                Event::Finished(finished, Proof::PartTags),
            ],
        );
        assert_eq!(
            (row.state, row.follow.clone()),
            (State::Completed, Some(Follow::Awaited))
        );
        let confirmed = after(row, &[Event::Followed(Follow::Confirmed)]);
        assert_eq!(
            (confirmed.state, confirmed.follow),
            (State::Completed, Some(Follow::Confirmed))
        );
    }
}
