//! What can go wrong with tables and rows.

use jet_btree::TreeError;
use jet_btree::store::StoreError;
use jet_btree::transaction::ChangeError;
use jet_log::LogWriteError;
use jet_session::storage::StorageError;

use crate::catalog::RowError;
use crate::column::LayoutError;
use crate::key::IndexError;
use crate::long_value::LongValueError;
use crate::record::{BuildError, RecordError};
use crate::retrieve::ValueError;

/// A rule that keeps a call from being done. Nothing has changed, unless the call says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// There is no such column.
    #[error("there is no such column")]
    ColumnNotFound,
    /// The table has a column of that name.
    #[error("the table has a column of that name")]
    ColumnDuplicate,
    /// The table has a column of that kind already.
    #[error("the table has a column of that kind already")]
    ColumnRedundant,
    /// An index needs the column.
    #[error("an index needs the column")]
    ColumnInUse,
    /// The value is longer than the column allows.
    #[error("the value is longer than the column allows")]
    ColumnTooBig,
    /// The offset lies behind the end of the value.
    #[error("the offset lies behind the end of the value")]
    ColumnNoChunk,
    /// The column cannot be set.
    #[error("the column cannot be set")]
    ColumnNotUpdatable,
    /// Only long columns can be compressed.
    #[error("only long columns can be compressed")]
    ColumnCannotBeCompressed,
    /// The column cannot be encrypted.
    #[error("the column cannot be encrypted")]
    ColumnCannotBeEncrypted,
    /// Such a column cannot be tagged.
    #[error("such a column cannot be tagged")]
    CannotBeTagged,
    /// Only tagged columns have several values.
    #[error("only tagged columns have several values")]
    MultiValuedColumnMustBeTagged,
    /// The type of the column is not one for this.
    #[error("the type of the column is not one for this")]
    InvalidColumnType,
    /// Text is in code page 1252 or 1200.
    #[error("text is in code page 1252 or 1200")]
    InvalidCodePage,
    /// There is no such locale.
    #[error("there is no such locale")]
    InvalidLanguageId,
    /// The flags for the order of text are not known.
    #[error("the flags for the order of text are not known")]
    InvalidLCMapStringFlags,
    /// The table has no place for another column of the kind.
    #[error("the table has no place for another column of the kind")]
    TooManyColumns,
    /// The default is longer than the column allows.
    #[error("the default is longer than the column allows")]
    DefaultValueTooBig,
    /// The column takes no NULL.
    #[error("the column takes no NULL")]
    NullInvalid,
    /// There is no column of that number.
    #[error("there is no column of that number")]
    BadColumnId,
    /// There is no value of that number.
    #[error("there is no value of that number")]
    BadItagSequence,
    /// The column has the value already.
    #[error("the column has the value already")]
    MultiValuedDuplicate,
    /// The column has a value that begins alike.
    #[error("the column has a value that begins alike")]
    MultiValuedDuplicateAfterTruncation,
    /// The column cannot be part of an index.
    #[error("the column cannot be part of an index")]
    CannotIndex,
    /// The number of the row was to be set.
    #[error("the number of the row was to be set")]
    AutoIncrementNotSet,
    /// The number is not below the next one that will be given out.
    #[error("the number is not below the next one that will be given out")]
    SetAutoIncrementTooHigh,
    /// No number is left for rows.
    #[error("no number is left for rows")]
    OutOfAutoincrementValues,
    /// No number is left for long values.
    #[error("no number is left for long values")]
    OutOfLongValueIds,
    /// No number is left for rows.
    #[error("no number is left for rows")]
    OutOfSequentialIndexValues,
    /// No number is left for trees.
    #[error("no number is left for trees")]
    OutOfObjectIds,
    /// No update was prepared.
    #[error("no update was prepared")]
    UpdateNotPrepared,
    /// An update is prepared already.
    #[error("an update is prepared already")]
    AlreadyPrepared,
    /// An escrow column needs a transaction.
    #[error("an escrow column needs a transaction")]
    UpdateMustVersion,
    /// The cursor stands on no row.
    #[error("the cursor stands on no row")]
    NoCurrentRecord,
    /// There is no row with the key.
    #[error("there is no row with the key")]
    RecordNotFound,
    /// The row is deleted.
    #[error("the row is deleted")]
    RecordDeleted,
    /// The row does not fit on a page.
    #[error("the row does not fit on a page")]
    RecordTooBig,
    /// The row is still there.
    #[error("the row is still there")]
    RecordNotDeleted,
    /// The key of a row cannot be changed.
    #[error("the key of a row cannot be changed")]
    RecordPrimaryChanged,
    /// There is no copy of the row.
    #[error("there is no copy of the row")]
    RecordNoCopy,
    /// The row has a form that is not known.
    #[error("the row has a form that is not known")]
    RecordFormatConversionFailed,
    /// The cursor has no index.
    #[error("the cursor has no index")]
    NoCurrentIndex,
    /// The key is complete.
    #[error("the key is complete")]
    KeyIsMade,
    /// No key was made.
    #[error("no key was made")]
    KeyNotMade,
    /// The key is taken.
    #[error("the key is taken")]
    KeyDuplicate,
    /// The key is longer than the index allows.
    #[error("the key is longer than the index allows")]
    KeyTruncated,
    /// The key is too long.
    #[error("the key is too long")]
    KeyTooBig,
    /// A column of the key is NULL.
    #[error("a column of the key is NULL")]
    NullKeyDisallowed,
    /// The row has too many keys.
    #[error("the row has too many keys")]
    TooManyKeys,
    /// The row has a key of a unique index twice.
    #[error("the row has a key of a unique index twice")]
    MultiValuedIndexViolation,
    /// There is no such index.
    #[error("there is no such index")]
    IndexNotFound,
    /// The table has an index of that name.
    #[error("the table has an index of that name")]
    IndexDuplicate,
    /// The table has a primary index.
    #[error("the table has a primary index")]
    IndexHasPrimary,
    /// The primary index cannot be deleted.
    #[error("the primary index cannot be deleted")]
    IndexMustStay,
    /// A cursor uses the index.
    #[error("a cursor uses the index")]
    IndexInUse,
    /// The definition of the index makes no sense.
    #[error("the definition of the index makes no sense")]
    IndexInvalidDef,
    /// The index cannot be built.
    #[error("the index cannot be built")]
    IndexCantBuild,
    /// The index cannot be made so.
    #[error("the index cannot be made so")]
    InvalidCreateIndex,
    /// There is no index of that number.
    #[error("there is no index of that number")]
    InvalidIndexId,
    /// The table has no place for another index.
    #[error("the table has no place for another index")]
    TooManyIndexes,
    /// A tuple index is no primary index.
    #[error("a tuple index is no primary index")]
    IndexTuplesSecondaryIndexOnly,
    /// A tuple index has one column.
    #[error("a tuple index has one column")]
    IndexTuplesTooManyColumns,
    /// A tuple index is not unique.
    #[error("a tuple index is not unique")]
    IndexTuplesNonUniqueOnly,
    /// A tuple index is for text and bytes.
    #[error("a tuple index is for text and bytes")]
    IndexTuplesTextBinaryColumnsOnly,
    /// A tuple index has no limit of segments.
    #[error("a tuple index has no limit of segments")]
    IndexTuplesVarSegMacNotAllowed,
    /// The limits of the tuple index make no sense.
    #[error("the limits of the tuple index make no sense")]
    IndexTuplesInvalidLimits,
    /// The value is not to be had from a tuple index.
    #[error("the value is not to be had from a tuple index")]
    IndexTuplesCannotRetrieveFromIndex,
    /// The piece is shorter than the tuple index has them.
    #[error("the piece is shorter than the tuple index has them")]
    IndexTuplesKeyTooSmall,
    /// That is no bookmark.
    #[error("that is no bookmark")]
    InvalidBookmark,
    /// That is no name.
    #[error("that is no name")]
    InvalidName,
    /// An argument makes no sense.
    #[error("an argument makes no sense")]
    InvalidParameter,
    /// The options do not go together.
    #[error("the options do not go together")]
    InvalidOptions,
    /// The value has another length.
    #[error("the value has another length")]
    InvalidBufferSize,
    /// The buffer is too small.
    #[error("the buffer is too small")]
    BufferTooSmall,
    /// That cannot be done now.
    #[error("that cannot be done now")]
    InvalidOperation,
    /// That cannot be done with such a table.
    #[error("that cannot be done with such a table")]
    IllegalOperation,
    /// There is no such cursor.
    #[error("there is no such cursor")]
    InvalidTable,
    /// That is no database of the session.
    #[error("that is no database of the session")]
    InvalidDatabase,
    /// The cursor is for reading only.
    #[error("the cursor is for reading only")]
    PermissionDenied,
    /// The transaction was begun to read only.
    #[error("the transaction was begun to read only")]
    TransactionReadOnly,
    /// A transaction is open.
    #[error("a transaction is open")]
    InTransaction,
    /// No transaction is open.
    #[error("no transaction is open")]
    NotInTransaction,
    /// No further level can be opened.
    #[error("no further level can be opened")]
    TransactionTooDeep,
    /// Another session has changed the row.
    #[error("another session has changed the row")]
    WriteConflict,
    /// Another cursor of the session changes the row.
    #[error("another cursor of the session changes the row")]
    SessionWriteConflict,
    /// There is no such table.
    #[error("there is no such table")]
    ObjectNotFound,
    /// There is an object of that name.
    #[error("there is an object of that name")]
    ObjectDuplicate,
    /// There is a table of that name.
    #[error("there is a table of that name")]
    TableDuplicate,
    /// Another session has the table for itself.
    #[error("another session has the table for itself")]
    TableLocked,
    /// Others use the table.
    #[error("others use the table")]
    TableInUse,
    /// The table has rows.
    #[error("the table has rows")]
    TableNotEmpty,
    /// A density is from 20 to 100 percent.
    #[error("a density is from 20 to 100 percent")]
    DensityInvalid,
    /// The table must be open for oneself.
    #[error("the table must be open for oneself")]
    ExclusiveTableLockRequired,
    /// The columns and indexes of the table are fixed.
    #[error("the columns and indexes of the table are fixed")]
    FixedDdl,
    /// The column or index belongs to the template.
    #[error("the column or index belongs to the template")]
    FixedInheritedDdl,
    /// A template has no template.
    #[error("a template has no template")]
    CannotNestDdl,
    /// The table is no template.
    #[error("the table is no template")]
    DdlNotInheritable,
    /// Only tagged columns can be added to a template that is in use.
    #[error("only tagged columns can be added to a template that is in use")]
    CannotAddFixedVarColumnToDerivedTable,
    /// A temporary table cannot be deleted.
    #[error("a temporary table cannot be deleted")]
    CannotDeleteTempTable,
    /// A system table cannot be deleted.
    #[error("a system table cannot be deleted")]
    CannotDeleteSystemTable,
    /// A template cannot be deleted.
    #[error("a template cannot be deleted")]
    CannotDeleteTemplateTable,
    /// There are too many temporary tables.
    #[error("there are too many temporary tables")]
    TooManySorts,
    /// There are too many open tables.
    #[error("there are too many open tables")]
    TooManyOpenTables,
    /// There are too many cursors.
    #[error("there are too many cursors")]
    OutOfCursors,
    /// A sort that goes forward only cannot become a table.
    #[error("a sort that goes forward only cannot become a table")]
    CannotMaterializeForwardOnlySort,
    /// That cannot be asked for.
    #[error("that cannot be asked for")]
    QueryNotSupported,
    /// The count does not fit.
    #[error("the count does not fit")]
    TooManyRecords,
    /// The cursor has a filter.
    #[error("the cursor has a filter")]
    FilteredMoveNotSupported,
    /// The order of the text is not known.
    #[error("the order of the text is not known")]
    UnicodeNormalizationNotSupported,
    /// The text cannot be translated.
    #[error("the text cannot be translated")]
    UnicodeTranslationFail,
    /// The value cannot be expanded.
    #[error("the value cannot be expanded")]
    DecompressionFailed,
    /// An encrypted column has one value.
    #[error("an encrypted column has one value")]
    EncryptionBadItag,
    /// The parameters make no sense.
    #[error("the parameters make no sense")]
    InvalidSettings,
    /// That is not available.
    #[error("that is not available")]
    FeatureNotAvailable,
    /// A callback failed.
    #[error("a callback failed")]
    CallbackFailed,
    /// The callback is not known.
    #[error("the callback is not known")]
    CallbackNotResolved,
    /// The reference to a value is no longer good.
    #[error("the reference to a value is no longer good")]
    InvalidColumnReference,
    /// The value of the reference was changed.
    #[error("the value of the reference was changed")]
    StaleColumnReference,
    /// The ranges are not in order.
    #[error("the ranges are not in order")]
    InvalidPreread,
    /// The database is for reading only.
    #[error("the database is for reading only")]
    DatabaseFileReadOnly,
    /// The catalog makes no sense.
    #[error("the catalog makes no sense")]
    CatalogCorrupted,
    /// There is no memory.
    #[error("there is no memory")]
    OutOfMemory,
    /// That is switched off.
    #[error("that is switched off")]
    DisabledFunctionality,
    /// Nothing is kept there.
    #[error("nothing is kept there")]
    LsNotSet,
    /// Something is kept there already.
    #[error("something is kept there already")]
    LsAlreadySet,
    /// The value lies in a tree of its own.
    #[error("the value lies in a tree of its own")]
    SeparatedLongValue,
    /// The database has no place left.
    #[error("the database has no place left")]
    OutOfDatabaseSpace,
}

/// Why a call on tables and rows is not done.
#[derive(Debug, thiserror::Error)]
pub enum IsamError {
    /// The rules are against it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A change of a tree is not made.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// What was done could not be undone: the instance cannot go on.
    #[error("undoing failed")]
    Rollback(#[source] ChangeError),
    /// A tree cannot be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A tree cannot be made, or go.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log cannot be written.
    #[error(transparent)]
    Log(#[from] LogWriteError),
    /// The engine below.
    #[error(transparent)]
    Storage(#[from] Box<StorageError>),
    /// A record is damaged.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A record cannot be made.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A row of a system table cannot be made.
    #[error(transparent)]
    Row(#[from] RowError),
    /// A value cannot be read.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// A long value is damaged.
    #[error(transparent)]
    LongValue(#[from] LongValueError),
    /// The columns of a table make no sense.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// An index cannot have keys.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// What calls on tables and rows give.
pub type Result<T> = core::result::Result<T, IsamError>;

impl IsamError {
    /// Undoing failed.
    pub(crate) const fn rollback(error: ChangeError) -> Self {
        Self::Rollback(error)
    }

    /// The rule, when it is one.
    pub const fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused(refusal) => Some(*refusal),
            _ => None,
        }
    }
}

impl From<StorageError> for IsamError {
    fn from(error: StorageError) -> Self {
        Self::Storage(Box::new(error))
    }
}
