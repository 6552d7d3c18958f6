//! Transaction levels: order of checks, what the engine is asked, to whom a transaction belongs, failures; and the end
//! of a session in the middle of one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use std::sync::Arc;

use common::{MAIN, OTHER, TestEngine, World, refusal, world};
use jet_session::options::{BeginBits, CommitBits, RollbackBits, StopBits, TermBits};
use jet_session::params::ParamId;
use jet_session::{Argument, CallError, Entry, Fatal, Handle, LEVEL_MAX, Session, SessionError};

fn session() -> (World, Handle, Arc<Session<TestEngine>>) {
    let world = world();
    let instance = world.running("a");
    let session = world.session(instance);
    world.stage.take_events();
    (world, instance, session)
}

const PLAIN: BeginBits = BeginBits(0);
const COMMIT: CommitBits = CommitBits(0);
const ONE: RollbackBits = RollbackBits(0);

#[test]
fn seven_levels_and_no_more() {
    let (_world, _, session) = session();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    for level in 1..=LEVEL_MAX {
        call.begin(PLAIN).unwrap();
        assert_eq!((call.state().level(), session.level()), (level, level));
    }
    assert_eq!(LEVEL_MAX, 7);
    assert_eq!(refusal(call.begin(PLAIN)), SessionError::TransactionTooDeep);
    call.roll_back(ONE).unwrap();
    assert_eq!(session.level(), 6);
    call.roll_back(RollbackBits::ALL).unwrap();
    assert_eq!(refusal(call.roll_back(ONE)), SessionError::NotInTransaction);
}

#[test]
fn only_the_first_level_says_whether_it_reads_only() {
    let (world, _, session) = session();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    call.begin(BeginBits::READ_ONLY | BeginBits(0x8000_0002)).unwrap();
    call.begin(PLAIN).unwrap();
    assert_eq!(
        call.state().check_update(),
        Err(SessionError::TransactionReadOnly)
    );
    call.roll_back(RollbackBits::ALL).unwrap();
    assert_eq!(call.state().check_update(), Ok(()));
    call.begin(PLAIN).unwrap();
    call.begin(BeginBits::READ_ONLY).unwrap();
    assert_eq!(call.state().check_update(), Ok(()));
    let begun = world.stage.take_events();
    assert_eq!(begun[0], "begin Begin { level: 1, is_read_only: true }");
    assert_eq!(begun[1], "begin Begin { level: 2, is_read_only: true }");
    assert_eq!(begun[5], "begin Begin { level: 2, is_read_only: false }");
}

#[test]
fn commit_checks_its_bits_then_the_level_then_the_delay() {
    let (_world, _, session) = session();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    for bits in [0x4, 0x8000_0000, 0x2 | 0x8, 0x2 | 0x1, 0x8 | 0x1, 0x10 | 0x20] {
        let answer = call.commit(CommitBits(bits), 0);
        assert_eq!(refusal(answer), SessionError::InvalidOptions, "{bits:#x}");
    }
    assert_eq!(refusal(call.commit(COMMIT, 5)), SessionError::NotInTransaction);
    call.begin(PLAIN).unwrap();
    let delay = SessionError::InvalidParameter(Argument::Delay);
    assert_eq!(refusal(call.commit(COMMIT, 5)), delay);
    assert_eq!(session.level(), 1);
    call.commit(CommitBits::LAZY, 5).unwrap();
}

#[test]
fn waiting_is_no_commit_and_needs_no_transaction() {
    let (world, _, session) = session();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    for bits in [CommitBits::WAIT_OWN, CommitBits::WAIT_ALL, CommitBits::NEW_LOG] {
        call.commit(bits, 0).unwrap();
    }
    assert_eq!(
        world.stage.take_events(),
        ["durable Own", "durable All", "durable NewLog"]
    );
    call.begin(PLAIN).unwrap();
    call.commit(CommitBits::WAIT_OWN, 0).unwrap();
    assert_eq!(session.level(), 1);
    world.stage.fail("durable");
    assert!(matches!(
        call.commit(CommitBits::WAIT_OWN, 0),
        Err(CallError::Engine(_))
    ));
    assert_eq!(session.level(), 1);
}

#[test]
fn the_default_of_the_session_makes_a_commit_lazy() {
    let (world, instance, session) = session();
    let number = ParamId::COMMIT_DEFAULT.number().into();
    world
        .process
        .set_parameter(instance, session.handle(), number, 1, None)
        .unwrap();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    call.begin(PLAIN).unwrap();
    call.commit(CommitBits::REDO_CALLBACK, 0).unwrap();
    assert_eq!(
        world.stage.take_events()[1],
        "commit Commit { level: 1, is_lazy: true, delay_ms: 0, has_redo_callback: true }"
    );
    drop(call);
    let other = world.session(instance);
    let mut call = other.enter(MAIN, Entry::Service).unwrap();
    call.begin(PLAIN).unwrap();
    call.commit(COMMIT, 0).unwrap();
    assert!(
        world
            .stage
            .take_events()
            .pop()
            .unwrap()
            .contains("is_lazy: false")
    );
}

#[test]
fn a_failed_commit_leaves_the_level_open() {
    let (world, _, session) = session();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    call.begin(PLAIN).unwrap();
    world.stage.fail("commit");
    assert!(matches!(call.commit(COMMIT, 0), Err(CallError::Engine(_))));
    assert_eq!(session.level(), 1);
    call.roll_back(ONE).unwrap();
}

#[test]
fn a_failed_begin_opens_nothing_and_binds_nobody() {
    let (world, _, session) = session();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    world.stage.fail("begin");
    assert!(matches!(call.begin(PLAIN), Err(CallError::Engine(_))));
    assert_eq!(session.level(), 0);
    drop(call);
    world.stage.failing.lock().clear();
    let mut call = session.enter(OTHER, Entry::Service).unwrap();
    call.begin(PLAIN).unwrap();
}

#[test]
fn after_a_failed_rollback_the_session_can_do_nothing() {
    let (world, instance, session) = session();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    call.begin(PLAIN).unwrap();
    call.begin(PLAIN).unwrap();
    world.stage.fail("rollback");
    assert!(matches!(
        call.roll_back(RollbackBits::ALL),
        Err(CallError::Engine(_))
    ));
    world.stage.failing.lock().clear();
    let failed = SessionError::RollbackFailed;
    assert_eq!(refusal(call.begin(PLAIN)), failed);
    assert_eq!(refusal(call.commit(COMMIT, 0)), failed);
    assert_eq!(refusal(call.roll_back(ONE)), failed);
    drop(call);
    assert_eq!(refusal(world.process.end_session(session.handle(), MAIN)), failed);
    assert_eq!(session.level(), 2);
    // Others go on, unless the engine says that it is fatal.
    world.session(instance);
}

#[test]
fn a_fatal_rollback_makes_the_instance_unavailable() {
    let (world, instance, session) = session();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    call.begin(PLAIN).unwrap();
    world.stage.fail("rollback");
    *world.stage.fatal.lock() = Some(Fatal::Failure);
    assert!(call.roll_back(ONE).is_err());
    drop(call);
    let unavailable = SessionError::Unavailable(Fatal::Failure);
    assert_eq!(refusal(world.process.begin_session(instance)), unavailable);
    let answer = world.process.term(instance, TermBits::ABRUPT);
    assert_eq!(refusal(answer), SessionError::DirtyShutdown);
}

#[test]
fn an_update_without_versions_that_failed_must_be_rolled_back() {
    let (_world, _, session) = session();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    call.state().require_rollback();
    call.begin(PLAIN).unwrap();
    call.begin(PLAIN).unwrap();
    call.state().require_rollback();
    assert_eq!(refusal(call.commit(COMMIT, 0)), SessionError::MustRollback);
    call.roll_back(ONE).unwrap();
    assert_eq!(refusal(call.commit(COMMIT, 0)), SessionError::MustRollback);
    call.roll_back(ONE).unwrap();
    call.begin(PLAIN).unwrap();
    call.commit(COMMIT, 0).unwrap();
}

#[test]
fn levels_decide_what_may_be_done() {
    let (_world, _, session) = session();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    assert_eq!(
        call.state().check_in_transaction(),
        Err(SessionError::NotInTransaction)
    );
    assert_eq!(call.state().check_outside_transaction(), Ok(()));
    call.begin(PLAIN).unwrap();
    assert_eq!(call.state().check_in_transaction(), Ok(()));
    assert_eq!(
        call.state().check_outside_transaction(),
        Err(SessionError::InTransaction)
    );
}

#[test]
fn a_transaction_belongs_to_its_thread_and_a_session_outside_one_to_nobody() {
    let (_world, _, session) = session();
    session
        .enter(OTHER, Entry::Service)
        .unwrap()
        .begin(PLAIN)
        .unwrap();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    let foreign = SessionError::SharingViolation;
    assert_eq!(refusal(call.begin(PLAIN)), foreign);
    assert_eq!(refusal(call.commit(COMMIT, 0)), foreign);
    assert_eq!(refusal(call.roll_back(ONE)), foreign);
    assert_eq!(call.state().check_owner(MAIN), Err(foreign));
    drop(call);
    session
        .enter(OTHER, Entry::Service)
        .unwrap()
        .commit(COMMIT, 0)
        .unwrap();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    assert_eq!(call.state().check_owner(MAIN), Ok(()));
    call.begin(PLAIN).unwrap();
}

#[test]
fn a_transaction_under_a_context_is_continued_by_who_sets_it() {
    let (_world, _, session) = session();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    call.set_context(7).unwrap();
    call.begin(PLAIN).unwrap();
    call.begin(PLAIN).unwrap();
    call.reset_context().unwrap();
    assert_eq!(refusal(call.commit(COMMIT, 0)), SessionError::SharingViolation);
    drop(call);
    let mut call = session.enter(OTHER, Entry::Service).unwrap();
    call.set_context(8).unwrap();
    assert_eq!(refusal(call.commit(COMMIT, 0)), SessionError::SharingViolation);
    call.reset_context().unwrap();
    call.set_context(7).unwrap();
    call.commit(COMMIT, 0).unwrap();
    call.commit(COMMIT, 0).unwrap();
    assert_eq!(session.level(), 0);
}

#[test]
fn ending_rolls_back_and_closes_and_frees_the_number() {
    let (world, instance, session) = session();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    call.begin(PLAIN).unwrap();
    call.begin(PLAIN).unwrap();
    drop(call);
    world.process.stop_service(instance, StopBits(0)).unwrap();
    world.stage.take_events();
    let foreign = world.process.end_session(session.handle(), OTHER);
    assert_eq!(refusal(foreign), SessionError::SharingViolation);
    world.process.end_session(session.handle(), MAIN).unwrap();
    assert_eq!(world.stage.take_events(), ["rollback 2", "rollback 1", "close 1"]);
    assert_eq!(
        session.enter(MAIN, Entry::AfterStop).unwrap_err(),
        SessionError::InvalidSession
    );
    let again = world.process.end_session(session.handle(), MAIN);
    assert_eq!(refusal(again), SessionError::InvalidSession);
}

#[test]
fn a_context_keeps_a_session_from_ending_and_none_that_was_reset_does() {
    let (world, _, session) = session();
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    call.set_context(7).unwrap();
    call.begin(PLAIN).unwrap();
    drop(call);
    for thread in [MAIN, OTHER] {
        let answer = world.process.end_session(session.handle(), thread);
        assert_eq!(refusal(answer), SessionError::SessionInUse);
    }
    session
        .enter(MAIN, Entry::Service)
        .unwrap()
        .reset_context()
        .unwrap();
    world.process.end_session(session.handle(), OTHER).unwrap();
}

#[test]
fn a_session_that_could_not_end_is_usable() {
    for step in ["rollback", "close"] {
        let (world, instance, session) = session();
        if step == "rollback" {
            session.enter(MAIN, Entry::Service).unwrap().begin(PLAIN).unwrap();
        }
        world.stage.fail(step);
        let answer = world.process.end_session(session.handle(), MAIN);
        assert!(matches!(answer, Err(CallError::Engine(_))));
        world.stage.failing.lock().clear();
        session.enter(MAIN, Entry::Service).unwrap();
        assert_eq!(world.process.instance(instance).unwrap().session_count(), 1);
    }
}
