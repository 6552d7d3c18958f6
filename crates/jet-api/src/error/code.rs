//! The number of an error or warning, and what the table knows about it.
//!
//! Invariants: the table is sorted by number, has each number once, and names every associated constant of
//! [`JetCode`] but the aliases. Numbers that the table does not have are kept as they are: the set is open.

use std::fmt;

use super::category::{ApiCategory, Category, DataCategory, OperationCategory};
use super::codes::{ALIASES, ROWS};

/// A JET_ERR value: 0 is success, negative an error, positive a warning.
///
/// ```
/// use jet_api::JetCode;
/// assert_eq!(JetCode::READ_VERIFY_FAILURE.number(), -1018);
/// assert_eq!(JetCode::from_number(-1018).name(), Some("JET_errReadVerifyFailure"));
/// ```
///
/// Constants of errors drop the prefix `JET_err`; those of warnings have `WARN_` in place of `JET_wrn`, since
/// three names exist as both.
///
/// Source: `docs/reference/codes.toml`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct JetCode(pub(super) i32);

/// What the table says of one number.
pub(super) struct Row {
    pub(super) number: i32,
    pub(super) name: &'static str,
    pub(super) category: Option<Category>,
    pub(super) retry: bool,
    pub(super) obsolete: bool,
    pub(super) meaning: &'static str,
    pub(super) advice: &'static str,
}

impl JetCode {
    /// Takes any number; one that the table does not have is kept without a name.
    pub const fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// Finds a code by its C name, aliases included; `None` when no code has it.
    ///
    /// ```
    /// use jet_api::JetCode;
    /// assert_eq!(JetCode::from_name("JET_errDatabaseInconsistent"), Some(JetCode::DATABASE_DIRTY_SHUTDOWN));
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        let row = ROWS.iter().find(|row| row.name == name).map(|row| row.number);
        let alias = || {
            ALIASES
                .iter()
                .find(|(alias, _)| *alias == name)
                .map(|&(_, number)| number)
        };
        row.or_else(alias).map(Self)
    }

    /// Every number of the table, ascending, without aliases.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + DoubleEndedIterator {
        ROWS.iter().map(|row| Self(row.number))
    }

    /// The JET_ERR value.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The C name, such as `JET_errReadVerifyFailure`; `None` for a number that the table does not have.
    pub fn name(self) -> Option<&'static str> {
        self.row().map(|row| row.name)
    }

    /// What the code says, in one sentence.
    pub fn meaning(self) -> Option<&'static str> {
        self.row().map(|row| row.meaning)
    }

    /// What to do next, for the codes where one answer fits nearly always.
    pub fn advice(self) -> Option<&'static str> {
        self.row()
            .map(|row| row.advice)
            .filter(|advice| !advice.is_empty())
    }

    /// Place in the JET_ERRCAT tree; warnings and numbers that the table does not have are in none.
    pub fn category(self) -> Option<Category> {
        self.row().and_then(|row| row.category)
    }

    /// Whether the call failed. `JET_wrnNyi` is one of these: its number is negative in spite of its name.
    pub const fn is_error(self) -> bool {
        self.0 < 0
    }

    /// Whether the work was done and something is to be told about it.
    pub const fn is_warning(self) -> bool {
        self.0 > 0
    }

    /// Whether stored data is damaged.
    pub fn is_corruption(self) -> bool {
        self.category() == Some(Category::Data(DataCategory::Corruption))
    }

    /// Whether files do not belong together or are not in the expected state.
    pub fn is_inconsistency(self) -> bool {
        self.category() == Some(Category::Data(DataCategory::Inconsistent))
    }

    /// Whether the caller made a wrong call or gave a wrong argument.
    pub fn is_usage(self) -> bool {
        self.category() == Some(Category::Api(ApiCategory::Usage))
    }

    /// Whether memory, a quota, disk space or another resource ran out.
    pub fn is_resource(self) -> bool {
        matches!(
            self.category(),
            Some(Category::Operation(OperationCategory::Resource(_)))
        )
    }

    /// Whether the engine cannot go on safely.
    pub fn is_fatal(self) -> bool {
        self.category() == Some(Category::Operation(OperationCategory::Fatal))
    }

    /// Whether the same work may succeed later although nobody changes the program or the files. After a write
    /// conflict the whole transaction is to be rolled back and repeated.
    pub fn is_retryable(self) -> bool {
        self.row().is_some_and(|row| row.retry)
    }

    /// Whether no present engine returns this code.
    pub fn is_obsolete(self) -> bool {
        self.row().is_some_and(|row| row.obsolete)
    }

    /// Whether the number lies in the range that callbacks of programs may use for their own errors.
    pub const fn is_client_defined(self) -> bool {
        Self::CLIENT_SPACE_END.0 <= self.0 && self.0 <= Self::CLIENT_SPACE_BEGIN.0
    }

    fn row(self) -> Option<&'static Row> {
        ROWS.binary_search_by_key(&self.0, |row| row.number)
            .ok()
            .and_then(|at| ROWS.get(at))
    }
}

/// Name and number: `JET_errReadVerifyFailure (-1018)`; `JET_ERR (-12345)` when the table does not have it.
impl fmt::Display for JetCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name().unwrap_or("JET_ERR"), self.0)
    }
}

impl fmt::Debug for JetCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<JetCode> for i32 {
    fn from(code: JetCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::cast_possible_truncation
    )]

    use std::collections::BTreeSet;

    use super::*;
    use crate::error::category::ResourceCategory;

    #[test]
    fn numbers_ascend_and_are_unique() {
        assert_eq!(ROWS.len(), 487);
        assert!(ROWS.windows(2).all(|pair| pair[0].number < pair[1].number));
    }

    #[test]
    fn names_are_unique_aliases_included() {
        let names: BTreeSet<_> = ROWS
            .iter()
            .map(|row| row.name)
            .chain(ALIASES.iter().map(|&(name, _)| name))
            .collect();
        assert_eq!(names.len(), 493);
    }

    #[test]
    fn aliases_have_numbers_of_the_table_and_other_names() {
        for &(alias, number) in ALIASES {
            let name = JetCode(number).name().unwrap();
            assert_ne!(alias, name);
            assert_eq!(JetCode::from_name(alias), JetCode::from_name(name));
        }
    }

    #[test]
    fn known_values() {
        let known = [
            (JetCode::SUCCESS, 0, "JET_errSuccess"),
            (JetCode::WARN_NYI, -1, "JET_wrnNyi"),
            (
                JetCode::DATABASE_DIRTY_SHUTDOWN,
                -550,
                "JET_errDatabaseDirtyShutdown",
            ),
            (JetCode::INVALID_PARAMETER, -1003, "JET_errInvalidParameter"),
            (JetCode::READ_VERIFY_FAILURE, -1018, "JET_errReadVerifyFailure"),
            (JetCode::OUT_OF_SESSIONS, -1101, "JET_errOutOfSessions"),
            (JetCode::WRITE_CONFLICT, -1102, "JET_errWriteConflict"),
            (JetCode::RECORD_NOT_FOUND, -1601, "JET_errRecordNotFound"),
            (JetCode::KEY_DUPLICATE, -1605, "JET_errKeyDuplicate"),
            (JetCode::WARN_SEEK_NOT_EQUAL, 1039, "JET_wrnSeekNotEqual"),
            (JetCode::WARN_COLUMN_NULL, 1004, "JET_wrnColumnNull"),
        ];
        for (code, number, name) in known {
            assert_eq!(code.number(), number);
            assert_eq!(code.name(), Some(name));
            assert_eq!(JetCode::from_name(name), Some(code));
        }
    }

    #[test]
    fn every_number_leads_back_to_its_row() {
        for code in JetCode::all() {
            let name = code.name().unwrap();
            assert_eq!(JetCode::from_name(name), Some(code));
            assert!(code.meaning().unwrap().ends_with('.'), "{name}");
        }
    }

    #[test]
    fn errors_have_a_category_and_warnings_none() {
        for row in &ROWS {
            let is_error = row.name.starts_with("JET_err");
            assert_eq!(row.category.is_some(), is_error, "{}", row.name);
            assert!(!(is_error && row.number > 0), "{}", row.name);
        }
    }

    #[test]
    fn numbers_outside_the_table_stay_what_they_are() {
        for number in [-10_500, -2, 77, i32::MIN, i32::MAX] {
            let code = JetCode::from_number(number);
            assert_eq!(
                (code.number(), code.name(), code.category()),
                (number, None, None)
            );
            assert_eq!(code.to_string(), format!("JET_ERR ({number})"));
        }
        assert_eq!(JetCode::from_name("JET_errNoSuchName"), None);
    }

    #[test]
    fn classes() {
        assert!(JetCode::READ_VERIFY_FAILURE.is_corruption());
        assert!(JetCode::DATABASE_DIRTY_SHUTDOWN.is_inconsistency());
        assert!(JetCode::INVALID_PARAMETER.is_usage());
        assert!(JetCode::OUT_OF_SESSIONS.is_resource() && JetCode::OUT_OF_SESSIONS.is_retryable());
        assert!(JetCode::WRITE_CONFLICT.is_retryable() && !JetCode::KEY_DUPLICATE.is_retryable());
        assert!(JetCode::INSTANCE_UNAVAILABLE.is_fatal());
        assert!(JetCode::ACCESS_DENIED.is_obsolete() && !JetCode::FILE_ACCESS_DENIED.is_obsolete());
        assert!(JetCode::WARN_SEEK_NOT_EQUAL.is_warning() && !JetCode::WARN_NYI.is_warning());
        assert!(!JetCode::SUCCESS.is_error() && !JetCode::SUCCESS.is_warning());
        for (number, expected) in [
            (-9_999, false),
            (-10_000, true),
            (-11_000, true),
            (-11_999, true),
            (-12_000, false),
        ] {
            assert_eq!(
                JetCode::from_number(number).is_client_defined(),
                expected,
                "{number}"
            );
        }
    }

    #[test]
    fn narrowest_category_ends_the_hierarchy() {
        let memory = Category::Operation(OperationCategory::Resource(ResourceCategory::Memory));
        assert_eq!(JetCode::OUT_OF_SESSIONS.category(), Some(memory));
        assert_eq!((memory.number(), memory.path()), (6, "operation/resource/memory"));
        assert_eq!(JetCode::ACCESS_DENIED.category().unwrap().number(), 16);
        for category in ROWS.iter().filter_map(|row| row.category) {
            let depth = category.path().split('/').count() + 1;
            assert_eq!(
                category.hierarchy().iter().filter(|&&number| number != 0).count(),
                depth
            );
        }
    }
}
