//! Categories of errors: the JET_ERRCAT tree as nested enums.
//!
//! Invariant: a category's JET_ERRCAT number and its path from the root say the same; the last non-zero entry
//! of [`Category::hierarchy`] is [`Category::number`].

use std::fmt;

/// Where an error belongs in the JET_ERRCAT tree; the root "error" is left out, since every category is below it.
///
/// Source: `docs/reference/codes.toml`; ESE `JET_ERRCAT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Category {
    /// Failures outside the caller's control.
    Operation(OperationCategory),
    /// Something is wrong with stored data.
    Data(DataCategory),
    /// Matters of the call itself.
    Api(ApiCategory),
}

/// Kinds of failed operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OperationCategory {
    /// No narrower kind is given.
    General,
    /// The engine cannot go on safely.
    Fatal,
    /// The system reported an I/O failure.
    Io,
    /// Something ran out.
    Resource(ResourceCategory),
}

/// What ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResourceCategory {
    /// No narrower kind is given.
    General,
    /// Memory.
    Memory,
    /// A configured limit.
    Quota,
    /// Disk space.
    Disk,
}

/// What is wrong with stored data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DataCategory {
    /// Stored data is damaged.
    Corruption,
    /// Files do not belong together or are not in the expected state.
    Inconsistent,
    /// A persisted counter or space resource ran out.
    Fragmentation,
}

/// Matters of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApiCategory {
    /// Wrong call or argument.
    Usage,
    /// An answer about state, not necessarily a fault.
    State,
    /// A known code that no present engine returns.
    Obsolete,
}

impl Category {
    /// Path from the root as JET_ERRCAT numbers, filled up with 0: the form of `JET_ERRINFOBASIC`.
    ///
    /// ```
    /// use jet_api::JetCode;
    /// let category = JetCode::OUT_OF_SESSIONS.category().expect("every error has a category");
    /// assert_eq!(category.hierarchy(), [1, 2, 5, 6, 0, 0, 0, 0]);
    /// ```
    pub const fn hierarchy(self) -> [u8; 8] {
        use {ApiCategory as A, DataCategory as D, OperationCategory as O, ResourceCategory as R};
        match self {
            Self::Operation(O::General) => [1, 2, 0, 0, 0, 0, 0, 0],
            Self::Operation(O::Fatal) => [1, 2, 3, 0, 0, 0, 0, 0],
            Self::Operation(O::Io) => [1, 2, 4, 0, 0, 0, 0, 0],
            Self::Operation(O::Resource(R::General)) => [1, 2, 5, 0, 0, 0, 0, 0],
            Self::Operation(O::Resource(R::Memory)) => [1, 2, 5, 6, 0, 0, 0, 0],
            Self::Operation(O::Resource(R::Quota)) => [1, 2, 5, 7, 0, 0, 0, 0],
            Self::Operation(O::Resource(R::Disk)) => [1, 2, 5, 8, 0, 0, 0, 0],
            Self::Data(D::Corruption) => [1, 9, 10, 0, 0, 0, 0, 0],
            Self::Data(D::Inconsistent) => [1, 9, 11, 0, 0, 0, 0, 0],
            Self::Data(D::Fragmentation) => [1, 9, 12, 0, 0, 0, 0, 0],
            Self::Api(A::Usage) => [1, 13, 14, 0, 0, 0, 0, 0],
            Self::Api(A::State) => [1, 13, 15, 0, 0, 0, 0, 0],
            Self::Api(A::Obsolete) => [1, 13, 16, 0, 0, 0, 0, 0],
        }
    }

    /// JET_ERRCAT number of the narrowest category.
    pub fn number(self) -> u8 {
        self.hierarchy()
            .into_iter()
            .rfind(|&number| number != 0)
            .unwrap_or(1)
    }

    /// Path without the root, as `codes.toml` writes it: `operation/resource/quota`.
    pub const fn path(self) -> &'static str {
        use {ApiCategory as A, DataCategory as D, OperationCategory as O, ResourceCategory as R};
        match self {
            Self::Operation(O::General) => "operation",
            Self::Operation(O::Fatal) => "operation/fatal",
            Self::Operation(O::Io) => "operation/io",
            Self::Operation(O::Resource(R::General)) => "operation/resource",
            Self::Operation(O::Resource(R::Memory)) => "operation/resource/memory",
            Self::Operation(O::Resource(R::Quota)) => "operation/resource/quota",
            Self::Operation(O::Resource(R::Disk)) => "operation/resource/disk",
            Self::Data(D::Corruption) => "data/corruption",
            Self::Data(D::Inconsistent) => "data/inconsistent",
            Self::Data(D::Fragmentation) => "data/fragmentation",
            Self::Api(A::Usage) => "api/usage",
            Self::Api(A::State) => "api/state",
            Self::Api(A::Obsolete) => "api/obsolete",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}
