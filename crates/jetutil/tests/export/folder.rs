//! The folder, the report, options, and files that are damaged.

use jet_test::fixtures;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::{chosen, dump, export, jetutil};

fn small() -> &'static [u8] {
    fixtures::named("alltypes.edb").bytes()
}

#[test]
fn the_report_tells_of_every_file() {
    let exported = export(
        fixtures::named("srum-win10.SRUDB.dat").bytes(),
        &["--to", "jsonl", "--json"],
    );
    assert_eq!(
        serde_json::from_slice::<Json>(&exported.output.stdout).unwrap(),
        exported.report
    );
    let files = exported.report["files"].as_array().unwrap();
    let tables = exported.tables();
    assert_eq!((files.len(), tables.len()), (10, 10));
    for file in files {
        let bytes = std::fs::read(exported.file(file["name"].as_str().unwrap())).unwrap();
        assert_eq!(file["bytes"], bytes.len());
        assert_eq!(file["sha256"], dump::hex(&Sha256::digest(&bytes)));
        assert_eq!(
            tables
                .iter()
                .filter(|table| table["file"] == file["name"])
                .count(),
            1
        );
    }
    assert_eq!(exported.report["is_damaged"], false);
    let left: Vec<_> = std::fs::read_dir(exported.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 2, "{left:?}"); // input and output
}

#[test]
fn dates_are_told_from_their_values() {
    let sound = fixtures::named("srum-win10.SRUDB.dat").bytes();
    let exported = export(sound, &["--to", "csv"]);
    let clock = rusqlite::Connection::open_in_memory().unwrap();
    let mut count = 0;
    for table in dump::tables(sound) {
        let report = exported.table(&table.name);
        let columns = table.columns.iter().zip(report["columns"].as_array().unwrap());
        let dates: Vec<_> = columns
            .enumerate()
            .filter(|(_, (_, report))| report["dates"] == "ole")
            .collect();
        let mut reader = csv::Reader::from_path(exported.file(report["file"].as_str().unwrap())).unwrap();
        for (record, row) in reader.records().zip(&table.rows).step_by(50) {
            let record = record.unwrap();
            for (at, (column, _)) in &dates {
                let stored: [u8; 8] = dump::unhex(row[&column.name].as_str().unwrap())
                    .try_into()
                    .unwrap();
                let sql = "SELECT julianday(?1) - 2415018.5";
                let days: f64 = clock.query_row(sql, [&record[*at]], |row| row.get(0)).unwrap();
                assert!(
                    (days - f64::from_le_bytes(stored)).abs() < 1e-7,
                    "{}",
                    &record[*at]
                );
                count += 1;
            }
        }
    }
    assert!(count > 100, "{count} dates");
}

#[test]
fn a_date_of_another_form_is_a_number_or_missing() {
    let number = export(small(), &["--to", "csv", "--datetime", "filetime"]);
    assert_eq!(number.output.status.code(), Some(0));
    let note = &number.table("TestTable")["notes"][0];
    assert_eq!(
        (&note["reason"], &note["column"], &note["is_loss"]),
        (&json!("date-as-number"), &json!("DateTime"), &json!(false))
    );
    // A column of timestamps cannot hold the number.
    let missing = export(small(), &["--to", "parquet", "--datetime", "filetime"]);
    assert_eq!(missing.output.status.code(), Some(1));
    assert_eq!(missing.table("TestTable")["notes"][0]["reason"], "no-date");
    assert_eq!(missing.report["is_damaged"], true);
}

#[test]
fn tables_are_chosen() {
    let bytes = fixtures::named("ual-hyperv-03A01CC5.mdb").bytes();
    let names = |options: &[&str]| -> Vec<String> {
        let exported = export(bytes, &[&["--to", "csv"], options].concat());
        exported
            .tables()
            .iter()
            .map(|table| table["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names(&["--table", "dns", "--table", "MSysObjects"]),
        ["MSysObjects", "DNS"]
    );
    assert_eq!(names(&[]), ["ROLE_ACCESS", "CLIENTS", "DNS", "VIRTUALMACHINES"]);
    assert!(names(&["--system"]).len() > 4);
    let unknown = export(bytes, &["--to", "csv", "--table", "nobody"]);
    assert_eq!(unknown.output.status.code(), Some(2));
    assert!(!unknown.file("").exists());
}

#[test]
fn options_of_csv() {
    let read = |options: &[&str]| {
        let exported = export(
            small(),
            &[&["--to", "csv", "--table", "TestTable"], options].concat(),
        );
        std::fs::read(exported.file("TestTable.csv")).unwrap()
    };
    let plain = read(&[]);
    assert_eq!(read(&["--bom"]), [&[0xef, 0xbb, 0xbf], &plain[..]].concat());
    let null_fields = |bytes: &[u8], null: &str| {
        let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
        let record = reader.records().next().unwrap().unwrap();
        record.iter().filter(|field| *field == null).count()
    };
    assert_eq!(null_fields(&plain, ""), 1);
    assert_eq!(null_fields(&read(&["--null", "NULL"]), "NULL"), 1);
    let refused = export(small(), &["--to", "csv", "--null", "a,b"]);
    assert_eq!(refused.output.status.code(), Some(2));
    // The same bytes, written otherwise.
    let base64 = String::from_utf8(read(&["--binary", "base64"])).unwrap();
    assert!(
        base64.contains("AAECAwQFBgcICQ") && !String::from_utf8(plain).unwrap().contains("AAECAwQFBgcICQ")
    );
}

#[test]
fn a_folder_in_use_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("a.edb"), folder.path().join("out"));
    std::fs::write(&input, small()).unwrap();
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("TestTable.csv"), "mine").unwrap();
    std::fs::write(out.join("other"), "mine").unwrap();
    let options = ["export", "--to", "csv", "--out", out.to_str().unwrap()];
    let refused = jetutil(&options, &input);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--force"));
    assert_eq!(std::fs::read(out.join("TestTable.csv")).unwrap(), b"mine");
    let forced = jetutil(&[&options[..], &["--force"]].concat(), &input);
    assert_eq!(forced.status.code(), Some(0));
    assert!(
        std::fs::read(out.join("TestTable.csv"))
            .unwrap()
            .starts_with(b"AutoInc,")
    );
    assert_eq!(std::fs::read(out.join("other")).unwrap(), b"mine");
}

#[test]
fn what_is_no_database_leaves_nothing_behind() {
    for bytes in [&b"no database"[..], &[0; 100_000], &small()[..5000]] {
        let exported = export(bytes, &["--to", "sqlite"]);
        assert_eq!(exported.output.status.code(), Some(2));
        assert!(!exported.file("").exists());
    }
}

#[test]
fn rows_beside_damage_are_delivered() {
    let sound = fixtures::named("srum-win10.SRUDB.dat");
    let page_bytes = sound.page_size().bytes();
    let count = |report: &Json| -> u64 {
        report["tables"]
            .as_array()
            .unwrap()
            .iter()
            .map(|table| table["rows_written"].as_u64().unwrap())
            .sum()
    };
    let all = count(&export(sound.bytes(), &["--to", "jsonl"]).report);
    let mut with_fewer_rows = 0;
    for page in (40..sound.bytes().len() / page_bytes).step_by(60) {
        let mut bytes = sound.bytes().to_vec();
        bytes[page * page_bytes + page_bytes / 2] ^= 0x55;
        for to in ["jsonl", "parquet"] {
            let exported = export(&bytes, &["--to", to]);
            let rows = count(&exported.report);
            let is_damaged = exported.report["is_damaged"] == true;
            assert_eq!(
                exported.output.status.code(),
                Some(i32::from(is_damaged)),
                "page {page}"
            );
            assert!(rows > all / 2, "page {page}: {rows} of {all} rows");
            if rows < all {
                with_fewer_rows += 1;
                assert!(is_damaged);
                let hit: Vec<_> = exported
                    .tables()
                    .iter()
                    .filter(|table| table["unreadable_parts"] != 0)
                    .collect();
                assert_eq!(hit.len(), 1, "page {page}");
                assert_eq!(hit[0]["notes"][0]["reason"], "rows-unreadable");
            }
        }
    }
    assert!(with_fewer_rows >= 2, "no page held rows");
}

#[test]
fn sqlite_has_keys_and_indexes() {
    for fixture in chosen() {
        let exported = export(fixture.bytes(), &["--to", "sqlite", "--indexes"]);
        let file = exported.tables()[0]["file"].as_str().unwrap();
        assert_eq!(file, "input.sqlite");
        let db = rusqlite::Connection::open(exported.file(file)).unwrap();
        let check: String = db
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(check, "ok", "{}", fixture.name());
        if fixture.name() != "full_p16384.edb" {
            continue;
        }
        let sql = |name: &str| -> String {
            db.query_row("SELECT sql FROM sqlite_master WHERE name = ?", [name], |row| {
                row.get(0)
            })
            .unwrap()
        };
        assert!(
            sql("AllFixed").ends_with("PRIMARY KEY (\"id\"))"),
            "{}",
            sql("AllFixed")
        );
        assert!(sql("AllTagged").ends_with("UNIQUE (\"id\"))"));
        assert!(!sql("NoPrimary").contains("KEY"));
        assert_eq!(
            sql("Indexed__multi"),
            "CREATE INDEX \"Indexed__multi\" ON \"Indexed\" (\"a\", \"b\" DESC, \"txt\")"
        );
        assert!(sql("Indexed__cond_null").ends_with("WHERE \"opt\" IS NULL"));
        assert!(sql("Indexed__u_code").starts_with("CREATE UNIQUE INDEX"));
        let left_out = |table: &str| {
            let notes = exported.table(table)["notes"].as_array().unwrap();
            notes
                .iter()
                .find(|note| note["reason"] == "index-left-out")
                .map(|note| note["count"].clone())
        };
        assert_eq!(left_out("Indexed"), Some(json!(3)));
        assert_eq!(left_out("Thousand"), None);
    }
}
