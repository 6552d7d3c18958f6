//! Whether two trees hold the same rows: the catalog and its shadow.

use jet_btree::Tree;
use jet_pages::{Node, Pgno};

use super::finding::{Hex, TableFinding};
use super::sums::{Difference, fingerprint, short_hash};
use super::walk::each_node;

/// What a row of the catalog is likely to take.
const ROW_BYTES: usize = 128;

/// Compares the rows of two trees, and reports the keys of those that only one has or that differ. Returns false when a
/// part of one cannot be read, which keeps them from being compared.
pub fn compare_trees(first: Tree<'_>, second: Tree<'_>, report: &mut dyn FnMut(Pgno, TableFinding)) -> bool {
    let mut difference = Difference::new();
    let mut item = Vec::new();
    let unreadable = each_row(first, &mut item, &mut |hash, item| {
        difference.add(hash, fingerprint(item), 1)
    }) + each_row(second, &mut item, &mut |hash, item| {
        difference.take(hash, fingerprint(item), 1)
    });
    if difference.is_none() {
        return true;
    }
    if unreadable > 0 {
        return false;
    }
    let mut suspects = difference.suspects(ROW_BYTES);
    each_row(first, &mut item, &mut |hash, item| {
        if suspects.wants(hash) {
            suspects.add(item, 1);
        }
    });
    each_row(second, &mut item, &mut |hash, item| {
        if suspects.wants(hash) {
            suspects.take(item, 1);
        }
    });
    let mut last = None;
    for (item, counts) in suspects.into_differing().items {
        let row: Box<[u8]> = split(&item).into();
        // A row that differs comes up once for each tree.
        if last.as_ref() != Some(&row) {
            let only_first = counts.left > counts.right;
            report(
                first.root(),
                TableFinding::ShadowDiffers {
                    row: Hex(row.clone()),
                    only_first,
                },
            );
        }
        last = Some(row);
    }
    true
}

fn each_row(tree: Tree<'_>, item: &mut Vec<u8>, take: &mut dyn FnMut(u64, &[u8])) -> u64 {
    each_node(tree, &mut || (), &mut |_, node: &Node<'_>| {
        if node.flags.is_deleted() {
            return;
        }
        item.clear();
        item.extend_from_slice(&u32::try_from(node.key.len()).unwrap_or(u32::MAX).to_be_bytes());
        node.key.append_to(item);
        let hash = short_hash(item);
        item.extend_from_slice(node.data);
        take(hash, item);
    })
}

/// The key of an item.
fn split(item: &[u8]) -> &[u8] {
    let (len, rest) = item.split_first_chunk().unwrap_or((&[0; 4], &[]));
    let len = usize::try_from(u32::from_be_bytes(*len)).unwrap_or(usize::MAX);
    rest.get(..len).unwrap_or(rest)
}
