//! From a recording to counts: replay it, compare call by call, sort the differences.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use thiserror::Error;

use crate::compare::{Entry, agree, entries};
use crate::explain::explanation;
use crate::jet::Machine;
use crate::recorded::Recorded;
use crate::replay::{Replay, replay};
use crate::script::{Script, ScriptError};
use crate::sources::{Source, SourceError, unpack_corpus};

/// Calls that are shown before one that differs.
const CONTEXT_CALLS: usize = 20;

/// What a replay says of one script.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Name of the script.
    pub script: String,
    /// Calls compared.
    pub calls: u64,
    /// Calls with the answer that was recorded.
    pub agree: u64,
    /// Calls with another answer that is meant, by reason.
    pub explained: BTreeMap<&'static str, u64>,
    /// Calls with another answer.
    pub differ: u64,
    /// The first of these.
    pub first: Option<Difference>,
    /// Verbs that the implementation does not have, and how often they were called.
    pub unsupported: BTreeMap<&'static str, u64>,
}

/// A call whose answer is not the one recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Number of the call in the transcript, from 1.
    pub call: usize,
    /// Number of its line in the recording.
    pub line: usize,
    /// The calls before it with their recorded answers.
    pub before: Vec<String>,
    /// The call as recorded, with its answer.
    pub golden: String,
    /// The call as replayed, with its answer.
    pub mine: String,
}

/// Why a recording could not be replayed.
#[derive(Debug, Error)]
pub enum JudgeError {
    /// The script is none.
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// Its corpus is not there.
    #[error(transparent)]
    Corpus(#[from] SourceError),
    /// There is no place for the working folder.
    #[error("working folder: {0}")]
    Folder(#[from] std::io::Error),
}

/// Replays a recording on an implementation in a new temporary folder; `corpora` holds what `%copy` names.
///
/// # Errors
/// [`JudgeError`] when it cannot be replayed at all.
pub fn judge(source: &Source, machine: &mut dyn Machine, corpora: &Path) -> Result<Verdict, JudgeError> {
    let script = Script::parse(&source.script)?;
    let folder = tempfile::tempdir()?;
    if let Some(corpus) = &script.corpus {
        unpack_corpus(corpora, corpus, folder.path())?;
    }
    let replay = replay(&script, machine, folder.path());
    Ok(compare(source, replay, |_| true))
}

/// Replays a recording against itself. Of quiet loops, whose calls are not recorded, nothing is compared.
///
/// # Errors
/// [`JudgeError`] when the script is none.
pub fn judge_recording(source: &Source) -> Result<Verdict, JudgeError> {
    let script = Script::parse(&source.script)?;
    let replay = replay(&script, &mut Recorded::new(&source.transcript), Path::new(""));
    Ok(compare(source, replay, |golden| {
        !golden.call.starts_with("qrepeat ")
    }))
}

fn compare(source: &Source, replay: Replay, is_compared: impl Fn(&Entry<'_>) -> bool) -> Verdict {
    let (golden, mine) = (entries(&source.transcript), entries(&replay.transcript));
    let end = Entry {
        line: 0,
        call: "(end)",
        answer: Vec::new(),
    };
    let mut verdict = Verdict {
        script: source.name.clone(),
        unsupported: replay.unsupported,
        ..Verdict::default()
    };
    // What stands before the first call is copied from the script.
    for index in 1..golden.len().max(mine.len()) {
        let (a, b) = (golden.get(index).unwrap_or(&end), mine.get(index).unwrap_or(&end));
        verdict.calls += 1;
        if agree(a, b) || !is_compared(a) {
            verdict.agree += 1;
        } else if let Some(rule) = explanation(&source.name, b).filter(|_| a.call == b.call) {
            *verdict.explained.entry(rule.reason).or_default() += 1;
        } else {
            verdict.differ += 1;
            verdict.first.get_or_insert_with(|| Difference {
                call: index,
                line: a.line,
                before: golden
                    .iter()
                    .take(index)
                    .skip(index.saturating_sub(CONTEXT_CALLS).max(1))
                    .map(text_of)
                    .collect(),
                golden: text_of(a),
                mine: text_of(b),
            });
        }
    }
    verdict
}

fn text_of(entry: &Entry<'_>) -> String {
    let lines = std::iter::once(format!("> {}", entry.call));
    let lines: Vec<String> = lines
        .chain(entry.answer.iter().map(|line| (*line).to_owned()))
        .collect();
    lines.join("\n")
}
