//! Where a database can be damaged: its trees with all their pages.

use jet_btree::Tree;
use jet_btree::space::TreeSpace;
use jet_isam::catalog::{CATALOG, Catalog};
use jet_isam::table::{TreeDef, TreeRole};
use jet_pages::{Objid, Pgno};

use crate::image::Image;

/// The trees of a sound database.
#[derive(Clone, Debug)]
pub struct Targets {
    /// That of the database itself, then those of the catalog in its order.
    pub trees: Vec<TreePages>,
}

/// One tree.
#[derive(Clone, Debug)]
pub struct TreePages {
    /// Identity and root.
    pub def: TreeDef,
    /// Whether it is a secondary index.
    pub is_index: bool,
    /// Internal pages, the root first if it is one.
    pub internal: Vec<Pgno>,
    /// Leaves from left to right.
    pub leaves: Vec<Pgno>,
    /// What it owns.
    pub space: TreeSpace,
}

impl Targets {
    /// The trees of the database in `image`.
    ///
    /// # Panics
    /// When the database is damaged.
    pub fn of(image: &Image) -> Self {
        let pages = image.open();
        let catalog = Catalog::read(&pages).unwrap();
        let database = TreeDef {
            objid: Objid::DATABASE,
            root: Pgno::DATABASE_ROOT,
        };
        let of_tables = catalog.tables.iter().flat_map(|table| table.trees());
        let defs = of_tables.map(|(def, role)| (def, matches!(role, TreeRole::Index(_))));
        let trees = std::iter::once((database, false))
            .chain(defs)
            .map(|(def, is_index)| {
                let mut tree = TreePages {
                    def,
                    is_index,
                    internal: Vec::new(),
                    leaves: Vec::new(),
                    space: TreeSpace::read(Tree::open(&pages, def.root, Some(def.objid)).unwrap()).unwrap(),
                };
                tree.add_below(image, def.root);
                tree
            });
        Self {
            trees: trees.collect(),
        }
    }

    /// The tree of the database itself.
    pub fn database(&self) -> &TreePages {
        &self.trees[0]
    }

    /// MSysObjects.
    ///
    /// # Panics
    /// When the catalog does not name itself.
    pub fn catalog(&self) -> &TreePages {
        self.trees.iter().find(|tree| tree.def == CATALOG).unwrap()
    }

    /// The tree with the most leaves that `is_suited`, if it has at least `leaves_min`.
    pub fn widest(&self, leaves_min: usize, is_suited: impl Fn(&TreePages) -> bool) -> Option<&TreePages> {
        let suited = self.trees.iter().filter(|tree| is_suited(tree));
        suited
            .max_by_key(|tree| tree.leaves.len())
            .filter(|tree| tree.leaves.len() >= leaves_min)
    }
}

impl TreePages {
    /// A leaf in the middle.
    pub fn middle_leaf(&self) -> Pgno {
        self.leaves[self.leaves.len() / 2]
    }

    fn add_below(&mut self, image: &Image, pgno: Pgno) {
        let page = image.page(pgno);
        if page.is_leaf() {
            self.leaves.push(pgno);
            return;
        }
        self.internal.push(pgno);
        for node in 0..page.node_count() {
            self.add_below(image, page.child(node).unwrap());
        }
    }
}
