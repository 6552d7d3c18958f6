//! Pages, headers, checksums and space headers of real files, field by field.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use jet_pages::checksum::{self, PageState};
use jet_pages::dbheader::{self, DbHeader, HeaderSource};
use jet_pages::space::{ExternalHeader, SpaceLayout};
use jet_pages::{Node, Page, PageError, PageMut, PageSize, Pgno, findings};
use jet_test::vectors::{cases, hex, number};
use serde_json::Value;
use sha2::Digest;

fn case_name(case: &Value) -> String {
    format!("{} page {}", case["file"], case["pgno"])
}

/// Bytes, number and size of the page of a case.
fn page_of(case: &Value) -> (Vec<u8>, Pgno, PageSize) {
    let size = PageSize::from_bytes(number_of(case, "cbPage") as u32).unwrap();
    (hex(&case["page_hex"]), Pgno(number_of(case, "pgno") as u32), size)
}

fn number_of(case: &Value, field: &str) -> u64 {
    case[field].as_u64().unwrap()
}

fn check_node(node: &Node<'_>, expected: &Value, name: &str) {
    assert_eq!(u64::from(node.flags.0), number_of(expected, "flags"), "{name}");
    assert_eq!(node.key.to_vec(), hex(&expected["key"]), "{name}");
    // Listed in part where the digest stands for the whole.
    assert!(node.data.starts_with(&hex(&expected["data"])), "{name}");
}

/// SHA-256 over flags, lengths, key and data of each node.
fn nodes_digest(page: &Page<'_>) -> String {
    let mut digest = sha2::Sha256::new();
    for node in page.nodes() {
        let node = node.unwrap();
        let key = node.key.to_vec();
        digest.update([node.flags.0]);
        digest.update((key.len() as u16).to_le_bytes());
        digest.update((node.data.len() as u16).to_le_bytes());
        digest.update(&key);
        digest.update(node.data);
    }
    digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn all_pages() -> Vec<Value> {
    ["pages", "pages2"].into_iter().flat_map(cases).collect()
}

#[test]
fn pages_read_as_they_are() {
    let cases = all_pages();
    assert!(cases.len() >= 7);
    for case in &cases {
        let name = case_name(case);
        let (bytes, pgno, size) = page_of(case);
        let page = Page::new(&bytes, pgno, size).unwrap();
        let (header, fields) = (page.header(), &case["header"]);
        assert_eq!(header.changed_at().0, number_of(fields, "dbtime"), "{name}");
        assert_eq!(
            u64::from(header.prev().0),
            number_of(fields, "pgnoPrev"),
            "{name}"
        );
        assert_eq!(
            u64::from(header.next().0),
            number_of(fields, "pgnoNext"),
            "{name}"
        );
        assert_eq!(
            u64::from(header.tree().0),
            number_of(fields, "objidFDP"),
            "{name}"
        );
        assert_eq!(
            u64::from(header.free_bytes.get()),
            number_of(fields, "cbFree"),
            "{name}"
        );
        let uncommitted = u64::from(header.uncommitted_free_bytes.get());
        assert_eq!(uncommitted, number_of(fields, "cbUncommittedFree"), "{name}");
        assert_eq!(
            u64::from(header.free_offset.get()),
            number_of(fields, "ibMicFree"),
            "{name}"
        );
        assert_eq!(u64::from(page.flags().bits()), number(&fields["flags"]), "{name}");
        assert_eq!(
            page.external_header().unwrap(),
            hex(&case["external_header_hex"]),
            "{name}"
        );
        if let Value::Array(tags) = &case["tags"] {
            assert_eq!(tags.len(), header.tag_count(), "{name}");
            for (tag, expected) in tags.iter().enumerate() {
                let (len, offset) = page.tag_extent(tag);
                assert_eq!(len as u64, number_of(expected, "cb"), "{name}, tag {tag}");
                assert_eq!(offset as u64, number_of(expected, "ib"), "{name}, tag {tag}");
            }
        } else {
            assert_eq!(header.tag_count() as u64, number_of(case, "tags"), "{name}");
        }
        if let Value::Array(nodes) = &case["nodes"] {
            assert_eq!(nodes.len(), page.node_count(), "{name}");
            let data_bytes = |hex: &Value| hex.as_str().unwrap().len() / 2;
            let listed: usize = nodes.iter().map(|node| data_bytes(&node["data"])).sum();
            let found: usize = page.nodes().map(|node| node.unwrap().data.len()).sum();
            assert_eq!(found, listed, "{name}");
        } else {
            assert_eq!(
                nodes_digest(&page),
                case["nodes_sha256"].as_str().unwrap(),
                "{name}"
            );
        }
        let listed = [&case["nodes"], &case["first_nodes"]]
            .into_iter()
            .filter_map(Value::as_array);
        for (index, expected) in listed.flatten().enumerate() {
            check_node(
                &page.node(index).unwrap(),
                expected,
                &format!("{name}, node {index}"),
            );
        }
        assert_eq!(findings::check(&page), [], "{name}");
    }
}

#[test]
fn checksums_are_those_of_the_engine() {
    for case in all_pages() {
        let name = case_name(&case);
        let (bytes, pgno, size) = page_of(&case);
        assert_eq!(
            checksum::verify(&bytes, pgno, size),
            Ok(PageState::Valid),
            "{name}"
        );
        let mut blank = bytes.clone();
        blank[..8].fill(0);
        if size.is_large() {
            blank[40..64].fill(0);
        }
        checksum::update(&mut blank, pgno, size);
        assert_eq!(blank, bytes, "{name}");
        for (block, stored) in case["checksums"].as_array().unwrap().iter().enumerate() {
            let at = if block == 0 { 0 } else { 32 + 8 * block };
            let found = u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
            assert_eq!(found, number(stored), "{name}, block {block}");
        }
    }
}

#[test]
fn flipped_bits_are_mended_as_far_as_they_can_be() {
    let pages = all_pages();
    for case in cases("ecc") {
        let same = |page: &&Value| page["file"] == case["file"] && page["pgno"] == case["pgno"];
        let Some(page) = pages.iter().find(same) else {
            continue;
        };
        let (good, pgno, size) = page_of(page);
        let bit = number_of(&case, "flip_bit_of_page") as u32;
        let mut bytes = good.clone();
        bytes[bit as usize / 8] ^= 1 << (bit % 8);
        let outcome = checksum::verify_or_correct(&mut bytes, pgno, size);
        if case["correctable"].as_bool().unwrap() {
            assert_eq!(outcome, Ok(PageState::Corrected { bit }), "{}", case_name(&case));
            assert!(bytes == good, "{}", case_name(&case));
        } else {
            assert!(outcome.is_err(), "{}", case_name(&case));
        }
    }
}

/// A page written node by node holds the same, with the same number of free bytes.
#[test]
fn pages_written_anew_hold_the_same() {
    for case in all_pages() {
        let name = case_name(&case);
        let (bytes, pgno, size) = page_of(&case);
        let page = Page::new(&bytes, pgno, size).unwrap();
        if page.tag_of_node(0) != 1 || page.header().tag_state.get() >> 12 != 0 {
            continue; // reserved tags are not written here
        }
        let mut copy = vec![0xa5; size.bytes()];
        let mut writer = PageMut::format(&mut copy, pgno, size, page.header().tree(), page.flags()).unwrap();
        writer
            .set_external_header(page.external_header().unwrap())
            .unwrap();
        for (index, node) in page.nodes().enumerate() {
            let node = node.unwrap();
            let prefix_len = node.key.prefix.len();
            writer
                .insert(index, node.flags, &node.key.to_vec(), prefix_len, node.data)
                .unwrap();
        }
        writer.finish();
        assert_eq!(
            checksum::verify(&copy, pgno, size),
            Ok(PageState::Valid),
            "{name}"
        );
        let written = Page::new(&copy, pgno, size).unwrap();
        assert_eq!(findings::check(&written), [], "{name}");
        assert_eq!(written.header().free_bytes, page.header().free_bytes, "{name}");
        assert_eq!(nodes_digest(&written), nodes_digest(&page), "{name}");
        assert_eq!(
            written.external_header().unwrap(),
            page.external_header().unwrap(),
            "{name}"
        );
    }
}

#[test]
fn headers_read_as_they_are() {
    let cases: Vec<Value> = ["headers", "headers2"].into_iter().flat_map(cases).collect();
    assert!(cases.len() >= 3);
    for case in cases {
        let size = PageSize::from_bytes(number_of(&case, "cbPage") as u32).unwrap();
        let mut copy = hex(&case["header_first_748_hex"]);
        copy.resize(size.bytes(), 0);
        let read = dbheader::read_header(&[&copy[..], &copy[..]].concat()).unwrap();
        assert_eq!((read.page_size, read.source), (size, HeaderSource::Both));
        let mut compared = 0;
        for (field, expected) in case["fields"].as_object().unwrap() {
            let Some(found) = header_field(&read.header, field) else {
                continue;
            };
            let expected = match expected {
                Value::String(text) if text.starts_with("0x") => number(expected).to_string(),
                // Bits that mean nothing are shown behind times.
                Value::String(text) => text.split('[').next().unwrap().trim().to_owned(),
                number => number.to_string(),
            };
            assert_eq!(found, expected, "{field} of {}", case["file"]);
            compared += 1;
        }
        assert!(compared >= 20, "{compared} fields of {}", case["file"]);
    }
}

/// A field by the name that the vectors give it, as text in their form.
fn header_field(header: &DbHeader, name: &str) -> Option<String> {
    let time = |time: &dbheader::LogTime| {
        if time.is_set() {
            time.to_string()
        } else {
            "0".into()
        }
    };
    let position = |lgpos: dbheader::RawLgpos| {
        let (generation, sector, byte) = (lgpos.generation.get(), lgpos.sector.get(), lgpos.byte.get());
        format!("{generation}:{sector}:{byte}")
    };
    let signature = |signature: &dbheader::Signature| {
        let created = time(&signature.created);
        format!("{:08x} {created}", signature.random.get())
    };
    Some(match name {
        "checksum" => header.checksum.get().to_string(),
        "magic" => header.magic.get().to_string(),
        "version" => header.version.get().to_string(),
        "dbtimeDirtied" => header.dbtime().0.to_string(),
        "signDb" => signature(&header.db_signature),
        "dbstate" => header.state.get().to_string(),
        "lgposConsistent" => position(header.consistent_lgpos),
        "ltConsistent" => time(&header.consistent_time),
        "ltAttach" => time(&header.attach_time),
        "lgposAttach" => position(header.attach_lgpos),
        "ltDetach" => time(&header.detach_time),
        "lgposDetach" => position(header.detach_lgpos),
        "dbid" => header.dbid.get().to_string(),
        "signLog" => signature(&header.log_signature),
        "objidLast" => header.last_objid().0.to_string(),
        "osMajor" => header.os_major.get().to_string(),
        "osMinor" => header.os_minor.get().to_string(),
        "osBuild" => header.os_build.get().to_string(),
        "updMajor" => header.update_major.get().to_string(),
        "updMinor" => header.update_minor.get().to_string(),
        "cbPage" => header.page_size.get().to_string(),
        "repairCount" => header.repair_count.get().to_string(),
        "ltRepair" => time(&header.repair_time),
        "genMinReq" => header.generation_min_required.get().to_string(),
        "genMaxReq" => header.generation_max_required.get().to_string(),
        "genMaxCommitted" => header.generation_max_committed.get().to_string(),
        "genMinConsistent" => header.generation_min_consistent.get().to_string(),
        "ltGenMaxCreate" => time(&header.generation_max_created),
        "createVer" => header.create_version.get().to_string(),
        "createUpd" => header.create_update.get().to_string(),
        "qwSortVersion" => header.sort_version.get().to_string(),
        "extendCount" => header.extend_count.get().to_string(),
        "ltLastExtend" => time(&header.extend_time),
        "trimCount" => header.trim_count.get().to_string(),
        "signDbHdrFlush" => signature(&header.header_flush_signature),
        "signFMHdrFlush" => signature(&header.flush_map_signature),
        "efvMaxBinAttach" => header.engine_format_max.get().to_string(),
        "lgposLastResize" => position(header.resize_lgpos),
        "filetype" => header.file_type.get().to_string(),
        _ => return None,
    })
}

#[test]
fn space_headers_read_as_they_are() {
    for case in cases("space") {
        let name = format!("{} {}", case["file"], case["tree"]);
        let bytes = hex(&case["external_header_hex"]);
        let header = ExternalHeader::parse(&bytes).unwrap();
        assert_eq!(
            u64::from(header.page_count),
            number_of(&case, "cpgPrimary_or_last"),
            "{name}"
        );
        assert_eq!(u64::from(header.parent.0), number_of(&case, "parent"), "{name}");
        assert_eq!(u64::from(header.flags), number_of(&case, "flags"), "{name}");
        assert_eq!(header.auto_increment, case["autoinc"].as_u64(), "{name}");
        match header.layout {
            SpaceLayout::Single { free_bitmap, .. } => {
                assert_eq!(u64::from(free_bitmap), number(&case["rgbitAvail"]), "{name}");
            }
            SpaceLayout::Multiple { pgno_owned, .. } => {
                assert_eq!(u64::from(pgno_owned.0), number_of(&case, "oe_root"), "{name}");
            }
        }
        assert_eq!(header.to_bytes(), bytes, "{name}");
    }
}

/// Whole files: each page verifies and is sound, or was never written.
#[test]
fn every_page_of_every_fixture_is_sound() {
    for fixture in jet_test::fixtures::clean() {
        let image = jet_test::Image::new(fixture.bytes().to_vec());
        let size = image.page_size();
        let mut count = 0;
        for pgno in (1..=image.last_page().0).map(Pgno) {
            match checksum::verify(image.page_bytes(pgno), pgno, size) {
                Ok(PageState::Valid) => {}
                Ok(_) => continue,
                Err(error) => panic!("{}: {error}", fixture.name()),
            }
            match Page::new(image.page_bytes(pgno), pgno, size) {
                Ok(page) => {
                    assert_eq!(findings::check(&page), [], "{} page {pgno}", fixture.name());
                    count += 1;
                }
                Err(error) => assert_eq!(error, PageError::NotInitialized { pgno }, "{}", fixture.name()),
            }
        }
        assert!(count > 10, "{}: {count} pages", fixture.name());
    }
}
