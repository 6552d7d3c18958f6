//! Taking the text of an answer apart.

use jet_api::JetCode;

use crate::value::from_hex;

/// Stands for an error whose name is `?`.
const NAMELESS: i32 = i32::MIN;

/// The rest of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan<'a>(pub(super) &'a str);

impl<'a> Scan<'a> {
    /// Takes this text if it stands here.
    pub(super) fn take(&mut self, text: &str) -> bool {
        match self.0.strip_prefix(text) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// Takes what stands before the next blank, bracket or line feed.
    pub(super) fn word(&mut self) -> &'a str {
        let end = self.0.find([' ', ']', '\n']).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at_checked(end).unwrap_or((self.0, ""));
        self.0 = rest;
        word
    }

    /// Goes behind the next place of this text.
    pub(super) fn skip_to(&mut self, text: &str) -> bool {
        match self.0.split_once(text) {
            Some((_, rest)) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// The number of the field with this label, from here on.
    pub(super) fn number(&mut self, label: &str) -> Option<u64> {
        self.skip_to(label).then(|| number(self.word())).flatten()
    }

    /// The same in 32 bits; 0 when it is not there.
    pub(super) fn low(&mut self, label: &str) -> u32 {
        let number = self.number(label).unwrap_or_default();
        crate::call::low(number)
    }

    /// The error named by the field with this label.
    pub(super) fn code(&mut self, label: &str) -> i32 {
        match self
            .skip_to(label)
            .then(|| JetCode::from_name(self.word()))
            .flatten()
        {
            Some(code) => code.number(),
            None => NAMELESS,
        }
    }

    /// Bytes as `len=N x:HEX "TEXT"`; `None` where none stand.
    pub(super) fn shown(&mut self) -> Option<Vec<u8>> {
        let mut ahead = *self;
        let length = ahead.take("len=").then(|| number(ahead.word())).flatten()?;
        if !ahead.take(" x:") {
            return None;
        }
        let bytes = from_hex(ahead.word());
        let quoted = usize::try_from(length).ok()?.checked_add(2)?;
        if ahead.0.starts_with(" \"") {
            ahead.0 = ahead.0.get(1..)?.get(quoted..)?;
        }
        *self = ahead;
        Some(bytes)
    }
}

/// A number as transcripts write it: decimal, with sign, or hexadecimal.
pub(super) fn number(word: &str) -> Option<u64> {
    match word.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => word
            .parse::<u64>()
            .ok()
            .or_else(|| word.parse::<i64>().ok().map(i64::cast_unsigned)),
    }
}

/// What stands between the first quote and the last.
pub(super) fn quoted(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('"')?;
    rest.rsplit_once('"').map(|(inner, _)| inner)
}
