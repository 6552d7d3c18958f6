//! Many threads begin, use, duplicate and end sessions while instances end and begin under them.
//!
//! No answer may be one that no order of the calls explains, nothing may hang, and nobody may be inside an engine
//! that has stopped.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

use common::{TestProcess, TestResult, World, world};
use jet_session::options::{BeginBits, CommitBits, TermBits};
use jet_session::{CallError, Entry, Handle, SessionError, ThreadId};

#[test]
fn nobody_is_inside_a_stopped_engine_and_every_answer_has_a_reason() {
    for round in 0..6 {
        let World { process, stage, .. } = world();
        // Keeps the mode, and tells the fate of one instance from that of all.
        let spare = process.create_instance("spare").unwrap();
        let is_over = Arc::new(AtomicBool::new(false));
        let workers: Vec<_> = (0..4)
            .map(|worker| {
                let (process, is_over) = (Arc::clone(&process), Arc::clone(&is_over));
                thread::spawn(move || work(&process, &is_over, worker))
            })
            .collect();
        let mut ended = 0;
        for life in 0..30 {
            let instance = process.create_instance(&format!("life {life}")).unwrap();
            NEWEST.store(instance.number(), SeqCst);
            process.init(Some(instance), &()).unwrap();
            // Long enough that others come in.
            for _ in 0..(life * 7 + round) % 40 {
                thread::yield_now();
            }
            match process.term(instance, TermBits::ABRUPT) {
                Ok(()) => ended += 1,
                Err(error) => {
                    assert_eq!(error.refusal(), Some(SessionError::TooManyActiveUsers));
                    let dirty = process.term(instance, TermBits::DIRTY).unwrap_err();
                    assert_eq!(dirty.refusal(), Some(SessionError::DirtyShutdown));
                }
            }
            let events = stage.take_events();
            let after = events.iter().skip_while(|event| !event.starts_with("stop"));
            assert_eq!(after.count(), 1, "the stop is the last that is asked: {events:?}");
        }
        is_over.store(true, SeqCst);
        let used: usize = workers.into_iter().map(|worker| worker.join().unwrap()).sum();
        assert!(process.instance(spare).is_ok());
        println!("round {round}: {used} calls went through, {ended} clean ends");
    }
}

/// The instance that is in service, or just was.
static NEWEST: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

/// Uses whatever is in service until it is over; returns how often that worked.
fn work(process: &TestProcess, is_over: &AtomicBool, worker: usize) -> usize {
    let mut used = 0;
    while !is_over.load(SeqCst) {
        match one_session(process, worker) {
            Ok(()) => used += 1,
            Err(CallError::Session(
                SessionError::InvalidSession
                | SessionError::InvalidParameter(_)
                | SessionError::NotInitialized
                | SessionError::TermInProgress
                | SessionError::OutOfSessions { .. },
            )) => thread::yield_now(),
            Err(other) => panic!("no order of the calls explains: {other}"),
        }
    }
    used
}

fn one_session(process: &TestProcess, worker: usize) -> TestResult<()> {
    let thread = ThreadId::current();
    let session = process.begin_session(Handle::from_number(NEWEST.load(SeqCst)))?;
    let twin = process.dup(&session, thread)?;
    let mut call = twin.enter(thread, Entry::Service)?;
    call.begin(BeginBits(0))?;
    call.parts().1.write(u32::try_from(worker).unwrap());
    drop(call);
    // The end may begin here; then the transaction stays open, and the end is refused.
    let mut call = twin.enter(thread, Entry::Service)?;
    call.commit(CommitBits::LAZY, 0)?;
    drop(call);
    process.end_session(session.handle(), thread)?;
    process.end_session(twin.handle(), thread)
}
