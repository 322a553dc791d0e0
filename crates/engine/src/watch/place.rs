//! Which folders may be watched, and how two of them lie to each other.

use std::path::{Path, PathBuf};

use platform::Found;
use transfer::error::{Failure, Kind, Result};

/// What is no business of a watch.
#[derive(Debug, Clone, Default)]
pub struct Bounds {
    /// The person's home: folders in it may be watched, all of it not.
    pub home: Option<PathBuf>,
    /// Our own data.
    pub own: Vec<PathBuf>,
}

impl Bounds {
    /// The folder as the system itself names it, when it may be watched. Blocking.
    ///
    /// # Errors
    /// [`Kind::SourceGone`] when there is none, [`Kind::Refused`] when it may not, with the reason.
    pub fn accept(&self, folder: &Path) -> Result<PathBuf> {
        let refuse = |code: &str, why: &str| {
            Err(Failure::new(Kind::Refused, code, format!("{} {why}", folder.display()))
                .action("Choose a folder that holds the files you mean."))
        };
        let Ok(root) = platform::canonical(folder) else {
            return Err(Failure::new(
                Kind::SourceGone,
                "no_folder",
                format!("There is no folder {}.", folder.display()),
            ));
        };
        if !matches!(platform::found_at(&root), Ok(Found::Folder { .. })) {
            return refuse("not_a_folder", "is no folder.");
        }
        let home = self.home.as_ref().and_then(|home| platform::canonical(home).ok());
        if home.is_some_and(|home| home.starts_with(&root)) {
            return refuse(
                "home_folder",
                "is, or holds, your home folder: everything you have would be sent.",
            );
        }
        if platform::is_of_the_system(&root) {
            return refuse("system_folder", "belongs to the system.");
        }
        if self.own.iter().any(|own| root.starts_with(own)) {
            return refuse("own_folder", "holds Longshore's own data.");
        }
        Ok(root)
    }
}

/// How two folders lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// They are one.
    Same,
    /// The first lies in the second.
    Inside,
    /// The second lies in the first.
    Around,
}

/// `None` when nothing lies in both.
#[must_use]
pub fn overlap(a: &Path, b: &Path) -> Option<Overlap> {
    match (a.starts_with(b), b.starts_with(a)) {
        (true, true) => Some(Overlap::Same),
        (true, false) => Some(Overlap::Inside),
        (false, true) => Some(Overlap::Around),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_what_holds_it_and_our_own_data_are_refused_and_what_is_in_it_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let root = platform::canonical(folder.path()).unwrap();
        let (home, own) = (root.join("home/me"), root.join("home/me/data"));
        std::fs::create_dir_all(own.join("logs")).unwrap();
        std::fs::create_dir_all(home.join("in")).unwrap();
        std::fs::write(home.join("file"), b"").unwrap();
        let bounds = Bounds {
            home: Some(home.clone()),
            own: vec![own.clone()],
        };
        let code = |path: &Path| bounds.accept(path).err().map(|failure| failure.code);
        assert_eq!(code(&home).as_deref(), Some("home_folder"));
        assert_eq!(code(&root).as_deref(), Some("home_folder"));
        assert_eq!(code(&own.join("logs")).as_deref(), Some("own_folder"));
        assert_eq!(code(&home.join("gone")).as_deref(), Some("no_folder"));
        assert_eq!(code(&home.join("file")).as_deref(), Some("not_a_folder"));
        assert_eq!(bounds.accept(&home.join("in/../in")).unwrap(), home.join("in"));
    }

    #[test]
    fn nested_folders_are_told_from_neighbours() {
        let lie = |a: &str, b: &str| overlap(Path::new(a), Path::new(b));
        assert_eq!(lie("/in", "/in"), Some(Overlap::Same));
        assert_eq!(lie("/in/a", "/in"), Some(Overlap::Inside));
        assert_eq!(lie("/in", "/in/a"), Some(Overlap::Around));
        assert_eq!(lie("/in", "/in2"), None);
    }
}
