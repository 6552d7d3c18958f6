//! The check of a table, where more rows have no keys than it remembers: each entry is looked up by itself, and what is
//! missing or too many is found all the same.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use jet_btree::Tree;
use jet_btree::walk::LeafWalk;
use jet_isam::catalog::Catalog;
use jet_isam::check::{CheckOptions, TableFinding, TableStats, check_table};
use jet_pages::{NodeFlags, Pgno};
use jet_test::{Image, fixtures};

const INDEX: &str = "utxt_enus";

fn image() -> Image {
    Image::new(fixtures::named("basic_p4096_efv8920.edb").bytes().to_vec())
}

fn check(image: &Image, known_rows_most: usize) -> (Vec<TableFinding>, TableStats) {
    let pages = image.open();
    let catalog = Catalog::read(&pages).unwrap();
    let options = CheckOptions {
        known_rows_most,
        ..CheckOptions::default()
    };
    let mut findings = Vec::new();
    let def = catalog.table("Indexed").unwrap();
    let stats = check_table(
        &pages,
        def,
        &options,
        &mut |_, finding| findings.push(finding),
        &mut || (),
    );
    (findings, stats.unwrap())
}

/// First leaf of the index.
fn leaf(image: &Image) -> Pgno {
    let pages = image.open();
    let catalog = Catalog::read(&pages).unwrap();
    let root = catalog.table("Indexed").unwrap().index(INDEX).unwrap().root;
    let tree = Tree::open(&pages, Pgno(root), None).unwrap();
    LeafWalk::new(tree).next().unwrap().unwrap().pgno()
}

#[test]
fn a_sound_table_has_no_findings_however_few_rows_are_remembered() {
    for known_rows_most in [0, 1, 27, 28, 1 << 16] {
        let (findings, stats) = check(&image(), known_rows_most);
        assert!(findings.is_empty(), "{findings:?}");
        let index = stats.indexes.iter().find(|index| index.name == INDEX).unwrap();
        assert_eq!((index.keys, index.not_made.total()), (28, 28));
    }
}

#[test]
fn a_missing_entry_of_a_made_key() {
    for known_rows_most in [0, 1 << 16] {
        let mut image = image();
        let leaf = leaf(&image);
        // NULL comes first, and its key is made in any sort version.
        image.edit(leaf, |page| page.delete(0).unwrap());
        let (findings, _) = check(&image, known_rows_most);
        assert!(
            matches!(&findings[..], [TableFinding::MissingEntry { index, .. }] if index == INDEX),
            "{findings:?}"
        );
    }
}

#[test]
fn an_extra_entry_without_a_row() {
    for known_rows_most in [0, 1 << 16] {
        let mut image = image();
        let leaf = leaf(&image);
        let (key, mut bookmark) = {
            let page = image.page(leaf);
            let node = page.node(0).unwrap();
            (node.key.to_vec(), node.data.to_vec())
        };
        bookmark.push(0);
        image
            .edit(leaf, |page| page.insert(1, NodeFlags(0), &key, 0, &bookmark))
            .unwrap();
        let (findings, _) = check(&image, known_rows_most);
        assert!(
            matches!(&findings[..], [TableFinding::ExtraEntry { index, .. }] if index == INDEX),
            "{findings:?}"
        );
    }
}
