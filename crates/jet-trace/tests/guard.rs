//! Which calls the guard leaves out, on an engine that answers success to every call.

use std::path::Path;

use jet_trace::answer::{Answer, Output};
use jet_trace::call::Call;
use jet_trace::compare::entries;
use jet_trace::jet::{Jet, Machine, Thread};
use jet_trace::replay::replay;
use jet_trace::script::Script;

/// Answers success, and a new handle where one is asked for.
struct Agreeable {
    handles: u64,
}

impl Jet for Agreeable {
    fn call(&mut self, _: Thread, call: &Call) -> Answer {
        let gives_handle = ["Create", "Open", "Begin", "Dup"]
            .iter()
            .any(|start| call.verb().starts_with(start));
        self.handles += 1;
        let output = if gives_handle {
            Output::Handle(Some(self.handles))
        } else {
            Output::Nothing
        };
        Answer::Returned { code: 0, output }
    }
}

impl Machine for Agreeable {
    fn start(&mut self, _: &Path, _: &str) -> Box<dyn Jet + '_> {
        Box::new(Self { handles: 100 })
    }
}

const BEGIN: &str = "Guard\ni = CreateInstance \"i\"\nInit2 i 0\ns = BeginSession i\ns2 = BeginSession i\n\
                     d = CreateDatabase s \"a\\\\d.edb\" 0\n";

/// The answer to the last line of a script that begins with [`BEGIN`].
fn last_answer(lines: &str) -> String {
    let script = Script::parse(&format!("{BEGIN}{lines}")).expect("a script");
    let replayed = replay(&script, &mut Agreeable { handles: 0 }, Path::new(""));
    let entries = entries(&replayed.transcript);
    let last = entries.last().and_then(|entry| entry.answer.first());
    last.map_or_else(String::new, |line| line.trim().to_owned())
}

fn reason(lines: &str) -> Option<String> {
    last_answer(lines).strip_prefix("-- skipped: ").map(str::to_owned)
}

#[test]
fn dead_and_foreign_handles_are_left_out() {
    for (lines, expected) in [
        ("Move s t 0", "t is not set"),
        ("t = OpenTable s d \"T\"\nCloseTable s t\nMove s t 0", "t is dead"),
        ("t = OpenTable s d \"T\"\nMove s2 t 0", "t is not a cursor of s2"),
        (
            "t = OpenTable s d \"T\"\nCloseDatabase s d 0\nMove s t 0",
            "t is dead",
        ),
        ("EndSession s 0\nBeginTransaction s", "s is dead"),
        ("Term i\nBeginTransaction s", "s is dead"),
        (
            "DetachDatabase s \"b\\\\d.edb\"\nCloseDatabase s d 0",
            "d is dead",
        ),
        (
            "t = OpenTable s d \"T\"\nu = Let t\nCloseTable s t\nMove s u 0",
            "u is dead",
        ),
        (
            "t = OpenTable s d \"T\"\nRetrieveColumns s t 4 c:1",
            "c is not set",
        ),
    ] {
        assert_eq!(reason(lines).as_deref(), Some(expected), "{lines}");
    }
}

#[test]
fn other_calls_are_made() {
    for lines in [
        "t = OpenTable s d \"T\"\nMove s t JET_MoveFirst",
        "DetachDatabase s \"other.edb\"\nCloseDatabase s d 0",
        "t = OpenTable s d \"T\"\nSeek s t gone|1",
        "Print gone",
    ] {
        assert_eq!(reason(lines), None, "{lines}");
    }
}

#[test]
fn rollback_ends_the_cursors_of_its_level() {
    let opened = "BeginTransaction s\nt = OpenTable s d \"T\"\n";
    assert_eq!(
        reason(&format!("{opened}Rollback s 0\nMove s t 0")).as_deref(),
        Some("t is dead")
    );
    let committed =
        "BeginTransaction s\nBeginTransaction s\nt = OpenTable s d \"T\"\nCommitTransaction s 0\n";
    assert_eq!(
        reason(&format!("{committed}CommitTransaction s 0\nMove s t 0")),
        None
    );
    assert_eq!(
        reason(&format!("{committed}Rollback s 0\nMove s t 0")).as_deref(),
        Some("t is dead")
    );
    let waited =
        "BeginTransaction s\nt = OpenTable s d \"T\"\nCommitTransaction s JET_bitWaitLastLevel0Commit\n";
    assert_eq!(
        reason(&format!("{waited}Rollback s 0\nMove s t 0")).as_deref(),
        Some("t is dead")
    );
}

#[test]
fn an_update_with_long_values_is_not_committed() {
    let pending = Some("an update with long values is pending");
    let begun = "t = OpenTable s d \"T\"\nBeginTransaction s\nPrepareUpdate s t JET_prepInsert\n";
    for (lines, expected) in [
        ("SetColumn s t 1 fill:00*61", pending),
        ("SetColumn s t 1 fill:00*60", None),
        ("SetColumn s t 1 x:00 1", pending),
        ("SetColumns s t 1=x:00", pending),
        ("PrepareUpdate s t JET_prepInsertCopy", pending),
        ("SetColumns s t 1=x:00\nUpdate s t", None),
        ("SetColumns s t 1=x:00\nPrepareUpdate s t JET_prepCancel", None),
        ("SetColumns s t 1=x:00\nBeginTransaction s", None),
        (
            "BeginTransaction s\nPrepareUpdate s t JET_prepInsertCopy\nRollback s 0",
            None,
        ),
    ] {
        let answer = reason(&format!("{begun}{lines}\nCommitTransaction s 0"));
        assert_eq!(answer.as_deref(), expected, "{lines}");
    }
}
