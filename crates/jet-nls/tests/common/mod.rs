//! What the tests of real and computed keys share: vectors as lines of JSON.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]

use std::path::PathBuf;

use jet_nls::{Collation, Confidence, NlsError, SortId};
use serde_json::Value;

/// One key to reproduce.
pub struct Vector {
    /// The line, for messages.
    pub line: String,
    json: Value,
}

impl Vector {
    /// All lines of `text`.
    pub fn all(text: &str) -> Vec<Self> {
        let parse = |line: &str| Self {
            line: line.to_owned(),
            json: serde_json::from_str(line).unwrap(),
        };
        text.lines()
            .filter(|line| line.starts_with('{'))
            .map(parse)
            .collect()
    }

    /// A field of text.
    pub fn text(&self, field: &str) -> &str {
        self.json[field]
            .as_str()
            .unwrap_or_else(|| panic!("no text in {field}: {}", self.line))
    }

    /// A field of text that holds hexadecimal digits behind 0x.
    pub fn number(&self, field: &str) -> u64 {
        u64::from_str_radix(self.text(field).trim_start_matches("0x"), 16).unwrap()
    }

    /// A number.
    pub fn count(&self, field: &str) -> usize {
        usize::try_from(self.json[field].as_u64().unwrap()).unwrap()
    }

    /// A truth value.
    pub fn is(&self, field: &str) -> bool {
        self.json[field].as_bool().unwrap()
    }

    /// The mapped text.
    pub fn units(&self) -> Vec<u16> {
        let unit = |unit: &Value| u16::try_from(unit.as_u64().unwrap()).unwrap();
        self.json["text"].as_array().unwrap().iter().map(unit).collect()
    }

    /// The key of the first `unit_count` units by this crate.
    pub fn key(&self, sort: SortId, unit_count: usize) -> Result<(Vec<u8>, Confidence), NlsError> {
        let flags = u32::try_from(self.number("flags")).unwrap();
        let collation = Collation::open(self.number("version"), sort, flags)?;
        let text = self
            .units()
            .iter()
            .take(unit_count)
            .flat_map(|unit| unit.to_le_bytes())
            .collect::<Vec<_>>();
        let mut key = Vec::new();
        let confidence = collation.append_sort_key(&text, &mut key)?;
        Ok((key, confidence))
    }
}

/// A GUID in text form, as stored.
pub fn sort_id(text: &str) -> SortId {
    let mut bytes = unhex(&text.replace('-', ""));
    bytes[..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    SortId(bytes.try_into().unwrap())
}

/// Bytes of hexadecimal text.
pub fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// Hexadecimal text of bytes.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file of the reference material beside the workspace; `None`, with a note, when it is not there.
pub fn shared(path: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let found = std::env::var_os("JET_SHARED")
        .map_or_else(beside, PathBuf::from)
        .join(path);
    if !found.exists() {
        println!("left out: {path} is not there");
        return None;
    }
    Some(found)
}
