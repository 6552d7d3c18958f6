//! Sessions on the real engine: transactions, durability, failures of the log, folders, ends and starts.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod stored;

use std::path::Path;
use std::sync::Arc;

use jet_btree::transaction::ChangeError;
use jet_btree::version::VersionError;
use jet_io::fs_sim::Failure;
use jet_io::{Faults, FileSystem, LockKind, OpenMode};
use jet_session::options::{AttachBits, BeginBits, CommitBits, CreateBits, OpenBits, RollbackBits, TermBits};
use jet_session::params::ParamId;
use jet_session::storage::{CommitId, CommitObserver, StorageError};
use jet_session::{Fatal, PathRole, SessionError};
use parking_lot::Mutex;
use stored::{DATABASE, MAIN, call, commit, delete, disk, failure, insert, keys, refusal, world, world_on};

#[test]
fn a_transaction_sees_what_was_committed_when_it_began_and_others_changes_conflict() {
    let world = world();
    let instance = world.running("a", "/logs");
    let (writer, number) = world.with_database(instance);
    let reader = world.process.dup_session(writer.handle(), MAIN).unwrap();
    call(&reader)
        .open_database(DATABASE, OpenBits::default())
        .unwrap();
    commit(&writer, number, b"a", CommitBits::default()).unwrap();
    call(&reader).begin(BeginBits::default()).unwrap();
    commit(&writer, number, b"b", CommitBits::default()).unwrap();
    assert_eq!(keys(&reader, number), [b"a"]);
    call(&writer).begin(BeginBits::default()).unwrap();
    delete(&mut call(&writer), number, b"a").unwrap();
    assert_eq!(keys(&reader, number), [b"a"]);
    let refused = delete(&mut call(&reader), number, b"a").unwrap_err();
    assert!(
        matches!(refused, ChangeError::Version(VersionError::Conflict(_))),
        "{refused:?}"
    );
    call(&writer).commit(CommitBits::default(), 0).unwrap();
    let refused = delete(&mut call(&reader), number, b"a").unwrap_err();
    assert!(
        matches!(refused, ChangeError::Version(VersionError::Conflict(_))),
        "{refused:?}"
    );
    call(&reader).roll_back(RollbackBits::default()).unwrap();
    assert_eq!(keys(&reader, number), [b"b"]);
}

#[test]
fn levels_are_undone_one_by_one_and_the_end_of_a_session_undoes_the_rest() {
    let world = world();
    let instance = world.running("a", "/logs");
    let (session, number) = world.with_database(instance);
    let mut inside = call(&session);
    inside.begin(BeginBits::default()).unwrap();
    insert(&mut inside, number, b"a").unwrap();
    inside.begin(BeginBits::default()).unwrap();
    insert(&mut inside, number, b"b").unwrap();
    inside.roll_back(RollbackBits::default()).unwrap();
    drop(inside);
    assert_eq!(keys(&session, number), [b"a"]);
    world.process.end_session(session.handle(), MAIN).unwrap();
    let other = world.session(instance);
    call(&other).open_database(DATABASE, OpenBits::default()).unwrap();
    assert!(keys(&other, number).is_empty());
}

#[test]
fn rows_are_there_after_every_kind_of_end() {
    for bits in [TermBits::COMPLETE, TermBits::ABRUPT, TermBits::DIRTY] {
        let world = world();
        let instance = world.running("a", "/logs");
        let (session, number) = world.with_database(instance);
        commit(&session, number, b"durable", CommitBits::default()).unwrap();
        commit(&session, number, b"lazy", CommitBits::LAZY).unwrap();
        let ended = world.term(instance, bits);
        if bits == TermBits::DIRTY {
            assert_eq!(refusal(ended), SessionError::DirtyShutdown);
        } else {
            ended.unwrap();
        }
        // All files are closed, although a session is still held.
        let file = world.fs.open(Path::new(DATABASE), OpenMode::ReadWrite).unwrap();
        file.try_lock(LockKind::Exclusive).unwrap();
        drop(file);
        let instance = world.running("b", "/logs");
        let session = world.session(instance);
        call(&session)
            .attach_database(DATABASE, 0, AttachBits::default())
            .unwrap();
        let number = call(&session)
            .open_database(DATABASE, OpenBits::default())
            .unwrap()
            .number;
        assert_eq!(keys(&session, number), [&b"durable"[..], b"lazy"]);
    }
}

/// The database lies in another folder than the logs.
#[test]
fn a_crash_loses_lazy_commits_until_they_are_asked_for_and_nothing_else() {
    for ask in [
        None,
        Some(CommitBits::WAIT_OWN),
        Some(CommitBits::WAIT_ALL),
        Some(CommitBits::NEW_LOG),
    ] {
        let world = world();
        let instance = world.running("a", "/logs");
        let (session, number) = world.with_database(instance);
        commit(&session, number, b"durable", CommitBits::default()).unwrap();
        commit(&session, number, b"lazy", CommitBits::LAZY).unwrap();
        if let Some(bits) = ask {
            call(&session).commit(bits, 0).unwrap();
        }
        let after = world_on(&world.fs.durable_image(), None);
        let instance = after.running("a", "/logs");
        let session = after.session(instance);
        call(&session)
            .attach_database(DATABASE, 0, AttachBits::default())
            .unwrap();
        let number = call(&session)
            .open_database(DATABASE, OpenBits::default())
            .unwrap()
            .number;
        let expected: &[&[u8]] = match ask {
            None => &[b"durable"],
            Some(_) => &[b"durable", b"lazy"],
        };
        assert_eq!(keys(&session, number), expected, "{ask:?}");
    }
}

#[derive(Debug, Default)]
struct Told {
    durable: Mutex<Vec<(String, CommitId)>>,
    lost: Mutex<Vec<String>>,
}

impl CommitObserver for Told {
    fn durable(&self, instance: &str, id: CommitId) {
        self.durable.lock().push((instance.to_owned(), id));
    }

    fn log_unavailable(&self, instance: &str) {
        self.lost.lock().push(instance.to_owned());
    }
}

#[test]
fn commit_ids_ascend_and_the_observer_is_told_when_they_are_durable() {
    let told = Arc::new(Told::default());
    let world = world_on(&disk(), Some(Arc::clone(&told) as _));
    let instance = world.running("a", "/logs");
    let (session, number) = world.with_database(instance);
    let covered = |id: &CommitId| {
        told.durable
            .lock()
            .iter()
            .any(|(_, durable)| id.is_covered_by(durable))
    };
    let lazy: Vec<_> = (0..40_u8)
        .map(|key| commit(&session, number, &[key], CommitBits::LAZY).unwrap())
        .collect();
    assert!(lazy.is_sorted_by(|a, b| a.number() < b.number()));
    assert!(!covered(&lazy[39]));
    let durable = commit(&session, number, b"z", CommitBits::default()).unwrap();
    assert!(durable.number() > lazy[39].number());
    assert!(covered(&lazy[39]) && covered(&durable));
    assert!(told.durable.lock().iter().all(|(name, _)| name == "a"));
    // A transaction that wrote nothing has no id.
    let mut inside = call(&session);
    inside.begin(BeginBits::default()).unwrap();
    assert!(inside.commit(CommitBits::default(), 0).unwrap().is_none());
}

#[test]
fn a_lazy_commit_is_durable_within_its_delay_when_upkeep_is_done() {
    let told = Arc::new(Told::default());
    let world = world_on(&disk(), Some(Arc::clone(&told) as _));
    let instance = world.running("a", "/logs");
    let (session, number) = world.with_database(instance);
    let mut inside = call(&session);
    inside.begin(BeginBits::default()).unwrap();
    insert(&mut inside, number, b"a").unwrap();
    let id = inside.commit(CommitBits::LAZY, 5).unwrap().unwrap();
    drop(inside);
    let engine = session.instance().engine().unwrap();
    // The clock goes on by one millisecond whenever it is asked.
    for _ in 0..10 {
        engine.upkeep().unwrap();
    }
    assert!(
        told.durable
            .lock()
            .iter()
            .any(|(_, durable)| id.is_covered_by(durable))
    );
}

#[test]
fn a_log_that_cannot_be_written_makes_the_instance_unavailable() {
    for (kind, fatal) in [
        (Failure::Device, Fatal::Failure),
        (Failure::DiskFull, Fatal::LogDiskFull),
    ] {
        let told = Arc::new(Told::default());
        let world = world_on(&disk(), Some(Arc::clone(&told) as _));
        let instance = world.running("a", "/logs");
        let (session, number) = world.with_database(instance);
        let other = world.session(instance);
        commit(&session, number, b"durable", CommitBits::default()).unwrap();
        let next = world.fs.operations() + 1;
        world.fs.set_faults(Faults::new(0).fail_from(next, kind));
        // Beyond the log at hand and the reserves.
        let mut inside = call(&session);
        inside.begin(BeginBits::default()).unwrap();
        let failed = (0..100_000_u32).find_map(|key| {
            let inserted = insert(&mut inside, number, &key.to_be_bytes());
            inserted.err()
        });
        let failed = StorageError::from(failed.unwrap());
        assert_eq!(failed.fatal(), Some(fatal), "{failed}");
        let rolled = failure(inside.roll_back(RollbackBits::ALL));
        assert!(matches!(rolled, StorageError::Rollback(_)), "{rolled}");
        drop(inside);
        for answer in [
            world.process.dup_session(other.handle(), MAIN).map(|_| ()),
            world.process.begin_session(instance).map(|_| ()),
        ] {
            assert_eq!(refusal(answer), SessionError::Unavailable(fatal));
        }
        let lost: &[&str] = if kind == Failure::Device { &["a"] } else { &[] };
        assert_eq!(*told.lost.lock(), lost);

        world.fs.set_faults(Faults::default());
        let ended = world.term(instance, TermBits::ABRUPT);
        assert_eq!(refusal(ended), SessionError::DirtyShutdown);
        let instance = world.running("b", "/logs");
        let session = world.session(instance);
        call(&session)
            .attach_database(DATABASE, 0, AttachBits::default())
            .unwrap();
        let opened = call(&session).open_database(DATABASE, OpenBits::default());
        assert_eq!(keys(&session, opened.unwrap().number), [b"durable"]);
    }
}

#[test]
fn nothing_begins_on_a_full_log_disk_until_there_is_space_again() {
    let world = world();
    let instance = world.running("a", "/logs");
    let (session, number) = world.with_database(instance);
    let next = world.fs.operations() + 1;
    world
        .fs
        .set_faults(Faults::new(0).fail_from(next, Failure::DiskFull));
    let refused = (0..1000_u32).find_map(|key| {
        let mut inside = call(&session);
        if let Err(error) = inside.begin(BeginBits::default()) {
            return Some(error);
        }
        insert(&mut inside, number, &key.to_be_bytes()).unwrap();
        inside.commit(CommitBits::default(), 0).unwrap();
        None
    });
    let refused = failure::<()>(Err(refused.unwrap()));
    assert!(matches!(refused, StorageError::LogDiskFull), "{refused}");
    call(&session).begin(BeginBits::READ_ONLY).unwrap();
    call(&session).roll_back(RollbackBits::default()).unwrap();
    world.fs.set_faults(Faults::default());
    commit(&session, number, b"again", CommitBits::default()).unwrap();
}

#[test]
fn two_instances_cannot_have_one_folder_in_a_process_or_in_two() {
    let world = world();
    let first = world.running("a", "/logs");
    for (own, path, role) in [
        (ParamId::SYSTEM_PATH, "/more", PathRole::Log),
        (ParamId::LOG_FILE_PATH, "/more", PathRole::System),
    ] {
        let second = world.instance("b", "/logs");
        world.set(second, ParamId::TEMP_PATH, 0, Some("/more/t.edb"));
        world.set(second, own, 0, Some(path));
        assert_eq!(refusal(world.init(second)), SessionError::PathInUse(role));
    }

    let other = world_on(&world.fs, None);
    let instance = other.instance("c", "/logs");
    let refused = failure(other.init(instance));
    assert!(
        matches!(&refused, StorageError::FolderInUse { folder } if folder == Path::new("/logs")),
        "{refused}"
    );
    // The system folder counts as much, and another base name is no conflict.
    let instance = other.instance("d", "/more");
    other.set(instance, ParamId::SYSTEM_PATH, 0, Some("/logs"));
    assert!(matches!(
        failure(other.init(instance)),
        StorageError::FolderInUse { .. }
    ));
    let instance = other.instance("e", "/logs");
    other.set(instance, ParamId::BASE_NAME, 0, Some("sru"));
    other.set(instance, ParamId::TEMP_PATH, 0, Some("/more/t.edb"));
    other.init(instance).unwrap();
    other.term(instance, TermBits::COMPLETE).unwrap();
    world.term(first, TermBits::COMPLETE).unwrap();
    other.running("f", "/logs");
}

#[test]
fn a_database_has_one_instance() {
    let world = world();
    let instance = world.running("a", "/logs");
    let _kept = world.with_database(instance);
    let other = world_on(&world.fs, None);
    for (world, name) in [(&world, "b"), (&other, "c")] {
        let folder = if name == "b" { "/more" } else { "/data" };
        let instance = world.running(name, folder);
        let session = world.session(instance);
        let answer = call(&session).attach_database(DATABASE, 0, AttachBits::default());
        assert!(matches!(failure(answer), StorageError::Open(_)), "{name}");
        let answer = call(&session).create_database(DATABASE, 0, CreateBits::default());
        assert!(matches!(failure(answer), StorageError::Open(_)), "{name}");
    }
}

#[test]
fn settings_reach_the_files() {
    let world = world();
    let instance = world.instance("a", "/logs");
    world.set(instance, ParamId::SYSTEM_PATH, 0, Some("/more"));
    world.set(instance, ParamId::BASE_NAME, 0, Some("abc"));
    world.set(instance, ParamId::LEGACY_FILE_NAMES, 0, None);
    world.set(instance, ParamId::LOG_FILE_SIZE, 128, None);
    world.init(instance).unwrap();
    assert_eq!(
        world.fs.metadata(Path::new("/logs/abc.jtx")).unwrap().len,
        128 << 10
    );
    for path in ["/more/abc.jcp", "/logs/abcres00001.jrs", "/logs/abcres00002.jrs"] {
        assert!(world.fs.exists(Path::new(path)).unwrap(), "{path}");
    }
}

#[test]
fn circular_logs_go_when_the_checkpoint_has_passed() {
    for is_circular in [false, true] {
        let world = world();
        let instance = world.instance("a", "/logs");
        world.set(instance, ParamId::CIRCULAR_LOG, is_circular.into(), None);
        world.set(instance, ParamId::CHECKPOINT_DEPTH_MAX, 65_536, None);
        world.init(instance).unwrap();
        let (session, number) = world.with_database(instance);
        let engine = session.instance().engine().unwrap();
        for key in 0..100_u8 {
            commit(&session, number, &[key], CommitBits::default()).unwrap();
            engine.upkeep().unwrap();
        }
        let is_there = world.fs.exists(Path::new("/logs/edb00000001.log")).unwrap();
        assert!(engine.storage().unwrap().oldest_needed().0 > 1);
        assert_eq!(is_there, !is_circular);
    }
}
