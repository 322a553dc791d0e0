//! Which files a watch takes: the person's patterns, and what is left out by itself, each with its reason.

use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use transfer::Watch;
use transfer::error::{Failure, Kind, Result};
use transfer::watch::Why;

/// What opens other doors. A person who means it admits it again, with a pattern that begins with `!`.
const SECRETS: &[&str] = &[
    ".ssh/",
    ".gnupg/",
    ".aws/",
    ".azure/",
    ".kube/",
    ".password-store/",
    ".docker/config.json",
    ".config/gcloud/",
    ".env",
    ".env.*",
    "!.env.example",
    "!.env.sample",
    "!.env.template",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "*.pem",
    "*.key",
    "*.ppk",
    "*.p12",
    "*.pfx",
    "*.jks",
    "*.keystore",
    "*.kdb",
    "*.kdbx",
    "*.keychain",
    "*.keychain-db",
    "key3.db",
    "key4.db",
    "logins.json",
    "wallet.dat",
    ".netrc",
    "_netrc",
    ".pgpass",
    ".my.cnf",
    ".npmrc",
    ".pypirc",
    ".htpasswd",
    ".git-credentials",
    ".vault-token",
];

/// What is not whole yet, or nobody's work: each with what it is.
const PASSING: &[(&str, &[&str])] = &[
    (
        "unfinished",
        &[
            "*.part",
            "*.partial",
            "*.filepart",
            "*.crdownload",
            "*.download",
            "*.opdownload",
            "*.aria2",
            "*.!ut",
            "*.!qB",
            "*.bc!",
            "*.tmp",
            "*.temp",
            ".*.??????",
        ],
    ),
    ("lock_file", &[".~lock.*#", "~$*", "*.lck", ".#*"]),
    (
        "editor_file",
        &[
            "*.swp",
            "*.swo",
            "*.swx",
            "*~",
            "\\#*#",
            "4913",
            ".goutputstream-*",
            "*.kate-swp",
        ],
    ),
    (
        "system_file",
        &[
            ".DS_Store",
            "._*",
            ".fseventsd/",
            ".Spotlight-V100/",
            ".Trashes",
            ".Trash/",
            ".Trash-*/",
            "Thumbs.db",
            "ehthumbs.db",
            "desktop.ini",
            "$RECYCLE.BIN/",
            "System Volume Information/",
            "lost+found/",
            ".directory",
            ".nfs*",
            ".fuse_hidden*",
        ],
    ),
];

/// The patterns of one watch, ready to be asked.
#[derive(Debug)]
pub(crate) struct Patterns {
    include: Option<Gitignore>,
    exclude: Gitignore,
    secrets: Gitignore,
    passing: Vec<(&'static str, Gitignore)>,
}

impl Patterns {
    /// # Errors
    /// [`Kind::Refused`] when one of the person's patterns can't be read.
    pub(crate) fn of(watch: &Watch) -> Result<Self> {
        let include = (!watch.include.is_empty()).then(|| lines(watch.include.iter()));
        let passing = PASSING.iter().map(|(code, own)| Ok((*code, lines(own.iter())?)));
        Ok(Self {
            include: include.transpose()?,
            exclude: lines(watch.exclude.iter())?,
            secrets: lines(SECRETS.iter())?,
            passing: passing.collect::<Result<_>>()?,
        })
    }

    /// Why this file or folder is left out; nothing below such a folder is looked at.
    pub(crate) fn left_out(&self, name: &Path, is_folder: bool) -> Option<Why> {
        match self.exclude.matched(name, is_folder) {
            Match::Ignore(glob) => {
                let text = format!("Your pattern “{}” excludes it.", glob.original());
                return Some(Why::new("excluded", text));
            }
            // The person means it.
            Match::Whitelist(_) => return self.not_included(name, is_folder),
            Match::None => {}
        }
        if self.secrets.matched(name, is_folder).is_ignore() {
            let shown = name.file_name().unwrap_or_default().to_string_lossy();
            let text = format!(
                "It may hold keys or passwords, and is never sent by itself. If you mean it, add the exclude pattern “!{shown}”."
            );
            return Some(Why::new("secret", text));
        }
        let passing = self
            .passing
            .iter()
            .find(|(_, own)| own.matched(name, is_folder).is_ignore());
        if let Some((code, _)) = passing {
            let text = match *code {
                "unfinished" => "Another program has not finished it.",
                "lock_file" => "It is a lock file of another program.",
                "editor_file" => "It is an editor's temporary file.",
                _ => "It is a file of the system.",
            };
            return Some(Why::new(*code, text));
        }
        self.not_included(name, is_folder)
    }

    fn not_included(&self, name: &Path, is_folder: bool) -> Option<Why> {
        let include = self.include.as_ref()?;
        if is_folder || include.matched_path_or_any_parents(name, false).is_ignore() {
            return None;
        }
        Some(Why::new("not_included", "None of your patterns includes it."))
    }
}

fn lines<S: AsRef<str>>(lines: impl Iterator<Item = S>) -> Result<Gitignore> {
    let mut builder = GitignoreBuilder::new("");
    for line in lines {
        let line = line.as_ref();
        builder.add_line(None, line).map_err(|why| bad(line, &why))?;
    }
    builder.build().map_err(|why| bad("", &why))
}

fn bad(line: &str, why: &ignore::Error) -> Failure {
    Failure::new(
        Kind::Refused,
        "bad_pattern",
        format!("The pattern “{line}” can't be read: {why}. Patterns are written as in .gitignore."),
    )
}

#[cfg(test)]
mod tests {
    use super::super::fixture::watch;
    use super::*;

    fn patterns(include: &[&str], exclude: &[&str]) -> Patterns {
        let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
        let mut watch = watch(Path::new("/in"));
        (watch.include, watch.exclude) = (owned(include), owned(exclude));
        Patterns::of(&watch).unwrap()
    }

    fn why(patterns: &Patterns, name: &str) -> Option<String> {
        let name = Path::new(name);
        let above = name.ancestors().skip(1).filter(|path| !path.as_os_str().is_empty());
        let above: Vec<_> = above.collect();
        let folder = above.into_iter().rev().find_map(|path| patterns.left_out(path, true));
        folder.or_else(|| patterns.left_out(name, false)).map(|why| why.code)
    }

    #[test]
    fn what_is_left_out_by_itself_has_its_reason() {
        let patterns = patterns(&[], &[]);
        for (name, code) in [
            (".ssh/known_hosts", "secret"),
            ("app/.env", "secret"),
            ("app/.env.production", "secret"),
            ("keys/server.pem", "secret"),
            ("vault.kdbx", "secret"),
            ("film.mp4.part", "unfinished"),
            ("film.crdownload", "unfinished"),
            (".film.mp4.Xa3dQz", "unfinished"),
            ("~$letter.docx", "lock_file"),
            (".~lock.letter.odt#", "lock_file"),
            ("notes.txt~", "editor_file"),
            (".notes.txt.swp", "editor_file"),
            ("#notes.txt#", "editor_file"),
            ("a/.DS_Store", "system_file"),
            ("$RECYCLE.BIN/x", "system_file"),
        ] {
            assert_eq!(why(&patterns, name).as_deref(), Some(code), "{name}");
        }
        for name in [
            "a.txt",
            "app/.env.example",
            "part",
            "a.environment",
            "Cargo.lock",
            ".profile",
        ] {
            assert_eq!(why(&patterns, name), None, "{name}");
        }
    }

    #[test]
    fn a_persons_patterns_leave_out_take_in_and_admit_again() {
        let patterns = patterns(&["*.pdf", "photos/"], &["drafts/", "!server.pem", "/top.pdf"]);
        for (name, code) in [
            ("a.pdf", None),
            ("deep/er/a.pdf", None),
            ("photos/2024/a.jpg", None),
            ("a.txt", Some("not_included")),
            ("drafts/a.pdf", Some("excluded")),
            ("top.pdf", Some("excluded")),
            ("sub/top.pdf", None),
            ("photos/server.pem", None),
            ("photos/other.pem", Some("secret")),
        ] {
            assert_eq!(why(&patterns, name).as_deref(), code, "{name}");
        }
    }

    #[test]
    fn a_pattern_that_makes_no_sense_is_refused_by_name() {
        let refused = lines(["a{b"].iter()).unwrap_err();
        assert!(refused.message.contains("a{b"), "{refused}");
    }
}
