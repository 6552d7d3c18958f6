//! Why no sort key can be made: one variant per reason, with the values that caused it.

use thiserror::Error;

use crate::SortId;

/// A collation that cannot be opened, or a text whose key is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NlsError {
    /// The index was made with a sort version whose weights are not here (0 and damaged values included).
    #[error("sort version {version:#018x} has no weight table here")]
    UnknownVersion {
        /// The version as the index row stores it.
        version: u64,
    },
    /// The identity is not that of a sort in the table.
    #[error("sort {sort} is not in the weight table")]
    UnknownSort {
        /// The identity as the index row stores it.
        sort: SortId,
    },
    /// The sort orders Han characters and this build leaves those tables out (feature `han`).
    #[error("sort {sort:#04x} needs the Han tables, which this build leaves out")]
    HanTablesMissing {
        /// Number of the sort.
        sort: u8,
    },
    /// Flags that no known form of key has, or whose bytes no source describes.
    #[error("mapping flags {flags:#x} are not supported")]
    UnsupportedFlags {
        /// The flags as the index row stores them.
        flags: u32,
    },
    /// Only the default sort of this version is proven by real keys.
    #[error("sort {sort:#04x} of version {version:#018x} is not proven")]
    UnprovenSort {
        /// Number of the sort.
        sort: u8,
        /// The version as the index row stores it.
        version: u64,
    },
    /// No real key of this version shows what these flags do.
    #[error("mapping flags {flags:#x} of version {version:#018x} are not proven")]
    UnprovenFlags {
        /// The flags as the index row stores them.
        flags: u32,
        /// The version as the index row stores it.
        version: u64,
    },
    /// The text holds a code unit whose weights in this version are not proven.
    #[error("the weights of code unit {unit:#06x} in version {version:#018x} are not proven")]
    UnprovenCharacter {
        /// The first such UTF-16 code unit.
        unit: u16,
        /// The version as the index row stores it.
        version: u64,
    },
    /// The embedded tables lack something: the program itself is damaged.
    #[error("the embedded weight tables lack their {part}")]
    DamagedTables {
        /// What was looked for.
        part: &'static str,
    },
}
