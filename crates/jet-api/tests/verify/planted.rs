//! Each kind of damage, planted in a sound file, is found under its identifier.

use jet_api::Database;
use jet_api::verify::{Finding, NoProgress, Severity, Verifier};
use jet_btree::space::TreeSpace;
use jet_btree::walk::LeafWalk;
use jet_btree::{Pages, Tree};
use jet_isam::catalog::{Catalog, SHADOW_CATALOG};
use jet_isam::key::IndexDef;
use jet_isam::long_value::LongValueKey;
use jet_isam::table::TableDef;
use jet_pages::space::SpaceLayout;
use jet_pages::{NodeFlags, PageFlags, Pgno, checksum};
use jet_test::{Image, fixtures};

use crate::{ids, verify};

/// Small pages, secondary indexes; no findings.
fn small() -> Image {
    Image::new(fixtures::named("ual-hyperv-SystemIdentity.mdb").bytes().to_vec())
}

/// Many tables and long values.
fn rich() -> Image {
    Image::new(fixtures::named("basic_p4096_efv8920.edb").bytes().to_vec())
}

/// Long values of many chunks.
fn long() -> Image {
    Image::new(fixtures::named("alltypes.edb").bytes().to_vec())
}

/// Trees of several leaves.
fn large() -> Image {
    Image::new(fixtures::named("srum-server2022-day2.SRUDB.dat").bytes().to_vec())
}

fn tables(image: &Image) -> (Pages, Catalog) {
    let pages = image.open();
    let catalog = Catalog::read(&pages).unwrap();
    (pages, catalog)
}

/// Leaves of the tree with this root, in order.
fn leaves(image: &Image, root: Pgno) -> Vec<Pgno> {
    let pages = image.open();
    let tree = Tree::open(&pages, root, None).unwrap();
    LeafWalk::new(tree).map(|leaf| leaf.unwrap().pgno()).collect()
}

/// First user table with a secondary index that has a live entry, that index, and the leaf of the entry.
fn an_index(image: &Image) -> (TableDef, IndexDef, Pgno) {
    let (_, catalog) = tables(image);
    let user = catalog.tables.iter().filter(|table| !table.is_system());
    for table in user {
        for index in table.indexes.iter().filter(|index| !index.is_primary()) {
            let leaf = leaves(image, Pgno(index.root))[0];
            if image.page(leaf).node_count() > 1 {
                return (table.clone(), index.clone(), leaf);
            }
        }
    }
    panic!("no index with entries");
}

/// First leaf of the first user table with several leaves, and the leaf after it.
fn two_leaves(image: &Image) -> (Pgno, Pgno) {
    let (_, catalog) = tables(image);
    let user = catalog.tables.iter().filter(|table| !table.is_system());
    let leaves = user
        .map(|table| leaves(image, table.tree.root))
        .find(|leaves| leaves.len() > 2);
    let leaves = leaves.expect("a table of several leaves");
    (leaves[0], leaves[1])
}

fn find<'f>(findings: &'f [Finding], id: &str) -> &'f Finding {
    let found = findings.iter().find(|finding| finding.id() == id);
    found.unwrap_or_else(|| panic!("no {id} in {findings:#?}"))
}

fn errors(findings: &[Finding]) -> usize {
    findings
        .iter()
        .filter(|finding| finding.severity() == Severity::Error)
        .count()
}

#[test]
fn a_flipped_bit_is_named_and_mended() {
    let mut image = small();
    image.page_bytes_mut(Pgno(4))[1001] ^= 1 << 6;
    let (findings, report) = verify(image.bytes());
    assert_eq!(ids(&findings), ["page-bit-flip"]);
    let finding = &findings[0];
    assert_eq!(finding.location.pgno, Some(4));
    assert!(finding.message.contains("byte 1001, bit 6"), "{finding}");
    assert_eq!((report.pages.bit_flips, report.pages.damaged), (1, 0));
}

#[test]
fn a_page_beyond_mending_is_named_with_the_tree_that_loses_it() {
    let mut image = large();
    let (first, _) = two_leaves(&image);
    image.page_bytes_mut(first)[500..700].fill(0x5A);
    let (findings, report) = verify(image.bytes());
    assert_eq!(find(&findings, "page-checksum").location.pgno, Some(first.0));
    let lost = find(&findings, "tree-page-unreadable");
    assert!(lost.table.is_some() && lost.location.pgno == Some(first.0));
    find(&findings, "compare-incomplete");
    assert_eq!(report.pages.damaged, 1);
    // The rows of the page are missing, but nobody says that their entries are wrong.
    assert!(!ids(&findings).contains(&"index-extra-entry"), "{findings:#?}");
}

#[test]
fn two_pages_swapped() {
    let mut image = large();
    let (first, second) = two_leaves(&image);
    let bytes = image.page_bytes(first).to_vec();
    let other = image.page_bytes(second).to_vec();
    image.page_bytes_mut(first).copy_from_slice(&other);
    image.page_bytes_mut(second).copy_from_slice(&bytes);
    let (findings, _) = verify(image.bytes());
    let misplaced: Vec<_> = findings
        .iter()
        .filter(|finding| finding.id() == "page-misplaced")
        .collect();
    assert_eq!(misplaced.len(), 2);
    assert!(
        misplaced[0].message.contains("content of page"),
        "{}",
        misplaced[0]
    );
}

#[test]
fn a_cut_file() {
    let mut image = large();
    let len = image.bytes().len();
    image.bytes_mut().truncate(len / 2);
    let (findings, _) = verify(image.bytes());
    find(&findings, "file-cut");
    find(&findings, "space-beyond-file");
    let mut image = large();
    image.bytes_mut().truncate(len / 2 + 100);
    let (findings, _) = verify(image.bytes());
    find(&findings, "file-cut");
    find(&findings, "file-partial-page");
}

#[test]
fn a_wrong_sibling_link() {
    let mut image = large();
    let (first, _) = two_leaves(&image);
    image.edit(first, |page| page.header_mut().pgno_next = 9.into());
    let (findings, _) = verify(image.bytes());
    assert_eq!(ids(&findings), ["tree-sibling"]);
    assert_eq!(findings[0].location.pgno, Some(first.0));
}

#[test]
fn a_missing_index_entry() {
    let mut image = small();
    let (table, index, leaf) = an_index(&image);
    let (key, bookmark) = {
        let page = image.page(leaf);
        let node = page.node(1).unwrap();
        (node.key.to_vec(), node.data.to_vec())
    };
    image.edit(leaf, |page| page.delete(1).unwrap());
    let (findings, _) = verify(image.bytes());
    assert_eq!(ids(&findings), ["index-missing-entry"]);
    assert_eq!(errors(&findings), 1);
    let finding = &findings[0];
    assert_eq!(
        (finding.table.as_ref(), finding.index.as_ref()),
        (Some(&table.name), Some(&index.name))
    );
    assert!(
        finding.message.contains(&hex(&key)) && finding.message.contains(&hex(&bookmark)),
        "{finding}"
    );
}

#[test]
fn an_extra_index_entry_for_a_row_that_is_not_there() {
    let mut image = small();
    let (_, index, leaf) = an_index(&image);
    // Behind the last entry, so that the order stays right.
    let (count, mut key, mut bookmark) = {
        let page = image.page(leaf);
        let node = page.node(page.node_count() - 1).unwrap();
        (page.node_count(), node.key.to_vec(), node.data.to_vec())
    };
    *key.last_mut().unwrap() |= 1;
    key.push(0xFF);
    *bookmark.last_mut().unwrap() ^= 0xFF;
    image
        .edit(leaf, |page| page.insert(count, NodeFlags(0), &key, 0, &bookmark))
        .unwrap();
    let (findings, _) = verify(image.bytes());
    assert_eq!(ids(&findings), ["index-extra-entry"]);
    assert_eq!(findings[0].index.as_ref(), Some(&index.name));
    assert!(findings[0].message.contains("no such row"), "{}", findings[0]);
}

#[test]
fn an_index_entry_with_a_wrong_key() {
    let mut image = small();
    let (_, _, leaf) = an_index(&image);
    let (count, mut key, bookmark) = {
        let page = image.page(leaf);
        let node = page.node(page.node_count() - 1).unwrap();
        (page.node_count(), node.key.to_vec(), node.data.to_vec())
    };
    key.push(0xFF);
    image
        .edit(leaf, |page| {
            page.delete(count - 1).unwrap();
            page.insert(count - 1, NodeFlags(0), &key, 0, &bookmark)
        })
        .unwrap();
    let (findings, _) = verify(image.bytes());
    assert_eq!(ids(&findings), ["index-extra-entry", "index-missing-entry"]);
    assert_eq!(errors(&findings), 2);
    assert!(
        find(&findings, "index-extra-entry")
            .message
            .contains("makes no such key")
    );
}

#[test]
fn entries_of_text_that_is_not_reproduced_are_counted_by_row() {
    let mut image = rich();
    let (_, catalog) = tables(&image);
    let table = catalog.table("Indexed").unwrap();
    let index = table.index("utxt_enus").unwrap();
    let leaf = leaves(&image, Pgno(index.root)).pop().unwrap();
    let last = image.page(leaf).node_count() - 1;
    image.edit(leaf, |page| page.delete(last).unwrap());
    let (findings, _) = verify(image.bytes());
    assert_eq!(ids(&findings), ["index-missing-entry"]);
    let finding = find(&findings, "index-missing-entry");
    assert_eq!(finding.index.as_deref(), Some("utxt_enus"));
    assert!(
        finding.message.contains("should have 1 entries, but has 0"),
        "{finding}"
    );
}

#[test]
fn leaked_pages() {
    let mut image = small();
    let root = available_root(&image);
    image.edit(root, |page| page.delete(0).unwrap());
    let (findings, report) = verify(image.bytes());
    assert_eq!(ids(&findings), ["space-leaked"]);
    assert!(report.is_sound(), "leaked pages do no harm");
}

#[test]
fn a_page_that_is_used_and_free() {
    let mut image = small();
    let root = available_root(&image);
    // One page more at the front of a free extent: the page before it is in use.
    let data = {
        let page = image.page(root);
        let node = page.node(0).unwrap();
        let count = u32::from_le_bytes(node.data.try_into().unwrap());
        (count + 1).to_le_bytes()
    };
    image.edit(root, |page| page.replace_data(0, &data)).unwrap();
    let (findings, _) = verify(image.bytes());
    // The page belongs to a table, which takes its space from the database.
    assert_eq!(ids(&findings), ["space-doubly-owned", "space-outside-parent"]);
}

/// Root of the free extents of the database, a leaf in small files.
fn available_root(image: &Image) -> Pgno {
    let pages = image.open();
    let tree = Tree::open(&pages, Pgno::DATABASE_ROOT, None).unwrap();
    let SpaceLayout::Multiple { pgno_avail, .. } = tree.root_header().unwrap().layout else {
        panic!("the database root has extents");
    };
    assert!(!TreeSpace::read(tree).unwrap().available.is_empty());
    pgno_avail
}

#[test]
fn a_page_with_the_number_of_another() {
    let mut image = small();
    let size = image.page_size();
    checksum::update(image.page_bytes_mut(Pgno(4)), Pgno(44), size);
    let (findings, _) = verify(image.bytes());
    let finding = find(&findings, "page-misplaced");
    assert!(finding.message.contains("that of page 44"), "{finding}");
}

#[test]
fn a_large_page_that_names_another_number() {
    let mut image = Image::new(fixtures::named("full_p16384.edb").bytes().to_vec());
    let (_, catalog) = tables(&image);
    let root = catalog
        .tables
        .iter()
        .find(|table| !table.is_system())
        .unwrap()
        .tree
        .root;
    // The long header keeps the number behind three checksums of eight bytes.
    image.edit_bytes(root, |bytes| {
        bytes[64..68].copy_from_slice(&7777_u32.to_le_bytes())
    });
    let (findings, _) = verify(image.bytes());
    assert_eq!(ids(&findings), ["page-wrong-number"]);
    assert_eq!(findings[0].location.pgno, Some(root.0));
}

#[test]
fn a_row_whose_key_is_not_that_of_its_values() {
    let mut image = large();
    let (table, leaf, node) = a_row(&image);
    let (key, data) = {
        let page = image.page(leaf);
        let node = page.node(node).unwrap();
        (node.key.to_vec(), node.data.to_vec())
    };
    // The key keeps its length and place in the order.
    let mut other = key.clone();
    other.push(1);
    image
        .edit(leaf, |page| {
            page.delete(node).unwrap();
            page.insert(node, NodeFlags(0), &other, 0, &data)
        })
        .unwrap();
    let (findings, _) = verify(image.bytes());
    let finding = find(&findings, "row-key");
    assert_eq!(finding.table.as_ref(), Some(&table.name));
    assert!(
        finding.message.contains(&hex(&key)) && finding.message.contains(&hex(&other)),
        "{finding}"
    );
}

#[test]
fn a_record_that_contradicts_itself() {
    let mut image = large();
    let (table, leaf, node) = a_row(&image);
    let mut data = image.page(leaf).node(node).unwrap().data.to_vec();
    data[2..4].copy_from_slice(&0xFFFF_u16.to_le_bytes());
    image.edit(leaf, |page| page.replace_data(node, &data)).unwrap();
    let (findings, _) = verify(image.bytes());
    assert_eq!(find(&findings, "row-record").table.as_ref(), Some(&table.name));
    find(&findings, "compare-incomplete");
    assert_eq!(
        errors(&findings),
        1,
        "its entries are not called wrong: {findings:#?}"
    );
}

/// The last row of the first leaf of a user table with a primary index.
fn a_row(image: &Image) -> (TableDef, Pgno, usize) {
    let (_, catalog) = tables(image);
    for table in catalog
        .tables
        .iter()
        .filter(|table| !table.is_system() && table.primary_index().is_some())
    {
        let leaf = leaves(image, table.tree.root)[0];
        let page = image.page(leaf);
        for node in (0..page.node_count()).rev() {
            if !page.node(node).unwrap().flags.is_deleted() {
                return (table.clone(), leaf, node);
            }
        }
    }
    panic!("no table with rows");
}

/// Leaf and node of the first node of a long-value tree for which `wanted` is true.
fn a_long_value(image: &Image, wanted: impl Fn(&LongValueKey) -> bool) -> (Pgno, usize) {
    let (_, catalog) = tables(image);
    for tree in catalog.tables.iter().filter_map(|table| table.long_values) {
        for leaf in leaves(image, tree.root) {
            let page = image.page(leaf);
            for node in 0..page.node_count() {
                if wanted(&LongValueKey::parse(&page.node(node).unwrap().key.to_vec()).unwrap()) {
                    return (leaf, node);
                }
            }
        }
    }
    panic!("no such node");
}

#[test]
fn a_chunk_of_a_long_value_is_missing() {
    let mut image = long();
    let (leaf, node) = a_long_value(
        &image,
        |key| matches!(key, LongValueKey::Chunk(_, offset) if *offset > 0),
    );
    // Not taken off the page, which may have no other.
    image.edit(leaf, |page| {
        page.set_node_flags(node, NodeFlags::DELETED).unwrap()
    });
    let (findings, _) = verify(image.bytes());
    assert_eq!(ids(&findings), ["lv-gap"]);
}

#[test]
fn a_long_value_without_its_root() {
    let mut image = long();
    let (leaf, node) = a_long_value(&image, |key| matches!(key, LongValueKey::Root(_)));
    image.edit(leaf, |page| page.delete(node).unwrap());
    let (findings, _) = verify(image.bytes());
    assert_eq!(ids(&findings), ["lv-missing", "lv-orphan-chunk"]);
}

#[test]
fn a_wrong_reference_count() {
    for (count, id) in [(5, "lv-refcount"), (0, "lv-missing")] {
        let mut image = long();
        let (leaf, node) = a_long_value(&image, |key| matches!(key, LongValueKey::Root(_)));
        let mut data = image.page(leaf).node(node).unwrap().data.to_vec();
        data[0] = count;
        image.edit(leaf, |page| page.replace_data(node, &data)).unwrap();
        let (findings, _) = verify(image.bytes());
        assert_eq!(ids(&findings), [id]);
    }
}

#[test]
fn a_chunk_that_does_not_decompress() {
    let mut image = long();
    let (leaf, node) = a_long_value(&image, |key| matches!(key, LongValueKey::Chunk(..)));
    let len = image.page(leaf).node(node).unwrap().data.len();
    image
        .edit(leaf, |page| page.replace_data(node, &vec![0xF8; len / 2]))
        .unwrap();
    let (findings, _) = verify(image.bytes());
    assert_eq!(ids(&findings), ["lv-chunk"]);
}

#[test]
fn the_shadow_catalog_differs() {
    let mut image = small();
    let leaf = leaves(&image, SHADOW_CATALOG.root)[0];
    image.edit(leaf, |page| page.delete(0).unwrap());
    let (findings, report) = verify(image.bytes());
    assert_eq!(ids(&findings), ["catalog-shadow-differs"]);
    assert!(report.is_sound());
}

#[test]
fn damaged_headers() {
    let mut image = small();
    image.bytes_mut()[300] ^= 0xFF;
    let (findings, _) = verify(image.bytes());
    assert_eq!(ids(&findings), ["header-primary-damaged"]);
    let mut image = small();
    let page_bytes = image.page_size().bytes();
    image.bytes_mut()[page_bytes + 300] ^= 0xFF;
    let (findings, report) = verify(image.bytes());
    assert_eq!(ids(&findings), ["header-shadow-damaged"]);
    assert!(report.is_sound());
}

#[test]
fn pages_newer_than_the_header() {
    let mut image = small();
    image.edit_header(|header| header.dbtime_dirtied = 70.into());
    let (findings, report) = verify(image.bytes());
    assert_eq!(ids(&findings), ["page-newer-than-header"]);
    assert!(report.is_sound());
}

#[test]
fn a_catalog_that_cannot_be_read() {
    let mut image = small();
    for pgno in [Pgno(4), Pgno(24)] {
        image.page_bytes_mut(pgno)[100..300].fill(0xA5);
    }
    let (findings, report) = verify(image.bytes());
    find(&findings, "catalog-unreadable");
    assert!(!report.is_sound() && report.tables.is_empty());
}

#[test]
fn the_flags_of_an_index_tree() {
    let mut image = small();
    let (_, _, leaf) = an_index(&image);
    image.edit(leaf, |page| {
        let flags = page.header_mut().flags.get() ^ PageFlags::NON_UNIQUE.bits();
        page.header_mut().flags = flags.into();
    });
    let (findings, _) = verify(image.bytes());
    find(&findings, "index-uniqueness");
}

#[test]
fn many_findings_of_one_kind_are_counted_but_not_listed() {
    let mut image = large();
    let (table, leaf) = {
        let (_, catalog) = tables(&image);
        let user = catalog.tables.iter().filter(|table| !table.is_system());
        let with_index = user.filter(|table| table.indexes.iter().any(|index| !index.is_primary()));
        let found = with_index.map(|table| {
            let index = table.indexes.iter().find(|index| !index.is_primary()).unwrap();
            (table.name.clone(), leaves(&image, Pgno(index.root))[0])
        });
        found
            .max_by_key(|(_, leaf)| image.page(*leaf).node_count())
            .unwrap()
    };
    let count = image.page(leaf).node_count();
    let gone = count - 1;
    image.edit(leaf, |page| (0..gone).for_each(|_| page.delete(0).unwrap()));
    let fs = std::sync::Arc::new(jet_io::MemFs::from_files([("a.edb", image.into_bytes())]));
    let mut findings = Vec::new();
    let report = Verifier::new(Database::options().file_system(fs))
        .findings_most(2)
        .run(
            "a.edb",
            &mut |finding| findings.push(finding.clone()),
            &mut NoProgress,
        )
        .unwrap();
    let missing = findings
        .iter()
        .filter(|finding| finding.id() == "index-missing-entry")
        .count();
    assert_eq!(missing, 2);
    assert_eq!(report.findings["index-missing-entry"], gone as u64);
    let more = find(&findings, "more-findings");
    assert_eq!(more.table.as_ref(), Some(&table));
    assert!(more.message.contains(&format!("{} more", gone - 2)), "{more}");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
