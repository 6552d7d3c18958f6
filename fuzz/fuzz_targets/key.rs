//! Keys of any values in any index: never longer than the index allows, and in the order of the values.
#![no_main]

use jet_isam::column::{ColumnDef, ColumnFlags, ColumnId, ColumnLayout, ColumnRef, ColumnType, OffsetSource};
use jet_isam::key::{IndexDef, IndexFlags, KeyBuilder, Segment};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&[kind, area, key_most, flags, len], rest)) = bytes.split_first_chunk() else {
        return;
    };
    let Some(column_type) = ColumnType::from_number(u32::from(kind % 19)) else {
        return;
    };
    let is_fixed_size = column_type.fixed_bytes().is_some();
    let id = match area % 3 {
        0 if is_fixed_size => 1,
        1 if !is_fixed_size => 128,
        _ => 256,
    };
    let def = ColumnDef {
        id: ColumnId(id),
        name: "c".into(),
        column_type: Some(column_type),
        code_page: 1252,
        max_len: 255,
        flags: ColumnFlags(0),
        default: None,
        record_offset: 4,
        derived: false,
    };
    let Ok(layout) = ColumnLayout::new(vec![def], OffsetSource::RunningSum) else {
        return;
    };
    let segment = Segment {
        column: ColumnRef::own(ColumnId(id)),
        descending: flags & 1 == 1,
    };
    let mut index = IndexDef::plain(
        "i",
        IndexFlags(u32::from(flags) << 8),
        vec![segment; 1 + usize::from(flags % 3)],
    );
    index.key_most = u16::from(key_most) + 1;
    index.segment_most = (flags & 16 != 0).then_some(u16::from(len) + 1);
    let Ok(builder) = KeyBuilder::new(&index, &layout, None) else {
        return;
    };
    let split = usize::from(len).min(rest.len());
    let key = |value: &[u8]| {
        let mut out = vec![0xAA; 3];
        for number in 0..builder.segment_count() {
            builder.append_segment(number, Some(value), 3, &mut out).ok()?;
        }
        Some(out.split_off(3))
    };
    let (a, b) = rest.split_at(split);
    let (Some(key_a), Some(key_b)) = (key(a), key(b)) else {
        return;
    };
    assert!(key_a.len() <= usize::from(index.key_most));
    if column_type.is_binary() && index.segment_most.is_none() {
        // Cut keys may be equal, but never in the wrong order.
        let order = if segment.descending { b.cmp(a) } else { a.cmp(b) };
        assert!(
            key_a.cmp(&key_b) == order
                || key_a == key_b
                || key_a.len().max(key_b.len()) >= index.key_most.into()
        );
    }
});
