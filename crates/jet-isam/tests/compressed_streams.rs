//! Stored streams of real databases and of the reference encoders decode to their plain bytes.
//!
//! `vectors/README.md` tells where the committed ones come from. More are read from the collection of test vectors
//! beside the workspace, when it is there.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};

use jet_isam::compress::{CompressError, Place, Rules, Scheme, choose, decompress, plain_len, scheme};
use serde_json::Value;

struct Case {
    name: String,
    place: Option<Place>,
    stream: Vec<u8>,
    plain: Vec<u8>,
}

fn hex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn committed() -> Vec<Case> {
    let lines = include_str!("vectors/compressed_streams.jsonl")
        .lines()
        .enumerate();
    let case = |(number, line)| {
        let case: Value = serde_json::from_str(line).unwrap();
        let origin = case["origin"].as_str().unwrap();
        let lid_bytes = usize::try_from(case["lid_bytes"].as_u64().unwrap()).unwrap();
        let place = match case["place"].as_str().unwrap() {
            "chunk" => Place::Chunk,
            "intrinsic" => Place::Intrinsic { lid_bytes },
            other => panic!("{other}"),
        };
        Case {
            name: format!("line {} ({origin})", number + 1),
            place: (origin != "xpress9").then_some(place),
            stream: hex(&case["stream"]),
            plain: hex(&case["plain"]),
        }
    };
    lines.map(case).collect()
}

/// The folder of test vectors, if this machine has one.
fn vectors() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("JET_SHARED")
        .map_or(beside, PathBuf::from)
        .join("format/vectors");
    folder.is_dir().then_some(folder)
}

fn check_decodes(case: &Case) {
    let Case {
        name, stream, plain, ..
    } = case;
    let mut out = Vec::new();
    assert_eq!(decompress(stream, plain.len(), &mut out), Ok(()), "{name}");
    assert!(out == *plain, "{name}: other plain bytes");
    assert_eq!(plain_len(stream), Some(plain.len() as u64), "{name}");
    if let Some(short) = plain.len().checked_sub(1) {
        let too_long = CompressError::TooLong {
            claimed: plain.len() as u64,
            max_plain: short,
        };
        assert_eq!(
            decompress(stream, short, &mut Vec::new()),
            Err(too_long),
            "{name}"
        );
    }
}

/// No cut and no flipped bit may panic or go past the bound; a stream that is cut is never taken for whole.
fn check_damage(case: &Case) {
    let Case {
        name, stream, plain, ..
    } = case;
    for len in (0..stream.len()).step_by(1 + stream.len() / 200) {
        let mut out = Vec::new();
        let result = decompress(&stream[..len], plain.len(), &mut out);
        assert!(result.is_err() || out != *plain, "{name} cut to {len}");
        assert!(out.len() <= plain.len(), "{name} cut to {len}");
    }
    for bit in (0..stream.len() * 8).step_by(1 + stream.len() / 50) {
        let mut damaged = stream.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let mut out = Vec::new();
        let result = decompress(&damaged, plain.len(), &mut out);
        assert!(out.len() <= plain.len(), "{name} bit {bit}");
        if scheme(&damaged) == Some(Scheme::Xpress9) {
            assert!(
                result.is_err() || out == *plain,
                "{name} bit {bit}: the checksum covers the plain bytes"
            );
        }
    }
}

/// The writer takes the scheme that the database has, 7-bit streams to the byte, unless its XPRESS gets smaller than
/// the 7-bit text that Windows' XPRESS could not beat.
fn check_choice(case: &Case) {
    let Some(place) = case.place else { return };
    let Case {
        name, stream, plain, ..
    } = case;
    let chosen = choose(plain, &Rules::new(place)).unwrap_or_else(|| panic!("{name}: nothing chosen"));
    match (scheme(stream), scheme(&chosen)) {
        (Some(Scheme::Xpress), Some(Scheme::Xpress)) => {}
        (Some(Scheme::Unicode7), Some(Scheme::Xpress)) => assert!(chosen.len() < stream.len(), "{name}"),
        _ => assert!(chosen == *stream, "{name}: other 7-bit stream"),
    }
    let mut out = Vec::new();
    assert_eq!(decompress(&chosen, plain.len(), &mut out), Ok(()), "{name}");
    assert!(out == *plain, "{name}: encoded and decoded to other bytes");
}

#[test]
fn committed_streams() {
    let cases = committed();
    for (number, wanted) in [Scheme::Ascii7, Scheme::Unicode7, Scheme::Xpress, Scheme::Xpress9]
        .iter()
        .zip([22, 58, 16, 24])
    {
        assert_eq!(
            cases
                .iter()
                .filter(|case| scheme(&case.stream) == Some(*number))
                .count(),
            wanted
        );
    }
    for case in &cases {
        check_decodes(case);
        check_damage(case);
        check_choice(case);
    }
}

#[test]
fn collected_vectors() {
    let Some(folder) = vectors() else {
        println!("no test vectors beside the workspace: skipped");
        return;
    };
    for (file, stream_field) in [
        ("compression.json", "stream_hex"),
        ("compression2.json", "stream_hex"),
        ("xpress9.json", "value_hex"),
    ] {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let collection: Value = serde_json::from_str(&text).unwrap();
        let cases = collection["cases"].as_array().unwrap();
        assert!(cases.len() >= 24, "{file}");
        for (number, case) in cases.iter().enumerate() {
            let case = Case {
                name: format!("{file} case {number}"),
                place: match case["where"].as_str() {
                    Some("chunk") => Some(Place::Chunk),
                    Some("intrinsic") => Some(Place::Intrinsic { lid_bytes: 4 }),
                    _ => None,
                },
                stream: hex(&case[stream_field]),
                plain: hex(&case["plain_hex"]),
            };
            check_decodes(&case);
            check_damage(&case);
            check_choice(&case);
        }
    }
}
