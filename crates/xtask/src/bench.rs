//! `cargo xtask bench`: one file to one S3 server with Longshore and with other tools, in the same run.
//!
//! The server is the sandbox's, a process of its own whose cost is nobody's. Longshore goes the whole way: the service
//! plans the parts and signs their links, every part's MD5 is compared, the service confirms. The others talk to the
//! same storage with its keys and their own defaults. Nothing is read from the disk: the file lies in the page cache.

mod contender;
mod fetchers;
#[cfg(feature = "hashing")]
pub(crate) mod hashing;
mod measure;
mod peers;
mod source;

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use clap::Args;
use serde_json::Value;

use self::contender::Contender;
use self::measure::Cost;
use crate::house::{House, Stop};
use crate::needs::Job;
use crate::run::must;
use crate::setup;

/// How large, and how often.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Size of the file in MiB.
    #[arg(long, default_value_t = 1024)]
    mib: u64,
    /// Rounds; the table shows medians.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Longshore and the cost of MD5 only.
    #[arg(long)]
    alone: bool,
    /// Fetch the file by a direct link instead of sending it.
    #[arg(long)]
    down: bool,
    /// With `--down`: bytes a second that the server gives to each connection.
    #[arg(long, value_name = "BYTES", requires = "down")]
    per_connection: Option<u64>,
}

/// Builds, measures, prints the table. Linux only: the figures are read from `/proc`.
pub(crate) fn bench(house: &House, options: &Options) -> Result<(), Stop> {
    if env::consts::OS != "linux" {
        return Err(Stop::new("The figures are read from /proc, which only Linux has."));
    }
    setup::everything(&[Job::Engine, Job::Bench])?;
    let mut build = house.cargo();
    build.args(["build", "--locked", "--release", "--package", "cli"]);
    must("building longshore", &mut build)?;

    let work = house.target("bench");
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work).map_err(|error| Stop::new(format!("{} cannot be made: {error}.", work.display())))?;
    let longshore = house.released("longshore");
    let sandbox = Sandbox::start(&longshore, &work.join("sandbox"))?;
    if options.down {
        return fetch(house, options, &work, &longshore, &sandbox);
    }
    let file = source::write(&work, options.mib)?;

    let mut contenders = vec![contender::longshore(&longshore, &sandbox.description)?];
    if !options.alone {
        contenders.extend(peers::all(house, &sandbox.description)?);
    }
    print(&rounds(&contenders, &file, &work, options)?, options);
    drop(sandbox);
    let hashed = hash(house, &file);
    let _ = fs::remove_dir_all(&work);
    hashed
}

/// The same file from the same server, by a direct link; its bytes are made up as they are sent.
fn fetch(house: &House, options: &Options, work: &Path, longshore: &Path, sandbox: &Sandbox) -> Result<(), Stop> {
    let files = sandbox.description["files"].as_str();
    let files = files.ok_or_else(|| Stop::new("The sandbox names no file host."))?;
    let slow = options
        .per_connection
        .map_or_else(String::new, |bytes| format!("&bytes_per_s={bytes}"));
    let link = format!("{files}/f/bench.bin?size={}&seed=1{slow}", options.mib * 1024 * 1024);
    let contenders = fetchers::all(longshore, peers::program(house, "rclone")?);
    print(&rounds(&contenders, Path::new(&link), work, options)?, options);
    let _ = fs::remove_dir_all(work);
    Ok(())
}

/// Each contender's median.
fn rounds<'a>(
    contenders: &'a [Contender],
    file: &Path,
    work: &Path,
    options: &Options,
) -> Result<Vec<(&'a Contender, Cost)>, Stop> {
    let mut costs: Vec<Vec<Cost>> = contenders.iter().map(|_| Vec::new()).collect();
    for round in 1..=options.rounds {
        // In turn, so that what else the machine does falls on all.
        for (contender, costs) in contenders.iter().zip(&mut costs) {
            println!("round {round}: {} …", contender.name);
            let folder = work.join(format!("round-{round}"));
            costs.push(contender.send(file, &folder)?);
            if options.down {
                // What was fetched would fill the disk.
                let _ = fs::remove_dir_all(&folder);
            }
        }
    }
    Ok(contenders
        .iter()
        .zip(costs)
        .map(|(contender, costs)| (contender, median(costs)))
        .collect())
}

fn print(rows: &[(&Contender, Cost)], options: &Options) {
    let per_gib = 1024.0 / options.mib as f64;
    let best = rows.iter().skip(1).map(|(_, cost)| cost.cpu).min();
    println!("\n{} MiB, medians of {} rounds", options.mib, options.rounds);
    println!(
        "{:<34} {:>8} {:>8} {:>11} {:>10}  CPU : best peer",
        "", "wall s", "CPU s", "CPU s/GiB", "peak MiB"
    );
    for (contender, cost) in rows {
        let cpu = cost.cpu.as_secs_f64();
        let against = best.map_or(String::new(), |best| format!("{:.2}", cpu / best.as_secs_f64()));
        println!(
            "{:<34} {:>8.2} {cpu:>8.2} {:>11.2} {:>10.1}  {against}",
            contender.name,
            cost.wall.as_secs_f64(),
            cpu * per_gib,
            cost.peak_kib as f64 / 1024.0,
        );
    }
}

/// The median by CPU time, with that round's other figures.
fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_by_key(|cost| cost.cpu);
    costs.swap_remove(costs.len() / 2)
}

/// MD5 alone, in a program of its own: what it needs is not compiled for anything else.
fn hash(house: &House, file: &Path) -> Result<(), Stop> {
    let mut hash = house.cargo();
    hash.args([
        "run",
        "--quiet",
        "--locked",
        "--release",
        "--package",
        "xtask",
        "--features",
        "hashing",
    ]);
    hash.args(["--", "md5-cost"]).arg(file);
    must("measuring MD5 alone", &mut hash)
}

/// The world outside, as a child; it ends with this value.
struct Sandbox {
    child: Child,
    description: Value,
}

impl Sandbox {
    fn start(longshore: &Path, home: &PathBuf) -> Result<Self, Stop> {
        let mut child = Command::new(longshore)
            .arg("sandbox")
            .arg("--home")
            .arg(home)
            // It serves until its standard input closes.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Stop::new(format!("The sandbox could not be started: {error}.")))?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            let _ = BufReader::new(out).read_line(&mut line);
        }
        match serde_json::from_str(&line) {
            Ok(description) => Ok(Self { child, description }),
            Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(Stop::new("The sandbox ended before it said where it is."))
            }
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
