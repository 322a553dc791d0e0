//! What can be typed: commands, flags and their help. A promise: scripts depend on it.

use std::path::PathBuf;

use app::boundary::{PauseUntil, Place, TransferState};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::rate::{Rate, rate};
use crate::remote::arguments::Remote;
use crate::watch::arguments::Watch;

/// Moves files to services, and proves that they arrived.
#[derive(Debug, Parser)]
#[command(name = "longshore", version, arg_required_else_help = true, after_help = EXITS)]
pub(crate) struct Arguments {
    /// One JSON object a line instead of text for people.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const EXITS: &str = "Exit codes: 0 all done; 1 something failed; 2 wrong usage; 3 something needs you; \
4 still waiting for longer than 15 minutes; 130 interrupted (nothing is lost: `longshore run` goes on).

LONGSHORE_HOME puts everything into one folder. LONGSHORE_PASSPHRASE_FILE or LONGSHORE_PASSPHRASE opens the stored \
credentials where there is no keychain. LONGSHORE_LOG says how much the log tells.";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Accounts at services.
    #[command(subcommand)]
    Account(Account),
    /// Upload files and folders, and wait until they have arrived.
    Upload(Upload),
    /// Fetch the files behind links, and wait until they are here.
    Download(Download),
    /// Give the password of a file that asks for one; it is read from standard input.
    Password { id: Uuid },
    /// The transfers, in the order of the queue.
    List(List),
    /// One transfer with its parts and its story.
    Show { id: Uuid },
    /// Stop sending; what was sent is kept.
    Pause(Pause),
    /// Go on with paused transfers; with --all it also ends a pause of everything.
    Resume(Which),
    /// Try failed, cancelled and waiting transfers again now.
    Retry(Which),
    /// Give transfers up, and have the services forget what they hold of them.
    Cancel(Which),
    /// Take transfers off the list; unfinished ones are cancelled first. Files are never touched.
    Remove(Which),
    /// Answer the question that a transfer asks.
    Answer {
        id: Uuid,
        /// One of the choices that `show` names.
        choice: String,
    },
    /// Change the order of the queue.
    Move {
        #[arg(required = true, num_args = 1..)]
        ids: Vec<Uuid>,
        #[arg(value_parser = place)]
        to: Place,
    },
    /// Work the queue.
    Run {
        /// End when nothing can go on without you; waits of up to 15 minutes are sat out.
        #[arg(long)]
        until_idle: bool,
    },
    /// Folders that are watched: whatever comes into them is sent.
    #[command(subcommand)]
    Watch(Watch),
    /// Show or set speed limits.
    Limit(Limit),
    /// What can be set.
    #[command(subcommand)]
    Settings(Settings),
    /// Files that services hold.
    #[command(subcommand)]
    Remote(Remote),
    /// Unfinished uploads that services still hold.
    #[command(subcommand)]
    Orphans(Orphans),
    /// Emulated services and a real S3 server on this machine, until standard input is closed.
    #[cfg(feature = "sandbox")]
    Sandbox(Sandbox),
    /// Upload files of several sizes through a sandbox, and compare what arrived byte for byte.
    #[cfg(feature = "sandbox")]
    Demo,
}

impl Verb {
    /// Being stopped is how it ends well.
    pub(crate) fn ends_when_stopped(&self) -> bool {
        #[cfg(feature = "sandbox")]
        let sandbox = matches!(self, Self::Sandbox(_));
        #[cfg(not(feature = "sandbox"))]
        let sandbox = false;
        sandbox
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Add an account and ask its service about it.
    Add(AddAccount),
    /// The accounts.
    List,
    /// Ask the service about the account again.
    Check { name: String },
    /// Change an account.
    Edit(EditAccount),
    /// Forget an account and its credentials.
    Remove { name: String },
}

#[derive(Debug, Args)]
pub(crate) struct AddAccount {
    /// Such as fileflare.
    pub(crate) provider: String,
    /// Your name for it.
    #[arg(long)]
    pub(crate) name: String,
    /// Where the service is, unless where its provider has it.
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Allow http:// to another machine than this one: credentials go over the network readable.
    #[arg(long)]
    pub(crate) allow_http: bool,
    /// Read the credentials from standard input: a JSON object, or a line that is the token.
    #[arg(long)]
    pub(crate) secret_stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EditAccount {
    pub(crate) name: String,
    /// Another name.
    #[arg(long = "name", value_name = "NAME")]
    pub(crate) new_name: Option<String>,
    /// Another address; for another server the credentials are needed again.
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Allow http:// to another machine than this one.
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub(crate) allow_http: Option<bool>,
    /// How it is reached: proxy=URL or none, ca_file=PATH, timeout_s=N, requests_per_minute=N; empty for the usual.
    #[arg(long = "connection", value_name = "KEY=VALUE", value_parser = option)]
    pub(crate) connection: Vec<(String, String)>,
    /// Read new credentials from standard input: a JSON object, or a line that is the token.
    #[arg(long)]
    pub(crate) secret_stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Upload {
    /// Files, folders with everything in them, and links, whose files go there without a copy here if their size is known.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The account.
    #[arg(long, value_name = "NAME")]
    pub(crate) to: String,
    /// A choice of the provider's for these files.
    #[arg(long = "option", value_name = "KEY=VALUE", value_parser = option)]
    pub(crate) options: Vec<(String, String)>,
    /// Of links: the account that fetches them, whatever their host.
    #[arg(long, value_name = "NAME")]
    pub(crate) from: Option<String>,
    /// Of links: fetch them over plain http, which everyone on the way can read and change.
    #[arg(long)]
    pub(crate) allow_http: bool,
    /// For each of them, such as 4MiB/s.
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) limit: Option<Rate>,
    /// Queue them and return at once.
    #[arg(long)]
    pub(crate) detach: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Download {
    /// Links, one file each; - reads one a line from standard input.
    #[arg(required = true, value_name = "LINK")]
    pub(crate) links: Vec<String>,
    /// Ask this account's service whatever the links' host; a bare file id will do then.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// The folder they go to, unless the usual one.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// What to do when the folder holds a file of that name, unless as the settings have it.
    #[arg(long, value_enum, value_name = "RULE")]
    pub(crate) existing: Option<Existing>,
    /// For each of them, such as 4MiB/s.
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) limit: Option<Rate>,
    /// Read the files' password from the first line of standard input.
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// Fetch http:// links of other machines too: everyone on the way can read and change what comes.
    #[arg(long)]
    pub(crate) allow_http: bool,
    /// Queue them and return at once.
    #[arg(long)]
    pub(crate) detach: bool,
}

/// What to do with a name that is taken.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Existing {
    /// Ask, once for everything that is added together.
    Ask,
    /// Leave the download out.
    Skip,
    /// Put the new file in the old one's place once it is whole.
    Replace,
    /// Give the new file a number.
    KeepBoth,
    /// Take the old file's bytes for the beginning, where a checksum can prove it.
    Resume,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only these states, such as transferring or needs_you.
    #[arg(long = "state", value_name = "STATE", value_parser = state)]
    pub(crate) states: Vec<TransferState>,
}

#[derive(Debug, Args)]
pub(crate) struct Which {
    #[arg(required_unless_present = "all", value_name = "ID")]
    pub(crate) ids: Vec<Uuid>,
    /// All to which it applies.
    #[arg(long, conflicts_with = "ids")]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Pause {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Pause everything, also what is still to come, for so long, such as 1h or 90m. Transfers themselves stay as they are.
    #[arg(long = "for", value_name = "TIME", value_parser = length, requires = "all", conflicts_with = "until")]
    pub(crate) length: Option<PauseUntil>,
    /// Pause everything, also what is still to come, until `tomorrow` (the next midnight here) or until it is `told`.
    #[arg(long, value_name = "WHEN", value_parser = until, requires = "all")]
    pub(crate) until: Option<PauseUntil>,
}

#[derive(Debug, Args)]
pub(crate) struct Limit {
    /// For what is uploaded, such as 512KiB/s; off for none.
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) up: Option<Rate>,
    /// For what is downloaded.
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) down: Option<Rate>,
    /// For everything that this account does.
    #[arg(long, value_name = "NAME", conflicts_with = "transfer")]
    pub(crate) account: Option<String>,
    /// For this transfer alone, the way it goes.
    #[arg(long, value_name = "ID")]
    pub(crate) transfer: Option<Uuid>,
    /// Other rates at other times, up:down or one for both, such as "08:00 512K:1M, 18:00 off, Sat-00:00 off"; `pause` lets
    /// nothing move. Of it and the limit the smaller holds. `off` takes it away.
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["account", "transfer"])]
    pub(crate) timetable: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Settings {
    /// All settings, or one of them.
    Get { key: Option<String> },
    /// Set one.
    Set { key: String, value: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Orphans {
    /// Those that are known here.
    List,
    /// Have the services forget them.
    Abort {
        #[arg(required = true, value_name = "ID")]
        ids: Vec<Uuid>,
    },
}

#[cfg(feature = "sandbox")]
#[derive(Debug, Args)]
pub(crate) struct Sandbox {
    /// The first of five ports in a row; any free ones without it.
    #[arg(long, value_name = "N")]
    pub(crate) port_base: Option<u16>,
    /// Where bytes are kept; a temporary folder without it.
    #[arg(long, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
}

pub(crate) fn option(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("a choice is written KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

fn length(text: &str) -> Result<PauseUntil, String> {
    let length: Option<SignedDuration> = text.parse().ok();
    let seconds = length.and_then(|length| u32::try_from(length.as_secs()).ok());
    match seconds {
        Some(seconds) if seconds > 0 => Ok(PauseUntil::Seconds(seconds)),
        _ => Err("a time reads like 1h, 90m or 1h30m".to_owned()),
    }
}

fn until(text: &str) -> Result<PauseUntil, String> {
    match text {
        "tomorrow" => Ok(PauseUntil::Tomorrow),
        "told" => Ok(PauseUntil::Told),
        _ => Err("a pause of everything is until tomorrow, or until told".to_owned()),
    }
}

/// The words that rows show; a dash does for an underscore.
fn state(text: &str) -> Result<TransferState, String> {
    let word = text.replace('-', "_");
    serde_json::from_value(word.into()).map_err(|_| {
        "states are queued, preparing, transferring, finishing, waiting, paused, needs_you, cancelling, completed, failed \
         and cancelled"
            .to_owned()
    })
}

#[derive(Clone, Copy, ValueEnum)]
enum Where {
    Up,
    Down,
    Top,
    Bottom,
}

fn place(text: &str) -> Result<Place, String> {
    let place = Where::from_str(text, false).map_err(|_| "a place is up, down, top or bottom".to_owned())?;
    Ok(match place {
        Where::Up => Place::Up,
        Where::Down => Place::Down,
        Where::Top => Place::Top,
        Where::Bottom => Place::Bottom,
    })
}

#[cfg(test)]
#[path = "arguments_test.rs"]
mod tests;
