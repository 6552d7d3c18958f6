//! Differences that are meant: where this project answers otherwise than the engine that gave the recordings.
//!
//! A rule explains one call of a script by its verb and, where it can, by the answer that this project gives instead. What
//! follows from an explained difference is not explained by it.

use crate::compare::Entry;
use crate::words::Command;

/// A difference that is meant.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Name of the scripts; a `*` at its end stands for any rest.
    pub scripts: &'static str,
    /// Verbs of the call; every verb when there is none.
    pub verbs: &'static [&'static str],
    /// One of these must stand in the call; anything may when there is none.
    pub calls: &'static [&'static str],
    /// One of these must stand in the answer of this project; anything may when there is none.
    pub answers: &'static [&'static str],
    /// Why the answers differ.
    pub reason: &'static str,
}

const SESSION_LIMIT: &str =
    "JET_paramMaxSessions is the exact number of sessions of clients; the engine gave 65 more";
const HANDLES: &str = "a handle that was closed or never existed is always refused with the documented error";
const SORT_KEYS: &str =
    "sort keys of Unicode text are those of Windows; the recordings have those of another system";
const PARAMETERS: &str =
    "cache sizes, paths and defaults made from the memory of the machine follow the implementation";

const INVALID_HANDLE: &[&str] = &[
    "JET_errInvalidSesid",
    "JET_errInvalidTableId",
    "JET_errInvalidDatabaseId",
    "JET_errInvalidInstance",
    "JET_errInvalidParameter",
];

/// A call that was not made has no answer to explain.
const NOT_MADE: &str = "  -- ";

/// All of them, the most special first.
pub static RULES: &[Rule] = &[
    Rule {
        scripts: "themed/02_sessions*",
        verbs: &["BeginSession", "DupSession"],
        calls: &[],
        answers: &["JET_errOutOfSessions"],
        reason: SESSION_LIMIT,
    },
    Rule {
        scripts: "themed/03_sessions*",
        verbs: &["BeginSession", "DupSession"],
        calls: &[],
        answers: &["JET_errOutOfSessions"],
        reason: SESSION_LIMIT,
    },
    Rule {
        scripts: "themed/04_sessions*",
        verbs: &["BeginSession", "DupSession"],
        calls: &[],
        answers: &["JET_errOutOfSessions"],
        reason: SESSION_LIMIT,
    },
    Rule {
        scripts: "themed/13_nil_handles",
        verbs: &[],
        calls: &[],
        answers: INVALID_HANDLE,
        reason: HANDLES,
    },
    Rule {
        scripts: "themed/14_after_term",
        verbs: &[],
        calls: &[],
        answers: INVALID_HANDLE,
        reason: HANDLES,
    },
    Rule {
        scripts: "themed/60_keys_types",
        verbs: &["Key"],
        calls: &[" w\"", " wfill:"],
        answers: &["-> JET_errSuccess (0) key("],
        reason: SORT_KEYS,
    },
    Rule {
        scripts: "themed/61_keys_multi*",
        verbs: &["Walk"],
        calls: &[],
        answers: &["-> JET_errSuccess"],
        reason: SORT_KEYS,
    },
    Rule {
        scripts: "themed/7*",
        verbs: &["ParamDump", "GetSystemParameter"],
        calls: &[],
        answers: &[],
        reason: PARAMETERS,
    },
];

/// The rule that explains why `mine` is not what was recorded for this call.
pub fn explanation(script: &str, mine: &Entry<'_>) -> Option<&'static Rule> {
    if mine.answer.iter().any(|line| line.starts_with(NOT_MADE)) {
        return None;
    }
    let verb = Command::parse(mine.call).verb;
    RULES.iter().find(|rule| {
        let fits = match rule.scripts.strip_suffix('*') {
            Some(start) => script.starts_with(start),
            None => script == rule.scripts,
        };
        let has_call = |text: &&str| mine.call.contains(text);
        let has_answer = |answer: &&str| mine.answer.iter().any(|line| line.contains(answer));
        fits && (rule.verbs.is_empty() || rule.verbs.contains(&verb))
            && (rule.calls.is_empty() || rule.calls.iter().any(has_call))
            && (rule.answers.is_empty() || rule.answers.iter().any(has_answer))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_explained(script: &str, call: &str, answer: &str) -> bool {
        let mine = Entry {
            line: 1,
            call,
            answer: vec![answer],
        };
        explanation(script, &mine).is_some()
    }

    #[test]
    fn a_rule_needs_its_script_verb_and_answer() {
        let refused = "  -> JET_errOutOfSessions (-1101) sesid=0";
        assert!(is_explained(
            "themed/02_sessions_max_default",
            "s9 = BeginSession inst",
            refused
        ));
        assert!(!is_explained(
            "random-sessions/sessions_1",
            "s9 = BeginSession inst",
            refused
        ));
        assert!(!is_explained(
            "themed/02_sessions_max_default",
            "EndSession s9 0",
            refused
        ));
        let other = "  -> JET_errOutOfMemory (-1011)";
        assert!(!is_explained(
            "themed/02_sessions_max_default",
            "s9 = BeginSession inst",
            other
        ));
        assert!(!is_explained("themed/60_keys_types", "SetColumn s t c x:00", ""));
        let key = "  -> JET_errSuccess (0) key(len=1)=00";
        assert!(!is_explained("themed/60_keys_types", "Key s t i32:1", key));
        assert!(is_explained(
            "themed/60_keys_types",
            "Key s t w\"a\"",
            "  -> JET_errSuccess (0) key(len=1)=00"
        ));
        assert!(!is_explained(
            "themed/60_keys_types",
            "Key s t w\"a\"",
            "  -- Key is not supported"
        ));
    }
}
