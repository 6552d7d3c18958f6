//! The manifest of a reference set: what was written, and what the reference engine gave back.

use std::collections::HashMap;
use std::convert::Infallible;

use jet_isam::column::{ColumnDef, ColumnFlags, ColumnId, ColumnLayout, ColumnRef, ColumnType, OffsetSource};
use jet_isam::key::{ColumnSource, Condition, IndexDef, IndexFlags, Segment, TupleLimits, ValuePart};
use serde_json::Value;

use super::unhex;

/// Values of one row by column; `None` where the manifest only has a digest.
pub struct Row<'a> {
    pub layout: &'a ColumnLayout,
    pub values: HashMap<ColumnRef, Option<Vec<Vec<u8>>>>,
}

impl ColumnSource for Row<'_> {
    type Error = Infallible;

    fn value<'s>(
        &'s mut self,
        column: ColumnRef,
        instance: usize,
        part: ValuePart,
        scratch: &'s mut Vec<u8>,
    ) -> Result<Option<&'s [u8]>, Infallible> {
        if let Some(values) = self.values.get(&column) {
            let values = values.as_ref().expect("rows with digests are left out");
            return Ok(values.get(instance - 1).map(|value| part.of(value)));
        }
        let default = self
            .layout
            .get(column)
            .and_then(ColumnDef::stored_default)
            .filter(|_| instance == 1);
        Ok(default.map(|default| {
            *scratch = default.into_owned();
            part.of(scratch)
        }))
    }
}

/// Columns of a table.
pub struct Table {
    pub layout: ColumnLayout,
    pub columns: HashMap<String, ColumnRef>,
}

pub fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub fn table(columns: &Value) -> Table {
    const MULTI_VALUED: u64 = 0x400;
    let mut defs = Vec::new();
    for column in columns.as_array().unwrap() {
        let columnid = number(&column["columnid"]) as u32;
        let is_multi = number(&column["grbit"]) & MULTI_VALUED != 0;
        defs.push(ColumnDef {
            id: ColumnId(columnid as u16),
            name: text(&column["name"]).to_owned(),
            column_type: ColumnType::from_number(number(&column["coltyp"]) as u32),
            code_page: number(&column["cp"]) as u16,
            max_len: number(&column["cbMax"]) as u32,
            flags: if is_multi {
                ColumnFlags::MULTI_VALUED
            } else {
                ColumnFlags::default()
            },
            default: column.get("default").map(|default| unhex(text(default))),
            record_offset: 0,
            derived: columnid & 0x8000_0000 != 0,
        });
    }
    let columns = defs
        .iter()
        .map(|def| (def.name.clone(), def.reference()))
        .collect();
    Table {
        layout: ColumnLayout::new(defs, OffsetSource::RunningSum).unwrap(),
        columns,
    }
}

/// The definition that index-creation options stand for.
pub fn index(table: &Table, index: &Value) -> IndexDef {
    let options = number(&index["grbit"]);
    let set = |bit: u64, flag: IndexFlags| {
        if options & bit != 0 {
            flag
        } else {
            IndexFlags::default()
        }
    };
    let segments: Vec<_> = text(&index["key"])
        .trim_end_matches('|')
        .split('|')
        .map(|part| Segment {
            column: table.columns[&part[1..]],
            descending: part.starts_with('-'),
        })
        .collect();
    let mut flags = set(0x1, IndexFlags::UNIQUE)
        .with(set(0x2, IndexFlags::PRIMARY.with(IndexFlags::UNIQUE)))
        .with(set(0x4, IndexFlags::DISALLOW_NULL))
        .with(set(0x400, IndexFlags::NULLS_HIGH))
        .with(set(0x4000, IndexFlags::CROSS_PRODUCT))
        .with(set(0x10000, IndexFlags::DISALLOW_TRUNCATION))
        .with(set(0x20000, IndexFlags::NESTED_TABLE))
        .with(set(0x40000, IndexFlags::DOT_NET_GUID));
    let (ignore_null, ignore_any, ignore_first) = (options & 0x8, options & 0x20, options & 0x40);
    if options & 0x4 == 0 && ignore_any == 0 {
        flags = flags.with(IndexFlags::ALLOW_SOME_NULLS);
        if ignore_first == 0 {
            flags = flags.with(IndexFlags::ALLOW_FIRST_NULL);
            if ignore_null == 0 {
                flags = flags.with(IndexFlags::ALLOW_ALL_NULLS);
            }
        }
    }
    let is_multi = |column| {
        table
            .layout
            .get(column)
            .is_some_and(|def| def.flags.contains(ColumnFlags::MULTI_VALUED))
    };
    if segments.iter().any(|segment| is_multi(segment.column)) {
        flags = flags.with(IndexFlags::MULTI_VALUED);
    }
    let mut def = IndexDef::plain(text(&index["name"]), flags, segments);
    let extra = text(&index["extra"]);
    if let Some(condition) = extra.strip_prefix("conditional: ") {
        let (column, rule) = condition.split_once(' ').unwrap();
        def.conditions.push(Condition {
            column: table.columns[column],
            must_be_null: rule == "MustBeNull",
        });
    } else if let Some(most) = extra.strip_prefix("cbKeyMost ") {
        def.key_most = most.parse().unwrap();
    } else if let Some(most) = extra.strip_prefix("cbVarSegMac ") {
        def.segment_most = Some(most.parse().unwrap());
    } else if extra == "tuple min2 max4 toindex20 inc1 start0" {
        def.tuple = Some(TupleLimits {
            min_len: 2,
            max_len: 4,
            max_count: 20,
            step: 1,
            start: 0,
        });
    } else {
        assert!(
            extra.is_empty() || extra == "inherited" || extra.starts_with("locale"),
            "{extra}"
        );
        if options & 0x1000 != 0 {
            def.tuple = Some(TupleLimits::default());
        }
    }
    def
}

pub fn rows<'a>(table: &'a Table, rows: &Value) -> Vec<Row<'a>> {
    let value = |value: &Value| (!value.is_null()).then(|| text(value).to_owned());
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let columns = row.as_object().unwrap().iter().map(|(name, values)| {
                let values: Vec<_> = values.as_array().unwrap().iter().filter_map(value).collect();
                let known = values.iter().all(|value| !value.starts_with("sha256:"));
                let values = known.then(|| values.iter().map(|value| unhex(value)).collect());
                (table.columns[name], values)
            });
            Row {
                layout: &table.layout,
                values: columns.collect(),
            }
        })
        .collect()
}
