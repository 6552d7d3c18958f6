//! Pages that move, and roots that move with all that names them.

use jet_btree::edit::ApplyError;
use jet_btree::redo::RedoError;
use jet_log::record::Record;
use jet_log::record::node::{NodeChange, Replace, SetExternalHeader};
use jet_log::record::structure::{PageMove, RootPageMove};
use jet_pages::header::LargePageHeader;
use jet_pages::space::{Extent, ExternalHeader, SPLIT_BUFFER_BYTES, SpaceLayout, SpaceNode};
use jet_pages::{Dbtime, NodeFlags, Objid, Page, PageFlags, PageSize, Pgno};

use crate::bench::{AFTER, BEHIND, Bench, Case, DATABASE, TREE, at_time, file_of, page};
use crate::records::{SESSION, change, node, nodes_of};

/// A record that moves page `source`, which has these bytes, and has neither parent nor siblings.
fn page_move(size: PageSize, source: u32, before: u64, destination: u32, bytes: &[u8]) -> PageMove<'_> {
    let header = Page::new(bytes, Pgno(source), size).unwrap().header();
    let used = size.header_bytes() + usize::from(header.free_offset.get());
    let tags = header.tag_count() * 4;
    PageMove {
        change: change(source, before),
        destination: Pgno(destination),
        left_page: Pgno(0),
        right_page: Pgno(0),
        parent_page: Pgno(0),
        left_dbtime_before: Dbtime(0),
        right_dbtime_before: Dbtime(0),
        parent_dbtime_before: Dbtime(0),
        root: Pgno(1),
        tree: TREE,
        parent_line: 0,
        move_flags: 0,
        page_start: &bytes[..used],
        page_end: &bytes[size.bytes() - tags..],
    }
}

/// A parent, three leaves in a row, and room for one more. The middle one is page 3.
fn row_of_leaves(size: PageSize) -> Vec<Vec<u8>> {
    let parent = page(size, 1, 10, PageFlags::ROOT | PageFlags::PARENT_OF_LEAF, |page| {
        page.set_external_header(&[0; 16]).unwrap();
        for (line, (key, child)) in [(&b"b"[..], 2_u32), (b"c", 3), (b"", 4)].into_iter().enumerate() {
            page.insert(line, NodeFlags::default(), key, 0, &child.to_le_bytes())
                .unwrap();
        }
    });
    let leaf = |pgno: u32, time, prev: u32, next: u32| {
        page(size, pgno, time, PageFlags::LEAF, |page| {
            page.set_external_header(b"bbb").unwrap();
            let key = [b"bbb", &pgno.to_be_bytes()[..]].concat();
            page.insert(0, NodeFlags(1), &key[..], 3, &[pgno as u8; 30])
                .unwrap();
            page.header_mut().pgno_prev = prev.into();
            page.header_mut().pgno_next = next.into();
        })
    };
    vec![
        parent,
        leaf(2, 11, 0, 3),
        leaf(3, 12, 2, 4),
        leaf(4, 13, 3, 0),
        vec![0; size.bytes()],
    ]
}

fn middle_move(size: PageSize, image: &[u8]) -> PageMove<'_> {
    PageMove {
        left_page: Pgno(2),
        right_page: Pgno(4),
        parent_page: Pgno(1),
        left_dbtime_before: Dbtime(11),
        right_dbtime_before: Dbtime(13),
        parent_dbtime_before: Dbtime(10),
        parent_line: 1,
        ..page_move(size, 3, 12, 5, image)
    }
}

#[test]
fn a_leaf_moves_and_parent_and_siblings_follow() {
    for size in [PageSize::K4, PageSize::K32] {
        let before = row_of_leaves(size);
        // Pages bear the new time when they are logged.
        let image = at_time(&before[2], AFTER.0);
        let record = Record::PageMove(middle_move(size, &image));
        let after = Case::record(size, before.clone(), &record).makes(&[5]).check();
        let in_macro = Case::group(size, before.clone(), &[record]).makes(&[5]).check();
        assert!(after == in_macro);
        let view = |pgno: u32| Page::new(&after[pgno as usize - 1], Pgno(pgno), size).unwrap();
        assert_eq!(view(1).child(1).unwrap(), Pgno(5));
        assert_eq!(nodes_of(&after[4], 5, size), nodes_of(&before[2], 3, size));
        assert_eq!(view(5).prefix_key(), b"bbb");
        assert_eq!(
            (view(5).header().prev(), view(5).header().next()),
            (Pgno(2), Pgno(4))
        );
        assert_eq!(
            (view(2).header().next(), view(4).header().prev()),
            (Pgno(5), Pgno(5))
        );
        assert!(view(3).flags().contains(PageFlags::EMPTY) && view(3).node_count() == 0);
        let own: Option<&LargePageHeader> = view(5).large_header();
        assert_eq!(own.map(|own| own.pgno.get()), size.is_large().then_some(5));
    }
}

#[test]
fn a_move_that_does_not_fit_is_refused() {
    let size = PageSize::K4;
    let before = row_of_leaves(size);
    let image = at_time(&before[2], AFTER.0);
    let refused = |record: PageMove<'_>| {
        let mut bench = Bench::new(size, file_of(size, &before), BEHIND);
        bench.redo(&Record::PageMove(record)).unwrap_err()
    };
    let good = || middle_move(size, &image);
    let other_line = PageMove {
        parent_line: 0,
        ..good()
    };
    let is_record = |source: &ApplyError| matches!(source, ApplyError::Record { pgno: Pgno(1), .. });
    let error = refused(other_line);
    assert!(
        matches!(&error, RedoError::Apply { source, .. } if is_record(source)),
        "{error}"
    );
    let no_line = PageMove {
        parent_line: -1,
        ..good()
    };
    assert!(matches!(refused(no_line), RedoError::Apply { .. }));
    let twice = PageMove {
        destination: Pgno(2),
        ..good()
    };
    assert!(matches!(refused(twice), RedoError::Macro { .. }));
    let too_long = PageMove {
        page_start: &image,
        ..good()
    };
    assert!(matches!(refused(too_long), RedoError::Apply { .. }));
    let cut = PageMove {
        page_end: &image[size.bytes() - 4..],
        ..good()
    };
    assert!(matches!(refused(cut), RedoError::Unsound { pgno: Pgno(5), .. }));
}

const SIZE: PageSize = PageSize::K4;

fn header(parent: u32, owned: u32, auto_increment: Option<u64>) -> ExternalHeader {
    ExternalHeader {
        page_count: 20,
        parent: Pgno(parent),
        flags: 1,
        layout: SpaceLayout::Multiple {
            pgno_owned: Pgno(owned),
            pgno_avail: Pgno(owned + 1),
        },
        auto_increment,
    }
}

fn root(pgno: u32, time: u64, header: &ExternalHeader) -> Vec<u8> {
    page(SIZE, pgno, time, PageFlags::ROOT | PageFlags::LEAF, |page| {
        page.set_external_header(&header.to_bytes()).unwrap();
        page.insert(0, NodeFlags(0), b"row", 0, b"data").unwrap();
    })
}

fn space_root(pgno: u32, time: u64) -> Vec<u8> {
    page(
        SIZE,
        pgno,
        time,
        PageFlags::ROOT | PageFlags::LEAF | PageFlags::SPACE_TREE,
        |page| {
            page.set_external_header(&[0; SPLIT_BUFFER_BYTES]).unwrap();
            let extent = Extent {
                first: Pgno(1),
                count: 20,
            };
            let (key, data) = SpaceNode { extent, pool: 0 }.to_bytes();
            page.insert(0, NodeFlags(0), &key, 0, &data).unwrap();
        },
    )
}

/// A page of a catalog with two rows.
fn catalog(pgno: u32, time: u64) -> Vec<u8> {
    page(SIZE, pgno, time, PageFlags::LEAF, |page| {
        page.insert(0, NodeFlags(0), b"index", 0, &[1; 30]).unwrap();
        page.insert(1, NodeFlags(0), b"table", 0, &[1; 30]).unwrap();
    })
}

fn about(page: u32, before: u64, line: u16, tree: u32) -> NodeChange {
    NodeChange {
        tree: Objid(tree),
        ..node(page, before, line)
    }
}

fn row(page: u32, before: u64, line: u16, data: &'static [u8]) -> Record<'static> {
    Record::Replace(Replace {
        node: about(page, before, line, 2),
        old_data_bytes: 30,
        new_data_bytes: data.len() as u16,
        data,
    })
}

#[test]
fn a_root_moves_with_its_space_trees_and_all_that_names_it_follows() {
    let (plain, extended) = (header(1, 11, None), header(1, 12, Some(77)));
    let table = header(0, 2, Some(5));
    let before = vec![
        root(1, 10, &table),
        space_root(2, 11),
        space_root(3, 12),
        root(4, 13, &plain),
        root(5, 14, &extended),
        catalog(6, 15),
        catalog(7, 16),
        catalog(8, 17),
        vec![0; SIZE.bytes()],
        vec![0; SIZE.bytes()],
        vec![0; SIZE.bytes()],
    ];
    let images: Vec<_> = before[..3].iter().map(|page| at_time(page, AFTER.0)).collect();
    let moved = |index: u32| {
        Record::PageMove(PageMove {
            move_flags: 1 << index,
            ..page_move(
                SIZE,
                index + 1,
                10 + u64::from(index),
                index + 9,
                &images[index as usize],
            )
        })
    };
    let new_spaces = [header(9, 11, None).to_bytes(), header(9, 12, None).to_bytes()];
    let space = |index: u32| {
        Record::SetExternalHeader(SetExternalHeader {
            node: about(index + 4, 13 + u64::from(index), 0, 40 + index),
            data: &new_spaces[index as usize],
        })
    };
    let marker = Record::RootPageMove(RootPageMove {
        dbtime: AFTER,
        database: DATABASE,
        tree: TREE,
        session: SESSION,
    });
    let records = [
        marker,
        moved(0),
        moved(1),
        moved(2),
        space(0),
        space(1),
        // Both rows on one page, then on two.
        row(6, 15, 1, &[9; 30]),
        row(6, 15, 0, &[8; 35]),
        row(7, 16, 1, &[9; 30]),
        row(8, 17, 0, &[8; 35]),
    ];
    let after = Case::group(SIZE, before, &records).makes(&[9, 10, 11]).check();
    let view = |pgno: u32| Page::new(&after[pgno as usize - 1], Pgno(pgno), SIZE).unwrap();
    assert_eq!(view(9).root_header().unwrap(), header(0, 10, Some(5)));
    assert_eq!(
        nodes_of(&after[8], 9, SIZE),
        [(0, b"row".to_vec(), b"data".to_vec())]
    );
    for pgno in [10, 11] {
        assert_eq!(nodes_of(&after[pgno as usize - 1], pgno, SIZE).len(), 1);
    }
    assert_eq!(view(4).root_header().unwrap(), header(9, 11, None));
    assert_eq!(view(5).root_header().unwrap(), header(9, 12, Some(77)));
    let data = |pgno: u32| -> Vec<Vec<u8>> {
        nodes_of(&after[pgno as usize - 1], pgno, SIZE)
            .into_iter()
            .map(|node| node.2)
            .collect()
    };
    assert_eq!(data(6), [vec![8; 35], vec![9; 30]]);
    assert_eq!(data(7), [vec![1; 30], vec![9; 30]]);
    assert_eq!(data(8), [vec![8; 35], vec![1; 30]]);
    for pgno in 1..=3 {
        assert!(view(pgno).flags().contains(PageFlags::EMPTY) && view(pgno).node_count() == 0);
    }
}

#[test]
fn a_record_that_is_no_part_of_the_move_of_a_root_is_refused() {
    let marker = Record::RootPageMove(RootPageMove {
        dbtime: AFTER,
        database: DATABASE,
        tree: TREE,
        session: SESSION,
    });
    let mut bench = Bench::new(SIZE, file_of(SIZE, &[catalog(1, 10)]), BEHIND);
    let stray = Record::Delete(jet_log::record::node::NodeMark {
        node: about(1, 10, 0, 2),
    });
    let error = bench.redo_macro(&[marker, stray]).unwrap_err();
    assert!(matches!(error, RedoError::Apply { .. }), "{error}");
}
