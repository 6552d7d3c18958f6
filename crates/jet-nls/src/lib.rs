//! Windows sort keys of Unicode text, by sort version.
//!
//! An ESE index over a UTF-16 text column stores what Windows' `LCMapStringEx` makes of the text. This crate makes
//! the same bytes from Microsoft's published weight table of sort version 6.3.05, and says of every key how sure it
//! is ([`Confidence`]). It knows nothing of databases: no key prefix `7F`, no truncation rules, no catalog.
//!
//! - [`collation`](Collation) opens the rules of one index and makes keys,
//! - `sortkey`, `kana`, `jamo`, `parts` are the algorithm; `uppercase` is the other form of key,
//! - `tables` reads the embedded files, `sort_table`, `contractions` and `han` prepare one sort on first use,
//! - `sort_id`, `flags`, `version` are the identities that an index row stores.
//!
//! Invariants:
//! - the same rules and text give the same bytes, and keys are only made for versions whose weights are known;
//! - time and memory are linear in the text, whatever it holds;
//! - nothing is unpacked before the first key of a sort is asked for, and then only that sort.
//!
//! Source: `docs/format/sort-keys.md`.

#![forbid(unsafe_code)]

mod collation;
mod contractions;
mod error;
mod flags;
#[cfg(feature = "han")]
mod han;
mod jamo;
mod kana;
mod parts;
mod sort_id;
mod sort_table;
mod sortkey;
mod tables;
mod uppercase;
mod version;

pub use collation::{Collation, Confidence, Prefix};
pub use error::NlsError;
pub use flags::{
    DEFAULT_FLAGS, LCMAP_BYTEREV, LCMAP_SORTKEY, LCMAP_UPPERCASE, LINGUISTIC_IGNORECASE,
    LINGUISTIC_IGNOREDIACRITIC, NORM_IGNORECASE, NORM_IGNOREKANATYPE, NORM_IGNORENONSPACE,
    NORM_IGNORESYMBOLS, NORM_IGNOREWIDTH, NORM_LINGUISTIC_CASING, SORT_DIGITSASNUMBERS, SORT_STRINGSORT,
};
pub use sort_id::SortId;
pub use version::{CURRENT_VERSION, same_order};
