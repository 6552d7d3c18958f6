//! Splits and merges whose source page comes out of the record, in every form that an image has.

use jet_btree::redo::RedoError;
use jet_log::page_image::{FLAG_COMPRESSED, FLAG_DEHYDRATED};
use jet_log::record::Record;
use jet_log::record::node::{Insert, NodeChange};
use jet_log::record::structure::{Merge, Split};
use jet_log::record::{DBTIME_NONE, node::PageChange};
use jet_pages::header::PageHeader;
use jet_pages::{Dbtime, NodeFlags, Page, PageFlags, PageSize, Pgno};
use zerocopy::FromBytes;

use crate::bench::{AFTER, AHEAD, Case, TREE, at_time, page};
use crate::records::{change, in_macro, node, nodes_of};

const SIZES: [PageSize; 2] = [PageSize::K4, PageSize::K16];
const LEAF: PageFlags = PageFlags::LEAF;

/// The page with its gap cut out.
fn dehydrated(bytes: &[u8], size: PageSize) -> Vec<u8> {
    let header = Page::new(bytes, Pgno(9), size).unwrap().header();
    let used = size.header_bytes() + usize::from(header.free_offset.get());
    let tags = 4 * header.tag_count();
    let cut = size.bytes() - tags - used;
    let mut short = [&bytes[..used], &bytes[size.bytes() - tags..]].concat();
    let (header, _) = PageHeader::mut_from_prefix(&mut short).unwrap();
    header.free_bytes = (header.free_bytes.get() - cut as u16).into();
    short
}

/// All forms of an image, with their flags. The compression is that of the tests.
fn forms(bytes: &[u8], size: PageSize) -> Vec<(u32, Vec<u8>)> {
    let bytes = at_time(bytes, AFTER.0);
    let turned = |bytes: &[u8]| bytes.iter().map(|byte| !byte).collect::<Vec<u8>>();
    let short = dehydrated(&bytes, size);
    vec![
        (FLAG_COMPRESSED, turned(&bytes)),
        (FLAG_DEHYDRATED | FLAG_COMPRESSED, turned(&short)),
        (FLAG_DEHYDRATED, short),
        (0, bytes),
    ]
}

fn key(number: u32) -> Vec<u8> {
    format!("key{number:02}").into_bytes()
}

/// A leaf with these keys, deleted ones marked by `true`.
fn leaf(size: PageSize, pgno: u32, time: u64, links: (u32, u32), keys: &[(u32, bool)]) -> Vec<u8> {
    page(size, pgno, time, LEAF, |page| {
        page.set_external_header(b"key").unwrap();
        for (line, &(number, is_deleted)) in keys.iter().enumerate() {
            let flags = NodeFlags(if is_deleted { 2 } else { 0 });
            let data = [number as u8; 20];
            page.insert(line, flags, &key(number)[..], 3, &data).unwrap();
        }
        page.header_mut().pgno_prev = links.0.into();
        page.header_mut().pgno_next = links.1.into();
    })
}

fn live(numbers: core::ops::RangeInclusive<u32>) -> Vec<(u32, bool)> {
    numbers.map(|number| (number, false)).collect()
}

fn parent(size: PageSize, pointers: &[(&[u8], u32)]) -> Vec<u8> {
    page(size, 1, 10, PageFlags::ROOT | PageFlags::PARENT_OF_LEAF, |page| {
        page.set_external_header(&[0; 16]).unwrap();
        for (line, (key, child)) in pointers.iter().enumerate() {
            page.insert(line, NodeFlags(0), *key, 0, &child.to_le_bytes())
                .unwrap();
        }
    })
}

/// Numbers of the keys, and the pointers of a parent.
fn numbers(after: &[Vec<u8>], pgno: u32, size: PageSize) -> Vec<u32> {
    let nodes = nodes_of(&after[pgno as usize - 1], pgno, size);
    nodes
        .iter()
        .map(|(_, key, data)| {
            let number = String::from_utf8(key[3..].to_vec()).unwrap().parse().unwrap();
            assert_eq!(data[..], [number as u8; 20][..]);
            number
        })
        .collect()
}

fn pointers(after: &[Vec<u8>], size: PageSize) -> Vec<(Vec<u8>, u32)> {
    let nodes = nodes_of(&after[0], 1, size);
    nodes
        .into_iter()
        .map(|(_, key, data)| (key, u32::from_le_bytes(data[..].try_into().unwrap())))
        .collect()
}

fn links(after: &[Vec<u8>], pgno: u32) -> (u32, u32) {
    let (header, _) = PageHeader::ref_from_prefix(&after[pgno as usize - 1]).unwrap();
    (header.pgno_prev.get(), header.pgno_next.get())
}

fn split(change: PageChange) -> Split<'static> {
    Split {
        change,
        new_page: Pgno(0),
        right_page: Pgno(0),
        right_dbtime_before: DBTIME_NONE,
        parent_page: Pgno(0),
        parent_dbtime_before: DBTIME_NONE,
        root: Pgno(1),
        tree: TREE,
        split_kind: 0,
        split_operation: 0,
        operation_line: 0,
        split_line: 0,
        line_count: 0,
        new_page_flags: 0,
        split_page_flags: 0,
        uncommitted_free_source: 0,
        uncommitted_free_new: 0,
        prefix_line_source: -1,
        prefix_line_new: -1,
        image_flags: 0,
        separator: &[],
        prefix_old: &[],
        prefix_new: &[],
        image: &[],
    }
}

fn inserted(page: u32, line: u16, key: &'static [u8]) -> Record<'static> {
    let number = key[4] - b'0';
    let data: &'static [u8] = vec![number; 20].leak();
    Record::Insert(Insert {
        node: NodeChange {
            change: PageChange {
                line,
                ..in_macro(page)
            },
            ..node(page, 0, line)
        },
        prefix: &[],
        suffix: key,
        data,
    })
}

#[test]
fn a_page_is_split_whatever_form_its_image_has() {
    for size in SIZES {
        let keys: Vec<_> = [1, 2, 3, 5, 6].map(|number| (number, false)).to_vec();
        let before = vec![
            parent(size, &[(b"key07", 2), (b"", 3)]),
            leaf(size, 2, 11, (0, 3), &keys),
            leaf(size, 3, 12, (2, 0), &live(7..=8)),
        ];
        for (image_flags, image) in forms(&before[1], size) {
            let above = split(in_macro(1));
            let leaf = Split {
                new_page: Pgno(4),
                right_page: Pgno(3),
                right_dbtime_before: Dbtime(12),
                parent_page: Pgno(1),
                parent_dbtime_before: Dbtime(10),
                split_kind: 1,
                split_operation: 1,
                operation_line: 3,
                split_line: 2,
                line_count: 6,
                new_page_flags: LEAF.bits(),
                split_page_flags: LEAF.bits(),
                prefix_line_new: 1,
                separator: b"key03",
                prefix_old: b"key",
                prefix_new: b"ke",
                image_flags,
                image: &image,
                ..split(change(2, 11))
            };
            let records = [
                Record::Split(above),
                Record::Split(leaf),
                inserted(2, 3, b"key04"),
            ];
            let after = Case::group(size, before.clone(), &records).makes(&[4]).check();
            assert_eq!(numbers(&after, 2, size), [1, 2]);
            assert_eq!(numbers(&after, 4, size), [3, 4, 5, 6]);
            assert_eq!(
                (links(&after, 2), links(&after, 4), links(&after, 3)),
                ((0, 4), (2, 3), (4, 0))
            );
            let view = Page::new(&after[3], Pgno(4), size).unwrap();
            assert_eq!(view.prefix_key(), b"key04");
            let expected = [(b"key03".to_vec(), 2), (b"key07".to_vec(), 4), (Vec::new(), 3)];
            assert_eq!(pointers(&after, size), expected);
        }
    }
}

#[test]
fn a_root_grows_a_level_whatever_form_its_image_has() {
    for size in SIZES {
        let flags = PageFlags::ROOT | LEAF;
        let root = page(size, 1, 10, flags, |page| {
            page.set_external_header(&[3; 16]).unwrap();
            for (line, number) in [1, 3].into_iter().enumerate() {
                page.insert(line, NodeFlags(0), &key(number)[..], 0, &[number as u8; 20])
                    .unwrap();
            }
        });
        for (image_flags, image) in forms(&root, size) {
            let record = Split {
                new_page: Pgno(2),
                split_operation: 1,
                operation_line: 1,
                line_count: 3,
                new_page_flags: LEAF.bits(),
                split_page_flags: (PageFlags::ROOT | PageFlags::PARENT_OF_LEAF).bits(),
                prefix_line_new: 0,
                image_flags,
                image: &image,
                ..split(change(1, 10))
            };
            let records = [Record::Split(record), inserted(1, 1, b"key02")];
            let after = Case::group(size, vec![root.clone()], &records)
                .makes(&[2])
                .check();
            assert_eq!(numbers(&after, 2, size), [1, 2, 3]);
            assert_eq!(pointers(&after, size), [(Vec::new(), 2)]);
            let view = Page::new(&after[0], Pgno(1), size).unwrap();
            assert_eq!(view.external_header().unwrap(), [3; 16]);
        }
    }
}

/// Left and right of a pair of leaves, with a deleted node in each.
fn pair(size: PageSize) -> Vec<Vec<u8>> {
    vec![
        parent(size, &[(b"key05", 2), (b"", 3)]),
        leaf(
            size,
            2,
            11,
            (0, 3),
            &[(1, false), (2, true), (3, false), (4, false)],
        ),
        leaf(size, 3, 12, (2, 0), &[(5, false), (6, true), (7, false)]),
    ]
}

fn merge(change: PageChange, kind: u8, flags: u8) -> Merge<'static> {
    Merge {
        change,
        right_page: Pgno(0),
        right_dbtime_before: DBTIME_NONE,
        left_page: Pgno(0),
        left_dbtime_before: DBTIME_NONE,
        parent_page: Pgno(0),
        parent_dbtime_before: DBTIME_NONE,
        root: Pgno(1),
        tree: TREE,
        moved_bytes: 0,
        moved_bytes_max: 0,
        uncommitted_free: 0,
        merge_line: 0,
        merge_flags: flags,
        merge_kind: kind,
        image_flags: 0,
        separator: &[],
        image: &[],
    }
}

/// The merge of a leaf of [`pair`] under its parent, with every form of image; `line`: of the pointer to it.
fn check_merge(size: PageSize, leaf: &Merge<'_>, line: u16, above_flags: u8) -> Vec<Vec<u8>> {
    let before = pair(size);
    let source = leaf.change.page.0 as usize - 1;
    let mut results = forms(&before[source], size)
        .into_iter()
        .map(|(image_flags, image)| {
            let above = merge(PageChange { line, ..in_macro(1) }, 0, above_flags);
            let leaf = Merge {
                parent_page: Pgno(1),
                parent_dbtime_before: Dbtime(10),
                image_flags,
                image: &image,
                ..*leaf
            };
            Case::group(size, before.clone(), &[Record::Merge(above), Record::Merge(leaf)]).check()
        });
    let first = results.next().unwrap();
    assert!(results.all(|result| result == first));
    first
}

#[test]
fn all_nodes_go_to_the_right() {
    for size in SIZES {
        let leaf = Merge {
            right_page: Pgno(3),
            right_dbtime_before: Dbtime(12),
            ..merge(change(2, 11), 2, 4)
        };
        let after = check_merge(size, &leaf, 0, 2);
        assert_eq!(numbers(&after, 3, size), [1, 3, 4, 5, 6, 7]);
        assert_eq!(pointers(&after, size), [(Vec::new(), 3)]);
        assert_eq!(links(&after, 3), (0, 0));
        assert!(
            Page::new(&after[1], Pgno(2), size)
                .unwrap()
                .flags()
                .contains(PageFlags::EMPTY)
        );
    }
}

#[test]
fn some_nodes_go_to_the_right() {
    for size in SIZES {
        let leaf = Merge {
            right_page: Pgno(3),
            right_dbtime_before: Dbtime(12),
            merge_line: 2,
            separator: b"key03",
            ..merge(change(2, 11), 3, 0)
        };
        let after = check_merge(size, &leaf, 0, 1);
        assert_eq!(numbers(&after, 2, size), [1, 2]);
        assert_eq!(numbers(&after, 3, size), [3, 4, 5, 6, 7]);
        assert_eq!(pointers(&after, size), [(b"key03".to_vec(), 2), (Vec::new(), 3)]);
        assert_eq!((links(&after, 2), links(&after, 3)), ((0, 3), (2, 0)));
    }
}

#[test]
fn all_nodes_go_to_the_left() {
    for size in SIZES {
        let leaf = Merge {
            left_page: Pgno(2),
            left_dbtime_before: Dbtime(11),
            merge_line: 2,
            ..merge(change(3, 12), 5, 4)
        };
        let after = check_merge(size, &leaf, 1, 3);
        assert_eq!(numbers(&after, 2, size), [1, 2, 3, 4, 5, 7]);
        assert_eq!(pointers(&after, size), [(Vec::new(), 2)]);
        assert_eq!(links(&after, 2), (0, 0));
    }
}

#[test]
fn some_nodes_go_to_the_left() {
    for size in SIZES {
        let leaf = Merge {
            left_page: Pgno(2),
            left_dbtime_before: Dbtime(11),
            merge_line: 1,
            separator: b"key07",
            ..merge(change(3, 12), 6, 0)
        };
        let after = check_merge(size, &leaf, 1, 1);
        assert_eq!(numbers(&after, 2, size), [1, 2, 3, 4, 5]);
        assert_eq!(numbers(&after, 3, size), [7]);
        assert_eq!(pointers(&after, size), [(b"key07".to_vec(), 2), (Vec::new(), 3)]);
        assert_eq!((links(&after, 2), links(&after, 3)), ((0, 3), (2, 0)));
    }
}

#[test]
fn an_image_that_is_no_sound_page_is_refused_when_it_is_needed() {
    let size = PageSize::K4;
    let before = pair(size);
    let good = at_time(&before[1], AFTER.0);
    let mut unsound = good.clone();
    let (header, _) = PageHeader::mut_from_prefix(&mut unsound).unwrap();
    header.free_bytes = (header.free_bytes.get() + 1).into();
    for (image, flags) in [
        (&unsound[..], 0),
        (&good[..4095], 0),
        (&good[..60], FLAG_DEHYDRATED),
    ] {
        let leaf = Merge {
            right_page: Pgno(3),
            right_dbtime_before: Dbtime(12),
            image_flags: flags,
            image,
            ..merge(change(2, 11), 2, 4)
        };
        let case = Case::group(size, before.clone(), &[Record::Merge(leaf)]);
        case.run(&before, AHEAD).unwrap();
        let mut mixed = before.clone();
        mixed[1] = good.clone();
        let error = case.run(&mixed, AHEAD).unwrap_err();
        assert!(
            matches!(error, RedoError::Unsound { .. } | RedoError::Image { .. }),
            "{error}"
        );
    }
}
