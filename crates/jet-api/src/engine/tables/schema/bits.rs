//! Option bits of tables, columns and indexes.

use jet_isam::column::{ColumnDef, ColumnFlags, ColumnType};
use jet_isam::key::{IndexDef, IndexFlags, KEY_MOST_DEFAULT};
use jet_isam::schema::IndexOptions;

/// JET_bitColumnFixed.
pub(super) const FIXED: u32 = 0x1;
/// JET_bitColumnTagged.
pub(super) const TAGGED: u32 = 0x2;
/// JET_bitColumnUpdatable.
const UPDATABLE: u32 = 0x20;
/// JET_bitColumnUnversioned.
pub(super) const COLUMN_UNVERSIONED: u32 = 0x1000;
/// JET_bitColumnMaybeNull.
const MAYBE_NULL: u32 = 0x2000;
/// JET_bitColumnUserDefinedDefault.
pub(super) const USER_DEFINED_DEFAULT: u32 = 0x8000;

const COLUMN_FLAGS: [(u32, ColumnFlags); 11] = [
    (0x4, ColumnFlags::NOT_NULL),
    (0x8, ColumnFlags::VERSION),
    (0x10, ColumnFlags::AUTO_INCREMENT),
    (0x400, ColumnFlags::MULTI_VALUED),
    (0x800, ColumnFlags::ESCROW),
    (0x4000, ColumnFlags::FINALIZE),
    (USER_DEFINED_DEFAULT, ColumnFlags::USER_DEFINED_DEFAULT),
    (0x2_0000, ColumnFlags::DELETE_ON_ZERO),
    (0x8_0000, ColumnFlags::COMPRESSED),
    (0x10_0000, ColumnFlags::ENCRYPTED),
    (0x1_0000, ColumnFlags::PLACEHOLDER),
];

/// Flags of a column that a program wants.
pub(super) fn column_flags(bits: u32) -> ColumnFlags {
    let wanted = COLUMN_FLAGS
        .iter()
        .filter(|(_, flag)| *flag != ColumnFlags::PLACEHOLDER);
    wanted
        .filter(|(bit, _)| bits & bit != 0)
        .fold(ColumnFlags::default(), |flags, (_, flag)| flags.with(*flag))
}

/// Bits that do not go with a default that is computed.
pub(super) const fn is_output_only(bits: u32) -> bool {
    bits & (UPDATABLE | MAYBE_NULL) != 0
}

/// Bits that a program is told of a column; `is_updatable`: it asks with a cursor that may change rows.
pub(super) fn of_column(column: &ColumnDef, is_updatable: bool) -> u32 {
    let mut bits = if column.id.is_fixed() {
        FIXED
    } else if column.id.is_tagged() {
        TAGGED
    } else {
        0
    };
    if is_updatable {
        bits |= UPDATABLE;
    }
    for (bit, flag) in COLUMN_FLAGS {
        if column.flags.contains(flag) {
            bits |= bit;
        }
    }
    bits
}

/// The type of a number that a program gives; none for what is no type.
pub(super) fn column_type(number: u32) -> Option<ColumnType> {
    ColumnType::from_number(number)
}

const INDEX_OPTIONS: [(u32, IndexOptions); 18] = [
    (0x1, IndexOptions::UNIQUE),
    (0x2, IndexOptions::PRIMARY),
    (0x4, IndexOptions::DISALLOW_NULL),
    (0x8, IndexOptions::IGNORE_NULL),
    (0x20, IndexOptions::IGNORE_ANY_NULL),
    (0x40, IndexOptions::IGNORE_FIRST_NULL),
    (0x100, IndexOptions::EMPTY),
    (0x200, IndexOptions::UNVERSIONED),
    (0x400, IndexOptions::NULLS_HIGH),
    (0x800, IndexOptions::LOCALE),
    (0x1000, IndexOptions::TUPLES),
    (0x2000, IndexOptions::TUPLE_LIMITS),
    (0x4000, IndexOptions::CROSS_PRODUCT),
    (0x8000, IndexOptions::KEY_MOST),
    (0x1_0000, IndexOptions::DISALLOW_TRUNCATION),
    (0x2_0000, IndexOptions::NESTED_TABLE),
    (0x4_0000, IndexOptions::DOT_NET_GUID),
    (0x40_0000, IndexOptions::OPTIONALLY_UNIQUE),
];

/// Options of an index that a program wants.
pub(super) fn index_options(bits: u32) -> IndexOptions {
    INDEX_OPTIONS
        .iter()
        .filter(|(bit, _)| bits & bit != 0)
        .fold(IndexOptions::default(), |options, (_, option)| {
            options.with(*option)
        })
}

/// JET_bitIndexTuples.
const TUPLES: u32 = 0x1000;
/// JET_bitIndexKeyMost.
const KEY_MOST: u32 = 0x8000;

const INDEX_FLAGS: [(u32, IndexFlags); 9] = [
    (0x1, IndexFlags::UNIQUE),
    (0x2, IndexFlags::PRIMARY),
    (0x4, IndexFlags::DISALLOW_NULL),
    (0x400, IndexFlags::NULLS_HIGH),
    (0x4000, IndexFlags::CROSS_PRODUCT),
    (0x1_0000, IndexFlags::DISALLOW_TRUNCATION),
    (0x2_0000, IndexFlags::NESTED_TABLE),
    (0x4_0000, IndexFlags::DOT_NET_GUID),
    (0x40_0000, IndexFlags::OPTIONALLY_UNIQUE),
];

/// Bits that a program is told of an index.
pub(super) fn of_index(index: &IndexDef) -> u32 {
    let has = |flag| index.flags.contains(flag);
    let mut bits = 0;
    for (bit, flag) in INDEX_FLAGS {
        if has(flag) {
            bits |= bit;
        }
    }
    if !has(IndexFlags::DISALLOW_NULL) {
        if !has(IndexFlags::ALLOW_ALL_NULLS) {
            bits |= 0x8;
        }
        if !has(IndexFlags::ALLOW_FIRST_NULL) {
            bits |= 0x40;
        }
        if !has(IndexFlags::ALLOW_SOME_NULLS) {
            bits |= 0x20;
        }
    }
    if index.tuple.is_some() {
        bits |= TUPLES;
    }
    if usize::from(index.key_most) > KEY_MOST_DEFAULT {
        bits |= KEY_MOST;
    }
    bits
}
