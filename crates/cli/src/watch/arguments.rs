//! What can be typed after `longshore watch`.

use std::path::PathBuf;

use app::boundary::WatchFileState;
use bytesize::ByteSize;
use clap::{Args, Subcommand, ValueEnum};
use jiff::SignedDuration;

use crate::arguments::option;

#[derive(Debug, Subcommand)]
pub(crate) enum Watch {
    /// Watch a folder.
    Add(AddWatch),
    /// The watches and how they stand.
    List,
    /// What a watch would do with its files as they are now. Nothing is sent.
    Preview {
        /// Its name.
        watch: String,
    },
    /// The latest decision about each file, newest first.
    Log {
        /// Its name.
        watch: String,
        /// Only files that stand so, such as failed or skipped.
        #[arg(long, value_name = "STATE", value_parser = file_state)]
        state: Option<WatchFileState>,
    },
    /// Send what a file that never stands still holds now. The watch sends the file itself once it does.
    Snapshot {
        /// The watch's name.
        watch: String,
        /// The file, as the watch's log names it or with its whole path.
        file: PathBuf,
        /// Queue it and return at once.
        #[arg(long)]
        detach: bool,
    },
    /// Have a watch look at everything now.
    Scan {
        /// Its name.
        watch: String,
    },
    /// Change a watch.
    Edit(EditWatchOf),
    /// Stop a watch; what it has put into the queue goes on.
    Pause {
        /// Its name.
        watch: String,
    },
    /// Go on with a watch, and take the folder that stands there for the right one.
    Resume {
        /// Its name.
        watch: String,
    },
    /// Take a watch off the list. Files and transfers stay; what was sent is known again when the folder is watched again.
    Remove {
        /// Its name.
        watch: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AddWatch {
    /// The folder.
    pub(crate) dir: PathBuf,
    /// The account.
    #[arg(long, value_name = "NAME")]
    pub(crate) to: String,
    /// Your name for it, unless the folder's.
    #[arg(long, value_name = "W")]
    pub(crate) name: Option<String>,
    /// Only files that fit, written as in .gitignore, such as '*.pdf'.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) include: Vec<String>,
    /// Not files that fit; '!PATTERN' admits what is left out by itself.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,
    #[command(flatten)]
    pub(crate) rules: WatchRules,
    /// Only show what it would do.
    #[arg(long)]
    pub(crate) preview: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EditWatchOf {
    /// Its name.
    pub(crate) watch: String,
    /// Another name.
    #[arg(long = "name", value_name = "W")]
    pub(crate) new_name: Option<String>,
    /// Only files that fit, in place of the patterns so far.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) include: Vec<String>,
    /// All files again.
    #[arg(long, conflicts_with = "include")]
    pub(crate) include_all: bool,
    /// Not files that fit, in place of the patterns so far.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,
    /// No patterns of yours exclude any more.
    #[arg(long, conflicts_with = "exclude")]
    pub(crate) exclude_none: bool,
    /// The service is told nothing of your own any more.
    #[arg(long, conflicts_with = "options")]
    pub(crate) option_none: bool,
    #[command(flatten)]
    pub(crate) rules: WatchRules,
}

#[derive(Debug, Args)]
pub(crate) struct WatchRules {
    /// Each file once, each version of it, or also delete at the service what goes here.
    #[arg(long, value_enum, value_name = "POLICY")]
    pub(crate) policy: Option<WatchPolicy>,
    /// Files that a mirror may delete in one run, or none of them.
    #[arg(long = "max-delete", value_name = "N")]
    pub(crate) most: Option<u32>,
    /// What becomes of the version at the service once a newer one is there; a mirror deletes it.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) old: Option<Old>,
    /// What the service is told of each file, such as title={stem}. Filled in are {folder}, {subfolder}, {top}, {name},
    /// {stem}, {date}, {year}, {month} and {day}.
    #[arg(long = "option", value_name = "KEY=PATTERN", value_parser = option)]
    pub(crate) options: Vec<(String, String)>,
    /// What becomes of a file here once it is confirmed: keep, move:DIR or trash.
    #[arg(long, value_name = "WHAT", value_parser = after)]
    pub(crate) after: Option<After>,
    /// Larger files are not sent before this is raised, such as 100GiB, which is the usual; off asks about none.
    #[arg(long, value_name = "SIZE", value_parser = size_or_off)]
    pub(crate) ask_above: Option<u64>,
    /// Look at everything so often, such as 10m; 0 for the usual time.
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    pub(crate) every: Option<u64>,
    /// Listen to the system's events in between.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub(crate) events: Option<bool>,
}

/// Which files a watch sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WatchPolicy {
    New,
    Changed,
    Mirror,
}

/// What becomes of a version at the service once a newer one is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Old {
    Keep,
    Delete,
}

/// What becomes of a file once it is confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum After {
    Keep,
    Move(PathBuf),
    Trash,
}

fn after(text: &str) -> Result<After, String> {
    match (text, text.strip_prefix("move:")) {
        ("keep", _) => Ok(After::Keep),
        ("trash", _) => Ok(After::Trash),
        (_, Some(folder)) if !folder.is_empty() => Ok(After::Move(folder.into())),
        _ => Err("a file is kept (keep), moved (move:DIR) or put into the trash (trash)".to_owned()),
    }
}

fn size_or_off(text: &str) -> Result<u64, String> {
    match text {
        "off" => Ok(0),
        _ => text
            .parse()
            .map(|ByteSize(bytes)| bytes)
            .map_err(|_| "a size reads like 500MiB or 100GiB, or is off".to_owned()),
    }
}

fn seconds(text: &str) -> Result<u64, String> {
    if text == "0" {
        return Ok(0);
    }
    let length: Option<SignedDuration> = text.parse().ok();
    let seconds = length.and_then(|length| u64::try_from(length.as_secs()).ok());
    let seconds = seconds.filter(|seconds| (1..=86_400).contains(seconds));
    seconds.ok_or_else(|| "a time is 1s to 24h, such as 10m".to_owned())
}

fn file_state(text: &str) -> Result<WatchFileState, String> {
    serde_json::from_value(text.into())
        .map_err(|_| "files are settling, ready, queued, confirmed, failed, skipped or gone".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_what_becomes_of_files_are_read_as_people_write_them() {
        assert_eq!((seconds("10m"), seconds("0")), (Ok(600), Ok(0)));
        assert_eq!((size_or_off("2TiB"), size_or_off("off")), (Ok(2 << 40), Ok(0)));
        assert!(size_or_off("huge").is_err());
        assert!(seconds("25h").is_err() && seconds("soon").is_err());
        assert_eq!(after("move:/done"), Ok(After::Move("/done".into())));
        assert_eq!((after("keep"), after("trash")), (Ok(After::Keep), Ok(After::Trash)));
        assert!(after("move:").is_err() && after("burn").is_err());
    }
}
