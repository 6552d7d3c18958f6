//! Images of pages in [`Split`](crate::record::structure::Split) and [`Merge`](crate::record::structure::Merge).
//!
//! An image may lack the gap between nodes and tags ("dehydrated"), and may be compressed like a column value after
//! that. Decompression belongs to a higher layer and is handed in. Source: `docs/format/log-records.md`.

use jet_pages::header::PageHeader;
use jet_pages::tag::TAG_BYTES;
use jet_pages::{PageSize, Pgno};
use zerocopy::FromBytes;

/// Flag of an image: its gap was cut out.
pub const FLAG_DEHYDRATED: u32 = 1;
/// Flag of an image: it is compressed.
pub const FLAG_COMPRESSED: u32 = 2;

/// Why an image is no page. `E`: why it cannot be decompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImageError<E> {
    /// It cannot be decompressed.
    #[error("the image of page {pgno} cannot be decompressed: {source}")]
    Compressed {
        /// The page.
        pgno: Pgno,
        /// Why.
        source: E,
    },
    /// It is longer than a page, or shorter although nothing was cut out.
    #[error("the image of page {pgno} has {found} bytes, pages have {expected}")]
    Length {
        /// The page.
        pgno: Pgno,
        /// Bytes of the image.
        found: usize,
        /// Bytes of a page.
        expected: usize,
    },
    /// Its tags or its free bytes contradict its length.
    #[error("the image of page {pgno} has {found} bytes, too few for its {tags} tags and a gap put back")]
    Gap {
        /// The page.
        pgno: Pgno,
        /// Bytes of the image.
        found: usize,
        /// Tags that its header names.
        tags: usize,
    },
}

/// Makes a page of `size` bytes out of the image of page `pgno` in a record with these `flags`.
///
/// `decompress` gets the stored bytes and the most bytes that the result may have.
///
/// # Errors
/// [`ImageError`] when the image is no page of this size.
pub fn restore<E>(
    pgno: Pgno,
    image: &[u8],
    flags: u32,
    size: PageSize,
    decompress: impl FnOnce(&[u8], usize) -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, ImageError<E>> {
    let mut page = if flags & FLAG_COMPRESSED != 0 {
        decompress(image, size.bytes()).map_err(|source| ImageError::Compressed { pgno, source })?
    } else {
        image.to_vec()
    };
    let found = page.len();
    let is_short = found < size.bytes() && flags & FLAG_DEHYDRATED != 0;
    if found != size.bytes() && !is_short {
        return Err(ImageError::Length {
            pgno,
            found,
            expected: size.bytes(),
        });
    }
    if is_short {
        put_gap_back(&mut page, size).map_err(|tags| ImageError::Gap { pgno, found, tags })?;
    }
    Ok(page)
}

/// Moves the tags to the end of a whole page and counts the gap as free again. The error is the number of tags.
fn put_gap_back(page: &mut Vec<u8>, size: PageSize) -> Result<(), usize> {
    let found = page.len();
    let gap = size.bytes() - found;
    let (header, _) = PageHeader::mut_from_prefix(page).map_err(|_| 0_usize)?;
    let tags = header.tag_count();
    let free = usize::from(header.free_bytes.get()) + gap;
    header.free_bytes = u16::try_from(free).map_err(|_| tags)?.into();
    let tags_at = found
        .checked_sub(tags * TAG_BYTES)
        .filter(|&at| at >= size.header_bytes())
        .ok_or(tags)?;
    let mut whole = Vec::with_capacity(size.bytes());
    let (start, end) = page.split_at_checked(tags_at).ok_or(tags)?;
    whole.extend_from_slice(start);
    whole.resize(tags_at + gap, 0);
    whole.extend_from_slice(end);
    *page = whole;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::convert::Infallible;
    use zerocopy::IntoBytes;

    fn no_compression(_: &[u8], _: usize) -> Result<Vec<u8>, Infallible> {
        unreachable!("the image is not compressed")
    }

    fn cut_page(tags: u16, len: usize) -> Vec<u8> {
        let mut page = vec![7; len];
        let (header, _) = PageHeader::mut_from_prefix(&mut page).unwrap();
        header.as_mut_bytes().fill(0);
        header.tag_state = tags.into();
        header.free_bytes = 10.into();
        page
    }

    #[test]
    fn the_gap_comes_back_before_the_tags() {
        let mut cut = cut_page(3, 200);
        cut[188..].fill(9);
        let page = restore(Pgno(4), &cut, FLAG_DEHYDRATED, PageSize::K4, no_compression).unwrap();
        assert_eq!(page.len(), 4096);
        assert_eq!(page[187], 7);
        assert!(page[188..4084].iter().all(|&byte| byte == 0));
        assert_eq!(page[4084..], [9; 12]);
        let (header, _) = PageHeader::ref_from_prefix(&page).unwrap();
        assert_eq!(header.free_bytes.get(), 10 + 3896);
    }

    #[test]
    fn impossible_images_are_refused() {
        let restore =
            |image: &[u8], flags| restore(Pgno(4), image, flags, PageSize::K4, no_compression).unwrap_err();
        assert!(matches!(
            restore(&[0; 4095], 0),
            ImageError::Length { found: 4095, .. }
        ));
        assert!(matches!(
            restore(&[0; 4097], FLAG_DEHYDRATED),
            ImageError::Length { .. }
        ));
        assert!(matches!(
            restore(&[0; 39], FLAG_DEHYDRATED),
            ImageError::Gap { tags: 0, .. }
        ));
        assert!(matches!(
            restore(&cut_page(41, 200), FLAG_DEHYDRATED),
            ImageError::Gap { tags: 41, .. }
        ));
        let refuse = |_: &[u8], _| Err("no");
        let error = super::restore(Pgno(4), &[], FLAG_COMPRESSED, PageSize::K4, refuse).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the image of page 4 cannot be decompressed: no"
        );
    }
}
