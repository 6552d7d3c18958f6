//! One page in the hand of redo: looked at as it is, then changed, or made anew.

use jet_io::cache::PageGuardMut;
use jet_log::recovery::Place;
use jet_pages::header::PageHeader;
use jet_pages::tag::{RawTag, TAG_BYTES};
use jet_pages::{PageMut, PageSize, Pgno};
use zerocopy::FromBytes;

use super::{RedoError, stamp};

/// A page latched for one record.
pub(super) struct PageInHand<'c> {
    guard: PageGuardMut<'c>,
    pgno: Pgno,
    size: PageSize,
}

/// What the header of a page says of its use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PageIs {
    InUse,
    Zero,
    GivenUp,
}

impl<'c> PageInHand<'c> {
    pub(super) const fn new(guard: PageGuardMut<'c>, pgno: Pgno, size: PageSize) -> Self {
        Self { guard, pgno, size }
    }

    pub(super) const fn pgno(&self) -> Pgno {
        self.pgno
    }

    pub(super) fn header(&self) -> &PageHeader {
        #[expect(clippy::expect_used, reason = "a frame of the cache is as long as a page")]
        let (header, _) = PageHeader::ref_from_prefix(&self.guard).expect("a page is longer than its header");
        header
    }

    /// All bytes of the page.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.guard
    }

    /// Asks for tag and beginning of node `line` long before they are used, so that they come from memory together with
    /// the page header. A tag that points nowhere is found out later.
    pub(super) fn fetch_node(&self, line: usize) {
        let fetch = || {
            let at = self.guard.len().checked_sub(TAG_BYTES * (line + 2))?;
            let (tag, _) = RawTag::read_from_prefix(self.guard.get(at..)?).ok()?;
            let offset = tag.offset(self.size.is_large());
            self.guard.get(self.size.header_bytes() + offset).copied()
        };
        // Nobody needs the byte: what counts is that it was read.
        let _ = core::hint::black_box(fetch());
    }

    /// Takes the page up to change it. The first change since it was read checks the whole page.
    pub(super) fn change(&mut self, place: Place) -> Result<PageMut<'_>, RedoError> {
        let (pgno, at) = (self.pgno, place.at);
        if !self.guard.is_dirty() {
            PageMut::check(&self.guard, pgno, self.size).map_err(|finding| RedoError::Unsound {
                pgno,
                at,
                finding,
            })?;
        }
        PageMut::resume(self.guard.change(stamp(place)), pgno, self.size)
            .map_err(|error| RedoError::apply(place)(error.into()))
    }

    /// The bytes of a page that is made anew.
    pub(super) fn overwrite(&mut self, place: Place) -> &mut [u8] {
        self.guard.change(stamp(place))
    }

    /// The page is not written before [`Database::release`].
    pub(super) fn hold(&mut self) {
        self.guard.hold();
    }

    pub(super) fn state(&self) -> PageIs {
        let header = self.header();
        if header.dbtime.get() >= FIRST_SPECIAL_DBTIME {
            PageIs::GivenUp
        } else if header.flags.get() == 0 && header.tag_state.get() == 0 {
            PageIs::Zero
        } else {
            PageIs::InUse
        }
    }
}

/// Database times from here on are no times: the page was cut off or set back.
pub(super) const FIRST_SPECIAL_DBTIME: u64 = u64::MAX - 15;
