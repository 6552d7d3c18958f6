//! A transcript as an implementation: every call gets the answer that was recorded for it.
//!
//! It proves the interpreter without an engine: a script replayed against its own recording must give the recording. What
//! a recording does not hold, handles and the calls within quiet loops, is invented: the
//! digests of such loops agree where only the guard answered.

mod read;
mod scan;

use std::collections::VecDeque;
use std::path::Path;

use crate::answer::Answer;
use crate::call::Call;
use crate::compare::{Entry, entries};
use crate::jet::{Jet, Line, Machine, Thread};

/// The first handle handed out. It is larger than every number in a script but for those of all ones.
const FIRST_HANDLE: u64 = 1 << 40;

/// A recording and the place in it.
#[derive(Debug)]
pub struct Recorded<'a> {
    entries: VecDeque<Entry<'a>>,
    /// The text of the answer that is due.
    answer: String,
    /// Per command of the quiet loop that runs: names of answers and how many of each are left.
    counts: Vec<Vec<(String, u64)>>,
    command: Option<usize>,
    handles: u64,
}

impl<'a> Recorded<'a> {
    /// Answers from this transcript.
    pub fn new(transcript: &'a str) -> Self {
        Self {
            entries: entries(transcript).into_iter().skip(1).collect(),
            answer: String::new(),
            counts: Vec::new(),
            command: None,
            handles: FIRST_HANDLE,
        }
    }

    fn open(&mut self, call: &str) {
        self.command = None;
        self.answer.clear();
        let is_due = self.entries.front().is_some_and(|entry| entry.call == call);
        let Some(entry) = self.entries.pop_front().filter(|_| is_due) else {
            return;
        };
        self.counts = entry.answer.iter().filter_map(|line| counts_of(line)).collect();
        let is_answer = |line: &&&str| !line.starts_with("# ") && !is_complaint(line);
        let lines: Vec<&str> = entry.answer.iter().filter(is_answer).copied().collect();
        self.answer = lines.join("\n");
    }

    /// The next answer of a command of a quiet loop: in which order they came is not recorded.
    fn counted(&mut self, command: usize) -> Option<String> {
        let counts = self.counts.get_mut(command)?;
        let (name, left) = counts.iter_mut().find(|(_, left)| *left > 0)?;
        *left -= 1;
        let code = jet_api::JetCode::from_name(name)?;
        Some(format!("  -> {name} ({})", code.number()))
    }
}

/// `     [0] NAME=COUNT ...`.
fn counts_of(line: &str) -> Option<Vec<(String, u64)>> {
    let (_, counts) = line.strip_prefix("     [")?.split_once(']')?;
    let pairs = counts.split_whitespace().map(|pair| {
        let (name, count) = pair.split_once('=')?;
        Some((name.to_owned(), count.parse().ok()?))
    });
    // What the guard left out is left out here too.
    let made = pairs.filter(|pair| pair.as_ref().is_none_or(|(name, _)| name != "skipped"));
    made.collect()
}

fn is_complaint(line: &str) -> bool {
    line.starts_with("  !! unknown number") || line.starts_with("  !! bad data")
}

impl Jet for Recorded<'_> {
    fn call(&mut self, _: Thread, call: &Call) -> Answer {
        let text = match self.command {
            Some(command) => self.counted(command).unwrap_or_default(),
            None => std::mem::take(&mut self.answer),
        };
        read::answer(call, &text, &mut self.handles)
    }

    fn announce(&mut self, line: Line<'_>) {
        match line.command {
            Some(_) => self.command = line.command,
            None => self.open(line.text),
        }
    }
}

impl Machine for Recorded<'_> {
    fn start(&mut self, _: &Path, _: &str) -> Box<dyn Jet + '_> {
        Box::new(Running(self))
    }
}

/// The recording while a process runs; the next process goes on in it.
struct Running<'a, 'b>(&'a mut Recorded<'b>);

impl Jet for Running<'_, '_> {
    fn call(&mut self, thread: Thread, call: &Call) -> Answer {
        self.0.call(thread, call)
    }

    fn announce(&mut self, line: Line<'_>) {
        self.0.announce(line);
    }
}
