//! What pages pass on their way from the file and to it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jet_io::IoError;
use jet_io::cache::{LogPosition, PageCheck, PageState, WriteGate};
use jet_log::recovery::Barrier;
use jet_pages::checksum::{self, ChecksumError};
use jet_pages::header::PageHeader;
use jet_pages::{PageFlags, PageSize, Pgno};
use parking_lot::Mutex;
use zerocopy::FromBytes;

use super::lgpos;

/// Pages in which a flipped bit was mended, and that the file still has without.
pub(super) type Mended = Arc<Mutex<BTreeSet<Pgno>>>;

/// What a page must pass when it comes from the file; one that was never written may come, too.
#[derive(Debug)]
pub(super) struct Verify {
    pub(super) size: PageSize,
    /// `None`: a flipped bit is damage.
    pub(super) mended: Option<Mended>,
}

impl PageCheck for Verify {
    type Error = ChecksumError;

    fn check(&self, pgno: Pgno, bytes: &mut [u8]) -> Result<PageState, ChecksumError> {
        let Some(mended) = &self.mended else {
            checksum::verify(bytes, pgno, self.size)?;
            return Ok(PageState::Sound);
        };
        Ok(match checksum::verify_or_correct(bytes, pgno, self.size)? {
            checksum::PageState::Corrected { bit } => {
                tracing::warn!(target: "jet::btree::redo", %pgno, bit, "mended a flipped bit");
                mended.lock().insert(pgno);
                PageState::Corrected
            }
            checksum::PageState::Valid | checksum::PageState::Uninitialized => PageState::Sound,
        })
    }
}

/// Stands before every write of pages.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) size: PageSize,
    pub(crate) barrier: Arc<dyn Barrier>,
}

impl WriteGate for Gate {
    fn before_write(&self, modified: LogPosition) -> Result<(), IoError> {
        self.barrier.before_write(lgpos(modified))
    }

    fn seal(&self, pgno: Pgno, bytes: &mut [u8]) {
        if let Ok((header, _)) = PageHeader::mut_from_prefix(bytes) {
            let flags = header.page_flags();
            let next = (flags.flush_type() % 3 + 1) << PageFlags::FLUSH_TYPE.bits().trailing_zeros();
            let flags =
                flags.without(PageFlags::FLUSH_TYPE) | PageFlags::from_bits(next) | PageFlags::NEW_CHECKSUM;
            header.flags = flags.bits().into();
        }
        checksum::update(bytes, pgno, self.size);
    }
}
