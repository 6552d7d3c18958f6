//! What an engine does at its start with logs of another size and databases in other places.

#![allow(clippy::unwrap_used)]

mod stored;

use std::path::Path;

use jet_io::{FileSystem, SimFs};
use jet_session::Handle;
use jet_session::options::{CommitBits, OpenBits, TermBits};
use jet_session::params::ParamId;
use jet_session::storage::{InitOptions, StorageError};
use stored::{DATABASE, World, call, commit, disk, failure, keys, world_on};

/// A disk with a database of one row, whose engine was killed.
fn killed() -> SimFs {
    let world = world_on(&disk(), None);
    let instance = world.running("a", "/logs");
    let (session, number) = world.with_database(instance);
    commit(&session, number, b"a", CommitBits::default()).unwrap();
    drop(session);
    world.fs.clone()
}

/// An instance on the logs of an earlier one, with logs of twice their size and these switches.
fn with_longer_logs(world: &World, is_circular: bool, removes: bool) -> Handle {
    let instance = world.instance("longer", "/logs");
    world.set(instance, ParamId::LOG_FILE_SIZE, 128, None);
    world.set(instance, ParamId::CIRCULAR_LOG, is_circular.into(), None);
    world.set(
        instance,
        ParamId::CLEANUP_MISMATCHED_LOG_FILES,
        removes.into(),
        None,
    );
    instance
}

#[test]
fn logs_of_another_size_are_refused_once_the_databases_are_complete() {
    let fs = killed();
    let world = world_on(&fs, None);
    let instance = with_longer_logs(&world, true, false);
    let refused = failure(world.init(instance));
    assert!(
        matches!(
            refused,
            StorageError::LogSize {
                found: 16,
                expected: 32,
                ..
            }
        ),
        "{refused}"
    );
    // It was recovered all the same.
    let instance = world.running("b", "/more");
    let session = world.session(instance);
    let mut call = call(&session);
    call.attach_database(DATABASE, 0, Default::default()).unwrap();
}

#[test]
fn logs_of_another_size_are_removed_where_that_is_allowed_and_a_new_stream_begins() {
    let fs = disk();
    {
        let world = world_on(&fs, None);
        let instance = world.running("a", "/logs");
        let (session, number) = world.with_database(instance);
        for key in 0..200_u32 {
            commit(&session, number, &key.to_be_bytes(), CommitBits::default()).unwrap();
        }
        drop(session);
        world.term(instance, TermBits::COMPLETE).unwrap();
    }
    let world = world_on(&fs, None);
    let instance = with_longer_logs(&world, false, true);
    let refused = failure(world.init(instance));
    let parameter = ParamId::CLEANUP_MISMATCHED_LOG_FILES;
    assert!(
        matches!(refused, StorageError::Setting { parameter: found, .. } if found == parameter),
        "{refused}"
    );
    let instance = with_longer_logs(&world, true, true);
    world.init(instance).unwrap();
    let logs: Vec<(String, u64)> = fs
        .list(Path::new("/logs"))
        .unwrap()
        .into_iter()
        .map(|entry| entry.name.to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".log"))
        .map(|name| {
            let path = Path::new("/logs").join(&name);
            (name, fs.metadata(&path).unwrap().len)
        })
        .collect();
    assert_eq!(logs, [("edb.log".to_owned(), 128 * 1024)]);
    let session = world.session(instance);
    call(&session)
        .attach_database(DATABASE, 0, Default::default())
        .unwrap();
    let opened = call(&session)
        .open_database(DATABASE, OpenBits::default())
        .unwrap();
    assert_eq!(keys(&session, opened.number).len(), 200);
}

#[test]
fn a_database_is_recovered_where_it_was_moved_to() {
    for is_told in [true, false] {
        let fs = killed();
        let moved = Path::new("/more/one.edb");
        fs.rename(Path::new(DATABASE), moved).unwrap();
        let world = world_on(&fs, None);
        let instance = world.instance("a", "/logs");
        let mut options = InitOptions::default();
        if is_told {
            options.moved.push((DATABASE.to_owned(), moved.to_owned()));
        } else {
            let id = ParamId::ALTERNATE_DATABASE_RECOVERY_PATH;
            world.set(instance, id, 0, Some("/more"));
        }
        world.process.init(Some(instance), &options).unwrap();
        assert!(!fs.exists(Path::new(DATABASE)).unwrap(), "nothing is made anew");
        let session = world.session(instance);
        let path = "/more/one.edb";
        call(&session)
            .attach_database(path, 0, Default::default())
            .unwrap();
        let opened = call(&session).open_database(path, OpenBits::default()).unwrap();
        assert_eq!(keys(&session, opened.number), [b"a"]);
    }
}
