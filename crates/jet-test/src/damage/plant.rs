//! The faults themselves, at places that the caller names.

use jet_pages::space::{Extent, SpaceNode};
use jet_pages::{NodeFlags, PageMut, Pgno};

use super::{Damaged, TreePages};
use crate::image::Image;

/// Flips bits of a page, counted from its start. One can be mended, two cannot.
pub fn flip_bits(image: &Image, pgno: Pgno, bits: &[u32]) -> Damaged {
    let mut image = image.clone();
    for &bit in bits {
        image.page_bytes_mut(pgno)[bit as usize / 8] ^= 1 << (bit % 8);
    }
    let pages = if bits.len() == 1 { vec![] } else { vec![pgno] };
    damaged(image, format!("bits {bits:?} of page {pgno} flipped"), pages)
}

/// Exchanges two pages; each bears the checksum of its own place.
pub fn swap_pages(image: &Image, a: Pgno, b: Pgno) -> Damaged {
    let mut image = image.clone();
    let first = image.page_bytes(a).to_vec();
    let second = image.page_bytes(b).to_vec();
    image.page_bytes_mut(a).copy_from_slice(&second);
    image.page_bytes_mut(b).copy_from_slice(&first);
    damaged(image, format!("pages {a} and {b} exchanged"), vec![a, b])
}

/// Cuts the file in the middle of a page.
pub fn cut_inside(image: &Image, pgno: Pgno) -> Damaged {
    let mut image = image.clone();
    let size = image.page_size();
    let len = pgno.file_offset(size) as usize + size.bytes() / 2;
    image.bytes_mut().truncate(len);
    damaged(image, format!("cut in the middle of page {pgno}"), vec![pgno])
}

/// Cuts the file behind a page.
pub fn cut_after(image: &Image, pgno: Pgno) -> Damaged {
    let mut image = image.clone();
    let len = Pgno(pgno.0 + 1).file_offset(image.page_size()) as usize;
    image.bytes_mut().truncate(len);
    damaged(image, format!("cut behind page {pgno}"), vec![pgno])
}

/// Names another page as the right sibling of a leaf.
pub fn set_next(image: &Image, leaf: Pgno, next: Pgno) -> Damaged {
    let mut image = image.clone();
    image.edit(leaf, |page| page.header_mut().pgno_next = next.0.into());
    damaged(
        image,
        format!("page {leaf} names {next} as its right sibling"),
        vec![leaf],
    )
}

/// Names another page as the left sibling of a leaf.
pub fn set_prev(image: &Image, leaf: Pgno, prev: Pgno) -> Damaged {
    let mut image = image.clone();
    image.edit(leaf, |page| page.header_mut().pgno_prev = prev.0.into());
    damaged(
        image,
        format!("page {leaf} names {prev} as its left sibling"),
        vec![leaf],
    )
}

/// Makes two neighbouring leaves each other's sibling on both sides: who follows the links never comes to an end.
pub fn sibling_loop(image: &Image, left: Pgno, right: Pgno) -> Damaged {
    let mut image = image.clone();
    image.edit(left, |page| page.header_mut().pgno_prev = right.0.into());
    image.edit(right, |page| page.header_mut().pgno_next = left.0.into());
    damaged(
        image,
        format!("the siblings {left} and {right} run in a circle"),
        vec![left, right],
    )
}

/// Makes a large page name another number than its own.
pub fn wrong_page_number(image: &Image, pgno: Pgno) -> Damaged {
    let mut image = image.clone();
    image.edit_bytes(pgno, |bytes| bytes[64] ^= 1);
    damaged(
        image,
        format!("page {pgno} says that it is another one"),
        vec![pgno],
    )
}

/// Stores the content of page `from` at `to`, with number and checksum of that place.
pub fn copy_page(image: &Image, to: Pgno, from: Pgno) -> Damaged {
    let mut image = image.clone();
    let content = image.page_bytes(from).to_vec();
    let is_large = image.page_size().is_large();
    image.edit_bytes(to, |bytes| {
        bytes.copy_from_slice(&content);
        if is_large {
            bytes[64..68].copy_from_slice(&to.0.to_le_bytes());
        }
    });
    damaged(
        image,
        format!("page {to} has the content of page {from}"),
        vec![to],
    )
}

/// Makes node `node` of an internal page lead to another child.
pub fn set_child(image: &Image, parent: Pgno, node: usize, child: Pgno) -> Damaged {
    let mut image = image.clone();
    image.edit(parent, |page| {
        page.replace_data(node, &child.0.to_le_bytes()).unwrap()
    });
    damaged(
        image,
        format!("node {node} of page {parent} leads to page {child}"),
        vec![child],
    )
}

/// Removes an entry from a leaf of an index that has several; `None` when it has not.
pub fn remove_entry(image: &Image, leaf: Pgno) -> Option<Damaged> {
    let mut image = image.clone();
    let node = live_nodes(&image, leaf).nth(1)?;
    image.edit(leaf, |page| page.delete(node).unwrap());
    Some(damaged(
        image,
        format!("node {node} of page {leaf} removed"),
        vec![],
    ))
}

/// Adds an entry to a leaf of an index: the bookmark of another entry under a key that follows its own. `None` when the
/// leaf has no room.
pub fn add_entry(image: &Image, leaf: Pgno) -> Option<Damaged> {
    let mut image = image.clone();
    let before = live_nodes(&image, leaf).find(|&node| {
        let page = image.page(leaf);
        let [this, next] = [node, node + 1].map(|node| page.node(node));
        matches!((this, next), (Ok(this), Ok(next)) if this.key.cmp_key(next.key).is_lt())
    })?;
    let (key, data) = {
        let node = image.page(leaf).node(before).unwrap();
        ([&node.key.to_vec()[..], &[0]].concat(), node.data.to_vec())
    };
    let insert = |page: &mut PageMut<'_>| {
        let prefix_len = page.prefix_for(&key);
        page.insert(before + 1, NodeFlags::default(), &key, prefix_len, &data)
            .is_ok()
    };
    let is_done = image.edit(leaf, insert);
    is_done.then(|| {
        damaged(
            image,
            format!("entry {} of page {leaf} added", before + 1),
            vec![],
        )
    })
}

/// Exchanges the keys and data of the first two nodes of a page; `None` when it has none.
pub fn swap_nodes(image: &Image, pgno: Pgno) -> Option<Damaged> {
    let mut image = image.clone();
    let size = image.page_size();
    // Not the first and last nodes: their keys must stay between the separators.
    (image.page(pgno).node_count() >= 4).then_some(())?;
    let first = image.page(pgno).tag_of_node(1);
    image.edit_bytes(pgno, |bytes| {
        let at = size.bytes() - 4 * (first + 1);
        bytes[at - 4..at + 4].rotate_left(4);
    });
    Some(damaged(
        image,
        format!("nodes 1 and 2 of page {pgno} exchanged"),
        vec![pgno],
    ))
}

/// Takes one page out of an available extent of a tree, so that nobody has it; `None` when there is none of two pages.
pub fn leak_page(image: &Image, tree: &TreePages) -> Option<Damaged> {
    let mut image = image.clone();
    let [_, root] = tree.space.space_trees?;
    let leaf = leftmost_leaf(&image, root);
    let (node, found) = live_nodes(&image, leaf).find_map(|node| {
        let found = SpaceNode::parse(&image.page(leaf).node(node).unwrap()).unwrap();
        (found.extent.count > 1).then_some((node, found))
    })?;
    let count = found.extent.count - 1;
    image.edit(leaf, |page| {
        page.replace_data(node, &count.to_le_bytes()).unwrap()
    });
    let leaked = found.extent.first;
    Some(damaged(
        image,
        format!("page {leaked} is no longer free"),
        vec![leaked],
    ))
}

/// Enters a page that a tree uses among its available extents too, or in its bitmap; `None` when there is no room.
pub fn free_used_page(image: &Image, tree: &TreePages, used: Pgno) -> Option<Damaged> {
    let mut image = image.clone();
    match tree.space.space_trees {
        Some([_, root]) => {
            let leaf = leftmost_leaf(&image, root);
            let extent = Extent {
                first: used,
                count: 1,
            };
            let (key, data) = SpaceNode { extent, pool: 0 }.to_bytes();
            let page = image.page(leaf);
            let node =
                (0..page.node_count()).find(|&node| page.node(node).unwrap().key.cmp_bytes(&key).is_ge());
            let node = node.unwrap_or(page.node_count());
            let is_there = page.node(node).is_ok_and(|node| node.key.cmp_bytes(&key).is_eq());
            (!is_there).then_some(())?;
            image
                .edit(leaf, |page| {
                    page.insert(node, NodeFlags::default(), &key, 0, &data)
                })
                .ok()?;
        }
        None => {
            let root = tree.def.root;
            let bit = used.0.checked_sub(root.0 + 1).filter(|&bit| bit < 32)?;
            let mut header = image.page(root).external_header().unwrap().to_vec();
            let bitmap = header
                .last_chunk_mut::<4>()
                .filter(|_| image.page(root).external_header().unwrap().len() == 16)?;
            *bitmap = (u32::from_le_bytes(*bitmap) | 1 << bit).to_le_bytes();
            image.edit(root, |page| page.set_external_header(&header).unwrap());
        }
    }
    let objid = tree.def.objid;
    Some(damaged(
        image,
        format!("page {used} of tree {objid} is called free"),
        vec![used],
    ))
}

/// Makes the record of a row of the catalog impossible to read: its fixed part ends before it begins.
pub fn damage_catalog_row(image: &Image, leaf: Pgno) -> Damaged {
    let mut image = image.clone();
    let node = live_nodes(&image, leaf).nth(1).unwrap();
    let mut record = image.page(leaf).node(node).unwrap().data.to_vec();
    record[2..4].fill(0);
    image.edit(leaf, |page| page.replace_data(node, &record).unwrap());
    damaged(
        image,
        format!("the record of node {node} of catalog page {leaf} is damaged"),
        vec![leaf],
    )
}

/// Changes a byte in each of the `copies` (0 and 1) of the file header.
pub fn damage_headers(image: &Image, copies: &[usize]) -> Damaged {
    let mut image = image.clone();
    let len = image.page_size().bytes();
    for copy in copies {
        image.bytes_mut()[copy * len + 500] ^= 0x55;
    }
    damaged(
        image,
        format!("header copies {copies:?} damaged"),
        vec![Pgno::NONE],
    )
}

fn damaged(image: Image, description: String, pages: Vec<Pgno>) -> Damaged {
    Damaged {
        bytes: image.into_bytes(),
        description,
        pages,
    }
}

/// Numbers of the nodes of a page that are not deleted.
fn live_nodes(image: &Image, pgno: Pgno) -> impl Iterator<Item = usize> {
    let page = image.page(pgno);
    (0..page.node_count()).filter(move |&node| !page.node(node).unwrap().flags.is_deleted())
}

fn leftmost_leaf(image: &Image, root: Pgno) -> Pgno {
    let mut pgno = root;
    while !image.page(pgno).is_leaf() {
        pgno = image.page(pgno).child(0).unwrap();
    }
    pgno
}
