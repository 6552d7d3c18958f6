//! Rows in order on the disk: a stream of bytes, cut into pieces that lie in a tree.

use std::sync::Arc;

use jet_btree::space::NewTree;
use jet_btree::store::{OpenTree, Store};
use jet_btree::transaction::Trees;
use jet_btree::{Cursor, Seek, SeekTarget, Tree};
use jet_pages::PageFlags;

use super::sort::Row;
use super::tree::{AUTHOR, ROOT, append, free};
use crate::error::Result;
use crate::record::{RecordError, max_record_bytes};

/// Rows in order on the disk. They go when this is dropped.
#[derive(Debug)]
pub(super) struct Run {
    trees: Arc<Trees>,
    store: Arc<Store>,
    tree: OpenTree,
}

impl Drop for Run {
    fn drop(&mut self) {
        // Its pages go with the database at the latest.
        let _ = free(&self.trees, &self.store, &self.tree);
    }
}

/// Writes a run.
#[derive(Debug)]
pub(super) struct RunWriter {
    run: Run,
    piece: Vec<u8>,
    piece_most: usize,
    next: u32,
}

/// Reads a run from its beginning.
#[derive(Debug, Default)]
pub(super) struct RunReader {
    piece: Vec<u8>,
    at: usize,
    next: u32,
    key: Vec<u8>,
    record: Vec<u8>,
    is_on_row: bool,
}

/// Bytes of the numbers of pieces.
const NUMBER_BYTES: usize = 4;

impl RunWriter {
    pub(super) fn new(trees: &Arc<Trees>, store: &Arc<Store>) -> Result<Self> {
        let new = NewTree {
            page_count: 16,
            has_space_trees: true,
            is_unique: true,
            flags: PageFlags::default(),
        };
        let tree = store.create_tree(&AUTHOR, ROOT, new)?;
        Ok(Self {
            run: Run {
                trees: Arc::clone(trees),
                store: Arc::clone(store),
                tree,
            },
            piece: Vec::new(),
            piece_most: max_record_bytes(store.page_size(), NUMBER_BYTES),
            next: 0,
        })
    }

    /// Adds a row behind all others.
    pub(super) fn add(&mut self, (key, record): Row<'_>) -> Result<()> {
        for part in [key, record] {
            let len = u32::try_from(part.len()).unwrap_or(u32::MAX);
            self.write(&len.to_le_bytes())?;
        }
        self.write(key)?;
        self.write(record)
    }

    fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let room = self.piece_most - self.piece.len();
            let (fits, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            self.piece.extend_from_slice(fits);
            bytes = rest;
            if self.piece.len() == self.piece_most {
                self.put()?;
            }
        }
        Ok(())
    }

    fn put(&mut self) -> Result<()> {
        append(
            &self.run.store,
            &self.run.tree,
            &self.next.to_be_bytes(),
            &self.piece,
        )?;
        self.next += 1;
        self.piece.clear();
        Ok(())
    }

    /// All rows are there.
    pub(super) fn finish(mut self) -> Result<Run> {
        if !self.piece.is_empty() {
            self.put()?;
        }
        Ok(self.run)
    }
}

impl RunReader {
    /// Goes to the next row; false when there is none.
    pub(super) fn next(&mut self, run: &Run) -> Result<bool> {
        let mut heads = [0; 8];
        self.is_on_row = self.fill(run, &mut heads)?;
        if !self.is_on_row {
            return Ok(false);
        }
        let (key_len, record_len) = heads.split_at(4);
        let len = |bytes: &[u8]| {
            let bytes = bytes.first_chunk().copied().unwrap_or_default();
            usize::try_from(u32::from_le_bytes(bytes)).unwrap_or(usize::MAX)
        };
        let (mut key, mut record) = (core::mem::take(&mut self.key), core::mem::take(&mut self.record));
        key.resize(len(key_len).min(ROW_MOST), 0);
        record.resize(len(record_len).min(ROW_MOST), 0);
        let is_whole = self.fill(run, &mut key)? && self.fill(run, &mut record)?;
        (self.key, self.record) = (key, record);
        if !is_whole {
            return Err(RecordError::Truncated { len: 0 }.into());
        }
        Ok(true)
    }

    /// The row that it stands on.
    pub(super) fn row(&self) -> Option<Row<'_>> {
        self.is_on_row.then_some((&self.key[..], &self.record[..]))
    }

    /// Takes bytes from the stream; false when it ends before.
    fn fill(&mut self, run: &Run, mut out: &mut [u8]) -> Result<bool> {
        while !out.is_empty() {
            let ready = self.piece.get(self.at..).unwrap_or_default();
            if ready.is_empty() {
                if !self.load(run)? {
                    return Ok(false);
                }
                continue;
            }
            let len = ready.len().min(out.len());
            let (to, rest) = out.split_at_mut(len);
            to.copy_from_slice(ready.get(..len).unwrap_or_default());
            out = rest;
            self.at += len;
        }
        Ok(true)
    }

    fn load(&mut self, run: &Run) -> Result<bool> {
        let mut cursor = Cursor::live(Tree::open(
            run.store.pages(),
            run.tree.root(),
            Some(run.tree.objid()),
        )?);
        if cursor.seek(&self.next.to_be_bytes(), SeekTarget::Equal)? != Seek::Exact {
            return Ok(false);
        }
        self.piece.clear();
        if let Some(node) = cursor.node()? {
            self.piece.extend_from_slice(node.data);
        }
        self.at = 0;
        self.next += 1;
        Ok(true)
    }
}

/// No key or record is longer.
const ROW_MOST: usize = 1 << 16;
