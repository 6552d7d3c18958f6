//! The keys of a row in one index, or why they are not made here.
//!
//! A key that is not certainly the one that Windows makes must not be held against a file. Such rows are counted by
//! reason, and how many entries they have is still known where a row has one value per key column: that does not depend
//! on the text.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use jet_nls::{Collation, Confidence, NlsError, SortId};

use super::finding::Refusal;
use crate::column::{ColumnFlags, ColumnLayout, ColumnRef};
use crate::key::{
    IndexDef, IndexError, IndexFlags, KeyBuilder, KeyError, KeySet, NormaliseError, Nulls, RecordSource,
    RecordSourceError, TextCollation, UnsupportedText, ValuePart,
};
use crate::long_value::LongValueError;
use crate::record::{Field, Record, StoredValue};
use crate::retrieve::{ValueError, Values};

/// Why a key is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotMade {
    /// The sort tables or flags that the index was made with are not known.
    SortTables,
    /// The text has a character that no real key of this sort version shows.
    UnprovenCharacter,
    /// Sources contradict each other about the key of the text.
    DisputedText,
    /// Upper-case text longer than the key: its end is not defined.
    NoRoom,
    /// A key column is encrypted, and no key was given.
    Encrypted,
    /// A key column has a default that a callback computes.
    ComputedDefault,
    /// A value cannot be read.
    Damaged,
}

impl NotMade {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::SortTables,
        Self::UnprovenCharacter,
        Self::DisputedText,
        Self::NoRoom,
        Self::Encrypted,
        Self::ComputedDefault,
        Self::Damaged,
    ];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SortTables => "sort-tables",
            Self::UnprovenCharacter => "unproven-character",
            Self::DisputedText => "disputed-text",
            Self::NoRoom => "no-room",
            Self::Encrypted => "encrypted",
            Self::ComputedDefault => "computed-default",
            Self::Damaged => "damaged",
        }
    }

    /// The reason as a sentence about rows.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::SortTables => "the sort tables that the index was made with are not known here",
            Self::UnprovenCharacter => {
                "their text has characters whose weights in this sort version are not proven"
            }
            Self::DisputedText => "sources contradict each other about the keys of their text",
            Self::NoRoom => {
                "their upper-case text does not fit, and the engine leaves the end of such keys undefined"
            }
            Self::Encrypted => "a key column is encrypted, and no key was given",
            Self::ComputedDefault => "a key column has a default that a callback computes",
            Self::Damaged => "a value of them cannot be read",
        }
    }

    const fn number(self) -> u8 {
        match self {
            Self::UnprovenCharacter => 1,
            Self::DisputedText => 2,
            _ => 0,
        }
    }
}

/// What became of the keys of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// They are in the set.
    Keys,
    /// They are not made; the number of entries is known all the same, or not.
    Not { why: NotMade, expected: Option<u32> },
    /// The index cannot have this row.
    Refused(Refusal),
}

/// Makes the keys of one index from stored records.
pub(super) struct RowKeys<'t> {
    def: &'t IndexDef,
    layout: &'t ColumnLayout,
    builder: KeyBuilder,
    collation: Option<Arc<Recorder>>,
    /// Knows where text stands but not its keys: present where the index has Unicode text.
    stand_in: Option<KeyBuilder>,
    computed: Vec<ColumnRef>,
    sort_error: Option<NlsError>,
}

impl<'t> RowKeys<'t> {
    pub(super) fn new(def: &'t IndexDef, layout: &'t ColumnLayout) -> Result<Self, IndexError> {
        let columns = def.segments.iter().map(|segment| segment.column);
        let is_unicode = columns
            .clone()
            .any(|column| layout.get(column).is_some_and(|column| column.is_unicode()));
        let (collation, sort_error) = match is_unicode
            .then(|| Collation::open(def.sort_version, SortId(def.sort_id), def.lcmap_flags))
        {
            None => (None, None),
            Some(Ok(collation)) => (Some(Arc::new(Recorder::new(collation))), None),
            Some(Err(error)) => (None, Some(error)),
        };
        let shared = collation
            .clone()
            .map(|collation| collation as Arc<dyn TextCollation + Send + Sync>);
        let stand_in = match is_unicode {
            true => Some(KeyBuilder::new(def, layout, Some(Arc::new(StandIn)))?),
            false => None,
        };
        let is_computed = |column: &ColumnRef| {
            layout
                .get(*column)
                .is_some_and(|column| column.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT))
        };
        let conditions = def.conditions.iter().map(|condition| condition.column);
        Ok(Self {
            def,
            layout,
            builder: KeyBuilder::new(def, layout, shared)?,
            collation,
            stand_in,
            computed: columns.chain(conditions).filter(is_computed).collect(),
            sort_error,
        })
    }

    pub(super) fn name(&self) -> &'t str {
        &self.def.name
    }

    /// Whether some keys may not be made because of their text.
    pub(super) const fn has_unicode(&self) -> bool {
        self.stand_in.is_some()
    }

    /// Why no key of text is made at all.
    pub(super) const fn sort_error(&self) -> Option<NlsError> {
        self.sort_error
    }

    /// Makes all keys of `record` into `set`.
    pub(super) fn make(&self, record: Record<'_>, values: &Values<'_>, set: &mut KeySet) -> Made {
        if self.has_computed(&record) {
            return Made::Not {
                why: NotMade::ComputedDefault,
                expected: None,
            };
        }
        let mut source = RecordSource::new(record, self.layout, expand(values));
        match self.builder.keys(&mut source, set) {
            // Of an index whose sort is not known all rows are compared the same way, those without text too.
            Ok(()) if self.sort_error.is_none() => Made::Keys,
            Ok(()) => Made::Not {
                why: NotMade::SortTables,
                expected: u32::try_from(set.len()).ok(),
            },
            Err(error) => self.not_made(&error, |stand_in| {
                let mut source = RecordSource::new(record, self.layout, expand(values));
                stand_in.keys(&mut source, set).ok()?;
                // Text that differs may have one key, so several values may share an entry.
                let is_exact = set.is_empty() || !self.may_have_several();
                u32::try_from(set.len()).ok().filter(|_| is_exact)
            }),
        }
    }

    /// Appends the one key of `record` in a primary index to `out`.
    pub(super) fn make_first(
        &self,
        record: Record<'_>,
        values: &Values<'_>,
        scratch: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) -> Made {
        if self.has_computed(&record) {
            return Made::Not {
                why: NotMade::ComputedDefault,
                expected: None,
            };
        }
        let mut source = RecordSource::new(record, self.layout, expand(values));
        match self.builder.first_key(&mut source, scratch, out) {
            Ok(nulls) if nulls != Nulls::None && self.def.flags.contains(IndexFlags::DISALLOW_NULL) => {
                Made::Refused(Refusal::Null)
            }
            Ok(_) => Made::Keys,
            Err(error) => self.not_made(&error, |_| Some(1)),
        }
    }

    fn not_made(
        &self,
        error: &KeyError<RecordSourceError<ValueError>>,
        expected: impl FnOnce(&KeyBuilder) -> Option<u32>,
    ) -> Made {
        let why = match error {
            KeyError::Source(RecordSourceError::Expand {
                source: ValueError::NoKey | ValueError::LongValue(LongValueError::NoKey { .. }),
                ..
            }) => NotMade::Encrypted,
            KeyError::Source(_) => NotMade::Damaged,
            KeyError::Normalise {
                source: NormaliseError::Text(_),
                ..
            } => self
                .collation
                .as_ref()
                .map_or(NotMade::SortTables, |collation| collation.last()),
            KeyError::Normalise {
                source: NormaliseError::UpperCaseRoom { .. },
                ..
            } => NotMade::NoRoom,
            error => return Refusal::of(error).map_or(damaged(), Made::Refused),
        };
        let expected = self.stand_in.as_ref().and_then(expected);
        Made::Not { why, expected }
    }

    fn may_have_several(&self) -> bool {
        self.def.tuple.is_some() || self.def.flags.contains(IndexFlags::MULTI_VALUED)
    }

    fn has_computed(&self, record: &Record<'_>) -> bool {
        self.computed
            .iter()
            .any(|column| matches!(record.get(self.layout, *column), Ok(Field::Absent)))
    }
}

const fn damaged() -> Made {
    Made::Not {
        why: NotMade::Damaged,
        expected: None,
    }
}

/// Reads as much of a value as a key needs.
fn expand<'v, 'r>(
    values: &'v Values<'v>,
) -> impl FnMut(ColumnRef, StoredValue<'r>, ValuePart, &mut Vec<u8>) -> Result<(), ValueError> + use<'v, 'r> {
    |_, value, part, out| {
        let bytes = values.plain(value, part.offset.saturating_add(part.max_len))?;
        out.extend_from_slice(part.of(&bytes));
        Ok(())
    }
}

/// A collation that makes no uncertain key, and remembers why.
struct Recorder {
    collation: Collation,
    last: AtomicU8,
}

impl Recorder {
    const fn new(collation: Collation) -> Self {
        Self {
            collation,
            last: AtomicU8::new(0),
        }
    }

    fn last(&self) -> NotMade {
        let last = self.last.load(Ordering::Relaxed);
        NotMade::ALL
            .into_iter()
            .find(|why| why.number() == last)
            .unwrap_or(NotMade::SortTables)
    }
}

impl TextCollation for Recorder {
    fn append_sort_key(&self, text: &[u8], out: &mut Vec<u8>) -> Result<(), UnsupportedText> {
        let why = match self.collation.append_sort_key(text, out) {
            Ok(Confidence::Proven | Confidence::Published) => return Ok(()),
            Ok(Confidence::Disputed) => NotMade::DisputedText,
            Err(NlsError::UnprovenCharacter { .. }) => NotMade::UnprovenCharacter,
            Err(_) => NotMade::SortTables,
        };
        self.last.store(why.number(), Ordering::Relaxed);
        Err(UnsupportedText)
    }
}

/// Gives every text the same short key: enough to see how many keys there are.
struct StandIn;

impl TextCollation for StandIn {
    fn append_sort_key(&self, _: &[u8], out: &mut Vec<u8>) -> Result<(), UnsupportedText> {
        out.push(0);
        Ok(())
    }
}
