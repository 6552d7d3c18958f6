//! Sinks driven with more than a sound file has: rows twice, rows for several row groups.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use jet_test::fixtures;
use tempfile::TempDir;

use super::*;

/// A table of a fixture, in a folder that sinks may write into.
fn with_table(fixture: &str, table: &str, test: impl FnOnce(&Path, &Table<'_>)) {
    let folder: TempDir = tempfile::tempdir().unwrap();
    let file = folder.path().join("input.edb");
    std::fs::write(&file, fixtures::named(fixture).bytes()).unwrap();
    let db = Database::open(&file).unwrap();
    let table = db.open_table(table).unwrap();
    test(folder.path(), &table);
}

/// Writes all rows of a table `times` times; returns their number and the notes.
fn fill(sink: &mut dyn Sink, table: &Table<'_>, times: u64) -> (u64, Notes) {
    let mut notes = Notes::default();
    let plan = TablePlan::new(table, "t".into(), DateChoice::Fixed(DateForm::Raw));
    sink.begin(&plan, &mut notes).unwrap();
    let mut number = 0;
    for _ in 0..times {
        let mut rows = table.rows();
        while let Some(row) = rows.next() {
            number += 1;
            let (cells, damage) = Cells::read(&plan, row.unwrap(), number);
            assert!(damage.is_none());
            sink.row(&plan, &cells, &mut notes).unwrap();
        }
    }
    sink.end(&plan, &mut notes).unwrap();
    sink.finish().unwrap();
    (number, notes)
}

#[test]
fn rows_that_contradict_the_key_stay_and_the_key_goes() {
    // With side tables the key is a constraint beside the row id; without, it is the primary key.
    for (table, word) in [("AllTagged", "UNIQUE ("), ("CompositePk", "PRIMARY KEY (")] {
        with_table("full_p16384.edb", table, |folder, table| {
            let name = table.name();
            let mut once = sqlite::Sqlite::new(folder, "once", false).unwrap();
            let (rows, notes) = fill(&mut once, table, 1);
            assert_eq!(notes.count(Reason::KeyNotUnique), 0);
            let mut twice = sqlite::Sqlite::new(folder, "twice", false).unwrap();
            let (rows_twice, notes) = fill(&mut twice, table, 2);
            assert_eq!(notes.count(Reason::KeyNotUnique), 1);
            for (file, expected, has_key) in [("once", rows, true), ("twice", rows_twice, false)] {
                let db = rusqlite::Connection::open(folder.join(format!("{file}.sqlite"))).unwrap();
                let get = |sql: &str| -> rusqlite::types::Value {
                    db.query_row(sql, [], |row| row.get(0)).unwrap()
                };
                assert_eq!(
                    get(&format!("SELECT count(*) FROM {name}")),
                    i64::try_from(expected).unwrap().into()
                );
                let rusqlite::types::Value::Text(sql) =
                    get(&format!("SELECT sql FROM sqlite_master WHERE name = '{name}'"))
                else {
                    panic!("no table");
                };
                assert_eq!(sql.contains(word), has_key, "{sql}");
            }
            if name == "AllTagged" {
                // The values of both copies hang on rows of their own.
                let db = rusqlite::Connection::open(folder.join("twice.sqlite")).unwrap();
                let count = |half: &str| -> i64 {
                    let sql = format!(
                        "SELECT count(*) FROM AllTagged__t_long JOIN AllTagged USING (row_id) WHERE row_id {half} {rows}"
                    );
                    db.query_row(&sql, [], |row| row.get(0)).unwrap()
                };
                assert!(count("<=") > 0);
                assert_eq!(count("<="), count(">"));
            }
        });
    }
}

#[test]
fn a_large_table_makes_bounded_row_groups() {
    use ::parquet::file::reader::{FileReader as _, SerializedFileReader};

    with_table("full_p16384.edb", "LongValues", |folder, table| {
        let mut sink = parquet::Parquet::new(folder.to_owned());
        let (rows, notes) = fill(&mut sink, table, 60);
        assert!(notes.into_list(|_| String::new()).is_empty());
        let file = std::fs::File::open(folder.join("t.parquet")).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let groups = reader.metadata().row_groups();
        assert!(groups.len() > 2, "{} groups", groups.len());
        let most = groups.iter().map(|group| group.total_byte_size()).max().unwrap();
        assert!(most < 40 << 20, "{most} bytes in a group");
        let read = reader.get_row_iter(None).unwrap().filter(Result::is_ok).count();
        assert_eq!(u64::try_from(read).unwrap(), rows);
    });
}
