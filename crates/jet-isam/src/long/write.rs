//! Long values made, changed, shared, and gone with their last reference.
//!
//! A change touches the chunks that it is about, and no others. Memory: one chunk.

use jet_btree::change::Bookmark;
use jet_btree::store::OpenTree;

use super::read::LongReader;
use super::tree::piece_bytes;
use crate::compress::{self, Place, Rules};
use crate::database::Database;
use crate::definition::Definition;
use crate::error::Result;
use crate::long_value::{LongValueError, LongValueRoot, append_key};
use crate::record::LongValueId;
use crate::shared::Table;
use crate::work::Work;

/// Changes the long values of a table.
pub(crate) struct LongWriter<'t> {
    pub(crate) database: &'t Database,
    pub(crate) table: &'t Table,
    pub(crate) definition: &'t Definition,
}

/// What a value was before.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Base<'b> {
    /// These bytes.
    Bytes(&'b [u8]),
    /// Another value, of this length.
    Value(LongValueId, u32),
}

/// What a value is to be: what it was, with bytes written over it; zeros in gaps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Content<'c> {
    /// What it was.
    pub(crate) base: Base<'c>,
    /// Where bytes are written.
    pub(crate) offset: u32,
    /// The bytes.
    pub(crate) data: &'c [u8],
    /// Its length.
    pub(crate) len: u32,
    /// Whether chunks are compressed.
    pub(crate) compresses: bool,
}

impl Base<'_> {
    fn len(&self) -> u32 {
        match self {
            Self::Bytes(bytes) => u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            Self::Value(_, len) => *len,
        }
    }
}

impl LongWriter<'_> {
    /// Makes a value that one column refers to.
    ///
    /// # Errors
    /// What changing the tree gives.
    pub(crate) fn create(&self, work: &mut Work<'_>, content: &Content<'_>) -> Result<LongValueId> {
        let tree = self
            .table
            .need_long_value_tree(work, self.database, self.definition)?;
        let store = self.database.store();
        let id = LongValueId::Narrow(self.table.next_long_value(store, &tree)?);
        let root = root_bytes(1, content.len);
        let mut key = Vec::with_capacity(KEY_BYTES);
        append_key(id, None, &mut key);
        let row = Bookmark {
            key: &key,
            data: &root,
        };
        work.transaction.insert(work.trees(), store, &tree, &row)?;
        self.write(work, &tree, id, content, 0)?;
        Ok(id)
    }

    /// Changes a value where it lies. `content` says that it was what it is.
    ///
    /// # Errors
    /// What changing the tree gives.
    pub(crate) fn change(
        &self,
        work: &mut Work<'_>,
        id: LongValueId,
        root: &LongValueRoot,
        content: &Content<'_>,
    ) -> Result<()> {
        let tree = self
            .table
            .need_long_value_tree(work, self.database, self.definition)?;
        let store = self.database.store();
        self.write(work, &tree, id, content, root.size)?;
        let mut key = Vec::with_capacity(KEY_BYTES);
        let piece = piece_bytes(store, &self.definition.def);
        let mut at = content.len.div_ceil(piece) * piece;
        while at < root.size {
            key.clear();
            append_key(id, Some(at), &mut key);
            let row = Bookmark { key: &key, data: &[] };
            work.transaction.delete(work.trees(), store, &tree, &row)?;
            at += piece;
        }
        if content.len != root.size {
            key.clear();
            append_key(id, None, &mut key);
            let data = root_bytes(root.reference_count, content.len);
            let row = Bookmark {
                key: &key,
                data: &data,
            };
            work.transaction.replace(work.trees(), store, &tree, &row)?;
        }
        Ok(())
    }

    /// Keeps others from changing or sharing a value.
    ///
    /// # Errors
    /// Conflicts.
    pub(crate) fn lock(&self, work: &mut Work<'_>, id: LongValueId) -> Result<()> {
        let store = self.database.store();
        let Some(tree) = self.table.long_value_tree(store, &self.definition.def)? else {
            return Err(LongValueError::NoTree { id }.into());
        };
        let mut key = Vec::with_capacity(KEY_BYTES);
        append_key(id, None, &mut key);
        let row = Bookmark { key: &key, data: &[] };
        Ok(work.transaction.lock(work.trees(), store, &tree, &row, true)?)
    }

    /// Another column refers to a value, or one no longer does. With the last one the value goes.
    ///
    /// # Errors
    /// What changing the tree gives.
    pub(crate) fn refer(&self, work: &mut Work<'_>, id: LongValueId, is_more: bool) -> Result<()> {
        let store = self.database.store();
        let Some(tree) = self.table.long_value_tree(store, &self.definition.def)? else {
            return Err(LongValueError::NoTree { id }.into());
        };
        let piece = piece_bytes(store, &self.definition.def);
        let root = LongReader::new(work.trees(), store, &tree, work.view(), piece)?.root(id)?;
        let mut key = Vec::with_capacity(KEY_BYTES);
        append_key(id, None, &mut key);
        let row = Bookmark { key: &key, data: &[] };
        if is_more || root.reference_count > 1 {
            let delta = if is_more { 1 } else { -1 };
            work.transaction
                .add(work.trees(), store, &tree, &row, (0, delta))?;
            return Ok(());
        }
        // Whoever shares it meanwhile stands in the way of this, and this in his.
        work.transaction.delete(work.trees(), store, &tree, &row)?;
        let mut at = 0;
        while at < root.size {
            key.clear();
            append_key(id, Some(at), &mut key);
            let row = Bookmark { key: &key, data: &[] };
            work.transaction.delete(work.trees(), store, &tree, &row)?;
            at = at.saturating_add(piece);
        }
        Ok(())
    }

    /// Writes the chunks that differ. `there`: so many bytes of the value have chunks.
    fn write(
        &self,
        work: &mut Work<'_>,
        tree: &OpenTree,
        id: LongValueId,
        content: &Content<'_>,
        there: u32,
    ) -> Result<()> {
        let store = self.database.store();
        let piece = piece_bytes(store, &self.definition.def);
        let data_end = content
            .offset
            .saturating_add(u32::try_from(content.data.len()).unwrap_or(u32::MAX))
            .min(content.len);
        let mut at = first_touched(content, there);
        at -= at % piece;
        let (mut key, mut chunk) = (Vec::with_capacity(KEY_BYTES), Vec::new());
        while at < content.len {
            let end = at.saturating_add(piece).min(content.len);
            let old_end = at.saturating_add(piece).min(there).max(at);
            let is_written = content.offset < end && data_end > at;
            if end == old_end && !is_written {
                // Behind what is written nothing changes before the end.
                let boundary = there.min(content.len);
                let is_rest_same = content.len == there;
                let next = if is_rest_same {
                    boundary
                } else {
                    boundary - boundary % piece
                };
                at = next.max(at.saturating_add(piece));
                continue;
            }
            self.chunk(work, tree, content, (at, end), &mut chunk)?;
            key.clear();
            append_key(id, Some(at), &mut key);
            let stream = match content.compresses {
                true => compress::choose(&chunk, &Rules::new(Place::Chunk)),
                false => None,
            };
            let row = Bookmark {
                key: &key,
                data: stream.as_deref().unwrap_or(&chunk),
            };
            if at < there {
                work.transaction.replace(work.trees(), store, tree, &row)?;
            } else {
                work.transaction.insert(work.trees(), store, tree, &row)?;
            }
            at = end;
        }
        Ok(())
    }

    /// Puts the bytes from `at` to `end` together.
    fn chunk(
        &self,
        work: &Work<'_>,
        tree: &OpenTree,
        content: &Content<'_>,
        (at, end): (u32, u32),
        out: &mut Vec<u8>,
    ) -> Result<()> {
        out.clear();
        let data_end = content
            .offset
            .saturating_add(u32::try_from(content.data.len()).unwrap_or(u32::MAX));
        let is_covered = content.offset <= at && data_end >= end;
        if !is_covered {
            let wanted = size(end.min(content.base.len()).saturating_sub(at));
            match content.base {
                Base::Bytes(bytes) => {
                    let rest = bytes.get(size(at)..).unwrap_or_default();
                    out.extend_from_slice(rest.get(..wanted).unwrap_or(rest));
                }
                Base::Value(base, _) => {
                    let store = self.database.store();
                    let piece = piece_bytes(store, &self.definition.def);
                    let mut reader = LongReader::new(work.trees(), store, tree, work.view(), piece)?;
                    reader.append(base, at, wanted, out)?;
                }
            }
        }
        out.resize(size(end - at), 0);
        let from = size(at.saturating_sub(content.offset));
        let to = size(content.offset.saturating_sub(at));
        let data = content.data.get(from..).unwrap_or_default();
        let place = out.get_mut(to..).unwrap_or_default();
        let len = place.len().min(data.len());
        if let (Some(place), Some(data)) = (place.get_mut(..len), data.get(..len)) {
            place.copy_from_slice(data);
        }
        Ok(())
    }
}

/// Bytes of a key of a chunk.
const KEY_BYTES: usize = 12;

/// Where the first chunk that differs may begin.
fn first_touched(content: &Content<'_>, there: u32) -> u32 {
    if there == 0 {
        return 0;
    }
    let boundary = there.min(content.len);
    let written = if content.data.is_empty() {
        u32::MAX
    } else {
        content.offset
    };
    match there == content.len {
        true => written.min(content.len),
        false => written.min(boundary),
    }
}

fn root_bytes(reference_count: u32, len: u32) -> [u8; 8] {
    let mut bytes = [0; 8];
    let (count, size) = bytes.split_at_mut(4);
    count.copy_from_slice(&reference_count.to_le_bytes());
    size.copy_from_slice(&len.to_le_bytes());
    bytes
}

fn size(bytes: u32) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
