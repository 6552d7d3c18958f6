//! The life of instances: modes, names, limits, paths, initialisation, restore, stop and end.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use std::sync::Arc;

use common::{MAIN, refusal, world};
use jet_session::engine::{Backup, InitNote};
use jet_session::options::{BeginBits, StopBits, TermBits};
use jet_session::params::{ParamId, Value};
use jet_session::{CallError, Entry, Fatal, Handle, Mode, PathRole, Phase, SessionError, Setting};

#[test]
fn the_mode_is_set_by_the_first_instance_and_open_again_after_the_last() {
    let world = world();
    let process = &world.process;
    assert_eq!(process.mode(), Mode::NotSet);
    let a = process.create_instance("a").unwrap();
    let b = process.create_instance("b").unwrap();
    assert_eq!(process.mode(), Mode::Multi);
    assert_eq!(refusal(process.init(None, &())), SessionError::MultiInstanceMode);
    for nil in [Handle::NONE, Handle::NIL] {
        let answer = process.init(Some(nil), &());
        assert!(matches!(refusal(answer), SessionError::InvalidParameter(_)));
    }
    world.term(a).unwrap();
    assert_eq!(process.mode(), Mode::Multi);
    world.term(b).unwrap();
    assert_eq!(process.mode(), Mode::NotSet);

    let (single, note) = process.init(None, &()).unwrap();
    assert_eq!((process.mode(), note), (Mode::Single, InitNote::Complete));
    assert_eq!(refusal(process.init(None, &())), SessionError::AlreadyInitialized);
    assert_eq!(
        refusal(process.init(Some(single), &())),
        SessionError::AlreadyInitialized
    );
    assert_eq!(
        process.create_instance("c"),
        Err(SessionError::SingleInstanceMode)
    );
    for handle in [Handle::NONE, Handle::NIL, single] {
        assert_eq!(process.instance(handle).unwrap().handle(), single);
    }
    assert!(process.instance(a).is_err(), "a wrong handle is no nil one");
    world.term(Handle::NONE).unwrap();
    assert_eq!(process.mode(), Mode::NotSet);
}

#[test]
fn a_first_instance_that_cannot_be_had_leaves_the_mode_open() {
    let world = world();
    world
        .outside
        .is_memory_short
        .store(true, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(world.process.create_instance("a"), Err(SessionError::OutOfMemory));
    assert_eq!(refusal(world.process.init(None, &())), SessionError::OutOfMemory);
    assert_eq!(world.process.mode(), Mode::NotSet);
}

#[test]
fn names_are_compared_exactly_and_the_limit_comes_before_them() {
    let world = world();
    world.set_number(Handle::NONE, ParamId::MAX_INSTANCES, 3);
    for name in ["a", "A", ""] {
        world.process.create_instance(name).unwrap();
    }
    let full = Err(SessionError::TooManyInstances { limit: 3 });
    assert_eq!(world.process.create_instance("a"), full);
    let first = world.process.create_instance("b");
    assert_eq!(first, full);
}

#[test]
fn a_name_in_use_is_refused_and_free_after_the_end() {
    let world = world();
    let a = world.process.create_instance("a").unwrap();
    assert_eq!(world.process.create_instance("a"), Err(SessionError::NameInUse));
    world.process.create_instance("").unwrap();
    assert_eq!(world.process.create_instance(""), Err(SessionError::NameInUse));
    world.term(a).unwrap();
    world.process.create_instance("a").unwrap();
}

#[test]
fn a_new_instance_copies_the_parameters_of_the_process() {
    let world = world();
    world.set_number(Handle::NONE, ParamId::MAX_SESSIONS, 7);
    let a = world.process.create_instance("a").unwrap();
    let number = |handle, id: ParamId| world.process.parameter(handle, Handle::NONE, id.number().into());
    world.set_number(Handle::NONE, ParamId::MAX_SESSIONS, 8);
    assert_eq!(number(a, ParamId::MAX_SESSIONS), Ok(Value::Number(7)));
    assert_eq!(number(Handle::NONE, ParamId::MAX_SESSIONS), Ok(Value::Number(8)));
}

#[test]
fn before_init_only_parameters_and_the_end_work() {
    let world = world();
    let a = world.process.create_instance("a").unwrap();
    assert_eq!(
        refusal(world.process.begin_session(a)),
        SessionError::NotInitialized
    );
    world.set_number(a, ParamId::MAX_SESSIONS, 7);
    world.term(a).unwrap();
    let gone = world.process.begin_session(a);
    assert!(matches!(refusal(gone), SessionError::InvalidParameter(_)));
    assert!(world.stage.take_events().is_empty(), "there was no engine");
}

#[test]
fn a_failed_start_takes_the_instance_with_it() {
    let world = world();
    let a = world.process.create_instance("a").unwrap();
    world.stage.fail("start");
    assert!(matches!(
        world.process.init(Some(a), &()),
        Err(CallError::Engine(_))
    ));
    assert!(matches!(
        refusal(world.term(a)),
        SessionError::InvalidParameter(_)
    ));
    assert_eq!(world.process.mode(), Mode::NotSet);
    assert!(world.process.init(None, &()).is_err());
    assert_eq!(world.process.mode(), Mode::NotSet);
}

#[test]
fn paths_of_instances_in_service_are_not_shared() {
    let world = world();
    world.running("a");
    let attempt = |texts: &[(ParamId, &str)]| {
        let b = world.process.create_instance("b").unwrap();
        for (id, text) in texts {
            world.set_text(b, *id, text);
        }
        let made = world.process.init(Some(b), &());
        let answer = made.map(|(handle, _)| handle);
        if answer.is_err() {
            assert!(world.process.instance(b).is_err(), "the instance is gone");
        }
        answer
    };
    let shared = |role| SessionError::PathInUse(role);
    let temp = (ParamId::TEMP_PATH, ".\\x\\");
    let system = (ParamId::SYSTEM_PATH, "C:/trace/b");
    let same = (ParamId::SYSTEM_PATH, ".\\a");
    let log = (ParamId::LOG_FILE_PATH, "b\\..\\b");
    assert_eq!(refusal(attempt(&[same])), shared(PathRole::Temp));
    assert_eq!(refusal(attempt(&[same, temp])), shared(PathRole::System));
    let same_log = (ParamId::LOG_FILE_PATH, "a");
    assert_eq!(refusal(attempt(&[system, temp, same_log])), shared(PathRole::Log));
    let b = attempt(&[system, temp, log]).unwrap();
    world.term(b).unwrap();
    // Without temporary tables and logs there is nothing to share.
    let c = world.process.create_instance("c").unwrap();
    world.set_text(c, ParamId::SYSTEM_PATH, "a");
    world.set_number(c, ParamId::MAX_TEMPORARY_TABLES, 0);
    world.set_text(c, ParamId::RECOVERY, "off");
    world.process.init(Some(c), &()).unwrap();
}

#[test]
fn an_instance_that_was_only_made_holds_no_path() {
    let world = world();
    world.process.create_instance("idle").unwrap();
    let a = world.process.create_instance("a").unwrap();
    world.process.init(Some(a), &()).unwrap();
    assert_eq!(world.stage.take_events(), ["start a C:\\trace\\"]);
}

#[test]
fn a_restore_keeps_all_others_out() {
    let world = world();
    let a = world.process.create_instance("a").unwrap();
    let restoring = world.process.begin_restore(a).unwrap();
    assert_eq!(restoring.instance().phase(), Phase::Restoring);
    let busy = SessionError::RestoreInProgress;
    assert_eq!(refusal(world.process.begin_session(a)), busy);
    assert_eq!(refusal(world.process.init(Some(a), &())), busy);
    assert_eq!(refusal(world.term(a)), busy);
    assert_eq!(refusal(world.process.begin_restore(a)), busy);
    assert_eq!(world.process.parameter(a, Handle::NONE, 5), Err(busy));
    drop(restoring);
    world.process.init(Some(a), &()).unwrap();
    assert_eq!(
        refusal(world.process.begin_restore(a)),
        SessionError::AlreadyInitialized
    );
}

#[test]
fn the_end_closes_sessions_and_their_handles() {
    let world = world();
    let a = world.running("a");
    let sessions = [world.session(a), world.session(a)];
    world.stage.take_events();
    world.process.term(a, TermBits::COMPLETE).unwrap();
    assert_eq!(
        world.stage.take_events(),
        ["settle true", "close 1", "close 2", "stop Clean"]
    );
    for session in &sessions {
        assert_eq!(session.instance().phase(), Phase::Gone);
        assert_eq!(
            world.process.session(session.handle()).unwrap_err(),
            SessionError::InvalidSession
        );
    }
    assert!(matches!(
        refusal(world.term(a)),
        SessionError::InvalidParameter(_)
    ));
}

#[test]
fn an_open_transaction_stops_every_end_but_a_dirty_one() {
    let world = world();
    let a = world.running("a");
    let session = world.session(a);
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    call.begin(BeginBits::READ_ONLY).unwrap();
    drop(call);
    for bits in [
        TermBits(0),
        TermBits::COMPLETE,
        TermBits::ABRUPT,
        TermBits::STOP_BACKUP,
        TermBits(0x100),
    ] {
        world.stage.take_events();
        assert_eq!(
            refusal(world.process.term(a, bits)),
            SessionError::TooManyActiveUsers
        );
        assert_eq!(world.stage.take_events().last().unwrap(), "unsettle");
        assert_eq!(session.instance().phase(), Phase::Running);
        world.process.dup(&session, MAIN).unwrap();
    }
    assert!(session.instance().is_backup_refused());
    assert_eq!(
        refusal(world.process.term(a, TermBits::DIRTY)),
        SessionError::DirtyShutdown
    );
    assert_eq!(world.stage.take_events().last().unwrap(), "stop Dirty");
    assert_eq!(session.instance().phase(), Phase::Gone);
}

#[test]
fn a_backup_stops_an_end_that_does_not_stop_it() {
    for is_surrogate in [false, true] {
        let world = world();
        let a = world.running("a");
        let busy = SessionError::BackupInProgress { is_surrogate };
        *world.stage.backup.lock() = Some(Backup { is_surrogate });
        for bits in [TermBits(0), TermBits::COMPLETE] {
            assert_eq!(refusal(world.process.term(a, bits)), busy);
        }
        assert!(world.process.instance(a).unwrap().is_backup_refused());
        world.stage.take_events();
        world.process.term(a, TermBits::STOP_BACKUP).unwrap();
        assert_eq!(world.stage.take_events(), ["abort", "settle true", "stop Clean"]);
    }
    let world = world();
    let a = world.running("a");
    *world.stage.backup.lock() = Some(Backup { is_surrogate: false });
    assert_eq!(
        refusal(world.process.term(a, TermBits::DIRTY)),
        SessionError::DirtyShutdown
    );
}

#[test]
fn versions_that_remain_matter_to_a_complete_end_only() {
    for (bits, end) in [
        (TermBits::COMPLETE, "stop AfterError"),
        (TermBits::ABRUPT, "stop Clean"),
    ] {
        let world = world();
        let a = world.running("a");
        world.stage.fail("settle");
        let answer = world.process.term(a, bits);
        assert_eq!(answer.is_err(), bits == TermBits::COMPLETE);
        assert_eq!(world.stage.take_events().last().unwrap(), end);
        assert!(world.process.instance(a).is_err());
    }
}

#[test]
fn an_unavailable_instance_ends_only() {
    let world = world();
    let a = world.running("a");
    let session = world.session(a);
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    call.begin(BeginBits(0)).unwrap();
    drop(call);
    session.instance().fail(Fatal::LogDiskFull);
    let unavailable = SessionError::Unavailable(Fatal::LogDiskFull);
    assert_eq!(refusal(world.process.begin_session(a)), unavailable);
    assert_eq!(session.enter(MAIN, Entry::AfterStop).unwrap_err(), unavailable);
    assert_eq!(
        refusal(world.process.end_session(session.handle(), MAIN)),
        unavailable
    );
    world.stage.take_events();
    assert_eq!(
        refusal(world.process.term(a, TermBits::COMPLETE)),
        SessionError::DirtyShutdown
    );
    assert_eq!(world.stage.take_events(), ["settle false", "stop AfterError"]);
}

#[test]
fn errors_past_the_point_of_no_return_take_the_instance_with_them() {
    for step in ["close", "stop"] {
        let world = world();
        let a = world.running("a");
        world.session(a);
        world.stage.fail(step);
        assert!(matches!(world.term(a), Err(CallError::Engine(_))));
        assert!(world.process.instance(a).is_err());
        let end = world.stage.take_events().pop().unwrap();
        assert_eq!(
            end,
            if step == "close" {
                "stop AfterError"
            } else {
                "stop Clean"
            }
        );
    }
}

#[test]
fn after_a_full_stop_only_closing_and_undoing_works() {
    let world = world();
    let a = world.running("a");
    let session = world.session(a);
    world.stage.take_events();
    world.process.stop_service(a, StopBits(0)).unwrap();
    assert_eq!(
        world.stage.take_events(),
        ["service Background false", "service Caches false"]
    );
    let stopped = SessionError::ServiceStopped;
    assert_eq!(refusal(world.process.begin_session(a)), stopped);
    assert_eq!(session.enter(MAIN, Entry::Service).unwrap_err(), stopped);
    assert_eq!(session.parameter(4097, Some(4)), Err(stopped));
    world.set_number(a, ParamId::CHECKPOINT_DEPTH_MAX, 5);
    assert_eq!(world.process.stop_service(a, StopBits::RESUME), Err(stopped));
    let parts = StopBits::RESUME | StopBits::CACHES;
    world.process.stop_service(a, parts).unwrap();
    assert_eq!(
        session.enter(MAIN, Entry::Service).unwrap_err(),
        stopped,
        "calls stay refused"
    );
    world.process.stop_service(a, StopBits(0)).unwrap();
    session.enter(MAIN, Entry::AfterStop).unwrap();
    world.process.end_session(session.handle(), MAIN).unwrap();
    world.term(a).unwrap();
}

#[test]
fn parts_that_were_stopped_go_on_when_told() {
    let world = world();
    let a = world.running("a");
    world.stage.take_events();
    let stop = |bits| world.process.stop_service(a, bits);
    stop(StopBits::BACKGROUND | StopBits::CACHES).unwrap();
    stop(StopBits::RESUME | StopBits::CACHES).unwrap();
    stop(StopBits::RESUME).unwrap();
    stop(StopBits::RESUME).unwrap();
    assert_eq!(
        world.stage.take_events(),
        [
            "service Background false",
            "service Caches false",
            "service Caches true",
            "service Background true"
        ]
    );
    for bits in [
        StopBits(0x1),
        StopBits(0x10),
        StopBits(0x4000_0000),
        StopBits::EMIT_LOG | StopBits::CACHES,
        StopBits::EMIT_LOG | StopBits::RESUME,
    ] {
        assert_eq!(stop(bits), Err(SessionError::InvalidOptions), "{bits:?}");
    }
    stop(StopBits::EMIT_LOG).unwrap();
    assert_eq!(stop(StopBits::RESUME), Err(SessionError::ServiceStopped));
    world.session(a);
}

#[test]
fn the_old_stop_makes_the_checkpoint_shallow_in_any_phase() {
    let world = world();
    assert!(matches!(
        world.process.stop_single_service(),
        Err(SessionError::InvalidParameter(_))
    ));
    let a = world.process.create_instance("a").unwrap();
    assert_eq!(
        world.process.stop_single_service(),
        Err(SessionError::MultiInstanceMode)
    );
    world.process.stop_all_service(a).unwrap();
    world.process.stop_all_service(a).unwrap();
    let depth = world.process.parameter(a, Handle::NONE, 24);
    assert_eq!(depth, Ok(Value::Number(16_384)));
    world.process.init(Some(a), &()).unwrap();
    assert_eq!(
        refusal(world.process.begin_session(a)),
        SessionError::ServiceStopped
    );
}

#[test]
fn multi_instance_mode_takes_parameters_in_order() {
    let world = world();
    let setting = |id: ParamId, value| Setting {
        number: id.number().into(),
        value,
        text: None,
    };
    let page = setting(ParamId::DATABASE_PAGE_SIZE, 8192);
    let bad = setting(ParamId::MAX_INSTANCES, 0);
    let sessions = setting(ParamId::MAX_SESSIONS, 5);
    let enable = |settings: &[Setting<'_>]| {
        let mut answers = Vec::new();
        let answer = world.process.enable_multi_instance(Some(settings), &mut answers);
        (answer, answers)
    };
    let (answer, answers) = enable(&[sessions, bad, page]);
    assert!(answer.is_err());
    assert_eq!(answers, [Ok(()), answer]);
    assert_eq!(world.process.mode(), Mode::NotSet);
    assert_eq!(
        world.process.parameter(Handle::NONE, Handle::NONE, 5),
        Ok(Value::Number(5))
    );

    assert_eq!(enable(&[page, sessions]), (Ok(()), vec![Ok(()), Ok(())]));
    assert_eq!(world.process.mode(), Mode::Multi);
    let again = |settings: &[Setting<'_>]| enable(settings).0;
    assert_eq!(again(&[page]), Err(SessionError::ParametersAlreadySet));
    assert_eq!(
        again(&[sessions]),
        Err(SessionError::ParameterConflict),
        "the page size is missing"
    );
    let other = setting(ParamId::DATABASE_PAGE_SIZE, 4096);
    assert_eq!(again(&[other]), Err(SessionError::ParameterConflict));
    let missing = world.process.enable_multi_instance(None, &mut Vec::new());
    assert!(matches!(missing, Err(SessionError::InvalidParameter(_))));
}

#[test]
fn multi_instance_mode_is_not_for_a_single_instance() {
    let world = world();
    world.process.init(None, &()).unwrap();
    let answer = world.process.enable_multi_instance(Some(&[]), &mut Vec::new());
    assert_eq!(answer, Err(SessionError::SingleInstanceMode));
    world.process.stop_single_service().unwrap();
}

/// Calls by instance keep the end waiting, too.
#[test]
fn the_end_waits_for_calls_by_instance() {
    let world = world();
    let a = world.running("a");
    let instance = world.process.instance(a).unwrap();
    let held = Arc::clone(&instance);
    let (told, answers) = std::sync::mpsc::channel();
    let (leave, left) = std::sync::mpsc::channel::<()>();
    let (enter, entered) = std::sync::mpsc::channel();
    let busy = std::thread::spawn(move || {
        let call = held.enter().unwrap();
        enter.send(()).unwrap();
        left.recv().unwrap();
        drop(call);
    });
    entered.recv().unwrap();
    world.outside.plan(move || {
        told.send(instance.enter().map(|_| ())).unwrap();
        leave.send(()).unwrap();
    });
    world.term(a).unwrap();
    busy.join().unwrap();
    assert_eq!(answers.recv().unwrap(), Err(SessionError::TermInProgress));
    assert_eq!(world.stage.take_events().last().unwrap(), "stop Clean");
}
