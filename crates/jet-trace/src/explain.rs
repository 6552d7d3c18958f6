//! Differences that are meant: where this project answers otherwise than the engine that gave the recordings.
//!
//! A rule explains one call of a script by its verb and, where it can, by the answer that this project gives instead. What
//! follows from an explained difference is not explained by it.

use crate::compare::Entry;
use crate::words::Command;

/// A difference that is meant.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Names of the scripts; a `*` at the end of one stands for any rest.
    pub scripts: &'static [&'static str],
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

const STAYS_IN_SERVICE: &str =
    "a database that cannot be created leaves its instance in service; the engine gave the instance up";
const ERROR_TEXTS: &str = "errors are described in words of this project";
const WHOLE_NUMBER: &str =
    "a parameter is written as a whole number; the engine wrote half of JET_paramCommitDefault";
const DATABASE_NUMBERS: &str =
    "numbers of databases count within an instance; those of the engine in the process";
const FLUSH_MAPS: &str = "this engine writes no flush maps (.jfm)";
const ALWAYS_LOGGED: &str =
    "instances without JET_paramRecovery log all the same, and share their folder with no other";

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
        scripts: &[
            "themed/02_sessions*",
            "themed/03_sessions*",
            "themed/04_sessions*",
        ],
        verbs: &["BeginSession", "DupSession"],
        calls: &[],
        answers: &["JET_errOutOfSessions"],
        reason: SESSION_LIMIT,
    },
    Rule {
        scripts: &["themed/01_sessions_basic", "themed/11_sessions_more"],
        verbs: &[],
        calls: &[],
        answers: &["JET_errInvalidSesid"],
        reason: HANDLES,
    },
    Rule {
        scripts: &["themed/13_nil_handles", "themed/14_after_term"],
        verbs: &[],
        calls: &[],
        answers: INVALID_HANDLE,
        reason: HANDLES,
    },
    Rule {
        scripts: &["themed/36_createdb_missing_dir"],
        verbs: &["CreateDatabase", "BeginTransaction"],
        calls: &[],
        answers: &["-> JET_errSuccess (0)"],
        reason: STAYS_IN_SERVICE,
    },
    Rule {
        scripts: &["random-sessions/sessions_25"],
        verbs: &[],
        calls: &[
            "GetVersion s14",
            "GetSessionParameter s15 4100",
            "ResetSessionContext",
            "Rollback",
            "EndSession",
        ],
        answers: &[],
        reason: STAYS_IN_SERVICE,
    },
    Rule {
        scripts: &["themed/60_keys_types"],
        verbs: &["Key"],
        calls: &[" w\"", " wfill:"],
        answers: &["-> JET_errSuccess (0) key("],
        reason: SORT_KEYS,
    },
    Rule {
        scripts: &["themed/61_keys_multi*"],
        verbs: &["Walk"],
        calls: &[],
        answers: &["-> JET_errSuccess"],
        reason: SORT_KEYS,
    },
    Rule {
        scripts: &["themed/76_error_strings"],
        verbs: &["ErrorString", "ErrorStrings"],
        calls: &[],
        answers: &[],
        reason: ERROR_TEXTS,
    },
    Rule {
        scripts: &["random-sessions/*"],
        verbs: &["GetSystemParameter"],
        calls: &["JET_paramCommitDefault"],
        answers: &["-> JET_errSuccess (0) num="],
        reason: WHOLE_NUMBER,
    },
    Rule {
        scripts: &[
            "random-sessions/sessions_1",
            "random-sessions/sessions_2",
            "random-sessions/sessions_28",
            "random-sessions/sessions_36",
            "random-sessions/sessions_37",
            "random-sessions/sessions_48",
        ],
        verbs: &["CreateDatabase", "OpenDatabase"],
        calls: &[],
        answers: &["-> JET_errSuccess (0) dbid="],
        reason: DATABASE_NUMBERS,
    },
    Rule {
        scripts: &["themed/81_init_term", "themed/83_recovery_no_jfm"],
        verbs: &["ListFiles"],
        calls: &[],
        answers: &["edb.chk"],
        reason: FLUSH_MAPS,
    },
    Rule {
        scripts: &["themed/81_init_term"],
        verbs: &["Init"],
        calls: &[],
        answers: &["JET_errFileAccessDenied"],
        reason: ALWAYS_LOGGED,
    },
    // What follows from it.
    Rule {
        scripts: &["themed/81_init_term"],
        verbs: &["BeginSession", "AttachDatabase", "Term2"],
        calls: &[],
        answers: &["JET_errInvalidParameter", "JET_errInTransaction"],
        reason: ALWAYS_LOGGED,
    },
    Rule {
        scripts: &["themed/7*"],
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
        let is_named = |name: &&str| match name.strip_suffix('*') {
            Some(start) => script.starts_with(start),
            None => script == *name,
        };
        let has_call = |text: &&str| mine.call.contains(text);
        let has_answer = |answer: &&str| mine.answer.iter().any(|line| line.contains(answer));
        rule.scripts.iter().any(is_named)
            && (rule.verbs.is_empty() || rule.verbs.contains(&verb))
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
