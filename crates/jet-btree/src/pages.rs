//! The pages of one database file by number, each verified before anybody sees it.

use std::sync::Arc;

use jet_io::File;
use jet_pages::checksum::{self, PageState};
use jet_pages::{Page, PageError, PageSize, Pgno};

use crate::TreeError;

/// Pages of one file.
#[derive(Debug)]
pub struct Pages {
    file: Arc<dyn File>,
    size: PageSize,
    count: u32,
}

/// A page in use.
#[derive(Debug)]
pub struct PageRef<'c> {
    bytes: Box<[u8]>,
    pgno: Pgno,
    size: PageSize,
    _pages: core::marker::PhantomData<&'c Pages>,
}

impl Pages {
    /// Provisional.
    pub fn new(file: Arc<dyn File>, size: PageSize, _cache_bytes: usize) -> Result<Self, jet_io::IoError> {
        let len = file.len()?;
        let count = u32::try_from((len / size.bytes() as u64).saturating_sub(2)).unwrap_or(u32::MAX);
        Ok(Self { file, size, count })
    }

    /// Reads page `pgno`.
    ///
    /// # Errors
    /// see code
    pub fn read(&self, pgno: Pgno) -> Result<PageRef<'_>, TreeError> {
        if !pgno.is_some() || pgno.0 > self.count {
            return Err(TreeError::BeyondFile {
                pgno,
                last: Pgno(self.count),
            });
        }
        let mut bytes = vec![0; self.size.bytes()].into_boxed_slice();
        self.file
            .read_exact_at(&mut bytes, pgno.file_offset(self.size))
            .map_err(|source| TreeError::Io { pgno, source })?;
        if checksum::verify_or_correct(&mut bytes, pgno, self.size).map_err(TreeError::Checksum)?
            == PageState::Uninitialized
        {
            return Err(PageError::NotInitialized { pgno }.into());
        }
        Page::new(&bytes, pgno, self.size)?;
        Ok(PageRef {
            bytes,
            pgno,
            size: self.size,
            _pages: core::marker::PhantomData,
        })
    }

    /// Page size.
    pub const fn size(&self) -> PageSize {
        self.size
    }

    /// Number of pages
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// prefetch
    pub fn prefetch(&self, _pgnos: &[Pgno]) {}
}

impl PageRef<'_> {
    /// number
    pub const fn pgno(&self) -> Pgno {
        self.pgno
    }
    /// view
    pub fn view(&self) -> Page<'_> {
        #[expect(
            clippy::expect_used,
            reason = "checked when the page was read; its bytes stand still under the latch"
        )]
        Page::new(&self.bytes, self.pgno, self.size).expect("a page that was viewed before")
    }
}
