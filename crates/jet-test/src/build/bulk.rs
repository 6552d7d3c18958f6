//! A tree written from its rows in order, bottom up: each page goes to the file as soon as the next one is begun, so the
//! memory needed is one page per level, however large the tree.

use jet_io::{File, IoError};
use jet_pages::tag::TAG_BYTES;
use jet_pages::{Dbtime, NodeFlags, Objid, PageFlags, PageMut, PageSize, Pgno};

/// Tells the pages of a tree that are new.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageStyle {
    pub(super) size: PageSize,
    pub(super) objid: Objid,
    /// Flags that all pages of the tree share.
    pub(super) flags: PageFlags,
    pub(super) dbtime: Dbtime,
    /// Bytes to leave free on leaves.
    pub(super) reserve_bytes: usize,
}

impl PageStyle {
    /// A new page of the tree.
    pub(super) fn format<'p>(&self, bytes: &'p mut [u8], pgno: Pgno, kind: PageFlags) -> PageMut<'p> {
        let mut page = PageMut::format(bytes, pgno, self.size, self.objid, self.flags | kind).unwrap();
        page.header_mut().dbtime = self.dbtime.0.into();
        page
    }
}

/// The nodes of one internal page: for each child the key that everything below it is less than.
pub(super) type Children = Vec<(Vec<u8>, Pgno)>;

/// A tree being written.
#[derive(Debug)]
pub(super) struct BulkTree<'f> {
    file: &'f dyn File,
    style: PageStyle,
    next_pgno: Pgno,
    leaf: Leaf,
    levels: Vec<Level>,
}

/// The rows of the leaf that is being filled.
#[derive(Debug)]
struct Leaf {
    pgno: Pgno,
    prev: Pgno,
    /// Keys and records, one after the other.
    bytes: Vec<u8>,
    /// Ends of keys and of records in `bytes`.
    ends: Vec<(usize, usize)>,
    /// Bytes that the rows take on the page, with their tags and the prefix key.
    used: usize,
}

impl Leaf {
    fn rows(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|&(_, end)| end));
        starts
            .zip(&self.ends)
            .map(|(start, &(key_end, end))| (&self.bytes[start..key_end], &self.bytes[key_end..end]))
    }

    /// The engine takes the first key as the prefix key of a page that it appends.
    fn prefix_key(&self) -> &[u8] {
        self.rows().next().map_or(&[], |(key, _)| key)
    }

    fn last_key(&self) -> &[u8] {
        match self.ends[..] {
            [.., (_, start), (end, _)] => &self.bytes[start..end],
            _ => self.prefix_key(),
        }
    }
}

/// The internal page of one level that is being filled.
#[derive(Debug, Default)]
struct Level {
    children: Children,
    bytes: usize,
}

/// What goes into the root page, and where the new pages end.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) root: Children,
    pub(super) root_kind: PageFlags,
    pub(super) last: Pgno,
}

impl<'f> BulkTree<'f> {
    /// Begins a tree whose pages lie from `first` on.
    pub(super) fn new(file: &'f dyn File, style: PageStyle, first: Pgno) -> Self {
        Self {
            file,
            style,
            next_pgno: Pgno(first.0 + 1),
            leaf: Leaf {
                pgno: first,
                prev: Pgno::NONE,
                bytes: Vec::new(),
                ends: Vec::new(),
                used: 0,
            },
            levels: Vec::new(),
        }
    }

    /// The first page behind those begun.
    pub(super) const fn next_pgno(&self) -> Pgno {
        self.next_pgno
    }

    /// Appends a row. Keys must ascend, and a row must fit a page.
    pub(super) fn push(&mut self, key: &[u8], data: &[u8]) -> Result<(), IoError> {
        let mut needed = self.row_bytes(key, data);
        let room = self.room();
        if !self.leaf.ends.is_empty() {
            assert!(key > self.leaf.last_key(), "keys ascend");
            if self.leaf.used + needed + self.style.reserve_bytes > room {
                let separator = separator(self.leaf.last_key(), key);
                self.add_child(0, separator, self.leaf.pgno)?;
                let right = self.take_pgno();
                self.write_leaf(right)?;
                needed = self.row_bytes(key, data);
            }
        }
        if self.leaf.ends.is_empty() {
            needed += key.len(); // as prefix key
        }
        assert!(self.leaf.used + needed <= room, "a row fits a page");
        let Leaf {
            bytes, ends, used, ..
        } = &mut self.leaf;
        bytes.extend_from_slice(key);
        let key_end = bytes.len();
        bytes.extend_from_slice(data);
        ends.push((key_end, bytes.len()));
        *used += needed;
        Ok(())
    }

    /// Writes what is left. The root must have room for `root_room` bytes of nodes and their tags.
    pub(super) fn finish(mut self, root_room: usize) -> Result<Finished, IoError> {
        self.add_child(0, Vec::new(), self.leaf.pgno)?;
        self.write_leaf(Pgno::NONE)?;
        let mut level = 0;
        while level + 1 < self.levels.len() || self.levels[level].bytes > root_room {
            let pgno = self.flush_level(level, true)?;
            self.add_child(level + 1, Vec::new(), pgno)?;
            level += 1;
        }
        let root = self.levels.swap_remove(level).children;
        let root_kind = internal_kind(level);
        let last = Pgno(self.next_pgno.0 - 1);
        Ok(Finished {
            root,
            root_kind,
            last,
        })
    }

    /// Bytes that a row takes on the leaf, its tag included.
    fn row_bytes(&self, key: &[u8], data: &[u8]) -> usize {
        let prefix = if self.leaf.ends.is_empty() {
            key
        } else {
            self.leaf.prefix_key()
        };
        let common = prefix.iter().zip(key).take_while(|(a, b)| a == b).count();
        let key_bytes = if common > 2 {
            4 + key.len() - common
        } else {
            2 + key.len()
        };
        key_bytes + data.len() + TAG_BYTES
    }

    /// Bytes for nodes and their tags on a page that is no root.
    const fn room(&self) -> usize {
        self.style.size.bytes() - self.style.size.header_bytes() - TAG_BYTES
    }

    fn add_child(&mut self, level: usize, key: Vec<u8>, child: Pgno) -> Result<(), IoError> {
        if level == self.levels.len() {
            self.levels.push(Level::default());
        }
        let needed = 2 + key.len() + 4 + TAG_BYTES;
        if self.levels[level].bytes + needed > self.room() {
            let (last_key, _) = self.levels[level].children.last().unwrap().clone();
            let pgno = self.flush_level(level, false)?;
            self.add_child(level + 1, last_key, pgno)?;
        }
        let Level { children, bytes } = &mut self.levels[level];
        children.push((key, child));
        *bytes += needed;
        Ok(())
    }

    fn flush_level(&mut self, level: usize, is_rightmost: bool) -> Result<Pgno, IoError> {
        let Level { children, .. } = std::mem::take(&mut self.levels[level]);
        assert_eq!(
            children.last().unwrap().0.is_empty(),
            is_rightmost,
            "the last key is infinity"
        );
        let pgno = self.take_pgno();
        let mut bytes = vec![0; self.style.size.bytes()];
        let mut page = self.style.format(&mut bytes, pgno, internal_kind(level));
        insert_children(&mut page, &children);
        page.finish();
        self.file.write_at(&bytes, pgno.file_offset(self.style.size))?;
        Ok(pgno)
    }

    /// Writes the leaf and empties it for the rows of page `next`.
    fn write_leaf(&mut self, next: Pgno) -> Result<(), IoError> {
        let (leaf, size) = (&mut self.leaf, self.style.size);
        let mut bytes = vec![0; size.bytes()];
        let mut page = self.style.format(&mut bytes, leaf.pgno, PageFlags::LEAF);
        page.header_mut().pgno_prev = leaf.prev.0.into();
        page.header_mut().pgno_next = next.0.into();
        page.set_external_header(leaf.prefix_key()).unwrap();
        for (node, (key, record)) in leaf.rows().enumerate() {
            let prefix_len = page.prefix_for(key);
            page.insert(node, NodeFlags::default(), key, prefix_len, record)
                .unwrap();
        }
        page.finish();
        self.file.write_at(&bytes, leaf.pgno.file_offset(size))?;
        (leaf.prev, leaf.pgno, leaf.used) = (leaf.pgno, next, 0);
        leaf.bytes.clear();
        leaf.ends.clear();
        Ok(())
    }

    const fn take_pgno(&mut self) -> Pgno {
        let pgno = self.next_pgno;
        self.next_pgno = Pgno(pgno.0 + 1);
        pgno
    }
}

/// Appends the nodes of an internal page to `page`.
pub(super) fn insert_children(page: &mut PageMut<'_>, children: &Children) {
    for (node, (key, child)) in children.iter().enumerate() {
        page.insert(node, NodeFlags::default(), key, 0, &child.0.to_le_bytes())
            .unwrap();
    }
}

const fn internal_kind(level: usize) -> PageFlags {
    if level == 0 {
        PageFlags::PARENT_OF_LEAF
    } else {
        PageFlags::from_bits(0)
    }
}

/// The shortest key that is greater than `left` and not greater than `right`.
fn separator(left: &[u8], right: &[u8]) -> Vec<u8> {
    let common = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    right[..common + 1].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_short_and_between() {
        for (left, right, expected) in [
            (&[1, 2, 3][..], &[1, 2, 4, 5][..], &[1, 2, 4][..]),
            (&[1], &[1, 0], &[1, 0]),
            (&[1, 9, 9], &[2], &[2]),
        ] {
            let found = separator(left, right);
            assert_eq!(found, expected);
            assert!(left < &found[..] && &found[..] <= right);
        }
    }
}
