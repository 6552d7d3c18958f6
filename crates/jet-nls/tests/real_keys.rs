//! Keys that Windows wrote into index pages come out byte for byte.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod common;

use common::{Vector, hex, shared, sort_id, unhex};
use jet_nls::{Collation, Confidence};
use serde_json::Value;

/// Builds the segment as an index has it (prefix 7F, cut to its room) and compares; returns the mapped units.
fn check(vector: &Vector) {
    let unit_count = if vector.count("keymost") == 255 {
        128
    } else {
        usize::MAX
    };
    let (key, confidence) = vector.key(sort_id(vector.text("sortid")), unit_count).unwrap();
    let mut segment = vec![0x7F];
    segment.extend(key);
    let is_cut = segment.len() > vector.count("room");
    segment.truncate(vector.count("room"));
    if vector.is("descending") {
        segment.iter_mut().for_each(|byte| *byte = !*byte);
    }
    assert_eq!(hex(&segment), vector.text("segment"), "{}", vector.line);
    assert_eq!(is_cut, vector.is("truncated"), "{}", vector.line);
    assert_eq!(confidence, Confidence::Proven, "{}", vector.line);
}

#[test]
fn keys_of_licensed_files() {
    let vectors = Vector::all(include_str!("vectors/real_keys.jsonl"));
    assert!(vectors.len() > 150);
    vectors.iter().for_each(check);
}

#[test]
fn keys_of_all_files() {
    let Some(path) = shared("nls/vectors.jsonl") else {
        return;
    };
    let vectors = Vector::all(&std::fs::read_to_string(path).unwrap());
    assert_eq!(vectors.len(), 1603);
    vectors.iter().for_each(check);
}

#[test]
fn keys_beside_the_format_description() {
    let mut count = 0;
    for name in [
        "format/vectors/unicode_keys.json",
        "format/vectors/unicode_keys2.json",
    ] {
        let Some(path) = shared(name) else { return };
        let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        for case in file["cases"].as_array().unwrap() {
            let text = |field: &str| case[field].as_str().unwrap();
            let version = u64::from_le_bytes(unhex(text("version_hex")).try_into().unwrap());
            let flags = u32::from_str_radix(text("lcmapflags").trim_start_matches("0x"), 16).unwrap();
            let sort = case["sortid"].as_str().map_or(jet_nls::SortId::DEFAULT, sort_id);
            // Long values are not written out; their key needs the first 256 bytes only.
            let digits = text("value_utf16le_hex").trim_end_matches('.');
            let mut value = unhex(&digits[..digits.len() & !1]);
            if case["keyMost"].as_u64() == Some(255) {
                value.truncate(256);
            }
            let mut key = Vec::new();
            Collation::open(version, sort, flags)
                .unwrap()
                .append_sort_key(&value, &mut key)
                .unwrap();
            let expected = text("sortkey_hex");
            if case["truncated"].as_bool() == Some(true) {
                key.truncate(expected.len() / 2);
            }
            assert_eq!(hex(&key), expected, "{case}");
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}
