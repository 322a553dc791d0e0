//! The plan: what becomes of a file, from what a look saw, what is known, what the person asked for, and the time. Pure.
//!
//! [`look`] tells what is news. What has settled goes through [`compare`], with its content and whoever has the same. What a
//! whole scan did not see goes through [`missing`], and at a mirror through [`deletions`]; [`root`] says whether a scan may
//! be believed at all.

use std::time::Duration;

use bytesize::ByteSize;

use super::file::same_file;
use super::{After, Content, FileState, Mark, Policy, SETTLE, Seen, Sent, Watch, WatchFile, Why};
use crate::source::Fingerprint;
use crate::time::Time;

/// What one look at one file comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// No news: nothing is to be stored.
    Same,
    /// This is what is known from now on; a settling one is looked at again.
    Changed(WatchFile),
    /// It stands still: its content decides.
    Compare(WatchFile),
}

/// What a look at the file `name` comes to, of which `known` is known.
#[must_use]
pub fn look(watch: &Watch, name: &[u8], known: Option<&WatchFile>, seen: &Seen, now: Time) -> Look {
    let Some(known) = known else {
        return Look::Changed(WatchFile::new(watch.id, name.to_vec(), seen.print, now));
    };
    let same = known.print == seen.print;
    match known.state {
        // What it comes to is seen when the transfer is over.
        FileState::Queued => Look::Same,
        FileState::Settling if same => settling(watch, known, seen, now),
        FileState::Skipped if same && !is_wanted_after_all(watch, known) => Look::Same,
        FileState::Ready | FileState::Confirmed | FileState::Failed if same => Look::Same,
        FileState::Gone if same && known.sent.as_ref().is_some_and(|sent| sent.print == seen.print) => {
            let mut back = known.clone();
            let why = Why::new("back", "It is back as it was; the service has it.");
            back.stand(FileState::Confirmed, why, now);
            Look::Changed(back)
        }
        _ => Look::Changed(settles_again(known, seen, now)),
    }
}

/// The code of a version that a watch of new files leaves alone.
const LATER: &str = "later_version";

/// The code of a file that is larger than what is sent without asking.
const ASKS: &str = "asks_size";

/// Why the person is asked before a file of so many bytes is sent.
#[must_use]
pub fn asks(watch: &Watch, size: u64) -> Option<Why> {
    let most = watch.ask_above.filter(|most| size > *most)?;
    let text = format!(
        "It has {}, and this watch asks above {}. Raise that limit to have it sent.",
        ByteSize(size),
        ByteSize(most)
    );
    Some(Why::new(ASKS, text))
}

/// The person changed their mind about what a watch leaves alone.
fn is_wanted_after_all(watch: &Watch, known: &WatchFile) -> bool {
    match known.why.code.as_str() {
        LATER => watch.policy != Policy::New,
        ASKS => asks(watch, known.print.size).is_none(),
        _ => false,
    }
}

fn settling(watch: &Watch, known: &WatchFile, seen: &Seen, now: Time) -> Look {
    if now < known.since {
        // The clock was set back: count from here.
        let mut again = known.clone();
        again.since = now;
        return Look::Changed(again);
    }
    if now.since(known.since) < SETTLE {
        return Look::Same;
    }
    if !seen.writer {
        // Nor is it read before.
        if let Some(why) = asks(watch, known.print.size) {
            let mut asked = known.clone();
            asked.stand(FileState::Skipped, why, now);
            return Look::Changed(asked);
        }
        return Look::Compare(known.clone());
    }
    if known.why.code == "open_for_writing" {
        return Look::Same;
    }
    let mut held = known.clone();
    let why = Why::new("open_for_writing", "Another program has it open for writing.");
    held.stand(FileState::Settling, why, now);
    Look::Changed(held)
}

fn settles_again(known: &WatchFile, seen: &Seen, now: Time) -> WatchFile {
    let mut again = known.clone();
    (again.print, again.since, again.content) = (seen.print, now, None);
    let why = match (known.state, &known.sent) {
        (FileState::Settling, _) if keeps_growing(known, now) => Why::new(
            KEEPS_GROWING,
            "It has been written for ten minutes without standing still. It is sent once it does; a snapshot sends it as it is now.",
        ),
        (FileState::Settling, _) => Why::new("being_written", "It is still being written."),
        (_, Some(_)) => Why::new("changed", "It changed, and is looked at again once it stands still."),
        (_, None) => Why::new("new", "It is new here, and is sent once it stands still."),
    };
    if (known.state, &known.why) != (FileState::Settling, &why) {
        again.stand(FileState::Settling, why, now);
    }
    again
}

/// The code of a file that does not come to rest.
const KEEPS_GROWING: &str = "keeps_growing";
/// What changes without a pause for so long is said to.
const LONG: Duration = Duration::from_secs(600);

fn keeps_growing(known: &WatchFile, now: Time) -> bool {
    let writing = known.why.code == "being_written" && now.since(known.decided_at) >= LONG;
    writing || known.why.code == KEEPS_GROWING
}

/// Another file of which the same content is known.
#[derive(Debug, Clone)]
pub struct Twin {
    /// It.
    pub file: WatchFile,
    /// Its name in its folder, for people.
    pub name: String,
    /// Its watch, by the person's name for it.
    pub watch: String,
    /// Its watch is at work.
    pub at_work: bool,
    /// The same path as the file that is looked at, under another watch.
    pub same_path: bool,
    /// Only letter case or Unicode's form tell its name from the file's: on some systems that is one name.
    pub respelt: bool,
    /// Its name still stands in its folder, exactly so, with the version that has the content: see [`expected`].
    pub there: bool,
}

/// The version of `twin` that has `content`, as far as is known.
#[must_use]
pub fn expected(twin: &WatchFile, content: &Content) -> Fingerprint {
    let sent = twin.sent.as_ref().filter(|sent| sent.content == Some(*content));
    sent.map_or(twin.print, |sent| sent.print)
}

/// What becomes of a file that settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The file as it stands from now on.
    pub file: WatchFile,
    /// What that means.
    pub verdict: Verdict,
    /// What becomes, after a rename, of what was known under the old name.
    pub was: Option<Was>,
    /// It counts on the older version that was offered: nobody else may.
    pub takes_older: bool,
}

/// What is left of an old name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Was {
    /// This row is forgotten.
    Forget(i64),
    /// It stands like this from now on.
    Keeps(Box<WatchFile>),
}

/// The old name gives away what was sent. It keeps what the new one had before that: names may have been passed on in a
/// ring, and that content will be found under another one.
fn left_behind(old: &WatchFile, displaced: Option<&Sent>, now: Time) -> Was {
    let over = matches!(old.state, FileState::Confirmed | FileState::Gone);
    if over && displaced.is_none() {
        return Was::Forget(old.row);
    }
    let mut left = old.clone();
    left.sent = displaced.cloned();
    if over {
        left.stand(FileState::Gone, Why::new("gone", "It goes by another name now."), now);
    }
    Was::Keeps(Box::new(left))
}

/// What a plan means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is sent.
    Send,
    /// The service has its content: nothing is sent.
    Known,
    /// It is left alone.
    Skip,
    /// Something else decides first; it is looked at again.
    Wait,
}

/// What becomes of the settled `file`, which has this `content`. Without it nobody is known to have so many bytes. `older`: a
/// version of that content that the service still has, though a newer one took its place.
#[must_use]
pub fn compare(
    watch: &Watch,
    file: &WatchFile,
    content: Option<Content>,
    twins: &[Twin],
    older: Option<&Sent>,
    now: Time,
) -> Plan {
    let mut after = file.clone();
    after.content = content;
    let mut plan = |state, verdict, code: &str, text: String, was| {
        after.stand(state, Why::new(code, text), now);
        Plan {
            file: after.clone(),
            verdict,
            was,
            takes_older: false,
        }
    };
    let own = file.sent.as_ref();
    if content.is_some() && own.is_some_and(|sent| sent.content == content) {
        let text = "Only its dates or rights changed; the service has this content.";
        return confirmed(plan(FileState::Confirmed, Verdict::Known, "touched", text.into(), None));
    }
    if own.is_some() && watch.policy == Policy::New {
        let text = "It was sent and changed since; this watch sends new files only.";
        return plan(FileState::Skipped, Verdict::Skip, LATER, text.into(), None);
    }
    let twins = || twins.iter().filter(|_| content.is_some());
    let has_it = |twin: &&Twin| twin.file.sent.as_ref().is_some_and(|sent| sent.content == content);
    let here = |twin: &&Twin| twin.file.watch == file.watch;
    let linked = |twin: &&Twin| same_file(&twin.file.print, &file.print);

    // Its old name first: the one that was the same file, if there are several.
    let old_names = || twins().filter(here).filter(has_it).filter(|twin| !twin.there);
    if let Some(old) = old_names().find(linked).or_else(|| old_names().next()) {
        let text = format!("It was called “{}”; the service has its content.", old.name);
        let code = if old.respelt && linked(&old) {
            "respelt"
        } else {
            "renamed"
        };
        let was = Some(left_behind(&old.file, own, now));
        let mut plan = plan(FileState::Confirmed, Verdict::Known, code, text, was);
        plan.file.sent.clone_from(&old.file.sent);
        return confirmed(plan);
    }
    if let Some(older) = older.filter(|older| content.is_some() && older.content == content) {
        let text = "The service still has this content, as an older version.";
        let mut plan = plan(FileState::Confirmed, Verdict::Known, "older_version", text.into(), None);
        plan.file.sent = Some(older.clone());
        plan.takes_older = true;
        return confirmed(plan);
    }
    if let Some(same) = twins().filter(|twin| !here(twin) && twin.same_path).find(has_it) {
        let text = format!("Watch “{}” has sent it.", same.watch);
        let mut plan = plan(FileState::Confirmed, Verdict::Known, "sent_by_another", text, None);
        plan.file.sent.clone_from(&same.file.sent);
        return confirmed(plan);
    }
    let on_its_way = |twin: &&Twin| match twin.file.state {
        FileState::Queued => true,
        FileState::Ready => twin.at_work,
        _ => false,
    };
    let same_one = |twin: &&Twin| twin.same_path || linked(twin) || (here(twin) && !twin.there);
    if let Some(same) = twins().filter(on_its_way).find(same_one) {
        let text = format!(
            "The same file is on its way as “{}”; it is looked at again then.",
            same.name
        );
        return plan(FileState::Settling, Verdict::Wait, "on_its_way", text, None);
    }
    if let Some(link) = twins().filter(linked).find(has_it) {
        let text = format!("It is the same file as “{}”, under a second name.", link.name);
        return plan(FileState::Skipped, Verdict::Skip, "hard_link", text, None);
    }
    let (code, text) = match own {
        Some(_) if watch.deletes_old() => (
            "changed",
            "It changed: this version is sent, and the older one is deleted at the service then.",
        ),
        Some(_) => ("changed", "It changed: this version is sent."),
        None => ("new", "It is new: it is sent."),
    };
    plan(FileState::Ready, Verdict::Send, code, text.into(), None)
}

/// The service has this content, whatever the file was when it was sent.
fn confirmed(mut plan: Plan) -> Plan {
    if let Some(sent) = &mut plan.file.sent {
        sent.print = plan.file.print;
    }
    plan
}

/// What becomes of a file that a whole scan did not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// Nothing changes.
    Keep,
    /// Nothing of it was ever sent: it is forgotten.
    Forget,
    /// What the service has of it stays known.
    Gone(Box<WatchFile>),
}

/// What becomes of `file`, which is not in its folder any more. Only for a scan that saw all of the folder it was in.
#[must_use]
pub fn missing(file: &WatchFile, now: Time) -> Missing {
    match (file.state, &file.sent) {
        // Its transfer finds out by itself.
        (FileState::Queued | FileState::Gone, _) => Missing::Keep,
        (_, None) => Missing::Forget,
        (_, Some(_)) => {
            let mut gone = file.clone();
            let why = Why::new("gone", "It is not in the folder any more; it stays at the service.");
            gone.stand(FileState::Gone, why, now);
            Missing::Gone(Box::new(gone))
        }
    }
}

/// A file that went, of which the service has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// Its row.
    pub row: i64,
    /// When that was seen.
    pub at: Time,
    /// Another name in the folder has, or may have, the same content: a rename in the making, a second link.
    pub heir: bool,
}

/// What a mirror deletes at the service in one run: all that went, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deletions {
    /// The files of these rows.
    Due(Vec<i64>),
    /// The last of them went within [`SETTLE`]: more may be about to go, and the limit is for all of them together.
    NotYet,
    /// More went than may go at once; the person raises the limit, or brings the files back.
    TooMany(TooMany),
}

/// How many that are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    /// Files that went.
    pub lost: usize,
    /// The limit.
    pub most: u32,
}

/// What a mirror deletes of what it `lost`.
#[must_use]
pub fn deletions(policy: Policy, lost: &[Lost], now: Time) -> Deletions {
    let Policy::Mirror { most } = policy else {
        return Deletions::Due(Vec::new());
    };
    let due: Vec<_> = lost.iter().filter(|lost| !lost.heir).collect();
    // Where the clock was set back it is not waited for.
    if due.iter().any(|lost| lost.at <= now && now.since(lost.at) < SETTLE) {
        return Deletions::NotYet;
    }
    if due.len() > most as usize {
        return Deletions::TooMany(TooMany { lost: due.len(), most });
    }
    Deletions::Due(due.iter().map(|lost| lost.row).collect())
}

/// Whether what stands at a watch's path may be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// It may, and this is what is remembered of it.
    There(Mark),
    /// Nothing is inferred: not from what is seen there, and not from what is not.
    Offline(Why),
}

/// What stands at the path now, as the engine found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Nothing, or no folder.
    Nothing,
    /// This folder. `known`: whether a file that is known is in it; `None` when none is known.
    Folder {
        /// Which.
        mark: Mark,
        /// See above.
        known: Option<bool>,
    },
}

/// Judges the folder of a watch. A drive that is not connected leaves an empty folder, or none, or another drive's.
#[must_use]
pub fn root(watch: &Watch, stands: Stands) -> Root {
    let offline = |code: &str, text: &str| Root::Offline(Why::new(code, text));
    match (stands, watch.mark) {
        (Stands::Nothing, _) => offline(
            "offline",
            "The folder is not there; perhaps its drive is not connected. Nothing is inferred from that.",
        ),
        (Stands::Folder { mark, .. }, None) => Root::There(mark),
        (Stands::Folder { mark, .. }, Some(before)) if mark == before => Root::There(mark),
        // Numbers change when a drive is connected again; its files do not.
        (Stands::Folder { mark, known }, Some(_)) if known != Some(false) => Root::There(mark),
        (Stands::Folder { .. }, Some(_)) => offline(
            "another_folder",
            "Another folder stands there, without any of the known files; perhaps a drive is not connected. If it is right so, resume the watch.",
        ),
    }
}

/// Whether the file is dealt with now that the service confirmed it, and has not been yet.
#[must_use]
pub fn is_to_go(watch: &Watch, file: &WatchFile) -> bool {
    let late = file.sent.as_ref().is_some_and(|sent| sent.at >= watch.after_since);
    watch.after != After::Keep && file.state == FileState::Confirmed && late
}
