//! Recordings replayed on the engine of this project.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use jet_trace::engine::Engines;
use jet_trace::judge::judge;
use jet_trace::replay::replay;
use jet_trace::script::Script;
use jet_trace::sources::{Source, load};

/// Scripts without a difference that is not meant.
const WHOLE: &[&str] = &[
    "random-crash/crash_40",
    "random-ddl/ddl_20",
    "random-sessions/sessions_46",
    "random-temptables/temptables_31",
    "themed/01_sessions_basic",
    "themed/04_sessions_max_1",
    "themed/05_sessions_uninit",
    "themed/06_sessions_single_instance",
    "themed/10_session_params",
    "themed/20_transactions_levels",
];

/// The others, with the calls that agree at least. Whoever makes more of them agree raises the number.
const AGREEING_MIN: &[(&str, u64)] = &[
    ("random-backup/backup_5", 52),
    ("themed/09_threads", 51),
    ("themed/21_transactions_conflicts", 163),
    ("themed/64_multivalue_index", 60),
];

fn committed() -> Vec<Source> {
    load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/traces")).unwrap()
}

/// The transcript of a replay in a new folder.
fn replayed(script: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let script = Script::parse(script).unwrap();
    replay(&script, &mut Engines, folder.path()).transcript
}

#[test]
fn as_many_calls_agree_as_ever() {
    let mut names: Vec<String> = Vec::new();
    for source in committed() {
        let verdict = judge(&source, &mut Engines, Path::new("")).unwrap();
        let known = AGREEING_MIN.iter().find(|(name, _)| *name == source.name);
        match known {
            Some((_, least)) => {
                assert!(
                    verdict.agree >= *least,
                    "{}: {} agree",
                    source.name,
                    verdict.agree
                );
            }
            None => assert_eq!(verdict.differ, 0, "{}: {:?}", source.name, verdict.first),
        }
        names.push(source.name);
    }
    let known = AGREEING_MIN.iter().map(|(name, _)| name).chain(WHOLE);
    let mut known: Vec<&str> = known.copied().collect();
    known.sort_unstable();
    names.sort_unstable();
    assert_eq!(names, known);
}

#[test]
fn a_replay_can_be_repeated() {
    for source in committed() {
        assert_eq!(
            replayed(&source.script),
            replayed(&source.script),
            "{}",
            source.name
        );
    }
}

#[test]
fn a_process_that_is_ended_leaves_its_files_to_the_next() {
    let script = "\
inst = CreateInstance \"a\"
Init inst
s = BeginSession inst
db = CreateDatabase s \"C:\\\\trace\\\\x.edb\" 0
BeginTransaction s
kill
%process
inst = CreateInstance \"a\"
Init inst
s = BeginSession inst
AttachDatabase s \".\\\\x.edb\" 0
db = OpenDatabase s \"x.edb\" 0
GetDatabaseInfo s db JET_DbInfoFilename 300
GetSystemParameter inst 0 JET_paramSystemPath
Term2 inst JET_bitTermComplete
FileState \"x.edb\"
";
    let transcript = replayed(script);
    let (first, second) = transcript.split_once("# --- process 2\n").unwrap();
    assert!(first.ends_with("> kill\n# exit code 99\n"), "{first}");
    let answers: Vec<&str> = second.lines().filter(|line| line.starts_with("  ")).collect();
    let success = "  -> JET_errSuccess (0)";
    assert_eq!(
        answers,
        [
            success,
            success,
            "  -> JET_errSuccess (0) sesid=set",
            success,
            "  -> JET_errSuccess (0) dbid=1",
            "  -> JET_errSuccess (0) \"x.edb\"",
            "  -> JET_errSuccess (0) str=\"C:\\trace\\\"",
            success,
            "  -> JET_errSuccess (0) dbstate=3 ~version=0x620 ~update=20 page=4096",
        ]
    );
}
