//! The error of every call: a JET code, what was being done, what to do next and what caused it.
//!
//! Invariants:
//! - programs decide by [`JetError::code`] or by a class of it; the text may change at any time
//! - a `JetError` without cause and with static texts allocates nothing, so that the common answers
//!   ("record not found") cost nothing
//!
//! Left to others: each layer's own error enum, and the map from those to codes.

mod category;
mod code;
mod codes;
pub(crate) mod isam;
mod json;
mod location;
mod log;
pub(crate) mod map;
mod recovery;
mod session;
pub(crate) mod storage;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

pub use category::{ApiCategory, Category, DataCategory, OperationCategory, ResourceCategory};
pub use code::JetCode;
pub use location::Location;

/// What caused an error: the error of a lower layer or of the system.
pub type Cause = Box<dyn Error + Send + Sync + 'static>;

/// Why a call failed.
///
/// ```
/// use jet_api::{JetCode, JetError};
/// let error = JetError::new(JetCode::FILE_NOT_FOUND, "opening a.edb").with_hint("check the path");
/// assert_eq!(
///     error.to_string(),
///     "JET_errFileNotFound (-1811) while opening a.edb: File does not exist; what to do: check the path"
/// );
/// ```
#[derive(Debug)]
pub struct JetError {
    code: JetCode,
    doing: Cow<'static, str>,
    location: Option<Box<Location>>,
    hint: Option<Cow<'static, str>>,
    source: Option<Cause>,
}

impl JetError {
    /// `doing` completes the sentence "failed while ...": `reading page 17 of a.edb`.
    pub fn new(code: JetCode, doing: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            doing: doing.into(),
            location: None,
            hint: None,
            source: None,
        }
    }

    /// Adds where it happened.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.location = Some(Box::new(location));
        self
    }

    /// Adds what to do next, where this place knows more than the advice of the code.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Cause>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The code to decide by.
    pub const fn code(&self) -> JetCode {
        self.code
    }

    /// What was being done, to complete the sentence "failed while ...".
    pub fn doing(&self) -> &str {
        &self.doing
    }

    /// Where it happened.
    pub fn location(&self) -> Option<&Location> {
        self.location.as_deref()
    }

    /// What to do next: the hint given here, else the advice of the code.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref().or_else(|| self.code.advice())
    }

    /// The causes from the nearest to the first, as texts.
    pub fn causes(&self) -> impl Iterator<Item = String> {
        let first = self
            .source
            .as_deref()
            .map(|cause| cause as &(dyn Error + 'static));
        std::iter::successors(first, |&cause| cause.source()).map(ToString::to_string)
    }

    /// The error as one JSON object with the members `code`, `name`, `category`, `meaning`, `doing`, `file`, `page`,
    /// `offset`, `hint` and `causes`; what is not known is `null`.
    pub fn to_json(&self) -> serde_json::Value {
        #[expect(
            clippy::expect_used,
            reason = "numbers and strings under names that are strings"
        )]
        serde_json::to_value(self).expect("an error has a JSON form")
    }
}

/// `NAME (NUMBER) while DOING (FILE, page P at offset O): CAUSE; what to do: HINT`. Without a cause the meaning of the code stands in its
/// place; without a hint the last part is missing.
impl fmt::Display for JetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} while {}", self.code, self.doing)?;
        if let Some(location) = &self.location {
            write!(f, " ({location})")?;
        }
        match (&self.source, self.code.meaning()) {
            (Some(cause), _) => write!(f, ": {cause}")?,
            (None, Some(meaning)) => write!(f, ": {}", meaning.trim_end_matches('.'))?,
            (None, None) => {}
        }
        match self.hint() {
            Some(hint) => write!(f, "; what to do: {hint}"),
            None => Ok(()),
        }
    }
}

impl Error for JetError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_deref()
            .map(|cause| cause as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io;

    use expect_test::{Expect, expect};

    use super::*;

    fn check(error: &JetError, expected: Expect) {
        expected.assert_eq(&error.to_string());
    }

    fn read_failure() -> JetError {
        JetError::new(
            JetCode::READ_VERIFY_FAILURE,
            format!("reading page {} of a.edb", 17),
        )
        .with_source(io::Error::other("checksum 0x1 stored, 0x2 computed"))
    }

    #[test]
    fn text_with_cause_and_hint() {
        check(
            &read_failure().with_hint("restore a backup"),
            expect![
                "JET_errReadVerifyFailure (-1018) while reading page 17 of a.edb: checksum 0x1 stored, 0x2 computed; what to do: restore a backup"
            ],
        );
    }

    #[test]
    fn advice_of_the_code_stands_in_for_a_hint() {
        let error = read_failure();
        assert_eq!(error.hint(), JetCode::READ_VERIFY_FAILURE.advice());
        assert!(
            error
                .to_string()
                .contains("what to do: Run `jetutil verify` on the file")
        );
    }

    #[test]
    fn meaning_stands_in_for_a_cause() {
        check(
            &JetError::new(JetCode::RECORD_NOT_FOUND, "seeking"),
            expect!["JET_errRecordNotFound (-1601) while seeking: No record matches the key"],
        );
    }

    #[test]
    fn unknown_number_says_only_what_is_known() {
        check(
            &JetError::new(JetCode::from_number(-10_042), "calling back"),
            expect!["JET_ERR (-10042) while calling back"],
        );
    }

    #[test]
    fn causes_go_from_the_nearest_to_the_first() {
        let outer = JetError::new(JetCode::DATABASE_CORRUPTED, "attaching a.edb").with_source(read_failure());
        let causes: Vec<_> = outer.causes().collect();
        assert_eq!(causes.len(), 2);
        assert!(causes.first().unwrap().starts_with("JET_errReadVerifyFailure"));
        assert_eq!(causes.last().unwrap(), "checksum 0x1 stored, 0x2 computed");
    }

    #[test]
    fn crosses_threads() {
        fn is_send_sync<T: Send + Sync + 'static>() {}
        is_send_sync::<JetError>();
    }
}
