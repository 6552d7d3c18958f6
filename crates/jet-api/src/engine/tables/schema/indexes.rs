//! Indexes.

use jet_isam::error::{IsamError, Refusal};
use jet_isam::key::TupleLimits;
use jet_isam::schema::{IndexOptions, MustBe, NewIndex};
use jet_session::Entry;

use super::bits;
use crate::JetError;
use crate::engine::tables::TableId;
use crate::engine::{Engine, Handle, ThreadId};

/// JET_INDEXCREATE3.
#[derive(Clone, Debug, Default)]
pub struct IndexSpec<'s> {
    /// Its name.
    pub name: &'s str,
    /// Its columns: names with a sign before and a zero behind, and a zero behind the last one.
    pub key: &'s [u8],
    /// Option bits.
    pub bits: u32,
    /// How full its pages are made, in percent.
    pub density: u32,
    /// Longest segment of a variable column in bytes.
    pub segment_most: u32,
    /// Longest key in bytes.
    pub key_most: u32,
    /// Least and greatest length, characters to index, step, start.
    pub tuple: Option<[u32; 5]>,
    /// Columns that decide whether a row has entries.
    pub conditions: Vec<ConditionSpec<'s>>,
    /// Locale and mapping flags.
    pub locale: Option<(&'s str, u32)>,
}

/// JET_CONDITIONALCOLUMN.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConditionSpec<'s> {
    /// Name of the column.
    pub column: &'s str,
    /// Option bits.
    pub bits: u32,
}

impl IndexSpec<'_> {
    /// # Errors
    /// [`Refusal::InvalidParameter`]: a locale comes with its bit, and with it alone.
    pub(super) fn to_new(&self) -> Result<NewIndex, IsamError> {
        let options = bits::index_options(self.bits);
        if options.contains(IndexOptions::LOCALE) != self.locale.is_some() {
            return Err(Refusal::InvalidParameter.into());
        }
        let must_be = |bits| match bits {
            1 => Some(MustBe::Null),
            2 => Some(MustBe::NotNull),
            _ => None,
        };
        let conditions = self
            .conditions
            .iter()
            .map(|condition| (condition.column.to_owned(), must_be(condition.bits)));
        Ok(NewIndex {
            name: self.name.to_owned(),
            key: self.key.to_vec(),
            options,
            density: self.density,
            key_most: self.key_most,
            segment_most: self.segment_most,
            tuple: self
                .tuple
                .map(|[min_len, max_len, max_count, step, start]| TupleLimits {
                    min_len,
                    max_len,
                    max_count,
                    step,
                    start,
                }),
            conditions: conditions.collect(),
            locale: self.locale.map(|(name, flags)| (name.to_owned(), flags)),
        })
    }
}

impl Engine {
    /// JetCreateIndex4.
    ///
    /// # Errors
    /// `InTransaction`, `PermissionDenied`, `TransReadOnly`, `FixedDDL`, `InvalidName`, `IndexInvalidDef`, `KeyDuplicate`, ...
    pub fn create_indexes(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        indexes: &[IndexSpec<'_>],
    ) -> Result<(), JetError> {
        self.on_tables(caller, Entry::Service, "making an index", |on| {
            on.cursor(table)?;
            let id = on.id(table)?;
            let new: Result<Vec<_>, _> = indexes.iter().map(IndexSpec::to_new).collect();
            on.tables.create_indexes(&mut on.work, id, &new?)
        })
    }

    /// JetDeleteIndex.
    ///
    /// # Errors
    /// `InvalidName`, `PermissionDenied`, `TransReadOnly`, `FixedDDL`, `FixedInheritedDDL`, `IndexNotFound`, `IndexMustStay`,
    /// `IndexInUse`.
    pub fn delete_index(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        name: &str,
    ) -> Result<(), JetError> {
        self.on_tables(caller, Entry::Service, "deleting an index", |on| {
            on.cursor(table)?;
            let id = on.id(table)?;
            on.tables.delete_index(&mut on.work, id, name)
        })
    }
}
