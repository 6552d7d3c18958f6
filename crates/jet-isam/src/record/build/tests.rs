#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use super::super::LongValueId;
use super::*;
use crate::column::{ColumnDef, ColumnFlags, OffsetSource};

fn column(id: u16, column_type: ColumnType, default: Option<&[u8]>) -> ColumnDef {
    ColumnDef {
        id: ColumnId(id),
        name: format!("c{id}"),
        column_type: Some(column_type),
        code_page: 1252,
        max_len: 6,
        flags: ColumnFlags::default(),
        default: default.map(<[u8]>::to_vec),
        record_offset: 0,
        derived: false,
    }
}

fn layout() -> ColumnLayout {
    let mut columns = vec![
        column(1, ColumnType::Long, None),
        column(2, ColumnType::Bit, Some(&[1])),
        column(3, ColumnType::Text, Some(b"ab")),
        column(4, ColumnType::Short, None),
        column(128, ColumnType::Binary, None),
        column(129, ColumnType::Text, Some(b"dflt")),
        column(130, ColumnType::Text, None),
        column(256, ColumnType::Long, None),
        column(257, ColumnType::LongText, Some(b"x")),
        column(258, ColumnType::Text, None),
    ];
    columns.push(ColumnDef {
        derived: true,
        ..column(256, ColumnType::LongBinary, None)
    });
    ColumnLayout::new(columns, OffsetSource::RunningSum).unwrap()
}

fn encode(builder: &RecordBuilder<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    builder.encode(&mut bytes).unwrap();
    bytes
}

#[test]
fn lower_columns_come_with_their_defaults() {
    let layout = layout();
    let mut builder = RecordBuilder::new(&layout, false);
    assert_eq!(encode(&builder), [0, 127, 4, 0]);
    builder.set_fixed(ColumnId(4), Some(&[7, 0])).unwrap();
    builder.set_variable(ColumnId(130), Some(b"z")).unwrap();
    let bytes = encode(&builder);
    let expected = b"\x04\x82\x12\0****\xFFab    \x07\0\xF1\0\x80\x04\0\x05\0dfltz";
    assert_eq!(bytes, expected);
}

#[test]
fn short_text_is_filled_up_and_empty_is_null() {
    let layout = layout();
    let mut builder = RecordBuilder::new(&layout, false);
    builder.set_fixed(ColumnId(3), Some(b"q")).unwrap();
    let bytes = encode(&builder);
    let record = Record::parse(&bytes, false).unwrap();
    assert_eq!(
        record.fixed(&layout, ColumnId(3)),
        Ok(Field::Value(&b"q     "[..]))
    );
    builder.set_fixed(ColumnId(3), Some(b"")).unwrap();
    let bytes = encode(&builder);
    assert_eq!(
        Record::parse(&bytes, false).unwrap().fixed(&layout, ColumnId(3)),
        Ok(Field::Null)
    );
    assert_eq!(
        builder.set_fixed(ColumnId(1), Some(b"q")),
        Err(BuildError::FixedLength {
            column: ColumnId(1),
            expected: 4,
            found: 1
        })
    );
}

#[test]
fn a_null_keeps_the_bytes_below() {
    let layout = layout();
    let mut builder = RecordBuilder::new(&layout, false);
    builder.set_fixed(ColumnId(1), Some(&[1, 2, 3, 4])).unwrap();
    let bytes = encode(&builder);
    let record = Record::parse(&bytes, false).unwrap();
    let mut builder = RecordBuilder::from_record(&layout, &record).unwrap();
    builder.set_fixed(ColumnId(1), None).unwrap();
    assert_eq!(encode(&builder), [1, 127, 9, 0, 1, 2, 3, 4, 0xFF]);
}

#[test]
fn forms_of_tagged_values_follow_the_page() {
    let layout = layout();
    let id = ColumnRef::own(ColumnId(256));
    let text = ColumnRef::own(ColumnId(258));
    let long = ColumnRef::derived(ColumnId(256));
    for (large_page, expected) in [
        (
            false,
            &b"\0\x01\x0c\xC0\0\x01\x11\0\x02\x01\x15\x40\x05\x01\x02\x03\x04\x09\0\0\0\x18\x01ab"[..],
        ),
        (
            true,
            b"\0\x01\x0c\x80\0\x01\x11\0\x02\x01\x16\0\x05\x01\x02\x03\x04\0\x09\0\0\0\x08\x04\0\x05\0ab",
        ),
    ] {
        let mut builder = RecordBuilder::new(&layout, large_page);
        let one = StoredValue::plain;
        builder.set_tagged(text, vec![one(b"a"), one(b"b")]).unwrap();
        builder.set_tagged(id, vec![one(&[9, 0, 0, 0])]).unwrap();
        let stored = LongValueId::Narrow(0x0403_0201);
        builder
            .set_tagged(
                long,
                vec![StoredValue::Separated {
                    id: stored,
                    encrypted: false,
                }],
            )
            .unwrap();
        let bytes = encode(&builder);
        assert_eq!(&bytes[4..], expected, "large: {large_page}");
        let record = Record::parse(&bytes, large_page).unwrap();
        record.verify(&layout).unwrap();
        assert_eq!(
            encode(&RecordBuilder::from_record(&layout, &record).unwrap()),
            bytes
        );
    }
}

#[test]
fn an_explicit_null_stands_against_a_default() {
    let layout = layout();
    let column = ColumnRef::own(ColumnId(257));
    for large_page in [false, true] {
        let mut builder = RecordBuilder::new(&layout, large_page);
        builder.set_tagged(column, vec![]).unwrap();
        let bytes = encode(&builder);
        let record = Record::parse(&bytes, large_page).unwrap();
        assert_eq!(record.get(&layout, column), Ok(Field::Null));
        builder.remove_tagged(column);
        let bytes = encode(&builder);
        let record = Record::parse(&bytes, large_page).unwrap();
        assert_eq!(record.get(&layout, column), Ok(Field::Absent));
    }
}

#[test]
fn values_that_cannot_stand_together_are_refused() {
    let layout = layout();
    let column = ColumnRef::own(ColumnId(257));
    let compressed = StoredValue::Inline {
        bytes: b"z",
        compressed: true,
        encrypted: false,
    };
    let mut builder = RecordBuilder::new(&layout, false);
    builder
        .set_tagged(column, vec![StoredValue::plain(b"a"), compressed])
        .unwrap();
    assert_eq!(
        builder.encode(&mut Vec::new()),
        Err(BuildError::Instances { column })
    );
    let long = vec![b'x'; 9000];
    builder
        .set_tagged(column, vec![StoredValue::plain(&long)])
        .unwrap();
    builder
        .set_tagged(ColumnRef::own(ColumnId(258)), vec![StoredValue::plain(b"a")])
        .unwrap();
    let found = builder.encode(&mut Vec::new());
    assert_eq!(
        found,
        Err(BuildError::Offset {
            offset: 9009,
            limit: 0x1FFF
        })
    );
}

#[test]
fn limits_of_the_page_sizes() {
    let limit = |size, key| max_record_bytes(size, key);
    assert_eq!(limit(PageSize::K4, 255), 3789);
    assert_eq!(limit(PageSize::K8, 255), 7885);
    assert_eq!(limit(PageSize::K16, 255), 16037);
    assert_eq!(limit(PageSize::K32, 255), 32421);
}

#[test]
fn columns_out_of_order_are_not_taken_over() {
    let layout = ColumnLayout::default();
    let bytes = [0, 127, 4, 0, 1, 1, 8, 0, 0, 1, 9, 0, 7, 7];
    let record = Record::parse(&bytes, false).unwrap();
    let refused = RecordBuilder::from_record(&layout, &record).err();
    let order = matches!(
        refused,
        Some(BuildError::Record(crate::record::RecordError::TaggedOrder { .. }))
    );
    assert!(order, "{refused:?}");
}
