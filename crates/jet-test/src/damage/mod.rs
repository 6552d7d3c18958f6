//! Faults planted in a copy of a sound database: one each, and all else right, checksums too unless they are the fault.
//!
//! [`FAULTS`] has every kind of fault with a place chosen for it; the functions of [`plant`] take any place.

pub mod plant;
mod targets;

pub use targets::{Targets, TreePages};

use jet_pages::Pgno;

use crate::image::Image;

/// A database with one fault.
#[derive(Clone, Debug)]
pub struct Damaged {
    /// The file.
    pub bytes: Vec<u8>,
    /// What was done to it.
    pub description: String,
    /// Pages that the findings about it should name.
    pub pages: Vec<Pgno>,
}

/// A kind of fault.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// Its name.
    pub name: &'static str,
    /// Identifiers that [`crate::check`] may report for it; empty for faults that one must compare trees to see.
    pub ids: &'static [&'static str],
    /// Whether the findings must name all pages of [`Damaged::pages`] and no other.
    pub is_exact: bool,
    choose: fn(&Image, &Targets) -> Option<Damaged>,
}

impl Fault {
    /// Plants the fault in a sound database; `None` when it has no place for it.
    pub fn plant(&self, image: &Image, targets: &Targets) -> Option<Damaged> {
        (self.choose)(image, targets)
    }
}

const fn fault(
    name: &'static str,
    ids: &'static [&'static str],
    is_exact: bool,
    choose: fn(&Image, &Targets) -> Option<Damaged>,
) -> Fault {
    Fault {
        name,
        ids,
        is_exact,
        choose,
    }
}

/// Every kind of fault.
pub const FAULTS: &[Fault] = &[
    fault("flipped bit", &[], true, |image, targets| {
        let leaf = targets.widest(1, |_| true)?.middle_leaf();
        Some(plant::flip_bits(
            image,
            leaf,
            &[9000 % (8 * image.page_size().bytes() as u32)],
        ))
    }),
    fault(
        "two flipped bits in a leaf",
        &["page-checksum"],
        true,
        |image, targets| {
            let leaf = targets.widest(3, |_| true)?.middle_leaf();
            Some(plant::flip_bits(image, leaf, &[1001, 2002]))
        },
    ),
    fault(
        "two flipped bits in an internal page",
        &["page-checksum"],
        true,
        |image, targets| {
            let tree = targets.widest(3, |tree| tree.internal.len() > 1)?;
            Some(plant::flip_bits(image, *tree.internal.last()?, &[1001, 2002]))
        },
    ),
    fault("swapped pages", &["page-checksum"], true, |image, targets| {
        let tree = targets.widest(3, |_| true)?;
        Some(plant::swap_pages(image, tree.leaves[0], tree.leaves[2]))
    }),
    fault(
        "cut inside a page",
        &["tree-page-unreadable", "space-beyond-file"],
        false,
        |image, targets| Some(plant::cut_inside(image, last_used_leaf(targets)?)),
    ),
    fault(
        "cut after a page",
        &["space-beyond-file"],
        false,
        |image, targets| {
            let used = targets
                .trees
                .iter()
                .flat_map(|tree| tree.leaves.iter().chain(&tree.internal));
            let spaces = targets
                .trees
                .iter()
                .filter_map(|tree| tree.space.space_trees)
                .flatten();
            let last = used.copied().chain(spaces).max()?;
            let owned_end = targets.database().space.owned.last()?.last();
            // Behind small trees lies free space of theirs, which may be cut off; the database says where its own ends.
            (last < owned_end).then(|| plant::cut_after(image, last))
        },
    ),
    fault(
        "wrong right sibling",
        &["tree-sibling"],
        true,
        |image, targets| {
            let tree = targets.widest(3, |_| true)?;
            Some(plant::set_next(image, tree.leaves[0], tree.leaves[2]))
        },
    ),
    fault("wrong left sibling", &["tree-sibling"], true, |image, targets| {
        let tree = targets.widest(3, |_| true)?;
        Some(plant::set_prev(image, tree.leaves[2], tree.leaves[0]))
    }),
    fault("sibling loop", &["tree-sibling"], true, |image, targets| {
        let tree = targets.widest(3, |_| true)?;
        Some(plant::sibling_loop(image, tree.leaves[1], tree.leaves[2]))
    }),
    fault(
        "wrong page number",
        &["page-wrong-number"],
        true,
        |image, targets| {
            let leaf = targets.widest(1, |_| true)?.middle_leaf();
            image
                .page_size()
                .is_large()
                .then(|| plant::wrong_page_number(image, leaf))
        },
    ),
    fault(
        "content of another page",
        &["tree-separator", "tree-sibling"],
        false,
        |image, targets| {
            let tree = targets.widest(4, |_| true)?;
            Some(plant::copy_page(image, tree.leaves[2], tree.leaves[0]))
        },
    ),
    fault(
        "page of another tree",
        &["tree-foreign-page"],
        true,
        |image, targets| {
            let tree = targets.widest(3, |_| true)?;
            let other = targets
                .trees
                .iter()
                .find(|other| other.def.objid != tree.def.objid)?;
            Some(plant::copy_page(image, tree.leaves[1], other.leaves[0]))
        },
    ),
    fault(
        "child loop",
        &["tree-page-reached-twice"],
        true,
        |image, targets| {
            let tree = targets.widest(3, |tree| tree.internal.len() > 1)?;
            let page = *tree.internal.last()?;
            Some(plant::set_child(image, page, 0, page))
        },
    ),
    fault(
        "child that is the root",
        &["tree-circle"],
        true,
        |image, targets| {
            let tree = targets.widest(3, |tree| tree.internal.len() == 1)?;
            Some(plant::set_child(image, tree.def.root, 1, tree.def.root))
        },
    ),
    fault(
        "two links to one child",
        &["tree-page-reached-twice"],
        true,
        |image, targets| {
            let tree = targets.widest(3, |tree| tree.internal.len() == 1)?;
            Some(plant::set_child(image, tree.def.root, 1, tree.leaves[0]))
        },
    ),
    fault(
        "child behind the end of the file",
        &["tree-link-beyond-file"],
        true,
        |image, targets| {
            let tree = targets.widest(3, |tree| tree.internal.len() == 1)?;
            let beyond = Pgno(image.last_page().0 + 7);
            Some(plant::set_child(image, tree.def.root, 1, beyond))
        },
    ),
    fault("missing index entry", &[], true, |image, targets| {
        let tree = targets.widest(1, |tree| tree.is_index)?;
        plant::remove_entry(image, tree.leaves[0])
    }),
    fault("additional index entry", &[], true, |image, targets| {
        let indexes = targets.trees.iter().filter(|tree| tree.is_index);
        indexes
            .flat_map(|tree| &tree.leaves)
            .find_map(|&leaf| plant::add_entry(image, leaf))
    }),
    fault(
        "rows in wrong order",
        &["page-key-order"],
        true,
        |image, targets| {
            let tree = targets.widest(3, |_| true)?;
            plant::swap_nodes(image, tree.leaves[1])
        },
    ),
    fault("leaked page", &["space-leaked"], true, |image, targets| {
        plant::leak_page(image, targets.database())
    }),
    fault(
        "page both used and free",
        &["space-doubly-owned"],
        true,
        |image, targets| {
            let mut trees = targets.trees.iter().skip(1);
            trees.find_map(|tree| plant::free_used_page(image, tree, *tree.leaves.last()?))
        },
    ),
    fault(
        "damaged catalog row",
        &["catalog-row", "catalog-from-shadow"],
        false,
        |image, targets| Some(plant::damage_catalog_row(image, targets.catalog().middle_leaf())),
    ),
    fault("first header damaged", &["header-copy"], true, |image, _| {
        Some(plant::damage_headers(image, &[0]))
    }),
    fault("second header damaged", &["header-copy"], true, |image, _| {
        Some(plant::damage_headers(image, &[1]))
    }),
    fault("both headers damaged", &["header"], true, |image, _| {
        Some(plant::damage_headers(image, &[0, 1]))
    }),
];

fn last_used_leaf(targets: &Targets) -> Option<Pgno> {
    targets.trees.iter().flat_map(|tree| &tree.leaves).max().copied()
}
