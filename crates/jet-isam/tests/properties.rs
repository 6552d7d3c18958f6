//! What must hold for any values: records come back as they were written, hostile bytes are only refused, and the
//! order of keys is the order of values.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use std::cmp::Ordering;
use std::convert::Infallible;

use jet_isam::column::{ColumnDef, ColumnFlags, ColumnId, ColumnLayout, ColumnRef, ColumnType, OffsetSource};
use jet_isam::key::{
    ColumnSource, IndexDef, IndexFlags, KeyBuilder, KeyError, KeySet, Segment, TupleLimits, ValuePart,
};
use jet_isam::record::{Field, LongValueId, Record, RecordBuilder, StoredValue};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

const NUMBERS: [ColumnType; 14] = [
    ColumnType::Bit,
    ColumnType::UnsignedByte,
    ColumnType::Short,
    ColumnType::Long,
    ColumnType::Currency,
    ColumnType::IeeeSingle,
    ColumnType::IeeeDouble,
    ColumnType::DateTime,
    ColumnType::UnsignedLong,
    ColumnType::LongLong,
    ColumnType::Guid,
    ColumnType::UnsignedShort,
    ColumnType::UnsignedLongLong,
    ColumnType::Binary,
];

fn column(id: u16, column_type: ColumnType) -> ColumnDef {
    ColumnDef {
        id: ColumnId(id),
        name: format!("c{id}"),
        column_type: Some(column_type),
        code_page: 1252,
        max_len: 7,
        flags: if id < 256 {
            ColumnFlags::default()
        } else {
            ColumnFlags::MULTI_VALUED
        },
        default: None,
        record_offset: 0,
        derived: false,
    }
}

/// Fixed columns of every type, 6 variable ones, 6 tagged ones of numbers, text and long values, and 2 inherited.
fn layout() -> ColumnLayout {
    let mut columns: Vec<_> = (1..).zip(NUMBERS).map(|(id, kind)| column(id, kind)).collect();
    columns.extend((128..134).map(|id| column(id, ColumnType::Text)));
    columns.extend((256..260).map(|id| column(id, ColumnType::Binary)));
    columns.extend((260..262).map(|id| column(id, ColumnType::LongText)));
    columns.extend(
        [(256, ColumnType::LongBinary), (258, ColumnType::Text)].map(|(id, kind)| ColumnDef {
            derived: true,
            ..column(id, kind)
        }),
    );
    ColumnLayout::new(columns, OffsetSource::RunningSum).unwrap()
}

/// One value of a tagged column.
#[derive(Clone, Debug)]
enum Stored {
    Plain(Vec<u8>),
    Compressed(Vec<u8>),
    Elsewhere(u64),
}

impl Stored {
    fn borrow(&self) -> StoredValue<'_> {
        match self {
            Self::Plain(bytes) => StoredValue::plain(bytes),
            Self::Compressed(bytes) => StoredValue::Inline {
                bytes,
                compressed: true,
                encrypted: false,
            },
            Self::Elsewhere(id) => {
                let narrow = u32::try_from(*id).map(LongValueId::Narrow);
                StoredValue::Separated {
                    id: narrow.unwrap_or(LongValueId::Wide(*id)),
                    encrypted: false,
                }
            }
        }
    }
}

#[derive(Clone, Debug)]
struct Row {
    fixed: Vec<Option<Vec<u8>>>,
    variable: Vec<Option<Vec<u8>>>,
    tagged: Vec<(ColumnRef, Vec<Stored>)>,
}

fn tagged() -> impl Strategy<Value = Vec<(ColumnRef, Vec<Stored>)>> {
    let bytes = || vec(any::<u8>(), 0..40);
    let short = vec(bytes().prop_map(Stored::Plain), 0..5);
    let long = vec(
        prop_oneof![
            bytes().prop_map(Stored::Plain),
            any::<u32>().prop_map(|id| Stored::Elsewhere(id.into())),
            any::<u64>().prop_map(|id| Stored::Elsewhere(id | 1 << 63)),
        ],
        0..5,
    );
    let first = proptest::option::of(bytes());
    let long = (long, first).prop_map(|(mut values, first)| {
        if let (Some(bytes), Some(place)) = (first, values.first_mut()) {
            *place = Stored::Compressed(bytes);
        }
        values
    });
    let numbers = |columns: &'static [u16], derived| {
        proptest::sample::select(columns).prop_map(move |id| ColumnRef {
            id: ColumnId(id),
            derived,
        })
    };
    let short_columns = prop_oneof![numbers(&[256, 257, 258, 259], false), numbers(&[258], true)];
    let long_columns = prop_oneof![numbers(&[260, 261], false), numbers(&[256], true)];
    let key = |column: ColumnRef| (column.derived, column.id.0);
    let short = btree_map(short_columns.prop_map(key), short, 0..6);
    let long = btree_map(long_columns.prop_map(key), long, 0..4);
    (short, long).prop_map(|(short, long)| {
        let all = short.into_iter().chain(long);
        all.map(|((derived, id), values)| {
            (
                ColumnRef {
                    id: ColumnId(id),
                    derived,
                },
                values,
            )
        })
        .collect()
    })
}

fn row() -> impl Strategy<Value = Row> {
    let fixed = NUMBERS.map(|kind| vec(any::<u8>(), kind.fixed_bytes().unwrap_or(7)));
    let fixed = fixed.into_iter().map(proptest::option::of).collect::<Vec<_>>();
    let fixed = (fixed, 0..=NUMBERS.len()).prop_map(|(mut values, len)| {
        values.truncate(len);
        values
    });
    let variable = vec(proptest::option::of(vec(any::<u8>(), 0..=255)), 0..7);
    let variable = variable.prop_map(|mut values| {
        values.truncate(6);
        values
    });
    (fixed, variable, tagged()).prop_map(|(fixed, variable, tagged)| Row {
        fixed,
        variable,
        tagged,
    })
}

fn encode(layout: &ColumnLayout, row: &Row, large_page: bool) -> Vec<u8> {
    let mut builder = RecordBuilder::new(layout, large_page);
    for (id, value) in (1..).zip(&row.fixed) {
        builder.set_fixed(ColumnId(id), value.as_deref()).unwrap();
    }
    for (id, value) in (128..).zip(&row.variable) {
        builder.set_variable(ColumnId(id), value.as_deref()).unwrap();
    }
    for (column, values) in &row.tagged {
        builder
            .set_tagged(*column, values.iter().map(Stored::borrow).collect())
            .unwrap();
    }
    let mut bytes = Vec::new();
    builder.encode(&mut bytes).unwrap();
    bytes
}

fn expected(value: &Option<Vec<u8>>) -> Field<&[u8]> {
    value.as_deref().map_or(Field::Null, Field::Value)
}

/// Asks every question of bytes that may be no record.
fn ask_everything(layout: &ColumnLayout, bytes: &[u8], large_page: bool) {
    let Ok(record) = Record::parse(bytes, large_page) else {
        return;
    };
    let sound = record.verify(layout).is_ok();
    for def in layout.columns() {
        if let Ok(Field::Value(values)) = record.get(layout, def.reference()) {
            for value in values.iter() {
                let _ = value;
            }
        }
    }
    if let Ok(area) = record.tagged_area() {
        assert!(area.iter().count() <= area.len());
    }
    if let Ok(builder) = RecordBuilder::from_record(layout, &record) {
        let _ = builder.encode(&mut Vec::new());
    } else {
        assert!(!sound, "a record that is sound can be taken over");
    }
}

proptest! {
    #[test]
    fn a_record_comes_back_as_it_was_written(row in row(), large_page: bool) {
        let layout = layout();
        let bytes = encode(&layout, &row, large_page);
        let record = Record::parse(&bytes, large_page).unwrap();
        record.verify(&layout).unwrap();
        for (id, value) in (1..).zip(&row.fixed) {
            prop_assert_eq!(record.fixed(&layout, ColumnId(id)).unwrap(), expected(value));
        }
        for (id, value) in (128..).zip(&row.variable) {
            prop_assert_eq!(record.variable(ColumnId(id)).unwrap(), expected(value));
        }
        prop_assert_eq!(record.variable(ColumnId(128 + row.variable.len() as u16)).unwrap(), Field::Absent);
        prop_assert_eq!(record.tagged_area().unwrap().len(), row.tagged.len());
        for (column, values) in &row.tagged {
            let found = record.get(&layout, *column).unwrap();
            let found: Vec<_> = found.value().map_or(Vec::new(), |found| found.iter().map(Result::unwrap).collect());
            prop_assert_eq!(found, values.iter().map(Stored::borrow).collect::<Vec<_>>());
        }
        let mut again = Vec::new();
        RecordBuilder::from_record(&layout, &record).unwrap().encode(&mut again).unwrap();
        prop_assert_eq!(again, bytes);
    }

    #[test]
    fn any_bytes_are_safe_to_ask(bytes in vec(any::<u8>(), 0..120), large_page: bool) {
        ask_everything(&layout(), &bytes, large_page);
    }

    #[test]
    fn a_damaged_record_is_safe_to_ask(
        row in row(),
        large_page: bool,
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let layout = layout();
        let mut bytes = encode(&layout, &row, large_page);
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        ask_everything(&layout, &bytes, large_page);
        ask_everything(&layout, &bytes[..cut.index(bytes.len())], large_page);
    }
}

/// The value of one column, and NULL for every other.
struct One(Vec<Vec<u8>>);

impl ColumnSource for One {
    type Error = Infallible;

    fn value<'s>(
        &'s mut self,
        column: ColumnRef,
        instance: usize,
        part: ValuePart,
        _: &'s mut Vec<u8>,
    ) -> Result<Option<&'s [u8]>, Infallible> {
        let instance = if column.id.is_tagged() { instance } else { 1 };
        Ok(self.0.get(instance - 1).map(|value| part.of(value)))
    }
}

fn key(id: u16, descending: bool, value: Option<&[u8]>) -> Vec<u8> {
    let segment = Segment {
        column: ColumnRef::own(ColumnId(id)),
        descending,
    };
    let index = IndexDef {
        key_most: 2000,
        ..IndexDef::plain("ix", IndexFlags(0xE), vec![segment])
    };
    let builder = KeyBuilder::new(&index, &layout(), None).unwrap();
    let mut out = Vec::new();
    builder.append_segment(0, value, 0, &mut out).unwrap();
    out
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().unwrap()
}

/// Order of two values of a fixed column.
fn order(column_type: ColumnType, a: &[u8], b: &[u8]) -> Ordering {
    match column_type {
        ColumnType::Bit => (a[0] != 0).cmp(&(b[0] != 0)),
        ColumnType::Short => i16::from_le_bytes(array(a)).cmp(&i16::from_le_bytes(array(b))),
        ColumnType::Long => i32::from_le_bytes(array(a)).cmp(&i32::from_le_bytes(array(b))),
        ColumnType::Currency | ColumnType::LongLong => {
            i64::from_le_bytes(array(a)).cmp(&i64::from_le_bytes(array(b)))
        }
        ColumnType::IeeeSingle => f32::from_le_bytes(array(a)).total_cmp(&f32::from_le_bytes(array(b))),
        ColumnType::IeeeDouble | ColumnType::DateTime => {
            f64::from_le_bytes(array(a)).total_cmp(&f64::from_le_bytes(array(b)))
        }
        ColumnType::UnsignedShort | ColumnType::UnsignedLong | ColumnType::UnsignedLongLong => {
            a.iter().rev().cmp(b.iter().rev())
        }
        ColumnType::Guid => {
            let parts = |guid: &[u8]| {
                (array::<6>(&guid[10..]), array::<2>(&guid[8..10]), {
                    let groups: Vec<_> = [6..8, 4..6, 0..4]
                        .into_iter()
                        .flat_map(|at| guid[at].to_vec())
                        .collect();
                    groups
                })
            };
            parts(a).cmp(&parts(b))
        }
        _ => a.cmp(b),
    }
}

proptest! {
    #[test]
    fn keys_of_numbers_have_the_order_of_numbers(
        kind in 0..NUMBERS.len(),
        a in any::<[u8; 16]>(),
        b in any::<[u8; 16]>(),
        alike in 0_usize..16,
    ) {
        let column_type = NUMBERS[kind];
        let len = column_type.fixed_bytes().unwrap_or(7);
        // Values that differ in few bytes are the ones that find mistakes.
        let mut b = b;
        b[alike.min(len - 1)..].copy_from_slice(&a[alike.min(len - 1)..]);
        b[0] = a[0] ^ b[0] & 1;
        let (a, b) = (&a[..len], &b[..len]);
        let id = kind as u16 + 1;
        let expected = order(column_type, a, b);
        prop_assert_eq!(key(id, false, Some(a)).cmp(&key(id, false, Some(b))), expected);
        prop_assert_eq!(key(id, true, Some(a)).cmp(&key(id, true, Some(b))), expected.reverse());
        prop_assert!(key(id, false, None) < key(id, false, Some(a)));
        prop_assert!(key(id, true, None) > key(id, true, Some(a)));
    }

    #[test]
    fn keys_of_bytes_and_text_have_their_order(a in vec(0_u8..4, 0..40), b in vec(0_u8..4, 0..40)) {
        prop_assert_eq!(key(256, false, Some(&a)).cmp(&key(256, false, Some(&b))), a.cmp(&b));
        prop_assert_eq!(key(256, true, Some(&a)).cmp(&key(256, true, Some(&b))), b.cmp(&a));
        let text = |bytes: &[u8]| bytes.iter().map(|byte| b"aBz~"[usize::from(*byte)]).collect::<Vec<u8>>();
        let (a, b) = (text(&a), text(&b));
        let expected = a.to_ascii_uppercase().cmp(&b.to_ascii_uppercase());
        prop_assert_eq!(key(128, false, Some(&a)).cmp(&key(128, false, Some(&b))), expected);
    }

    #[test]
    fn no_key_exceeds_the_limit(
        ids in vec(prop_oneof![Just(128_u16), 256_u16..262], 1..=16),
        values in vec(vec(any::<u8>(), 0..300), 0..4),
        key_most in 1_u16..400,
        segment_most in proptest::option::of(0_u16..400),
        flags in any::<u16>(),
        descending in any::<u16>(),
        tuple in proptest::option::of((1_u32..5, 0_u32..300, 1_u32..20, 1_u32..9, 0_u32..9)),
    ) {
        // A cross product over many segments is all its time.
        let flags = if ids.len() > 3 { flags & !0x2000 } else { flags };
        let segments = ids.iter().enumerate().map(|(bit, id)| Segment {
            column: ColumnRef::own(ColumnId(*id)),
            descending: descending >> bit & 1 != 0,
        });
        let tuple = tuple.map(|(min_len, more, max_count, step, start)| TupleLimits {
            min_len,
            max_len: min_len + more,
            max_count,
            step,
            start,
        });
        let plain = IndexDef::plain("ix", IndexFlags(flags.into()), segments.collect());
        let index = IndexDef { key_most, segment_most, tuple, ..plain };
        let builder = KeyBuilder::new(&index, &layout(), None).unwrap();
        let mut set = KeySet::new();
        match builder.keys(&mut One(values), &mut set) {
            Ok(()) => {
                prop_assert!(set.iter().all(|key| key.len() <= usize::from(key_most)));
                prop_assert!(set.iter().is_sorted_by(|a, b| a < b));
            }
            Err(KeyError::NullDisallowed) => prop_assert!(index.flags.contains(IndexFlags::DISALLOW_NULL)),
            Err(KeyError::Truncated { .. }) => {
                prop_assert!(index.flags.contains(IndexFlags::DISALLOW_TRUNCATION));
            }
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}
