//! Which value a parameter call means, by mode and handles, and the parameters of sessions.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use std::sync::atomic::Ordering::SeqCst;

use common::{MAIN, OTHER, World, world};
use jet_session::options::BeginBits;
use jet_session::params::{ParamId, Value};
use jet_session::{Entry, Handle, Input, SessionError};

const NO: Handle = Handle::NONE;

fn set(
    world: &World,
    instance: Handle,
    session: Handle,
    id: ParamId,
    value: u64,
) -> Result<(), SessionError> {
    world
        .process
        .set_parameter(instance, session, id.number().into(), value, None)
}

fn number(world: &World, instance: Handle, session: Handle, id: ParamId) -> u64 {
    match world.process.parameter(instance, session, id.number().into()) {
        Ok(Value::Number(number)) => number,
        other => panic!("{id}: {other:?}"),
    }
}

#[test]
fn without_a_mode_handles_are_not_looked_at() {
    let world = world();
    let wrong = Handle::from_number(0x1234);
    set(&world, wrong, wrong, ParamId::MAX_SESSIONS, 3).unwrap();
    assert_eq!(number(&world, NO, NO, ParamId::MAX_SESSIONS), 3);
}

#[test]
fn with_several_instances_the_session_decides_then_the_instance_then_the_process() {
    let world = world();
    let (a, b) = (world.running("a"), world.running("b"));
    let session = world.session(a).handle();
    let id = ParamId::DB_EXTENSION_SIZE;
    set(&world, NO, NO, id, 1).unwrap();
    set(&world, b, NO, id, 2).unwrap();
    set(&world, b, session, id, 3).unwrap();
    assert_eq!([NO, b, a].map(|handle| number(&world, handle, NO, id)), [1, 2, 3]);
    let wrong = Handle::from_number(0x1234);
    assert_eq!(set(&world, wrong, NO, id, 1), Err(SessionError::InvalidInstance));
    assert_eq!(
        set(&world, wrong, wrong, id, 1),
        Err(SessionError::InvalidSession)
    );
    assert_eq!(
        world.process.parameter(wrong, NO, 18),
        Err(SessionError::InvalidInstance)
    );
    let absent = set_number(&world, a, 222);
    assert!(matches!(absent, Err(SessionError::InvalidParameter(_))));
}

fn set_number(world: &World, instance: Handle, number: u32) -> Result<(), SessionError> {
    world.process.set_parameter(instance, NO, number, 0, None)
}

#[test]
fn a_parameter_of_the_process_is_one_for_all() {
    let world = world();
    let (a, b) = (world.running("a"), world.running("b"));
    world.stage.take_events();
    set(&world, a, NO, ParamId::CACHE_SIZE_MIN, 9).unwrap();
    assert_eq!(number(&world, b, NO, ParamId::CACHE_SIZE_MIN), 9);
    let told = world.stage.take_events();
    assert_eq!(told, ["parameter JET_paramCacheSizeMin Number(9)"; 2]);
    let late = set(&world, a, NO, ParamId::DATABASE_PAGE_SIZE, 8192);
    assert_eq!(late, Err(SessionError::AlreadyInitialized));
    assert_eq!(
        set(&world, a, NO, ParamId::DATABASE_PAGE_SIZE, 4096),
        Ok(()),
        "as it is"
    );
}

#[test]
fn the_only_instance_is_meant_without_being_named() {
    let world = world();
    let (single, _) = world.process.init(None, &()).unwrap();
    set(&world, NO, NO, ParamId::DB_EXTENSION_SIZE, 5).unwrap();
    assert_eq!(number(&world, single, NO, ParamId::DB_EXTENSION_SIZE), 5);
    assert_eq!(
        set(&world, NO, NO, ParamId::MAX_SESSIONS, 5),
        Err(SessionError::AlreadyInitialized)
    );
    assert_eq!(set(&world, NO, NO, ParamId::MAX_SESSIONS, 16), Ok(()), "as it is");
}

#[test]
fn the_engine_gets_the_values_of_the_instance_and_those_of_the_process() {
    let world = world();
    set(&world, NO, NO, ParamId::DATABASE_PAGE_SIZE, 16_384).unwrap();
    let a = world.process.create_instance("a").unwrap();
    set(&world, a, NO, ParamId::MAX_SESSIONS, 3).unwrap();
    set(&world, a, NO, ParamId::CACHE_SIZE_MIN, 7).unwrap();
    let merged = world.process.parameters(a).unwrap();
    let values = [
        ParamId::DATABASE_PAGE_SIZE,
        ParamId::MAX_SESSIONS,
        ParamId::CACHE_SIZE_MIN,
    ];
    assert_eq!(values.map(|id| merged.number(id)), [16_384, 3, 7]);
    assert_eq!(number(&world, a, NO, ParamId::KEY_MOST), 2000);
    assert_eq!(number(&world, NO, NO, ParamId::RECORD_SIZE_MOST), 16_300);
}

#[test]
fn what_is_advanced_follows_the_switch_of_the_addressed_values() {
    let world = world();
    let a = world.process.create_instance("a").unwrap();
    set(&world, a, NO, ParamId::ENABLE_ADVANCED, 0).unwrap();
    set(&world, a, NO, ParamId::MAX_SESSIONS, 3).unwrap();
    set(&world, NO, NO, ParamId::MAX_SESSIONS, 4).unwrap();
    assert_eq!(number(&world, a, NO, ParamId::MAX_SESSIONS), 16);
    assert_eq!(number(&world, NO, NO, ParamId::MAX_SESSIONS), 4);
}

#[test]
fn levels_and_logs_are_told_by_who_has_them() {
    let world = world();
    let a = world.running("a");
    let session = world.session(a);
    let level = |session| world.process.parameter(a, session, 38);
    assert!(matches!(level(NO), Err(SessionError::InvalidParameter(_))));
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    call.begin(BeginBits(0)).unwrap();
    assert_eq!(
        level(session.handle()),
        Ok(Value::Number(1)),
        "though a call is inside"
    );
    assert_eq!(world.process.parameter(a, NO, 79), Ok(Value::Number(1)));
    let idle = world.process.create_instance("idle").unwrap();
    assert!(world.process.parameter(idle, NO, 79).is_err());
}

#[test]
fn a_commit_default_belongs_to_the_session_that_is_named() {
    let world = world();
    let a = world.running("a");
    let session = world.session(a).handle();
    set(&world, a, session, ParamId::COMMIT_DEFAULT, 1).unwrap();
    assert_eq!(number(&world, a, session, ParamId::COMMIT_DEFAULT), 1);
    assert_eq!(number(&world, a, NO, ParamId::COMMIT_DEFAULT), 0);
    let bad = set(&world, a, session, ParamId::COMMIT_DEFAULT, 4);
    assert!(matches!(bad, Err(SessionError::InvalidParameter(_))));
}

#[test]
fn the_format_version_is_fixed_once_a_database_is_attached() {
    let world = world();
    let a = world.running("a");
    set(&world, a, NO, ParamId::ENGINE_FORMAT_VERSION, 9000).unwrap();
    world.stage.is_attached.store(true, SeqCst);
    let late = set(&world, a, NO, ParamId::ENGINE_FORMAT_VERSION, 9020);
    assert_eq!(late, Err(SessionError::AlreadyInitialized));
    assert_eq!(number(&world, a, NO, ParamId::ENGINE_FORMAT_VERSION), 9000);
}

#[test]
fn what_is_in_progress_keeps_parameters_as_they_are() {
    let world = world();
    let a = world.process.create_instance("a").unwrap();
    let restoring = world.process.begin_restore(a).unwrap();
    assert_eq!(
        set(&world, a, NO, ParamId::MAX_SESSIONS, 3),
        Err(SessionError::RestoreInProgress)
    );
    drop(restoring);
    set(&world, a, NO, ParamId::MAX_SESSIONS, 3).unwrap();
}

#[test]
fn session_parameters_are_read_while_a_call_is_inside() {
    let world = world();
    let a = world.running("a");
    let session = world.session(a);
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    call.set_parameter(4101, Input::Bytes(&[1, 2, 3, 4])).unwrap();
    assert_eq!(session.parameter(4101, Some(4)).unwrap(), [1, 2, 3, 4]);
    assert_eq!(
        session.enter(OTHER, Entry::Service).unwrap_err(),
        SessionError::SharingViolation
    );
}

#[test]
fn session_parameters_check_sizes_and_ranges() {
    let world = world();
    let a = world.running("a");
    let session = world.session(a);
    let mut call = session.enter(MAIN, Entry::Service).unwrap();
    let mut answer = |number: u32, bytes: &[u8]| call.set_parameter(number, Input::Bytes(bytes));
    let size = |expected| Err(SessionError::InvalidBufferSize { expected });
    assert_eq!(answer(4097, &[1]), size(4));
    assert_eq!(answer(4098, &[7; 30_000]), Ok(()));
    assert_eq!(answer(4098, &[7; 30_001]), size(30_000));
    assert_eq!(answer(4100, &[7; 8]), Ok(()));
    assert_eq!(answer(4106, &[7; 15]), size(16));
    assert_eq!(answer(4102, &1000_u32.to_le_bytes()), Ok(()));
    assert!(matches!(
        answer(4102, &1001_u32.to_le_bytes()),
        Err(SessionError::InvalidParameter(_))
    ));
    assert_eq!(answer(4103, b"component\0rest"), Ok(()));
    assert_eq!(answer(4103, &[b'a'; 256]), size(256));
    assert_eq!(
        answer(4108, &2_u32.to_le_bytes()),
        Err(SessionError::InvalidOptions)
    );
    assert_eq!(answer(4111, &[]), Err(SessionError::InvalidSessionParameter));
    assert!(matches!(
        call.set_parameter(4111, Input::Missing(4)),
        Err(SessionError::InvalidParameter(_))
    ));
    assert_eq!(session.parameter(4103, Some(10)).unwrap(), b"component\0");
    assert_eq!(
        session.parameter(4103, Some(9)),
        Err(SessionError::BufferTooSmall { needed: 10 })
    );
    assert_eq!(session.parameter(4103, None).unwrap().len(), 10);
    assert_eq!(
        session.parameter(4098, Some(64)).unwrap(),
        [0; 0],
        "too long a context leaves none"
    );
}
