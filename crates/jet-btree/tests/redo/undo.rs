//! Undoing that is refused, and single changes that real logs do not undo.

use jet_btree::redo::RedoError;
use jet_log::Lgpos;
use jet_log::record::node::{Delta64, FlagInsertAndReplaceData, Replace, Undo, UndoneOperation};
use jet_log::record::{Record, TrxTime};
use jet_log::recovery::{Marks, OpenTransaction, RecordSink, Target as _};
use jet_log::writer::LogWriteError;
use jet_pages::{Dbtime, NodeFlags, PageFlags, PageSize};

use crate::bench::{
    AFTER, AHEAD, BEHIND, Bench, DATABASE, GENERATION, at, bare, decoded, encoded, file_of, page, place,
};
use crate::records::{SESSION, node, nodes_of, versioned};

const SIZE: PageSize = PageSize::K8;

#[derive(Default)]
struct Log(Vec<Vec<u8>>);

impl RecordSink for Log {
    fn append(&mut self, record: &Record<'_>) -> Result<Lgpos, LogWriteError> {
        self.0.push(encoded(record));
        Ok(at(GENERATION, 9, self.0.len() as u16))
    }
}

const OPEN: OpenTransaction = OpenTransaction {
    session: SESSION,
    begun: TrxTime(9),
    begun_at: at(GENERATION, 8, 0),
    level: 1,
};

/// A leaf whose second node is deleted.
fn leaf(time: u64) -> Vec<u8> {
    page(SIZE, 1, time, PageFlags::ROOT | PageFlags::LEAF, |page| {
        page.set_external_header(&[0; 16]).unwrap();
        page.insert(0, NodeFlags(0), b"a", 0, &[1; 12]).unwrap();
        page.insert(1, NodeFlags(2), b"b", 0, &[2; 12]).unwrap();
    })
}

fn delta(before: u64) -> Record<'static> {
    Record::Delta64(Delta64 {
        node: versioned(node(1, before, 0), 7),
        delta: -3,
        offset: 4,
        key: b"a",
        bookmark_data: &[],
    })
}

fn revival() -> Record<'static> {
    Record::FlagInsertAndReplaceData(FlagInsertAndReplaceData {
        node: versioned(node(1, 10, 1), 8),
        replace_version: 9,
        key: b"b",
        data: &[5; 30],
    })
}

#[test]
fn a_delta_of_64_bits_and_a_revival_are_undone() {
    for record in [delta(10), revival()] {
        let mut bench = Bench::new(SIZE, file_of(SIZE, &[leaf(10)]), BEHIND);
        bench.redo(&record).unwrap();
        let mut log = Log::default();
        let count = bench.redo.undo(OPEN, &mut log).unwrap();
        let pages = bench.pages();
        let nodes = nodes_of(&pages[0], 1, SIZE);
        assert_eq!(
            (nodes[0].2.clone(), nodes[1].2.clone()),
            (vec![1; 12], vec![2; 12])
        );
        assert_eq!(nodes[1].0 & 2, 2);
        let operation = |bytes: &Vec<u8>| match decoded(bytes) {
            Record::Undo(undo) => UndoneOperation::from_number(undo.operation).unwrap(),
            other => panic!("{other:?}"),
        };
        let operations: Vec<_> = log.0.iter().map(operation).collect();
        let expected = match record {
            Record::Delta64(_) => vec![UndoneOperation::Delta64],
            _ => vec![UndoneOperation::Replace, UndoneOperation::Insert],
        };
        assert_eq!((operations, count), (expected.clone(), expected.len()));
        assert_eq!(bench.redo.marks(DATABASE).dbtime.0, AFTER.0 + count as u64);
    }
}

/// Such a page was written by somebody who knew more than log and header do: a smaller time on it would hide that.
#[test]
fn a_page_of_a_time_that_was_not_given_out_yet_is_not_undone() {
    let beyond = AFTER.0 + 1;
    let mut bench = Bench::new(SIZE, file_of(SIZE, &[leaf(beyond)]), AHEAD);
    bench.redo(&delta(10)).unwrap();
    let mut log = Log::default();
    let error = bare(bench.redo.undo(OPEN, &mut log).unwrap_err());
    let is_beyond =
        matches!(error, RedoError::BeyondMarks { found, newest, .. } if found.0 == beyond && newest == AFTER);
    assert!(is_beyond, "{error}");
    assert!(log.0.is_empty());
    assert_eq!(
        bench.redo.marks(DATABASE),
        Marks {
            dbtime: AFTER,
            objid: crate::bench::TREE
        }
    );
}

#[test]
fn an_undo_of_unknown_old_data_is_refused() {
    let replace = Record::Replace(Replace {
        node: versioned(node(1, 10, 0), 4),
        old_data_bytes: 12,
        new_data_bytes: 3,
        data: b"new",
    });
    let undo = |version, operation: u16| {
        let mut node = versioned(node(1, AFTER.0, 0), version);
        node.change.dbtime = Dbtime(AFTER.0 + 1);
        Record::Undo(Undo {
            node,
            operation,
            undone_level: 1,
            key: b"a",
            bookmark_data: &[],
        })
    };
    // Another version, another operation.
    for record in [undo(5, 2), undo(4, 1)] {
        let mut bench = Bench::new(SIZE, file_of(SIZE, &[leaf(10)]), BEHIND);
        bench.redo(&replace).unwrap();
        let error = bench.redo(&record).unwrap_err();
        assert!(matches!(error, RedoError::NoOldData { .. }), "{error}");
    }
    let mut bench = Bench::new(SIZE, file_of(SIZE, &[leaf(10)]), BEHIND);
    bench.redo(&replace).unwrap();
    let error = bench.redo(&undo(4, 7)).unwrap_err();
    assert!(matches!(error, RedoError::Apply { .. }), "{error}");
    let error = bare(bench.redo.roll_back(place(9), SESSION, 0).unwrap_err());
    assert!(
        matches!(error, RedoError::NotUndone { version: 4, .. }),
        "{error}"
    );
}
