//! The five levels of a key while it is made, and their final form.
//!
//! Level 1 goes straight to the output; the other levels follow it and are kept aside. Most elements have the
//! weight 2 on levels 2 and 3, and trailing ones are never written, so runs of 2 are only counted.

use crate::flags::{KeyFlags, NORM_IGNORENONSPACE};

/// Between two levels.
const SEPARATOR: u8 = 1;

/// The weight of an element without diacritic or case.
pub(crate) const NEUTRAL: u8 = 2;

/// The levels of one key.
pub(crate) struct Parts<'a> {
    out: &'a mut Vec<u8>,
    /// Where the key begins in `out`.
    start: usize,
    diacritics: Level,
    cases: Level,
    kana: [Vec<u8>; 4],
    words: Vec<u8>,
}

impl<'a> Parts<'a> {
    /// Begins a key at the end of `out`.
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        let start = out.len();
        let kana = Default::default();
        Self {
            out,
            start,
            diacritics: Level::default(),
            cases: Level::default(),
            kana,
            words: Vec::new(),
        }
    }

    /// Bytes of level 1 so far.
    pub(crate) fn primary_bytes(&self) -> usize {
        self.out.len() - self.start
    }

    /// Adds to level 1.
    pub(crate) fn primary(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Adds the diacritic weight of an element.
    pub(crate) fn diacritic(&mut self, weight: u8) {
        self.diacritics.push(weight);
    }

    /// Adds `count` elements without diacritic or case.
    pub(crate) fn neutral(&mut self, count: usize) {
        self.diacritics.neutral_count += count;
        self.cases.neutral_count += count;
    }

    /// Adds the weight of a mark to the element before it.
    pub(crate) fn mark(&mut self, weight: u8) {
        let last = self.diacritics.pop().unwrap_or(0);
        self.diacritics.push(last.wrapping_add(weight));
    }

    /// Adds the case weight of an element.
    pub(crate) fn case(&mut self, weight: u8) {
        self.cases.push(weight);
    }

    /// Adds a kana element to level 4.
    pub(crate) fn kana(&mut self, weights: [u8; 4]) {
        for (list, weight) in self.kana.iter_mut().zip(weights) {
            list.push(weight);
        }
    }

    /// Adds a hyphen or the like at the current place of level 1.
    ///
    /// The place is counted down from FFFF in elements of two bytes, so that an earlier one sorts behind.
    pub(crate) fn word(&mut self, alphabetic: u8, weight: u8) {
        let [low, high, ..] = (self.primary_bytes() / 2).to_le_bytes();
        self.words.extend([!high, !low, alphabetic, weight]);
    }

    /// Writes the levels behind level 1.
    pub(crate) fn finish(mut self, flags: KeyFlags, is_reversed: bool) {
        self.out.push(SEPARATOR);
        let ignores_marks = flags.has(NORM_IGNORENONSPACE);
        if !ignores_marks {
            self.diacritics.write(is_reversed, self.out);
        }
        self.out.push(SEPARATOR);
        if flags.writes_case() {
            self.cases.write(false, self.out);
        }
        self.out.push(SEPARATOR);
        if !self.kana[0].is_empty() {
            self.write_kana(ignores_marks);
        }
        self.out.push(SEPARATOR);
        self.out.append(&mut self.words);
        self.out.push(0);
    }

    /// Writes level 4: four lists, each without its trailing neutral weights and with an end mark.
    fn write_kana(&mut self, ignores_marks: bool) {
        let [small, repeat, katakana, width] = &self.kana;
        // Small kana and repetitions count as marks here.
        if !ignores_marks {
            write_trimmed(small, 0xC6, self.out);
        }
        self.out.push(0xFF);
        if !ignores_marks {
            write_trimmed(repeat, 3, self.out);
        }
        self.out.push(2);
        write_trimmed(katakana, 0xE4, self.out);
        self.out.push(0xFF);
        write_trimmed(width, 0xC5, self.out);
        self.out.push(0xFF);
    }
}

/// Appends `list` without the `neutral` bytes at its end.
fn write_trimmed(list: &[u8], neutral: u8, out: &mut Vec<u8>) {
    let kept = list
        .iter()
        .rposition(|byte| *byte != neutral)
        .map_or(0, |last| last + 1);
    out.extend_from_slice(list.get(..kept).unwrap_or_default());
}

/// Level 2 or 3: bytes, then a run of neutral weights that is only counted.
#[derive(Default)]
struct Level {
    bytes: Vec<u8>,
    neutral_count: usize,
}

impl Level {
    fn push(&mut self, weight: u8) {
        if weight == NEUTRAL {
            self.neutral_count += 1;
            return;
        }
        self.spell_out();
        self.bytes.push(weight);
    }

    fn pop(&mut self) -> Option<u8> {
        if let Some(less) = self.neutral_count.checked_sub(1) {
            self.neutral_count = less;
            return Some(NEUTRAL);
        }
        self.bytes.pop()
    }

    /// Turns the counted weights into bytes.
    fn spell_out(&mut self) {
        self.bytes.resize(self.bytes.len() + self.neutral_count, NEUTRAL);
        self.neutral_count = 0;
    }

    /// Appends the level without the weights up to 2 at its end, from its end if `is_reversed`.
    fn write(&mut self, is_reversed: bool, out: &mut Vec<u8>) {
        if is_reversed {
            self.spell_out();
            self.bytes.reverse();
        }
        let kept = self
            .bytes
            .iter()
            .rposition(|byte| *byte > NEUTRAL)
            .map_or(0, |last| last + 1);
        out.extend_from_slice(self.bytes.get(..kept).unwrap_or_default());
    }
}
