//! The embedded weight files: a directory of sections, read in place.
//!
//! Both files are made by the example `pack_tables`. All numbers are little-endian unless said otherwise.
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | `jet-nls\0` |
//! | 8..12 | sort version, 0x00060305 |
//! | 12..14 | number of sections n |
//! | 14..16 | 0 |
//! | 16..16+12n | directory: kind u8, sort u8, width u16, offset u32 from the start of the file, length u32 |
//!
//! | kind | content |
//! |---|---|
//! | [`DEFAULT`] | 65 536 rows script, alphabetic, diacritic, case weight; by code unit |
//! | [`EXPANSIONS`] | rows of two code units; script 2 in a weight row points here with alphabetic × 256 + diacritic |
//! | [`JAMO`] | rows code unit u16, is old, L, V, T, weight, 0; ascending |
//! | [`TRAITS`] | rows sort, trait bits |
//! | [`EXCEPT`] | rows code unit u16 and four weights; they replace default rows in one sort |
//! | [`LINGCASE`] | like `EXCEPT`, instead of it under linguistic casing |
//! | [`CONTRACT`] | rows of `width` code units (big-endian, so that bytes sort like units) and four weights; ascending |
//! | [`HAN_UNITS`], [`HAN_PAIRS`], [`HAN_LIKE`] | see `han` |
//!
//! Everything is read with checked access; what is missing is reported as a damaged program.

use crate::NlsError;

/// Weights of every code unit.
pub(crate) const DEFAULT: u8 = 1;
/// Units that stand for two others.
pub(crate) const EXPANSIONS: u8 = 2;
/// Conjoining jamo.
pub(crate) const JAMO: u8 = 3;
/// Traits of all sorts.
pub(crate) const TRAITS: u8 = 4;
/// Exceptions of one sort.
pub(crate) const EXCEPT: u8 = 5;
/// Exceptions of one sort under linguistic casing.
pub(crate) const LINGCASE: u8 = 6;
/// Contractions of one sort, all of the same number of units.
pub(crate) const CONTRACT: u8 = 7;
/// Han exceptions of one sort, in the order of their weights.
#[cfg(feature = "han")]
pub(crate) const HAN_UNITS: u8 = 8;
/// Supplementary Han of one sort, in the order of their weights.
#[cfg(feature = "han")]
pub(crate) const HAN_PAIRS: u8 = 9;
/// Differences of one sort's Han from another's.
#[cfg(feature = "han")]
pub(crate) const HAN_LIKE: u8 = 10;

/// The weights of one code unit, expansion step or contraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Weights {
    /// Script member: the kind of character, see `sortkey`.
    pub(crate) script: u8,
    /// Alphabetic weight.
    pub(crate) alphabetic: u8,
    /// Diacritic weight, level 2.
    pub(crate) diacritic: u8,
    /// Case weight, level 3.
    pub(crate) case: u8,
}

impl Weights {
    /// The number of the expansion a row of script 2 points to.
    pub(crate) fn expansion(self) -> usize {
        usize::from(self.alphabetic) << 8 | usize::from(self.diacritic)
    }
}

impl From<[u8; 4]> for Weights {
    fn from([script, alphabetic, diacritic, case]: [u8; 4]) -> Self {
        Self {
            script,
            alphabetic,
            diacritic,
            case,
        }
    }
}

/// What a sort does beyond tables.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Traits(u8);

impl Traits {
    /// Level 2 is written from its end (French).
    pub(crate) const REVERSE: u8 = 1;
    /// Doubled contractions (Hungarian).
    pub(crate) const DOUBLE: u8 = 2;
    /// Named in the source without an effect (Latvian): such keys are disputed.
    pub(crate) const INVERSE: u8 = 4;
    /// Han characters have three bytes on level 1.
    pub(crate) const THREE: u8 = 8;
    /// The sort is incomplete without the Han file.
    pub(crate) const HAN: u8 = 16;

    /// Whether the trait `bit` is set.
    pub(crate) fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }
}

/// One part of an embedded file.
#[derive(Clone, Copy)]
pub(crate) struct Section {
    /// What it holds.
    pub(crate) kind: u8,
    /// Which sort it belongs to; 0 for all.
    pub(crate) sort: u8,
    /// Units per contraction.
    pub(crate) width: u16,
    /// Its bytes.
    pub(crate) bytes: &'static [u8],
}

/// All sections of all embedded files.
pub(crate) fn sections() -> impl Iterator<Item = Section> {
    FILES.iter().flat_map(|file| directory(file))
}

/// The bytes of the section `kind` of `sort`, empty when there is none.
pub(crate) fn section(kind: u8, sort: u8) -> &'static [u8] {
    sections()
        .find(|section| section.kind == kind && section.sort == sort)
        .map(|section| section.bytes)
        .unwrap_or_default()
}

/// The default weights: 65 536 rows.
pub(crate) fn default_rows() -> Result<&'static [[u8; 4]; 0x1_0000], NlsError> {
    let (rows, _) = section(DEFAULT, 0).as_chunks::<4>();
    rows.try_into().map_err(|_| NlsError::DamagedTables {
        part: "default weights",
    })
}

/// Traits of `sort`; `None` when the table has no such sort.
pub(crate) fn traits(sort: u8) -> Option<Traits> {
    let (rows, _) = section(TRAITS, 0).as_chunks::<2>();
    rows.iter()
        .find(|[number, _]| *number == sort)
        .map(|[_, bits]| Traits(*bits))
}

/// Reads the directory of `file`; entries that point outside are left out.
fn directory(file: &'static [u8]) -> impl Iterator<Item = Section> {
    let count = match file.get(12..14) {
        Some([low, high]) => usize::from(u16::from_le_bytes([*low, *high])),
        _ => 0,
    };
    let (entries, _) = file.get(16..).unwrap_or_default().as_chunks::<12>();
    entries.iter().take(count).filter_map(|entry| {
        let [kind, sort, w0, w1, o0, o1, o2, o3, l0, l1, l2, l3] = *entry;
        let offset = usize::try_from(u32::from_le_bytes([o0, o1, o2, o3])).ok()?;
        let length = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).ok()?;
        let bytes = file.get(offset..)?.get(..length)?;
        Some(Section {
            kind,
            sort,
            width: u16::from_le_bytes([w0, w1]),
            bytes,
        })
    })
}

/// The embedded files.
const FILES: &[&[u8]] = &[
    include_bytes!("../data/sort-060305.bin"),
    #[cfg(feature = "han")]
    include_bytes!("../data/sort-060305-han.bin"),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn files_hold_what_their_directory_says() {
        for file in FILES {
            assert_eq!(&file[..8], b"jet-nls\0");
            assert_eq!(&file[8..12], &0x0006_0305_u32.to_le_bytes());
            let count = usize::from(u16::from_le_bytes([file[12], file[13]]));
            assert_eq!(directory(file).count(), count, "an entry points outside");
            let length = directory(file).map(|section| section.bytes.len()).sum::<usize>();
            assert_eq!(16 + 12 * count + length, file.len());
        }
    }

    #[test]
    fn all_75_sorts_have_traits() {
        assert!((1..=0x4B).all(|sort| traits(sort).is_some()));
        assert!(traits(0).is_none() && traits(0x4C).is_none());
        assert!(traits(3).unwrap().has(Traits::REVERSE));
        assert!(traits(4).unwrap().has(Traits::DOUBLE));
        assert!(traits(0x46).unwrap().has(Traits::HAN) && !traits(0x46).unwrap().has(Traits::THREE));
        assert!(traits(0x4B).unwrap().has(Traits::HAN) && traits(0x4B).unwrap().has(Traits::THREE));
    }

    #[test]
    fn contractions_ascend() {
        for section in sections().filter(|section| section.kind == CONTRACT) {
            let units = 2 * usize::from(section.width);
            let rows = section
                .bytes
                .chunks(units + 4)
                .map(|row| &row[..units])
                .collect::<Vec<_>>();
            assert!(rows.is_sorted_by(|a, b| a < b), "sort {:#x}", section.sort);
        }
    }
}
