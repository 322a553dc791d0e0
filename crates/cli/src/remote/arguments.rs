//! What can be typed after `longshore remote`.

use std::path::PathBuf;

use app::boundary::RemoteSortKey;
use clap::{Args, Subcommand, ValueEnum};

use crate::arguments::{Existing, option};
use crate::rate::{Rate, rate};

#[derive(Debug, Subcommand)]
pub(crate) enum Remote {
    /// The files, as the service lists them.
    List(ListFiles),
    /// What the service says of one file.
    Show(OneFile),
    /// Change what is said about a file; an empty text takes it away.
    Edit(EditFile),
    /// Delete files for good.
    Delete(DeleteFiles),
    /// Have the service take a file from an address.
    Import(ImportFile),
    /// Keep the small picture of a file.
    Thumbnail(Thumbnail),
    /// Fetch files, and wait until they are here.
    Download(DownloadFiles),
    /// Send files to another account without a copy here, and wait until they have arrived.
    Send(SendFiles),
}

#[derive(Debug, Args)]
pub(crate) struct ListFiles {
    #[command(flatten)]
    pub(crate) of: Of,
    /// Only files that hold this in what the service searches.
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// In this order, where the service sorts.
    #[arg(long, value_enum, value_name = "KEY")]
    pub(crate) sort: Option<SortKey>,
    /// Largest or latest first.
    #[arg(long, requires = "sort")]
    pub(crate) descending: bool,
    /// So many files at most; all of them without it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
}

/// Whose files.
#[derive(Debug, Args)]
pub(crate) struct Of {
    /// The account.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: String,
}

#[derive(Debug, Args)]
pub(crate) struct OneFile {
    #[command(flatten)]
    pub(crate) of: Of,
    /// The service's id of it.
    pub(crate) id: String,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("change").required(true).multiple(true))]
pub(crate) struct EditFile {
    #[command(flatten)]
    pub(crate) of: Of,
    pub(crate) id: String,
    #[arg(long, group = "change", value_name = "TEXT")]
    pub(crate) name: Option<String>,
    #[arg(long, group = "change", value_name = "TEXT")]
    pub(crate) title: Option<String>,
    #[arg(long, group = "change", value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// Where a link leads from now on; - reads it from standard input.
    #[arg(long, group = "change", value_name = "URL")]
    pub(crate) address: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteFiles {
    #[command(flatten)]
    pub(crate) of: Of,
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Without asking.
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ImportFile {
    #[command(flatten)]
    pub(crate) of: Of,
    /// The address; - reads it from standard input.
    #[arg(value_name = "URL")]
    pub(crate) address: String,
    #[arg(long, value_name = "TEXT")]
    pub(crate) name: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Thumbnail {
    #[command(flatten)]
    pub(crate) of: Of,
    pub(crate) id: String,
    /// Where to keep it; a file that is there already is left alone.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct DownloadFiles {
    #[command(flatten)]
    pub(crate) of: Of,
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// The folder they go to, unless the usual one.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// What to do when the folder holds a file of that name, unless as the settings have it.
    #[arg(long, value_enum, value_name = "RULE")]
    pub(crate) existing: Option<Existing>,
    /// For each of them, such as 4MiB/s.
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) limit: Option<Rate>,
    /// Queue them and return at once.
    #[arg(long)]
    pub(crate) detach: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SendFiles {
    #[command(flatten)]
    pub(crate) of: Of,
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// The account that they go to.
    #[arg(long, value_name = "NAME")]
    pub(crate) to: String,
    /// A choice of that account's provider for these files.
    #[arg(long = "option", value_name = "KEY=VALUE", value_parser = option)]
    pub(crate) options: Vec<(String, String)>,
    /// For each of them, such as 4MiB/s.
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) limit: Option<Rate>,
    /// Queue them and return at once.
    #[arg(long)]
    pub(crate) detach: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SortKey {
    Name,
    Size,
    Created,
    Modified,
}

impl From<SortKey> for RemoteSortKey {
    fn from(key: SortKey) -> Self {
        match key {
            SortKey::Name => Self::Name,
            SortKey::Size => Self::Size,
            SortKey::Created => Self::Created,
            SortKey::Modified => Self::Modified,
        }
    }
}
