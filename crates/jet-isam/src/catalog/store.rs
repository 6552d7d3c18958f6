//! MSysLocales: numbers by name, among them how many indexes were made with each sort version.
//!
//! - Names are UTF-16LE with a final NUL, and sort as bytes.
//! - The counts are upper bounds. While [`CONSISTENT`] is 1 every localised index is counted, so that an engine need not
//!   look through the catalog for indexes of an old sort version.
//! - A count is an escrow column: it is changed by a delta at [`VALUE_OFFSET`] of the record.
//!
//! Source: `docs/format/catalog.md`.

use std::sync::LazyLock;

use super::RowError;
use super::encode::key_of;
use super::layout::{key_builder, system_index};
use crate::column::{ColumnDef, ColumnFlags, ColumnId, ColumnLayout, ColumnType, OffsetSource};
use crate::key::{IndexDef, IndexFlags, KeyBuilder};
use crate::record::{Record, RecordBuilder, RecordError};
use crate::table::{TableDef, TableFlags, TreeDef};
use crate::text;

/// Name of the number that says, by 1, that all localised indexes are counted.
pub const CONSISTENT: &str = "MSysLocalesConsistent";
/// Offset in the record of a number, which has 4 bytes.
pub const VALUE_OFFSET: u16 = 5;

const KIND: ColumnId = ColumnId(1);
const VALUE: ColumnId = ColumnId(2);
const KEY: ColumnId = ColumnId(128);

/// How full pages are made, in percent.
const DENSITY: u32 = 92;

/// What the store can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreForm {
    /// Numbers.
    Numbers,
    /// Numbers of 64 bits and bytes too: from revision 250 on.
    Values,
}

impl StoreForm {
    /// The form in a database that is created at `revision`.
    #[must_use]
    pub const fn of_revision(revision: u32) -> Self {
        if revision >= 250 {
            Self::Values
        } else {
            Self::Numbers
        }
    }

    /// How often the store was changed to get there.
    const fn update(self) -> i32 {
        match self {
            Self::Numbers => 0,
            Self::Values => 2,
        }
    }
}

/// What a number is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// 1: version of the store itself.
    Schema,
    /// 2: a number of the store's user.
    Number,
}

impl StoreKind {
    const fn number(self) -> u8 {
        match self {
            Self::Schema => 1,
            Self::Number => 2,
        }
    }
}

/// A row with a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreRow {
    /// What the number is for.
    pub kind: StoreKind,
    /// Its name, without the final NUL.
    pub name: String,
    /// The number.
    pub value: i32,
}

struct Store {
    layout: ColumnLayout,
    keys: KeyBuilder,
}

static STORE: LazyLock<Store> = LazyLock::new(|| {
    let layout = layout(StoreForm::Values);
    let keys = key_builder(&index(TreeDef::default()), &layout);
    Store { layout, keys }
});

impl StoreRow {
    /// Reads the record of a row; `None` when it holds something else than a number with a name.
    ///
    /// # Errors
    /// [`RecordError`] when the record is damaged.
    pub fn parse(record: &[u8], large_page: bool) -> Result<Option<Self>, RecordError> {
        let record = Record::parse(record, large_page)?;
        let layout = &STORE.layout;
        let kind = match record.fixed(layout, KIND)?.value() {
            Some([1]) => StoreKind::Schema,
            Some([2]) => StoreKind::Number,
            _ => return Ok(None),
        };
        let value = record.fixed(layout, VALUE)?.value();
        let value = value.and_then(|bytes| bytes.first_chunk());
        let name = record.variable(KEY)?.value().and_then(text::decode_utf16);
        let (Some(value), Some(name)) = (value, name) else {
            return Ok(None);
        };
        Ok(Some(Self {
            kind,
            name: name.strip_suffix('\0').unwrap_or(&name).to_owned(),
            value: i32::from_le_bytes(*value),
        }))
    }

    /// Key and record of the row.
    ///
    /// # Errors
    /// [`RowError::Build`] or [`RowError::Key`] when the name is too long: names with the NUL have 254 bytes at most, and
    /// their keys 255.
    pub fn entry(&self, large_page: bool) -> Result<(Vec<u8>, Vec<u8>), RowError> {
        let Store { layout, keys } = &*STORE;
        let (kind, value) = ([self.kind.number()], self.value.to_le_bytes());
        let name: Vec<u8> = self
            .name
            .encode_utf16()
            .chain([0])
            .flat_map(u16::to_le_bytes)
            .collect();
        let mut builder = RecordBuilder::new(layout, large_page);
        builder.set_fixed(KIND, Some(&kind))?;
        builder.set_fixed(VALUE, Some(&value))?;
        builder.set_variable(KEY, Some(&name))?;
        let mut record = Vec::new();
        builder.encode(&mut record)?;
        let key = key_of(keys, layout, Record::parse(&record, large_page)?)?;
        Ok((key.unwrap_or_default(), record))
    }

    /// The count of localised indexes with the locale and sort version of `index`.
    #[must_use]
    pub fn count_of(index: &IndexDef, count: i32) -> Self {
        let [a, b, c, d, e, f, g, h, last @ ..] = index.sort_id;
        let (first, second, third) = (
            u32::from_le_bytes([a, b, c, d]),
            u16::from_le_bytes([e, f]),
            u16::from_le_bytes([g, h]),
        );
        let [h, i, node @ ..] = last;
        let node: String = node.iter().map(|byte| format!("{byte:02x}")).collect();
        let (locale, version) = (&index.locale, index.sort_version);
        Self {
            kind: StoreKind::Number,
            name: format!(
                "LocaleName={locale},SortID={first:08x}-{second:04x}-{third:04x}-{h:02x}{i:02x}-{node},Ver={version:x}"
            ),
            value: count,
        }
    }
}

/// The definition of the table, with its tree at `tree`.
#[must_use]
pub fn definition(tree: TreeDef, form: StoreForm) -> TableDef {
    TableDef {
        name: "MSysLocales".to_owned(),
        tree,
        flags: TableFlags::SYSTEM.with(TableFlags::DYNAMIC_SYSTEM),
        density: DENSITY,
        initial_pages: 0,
        columns: layout(form),
        indexes: vec![index(tree)],
        long_values: None,
        lv_chunk_max: None,
        separate_lv: None,
        template: None,
    }
}

/// The rows of a new store, in the order in which they are inserted; [`CONSISTENT`] is the last.
#[must_use]
pub fn first_rows(form: StoreForm) -> Vec<StoreRow> {
    let schema = [
        ("Internal\\Major", 1),
        ("Internal\\Minor", 0),
        ("Internal\\Update", form.update()),
        ("External\\Major", 1),
        ("External\\Minor", 0),
        ("External\\Update", 0),
    ];
    let mut rows: Vec<_> = schema
        .into_iter()
        .map(|(name, value)| StoreRow {
            kind: StoreKind::Schema,
            name: format!(".Schema\\{name}"),
            value,
        })
        .collect();
    rows.push(StoreRow {
        kind: StoreKind::Number,
        name: CONSISTENT.to_owned(),
        value: 1,
    });
    rows
}

/// The columns in the order in which they are made: first those of every store, then those of the later form.
pub(super) fn columns(form: StoreForm) -> Vec<ColumnDef> {
    let column = |id: ColumnId, name: &str, column_type, max_len, record_offset| ColumnDef {
        id,
        name: name.to_owned(),
        column_type: Some(column_type),
        code_page: 0,
        max_len,
        flags: ColumnFlags::default(),
        default: None,
        record_offset,
        derived: false,
    };
    let mut columns = vec![
        column(KEY, "Key", ColumnType::Binary, 255, 0),
        ColumnDef {
            flags: ColumnFlags::NOT_NULL,
            ..column(KIND, "Type", ColumnType::UnsignedByte, 1, 4)
        },
        ColumnDef {
            flags: ColumnFlags::HAS_DEFAULT.with(ColumnFlags::ESCROW),
            default: Some(vec![0; 4]),
            ..column(VALUE, "iValue", ColumnType::Long, 4, VALUE_OFFSET)
        },
    ];
    if form == StoreForm::Values {
        columns.push(column(ColumnId(256), "rgbValue", ColumnType::LongBinary, 0, 0));
        columns.push(column(ColumnId(3), "i64Value", ColumnType::Currency, 8, 9));
    }
    columns
}

fn layout(form: StoreForm) -> ColumnLayout {
    #[expect(
        clippy::expect_used,
        reason = "a table of constants; every test that makes a row runs it"
    )]
    ColumnLayout::new(columns(form), OffsetSource::Recorded).expect("columns of MSysLocales")
}

fn index(tree: TreeDef) -> IndexDef {
    let flags = IndexFlags::PRIMARY
        .with(IndexFlags::UNIQUE)
        .with(IndexFlags::ALLOW_ALL_NULLS)
        .with(IndexFlags::ALLOW_FIRST_NULL)
        .with(IndexFlags::ALLOW_SOME_NULLS)
        .with(IndexFlags::DISALLOW_TRUNCATION)
        .with(IndexFlags::EXTENDED_IDS);
    system_index("KeyPrimary", tree, flags, &[KEY.0], DENSITY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyError;

    #[test]
    fn the_count_of_a_sort_version_has_the_name_of_windows() {
        let index = IndexDef {
            locale: "en-US".into(),
            sort_version: 0x0006_0305_0006_0305,
            sort_id: [
                1, 0, 0, 0, 0xEE, 0x57, 0x5C, 0x1E, 0, 0xB4, 0xD0, 0, 0x0B, 0xB1, 0xE1, 0x1E,
            ],
            ..index(TreeDef::default())
        };
        let row = StoreRow::count_of(&index, 1);
        assert_eq!(
            row.name,
            "LocaleName=en-US,SortID=00000001-57ee-1e5c-00b4-d0000bb1e11e,Ver=6030500060305"
        );
        let (_, record) = row.entry(false).unwrap();
        assert_eq!(StoreRow::parse(&record, false), Ok(Some(row)));
        let at = usize::from(VALUE_OFFSET);
        assert_eq!(record[at..at + 4], [1, 0, 0, 0]);
    }

    #[test]
    fn a_name_too_long_for_its_key_is_refused() {
        let row = |len| StoreRow {
            kind: StoreKind::Number,
            name: "n".repeat(len),
            value: 0,
        };
        assert!(row(100).entry(false).is_ok());
        assert_eq!(
            row(120).entry(false),
            Err(RowError::Key(KeyError::Truncated { most: 255 }))
        );
        assert!(matches!(row(127).entry(false), Err(RowError::Build(_))));
    }
}
