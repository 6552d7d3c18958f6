//! Phase 3: the catalog, all trees, and which tree owns which page.

use std::cell::RefCell;

use jet_btree::check::TreeFinding;
use jet_btree::ownership::{Ownership, SpaceFinding};
use jet_btree::{Tree, TreeError};
use jet_isam::catalog::{CATALOG, Catalog, SHADOW_CATALOG};
use jet_isam::check::compare_trees;
use jet_isam::table::{TableDef, TreeRole};
use jet_pages::dbheader::DbState;
use jet_pages::{Objid, Pgno};

use super::finding::Sink;
use super::report::{TreeKind, TreeReport};
use super::{Progress, Step};
use crate::RawDatabase;

/// A tree with its name.
struct NamedTree<'c> {
    tree: Tree<'c>,
    table: Option<&'c str>,
    index: Option<&'c str>,
    kind: TreeKind,
}

/// What the catalog says against itself, the header and the shadow catalog.
pub(super) fn check_catalog(raw: &RawDatabase, catalog: &Catalog, sink: &mut Sink<'_>) {
    for problem in &catalog.problems {
        sink.page(problem.id(), CATALOG.root, problem.to_string());
    }
    let highest = catalog
        .tables
        .iter()
        .flat_map(|table| table.trees().map(|(tree, _)| tree.objid))
        .max();
    let last = raw.header().last_objid();
    if let Some(highest) = highest
        && raw.header().db_state() == DbState::CleanShutdown
        && highest > last
    {
        let message =
            format!("the header has handed out object ids up to {last}, the catalog uses {highest}");
        sink.file("header-objid", message);
    }
    if raw.header().has_shadow_catalog() {
        check_shadow(raw, sink);
    }
}

fn check_shadow(raw: &RawDatabase, sink: &mut Sink<'_>) {
    let open = |place: jet_isam::table::TreeDef| Tree::open(raw.pages(), place.root, Some(place.objid));
    // What cannot be opened is reported with the trees.
    if let (Ok(first), Ok(second)) = (open(CATALOG), open(SHADOW_CATALOG)) {
        compare_trees(first, second, &mut |pgno, finding| {
            sink.page(finding.id(), pgno, finding.to_string());
        });
    }
}

/// Checks all trees and the space of the database.
pub(super) fn check_trees(
    raw: &RawDatabase,
    catalog: &Catalog,
    progress: &mut dyn Progress,
    sink: &mut Sink<'_>,
) -> Vec<TreeReport> {
    let mut ownership = Ownership::new(raw.pages());
    let trees = open_trees(raw, catalog, &mut ownership, sink);
    progress.begin(Step::Structure, raw.pages().count().into());
    let mut reports = Vec::with_capacity(trees.len());
    for named in &trees {
        // Two kinds of findings go to one place.
        let shared = RefCell::new(&mut *sink);
        let stats = ownership.add(
            named.tree,
            &mut |pgno, finding| named.report(pgno, &finding, &mut shared.borrow_mut()),
            &mut |finding| space(&trees, &finding, &mut shared.borrow_mut()),
        );
        progress.advance(stats.internal_pages + stats.leaf_pages);
        reports.push(TreeReport {
            table: named.table.map(str::to_owned),
            index: named.index.map(str::to_owned),
            kind: named.kind,
            objid: named.tree.objid().0,
            root: named.tree.root().0,
            stats,
        });
    }
    let all: Vec<Tree<'_>> = trees.iter().map(|named| named.tree).collect();
    ownership.finish(&all, &mut |finding| space(&trees, &finding, sink));
    reports
}

impl NamedTree<'_> {
    fn report(&self, pgno: Pgno, finding: &TreeFinding, sink: &mut Sink<'_>) {
        let id = match finding {
            // The damage itself was found with the checksums; here is what it costs.
            TreeFinding::Unreadable(TreeError::Checksum(_)) => "tree-page-unreadable",
            other => other.id(),
        };
        sink.place(id, pgno, self.table, self.index, finding.to_string());
    }
}

fn space(trees: &[NamedTree<'_>], finding: &SpaceFinding, sink: &mut Sink<'_>) {
    let objid = finding.objid();
    let named = trees.iter().find(|named| Some(named.tree.objid()) == objid);
    let (table, index) = (
        named.and_then(|named| named.table),
        named.and_then(|named| named.index),
    );
    sink.place(finding.id(), finding.pgno(), table, index, finding.to_string());
}

/// Every tree that can be opened; those that cannot are reported.
fn open_trees<'c>(
    raw: &'c RawDatabase,
    catalog: &'c Catalog,
    ownership: &mut Ownership<'c>,
    sink: &mut Sink<'_>,
) -> Vec<NamedTree<'c>> {
    let pages = raw.pages();
    let mut trees = Vec::new();
    match Tree::open(pages, Pgno::DATABASE_ROOT, Some(Objid::DATABASE)) {
        Ok(tree) => trees.push(NamedTree {
            tree,
            table: None,
            index: None,
            kind: TreeKind::Database,
        }),
        Err(error) => {
            ownership.add_unreadable(Pgno::DATABASE_ROOT, Objid::DATABASE);
            sink.page("tree-root", Pgno::DATABASE_ROOT, error.to_string());
        }
    }
    for table in &catalog.tables {
        trees.extend(table_trees(raw, table, ownership, sink));
    }
    trees
}

fn table_trees<'c>(
    raw: &'c RawDatabase,
    table: &'c TableDef,
    ownership: &mut Ownership<'c>,
    sink: &mut Sink<'_>,
) -> Vec<NamedTree<'c>> {
    let mut trees = Vec::new();
    for (def, role) in table.trees() {
        let (kind, index) = match role {
            TreeRole::Rows => (TreeKind::Rows, None),
            TreeRole::Index(index) => (TreeKind::Index, Some(index.name.as_str())),
            TreeRole::LongValues => (TreeKind::LongValues, None),
        };
        match Tree::open(raw.pages(), def.root, Some(def.objid)) {
            Ok(tree) => trees.push(NamedTree {
                tree,
                table: Some(&table.name),
                index,
                kind,
            }),
            Err(error) => {
                ownership.add_unreadable(def.root, def.objid);
                sink.place("tree-root", def.root, Some(&table.name), index, error.to_string());
            }
        }
    }
    trees
}
