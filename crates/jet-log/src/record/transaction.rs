//! Begin, commit and rollback of transactions and their nested levels; macros. A macro is a group of changes that
//! recovery does as a whole or not at all. Source: `docs/format/log-records.md`.

use jet_pages::Dbtime;

use super::codec::{Field, Visit, layout};
use super::value::PageList;
use super::{Dbid, SessionId, TrxTime};
use crate::LogVersion;

/// Which levels a record begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelSpan {
    /// Level before; 0: no transaction is open.
    pub from: u8,
    /// How many levels are begun.
    pub count: u8,
}

impl LevelSpan {
    /// Level after.
    pub const fn to(self) -> u8 {
        // Both are below 16.
        self.from + self.count
    }
}

impl Field for LevelSpan {
    const BYTES: usize = 1;

    fn decode(bytes: &[u8]) -> Self {
        let bits = u8::decode(bytes);
        Self {
            from: bits & 0x0f,
            count: bits >> 4,
        }
    }

    fn encode(&self, out: &mut [u8]) {
        (self.from & 0x0f | self.count << 4).encode(out);
    }

    fn visit(&self, _: &'static str, visit: &mut Visit<'_>) {
        self.from.visit("from_level", visit);
        self.to().visit("to_level", visit);
    }
}

layout! {
    /// A transaction begins: written with its first change, for all levels open at that moment.
    BeginTransaction = 8 {
        /// Whose.
        1 session: SessionId,
        /// Levels begun, the first of them 0.
        3 levels: LevelSpan,
        /// Its number.
        4 begun: TrxTime,
    }
}

layout! {
    /// Further levels begin inside a transaction.
    BeginLevels = 4 {
        /// Whose.
        1 session: SessionId,
        /// Levels begun.
        3 levels: LevelSpan,
    }
}

layout! {
    /// A nested level is committed into the one above it.
    CommitLevel = 4 {
        /// Whose.
        1 session: SessionId,
        /// Level after, at least 1.
        3 to_level: u8,
    }
}

layout! {
    /// A transaction is committed.
    CommitTransaction = 8 {
        /// Whose.
        1 session: SessionId,
        /// 0.
        3 to_level: u8,
        /// Number of the commit; ascending in a log.
        4 committed: TrxTime,
    }
}

layout! {
    /// Levels are rolled back; their changes were undone by records before this one.
    Rollback = 4 {
        /// Whose.
        1 session: SessionId,
        /// How many levels.
        3 levels: u8,
    }
}

layout! {
    /// A transaction takes a new begin time. Not written today.
    Refresh = 7 {
        /// Whose.
        1 session: SessionId,
        /// Its new number.
        3 begun: TrxTime,
    }
}

layout! {
    /// Start, end or abandonment of a macro.
    MacroMark = 11 {
        /// Whose.
        1 session: SessionId,
        /// Database time that names the macro, and that its pages get.
        3 dbtime: Dbtime,
    }
}

layout! {
    /// A remark that names a session only.
    SessionMark = 3 {
        /// Whose.
        1 session: SessionId,
    }
}

layout! {
    /// First half of a distributed commit. Never written by current engines.
    PrepareCommit<'a> = 7 {
        /// Whose.
        1 session: SessionId,
    } lengths(record) {
        3 data_bytes: u32 = record.data.len(),
    } tail {
        /// Of the coordinator.
        data: &'a [u8] = Some(data_bytes) => core::convert::identity,
    }
}

layout! {
    /// Pages of database 1 that the macro before it touches: a hint to read them early.
    MacroPages<'a> = 5 {
    } lengths(record) {
        1 body_bytes: u32 = record.pages.iter().len() * 4,
    } tail {
        /// The pages.
        pages: PageList<'a> = body_bytes.is_multiple_of(4).then_some(body_bytes) => PageList::new,
    }
}

layout! {
    /// Pages that the macro before it touches: a hint to read them early.
    MacroPages2<'a> = 10 {
        /// The database.
        5 database: Dbid,
    } lengths(record) {
        1 body_bytes: u32 = record.pages.iter().len() * 4 + 5 + record.extra.len(),
        6 page_count: u32 = record.pages.iter().len(),
    } tail {
        /// The pages.
        pages: PageList<'a> = page_count.checked_mul(4) => PageList::new,
        /// Bytes of a later version.
        extra: &'a [u8] = body_bytes.checked_sub(5 + 4 * page_count) => core::convert::identity,
    }
}

layout! {
    /// What a program attached to the commit that follows.
    CommitContext<'a> = 7 {
        /// Whose.
        5 session: SessionId,
    } lengths(record) {
        1 body_bytes: u32 = record.content.len() + 2,
    } tail {
        /// Flags and data, see [`CommitContext::parts`].
        content: &'a [u8] = body_bytes.checked_sub(2) => core::convert::identity,
    }
}

impl<'a> CommitContext<'a> {
    /// Flags (1 a callback is wanted, 2 the data is the program's, 4 a callback before the commit) and data, in a log of
    /// `version`; older logs have no flags.
    pub fn parts(&self, version: LogVersion) -> (u8, &'a [u8]) {
        match self.content.split_first() {
            Some((&flags, data)) if version >= LogVersion::COMMIT_CONTEXT_FLAGS => (flags, data),
            _ => (0, self.content),
        }
    }
}
