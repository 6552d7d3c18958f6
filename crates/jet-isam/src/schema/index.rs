//! New indexes: what they are to be like, and the rules that hold for them.

use jet_nls::{CURRENT_VERSION, SortId};
use jet_pages::PageSize;

use super::name;
use crate::catalog::{LCMAP_FLAGS_DEFAULT, LOCALE_DEFAULT};
use crate::column::{ColumnDef, ColumnFlags};
use crate::error::{Refusal, Result};
use crate::key::{Condition, IndexDef, IndexFlags, KEY_MOST_DEFAULT, SEGMENTS_MOST, Segment, TupleLimits};

/// Percent that pages are filled to when nothing else is said.
pub(crate) const DENSITY_DEFAULT: u32 = 80;
/// Bounds of the length of pieces, and most characters of a value that pieces are made of.
const TUPLE_LEAST: u32 = 2;
const TUPLE_MOST: u32 = 255;
const TUPLE_COUNT_MOST: u32 = 0x7FFF;
/// Greatest number that a limit of tuples may be.
const LIMIT_MOST: u32 = 0xFFFF;

/// Options of a new index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct IndexOptions(pub u32);

impl IndexOptions {
    /// No two entries with one key.
    pub const UNIQUE: Self = Self(0x1);
    /// The table's own order.
    pub const PRIMARY: Self = Self(0x2);
    /// A NULL key column is an error.
    pub const DISALLOW_NULL: Self = Self(0x4);
    /// Rows whose key columns are all NULL have no entry.
    pub const IGNORE_NULL: Self = Self(0x8);
    /// Rows with a NULL key column have no entry.
    pub const IGNORE_ANY_NULL: Self = Self(0x10);
    /// Rows whose first key column is NULL have no entry.
    pub const IGNORE_FIRST_NULL: Self = Self(0x20);
    /// NULL sorts behind every value.
    pub const NULLS_HIGH: Self = Self(0x40);
    /// The program promises that no row has an entry.
    pub const EMPTY: Self = Self(0x80);
    /// The locale and the flags of the text's order are given.
    pub const LOCALE: Self = Self(0x100);
    /// Pieces of a value are indexed.
    pub const TUPLES: Self = Self(0x200);
    /// And their limits are given.
    pub const TUPLE_LIMITS: Self = Self(0x400);
    /// All combinations of the values of multi-valued columns.
    pub const CROSS_PRODUCT: Self = Self(0x800);
    /// The values of multi-valued columns by their numbers.
    pub const NESTED_TABLE: Self = Self(0x1000);
    /// A key that must be cut is an error.
    pub const DISALLOW_TRUNCATION: Self = Self(0x2000);
    /// GUIDs sort by their groups.
    pub const DOT_NET_GUID: Self = Self(0x4000);
    /// The longest key is given.
    pub const KEY_MOST: Self = Self(0x8000);
    /// The caller promises uniqueness.
    pub const OPTIONALLY_UNIQUE: Self = Self(0x1_0000);
    /// It is committed at once and stays, whatever becomes of the transaction.
    pub const UNVERSIONED: Self = Self(0x2_0000);

    /// Whether all options of `other` are set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The options of both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What a new index is to be like.
#[derive(Clone, Debug, Default)]
pub struct NewIndex {
    /// Its name.
    pub name: String,
    /// Its columns: names with a sign before and a zero behind, and a zero behind the last one.
    pub key: Vec<u8>,
    /// Options.
    pub options: IndexOptions,
    /// How full its pages are made, in percent; 0: as those of the table.
    pub density: u32,
    /// Longest key in bytes, with [`IndexOptions::KEY_MOST`].
    pub key_most: u32,
    /// Longest segment of a variable column in bytes; 0: that of the key.
    pub segment_most: u32,
    /// Limits of pieces; a 0 stands for the default, but for the start.
    pub tuple: Option<TupleLimits>,
    /// Columns that must or must not be NULL; none: neither was said.
    pub conditions: Vec<(String, Option<MustBe>)>,
    /// Locale and mapping flags; flags 0: the default.
    pub locale: Option<(String, u32)>,
}

/// What a condition asks of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MustBe {
    /// It has no value.
    Null,
    /// It has one.
    NotNull,
}

/// An index that may be made, but for its columns.
#[derive(Clone, Debug)]
pub(crate) struct CheckedIndex {
    pub(crate) def: IndexDef,
    pub(crate) is_empty: bool,
    columns: Vec<(String, bool)>,
    conditions: Vec<(String, Option<MustBe>)>,
}

impl NewIndex {
    fn has(&self, option: IndexOptions) -> bool {
        self.options.contains(option)
    }

    /// Checks what can be told without the table. `density`: that of the table.
    ///
    /// # Errors
    /// What is against the index.
    pub(crate) fn checked(&self, page_size: PageSize, density: u32) -> Result<CheckedIndex> {
        let name = name::checked(&self.name)?;
        let key_most = self.checked_key_most(page_size)?;
        let segment_most = match self.segment_most {
            0 => key_most,
            _ if self.has(IndexOptions::TUPLE_LIMITS) => key_most,
            most => most,
        };
        self.check_options()?;
        let columns = self.checked_key(density)?;
        if segment_most > key_most {
            return Err(Refusal::IndexInvalidDef.into());
        }
        let (locale, lcmap_flags) = self.checked_locale()?;
        let tuple = self.checked_tuple(segment_most < key_most)?;
        let key_most = u16::try_from(key_most).unwrap_or(u16::MAX);
        let segment_most = u16::try_from(segment_most).unwrap_or(u16::MAX);
        let def = IndexDef {
            key_most,
            segment_most: Some(segment_most).filter(|most| *most < key_most),
            tuple,
            locale,
            lcmap_flags,
            density: match self.density {
                0 => density,
                density => density,
            },
            ..IndexDef::plain(&name, self.flags(), Vec::new())
        };
        Ok(CheckedIndex {
            def,
            is_empty: self.has(IndexOptions::EMPTY),
            columns,
            conditions: self.conditions.clone(),
        })
    }

    fn checked_key_most(&self, page_size: PageSize) -> Result<u32> {
        let default = u32::try_from(KEY_MOST_DEFAULT).unwrap_or(255);
        if !self.has(IndexOptions::KEY_MOST) {
            return Ok(default);
        }
        let most = key_most_of(page_size);
        if self.key_most < default || self.key_most > most {
            return Err(Refusal::IndexInvalidDef.into());
        }
        Ok(self.key_most)
    }

    fn check_options(&self) -> Result<()> {
        let is_primary = self.has(IndexOptions::PRIMARY);
        let ignores = [
            IndexOptions::IGNORE_NULL,
            IndexOptions::IGNORE_ANY_NULL,
            IndexOptions::IGNORE_FIRST_NULL,
        ];
        if is_primary && ignores.into_iter().any(|option| self.has(option)) {
            return Err(Refusal::InvalidOptions.into());
        }
        let is_unique = is_primary || self.has(IndexOptions::UNIQUE);
        if self.has(IndexOptions::OPTIONALLY_UNIQUE) && is_unique {
            return Err(Refusal::InvalidOptions.into());
        }
        if self.has(IndexOptions::CROSS_PRODUCT) && self.has(IndexOptions::NESTED_TABLE) {
            return Err(Refusal::InvalidOptions.into());
        }
        if is_primary && !self.conditions.is_empty() {
            return Err(Refusal::IndexInvalidDef.into());
        }
        if self.has(IndexOptions::EMPTY) && !self.has(IndexOptions::IGNORE_ANY_NULL) {
            return Err(Refusal::InvalidOptions.into());
        }
        if self.has(IndexOptions::TUPLE_LIMITS) && self.tuple.is_none() {
            return Err(Refusal::IndexInvalidDef.into());
        }
        if self.has(IndexOptions::LOCALE) && self.locale.is_none() {
            return Err(Refusal::IndexInvalidDef.into());
        }
        Ok(())
    }

    /// Names of the columns, and whether they descend.
    fn checked_key(&self, density: u32) -> Result<Vec<(String, bool)>> {
        let invalid = Refusal::IndexInvalidDef;
        let first = self.key.first().ok_or(Refusal::InvalidParameter)?;
        let text = self.key.strip_suffix(&[0, 0]).ok_or(invalid)?;
        if !matches!(first, b'+' | b'-') {
            return Err(invalid.into());
        }
        check_density(if self.density == 0 { density } else { self.density })?;
        let mut columns = Vec::new();
        for part in text.split(|byte| *byte == 0) {
            // An empty name ends the text: there must be nothing behind it.
            if part.is_empty() || columns.len() >= SEGMENTS_MOST {
                return Err(invalid.into());
            }
            let (descends, name) = match part {
                [b'-', name @ ..] => (true, name),
                [b'+', name @ ..] => (false, name),
                name => (false, name),
            };
            columns.push((crate::text::from_ansi(name), descends));
        }
        Ok(columns)
    }

    fn checked_locale(&self) -> Result<(String, u32)> {
        let locale = self.locale.as_ref().filter(|_| self.has(IndexOptions::LOCALE));
        match locale {
            Some((name, flags)) => checked_locale(name, *flags),
            None => Ok((LOCALE_DEFAULT.to_owned(), LCMAP_FLAGS_DEFAULT)),
        }
    }

    fn checked_tuple(&self, cuts_segments: bool) -> Result<Option<TupleLimits>> {
        let has_limits = self.has(IndexOptions::TUPLE_LIMITS);
        if !self.has(IndexOptions::TUPLES) && !has_limits {
            return Ok(None);
        }
        if self.has(IndexOptions::PRIMARY) {
            return Err(Refusal::IndexTuplesSecondaryIndexOnly.into());
        }
        if self.has(IndexOptions::UNIQUE) {
            return Err(Refusal::IndexTuplesNonUniqueOnly.into());
        }
        if cuts_segments {
            return Err(Refusal::IndexTuplesVarSegMacNotAllowed.into());
        }
        let default = TupleLimits::default();
        let given = self.tuple.filter(|_| has_limits).unwrap_or(default);
        let or = |given: u32, default: u32| if given == 0 { default } else { given };
        let limits = TupleLimits {
            min_len: or(given.min_len, default.min_len),
            max_len: or(given.max_len, default.max_len),
            max_count: or(given.max_count, default.max_count),
            step: or(given.step, default.step),
            start: given.start,
        };
        let lengths = TUPLE_LEAST..=TUPLE_MOST;
        let is_good = limits.step <= LIMIT_MOST
            && limits.start <= LIMIT_MOST
            && lengths.contains(&limits.min_len)
            && lengths.contains(&limits.max_len)
            && limits.min_len <= limits.max_len
            && limits.max_count <= TUPLE_COUNT_MOST;
        if !is_good {
            return Err(Refusal::IndexTuplesInvalidLimits.into());
        }
        Ok(Some(limits))
    }

    fn flags(&self) -> IndexFlags {
        let mut flags = IndexFlags::EXTENDED_IDS;
        let mut add = |condition: bool, flag: IndexFlags| {
            if condition {
                flags = flags.with(flag);
            }
        };
        let has = |option| self.has(option);
        let all = !has(IndexOptions::DISALLOW_NULL) && !has(IndexOptions::IGNORE_ANY_NULL);
        let first = all && !has(IndexOptions::IGNORE_FIRST_NULL);
        add(all, IndexFlags::ALLOW_SOME_NULLS);
        add(first, IndexFlags::ALLOW_FIRST_NULL);
        add(
            first && !has(IndexOptions::IGNORE_NULL),
            IndexFlags::ALLOW_ALL_NULLS,
        );
        let is_primary = has(IndexOptions::PRIMARY);
        add(is_primary || has(IndexOptions::UNIQUE), IndexFlags::UNIQUE);
        add(is_primary, IndexFlags::PRIMARY);
        add(has(IndexOptions::DISALLOW_NULL), IndexFlags::DISALLOW_NULL);
        let is_high = has(IndexOptions::NULLS_HIGH) && !has(IndexOptions::DISALLOW_NULL);
        add(is_high, IndexFlags::NULLS_HIGH);
        add(
            has(IndexOptions::OPTIONALLY_UNIQUE),
            IndexFlags::OPTIONALLY_UNIQUE,
        );
        add(has(IndexOptions::CROSS_PRODUCT), IndexFlags::CROSS_PRODUCT);
        add(has(IndexOptions::NESTED_TABLE), IndexFlags::NESTED_TABLE);
        add(
            has(IndexOptions::DISALLOW_TRUNCATION),
            IndexFlags::DISALLOW_TRUNCATION,
        );
        add(has(IndexOptions::DOT_NET_GUID), IndexFlags::DOT_NET_GUID);
        add(has(IndexOptions::LOCALE), IndexFlags::LOCALE_SET);
        flags
    }
}

impl CheckedIndex {
    /// Finds the columns of the key and of the conditions.
    ///
    /// # Errors
    /// What is against them.
    pub(crate) fn resolve<'c>(mut self, find: impl Fn(&str) -> Option<&'c ColumnDef>) -> Result<IndexDef> {
        let def = &mut self.def;
        for (place, (name, descending)) in self.columns.iter().enumerate() {
            let column = find(name).ok_or(Refusal::ColumnNotFound)?;
            let has = |flag| column.flags.contains(flag);
            if has(ColumnFlags::ENCRYPTED) || has(ColumnFlags::ESCROW) {
                return Err(Refusal::CannotIndex.into());
            }
            if has(ColumnFlags::MULTI_VALUED) {
                if def.is_primary() {
                    return Err(Refusal::IndexInvalidDef.into());
                }
                def.flags = def.flags.with(IndexFlags::MULTI_VALUED);
            }
            if self.is_empty && has(ColumnFlags::HAS_DEFAULT) {
                return Err(Refusal::IndexInvalidDef.into());
            }
            let is_piecewise = column
                .column_type
                .is_some_and(|kind| kind.is_text() || kind.is_binary());
            if place == 0 && def.tuple.is_some() && !is_piecewise {
                return Err(Refusal::IndexTuplesTextBinaryColumnsOnly.into());
            }
            if column.is_unicode() {
                def.flags = def.flags.with(IndexFlags::LOCALISED);
                def.sort_version = CURRENT_VERSION;
                def.sort_id = SortId::from_locale(&def.locale).0;
            }
            def.segments.push(Segment {
                column: column.reference(),
                descending: *descending,
            });
        }
        if self.conditions.len() > SEGMENTS_MOST {
            return Err(Refusal::IndexInvalidDef.into());
        }
        for (name, must_be) in &self.conditions {
            let must_be = must_be.ok_or(Refusal::InvalidOptions)?;
            let column = find(name).ok_or(Refusal::ColumnNotFound)?;
            def.conditions.push(Condition {
                column: column.reference(),
                must_be_null: must_be == MustBe::Null,
            });
        }
        Ok(self.def)
    }
}

/// # Errors
/// [`Refusal::DensityInvalid`].
pub(crate) fn check_density(percent: u32) -> Result<()> {
    match percent {
        20..=100 => Ok(()),
        _ => Err(Refusal::DensityInvalid.into()),
    }
}

/// A locale, and the flags of the text's order; 0 for the usual ones.
///
/// # Errors
/// [`Refusal::InvalidLanguageId`], [`Refusal::InvalidLCMapStringFlags`].
pub(crate) fn checked_locale(name: &str, flags: u32) -> Result<(String, u32)> {
    if !is_locale(name) {
        return Err(Refusal::InvalidLanguageId.into());
    }
    let flags = match flags {
        0 => LCMAP_FLAGS_DEFAULT,
        flags => flags | LCMAP_SORTKEY,
    };
    if flags & !LCMAP_FLAGS_KNOWN != 0 {
        return Err(Refusal::InvalidLCMapStringFlags.into());
    }
    Ok((name.to_owned(), flags))
}

/// Longest key that an index may be made for, in bytes.
pub(crate) const fn key_most_of(page_size: PageSize) -> u32 {
    match page_size.bytes() {
        ..=4096 => 1000,
        _ => 2000,
    }
}

/// Whether there is such a locale. The empty name is that of no place in particular.
fn is_locale(name: &str) -> bool {
    name.is_empty() || super::locale::is_known(name)
}

const LCMAP_SORTKEY: u32 = 0x400;
/// Mapping flags that make sort keys.
const LCMAP_FLAGS_KNOWN: u32 = LCMAP_SORTKEY | 0x800 | 0x3F | 0x1000 | 0x3_0000 | 0x800_0000;
