//! Decisions: a pure function from (row, event, now) to the row after it, and what follows from that.

mod failed;
mod fetched;
mod lost;
mod settled;
mod wished;

use crate::event::{Event, On};
use crate::ledger::{Note, SessionChange, SessionRow, SessionStatus};
use crate::parts::UploadSession;
use crate::reason::Reason;
use crate::state::{self, State};
use crate::time::{Now, Time};
use crate::transfer::{Direction, Outcome, Remote, Step, Transfer, Wish};

/// What an event comes to.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The row as it is to be stored.
    pub after: Transfer,
    /// Its line in the journal; `None` for what happens too often to be told.
    pub note: Option<Note>,
    /// What becomes of its session in the same transaction.
    pub session: Option<SessionChange>,
}

/// What the one who holds the slot does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: the slot is free.
    Rest,
    /// Look at the source and ask the provider's limits.
    Measure,
    /// Store the intent, then ask for a session.
    Open,
    /// A session may have been asked for; its answer is lost.
    OpenLost,
    /// Send what has no receipt.
    Send,
    /// Check the source, store the intent, then ask to finish.
    Finish,
    /// Look what became of it.
    Settle,
    /// Tell the service to drop the session.
    Abort,
    /// Ask the service about the file to be fetched.
    Resolve,
    /// Store the intent, then make the partial file.
    Place,
    /// Fetch what is not durable yet.
    Receive,
    /// Verify, store the intent, then give the file its name.
    Name,
    /// Look in the folder what became of the naming.
    Look,
    /// Remove the partial file.
    Unplace,
    /// Do what the person wished for while an outcome was open.
    Obey,
}

/// The event does not apply to the row as it is now; nothing is to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ignored;

/// What follows from the row alone. After a crash it is the same as before: nothing is remembered elsewhere.
#[must_use]
pub fn effect(row: &Transfer) -> Effect {
    let here = row.receives();
    if row.state == State::Cancelling {
        return if here { Effect::Unplace } else { Effect::Abort };
    }
    if !row.state.is_active() {
        return Effect::Rest;
    }
    if row.wish != Wish::Run && row.outcome == Outcome::None {
        return Effect::Obey;
    }
    match (row.step, here) {
        (Step::Accepted, _) if row.direction != Direction::Down => Effect::Measure,
        (Step::Accepted, _) => Effect::Resolve,
        (Step::Measured, false) => Effect::Open,
        (Step::OpenAsked, false) => Effect::OpenLost,
        (Step::Opened, false) if row.outcome != Outcome::None => Effect::Settle,
        (Step::Opened, false) => Effect::Send,
        (Step::Sent, false) => Effect::Finish,
        (Step::FinishAsked, false) => Effect::Settle,
        (Step::Measured | Step::OpenAsked, true) => Effect::Place,
        (Step::Opened, true) => Effect::Receive,
        (Step::Sent, true) => Effect::Name,
        (Step::FinishAsked, true) => Effect::Look,
        (Step::Finished, _) => Effect::Rest,
    }
}

/// Decides what `event` makes of `row`.
///
/// # Errors
/// [`Ignored`] when the event comes too late or does not fit: a paused transfer that is told its part arrived, say.
pub fn decide(row: &Transfer, event: &Event, now: Now) -> Result<Decision, Ignored> {
    let mut draft = Draft {
        after: row.clone(),
        note: None,
        session: None,
        now,
    };
    match event {
        Event::Picked => draft.picked()?,
        Event::Measured(fingerprint) => {
            draft.active()?;
            draft.after.fingerprint = Some(*fingerprint);
            draft.after.size = Some(fingerprint.size);
            draft.after.step = Step::Measured;
        }
        Event::Found { file, name } => draft.found(file, name)?,
        Event::PlaceAsked(name) => draft.place_asked(name)?,
        Event::Placed(partial, segments) => draft.placed(partial, segments)?,
        Event::Linked { resumable, note } => draft.linked(*resumable, note.as_deref())?,
        Event::Gathered { print, checked } => draft.gathered(*print, *checked)?,
        Event::NameAsked(name) => draft.name_asked(name)?,
        Event::Landed(proof) => {
            draft.active()?;
            draft.complete(*proof)?;
        }
        Event::Looked(named) => draft.looked(*named)?,
        Event::Chosen(key, value) => {
            draft.after.options.insert(key.clone(), value.clone());
        }
        Event::OpenAsked(session) => draft.open_asked(session)?,
        Event::Opened(id, session) => draft.opened(*id, session)?,
        Event::OpenLost { reopen, failure } => draft.open_lost(*reopen, failure)?,
        Event::OpenMissed => draft.open_missed()?,
        Event::MakeAsked => draft.make_asked()?,
        Event::Unmade => draft.unmade()?,
        Event::Followed(follow) => draft.followed(follow)?,
        Event::Joined => draft.joined()?,
        Event::Progressed { sent, parts } => {
            draft.after.sent = *sent;
            draft.after.parts_done = *parts;
            draft.after.failures = 0;
        }
        Event::Sent => {
            draft.active()?;
            draft.after.step = Step::Sent;
            draft.after.outcome = Outcome::None;
            draft.move_on(On::Sent)?;
            draft.tell(
                "sent",
                match row.direction {
                    Direction::Down => "Every byte is here.".to_owned(),
                    _ if row.parts_total == 1 => "It is stored.".to_owned(),
                    _ => format!("All {} parts are stored.", row.parts_total),
                },
            );
        }
        Event::FinishAsked => {
            draft.active()?;
            draft.after.step = Step::FinishAsked;
            draft.after.outcome = Outcome::Asked;
            draft.after.looks = 0;
            draft.tell("finish_asked", "Asking the service to make the file.");
        }
        Event::Finished(finished, proof) => draft.arrived(finished, *proof)?,
        Event::Settled(settlement, proof) => draft.settled(settlement, *proof)?,
        Event::Failed(failure) => draft.failed(failure)?,
        Event::Interrupted => draft.interrupted()?,
        Event::Held(reason) => draft.held(reason)?,
        Event::Due => {
            draft.after.reason = None;
            draft.move_on(On::Due)?;
        }
        Event::Wished(wish) => draft.wished(*wish)?,
        Event::Limited(limit) => draft.after.limit = *limit,
        Event::Retried => draft.retried()?,
        Event::Answered(choice) => draft.answered(choice)?,
        Event::Aborted => draft.aborted(None)?,
        Event::AbortedInPart(rest) => draft.aborted(Some(rest))?,
        Event::AbortFailed(failure) => draft.abort_failed(failure)?,
    }
    draft.after.revision += 1;
    Ok(Decision {
        after: draft.after,
        note: draft.note,
        session: draft.session,
    })
}

/// The decision in the making.
struct Draft {
    after: Transfer,
    note: Option<Note>,
    session: Option<SessionChange>,
    now: Now,
}

impl Draft {
    fn active(&self) -> Result<(), Ignored> {
        if self.after.state.is_active() {
            Ok(())
        } else {
            Err(Ignored)
        }
    }

    fn move_on(&mut self, on: On) -> Result<(), Ignored> {
        self.after.state = state::next(self.after.state, on).ok_or(Ignored)?;
        Ok(())
    }

    fn tell(&mut self, event: &str, text: impl Into<String>) {
        self.note = Some(Note {
            at: self.now.time,
            event: event.into(),
            text: text.into(),
        });
    }

    fn wait(&mut self, on: On, reason: Reason) -> Result<(), Ignored> {
        self.move_on(on)?;
        self.tell(&reason.code.clone(), reason.text.clone());
        self.after.reason = Some(reason);
        Ok(())
    }

    fn time(&self) -> Time {
        self.now.time
    }

    fn picked(&mut self) -> Result<(), Ignored> {
        self.move_on(On::Picked)?;
        self.after.reason = None;
        self.after.started_at.get_or_insert(self.now.time);
        Ok(())
    }

    fn open_asked(&mut self, session: &SessionRow) -> Result<(), Ignored> {
        self.active()?;
        self.after.step = Step::OpenAsked;
        self.after.outcome = Outcome::Asked;
        self.after.session = Some(session.id);
        self.after.looks = 0;
        self.after.attempt += 1;
        self.session = Some(SessionChange::Asked(session.clone()));
        self.tell("open_asked", "Asking the service where to send the parts.");
        Ok(())
    }

    fn opened(&mut self, id: crate::SessionId, session: &UploadSession) -> Result<(), Ignored> {
        self.active()?;
        let parts = u32::try_from(session.parts.len()).unwrap_or(u32::MAX);
        self.after.step = Step::Opened;
        self.after.outcome = Outcome::None;
        self.after.parts_total = parts;
        self.after.parts_done = 0;
        self.after.sent = 0;
        self.after.remote = session.remote_id.clone().map(|id| Remote { id, url: None });
        self.move_on(On::Opened)?;
        self.session = Some(SessionChange::Opened(id, session.clone()));
        let told = match parts {
            1 => "The service takes it in one piece.".to_owned(),
            _ => format!("The service takes it in {parts} parts."),
        };
        self.tell("opened", told);
        Ok(())
    }

    fn joined(&mut self) -> Result<(), Ignored> {
        match self.after.step {
            Step::Opened => self.move_on(On::Opened),
            Step::Sent | Step::FinishAsked => self.move_on(On::Sent),
            _ => Err(Ignored),
        }
    }

    fn interrupted(&mut self) -> Result<(), Ignored> {
        self.move_on(On::Interrupted)?;
        if self.after.outcome == Outcome::Asked && self.after.step != Step::OpenAsked {
            self.after.outcome = Outcome::Unknown;
        }
        self.tell(
            "interrupted",
            "Longshore stopped; it goes on from the last stored step.",
        );
        Ok(())
    }

    fn held(&mut self, reason: &Reason) -> Result<(), Ignored> {
        if self.after.outcome != Outcome::None {
            return Err(Ignored);
        }
        self.move_on(On::Interrupted)?;
        self.tell(&reason.code, reason.text.clone());
        Ok(())
    }

    /// Begins again with a new session, the old one closed (or left alone when `left`). What a copy has gathered here stays.
    fn start_over(&mut self, status: SessionStatus) {
        if let Some(id) = self.after.session.take() {
            self.session = Some(SessionChange::Moved(id, status));
        }
        if self.after.receives() {
            self.session = Some(SessionChange::Emptied);
        }
        self.after.step = Step::Accepted;
        self.after.outcome = Outcome::None;
        if !self.after.gathered() {
            self.after.fingerprint = None;
        }
        self.after.remote = None;
        self.after.sent = 0;
        self.after.parts_done = 0;
        self.after.parts_total = 0;
        self.after.looks = 0;
    }

    fn obey_stored_wish(&mut self) -> Result<(), Ignored> {
        match self.after.wish {
            Wish::Run => Ok(()),
            wish => self.wished(wish),
        }
    }
}

#[cfg(test)]
mod gathered_test;
#[cfg(test)]
mod tests;
