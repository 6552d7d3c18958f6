//! The image of a page before it is split or merged, as records carry it. Source: `docs/format/log-records.md`.

use jet_log::page_image::FLAG_DEHYDRATED;
use jet_pages::header::PageHeader;
use jet_pages::tag::TAG_BYTES;
use jet_pages::{Dbtime, PageSize};
use zerocopy::FromBytes;

/// The page as it is, with the database time of the change; without its free gap where that saves a tenth or more. Also
/// returns the flags that say so.
pub(crate) fn image(page: &[u8], dbtime: Dbtime, size: PageSize) -> (Vec<u8>, u32) {
    let mut image = page.to_vec();
    let Ok((header, _)) = PageHeader::mut_from_prefix(&mut image) else {
        return (image, 0);
    };
    header.dbtime = dbtime.0.into();
    let tags_at = size.bytes().saturating_sub(header.tag_count() * TAG_BYTES);
    let end = size.header_bytes() + usize::from(header.free_offset.get());
    let gap = tags_at.saturating_sub(end);
    let free = usize::from(header.free_bytes.get());
    if gap * 10 < size.bytes() {
        return (image, 0);
    }
    let Some(Ok(free)) = free.checked_sub(gap).map(u16::try_from) else {
        return (image, 0);
    };
    header.free_bytes = free.into();
    image.drain(end..tags_at);
    (image, FLAG_DEHYDRATED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::convert::Infallible;
    use jet_log::page_image::restore;
    use jet_pages::{NodeFlags, Objid, PageFlags, PageMut, Pgno};

    #[test]
    fn a_page_comes_back_out_of_its_image() {
        for size in [PageSize::K4, PageSize::K32] {
            for nodes in [0, 3, 57] {
                let mut bytes = vec![0; size.bytes()];
                let mut page = PageMut::format(&mut bytes, Pgno(9), size, Objid(3), PageFlags::LEAF).unwrap();
                for node in 0..nodes {
                    let data = vec![7; size.bytes() / 64];
                    page.insert(node, NodeFlags(0), &[u8::try_from(node).unwrap()], 0, &data)
                        .unwrap();
                }
                let (image, flags) = image(&bytes, Dbtime(77), size);
                assert_eq!(flags == FLAG_DEHYDRATED, nodes != 57, "{size:?} {nodes}");
                let back = restore(Pgno(9), &image, flags, size, |_, _| -> Result<_, Infallible> {
                    unreachable!("it is not compressed")
                });
                PageHeader::mut_from_prefix(&mut bytes).unwrap().0.dbtime = 77.into();
                assert!(back.unwrap() == bytes);
            }
        }
    }
}
