//! Databases of sessions on the real engine: which call is refused for which reason, in which order.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod stored;

use std::path::Path;

use jet_io::{FileSystem, LockKind, OpenMode};
use jet_log::record::Dbid;
use jet_session::databases::{Attached, Opened, PAGES_LIMIT_MAX};
use jet_session::options::{AttachBits, BeginBits, CommitBits, CreateBits, OpenBits, ResizeBits, TermBits};
use jet_session::params::ParamId;
use jet_session::storage::StorageError;
use jet_session::{DatabaseError, Entry, SessionError, ThreadId};
use stored::{DATABASE, call, commit, delete, failure, insert, keys, refusal, world};

const NONE: OpenBits = OpenBits(0);
const ALONE: OpenBits = OpenBits::EXCLUSIVE;

fn database(error: DatabaseError) -> SessionError {
    SessionError::Database(error)
}

#[test]
fn creating_opens_in_the_session_that_creates_and_nowhere_else() {
    let world = world();
    let instance = world.running("a", "/logs");
    let (session, number) = world.with_database(instance);
    let other = world.session(instance);
    assert_eq!(
        refusal(call(&other).database(number)),
        database(DatabaseError::NotOpen)
    );
    let opened = call(&other).open_database(DATABASE, NONE).unwrap();
    let expected = Opened {
        number,
        is_only_readable: false,
    };
    assert_eq!(opened, expected, "the number is the same for all");
    commit(&session, number, b"a", CommitBits::default()).unwrap();
    assert_eq!(keys(&other, number), [b"a"]);
}

#[test]
fn creating_is_refused_in_the_order_of_the_rules() {
    let world = world();
    let instance = world.running("a", "/logs");
    let (session, _) = world.with_database(instance);
    let mut call = call(&session);
    let no_versions = CreateBits::NO_VERSIONS;
    call.begin(BeginBits::default()).unwrap();
    let answer = call.create_database("", u32::MAX, no_versions);
    assert_eq!(refusal(answer), SessionError::InTransaction);
    call.roll_back(Default::default()).unwrap();
    let answer = call.create_database("", u32::MAX, no_versions);
    assert_eq!(refusal(answer), database(DatabaseError::InvalidPath));
    let answer = call.create_database("/data/x.edb", u32::MAX, CreateBits(0x4000));
    assert_eq!(refusal(answer), SessionError::InvalidOptions);
    let answer = call.create_database("/data/x.edb", PAGES_LIMIT_MAX + 1, no_versions);
    assert_eq!(refusal(answer), database(DatabaseError::InvalidPages));
    let answer = call.create_database("/data/x.edb", 0, no_versions);
    assert_eq!(refusal(answer), database(DatabaseError::NeedsVersions));
    let answer = call.create_database("/none/x.edb", 0, CreateBits::default());
    assert!(matches!(failure(answer), StorageError::NoFolder { folder } if folder == Path::new("/none")));
    assert!(!world.fs.exists(Path::new("/data/x.edb")).unwrap());
}

#[test]
fn nothing_is_created_in_a_session_whose_context_another_thread_holds() {
    let world = world();
    let instance = world.running("a", "/logs");
    let session = world.session(instance);
    let other = ThreadId::from_number(77);
    let mut theirs = session.enter(other, Entry::Service).unwrap();
    theirs.set_context(1).unwrap();
    drop(theirs);
    let create = |path| call(&session).create_database(path, 0, CreateBits::default());
    assert_eq!(refusal(create(DATABASE)), SessionError::SharingViolation);
    assert!(!world.fs.exists(Path::new(DATABASE)).unwrap());
    world
        .fs
        .open(Path::new("/data/there"), OpenMode::CreateNew)
        .unwrap();
    let refused = failure(create("/data/there"));
    assert!(matches!(refused, StorageError::Exists { .. }), "{refused}");
    let mut theirs = session.enter(other, Entry::Service).unwrap();
    theirs
        .create_database(DATABASE, 0, CreateBits::default())
        .unwrap();
}

#[test]
fn a_file_in_the_way_is_kept_unless_it_may_be_replaced() {
    let world = world();
    let instance = world.running("a", "/logs");
    let (session, number) = world.with_database(instance);
    commit(&session, number, b"old", CommitBits::default()).unwrap();
    let mut own = call(&session);
    let answer = own.create_database(DATABASE, 0, CreateBits::REPLACE);
    assert!(matches!(failure(answer), StorageError::Attached { .. }));
    assert!(own.close_database(number).unwrap());
    own.detach_database(Some(DATABASE)).unwrap();
    let answer = own.create_database(DATABASE, 0, CreateBits::default());
    assert!(matches!(failure(answer), StorageError::Exists { .. }));
    let number = own.create_database(DATABASE, 0, CreateBits::REPLACE).unwrap();
    drop(own);
    assert!(keys(&session, number).is_empty());
}

#[test]
fn a_missing_folder_is_made_when_that_is_wanted() {
    let world = world();
    let instance = world.running("a", "/logs");
    world.set(instance, ParamId::CREATE_PATH_IF_NOT_EXIST, 1, None);
    let session = world.session(instance);
    let made = call(&session).create_database("/new/er/x.edb", 0, CreateBits::default());
    made.unwrap();
    assert!(world.fs.exists(Path::new("/new/er/x.edb")).unwrap());
}

#[test]
fn two_names_of_a_file_are_one_database() {
    let world = world();
    let instance = world.running("a", "/logs");
    let (session, number) = world.with_database(instance);
    let opened = call(&session).open_database("/data/../data/./one.edb", NONE);
    assert_eq!(opened.unwrap().number, number);
}

#[test]
fn attaching_twice_says_so_and_numbers_are_freed_by_detaching() {
    let world = world();
    let instance = world.running("a", "/logs");
    let (session, number) = world.with_database(instance);
    let mut call = call(&session);
    let attach = |call: &mut jet_session::Call<'_, _>, path: &str| {
        call.attach_database(path, 0, AttachBits::default())
    };
    assert_eq!(attach(&mut call, DATABASE).unwrap(), Attached::Already);
    assert_eq!(
        refusal(call.detach_database(Some(DATABASE))),
        database(DatabaseError::InUse)
    );
    call.close_database(number).unwrap();
    call.detach_database(Some(DATABASE)).unwrap();
    for answer in [
        call.detach_database(Some(DATABASE)),
        call.open_database(DATABASE, NONE).map(|_| ()),
    ] {
        assert_eq!(refusal(answer), database(DatabaseError::NotAttached));
    }
    assert_eq!(attach(&mut call, DATABASE).unwrap(), Attached::New);
    assert_eq!(call.open_database(DATABASE, NONE).unwrap().number, number);
    let answer = attach(&mut call, "/data/none.edb");
    assert!(matches!(failure(answer), StorageError::NotFound { .. }));
}

#[test]
fn attaching_and_detaching_need_level_0_and_known_options() {
    let world = world();
    let instance = world.running("a", "/logs");
    let session = world.session(instance);
    let mut call = call(&session);
    call.begin(BeginBits::default()).unwrap();
    let attached = call.attach_database("", 0, AttachBits::default());
    assert_eq!(refusal(attached), SessionError::InTransaction);
    assert_eq!(refusal(call.detach_database(None)), SessionError::InTransaction);
    call.roll_back(Default::default()).unwrap();
    let attached = call.attach_database("", 0, AttachBits(1 << 30));
    assert_eq!(refusal(attached), database(DatabaseError::InvalidPath));
    let both = AttachBits::READ_ONLY | AttachBits::DELETE_UNICODE_INDEXES;
    for bits in [AttachBits(1 << 30), both] {
        let attached = call.attach_database(DATABASE, 0, bits);
        assert_eq!(refusal(attached), SessionError::InvalidOptions);
    }
}

#[test]
fn six_databases_are_the_most() {
    let world = world();
    let instance = world.running("a", "/logs");
    let session = world.session(instance);
    let mut call = call(&session);
    for number in 1..=6 {
        let path = format!("/data/{number}.edb");
        let made = call.create_database(&path, 0, CreateBits::default()).unwrap();
        assert_eq!(made, Dbid(number));
    }
    let answer = call.create_database("/data/7.edb", 0, CreateBits::default());
    assert!(matches!(
        failure(answer),
        StorageError::TooManyDatabases { count: 6 }
    ));
    call.close_database(Dbid(3)).unwrap();
    call.detach_database(Some("/data/3.edb")).unwrap();
    let made = call.create_database("/data/7.edb", 0, CreateBits::default());
    assert_eq!(made.unwrap(), Dbid(3));
}

#[test]
fn each_open_needs_a_close_and_the_end_of_a_session_closes_all() {
    let world = world();
    let instance = world.running("a", "/logs");
    let (session, number) = world.with_database(instance);
    let other = world.session(instance);
    call(&session).open_database(DATABASE, NONE).unwrap();
    assert!(!call(&session).close_database(number).unwrap());
    call(&session).database(number).unwrap();
    call(&other).open_database(DATABASE, NONE).unwrap();
    assert!(call(&session).close_database(number).unwrap());
    let answer = call(&session).close_database(number);
    assert_eq!(refusal(answer), database(DatabaseError::NotOpen));
    let answer = call(&session).detach_database(None);
    assert_eq!(refusal(answer), database(DatabaseError::InUse));
    world.process.end_session(other.handle(), stored::MAIN).unwrap();
    call(&session).detach_database(None).unwrap();
}

#[test]
fn a_database_for_oneself_is_locked_for_others() {
    let world = world();
    let instance = world.running("a", "/logs");
    let (session, number) = world.with_database(instance);
    let other = world.session(instance);
    let answer = call(&other).open_database(DATABASE, ALONE);
    assert_eq!(refusal(answer), database(DatabaseError::InUse));
    call(&session).close_database(number).unwrap();
    call(&other).open_database(DATABASE, ALONE).unwrap();
    for bits in [NONE, ALONE] {
        let answer = call(&session).open_database(DATABASE, bits);
        assert_eq!(refusal(answer), database(DatabaseError::Locked));
    }
    call(&other).close_database(number).unwrap();
    call(&session).open_database(DATABASE, NONE).unwrap();
}

#[test]
fn one_database_per_session_comes_before_whether_it_is_attached() {
    let world = world();
    let instance = world.instance("a", "/logs");
    world.set(instance, ParamId::ONE_DATABASE_PER_SESSION, 1, None);
    world.init(instance).unwrap();
    let (session, number) = world.with_database(instance);
    let mut call = call(&session);
    call.open_database(DATABASE, NONE).unwrap();
    let one = database(DatabaseError::OnePerSession);
    assert_eq!(refusal(call.open_database("/data/none.edb", NONE)), one);
    assert_eq!(
        refusal(call.create_database("/data/x.edb", 0, CreateBits::default())),
        one
    );
    for _ in 0..2 {
        call.close_database(number).unwrap();
    }
    call.create_database("/data/x.edb", 0, CreateBits::default())
        .unwrap();
}

#[test]
fn a_database_attached_to_be_read_is_read_by_several_instances_and_never_changed() {
    let world = world();
    let instance = world.running("a", "/logs");
    let (session, number) = world.with_database(instance);
    commit(&session, number, b"a", CommitBits::default()).unwrap();
    world.term(instance, TermBits::COMPLETE).unwrap();
    let before = world.fs.contents(Path::new(DATABASE)).unwrap();

    for (name, folder) in [("a", "/logs"), ("b", "/more")] {
        let instance = world.running(name, folder);
        let session = world.session(instance);
        let attached = call(&session).attach_database(DATABASE, 0, AttachBits::READ_ONLY);
        assert_eq!(attached.unwrap(), Attached::New);
        let opened = call(&session).open_database(DATABASE, NONE).unwrap();
        assert!(opened.is_only_readable);
        assert_eq!(keys(&session, opened.number), [b"a"]);
        let opened = call(&session).open_database(DATABASE, OpenBits::READ_ONLY);
        assert!(!opened.unwrap().is_only_readable, "it was asked for");
        instance_upkeep(&world, instance);
    }
    let third = world.running("c", "/data");
    let session = world.session(third);
    let attached = call(&session).attach_database(DATABASE, 0, AttachBits::default());
    assert!(matches!(failure(attached), StorageError::Open(_)));
    assert_eq!(world.fs.contents(Path::new(DATABASE)).unwrap(), before);
}

fn instance_upkeep(world: &stored::World, instance: jet_session::Handle) {
    let engine = world.process.instance(instance).unwrap().engine().unwrap();
    engine.upkeep().unwrap();
}

#[test]
fn what_another_owner_has_or_a_crash_left_is_not_attached() {
    let world = world();
    let instance = world.running("a", "/logs");
    let (session, number) = world.with_database(instance);
    commit(&session, number, b"a", CommitBits::default()).unwrap();
    let crashed = world.fs.durable_image();

    // Another process has the file.
    let other = stored::world();
    let second = other.running("b", "/more");
    let session = other.session(second);
    call(&session)
        .create_database("/data/x.edb", 0, CreateBits::default())
        .unwrap();
    call(&session).close_database(Dbid(1)).unwrap();
    call(&session).detach_database(None).unwrap();
    let owner = other
        .fs
        .open(Path::new("/data/x.edb"), OpenMode::ReadWrite)
        .unwrap();
    owner.try_lock(LockKind::Exclusive).unwrap();
    let attached = call(&session).attach_database("/data/x.edb", 0, AttachBits::default());
    assert!(matches!(failure(attached), StorageError::Open(_)));
    drop(owner);
    call(&session)
        .attach_database("/data/x.edb", 0, AttachBits::default())
        .unwrap();

    // Its logs are elsewhere.
    let after = stored::world_on(&crashed, None);
    let instance = after.running("c", "/more");
    let session = after.session(instance);
    let attached = call(&session).attach_database(DATABASE, 0, AttachBits::default());
    assert!(matches!(failure(attached), StorageError::State { .. }));
}

#[test]
fn pages_of_another_size_are_refused() {
    let world = world();
    let instance = world.running("a", "/logs");
    let (session, number) = world.with_database(instance);
    call(&session).close_database(number).unwrap();
    call(&session).detach_database(None).unwrap();
    let other = stored::world_on(&world.fs, None);
    other.set(jet_session::Handle::NONE, ParamId::DATABASE_PAGE_SIZE, 8192, None);
    let instance = other.running("b", "/more");
    let session = other.session(instance);
    let attached = call(&session).attach_database(DATABASE, 0, AttachBits::default());
    assert!(matches!(
        failure(attached),
        StorageError::PageSize {
            found: 4096,
            expected: 8192,
            ..
        }
    ));
}

#[test]
fn sizes_change_as_the_bits_and_the_instance_allow() {
    let world = world();
    let instance = world.instance("a", "/logs");
    world.set(instance, ParamId::ENABLE_SHRINK_DATABASE, 1, None);
    world.init(instance).unwrap();
    let (session, number) = world.with_database(instance);
    let pages = || world.fs.metadata(Path::new(DATABASE)).unwrap().len / 4096;
    let resize = |pages, bits| call(&session).resize_database(number, pages, ResizeBits(bits));
    for unknown in [0x3, 0x4] {
        assert_eq!(refusal(resize(0, unknown)), SessionError::InvalidOptions);
    }
    assert_eq!((resize(1000, 0x2).unwrap(), pages()), (256, 256));
    let grown = call(&session).grow_database(number, 1000).unwrap();
    assert_eq!((grown, pages()), (1024, 1024));
    let space = call(&session).database_space(number).unwrap();
    assert_eq!(space.owned, 1022);
    assert!((1000..1022).contains(&space.available), "{space:?}");
    // By a quarter of the first extent at least, in multiples of what holds now.
    world.set(instance, ParamId::ENABLE_ADVANCED, 1, None);
    world.set(instance, ParamId::DB_EXTENSION_SIZE, 16, None);
    assert_eq!((resize(1030, 0).unwrap(), pages()), (1088, 1088));
    assert_eq!((resize(100, 0x1).unwrap(), pages()), (1088, 1088));
    let mut inside = call(&session);
    inside.begin(BeginBits::default()).unwrap();
    insert(&mut inside, number, b"a").unwrap();
    assert_eq!(inside.resize_database(number, 100, ResizeBits(0)).unwrap(), 100);
    inside.commit(CommitBits::default(), 0).unwrap();
    drop(inside);
    assert_eq!(pages(), 100);
    let least = u64::from(resize(0, 0).unwrap());
    assert!(least < 16, "the last page in use ends it: {least}");
    for key in 0..2000_u32 {
        commit(&session, number, &key.to_be_bytes(), CommitBits::LAZY).unwrap();
    }
    assert!(pages() > least, "{least}");

    // What a crash leaves is as long, and whole.
    let other = stored::world_on(&world.fs.durable_image(), None);
    let instance = other.running("a", "/logs");
    let session = other.session(instance);
    let mut inside = call(&session);
    inside
        .attach_database(DATABASE, 0, AttachBits::READ_ONLY)
        .unwrap();
    let number = inside
        .open_database(DATABASE, OpenBits::READ_ONLY)
        .unwrap()
        .number;
    let answer = inside.resize_database(number, 5000, ResizeBits(0));
    assert_eq!(refusal(answer), database(DatabaseError::ReadOnly));
    let answer = inside.resize_database(number, 0, ResizeBits(0));
    assert_eq!(refusal(answer), SessionError::NotAvailable);
    drop(inside);
    assert!(keys(&session, number).contains(&b"a".to_vec()));
}

#[test]
fn a_file_nobody_uses_is_made_longer_and_never_shorter() {
    let world = world();
    let instance = world.running("a", "/logs");
    let (session, number) = world.with_database(instance);
    let mut inside = call(&session);
    let answer = inside.set_database_size(DATABASE, 2000);
    assert!(matches!(failure(answer), StorageError::Open(_)), "it is attached");
    inside.close_database(number).unwrap();
    inside.detach_database(None).unwrap();
    let answer = inside.set_database_size("", 2000);
    assert_eq!(refusal(answer), database(DatabaseError::InvalidPath));
    assert!(matches!(
        refusal(inside.set_database_size(DATABASE, 31)),
        SessionError::InvalidParameter(_)
    ));
    for (pages, has) in [(2000, 2000), (100, 2000)] {
        assert_eq!(inside.set_database_size(DATABASE, pages).unwrap(), has);
    }
    let len = world.fs.metadata(Path::new(DATABASE)).unwrap().len;
    assert_eq!(len, 2002 * 4096);
    inside.attach_database(DATABASE, 0, AttachBits(0)).unwrap();
    let number = inside.open_database(DATABASE, NONE).unwrap().number;
    assert_eq!(
        inside.grow_database(number, 300).unwrap(),
        512,
        "its own pages count"
    );
}

#[test]
fn a_database_is_detached_unless_something_in_it_is_undecided() {
    let world = world();
    let instance = world.running("a", "/logs");
    let (writer, one) = world.with_database(instance);
    let other = world.session(instance);
    let path = "/data/two.edb";
    let two = call(&other)
        .create_database(path, 0, CreateBits::default())
        .unwrap();
    for key in [b"gone", b"kept"] {
        commit(&other, two, key, CommitBits::default()).unwrap();
    }
    let mut open = call(&writer);
    open.begin(BeginBits::default()).unwrap();
    insert(&mut open, one, b"a").unwrap();
    drop(open);
    // What the open transaction would still see goes with the database.
    let mut inside = call(&other);
    inside.begin(BeginBits::default()).unwrap();
    delete(&mut inside, two, b"gone").unwrap();
    inside.commit(CommitBits::default(), 0).unwrap();
    inside.close_database(two).unwrap();
    inside.detach_database(Some(path)).unwrap();
    inside.attach_database(path, 0, AttachBits(0)).unwrap();
    let two = inside.open_database(path, NONE).unwrap().number;
    drop(inside);
    assert_eq!(keys(&other, two), [b"kept"]);

    call(&writer).close_database(one).unwrap();
    let refused = failure(call(&other).detach_database(Some(DATABASE)));
    assert!(matches!(refused, StorageError::Busy { count: 1 }), "{refused}");
    call(&writer).commit(CommitBits::default(), 0).unwrap();
    call(&other).detach_database(Some(DATABASE)).unwrap();
    call(&other).attach_database(DATABASE, 0, AttachBits(0)).unwrap();
    let one = call(&other).open_database(DATABASE, NONE).unwrap().number;
    assert_eq!(keys(&other, one), [b"a"]);
}
