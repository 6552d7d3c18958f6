//! Comparing two multisets that are too large to keep: sums of hashes, and who spoils them.
//!
//! - A [`Difference`] adds up a 128-bit hash of each item of one side and takes away that of each item of the other, in
//!   [`BUCKETS`] sums. All sums are zero exactly when both sides have the same items equally often (a chance of 2^-128
//!   per bucket aside).
//! - Where a sum is not zero, [`Suspects`] keeps the items of some of the buckets concerned, within a fixed amount of
//!   memory, and says which of them one side has more often.
//!
//! Items that belong together go to one bucket by a hash that the caller chooses, so that a second pass need not look at
//! the others at all.

use std::collections::HashMap;

use twox_hash::XxHash3_128;

/// Sums that a difference consists of: enough that a bucket of a table of a thousand million rows fits into memory.
const BUCKETS: usize = 4096;
/// Memory for the items of a second pass.
const SUSPECT_BYTES_MAX: usize = 16 << 20;
/// What an item costs besides its bytes.
const ITEM_OVERHEAD: usize = 64;

/// Hash of an item.
pub(super) fn fingerprint(item: &[u8]) -> u128 {
    XxHash3_128::oneshot(item)
}

/// The number by which items are put into buckets and into sets of known items.
pub(super) fn short_hash(item: &[u8]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = fingerprint(item).to_le_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// What one side has more than the other.
#[derive(Debug)]
pub(super) struct Difference {
    sums: Vec<u128>,
    items: u64,
}

impl Difference {
    pub(super) fn new() -> Self {
        Self {
            sums: vec![0; BUCKETS],
            items: 0,
        }
    }

    /// Adds `times` items to the left side.
    pub(super) fn add(&mut self, bucket: u64, item: u128, times: u32) {
        self.items += u64::from(times);
        if let Some(sum) = self.sums.get_mut(bucket_of(bucket)) {
            *sum = sum.wrapping_add(item.wrapping_mul(times.into()));
        }
    }

    /// Adds `times` items to the right side.
    pub(super) fn take(&mut self, bucket: u64, item: u128, times: u32) {
        self.items += u64::from(times);
        if let Some(sum) = self.sums.get_mut(bucket_of(bucket)) {
            *sum = sum.wrapping_sub(item.wrapping_mul(times.into()));
        }
    }

    /// Whether both sides are the same.
    pub(super) fn is_none(&self) -> bool {
        self.sums.iter().all(|sum| *sum == 0)
    }

    /// The buckets that differ: as many as are likely to fit into memory, at least one.
    pub(super) fn suspects(&self, item_bytes: usize) -> Suspects {
        let per_bucket = usize::try_from(self.items / BUCKETS as u64 + 1).unwrap_or(usize::MAX);
        let bucket_bytes = per_bucket.saturating_mul(item_bytes + ITEM_OVERHEAD);
        let mut left = (SUSPECT_BYTES_MAX / bucket_bytes).max(1);
        let mut is_complete = true;
        let mut is_wanted = vec![false; BUCKETS];
        for (wanted, sum) in is_wanted.iter_mut().zip(&self.sums) {
            if *sum != 0 {
                *wanted = left > 0;
                is_complete &= left > 0;
                left = left.saturating_sub(1);
            }
        }
        Suspects {
            is_wanted,
            is_complete,
            items: HashMap::new(),
            bytes: 0,
        }
    }
}

/// How often each side has an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) left: u64,
    pub(super) right: u64,
}

/// Items that one side has more often than the other.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Differing {
    /// The items and how often each side has them.
    pub(super) items: Vec<(Box<[u8]>, Counts)>,
    /// False: memory did not suffice for all of them.
    pub(super) is_complete: bool,
}

/// The items of some buckets, counted.
#[derive(Debug)]
pub(super) struct Suspects {
    is_wanted: Vec<bool>,
    is_complete: bool,
    items: HashMap<Box<[u8]>, Counts>,
    bytes: usize,
}

impl Suspects {
    /// Whether items of this bucket are looked at.
    pub(super) fn wants(&self, bucket: u64) -> bool {
        self.is_wanted.get(bucket_of(bucket)).copied().unwrap_or(false)
    }

    /// Counts an item of the left side.
    pub(super) fn add(&mut self, item: &[u8], times: u64) {
        if let Some(counts) = self.counts(item) {
            counts.left += times;
        }
    }

    /// Counts an item of the right side.
    pub(super) fn take(&mut self, item: &[u8], times: u64) {
        if let Some(counts) = self.counts(item) {
            counts.right += times;
        }
    }

    /// Items that are not equally often on both sides, in their order.
    pub(super) fn into_differing(self) -> Differing {
        // Where an item was left out, what was counted of others may be half the truth.
        if self.bytes > SUSPECT_BYTES_MAX {
            return Differing::default();
        }
        let mut items: Vec<_> = self
            .items
            .into_iter()
            .filter(|(_, counts)| counts.left != counts.right)
            .collect();
        items.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Differing {
            items,
            is_complete: self.is_complete,
        }
    }

    fn counts(&mut self, item: &[u8]) -> Option<&mut Counts> {
        if self.bytes > SUSPECT_BYTES_MAX {
            return None;
        }
        if !self.items.contains_key(item) {
            self.bytes += item.len() + ITEM_OVERHEAD;
            self.items.insert(item.into(), Counts::default());
        }
        self.items.get_mut(item)
    }
}

fn bucket_of(hash: u64) -> usize {
    usize::try_from(hash % BUCKETS as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(left: &[&[u8]], right: &[&[u8]]) -> Difference {
        let mut difference = Difference::new();
        for item in left {
            difference.add(short_hash(item), fingerprint(item), 1);
        }
        for item in right {
            difference.take(short_hash(item), fingerprint(item), 1);
        }
        difference
    }

    #[test]
    fn order_does_not_matter_but_number_does() {
        assert!(sums(&[b"a", b"b", b"b"], &[b"b", b"a", b"b"]).is_none());
        assert!(!sums(&[b"a", b"b", b"b"], &[b"b", b"a", b"a"]).is_none());
        assert!(!sums(&[b"a"], &[]).is_none());
    }

    #[test]
    fn the_items_that_differ_are_named() {
        let (left, right): (&[&[u8]], &[&[u8]]) = (&[b"a", b"b", b"c"], &[b"a", b"c", b"c", b"d"]);
        let mut suspects = sums(left, right).suspects(1);
        for item in left {
            if suspects.wants(short_hash(item)) {
                suspects.add(item, 1);
            }
        }
        for item in right {
            if suspects.wants(short_hash(item)) {
                suspects.take(item, 1);
            }
        }
        let differing = suspects.into_differing();
        let found: Vec<_> = differing
            .items
            .iter()
            .map(|(item, counts)| (&item[..], counts.left, counts.right))
            .collect();
        assert_eq!(found, [(&b"b"[..], 1, 0), (b"c", 1, 2), (b"d", 0, 1)]);
        assert!(differing.is_complete);
    }

    #[test]
    fn memory_is_bounded() {
        let mut suspects = sums(&[b"a"], &[]).suspects(1);
        let item = vec![7; 1 << 20];
        for number in 0..100_u8 {
            let mut item = item.clone();
            item[0] = number;
            suspects.add(&item, 1);
        }
        assert!(suspects.items.len() < 20);
        assert_eq!(suspects.into_differing(), Differing::default());
    }
}
