//! What a program costs: wall time, CPU seconds and peak memory of it and its children, read from `/proc`.

use std::collections::HashMap;
use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::house::Stop;

/// The kernel's clock ticks; on Linux user space has always been told 100 a second.
const TICK: Duration = Duration::from_millis(10);

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    /// User and system time.
    pub(crate) cpu: Duration,
    /// The sum over all its processes of each one's peak.
    pub(crate) peak_kib: u64,
}

/// Runs a command to its end. It fails when the command does.
pub(crate) fn run(mut command: Command) -> Result<Cost, Stop> {
    let begun = Instant::now();
    let mut child = command.spawn().map_err(|error| {
        let program = command.get_program().to_string_lossy();
        Stop::new(format!("{program} could not be started: {error}."))
    })?;
    let root = child.id();
    let mut peaks = HashMap::new();
    // While nobody has asked for its exit status, an ended process stays readable: its CPU time is exact then.
    let cpu = loop {
        match stat(root) {
            Some(stat) if stat.ended => break stat.cpu,
            Some(_) => sample(root, &mut peaks),
            None => break Duration::ZERO,
        }
        thread::sleep(Duration::from_millis(5));
    };
    let wall = begun.elapsed();
    let status = child
        .wait()
        .map_err(|error| Stop::new(format!("Its end was not seen: {error}.")))?;
    if status.success() {
        let peak_kib = peaks.values().sum();
        Ok(Cost { wall, cpu, peak_kib })
    } else {
        let program = command.get_program().to_string_lossy();
        Err(Stop::new(format!("{program} failed ({status}).")))
    }
}

/// The CPU time of this process so far, to a hundredth of a second.
#[cfg(feature = "hashing")]
pub(crate) fn own_cpu() -> Duration {
    stat(std::process::id()).map_or(Duration::ZERO, |stat| stat.cpu)
}

struct Stat {
    ended: bool,
    cpu: Duration,
}

fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in parentheses and may hold anything; after it come the state and numbers.
    let fields: Vec<_> = text.rsplit_once(") ")?.1.split(' ').collect();
    // utime, stime, and those of children it waited for.
    let ticks: u32 = fields
        .get(11..15)?
        .iter()
        .filter_map(|field| field.parse::<u32>().ok())
        .sum();
    Some(Stat {
        ended: fields.first() == Some(&"Z"),
        cpu: TICK * ticks,
    })
}

fn sample(pid: u32, peaks: &mut HashMap<u32, u64>) {
    if let Some(peak) = peak_kib(pid) {
        peaks.insert(pid, peak);
    }
    let tasks = fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten();
    for task in tasks {
        let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
        for child in children.split_whitespace().filter_map(|child| child.parse().ok()) {
            sample(child, peaks);
        }
    }
}

fn peak_kib(pid: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_a_peak_and_has_not_ended() {
        if std::env::consts::OS == "linux" {
            let this = std::process::id();
            assert!(peak_kib(this).unwrap() > 100);
            assert!(!stat(this).unwrap().ended);
        }
    }
}
