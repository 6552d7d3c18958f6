//! Pages kept for splits of the space trees themselves, in the external header of their roots.
//!
//! A space tree that is split cannot ask itself for pages. So before entries come in, each space tree that has not room
//! enough on its only page has pages set aside for the splits of several entries. They are taken out of the entries of free
//! pages, which can only make the space trees smaller.

use jet_pages::Pgno;
use jet_pages::space::{Extent, SPLIT_BUFFER_BYTES, split_buffers};
use jet_pages::tag::TAG_BYTES;

use super::entries::SpaceTrees;
use crate::split::source::PageSource;
use crate::store::{Author, OpenTree, Store, StoreError};

/// Bytes of an entry with its tag.
const ENTRY_BYTES: usize = 2 + 5 + 4 + TAG_BYTES;
/// Entries that must have room on the only page of a space tree without pages set aside.
const ENTRIES_SPARE: usize = 16;
/// With each filling, so many pages more than needed at once.
const PAGES_MORE: u32 = 4;

/// The two runs of pages set aside: the first is used first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Buffer {
    runs: [Extent; 2],
}

impl Buffer {
    fn parse(header: &[u8]) -> Option<Self> {
        header.get(..SPLIT_BUFFER_BYTES)?;
        let runs = split_buffers(header).ok()?;
        Some(Self {
            runs: runs.map(|run| run.unwrap_or(EMPTY)),
        })
    }

    /// The external header with these runs in it.
    fn put(&self, header: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(header.len());
        for run in &self.runs {
            let last = if run.count == 0 { 0 } else { run.last().0 };
            bytes.extend_from_slice(&last.to_le_bytes());
            bytes.extend_from_slice(&run.count.to_le_bytes());
        }
        bytes.extend_from_slice(header.get(SPLIT_BUFFER_BYTES..)?);
        Some(bytes)
    }

    fn count(&self) -> u32 {
        self.runs.iter().map(|run| run.count).sum()
    }

    fn take(&mut self) -> Option<Pgno> {
        let [first, second] = &mut self.runs;
        if first.count == 0 {
            core::mem::swap(first, second);
        }
        let pgno = first.first;
        first.count = first.count.checked_sub(1)?;
        first.first = Pgno(pgno.0 + 1);
        Some(pgno)
    }

    /// Takes back the page that went last.
    fn give_back(&mut self, pgno: Pgno) -> Option<()> {
        let [first, _] = &mut self.runs;
        if first.count == 0 {
            *first = Extent {
                first: pgno,
                count: 1,
            };
            return Some(());
        }
        (pgno.0 + 1 == first.first.0).then_some(())?;
        *first = Extent {
            first: pgno,
            count: first.count + 1,
        };
        Some(())
    }

    fn add(&mut self, extent: Extent) -> Option<()> {
        let free = self.runs.iter_mut().find(|run| run.count == 0)?;
        *free = extent;
        Some(())
    }
}

const EMPTY: Extent = Extent {
    first: Pgno(0),
    count: 0,
};

/// The pages set aside for splits of a space tree.
pub(super) struct BufferPages<'s> {
    pub(super) store: &'s Store,
    pub(super) tree: &'s OpenTree,
    pub(super) author: &'s Author,
}

impl BufferPages<'_> {
    fn change<T>(&self, mut change: impl FnMut(&mut Buffer) -> Option<T>) -> Result<T, StoreError> {
        let mut result = None;
        self.store
            .set_external_header(self.tree, self.author, &mut |header| {
                let mut buffer = Buffer::parse(header)?;
                result = change(&mut buffer);
                result.as_ref()?;
                buffer.put(header)
            })?;
        result.ok_or(StoreError::Space {
            root: self.tree.root(),
            pgno: self.tree.root(),
        })
    }
}

impl PageSource for BufferPages<'_> {
    fn take(&mut self, _: Pgno) -> Result<Pgno, StoreError> {
        self.change(Buffer::take)
    }

    fn give_back(&mut self, pgno: Pgno) -> Result<(), StoreError> {
        self.change(|buffer| buffer.give_back(pgno))
    }
}

impl Store {
    /// Sees to it that entries can come into both space trees of `tree`, whose space mutex is held; it grows when it must.
    pub(super) fn secure(
        &self,
        tree: &OpenTree,
        trees: &SpaceTrees,
        author: &Author,
    ) -> Result<(), StoreError> {
        let lacking = self.fill_buffers(trees, author)?;
        if lacking == 0 {
            return Ok(());
        }
        if self.root_header(tree)?.parent.is_some() {
            self.grow(tree, trees, author, 0, lacking)?;
        } else {
            self.grow_file(tree, trees, author, lacking)?;
        }
        self.fill_buffers(trees, author)?;
        Ok(())
    }

    /// Sets pages aside for both space trees, as far as there are free ones; returns how many are lacking.
    pub(super) fn fill_buffers(&self, trees: &SpaceTrees, author: &Author) -> Result<u32, StoreError> {
        let mut lacking = 0;
        for tree in [&trees.owned, &trees.available] {
            let Some(wanted) = self.buffer_lack(tree)? else {
                continue;
            };
            match self.find_entry(&trees.available, Pgno(0), |extent| extent.count >= wanted)? {
                Some(extent) => {
                    let taken = self.cut_off(&trees.available, author, extent, wanted)?;
                    let pages = BufferPages {
                        store: self,
                        tree,
                        author,
                    };
                    pages.change(|buffer| buffer.add(taken))?;
                }
                None => lacking += wanted,
            }
        }
        Ok(lacking)
    }

    /// How many pages to set aside for a space tree; `None`: it needs none.
    fn buffer_lack(&self, tree: &OpenTree) -> Result<Option<u32>, StoreError> {
        let root = self.read(tree.root())?;
        let page = root.view();
        let free = usize::from(page.header().free_bytes.get());
        if page.is_leaf() && free >= ENTRIES_SPARE * ENTRY_BYTES {
            return Ok(None);
        }
        let buffer = Buffer::parse(page.external_header()?).ok_or(StoreError::Space {
            root: tree.root(),
            pgno: tree.root(),
        })?;
        drop(root);
        let depth = u32::try_from(self.view(tree)?.depth()?).unwrap_or(u32::MAX);
        let needed = 2 * (depth + 2);
        let is_short = buffer.count() < needed && buffer.runs.iter().any(|run| run.count == 0);
        Ok(is_short.then_some(needed + PAGES_MORE))
    }
}
