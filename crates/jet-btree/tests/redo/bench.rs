//! A database of a few pages, records, and what every redo of them must hold to.

use std::path::Path;
use std::sync::Arc;

use jet_btree::redo::{DecompressError, Memory, Redo, RedoError};
use jet_io::{FileSystem, IoError, OpenMode, SimFs};
use jet_log::record::{Dbid, Record};
use jet_log::recovery::{Barrier, Marks, Place, Target, TargetFile};
use jet_log::{Generation, Lgpos};
use jet_pages::header::PageHeader;
use jet_pages::{Dbtime, Objid, PageFlags, PageMut, PageSize, Pgno, checksum};
use zerocopy::FromBytes;

pub(crate) const PATH: &str = "/db";
pub(crate) const DATABASE: Dbid = Dbid(1);
pub(crate) const TREE: Objid = Objid(30);
/// Time of a change that [`Case`] redoes; pages have times well below.
pub(crate) const AFTER: Dbtime = Dbtime(1000);
/// Where the file was attached.
pub(crate) const ATTACHED: Lgpos = at(2, 8, 0);
/// The generation of all records.
pub(crate) const GENERATION: u32 = 5;
/// "No page of the file has changes of these records."
pub(crate) const BEHIND: Generation = Generation(GENERATION - 1);
/// "Any page of the file may have changes of these records, or later ones."
pub(crate) const AHEAD: Generation = Generation(GENERATION);

pub(crate) const fn at(generation: u32, sector: u16, byte: u16) -> Lgpos {
    Lgpos {
        generation: Generation(generation),
        sector,
        byte,
    }
}

/// The place of record `index`.
pub(crate) const fn place(index: u16) -> Place {
    Place {
        at: at(GENERATION, 8, index),
        begun: at(GENERATION, 8, 0),
        is_old: false,
    }
}

#[derive(Debug)]
struct NoBarrier;

impl Barrier for NoBarrier {
    fn before_write(&self, _: Lgpos) -> Result<(), IoError> {
        Ok(())
    }
}

/// Stands for the compression of images: every bit turned round.
pub(crate) fn turn_round(bytes: &[u8], most: usize) -> Result<Vec<u8>, DecompressError> {
    if bytes.len() > most {
        return Err(DecompressError("too long".to_owned()));
    }
    Ok(bytes.iter().map(|byte| !byte).collect())
}

/// Makes a page; its checksum comes with [`file_of`].
pub(crate) fn page(
    size: PageSize,
    pgno: u32,
    time: u64,
    flags: PageFlags,
    fill: impl FnOnce(&mut PageMut<'_>),
) -> Vec<u8> {
    let mut bytes = vec![0; size.bytes()];
    let flags = flags | PageFlags::NEW_RECORD_FORMAT;
    let mut page = PageMut::format(&mut bytes, Pgno(pgno), size, TREE, flags).unwrap();
    fill(&mut page);
    page.stamp(Dbtime(time));
    bytes
}

/// The file with these pages, from page 1 on. A page of zeros stays one.
pub(crate) fn file_of(size: PageSize, pages: &[Vec<u8>]) -> Vec<u8> {
    let mut file = vec![0; 2 * size.bytes()];
    for (index, page) in pages.iter().enumerate() {
        let mut page = page.clone();
        if page.iter().any(|&byte| byte != 0) {
            checksum::update(&mut page, Pgno(index as u32 + 1), size);
        }
        file.extend_from_slice(&page);
    }
    file
}

/// Its pages, without what only writing decides on.
pub(crate) fn pages_of(size: PageSize, file: &[u8]) -> Vec<Vec<u8>> {
    let pages = file.chunks(size.bytes()).skip(2);
    pages
        .map(|page| {
            let mut page = page.to_vec();
            let (header, _) = PageHeader::mut_from_prefix(&mut page).unwrap();
            let written = PageFlags::FLUSH_TYPE | PageFlags::NEW_CHECKSUM;
            header.checksum = 0.into();
            header.flags = header.page_flags().without(written).bits().into();
            page
        })
        .collect()
}

/// The same page at another time.
pub(crate) fn at_time(page: &[u8], time: u64) -> Vec<u8> {
    let mut page = page.to_vec();
    let (header, _) = PageHeader::mut_from_prefix(&mut page).unwrap();
    header.dbtime = time.into();
    page
}

pub(crate) fn time_of(page: &[u8]) -> u64 {
    PageHeader::ref_from_prefix(page).unwrap().0.dbtime.get()
}

/// A record, through its bytes.
pub(crate) fn encoded(record: &Record<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    record.encode(&mut bytes).unwrap();
    bytes
}

pub(crate) fn decoded(bytes: &[u8]) -> Record<'_> {
    let (record, len) = Record::decode(bytes).unwrap();
    assert_eq!(len, bytes.len());
    record
}

/// An error without the file in which it arose.
pub(crate) fn bare(error: RedoError) -> RedoError {
    match error {
        RedoError::In { source, .. } => *source,
        error => error,
    }
}

/// Redo on one file.
pub(crate) struct Bench {
    pub(crate) fs: SimFs,
    pub(crate) redo: Redo,
    size: PageSize,
    next: u16,
}

impl Bench {
    pub(crate) fn new(size: PageSize, file: Vec<u8>, newest: Generation) -> Self {
        Self::resized(size, file, newest, None)
    }

    /// With what the header of the file says of its length.
    pub(crate) fn resized(size: PageSize, file: Vec<u8>, newest: Generation, resized: Option<Lgpos>) -> Self {
        let fs = SimFs::from_files([(PATH, file)]);
        let memory = Memory {
            soft_bytes: 1 << 20,
            hard_bytes: 4 << 20,
        };
        let mut redo = Redo::new(memory, turn_round);
        let file = fs.open(Path::new(PATH), OpenMode::ReadWrite).unwrap();
        let target = TargetFile {
            file,
            page_size: size,
            attached: ATTACHED,
            resized,
            newest,
            marks: Marks::default(),
            barrier: Arc::new(NoBarrier),
        };
        redo.attach(DATABASE, target).unwrap();
        Self {
            fs,
            redo,
            size,
            next: 0,
        }
    }

    /// Redoes a record at the next place.
    pub(crate) fn redo(&mut self, record: &Record<'_>) -> Result<(), RedoError> {
        let bytes = encoded(record);
        self.next += 1;
        self.redo.redo(place(self.next), &decoded(&bytes)).map_err(bare)
    }

    pub(crate) fn redo_macro(&mut self, records: &[Record<'_>]) -> Result<(), RedoError> {
        self.next += 1;
        self.redo.redo_macro(place(self.next), records).map_err(bare)
    }

    pub(crate) fn flush(&mut self) -> Result<Vec<u8>, RedoError> {
        self.redo.flush(DATABASE).map_err(bare)?;
        Ok(self.fs.contents(Path::new(PATH)).unwrap())
    }

    /// All pages as they are in the file after a flush.
    pub(crate) fn pages(&mut self) -> Vec<Vec<u8>> {
        let file = self.flush().unwrap();
        for (index, page) in file.chunks(self.size.bytes()).enumerate().skip(2) {
            checksum::verify(page, Pgno(index as u32 - 1), self.size).unwrap();
        }
        pages_of(self.size, &file)
    }
}

/// Records that belong together, and the pages before them.
pub(crate) struct Case {
    pub(crate) size: PageSize,
    pub(crate) before: Vec<Vec<u8>>,
    records: Vec<Vec<u8>>,
    is_macro: bool,
    /// Pages whose content before does not matter.
    made: Vec<Pgno>,
}

impl Case {
    /// A record outside a macro.
    pub(crate) fn record(size: PageSize, before: Vec<Vec<u8>>, record: &Record<'_>) -> Self {
        Self {
            size,
            before,
            records: vec![encoded(record)],
            is_macro: false,
            made: Vec::new(),
        }
    }

    /// A macro.
    pub(crate) fn group(size: PageSize, before: Vec<Vec<u8>>, records: &[Record<'_>]) -> Self {
        Self {
            size,
            before,
            records: records.iter().map(encoded).collect(),
            is_macro: true,
            made: Vec::new(),
        }
    }

    /// The records make these pages anew.
    pub(crate) fn makes(mut self, pages: &[u32]) -> Self {
        self.made = pages.iter().copied().map(Pgno).collect();
        self
    }

    pub(crate) fn run(&self, before: &[Vec<u8>], newest: Generation) -> Result<Vec<Vec<u8>>, RedoError> {
        let mut bench = Bench::new(self.size, file_of(self.size, before), newest);
        let records: Vec<_> = self.records.iter().map(|bytes| decoded(bytes)).collect();
        if self.is_macro {
            bench.redo_macro(&records)?;
        } else {
            records.iter().try_for_each(|record| bench.redo(record))?;
        }
        let file = bench.flush()?;
        Ok(pages_of(self.size, &file))
    }

    /// Redoes the records, and checks what holds for any of them: redo after redo changes nothing; whichever of the pages
    /// had reached the disk, the end is the same; a page of another time is an error. The pages afterwards.
    pub(crate) fn check(&self) -> Vec<Vec<u8>> {
        let after = self.run(&self.before, BEHIND).unwrap();
        let mut before = pages_of(self.size, &file_of(self.size, &self.before));
        before.resize(after.len(), vec![0; self.size.bytes()]);
        let changed: Vec<usize> = (0..after.len())
            .filter(|&index| after[index] != before[index])
            .collect();
        for mask in 0_u32..1 << changed.len() {
            let mut mixed = before.clone();
            for (bit, &index) in changed.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1) {
                mixed[index] = after[index].clone();
                assert_eq!(time_of(&mixed[index]), AFTER.0, "page {} (bit {bit})", index + 1);
            }
            let redone = self
                .run(&mixed, AHEAD)
                .unwrap_or_else(|error| panic!("{mask:#b}: {error}"));
            assert!(redone == after, "with pages {mask:#b} of {changed:?} on the disk");
        }
        for index in changed {
            if !self.made.contains(&Pgno(index as u32 + 1)) {
                self.check_times(&before, &after, index);
            }
        }
        after
    }

    fn check_times(&self, before: &[Vec<u8>], after: &[Vec<u8>], index: usize) {
        let time = time_of(&before[index]);
        let (header, _) = PageHeader::ref_from_prefix(&after[index]).unwrap();
        let is_given_up = header.page_flags().contains(PageFlags::EMPTY);
        let run = |page: Vec<u8>, newest| {
            let mut pages = before.to_vec();
            pages[index] = page;
            let Err(error) = self.run(&pages, newest) else {
                panic!("page {} of another time is changed", index + 1);
            };
            assert_eq!(error.pgno(), Some(Pgno(index as u32 + 1)), "{error}");
            error
        };
        for newest in [BEHIND, AHEAD] {
            // What an old page lacks does not matter when it is given up.
            if newest == BEHIND || !is_given_up {
                let error = run(at_time(&before[index], time - 1), newest);
                assert!(matches!(error, RedoError::TooOld { .. }), "{error}");
            }
            let error = run(at_time(&before[index], time + 1), newest);
            assert!(matches!(error, RedoError::TooNew { .. }), "{error}");
        }
        let error = run(after[index].clone(), BEHIND);
        assert!(matches!(error, RedoError::BeyondNewest { .. }), "{error}");
    }
}
