//! What a machine must have, per job: the list, and how to see whether it is there.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What somebody is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// Build everything but the window.
    Engine,
    /// Build and check the page.
    Page,
    /// Build the window.
    Window,
    /// Drive the window without a screen.
    WindowTests,
    /// Install and run the tools that `bench` compares with.
    Bench,
    /// Build for another system, with its standard library.
    Cross,
    /// Build for Windows, and run what was built.
    Windows,
}

/// How to see whether something is there.
#[derive(Clone, Copy, Debug)]
enum Probe {
    /// A program in `PATH`.
    Program(&'static str),
    /// A library that pkg-config knows, with its headers.
    Headers(&'static str),
    /// A library that the dynamic linker knows.
    Shared(&'static str),
    /// A folder that holds something.
    Folder(&'static str),
    /// A line of Python that the system's own interpreter can run.
    Python(&'static str),
    /// Node of at least this major version.
    Node(u32),
    /// A program of Rust's at this path, new enough for this workspace.
    Rust(&'static str),
}

/// One thing a machine must have.
#[derive(Debug)]
pub(crate) struct Need {
    /// What it is, for a person.
    pub(crate) name: &'static str,
    /// The Debian and Ubuntu package; `None` where theirs may be too old.
    pub(crate) package: Option<&'static str>,
    job: Job,
    system: &'static str,
    probe: Probe,
}

const ANY: &str = "";
const LINUX: &str = "linux";
const WINDOWS: &str = "windows";

#[rustfmt::skip]
const NEEDS: &[Need] = &[
    need(Job::Engine, LINUX, "a C compiler (SQLite and the TLS library are built from C)", Some("build-essential"), Probe::Program("cc")),
    need(Job::Engine, WINDOWS, "NASM (the TLS library is assembled with it): https://www.nasm.us", None, Probe::Program("nasm.exe")),
    need(Job::Page, ANY, "Node 20.19 or newer: https://nodejs.org", None, Probe::Node(20)),
    need(Job::Page, ANY, "npm (it comes with Node)", None, Probe::Program("npm")),
    need(Job::Window, LINUX, "pkg-config", Some("pkg-config"), Probe::Program("pkg-config")),
    need(Job::Window, LINUX, "GTK 3 with headers", Some("libgtk-3-dev"), Probe::Headers("gtk+-3.0")),
    need(Job::Window, LINUX, "WebKitGTK 4.1 with headers", Some("libwebkit2gtk-4.1-dev"), Probe::Headers("webkit2gtk-4.1")),
    need(Job::Window, LINUX, "D-Bus with headers", Some("libdbus-1-dev"), Probe::Headers("dbus-1")),
    need(Job::Window, LINUX, "the tray's library", Some("libayatana-appindicator3-1"), Probe::Shared("libayatana-appindicator3.so.1")),
    need(Job::Window, LINUX, "a font", Some("fonts-dejavu-core"), Probe::Folder("/usr/share/fonts")),
    need(Job::WindowTests, LINUX, "a screen without a monitor", Some("xvfb"), Probe::Program("xvfb-run")),
    need(Job::WindowTests, LINUX, "xauth (xvfb-run asks for it)", Some("xauth"), Probe::Program("xauth")),
    need(Job::WindowTests, LINUX, "a session bus", Some("dbus"), Probe::Program("dbus-run-session")),
    need(Job::WindowTests, LINUX, "WebKit's WebDriver", Some("webkit2gtk-driver"), Probe::Program("WebKitWebDriver")),
    need(Job::WindowTests, LINUX, "xdotool (moves the pointer of a real drag)", Some("xdotool"), Probe::Program("xdotool")),
    need(Job::WindowTests, LINUX, "GTK for Python (the program that a file is dragged from)", Some("python3-gi"), Probe::Python("import gi")),
    need(Job::WindowTests, LINUX, "GTK 3's description for Python", Some("gir1.2-gtk-3.0"), Probe::Python("import gi; gi.require_version('Gtk', '3.0')")),
    need(Job::Bench, LINUX, "aria2 (a peer of downloads)", Some("aria2"), Probe::Program("aria2c")),
    need(Job::Bench, LINUX, "curl (a peer of downloads)", Some("curl"), Probe::Program("curl")),
    need(Job::Bench, LINUX, "Python with virtual environments", Some("python3-venv"), Probe::Python("import venv, ensurepip")),
    // Beside rustup's toolchain, which may have no standard library for other systems; the distribution's has the sources of its own.
    need(Job::Cross, LINUX, "the distribution's Rust compiler", Some("rustc-web"), Probe::Rust("/usr/bin/rustc")),
    need(Job::Cross, LINUX, "the distribution's cargo", Some("cargo-web"), Probe::Rust("/usr/bin/cargo")),
    need(Job::Cross, LINUX, "the sources of its standard library", Some("rust-web-src"), Probe::Folder("/usr/lib/rustlib/src/rust/library")),
    need(Job::Windows, LINUX, "a C compiler for Windows", Some("gcc-mingw-w64-x86-64-posix"), Probe::Program("x86_64-w64-mingw32-gcc-posix")),
    need(Job::Windows, LINUX, "a C++ compiler for Windows", Some("g++-mingw-w64-x86-64-posix"), Probe::Program("x86_64-w64-mingw32-g++-posix")),
    need(Job::Windows, LINUX, "NASM (the TLS library is assembled with it)", Some("nasm"), Probe::Program("nasm")),
    need(Job::Windows, LINUX, "CMake (the TLS library is configured with it)", Some("cmake"), Probe::Program("cmake")),
    need(Job::Windows, LINUX, "wine", Some("wine"), Probe::Program("wine")),
    need(Job::Windows, LINUX, "wine for 64-bit programs", Some("wine64"), Probe::Program("wineserver")),
];

const fn need(job: Job, system: &'static str, name: &'static str, package: Option<&'static str>, probe: Probe) -> Need {
    Need {
        name,
        package,
        job,
        system,
        probe,
    }
}

/// What this machine lacks for these jobs.
pub(crate) fn missing(jobs: &[Job]) -> Vec<&'static Need> {
    NEEDS
        .iter()
        .filter(|need| jobs.contains(&need.job))
        .filter(|need| need.system == ANY || need.system == env::consts::OS)
        .filter(|need| !need.probe.finds_it())
        .collect()
}

/// The path of a program in `PATH`.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let named = |folder: PathBuf| {
        ["", ".exe", ".cmd"]
            .iter()
            .map(|suffix| folder.join(format!("{name}{suffix}")))
            .find(|path| path.is_file())
    };
    env::split_paths(&env::var_os("PATH")?).find_map(named)
}

impl Probe {
    fn finds_it(self) -> bool {
        match self {
            Self::Program(name) => program(name).is_some(),
            Self::Headers(name) => succeeds(Command::new("pkg-config").args(["--exists", name])),
            Self::Shared(name) => {
                says(Command::new("/sbin/ldconfig").arg("-p")).is_some_and(|libraries| libraries.contains(name))
            }
            Self::Folder(path) => Path::new(path)
                .read_dir()
                .is_ok_and(|mut inside| inside.next().is_some()),
            // Not the one in PATH: a version manager's Python does not see the system's packages.
            Self::Python(line) => succeeds(Command::new("/usr/bin/python3").args(["-c", line])),
            Self::Node(least) => says(Command::new("node").arg("--version"))
                .and_then(|version| major(&version))
                .is_some_and(|found| found >= least),
            Self::Rust(path) => says(Command::new(path).arg("--version"))
                .and_then(|version| minor(&version))
                .zip(minor(concat!("rust ", env!("CARGO_PKG_RUST_VERSION"))))
                .is_some_and(|(found, least)| found >= least),
        }
    }
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Of what a program of Rust's says of itself: `rustc 1.95.0 (…)`. The major version has always been 1.
fn minor(version: &str) -> Option<u32> {
    version.split_whitespace().nth(1)?.split('.').nth(1)?.parse().ok()
}

/// Whether a command ends well; a command that is not there does not.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn says(command: &mut Command) -> Option<String> {
    let answer = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    Some(String::from_utf8_lossy(&answer.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_what_stands_before_the_first_dot() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("nonsense"), None);
    }

    #[test]
    fn the_minor_version_of_a_compiler_stands_between_its_dots() {
        assert_eq!(minor("rustc 1.96.0 (ac68faa20 2026-05-25)"), Some(96));
        assert_eq!(minor("rustc"), None);
        assert!(!Probe::Rust("/no/such/rustc").finds_it());
    }

    #[test]
    fn a_program_that_is_not_there_is_missing() {
        assert!(!Probe::Program("no-such-program-anywhere").finds_it());
        assert!(!Probe::Headers("no-such-library").finds_it());
    }
}
