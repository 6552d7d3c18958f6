//! Why a change of a tree is not made.

use jet_log::LogWriteError;

use crate::TreeError;
use crate::store::StoreError;
use crate::version::VersionError;

/// Why a change is not made. The tree is as before.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Changes are made in transactions.
    #[error("no transaction is open")]
    NoTransaction,
    /// The transaction was begun to read only.
    #[error("the transaction was begun to read only")]
    ReadOnly,
    /// The database is not attached.
    #[error("the database is not attached")]
    NoDatabase,
    /// There is a node with the key, in a state that keeps it taken.
    #[error("the key is taken")]
    KeyTaken,
    /// There is no such node, or it is deleted.
    #[error("there is no such node")]
    NoNode,
    /// Others have changed the node, or versions have no memory.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// The change cannot be made on the pages.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The change cannot be logged.
    #[error(transparent)]
    Log(#[from] LogWriteError),
}

impl From<TreeError> for ChangeError {
    fn from(error: TreeError) -> Self {
        Self::Store(error.into())
    }
}
