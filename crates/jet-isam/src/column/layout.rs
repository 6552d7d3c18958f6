//! Where the columns of one table lie in its records.
//!
//! - Slots of fixed columns follow each other without padding, by id, from offset 4; a column that was deleted
//!   keeps its place, so places come from the catalog's offsets and gaps are allowed.
//! - Fixed and variable ids of a template and of its derived table never overlap; tagged ids may.

use super::{ColumnDef, ColumnId, ColumnRef};

/// Offset of the first fixed column, after the record header.
pub(crate) const FIXED_AREA_OFFSET: usize = 4;

/// Place of one fixed column in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedSlot {
    /// Offset in bytes from the start of the record.
    pub offset: u16,
    /// Length in bytes.
    pub len: u16,
}

impl FixedSlot {
    /// Offset of the first byte after the column.
    #[must_use]
    pub const fn end(self) -> usize {
        self.offset as usize + self.len as usize
    }
}

/// Where the places of fixed columns come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetSource {
    /// The offsets of the column definitions: every table but the two catalog tables.
    Recorded,
    /// The running sum of lengths: the catalog tables, whose own rows state a wrong offset.
    RunningSum,
}

/// Definitions that make no sense together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// Two columns have the same id.
    #[error("{column} is defined twice")]
    DuplicateColumn {
        /// The column.
        column: ColumnRef,
    },
    /// A fixed column overlaps the one before it, lies in the record header, or has an impossible length.
    #[error("{column}: offset {offset} and length {len:?} do not fit behind {floor}")]
    FixedPlace {
        /// The column.
        column: ColumnRef,
        /// Offset the definition states.
        offset: u16,
        /// Length; `None` when the definition states an impossible one.
        len: Option<usize>,
        /// End of the column before it.
        floor: usize,
    },
    /// Column id 0.
    #[error("column id 0")]
    ColumnIdZero,
}

/// The columns of a table and the places of the fixed ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnLayout {
    /// Sorted: fixed and variable by id, then tagged in record order.
    columns: Vec<ColumnDef>,
    /// How many of `columns` are not tagged.
    untagged: usize,
    /// Slot of fixed column `i + 1`; `None` for an id without a definition.
    slots: Vec<Option<FixedSlot>>,
    fixed_end: usize,
}

impl ColumnLayout {
    /// Sorts `columns` and places the fixed ones.
    ///
    /// For a derived table pass the template's columns, marked as derived, together with its own.
    ///
    /// # Errors
    /// [`LayoutError`] when two columns have one id, or fixed columns overlap.
    pub fn new(mut columns: Vec<ColumnDef>, source: OffsetSource) -> Result<Self, LayoutError> {
        columns.sort_by_key(sort_key);
        for pair in columns.windows(2) {
            if let [first, second] = pair
                && sort_key(first) == sort_key(second)
            {
                return Err(LayoutError::DuplicateColumn {
                    column: second.reference(),
                });
            }
        }
        if columns.first().is_some_and(|column| column.id.0 == 0) {
            return Err(LayoutError::ColumnIdZero);
        }
        let untagged = columns.partition_point(|column| !column.id.is_tagged());
        let mut slots = Vec::new();
        let mut end = FIXED_AREA_OFFSET;
        for column in columns.iter().filter(|column| column.id.is_fixed()) {
            let slot = place(column, source, end)?;
            end = slot.end();
            slots.resize(usize::from(column.id.0) - 1, None);
            slots.push(Some(slot));
        }
        Ok(Self {
            columns,
            untagged,
            slots,
            fixed_end: end,
        })
    }

    /// Every column: fixed and variable ones by id, then tagged ones in the order of records.
    #[must_use]
    pub fn columns(&self) -> &[ColumnDef] {
        &self.columns
    }

    /// The definition of `column`. For fixed and variable columns, whose ids are unique, the derived mark is
    /// not looked at.
    #[must_use]
    pub fn get(&self, column: ColumnRef) -> Option<&ColumnDef> {
        if column.id.is_tagged() {
            let tagged = self.columns.get(self.untagged..)?;
            let at = tagged
                .binary_search_by_key(&column.tagged_order(), |def| def.reference().tagged_order())
                .ok()?;
            tagged.get(at)
        } else {
            let plain = self.columns.get(..self.untagged)?;
            let at = plain.binary_search_by_key(&column.id, |def| def.id).ok()?;
            plain.get(at)
        }
    }

    /// Place of fixed column `id`.
    #[must_use]
    pub fn fixed_slot(&self, id: ColumnId) -> Option<FixedSlot> {
        self.slots
            .get(usize::from(id.0).checked_sub(1)?)
            .copied()
            .flatten()
    }

    /// Offset of the first byte after the fixed columns 1 to `last`, the null bitmap in a record that ends with
    /// `last`. A gap behind `last`, left by a deleted column without a definition, is not included.
    #[must_use]
    pub fn fixed_end(&self, last: ColumnId) -> usize {
        self.slots
            .get(..usize::from(last.0))
            .map_or(self.fixed_end, |slots| {
                slots
                    .iter()
                    .rev()
                    .flatten()
                    .next()
                    .map_or(FIXED_AREA_OFFSET, |slot| slot.end())
            })
    }

    /// Highest fixed column, if there is one.
    #[must_use]
    pub fn last_fixed(&self) -> Option<ColumnId> {
        self.columns
            .iter()
            .rev()
            .find(|column| column.id.is_fixed())
            .map(|column| column.id)
    }

    /// Highest variable column, if there is one.
    #[must_use]
    pub fn last_variable(&self) -> Option<ColumnId> {
        self.columns
            .get(..self.untagged)?
            .last()
            .map(|column| column.id)
            .filter(|id| id.is_variable())
    }
}

/// Untagged columns by id, then tagged ones in the order of records. Fixed and variable columns compare equal
/// whatever their derived mark.
fn sort_key(column: &ColumnDef) -> (bool, bool, u16) {
    let tagged = column.id.is_tagged();
    (tagged, tagged && !column.derived, column.id.0)
}

fn place(column: &ColumnDef, source: OffsetSource, floor: usize) -> Result<FixedSlot, LayoutError> {
    let stated = match source {
        OffsetSource::Recorded => usize::from(column.record_offset),
        OffsetSource::RunningSum => floor,
    };
    let len = column.fixed_bytes();
    let refuse = || LayoutError::FixedPlace {
        column: column.reference(),
        offset: column.record_offset,
        len,
        floor,
    };
    if stated < floor {
        return Err(refuse());
    }
    let offset = u16::try_from(stated).map_err(|_| refuse())?;
    let len = len.and_then(|len| u16::try_from(len).ok()).ok_or_else(refuse)?;
    Ok(FixedSlot { offset, len })
}

#[cfg(test)]
mod tests {
    use super::super::{ColumnFlags, ColumnType};
    use super::*;

    fn column(id: u16, column_type: ColumnType, record_offset: u16) -> ColumnDef {
        ColumnDef {
            id: ColumnId(id),
            name: format!("c{id}"),
            column_type: Some(column_type),
            code_page: 1252,
            max_len: 20,
            flags: ColumnFlags::default(),
            default: None,
            record_offset,
            derived: false,
        }
    }

    #[test]
    fn a_deleted_column_leaves_its_gap() {
        let columns = vec![
            column(3, ColumnType::Short, 12),
            column(1, ColumnType::Long, 4),
            column(128, ColumnType::Text, 0),
        ];
        let layout = ColumnLayout::new(columns, OffsetSource::Recorded).unwrap();
        assert_eq!(
            layout.fixed_slot(ColumnId(3)),
            Some(FixedSlot { offset: 12, len: 2 })
        );
        assert_eq!(layout.fixed_slot(ColumnId(2)), None);
        assert_eq!(layout.fixed_end(ColumnId(1)), 8);
        assert_eq!(layout.fixed_end(ColumnId(3)), 14);
        assert_eq!(layout.last_variable(), Some(ColumnId(128)));
        assert_eq!(layout.last_fixed(), Some(ColumnId(3)));
    }

    #[test]
    fn overlapping_columns_are_refused() {
        let columns = vec![column(1, ColumnType::Long, 4), column(2, ColumnType::Long, 4)];
        let found = ColumnLayout::new(columns.clone(), OffsetSource::Recorded);
        assert!(matches!(
            found,
            Err(LayoutError::FixedPlace {
                floor: 8,
                offset: 4,
                ..
            })
        ));
        let layout = ColumnLayout::new(columns, OffsetSource::RunningSum).unwrap();
        assert_eq!(
            layout.fixed_slot(ColumnId(2)),
            Some(FixedSlot { offset: 8, len: 4 })
        );
    }

    #[test]
    fn tagged_ids_of_template_and_table_are_apart() {
        let own = column(256, ColumnType::LongText, 0);
        let inherited = ColumnDef {
            derived: true,
            name: "base".into(),
            ..own.clone()
        };
        let layout = ColumnLayout::new(vec![own, inherited], OffsetSource::Recorded).unwrap();
        assert_eq!(layout.columns().first().map(|c| c.name.as_str()), Some("base"));
        assert_eq!(
            layout.get(ColumnRef::own(ColumnId(256))).map(|c| c.name.as_str()),
            Some("c256")
        );
        assert_eq!(
            layout
                .get(ColumnRef::derived(ColumnId(256)))
                .map(|c| c.name.as_str()),
            Some("base")
        );
        assert_eq!(layout.get(ColumnRef::own(ColumnId(257))), None);
    }
}
