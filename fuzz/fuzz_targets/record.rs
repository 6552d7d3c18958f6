//! A record out of any bytes: every column, every instance; what can be read is the same after writing it again.
#![no_main]

use std::sync::LazyLock;

use jet_isam::column::{ColumnDef, ColumnFlags, ColumnId, ColumnLayout, ColumnType, OffsetSource};
use jet_isam::record::{Record, RecordBuilder};
use libfuzzer_sys::fuzz_target;

static LAYOUT: LazyLock<ColumnLayout> = LazyLock::new(|| {
    let column = |id: u16, column_type, max_len| ColumnDef {
        id: ColumnId(id),
        name: format!("c{id}"),
        column_type: Some(column_type),
        code_page: 1200,
        max_len,
        flags: ColumnFlags(0),
        default: None,
        record_offset: 0,
        derived: false,
    };
    let mut columns = vec![
        column(1, ColumnType::Long, 4),
        column(2, ColumnType::Bit, 1),
        column(3, ColumnType::Guid, 16),
        column(4, ColumnType::Text, 31),
        column(5, ColumnType::IeeeDouble, 8),
    ];
    columns.extend((128..140).map(|id| column(id, ColumnType::Binary, 255)));
    columns.extend((256..300).map(|id| column(id, ColumnType::LongText, 0)));
    ColumnLayout::new(columns, OffsetSource::RunningSum).expect("columns that fit")
});

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, bytes)) = bytes.split_first() else {
        return;
    };
    let is_large = choice & 1 == 1;
    let Ok(record) = Record::parse(bytes, is_large) else {
        return;
    };
    _ = record.verify(&LAYOUT);
    for column in LAYOUT.columns() {
        if let Ok(field) = record.get(&LAYOUT, column.reference())
            && let Some(values) = field.value()
        {
            assert!(values.len() > 0);
            values.iter().for_each(drop);
        }
    }
    let Ok(builder) = RecordBuilder::from_record(&LAYOUT, &record) else {
        return;
    };
    let mut again = Vec::new();
    if builder.encode(&mut again).is_ok() {
        let record = Record::parse(&again, is_large).expect("a record just written");
        record.verify(&LAYOUT).expect("a sound record");
        let mut third = Vec::new();
        let builder = RecordBuilder::from_record(&LAYOUT, &record).expect("a sound record");
        builder
            .encode(&mut third)
            .expect("a record that was written before");
        assert_eq!(again, third);
    }
});
