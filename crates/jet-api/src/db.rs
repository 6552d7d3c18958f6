//! Opening a database file to read it, without an engine: clean or dirty, never changing a byte or a time stamp.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jet_btree::{Pages, TreeError};
use jet_io::{FileSystem, IoError, OpenMode, OsFs};
use jet_isam::catalog::{Catalog, CatalogProblem};
use jet_isam::encrypt::ColumnKey;
use jet_pages::dbheader::{self, DbHeader, DbState, HeaderError, HeaderRead, HeaderSource};
use jet_pages::file_kind::FileKind;
use jet_pages::{PageSize, Pgno};

use crate::error::{Location, map};
use crate::{JetCode, JetError, Table};

/// Memory for pages unless [`OpenOptions::cache_bytes`] says otherwise.
pub const DEFAULT_CACHE_BYTES: usize = 32 << 20;

/// The header and its shadow lie within this many bytes, whatever the page size.
const HEADER_BYTES: usize = 2 * PageSize::K32.bytes();

/// How to open a database.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    cache_bytes: usize,
    column_key: Option<ColumnKey>,
    file_system: Arc<dyn FileSystem>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            cache_bytes: DEFAULT_CACHE_BYTES,
            column_key: None,
            file_system: Arc::new(OsFs),
        }
    }
}

impl OpenOptions {
    /// Memory for pages, in bytes.
    #[must_use]
    pub const fn cache_bytes(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// Key of encrypted columns; without one their values are errors of their own.
    #[must_use]
    pub fn column_key(mut self, key: ColumnKey) -> Self {
        self.column_key = Some(key);
        self
    }

    /// Key of encrypted columns, if one was given.
    pub(crate) const fn key(&self) -> Option<&ColumnKey> {
        self.column_key.as_ref()
    }

    /// Where files are: real ones by default.
    #[must_use]
    pub fn file_system(mut self, file_system: Arc<dyn FileSystem>) -> Self {
        self.file_system = file_system;
        self
    }

    /// Opens a database file to read it.
    ///
    /// # Errors
    /// `JET_errFileNotFound`, `JET_errInvalidPath` (a directory), `JET_errFileIOBeyondEOF` (an empty file),
    /// `JET_errFileInvalidType` (a log or checkpoint), `JET_errReadVerifyFailure` (both headers damaged),
    /// `JET_errInvalidDatabaseVersion`, `JET_errDatabaseCorrupted` (no database), and what reading the catalog gives.
    pub fn open(self, path: impl AsRef<Path>) -> Result<Database, JetError> {
        let path = path.as_ref();
        let raw = RawDatabase::open(&self, path)?;
        let catalog = Catalog::read(&raw.pages).map_err(|error| {
            let hint = match raw.header().db_state() {
                DbState::JustCreated => "the file was never completed; it holds no database to read",
                _ => {
                    "the catalog and its shadow are both damaged; `jetutil verify` lists what else is, \
                      `jetutil page` shows single pages"
                }
            };
            raw.tree_error("reading the catalog", error).with_hint(hint)
        })?;
        Ok(Database {
            raw,
            catalog,
            column_key: self.column_key,
        })
    }

    /// Opens a database file for its header and pages alone: the catalog is not looked at, and may be damaged.
    ///
    /// # Errors
    /// As [`OpenOptions::open`], those of the catalog left out.
    pub fn open_raw(self, path: impl AsRef<Path>) -> Result<RawDatabase, JetError> {
        RawDatabase::open(&self, path.as_ref())
    }
}

/// A database file as pages.
#[derive(Debug)]
pub struct RawDatabase {
    path: PathBuf,
    header: HeaderRead,
    file_bytes: u64,
    pages: Pages,
}

impl RawDatabase {
    fn open(options: &OpenOptions, path: &Path) -> Result<Self, JetError> {
        let io_error = |error: IoError| {
            JetError::new(map::io(&error.kind), "opening a database")
                .at(Location::file(path))
                .with_source(error)
        };
        let file =
            jet_io::open_input(options.file_system.as_ref(), path, OpenMode::Read).map_err(io_error)?;
        let file_bytes = file.len().map_err(io_error)?;
        let mut start = vec![0; HEADER_BYTES];
        let got = file.read_at(&mut start, 0).map_err(io_error)?;
        start.truncate(got);
        let header = dbheader::read_header(&start).map_err(|error| header_error(path, &start, error))?;
        let pages = Pages::new(file, header.page_size, options.cache_bytes).map_err(|error| {
            JetError::new(JetCode::OUT_OF_MEMORY, "making the page cache")
                .at(Location::file(path))
                .with_source(error)
        })?;
        Ok(Self {
            path: path.to_owned(),
            header,
            file_bytes,
            pages,
        })
    }

    /// The path that it was opened by.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file header.
    pub const fn header(&self) -> &DbHeader {
        &self.header.header
    }

    /// Which copy of the header was read, and what the other one is like.
    pub const fn header_source(&self) -> HeaderSource {
        self.header.source
    }

    /// Page size.
    pub const fn page_size(&self) -> PageSize {
        self.header.page_size
    }

    /// Length of the file in bytes.
    pub const fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// The verified pages.
    pub const fn pages(&self) -> &Pages {
        &self.pages
    }

    /// Where page `pgno` lies, for errors.
    pub fn location(&self, pgno: Pgno) -> Location {
        Location::page(&self.path, pgno.0, pgno.file_offset(self.page_size()))
    }

    /// Gives an error of a tree its code and place.
    pub fn tree_error(&self, doing: impl Into<std::borrow::Cow<'static, str>>, error: TreeError) -> JetError {
        JetError::new(map::tree(&error), doing)
            .at(self.location(error.pgno()))
            .with_source(error)
    }
}

/// An error about the header; other kinds of ESE files are named.
pub(crate) fn header_error(path: &Path, start: &[u8], error: HeaderError) -> JetError {
    let (code, hint) = match FileKind::of(start) {
        Some(kind) => (
            JetCode::FILE_INVALID_TYPE,
            format!("this is {kind}; name the database file"),
        ),
        None => (
            map::header(&error),
            "check that this is an ESE database; if it is, take another copy or a backup of it".to_owned(),
        ),
    };
    JetError::new(code, "reading the file header")
        .at(Location::offset(path, 0))
        .with_source(error)
        .with_hint(hint)
}

/// A database opened to read it.
///
/// ```no_run
/// use jet_api::Database;
///
/// let db = Database::open("SRUDB.dat")?;
/// for table in db.tables().filter(|table| !table.is_system()) {
///     let table = db.open_table(&table.name)?;
///     let mut rows = table.rows();
///     while let Some(row) = rows.next() {
///         for (column, value) in row?.values()? {
///             println!("{}.{} = {value}", table.name(), column.name);
///         }
///     }
/// }
/// # Ok::<(), jet_api::JetError>(())
/// ```
#[derive(Debug)]
pub struct Database {
    raw: RawDatabase,
    catalog: Catalog,
    column_key: Option<ColumnKey>,
}

impl Database {
    /// Opens a database file to read it, with the default options.
    ///
    /// # Errors
    /// As [`OpenOptions::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, JetError> {
        OpenOptions::default().open(path)
    }

    /// The options to open one otherwise.
    pub fn options() -> OpenOptions {
        OpenOptions::default()
    }

    /// Header, pages and path.
    pub const fn raw(&self) -> &RawDatabase {
        &self.raw
    }

    /// The file header.
    pub const fn header(&self) -> &DbHeader {
        self.raw.header()
    }

    /// Definitions of all tables, in the order of the catalog.
    pub fn tables(&self) -> impl ExactSizeIterator<Item = &jet_isam::table::TableDef> {
        self.catalog.tables.iter()
    }

    /// What in the catalog does not make sense; what does is in [`Database::tables`].
    pub fn catalog_problems(&self) -> &[CatalogProblem] {
        &self.catalog.problems
    }

    /// Opens a table by name, without regard to case.
    ///
    /// # Errors
    /// `JET_errObjectNotFound`, and what reading the root page gives.
    pub fn open_table(&self, name: &str) -> Result<Table<'_>, JetError> {
        let def = self.catalog.table(name).ok_or_else(|| {
            JetError::new(JetCode::OBJECT_NOT_FOUND, format!("opening table {name:?}"))
                .at(Location::file(self.raw.path()))
                .with_hint("`jetutil schema` lists the tables of a file")
        })?;
        Table::open(self, def)
    }

    pub(crate) const fn column_key(&self) -> Option<&ColumnKey> {
        self.column_key.as_ref()
    }
}
