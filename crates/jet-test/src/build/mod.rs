//! Large databases, made by blowing up a small one: a table gets copies of one of its rows until there are enough.
//!
//! The result is a sound database: one more run of extents at the end of the file, owned by the table; new leaves and
//! their parents there; the old root page as an internal root; space trees, dbtime and headers to fit.

mod bulk;
mod rows;

use std::path::Path;

use jet_btree::space::TreeSpace;
use jet_btree::{Pages, Tree};
use jet_io::{File, FileSystem, IoError, OpenMode, OsFs};
use jet_isam::catalog::Catalog;
use jet_isam::table::{TableDef, TableFlags, TreeDef};
use jet_pages::space::{Extent, MULTIPLE_EXTENTS, SPLIT_BUFFER_BYTES, SpaceLayout, SpaceNode};
use jet_pages::{Dbtime, NodeFlags, PageFlags, PageMut, Pgno};

use crate::fixtures::Fixture;
use crate::image::{Image, open_pages};
use bulk::{BulkTree, PageStyle, insert_children};
use rows::Copies;

/// How much to add.
#[derive(Clone, Copy, Debug)]
pub enum Amount {
    /// So many rows.
    Rows(u64),
    /// Rows until the file has at least so many bytes.
    FileBytes(u64),
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Inflated {
    /// Name of the table.
    pub table: String,
    /// Its tree.
    pub tree: TreeDef,
    /// Rows in it, those that were there before included.
    pub rows: u64,
    /// Length of the file.
    pub file_bytes: u64,
}

/// The engine asks for no longer extents than this.
const EXTENT_BYTES_MAX: usize = 100 << 20;

/// Writes a larger form of `fixture` to `out`: the first table that is suited gets the rows.
///
/// A table is suited when it has rows, all of them on its root page, no secondary index, and no primary index or one of
/// a single ascending integer column. Memory needed: the fixture, and a page per level of the tree.
///
/// # Errors
/// [`IoError`] when the file cannot be written.
///
/// # Panics
/// When no table is suited, or so many rows have no keys.
pub fn inflate(fixture: &Fixture, amount: Amount, out: &Path) -> Result<Inflated, IoError> {
    let file = OsFs.open(out, OpenMode::CreateOrReplace)?;
    inflate_into(fixture.bytes(), None, amount, file.as_ref())
}

/// As [`inflate`], for the table of this name, a database given by its bytes, and any kind of file.
///
/// # Errors
/// [`IoError`] when the file cannot be written.
///
/// # Panics
/// As [`inflate`].
pub fn inflate_into(
    database: &[u8],
    table: Option<&str>,
    amount: Amount,
    out: &dyn File,
) -> Result<Inflated, IoError> {
    let pages = open_pages(database);
    let catalog = Catalog::read(&pages).unwrap();
    let is_wanted = |found: &&TableDef| table.is_none_or(|name| found.name == name);
    let mut plans = catalog
        .tables
        .iter()
        .filter(is_wanted)
        .filter_map(|table| Plan::new(&pages, table));
    let plan = plans.next().expect("a table that is suited");
    let database_space = space_of(&pages, Pgno::DATABASE_ROOT);
    let mut work = Work {
        image: Image::new(database.to_vec()),
        first_new: Pgno(database_space.owned.last().unwrap().last().0 + 1),
        plan: &plan,
        out,
    };
    // Behind what the database owns the file may hold anything.
    work.image
        .bytes_mut()
        .truncate(work.first_new.file_offset(pages.size()) as usize);
    work.run(amount)
}

/// A table, and what its pages are like.
struct Plan<'t> {
    table: &'t TableDef,
    rows: Vec<(Vec<u8>, Vec<u8>)>,
    copies: Copies,
    style: PageStyle,
    space: TreeSpace,
}

impl<'t> Plan<'t> {
    fn new(pages: &Pages, table: &'t TableDef) -> Option<Self> {
        if table.flags.contains(TableFlags::SYSTEM) || table.indexes.iter().any(|index| !index.is_primary()) {
            return None;
        }
        let guard = pages.read(table.tree.root).ok()?;
        let root = guard.view();
        root.is_leaf().then_some(())?;
        let nodes = root
            .nodes()
            .map(Result::unwrap)
            .filter(|node| !node.flags.is_deleted());
        let rows: Vec<_> = nodes
            .map(|node| (node.key.to_vec(), node.data.to_vec()))
            .collect();
        let (key, record) = rows.last()?;
        let own_kind = PageFlags::ROOT | PageFlags::LEAF | PageFlags::FLUSH_TYPE;
        let free_percent = 100 - table.density.clamp(20, 100) as usize;
        Some(Self {
            table,
            copies: Copies::of(table, key, record, root.is_large())?,
            style: PageStyle {
                size: pages.size(),
                objid: table.tree.objid,
                flags: root.flags().without(own_kind),
                dbtime: Dbtime(0),
                reserve_bytes: pages.size().bytes() * free_percent / 100,
            },
            space: space_of(pages, table.tree.root),
            rows,
        })
    }
}

fn space_of(pages: &Pages, root: Pgno) -> TreeSpace {
    TreeSpace::read(Tree::open(pages, root, None).unwrap()).unwrap()
}

struct Work<'p, 't> {
    image: Image,
    first_new: Pgno,
    plan: &'p Plan<'t>,
    out: &'p dyn File,
}

impl Work<'_, '_> {
    fn run(&mut self, amount: Amount) -> Result<Inflated, IoError> {
        let plan = self.plan;
        let size = self.image.page_size();
        let style = PageStyle {
            dbtime: Dbtime(self.newest_dbtime().0 + 1),
            ..plan.style
        };
        // A table of one extent gets space trees: the first two of the new pages.
        let space_trees = plan
            .space
            .space_trees
            .unwrap_or([self.first_new, Pgno(self.first_new.0 + 1)]);
        let first_leaf = match plan.space.space_trees {
            Some(_) => self.first_new,
            None => Pgno(self.first_new.0 + 2),
        };
        let mut header = self.image.page(plan.table.tree.root).root_header().unwrap();
        let root_room = size.bytes() - size.header_bytes() - 4 - header.to_bytes().len();

        let mut tree = BulkTree::new(self.out, style, first_leaf);
        let mut rows = 0;
        for (key, record) in &plan.rows {
            tree.push(key, record)?;
            rows += 1;
        }
        let mut copies = plan.copies.clone();
        let is_enough = |added: u64, next: Pgno| match amount {
            Amount::Rows(wanted) => added >= wanted,
            Amount::FileBytes(wanted) => next.file_offset(size) >= wanted,
        };
        let mut added = 0;
        while !is_enough(added, tree.next_pgno()) {
            let (key, record) = copies.next().expect("a key for every row");
            tree.push(&key, record)?;
            added += 1;
        }
        let finished = tree.finish(root_room)?;

        let extents = extents(self.first_new, finished.last, EXTENT_BYTES_MAX / size.bytes());
        self.append_owned(Pgno(2), &extents, style.dbtime);
        match plan.space.space_trees {
            Some([owned, _]) => self.append_owned(owned, &extents, style.dbtime),
            None => self.write_space_trees(&style, &extents)?,
        }
        header.flags |= MULTIPLE_EXTENTS;
        let [pgno_owned, pgno_avail] = space_trees;
        header.layout = SpaceLayout::Multiple {
            pgno_owned,
            pgno_avail,
        };
        if copies.key_is_column() && header.auto_increment.is_some() {
            header.auto_increment = u64::try_from(copies.last() + 1).ok();
        }
        let root = plan.table.tree.root;
        let mut page = style.format(
            self.image.page_bytes_mut(root),
            root,
            PageFlags::ROOT | finished.root_kind,
        );
        page.set_external_header(&header.to_bytes()).unwrap();
        insert_children(&mut page, &finished.root);
        page.finish();

        self.image.edit_header(|header| {
            header.dbtime_dirtied = style.dbtime.0.into();
            // A flush map that belongs to the small file must not be taken for one of this.
            header.header_flush_signature.random = (header.header_flush_signature.random.get() ^ 1).into();
            header.flush_map_signature = Default::default();
        });
        self.out.write_at(self.image.bytes(), 0)?;
        Ok(Inflated {
            table: plan.table.name.clone(),
            tree: plan.table.tree,
            rows: rows + added,
            file_bytes: self.out.len()?,
        })
    }

    /// The highest dbtime of header and pages: a file copied while in use has pages newer than its header.
    fn newest_dbtime(&self) -> Dbtime {
        let pages = (1..=self.image.last_page().0).map(Pgno);
        let dbtimes = pages.map(|pgno| {
            let bytes = self.image.page_bytes(pgno);
            u64::from_le_bytes(bytes[8..16].try_into().unwrap())
        });
        // The highest values have meanings of their own.
        let highest = dbtimes.filter(|&dbtime| dbtime < u64::MAX - 15).max();
        self.image.header().dbtime().max(Dbtime(highest.unwrap_or(0)))
    }

    /// Appends extents to the space tree with this root.
    fn append_owned(&mut self, root: Pgno, extents: &[Extent], dbtime: Dbtime) {
        let mut pgno = root;
        while !self.image.page(pgno).is_leaf() {
            let page = self.image.page(pgno);
            pgno = page.child(page.node_count() - 1).unwrap();
        }
        self.image.edit(pgno, |page| {
            page.header_mut().dbtime = dbtime.0.into();
            append_extents(page, extents);
        });
    }

    /// Writes the space trees of a table that had one extent.
    fn write_space_trees(&self, style: &PageStyle, extents: &[Extent]) -> Result<(), IoError> {
        let owned = [&self.plan.space.owned[..], extents].concat();
        let available: Vec<Extent> = self.plan.space.available.iter().map(|node| node.extent).collect();
        for (place, extents) in [owned, available].iter().enumerate() {
            let pgno = Pgno(self.first_new.0 + place as u32);
            let mut bytes = vec![0; style.size.bytes()];
            let kind = PageFlags::ROOT | PageFlags::LEAF | PageFlags::SPACE_TREE;
            let mut page = style.format(&mut bytes, pgno, kind);
            page.set_external_header(&[0; SPLIT_BUFFER_BYTES]).unwrap();
            append_extents(&mut page, extents);
            page.finish();
            self.out.write_at(&bytes, pgno.file_offset(style.size))?;
        }
        Ok(())
    }
}

fn append_extents(page: &mut PageMut<'_>, extents: &[Extent]) {
    for &extent in extents {
        let (key, data) = SpaceNode { extent, pool: 0 }.to_bytes();
        let end = page.view().unwrap().node_count();
        let prefix_len = page.prefix_for(&key);
        page.insert(end, NodeFlags::default(), &key, prefix_len, &data)
            .expect("room for the extents");
    }
}

/// The pages `first` to `last` in pieces of at most `pages_max`.
fn extents(first: Pgno, last: Pgno, pages_max: usize) -> Vec<Extent> {
    let starts = (first.0..=last.0).step_by(pages_max);
    let piece = |start: u32| Extent {
        first: Pgno(start),
        count: (last.0 - start + 1).min(pages_max as u32),
    };
    starts.map(piece).collect()
}
