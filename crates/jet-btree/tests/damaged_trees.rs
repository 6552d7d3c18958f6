//! Damaged trees: reading them ends, with errors or without, and a walk passes what is damaged.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use jet_btree::walk::LeafWalk;
use jet_btree::{Cursor, Pages, SeekTarget, Tree, TreeError};
use jet_pages::Pgno;
use jet_test::damage::{FAULTS, Targets, plant};
use jet_test::{Image, check, fixtures, open_pages};
use proptest::prelude::*;

/// Reads every tree in every way that there is. Returning at all is what counts.
fn read_all(pages: &Pages, roots: &[Pgno]) {
    for tree in roots
        .iter()
        .filter_map(|&root| Tree::open(pages, root, None).ok())
    {
        let mut cursor = Cursor::new(tree);
        let mut is_on_row = cursor.first();
        while let Ok(true) = is_on_row {
            is_on_row = cursor.next();
        }
        is_on_row = cursor.last();
        while let Ok(true) = is_on_row {
            is_on_row = cursor.previous();
        }
        for leaf in LeafWalk::new(tree).flatten() {
            for node in leaf.view().nodes().flatten().take(3) {
                let key = node.key.to_vec();
                for target in [SeekTarget::Equal, SeekTarget::Greater, SeekTarget::LessOrEqual] {
                    _ = cursor.seek(&key, target);
                }
                _ = cursor.seek_entry(&key, node.data);
            }
        }
    }
}

#[test]
fn reading_ends_whatever_is_damaged() {
    for name in ["alltypes.edb", "filehistory-Catalog1.edb", "srum-win10.SRUDB.dat"] {
        let image = Image::new(fixtures::named(name).bytes().to_vec());
        let targets = Targets::of(&image);
        let roots: Vec<Pgno> = targets.trees.iter().map(|tree| tree.def.root).collect();
        let planted = FAULTS.iter().filter_map(|fault| fault.plant(&image, &targets));
        for damaged in planted.filter(|damaged| jet_pages::dbheader::read_header(&damaged.bytes).is_ok()) {
            read_all(&open_pages(&damaged.bytes), &roots);
        }
    }
}

#[test]
fn a_circle_of_siblings_is_told() {
    let image = Image::new(fixtures::named("alltypes.edb").bytes().to_vec());
    let targets = Targets::of(&image);
    let tree = targets.widest(3, |_| true).unwrap();
    let damaged = plant::sibling_loop(&image, tree.leaves[1], tree.leaves[2]);
    let pages = open_pages(&damaged.bytes);
    let mut cursor = Cursor::new(Tree::open(&pages, tree.def.root, None).unwrap());
    // Left of the circle the link back does not fit, within it every link does.
    let mut end = cursor.first();
    while let Ok(true) = end {
        end = cursor.next();
    }
    assert!(matches!(end, Err(TreeError::Sibling { .. })), "{end:?}");
    let key = image.page(tree.leaves[2]).node(0).unwrap().key.to_vec();
    cursor.seek(&key, SeekTarget::Equal).unwrap();
    let mut end = Ok(true);
    while let Ok(true) = end {
        end = cursor.next();
    }
    assert!(matches!(end, Err(TreeError::Circle { .. })), "{end:?}");
    assert_eq!(cursor.position(), None, "nowhere after an error");
}

#[test]
fn a_walk_passes_damaged_leaves() {
    for fixture in fixtures::clean().filter(|fixture| fixture.is_committed()) {
        let image = Image::new(fixture.bytes().to_vec());
        let targets = Targets::of(&image);
        let Some(tree) = targets.widest(3, |_| true) else {
            continue;
        };
        let bad = tree.middle_leaf();
        let damaged = plant::flip_bits(&image, bad, &[1001, 2002]);
        let pages = open_pages(&damaged.bytes);
        let walk = LeafWalk::new(Tree::open(&pages, tree.def.root, None).unwrap());
        let reached: Vec<Pgno> = walk
            .map(|leaf| leaf.map_or_else(|error| error.pgno(), |leaf| leaf.pgno()))
            .collect();
        assert_eq!(reached, tree.leaves, "{}", fixture.name());
    }
}

/// A change of some bytes of a page, checksum to fit.
fn changes() -> impl Strategy<Value = Vec<(u32, Vec<(usize, u8)>)>> {
    let bytes = prop::collection::vec((0_usize..4096, any::<u8>()), 1..6);
    prop::collection::vec((1_u32..60, bytes), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Headers, tags and ends of pages are where bytes have meaning, so most changes go there.
    #[test]
    fn no_bytes_make_a_check_panic_or_hang(changes in changes(), is_at_end: bool) {
        let mut image = Image::new(fixtures::named("alltypes.edb").bytes().to_vec());
        let roots: Vec<Pgno> = Targets::of(&image).trees.iter().map(|tree| tree.def.root).collect();
        for (pgno, bytes) in changes {
            let change = |page: &mut [u8]| {
                let len = page.len();
                for (at, byte) in bytes {
                    let at = if is_at_end { len - 1 - at % 128 } else { at % 160 };
                    // The flag that names the form of the checksum stays.
                    page[at] = if at == 37 { byte | 0x20 } else { byte };
                }
            };
            if image.page_bytes(Pgno(pgno)).iter().any(|&byte| byte != 0) {
                image.edit_bytes(Pgno(pgno), change);
            }
        }
        check::check(image.bytes());
        read_all(&image.open(), &roots);
    }
}
