//! A database in memory with its log, and who changes it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jet_btree::change::{Actor, Applied, Bookmark, Decision, Edit, Leaf, Outcome};
use jet_btree::ownership::Ownership;
use jet_btree::store::{NoReserves, Reserves};
use jet_btree::{Author, Cursor, Growth, OpenTree, Store, StoreError, StoreParts, Tree};
use jet_io::cache::Cache;
use jet_io::{FileSystem, IoError, MemFs, OpenMode};

use jet_log::names::LogNames;
use jet_log::outside::SteppingClock;
use jet_log::params::InstanceParams;
use jet_log::record::{Dbid, SessionId, TrxTime};
use jet_log::recovery::{Barrier, Marks};
use jet_log::writer::{LogFolder, LogWriter, NewStream};
use jet_log::{Generation, Lgpos, Log, LogVersion, RollState, Rolling};
use jet_pages::dbheader::{LogTime, Signature};
use jet_pages::{PageSize, Pgno};
use zerocopy::FromZeros;

pub(crate) const DATABASE: &str = "/db";
pub(crate) const LOGS: &str = "/logs";
pub(crate) const DBID: Dbid = Dbid(1);
/// Pages of a new database.
pub(crate) const FIRST_PAGES: u32 = 254;

pub(crate) fn names() -> LogNames {
    LogNames {
        base: "edb".into(),
        has_old_extensions: false,
        has_five_digits: true,
    }
}

#[derive(Debug)]
struct Rolls;

impl Rolling for Rolls {
    fn state(&self) -> RollState {
        RollState {
            created: LogTime::from_unix_milliseconds(1_700_000_000_000),
            attachments: Vec::new(),
            checkpoint: Lgpos::NONE,
        }
    }

    fn begun(&self, _: Generation, _: LogTime) {}
}

/// The log before the page.
#[derive(Debug)]
struct LogFirst(Arc<Log>);

impl Barrier for LogFirst {
    fn before_write(&self, modified: Lgpos) -> Result<(), IoError> {
        if self.0.durable() <= modified {
            self.0.flush(self.0.position()).unwrap();
        }
        Ok(())
    }
}

/// A store over a file that is still empty.
pub(crate) fn plant(fs: &MemFs, size: PageSize, cache_pages: usize) -> Arc<Store> {
    plant_with(fs, size, cache_pages, Arc::new(NoReserves), 1024)
}

pub(crate) fn plant_with(
    fs: &MemFs,
    size: PageSize,
    cache_pages: usize,
    reserves: Arc<dyn Reserves>,
    file_sectors: u16,
) -> Arc<Store> {
    fs.create_dir_all(Path::new(LOGS)).unwrap();
    let params = InstanceParams::new_zeroed();
    let created = LogTime::from_unix_milliseconds(1_600_000_000_000);
    let stream = NewStream {
        signature: Signature::new(77, created),
        created,
        page_size: size,
        file_sectors,
        version: LogVersion::COMMON,
        params: &params,
        engine_format_max: 8920,
    };
    let folder = LogFolder {
        fs: Arc::new(fs.clone()),
        clock: Arc::new(SteppingClock::new(1_700_000_000_000, 7)),
        path: PathBuf::from(LOGS),
        names: names(),
    };
    let log = Arc::new(Log::new(
        LogWriter::create(folder, &stream).unwrap(),
        Arc::new(Rolls),
    ));
    let file = fs.open(DATABASE.as_ref(), OpenMode::CreateNew).unwrap();
    let cache = Cache::new(size, cache_pages * size.bytes()).unwrap();
    let store = Store::new(StoreParts {
        file,
        cache: &cache,
        barrier: Arc::new(LogFirst(Arc::clone(&log))),
        log: Some(log),
        database: DBID,
        marks: Marks::default(),
        growth: Growth {
            extension_pages: 64,
            ..Growth::default()
        },
        reserves,
    });
    Arc::new(store.unwrap())
}

pub(crate) const fn author(session: u16) -> Author {
    Author {
        session: SessionId(session),
        transaction: TrxTime(session as u32 * 4 + 4),
        begun_at: Lgpos {
            generation: Generation(1),
            sector: 8,
            byte: 0,
        },
        level: 1,
        is_system: false,
    }
}

/// Puts a row, deleted or not before, or takes one out.
pub(crate) struct Row<'r> {
    pub(crate) data: Option<&'r [u8]>,
    pub(crate) is_physical: bool,
    pub(crate) found: Option<Vec<u8>>,
}

impl Actor for Row<'_> {
    type Error = StoreError;

    fn decide(&mut self, leaf: &Leaf<'_>) -> Result<Decision<'_>, StoreError> {
        let node = leaf.node()?;
        let live = node.filter(|node| !node.flags.is_deleted());
        self.found = live.map(|node| node.data.to_vec());
        let edit = match (self.data, node, live) {
            (Some(data), None, _) => Edit::Insert { data },
            (Some(data), Some(node), None) if node.data == data => Edit::FlagInsert,
            (Some(data), Some(_), None) => Edit::FlagInsertAndReplace {
                data,
                replace_version: 0,
                longest: 0,
            },
            (Some(data), _, Some(_)) => Edit::Replace { data, longest: 0 },
            (None, _, None) => Edit::Nothing,
            (None, _, Some(_)) if self.is_physical => Edit::Delete,
            (None, _, Some(_)) => Edit::FlagDelete,
        };
        Ok(Decision::unversioned(edit))
    }

    fn done(&mut self, applied: &Applied<'_>) {
        if let Some(data) = self.data {
            assert_eq!(applied.page.node(applied.line).unwrap().data, data);
        }
    }
}

/// Puts a row; returns what it was.
pub(crate) fn put(store: &Store, tree: &OpenTree, who: u16, key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let mut row = Row {
        data: Some(data),
        is_physical: false,
        found: None,
    };
    let bookmark = Bookmark {
        key,
        data: if tree.is_unique() { &[] } else { data },
    };
    let outcome = store.edit(tree, &author(who), &bookmark, &mut row).unwrap();
    assert!(matches!(outcome, Outcome::Changed(_)));
    row.found
}

/// Takes a row out; returns what it was.
pub(crate) fn take(
    store: &Store,
    tree: &OpenTree,
    who: u16,
    (key, data): (&[u8], &[u8]),
    is_physical: bool,
) -> Option<Vec<u8>> {
    let mut row = Row {
        data: None,
        is_physical,
        found: None,
    };
    let bookmark = Bookmark {
        key,
        data: if tree.is_unique() { &[] } else { data },
    };
    store.edit(tree, &author(who), &bookmark, &mut row).unwrap();
    row.found
}

/// All rows of a tree, in order.
pub(crate) fn rows(store: &Store, tree: &OpenTree) -> Vec<(Vec<u8>, Vec<u8>)> {
    let view = Tree::open(store.pages(), tree.root(), Some(tree.objid())).unwrap();
    let mut cursor = Cursor::new(view);
    let mut rows = Vec::new();
    let mut found = cursor.first().unwrap();
    while found {
        let node = cursor.node().unwrap().unwrap();
        rows.push((node.key.to_vec(), node.data.to_vec()));
        found = cursor.next().unwrap();
    }
    rows
}

/// Every tree is sound, and every page has one owner. `trees`: roots of all trees but the database's.
pub(crate) fn check(store: &Store, trees: &[Pgno]) {
    let roots = [Pgno(1)].into_iter().chain(trees.iter().copied());
    let trees: Vec<Tree<'_>> = roots
        .map(|root| Tree::open(store.pages(), root, None).unwrap())
        .collect();
    let mut ownership = Ownership::new(store.pages());
    let mut findings = Vec::new();
    for &tree in &trees {
        let mut found = Vec::new();
        ownership.add(
            tree,
            &mut |pgno, finding| found.push(format!("{pgno}: {finding}")),
            &mut |finding| findings.push(finding.to_string()),
        );
        findings.extend(found);
    }
    ownership.finish(&trees, &mut |finding| findings.push(finding.to_string()));
    assert!(findings.is_empty(), "{findings:#?}");
}
