//! Keys: column values turned into bytes whose order is the order of the values.
//!
//! - A key is the segments of its index one after the other, compared as unsigned bytes. Each segment begins with
//!   a byte that says NULL, empty or data; a descending one is complemented throughout.
//! - A key never exceeds the index's limit: it is cut there, silently unless the index forbids it.
//! - One record can have no key, one, or many: NULL rules, conditions, multi-valued columns and tuples decide. See
//!   [`KeyBuilder`].
//! - Sort keys of Unicode text come from a [`TextCollation`]; this module only places them.
//!
//! Source: `docs/format/keys.md`.

mod binary;
mod build;
mod index;
mod normalise;
mod search;
mod sequence;
mod set;
mod source;
mod text;

pub use build::{IndexError, KeyBuilder, KeyError, Nulls, OneKey};
pub use index::{Condition, DefinitionError, IndexDef, IndexFlags, Segment, TupleLimits};
pub use normalise::{Fit, NormaliseError, SegmentKind, SegmentLimits, append_null, append_value};
pub use search::{ColumnLimit, SearchIndex, SearchKey, SearchKeyError, SearchPart};
pub use set::KeySet;
pub use source::{ColumnSource, RecordSource, RecordSourceError, ValuePart};
pub use text::{TextCollation, UnsupportedText};

/// Key limit of an index that states none.
pub const KEY_MOST_DEFAULT: usize = 255;
/// Most columns of a key.
pub const SEGMENTS_MOST: usize = 16;
/// Most keys that one record may have in one index; beyond lies a damaged record or a senseless cross product.
pub const KEYS_MOST: usize = 1 << 18;
