//! Recordings replayed against themselves: this proves the language of scripts, the guard and the writing of answers without
//! an engine. All recordings beside the repository are used where they are there.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::Path;
use std::sync::OnceLock;

use jet_trace::compare::{Entry, entries};
use jet_trace::judge::{judge, judge_recording};
use jet_trace::recorded::Recorded;
use jet_trace::replay::replay;
use jet_trace::script::Script;
use jet_trace::sources::{Source, default_folder, load};

fn committed() -> Vec<Source> {
    load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/traces")).unwrap()
}

/// Every recording, and what its replay against itself gave.
fn all() -> &'static [(Source, String)] {
    static ALL: OnceLock<Vec<(Source, String)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut sources = committed();
        sources.extend(load(&default_folder()).unwrap());
        let replayed = sources.into_iter().map(|source| {
            let script = Script::parse(&source.script).unwrap();
            let replay = replay(&script, &mut Recorded::new(&source.transcript), Path::new(""));
            (source, replay.transcript)
        });
        replayed.collect()
    })
}

fn skipped(transcript: &str) -> Vec<(usize, String)> {
    let entries = entries(transcript);
    let answers = entries.iter().enumerate();
    let skipped = answers.filter_map(|(index, entry)| Some((index, (*entry.answer.first()?).to_owned())));
    skipped
        .filter(|(_, answer)| answer.starts_with("  -- skipped: "))
        .collect()
}

#[test]
fn a_recording_agrees_with_itself() {
    for (source, _) in all() {
        let verdict = judge_recording(source).unwrap();
        assert_eq!(verdict.differ, 0, "{}: {:?}", source.name, verdict.first);
        assert!(
            verdict.explained.is_empty() && verdict.unsupported.is_empty(),
            "{}",
            source.name
        );
        assert_eq!(verdict.agree, verdict.calls);
        assert!(verdict.calls > 0, "{}", source.name);
    }
}

#[test]
fn what_is_copied_from_the_script_is_copied_exactly() {
    let comments = |text: &str| {
        let lines = text
            .lines()
            .filter(|line| line.starts_with('#') || line.starts_with("> "));
        lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>()
    };
    for (source, replayed) in all() {
        assert_eq!(
            comments(replayed),
            comments(&source.transcript),
            "{}",
            source.name
        );
    }
}

#[test]
fn the_guard_leaves_out_what_the_recorder_left_out() {
    let mut count = 0;
    for (source, replayed) in all() {
        let recorded = skipped(&source.transcript);
        assert_eq!(skipped(replayed), recorded, "{}", source.name);
        count += recorded.len();
    }
    assert!(count > 0, "no script leaves out a call");
}

#[test]
fn a_changed_answer_is_found_at_its_call() {
    // Digests of quiet loops differ in any case.
    let is_plain = |source: &Source| !source.script.contains("qrepeat ");
    for source in committed().into_iter().filter(is_plain) {
        let calls = entries(&source.transcript).len() - 1;
        for changed in [1, calls / 2, calls] {
            let mut mutated = source.clone();
            let at = entries(&source.transcript).get(changed).unwrap().line;
            // The line below the call gets a word more.
            let lines = source.transcript.lines().enumerate();
            let lines = lines.map(|(index, line)| {
                if index == at {
                    format!("{line} x")
                } else {
                    line.to_owned()
                }
            });
            mutated.transcript = lines.collect::<Vec<_>>().join("\n");
            let mut machine = Recorded::new(&source.transcript);
            let verdict = judge(&mutated, &mut machine, Path::new("")).unwrap();
            let first = verdict.first.unwrap();
            assert_eq!(
                (verdict.differ, first.call, first.line),
                (1, changed, at),
                "{}",
                source.name
            );
            assert_eq!(first.before.len(), (changed - 1).min(20));
        }
    }
}

#[test]
fn a_changed_script_leaves_its_recording() {
    let mut source = committed().swap_remove(0);
    source.script = source.script.replacen("Init inst", "Init2 inst 0", 1);
    assert!(judge_recording(&source).unwrap().differ > 0);
}

#[test]
fn quiet_loops_are_counted_and_digested() {
    let kinds = |entry: &Entry<'_>| {
        let counts = entry.answer.iter().filter(|line| line.starts_with("     ["));
        counts.map(|line| (*line).to_owned()).collect::<Vec<_>>()
    };
    let (mut counted, mut digested) = (0, 0);
    for (source, replayed) in all() {
        for (golden, mine) in entries(&source.transcript).iter().zip(&entries(replayed)) {
            let counts = kinds(golden);
            // Where one command had several answers their order is not recorded.
            let is_known = counts.iter().all(|line| line.split_whitespace().count() == 2);
            if !golden.call.starts_with("qrepeat ") || !is_known {
                continue;
            }
            assert_eq!(kinds(mine), counts, "{}: {}", source.name, golden.call);
            counted += 1;
            // The whole text of an answer is known where the guard gave it.
            if counts.iter().all(|line| line.contains(" skipped=")) {
                assert_eq!(mine.answer, golden.answer, "{}: {}", source.name, golden.call);
                digested += 1;
            }
        }
    }
    assert!(
        counted > 0 && digested > 0,
        "{counted} loops counted, {digested} digested"
    );
}
