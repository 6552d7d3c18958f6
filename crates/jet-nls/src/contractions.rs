//! Sequences of units with one set of weights, by sort: searched in the embedded file.
//!
//! Few units take part in contractions, so two sets of units turn nearly every place of a text down before a search.

use std::fmt;

use crate::tables::{self, Section, Weights};

/// The longest contraction, in units.
const CONTRACTION_UNITS_MAX: usize = 8;

/// The contractions of one sort.
pub(crate) struct Contractions {
    /// One section per number of units, longest first.
    by_width: Vec<Section>,
    /// First units.
    firsts: UnitSet,
    /// Second units; there is always one.
    seconds: UnitSet,
}

impl Contractions {
    /// The contractions of `sort`, `None` when it has none.
    pub(crate) fn of(sort: u8) -> Option<Self> {
        let mut by_width = tables::sections()
            .filter(|section| section.kind == tables::CONTRACT && section.sort == sort)
            .filter(|section| (2..=CONTRACTION_UNITS_MAX).contains(&usize::from(section.width)))
            .collect::<Vec<_>>();
        if by_width.is_empty() {
            return None;
        }
        by_width.sort_by_key(|section| std::cmp::Reverse(section.width));
        let (mut firsts, mut seconds) = (UnitSet::new(), UnitSet::new());
        for section in &by_width {
            for row in section.bytes.chunks_exact(2 * usize::from(section.width) + 4) {
                if let [a, b, c, d, ..] = *row {
                    firsts.insert(u16::from_be_bytes([a, b]));
                    seconds.insert(u16::from_be_bytes([c, d]));
                }
            }
        }
        Some(Self {
            by_width,
            firsts,
            seconds,
        })
    }

    /// Whether a contraction may begin with `unit` and `next`; wrong only with "yes".
    pub(crate) fn may_begin(&self, unit: u16, next: u16) -> bool {
        self.firsts.contains(unit) && self.seconds.contains(next)
    }

    /// The longest contraction at the start of `units`: its weights and its number of units.
    pub(crate) fn longest(&self, units: &[[u8; 2]]) -> Option<(Weights, usize)> {
        let [unit, next, ..] = units else { return None };
        if !self.may_begin(u16::from_le_bytes(*unit), u16::from_le_bytes(*next)) {
            return None;
        }
        let mut key = [[0_u8; 2]; CONTRACTION_UNITS_MAX];
        for (place, [low, high]) in key.iter_mut().zip(units) {
            *place = [*high, *low];
        }
        let fitting = self
            .by_width
            .iter()
            .filter(|section| usize::from(section.width) <= units.len());
        fitting.into_iter().find_map(|section| {
            let width = usize::from(section.width);
            let weights = find_row(section.bytes, key.get(..width)?.as_flattened())?;
            Some((weights, width))
        })
    }
}

impl fmt::Debug for Contractions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.by_width.iter().map(|section| section.width))
            .finish()
    }
}

/// The weights behind `key` in ascending rows of key and four weights.
fn find_row(rows: &[u8], key: &[u8]) -> Option<Weights> {
    let width = key.len() + 4;
    let (mut low, mut high) = (0, rows.len() / width);
    while low < high {
        let middle = low.midpoint(high);
        let (found, weights) = rows
            .get(middle * width..)?
            .get(..width)?
            .split_at_checked(key.len())?;
        match found.cmp(key) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return <[u8; 4]>::try_from(weights).ok().map(Weights::from),
        }
    }
    None
}

/// A set of code units, one bit each.
struct UnitSet(Box<[u64; 1024]>);

impl UnitSet {
    fn new() -> Self {
        Self(Box::new([0; 1024]))
    }

    fn insert(&mut self, unit: u16) {
        if let Some(word) = self.0.get_mut(usize::from(unit >> 6)) {
            *word |= 1 << (unit & 63);
        }
    }

    fn contains(&self, unit: u16) -> bool {
        let word = self.0.get(usize::from(unit >> 6)).copied().unwrap_or(0);
        word >> (unit & 63) & 1 == 1
    }
}
