//! The rules of one index, and keys by them.

use crate::flags::{KeyFlags, LCMAP_UPPERCASE, NORM_LINGUISTIC_CASING};
use crate::sort_table::SortTable;
use crate::sortkey::Mapper;
use crate::tables::{self, Traits};
use crate::version::Family;
use crate::{NlsError, SortId, uppercase};

/// What a key rests on. Greater is less sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Windows-made files show keys of exactly these characters, flags and version.
    Proven,
    /// The published table and algorithm agree with an independent implementation.
    Published,
    /// The sources are silent or differ: consistent here, but Windows may make another key.
    ///
    /// Such a key must not enter an index that Windows also uses.
    Disputed,
}

/// The outcome of [`Collation::append_sort_key_prefix`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// What the appended bytes rest on.
    pub confidence: Confidence,
    /// Whether the appended bytes are the whole key.
    pub is_whole: bool,
}

/// Rules of one index: sort version, sort, flags.
///
/// Cheap to clone; the weights are shared.
#[derive(Clone, Debug)]
pub struct Collation {
    version: u64,
    family: Family,
    flags: u32,
    form: Form,
}

/// The two forms of key.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// Upper-cased text.
    Uppercase,
    /// Weights; the third field says whether the characters decide about [`Confidence::Proven`].
    SortKey {
        table: &'static SortTable,
        flags: KeyFlags,
        may_be_proven: bool,
    },
}

impl Collation {
    /// Opens the rules that an index row stores: its version, sort and mapping flags.
    ///
    /// The first collation of a sort prepares its weights (a Han order takes about a millisecond).
    ///
    /// # Errors
    /// [`NlsError::UnknownVersion`], [`NlsError::UnknownSort`], [`NlsError::HanTablesMissing`],
    /// [`NlsError::UnsupportedFlags`]; for versions 6.2.0x, of which only real keys are known,
    /// [`NlsError::UnprovenSort`] and [`NlsError::UnprovenFlags`].
    pub fn open(version: u64, sort: SortId, flags: u32) -> Result<Self, NlsError> {
        let family = Family::of(version)?;
        let unknown = NlsError::UnknownSort { sort };
        let number = sort.sort_number().ok_or(unknown)?;
        let traits = tables::traits(number).ok_or(unknown)?;
        let form = if flags == LCMAP_UPPERCASE {
            Form::Uppercase
        } else {
            let key_flags = KeyFlags::new(flags)?;
            let is_default = sort == SortId::DEFAULT;
            if family == Family::V6_2 && !is_default {
                return Err(NlsError::UnprovenSort {
                    sort: number,
                    version,
                });
            }
            let may_be_proven = is_default && flags == family.proven_flags();
            if family == Family::V6_2 && !may_be_proven {
                return Err(NlsError::UnprovenFlags { flags, version });
            }
            let table = SortTable::get(number, traits, key_flags.has(NORM_LINGUISTIC_CASING))?;
            Form::SortKey {
                table,
                flags: key_flags,
                may_be_proven,
            }
        };
        Ok(Self {
            version,
            family,
            flags,
            form,
        })
    }

    /// The sort version as given.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The mapping flags as given.
    #[must_use]
    pub fn flags(&self) -> u32 {
        self.flags
    }

    /// Appends the key of the UTF-16LE bytes `text` to `out`, with its final 00 and without the prefix 7F.
    ///
    /// An odd last byte is ignored; unpaired surrogates are units like others. Says how sure the key is.
    ///
    /// # Errors
    /// [`NlsError::UnprovenCharacter`] for versions 6.2.0x, when the weights of a unit are not proven; `out` is
    /// then as before.
    pub fn append_sort_key(&self, text: &[u8], out: &mut Vec<u8>) -> Result<Confidence, NlsError> {
        self.append_sort_key_prefix(text, usize::MAX, out)
            .map(|prefix| prefix.confidence)
    }

    /// Like [`Self::append_sort_key`], but appends the first `bytes_max` bytes of the key at most.
    ///
    /// A key of an index has a limit of some 2000 bytes: of a long text only the part that matters is mapped.
    ///
    /// # Errors
    /// As [`Self::append_sort_key`], for the text up to its end.
    pub fn append_sort_key_prefix(
        &self,
        text: &[u8],
        bytes_max: usize,
        out: &mut Vec<u8>,
    ) -> Result<Prefix, NlsError> {
        let (units, _) = text.as_chunks::<2>();
        let start = out.len();
        let (confidence, is_mapped) = match self.form {
            Form::Uppercase => uppercase::append(units, bytes_max, out),
            Form::SortKey {
                table,
                flags,
                may_be_proven,
            } => {
                let is_proven = may_be_proven && self.check_proven(units)?;
                let (confidence, is_mapped) = Mapper::new(table, flags, units, out).run(bytes_max);
                (self.grade(confidence, is_proven, table), is_mapped)
            }
        };
        let is_whole = is_mapped && out.len() - start <= bytes_max;
        out.truncate(start.saturating_add(bytes_max));
        Ok(Prefix { confidence, is_whole })
    }

    /// Whether real keys prove all `units`; an error if the version allows no others.
    fn check_proven(&self, units: &[[u8; 2]]) -> Result<bool, NlsError> {
        match (self.family.first_unproven(units), self.family) {
            (None, _) => Ok(true),
            (Some(_), Family::V6_3) => Ok(false),
            (Some(unit), Family::V6_2) => Err(NlsError::UnprovenCharacter {
                unit,
                version: self.version,
            }),
        }
    }

    /// The confidence of a key, from that of its elements and of the sort.
    fn grade(&self, elements: Confidence, is_proven: bool, table: &SortTable) -> Confidence {
        if is_proven {
            Confidence::Proven
        } else if table.traits.has(Traits::INVERSE) || table.is_linguistic_casing {
            Confidence::Disputed
        } else {
            elements
        }
    }
}
