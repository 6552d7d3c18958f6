//! The key to search for.

use super::Cursor;
use super::currency::CurrentIndex;
use crate::error::{Refusal, Result};
use crate::key::{KEY_MOST_DEFAULT, NormaliseError, SearchIndex, SearchKeyError, SearchPart};

impl Cursor {
    /// Adds a column to the key to search for. Without bytes it is NULL, or the empty value.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentIndex`] in a table without a primary index, [`Refusal::KeyNotMade`] when no key was begun,
    /// [`Refusal::KeyIsMade`], [`Refusal::InvalidBufferSize`], [`Refusal::InvalidOptions`],
    /// [`Refusal::IndexTuplesKeyTooSmall`], [`Refusal::UnicodeNormalizationNotSupported`],
    /// [`Refusal::UnicodeTranslationFail`].
    pub fn make_key(&mut self, value: &[u8], part: &SearchPart) -> Result<()> {
        let definition = self.definition()?;
        let index = self.currency.index.as_ref().map(CurrentIndex::get);
        let index = index.or(definition.primary.as_ref()).cloned();
        let index = index.ok_or(Refusal::NoCurrentIndex)?;
        self.take_key_over();
        let index = SearchIndex {
            def: &index.def,
            layout: &index.layout,
            keys: index.keys()?,
        };
        let made = self.currency.place().search.add(&index, value, part);
        Ok(made.map_err(refusal)?)
    }

    /// Takes bytes as the key to search for.
    ///
    /// # Errors
    /// [`Refusal::InvalidParameter`] when they are longer than any key.
    pub fn take_key(&mut self, bytes: &[u8]) -> Result<()> {
        let definition = self.definition()?;
        let index = self.currency.index.as_ref().map(CurrentIndex::get);
        let index = index.or(definition.primary.as_ref());
        let key_most = index.map_or(KEY_MOST_DEFAULT, |index| usize::from(index.def.key_most));
        self.take_key_over();
        let taken = self.currency.place().search.take_whole(key_most, bytes);
        Ok(taken.map_err(refusal)?)
    }

    /// The key to search for, as far as it is made or as it was used last.
    ///
    /// # Errors
    /// [`Refusal::KeyNotMade`].
    pub fn search_key(&mut self) -> Result<&[u8]> {
        let key = self.currency.place().search.bytes();
        if key.is_empty() {
            return Err(Refusal::KeyNotMade.into());
        }
        Ok(key)
    }

    /// The first key that is made for an index takes the place of that for the rows.
    fn take_key_over(&mut self) {
        if self.currency.index.is_some() && self.currency.entry.search.bytes().is_empty() {
            self.currency.row.search.forget();
        }
    }
}

const fn refusal(error: SearchKeyError) -> Refusal {
    match error {
        SearchKeyError::Complete => Refusal::KeyIsMade,
        SearchKeyError::NotBegun => Refusal::KeyNotMade,
        SearchKeyError::Length
        | SearchKeyError::Normalise(NormaliseError::Length { .. } | NormaliseError::Type { .. }) => {
            Refusal::InvalidBufferSize
        }
        SearchKeyError::Limit => Refusal::InvalidOptions,
        SearchKeyError::TupleTooShort => Refusal::IndexTuplesKeyTooSmall,
        SearchKeyError::TooLong => Refusal::InvalidParameter,
        SearchKeyError::Normalise(NormaliseError::HalfCharacter) => Refusal::UnicodeTranslationFail,
        SearchKeyError::Normalise(NormaliseError::Text(_) | NormaliseError::UpperCaseRoom { .. }) => {
            Refusal::UnicodeNormalizationNotSupported
        }
    }
}
