//! Recorded headers, segments, records and positions, with the values that they hold.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use std::collections::BTreeMap;

use jet_log::record::{FieldValue, difference};
use jet_log::segment::{self, SEGMENT_BYTES, Sector};
use jet_log::{Checkpoint, Generation, Lgpos, LogHeader, Record};
use jet_pages::checksum::xor;
use jet_test::fixtures::repository;
use jet_test::vectors::{hex, number};
use serde_json::Value;

fn vectors(name: &str) -> Value {
    let file = repository().join("fixtures/vectors/log").join(name);
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

fn pattern(k: usize) -> [u8; SEGMENT_BYTES] {
    std::array::from_fn(|i| ((i * k + (i >> 8) * 13 + k) % 256) as u8)
}

#[test]
fn checksums_of_segments_and_headers() {
    let vectors = vectors("checksums.json");
    for case in vectors["segments"].as_array().unwrap() {
        let mut bytes = case["pattern_k"]
            .as_u64()
            .map_or([0; SEGMENT_BYTES], |k| pattern(k as usize));
        let sector = case["isec"].as_u64().unwrap() as u16;
        let generation = Generation(case["generation"].as_u64().unwrap() as u32);
        bytes[24..36].fill(0);
        segment::seal(&mut bytes, sector, generation);
        let stored = segment::header_of(&bytes).checksum.get();
        assert_eq!(stored, number(&case["checksum"]), "{case}");
        if case["pattern_k"].is_null() {
            continue;
        }
        assert_eq!(
            segment::checksum(&bytes, sector + 1),
            number(&case["shadow_read_with_isec_plus_1"])
        );
        bytes[1000] ^= 0x10;
        assert_eq!(
            segment::checksum(&bytes, sector),
            number(&case["one_bit_flipped_at_byte_1000_mask_10"])
        );
        let mended = Sector::Data {
            flipped_bit: Some(8004),
        };
        assert_eq!(segment::classify(&bytes, sector, generation), mended);
    }
    for case in vectors["header_xor32_over_bytes_4_to_4095"].as_array().unwrap() {
        let bytes = pattern(case["pattern_k"].as_u64().unwrap() as usize);
        assert_eq!(u64::from(xor::header_checksum(&bytes)), number(&case["xor32"]));
    }
}

/// A sector of which only some bytes are not zero.
fn sparse(case: &Value) -> Vec<u8> {
    sparse_of(case, 4096)
}

/// A record; of long ones only the start is recorded, and the rest counts as zero.
fn record_bytes(case: &Value) -> Vec<u8> {
    let size = case["size"].as_u64().unwrap() as usize;
    if !case["sparse_bytes"].is_null() {
        return sparse_of(case, size);
    }
    let start = if case["hex"].is_null() {
        &case["head_hex"]
    } else {
        &case["hex"]
    };
    let mut bytes = hex(start);
    bytes.resize(size, 0);
    bytes
}

fn sparse_of(case: &Value, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    for part in case["sparse_bytes"].as_array().unwrap() {
        let at = part[0].as_u64().unwrap() as usize;
        let part = hex(&part[1]);
        bytes[at..at + part.len()].copy_from_slice(&part);
    }
    bytes
}

fn lgpos(value: &Value) -> Lgpos {
    let part = |index: usize| value[index].as_u64().unwrap();
    Lgpos {
        generation: Generation(part(0) as u32),
        sector: part(1) as u16,
        byte: part(2) as u16,
    }
}

#[test]
fn headers_and_checkpoint_of_windows() {
    let vectors = vectors("headers_ws2022.json");
    for name in ["generation 1", "generation 2 (current)"] {
        let (bytes, decoded) = (sparse(&vectors[name]), &vectors[name]["decoded"]);
        let header = LogHeader::read(&bytes).unwrap();
        assert_eq!(
            u64::from(header.generation.get()),
            decoded["gen"].as_u64().unwrap()
        );
        assert_eq!(
            u64::from(header.file_sectors.get()),
            decoded["csecLGFile"].as_u64().unwrap()
        );
        assert_eq!(header.created.to_string(), decoded["tmCreate"].as_str().unwrap());
        let before = header.previous_created;
        let before = if before.is_set() {
            before.to_string()
        } else {
            "0".into()
        };
        assert_eq!(before, decoded["tmPrevGen"].as_str().unwrap());
        let version = header.version();
        let version = [
            version.major,
            version.minor,
            version.update_major,
            version.update_minor,
        ];
        assert_eq!(serde_json::json!(version), decoded["version"]);
        let params = &header.params;
        let params = [
            params.sessions_max,
            params.open_tables_max,
            params.version_pages_max,
            params.cursors_max,
            params.log_buffers,
            params.log_file_sectors,
            params.cache_pages_max,
        ];
        assert_eq!(
            serde_json::json!(params.map(|field| field.get())),
            decoded["dbms"]["rest"]
        );
        assert_eq!(u64::from(header.flags), decoded["flags"].as_u64().unwrap());
        assert_eq!(header.checkpoint(), lgpos(&decoded["lgposCheckpoint"]));
        assert_eq!(header.previous_checksum.get(), number(&decoded["prevck"]));
        assert_eq!(
            u64::from(header.engine_format_max.get()),
            decoded["efv"].as_u64().unwrap()
        );
        let attached = header.attachments().unwrap();
        let expected = decoded["attach"].as_array().unwrap();
        assert_eq!(attached.len(), expected.len());
        for (found, expected) in attached.iter().zip(expected) {
            assert_eq!(u64::from(found.dbid), expected["dbid"].as_u64().unwrap());
            assert_eq!(found.dbtime.0, expected["dbtime"].as_u64().unwrap());
            assert_eq!(
                u64::from(found.objid_last.0),
                expected["objidLast"].as_u64().unwrap()
            );
            assert_eq!(found.attached, lgpos(&expected["lgposAttach"]));
            assert_eq!(found.consistent, lgpos(&expected["lgposConsistent"]));
            assert_eq!(
                found.path,
                expected["path"].as_str().unwrap().trim_end_matches('\0')
            );
        }
    }
    let case = &vectors["checkpoint after clean shutdown (both copies equal)"];
    let copy = sparse(case);
    let file = [copy.clone(), copy].concat();
    let (checkpoint, _) = Checkpoint::read(&file).unwrap();
    assert_eq!(checkpoint.redo_from(), lgpos(&case["decoded"]["ckpt"]));
    assert_eq!(checkpoint.consistent_from(), lgpos(&case["decoded"]["dbcons"]));
    assert!(checkpoint.attachments().unwrap().is_none());
}

/// Names of fields in the vectors, and what they may be called here.
const NAMES: &[(&str, &[&str])] = &[
    ("proc", &["session"]),
    ("db", &["database"]),
    ("pgno", &["page"]),
    ("dbt", &["dbtime"]),
    ("before", &["dbtime_before"]),
    ("trx", &["transaction", "begun", "committed"]),
    ("lvl", &["level", "to_level", "levels"]),
    ("il", &["line"]),
    ("fl", &["flags", "database_flags", "freed_flags"]),
    ("rce", &["version"]),
    ("fdp", &["root"]),
    ("obj", &["tree"]),
    ("frm", &["from_level"]),
    ("grbit", &["options"]),
    ("max", &["pages_max"]),
    ("cons", &["consistent"]),
    ("oe", &["owned_root"]),
    ("ae", &["available_root"]),
    ("prim", &["page_count"]),
    ("last", &["last_page"]),
    ("first", &["first_page"]),
    ("cpg", &["page_count"]),
    ("sfx", &["suffix"]),
    ("pfx", &["prefix"]),
    ("data", &["data"]),
    ("key", &["key"]),
    ("bmd", &["bookmark_data"]),
    ("oper", &["operation"]),
    ("old", &["old_data_bytes"]),
    ("lg", &["began"]),
    ("redo", &["redo_from"]),
    ("hard", &["is_hard"]),
    ("ph", &["phase"]),
    ("ty", &["backup_kind", "tree_kind"]),
    ("sc", &["scope"]),
    ("mark", &["mark"]),
    ("lo", &["generation_low"]),
    ("hi", &["generation_high"]),
    ("new", &["new_page", "new_data_bytes"]),
    ("right", &["right_page"]),
    ("left", &["left_page"]),
    ("rb", &["right_dbtime_before"]),
    ("par", &["parent_page", "parent_root"]),
    ("pb", &["parent_dbtime_before"]),
    ("typ", &["split_kind"]),
    ("op", &["split_operation"]),
    ("ilop", &["operation_line"]),
    ("ilsp", &["split_line"]),
    ("cl", &["line_count"]),
    ("ipS", &["prefix_line_source"]),
    ("ipN", &["prefix_line_new"]),
    ("po", &["prefix_old"]),
    ("pn", &["prefix_new"]),
    ("kp", &["separator"]),
    ("ifl", &["image_flags"]),
    ("img", &["image"]),
    ("sz", &["moved_bytes"]),
    ("mx", &["moved_bytes_max"]),
    ("il2", &["merge_line"]),
    ("mf", &["merge_flags"]),
    ("mt", &["merge_kind"]),
];

/// A field as JSON; byte strings by their length.
fn json(value: &FieldValue<'_>) -> Value {
    match value {
        FieldValue::Unsigned(value) => (*value).into(),
        FieldValue::Signed(value) => (*value).into(),
        FieldValue::Page(value) => value.0.into(),
        FieldValue::Pages(pages) => pages.iter().map(|page| page.0).collect(),
        FieldValue::Tree(value) => value.0.into(),
        FieldValue::Dbtime(value) => value.0.into(),
        FieldValue::Session(value) => value.0.into(),
        FieldValue::Database(value) => value.0.into(),
        FieldValue::Transaction(value) => value.0.into(),
        FieldValue::Lgpos(at) => serde_json::json!([at.generation.0, at.sector, at.byte]),
        FieldValue::Bytes(bytes) => bytes.len().into(),
        FieldValue::Text(text) => text.as_str().into(),
        FieldValue::Time(time) => time.to_string().into(),
        FieldValue::Signature(signature) => signature.to_string().into(),
    }
}

#[test]
fn records_hold_what_was_recorded() {
    let mut compared = 0;
    for file in ["records.json", "records_engine_build.json"] {
        for case in vectors(file).as_array().unwrap() {
            let bytes = record_bytes(case);
            let (record, len) = Record::decode(&bytes).unwrap();
            assert_eq!(len, bytes.len(), "{}", case["case"]);
            let mut written = Vec::new();
            record.encode(&mut written).unwrap();
            assert_eq!(written, bytes, "{}", case["case"]);

            let mut fields = BTreeMap::new();
            record.fields(|name, value| {
                fields.insert(name, json(&value));
            });
            for (name, expected) in case["decoded"].as_object().unwrap() {
                let Some((_, ours)) = NAMES.iter().find(|(theirs, _)| theirs == name) else {
                    continue;
                };
                let found = ours.iter().find_map(|name| fields.get(name));
                let expected = if expected == "nil" {
                    Value::from(u64::MAX)
                } else {
                    expected.clone()
                };
                assert_eq!(found, Some(&expected), "{name} of {}", case["case"]);
                compared += 1;
            }
        }
    }
    assert!(compared > 700, "{compared}");
}

#[test]
fn differences_lead_from_old_to_new() {
    for case in vectors("replace_difference.json").as_array().unwrap() {
        let (old, new) = (hex(&case["old"]), hex(&case["new"]));
        let is_wide = case["large_page_heads"].as_bool().unwrap();
        let made = difference::apply(&old, &hex(&case["difference"]), is_wide, new.len());
        assert_eq!(made.unwrap(), new);
    }
}

#[test]
fn a_cut_record_is_never_read() {
    for case in vectors("records.json").as_array().unwrap() {
        let bytes = record_bytes(case);
        for len in 0..bytes.len() {
            Record::decode(&bytes[..len]).unwrap_err();
        }
    }
}

/// Positions and kinds over clean ends, starts, a crash and its recovery, in one generation of Windows 10.
#[test]
fn the_life_of_an_instance_is_read_in_order() {
    let Some(fixture) = jet_test::logs::all()
        .iter()
        .find(|fixture| fixture.name == "srum-belka-dirty.SRUDB.dat")
    else {
        println!("the logs of Windows 10 are not here");
        return;
    };
    let (name, bytes) = fixture
        .logs()
        .find(|(name, _)| name.ends_with("SRU00050.log"))
        .unwrap();
    let file = jet_log::LogFile::from_bytes(std::path::Path::new(name), bytes).unwrap();
    let mut found = BTreeMap::new();
    let mut records = file.records();
    while let Some(entry) = records.next().unwrap() {
        let mut began = None;
        entry.record.fields(|name, value| {
            if let ("began", FieldValue::Lgpos(at)) = (name, value) {
                began = Some(at);
            }
        });
        let place = (entry.offset / 4096, entry.offset % 4096);
        found.insert(place, (entry.record.kind().number(), entry.bytes.len(), began));
    }
    for case in vectors("lifecycle_win10.json")["records"].as_array().unwrap() {
        let at = lgpos(&case["lgpos"]);
        let (number, len, began) = found[&(u64::from(at.sector), u64::from(at.byte))];
        let expected = match case["type"].as_str().unwrap() {
            "ShutDownMark" => 23,
            "NOP2" => 71,
            "Term2" => 50,
            "Init2" => 49,
            "AttachDB" => 15,
            "RecoveryUndo2" => 51,
            "RecoveryQuit2" => 52,
            other => panic!("{other}"),
        };
        assert_eq!(
            (number, len),
            (expected, case["size"].as_u64().unwrap() as usize),
            "{case}"
        );
        if let Some(expected) = case.get("lgpos_field") {
            assert_eq!(began, Some(lgpos(expected)));
        }
    }
}
