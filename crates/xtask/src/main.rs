//! The commands of the README: `cargo xtask run`, `test`, `bench` and what they need.
//!
//! # Layout
//! One file per command (`run`, `test`, `windows`, `macos`, `prove`, `bench`, `generate`, `setup`), and what they share:
//! `cross` builds for another system, `house` knows where things lie, `needs` is the list of what a machine must have,
//! `npm` fills `ui/node_modules` and builds the page, `report` times the steps and counts the tests.

mod bench;
mod count;
mod cross;
mod generate;
mod house;
mod macos;
mod needs;
mod npm;
mod prove;
mod report;
mod run;
mod sabotage;
mod setup;
mod test;
mod windows;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::house::{House, Stop};
use crate::needs::Job;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Sets up, runs, tests and measures Longshore.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks what this machine lacks and installs it where it may.
    Setup,
    /// Opens the window beside a sandbox whose accounts are signed in; without a display, runs the demo.
    Run {
        /// Keeps the sandbox's home folder for the next start.
        #[arg(long)]
        keep: bool,
    },
    /// Runs everything that can fail; the last line counts the tests.
    Test {
        /// Only these steps (as the table names them); all without.
        steps: Vec<String>,
    },
    /// Builds everything for Windows and runs the tests under wine.
    Windows {
        /// Only these steps (as the table names them); all without.
        steps: Vec<String>,
    },
    /// Checks the types of everything for macOS.
    Macos,
    /// Runs one proof at full size; without a name, lists them.
    Prove {
        /// The name of the proof.
        name: Option<String>,
    },
    /// Measures time, CPU and memory of a large upload beside other tools on the same storage.
    Bench(bench::Options),
    /// The cost of MD5 alone, over a file; a part of `bench`.
    #[cfg(feature = "hashing")]
    #[command(hide = true)]
    Md5Cost {
        /// The file whose bytes are hashed.
        file: std::path::PathBuf,
    },
    /// Writes the files that are made from Rust: the page's types and the table of states.
    Generate,
}

fn main() -> ExitCode {
    match carry_out(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprint!("{stop}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(command: Command) -> Result<(), Stop> {
    let house = House::find()?;
    match command {
        Command::Setup => setup::everything(&[Job::Engine, Job::Page, Job::Window, Job::WindowTests]),
        Command::Run { keep } => run::run(&house, keep),
        Command::Test { steps } => test::test(&house, &steps),
        Command::Windows { steps } => windows::windows(&house, &steps),
        Command::Macos => macos::macos(&house),
        Command::Prove { name } => prove::prove(&house, name.as_deref()),
        Command::Bench(options) => bench::bench(&house, &options),
        #[cfg(feature = "hashing")]
        Command::Md5Cost { file } => bench::hashing::print(&file),
        Command::Generate => generate::generate(&house),
    }
}
