//! Values: variables, numbers with the names of JET's constants, literals of bytes.
//!
//! Nothing here fails: a word that means nothing counts as 0 or as no bytes and is remembered for
//! [`Variables::take_complaints`], as the transcripts tell it.

use std::cell::RefCell;
use std::collections::HashMap;

use jet_api::JetCode;

use crate::constants::CONSTANTS;

/// A literal longer than this is refused; no script comes near.
const LITERAL_BYTES_MAX: usize = 1 << 28;

/// What a variable holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A handle, an id or a number, as the 64 bits of it.
    Number(u64),
    /// A key, a bookmark, a column.
    Bytes(Vec<u8>),
}

/// The variables of one process, and what was wrong with the words looked at.
#[derive(Debug, Default)]
pub struct Variables {
    values: HashMap<String, Value>,
    complaints: RefCell<Vec<String>>,
}

impl Variables {
    /// Sets a variable; `-` stands for none.
    pub fn set(&mut self, name: &str, value: Value) {
        if name != "-" {
            self.values.insert(name.to_owned(), value);
        }
    }

    /// What the variable holds.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// The number that a variable holds.
    pub fn number_of(&self, name: &str) -> Option<u64> {
        match self.get(name)? {
            Value::Number(number) => Some(*number),
            Value::Bytes(_) => None,
        }
    }

    /// Takes the complaints since the last time, in the order in which they arose.
    pub fn take_complaints(&self) -> Vec<String> {
        self.complaints.take()
    }

    /// A number: decimal, hexadecimal, variables and constants, several joined by `|`. As 64 bits.
    pub fn number(&self, word: &str) -> u64 {
        if matches!(word, "_" | "null") {
            return 0;
        }
        let mut joined = 0;
        for part in word.split('|').filter(|part| !part.is_empty()) {
            let found = self.number_of(part).or_else(|| constant(part));
            let Some(number) = found.or_else(|| literal_number(part)) else {
                self.complain(format!("unknown number '{part}'"));
                return 0;
            };
            joined |= number;
        }
        joined
    }

    /// A string: in quotes, or the bare word; `None` for the null pointer.
    pub fn text(&self, word: &str) -> Option<Vec<u8>> {
        match word {
            "_" | "null" => None,
            _ => Some(quoted(word).map_or_else(|| word.as_bytes().to_vec(), |inner| unescape(inner, false))),
        }
    }

    /// Bytes: a literal or a variable; `None` for the null pointer.
    pub fn data(&self, word: &str) -> Option<Vec<u8>> {
        if matches!(word, "_" | "null") {
            return None;
        }
        if let Some(Value::Bytes(bytes)) = self.get(word) {
            return Some(bytes.clone());
        }
        if let Some(inner) = quoted(word) {
            return Some(unescape(inner, false));
        }
        if let Some(inner) = word.strip_prefix('w').and_then(quoted) {
            return Some(unescape(inner, true));
        }
        let literal = word
            .split_once(':')
            .and_then(|(kind, text)| self.literal(kind, text));
        if literal.is_none() {
            self.complain(format!("bad data '{word}'"));
        }
        literal
    }

    fn literal(&self, kind: &str, text: &str) -> Option<Vec<u8>> {
        let number = || self.number(text).to_le_bytes();
        let low = |size: usize| number().get(..size).map(<[u8]>::to_vec);
        match kind {
            "x" => Some(from_hex(text)),
            "i8" | "u8" => low(1),
            "i16" | "u16" => low(2),
            "i32" | "u32" => low(4),
            "i64" | "u64" => low(8),
            "f32" => Some(narrowed(text.parse().unwrap_or_default()).to_le_bytes().to_vec()),
            "f64" => Some(text.parse::<f64>().unwrap_or_default().to_le_bytes().to_vec()),
            "fill" => {
                let (byte, count) = text.split_once('*')?;
                Some(vec![*from_hex(byte).first()?; count_of(count)?])
            }
            "wfill" => {
                let (unit, count) = text.split_once('*')?;
                let unit = u16::from_str_radix(unit, 16).ok()?;
                Some(unit.to_le_bytes().repeat(count_of(count)?))
            }
            "rnd" => {
                let (seed, count) = text.split_once(',')?;
                Some(random_bytes(literal_number(seed)?, count_of(count)?))
            }
            "seq" => Some((b'a'..=b'z').cycle().take(count_of(text)?).collect()),
            _ => None,
        }
    }

    fn complain(&self, what: String) {
        self.complaints.borrow_mut().push(what);
    }
}

/// The number of a constant of JET or of an error code, as 64 bits.
pub fn constant(name: &str) -> Option<u64> {
    let row = CONSTANTS.binary_search_by(|(known, _)| (*known).cmp(name)).ok();
    let number = row.and_then(|row| CONSTANTS.get(row)).map(|&(_, number)| number);
    let code = || JetCode::from_name(name).map(|code| i64::from(code.number()));
    number.or_else(code).map(i64::cast_unsigned)
}

/// The mixing function splitmix64, from which all invented data of the scripts comes.
pub fn mix(seed: u64) -> u64 {
    let x = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// What stands between the quotes.
fn quoted(word: &str) -> Option<&str> {
    let inner = word.strip_prefix('"')?;
    Some(inner.strip_suffix('"').unwrap_or(inner))
}

/// A literal number as 64 bits; one too large for them is the largest.
fn literal_number(word: &str) -> Option<u64> {
    let (is_negative, digits) = match word.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, word),
    };
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let number = match hex {
        Some(hex) => u64::from_str_radix(hex, 16).ok()?,
        None if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) => return None,
        None => digits.parse().unwrap_or(u64::MAX),
    };
    Some(if is_negative {
        number.wrapping_neg()
    } else {
        number
    })
}

fn count_of(text: &str) -> Option<usize> {
    text.parse().ok().filter(|&count| count <= LITERAL_BYTES_MAX)
}

fn random_bytes(seed: u64, count: usize) -> Vec<u8> {
    let start = seed.wrapping_mul(1_000_003);
    let blocks = (0..).flat_map(|block| mix(start.wrapping_add(block)).to_le_bytes());
    blocks.take(count).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "f32 literals are rounded from the decimal text by way of f64"
)]
fn narrowed(number: f64) -> f32 {
    number as f32
}

/// Bytes of pairs of hexadecimal digits; what is no digit counts as 0.
pub(crate) fn from_hex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| pair.iter().fold(0, |sum: u8, &byte| (sum << 4) | hex_digit(byte)))
        .collect()
}

fn hex_digit(byte: u8) -> u8 {
    let digit = char::from(byte).to_digit(16);
    digit
        .and_then(|digit| u8::try_from(digit).ok())
        .unwrap_or_default()
}

/// The bytes of a string with its escapes replaced; wide ones as UTF-16LE.
fn unescape(inner: &str, is_wide: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner.bytes();
    let hex = |rest: &mut std::str::Bytes<'_>, digits: usize| {
        let read = rest.by_ref().take(digits);
        read.fold(0, |sum: u16, byte| (sum << 4) | u16::from(hex_digit(byte)))
    };
    while let Some(byte) = rest.next() {
        let unit = match byte {
            b'\\' => match rest.next() {
                Some(b'n') => u16::from(b'\n'),
                Some(b't') => u16::from(b'\t'),
                Some(b'0') => 0,
                Some(b'x') => hex(&mut rest, 2),
                Some(b'u') => hex(&mut rest, 4),
                Some(other) => u16::from(other),
                None => u16::from(b'\\'),
            },
            plain => u16::from(plain),
        };
        let [low, high] = unit.to_le_bytes();
        out.push(low);
        if is_wide {
            out.push(high);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_join_variables_and_constants() {
        let mut variables = Variables::default();
        variables.set("inst", Value::Number(0x100));
        variables.set("-", Value::Number(1));
        assert_eq!(variables.number("inst|0x1|2"), 0x103);
        assert_eq!(variables.number("-1"), u64::MAX);
        assert_eq!(
            variables.number("JET_errNoCurrentRecord"),
            (-1603_i64).cast_unsigned()
        );
        assert_eq!(variables.number("JET_tableidNil"), u64::MAX);
        assert!(variables.get("-").is_none());
        assert_eq!(variables.number("inst|gone"), 0);
        assert_eq!(variables.take_complaints(), ["unknown number 'gone'"]);
    }

    #[test]
    fn literals_of_bytes() {
        let variables = Variables::default();
        let data = |word| variables.data(word);
        assert_eq!(data("_"), None);
        assert_eq!(data("x:"), Some(vec![]));
        assert_eq!(data("x:0aFf"), Some(vec![10, 255]));
        assert_eq!(data("i16:-2"), Some(vec![0xfe, 0xff]));
        assert_eq!(data("f32:1.5"), Some(1.5f32.to_le_bytes().to_vec()));
        assert_eq!(data("fill:41*3"), Some(b"AAA".to_vec()));
        assert_eq!(data("wfill:00e4*2"), Some(vec![0xe4, 0, 0xe4, 0]));
        assert_eq!(data("seq:28"), Some(b"abcdefghijklmnopqrstuvwxyzab".to_vec()));
        assert_eq!(data(r#""a\x42\0\"""#), Some(b"aB\0\"".to_vec()));
        assert_eq!(data(r#"w"a\u20AC""#), Some(vec![b'a', 0, 0xac, 0x20]));
        assert!(variables.take_complaints().is_empty());
        assert_eq!(data("zz:1"), None);
        assert_eq!(variables.take_complaints(), ["bad data 'zz:1'"]);
    }

    #[test]
    fn invented_bytes_come_from_splitmix64() {
        // First output of the published generator with seed 0.
        assert_eq!(mix(0), 0xE220_A839_7B1D_CDAF);
        let variables = Variables::default();
        let bytes = variables.data("rnd:0,9").unwrap();
        assert_eq!(bytes.get(..8), Some(&mix(0).to_le_bytes()[..]));
        assert_eq!(bytes.last(), mix(1).to_le_bytes().first());
    }
}
