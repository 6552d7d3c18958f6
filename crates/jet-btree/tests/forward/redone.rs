//! The log of a store, done again on an empty file.

use std::path::Path;
use std::sync::Arc;

use jet_btree::Store;
use jet_btree::redo::{DecompressError, Memory, Redo};
use jet_io::{FileSystem, IoError, MemFs, OpenMode};
use jet_log::recovery::{Barrier, Marks, Place, Target, TargetFile};
use jet_log::{Generation, Lgpos, LogFile, Record};
use jet_pages::header::PageHeader;
use jet_pages::{PageFlags, PageSize};
use zerocopy::FromBytes;

use crate::plant::{DATABASE, DBID, FIRST_PAGES, LOGS, names};

#[derive(Debug)]
struct NoBarrier;

impl Barrier for NoBarrier {
    fn before_write(&self, _: Lgpos) -> Result<(), IoError> {
        Ok(())
    }
}

fn no_compression(_: &[u8], _: usize) -> Result<Vec<u8>, DecompressError> {
    Err(DecompressError("nothing is compressed".to_owned()))
}

/// What kinds of splits and merges a log has, by the names of their enums.
pub(crate) type Seen = std::collections::BTreeSet<String>;

/// The logs of `fs`, done again on the file in `onto`.
pub(crate) fn redo(fs: &MemFs, size: PageSize, onto: &MemFs, newest: Generation) -> (Redo, Seen) {
    let mut redo = Redo::new(
        Memory {
            soft_bytes: 500 * size.bytes(),
            hard_bytes: 500 * size.bytes(),
        },
        no_compression,
    );
    redo.attach(
        DBID,
        TargetFile {
            file: onto.open(DATABASE.as_ref(), OpenMode::ReadWrite).unwrap(),
            page_size: size,
            attached: Lgpos::NONE,
            resized: Some(Lgpos::NONE),
            newest,
            marks: Marks::default(),
            barrier: Arc::new(NoBarrier),
        },
    )
    .unwrap();
    let mut seen = Seen::new();
    let mut generation = 1;
    loop {
        let closed = Path::new(LOGS).join(names().closed(Generation(generation)));
        let (path, is_last) = match fs.contents(&closed) {
            Ok(_) => (closed, false),
            Err(_) => (Path::new(LOGS).join(names().current()), true),
        };
        let file = LogFile::open(fs, &path).unwrap();
        redo_file(&mut redo, &file, &mut seen);
        if is_last {
            return (redo, seen);
        }
        generation += 1;
    }
}

fn redo_file(redo: &mut Redo, file: &LogFile, seen: &mut Seen) {
    // Nobody else writes in between: a macro is one run of records.
    let mut group: Option<Vec<Vec<u8>>> = None;
    let mut reader = file.records();
    while let Some(entry) = reader.next().unwrap() {
        let place = Place {
            at: entry.lgpos,
            begun: Lgpos::NONE,
            is_old: false,
        };
        match &entry.record {
            Record::Split(split) if split.new_page.is_some() => {
                let level = match PageFlags::from_bits(split.new_page_flags).contains(PageFlags::LEAF) {
                    true => "leaf",
                    false => "internal",
                };
                let (kind, operation) = (split.kind().unwrap(), split.operation().unwrap());
                seen.insert(format!("{level} {kind:?} {operation:?}"));
            }
            Record::Merge(merge) => {
                let (kind, flags) = (merge.kind().unwrap(), merge.merge_flags);
                seen.insert(format!("{kind:?} {flags}"));
            }
            _ => {}
        }
        match (entry.record, &mut group) {
            (Record::MacroBegin(_), _) => group = Some(Vec::new()),
            (Record::MacroCommit(_), Some(bytes)) => {
                let records: Vec<_> = bytes
                    .iter()
                    .map(|bytes| Record::decode(bytes).unwrap().0)
                    .collect();
                redo.redo_macro(place, &records).unwrap();
                group = None;
            }
            (record, Some(bytes)) => {
                let mut encoded = Vec::new();
                record.encode(&mut encoded).unwrap();
                bytes.push(encoded);
            }
            (record, None) => redo.redo(place, &record).unwrap(),
        }
    }
}

/// Pages without what only writing decides on, and without the bytes that rollbacks may need.
pub(crate) fn bare_pages(size: PageSize, file: &[u8]) -> Vec<Vec<u8>> {
    let pages = file.chunks(size.bytes()).skip(2);
    let bare = pages.map(|page| {
        let mut page = page.to_vec();
        let (header, _) = PageHeader::mut_from_prefix(&mut page).unwrap();
        header.checksum = 0.into();
        header.uncommitted_free_bytes = 0.into();
        header.flags = header
            .page_flags()
            .without(PageFlags::FLUSH_TYPE | PageFlags::NEW_CHECKSUM)
            .bits()
            .into();
        if size.is_large() {
            page[40..64].fill(0);
        }
        page
    });
    bare.collect()
}

/// An empty file, and the log done again on it, is the database as it is.
pub(crate) fn assert_redone(fs: &MemFs, store: &Store) -> Seen {
    let size = store.page_size();
    store.flush().unwrap();
    let log = store.log().unwrap();
    log.flush(log.position()).unwrap();
    let onto = MemFs::from_files([(DATABASE, vec![0; (FIRST_PAGES as usize + 2) * size.bytes()])]);
    let (mut redo, seen) = redo(fs, size, &onto, Generation(0));
    redo.flush(DBID).unwrap();
    assert_same(size, fs, &onto);
    seen
}

pub(crate) fn assert_same(size: PageSize, expected: &MemFs, found: &MemFs) {
    let pages = |fs: &MemFs| bare_pages(size, &fs.contents(Path::new(DATABASE)).unwrap());
    let (expected, found) = (pages(expected), pages(found));
    assert_eq!(expected.len(), found.len());
    for (index, (expected, found)) in expected.iter().zip(&found).enumerate() {
        let differs = expected.iter().zip(found).position(|(a, b)| a != b);
        assert_eq!(differs, None, "page {}", index + 1);
    }
}
