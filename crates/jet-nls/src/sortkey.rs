//! From code units to the levels of a key.
//!
//! Each unit has a row of weights whose script member says what it is:
//!
//! | script | what | effect |
//! |---|---|---|
//! | 0 | unsortable | none |
//! | 1 | mark | joins the diacritic weight of the element before it |
//! | 2 | expansion | two units in its place |
//! | 3 | kana and repeat marks | `kana` |
//! | 4 | conjoining jamo | `jamo` |
//! | 5 | ideograph of the default order | four bytes on level 1 |
//! | 6 | hyphen, apostrophe, control character | the end of the key, or a symbol under string sort |
//! | 7–12 | symbol, space, punctuation | an element, unless symbols are ignored |
//! | 13 … | everything else | an element |
//!
//! Source: `docs/format/sort-keys.md`.

use crate::Confidence;
use crate::flags::{
    KeyFlags, LINGUISTIC_IGNORECASE, LINGUISTIC_IGNOREDIACRITIC, NORM_IGNORESYMBOLS, SORT_STRINGSORT,
};
use crate::parts::{NEUTRAL, Parts};
use crate::sort_table::SortTable;
use crate::tables::{Traits, Weights};

/// Script members with a meaning of their own.
pub(crate) mod script {
    pub(crate) const UNSORTABLE: u8 = 0;
    pub(crate) const MARK: u8 = 1;
    pub(crate) const EXPANSION: u8 = 2;
    pub(crate) const KANA: u8 = 3;
    pub(crate) const JAMO: u8 = 4;
    pub(crate) const IDEOGRAPH: u8 = 5;
    pub(crate) const WORD: u8 = 6;
    pub(crate) const SYMBOL_FIRST: u8 = 7;
    pub(crate) const SYMBOL_LAST: u8 = 12;
    pub(crate) const DIGIT: u8 = 13;
    pub(crate) const LATIN: u8 = 14;
    pub(crate) const CYRILLIC: u8 = 16;
    /// What a kana has on level 1.
    pub(crate) const KANA_PRIMARY: u8 = 34;
    pub(crate) const HEBREW: u8 = 40;
    /// The last script whose diacritics and case the linguistic flags touch.
    pub(crate) const ALPHABET_LAST: u8 = 41;
}

/// How deep expansions nest in the table (a ligature of a ligature), with room to spare.
const EXPANSION_DEPTH_MAX: u8 = 8;

/// Makes one key.
pub(crate) struct Mapper<'a> {
    pub(crate) table: &'static SortTable,
    pub(crate) flags: KeyFlags,
    pub(crate) units: &'a [[u8; 2]],
    pub(crate) parts: Parts<'a>,
    /// The least sure thing the key rests on so far.
    pub(crate) confidence: Confidence,
    /// How far back repeat marks have looked, and what they found there.
    pub(crate) looked_back: (usize, Option<Weights>),
    /// The bits of a case weight that count.
    pub(crate) case_mask: u8,
}

impl<'a> Mapper<'a> {
    /// Starts a key of `units` at the end of `out`.
    pub(crate) fn new(
        table: &'static SortTable,
        flags: KeyFlags,
        units: &'a [[u8; 2]],
        out: &'a mut Vec<u8>,
    ) -> Self {
        Self {
            table,
            flags,
            units,
            parts: Parts::new(out),
            confidence: Confidence::Published,
            looked_back: (0, None),
            case_mask: flags.case_mask(),
        }
    }

    /// Makes the whole key, or stops when level 1 alone has `bytes_max` bytes.
    ///
    /// Says how sure the key is, and whether it is whole.
    pub(crate) fn run(mut self, bytes_max: usize) -> (Confidence, bool) {
        let mut position = 0;
        loop {
            position += self.plain_run(position, bytes_max);
            if position >= self.units.len() {
                break;
            }
            if self.parts.primary_bytes() >= bytes_max {
                return (self.confidence, false);
            }
            let may_contract = self
                .table
                .may_contract(self.unit(position), self.unit(position + 1));
            let contracted = if may_contract {
                self.contraction(position)
            } else {
                None
            };
            position += match contracted {
                Some(unit_count) => unit_count,
                None => self.element(self.weights_at(position), position),
            };
        }
        let is_reversed = self.table.traits.has(Traits::REVERSE);
        self.parts.finish(self.flags, is_reversed);
        (self.confidence, true)
    }

    /// Adds the units from `position` on that are nothing but two bytes on level 1; returns how many they are.
    ///
    /// A shortcut for most of most texts: [`Self::element`] does the same with them.
    fn plain_run(&mut self, position: usize, bytes_max: usize) -> usize {
        let element_count_max = bytes_max.saturating_sub(self.parts.primary_bytes()).div_ceil(2);
        let mut rest = self.units.get(position..).unwrap_or_default();
        let mut count = 0;
        while let [unit, followers @ ..] = rest
            && count < element_count_max
        {
            let unit = u16::from_le_bytes(*unit);
            let weights = self.table.weights(unit);
            let next = followers.first().copied().map_or(0, u16::from_le_bytes);
            if !self.is_plain(weights) || self.table.may_contract(unit, next) {
                break;
            }
            self.parts.primary(&[weights.script, weights.alphabetic]);
            count += 1;
            rest = followers;
        }
        self.parts.neutral(count);
        count
    }

    /// Whether `weights` are those of a common letter, digit or symbol that no flag treats in another way.
    fn is_plain(&self, weights: Weights) -> bool {
        let is_common = match weights.script {
            script::SYMBOL_FIRST..=script::SYMBOL_LAST => !self.flags.has(NORM_IGNORESYMBOLS),
            script::DIGIT => !self.flags.is_linguistic(),
            script::LATIN..=script::CYRILLIC => true,
            _ => false,
        };
        is_common && weights.diacritic == NEUTRAL && weights.case & self.case_mask == NEUTRAL
    }

    /// The unit at `position`; 0 behind the end, which is unsortable.
    pub(crate) fn unit(&self, position: usize) -> u16 {
        self.units.get(position).copied().map_or(0, u16::from_le_bytes)
    }

    /// The weights of the unit at `position`.
    pub(crate) fn weights_at(&self, position: usize) -> Weights {
        self.table.weights(self.unit(position))
    }

    /// The rest of the key is no surer than the sources that differ on it.
    pub(crate) fn dispute(&mut self) {
        self.confidence = Confidence::Disputed;
    }

    /// Maps a contraction at `position`, if there is one, and returns how many units it used.
    fn contraction(&mut self, position: usize) -> Option<usize> {
        let units = self.units.get(position..)?;
        if self.table.traits.has(Traits::DOUBLE) && self.is_doubled(position) {
            // "ddzs" is short for "dzsdzs".
            if let Some((weights, unit_count)) = self.table.contraction(units.get(1..)?) {
                self.dispute();
                self.element(weights, position);
                self.element(weights, position);
                return Some(1 + unit_count);
            }
        }
        let (weights, unit_count) = self.table.contraction(units)?;
        let first = self.weights_at(position).script;
        if first == script::MARK || first == script::EXPANSION {
            self.dispute();
        }
        self.element(weights, position);
        Some(unit_count)
    }

    /// Whether the units at `position` and behind it differ in case at most.
    fn is_doubled(&self, position: usize) -> bool {
        let caseless = |position| {
            let weights = self.weights_at(position);
            Weights {
                case: weights.case & 0xE7,
                ..weights
            }
        };
        position + 1 < self.units.len() && caseless(position) == caseless(position + 1)
    }

    /// Maps the element with `weights` that begins at `position`; returns how many units it used if it was one.
    fn element(&mut self, weights: Weights, position: usize) -> usize {
        self.judge(weights);
        match weights.script {
            script::UNSORTABLE => {}
            script::MARK => self.parts.mark(self.diacritic(weights)),
            script::EXPANSION => self.expand(weights, 0),
            script::KANA => self.kana(weights, position),
            script::JAMO => return self.jamo(position),
            script::IDEOGRAPH => self.ideograph(weights),
            script::WORD..=script::SYMBOL_LAST => self.symbol(weights),
            _ => self.put(weights),
        }
        1
    }

    /// Lowers the confidence for what the linguistic flags do to anything but common letters and symbols.
    fn judge(&mut self, weights: Weights) {
        if !self.flags.is_linguistic() {
            return;
        }
        let is_known = match weights.script {
            script::UNSORTABLE | script::EXPANSION => true,
            script::DIGIT => weights.diacritic == 2 && weights.case == 2,
            script => {
                (script::SYMBOL_FIRST..=script::SYMBOL_LAST).contains(&script)
                    || (script::LATIN..=script::CYRILLIC).contains(&script)
            }
        };
        if !is_known {
            self.dispute();
        }
    }

    /// The diacritic weight that the flags leave.
    fn diacritic(&self, weights: Weights) -> u8 {
        if self.flags.has(LINGUISTIC_IGNOREDIACRITIC) {
            2
        } else {
            weights.diacritic
        }
    }

    /// The case weight that the linguistic flags leave.
    fn case(&self, weights: Weights) -> u8 {
        if self.flags.has(LINGUISTIC_IGNORECASE) {
            2
        } else {
            weights.case
        }
    }

    /// Maps the two units that `weights` stands for.
    fn expand(&mut self, weights: Weights, depth: u8) {
        for unit in self.table.expansion(weights.expansion()).unwrap_or_default() {
            let weights = self.table.weights(unit);
            self.judge(weights);
            if weights.script == script::EXPANSION && depth < EXPANSION_DEPTH_MAX {
                self.expand(weights, depth + 1);
                continue;
            }
            if weights.script <= script::WORD {
                // A mark that is put like a letter sorts as 01 00: what Windows does there is not known.
                self.dispute();
            }
            self.put(weights);
        }
    }

    /// Adds an ideograph of the default order; FE instead of FD by the published text.
    fn ideograph(&mut self, weights: Weights) {
        self.dispute();
        self.parts
            .primary(&[0xFD, 0xFF, weights.alphabetic, weights.diacritic]);
        self.parts.diacritic(2);
        self.parts.case(2);
    }

    /// Adds a symbol, or what the flags make of it.
    ///
    /// Hyphens, apostrophes and control characters go to the end of the key, except under string sort.
    fn symbol(&mut self, weights: Weights) {
        if self.flags.has(NORM_IGNORESYMBOLS) {
            return;
        }
        if weights.script == script::WORD && !self.flags.has(SORT_STRINGSORT) {
            let case = self.case(weights) & self.case_mask;
            self.parts
                .word(weights.alphabetic, self.diacritic(weights).wrapping_mul(8) | case);
        } else {
            self.put_as(weights, weights.diacritic, weights.case);
        }
    }

    /// Adds an element, with what the flags leave of its diacritic and case.
    pub(crate) fn put(&mut self, weights: Weights) {
        let is_alphabet = weights.script <= script::ALPHABET_LAST && weights.script != script::HEBREW;
        if is_alphabet {
            self.put_as(weights, self.diacritic(weights), self.case(weights));
        } else {
            self.put_as(weights, weights.diacritic, weights.case);
        }
    }

    /// Adds an element with these weights on levels 2 and 3.
    fn put_as(&mut self, weights: Weights, diacritic: u8, case: u8) {
        self.parts.primary(&[weights.script, weights.alphabetic]);
        if self.has_three_bytes(weights.script) {
            self.parts.primary(&[weights.diacritic]);
        } else {
            self.parts.diacritic(diacritic);
        }
        self.parts.case(case & self.case_mask);
    }

    /// Private use, and Han in the sorts with many of them, have their third byte on level 1.
    fn has_three_bytes(&self, script: u8) -> bool {
        (0xA9..=0xAF).contains(&script)
            || (0xC0..=0xEF).contains(&script) && self.table.traits.has(Traits::THREE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables;

    /// The shortcut and the long way give the same key for every unit under every flag that matters to either.
    #[test]
    fn plain_units_are_elements() {
        for flags in [0x400, 0x3_0401, 0x410, 0x411, 0x420, 0x404, 0x1400, 0x402] {
            let flags = KeyFlags::new(flags).unwrap();
            let table = SortTable::get(1, tables::traits(1).unwrap(), false).unwrap();
            let mut plain_count = 0;
            for unit in 0..=u16::MAX {
                let units = [unit.to_le_bytes()];
                let (mut short, mut long) = (Vec::new(), Vec::new());
                let mapper = Mapper::new(table, flags, &units, &mut short);
                plain_count += usize::from(mapper.is_plain(table.weights(unit)));
                let confidence = mapper.run(usize::MAX).0;
                let mut mapper = Mapper::new(table, flags, &units, &mut long);
                mapper.element(table.weights(unit), 0);
                assert_eq!(mapper.confidence, confidence, "{unit:x} {flags:?}");
                mapper.parts.finish(flags, false);
                assert_eq!(short, long, "{unit:x} {flags:?}");
            }
            assert!(plain_count > 300, "{plain_count}");
        }
    }
}
