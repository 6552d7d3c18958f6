//! Rows that come in, and rows in order.

use std::sync::Arc;

use jet_btree::store::Store;
use jet_btree::transaction::Trees;
use jet_session::storage::SortPermit;

use super::columns::TemporaryOptions;
use super::merge::{Merge, merge_down};
use super::run::{Run, RunWriter};
use crate::error::Result;

/// Rows that come in for a sort.
#[derive(Debug)]
pub(crate) struct Sort {
    pub(super) options: TemporaryOptions,
    permit: SortPermit,
    rows: Rows,
    /// Rows that are on the disk already, in order each.
    runs: Vec<Run>,
    count: u64,
    /// Memory that the rows take as the rule counts it by which a sort becomes a tree.
    counted_bytes: u64,
}

/// Rows in memory, in the order of their coming or sorted.
#[derive(Debug, Default)]
pub(super) struct Rows {
    bytes: Vec<u8>,
    places: Vec<Place>,
}

/// Where a row lies: its key, and the record behind it.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The first bytes of the key, by which most rows are told apart.
    start: u64,
    at: u32,
    key_len: u32,
    record_len: u32,
}

/// A row: its key and its record.
pub(super) type Row<'r> = (&'r [u8], &'r [u8]);

/// A sort that is finished.
#[derive(Debug)]
pub(super) struct Sorted {
    pub(super) rows: Ordered,
    pub(super) options: TemporaryOptions,
    /// It is one of those that are counted as long as it is there.
    _permit: SortPermit,
    /// How many rows there are at most.
    pub(super) count: u64,
    /// It is larger than what rows may be moved back in without a tree.
    pub(super) overflows: bool,
}

/// Rows in order.
#[derive(Debug)]
pub(super) enum Ordered {
    /// All of them.
    Memory(Rows),
    /// One after the other.
    Disk(Box<Merge>),
}

/// Memory for rows before they go to the disk, in bytes.
const MEMORY: usize = 4 << 20;
/// A sort with more rows than this counts as large.
const SMALL_ROWS: u64 = 4088;
/// So does one with more bytes.
const SMALL_BYTES: u64 = 64 << 10;
/// Bytes are counted in multiples of this, with those of the head of each row.
const GRAIN: u64 = 16;
const ROW_HEAD: u64 = 4;

impl Sort {
    pub(super) const fn new(options: TemporaryOptions, permit: SortPermit) -> Self {
        Self {
            options,
            permit,
            rows: Rows {
                bytes: Vec::new(),
                places: Vec::new(),
            },
            runs: Vec::new(),
            count: 0,
            counted_bytes: 0,
        }
    }

    /// Whether rows with equal keys are one.
    const fn removes_duplicates(&self) -> bool {
        !self.options.forward_only || self.options.unique
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When rows cannot be written to the disk.
    pub(super) fn add(
        &mut self,
        trees: &Arc<Trees>,
        store: &Arc<Store>,
        key: &[u8],
        record: &[u8],
    ) -> Result<()> {
        let len = key.len() + record.len();
        if self.rows.bytes.len() + len > MEMORY && !self.rows.places.is_empty() {
            self.spill(trees, store)?;
        }
        self.rows.push(key, record);
        self.count += 1;
        let len = u64::try_from(len).unwrap_or(u64::MAX);
        self.counted_bytes += (len + ROW_HEAD).next_multiple_of(GRAIN);
        Ok(())
    }

    /// Writes what is in memory to the disk, in order.
    fn spill(&mut self, trees: &Arc<Trees>, store: &Arc<Store>) -> Result<()> {
        self.rows.sort(self.removes_duplicates());
        let mut writer = RunWriter::new(trees, store)?;
        for row in self.rows.iter() {
            writer.add(row)?;
        }
        self.runs.push(writer.finish()?);
        self.rows.clear();
        Ok(())
    }

    /// No more rows come: puts them in order.
    ///
    /// # Errors
    /// When rows cannot be written to the disk, or read from there.
    pub(super) fn finish(mut self, trees: &Arc<Trees>, store: &Arc<Store>) -> Result<Sorted> {
        let removes_duplicates = self.removes_duplicates();
        let overflows = self.count > SMALL_ROWS || self.counted_bytes > SMALL_BYTES;
        let mut count = self.count;
        let rows = if self.runs.is_empty() {
            self.rows.sort(removes_duplicates);
            count = u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
            Ordered::Memory(core::mem::take(&mut self.rows))
        } else {
            self.spill(trees, store)?;
            let runs = merge_down(trees, store, self.runs, removes_duplicates)?;
            Ordered::Disk(Box::new(Merge::new(runs, removes_duplicates)))
        };
        Ok(Sorted {
            rows,
            options: self.options,
            _permit: self.permit,
            count,
            overflows,
        })
    }
}

impl Sorted {
    /// Whether rows are read backward, or looked for.
    pub(super) const fn goes_back(&self) -> bool {
        self.options.scrollable || self.options.indexed
    }
}

impl Rows {
    fn push(&mut self, key: &[u8], record: &[u8]) {
        let mut start = [0; 8];
        start.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.places.push(Place {
            start: u64::from_be_bytes(start),
            at: number(self.bytes.len()),
            key_len: number(key.len()),
            record_len: number(record.len()),
        });
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(record);
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.places.clear();
    }

    /// How many rows there are.
    pub(super) const fn len(&self) -> usize {
        self.places.len()
    }

    /// A row by its place.
    pub(super) fn get(&self, place: usize) -> Option<Row<'_>> {
        self.places.get(place).map(|place| row(&self.bytes, place))
    }

    /// All rows.
    pub(super) fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.places.iter().map(|place| row(&self.bytes, place))
    }

    /// The first row that is not before `key`, and whether it has it.
    pub(super) fn find(&self, key: &[u8]) -> (usize, bool) {
        let is_before = |place: &Place| row(&self.bytes, place).0 < key;
        let place = self.places.partition_point(is_before);
        let is_exact = self.get(place).is_some_and(|row| row.0 == key);
        (place, is_exact)
    }

    /// Sorts by key; of rows with equal keys the one with the smallest record comes first, and it alone stays if they are one.
    fn sort(&mut self, removes_duplicates: bool) {
        let Self { bytes, places } = self;
        places.sort_unstable_by(|a, b| {
            let by_start = a.start.cmp(&b.start);
            by_start.then_with(|| row(bytes, a).cmp(&row(bytes, b)))
        });
        if removes_duplicates {
            places.dedup_by(|later, first| {
                later.start == first.start && row(bytes, later).0 == row(bytes, first).0
            });
        }
    }
}

fn row<'b>(bytes: &'b [u8], place: &Place) -> Row<'b> {
    let [at, key, record] = [place.at, place.key_len, place.record_len]
        .map(|number| usize::try_from(number).unwrap_or(usize::MAX));
    let bytes = bytes.get(at..).unwrap_or_default();
    let (key, rest) = bytes.split_at_checked(key).unwrap_or_default();
    (key, rest.get(..record).unwrap_or_default())
}
