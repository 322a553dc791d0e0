//! Finds the files that paths stand for: folders are walked, links in them are not followed.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::boundary::{Failure, OfferedKind, OfferedName, Skipped};

/// More at once is taken for a mistake, such as the root of the disk.
const MOST: usize = 200_000;

/// One file to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// The file's name; inside a folder the folder's name and everything between, divided by `/`.
    pub(crate) name: String,
    /// Bytes.
    pub(crate) size: u64,
}

/// What stood behind the paths.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walked {
    pub(crate) files: Vec<Found>,
    pub(crate) names: Vec<OfferedName>,
    pub(crate) skipped: Vec<Skipped>,
}

/// Looks at the disk. Blocking. A file that is named twice is found once.
///
/// # Errors
/// `too_many_files`.
pub(crate) fn walk(paths: &[PathBuf]) -> Result<Walked, Failure> {
    let mut walked = Walked::default();
    let mut seen = HashSet::new();
    for path in paths {
        let before = walked.files.len();
        let is_folder = path.is_dir();
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned();
        if is_folder {
            walk_folder(path, &name, &mut seen, &mut walked)?;
        } else {
            take(path, name.clone(), &mut seen, &mut walked);
        }
        let found = &walked.files[before..];
        if is_folder || !found.is_empty() {
            walked.names.push(OfferedName {
                name,
                size: found.iter().map(|file| file.size).sum(),
                kind: if is_folder {
                    OfferedKind::Folder
                } else {
                    OfferedKind::File
                },
            });
        }
    }
    Ok(walked)
}

fn walk_folder(root: &Path, root_name: &str, seen: &mut HashSet<PathBuf>, walked: &mut Walked) -> Result<(), Failure> {
    for entry in WalkDir::new(root).sort_by_file_name().min_depth(1) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(why) => {
                let below = why
                    .path()
                    .map_or_else(|| root_name.to_owned(), |path| name_below(root, root_name, path));
                walked.skipped.push(skipped(below, "can't be read", why.io_error()));
                continue;
            }
        };
        let kind = entry.file_type();
        if kind.is_dir() {
            continue;
        }
        let name = name_below(root, root_name, entry.path());
        if kind.is_symlink() {
            let reason = "It is a link; links inside folders are not followed.".to_owned();
            walked.skipped.push(Skipped { name, reason });
            continue;
        }
        if walked.files.len() >= MOST {
            return Err(Failure::new(
                "too_many_files",
                format!(
                    "There are more than {MOST} files in {}. Choose fewer at once.",
                    root.display()
                ),
            ));
        }
        take(entry.path(), name, seen, walked);
    }
    Ok(())
}

fn take(path: &Path, name: String, seen: &mut HashSet<PathBuf>, walked: &mut Walked) {
    if !seen.insert(path.to_owned()) {
        return;
    }
    match platform::identity_of(path) {
        Ok(identity) => walked.files.push(Found {
            path: path.to_owned(),
            name,
            size: identity.size,
        }),
        Err(why) if why.kind() == io::ErrorKind::InvalidInput => {
            let reason = "It is no regular file.".to_owned();
            walked.skipped.push(Skipped { name, reason });
        }
        Err(why) => walked.skipped.push(skipped(name, "can't be read", Some(&why))),
    }
}

fn skipped(name: String, what: &str, why: Option<&io::Error>) -> Skipped {
    let reason = match why {
        Some(why) if why.kind() == io::ErrorKind::NotFound => "It is not there.".to_owned(),
        Some(why) if why.kind() == io::ErrorKind::PermissionDenied => format!("It {what}: no permission."),
        Some(why) => format!("It {what}: {why}."),
        None => format!("It {what}."),
    };
    Skipped { name, reason }
}

fn name_below(root: &Path, root_name: &str, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts = below.components().map(|part| part.as_os_str().to_string_lossy());
    std::iter::once(root_name.into())
        .chain(parts)
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_folder_gives_its_files_with_their_place_in_it() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("photos");
        fs::create_dir_all(root.join("2024/may")).unwrap();
        fs::write(root.join("a.jpg"), b"12").unwrap();
        fs::write(root.join("2024/may/b.jpg"), b"345").unwrap();
        let walked = walk(&[root.clone(), root.join("a.jpg"), home.path().join("gone")]).unwrap();
        let names: Vec<_> = walked
            .files
            .iter()
            .map(|file| (file.name.as_str(), file.size))
            .collect();
        assert_eq!(names, [("photos/2024/may/b.jpg", 3), ("photos/a.jpg", 2)]);
        assert_eq!(walked.names.len(), 1);
        assert_eq!((walked.names[0].size, walked.names[0].kind), (5, OfferedKind::Folder));
        assert_eq!(walked.skipped.len(), 1);
        assert_eq!(walked.skipped[0].reason, "It is not there.");
    }

    #[test]
    fn an_empty_folder_is_named_and_holds_nothing() {
        let home = tempfile::tempdir().unwrap();
        let walked = walk(&[home.path().to_owned()]).unwrap();
        assert!(walked.files.is_empty() && walked.skipped.is_empty());
        assert_eq!(walked.names.len(), 1);
    }
}
