//! Cases in JSON: `{"note": ..., "cases": [...]}`.

use serde_json::Value;

use crate::fixtures::{beside_repository, repository};

/// The cases of `name`.json: those of the repository and those beside it; none when neither is there.
///
/// # Panics
/// When a file does not have the form above.
pub fn cases(name: &str) -> Vec<Value> {
    let own = Some(repository().join("fixtures/vectors"));
    let beside = beside_repository().map(|folder| folder.join("format/vectors"));
    let files = own
        .into_iter()
        .chain(beside)
        .map(|folder| folder.join(format!("{name}.json")));
    let mut cases = Vec::new();
    for file in files.filter(|file| file.is_file()) {
        let mut json: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let Value::Array(found) = json["cases"].take() else {
            panic!("{} has no cases", file.display());
        };
        cases.extend(found);
    }
    if cases.is_empty() {
        println!("no vectors named {name} here");
    }
    cases
}

/// The bytes of a text of hexadecimal digits.
///
/// # Panics
/// When it is none.
pub fn hex(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap();
    assert_eq!(text.len() % 2, 0, "pairs of digits");
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// A number given as a JSON number or as hexadecimal digits, with or without 0x.
///
/// # Panics
/// When it is neither.
pub fn number(value: &Value) -> u64 {
    match value {
        Value::String(text) => u64::from_str_radix(text.trim_start_matches("0x"), 16).unwrap(),
        value => value.as_u64().unwrap(),
    }
}
