//! The lines of a script, and what of them can be said before anything runs: parts, loops, set-up.

use thiserror::Error;

use crate::value::mix;

/// More rounds of a loop are refused.
const ROUNDS_MAX: i64 = 1_000_000;

/// Page size in bytes of `%setup` without a number.
const PAGE_SIZE_DEFAULT: &str = "8192";

/// A script: what its processes do, one after the other, in one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Folder of the corpus that the working folder is a copy of, such as `clean/full_p4096`; `None` for an empty one.
    pub corpus: Option<String>,
    /// The steps of each process.
    pub processes: Vec<Vec<Step>>,
}

/// One step of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// An empty line, copied.
    Blank,
    /// A comment, copied.
    Comment(String),
    /// A call as it is echoed.
    Call(String),
    /// A quiet loop.
    Quiet(Quiet),
    /// The process ends at once, and what follows is not reached.
    Exit,
    /// The process is ended from outside, and what follows is not reached.
    Kill,
}

/// A loop whose calls are not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// The line as it is echoed.
    pub line: String,
    /// First round.
    pub from: i64,
    /// Last round.
    pub to: i64,
    /// What every round does, see [`substitute`].
    pub commands: Vec<String>,
}

/// Why a script is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ScriptError {
    /// The bounds of a loop are no numbers, or too far apart.
    #[error("line {line}: the bounds of the loop")]
    Loop {
        /// Number of the line, from 1.
        line: usize,
    },
    /// A directive that the language has not.
    #[error("line {line}: unknown directive")]
    Directive {
        /// Number of the line, from 1.
        line: usize,
    },
}

impl Script {
    /// Takes a script apart.
    ///
    /// # Errors
    /// [`ScriptError`] with the line that cannot be understood; unknown verbs are none, they answer when called.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let mut corpus = None;
        let mut processes = Vec::new();
        let mut steps = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            match first {
                "" => steps.push(Step::Blank),
                "%process" => processes.push(std::mem::take(&mut steps)),
                "%copy" => corpus = Some(rest.trim().to_owned()),
                "%setup" => steps.extend(setup(rest.trim())),
                _ if first.starts_with('%') => return Err(ScriptError::Directive { line: index + 1 }),
                _ if first.starts_with('#') => steps.push(Step::Comment(line.to_owned())),
                "exit" if rest.is_empty() => steps.push(Step::Exit),
                "kill" if rest.is_empty() => steps.push(Step::Kill),
                "repeat" | "qrepeat" => {
                    let error = ScriptError::Loop { line: index + 1 };
                    let quiet = Quiet::parse(line, rest).ok_or(error)?;
                    match first {
                        "repeat" => steps.extend(quiet.calls().map(Step::Call)),
                        _ => steps.push(Step::Quiet(quiet)),
                    }
                }
                _ => steps.push(Step::Call(line.to_owned())),
            }
        }
        processes.push(steps);
        Ok(Self { corpus, processes })
    }
}

impl Quiet {
    fn parse(line: &str, rest: &str) -> Option<Self> {
        let (from, rest) = rest.trim_start().split_once(' ')?;
        let (to, rest) = rest.trim_start().split_once(' ')?;
        let (from, to): (i64, i64) = (from.parse().ok()?, to.parse().ok()?);
        let is_short = to.checked_sub(from).is_some_and(|rounds| rounds < ROUNDS_MAX);
        is_short.then(|| Self {
            line: line.to_owned(),
            from,
            to,
            commands: rest.trim_start().split(" ;; ").map(str::to_owned).collect(),
        })
    }

    /// Every call of the loop in order.
    pub fn calls(&self) -> impl Iterator<Item = String> {
        let rounds = self.from..=self.to;
        rounds.flat_map(|round| {
            self.commands
                .iter()
                .map(move |command| substitute(command, round))
        })
    }
}

/// The calls before most scripts: an instance, a session and a database of this page size.
fn setup(page_size: &str) -> impl Iterator<Item = Step> {
    let page_size = if page_size.is_empty() {
        PAGE_SIZE_DEFAULT
    } else {
        page_size
    };
    let first = format!("SetSystemParameter 0 0 JET_paramDatabasePageSize {page_size}");
    let others = [
        "inst = CreateInstance \"trace\"",
        "SetSystemParameter inst 0 JET_paramMaxTemporaryTables 20",
        "SetSystemParameter inst 0 JET_paramLogFileSize 128",
        "Init inst",
        "s = BeginSession inst",
        "db = CreateDatabase s \"trace.edb\" 0",
    ];
    std::iter::once(first)
        .chain(others.map(str::to_owned))
        .map(Step::Call)
}

/// Puts in the round: `$i` itself, `$h{M,K}` = mix(i + K*2^32) mod M, `$p{A,B,M}` = (A*i+B) mod M, never negative.
pub fn substitute(text: &str, round: i64) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('i') {
            out.push_str(&round.to_string());
            rest = after;
        } else if let Some((number, after)) = formula(after, round) {
            out.push_str(&number.to_string());
            rest = after;
        } else {
            out.push('$');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// The number of a formula that the text begins with, and the text after it.
fn formula(text: &str, round: i64) -> Option<(u64, &str)> {
    let kind = text.chars().next().filter(|kind| matches!(kind, 'h' | 'p'))?;
    let (inner, after) = text.get(1..)?.strip_prefix('{')?.split_once('}')?;
    let mut parts = inner.split(',').map(str::parse::<i64>);
    let mut next = || parts.next().and_then(Result::ok);
    let number = if kind == 'h' {
        let modulus = next()?.cast_unsigned();
        let shift = next().unwrap_or_default().cast_unsigned() << 32;
        mix(round.cast_unsigned().wrapping_add(shift)).checked_rem(modulus)?
    } else {
        let (factor, summand, modulus) = (next()?, next()?, next()?);
        let sum = factor.wrapping_mul(round).wrapping_add(summand);
        sum.checked_rem_euclid(modulus)?.cast_unsigned()
    };
    Some((number, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_directives() {
        let script =
            Script::parse("# a\n%copy clean/x\n\n  Init inst \nkill\n%process\n%setup 4096\n").unwrap();
        assert_eq!(script.corpus.as_deref(), Some("clean/x"));
        let [first, second] = script.processes.as_slice() else {
            panic!("two processes");
        };
        assert_eq!(
            first.as_slice(),
            [
                Step::Comment("# a".into()),
                Step::Blank,
                Step::Call("Init inst".into()),
                Step::Kill
            ]
        );
        assert_eq!(second.len(), 7);
        assert_eq!(Script::parse("%what"), Err(ScriptError::Directive { line: 1 }));
        assert_eq!(
            Script::parse("\nrepeat 1 x A"),
            Err(ScriptError::Loop { line: 2 })
        );
        assert_eq!(
            Script::parse("repeat 0 9223372036854775807 A"),
            Err(ScriptError::Loop { line: 1 })
        );
    }

    #[test]
    fn loops_put_in_the_round() {
        let script = Script::parse("repeat 2 3 a$i = Let $i ;; Print $p{3,-10,7}").unwrap();
        let calls = ["a2 = Let 2", "Print 3", "a3 = Let 3", "Print 6"];
        assert_eq!(
            script.processes,
            [calls.map(|call| Step::Call(call.into())).to_vec()]
        );
        assert_eq!(
            substitute("$h{1000,2} $h{1000} $", 5),
            format!("{} {} $", mix(5 + (2 << 32)) % 1000, mix(5) % 1000)
        );
        assert_eq!(substitute("$h{0} $x", 1), "$h{0} $x");
    }

    #[test]
    fn quiet_loops_stay_together() {
        let script = Script::parse("qrepeat 1 2 A ;; B $i").unwrap();
        let Some([Step::Quiet(quiet)]) = script.processes.first().map(Vec::as_slice) else {
            panic!("one quiet loop");
        };
        assert_eq!(quiet.line, "qrepeat 1 2 A ;; B $i");
        assert_eq!(quiet.calls().collect::<Vec<_>>(), ["A", "B 1", "A", "B 2"]);
    }
}
