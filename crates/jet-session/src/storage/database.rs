//! One attached database.

use core::any::Any;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use jet_btree::store::Store;
use jet_log::Lgpos;
use jet_log::attach::Attachment;
use jet_log::dbfile::DatabaseFile;
use jet_log::record::Dbid;
use jet_log::recovery::Marks;
use jet_pages::dbheader::Signature;

/// A database that is in use.
#[derive(Debug)]
pub struct AttachedDatabase {
    number: Dbid,
    file: Arc<DatabaseFile>,
    store: Arc<Store>,
    attached: Lgpos,
    consistent: Lgpos,
    signature: Signature,
    pages_max: u32,
    is_read_only: bool,
    schema: OnceLock<Arc<dyn Any + Send + Sync>>,
}

/// Where and how a database was attached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attaching {
    pub(super) number: Dbid,
    pub(super) attached: Lgpos,
    pub(super) consistent: Lgpos,
    pub(super) pages_max: u32,
    pub(super) is_read_only: bool,
}

impl AttachedDatabase {
    pub(super) fn new(attaching: Attaching, file: Arc<DatabaseFile>, store: Arc<Store>) -> Self {
        let signature = file.header().db_signature;
        Self {
            number: attaching.number,
            attached: attaching.attached,
            consistent: attaching.consistent,
            pages_max: attaching.pages_max,
            is_read_only: attaching.is_read_only,
            file,
            store,
            signature,
            schema: OnceLock::new(),
        }
    }

    /// What the floor that knows tables keeps for the database as long as it is attached; `make` is asked the first time.
    pub fn schema(&self, make: impl FnOnce() -> Arc<dyn Any + Send + Sync>) -> &Arc<dyn Any + Send + Sync> {
        self.schema.get_or_init(make)
    }

    /// Its slot.
    pub const fn number(&self) -> Dbid {
        self.number
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Its trees.
    pub const fn store(&self) -> &Arc<Store> {
        &self.store
    }

    pub(super) const fn file(&self) -> &Arc<DatabaseFile> {
        &self.file
    }

    /// Whether nothing in it may be changed: the log does not know of it.
    pub const fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    /// Where it was attached.
    pub const fn attached(&self) -> Lgpos {
        self.attached
    }

    /// Highest numbers handed out.
    pub(super) fn marks(&self) -> Marks {
        self.store.marks()
    }

    /// What headers of logs say of it.
    pub(super) fn entry(&self) -> Attachment {
        let marks = self.marks();
        Attachment {
            dbid: self.number.0,
            is_sparse: false,
            dbtime: marks.dbtime,
            objid_last: marks.objid,
            pages_max: self.pages_max,
            attached: self.attached,
            consistent: self.consistent,
            signature: self.signature,
            path: logged_path(self.path()),
        }
    }
}

/// A path as logs have it.
pub(super) fn logged_path(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
