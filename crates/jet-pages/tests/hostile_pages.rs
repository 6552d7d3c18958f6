//! No bytes make reading a page panic, and no page that is not sound can be taken up for a change.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use std::sync::LazyLock;

use jet_pages::checksum::{self, PageState};
use jet_pages::space::{SpaceNode, split_buffers};
use jet_pages::{NodeFlags, Page, PageMut, PageSize, Pgno, dbheader, findings};
use jet_test::{Image, fixtures};
use proptest::prelude::*;

/// Asks a page everything there is to ask.
fn ask_everything(bytes: &mut [u8], pgno: Pgno, size: PageSize) {
    _ = checksum::verify(bytes, pgno, size);
    let Ok(page) = Page::new(bytes, pgno, size) else {
        return;
    };
    _ = findings::check(&page);
    _ = page.root_header();
    _ = page.large_header();
    _ = page.external_header().map(split_buffers);
    for index in 0..=page.node_count() {
        if let Ok(node) = page.node(index) {
            _ = SpaceNode::parse(&node);
            _ = page.child(index);
            assert!(node.key.suffix.len() + node.data.len() <= size.bytes());
            assert!(node.key.prefix.len() <= size.bytes());
        }
    }
    change_if_sound(bytes, pgno, size);
}

/// A page that can be taken up can be changed in every way, and its account stays right.
fn change_if_sound(bytes: &mut [u8], pgno: Pgno, size: PageSize) {
    let Ok(mut page) = PageMut::open(bytes, pgno, size) else {
        return;
    };
    let before: Vec<_> = room_findings(&page);
    let count = page.view().unwrap().node_count();
    _ = page.insert(count, NodeFlags(0), &[0xff; 20], 0, &[1; 20]);
    if count > 0 {
        page.set_node_flags(0, NodeFlags::DELETED).unwrap();
        _ = page.replace_data(0, &[3; 300]);
        _ = page.replace_data(count - 1, &[3]);
        page.delete(count / 2).unwrap();
    }
    _ = page.insert(0, NodeFlags(0), &[0; 20], 0, &[1; 200]);
    assert_eq!(room_findings(&page), before);
    page.finish();
    let is_whole = matches!(checksum::verify(bytes, pgno, size), Ok(PageState::Valid));
    assert!(is_whole || bytes[37] & 0x20 == 0);
}

/// Findings about places and free bytes; a change may well put keys into the wrong order here.
fn room_findings(page: &PageMut<'_>) -> Vec<&'static str> {
    let found = findings::check(&page.view().unwrap());
    let of_room = [
        "page-free-bytes",
        "page-free-offset",
        "page-overlap",
        "page-tag-out-of-bounds",
    ];
    let ids = found.iter().map(|finding| finding.id());
    ids.filter(|id| of_room.contains(id)).collect()
}

/// Pages of all sizes and kinds out of real files.
static PAGES: LazyLock<Vec<(Vec<u8>, Pgno, PageSize)>> = LazyLock::new(|| {
    let names = [
        "alltypes.edb",
        "compress7bit.edb",
        "bits-win11-qmgr.db",
        "wsearch-win10-repaired.edb",
    ];
    let mut pages = Vec::new();
    for name in names {
        let image = Image::new(fixtures::named(name).bytes().to_vec());
        let size = image.page_size();
        for pgno in (1..=image.last_page().0).map(Pgno) {
            if Page::new(image.page_bytes(pgno), pgno, size).is_ok() {
                pages.push((image.page_bytes(pgno).to_vec(), pgno, size));
            }
        }
    }
    pages
});

#[test]
fn real_pages_can_be_changed() {
    for (bytes, pgno, size) in PAGES.iter() {
        ask_everything(&mut bytes.clone(), *pgno, *size);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn flipped_bits_of_real_pages(
        page in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..8, any::<bool>()), 1..8),
    ) {
        let (bytes, pgno, size) = page.get(&PAGES);
        let mut bytes = bytes.clone();
        for (at, bit, is_anywhere) in flips {
            // Header and tags are where most of the meaning is.
            let tags = 4 * usize::from(u16::from_le_bytes([bytes[34], bytes[35]]) & 0xfff).min(64);
            let len = bytes.len();
            let near = at.index(size.header_bytes() + 40 + tags);
            let at = match is_anywhere {
                true => at.index(len),
                false if near < size.header_bytes() + 40 => near,
                false => len - 1 - (near - size.header_bytes() - 40),
            };
            bytes[at] ^= 1 << bit;
        }
        ask_everything(&mut bytes, *pgno, *size);
    }

    #[test]
    fn arbitrary_bytes(
        size in prop::sample::select(PageSize::ALL.to_vec()),
        head in prop::collection::vec(any::<u8>(), 100),
        tail in prop::collection::vec(any::<u8>(), 64),
        fill: u8,
        tag_count in 0_u16..20,
    ) {
        let mut bytes = vec![fill; size.bytes()];
        bytes[..100].copy_from_slice(&head);
        bytes[34..36].copy_from_slice(&tag_count.to_le_bytes());
        let start = size.bytes() - 64;
        bytes[start..].copy_from_slice(&tail);
        ask_everything(&mut bytes, Pgno(9), size);
    }

    #[test]
    fn arbitrary_headers(bytes in prop::collection::vec(any::<u8>(), 0..3000), is_named: bool, copies in 1_usize..40) {
        let mut bytes = bytes.repeat(copies);
        if is_named && bytes.len() > 8 {
            bytes[4..8].copy_from_slice(&dbheader::MAGIC.to_le_bytes());
        }
        _ = dbheader::read_header(&bytes);
    }
}
