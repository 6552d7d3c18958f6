//! Names for files and tables of the output: safe everywhere, and no two the same.
//!
//! - A file name keeps ASCII letters, digits and some signs; every other byte of the UTF-8 name becomes `%XX`, so
//!   that a short name can be told back from its file.
//! - Two names that differ in case alone are the same on many systems; the later one gets `~2`, `~3` and so on.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::json;

/// Longest stem of a file name, in bytes; an extension of a few bytes follows.
const STEM_MAX: usize = 120;
/// What is kept of a longer one, before its hash.
const STEM_KEPT: usize = 100;
/// Names that Windows keeps for devices, whatever the extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Hands out names, each once without regard to case.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Number of the last variant of each name, by its lower-case form.
    used: HashMap<String, u32>,
}

impl Names {
    /// `wanted`, or a variant of it that nobody has yet.
    pub(super) fn unique(&mut self, wanted: &str) -> String {
        let mut number = match self.used.get(&wanted.to_lowercase()) {
            None => {
                self.used.insert(wanted.to_lowercase(), 1);
                return wanted.to_owned();
            }
            Some(number) => *number,
        };
        let variant = loop {
            number += 1;
            let variant = format!("{wanted}~{number}");
            if !self.used.contains_key(&variant.to_lowercase()) {
                break variant;
            }
        };
        self.used.insert(wanted.to_lowercase(), number);
        self.used.insert(variant.to_lowercase(), 1);
        variant
    }
}

/// The stem of a file name for a table of this name.
pub(super) fn file_stem(name: &str) -> String {
    let last = name.len().saturating_sub(1);
    let mut stem = Vec::new();
    for (at, byte) in name.bytes().enumerate() {
        let is_kept = match byte {
            b'.' | b' ' => at != 0 && at != last,
            b'-' => at != 0, // no command takes it for an option
            b'_' | b'{' | b'}' | b'(' | b')' | b',' | b'+' | b'=' | b'@' => true,
            _ => byte.is_ascii_alphanumeric(),
        };
        // A device name is no longer one when its first letter is written otherwise.
        if is_kept && !(at == 0 && is_device(name)) {
            stem.push(byte);
        } else {
            stem.push(b'%');
            json::hex(&mut stem, &[byte]);
        }
    }
    if stem.is_empty() {
        stem.push(b'_');
    }
    if stem.len() > STEM_MAX {
        stem.truncate(STEM_KEPT);
        stem.push(b'~');
        let hash = Sha256::digest(name.as_bytes());
        json::hex(&mut stem, hash.get(..8).unwrap_or_default());
    }
    String::from_utf8_lossy(&stem).into_owned()
}

/// Whether Windows takes a file of this name, with whatever extension, for a device.
fn is_device(name: &str) -> bool {
    let stem = name
        .split('.')
        .next()
        .unwrap_or(name)
        .trim_end_matches(' ')
        .to_lowercase();
    let is_port = ["com", "lpt"].iter().any(|port| {
        stem.strip_prefix(port).is_some_and(|rest| {
            rest.chars().count() == 1 && rest.chars().all(|digit| "0123456789¹²³".contains(digit))
        })
    });
    is_port || DEVICES.contains(&stem.as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(stem: &str) -> Option<String> {
        let mut bytes = Vec::new();
        let mut rest = stem.bytes();
        while let Some(byte) = rest.next() {
            if byte != b'%' {
                bytes.push(byte);
                continue;
            }
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?);
        }
        String::from_utf8(bytes).ok()
    }

    proptest! {
        #[test]
        fn stems_are_safe_and_tell_the_name(name in "\\PC{0,60}|[ .:/\\\\a-cA-C0-9~%\u{0}-]{0,80}|(?i)(con|nul|com1|lpt9)(\\.x| )?") {
            let stem = file_stem(&name);
            prop_assert!(!stem.is_empty() && stem.len() <= STEM_MAX);
            prop_assert!(stem.bytes().all(|b| b.is_ascii_graphic() || b == b' '));
            prop_assert!(!stem.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|', '$', '`', '\'']));
            prop_assert!(!stem.starts_with(['.', ' ', '-']) && !stem.ends_with(['.', ' ']));
            prop_assert!(!is_device(&stem), "{stem}");
            if !stem.contains('~') && !name.is_empty() {
                prop_assert_eq!(decoded(&stem), Some(name));
            }
        }

        #[test]
        fn no_two_names_are_the_same(names in prop::collection::vec("[aAbB]{1,2}(~[23])?|ä|Ä", 1..40)) {
            let mut unique = Names::default();
            let mut given: Vec<String> = names.iter().map(|name| unique.unique(name).to_lowercase()).collect();
            given.sort();
            let count = given.len();
            given.dedup();
            prop_assert_eq!(given.len(), count);
        }
    }

    #[test]
    fn examples() {
        assert_eq!(file_stem("SruDbIdMapTable"), "SruDbIdMapTable");
        assert_eq!(
            file_stem("{5C8CF1C7-7257-4F13-B223-970EF5939312}"),
            "{5C8CF1C7-7257-4F13-B223-970EF5939312}"
        );
        assert_eq!(file_stem("a/b:c"), "a%2fb%3ac");
        assert_eq!(file_stem("NUL"), "%4eUL");
        assert_eq!(file_stem("com1.txt"), "%63om1.txt");
        assert_eq!(file_stem(".."), "%2e%2e");
        assert_eq!(file_stem(""), "_");
    }
}
