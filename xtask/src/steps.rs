//! Named steps run one after another: progress, time per step, stop at the first failure, sum at the end.

use std::fmt;
use std::time::{Duration, Instant};

/// Numbers of tests; steps that are no tests leave it at zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
}

impl Tally {
    /// Adds the numbers of `other`.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

/// How a step ended, when it did not fail outright.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Ran; the step has failed if tests of it failed.
    Ran(Tally),
    /// Could not run here, with the reason and what to do about it.
    Skipped(String),
}

/// One step: a name for people and what it does. `C` is what the steps of one run share.
pub(crate) struct Step<C> {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&mut C) -> anyhow::Result<Outcome>,
}

/// What a run of steps came to.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    pub(crate) tally: Tally,
    /// Names of the steps that could not run here.
    pub(crate) skipped: Vec<&'static str>,
    /// Name of the step that failed; those after it did not run.
    pub(crate) failed: Option<&'static str>,
}

/// Runs the steps in order up to the first failure. A step that ends with an error without naming a failed
/// test counts as one failure.
pub(crate) fn run<C>(steps: &[Step<C>], shared: &mut C) -> Summary {
    let mut summary = Summary::default();
    let mut report = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let place = format!("[{}/{}] {}", index + 1, steps.len(), step.name);
        println!("{place} ...");
        let start = Instant::now();
        let outcome = (step.run)(shared);
        let verdict = judge(step.name, outcome, &mut summary);
        let line = format!("{place}: {verdict} ({})", seconds(start.elapsed()));
        println!("{line}\n");
        report.push(line.lines().next().unwrap_or_default().to_owned());
        if summary.failed.is_some() {
            break;
        }
    }
    println!("{}", report.join("\n"));
    summary
}

/// Takes the outcome into the sum and says it in words.
fn judge(name: &'static str, outcome: anyhow::Result<Outcome>, summary: &mut Summary) -> String {
    match outcome {
        Ok(Outcome::Ran(tally)) => {
            summary.tally.add(tally);
            if tally.failed > 0 {
                summary.failed = Some(name);
            }
            let word = if tally.failed > 0 { "FAILED" } else { "ok" };
            if tally == Tally::default() {
                word.to_owned()
            } else {
                format!("{word}, {}", counts(tally))
            }
        }
        Ok(Outcome::Skipped(reason)) => {
            summary.skipped.push(name);
            format!("skipped, {reason}")
        }
        Err(error) => {
            summary.tally.add(Tally {
                failed: 1,
                ..Tally::default()
            });
            summary.failed = Some(name);
            format!("FAILED, {error:#}")
        }
    }
}

impl Summary {
    /// [`Told`] when a step failed.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        if self.failed.is_some() {
            Err(Told.into())
        } else {
            Ok(())
        }
    }
}

/// A failure that the report has told already: the task ends unsuccessfully without another line, so that the
/// last line stays the sum.
#[derive(Debug)]
pub(crate) struct Told;

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a step failed")
    }
}

impl std::error::Error for Told {}

fn counts(tally: Tally) -> String {
    let ignored = if tally.ignored > 0 {
        format!(", {} ignored", tally.ignored)
    } else {
        String::new()
    };
    format!("{} passed, {} failed{ignored}", tally.passed, tally.failed)
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const PASS: Step<u32> = Step {
        name: "pass",
        run: |runs| {
            *runs += 1;
            Ok(Outcome::Ran(Tally {
                passed: 3,
                failed: 0,
                ignored: 1,
            }))
        },
    };
    const SKIP: Step<u32> = Step {
        name: "skip",
        run: |_| Ok(Outcome::Skipped("no python".into())),
    };
    const RED: Step<u32> = Step {
        name: "red",
        run: |_| {
            Ok(Outcome::Ran(Tally {
                passed: 2,
                failed: 1,
                ignored: 0,
            }))
        },
    };
    const BROKEN: Step<u32> = Step {
        name: "broken",
        run: |_| anyhow::bail!("does not build"),
    };

    #[test]
    fn sums_and_names_what_was_skipped() {
        let mut runs = 0;
        let summary = run(&[PASS, SKIP, PASS], &mut runs);
        assert_eq!(
            summary.tally,
            Tally {
                passed: 6,
                failed: 0,
                ignored: 2
            }
        );
        assert_eq!(summary.skipped, ["skip"]);
        summary.check().unwrap();
    }

    #[test]
    fn stops_at_the_first_failed_test() {
        let mut runs = 0;
        let summary = run(&[PASS, RED, PASS], &mut runs);
        assert_eq!((runs, summary.failed), (1, Some("red")));
        assert_eq!((summary.tally.passed, summary.tally.failed), (5, 1));
        assert!(summary.check().is_err());
    }

    #[test]
    fn a_broken_step_counts_as_one_failure() {
        let summary = run(&[PASS, BROKEN, PASS], &mut 0);
        assert_eq!((summary.tally.passed, summary.tally.failed), (3, 1));
        assert_eq!(summary.failed, Some("broken"));
    }
}
