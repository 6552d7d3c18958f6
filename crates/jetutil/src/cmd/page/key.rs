//! Keys read back into values, as far as that goes: numbers, GUIDs, binary and single-byte text. Text loses its case in a
//! key, and Unicode text becomes weights that are not read back.
//!
//! A separator is the beginning of a key, and long keys are cut, so what is missing at the end is shown as `…`.

use jet_api::{ColumnDef, ColumnType, Guid, IndexDef, TableDef, Value};
use jet_isam::key::{IndexFlags, Segment};

use crate::render::{hex, short_hex, short_text};

/// The key of a row: by the primary index, or the number of the row.
pub(super) fn of_row(key: &[u8], table: &TableDef) -> Vec<String> {
    match table.primary_index() {
        Some(index) => of_index(key, table, index),
        None => vec![match key.try_into() {
            Ok(four) => u32::from_be_bytes(four).to_string(),
            Err(_) => format!("{}…", hex(key)),
        }],
    }
}

/// The key of an entry of an index; what follows its last column (a piece of a bookmark) is shown as bytes.
pub(super) fn of_index(key: &[u8], table: &TableDef, index: &IndexDef) -> Vec<String> {
    let mut rest = key;
    let mut values = Vec::new();
    for segment in &index.segments {
        if rest.is_empty() {
            break;
        }
        let column = table.column_by_ref(segment.column);
        let (text, behind) = match column.and_then(|column| segment_text(rest, segment, column, index)) {
            Some(read) => read,
            None => (format!("{}…", short_hex(rest, 32)), &[][..]),
        };
        values.push(text);
        rest = behind;
    }
    if !rest.is_empty() {
        values.push(format!("and {}", short_hex(rest, 32)));
    }
    values
}

/// One column of a key and what follows; `None` when it is cut or cannot be told from what follows.
fn segment_text<'k>(
    key: &'k [u8],
    segment: &Segment,
    column: &ColumnDef,
    index: &IndexDef,
) -> Option<(String, &'k [u8])> {
    let turn = |byte: u8| if segment.descending { !byte } else { byte };
    let (&first, rest) = key.split_first()?;
    match turn(first) {
        0x00 | 0xc0 => return Some(("NULL".to_owned(), rest)),
        0x40 => return Some(("empty".to_owned(), rest)),
        0x7f => {}
        _ => return None,
    }
    let column_type = column.column_type?;
    if let Some(len) = column_type.fixed_bytes() {
        let (value, rest) = rest.split_at_checked(len)?;
        let value: Vec<u8> = value.iter().copied().map(turn).collect();
        let is_net = index.flags.contains(IndexFlags::DOT_NET_GUID);
        let stored = number(column_type, value, is_net)?;
        return Some((Value::decode(column, stored.into()).to_string(), rest));
    }
    if column.is_unicode() {
        return unicode(rest, turn);
    }
    if column_type.is_text() {
        let len = rest.iter().position(|&byte| turn(byte) == 0)?;
        let (text, behind) = rest.split_at_checked(len)?;
        let text: Vec<u8> = text.iter().copied().map(turn).collect();
        let text = jet_isam::text::from_ansi(&text);
        return Some((format!("\"{}\"", short_text(&text, 60)), behind.split_first()?.1));
    }
    if column.id.is_fixed() {
        let (value, rest) = rest.split_at_checked(usize::try_from(column.max_len).ok()?)?;
        let value: Vec<u8> = value.iter().copied().map(turn).collect();
        return Some((short_hex(&value, 32), rest));
    }
    chunks(rest, turn)
}

/// Binary of varying length: groups of eight bytes, each with its count behind it.
fn chunks(mut rest: &[u8], turn: impl Fn(u8) -> u8) -> Option<(String, &[u8])> {
    let mut value = Vec::new();
    loop {
        let (group, behind) = rest.split_first_chunk::<9>()?;
        let [bytes @ .., count] = group.map(&turn);
        rest = behind;
        match count {
            9 => value.extend_from_slice(&bytes),
            1..=8 => {
                value.extend(bytes.iter().take(usize::from(count)));
                return Some((short_hex(&value, 32), rest));
            }
            _ => return None,
        }
    }
}

/// Weights up to the zero byte at their end, behind the four separators.
fn unicode(rest: &[u8], turn: impl Fn(u8) -> u8) -> Option<(String, &[u8])> {
    let mut separators = 0;
    let end = rest.iter().position(|&byte| {
        let byte = turn(byte);
        separators += u32::from(byte == 1);
        byte == 0 && separators >= 4
    })?;
    let (weights, behind) = rest.split_at_checked(end)?;
    let weights: Vec<u8> = weights.iter().copied().map(turn).collect();
    Some((
        format!("text {}", short_hex(&weights, 32)),
        behind.split_first()?.1,
    ))
}

/// The stored bytes of a number or GUID from those of its key: see the rules of keys.
fn number(column_type: ColumnType, mut key: Vec<u8>, is_net_guid: bool) -> Option<Vec<u8>> {
    const GUID: [usize; 16] = [10, 11, 12, 13, 14, 15, 8, 9, 6, 7, 4, 5, 0, 1, 2, 3];
    const NET_GUID: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    if column_type == ColumnType::Guid {
        let mut stored = [0; 16];
        let order = if is_net_guid { NET_GUID } else { GUID };
        for (place, byte) in order.into_iter().zip(key) {
            *stored.get_mut(place)? = byte;
        }
        return Some(Guid(stored).0.to_vec());
    }
    let first = key.first_mut()?;
    match column_type {
        ColumnType::Short | ColumnType::Long | ColumnType::Currency | ColumnType::LongLong => *first ^= 0x80,
        ColumnType::IeeeSingle | ColumnType::IeeeDouble | ColumnType::DateTime => {
            if *first & 0x80 != 0 {
                *first ^= 0x80;
            } else {
                key.iter_mut().for_each(|byte| *byte = !*byte);
            }
        }
        _ => {}
    }
    key.reverse();
    Some(key)
}

#[cfg(test)]
mod tests {
    use jet_api::{ColumnFlags, ColumnId};
    use jet_isam::key::{SegmentKind, SegmentLimits, append_value};

    use super::*;

    fn column(kind: ColumnType, id: u16) -> ColumnDef {
        ColumnDef {
            id: ColumnId(id),
            name: "c".to_owned(),
            column_type: Some(kind),
            code_page: 1252,
            max_len: 0,
            flags: ColumnFlags(0),
            default: None,
            record_offset: 0,
            derived: false,
        }
    }

    /// What the engine's own normalisation makes of a value must read back.
    fn there_and_back(kind: ColumnType, id: u16, value: &[u8], descending: bool) -> String {
        let column = column(kind, id);
        let limits = SegmentLimits {
            room: 255,
            key_most: 255,
            segment_most: None,
        };
        let mut key = Vec::new();
        let segment_kind = SegmentKind::new(&column, 0, false).unwrap();
        append_value(&segment_kind, value, None, &limits, &mut key).unwrap();
        if descending {
            key.iter_mut().for_each(|byte| *byte = !*byte);
        }
        key.push(0xaa);
        let segment = Segment {
            column: column.reference(),
            descending,
        };
        let index = IndexDef::plain("i", IndexFlags::default(), vec![segment]);
        let (text, rest) = segment_text(&key, &segment, &column, &index).unwrap();
        assert_eq!(rest, [0xaa]);
        text
    }

    #[test]
    fn values_read_back_from_keys() {
        for descending in [false, true] {
            let back = |kind, id, value: &[u8]| there_and_back(kind, id, value, descending);
            assert_eq!(back(ColumnType::Long, 1, &(-5_i32).to_le_bytes()), "-5");
            assert_eq!(back(ColumnType::UnsignedShort, 1, &7_u16.to_le_bytes()), "7");
            assert_eq!(back(ColumnType::IeeeDouble, 1, &(-1.5_f64).to_le_bytes()), "-1.5");
            assert_eq!(back(ColumnType::IeeeDouble, 1, &2.25_f64.to_le_bytes()), "2.25");
            assert_eq!(back(ColumnType::Text, 128, b"Abc"), "\"ABC\"");
            assert_eq!(back(ColumnType::Binary, 128, b"123456789"), "313233343536373839");
            let guid: Vec<u8> = (0..16).collect();
            assert_eq!(
                back(ColumnType::Guid, 1, &guid),
                "03020100-0504-0706-0809-0a0b0c0d0e0f"
            );
        }
    }
}
