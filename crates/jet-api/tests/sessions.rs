//! Sessions and transactions on the real engine: every result of duplicating a session by its name, transactions as guards,
//! two instances on one folder or one database, commits that become durable.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use jet_api::engine::{
    AttachBits, BeginBits, CommitBits, CommitId, CommitObserver, CreateBits, Engine, Handle, InitOptions,
    OpenBits, StopBits, SystemOutside, TermBits, ThreadId, system_setup,
};
use jet_api::{Instance, InstanceBuilder, JetCode, JetError, OpenDatabase, Session};
use jet_btree::change::Bookmark;
use jet_btree::space::NewTree;
use jet_btree::transaction::{ChangeError, Reader};
use jet_io::fs_sim::Failure;
use jet_io::{Faults, FileSystem, SimFs};
use jet_log::outside::{SeededRandom, SteppingClock};
use jet_log::record::Dbid;
use jet_log::recovery::Surroundings;
use jet_pages::{PageFlags, Pgno};
use jet_session::Entry;
use jet_session::params::ParamId;
use parking_lot::Mutex;

const MAIN: ThreadId = ThreadId::from_number(1);
const OTHER: ThreadId = ThreadId::from_number(2);
const DATABASE: &str = "/data/one.edb";

fn disk() -> SimFs {
    let fs = SimFs::new();
    for folder in ["/data", "/more"] {
        fs.create_dir_all(Path::new(folder)).unwrap();
    }
    fs.sync_dir(Path::new("/")).unwrap();
    fs
}

/// Calls by handles on a simulated disk.
fn engine(fs: &SimFs) -> Engine {
    let mut setup = system_setup();
    setup.around = Surroundings {
        fs: Arc::new(fs.clone()),
        clock: Arc::new(SteppingClock::new(1_000_000, 1)),
        random: Arc::new(SeededRandom::new(7)),
    };
    Engine::new(setup, Arc::new(SystemOutside::default()))
}

/// An instance in service in this folder.
fn running(engine: &Engine, name: &str, folder: &str, sessions: u64) -> Handle {
    let instance = engine.create_instance(name).unwrap();
    let set = |id: ParamId, value, text| {
        let number = id.number().into();
        engine.set_parameter(instance, Handle::NONE, number, value, text)
    };
    let folder = format!("{folder}/");
    for id in [ParamId::SYSTEM_PATH, ParamId::LOG_FILE_PATH, ParamId::TEMP_PATH] {
        set(id, 0, Some(folder.as_str())).unwrap();
    }
    set(ParamId::LOG_FILE_SIZE, 64, None).unwrap();
    set(ParamId::MAX_SESSIONS, sessions, None).unwrap();
    let begun = engine.init(Some(instance), &InitOptions::default()).unwrap();
    assert_eq!(begun, (instance, JetCode::SUCCESS));
    instance
}

fn code<T: std::fmt::Debug>(answer: Result<T, JetError>) -> JetCode {
    answer.unwrap_err().code()
}

#[test]
fn jet_dup_session_success_and_invalid_sesid() {
    let engine = engine(&disk());
    let instance = running(&engine, "a", "/data", 4);
    let session = engine.begin_session(instance).unwrap();
    engine
        .begin_transaction(session, MAIN, BeginBits::default())
        .unwrap();
    let twin = engine.dup_session(session, OTHER).unwrap();
    assert_ne!(session, twin);
    let level = ParamId::TRANSACTION_LEVEL.number().into();
    let levels = [session, twin].map(|session| engine.parameter(Handle::NONE, session, level, 0).unwrap());
    assert_eq!(levels, [1.into(), 0.into()]);
    engine.end_session(session, MAIN).unwrap();
    for handle in [session, Handle::NONE, Handle::NIL, instance] {
        assert_eq!(code(engine.dup_session(handle, MAIN)), JetCode::INVALID_SESID);
    }
    engine.term(instance, TermBits::COMPLETE).unwrap();
    assert_eq!(code(engine.dup_session(twin, MAIN)), JetCode::INVALID_SESID);
}

#[test]
fn jet_dup_session_out_of_sessions_exactly_at_the_limit_and_a_freed_place_is_usable_at_once() {
    let engine = engine(&disk());
    let instance = running(&engine, "a", "/data", 3);
    let first = engine.begin_session(instance).unwrap();
    let second = engine.dup_session(first, MAIN).unwrap();
    engine.dup_session(second, MAIN).unwrap();
    assert_eq!(code(engine.dup_session(first, MAIN)), JetCode::OUT_OF_SESSIONS);
    assert_eq!(code(engine.begin_session(instance)), JetCode::OUT_OF_SESSIONS);
    engine.end_session(second, MAIN).unwrap();
    engine.dup_session(first, MAIN).unwrap();
    assert_eq!(code(engine.dup_session(first, MAIN)), JetCode::OUT_OF_SESSIONS);
}

#[test]
fn jet_dup_session_client_request_to_stop_jet_service_before_instance_unavailable() {
    let fs = disk();
    let engine = engine(&fs);
    let instance = running(&engine, "a", "/data", 3);
    let session = engine.begin_session(instance).unwrap();
    engine.stop_service(instance, StopBits::BACKGROUND).unwrap();
    engine.dup_session(session, MAIN).unwrap();
    let next = fs.operations() + 1;
    fs.set_faults(Faults::new(0).fail_from(next, Failure::Device));
    engine.commit(session, MAIN, CommitBits::WAIT_ALL, 0).unwrap_err();
    assert_eq!(
        code(engine.dup_session(session, MAIN)),
        JetCode::INSTANCE_UNAVAILABLE
    );
    engine.stop_service(instance, StopBits(0)).unwrap();
    assert_eq!(
        code(engine.dup_session(session, MAIN)),
        JetCode::CLIENT_REQUEST_TO_STOP_JET_SERVICE
    );
}

#[test]
fn jet_dup_session_instance_unavailable_when_the_log_cannot_be_written() {
    let fs = disk();
    let engine = engine(&fs);
    let instance = running(&engine, "a", "/data", 3);
    let session = engine.begin_session(instance).unwrap();
    engine
        .create_database(session, MAIN, DATABASE, 0, CreateBits::default())
        .unwrap();
    let next = fs.operations() + 1;
    fs.set_faults(Faults::new(0).fail_from(next, Failure::Device));
    let waited = engine.commit(session, MAIN, CommitBits::WAIT_ALL, 0);
    assert_eq!(code(waited), JetCode::LOG_WRITE_FAIL);
    for answer in [engine.dup_session(session, MAIN), engine.begin_session(instance)] {
        assert_eq!(code(answer), JetCode::INSTANCE_UNAVAILABLE);
    }
    fs.set_faults(Faults::default());
    let ended = engine.term(instance, TermBits::ABRUPT);
    assert_eq!(code(ended), JetCode::DIRTY_SHUTDOWN);
}

#[test]
fn jet_dup_session_instance_unavailable_due_to_fatal_log_disk_full() {
    let fs = disk();
    let engine = engine(&fs);
    let instance = running(&engine, "a", "/data", 3);
    let session = engine.begin_session(instance).unwrap();
    let next = fs.operations() + 1;
    fs.set_faults(Faults::new(0).fail_from(next, Failure::DiskFull));
    // The two reserve logs last for a while.
    let refused = (0..10).find_map(|_| engine.commit(session, MAIN, CommitBits::NEW_LOG, 0).err());
    assert_eq!(refused.unwrap().code(), JetCode::LOG_DISK_FULL);
    assert_eq!(
        code(engine.dup_session(session, MAIN)),
        JetCode::INSTANCE_UNAVAILABLE_DUE_TO_FATAL_LOG_DISK_FULL
    );
}

#[test]
fn jet_dup_session_sharing_violation_and_term_in_progress_while_a_call_is_inside() {
    let engine = Arc::new(engine(&disk()));
    let instance = running(&engine, "a", "/data", 40);
    let [held, other] = [(); 2].map(|()| engine.begin_session(instance).unwrap());
    let session = engine.process().session(held).unwrap();
    let inside = session.enter(OTHER, Entry::Service).unwrap();
    assert_eq!(
        code(engine.dup_session(held, MAIN)),
        JetCode::SESSION_SHARING_VIOLATION
    );
    let ending = {
        let engine = Arc::clone(&engine);
        thread::spawn(move || engine.term(instance, TermBits::COMPLETE))
    };
    // The end waits for the call; from some moment on everybody else is told.
    let refused = loop {
        match engine.dup_session(other, MAIN) {
            Ok(twin) => engine.end_session(twin, MAIN).unwrap_or(()),
            Err(error) => break error,
        }
        thread::yield_now();
    };
    assert_eq!(refused.code(), JetCode::TERM_IN_PROGRESS);
    drop(inside);
    ending.join().unwrap().unwrap();
    assert_eq!(code(engine.dup_session(other, MAIN)), JetCode::INVALID_SESID);
}

#[test]
fn databases_answer_with_the_codes_of_jet() {
    let engine = engine(&disk());
    let instance = running(&engine, "a", "/data", 3);
    let second = running(&engine, "b", "/more", 3);
    let [one, two] = [instance, second].map(|instance| engine.begin_session(instance).unwrap());
    let create = |session| engine.create_database(session, MAIN, DATABASE, 0, CreateBits::default());
    let attach = |session| engine.attach_database(session, MAIN, DATABASE, 0, AttachBits::default());
    let open = |session, bits| engine.open_database(session, MAIN, DATABASE, bits);
    let number = create(one).unwrap();
    // As recorded: that somebody uses it is told before that it is there.
    assert_eq!(code(create(two)), JetCode::DATABASE_SHARING_VIOLATION);
    assert_eq!(code(attach(two)), JetCode::DATABASE_SHARING_VIOLATION);
    assert_eq!(attach(one).unwrap(), JetCode::WARN_DATABASE_ATTACHED);
    assert_eq!(
        open(one, OpenBits::default()).unwrap(),
        (number, JetCode::SUCCESS)
    );
    assert_eq!(code(open(two, OpenBits::default())), JetCode::DATABASE_NOT_FOUND);
    assert_eq!(code(open(one, OpenBits::EXCLUSIVE)), JetCode::DATABASE_IN_USE);
    for wrong in [0, number + 1, 256, u32::MAX] {
        let closed = engine.close_database(one, MAIN, wrong);
        assert_eq!(code(closed), JetCode::INVALID_DATABASE_ID);
    }
    assert_eq!(
        code(engine.detach_database(one, MAIN, None)),
        JetCode::DATABASE_IN_USE
    );
    for _ in 0..2 {
        engine.close_database(one, MAIN, number).unwrap();
    }
    engine.detach_database(one, MAIN, None).unwrap();
    assert_eq!(attach(two).unwrap(), JetCode::SUCCESS);
    let none = engine.attach_database(one, MAIN, "/data/none.edb", 0, AttachBits::default());
    assert_eq!(code(none), JetCode::FILE_NOT_FOUND);
}

#[derive(Debug, Default)]
struct Told(Mutex<Vec<CommitId>>);

impl CommitObserver for Told {
    fn durable(&self, _: &str, id: CommitId) {
        self.0.lock().push(id);
    }

    fn log_unavailable(&self, _: &str) {}
}

impl Told {
    fn covers(&self, id: &CommitId) -> bool {
        self.0.lock().iter().any(|durable| id.is_covered_by(durable))
    }
}

/// An instance on a simulated disk that does nothing by itself.
fn builder(fs: &SimFs) -> InstanceBuilder {
    let clock = Arc::new(SteppingClock::new(1_000_000, 1));
    Instance::builder()
        .folder("/data")
        .log_file_kib(64)
        .surroundings(Arc::new(fs.clone()), clock, Arc::new(SeededRandom::new(9)))
        .without_thread()
}

/// Makes a tree in the transaction that is open.
fn make_tree(session: &Session, database: &OpenDatabase<'_>) -> Pgno {
    let mut call = session.enter().unwrap();
    let attached = call.database(number(database)).unwrap();
    let (engine, own) = call.parts();
    let storage = engine.storage().unwrap();
    let author = own.transaction().author(storage.trees()).unwrap();
    let new = NewTree {
        page_count: 1,
        has_space_trees: false,
        is_unique: true,
        flags: PageFlags::default(),
    };
    let made = attached.store().create_tree(&author, Pgno(1), new).unwrap();
    made.root()
}

fn number(database: &OpenDatabase<'_>) -> Dbid {
    Dbid(u8::try_from(database.number()).unwrap())
}

fn insert(database: &OpenDatabase<'_>, root: Pgno, key: &[u8]) -> Result<(), JetError> {
    change(database, root, key, false)
}

fn delete(database: &OpenDatabase<'_>, root: Pgno, key: &[u8]) -> Result<(), JetError> {
    change(database, root, key, true)
}

fn change(database: &OpenDatabase<'_>, root: Pgno, key: &[u8], deletes: bool) -> Result<(), JetError> {
    let mut call = database.session().enter()?;
    let attached = call.database(number(database))?;
    let tree = attached.store().open_tree(root, None).unwrap();
    let (engine, own) = call.parts();
    let storage = engine.storage().unwrap();
    let row = Bookmark { key, data: b"row" };
    let transaction = own.transaction();
    let (trees, store) = (storage.trees(), attached.store());
    let changed: Result<(), ChangeError> = match deletes {
        true => transaction.delete(trees, store, &tree, &row),
        false => transaction.insert(trees, store, &tree, &row),
    };
    changed.map_err(|error| jet_session::storage::StorageError::from(error).into())
}

fn keys(database: &OpenDatabase<'_>, root: Pgno) -> Vec<Vec<u8>> {
    let mut call = database.session().enter().unwrap();
    let attached = call.database(number(database)).unwrap();
    let tree = attached.store().open_tree(root, None).unwrap();
    let (engine, own) = call.parts();
    let storage = engine.storage().unwrap();
    let view = own.transaction().view(storage.trees());
    let mut reader = Reader::new(storage.trees(), attached.store(), &tree, view).unwrap();
    let mut keys = Vec::new();
    let mut is_there = reader.first().unwrap();
    while is_there {
        keys.push(reader.row().unwrap().unwrap().0.to_vec());
        is_there = reader.next().unwrap();
    }
    keys
}

#[test]
fn guards_undo_what_is_not_committed_and_views_stay_as_they_were() {
    let fs = disk();
    let instance = builder(&fs).start().unwrap();
    let session = instance.session().unwrap();
    let database = session.create_database(DATABASE).unwrap();
    let transaction = session.begin().unwrap();
    assert_eq!(code(session.begin().map(|_| ())), JetCode::IN_TRANSACTION);
    let root = make_tree(&session, &database);
    transaction.commit().unwrap();

    let reader = session.duplicate().unwrap();
    let theirs = reader.open_database(DATABASE).unwrap();
    let reading = reader.begin_read_only().unwrap();
    let mut outer = session.begin().unwrap();
    insert(&database, root, b"outer").unwrap();
    let inner = outer.begin().unwrap();
    assert_eq!(inner.level(), 2);
    insert(&database, root, b"inner").unwrap();
    drop(inner);
    let inner = outer.begin().unwrap();
    insert(&database, root, b"second").unwrap();
    // One that is forgotten is undone with the one around it.
    inner.commit().unwrap();
    let forgotten = outer.begin().unwrap();
    insert(&database, root, b"forgotten").unwrap();
    std::mem::forget(forgotten);
    assert!(keys(&theirs, root).is_empty());
    let refused = insert(&theirs, root, b"x");
    assert_eq!(code(refused), JetCode::TRANS_READ_ONLY);
    outer.commit().unwrap().unwrap();
    assert!(keys(&theirs, root).is_empty(), "the view is older");
    assert!(reading.commit().unwrap().is_none(), "nothing was written");
    assert_eq!(keys(&theirs, root), [&b"outer"[..], b"second"]);

    let unfinished = session.begin().unwrap();
    insert(&database, root, b"lost").unwrap();
    drop(unfinished);
    assert_eq!(keys(&database, root), [&b"outer"[..], b"second"]);
}

#[test]
fn a_conflict_is_told_at_once_and_the_eighth_level_is_too_deep() {
    let fs = disk();
    let instance = builder(&fs).start().unwrap();
    let session = instance.session().unwrap();
    let database = session.create_database(DATABASE).unwrap();
    let transaction = session.begin().unwrap();
    let root = make_tree(&session, &database);
    insert(&database, root, b"a").unwrap();
    transaction.commit().unwrap();
    let twin = session.duplicate().unwrap();
    let theirs = twin.open_database(DATABASE).unwrap();
    let mine = session.begin().unwrap();
    delete(&database, root, b"a").unwrap();
    let their = twin.begin().unwrap();
    assert_eq!(code(delete(&theirs, root, b"a")), JetCode::WRITE_CONFLICT);
    drop(their);
    mine.roll_back().unwrap();
    let their = twin.begin().unwrap();
    delete(&theirs, root, b"a").unwrap();
    their.commit().unwrap();
    deeper(&mut session.begin().unwrap());
    assert!(session.begin().is_ok(), "all levels are undone");
}

fn deeper(outer: &mut jet_api::Transaction<'_>) {
    let level = outer.level();
    match outer.begin() {
        Ok(mut inner) => deeper(&mut inner),
        Err(error) => assert_eq!((error.code(), level), (JetCode::TRANS_TOO_DEEP, 7)),
    }
}

#[test]
fn commit_ids_ascend_and_are_told_when_they_are_durable() {
    let fs = disk();
    let told = Arc::new(Told::default());
    let instance = builder(&fs)
        .commit_observer(Arc::clone(&told) as _)
        .start()
        .unwrap();
    let session = instance.session().unwrap();
    let database = session.create_database(DATABASE).unwrap();
    let transaction = session.begin().unwrap();
    let root = make_tree(&session, &database);
    transaction.commit().unwrap();
    let lazy: Vec<_> = (0..20_u8)
        .map(|key| {
            let transaction = session.begin().unwrap();
            insert(&database, root, &[key]).unwrap();
            transaction.commit_lazily(None).unwrap().unwrap()
        })
        .collect();
    assert!(lazy.is_sorted_by(|a, b| a.number() < b.number()));
    assert!(!told.covers(&lazy[19]));
    session.wait_for_commits().unwrap();
    assert!(lazy.iter().all(|id| told.covers(id)));
}

#[test]
fn the_thread_of_an_instance_makes_lazy_commits_durable_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let told = Arc::new(Told::default());
    let instance = Instance::builder()
        .folder(folder.path())
        .commit_observer(Arc::clone(&told) as _)
        .start()
        .unwrap();
    let session = instance.session().unwrap();
    let database = session.create_database(folder.path().join("x.edb")).unwrap();
    let transaction = session.begin().unwrap();
    make_tree(&session, &database);
    let id = transaction.commit_lazily(Some(Duration::from_millis(5)));
    let id = id.unwrap().unwrap();
    let limit = Instant::now() + Duration::from_secs(60);
    while !told.covers(&id) {
        assert!(Instant::now() < limit, "nobody writes it");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_folder_and_a_database_have_one_instance_at_a_time() {
    let fs = disk();
    let first = builder(&fs).start().unwrap();
    let session = first.session().unwrap();
    drop(session.create_database(DATABASE).unwrap());
    let refused = builder(&fs).start().unwrap_err();
    assert_eq!(refused.code(), JetCode::FILE_ACCESS_DENIED);
    assert!(refused.to_string().contains("/data"), "{refused}");
    let second = builder(&fs).folder("/more").start().unwrap();
    let theirs = second.session().unwrap();
    let refused = theirs.attach_database(DATABASE).unwrap_err();
    assert_eq!(refused.code(), JetCode::DATABASE_SHARING_VIOLATION);

    assert_eq!(code(first.close()), JetCode::TOO_MANY_ACTIVE_USERS);
    // The last session has the instance, and ends it.
    session.begin().unwrap().commit().unwrap();
    drop(session);
    theirs.attach_database(DATABASE).unwrap();
    builder(&fs).start().unwrap().close().unwrap();
}

#[test]
fn a_session_goes_to_another_thread_and_lasts_there() {
    let fs = disk();
    let instance = builder(&fs).start().unwrap();
    let session = instance.session().unwrap();
    let back = thread::spawn(move || {
        session.begin().unwrap().commit().unwrap();
        session
    });
    let session = back.join().unwrap();
    std::mem::forget(session.begin().unwrap());
    drop(session);
    instance.close().unwrap();
}

#[test]
fn settings_of_a_builder_reach_the_engine_or_are_refused() {
    let fs = disk();
    let refused = builder(&fs).page_size(5000).start();
    assert_eq!(code(refused), JetCode::INVALID_PARAMETER);
    let refused = builder(&fs).folder("/none").start();
    assert_eq!(code(refused), JetCode::INVALID_PATH);
    let instance = builder(&fs)
        .folder("/new/er")
        .create_folders(true)
        .page_size(8192)
        .base_name("abc")
        .parameter(ParamId::LOG_BUFFERS, 256)
        .start()
        .unwrap();
    assert!(fs.exists(Path::new("/new/er/abc.chk")).unwrap());
    let session = instance.session().unwrap();
    drop(session.create_database("/new/er/x.edb").unwrap());
    let (engine, handle) = instance.engine();
    let value = engine.parameter(handle, Handle::NONE, ParamId::LOG_BUFFERS.number().into(), 0);
    assert_eq!(value.unwrap(), 256.into());
}
