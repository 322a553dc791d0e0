//! A small disk of one's own: 8 MiB of memory that can really be full.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Set for a test that runs in a name space of its own, where it may mount.
const INSIDE: &str = "LONGSHORE_TEST_MAY_MOUNT";

/// A mounted disk; it is gone when this is dropped.
pub(crate) struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// Mounts one at `folder`. `None`, and a word about it, where that is not allowed.
    ///
    /// `test` is the caller's whole name: where only another user name space may mount, the test is run in one instead, and is
    /// done here when this returns `None`.
    pub(crate) fn mount(folder: &Path, test: &str) -> Option<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=8m,mode=700", "longshore-test"])
            .arg(folder);
        let mounted = mount.output().is_ok_and(|said| said.status.success());
        if mounted {
            return Some(Self {
                folder: folder.to_owned(),
            });
        }
        assert!(
            std::env::var_os(INSIDE).is_none(),
            "even its own name space may not mount"
        );
        if in_a_name_space(&["true"]).status().is_ok_and(|status| status.success()) {
            let program = std::env::current_exe().unwrap();
            let program = program.to_str().expect("a path that is text");
            let mut again = in_a_name_space(&[program, "--exact", test, "--nocapture"]);
            let status = again.env(INSIDE, "1").status().unwrap();
            assert!(status.success(), "{test} failed in its own name space");
        } else {
            eprintln!("NOT PROVED: {test}. This user may mount nothing, and make no name space in which it may.");
        }
        None
    }

    /// The same disk at another place as well, where it stays when this one is gone.
    pub(crate) fn also_at(&self, folder: &Path) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let mut mount = Command::new("mount");
        mount.arg("--bind").arg(&self.folder).arg(folder);
        let said = mount.output().unwrap();
        assert!(said.status.success(), "{said:?}");
        Self {
            folder: folder.to_owned(),
        }
    }

    /// Leaves not one byte, and returns how many it took.
    pub(crate) fn fill(&self) -> u64 {
        let mut file = File::create(self.folder.join("ballast")).unwrap();
        let (mut block, mut taken) = (64 * 1024, 0);
        while block > 0 {
            match file.write(&vec![7; block]) {
                Ok(count) if count > 0 => taken += count as u64,
                _ => block /= 2,
            }
        }
        taken
    }

    /// Gives the space back.
    pub(crate) fn free(&self) {
        std::fs::remove_file(self.folder.join("ballast")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a program that is just ending may still have a file open.
        let _ = Command::new("umount").arg("--lazy").arg(&self.folder).status();
    }
}

fn in_a_name_space(line: &[&str]) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount"]).args(line);
    command
}
