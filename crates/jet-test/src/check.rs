//! Every structural check of a database file, as one list: headers, catalog, trees, space.

use jet_btree::Tree;
use jet_btree::check::TreeFinding;
use jet_btree::ownership::{Ownership, SpaceFinding};
use jet_isam::catalog::{Catalog, CatalogProblem};
use jet_isam::table::TreeDef;
use jet_pages::dbheader::{self, HeaderSource};
use jet_pages::{Objid, Pgno};

use crate::image::open_pages;

/// Something that is wrong with a database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Identifier of the kind of finding.
    pub id: &'static str,
    /// The page that it is about; 0 for the file headers.
    pub pgno: Pgno,
    /// In words.
    pub text: String,
}

/// Everything that is wrong with the database in `bytes`, in order of id and page.
///
/// # Panics
/// When the file is no database.
pub fn check(bytes: &[u8]) -> Vec<Finding> {
    let mut findings = Vec::new();
    match dbheader::read_header(bytes) {
        Ok(read) if read.source == HeaderSource::Both => {}
        Ok(read) => findings.push(finding("header-copy", Pgno::NONE, format!("{:?}", read.source))),
        Err(error) => return vec![finding("header", Pgno::NONE, error)],
    }
    let pages = open_pages(bytes);
    let catalog = match Catalog::read(&pages) {
        Ok(catalog) => catalog,
        Err(error) => return vec![finding("catalog-unreadable", error.pgno(), error)],
    };
    findings.extend(catalog.problems.iter().map(|problem| {
        let pgno = match problem {
            CatalogProblem::Tree(error) => error.pgno(),
            CatalogProblem::Row { pgno, .. } => *pgno,
            _ => Pgno::NONE,
        };
        finding(problem.id(), pgno, problem)
    }));
    let root = TreeDef {
        objid: Objid::DATABASE,
        root: Pgno::DATABASE_ROOT,
    };
    let defs = catalog
        .tables
        .iter()
        .flat_map(|table| table.trees().map(|(def, _)| def));
    let mut ownership = Ownership::new(&pages);
    let mut trees = Vec::new();
    let (mut of_trees, mut of_space): (Vec<(Pgno, TreeFinding)>, Vec<SpaceFinding>) = Default::default();
    for def in std::iter::once(root).chain(defs) {
        match Tree::open(&pages, def.root, Some(def.objid)) {
            Ok(tree) => trees.push(tree),
            Err(error) => {
                ownership.add_unreadable(def.root, def.objid);
                of_trees.push((def.root, TreeFinding::Unreadable(error)));
            }
        }
    }
    for tree in &trees {
        let mut report = |pgno, found| of_trees.push((pgno, found));
        ownership.add(*tree, &mut report, &mut |found| of_space.push(found));
    }
    ownership.finish(&trees, &mut |found| of_space.push(found));
    findings.extend(
        of_trees
            .iter()
            .map(|(pgno, found)| finding(found.id(), *pgno, found)),
    );
    findings.extend(
        of_space
            .iter()
            .map(|found| finding(found.id(), found.pgno(), found)),
    );
    findings.sort();
    findings
}

fn finding(id: &'static str, pgno: Pgno, text: impl std::fmt::Display) -> Finding {
    Finding {
        id,
        pgno,
        text: text.to_string(),
    }
}
