//! Kana and the marks that repeat them.
//!
//! Hiragana, katakana and half-width katakana of one sound have the same weights on levels 1 and 2; what tells
//! them apart are four lists on level 4: size, repetition, kind, width.
//!
//! Source: `docs/format/sort-keys.md`.

use crate::sortkey::{Mapper, script};
use crate::tables::Weights;

/// Alphabetic weight of ー and its half-width form; repeat marks have 0, kana 2 and more.
const LONG_MARK: u8 = 1;

/// What all weights on the lists of level 4 have in common.
const LIST_BASE: u8 = 0xC4;

impl Mapper<'_> {
    /// Maps the kana or repeat mark at `position`.
    pub(crate) fn kana(&mut self, weights: Weights, position: usize) {
        if weights.alphabetic > LONG_MARK {
            self.put_kana(
                weights.alphabetic,
                weights.diacritic,
                weights.case & self.case_mask,
                3,
            );
            return;
        }
        let repeated = self.repeated_unit(position);
        match repeated {
            Some(base) if base.script == script::KANA => self.repeat_kana(weights, base),
            Some(base) if base.script != script::EXPANSION => {
                // Its own diacritic by the published text; another implementation copies the other character's.
                self.dispute();
                self.put(Weights {
                    diacritic: weights.diacritic,
                    case: 2,
                    ..base
                });
            }
            _ => {
                self.dispute();
                self.parts.primary(&[0xFF, 0xFF]);
            }
        }
    }

    /// Adds the kana `base` once more for the repeat mark `mark`.
    fn repeat_kana(&mut self, mark: Weights, base: Weights) {
        let mut case = base.case & self.case_mask;
        let mut alphabetic = base.alphabetic;
        if mark.alphabetic == LONG_MARK {
            // A long mark repeats the vowel.
            alphabetic &= 0x87;
            case = case & !1 | mark.case & self.case_mask & 1;
        }
        self.put_kana(alphabetic, mark.diacritic, case, 4 + mark.alphabetic);
    }

    /// Adds a kana to all levels.
    fn put_kana(&mut self, alphabetic: u8, diacritic: u8, case: u8, repetition: u8) {
        self.parts.kana([
            LIST_BASE | case & 2,
            repetition,
            LIST_BASE | case & 0x20,
            LIST_BASE | case & 1,
        ]);
        self.put(Weights {
            script: script::KANA_PRIMARY,
            alphabetic,
            diacritic,
            case: 2,
        });
    }

    /// The weights of the unit that a repeat mark at `position` repeats.
    ///
    /// Marks of any kind and unsortable units between the two do not count. What an earlier look found is kept:
    /// a text of nothing but repeat marks takes linear time.
    fn repeated_unit(&mut self, position: usize) -> Option<Weights> {
        let (known, mut found) = self.looked_back;
        let newer = (known..position)
            .rev()
            .map(|position| self.weights_at(position))
            .find(|weights| {
                let is_repeat_mark = weights.script == script::KANA && weights.alphabetic <= LONG_MARK;
                !matches!(weights.script, script::UNSORTABLE | script::MARK) && !is_repeat_mark
            });
        if newer.is_some() {
            found = newer;
        }
        self.looked_back = (position, found);
        found
    }
}
