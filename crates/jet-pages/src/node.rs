//! A node: flags, key (a piece of the page's prefix key and a suffix) and data.

use core::cmp::Ordering;

use alloc::vec::Vec;

use crate::NodeFlags;

/// A key in two pieces, as it lies in a page: neither searching nor comparing copies it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Key<'p> {
    /// Leading bytes, taken from the page's prefix key.
    pub prefix: &'p [u8],
    /// The rest.
    pub suffix: &'p [u8],
}

impl<'p> Key<'p> {
    /// A key in one piece.
    pub const fn whole(bytes: &'p [u8]) -> Self {
        Self {
            prefix: &[],
            suffix: bytes,
        }
    }

    /// How many bytes of this key a node should take from the prefix key `prefix` of its page: what they share, or 0
    /// unless that is more than the two bytes that it costs to say so.
    pub fn useful_prefix(self, prefix: &[u8]) -> usize {
        let common = self.bytes().zip(prefix).take_while(|(a, b)| a == *b).count();
        if common > 2 { common } else { 0 }
    }

    /// The key without its first `len` bytes, in two pieces.
    pub(crate) fn behind(self, len: usize) -> (&'p [u8], &'p [u8]) {
        let beyond = len.saturating_sub(self.prefix.len());
        let prefix = self.prefix.get(len..).unwrap_or_default();
        (prefix, self.suffix.get(beyond..).unwrap_or_default())
    }

    /// Length in bytes.
    pub const fn len(self) -> usize {
        self.prefix.len() + self.suffix.len()
    }

    /// Whether the key has no bytes: on internal pages it stands for "greater than everything".
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether the key begins with `other`.
    pub fn starts_with(self, other: &[u8]) -> bool {
        match other.split_at_checked(self.prefix.len()) {
            Some((head, tail)) => self.prefix == head && self.suffix.starts_with(tail),
            None => self.prefix.starts_with(other),
        }
    }

    /// The bytes of the key in order.
    pub fn bytes(self) -> impl Iterator<Item = u8> + 'p {
        self.prefix.iter().chain(self.suffix).copied()
    }

    /// Appends the key to `out`.
    pub fn append_to(self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.prefix);
        out.extend_from_slice(self.suffix);
    }

    /// The key in one piece.
    pub fn to_vec(self) -> Vec<u8> {
        [self.prefix, self.suffix].concat()
    }

    /// Compares with `other` as unsigned bytes; a key is smaller than every longer key that it begins.
    pub fn cmp_bytes(self, other: &[u8]) -> Ordering {
        match other.split_at_checked(self.prefix.len()) {
            Some((head, tail)) => self.prefix.cmp(head).then_with(|| self.suffix.cmp(tail)),
            // `other` ends within the prefix: if it agrees so far, this key is the longer one.
            None => self.prefix.cmp(other),
        }
    }

    /// Compares the concatenation of this key and `data` with `other`: the order within non-unique trees.
    pub fn cmp_with_data(self, data: &[u8], other: &[u8]) -> Ordering {
        match other.split_at_checked(self.len()) {
            Some((head, tail)) => self.cmp_bytes(head).then_with(|| data.cmp(tail)),
            None => self.cmp_bytes(other),
        }
    }

    /// Compares two keys.
    pub fn cmp_key(self, other: Key<'_>) -> Ordering {
        match other.prefix {
            [] => self.cmp_bytes(other.suffix),
            _ if self.prefix == other.prefix => self.suffix.cmp(other.suffix),
            _ => self.bytes().cmp(other.bytes()),
        }
    }
}

impl<'p, B: AsRef<[u8]> + ?Sized> From<&'p B> for Key<'p> {
    fn from(bytes: &'p B) -> Self {
        Self::whole(bytes.as_ref())
    }
}

/// A node of a page. Source: `docs/format/page.md`.
#[derive(Clone, Copy, Debug)]
pub struct Node<'p> {
    /// Deleted, versioned, compressed.
    pub flags: NodeFlags,
    /// The key; in internal pages of non-unique trees a piece of key and data.
    pub key: Key<'p>,
    /// A record, a bookmark, a piece of a long value, an extent's length or a child's page number.
    pub data: &'p [u8],
}

impl Node<'_> {
    /// The child page number that a node of an internal page holds, `None` when the data is not four bytes.
    pub fn child(&self) -> Option<crate::Pgno> {
        self.data
            .try_into()
            .ok()
            .map(|four| crate::Pgno(u32::from_le_bytes(four)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_compare_like_the_whole(a: Vec<u8>, b: Vec<u8>, c: Vec<u8>, data: Vec<u8>, shared in 0_usize..6) {
            // Equal beginnings are where mistakes hide.
            let other = [&a[..shared.min(a.len())], &c[..]].concat();
            let key = Key { prefix: &a, suffix: &b };
            let whole = key.to_vec();
            prop_assert_eq!(key.cmp_bytes(&other), whole.cmp(&other));
            prop_assert_eq!(key.cmp_bytes(&whole), Ordering::Equal);
            prop_assert_eq!(key.cmp_key(Key { prefix: &other, suffix: &b }), whole.cmp(&[&other[..], &b].concat()));
            prop_assert_eq!(key.cmp_with_data(&data, &other), [&whole[..], &data].concat().cmp(&other));
            prop_assert_eq!(key.starts_with(&other), whole.starts_with(&other));
            prop_assert!(key.starts_with(&whole[..shared.min(whole.len())]));
            let longer = [&whole[..], &data].concat();
            prop_assert_eq!(key.cmp_with_data(&data, &longer), Ordering::Equal);
        }
    }
}
