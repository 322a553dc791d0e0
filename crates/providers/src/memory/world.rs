//! What the in-memory service holds, what happened to it, and what goes wrong next.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use transfer::error::Result;
use transfer::{Failure, Kind, PartPlan};

/// How the service behaves while nothing is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Bytes of a part; at least 1. Default 8 MiB.
    pub part_size: u64,
    /// Bytes that fit, open uploads included; `None`: no end.
    pub quota: Option<u64>,
    /// What a look shows. Default [`Evidence::Exact`].
    pub evidence: Evidence,
    /// What a part is answered with. Default [`Tagging::Md5`].
    pub tags: Tagging,
    /// Empty files are taken. Default true.
    pub takes_empty: bool,
    /// Every call fails without being carried out. Default false.
    pub offline: bool,
    /// The token that is accepted. Default `memory`.
    pub token: String,
    /// Files have thumbnails: from the start, later, or never. Default never.
    pub thumbnails: Thumbnailing,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            part_size: 8 * 1024 * 1024,
            quota: None,
            evidence: Evidence::Exact,
            tags: Tagging::Md5,
            takes_empty: true,
            offline: false,
            token: "memory".into(),
            thumbnails: Thumbnailing::Never,
        }
    }
}

/// What a look at the service shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Files once they are finished, with their exact size.
    Exact,
    /// Files once they are finished, with a size of no use.
    Rounded,
    /// Files from the moment they were opened: nothing can be told.
    FromOpening,
}

/// What a stored part is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tagging {
    /// Its MD5.
    Md5,
    /// Something else, and the answer says so.
    Opaque,
    /// Nothing.
    Missing,
}

/// How files come by their thumbnails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thumbnailing {
    /// They don't.
    Never,
    /// They are still being made.
    NotYet,
    /// They are there.
    Made,
}

/// A call that something can happen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the method of the same name")]
pub enum Step {
    CheckAccount,
    Open,
    PutPart,
    Finish,
    Settle,
    Abort,
    Resolve,
    Link,
    /// Opening the bytes behind a link.
    Fetch,
    List,
    Details,
    Edit,
    Delete,
    Import,
    Thumbnail,
}

/// What happens to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Carried out; the answer is lost.
    Lost,
    /// Not carried out, and nobody can tell.
    Dropped,
    /// Not carried out yet, answer lost; carried out after so many more looks ([`Step::Finish`] only).
    Late(u32),
    /// Refused with this.
    Fails(Failure),
    /// Passes unharmed: a place in the script.
    Nothing,
    /// The line breaks after so many bytes of the part or the answer ([`Step::PutPart`] and [`Step::Fetch`] only).
    Cut(u64),
    /// Stored; the tag is another part's ([`Step::PutPart`] only).
    TagLies,
}

/// What happened so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counters {
    /// Sessions made.
    pub opened: u64,
    /// Sessions neither finished nor given up.
    pub open: u64,
    /// Parts stored, repeated ones included.
    pub parts_stored: u64,
    /// Files made.
    pub finished: u64,
    /// Finishing asked for what was finished already.
    pub duplicate_finishes: u64,
    /// Sessions given up.
    pub aborted: u64,
    /// Giving up asked for what was finished already.
    pub aborts_after_finish: u64,
    /// Looks.
    pub looks: u64,
}

/// A finished file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// The service's id.
    pub id: String,
    /// The name it was opened with.
    pub name: String,
    /// Bytes in it.
    pub size: u64,
    /// MD5 of each part in order, lower-case hex.
    pub parts: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) plan: Vec<PartPlan>,
    pub(super) told: Told,
    /// Per part its length and MD5.
    pub(super) parts: BTreeMap<u32, (u64, String)>,
    stage: Stage,
    /// Looks until it finishes by a request that is still on its way.
    late: Option<u32>,
    /// Links since this round hold.
    round: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Open,
    Finished,
    Gone,
}

/// What a look shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Finished(Option<u64>),
    Open,
    Nothing,
    Something,
}

/// A file to be fetched.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) bytes: Bytes,
    pub(super) password: Option<String>,
    /// Counts up with each [`State::give`].
    pub(super) version: u64,
    pub(super) told: Told,
}

/// What a person said about a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
}

/// A file on the shelf.
pub(super) struct Shelved<'a> {
    pub(super) id: String,
    pub(super) name: &'a str,
    pub(super) size: u64,
    pub(super) told: &'a Told,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) settings: Settings,
    faults: BTreeMap<Step, VecDeque<Fault>>,
    uploads: BTreeMap<u64, Upload>,
    given: BTreeMap<String, Given>,
    round: u64,
    counters: Counters,
}

impl State {
    pub(super) fn script(&mut self, step: Step, fault: Fault) {
        self.faults.entry(step).or_default().push_back(fault);
    }

    pub(super) fn forget_script(&mut self) {
        self.faults.clear();
    }

    pub(super) fn take_fault(&mut self, step: Step) -> Fault {
        let next = self.faults.get_mut(&step).and_then(VecDeque::pop_front);
        next.unwrap_or(Fault::Nothing)
    }

    pub(super) fn expire_links(&mut self) {
        self.round += 1;
    }

    pub(super) fn round(&self) -> u64 {
        self.round
    }

    pub(super) fn give(&mut self, name: &str, bytes: Bytes, password: Option<&str>) {
        let version = self.given.get(name).map_or(1, |before| before.version + 1);
        let given = Given {
            bytes,
            password: password.map(str::to_owned),
            version,
            told: Told::default(),
        };
        self.given.insert(name.to_owned(), given);
    }

    pub(super) fn given(&self, name: &str) -> Result<&Given> {
        let none = || Failure::new(Kind::NotFound, "not_found", "The service has no such file.");
        self.given.get(name).ok_or_else(none)
    }

    /// What was put there under its name, then what was sent there, oldest first.
    pub(super) fn shelf(&self) -> Vec<Shelved<'_>> {
        let given = self.given.iter().map(|(name, given)| Shelved {
            id: name.clone(),
            name,
            size: given.bytes.len() as u64,
            told: &given.told,
        });
        let sent = self
            .uploads
            .iter()
            .filter(|(_, upload)| upload.stage == Stage::Finished);
        let sent = sent.map(|(id, upload)| Shelved {
            id: id.to_string(),
            name: &upload.name,
            size: upload.size,
            told: &upload.told,
        });
        given.chain(sent).collect()
    }

    /// What is said about a file of the shelf.
    pub(super) fn told(&mut self, id: &str) -> Option<&mut Told> {
        if let Some(given) = self.given.get_mut(id) {
            return Some(&mut given.told);
        }
        let upload = self.uploads.get_mut(&id.parse().ok()?)?;
        (upload.stage == Stage::Finished).then_some(&mut upload.told)
    }

    /// Takes a file off the shelf; `false` when it is not there.
    pub(super) fn take_away(&mut self, id: &str) -> bool {
        if self.given.remove(id).is_some() {
            return true;
        }
        let upload = id.parse().ok().and_then(|id| self.uploads.get_mut(&id));
        match upload.filter(|upload| upload.stage == Stage::Finished) {
            Some(upload) => {
                upload.stage = Stage::Gone;
                true
            }
            None => false,
        }
    }

    pub(super) fn drop_sessions(&mut self) {
        for upload in self.uploads.values_mut().filter(|upload| upload.stage == Stage::Open) {
            upload.stage = Stage::Gone;
        }
    }

    pub(super) fn counters(&self) -> Counters {
        let open = self.uploads.values().filter(|upload| upload.stage == Stage::Open);
        Counters {
            open: open.count() as u64,
            ..self.counters.clone()
        }
    }

    pub(super) fn files(&self) -> Vec<StoredFile> {
        let finished = self
            .uploads
            .iter()
            .filter(|(_, upload)| upload.stage == Stage::Finished);
        finished
            .map(|(id, upload)| StoredFile {
                id: id.to_string(),
                name: upload.name.clone(),
                size: upload.size,
                parts: upload.parts.values().map(|(_, md5)| md5.clone()).collect(),
            })
            .collect()
    }

    pub(super) fn open(&mut self, name: &str, size: u64, plan: Vec<PartPlan>) -> Result<u64> {
        let held = self.uploads.values().filter(|upload| upload.stage != Stage::Gone);
        let used: u64 = held.map(|upload| upload.size).sum();
        if self
            .settings
            .quota
            .is_some_and(|quota| used.saturating_add(size) > quota)
        {
            return Err(
                Failure::new(Kind::PlanFull, "plan_full", "The plan's storage is used up.")
                    .action("Free some space there, then try again."),
            );
        }
        let id = self.uploads.len() as u64 + 1;
        self.counters.opened += 1;
        let upload = Upload {
            name: name.to_owned(),
            size,
            plan,
            told: Told::default(),
            parts: BTreeMap::new(),
            stage: Stage::Open,
            late: None,
            round: self.round,
        };
        self.uploads.insert(id, upload);
        Ok(id)
    }

    pub(super) fn receives(&self, id: u64) -> Result<&Upload> {
        match self.uploads.get(&id) {
            Some(upload) if upload.stage == Stage::Open && upload.round < self.round => Err(Failure::new(
                Kind::Expired,
                "link_expired",
                "The links for this upload ran out.",
            )),
            Some(upload) if upload.stage == Stage::Open => Ok(upload),
            _ => Err(gone(false)),
        }
    }

    pub(super) fn store(&mut self, id: u64, number: u32, len: u64, md5: String) -> Result<()> {
        self.receives(id)?;
        if let Some(upload) = self.uploads.get_mut(&id) {
            upload.parts.insert(number, (len, md5));
            self.counters.parts_stored += 1;
        }
        Ok(())
    }

    /// Makes the file of its parts. `tags` are what the asker believes they are.
    pub(super) fn finish(&mut self, id: u64, tags: &BTreeMap<u32, String>, opaque: bool) -> Result<()> {
        let Some(upload) = self.uploads.get_mut(&id) else {
            return Err(gone(true));
        };
        match upload.stage {
            Stage::Gone => return Err(gone(true)),
            Stage::Finished => {
                self.counters.duplicate_finishes += 1;
                return Err(gone(true));
            }
            Stage::Open => {}
        }
        let fits = upload.plan.iter().all(|part| match upload.parts.get(&part.number) {
            Some((len, md5)) => *len == part.len() && (opaque || tags.get(&part.number) == Some(md5)),
            None => false,
        });
        if !fits || tags.len() != upload.plan.len() {
            return Err(Failure::new(
                Kind::Integrity,
                "parts_refused",
                "The service has other parts than these.",
            ));
        }
        upload.stage = Stage::Finished;
        self.counters.finished += 1;
        Ok(())
    }

    /// The request to finish is still on its way, for so many looks.
    pub(super) fn finish_late(&mut self, id: u64, looks: u32) {
        if let Some(upload) = self.uploads.get_mut(&id) {
            upload.late = Some(looks);
        }
    }

    pub(super) fn look(&mut self, id: u64) -> Shown {
        self.counters.looks += 1;
        let evidence = self.settings.evidence;
        let Some(upload) = self.uploads.get_mut(&id) else {
            return Shown::Nothing;
        };
        match upload.late {
            Some(0) if upload.stage == Stage::Open => {
                upload.late = None;
                upload.stage = Stage::Finished;
                self.counters.finished += 1;
            }
            Some(looks) => upload.late = Some(looks.saturating_sub(1)),
            None => {}
        }
        match (upload.stage, evidence) {
            (Stage::Gone, _) => Shown::Nothing,
            (_, Evidence::FromOpening) => Shown::Something,
            (Stage::Open, _) => Shown::Open,
            (Stage::Finished, Evidence::Exact) => Shown::Finished(Some(upload.size)),
            (Stage::Finished, Evidence::Rounded) => Shown::Finished(None),
        }
    }

    pub(super) fn abort(&mut self, id: u64) -> Result<()> {
        match self.uploads.get_mut(&id) {
            Some(upload) if upload.stage == Stage::Open => {
                upload.stage = Stage::Gone;
                self.counters.aborted += 1;
                Ok(())
            }
            Some(upload) if upload.stage == Stage::Finished => {
                self.counters.aborts_after_finish += 1;
                Err(Failure::new(
                    Kind::Refused,
                    "finished",
                    "The upload is finished already.",
                ))
            }
            _ => Ok(()),
        }
    }
}

fn gone(maybe_done: bool) -> Failure {
    Failure::new(
        Kind::SessionGone,
        "session_gone",
        "The service no longer knows this upload.",
    )
    .maybe_done(maybe_done)
}
