//! Keys in recorded conversations with the reference engine: search keys of every type and direction, and the
//! entries that rows had in indexes of every kind. Unicode text is left out.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod support;

use std::convert::Infallible;
use std::process::Command;

use jet_isam::column::{ColumnId, ColumnLayout, ColumnRef, OffsetSource};
use jet_isam::key::{ColumnSource, IndexDef, KeyBuilder, KeyError, KeySet, ValuePart};
use support::hex;
use support::trace::{Call, TraceTable, calls, data};

/// A row as a script set it: values of each column.
#[derive(Clone, Default)]
struct Row {
    bookmark: String,
    values: Vec<(ColumnRef, Vec<Vec<u8>>)>,
}

impl Row {
    /// Sets value number `instance`; `None` takes it out.
    fn set(&mut self, column: ColumnRef, instance: usize, value: Option<Vec<u8>>) {
        let at = self.values.iter().position(|(known, _)| *known == column);
        let at = at.unwrap_or_else(|| {
            self.values.push((column, Vec::new()));
            self.values.len() - 1
        });
        let values = &mut self.values[at].1;
        match value {
            Some(value) if instance <= values.len() => values[instance - 1] = value,
            Some(value) => values.push(value),
            None if instance <= values.len() => {
                values.remove(instance - 1);
            }
            None => {}
        }
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
        let values = self.values.iter().find(|(known, _)| *known == column);
        Ok(values
            .and_then(|(_, values)| values.get(instance - 1))
            .map(|value| part.of(value)))
    }
}

#[derive(Debug, Default)]
struct Counts {
    search_keys: usize,
    entries: usize,
    refused: usize,
}

#[derive(Default)]
struct Replay {
    table: TraceTable,
    rows: Vec<Row>,
    pending: Row,
    current: String,
    /// The search key so far, and how many columns it has; unknown after forms that are not compared.
    search: Option<(Vec<u8>, usize)>,
    counts: Counts,
}

impl Replay {
    fn layout(&self) -> ColumnLayout {
        let mut columns = self.table.columns.clone();
        columns.sort_by_key(|def| def.id);
        columns
            .iter_mut()
            .for_each(|def| def.max_len = def.max_len.min(255));
        ColumnLayout::new(columns, OffsetSource::RunningSum).unwrap()
    }

    /// The current index, unless it needs sort tables.
    fn current(&self, layout: &ColumnLayout) -> Option<&IndexDef> {
        let index = self.table.index(&self.current)?;
        let unicode = index
            .segments
            .iter()
            .any(|segment| layout.get(segment.column).unwrap().is_unicode());
        (!unicode).then_some(index)
    }

    fn run(&mut self, call: &Call) {
        self.table.apply(call);
        let words: Vec<_> = call.words.iter().map(String::as_str).collect();
        match words[..] {
            // Scripts with two tables are done with the first by then.
            ["CreateTable", ..] => {
                *self = Self {
                    counts: std::mem::take(&mut self.counts),
                    ..Self::default()
                }
            }
            ["PrepareUpdate", _, _, "JET_prepInsert"] if call.succeeded() => self.pending = Row::default(),
            ["PrepareUpdate", _, _, "JET_prepReplace"] => self.pending = self.rows[0].clone(),
            ["SetColumn", _, _, column, value, ref rest @ ..] if call.succeeded() => {
                let instance = rest.get(1).map_or(1, |itag| itag.parse().unwrap());
                self.pending
                    .set(self.table.column(column), instance, data(value).unwrap());
            }
            ["Update", ..] => self.update(call),
            // An unknown name leads to the primary index.
            ["SetCurrentIndex", _, _, name] => {
                let known = call.succeeded() && name != "_";
                self.current = if known {
                    name.trim_matches('"').to_owned()
                } else {
                    String::new()
                };
            }
            ["Walk", ..] => self.walk(call),
            ["Key", _, _, value, options] => self.search_key(value, options, call),
            _ => {}
        }
    }

    /// Scripts that replace do it to their first row.
    fn update(&mut self, call: &Call) {
        let Some(bookmark) = call.told("bm").filter(|_| call.succeeded()) else {
            let error = &call.answer[0];
            let layout = self.layout();
            let builders = self
                .table
                .indexes
                .iter()
                .map(|index| KeyBuilder::new(index, &layout, None).unwrap());
            let mut row = self.pending.clone();
            let found = builders.map(|builder| builder.keys(&mut row, &mut KeySet::new()));
            if error.contains("JET_errKeyTruncated") {
                assert!(
                    found
                        .into_iter()
                        .any(|found| matches!(found, Err(KeyError::Truncated { .. })))
                );
                self.counts.refused += 1;
            }
            return;
        };
        self.pending.bookmark = bookmark.to_owned();
        match self.rows.iter_mut().find(|row| row.bookmark == bookmark) {
            Some(row) => *row = self.pending.clone(),
            None => self.rows.push(self.pending.clone()),
        }
    }

    fn walk(&mut self, call: &Call) {
        let layout = self.layout();
        let Some(index) = self.current(&layout).filter(|index| !index.is_primary()) else {
            return;
        };
        let builder = KeyBuilder::new(index, &layout, None).unwrap();
        let mut set = KeySet::new();
        let mut found = Vec::new();
        for row in &self.rows {
            builder.keys(&mut row.clone(), &mut set).unwrap();
            found.extend(
                set.iter()
                    .map(|key| format!("key={} bm={}", hex(key), row.bookmark)),
            );
        }
        found.sort();
        let answer = call.answer.iter().filter(|line| line.starts_with('['));
        let told: Vec<_> = answer
            .map(|line| line.split(' ').skip(1).take(2).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(found, told, "{index:?}");
        self.counts.entries += told.len();
    }

    fn search_key(&mut self, value: &str, options: &str, call: &Call) {
        let search = self.search.take();
        let layout = self.layout();
        let Some(index) = self.current(&layout).cloned() else {
            return;
        };
        let plain = ["JET_bitNewKey", "0", "JET_bitNewKey|JET_bitKeyDataZeroLength"].contains(&options);
        let (mut key, segment) = match search {
            _ if options.starts_with("JET_bitNewKey") => (Vec::new(), 0),
            Some(search) => search,
            None => return,
        };
        if !plain || !call.succeeded() || segment == index.segments.len() {
            return;
        }
        let mut value = data(value).unwrap();
        let column = index.segments[segment].column;
        if column.id.is_fixed() {
            let mut record = Vec::new();
            value = value.map(|value| pad(&layout, column.id, value, &mut record));
        }
        // A NULL pointer, and no bytes without the option for an empty value, are NULL.
        let value = value.filter(|value| !value.is_empty() || options.ends_with("ZeroLength"));
        let builder = KeyBuilder::new(&index, &layout, None).unwrap();
        builder
            .append_segment(segment, value.as_deref(), 0, &mut key)
            .unwrap();
        let told = call.answer[0].split("key(len=").nth(1).unwrap();
        let told = told.split_once(")=").unwrap().1;
        assert!(
            hex(&key).starts_with(told.trim_end_matches("...")),
            "{call:?}\n{}\n{index:?}",
            hex(&key)
        );
        self.counts.search_keys += 1;
        self.search = Some((key, segment + 1));
    }
}

/// Fills a fixed value up as a record would.
fn pad(layout: &ColumnLayout, id: ColumnId, value: Vec<u8>, record: &mut Vec<u8>) -> Vec<u8> {
    let mut builder = jet_isam::record::RecordBuilder::new(layout, false);
    builder.set_fixed(id, Some(&value)).unwrap();
    builder.encode(record).unwrap();
    let record = jet_isam::record::Record::parse(record, false).unwrap();
    record
        .fixed(layout, id)
        .unwrap()
        .value()
        .map_or(value.clone(), <[u8]>::to_vec)
}

#[test]
fn keys_of_recorded_conversations() {
    let Some(shared) = support::shared() else { return };
    let mut all = Counts::default();
    for name in [
        "60_keys_types",
        "61_keys_multi_p4096",
        "61_keys_multi_p32768",
        "62_tuples",
        "63_nullindexes",
        "64_multivalue_index",
    ] {
        let output = Command::new("tar")
            .arg("-xJOf")
            .arg(shared.join("golden/traces/themed.tar.xz"))
            .arg(format!("{name}.txt"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}");
        let transcript: String = output.stdout.iter().map(|byte| char::from(*byte)).collect();
        let mut replay = Replay::default();
        for call in calls(&transcript) {
            if call.words[0] == "Rollback" {
                break;
            }
            replay.run(&call);
        }
        println!("{name}: {:?}", replay.counts);
        all.search_keys += replay.counts.search_keys;
        all.entries += replay.counts.entries;
        all.refused += replay.counts.refused;
    }
    assert!(
        all.search_keys > 500 && all.entries > 100 && all.refused >= 2,
        "{all:?}"
    );
}
