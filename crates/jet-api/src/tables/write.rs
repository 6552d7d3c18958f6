//! Inserting, changing and deleting rows.

use std::borrow::Cow;

use jet_isam::cursor::{Cursor, Whence};
use jet_isam::error::{IsamError, Refusal};
use jet_isam::update::{Escrow, Finish, LongChange, Preparation, SetColumn, Uniqueness, WhereLong};

use super::column::ColumnName;
use super::cursor::TableCursor;
use crate::engine::{BeginBits, CommitBits, RollbackBits};
use crate::{JetError, Value};

/// The columns of a row that is inserted or changed.
#[derive(Debug)]
pub struct RowWriter<'c, 's> {
    cursor: &'c mut TableCursor<'s>,
}

impl TableCursor<'_> {
    /// Inserts a row with the columns that `write` sets; returns its name. The cursor stays where it is. Outside of transactions
    /// it is committed at once, for good.
    ///
    /// # Errors
    /// `KeyDuplicate`, `NullInvalid`, `RecordTooBig`, `WriteConflict`, ...; those of `write`. No row is there then.
    pub fn insert(
        &mut self,
        write: impl FnOnce(&mut RowWriter<'_, '_>) -> Result<(), JetError>,
    ) -> Result<Vec<u8>, JetError> {
        self.update(Preparation::Insert, write)
    }

    /// Changes the columns that `write` sets in the row where the cursor stands. Outside of transactions it is committed at once.
    ///
    /// # Errors
    /// `NoCurrentRecord`, `RecordDeleted`, `WriteConflict` when another session has changed the row, ...; those of `write`. The row
    /// is as before then.
    pub fn change(
        &mut self,
        write: impl FnOnce(&mut RowWriter<'_, '_>) -> Result<(), JetError>,
    ) -> Result<(), JetError> {
        self.update(Preparation::Replace, write).map(|_| ())
    }

    /// Inserts a copy of the row where the cursor stands, with the columns that `write` sets. Long values are shared until they
    /// are changed.
    ///
    /// # Errors
    /// As [`TableCursor::insert`] and [`TableCursor::change`].
    pub fn insert_copy(
        &mut self,
        write: impl FnOnce(&mut RowWriter<'_, '_>) -> Result<(), JetError>,
    ) -> Result<Vec<u8>, JetError> {
        self.update(Preparation::InsertCopy, write)
    }

    /// Deletes the row where the cursor stands. [`TableCursor::next`] goes to the one behind it.
    ///
    /// # Errors
    /// `NoCurrentRecord`, `RecordDeleted`, `WriteConflict`.
    pub fn delete(&mut self) -> Result<(), JetError> {
        self.on("deleting a row", |cursor, work| cursor.delete(work))
    }

    /// Adds to an escrow column of the row, and returns what was stored before. Others may add at the same time; nobody may
    /// change or delete the row meanwhile.
    ///
    /// # Errors
    /// `WriteConflict` when another session has changed the row in another way; `InvalidOperation` for other columns.
    pub fn add_to(&mut self, column: impl ColumnName, delta: i64) -> Result<Value<'static>, JetError> {
        self.whole(|cursor| {
            cursor.on("adding to a column", |cursor, work| {
                column.find(cursor, |cursor, def| {
                    let delta = Value::I64(delta).encode(def).ok_or(Refusal::InvalidParameter)?;
                    let escrow = Escrow {
                        column: def.reference(),
                        delta: &delta,
                        room: None,
                        is_for_good: false,
                    };
                    let old = cursor.escrow(work, &escrow)?;
                    Ok(Value::decode(def, Cow::Owned(old)))
                })
            })
        })
    }

    fn update(
        &mut self,
        how: Preparation,
        write: impl FnOnce(&mut RowWriter<'_, '_>) -> Result<(), JetError>,
    ) -> Result<Vec<u8>, JetError> {
        self.whole(|cursor| {
            cursor.on("preparing a row", |cursor, work| cursor.prepare_update(work, how))?;
            let mut writer = RowWriter { cursor: &mut *cursor };
            let done = write(&mut writer).and_then(|()| {
                cursor.on("writing a row", |cursor, work| {
                    let mut bookmark = None;
                    let how = Finish {
                        room: Some(usize::MAX),
                        ..Finish::default()
                    };
                    cursor.update(work, how, &mut bookmark)?;
                    Ok(bookmark.unwrap_or_default())
                })
            });
            if done.is_err() {
                cursor.on("giving a row up", |cursor, work| cursor.cancel_update(work))?;
            }
            done
        })
    }

    /// Does something in a transaction of its own when none is open.
    fn whole<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, JetError>) -> Result<T, JetError> {
        if self.session().level() > 0 {
            return work(self);
        }
        let (engine, (session, thread)) = self.session().caller();
        engine.begin_transaction(session, thread, BeginBits::default())?;
        let done = work(self);
        let done = match done {
            Ok(value) => engine
                .commit(session, thread, CommitBits::default(), 0)
                .map(|_| value),
            Err(error) => Err(error),
        };
        if done.is_err() {
            engine.roll_back(session, thread, RollbackBits::default())?;
        }
        done
    }
}

impl RowWriter<'_, '_> {
    /// Sets a column.
    ///
    /// # Errors
    /// `ColumnNotFound`, `InvalidColumnType` when the value is none of the column's type, `ColumnTooBig`, `RecordTooBig`, ...
    pub fn set<'v>(&mut self, column: impl ColumnName, value: impl Into<Value<'v>>) -> Result<(), JetError> {
        self.set_value(column, &value.into(), 1, Uniqueness::default())
    }

    /// Adds a further value to a column that has several.
    ///
    /// # Errors
    /// As [`RowWriter::set`].
    pub fn push<'v>(&mut self, column: impl ColumnName, value: impl Into<Value<'v>>) -> Result<(), JetError> {
        self.set_value(column, &value.into(), 0, Uniqueness::default())
    }

    /// Makes a column NULL.
    ///
    /// # Errors
    /// `ColumnNotFound`, `NullInvalid`.
    pub fn set_null(&mut self, column: impl ColumnName) -> Result<(), JetError> {
        self.set_bytes(column, None, LongChange::Whole)
    }

    /// Appends to a long value, which may become longer than memory so.
    ///
    /// # Errors
    /// As [`RowWriter::set`].
    pub fn append(&mut self, column: impl ColumnName, bytes: &[u8]) -> Result<(), JetError> {
        self.set_bytes(column, Some(bytes), LongChange::Append)
    }

    /// The value of a column as it was set, or as it was.
    ///
    /// # Errors
    /// `ColumnNotFound`.
    pub fn get(&self, column: impl ColumnName) -> Result<Option<Value<'static>>, JetError> {
        self.cursor.look(column, 1, Whence::Copy, |column, bytes| {
            Value::decode(column, Cow::Borrowed(bytes)).into_owned()
        })
    }

    fn set_value(
        &mut self,
        column: impl ColumnName,
        value: &Value<'_>,
        instance: u32,
        uniqueness: Uniqueness,
    ) -> Result<(), JetError> {
        self.cursor.on("setting a column", |cursor, work| {
            column.find(cursor, |cursor, def| {
                let bytes = value.encode(def).ok_or(Refusal::InvalidColumnType)?;
                let set = SetColumn {
                    instance,
                    uniqueness,
                    is_empty_value: bytes.is_empty(),
                    ..plain(def.reference(), Some(&bytes), LongChange::Whole)?
                };
                set_column(cursor, work, set)
            })
        })
    }

    fn set_bytes(
        &mut self,
        column: impl ColumnName,
        bytes: Option<&[u8]>,
        change: LongChange,
    ) -> Result<(), JetError> {
        self.cursor.on("setting a column", |cursor, work| {
            column.find(cursor, |cursor, def| {
                set_column(cursor, work, plain(def.reference(), bytes, change)?)
            })
        })
    }
}

fn plain(
    column: crate::ColumnRef,
    data: Option<&[u8]>,
    change: LongChange,
) -> Result<SetColumn<'_>, IsamError> {
    let len = u32::try_from(data.map_or(0, <[u8]>::len)).map_err(|_| Refusal::InvalidParameter)?;
    Ok(SetColumn {
        column,
        data,
        len,
        instance: 1,
        offset: 0,
        is_empty_value: false,
        reverts: false,
        change,
        place: WhereLong::default(),
        uniqueness: Uniqueness::default(),
        compresses: None,
    })
}

/// Sets a column whose value is not to be cut.
fn set_column(
    cursor: &mut Cursor,
    work: &mut jet_isam::work::Work<'_>,
    set: SetColumn<'_>,
) -> Result<(), IsamError> {
    match cursor.set_column(work, set)? {
        jet_isam::update::WasSet::Cut => Err(Refusal::ColumnTooBig.into()),
        _ => Ok(()),
    }
}
