//! The steps of a download: what each stores, and what a look at the folder decides after a stop in the middle.

use super::{Draft, Ignored};
use crate::download::RemoteFile;
use crate::event::On;
use crate::ledger::SessionChange;
use crate::proof::Proof;
use crate::segments::Segment;
use crate::source::Fingerprint;
use crate::target::Partial;
use crate::transfer::{Outcome, Step};

impl Draft {
    pub(super) fn found(&mut self, file: &RemoteFile, name: &str) -> Result<(), Ignored> {
        self.active()?;
        let mismatched = self.after.found.as_ref().is_some_and(|before| before.mismatched);
        self.after.found = Some(RemoteFile {
            mismatched,
            ..file.clone()
        });
        self.after.size = file.size;
        self.after.name = name.to_owned();
        self.after.step = Step::Measured;
        Ok(())
    }

    pub(super) fn place_asked(&mut self, name: &str) -> Result<(), Ignored> {
        self.active()?;
        self.after.step = Step::OpenAsked;
        self.after.name = name.to_owned();
        self.after.attempt += 1;
        Ok(())
    }

    pub(super) fn placed(&mut self, partial: &Partial, segments: &[Segment]) -> Result<(), Ignored> {
        self.active()?;
        // Placed again where the server turned out to give no ranges, or another size.
        let again = self.after.step == Step::Opened;
        self.after.step = Step::Opened;
        self.after.size = partial.total;
        self.after.sent = segments.iter().map(|segment| segment.done - segment.start).sum();
        if self.after.state == crate::State::Preparing {
            self.move_on(On::Opened)?;
        }
        self.session = Some(SessionChange::Placed(partial.clone(), segments.to_vec()));
        if !again {
            let text = if self.after.gathers() {
                "Nobody says how large it is: it is received into a file of Longshore's own first.".to_owned()
            } else {
                format!("Fetching it as {} in its folder.", partial.name)
            };
            self.tell("placed", text);
        }
        Ok(())
    }

    /// All of a copy is here: from now on it is sent as a file of the person's own would be.
    pub(super) fn gathered(&mut self, print: Fingerprint, checked: bool) -> Result<(), Ignored> {
        if self.after.step != Step::Opened || !self.after.gathers() {
            return Err(Ignored);
        }
        self.move_on(On::Gathered)?;
        self.after.step = Step::Accepted;
        self.after.fingerprint = Some(print);
        self.after.size = Some(print.size);
        self.after.sent = 0;
        self.after.failures = 0;
        // Asking for a session counts the same try once more.
        self.after.attempt = self.after.attempt.saturating_sub(1);
        let checksum = if checked {
            ", with the checksum that its source names"
        } else {
            ""
        };
        self.tell(
            "gathered",
            format!("All of it is here{checksum}. It is sent from here now."),
        );
        Ok(())
    }

    /// The file that a copy was gathered in is not what it was: it has to come once more.
    pub(super) fn ungather(&mut self) {
        if self.after.gathered() {
            self.after.fingerprint = None;
            self.after.size = self.after.found.as_ref().and_then(|found| found.size);
        }
    }

    pub(super) fn linked(&mut self, resumable: Option<bool>, note: Option<&str>) -> Result<(), Ignored> {
        self.active()?;
        let found = self.after.found.get_or_insert_default();
        found.resumable = resumable.or(found.resumable);
        if let Some(note) = note {
            self.tell("linked", note);
        }
        Ok(())
    }

    pub(super) fn name_asked(&mut self, name: &str) -> Result<(), Ignored> {
        self.active()?;
        self.after.step = Step::FinishAsked;
        self.after.outcome = Outcome::Asked;
        self.after.name = name.to_owned();
        Ok(())
    }

    pub(super) fn looked(&mut self, named: bool) -> Result<(), Ignored> {
        self.active()?;
        if named {
            let checked = self.after.found.as_ref().is_some_and(|found| found.checksum.is_some());
            return self.complete(if checked { Proof::WholeChecksum } else { Proof::Size });
        }
        self.after.step = Step::Sent;
        self.after.outcome = Outcome::None;
        self.obey_stored_wish()
    }

    /// The bytes did not match the documented checksum: fetched again once, then it is over.
    pub(super) fn mismatch(&mut self) -> bool {
        let found = self.after.found.get_or_insert_default();
        std::mem::replace(&mut found.mismatched, true)
    }
}
