//! Identity of a sort: a GUID whose first group is the number of the sort.
//!
//! Locales that sort alike share one number; every locale that the table does not name has number 1.

use std::fmt;

/// Identity of a set of sorting rules, as a catalog stores it.
///
/// 16 bytes of a GUID in stored order: the first three groups little-endian. Windows' sorts have the form
/// `NNNNNNNN-57ee-1e5c-00b4-d0000bb1e11e`. Shown as lower-case text without braces.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SortId(pub [u8; 16]);

impl SortId {
    /// The sort of every locale without rules of its own, en-US among them.
    pub const DEFAULT: Self = Self::from_number(1);

    /// The identity of sort `number`; whether the table has that sort shows when a collation is opened.
    #[must_use]
    pub const fn from_number(number: u8) -> Self {
        Self([
            number, 0, 0, 0, 0xEE, 0x57, 0x5C, 0x1E, 0x00, 0xB4, 0xD0, 0x00, 0x0B, 0xB1, 0xE1, 0x1E,
        ])
    }

    /// The number of the sort; `None` when the GUID is not of the known form.
    #[must_use]
    pub fn sort_number(&self) -> Option<u8> {
        let Self([number, ..]) = *self;
        (number != 0 && *self == Self::from_number(number)).then_some(number)
    }

    /// The sort of a locale name such as `sv-FI` or `de-DE_phoneb`; ASCII case is ignored.
    ///
    /// A name that is not listed has the sort of its longest listed parent (`fr-XX` that of `fr`), else the
    /// default. To read an existing index take the stored identity instead.
    #[must_use]
    pub fn from_locale(name: &str) -> Self {
        let mut name = name;
        loop {
            if let Some(number) = listed_number(name) {
                return Self::from_number(number);
            }
            match name.rsplit_once('-') {
                Some((parent, _)) => name = parent,
                None => return Self::DEFAULT,
            }
        }
    }
}

impl fmt::Display for SortId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g, h, i, rest @ ..] = self.0;
        write!(f, "{:08x}-", u32::from_le_bytes([a, b, c, d]))?;
        write!(
            f,
            "{:04x}-{:04x}-",
            u16::from_le_bytes([e, g]),
            u16::from_le_bytes([h, i])
        )?;
        let [j, k, node @ ..] = rest;
        write!(f, "{j:02x}{k:02x}-")?;
        node.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SortId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SortId({self})")
    }
}

/// The number beside `name` in the list of locales.
fn listed_number(name: &str) -> Option<u8> {
    LOCALES
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(','))
        .find(|(listed, _)| listed.eq_ignore_ascii_case(name))
        .and_then(|(_, number)| u8::from_str_radix(number, 16).ok())
}

/// `name,sort` lines below a heading; the numbers are hexadecimal.
const LOCALES: &str = include_str!("../data/locales-060305.csv");

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn text_form_is_that_of_a_catalog() {
        assert_eq!(
            SortId::DEFAULT.to_string(),
            "00000001-57ee-1e5c-00b4-d0000bb1e11e"
        );
        assert_eq!(
            SortId::from_number(0x4B).to_string(),
            "0000004b-57ee-1e5c-00b4-d0000bb1e11e"
        );
    }

    #[test]
    fn number_needs_the_known_form() {
        assert_eq!(SortId::from_number(7).sort_number(), Some(7));
        assert_eq!(SortId([0; 16]).sort_number(), None);
        assert_eq!(SortId::from_number(0).sort_number(), None);
        let mut other = SortId::DEFAULT;
        other.0[1] = 1;
        assert_eq!(other.sort_number(), None);
    }

    #[test]
    fn locale_falls_back_to_its_parents() {
        let number = |name| SortId::from_locale(name).sort_number().unwrap();
        assert_eq!(number("en-US"), 1);
        assert_eq!(number(""), 1);
        assert_eq!(number("SV-fi"), 0x1A);
        assert_eq!(number("fr-ZZ"), 3);
        assert_eq!(number("zh-Hant-XY"), 0x37);
        assert_eq!(number("hu-HU_technl"), 0x26);
        assert_eq!(number("de-DE_phoneb"), 0x3F);
        assert_eq!(number("de-DE"), 1);
    }

    #[test]
    fn every_listed_locale_has_a_number() {
        assert_eq!(LOCALES.lines().skip(1).count(), 261);
        for line in LOCALES.lines().skip(1) {
            let (name, _) = line.split_once(',').unwrap();
            assert!(listed_number(name).unwrap() > 1, "{line}");
        }
    }
}
