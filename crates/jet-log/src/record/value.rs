//! Numbers that only log records have, and the value of any field for those who show or search records.

use core::fmt;

use jet_pages::dbheader::{LogTime, Signature};
use jet_pages::{Dbtime, Objid, Pgno};

use super::codec::Tail;
use crate::Lgpos;
use crate::params::{narrow_text, wide_text};

/// A session of the instance that wrote the log, counted from 1. ESE `PROCID`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u16);

/// Slot of an attached database: 0 is the temporary database, which is not logged. ESE `DBID`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dbid(pub u8);

/// Number of a transaction: when it began, or when it committed; one counter gives both. ESE `TRX`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrxTime(pub u32);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Dbid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for TrxTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Database time "none": the record changes no page, or the macro around it governs the change.
pub const DBTIME_NONE: Dbtime = Dbtime(u64::MAX);

/// One field of a record.
#[derive(Clone, Debug)]
pub enum FieldValue<'a> {
    /// A count, length, number or word of flags.
    Unsigned(u64),
    /// A difference.
    Signed(i64),
    /// A page; 0: none.
    Page(Pgno),
    /// Several pages.
    Pages(PageList<'a>),
    /// A tree.
    Tree(Objid),
    /// A database time; [`DBTIME_NONE`]: none.
    Dbtime(Dbtime),
    /// A session.
    Session(SessionId),
    /// A database.
    Database(Dbid),
    /// A transaction.
    Transaction(TrxTime),
    /// A position in the log.
    Lgpos(Lgpos),
    /// A moment.
    Time(LogTime),
    /// An identity.
    Signature(Signature),
    /// Content of nodes, keys, images.
    Bytes(&'a [u8]),
    /// Text.
    Text(String),
}

/// Page numbers as stored, four bytes each.
#[derive(Clone, Copy, Debug)]
pub struct PageList<'a> {
    bytes: &'a [u8],
}

impl<'a> PageList<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// The pages in the order of the record.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Pgno> + 'a {
        let (words, _) = self.bytes.as_chunks::<4>();
        words.iter().map(|word| Pgno(u32::from_le_bytes(*word)))
    }
}

impl<'a> Tail<'a> for PageList<'a> {
    fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    fn value(self) -> FieldValue<'a> {
        FieldValue::Pages(self)
    }
}

/// Text in a record: a path or a remark.
#[derive(Clone, Copy, Debug)]
pub struct StoredText<'a> {
    bytes: &'a [u8],
    is_wide: bool,
}

impl<'a> StoredText<'a> {
    pub(crate) fn new(bytes: &'a [u8], is_wide: bool) -> Self {
        Self { bytes, is_wide }
    }

    /// Text in the code page of its machine.
    pub fn narrow(bytes: &'a [u8]) -> Self {
        Self::new(bytes, false)
    }

    /// Text in UTF-16.
    pub fn wide(bytes: &'a [u8]) -> Self {
        Self::new(bytes, true)
    }

    /// The text up to its first NUL.
    pub fn text(self) -> String {
        if self.is_wide {
            wide_text(self.bytes)
        } else {
            narrow_text(self.bytes).into_owned()
        }
    }

    /// The bytes as stored.
    pub fn bytes(self) -> &'a [u8] {
        self.bytes
    }
}

impl<'a> Tail<'a> for StoredText<'a> {
    fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    fn value(self) -> FieldValue<'a> {
        FieldValue::Text(self.text())
    }
}
