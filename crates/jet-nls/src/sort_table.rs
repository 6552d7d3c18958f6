//! The weights of one sort, ready for use: default rows, pages that override them, contractions.
//!
//! Made once per sort when a collation of it is opened, then shared. Most sorts override a handful of rows, so
//! only the 256-row pages that hold one are copied; the rest is read from the embedded file.

use std::sync::OnceLock;

use crate::NlsError;
use crate::contractions::Contractions;
#[cfg(feature = "han")]
use crate::han;
use crate::tables::{self, Traits, Weights};

/// The prepared tables of one sort.
#[derive(Debug)]
pub(crate) struct SortTable {
    /// What the sort does beyond tables.
    pub(crate) traits: Traits,
    /// Whether the rows of linguistic casing took the place of ordinary exceptions.
    pub(crate) is_linguistic_casing: bool,
    default: &'static [[u8; 4]; 0x1_0000],
    expansions: &'static [[u8; 4]],
    jamo: &'static [[u8; 8]],
    overrides: Pages,
    /// Contractions of two surrogates that are one character of plane 2, by its low 16 bits.
    plane2: Pages,
    contractions: Option<Contractions>,
}

impl SortTable {
    /// The tables of `sort`, with the rows of linguistic casing when asked for and there are any.
    ///
    /// # Errors
    /// [`NlsError::HanTablesMissing`] when this build lacks what the sort needs, [`NlsError::DamagedTables`].
    pub(crate) fn get(sort: u8, traits: Traits, linguistic_casing: bool) -> Result<&'static Self, NlsError> {
        if cfg!(not(feature = "han")) && traits.has(Traits::HAN) {
            return Err(NlsError::HanTablesMissing { sort });
        }
        let is_linguistic = linguistic_casing && !tables::section(tables::LINGCASE, sort).is_empty();
        let slots = if is_linguistic { &LINGUISTIC } else { &ORDINARY };
        let slot = slots
            .get(usize::from(sort))
            .ok_or(NlsError::DamagedTables { part: "sorts" })?;
        slot.get_or_init(|| Self::prepare(sort, traits, is_linguistic))
            .as_ref()
            .map_err(|error| *error)
    }

    /// Unpacks one sort.
    fn prepare(sort: u8, traits: Traits, is_linguistic_casing: bool) -> Result<Self, NlsError> {
        let default = tables::default_rows()?;
        let mut overrides = Pages::default();
        let kind = if is_linguistic_casing {
            tables::LINGCASE
        } else {
            tables::EXCEPT
        };
        for row in tables::section(kind, sort).as_chunks::<6>().0 {
            let [low, high, weights @ ..] = *row;
            overrides.set(u16::from_le_bytes([low, high]), weights, Some(default));
        }
        let mut plane2 = Pages::default();
        add_han(sort, &mut overrides, default, &mut plane2)?;
        Ok(Self {
            traits,
            is_linguistic_casing,
            default,
            expansions: tables::section(tables::EXPANSIONS, 0).as_chunks::<4>().0,
            jamo: tables::section(tables::JAMO, 0).as_chunks::<8>().0,
            overrides,
            plane2,
            contractions: Contractions::of(sort),
        })
    }

    /// The weights of `unit` in this sort.
    pub(crate) fn weights(&self, unit: u16) -> Weights {
        let row = self
            .overrides
            .get(unit)
            .or_else(|| self.default.get(usize::from(unit)));
        row.copied().unwrap_or_default().into()
    }

    /// The two units that expansion `number` stands for.
    pub(crate) fn expansion(&self, number: usize) -> Option<[u16; 2]> {
        let [a, b, c, d] = *self.expansions.get(number)?;
        Some([u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])])
    }

    /// Row of the conjoining jamo `unit`: is old, L, V, T, weight.
    pub(crate) fn jamo(&self, unit: u16) -> Option<[u8; 5]> {
        let key = |row: &[u8; 8]| u16::from_le_bytes([row[0], row[1]]);
        let index = self.jamo.binary_search_by_key(&unit, key).ok()?;
        let [_, _, row @ .., _] = *self.jamo.get(index)?;
        Some(row)
    }

    /// Whether a contraction may begin with `unit` and `next`; quick, and wrong only with "yes".
    pub(crate) fn may_contract(&self, unit: u16, next: u16) -> bool {
        let is_listed = |contractions: &Contractions| {
            // A doubled contraction begins one unit before the contraction proper.
            contractions.may_begin(unit, next) || self.traits.has(Traits::DOUBLE)
        };
        self.contractions.as_ref().is_some_and(is_listed)
            || (0xD840..=0xD87F).contains(&unit) && !self.plane2.pages.is_empty()
    }

    /// The longest contraction at the start of `units`: its weights and its number of units.
    pub(crate) fn contraction(&self, units: &[[u8; 2]]) -> Option<(Weights, usize)> {
        let listed = self
            .contractions
            .as_ref()
            .and_then(|contractions| contractions.longest(units));
        listed.or_else(|| self.plane2_character(units).map(|weights| (weights, 2)))
    }

    /// The weights of a surrogate pair at the start of `units`.
    fn plane2_character(&self, units: &[[u8; 2]]) -> Option<Weights> {
        let [high, low, ..] = units else { return None };
        let (high, low) = (u16::from_le_bytes(*high), u16::from_le_bytes(*low));
        // Plane 2 is D840 DC00 to D87F DFFF.
        if !(0xD840..=0xD87F).contains(&high) || !(0xDC00..=0xDFFF).contains(&low) {
            return None;
        }
        let row = self.plane2.get((high - 0xD840) << 10 | (low - 0xDC00))?;
        (*row != [0; 4]).then(|| Weights::from(*row))
    }
}

/// Adds the Han characters of `sort`.
#[cfg(feature = "han")]
fn add_han(
    sort: u8,
    overrides: &mut Pages,
    default: &[[u8; 4]; 0x1_0000],
    plane2: &mut Pages,
) -> Result<(), NlsError> {
    han::load(
        sort,
        &mut |unit, weights| overrides.set(unit, weights, Some(default)),
        &mut |low, weights| plane2.set(low, weights, None),
    )
}

/// Without the Han file there is nothing to add: [`SortTable::get`] refused the sorts that need it.
#[cfg(not(feature = "han"))]
fn add_han(_: u8, _: &mut Pages, _: &[[u8; 4]; 0x1_0000], _: &mut Pages) -> Result<(), NlsError> {
    Ok(())
}

/// Rows by number, in pages of 256 of which only those in use exist.
#[derive(Debug)]
struct Pages {
    /// By high byte: number of the page counted from 1, or 0 for none.
    index: [u16; 256],
    pages: Vec<[[u8; 4]; 256]>,
}

impl Default for Pages {
    fn default() -> Self {
        Self {
            index: [0; 256],
            pages: Vec::new(),
        }
    }
}

impl Pages {
    /// The row `number`, when its page is there.
    fn get(&self, number: u16) -> Option<&[u8; 4]> {
        let [high, low] = number.to_be_bytes();
        let page = usize::from(*self.index.get(usize::from(high))?).checked_sub(1)?;
        self.pages.get(page)?.get(usize::from(low))
    }

    /// Sets a row; a page that becomes needed starts with the rows of `below`, else with zeros.
    fn set(&mut self, number: u16, row: [u8; 4], below: Option<&[[u8; 4]; 0x1_0000]>) {
        let [high, low] = number.to_be_bytes();
        let Some(slot) = self.index.get_mut(usize::from(high)) else {
            return;
        };
        if *slot == 0 {
            let start = usize::from(high) << 8;
            let rows = below.and_then(|below| below.get(start..start + 256));
            self.pages.push(
                rows.and_then(|rows| rows.try_into().ok())
                    .unwrap_or([[0; 4]; 256]),
            );
            // There are at most 256 pages, one per high byte.
            *slot = u16::try_from(self.pages.len()).unwrap_or(0);
        }
        let page = usize::from(*slot)
            .checked_sub(1)
            .and_then(|page| self.pages.get_mut(page));
        if let Some(place) = page.and_then(|page| page.get_mut(usize::from(low))) {
            *place = row;
        }
    }
}

/// Slots by number of the sort.
type Slots = [OnceLock<Result<SortTable, NlsError>>; 256];

static ORDINARY: Slots = [const { OnceLock::new() }; 256];
static LINGUISTIC: Slots = [const { OnceLock::new() }; 256];
