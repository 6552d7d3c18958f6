//! The keys of one record in one index, in a buffer that is used again for the next record.

use std::ops::Range;

/// Keys in order, each once. Also holds the scratch space of their making.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    bytes: Vec<u8>,
    keys: Vec<Range<usize>>,
    duplicates: usize,
    /// Where column values are fetched to.
    pub(super) value: Vec<u8>,
}

impl KeySet {
    /// An empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of different keys.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether the record has no entry.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// How many keys came up again and were dropped.
    #[must_use]
    pub const fn duplicates(&self) -> usize {
        self.duplicates
    }

    /// The keys, ascending.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.keys
            .iter()
            .map(|range| self.bytes.get(range.clone()).unwrap_or_default())
    }

    /// Whether `key` is among them.
    #[must_use]
    pub fn contains(&self, key: &[u8]) -> bool {
        self.keys
            .binary_search_by(|range| self.bytes.get(range.clone()).unwrap_or_default().cmp(key))
            .is_ok()
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.keys.clear();
        self.duplicates = 0;
    }

    /// Place of the next key, and the scratch space.
    pub(super) const fn parts(&mut self) -> (&mut Vec<u8>, &mut Vec<u8>) {
        (&mut self.bytes, &mut self.value)
    }

    /// Bytes of all finished keys.
    pub(super) fn finished(&self) -> usize {
        self.keys.last().map_or(0, |range| range.end)
    }

    /// What was appended since the last key becomes a key.
    pub(super) fn finish_key(&mut self) {
        self.keys.push(self.finished()..self.bytes.len());
    }

    /// What was appended since the last key is dropped.
    pub(super) fn drop_key(&mut self) {
        self.bytes.truncate(self.finished());
    }

    /// Sorts, and drops what occurs twice.
    pub(super) fn settle(&mut self) {
        if self.keys.len() < 2 {
            return;
        }
        let bytes = &self.bytes;
        let key = |range: &Range<usize>| bytes.get(range.clone()).unwrap_or_default();
        self.keys.sort_unstable_by(|a, b| key(a).cmp(key(b)));
        let before = self.keys.len();
        self.keys.dedup_by(|a, b| key(a) == key(b));
        self.duplicates = before - self.keys.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_in_order_and_once() {
        let mut set = KeySet::new();
        for key in [&b"b"[..], b"a", b"b", b""] {
            set.parts().0.extend_from_slice(key);
            set.finish_key();
        }
        set.parts().0.push(9);
        set.drop_key();
        set.settle();
        assert_eq!(set.iter().collect::<Vec<_>>(), [&b""[..], b"a", b"b"]);
        assert_eq!(set.duplicates(), 1);
        assert!(set.contains(b"a") && !set.contains(b"c"));
        set.clear();
        assert!(set.is_empty());
    }
}
