//! Emptied trees, and scrubbed pages.

use jet_btree::edit::ApplyError;
use jet_btree::redo::RedoError;
use jet_log::record::Record;
use jet_log::record::node::{NodeChange, Scrub};
use jet_log::record::structure::EmptyTree;
use jet_pages::{NodeFlags, Page, PageFlags, PageSize, Pgno};

use crate::bench::{AHEAD, BEHIND, Bench, Case, file_of, page};
use crate::records::{node, nodes_of};

const SIZE: PageSize = PageSize::K4;

/// A root above two leaves.
fn tree() -> Vec<Vec<u8>> {
    let root = page(SIZE, 1, 10, PageFlags::ROOT | PageFlags::PARENT_OF_LEAF, |page| {
        page.set_external_header(&[5; 16]).unwrap();
        page.insert(0, NodeFlags::default(), &[], 0, &2_u32.to_le_bytes())
            .unwrap();
    });
    let leaf = |pgno, time| {
        page(SIZE, pgno, time, PageFlags::LEAF, |page| {
            page.set_external_header(b"prefix").unwrap();
            page.insert(0, NodeFlags(3), b"prefixed", 6, b"data").unwrap();
            page.insert(1, NodeFlags(0), b"q", 0, b"more").unwrap();
            page.header_mut().pgno_next = 9.into();
        })
    };
    vec![root, leaf(2, 11), leaf(3, 12)]
}

fn emptied(pages: &[(u32, u64)]) -> Vec<u8> {
    let entries = pages
        .iter()
        .map(|&(page, before)| [&before.to_le_bytes()[..], &page.to_le_bytes(), &[0; 4]].concat());
    entries.collect::<Vec<_>>().concat()
}

fn empty_tree(list: &[u8]) -> Record<'_> {
    Record::EmptyTree(EmptyTree {
        node: node(1, 10, 0),
        list,
    })
}

#[test]
fn an_emptied_tree_is_a_leaf_and_its_pages_are_free() {
    let list = emptied(&[(2, 11), (3, 12)]);
    let after = Case::record(SIZE, tree(), &empty_tree(&list)).check();
    let root = Page::new(&after[0], Pgno(1), SIZE).unwrap();
    assert_eq!(root.node_count(), 0);
    assert_eq!(root.external_header().unwrap(), [5; 16]);
    assert!(root.is_leaf() && root.is_root() && !root.flags().contains(PageFlags::PARENT_OF_LEAF));
    for pgno in [2, 3] {
        let page = Page::new(&after[pgno as usize - 1], Pgno(pgno), SIZE).unwrap();
        assert!(page.flags().contains(PageFlags::EMPTY));
        assert_eq!((page.node_count(), page.prefix_key()), (0, &[][..]));
        assert_eq!(jet_pages::findings::check(&page), []);
    }
}

#[test]
fn pages_of_an_emptied_tree_may_be_missing_only_where_the_file_is_ahead() {
    let list = emptied(&[(2, 11), (3, 12)]);
    let mut pages = tree();
    pages.pop();
    pages[1].fill(0);
    let case = Case::record(SIZE, pages.clone(), &empty_tree(&list));
    let after = case.run(&pages, AHEAD).unwrap();
    assert_eq!(nodes_of(&after[0], 1, SIZE), []);
    assert!(after[1].iter().all(|&byte| byte == 0));
    let error = case.run(&pages, BEHIND).unwrap_err();
    assert!(
        matches!(error, RedoError::Missing { pgno: Pgno(2), .. }),
        "{error}"
    );
}

fn scrub<'r>(node: NodeChange, scrub_flags: u32, count: u32, operations: &'r [u8]) -> Record<'r> {
    Record::Scrub(Scrub {
        node,
        scrub_flags,
        operation_count: count,
        operations,
    })
}

/// A leaf with holes between its nodes.
fn leaf_to_scrub() -> Vec<u8> {
    page(SIZE, 1, 10, PageFlags::LEAF, |page| {
        for (line, key) in [b"a", b"b", b"c", b"d"].iter().enumerate() {
            let flags = NodeFlags(if line == 0 { 0 } else { 3 });
            page.insert(line, flags, &key[..], 0, &[b'!'; 9]).unwrap();
        }
        page.delete(3).unwrap();
        page.replace_data(1, b"?").unwrap();
    })
}

#[test]
fn scrubbing_overwrites_deleted_data_and_every_unused_byte() {
    let record = scrub(node(1, 10, 0), 0, 3, &[0, 1, 2, 0, 0, 0]);
    let after = Case::record(SIZE, vec![leaf_to_scrub()], &record).check();
    let nodes = nodes_of(&after[0], 1, SIZE);
    assert_eq!(nodes[0], (0, b"a".to_vec(), vec![b'!'; 9]));
    assert_eq!(nodes[1], (2, b"b".to_vec(), vec![b'D']));
    assert_eq!(nodes[2], (2, b"c".to_vec(), [&[4 << 3][..], &[b'L'; 8]].concat()));
    let page = Page::new(&after[0], Pgno(1), SIZE).unwrap();
    assert!(page.flags().contains(PageFlags::SCRUBBED));
    let free = usize::from(page.header().free_bytes.get());
    assert_eq!(after[0].iter().filter(|&&byte| byte == b'Z').count(), free);
}

#[test]
fn an_unused_page_is_scrubbed_whole() {
    let record = scrub(node(1, 10, 0), 1, 0, &[]);
    let after = Case::record(SIZE, vec![leaf_to_scrub()], &record).check();
    assert_eq!(nodes_of(&after[0], 1, SIZE), []);
    let free = after[0].iter().filter(|&&byte| byte == b'U').count();
    assert_eq!(free, SIZE.bytes() - SIZE.header_bytes() - 4);
}

#[test]
fn scrubbing_of_another_page_does_not_fit() {
    for record in [
        scrub(node(1, 10, 0), 0, 2, &[0, 1]),
        scrub(node(1, 10, 0), 0, 3, &[0, 1]),
        scrub(node(1, 10, 0), 0, 3, &[0, 1, 3]),
    ] {
        let mut bench = Bench::new(SIZE, file_of(SIZE, &[leaf_to_scrub()]), BEHIND);
        let error = bench.redo(&record).unwrap_err();
        let is_record = |source: &ApplyError| matches!(source, ApplyError::Record { .. });
        assert!(
            matches!(&error, RedoError::Apply { source, .. } if is_record(source)),
            "{error}"
        );
    }
}
