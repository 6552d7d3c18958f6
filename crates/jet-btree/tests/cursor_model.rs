//! Cursors against a sorted list of all rows, on every tree of every clean fixture.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use jet_btree::walk::LeafWalk;
use jet_btree::{Cursor, Pages, Seek, SeekTarget, Tree};
use jet_pages::Pgno;
use jet_test::damage::{Targets, TreePages};
use jet_test::{Image, fixtures};

type Row = (Vec<u8>, Vec<u8>);

const TARGETS: [SeekTarget; 5] = [
    SeekTarget::Equal,
    SeekTarget::GreaterOrEqual,
    SeekTarget::Greater,
    SeekTarget::LessOrEqual,
    SeekTarget::Less,
];

/// The rows of a tree, straight from its leaves.
fn rows(image: &Image, leaves: &[Pgno]) -> Vec<Row> {
    let nodes = leaves
        .iter()
        .flat_map(|&leaf| image.page(leaf).nodes().map(Result::unwrap));
    nodes
        .filter(|node| !node.flags.is_deleted())
        .map(|node| (node.key.to_vec(), node.data.to_vec()))
        .collect()
}

fn current(cursor: &Cursor<'_>) -> Option<Row> {
    let node = cursor.node().unwrap()?;
    Some((node.key.to_vec(), node.data.to_vec()))
}

/// What a seek must find: index into the rows and outcome.
fn expected(rows: &[Row], key: &[u8], target: SeekTarget) -> (Option<usize>, Seek) {
    let lower = rows.partition_point(|row| &row.0[..] < key);
    let upper = rows.partition_point(|row| &row.0[..] <= key);
    let place = match target {
        SeekTarget::Equal => (lower < upper).then_some(lower),
        SeekTarget::GreaterOrEqual => (lower < rows.len()).then_some(lower),
        SeekTarget::Greater => (upper < rows.len()).then_some(upper),
        SeekTarget::LessOrEqual => upper.checked_sub(1),
        SeekTarget::Less => lower.checked_sub(1),
    };
    let outcome = place.map_or(Seek::NotFound, |place| match rows[place].0[..].cmp(key) {
        std::cmp::Ordering::Less => Seek::Less,
        std::cmp::Ordering::Equal => Seek::Exact,
        std::cmp::Ordering::Greater => Seek::Greater,
    });
    (place, outcome)
}

/// Keys to look for: some of the rows', and others before, behind, within and beyond them.
fn keys_to_seek(rows: &[Row]) -> Vec<Vec<u8>> {
    let mut keys = vec![Vec::new(), vec![0], vec![0xff; 6]];
    let step = (rows.len() / 40).max(1);
    for (key, _) in rows.iter().step_by(step).chain(rows.last()) {
        let last = key.len().saturating_sub(1);
        keys.push(key.clone());
        keys.push(key[..last].to_vec());
        keys.push(key[..key.len() / 2].to_vec());
        keys.push([&key[..], &[0]].concat());
        keys.push([&key[..], &[0xff, 0xff]].concat());
        for change in [1, 0xff] {
            let mut other = key.clone();
            if let Some(byte) = other.last_mut() {
                *byte = byte.wrapping_add(change);
            }
            keys.push(other);
        }
    }
    keys
}

fn check_walks(tree: Tree<'_>, rows: &[Row], leaves: &[Pgno], name: &str) {
    let mut cursor = Cursor::new(tree);
    let mut is_on_row = cursor.first().unwrap();
    for row in rows {
        assert!(
            is_on_row && current(&cursor).as_ref() == Some(row),
            "{name}: forwards"
        );
        is_on_row = cursor.next().unwrap();
    }
    assert!(
        !is_on_row && cursor.position().is_none(),
        "{name}: behind the last row"
    );
    is_on_row = cursor.last().unwrap();
    for row in rows.iter().rev() {
        assert!(
            is_on_row && current(&cursor).as_ref() == Some(row),
            "{name}: backwards"
        );
        is_on_row = cursor.previous().unwrap();
    }
    assert!(
        !is_on_row && cursor.position().is_none(),
        "{name}: before the first row"
    );
    let walked: Vec<Pgno> = LeafWalk::new(tree).map(|leaf| leaf.unwrap().pgno()).collect();
    assert_eq!(walked, leaves, "{name}");
}

fn check_seeks(tree: Tree<'_>, rows: &[Row], name: &str) {
    let mut cursor = Cursor::new(tree);
    for key in keys_to_seek(rows) {
        for target in TARGETS {
            let (place, outcome) = expected(rows, &key, target);
            assert_eq!(
                cursor.seek(&key, target).unwrap(),
                outcome,
                "{name}: {target:?} {key:02x?}"
            );
            assert_eq!(
                current(&cursor).as_ref(),
                place.map(|place| &rows[place]),
                "{name}: {target:?} {key:02x?}"
            );
            // A seek leaves the cursor fit to go on in both directions.
            if let Some(place) = place {
                assert_eq!(cursor.next().unwrap(), place + 1 < rows.len());
                assert_eq!(
                    current(&cursor).as_ref(),
                    rows.get(place + 1),
                    "{name}: behind {target:?} {key:02x?}"
                );
                cursor.seek(&key, target).unwrap();
                assert_eq!(cursor.previous().unwrap(), place > 0);
                assert_eq!(
                    current(&cursor).as_ref(),
                    place.checked_sub(1).map(|before| &rows[before]),
                    "{name}: before {target:?} {key:02x?}"
                );
            }
        }
    }
    for row in rows.iter().step_by((rows.len() / 100).max(1)) {
        assert!(cursor.seek_entry(&row.0, &row.1).unwrap(), "{name}");
        assert_eq!(current(&cursor).as_ref(), Some(row), "{name}");
        let other = [&row.1[..], &[7]].concat();
        assert!(
            !cursor.seek_entry(&row.0, &other).unwrap() && cursor.position().is_none(),
            "{name}"
        );
    }
}

/// The trees of a file, space trees too.
fn trees<'c>(pages: &'c Pages, tree: &TreePages) -> Vec<Tree<'c>> {
    let roots = std::iter::once(tree.def.root).chain(tree.space.space_trees.into_iter().flatten());
    roots
        .map(|root| Tree::open(pages, root, Some(tree.def.objid)).unwrap())
        .collect()
}

#[test]
fn cursors_agree_with_the_list_of_rows() {
    let (mut tree_count, mut non_unique, mut deep) = (0, 0, 0);
    for fixture in fixtures::clean() {
        let image = Image::new(fixture.bytes().to_vec());
        let pages = image.open();
        for target in Targets::of(&image).trees {
            for tree in trees(&pages, &target) {
                let leaves = if tree.root() == target.def.root {
                    target.leaves.clone()
                } else {
                    leaves_below(&image, tree.root())
                };
                let rows = rows(&image, &leaves);
                let name = format!("{} tree {} at page {}", fixture.name(), tree.objid(), tree.root());
                check_walks(tree, &rows, &leaves, &name);
                check_seeks(tree, &rows, &name);
                tree_count += 1;
                non_unique += usize::from(!tree.is_unique() && leaves.len() > 1);
                deep += usize::from(tree.depth().unwrap() > 2);
            }
        }
    }
    println!("{tree_count} trees, {non_unique} large ones with equal keys, {deep} of three levels");
    assert!(tree_count > 300 && non_unique > 5 && deep > 0);
}

fn leaves_below(image: &Image, pgno: Pgno) -> Vec<Pgno> {
    let page = image.page(pgno);
    if page.is_leaf() {
        return vec![pgno];
    }
    let children = (0..page.node_count()).map(|node| page.child(node).unwrap());
    children.flat_map(|child| leaves_below(image, child)).collect()
}
