//! Records about one node.

use jet_btree::edit::ApplyError;
use jet_btree::redo::RedoError;
use jet_log::record::Record;
use jet_log::record::node::{Delta64, FlagInsert, FlagInsertAndReplaceData};
use jet_log::recovery::{Marks, Place, Target as _};
use jet_pages::{NodeFlags, PageFlags, PageSize};

use crate::bench::{AFTER, BEHIND, Bench, Case, DATABASE, TREE, decoded, file_of, page, place};
use crate::records::{node, nodes_of, versioned};

const SIZE: PageSize = PageSize::K8;

fn leaf(deleted: bool) -> Vec<u8> {
    let flags = if deleted {
        NodeFlags::DELETED
    } else {
        NodeFlags::default()
    };
    page(SIZE, 1, 10, PageFlags::ROOT | PageFlags::LEAF, |page| {
        page.set_external_header(&[0; 16]).unwrap();
        page.insert(0, NodeFlags::default(), b"a", 0, &[1; 20]).unwrap();
        page.insert(1, flags, b"b", 0, &[0xff; 12]).unwrap();
        page.insert(2, NodeFlags::default(), b"c", 0, &[3; 20]).unwrap();
    })
}

fn delta64(offset: u16, delta: i64, before: u64) -> Record<'static> {
    Record::Delta64(Delta64 {
        node: node(1, before, 1),
        delta,
        offset,
        key: b"b",
        bookmark_data: b"",
    })
}

#[test]
fn a_delta_of_64_bits_carries_over_and_touches_nothing_else() {
    let after = Case::record(SIZE, vec![leaf(false)], &delta64(3, 2, 10)).check();
    let nodes = nodes_of(&after[0], 1, SIZE);
    assert_eq!(nodes[1].2, [255, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0, 255]);
    assert_eq!((&nodes[0].2, &nodes[2].2), (&vec![1; 20], &vec![3; 20]));
    let after = Case::record(SIZE, vec![leaf(false)], &delta64(4, i64::MIN, 10)).check();
    let nodes = nodes_of(&after[0], 1, SIZE);
    assert_eq!(
        nodes[1].2,
        [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0x7f]
    );
}

#[test]
fn a_delta_beyond_the_data_does_not_fit() {
    for offset in [5, 12, 13, u16::MAX] {
        let mut bench = Bench::new(SIZE, file_of(SIZE, &[leaf(false)]), BEHIND);
        let error = bench.redo(&delta64(offset, 1, 10)).unwrap_err();
        let is_offset = |source: &ApplyError| matches!(source, ApplyError::Offset { line: 1, len: 12, .. });
        assert!(
            matches!(&error, RedoError::Apply { source, .. } if is_offset(source)),
            "{error}"
        );
    }
}

#[test]
fn a_deleted_node_comes_to_life() {
    let record = Record::FlagInsert(FlagInsert {
        node: versioned(node(1, 10, 1), 4),
        key: b"b",
        data: &[0xff; 12],
    });
    let after = Case::record(SIZE, vec![leaf(true)], &record).check();
    assert_eq!(
        nodes_of(&after[0], 1, SIZE)[1],
        (1, b"b".to_vec(), vec![0xff; 12])
    );
    let record = Record::FlagInsertAndReplaceData(FlagInsertAndReplaceData {
        node: node(1, 10, 1),
        replace_version: 0,
        key: b"b",
        data: &[7; 40],
    });
    let after = Case::record(SIZE, vec![leaf(true)], &record).check();
    assert_eq!(nodes_of(&after[0], 1, SIZE)[1], (0, b"b".to_vec(), vec![7; 40]));
}

#[test]
fn numbers_of_records_passed_over_count() {
    let mut bench = Bench::new(SIZE, file_of(SIZE, &[leaf(false)]), BEHIND);
    let old = Place {
        is_old: true,
        ..place(1)
    };
    bench.redo.redo(old, &delta64(0, 1, 10)).unwrap();
    let marks = bench.redo.marks(DATABASE);
    assert_eq!((marks.dbtime, marks.objid), (AFTER, TREE));
    assert!(bench.flush().unwrap() == file_of(SIZE, &[leaf(false)]));
}

/// Hints, remarks, requests of other engines, and what the session layer alone looks at.
#[test]
fn records_that_change_no_page() {
    let page_2 = [2, 0, 0, 0];
    let forced_rollover = [&[61, 3, 0, 2, 0][..], b"no"].concat();
    let macro_pages = [&[67, 4, 0, 0, 0][..], &page_2].concat();
    let macro_pages_2 = [&[73, 9, 0, 0, 0, 1, 1, 0, 0, 0][..], &page_2].concat();
    let patch_request = [&[66, 1][..], &page_2, &[9; 8], &[0; 32]].concat();
    let scan_check = [&[70, 39, 0, 0, 0, 1][..], &page_2, &[7; 34]].concat();
    let scan_check_2 = [&[98, 1][..], &page_2, &[7; 21]].concat();
    let free_tree = [&[74, 10, 0, 0, 0, 1][..], &page_2, &[5; 5]].concat();
    let commit_context = [&[69, 3, 0, 0, 0, 3, 0][..], &[1]].concat();
    let force_write = vec![57, 3, 0];
    let signal_attach = vec![97, 1];
    let all = [
        forced_rollover,
        macro_pages,
        macro_pages_2,
        patch_request,
        scan_check,
        scan_check_2,
        free_tree,
        commit_context,
        force_write,
        signal_attach,
    ];
    let file = file_of(SIZE, &[leaf(false), leaf(false)]);
    let mut bench = Bench::new(SIZE, file.clone(), BEHIND);
    for bytes in all {
        bench.redo(&decoded(&bytes)).unwrap();
    }
    assert!(bench.flush().unwrap() == file);
    assert_eq!(bench.redo.marks(DATABASE), Marks::default());
}
