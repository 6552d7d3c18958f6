//! Every answer of duplicating a session, each for its reason, and what the new session has.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::mpsc;
use std::thread;

use common::{MAIN, OTHER, refusal, world};
use jet_session::options::{BeginBits, CommitBits, StopBits, TermBits};
use jet_session::params::ParamId;
use jet_session::{Argument, CallError, Entry, Fatal, Handle, Input, SessionError, ThreadId, check_output};

#[test]
fn success_gives_a_session_of_the_same_instance() {
    let world = world();
    let instance = world.running("a");
    let source = world.session(instance);
    let twin = world.process.dup_session(source.handle(), MAIN).unwrap();
    assert_ne!(twin.handle(), source.handle());
    assert_eq!(twin.instance().handle(), instance);
    assert_eq!((source.number().0, twin.number().0), (1, 2));
}

#[test]
fn nothing_of_the_source_is_copied() {
    let world = world();
    let instance = world.running("a");
    let source = world.session(instance);
    let mut call = source.enter(MAIN, Entry::Service).unwrap();
    call.set_parameter(4097, Input::Bytes(&[1, 0, 0, 0])).unwrap();
    call.set_parameter(4101, Input::Bytes(&[9, 0, 0, 0])).unwrap();
    call.set_context(17).unwrap();
    call.begin(BeginBits::default()).unwrap();
    call.begin(BeginBits::default()).unwrap();
    call.parts().1.write(5);
    drop(call);

    let twin = world.process.dup_session(source.handle(), OTHER).unwrap();
    assert_eq!((source.level(), twin.level()), (2, 0));
    assert_eq!(twin.parameter(4097, Some(4)).unwrap(), [0; 4]);
    assert_eq!(twin.parameter(4101, Some(4)).unwrap(), [0; 4]);
    let mut call = twin.enter(OTHER, Entry::Service).unwrap();
    call.begin(BeginBits::default()).unwrap();
    assert_eq!(call.parts().1.read(), [0; 0], "what the source has not committed");
    call.set_context(17).unwrap();
    drop(call);

    world.process.end_session(source.handle(), MAIN).unwrap_err();
    let mut call = source.enter(MAIN, Entry::AfterStop).unwrap();
    call.reset_context().unwrap();
    drop(call);
    world.process.end_session(source.handle(), MAIN).unwrap();
    assert_eq!(twin.level(), 1, "the end of one does not touch the other");
}

#[test]
fn the_commit_default_comes_from_the_instance() {
    let world = world();
    let instance = world.running("a");
    let source = world.session(instance);
    world.set_number(instance, ParamId::COMMIT_DEFAULT, 1);
    world.set_number(instance, ParamId::IO_PRIORITY, 7);
    let twin = world.process.dup_session(source.handle(), MAIN).unwrap();
    assert_eq!(source.parameter(4097, Some(4)).unwrap(), [0; 4]);
    assert_eq!(twin.parameter(4097, Some(4)).unwrap(), [1, 0, 0, 0]);
    assert_eq!(twin.parameter(4108, Some(4)).unwrap(), [1, 0, 0, 0]);
}

#[test]
fn invalid_session_for_handles_of_nothing() {
    let world = world();
    let instance = world.running("a");
    let ended = world.session(instance).handle();
    world.process.end_session(ended, MAIN).unwrap();
    let other = world.running("b");
    let gone = world.session(other).handle();
    world.term(other).unwrap();
    let never = Handle::from_number(ended.number() ^ 1 << 33);
    for handle in [Handle::NONE, Handle::NIL, never, instance, ended, gone] {
        let answer = world.process.dup_session(handle, MAIN);
        assert_eq!(refusal(answer), SessionError::InvalidSession, "{handle:?}");
    }
    // The slot of the ended session is used again; its handle does not find the new one.
    let next = world.session(instance).handle();
    assert_ne!(next, ended);
    let answer = world.process.dup_session(ended, MAIN);
    assert_eq!(refusal(answer), SessionError::InvalidSession);
}

#[test]
fn invalid_parameter_without_a_place_for_the_result() {
    let no_place: Option<u8> = None;
    assert_eq!(
        check_output(no_place),
        Err(SessionError::InvalidParameter(Argument::Output))
    );
    assert_eq!(check_output(Some(1)), Ok(1));
}

#[test]
fn not_initialized_when_the_instance_went_away_under_the_call() {
    let world = world();
    let instance = world.running("a");
    // Found before the end, used after it.
    let session = world.session(instance);
    world.term(instance).unwrap();
    let answer = world.process.dup(&session, MAIN);
    assert_eq!(refusal(answer), SessionError::NotInitialized);
}

/// An instance under restore has no session that could be duplicated, and gets none.
#[test]
fn restore_in_progress_before_there_can_be_a_session() {
    let world = world();
    let instance = world.process.create_instance("a").unwrap();
    let restoring = world.process.begin_restore(instance).unwrap();
    let answer = world.process.begin_session(instance);
    assert_eq!(refusal(answer), SessionError::RestoreInProgress);
    drop(restoring);
    let answer = world.process.begin_session(instance);
    assert_eq!(refusal(answer), SessionError::NotInitialized);
}

#[test]
fn service_stopped_after_a_full_stop_only() {
    let world = world();
    let instance = world.running("a");
    let session = world.session(instance);
    for part in [StopBits::BACKGROUND, StopBits::CACHES, StopBits::EMIT_LOG] {
        world.process.stop_service(instance, part).unwrap();
    }
    world.process.dup(&session, MAIN).unwrap();
    world.process.stop_service(instance, StopBits(0)).unwrap();
    world.process.instance(instance).unwrap().fail(Fatal::Failure);
    let answer = world.process.dup(&session, MAIN);
    assert_eq!(
        refusal(answer),
        SessionError::ServiceStopped,
        "stop comes before fatal"
    );
}

#[test]
fn unavailable_after_a_fatal_error_with_its_first_cause() {
    for cause in [Fatal::Failure, Fatal::LogDiskFull] {
        let world = world();
        let instance = world.running("a");
        let session = world.session(instance);
        *world.stage.fatal.lock() = Some(cause);
        world.stage.fail("begin");
        let mut call = session.enter(MAIN, Entry::Service).unwrap();
        assert!(matches!(call.begin(BeginBits(0)), Err(CallError::Engine(_))));
        drop(call);
        world.process.instance(instance).unwrap().fail(Fatal::Failure);
        let answer = world.process.dup(&session, MAIN);
        assert_eq!(refusal(answer), SessionError::Unavailable(cause));
    }
}

#[test]
fn sharing_violation_while_another_call_is_inside() {
    let world = world();
    let instance = world.running("a");
    let session = world.session(instance);
    let call = session.enter(MAIN, Entry::Service).unwrap();
    for thread in [OTHER, MAIN] {
        let answer = world.process.dup(&session, thread);
        assert_eq!(refusal(answer), SessionError::SharingViolation);
    }
    drop(call);
    world.process.dup(&session, OTHER).unwrap();
}

#[test]
fn an_open_transaction_of_another_thread_is_no_obstacle() {
    let world = world();
    let instance = world.running("a");
    let session = world.session(instance);
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    call.begin(BeginBits::default()).unwrap();
    drop(call);
    world.process.dup(&session, OTHER).unwrap();
}

#[test]
fn out_of_sessions_at_the_quota_exactly_and_no_number_is_lost() {
    for max in [0_u64, 1, 2, 16, 17] {
        let world = world();
        let instance = world.process.create_instance("a").unwrap();
        world.set_number(instance, ParamId::MAX_SESSIONS, max);
        world.process.init(Some(instance), &()).unwrap();
        if max == 0 {
            let answer = world.process.begin_session(instance);
            assert_eq!(refusal(answer), SessionError::OutOfSessions { limit: 0 });
            continue;
        }
        // By both ways alike.
        let first = world.session(instance);
        for index in 1..max {
            let made = match index % 2 {
                0 => world.process.begin_session(instance),
                _ => world.process.dup(&first, MAIN),
            };
            assert_eq!(u64::from(made.unwrap().number().0), index + 1);
        }
        let full = SessionError::OutOfSessions { limit: max };
        assert_eq!(refusal(world.process.dup(&first, MAIN)), full);
        assert_eq!(refusal(world.process.begin_session(instance)), full);
        assert_eq!(
            world.process.instance(instance).unwrap().session_count() as u64,
            max
        );
        world.process.end_session(first.handle(), MAIN).unwrap();
        assert_eq!(
            world.session(instance).number(),
            first.number(),
            "the place is free at once"
        );
    }
}

#[test]
fn out_of_memory_leaves_no_trace() {
    let world = world();
    let instance = world.running("a");
    let session = world.session(instance);
    world.stage.take_events();
    world.outside.is_memory_short.store(true, SeqCst);
    assert_eq!(
        refusal(world.process.dup(&session, MAIN)),
        SessionError::OutOfMemory
    );
    assert_eq!(
        refusal(world.process.begin_session(instance)),
        SessionError::OutOfMemory
    );
    assert!(world.stage.take_events().is_empty(), "the engine was not asked");
    world.outside.is_memory_short.store(false, SeqCst);
    assert_eq!(world.process.dup(&session, MAIN).unwrap().number().0, 2);
}

#[test]
fn an_error_of_the_engine_leaves_no_trace() {
    let world = world();
    let instance = world.running("a");
    let session = world.session(instance);
    world.stage.fail("session");
    let answer = world.process.dup(&session, MAIN);
    assert!(matches!(answer, Err(CallError::Engine(_))));
    world.stage.failing.lock().clear();
    assert_eq!(world.process.dup(&session, MAIN).unwrap().number().0, 2);
}

/// The end of the instance waits for a call inside; while it waits, a duplication is tried.
#[test]
fn term_in_progress_in_a_planned_race() {
    let world = world();
    let instance = world.running("a");
    let spare = world.running("b");
    let session = world.session(instance);
    let inside = world.session(instance);
    let (told, answers) = mpsc::channel();
    let (enter, entered) = mpsc::channel();
    let (leave, left) = mpsc::channel::<()>();
    let busy = {
        let inside = Arc::clone(&inside);
        thread::spawn(move || {
            let call = inside.enter(ThreadId::current(), Entry::Service).unwrap();
            enter.send(()).unwrap();
            left.recv().unwrap();
            drop(call);
        })
    };
    entered.recv().unwrap();
    let process = Arc::clone(&world.process);
    let source = Arc::clone(&session);
    world.outside.plan(move || {
        told.send(refusal(process.dup_session(source.handle(), MAIN)))
            .unwrap();
        told.send(refusal(process.begin_session(instance))).unwrap();
        told.send(refusal(process.term(instance, TermBits::ABRUPT)))
            .unwrap();
        leave.send(()).unwrap();
    });
    world.term(instance).unwrap();
    busy.join().unwrap();
    assert_eq!(
        answers.iter().collect::<Vec<_>>(),
        [SessionError::TermInProgress; 3]
    );
    assert_eq!(
        refusal(world.process.dup_session(session.handle(), MAIN)),
        SessionError::InvalidSession
    );
    world.session(spare);
}

/// The same with threads that run as they like: an answer is success, "in progress" or "gone", and the end comes.
#[test]
fn term_in_progress_in_a_real_race() {
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let world = world();
        let instance = world.process.create_instance("a").unwrap();
        world.set_number(instance, ParamId::MAX_SESSIONS, 30_000);
        world.process.init(Some(instance), &()).unwrap();
        let settling = world.stage.settling.lock();
        let session = world.session(instance);
        let (started, starts) = mpsc::channel();
        let duplicating = {
            let process = Arc::clone(&world.process);
            thread::spawn(move || {
                let mut answers = Vec::new();
                started.send(()).unwrap();
                loop {
                    match process.dup_session(session.handle(), ThreadId::current()) {
                        Ok(twin) => process
                            .end_session(twin.handle(), ThreadId::current())
                            .unwrap_or(()),
                        Err(error) => answers.push(format!("{:?}", error.refusal().unwrap())),
                    }
                    if answers.last().is_some_and(|last| last == "InvalidSession") {
                        return answers;
                    }
                }
            })
        };
        starts.recv().unwrap();
        let ending = {
            let process = Arc::clone(&world.process);
            thread::spawn(move || process.term(instance, TermBits::ABRUPT))
        };
        // The end is held here until the phase is seen by all.
        while world.process.instance(instance).unwrap().phase() == jet_session::Phase::Running {
            thread::yield_now();
        }
        let answer = world.process.begin_session(instance);
        assert_eq!(refusal(answer), SessionError::TermInProgress);
        drop(settling);
        ending.join().unwrap().unwrap();
        seen.extend(duplicating.join().unwrap());
    }
    assert!(seen.contains("TermInProgress"), "{seen:?}");
    for answer in &seen {
        let is_expected = ["TermInProgress", "NotInitialized", "InvalidSession"].contains(&answer.as_str());
        assert!(is_expected, "{answer}");
    }
}

#[test]
fn a_commit_of_the_source_is_seen_by_the_next_transaction_of_the_twin() {
    let world = world();
    let instance = world.running("a");
    let source = world.session(instance);
    let twin = world.process.dup(&source, MAIN).unwrap();
    let mut call = source.enter(MAIN, Entry::Service).unwrap();
    call.begin(BeginBits::default()).unwrap();
    call.parts().1.write(5);
    let mut other = twin.enter(MAIN, Entry::Service).unwrap();
    other.begin(BeginBits::default()).unwrap();
    assert_eq!(call.commit(CommitBits(0), 0).unwrap(), Some(0));
    assert_eq!(other.parts().1.read(), [0; 0], "its view is older");
    assert_eq!(other.commit(CommitBits(0), 0).unwrap(), None);
    other.begin(BeginBits::default()).unwrap();
    assert_eq!(other.parts().1.read(), [5]);
}
