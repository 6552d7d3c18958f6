//! Running a program several times: wall time, processor time, peak memory.
//!
//! Ratios are taken of processor time, which other work on the machine disturbs least; the wall time stands beside it.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::Serialize;

use crate::command::line_of;

/// Times of several runs of one command.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Times {
    /// Processor seconds, user and system, of each run in order of size.
    pub(crate) processor: Vec<f64>,
    /// Seconds by the clock of each run in order of size.
    pub(crate) wall: Vec<f64>,
}

impl Times {
    /// Middle processor time in seconds.
    pub(crate) fn processor_median(&self) -> f64 {
        median(&self.processor)
    }

    /// Middle processor time in milliseconds, with the shortest and the longest.
    pub(crate) fn text(&self) -> String {
        let milliseconds = |seconds: Option<&f64>| seconds.copied().unwrap_or_default() * 1e3;
        format!(
            "{:.1} ({:.1} to {:.1})",
            self.processor_median() * 1e3,
            milliseconds(self.processor.first()),
            milliseconds(self.processor.last())
        )
    }
}

fn median(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Runs a command once unmeasured, so that its files are in memory, then `runs` times. Its output is thrown away.
///
/// # Errors
/// When it cannot be started, or ends with a status that `is_fine` refuses.
pub(crate) fn times(
    runs: u32,
    is_fine: fn(i32) -> bool,
    mut make: impl FnMut() -> anyhow::Result<Command>,
) -> anyhow::Result<Times> {
    let mut times = Times {
        processor: Vec::new(),
        wall: Vec::new(),
    };
    for run in 0..=runs {
        let mut command = make()?;
        let (processor, start) = (children_time()?, Instant::now());
        let status = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .with_context(|| format!("cannot start {}", line_of(&command)))?;
        let (wall, processor) = (start.elapsed(), children_time()?.saturating_sub(processor));
        if !status.code().is_some_and(is_fine) {
            bail!("`{}` ended with {status}", line_of(&command));
        }
        if run > 0 {
            times.processor.push(processor.as_secs_f64());
            times.wall.push(wall.as_secs_f64());
        }
    }
    times.processor.sort_by(f64::total_cmp);
    times.wall.sort_by(f64::total_cmp);
    Ok(times)
}

/// Processor time of all children that have ended.
#[cfg(unix)]
fn children_time() -> anyhow::Result<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let part =
        |time: nix::sys::time::TimeVal| -> anyhow::Result<Duration> {
            Ok(Duration::from_secs(time.tv_sec().try_into()?)
                + Duration::from_micros(time.tv_usec().try_into()?))
        };
    Ok(part(usage.user_time())? + part(usage.system_time())?)
}

#[cfg(not(unix))]
fn children_time() -> anyhow::Result<Duration> {
    bail!("processor times of other programs are measured on Unix only")
}

/// Runs a command and gives the most memory that it ever held, in bytes, with its time by the clock. Linux only.
///
/// The kernel's high-water mark (`VmHWM`) is asked for while the program runs, so the last few milliseconds do not count.
pub(crate) fn peak_memory(command: &mut Command, is_fine: fn(i32) -> bool) -> anyhow::Result<(u64, f64)> {
    let start = Instant::now();
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {}", line_of(command)))?;
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Some(status) = child.try_wait()? {
            if !status.code().is_some_and(is_fine) {
                bail!("`{}` ended with {status}", line_of(command));
            }
            return Ok((peak, start.elapsed().as_secs_f64()));
        }
        let status = std::fs::read_to_string(&status_file).unwrap_or_default();
        peak = peak.max(high_water_mark(&status).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_high_water_mark_is_found() {
        let status = "Name:\tjetutil\nVmPeak:\t    9000 kB\nVmHWM:\t    1234 kB\nVmRSS:\t 1000 kB\n";
        assert_eq!(high_water_mark(status), Some(1234 * 1024));
        assert_eq!(high_water_mark("Name:\tjetutil\n"), None);
    }

    #[test]
    #[cfg(unix)]
    fn a_busy_program_takes_time_and_a_failing_one_is_an_error() {
        let shell = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            command
        };
        let busy = || Ok(shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"));
        let times = times(3, |status| status == 0, busy).unwrap();
        assert_eq!((times.processor.len(), times.wall.len()), (3, 3));
        assert!(times.processor_median() > 0.0 && times.wall.iter().all(|&wall| wall > 0.0));
        assert!(super::times(1, |status| status == 0, || Ok(shell("exit 3"))).is_err());
    }
}
