//! Search keys: made column by column, from values that a program gives instead of a record.

use super::{Fit, IndexDef, KEY_MOST_DEFAULT, KeyBuilder, NormaliseError};
use crate::column::{CODE_PAGE_ANSI, ColumnDef, ColumnLayout, ColumnType};

/// What a limit is made of: no key of the index has this byte where a segment begins.
const SENTINEL: u8 = 0xFF;
/// Ends single-byte text.
const TEXT_END: u8 = 0x00;
/// Ends the first level of the sort key of Unicode text.
const LEVEL_END: u8 = 0x01;
/// Data bytes of a chunk of binary values.
const CHUNK: usize = 8;
/// Longest value of a fixed column.
const FIXED_MOST: usize = 255;

/// A key to search for, complete or not.
#[derive(Clone, Debug, Default)]
pub struct SearchKey {
    bytes: Vec<u8>,
    columns: usize,
    is_made: bool,
    /// No further column has room.
    is_cut: bool,
    /// No further column may follow.
    is_limited: bool,
    /// Not even a limit has room.
    is_full: bool,
}

/// How a column of a search key is to be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SearchPart {
    /// It begins a new key.
    pub is_new: bool,
    /// Without bytes it is the empty value, not NULL.
    pub is_empty: bool,
    /// The key is behind all that begin as text does.
    pub substring_limit: bool,
    /// The key is behind all that begin as the value does.
    pub string_limit: bool,
    /// Where the key stands to those whose columns up to this one have the values.
    pub column_limit: ColumnLimit,
}

/// Where a search key stands to the keys that begin as it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnLimit {
    /// It is no limit.
    #[default]
    None,
    /// Before those whose columns have the values.
    FullStart,
    /// Behind those.
    FullEnd,
    /// Before those whose last column begins with the value.
    PartialStart,
    /// Behind those.
    PartialEnd,
    /// Several were asked for.
    Contradictory,
}

/// Why a search key is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SearchKeyError {
    /// It has all columns, or ends with a limit.
    #[error("the key is complete")]
    Complete,
    /// No key was begun.
    #[error("no key was begun")]
    NotBegun,
    /// A value of another length than the column has, or an empty one of a type that has none.
    #[error("the value has another length than its column")]
    Length,
    /// The column cannot have that limit.
    #[error("the column cannot have that limit")]
    Limit,
    /// The piece is shorter than the tuple index has them.
    #[error("the piece is shorter than the tuple index has them")]
    TupleTooShort,
    /// The bytes are longer than any key.
    #[error("longer than any key")]
    TooLong,
    /// The value has no key.
    #[error(transparent)]
    Normalise(#[from] NormaliseError),
}

/// The index that a search key is for.
#[derive(Clone, Copy, Debug)]
pub struct SearchIndex<'i> {
    /// Its definition.
    pub def: &'i IndexDef,
    /// The columns of its table.
    pub layout: &'i ColumnLayout,
    /// What makes its keys.
    pub keys: &'i KeyBuilder,
}

impl SearchKey {
    /// The key as far as it is made. It stays when it was used.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether it can be searched for.
    pub const fn is_made(&self) -> bool {
        self.is_made
    }

    /// How many columns it has.
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// Whether it is as long as a limit can be.
    pub const fn is_full(&self) -> bool {
        self.is_full
    }

    /// It was used: a new one must be begun.
    pub const fn forget(&mut self) {
        self.is_made = false;
        self.is_cut = false;
        self.is_limited = false;
    }

    /// Takes bytes that are a key, or the beginning of one, of an index with keys of at most `key_most` bytes.
    ///
    /// # Errors
    /// [`SearchKeyError::TooLong`].
    pub fn take_whole(&mut self, key_most: usize, bytes: &[u8]) -> Result<(), SearchKeyError> {
        let limit = key_most + 1;
        if bytes.len() > limit.max(KEY_MOST_DEFAULT) {
            return Err(SearchKeyError::TooLong);
        }
        self.bytes.clear();
        self.bytes.extend(bytes.iter().take(limit));
        self.columns = 1;
        self.is_made = true;
        self.is_cut = false;
        self.is_limited = self.bytes.len() > key_most;
        self.is_full = self.is_limited;
        Ok(())
    }

    /// Adds a column.
    ///
    /// # Errors
    /// [`SearchKeyError`]; of a key that was to begin nothing is left then.
    pub fn add(
        &mut self,
        index: &SearchIndex<'_>,
        value: &[u8],
        part: &SearchPart,
    ) -> Result<(), SearchKeyError> {
        if part.is_new {
            self.forget();
            self.bytes.clear();
            self.columns = 0;
        } else if self.is_limited {
            return Err(SearchKeyError::Complete);
        } else if !self.is_made {
            return Err(SearchKeyError::NotBegun);
        }
        let segment = index.def.segments.get(self.columns);
        let segment = segment.ok_or(SearchKeyError::Complete)?;
        let column = index.layout.get(segment.column);
        let column = column.ok_or(SearchKeyError::Complete)?;
        let key_most = index.keys.key_most();
        let padded = padded(column, value)?;
        let value = padded.as_deref().unwrap_or(value);
        check_limit(column, part.column_limit)?;
        if !self.is_cut && self.bytes.len() < key_most {
            let value = if key_most == KEY_MOST_DEFAULT {
                value.get(..KEY_MOST_DEFAULT).unwrap_or(value)
            } else {
                value
            };
            self.append(index, column, value, part)?;
        }
        self.columns += 1;
        self.is_made = true;
        self.is_full = self.bytes.len() > key_most;
        Ok(())
    }

    fn append(
        &mut self,
        index: &SearchIndex<'_>,
        column: &ColumnDef,
        value: &[u8],
        part: &SearchPart,
    ) -> Result<(), SearchKeyError> {
        let column_type = column.column_type.unwrap_or(ColumnType::Binary);
        let mut value = value;
        if let Some(limits) = index.def.tuple.filter(|_| self.columns == 0) {
            if value.is_empty() {
                return Err(SearchKeyError::TupleTooShort);
            }
            if column_type.is_text() {
                let unit = if column.is_unicode() { 2 } else { 1 };
                let bytes = |characters: u32| {
                    usize::try_from(characters)
                        .unwrap_or(usize::MAX)
                        .saturating_mul(unit)
                };
                if value.len() < bytes(limits.min_len) {
                    return Err(SearchKeyError::TupleTooShort);
                }
                value = value.get(..bytes(limits.max_len)).unwrap_or(value);
            }
        }
        let has_empty = !column.id.is_fixed() && (column_type.is_text() || column_type.is_binary());
        if value.is_empty() && part.is_empty && !has_empty {
            return Err(SearchKeyError::Length);
        }
        let start = self.bytes.len();
        let given = (!value.is_empty() || part.is_empty).then_some(value);
        let fit = index.keys.append_segment(self.columns, given, 0, &mut self.bytes);
        match fit {
            Ok(fit) => self.is_cut = fit == Fit::Cut,
            Err(error) => {
                self.bytes.truncate(start);
                return Err(error.into());
            }
        }
        let mut limit = LimitMaker {
            bytes: &mut self.bytes,
            start,
            end: index.keys.key_most() + 1,
        };
        let is_descending = index
            .def
            .segments
            .get(self.columns)
            .is_some_and(|segment| segment.descending);
        let text = column_type.is_text().then(|| column.is_unicode());
        let data_end = (!column.id.is_fixed() && column_type.is_binary())
            .then(|| limit.end_of_data(value.len()))
            .flatten();
        match (part.column_limit, text) {
            (ColumnLimit::FullStart, _) => {}
            (ColumnLimit::FullEnd, _) => limit.full(true),
            (ColumnLimit::PartialStart, Some(is_unicode)) => {
                limit.partial_text(is_unicode, is_descending, false)
            }
            (ColumnLimit::PartialEnd, Some(is_unicode)) => {
                limit.partial_text(is_unicode, is_descending, true)
            }
            (ColumnLimit::PartialStart, None) => limit.partial_binary(data_end, false),
            (ColumnLimit::PartialEnd, None) => limit.partial_binary(data_end, true),
            (_, Some(is_unicode)) if part.substring_limit => {
                limit.partial_text(is_unicode, is_descending, true)
            }
            _ if part.string_limit => limit.partial_binary(data_end, true),
            _ => return Ok(()),
        }
        self.is_limited = true;
        Ok(())
    }
}

/// Turns the last segment of a key into a limit.
struct LimitMaker<'k> {
    bytes: &'k mut Vec<u8>,
    /// Where the segment begins.
    start: usize,
    /// Where the key ends at the latest: a limit may be one byte longer than a key.
    end: usize,
}

impl LimitMaker<'_> {
    fn full(&mut self, is_end: bool) {
        if is_end {
            self.bytes.resize(self.end, SENTINEL);
        }
    }

    /// What tells that the text is over gives way to the limit.
    fn partial_text(&mut self, is_unicode: bool, is_descending: bool, is_end: bool) {
        let segment = self.bytes.get(self.start..).unwrap_or_default();
        if segment.len() < 2 {
            return self.full(is_end);
        }
        let turned = |byte: u8| if is_descending { !byte } else { byte };
        let kept = if is_unicode {
            let levels = segment.iter().skip(1);
            let mut levels = levels.take_while(|byte| **byte != turned(LEVEL_END));
            1 + levels.by_ref().count()
        } else if segment.last() == Some(&turned(TEXT_END)) {
            segment.len() - 1
        } else {
            segment.len()
        };
        self.bytes.truncate((self.start + kept).min(self.end - 1));
        self.full(is_end);
    }

    /// What fills the last chunk up gives way to the limit.
    fn partial_binary(&mut self, data_end: Option<usize>, is_end: bool) {
        let Some(data_end) = data_end else {
            return self.full(is_end);
        };
        let len = self.bytes.len();
        self.bytes.truncate(self.start + data_end);
        if is_end {
            self.bytes.resize(len + 1, SENTINEL);
        }
    }

    /// Where in the segment the data of a binary value of `value_len` bytes end; none when it is cut before.
    fn end_of_data(&self, value_len: usize) -> Option<usize> {
        let room = self.bytes.len().checked_sub(self.start + 1)?;
        if value_len == 0 {
            return None;
        }
        let (whole, rest) = (room / (CHUNK + 1), room % (CHUNK + 1));
        let before_last = (value_len - 1) / CHUNK;
        let last = value_len - before_last * CHUNK;
        let is_there = whole > before_last || whole == before_last && last < rest;
        is_there.then_some(1 + before_last * (CHUNK + 1) + last)
    }
}

/// Values of fixed columns have one length; text may be shorter and is filled up.
fn padded(column: &ColumnDef, value: &[u8]) -> Result<Option<Vec<u8>>, SearchKeyError> {
    let len = usize::try_from(column.max_len).unwrap_or(usize::MAX);
    let fixed = column.fixed_bytes().unwrap_or(len);
    if !column.id.is_fixed() || value.is_empty() || value.len() == fixed {
        return Ok(None);
    }
    if column.column_type != Some(ColumnType::Text) || value.len() > fixed || value.len() >= FIXED_MOST {
        return Err(SearchKeyError::Length);
    }
    let space: &[u8] = if column.code_page == CODE_PAGE_ANSI || !column.is_unicode() {
        b" "
    } else {
        b" \0"
    };
    let missing = space.iter().cycle().take(fixed - value.len());
    Ok(Some(value.iter().chain(missing).copied().collect()))
}

fn check_limit(column: &ColumnDef, limit: ColumnLimit) -> Result<(), SearchKeyError> {
    let column_type = column.column_type.unwrap_or(ColumnType::Binary);
    let is_possible = match limit {
        ColumnLimit::None | ColumnLimit::FullStart | ColumnLimit::FullEnd => true,
        ColumnLimit::PartialStart | ColumnLimit::PartialEnd => {
            column_type.is_text() || column_type.is_binary() && !column.id.is_fixed()
        }
        ColumnLimit::Contradictory => false,
    };
    if is_possible {
        Ok(())
    } else {
        Err(SearchKeyError::Limit)
    }
}
