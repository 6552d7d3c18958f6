//! Changes inside a page against a plain list of nodes, for every page size; the page is sound after each step.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use core::cmp::Ordering;

use jet_pages::checksum::{self, PageState};
use jet_pages::{
    EditError, NoRoom, NodeFlags, Objid, Page, PageError, PageFlags, PageMut, PageSize, Pgno, findings,
};
use proptest::prelude::*;

const PGNO: Pgno = Pgno(77);

#[derive(Clone, Debug)]
enum Change {
    Insert {
        key: Vec<u8>,
        data: Vec<u8>,
        is_compressed: bool,
    },
    Delete(usize),
    Replace(usize, Vec<u8>),
    /// Data and flags in one step.
    Rewrite(usize, Vec<u8>, u8),
    SetFlags(usize, u8),
    SetPrefix(Vec<u8>),
    /// Another prefix key, and the nodes follow.
    Reprefix(Vec<u8>),
    DeleteFrom(usize),
    Clear,
    OverwriteUnused(u8),
    SetUncommitted(usize),
}

#[derive(Clone, Debug)]
struct ModelNode {
    flags: u8,
    key: Vec<u8>,
    prefix_len: usize,
    data: Vec<u8>,
}

impl ModelNode {
    fn bytes(&self) -> usize {
        let lengths = if self.prefix_len > 0 { 4 } else { 2 };
        lengths + self.key.len() - self.prefix_len + self.data.len()
    }
}

#[derive(Debug, Default)]
struct Model {
    /// The external header of a root, the prefix key elsewhere.
    prefix: Vec<u8>,
    nodes: Vec<ModelNode>,
    is_root: bool,
}

impl Model {
    fn free(&self, size: PageSize) -> usize {
        let used: usize = self.nodes.iter().map(|node| node.bytes() + 4).sum();
        size.bytes() - size.header_bytes() - 4 - self.prefix.len() - used
    }
}

/// Few different bytes, so that keys share beginnings.
fn key() -> impl Strategy<Value = Vec<u8>> {
    let tail = prop::collection::vec(0_u8..4, 1..6);
    (0_usize..4, tail).prop_map(|(shared, tail)| [&[7, 7, 7, 7, 8, 8, 8, 8][..2 * shared], &tail].concat())
}

fn change(size: PageSize) -> impl Strategy<Value = Change> {
    let data = || prop::collection::vec(any::<u8>(), 1..size.bytes() / 12);
    let prefix = || (0_usize..=8).prop_map(|len| [7, 7, 7, 7, 8, 8, 8, 8][..len].to_vec());
    prop_oneof![
        6 => (key(), data(), any::<bool>())
            .prop_map(|(key, data, is_compressed)| Change::Insert { key, data, is_compressed }),
        2 => any::<usize>().prop_map(Change::Delete),
        3 => (any::<usize>(), data()).prop_map(|(node, data)| Change::Replace(node, data)),
        3 => (any::<usize>(), data(), any::<u8>())
            .prop_map(|(node, data, flags)| Change::Rewrite(node, data, flags)),
        1 => (any::<usize>(), 0_u8..8).prop_map(|(node, flags)| Change::SetFlags(node, flags)),
        2 => prefix().prop_map(Change::SetPrefix),
        1 => prefix().prop_map(Change::Reprefix),
        1 => any::<usize>().prop_map(Change::DeleteFrom),
        1 => any::<u8>().prop_map(Change::OverwriteUnused),
        1 => any::<usize>().prop_map(Change::SetUncommitted),
    ]
}

/// Changes, and now and then a page that begins anew.
fn changes(size: PageSize) -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![60 => change(size), 1 => Just(Change::Clear)];
    prop::collection::vec(change, 1..160)
}

/// Applies a change to page and model; they must agree on whether there is room. A change that is refused leaves no trace.
fn apply(page: &mut PageMut<'_>, model: &mut Model, change: Change, size: PageSize) {
    let before = page.view().unwrap().bytes().to_vec();
    let free = model.free(size);
    let place = |at: usize| (!model.nodes.is_empty()).then(|| at % model.nodes.len());
    let outcome = match change {
        Change::Insert {
            key,
            data,
            is_compressed,
        } => insert(page, model, key, data, is_compressed, free),
        Change::Delete(at) => {
            let Some(at) = place(at) else { return };
            model.nodes.remove(at);
            page.delete(at)
        }
        Change::Replace(at, data) => {
            let Some(at) = place(at) else { return };
            let outcome = page.replace_data(at, &data);
            assert_eq!(outcome.is_ok(), data.len() <= free + model.nodes[at].data.len());
            if outcome.is_ok() {
                model.nodes[at].data = data;
            }
            outcome
        }
        Change::Rewrite(at, data, flags) => {
            let Some(at) = place(at) else { return };
            let node = &mut model.nodes[at];
            let found = page.node_at(at).unwrap();
            let read = page.node(&found).unwrap();
            assert_eq!((found.index(), found.flags().0), (at, node.flags));
            assert_eq!((read.key.to_vec(), read.flags.0), (node.key.clone(), node.flags));
            assert_eq!((read.data, page.data(&found)), (&node.data[..], &node.data[..]));
            let fits = data.len() <= free + node.data.len();
            let outcome = page.replace_data_at(&found, &data, NodeFlags(flags));
            assert_eq!(outcome.is_ok(), fits);
            if fits {
                node.flags = node.flags & 4 | flags & 3;
                node.data = data;
            }
            outcome
        }
        Change::SetFlags(at, flags) => {
            let Some(at) = place(at) else { return };
            let node = &mut model.nodes[at];
            node.flags = node.flags & 4 | flags & 3;
            page.set_node_flags(at, NodeFlags(flags))
        }
        Change::SetPrefix(prefix) => set_prefix(page, model, prefix, free),
        Change::Reprefix(prefix) => change_prefix(page, model, prefix, size),
        Change::DeleteFrom(at) => {
            let at = at % (model.nodes.len() + 1);
            // Mostly near the end, so that pages become full.
            let at = at.max(model.nodes.len().saturating_sub(3));
            model.nodes.truncate(at);
            page.delete_from(at);
            Ok(())
        }
        Change::Clear => {
            model.nodes.clear();
            if !model.is_root {
                model.prefix.clear();
            }
            page.clear()
        }
        Change::OverwriteUnused(byte) => {
            page.overwrite_unused(byte);
            let expected = usize::from(page.header().free_bytes.get());
            let found = page
                .view()
                .unwrap()
                .bytes()
                .iter()
                .filter(|&&found| found == byte)
                .count();
            assert!(found >= expected);
            Ok(())
        }
        Change::SetUncommitted(bytes) => {
            // What is set aside may be needed by the next change: it is only a note.
            page.set_uncommitted_free(bytes % size.bytes());
            assert!(findings::check(&page.view().unwrap()).is_empty());
            page.set_uncommitted_free(0);
            Ok(())
        }
    };
    if outcome.is_err() {
        assert!(page.view().unwrap().bytes() == before, "{outcome:?} left a trace");
    }
}

fn insert(
    page: &mut PageMut<'_>,
    model: &mut Model,
    key: Vec<u8>,
    data: Vec<u8>,
    is_compressed: bool,
    free: usize,
) -> Result<(), EditError> {
    let Err(at) = model.nodes.binary_search_by(|node| node.key.cmp(&key)) else {
        return Ok(());
    };
    let prefix_len = if is_compressed { page.prefix_for(&key) } else { 0 };
    assert!(prefix_len <= if model.is_root { 0 } else { model.prefix.len() });
    let node = ModelNode {
        flags: if prefix_len > 0 { 5 } else { 1 },
        key,
        prefix_len,
        data,
    };
    let outcome = page.insert(at, NodeFlags(1), &node.key, prefix_len, &node.data);
    assert_eq!(outcome.is_ok(), node.bytes() + 4 <= free);
    if outcome.is_ok() {
        model.nodes.insert(at, node);
    }
    outcome
}

/// All prefixes are beginnings of one another, so a longer one serves the nodes as well, and a shorter one may not.
fn set_prefix(
    page: &mut PageMut<'_>,
    model: &mut Model,
    prefix: Vec<u8>,
    free: usize,
) -> Result<(), EditError> {
    let needed = model.nodes.iter().map(|node| node.prefix_len).max().unwrap_or(0);
    let fits = prefix.len() >= needed && prefix.len() <= free + model.prefix.len();
    let outcome = page.set_external_header(&prefix);
    assert_eq!(outcome.is_ok(), fits);
    if fits {
        model.prefix = prefix;
    }
    outcome
}

fn change_prefix(
    page: &mut PageMut<'_>,
    model: &mut Model,
    prefix: Vec<u8>,
    size: PageSize,
) -> Result<(), EditError> {
    let mut changed = Model {
        prefix,
        nodes: model.nodes.clone(),
        is_root: model.is_root,
    };
    for node in &mut changed.nodes {
        node.prefix_len = jet_pages::Key::whole(&node.key).useful_prefix(&changed.prefix);
        node.flags = node.flags & 3 | if node.prefix_len > 0 { 4 } else { 0 };
    }
    // A page on which not all of it fits is not usable afterwards.
    let most = size.bytes() - size.header_bytes() - 4;
    let used: usize = changed
        .nodes
        .iter()
        .map(|node| node.key.len() + node.data.len() + 8)
        .sum();
    if model.is_root || used + 2 * changed.prefix.len() > most {
        return Ok(());
    }
    *model = changed;
    page.change_prefix(&model.prefix)
}

fn compare(page: &Page<'_>, model: &Model, size: PageSize) {
    assert_eq!(findings::check(page), []);
    assert_eq!(PageMut::check(page.bytes(), PGNO, size), Ok(()));
    assert_eq!(page.external_header().unwrap(), model.prefix);
    assert_eq!(
        page.prefix_key(),
        if model.is_root { &[][..] } else { &model.prefix }
    );
    assert_eq!(usize::from(page.header().free_bytes.get()), model.free(size));
    assert_eq!(page.node_count(), model.nodes.len());
    for (node, expected) in page.nodes().zip(&model.nodes) {
        let node = node.unwrap();
        assert_eq!(node.flags.0, expected.flags);
        assert_eq!(node.key.to_vec(), expected.key);
        assert_eq!(node.key.prefix.len(), expected.prefix_len);
        assert_eq!(node.data, expected.data);
    }
    compare_searches(page, model);
    let again = Page::again(page.bytes(), PGNO, size).unwrap();
    assert_eq!(again.prefix_key(), page.prefix_key());
    assert_eq!(again.node_count(), page.node_count());
    assert_eq!(again.tag_of_node(0), page.tag_of_node(0));
}

/// Searches see the same as whoever takes node by node. Nodes here are in no order: the same are asked either way.
fn compare_searches(page: &Page<'_>, model: &Model) {
    let keys = model.nodes.iter().map(|node| &node.key);
    for key in keys.take(6) {
        let shorter = &key[..key.len() / 2];
        let longer = [key, &b"\0"[..]].concat();
        let other: Vec<u8> = key.iter().map(|byte| byte ^ 1).collect();
        for target in [&key[..], shorter, &longer, &other] {
            let by_node = |is_before: &dyn Fn(Ordering, bool, bool) -> bool| {
                let (mut low, mut high) = (0, page.node_count());
                while low < high {
                    let middle = low + (high - low) / 2;
                    let key = page.node(middle).unwrap().key;
                    match is_before(key.cmp_bytes(target), key.is_empty(), key.starts_with(target)) {
                        true => low = middle + 1,
                        false => high = middle,
                    }
                }
                Ok(low)
            };
            assert_eq!(
                page.find(target, |probe| probe.order.is_lt()),
                by_node(&|order, _, _| order.is_lt())
            );
            assert_eq!(
                page.find(target, |probe| !probe.is_empty
                    && (probe.begins_with_target() || probe.order.is_le())),
                by_node(&|order, is_empty, begins| !is_empty && (begins || order.is_le()))
            );
        }
    }
}

fn sizes_and_changes() -> impl Strategy<Value = (PageSize, Vec<Change>)> {
    prop::sample::select(PageSize::ALL.to_vec()).prop_flat_map(|size| (Just(size), changes(size)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_page_is_a_list_of_nodes((size, changes) in sizes_and_changes(), is_root in any::<bool>()) {
        let mut bytes = vec![0xee; size.bytes()];
        let mut model = Model { is_root, ..Model::default() };
        let flags = if is_root { PageFlags::LEAF | PageFlags::ROOT } else { PageFlags::LEAF };
        let mut page = PageMut::format(&mut bytes, PGNO, size, Objid(5), flags).unwrap();
        for change in changes {
            apply(&mut page, &mut model, change, size);
            compare(&page.view().unwrap(), &model, size);
        }
        page.finish();
        prop_assert_eq!(checksum::verify(&bytes, PGNO, size), Ok(PageState::Valid));
        let again = PageMut::open(&mut bytes, PGNO, size).unwrap();
        compare(&again.view().unwrap(), &model, size);
    }
}

/// Equal operations give equal bytes: where pieces go is part of the format's habits.
#[test]
fn replacing_keeps_places_where_it_can() {
    for size in [PageSize::K4, PageSize::K32] {
        let mut bytes = vec![0; size.bytes()];
        let mut page = PageMut::format(&mut bytes, PGNO, size, Objid(5), PageFlags::LEAF).unwrap();
        for (node, key) in [[1], [2]].iter().enumerate() {
            page.insert(node, NodeFlags(0), key, 0, &[9; 10]).unwrap();
        }
        let extent = |page: &PageMut<'_>, tag| page.view().unwrap().tag_extent(tag);
        // Smaller: in place. Back to the old size: the second node follows, so behind it.
        page.replace_data(0, &[8; 4]).unwrap();
        assert_eq!(extent(&page, 1), (7, 0));
        page.replace_data(0, &[8; 10]).unwrap();
        assert_eq!(extent(&page, 1), (13, 26));
        // The last one grows where it lies.
        page.replace_data(0, &[8; 30]).unwrap();
        assert_eq!(extent(&page, 1), (33, 26));
        // The hole at the start is used only when nothing else is left.
        let free = size.bytes() - size.header_bytes() - 4 * 3 - 33 - 13;
        page.replace_data(1, &vec![7; free + 10]).unwrap();
        assert_eq!((extent(&page, 1), extent(&page, 2)), ((33, 0), (free + 13, 33)));
        assert_eq!(findings::check(&page.view().unwrap()), []);
    }
}

#[test]
fn full_pages_say_what_is_missing() {
    let mut bytes = vec![0; 4096];
    let mut page = PageMut::format(&mut bytes, PGNO, PageSize::K4, Objid(5), PageFlags::LEAF).unwrap();
    // The largest node: what the format's own limit leaves.
    let no_room = |needed, free| {
        let pgno = PGNO;
        Err(EditError::NoRoom(NoRoom { pgno, needed, free }))
    };
    let too_long = page.insert(0, NodeFlags(0), &[1; 100], 0, &vec![0; 4048 - 101]);
    assert_eq!(too_long, no_room(4053, 4052));
    page.insert(0, NodeFlags(0), &[1; 100], 0, &vec![0; 4048 - 102])
        .unwrap();
    assert_eq!(page.replace_data(0, &vec![0; 4048 - 101]), no_room(1, 0));
    assert_eq!(page.set_external_header(&[0; 16]), no_room(16, 0));
}

#[test]
fn changes_of_what_is_not_there_are_refused() {
    let mut bytes = vec![0; 4096];
    let mut page = PageMut::format(&mut bytes, PGNO, PageSize::K4, Objid(5), PageFlags::LEAF).unwrap();
    page.set_external_header(b"abcdef").unwrap();
    page.insert(0, NodeFlags(0), b"abcdx", 4, &[1]).unwrap();
    let before = page.view().unwrap().bytes().to_vec();
    let no_node = |index| {
        let (pgno, count) = (PGNO, 1);
        Err(EditError::Page(PageError::NoSuchNode { pgno, index, count }))
    };
    assert_eq!(page.insert(2, NodeFlags(0), b"k", 0, &[1]), no_node(2));
    assert_eq!(page.delete(1), no_node(1));
    assert_eq!(page.replace_data(1, &[1]), no_node(1));
    assert_eq!(page.set_node_flags(1, NodeFlags(2)), no_node(1));
    assert!(page.data_mut(1).is_err());
    let refused = [
        page.insert(0, NodeFlags(0), b"k", 0, &[]),
        page.replace_data(0, &[]),
        page.insert(0, NodeFlags(0), b"abx", 3, &[1]),
        page.insert(0, NodeFlags(0), b"abcdefgh", 7, &[1]),
        page.insert(0, NodeFlags(0), &[7; 0x2000], 0, &[1]),
        page.set_external_header(b"abcx"),
    ];
    for outcome in refused {
        assert!(outcome.is_err());
    }
    assert_eq!(page.view().unwrap().bytes(), before);
}

proptest! {
    #[test]
    fn another_prefix_key_leaves_every_key_as_it_is(
        keys in prop::collection::btree_set(key(), 1..40),
        prefixes in prop::collection::vec(key(), 1..6),
        size in prop::sample::select(PageSize::ALL.to_vec()),
    ) {
        let mut bytes = vec![0; size.bytes()];
        let mut page = PageMut::format(&mut bytes, PGNO, size, Objid(5), PageFlags::LEAF).unwrap();
        for (index, key) in keys.iter().enumerate() {
            page.insert(index, NodeFlags(2), key, 0, key).unwrap();
        }
        for prefix in prefixes {
            page.change_prefix(&prefix).unwrap();
            let view = page.view().unwrap();
            prop_assert_eq!(findings::check(&view), []);
            prop_assert_eq!(view.prefix_key(), &prefix[..]);
            for (node, key) in view.nodes().zip(&keys) {
                let node = node.unwrap();
                prop_assert_eq!((node.key.to_vec(), node.data), (key.clone(), &key[..]));
                prop_assert_eq!(node.key.prefix.len(), node.key.useful_prefix(&prefix));
                prop_assert_eq!(node.flags.0 & 3, 2);
            }
        }
    }
}
