//! Flush maps that Windows wrote, beside the databases that they belong to.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use std::io::Read as _;

use jet_pages::flushmap::{FlushMapHeader, FlushMapPage, Kinship};
use jet_pages::{Page, PageFlags, Pgno};
use jet_test::{fixtures, vectors};

/// A file out of `NAME.files.tar.gz`.
fn companion(database: &str, file: &str) -> Vec<u8> {
    let archive = fixtures::repository().join(format!("fixtures/windows/{database}.files.tar.gz"));
    let unpacked = flate2::read::GzDecoder::new(std::fs::File::open(archive).unwrap());
    let mut archive = tar::Archive::new(unpacked);
    let mut entries = archive.entries().unwrap().map(Result::unwrap);
    let mut entry = entries
        .find(|entry| entry.path().unwrap().ends_with(file))
        .unwrap();
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn maps_of_windows_tell_the_flush_type_of_every_page() {
    for name in ["srum-server2022-day1.SRUDB.dat", "srum-server2022-day2.SRUDB.dat"] {
        let fixture = fixtures::named(name);
        let bytes = companion(name, "SRUDB.jfm");
        let header = FlushMapHeader::read(&bytes).unwrap();
        assert!(header.is_clean(), "{name}");
        assert_eq!(
            header.belongs_to(&fixture.header()),
            Some(Kinship::HeaderNamesMap),
            "{name}"
        );

        let start = FlushMapPage::file_offset(0) as usize;
        let map = FlushMapPage::read(&bytes[start..start + 8192], 0)
            .unwrap()
            .unwrap();
        let size = fixture.page_size();
        let (mut compared, mut latest) = (0, 0);
        for (index, page) in fixture.bytes().chunks(size.bytes()).enumerate().skip(2) {
            let pgno = Pgno(index as u32 - 1);
            let Ok(page) = Page::new(page, pgno, size) else {
                continue;
            };
            latest = latest.max(page.header().changed_at().0);
            let flags: PageFlags = page.flags();
            assert_eq!(
                map.flush_type(pgno),
                Some(flags.flush_type()),
                "{name}, page {pgno}"
            );
            compared += 1;
        }
        assert!(compared >= 30, "{name}: {compared} pages");
        assert_eq!(map.dbtime().0, latest, "{name}");
    }
}

#[test]
fn other_databases_have_other_maps() {
    let bytes = companion("srum-server2022-day1.SRUDB.dat", "SRUDB.jfm");
    let map = FlushMapHeader::read(&bytes).unwrap();
    for fixture in fixtures::all() {
        let own = fixture.name() == "srum-server2022-day1.SRUDB.dat";
        assert_eq!(
            map.belongs_to(&fixture.header()).is_some(),
            own,
            "{}",
            fixture.name()
        );
    }
}

#[test]
fn recorded_maps_read_as_recorded() {
    let Some(folder) = fixtures::beside_repository() else {
        println!("the recorded flush maps are not here");
        return;
    };
    let text = std::fs::read(folder.join("format/vectors/flush_map.json")).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let cases = document["cases"].as_array().unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let filled = |member: &str| {
            let mut page = vectors::hex(&case[member]);
            page.resize(8192, 0);
            page
        };
        let header = filled("header_first_671_hex");
        let header = FlushMapHeader::read(&header).unwrap();
        assert_eq!(format!("{:08x}", header.checksum.get()), case["header_checksum"]);
        let page = filled("page0_hex_without_trailing_zeros");
        let map = FlushMapPage::read(&page, 0).unwrap().unwrap();
        for (pgno, flush_type) in case["flush_types_of_initialised_pages"].as_object().unwrap() {
            let pgno = Pgno(pgno.parse().unwrap());
            assert_eq!(
                map.flush_type(pgno).map(u64::from),
                flush_type.as_u64(),
                "page {pgno}"
            );
        }
    }
}
