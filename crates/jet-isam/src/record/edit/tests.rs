#![expect(clippy::cast_possible_truncation, reason = "small numbers drawn at random")]

use super::*;
use crate::column::{ColumnDef, ColumnFlags, ColumnType, OffsetSource};
use crate::record::{RecordBuilder, StoredValue};

fn column(id: u16, column_type: ColumnType, offset: u16, default: Option<&[u8]>) -> ColumnDef {
    ColumnDef {
        id: ColumnId(id),
        name: format!("c{id}"),
        column_type: Some(column_type),
        code_page: 1252,
        max_len: 0,
        flags: ColumnFlags::default(),
        default: default.map(<[u8]>::to_vec),
        record_offset: offset,
        derived: false,
    }
}

fn layout() -> ColumnLayout {
    let mut columns: Vec<_> = (0..10)
        .map(|number| {
            let default = (number % 3 == 1).then_some(&[7_u8, 0, 0, 0][..]);
            column(number + 1, ColumnType::Long, 4 + 4 * number, default)
        })
        .collect();
    for number in 0..5 {
        let default = (number % 2 == 1).then_some(&b"default"[..]);
        columns.push(column(128 + number, ColumnType::Binary, 0, default));
        columns.push(column(256 + number, ColumnType::Binary, 0, default));
        columns.push(column(300 + number, ColumnType::LongBinary, 0, default));
    }
    ColumnLayout::new(columns, OffsetSource::Recorded).unwrap()
}

/// The same changes by a builder and in place give the same bytes.
#[test]
fn changes_in_place_give_what_a_builder_gives() {
    let layout = layout();
    for large_page in [false, true] {
        let edit = RecordEdit {
            layout: &layout,
            large_page,
            most: 4000,
        };
        let mut seed = 1_u64;
        let mut random = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        let mut record = vec![0, 127, 4, 0];
        let mut scratch = Vec::new();
        for _ in 0..3000 {
            let bytes: Vec<u8> = (0..random(20)).map(|_| random(256) as u8).collect();
            let value = (random(4) > 0).then_some(&bytes[..]);
            let before = record.clone();
            let parsed = Record::parse(&before, large_page).unwrap();
            let mut builder = RecordBuilder::from_record(&layout, &parsed).unwrap();
            match random(3) {
                0 => {
                    let id = ColumnId(1 + random(10) as u16);
                    let bytes = random(1 << 32) as u32;
                    let bytes = bytes.to_le_bytes();
                    let value = value.map(|_| &bytes[..]);
                    builder.set_fixed(id, value).unwrap();
                    edit.set_fixed(&mut record, id, value).unwrap();
                    let mut built = Vec::new();
                    builder.encode(&mut built).unwrap();
                    // Under NULL the default may stand, as it was there first.
                    if value.is_some() {
                        assert_eq!(record, built, "fixed {id}");
                    }
                    let (left, right) = (&record, &built);
                    let left = Record::parse(left, large_page).unwrap();
                    let right = Record::parse(right, large_page).unwrap();
                    for id in (1..11).map(ColumnId) {
                        assert_eq!(left.fixed(&layout, id), right.fixed(&layout, id));
                    }
                }
                1 => {
                    let id = ColumnId(128 + random(5) as u16);
                    builder.set_variable(id, value).unwrap();
                    edit.set_variable(&mut record, id, value).unwrap();
                    let mut built = Vec::new();
                    builder.encode(&mut built).unwrap();
                    assert_eq!(record, built, "variable {id}");
                }
                _ => {
                    let base = if random(2) == 0 { 256 } else { 300 };
                    let id = ColumnRef::own(ColumnId(base + random(5) as u16));
                    let change = TaggedChange {
                        column: id,
                        instance: random(4) as usize,
                        value: value.map(StoredValue::plain),
                        reverts: random(2) == 0,
                    };
                    edit.set_tagged(&mut record, &mut scratch, &change).unwrap();
                    Record::parse(&record, large_page)
                        .unwrap()
                        .verify(&layout)
                        .unwrap();
                }
            }
        }
    }
}

#[test]
fn what_would_be_too_long_changes_nothing() {
    let layout = layout();
    let edit = RecordEdit {
        layout: &layout,
        large_page: false,
        most: 40,
    };
    let mut record = vec![0, 127, 4, 0];
    edit.set_fixed(&mut record, ColumnId(2), Some(&[1, 2, 3, 4]))
        .unwrap();
    let before = record.clone();
    let too_big = Err(EditError::TooBig { most: 40 });
    assert_eq!(edit.set_fixed(&mut record, ColumnId(10), None), too_big);
    assert_eq!(
        edit.set_variable(&mut record, ColumnId(128), Some(&[0; 30])),
        too_big
    );
    let change = TaggedChange {
        column: ColumnRef::own(ColumnId(256)),
        instance: 1,
        value: Some(StoredValue::plain(&[0; 30])),
        reverts: false,
    };
    assert_eq!(edit.set_tagged(&mut record, &mut Vec::new(), &change), too_big);
    assert_eq!(record, before);
}
