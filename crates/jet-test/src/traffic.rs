//! A log stream of any length, made from a seed: what an instance logs that works on one database.
//!
//! A database is created; every tree of it is a single leaf. Then transactions insert, replace, delete: a few changes each, on
//! few pages. The same changes are made on pages in memory, by the code that redo uses; so every record is applied when the
//! stream is recovered, and the pages in memory are those that recovery must come to. The stream ends without being closed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jet_btree::edit::create;
use jet_btree::edit::node as edit;
use jet_io::{FileSystem, MemFs};
use jet_log::names::LogNames;
use jet_log::outside::{Clock, SteppingClock};
use jet_log::params::InstanceParams;
use jet_log::record::database::{CreateDatabase, CreateDatabaseFinish, ExtendDatabase};
use jet_log::record::node::{Insert, NodeChange, NodeMark, PageChange, Replace, ReplaceDifference};
use jet_log::record::space::CreateSingleExtentTree;
use jet_log::record::transaction::{BeginTransaction, CommitTransaction, LevelSpan};
use jet_log::record::{DBTIME_NONE, Dbid, Record, SessionId, StoredText, TrxTime};
use jet_log::writer::{LogFolder, LogWriteError, LogWriter, NewStream, RollInfo};
use jet_log::{Lgpos, LogVersion};
use jet_pages::dbheader::{LogTime, Signature};
use jet_pages::{Dbtime, Objid, Page, PageMut, PageSize, Pgno};
use zerocopy::FromZeros;

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Decides every change.
    pub seed: u64,
    /// Size of the pages.
    pub page_size: PageSize,
    /// Trees, of one page each.
    pub trees: u32,
    /// Sectors of a log file.
    pub file_sectors: u16,
    /// At least so many bytes of logs.
    pub log_bytes: u64,
}

/// What was made.
#[derive(Debug)]
pub struct Traffic {
    /// The logs, in [`FOLDER`].
    pub logs: Vec<(PathBuf, Vec<u8>)>,
    /// Records in them, fillers not counted.
    pub records: u64,
    /// The pages of the trees as they are in the end.
    pub pages: Vec<(Pgno, Vec<u8>)>,
}

/// Where the logs lie.
pub const FOLDER: &str = "/traffic";
/// Path of the database in the log.
pub const DATABASE: &str = "traffic.edb";

/// First page of the trees; those before would be the catalog's.
const FIRST_TREE: u32 = 20;
/// The first identity that a user's tree gets.
const FIRST_OBJID: u32 = 30;
const DBID: Dbid = Dbid(1);
/// With less free bytes a page is full: the longest node needs no more.
const ROOM_MIN: usize = 500;

/// Makes a log stream.
///
/// # Panics
/// When the options leave no room for it.
pub fn make(options: &Options) -> Traffic {
    let fs = MemFs::new();
    fs.create_dir_all(FOLDER.as_ref()).unwrap();
    let mut engine = Engine::start(options, &fs);
    engine.create_database();
    while engine.logged_bytes() < options.log_bytes {
        engine.transaction();
    }
    engine.writer.flush().unwrap();
    let generations = 1..engine.writer.generation().0;
    let names = generations.map(|generation| engine.names.closed(jet_log::Generation(generation)));
    let logs = names.chain([engine.names.current()]).map(|name| {
        let path = Path::new(FOLDER).join(name);
        let bytes = fs.contents(&path).unwrap();
        (path, bytes)
    });
    Traffic {
        logs: logs.collect(),
        records: engine.records,
        pages: engine
            .leaves
            .into_iter()
            .map(|leaf| (leaf.pgno, leaf.bytes))
            .collect(),
    }
}

/// The instance that writes.
struct Engine {
    writer: LogWriter,
    names: LogNames,
    random: Random,
    size: PageSize,
    trees: u32,
    leaves: Vec<Leaf>,
    dbtime: u64,
    trx: u32,
    version: u32,
    records: u64,
}

/// The only page of a tree.
struct Leaf {
    pgno: Pgno,
    tree: Objid,
    bytes: Vec<u8>,
    /// More is deleted than inserted.
    is_emptied: bool,
}

/// One session in its transaction.
#[derive(Clone, Copy)]
struct Work {
    session: SessionId,
    begun: TrxTime,
}

impl Engine {
    fn start(options: &Options, fs: &MemFs) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SteppingClock::new(1_767_225_600_000, 10));
        let names = LogNames {
            base: "edb".to_owned(),
            has_old_extensions: true,
            has_five_digits: true,
        };
        let created = clock.now();
        let folder = LogFolder {
            fs: Arc::new(fs.clone()) as Arc<dyn FileSystem>,
            clock,
            path: FOLDER.into(),
            names: names.clone(),
        };
        let stream = NewStream {
            signature: Signature::new(1, created),
            created,
            page_size: options.page_size,
            file_sectors: options.file_sectors,
            version: LogVersion::COMMON,
            params: &InstanceParams::new_zeroed(),
            engine_format_max: 0,
        };
        Self {
            writer: LogWriter::create(folder, &stream).unwrap(),
            names,
            random: Random(options.seed | 1),
            size: options.page_size,
            trees: options.trees,
            leaves: Vec::new(),
            dbtime: 100,
            trx: 0,
            version: 0,
            records: 0,
        }
    }

    fn logged_bytes(&self) -> u64 {
        u64::from(self.writer.generation().0 - 1) * self.writer.header().file_bytes()
            + u64::from(self.writer.position().sector) * 4096
    }

    fn log(&mut self, record: &Record<'_>) {
        self.records += 1;
        match self.writer.append(record) {
            Err(LogWriteError::Full { .. }) => {
                let roll = RollInfo {
                    created: LogTime::from_unix_milliseconds(1_767_225_600_000),
                    attachments: &[],
                    checkpoint: Lgpos::NONE,
                };
                self.writer.roll(&roll).unwrap();
                self.writer.append(record).unwrap();
            }
            appended => _ = appended.unwrap(),
        }
    }

    fn create_database(&mut self) {
        let session = SessionId(1);
        self.log(&Record::CreateDatabase(CreateDatabase {
            session,
            database: DBID,
            options: 0,
            pages_max: 0,
            signature: Signature::new(2, LogTime::from_unix_milliseconds(1_767_225_600_000)),
            database_flags: 0,
            version: &[],
            path: StoredText::narrow(DATABASE.as_bytes()),
        }));
        let last_page = Pgno(FIRST_TREE + self.trees);
        self.log(&Record::ExtendDatabase(ExtendDatabase {
            database: DBID,
            last_page,
            extra: &[],
        }));
        let work = self.begin(session);
        for number in 0..self.trees {
            self.create_tree(work, Pgno(FIRST_TREE + number), Objid(FIRST_OBJID + number));
        }
        self.commit(work);
        self.log(&Record::CreateDatabaseFinish(CreateDatabaseFinish {
            session,
            database: DBID,
        }));
    }

    fn create_tree(&mut self, work: Work, pgno: Pgno, tree: Objid) {
        self.dbtime += 1;
        let record = CreateSingleExtentTree {
            change: self.page_change(work, pgno, DBTIME_NONE, 0, PageChange::UNIQUE),
            tree,
            parent_root: Pgno(1),
            page_count: 1,
            page_flags: 0,
        };
        let mut bytes = vec![0; self.size.bytes()];
        create::single(&mut bytes, self.size, &record).unwrap();
        self.leaves.push(Leaf {
            pgno,
            tree,
            bytes,
            is_emptied: false,
        });
        self.log(&Record::CreateSingleExtentTree(record));
    }

    fn begin(&mut self, session: SessionId) -> Work {
        self.trx += 1;
        let begun = TrxTime(self.trx);
        self.log(&Record::Begin0(BeginTransaction {
            session,
            levels: LevelSpan { from: 0, count: 1 },
            begun,
        }));
        Work { session, begun }
    }

    fn commit(&mut self, work: Work) {
        self.trx += 1;
        self.log(&Record::Commit0(CommitTransaction {
            session: work.session,
            to_level: 0,
            committed: TrxTime(self.trx),
        }));
    }

    /// One to ten changes on up to three pages.
    fn transaction(&mut self) {
        let session = SessionId(1 + self.random.below(8) as u16);
        let work = self.begin(session);
        for _ in 0..1 + self.random.below(3) {
            let at = self.random_leaf();
            for _ in 0..1 + self.random.below(4) {
                self.change(work, at);
            }
        }
        self.commit(work);
    }

    /// Four of five times one of the first fifth: some tables are busier than others.
    fn random_leaf(&mut self) -> usize {
        let count = match self.random.below(5) {
            0 => self.leaves.len(),
            _ => self.leaves.len().div_ceil(5),
        };
        self.random.below(count)
    }

    /// One change. A page is filled, and then emptied again by half: the fill that splits and deletions give the pages of a
    /// tree.
    fn change(&mut self, work: Work, at: usize) {
        let page = self.page(at);
        let (count, free) = (page.node_count(), usize::from(page.header().free_bytes.get()));
        let deleted = (0..count).find(|&line| page.node(line).unwrap().flags.is_deleted());
        let leaf = &mut self.leaves[at];
        leaf.is_emptied = count > 0
            && free
                < if leaf.is_emptied {
                    self.size.bytes() / 2
                } else {
                    ROOM_MIN
                };
        let is_emptied = leaf.is_emptied;
        match (self.random.below(12), deleted) {
            (0..3, _) if count > 0 => self.replace_part(work, at),
            (3..5, _) if count > 0 && free > ROOM_MIN => self.replace(work, at),
            // What was deleted before leaves the page, which needs nobody's transaction to undo it.
            (_, Some(line)) if is_emptied => self.mark(work, at, line, 0, Record::Delete, edit::delete),
            _ if is_emptied => {
                let line = self.random.below(count);
                self.mark(
                    work,
                    at,
                    line,
                    PageChange::VERSIONED,
                    Record::FlagDelete,
                    edit::flag_delete,
                );
            }
            _ => self.insert(work, at),
        }
    }

    fn insert(&mut self, work: Work, at: usize) {
        let (key, data) = (self.random.bytes(8, 24), self.random.bytes(20, 400));
        let page = self.page(at);
        let nodes = 0..page.node_count();
        let line = nodes
            .filter(|&line| page.node(line).unwrap().key.cmp_bytes(&key).is_lt())
            .count();
        let record = Insert {
            node: self.node(work, at, line, PageChange::VERSIONED),
            prefix: &[],
            suffix: &key,
            data: &data,
        };
        self.apply(at, &Record::Insert(record), record.node, |page| {
            edit::insert(page, &record).unwrap()
        });
    }

    fn replace(&mut self, work: Work, at: usize) {
        let line = self.random.below(self.page(at).node_count());
        let old_bytes = self.page(at).node(line).unwrap().data.len();
        let data = self.random.bytes(20, 400);
        let record = Replace {
            node: self.node(work, at, line, PageChange::VERSIONED),
            old_data_bytes: old_bytes as u16,
            new_data_bytes: data.len() as u16,
            data: &data,
        };
        self.apply(at, &Record::Replace(record), record.node, |page| {
            edit::replace(page, &record).unwrap()
        });
    }

    /// Replaces eight bytes in the middle of a node.
    fn replace_part(&mut self, work: Work, at: usize) {
        let line = self.random.below(self.page(at).node_count());
        let len = self.page(at).node(line).unwrap().data.len();
        let offset = self.random.below(len - 8) as u16;
        let part = self.random.bytes(8, 9);
        // One change of eight bytes for as many.
        let mut difference = Vec::new();
        let is_wide = self.size.bytes() > 8192;
        if is_wide {
            difference.extend_from_slice(&offset.to_le_bytes());
            difference.push(0x20);
        } else {
            difference.extend_from_slice(&(offset | 0x2000).to_le_bytes());
        }
        difference.push(8);
        difference.extend_from_slice(&part);
        let record = ReplaceDifference {
            node: self.node(work, at, line, PageChange::VERSIONED),
            old_data_bytes: len as u16,
            new_data_bytes: len as u16,
            is_wide,
            difference: &difference,
        };
        self.apply(at, &Record::ReplaceDifference(record), record.node, |page| {
            edit::replace_difference(page, &record).unwrap();
        });
    }

    fn mark(
        &mut self,
        work: Work,
        at: usize,
        line: usize,
        flags: u8,
        make: fn(NodeMark) -> Record<'static>,
        edit: fn(&mut PageMut<'_>, &NodeChange) -> Result<(), jet_btree::edit::ApplyError>,
    ) {
        let node = self.node(work, at, line, flags);
        self.apply(at, &make(NodeMark { node }), node, |page| {
            edit(page, &node).unwrap()
        });
    }

    fn apply(
        &mut self,
        at: usize,
        record: &Record<'_>,
        node: NodeChange,
        change: impl FnOnce(&mut PageMut<'_>),
    ) {
        self.log(record);
        let leaf = &mut self.leaves[at];
        let mut page = PageMut::resume(&mut leaf.bytes, leaf.pgno, self.size).unwrap();
        change(&mut page);
        page.stamp(node.change.dbtime);
    }

    fn node(&mut self, work: Work, at: usize, line: usize, flags: u8) -> NodeChange {
        self.dbtime += 1;
        self.version += 1;
        let before = self.page(at).header().changed_at();
        let leaf = &self.leaves[at];
        let (pgno, tree) = (leaf.pgno, leaf.tree);
        let version = if flags & PageChange::VERSIONED == 0 {
            0
        } else {
            self.version
        };
        NodeChange {
            change: self.page_change(work, pgno, before, line, flags | PageChange::UNIQUE),
            version,
            root: pgno,
            tree,
        }
    }

    fn page_change(&self, work: Work, page: Pgno, before: Dbtime, line: usize, flags: u8) -> PageChange {
        PageChange {
            session: work.session,
            database: DBID,
            page,
            dbtime: Dbtime(self.dbtime),
            dbtime_before: before,
            transaction: work.begun,
            level: 1,
            line: line as u16,
            flags,
        }
    }

    fn page(&self, at: usize) -> Page<'_> {
        let leaf = &self.leaves[at];
        Page::new(&leaf.bytes, leaf.pgno, self.size).unwrap()
    }
}

/// A simple generator: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        ((self.next() >> 16) % end as u64) as usize
    }

    /// From `from` to less than `to` bytes.
    fn bytes(&mut self, from: usize, to: usize) -> Vec<u8> {
        let len = from + self.below(to - from);
        let mut bytes = Vec::with_capacity(len + 8);
        while bytes.len() < len {
            bytes.extend_from_slice(&self.next().to_le_bytes());
        }
        bytes.truncate(len);
        bytes
    }
}
