//! A database file in memory, to be looked at and changed page by page.

use std::path::Path;

use jet_btree::Pages;
use jet_io::{FileSystem, MemFs, OpenMode};
use jet_pages::dbheader::{self, DbHeader};
use jet_pages::{Page, PageMut, PageSize, Pgno, checksum};
use zerocopy::FromBytes;

/// Memory for the cache of [`open_pages`]: all but the largest fixtures fit.
const CACHE_BYTES: usize = 16 << 20;

/// The pages of a database file that lies in memory.
///
/// # Panics
/// When the header cannot be read.
pub fn open_pages(bytes: &[u8]) -> Pages {
    let size = dbheader::read_header(bytes).unwrap().page_size;
    let path = Path::new("/database.edb");
    let file = MemFs::from_files([(path, bytes.to_vec())]).open(path, OpenMode::Read);
    Pages::new(file.unwrap(), size, CACHE_BYTES).unwrap()
}

/// A database file in memory that is being changed.
#[derive(Clone, Debug)]
pub struct Image {
    bytes: Vec<u8>,
    size: PageSize,
}

impl Image {
    /// Takes up a database file.
    ///
    /// # Panics
    /// When its header cannot be read.
    pub fn new(bytes: Vec<u8>) -> Self {
        let size = dbheader::read_header(&bytes).unwrap().page_size;
        Self { bytes, size }
    }

    /// Page size.
    pub const fn page_size(&self) -> PageSize {
        self.size
    }

    /// The whole file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The whole file, to be changed as bytes.
    pub const fn bytes_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// The whole file.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Number of the last page.
    pub fn last_page(&self) -> Pgno {
        Pgno((self.bytes.len() / self.size.bytes()) as u32 - 2)
    }

    /// The pages as the engine reads them.
    pub fn open(&self) -> Pages {
        open_pages(&self.bytes)
    }

    /// The bytes of a page.
    ///
    /// # Panics
    /// When the file has no such page.
    pub fn page_bytes(&self, pgno: Pgno) -> &[u8] {
        let start = pgno.file_offset(self.size) as usize;
        &self.bytes[start..start + self.size.bytes()]
    }

    /// The bytes of a page, to be changed; the checksum stays as it is.
    ///
    /// # Panics
    /// When the file has no such page.
    pub fn page_bytes_mut(&mut self, pgno: Pgno) -> &mut [u8] {
        let start = pgno.file_offset(self.size) as usize;
        &mut self.bytes[start..start + self.size.bytes()]
    }

    /// A page.
    ///
    /// # Panics
    /// When it cannot be viewed.
    pub fn page(&self, pgno: Pgno) -> Page<'_> {
        Page::new(self.page_bytes(pgno), pgno, self.size).unwrap()
    }

    /// Changes a page and stores its checksum.
    ///
    /// # Panics
    /// When the page is not sound.
    pub fn edit<T>(&mut self, pgno: Pgno, change: impl FnOnce(&mut PageMut<'_>) -> T) -> T {
        let size = self.size;
        let mut page = PageMut::open(self.page_bytes_mut(pgno), pgno, size).unwrap();
        let result = change(&mut page);
        page.finish();
        result
    }

    /// Changes the bytes of a page as no engine would, and stores its checksum.
    pub fn edit_bytes(&mut self, pgno: Pgno, change: impl FnOnce(&mut [u8])) {
        let size = self.size;
        let bytes = self.page_bytes_mut(pgno);
        change(bytes);
        checksum::update(bytes, pgno, size);
    }

    /// The header.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn header(&self) -> DbHeader {
        dbheader::read_header(&self.bytes).unwrap().header
    }

    /// Changes both copies of the header and stores their checksums.
    pub fn edit_header(&mut self, change: impl Fn(&mut DbHeader)) {
        let len = self.size.bytes();
        for copy in self.bytes[..2 * len].chunks_mut(len) {
            let (header, _) = DbHeader::mut_from_prefix(copy).unwrap();
            change(header);
            dbheader::update_checksum(copy);
        }
    }
}
