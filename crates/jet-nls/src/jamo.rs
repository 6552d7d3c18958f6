//! Conjoining jamo: Hangul syllables spelt out, modern and old.
//!
//! A spelt syllable takes the place of the composed one closest to it and is told apart by three more pairs of
//! bytes. The published algorithm for this version is not known; all keys made here are disputed.
//!
//! Source: `docs/format/sort-keys.md`.

use crate::sortkey::Mapper;

/// Stands for a missing leading consonant.
const LEADING_FILLER: u16 = 0x115F;
/// Stands for a missing vowel.
const VOWEL_FILLER: u16 = 0x1160;
/// The first composed syllable.
const SYLLABLES_START: u16 = 0xAC00;
/// What a sequence that would come before all syllables takes the place of.
const BEFORE_SYLLABLES: u16 = 0x3131;

/// One spelt syllable.
struct Syllable {
    leading: u16,
    vowel: u16,
    trailing: Option<u16>,
    unit_count: usize,
}

impl Mapper<'_> {
    /// Maps the jamo that begin at `position`; returns how many units they are.
    pub(crate) fn jamo(&mut self, position: usize) -> usize {
        self.dispute();
        let syllable = self.syllable(position);
        let rows = [Some(syllable.leading), Some(syllable.vowel), syllable.trailing]
            .map(|unit| unit.and_then(|unit| self.table.jamo(unit)).unwrap_or_default());
        let [[.., leading_weight], [.., vowel_weight], [.., trailing_weight]] = rows;
        let column = |pick: fn(&[u8; 5]) -> u8| u16::from(rows.iter().map(pick).max().unwrap_or(0));
        let (l, v, t) = (column(|row| row[1]), column(|row| row[2]), column(|row| row[3]));
        let has_filler = syllable.leading == LEADING_FILLER || syllable.vowel == VOWEL_FILLER;
        // The columns end at 18, 20 and 27: no sum reaches 16 bits.
        let number = ((l * 21 + v) * 28 + t).checked_sub(u16::from(has_filler));
        let closest = number.map_or(BEFORE_SYLLABLES, |number| SYLLABLES_START.saturating_add(number));
        let weights = self.table.weights(closest);
        let leading_weight = if has_filler {
            leading_weight | 0x80
        } else {
            leading_weight
        };
        let trailing_weight = if syllable.trailing.is_some() {
            trailing_weight
        } else {
            2
        };
        self.parts.primary(&[weights.script, weights.alphabetic]);
        self.parts
            .primary(&[0xFF, leading_weight, 0xFF, vowel_weight, 0xFF, trailing_weight]);
        self.parts.diacritic(2);
        self.parts.case(2);
        syllable.unit_count
    }

    /// Takes at most one leading, one vowel and one trailing jamo.
    ///
    /// Only sequences with an old jamo count as one: of a modern one this is the first unit alone.
    fn syllable(&self, position: usize) -> Syllable {
        let mut next = position;
        let mut take = |ranges: [std::ops::RangeInclusive<u16>; 2]| {
            let unit = self.unit(next);
            let is_taken = ranges.iter().any(|range| range.contains(&unit));
            next += usize::from(is_taken);
            is_taken.then_some(unit)
        };
        let leading = take([0x1100..=0x115F, 0xA960..=0xA97C]).unwrap_or(LEADING_FILLER);
        let vowel = take([0x1160..=0x11A7, 0xD7B0..=0xD7C6]).unwrap_or(VOWEL_FILLER);
        let trailing = take([0x11A8..=0x11FF, 0xD7CB..=0xD7FB]);
        let is_old = |unit: u16| self.table.jamo(unit).is_some_and(|[is_old, ..]| is_old != 0);
        // A filler counts too: behind the missing leading consonant everything is old.
        let is_old_sequence = is_old(leading) || is_old(vowel) || trailing.is_some_and(is_old);
        if is_old_sequence {
            Syllable {
                leading,
                vowel,
                trailing,
                unit_count: next - position,
            }
        } else {
            Syllable {
                leading,
                vowel: VOWEL_FILLER,
                trailing: None,
                unit_count: 1,
            }
        }
    }
}
