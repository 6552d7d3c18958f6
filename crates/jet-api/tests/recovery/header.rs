//! The header of a recovered database: complete, detached, and no flush map of before belongs to it any more.

use jet_api::recover::{Lgpos, Until};
use jet_io::SimFs;
use jet_log::{LogFile, RecordKind};
use jet_pages::PageSize;
use jet_pages::dbheader::{self, DbHeader, DbState, HeaderSource, LogTime, Signature};
use jet_pages::flushmap::FlushMapHeader;
use jet_pages::header::PageHeader;
use jet_test::{fixtures, logs};
use zerocopy::{FromBytes, FromZeros, IntoBytes};

use crate::golden::sets;
use crate::sets::{file_system, files_in, recover, recovery};
use crate::windows::server_2022;

/// Recovered databases, with the file system around each: path, and header before if the file was there.
fn recovered() -> Vec<(SimFs, &'static str, Option<DbHeader>)> {
    let mut all = Vec::new();
    for set in sets() {
        let fs = file_system(files_in(set, &set.name));
        let path = "/set/corpus.edb";
        let before = fs
            .contents(path.as_ref())
            .ok()
            .and_then(|bytes| header_of(&bytes).ok());
        recover(&fs).unwrap();
        all.push((fs, path, before));
    }
    let from_nothing = file_system(server_2022(1..=5));
    recover(&from_nothing).unwrap();
    all.push((from_nothing, "/set/SRUDB.dat", None));
    let name = "srum-belka-dirty.SRUDB.dat";
    let mut files = files_in(logs::named(name), "");
    files.push(("SRUDB.dat".to_owned(), fixtures::named(name).bytes().to_vec()));
    let fs = file_system(files);
    let before = header_of(fixtures::named(name).bytes()).unwrap();
    recover(&fs).unwrap();
    all.push((fs, "/set/SRUDB.dat", Some(before)));
    all
}

fn header_of(bytes: &[u8]) -> Result<DbHeader, dbheader::HeaderError> {
    dbheader::read_header(bytes).map(|read| read.header)
}

/// The last mark that all pages are on disk at which the database was attached.
fn last_mark(fs: &SimFs) -> Lgpos {
    let files = fs.files().unwrap();
    let logs = files.iter().filter(|(path, _)| {
        path.extension()
            .is_some_and(|extension| extension == "log" || extension == "jtx")
    });
    let mut logs: Vec<_> = logs
        .filter_map(|(path, bytes)| LogFile::from_bytes(path, bytes).ok())
        .collect();
    logs.sort_by_key(LogFile::generation);
    let (mut last, mut is_attached) = (Lgpos::NONE, true);
    for log in &logs {
        let mut records = log.records();
        while let Some(entry) = records.next().unwrap() {
            match entry.record.kind() {
                RecordKind::CreateDatabase | RecordKind::AttachDatabase => is_attached = true,
                RecordKind::Term2 | RecordKind::RecoveryQuit2 => is_attached = false,
                RecordKind::ShutDownMark if is_attached => last = entry.lgpos,
                _ => {}
            }
        }
    }
    last
}

#[test]
fn it_says_that_the_database_is_complete() {
    for (fs, path, before) in recovered() {
        let bytes = fs.contents(path.as_ref()).unwrap();
        let header = header_of(&bytes).unwrap();
        assert_eq!(header.db_state(), DbState::CleanShutdown);
        let generations = [
            header.generation_min_required,
            header.generation_max_required,
            header.generation_max_committed,
            header.generation_min_consistent,
            header.generation_pre_redo_min_consistent,
            header.generation_pre_redo_min_required,
            header.generation_recovering,
        ];
        assert!(
            generations.iter().all(|generation| generation.get() == 0),
            "{generations:?}"
        );
        for time in [
            header.generation_max_created,
            header.generation_max_required_created,
        ] {
            assert_eq!(time.as_bytes(), LogTime::default().as_bytes());
        }
        let mark = last_mark(&fs);
        assert!(mark.is_some());
        assert_eq!(
            (
                Lgpos::from(header.consistent_lgpos),
                Lgpos::from(header.detach_lgpos)
            ),
            (mark, mark)
        );
        assert!(header.consistent_time.is_set() && header.detach_time.is_set());
        assert!(Lgpos::from(header.attach_lgpos) < mark);
        if let Some(before) = before {
            assert!(header.log_signature.matches(&before.log_signature));
            assert!(header.db_signature.matches(&before.db_signature));
        }
    }
}

#[test]
fn its_copies_are_equal_and_its_numbers_cover_all_pages() {
    for (fs, path, _) in recovered() {
        let bytes = fs.contents(path.as_ref()).unwrap();
        let read = dbheader::read_header(&bytes).unwrap();
        let size: PageSize = read.page_size;
        assert_eq!(read.source, HeaderSource::Both);
        assert!(bytes[..size.bytes()] == bytes[size.bytes()..2 * size.bytes()]);
        let (mut dbtime, mut objid) = (0, 0);
        for page in bytes.chunks(size.bytes()).skip(2) {
            let (header, _) = PageHeader::ref_from_prefix(page).unwrap();
            dbtime = dbtime.max(header.dbtime.get());
            objid = objid.max(header.objid.get());
        }
        assert!(read.header.dbtime_dirtied.get() >= dbtime, "{path}: {dbtime}");
        assert!(read.header.objid_last.get() >= objid, "{path}: {objid}");
    }
}

/// A map that belonged to the database when its header was this one, by either signature.
fn maps_of(header: &DbHeader) -> [FlushMapHeader; 2] {
    let mut named = FlushMapHeader::new_zeroed();
    named.flush_map_signature = header.flush_map_signature;
    let mut naming = FlushMapHeader::new_zeroed();
    naming.header_flush_signature = header.header_flush_signature;
    naming.flush_map_signature.random = 5.into();
    [named, naming]
}

#[test]
fn no_flush_map_of_before_belongs_to_it() {
    let mut dirty = 0;
    for (fs, path, before) in recovered() {
        let header = header_of(&fs.contents(path.as_ref()).unwrap()).unwrap();
        assert_eq!(
            header.flush_map_signature.as_bytes(),
            Signature::default().as_bytes()
        );
        assert_ne!(
            header.header_flush_signature.as_bytes(),
            Signature::default().as_bytes()
        );
        let Some(before) = before else { continue };
        dirty += 1;
        assert_ne!(
            header.header_flush_signature.as_bytes(),
            before.header_flush_signature.as_bytes()
        );
        for map in maps_of(&before) {
            assert_eq!(map.belongs_to(&header), None, "{path}");
        }
        let [_, map] = maps_of(&header);
        assert!(map.belongs_to(&header).is_some());
    }
    assert!(dirty >= 2);
}

/// A recovery that leaves the rest to the next one: the header tells it what is needed.
#[test]
fn a_database_left_in_need_of_logs_says_which() {
    let fs = file_system(server_2022(1..=5));
    let until = Until::Position(Lgpos {
        generation: jet_log::Generation(4),
        sector: 4,
        byte: 0,
    });
    recovery(&fs)
        .without_undo()
        .until(until)
        .run(&mut |_| {})
        .unwrap();
    let header = header_of(&fs.contents("/set/SRUDB.dat".as_ref()).unwrap()).unwrap();
    assert_eq!(header.db_state(), DbState::DirtyShutdown);
    assert!((1..=4).contains(&header.generation_min_required.get()));
    assert_eq!(header.generation_max_required.get(), 4);
    assert!(header.generation_max_committed.get() >= 4);
    assert_eq!(
        header.flush_map_signature.as_bytes(),
        Signature::default().as_bytes()
    );
    recover(&fs).unwrap();
    let header = header_of(&fs.contents("/set/SRUDB.dat".as_ref()).unwrap()).unwrap();
    assert_eq!(header.db_state(), DbState::CleanShutdown);
}
