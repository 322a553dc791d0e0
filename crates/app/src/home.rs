//! Where everything of ours lies on the disk.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::boundary::Failure;

/// Names the one folder that everything goes into instead.
const VARIABLE: &str = "LONGSHORE_HOME";

/// The folders and the names in them.
#[derive(Clone, Debug)]
pub struct Home {
    data: PathBuf,
    logs: PathBuf,
    own: bool,
}

impl Home {
    /// The folder that `LONGSHORE_HOME` names, else those that the system has for programs' data and logs.
    ///
    /// # Errors
    /// `no_home` when the system tells none.
    pub fn find() -> Result<Self, Failure> {
        if let Some(folder) = std::env::var_os(VARIABLE).filter(|folder| !folder.is_empty()) {
            return Self::at(Path::new(&folder));
        }
        let system = ProjectDirs::from("", "", "Longshore").ok_or_else(|| {
            Failure::new(
                "no_home",
                format!("The system names no folder for this person's data. Name one in {VARIABLE}."),
            )
        })?;
        Ok(Self {
            data: system.data_local_dir().to_owned(),
            logs: system
                .state_dir()
                .unwrap_or_else(|| system.data_local_dir())
                .join("log"),
            own: false,
        })
    }

    /// Everything in `folder`, its secrets in a passphrase file.
    ///
    /// # Errors
    /// `no_home` when the present folder can't be told, which a relative path needs.
    pub fn at(folder: &Path) -> Result<Self, Failure> {
        let data = std::path::absolute(folder).map_err(|why| disk(folder, &why))?;
        Ok(Self {
            logs: data.join("log"),
            data,
            own: true,
        })
    }

    /// Makes the folders, closed to everybody else.
    ///
    /// # Errors
    /// `no_home` with what the system says.
    pub fn prepare(&self) -> Result<(), Failure> {
        for folder in [&self.data, &self.logs] {
            platform::modes::private_dir(folder).map_err(|why| disk(folder, &why))?;
        }
        Ok(())
    }

    /// Everything belongs into this one folder, credentials too.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.own
    }

    /// The folder of the database and what belongs to it.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The folder of the logs.
    #[must_use]
    pub fn logs(&self) -> &Path {
        &self.logs
    }

    /// The folder of copies between services that have to lie here on their way, since nobody says how large they are. It is
    /// made when the first one needs it.
    pub(crate) fn copies(&self) -> PathBuf {
        self.data.join("copies")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.data.join("engine.lock")
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.data.join("engine.sock")
    }
}

fn disk(folder: &Path, why: &std::io::Error) -> Failure {
    Failure::new(
        "no_home",
        format!("The folder {} can't be used: {why}.", folder.display()),
    )
}
