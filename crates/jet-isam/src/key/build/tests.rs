#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use std::collections::HashMap;
use std::convert::Infallible;

use super::super::{Segment, UnsupportedText, ValuePart};
use super::*;
use crate::column::{ColumnDef, ColumnId, ColumnType, OffsetSource};

/// Values by column id.
#[derive(Default)]
struct Row(HashMap<u16, Vec<Vec<u8>>>);

impl Row {
    fn of<const N: usize>(columns: [(u16, &[&[u8]]); N]) -> Self {
        let own = |values: &[&[u8]]| values.iter().map(|value| value.to_vec()).collect();
        Self(
            columns
                .into_iter()
                .map(|(id, values)| (id, own(values)))
                .collect(),
        )
    }
}

impl ColumnSource for Row {
    type Error = Infallible;

    fn value<'s>(
        &'s mut self,
        column: ColumnRef,
        instance: usize,
        part: ValuePart,
        _: &'s mut Vec<u8>,
    ) -> Result<Option<&'s [u8]>, Infallible> {
        let values = self.0.get(&column.id.0);
        Ok(values
            .and_then(|values| values.get(instance - 1))
            .map(|value| part.of(value)))
    }
}

/// 1, 2 bytes; 128 text; 256, 257 multi-valued bytes; 258 multi-valued text; 259 long Unicode text; 260 long text.
fn layout() -> ColumnLayout {
    let columns = [
        (1, ColumnType::UnsignedByte, 0),
        (2, ColumnType::UnsignedByte, 0),
        (128, ColumnType::Text, 1252),
        (256, ColumnType::UnsignedByte, 0),
        (257, ColumnType::UnsignedByte, 0),
        (258, ColumnType::Text, 1252),
        (259, ColumnType::LongText, 1200),
        (260, ColumnType::LongText, 1252),
    ];
    let columns = columns.map(|(id, column_type, code_page)| ColumnDef {
        id: ColumnId(id),
        name: format!("c{id}"),
        column_type: Some(column_type),
        code_page,
        max_len: 255,
        flags: if (256..259).contains(&id) {
            ColumnFlags::MULTI_VALUED
        } else {
            ColumnFlags::default()
        },
        default: None,
        record_offset: 0,
        derived: false,
    });
    ColumnLayout::new(columns.to_vec(), OffsetSource::RunningSum).unwrap()
}

fn index<const N: usize>(flags: IndexFlags, ids: [u16; N]) -> IndexDef {
    let segment = |id| Segment {
        column: ColumnRef::own(ColumnId(id)),
        descending: false,
    };
    IndexDef::plain("ix", flags, ids.map(segment).to_vec())
}

const ALL: IndexFlags = IndexFlags(0x8E);

fn builder(index: &IndexDef) -> KeyBuilder {
    KeyBuilder::new(index, &layout(), Some(Arc::new(Reversed))).unwrap()
}

fn keys(index: &IndexDef, mut row: Row) -> Result<Vec<Vec<u8>>, KeyError<Infallible>> {
    let mut set = KeySet::new();
    builder(index).keys(&mut row, &mut set)?;
    Ok(set.iter().map(<[u8]>::to_vec).collect())
}

/// Ignores the unit "-"; others come out byte by byte.
struct Reversed;

impl TextCollation for Reversed {
    fn append_sort_key(&self, text: &[u8], out: &mut Vec<u8>) -> Result<(), UnsupportedText> {
        let units = text.chunks_exact(2).filter(|unit| unit[0] != b'-');
        out.extend(units.flat_map(|unit| [unit[1], unit[0]]));
        out.push(0);
        Ok(())
    }
}

#[test]
fn null_rules_are_told_apart() {
    let allowed =
        |bits: u32, row: fn() -> Row| keys(&index(IndexFlags(bits), [1, 2]), row()).unwrap().len() == 1;
    let all = || Row::default();
    let first = || Row::of([(2, &[&[5]])]);
    let some = || Row::of([(1, &[&[5]])]);
    let none = || Row::of([(1, &[&[5]]), (2, &[&[6]])]);
    for (bits, expected) in [
        (0x2, [true, false, false]),
        (0x4, [false, true, false]),
        (0x8, [false, false, true]),
    ] {
        assert_eq!(
            [allowed(bits, all), allowed(bits, first), allowed(bits, some)],
            expected,
            "{bits:#x}"
        );
        assert!(allowed(bits, none));
    }
    assert_eq!(
        keys(&index(IndexFlags::DISALLOW_NULL, [1, 2]), some()),
        Err(KeyError::NullDisallowed)
    );
}

#[test]
fn null_can_sort_high_and_directions_turn_it() {
    let mut index = index(ALL.with(IndexFlags::NULLS_HIGH), [1, 2]);
    index.segments[1].descending = true;
    assert_eq!(keys(&index, Row::default()).unwrap(), [[0xC0, 0x3F]]);
    index.flags = ALL;
    assert_eq!(
        keys(&index, Row::of([(2, &[&[5]])])).unwrap(),
        [[0x00, 0x80, 0xFA]]
    );
}

#[test]
fn conditions_must_all_hold() {
    let mut index = index(ALL, [1]);
    let condition = |id, must_be_null| Condition {
        column: ColumnRef::own(ColumnId(id)),
        must_be_null,
    };
    index.conditions = vec![condition(2, true), condition(128, false)];
    let count = |row| keys(&index, row).unwrap().len();
    assert_eq!(count(Row::of([(1, &[&[1]]), (128, &[b"x"])])), 1);
    assert_eq!(count(Row::of([(1, &[&[1]]), (128, &[b"x"]), (2, &[&[2]])])), 0);
    assert_eq!(count(Row::of([(1, &[&[1]])])), 0);
}

#[test]
fn the_first_multi_valued_column_is_expanded() {
    let row = || Row::of([(256, &[&[1], &[2], &[1]]), (257, &[&[8], &[9]])]);
    let key = |first, second| vec![0x7F, first, 0x7F, second];
    assert_eq!(
        keys(&index(ALL, [256, 257]), row()).unwrap(),
        [key(1, 8), key(2, 8)]
    );
    let cross = ALL.with(IndexFlags::CROSS_PRODUCT);
    let expected = [key(1, 8), key(1, 9), key(2, 8), key(2, 9)];
    assert_eq!(keys(&index(cross, [256, 257]), row()).unwrap(), expected);
    let nested = ALL.with(IndexFlags::NESTED_TABLE);
    let expected = [vec![0x7F, 1, 0], key(1, 8), key(2, 9)];
    assert_eq!(keys(&index(nested, [256, 257]), row()).unwrap(), expected);
    let without = IndexFlags(0xE);
    assert_eq!(keys(&index(without, [256, 257]), row()).unwrap(), [key(1, 8)]);
}

#[test]
fn no_value_at_all_is_one_null() {
    for flags in [
        ALL,
        ALL.with(IndexFlags::CROSS_PRODUCT),
        ALL.with(IndexFlags::NESTED_TABLE),
    ] {
        assert_eq!(keys(&index(flags, [256, 257]), Row::default()).unwrap(), [[0, 0]]);
    }
}

#[test]
fn a_key_is_cut_or_refused() {
    let mut index = index(ALL, [128, 128, 1]);
    index.key_most = 6;
    let row = || Row::of([(128, &[b"ab"]), (1, &[&[1]])]);
    assert_eq!(keys(&index, row()).unwrap(), [b"\x7FAB\0\x7F\x41"]);
    index.flags = ALL.with(IndexFlags::DISALLOW_TRUNCATION);
    assert_eq!(keys(&index, row()), Err(KeyError::Truncated { most: 6 }));
    index.segment_most = Some(3);
    index.segments.pop();
    assert_eq!(
        keys(&index, row()).unwrap(),
        [b"\x7FAB\x7FAB"],
        "a segment limit is no cut"
    );
}

#[test]
fn a_number_is_cut_by_the_key_limit() {
    let mut index = index(ALL, [1, 2]);
    index.key_most = 3;
    assert_eq!(
        keys(&index, Row::of([(1, &[&[1]]), (2, &[&[2]])])).unwrap(),
        [[0x7F, 1, 0x7F]]
    );
}

#[test]
fn tuples_slide_over_the_value() {
    let mut index = index(ALL, [258, 1]);
    index.tuple = Some(TupleLimits {
        min_len: 2,
        max_len: 3,
        max_count: 3,
        step: 2,
        start: 1,
    });
    let row = || Row::of([(258, &[b"abcdefghij", b"x", b"pqr"]), (1, &[&[7]])]);
    let expected = [
        &b"\x7FBCD\0\x7F\x07"[..],
        b"\x7FDEF\0\x7F\x07",
        b"\x7FFGH\0\x7F\x07",
        b"\x7FQR\0\x7F\x07",
    ];
    assert_eq!(keys(&index, row()).unwrap(), expected);
    assert!(
        keys(&index, Row::default()).unwrap().is_empty(),
        "NULL has no tuples"
    );
}

#[test]
fn tuples_of_each_value_meet_each_other_value() {
    let mut index = index(ALL.with(IndexFlags::CROSS_PRODUCT), [258, 256]);
    index.tuple = Some(TupleLimits {
        min_len: 2,
        max_len: 2,
        ..TupleLimits::default()
    });
    let row = Row::of([(258, &[b"x", b"pqr"]), (256, &[&[7], &[8]])]);
    let expected = [
        &b"\x7FPQ\0\x7F\x07"[..],
        b"\x7FPQ\0\x7F\x08",
        b"\x7FQR\0\x7F\x07",
        b"\x7FQR\0\x7F\x08",
    ];
    assert_eq!(keys(&index, row).unwrap(), expected);
    assert!(keys(&index, Row::default()).unwrap().is_empty());
}

#[test]
fn tuples_of_unicode_text_count_characters() {
    let mut index = index(ALL, [259]);
    index.tuple = Some(TupleLimits {
        min_len: 2,
        max_len: 2,
        ..TupleLimits::default()
    });
    let row = Row::of([(259, &[b"a\0b\0c\0"])]);
    assert_eq!(
        keys(&index, row).unwrap(),
        [&b"\x7F\0a\0b\0"[..], b"\x7F\0b\0c\0"]
    );
}

#[test]
fn long_text_is_read_until_the_key_is_full() {
    let text: Vec<u8> = b"-\0".iter().copied().cycle().take(4000).chain(*b"z\0").collect();
    let mut index = index(ALL, [259]);
    assert_eq!(
        keys(&index, Row::of([(259, &[&text])])).unwrap(),
        [b"\x7F\0"],
        "255: the old limit of text"
    );
    index.key_most = 300;
    assert_eq!(keys(&index, Row::of([(259, &[&text])])).unwrap(), [b"\x7F\0z\0"]);
}

#[test]
fn definitions_that_fit_no_table_are_refused() {
    let refused = |index: &IndexDef| KeyBuilder::new(index, &layout(), None).err();
    assert_eq!(
        refused(&index(ALL, [])),
        Some(IndexError::SegmentCount { count: 0 })
    );
    assert_eq!(
        refused(&index(ALL, [1; 17])),
        Some(IndexError::SegmentCount { count: 17 })
    );
    let column = ColumnRef::own(ColumnId(3));
    assert_eq!(
        refused(&index(ALL, [3])),
        Some(IndexError::UnknownColumn { column })
    );
    let mut tuples = index(ALL, [1]);
    tuples.tuple = Some(TupleLimits::default());
    assert!(matches!(refused(&tuples), Some(IndexError::Tuples { .. })));
    tuples.key_most = 0;
    assert_eq!(refused(&tuples), Some(IndexError::KeyMost));
}

#[test]
fn a_senseless_cross_product_ends() {
    let values: Vec<[u8; 1]> = (0..=255).map(|byte| [byte]).collect();
    let values: Vec<&[u8]> = values.iter().map(<[u8; 1]>::as_slice).collect();
    let row = Row::of([(256, &values), (257, &values), (258, &values)]);
    let found = keys(&index(ALL.with(IndexFlags::CROSS_PRODUCT), [256, 257, 258]), row);
    assert_eq!(found, Err(KeyError::TooManyKeys));
}
