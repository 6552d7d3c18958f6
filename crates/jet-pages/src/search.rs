//! Looking for a key among the nodes of a page.
//!
//! What every comparison would do again is done once: how far the key looked for agrees with the prefix key of the page.
//! A comparison then reads the tag, the head of its node and the suffix, and nothing else.

use core::cmp::Ordering;

use zerocopy::FromBytes;

use crate::tag::{RawTag, TAG_BYTES};
use crate::{NodeFlags, Page, PageError};

/// A node compared with the key that is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'k> {
    /// How the node's key compares with the key looked for.
    pub order: Ordering,
    /// Whether the node has no key: on internal pages it stands for "greater than everything".
    pub is_empty: bool,
    /// What of the node's key was compared, and with what, when the pieces before agree.
    compared: Option<(&'k [u8], &'k [u8])>,
}

impl Probe<'_> {
    /// Whether the node's key begins with the key looked for.
    pub fn begins_with_target(&self) -> bool {
        self.compared
            .is_some_and(|(suffix, target)| suffix.starts_with(target))
    }
}

impl<'p> Page<'p> {
    /// The first node for which `is_before` is false; those for which it is true come first. `target`: the key that
    /// nodes are compared with.
    ///
    /// # Errors
    /// As [`Page::node`], for the nodes that are looked at.
    #[inline]
    pub fn find(&self, target: &[u8], is_before: impl Fn(&Probe<'_>) -> bool) -> Result<usize, PageError> {
        match self.is_large() {
            true => self.find_in::<true>(target, is_before),
            false => self.find_in::<false>(target, is_before),
        }
    }

    #[inline]
    fn find_in<const LARGE: bool>(
        &self,
        target: &[u8],
        is_before: impl Fn(&Probe<'_>) -> bool,
    ) -> Result<usize, PageError> {
        let nodes = Nodes::<'_, LARGE>::of(self);
        let prefix = self.prefix_key();
        let common = prefix.iter().zip(target).take_while(|(a, b)| a == b).count();
        let (mut low, mut high) = (0, self.node_count());
        while low < high {
            let middle = low + (high - low) / 2;
            let probe = match nodes.key(middle) {
                Some((prefix_len, suffix)) if prefix_len <= prefix.len() => {
                    compare(prefix, common, prefix_len, suffix, target)
                }
                // Damaged: this says how.
                _ => {
                    let key = self.node(middle)?.key;
                    compare(
                        key.prefix,
                        common.min(key.prefix.len()),
                        key.prefix.len(),
                        key.suffix,
                        target,
                    )
                }
            };
            if is_before(&probe) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}

/// Compares the key of `prefix_len` bytes of `prefix` and `suffix` with `target`, which agrees with `prefix` in `common` bytes.
#[inline]
fn compare<'k>(
    prefix: &'k [u8],
    common: usize,
    prefix_len: usize,
    suffix: &'k [u8],
    target: &'k [u8],
) -> Probe<'k> {
    let is_empty = prefix_len + suffix.len() == 0;
    match target.get(prefix_len..) {
        Some(rest) if prefix_len <= common => Probe {
            order: suffix.cmp(rest),
            is_empty,
            compared: Some((suffix, rest)),
        },
        // They part within the prefix, or the key looked for ends there.
        _ => Probe {
            order: match (prefix.get(common), target.get(common)) {
                (Some(own), Some(other)) => own.cmp(other),
                _ => Ordering::Greater,
            },
            is_empty,
            compared: (common == target.len()).then_some((&[], &[])),
        },
    }
}

/// The nodes of a page, ready to be looked at fast.
struct Nodes<'p, const LARGE: bool> {
    /// All behind the page header and before the tags.
    body: &'p [u8],
    /// The tags of the nodes, the last one first.
    tags: &'p [RawTag],
}

impl<'p, const LARGE: bool> Nodes<'p, LARGE> {
    fn of(page: &Page<'p>) -> Self {
        let bytes = page.bytes();
        let header = if LARGE { 80 } else { 40 };
        let tags_end = bytes.len() - TAG_BYTES * page.tag_of_node(0);
        let tags_start = tags_end - TAG_BYTES * page.node_count();
        let tags = bytes.get(tags_start..tags_end).unwrap_or_default();
        Self {
            body: bytes.get(header..tags_start).unwrap_or_default(),
            tags: <[RawTag]>::ref_from_bytes(tags).unwrap_or_default(),
        }
    }

    /// Length of the prefix and the suffix of the key of node `index`; none when anything about it is odd.
    #[inline]
    fn key(&self, index: usize) -> Option<(usize, &'p [u8])> {
        let tag = self.tags.get(self.tags.len().checked_sub(index + 1)?)?;
        let (offset, size) = (tag.offset(LARGE), tag.size(LARGE));
        let node = self.body.get(offset..offset + size)?;
        let (first, rest) = node.split_first_chunk()?;
        let first = u16::from_le_bytes(*first);
        let flags = match LARGE {
            true => NodeFlags((first >> 13).to_le_bytes()[0]),
            false => NodeFlags(tag.small_page_flags()),
        };
        let length = usize::from(first & 0x1fff);
        if !flags.is_compressed() {
            return Some((0, rest.get(..length)?));
        }
        let (second, rest) = rest.split_first_chunk()?;
        let suffix = usize::from(u16::from_le_bytes(*second) & 0x1fff);
        Some((length, rest.get(..suffix)?))
    }
}
