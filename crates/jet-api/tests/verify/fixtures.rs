//! Real files: sound ones have no findings but those listed, dirty ones come to an end.

use jet_api::verify::{Finding, Severity};
use jet_test::fixtures;

use crate::{try_verify, verify};

/// Findings of sound files, notes left out: file, identifier, page, how often in a row.
const EXPECTED: &[(&str, &str, u32)] = &[
    // A copy that was taken while the file was in use: three pages are newer, one entry is ahead of its row.
    ("filehistory-Catalog1.edb", "page-newer-than-header", 50),
    ("filehistory-Catalog1.edb", "index-extra-entry", 49),
    // Repaired by Windows: pages that lost their tree, one that kept the mark of a root.
    ("wsearch-win10-repaired.edb", "tree-root-below", 147),
    ("wsearch-win10-repaired.edb", "space-leaked", 29),
    ("wsearch-win10-repaired.edb", "space-leaked", 43),
    ("wsearch-win10-repaired.edb", "space-leaked", 60),
    ("wsearch-win10-repaired.edb", "space-leaked", 63),
];

#[test]
fn sound_files_have_no_findings_but_the_known_ones() {
    let mut checked = 0;
    for fixture in fixtures::clean() {
        let (findings, report) = verify(fixture.bytes());
        let found: Vec<_> = findings
            .iter()
            .filter(|finding| finding.severity() > Severity::Note)
            .map(|finding| (fixture.name(), finding.id(), finding.location.pgno.unwrap_or(0)))
            .collect();
        let expected: Vec<_> = EXPECTED
            .iter()
            .copied()
            .filter(|known| known.0 == fixture.name())
            .collect();
        assert_eq!(found, expected, "{}: {findings:#?}", fixture.name());
        assert!(report.is_clean);
        let (_, compared, entries) = report.index_entries();
        assert!(
            report.rows() > 100 && compared > 0 && compared <= entries,
            "{}",
            fixture.name()
        );
        checked += 1;
    }
    assert!(checked >= 10, "{checked} files");
}

/// Initialised and zero pages of each file.
const PAGES: &[(&str, u32, u32)] = &[
    ("basic.edb", 23, 231),
    ("default.edb", 23, 231),
    ("index.edb", 47, 207),
    ("text.edb", 32, 222),
    ("alltypes.edb", 45, 209),
    ("compress7bit.edb", 18, 236),
    ("ual-hyperv-Current.mdb", 53, 201),
    ("ual-hyperv-SystemIdentity.mdb", 39, 215),
    ("ual-hyperv-03A01CC5.mdb", 53, 201),
    ("filehistory-Catalog1.edb", 209, 559),
    ("bits-win11-qmgr.db", 31, 47),
    ("srum-win10.SRUDB.dat", 663, 135),
    ("srum-server2022-day1.SRUDB.dat", 30, 16),
    ("srum-server2022-day2.SRUDB.dat", 73, 85),
    ("srum-belka-dirty.SRUDB.dat", 647, 135),
    ("srum-belka-repaired.SRUDB.dat", 647, 135),
    ("wsearch-win10-dirty.edb", 211, 555),
    ("wsearch-win10-repaired.edb", 211, 299),
];

#[test]
fn every_page_is_counted_and_no_checksum_is_wrong() {
    let mut counted = 0;
    for fixture in fixtures::all() {
        let Some(&(_, initialised, zero)) = PAGES.iter().find(|known| known.0 == fixture.name()) else {
            continue;
        };
        let (_, report) = verify(fixture.bytes());
        let pages = report.pages;
        assert_eq!(
            (
                pages.initialised,
                pages.zero,
                pages.damaged,
                pages.bit_flips,
                pages.foreign
            ),
            (initialised, zero, 0, 0, 0),
            "{}",
            fixture.name()
        );
        assert_eq!(pages.total, initialised + zero, "{}", fixture.name());
        counted += 1;
    }
    assert!(counted >= 10, "{counted} files");
}

#[test]
fn rows_that_are_not_reproduced_are_counted_with_the_reason() {
    let (findings, report) = verify(fixtures::named("basic_p4096_efv8920.edb").bytes());
    let notes: Vec<_> = findings
        .iter()
        .map(|finding| (finding.id(), finding.index.as_deref()))
        .collect();
    let expected = ["ix_vtextw", "utxt_enus", "utxt_inv", "utxt_de_desc"];
    assert_eq!(notes, expected.map(|index| ("index-not-reproduced", Some(index))));
    let indexes = || report.tables.iter().flat_map(|table| &table.stats.indexes);
    let index = indexes().find(|index| index.name == "utxt_enus").unwrap();
    assert!(index.not_made.total() > 0 && index.keys + index.not_made.total() == index.entries);
    assert_eq!(index.compared, index.keys);
    for index in indexes().filter(|index| index.not_made.total() == 0) {
        assert_eq!(
            (index.keys, index.compared),
            (index.entries, index.entries),
            "{}",
            index.name
        );
    }
}

#[test]
fn files_that_were_not_closed_say_so() {
    for fixture in fixtures::all().iter().filter(|fixture| !fixture.is_clean()) {
        match try_verify(fixture.bytes()) {
            Ok((findings, report)) => {
                assert!(!report.is_clean, "{}", fixture.name());
                assert!(
                    findings.iter().any(|finding| finding.id() == "header-dirty"),
                    "{}",
                    fixture.name()
                );
            }
            // A temporary database: its creation was never finished, and it has no catalog.
            Err(error) => assert_eq!(fixture.name(), "temp-8k.edb", "{error}"),
        }
    }
}

#[test]
fn a_finding_has_text_and_json() {
    let (findings, report) = verify(fixtures::named("filehistory-Catalog1.edb").bytes());
    let finding: &Finding = &findings[1];
    assert_eq!(
        finding.to_string(),
        "error index-extra-entry (page 49 at offset 204800, table \"backupset\", index \"timestampIndex\"): the entry \
         with key 7f81cecfe5dc74b6e0 for row 7f80000097 should not be there: there is no such row"
    );
    let json = finding.to_json();
    assert_eq!(
        (&json["id"], &json["severity"]),
        (&"index-extra-entry".into(), &"error".into())
    );
    assert_eq!(
        (&json["phase"], &json["page"], &json["offset"]),
        (&"indexes".into(), &49.into(), &204_800.into())
    );
    assert_eq!(report.to_json()["findings"]["index-extra-entry"], 1);
}
