//! Trees that come and go.

use jet_log::record::node::PageChange;
use jet_log::record::space::{ConvertTree, CreateMultipleExtentTree, CreateSingleExtentTree};
use jet_log::record::{DBTIME_NONE, Record};
use jet_pages::space::{Extent, SpaceLayout};
use jet_pages::{Objid, PageFlags, Pgno};

use crate::edit::create::{self, Part};
use crate::store::{Author, OpenTree, Store, StoreError};

/// Pages asked for when a tree in one extent gets space trees: their roots, and some free ones.
const CONVERSION_PAGES: u32 = 4;
/// Pages of a tree with space trees at the least: its root and theirs.
const ROOTS: u32 = 3;
/// The database root, its identity, and the roots of its space.
pub(super) const DATABASE_ROOT: Pgno = Pgno(1);
const DATABASE_OBJID: Objid = Objid(1);

/// What a new tree is like.
#[derive(Clone, Copy, Debug)]
pub struct NewTree {
    /// Pages of its first extent, at the least.
    pub page_count: u32,
    /// It gets space trees at once; otherwise it starts in one extent.
    pub has_space_trees: bool,
    /// No two of its rows have equal keys.
    pub is_unique: bool,
    /// What its pages are, besides: [`PageFlags::INDEX`], [`PageFlags::LONG_VALUE`].
    pub flags: PageFlags,
}

impl Store {
    /// Makes a tree that takes its space from the one whose root is page `parent`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn create_tree(&self, author: &Author, parent: Pgno, new: NewTree) -> Result<OpenTree, StoreError> {
        let least = if new.has_space_trees { ROOTS } else { 1 };
        let owner = self.open_tree(parent, None)?;
        let extent = self.extent_from(&owner, author, new.page_count.max(least))?;
        self.format_tree(author, parent, extent, self.next_objid(), new)
    }

    /// Makes the root of a new database, whose file then has `page_count` pages: page 1, and its space in pages 2 and 3.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn create_root(&self, author: &Author, page_count: u32) -> Result<OpenTree, StoreError> {
        let count = page_count.max(ROOTS);
        let (file, size) = (self.pages().file(), self.page_size());
        let bytes = Pgno(count).file_offset(size) + size.bytes() as u64;
        if file.len()? < bytes {
            file.set_len(bytes)?;
        }
        self.pages().grown(Pgno(count));
        let extent = Extent {
            first: DATABASE_ROOT,
            count,
        };
        let new = NewTree {
            page_count: count,
            has_space_trees: true,
            is_unique: true,
            flags: PageFlags::default(),
        };
        self.format_tree(author, Pgno(0), extent, DATABASE_OBJID, new)
    }

    fn format_tree(
        &self,
        author: &Author,
        parent: Pgno,
        extent: Extent,
        objid: Objid,
        new: NewTree,
    ) -> Result<OpenTree, StoreError> {
        let unique = if new.is_unique { PageChange::UNIQUE } else { 0 };
        let flags = match new.is_unique {
            true => new.flags,
            false => new.flags | PageFlags::NON_UNIQUE,
        };
        let page_flags = (flags | PageFlags::NEW_RECORD_FORMAT | PageFlags::NEW_CHECKSUM).bits();
        let root = extent.first;
        let change = self.about(author, root, DBTIME_NONE, self.next_dbtime(), unique);
        let page_count = i32::try_from(extent.count).unwrap_or(i32::MAX);
        let size = self.page_size();
        if new.has_space_trees {
            let record = CreateMultipleExtentTree {
                change,
                tree: objid,
                owned_root: Pgno(root.0 + 1),
                available_root: Pgno(root.0 + 2),
                parent_root: parent,
                page_count,
                page_flags,
            };
            let mut pages = [
                (Part::Root, self.latch_new(root)?),
                (Part::Owned, self.latch_new(record.owned_root)?),
                (Part::Available, self.latch_new(record.available_root)?),
            ];
            let (_, stamp) = self.append(author, &[Record::CreateMultipleExtentTree(record)])?;
            for (part, page) in &mut pages {
                self.logged(create::multiple(page.overwrite(stamp), size, &record, *part))?;
            }
        } else {
            let record = CreateSingleExtentTree {
                change,
                tree: objid,
                parent_root: parent,
                page_count,
                page_flags,
            };
            let mut page = self.latch_new(root)?;
            let (_, stamp) = self.append(author, &[Record::CreateSingleExtentTree(record)])?;
            self.logged(create::single(page.overwrite(stamp), size, &record))?;
        }
        self.open_tree(root, Some(objid))
    }

    /// Gives a tree in one extent, whose space mutex is held, space trees.
    pub(super) fn convert(&self, tree: &OpenTree, author: &Author) -> Result<(), StoreError> {
        let header = self.root_header(tree)?;
        let SpaceLayout::Single {
            page_count,
            free_bitmap,
        } = header.layout
        else {
            return Ok(());
        };
        let parent = self.open_tree(header.parent, None)?;
        let second = self.extent_from(&parent, author, CONVERSION_PAGES)?;
        let mut root = self.latch(tree, tree.root())?;
        let (owned_root, available_root) = (second.first, Pgno(second.first.0 + 1));
        let mut parts = [
            (Part::Owned, self.latch_new(owned_root)?),
            (Part::Available, self.latch_new(available_root)?),
        ];
        let flags = root.page()?.flags();
        let own = flags
            .without(PageFlags::ROOT | PageFlags::LEAF | PageFlags::PARENT_OF_LEAF | PageFlags::SCRUBBED);
        let before = root.dbtime()?;
        let record = ConvertTree {
            change: self.about(
                author,
                tree.root(),
                before,
                self.next_dbtime(),
                tree.record_flags(),
            ),
            tree: tree.objid(),
            owned_root,
            available_root,
            parent_root: header.parent,
            second_extent: second.first,
            first_page_count: i32::try_from(page_count).unwrap_or(i32::MAX),
            second_page_count: i32::try_from(second.count).unwrap_or(i32::MAX),
            free_bits: free_bitmap,
            page_flags: own.bits(),
        };
        let (_, stamp) = self.append(author, &[Record::ConvertTree(record)])?;
        for (part, page) in &mut parts {
            let made = create::converted_space(page.overwrite(stamp), self.page_size(), &record, *part);
            self.logged(made)?;
        }
        let mut root = self.logged(root.change(stamp))?;
        self.logged(create::convert_root(&mut root, &record))
    }

    /// Gives all pages of a tree back to its parent. Nobody may use the tree, or come to do so.
    ///
    /// # Errors
    /// [`StoreError`]; pages that were not given back by then are lost.
    pub fn free_tree(&self, tree: &OpenTree, author: &Author) -> Result<(), StoreError> {
        let _structure = tree.state.structure.lock();
        let _space = tree.state.space.lock();
        let header = self.root_header(tree)?;
        let mut extents = Vec::new();
        let mut roots = vec![tree.root()];
        match header.layout {
            SpaceLayout::Single { page_count, .. } => extents.push(Extent {
                first: tree.root(),
                count: page_count,
            }),
            SpaceLayout::Multiple {
                pgno_owned,
                pgno_avail,
            } => {
                let owned = self.open_tree(pgno_owned, Some(tree.objid()))?;
                self.find_entry(&owned, Pgno(0), |extent| {
                    extents.push(extent);
                    false
                })?;
                roots.extend([pgno_owned, pgno_avail]);
            }
        }
        let parent = self.open_tree(header.parent, None)?;
        for root in roots {
            self.forget_tree(root);
        }
        for extent in extents {
            self.free_extent(&parent, author, extent)?;
        }
        Ok(())
    }
}
