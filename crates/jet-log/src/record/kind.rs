//! The table of all records: number, name, structure.

use core::fmt;

use jet_pages::Pgno;

use super::codec::{Field, Visit, Wire};
use super::database::{
    AttachDatabase, CreateDatabase, CreateDatabaseFinish, DetachDatabase, ExtendDatabase, PagePatchRequest,
    Reattach, ScanCheck, ScanCheck2, SetDatabaseVersion, ShrinkDatabase, ShrinkDatabase3, SignalAttach,
    TrimDatabase,
};
use super::instance::{
    Backup2, BackupOld, CallRemark, Ignored, Init, Init2, Mark, PathRemark, RecoveryUndo2, Remark,
    SectorsMark, Term, Term2, WidePathRemark,
};
use super::node::{
    Delta, Delta64, FlagInsert, FlagInsertAndReplaceData, Insert, NodeChange, NodeMark, PageChange, Replace,
    ReplaceDifference, Scrub, SetExternalHeader, Undo, UndoInfo,
};
use super::space::{
    ConvertTree, CreateMultipleExtentTree, CreateSingleExtentTree, ExtentFreed, ExtentFreed2, FreeTree,
    NewPage,
};
use super::structure::{EmptyTree, Merge, PageMove, RootPageMove, Split};
use super::transaction::{
    BeginLevels, BeginTransaction, CommitContext, CommitLevel, CommitTransaction, MacroMark, MacroPages,
    MacroPages2, PrepareCommit, Refresh, Rollback, SessionMark,
};
use super::{Dbid, FieldValue, RecordError, SessionId};

macro_rules! records {
    ($($(#[$doc:meta])* $number:literal $kind:ident: $structure:ident $(<$life:lifetime>)?,)*) => {
        /// Type of a record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RecordKind {
            $($(#[$doc])* $kind = $number,)*
        }

        impl RecordKind {
            /// Every type, in the order of the numbers.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// The type of a type byte; `None` for numbers without a record in logs of version 8.
            pub const fn from_number(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$kind),)*
                    _ => None,
                }
            }

            /// The type byte.
            pub const fn number(self) -> u8 {
                match self {
                    $(Self::$kind => $number,)*
                }
            }

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => stringify!($kind),)*
                }
            }

            /// Bytes of the shortest record of this type.
            pub const fn fixed_bytes(self) -> usize {
                match self {
                    $(Self::$kind => <$structure as Wire<'_>>::FIXED_BYTES,)*
                }
            }
        }

        /// One record; its variable parts are borrowed from the bytes that it was read from.
        #[derive(Clone, Copy, Debug)]
        pub enum Record<'a> {
            $($(#[$doc])* $kind($structure $(<$life>)?),)*
        }

        impl<'a> Record<'a> {
            /// Reads the record at the start of `bytes`; also returns its length.
            ///
            /// # Errors
            /// [`RecordError`] when there is none, or when it does not end within `bytes`.
            pub fn decode(bytes: &'a [u8]) -> Result<(Self, usize), RecordError> {
                let kind = RecordKind::of(bytes)?;
                match kind {
                    $(RecordKind::$kind => {
                        <$structure as Wire<'a>>::decode(kind, bytes).map(|(record, len)| (Self::$kind(record), len))
                    })*
                }
            }

            /// Appends the record to `out`, byte for byte as it was read.
            ///
            /// # Errors
            /// [`RecordError::TooLong`] when a part is longer than the record can say; `out` then holds a part of it.
            pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), RecordError> {
                match self {
                    $(Self::$kind(record) => record.encode(RecordKind::$kind, out),)*
                }
            }

            /// Its type.
            pub const fn kind(&self) -> RecordKind {
                match self {
                    $(Self::$kind(_) => RecordKind::$kind,)*
                }
            }

            fn visit_fields(&self, visit: &mut Visit<'_>) {
                match self {
                    $(Self::$kind(record) => record.visit(visit),)*
                }
            }
        }
    };
}

records! {
    /// Filler of one byte.
    0 Nop: Mark,
    /// The instance starts, in old logs.
    1 Init: Init<'a>,
    /// The instance ends cleanly, in old logs.
    2 Term: Term,
    /// Marker of sectors in logs before version 8.
    3 SectorsMark: SectorsMark,
    /// Further levels begin.
    5 Begin: BeginLevels,
    /// A nested level is committed.
    6 Commit: CommitLevel,
    /// Levels are rolled back.
    7 Rollback: Rollback,
    /// A transaction begins.
    8 Begin0: BeginTransaction,
    /// A transaction is committed.
    9 Commit0: CommitTransaction,
    /// A transaction takes a new begin time.
    10 Refresh: Refresh,
    /// A macro begins.
    11 MacroBegin: MacroMark,
    /// A macro is complete.
    12 MacroCommit: MacroMark,
    /// A macro never happened.
    13 MacroAbort: MacroMark,
    /// A database file is about to be created.
    14 CreateDatabase: CreateDatabase<'a>,
    /// A database is attached.
    15 AttachDatabase: AttachDatabase<'a>,
    /// A database is detached.
    16 DetachDatabase: DetachDatabase<'a>,
    /// Recovery begins to undo, in old logs.
    17 RecoveryUndo: Mark,
    /// A recovery ended, in old logs.
    18 RecoveryQuit: Term,
    /// A full backup, in old logs.
    19 FullBackup: PathRemark<'a>,
    /// An incremental backup, in old logs.
    20 IncrementalBackup: PathRemark<'a>,
    /// A call, logged for debugging.
    21 CallRemark: CallRemark,
    /// A remark of the engine.
    22 Trace: Remark<'a>,
    /// All pages are on disk; the databases are detached next.
    23 ShutDownMark: Mark,
    /// A tree is made with space trees of its own.
    24 CreateMultipleExtentTree: CreateMultipleExtentTree,
    /// A tree is made in one extent.
    25 CreateSingleExtentTree: CreateSingleExtentTree,
    /// A node is inserted.
    29 Insert: Insert<'a>,
    /// A deleted node comes to life.
    30 FlagInsert: FlagInsert<'a>,
    /// A deleted node comes to life with other data.
    31 FlagInsertAndReplaceData: FlagInsertAndReplaceData<'a>,
    /// A node gets the deleted flag.
    32 FlagDelete: NodeMark,
    /// The data of a node are replaced.
    33 Replace: Replace<'a>,
    /// The data of a node are changed.
    34 ReplaceDifference: ReplaceDifference<'a>,
    /// A node is removed from its page.
    35 Delete: NodeMark,
    /// What a change overwrote.
    36 UndoInfo: UndoInfo<'a>,
    /// A 32-bit number is raised.
    37 Delta: Delta<'a>,
    /// The external header of a page is replaced.
    38 SetExternalHeader: SetExternalHeader<'a>,
    /// A change is undone.
    39 Undo: Undo<'a>,
    /// A restore, in old logs.
    45 ExternalRestore: PathRemark<'a>,
    /// A backup, in old logs.
    46 Backup: BackupOld<'a>,
    /// A tree is emptied.
    48 EmptyTree: EmptyTree<'a>,
    /// The instance starts.
    49 Init2: Init2<'a>,
    /// The instance ends cleanly.
    50 Term2: Term2,
    /// Recovery begins to undo.
    51 RecoveryUndo2: RecoveryUndo2,
    /// A recovery ended cleanly.
    52 RecoveryQuit2: Term2,
    /// A distributed transaction begins; never written by current engines.
    53 BeginDistributed: BeginTransaction,
    /// First half of a distributed commit; never written by current engines.
    54 PrepareCommit: PrepareCommit<'a>,
    /// A distributed commit is abandoned; never written by current engines.
    55 PrepareRollback: SessionMark,
    /// A commit waits for all before it.
    57 ForceWriteLog: SessionMark,
    /// A tree in one extent gets space trees.
    58 ConvertTree: ConvertTree,
    /// A restore.
    59 ExternalRestore2: WidePathRemark<'a>,
    /// A step of a backup.
    60 Backup2: Backup2<'a>,
    /// Why a generation was begun.
    61 ForceLogRollover: Remark<'a>,
    /// One level of a split.
    62 Split: Split<'a>,
    /// One level of a merge.
    63 Merge: Merge<'a>,
    /// Unused bytes of a page are overwritten.
    64 Scrub: Scrub<'a>,
    /// A page moves.
    65 PageMove: PageMove<'a>,
    /// Another replica asks for a page.
    66 PagePatchRequest: PagePatchRequest,
    /// Pages of database 1 that a macro touches.
    67 MacroPages: MacroPages<'a>,
    /// A database file grows.
    68 ExtendDatabase: ExtendDatabase<'a>,
    /// What a program attached to a commit.
    69 CommitContext: CommitContext<'a>,
    /// What a scan found on a page.
    70 ScanCheck: ScanCheck<'a>,
    /// Filler up to the end of a segment.
    71 Nop2: Ignored<'a>,
    /// A database is in use again.
    72 Reattach: Reattach<'a>,
    /// Pages that a macro touches.
    73 MacroPages2: MacroPages2<'a>,
    /// A tree is gone.
    74 FreeTree: FreeTree<'a>,
    /// To be passed over.
    75 Ignored9: Ignored<'a>,
    /// A database file shrinks.
    78 ShrinkDatabase: ShrinkDatabase,
    /// The first content of a database is complete.
    79 CreateDatabaseFinish: CreateDatabaseFinish,
    /// A recovery ended cleanly, databases stay attached.
    80 RecoveryQuitKeepAttachments: Term2,
    /// Free pages give their place back.
    81 TrimDatabase: TrimDatabase,
    /// To be passed over.
    82 Ignored10: Ignored<'a>,
    /// To be passed over.
    83 Ignored11: Ignored<'a>,
    /// To be passed over.
    84 Ignored12: Ignored<'a>,
    /// To be passed over.
    85 Ignored13: Ignored<'a>,
    /// To be passed over.
    86 Ignored14: Ignored<'a>,
    /// To be passed over.
    87 Ignored15: Ignored<'a>,
    /// To be passed over.
    88 Ignored16: Ignored<'a>,
    /// To be passed over.
    89 Ignored17: Ignored<'a>,
    /// To be passed over.
    90 Ignored18: Ignored<'a>,
    /// To be passed over.
    91 Ignored19: Ignored<'a>,
    /// A database gets a format version.
    92 SetDatabaseVersion: SetDatabaseVersion,
    /// A 64-bit number is raised.
    93 Delta64: Delta64<'a>,
    /// A database file shrinks.
    94 ShrinkDatabase2: ShrinkDatabase,
    /// A page was allocated.
    95 NewPage: NewPage,
    /// A root moves.
    96 RootPageMove: RootPageMove,
    /// The attaching of a database is complete.
    97 SignalAttach: SignalAttach,
    /// What a scan found on a page.
    98 ScanCheck2: ScanCheck2,
    /// A database file shrinks.
    99 ShrinkDatabase3: ShrinkDatabase3,
    /// Pages were given back.
    100 ExtentFreed: ExtentFreed,
    /// Pages were given back.
    101 ExtentFreed2: ExtentFreed2,
}

/// Numbers that older logs used for other records, with their names. 76 and 77 are fragments, which are no records.
const OBSOLETE: [(u8, &str); 11] = [
    (4, "end"),
    (26, "old conversion of a tree"),
    (27, "old split"),
    (28, "old merge"),
    (40, "streaming file"),
    (41, "streaming file"),
    (42, "checksum of sectors"),
    (43, "streaming file"),
    (44, "forced detach"),
    (47, "upgrade of a database"),
    (56, "unused"),
];

impl RecordKind {
    /// The type of the record that begins with `bytes`.
    pub(crate) fn of(bytes: &[u8]) -> Result<Self, RecordError> {
        let &number = bytes.first().ok_or(RecordError::Empty)?;
        let obsolete = || OBSOLETE.iter().find(|(old, _)| *old == number);
        Self::from_number(number).ok_or_else(|| match obsolete() {
            Some(&(number, name)) => RecordError::Obsolete { number, name },
            None => RecordError::Unknown { number },
        })
    }

    /// Whether the record only fills room, or belongs to a later version that may be passed over.
    pub const fn is_filler(self) -> bool {
        matches!(self.number(), 0 | 71 | 75 | 82..=91)
    }

    /// Whether a log that ends with this record was closed cleanly.
    pub const fn is_clean_end(self) -> bool {
        matches!(
            self,
            Self::Term
                | Self::Term2
                | Self::RecoveryQuit
                | Self::RecoveryQuit2
                | Self::RecoveryQuitKeepAttachments
        )
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Record<'_> {
    /// Shows every field by name, in the order of the bytes; lengths of variable parts are left out.
    pub fn fields(&self, mut visit: impl FnMut(&'static str, FieldValue<'_>)) {
        self.visit_fields(&mut visit);
    }

    /// What a change of a page begins with; `None` for other records.
    pub const fn page_change(&self) -> Option<&PageChange> {
        Some(match self {
            Self::CreateMultipleExtentTree(record) => &record.change,
            Self::CreateSingleExtentTree(record) => &record.change,
            Self::ConvertTree(record) => &record.change,
            Self::Split(record) => &record.change,
            Self::Merge(record) => &record.change,
            Self::PageMove(record) => &record.change,
            _ => match self.node_change() {
                Some(node) => &node.change,
                None => return None,
            },
        })
    }

    /// What a change of a node begins with; `None` for other records.
    pub const fn node_change(&self) -> Option<&NodeChange> {
        Some(match self {
            Self::Insert(record) => &record.node,
            Self::FlagInsert(record) => &record.node,
            Self::FlagInsertAndReplaceData(record) => &record.node,
            Self::FlagDelete(record) | Self::Delete(record) => &record.node,
            Self::Replace(record) => &record.node,
            Self::ReplaceDifference(record) => &record.node,
            Self::UndoInfo(record) => &record.node,
            Self::Delta(record) => &record.node,
            Self::Delta64(record) => &record.node,
            Self::SetExternalHeader(record) => &record.node,
            Self::Undo(record) => &record.node,
            Self::EmptyTree(record) => &record.node,
            Self::Scrub(record) => &record.node,
            _ => return None,
        })
    }

    /// Database, page and line of the change of a node, if a record of one is at the start of `bytes`; nothing else of it is
    /// read.
    pub(crate) fn peek(bytes: &[u8]) -> Option<(Dbid, Pgno, u16)> {
        let (&number, rest) = bytes.split_first()?;
        let rest: &[u8; PageChange::BYTES] = rest.first_chunk()?;
        let is_change = IS_NODE_CHANGE.get(usize::from(number)).is_some_and(|&is| is);
        is_change.then(|| {
            let change = PageChange::decode(rest);
            (change.database, change.page, change.line)
        })
    }

    /// The session that wrote the record, where it says.
    pub fn session(&self) -> Option<SessionId> {
        let mut found = None;
        self.fields(|_, value| {
            if let FieldValue::Session(session) = value {
                found = Some(session);
            }
        });
        found
    }

    /// Whether the record names `page`, as the page that it changes or another.
    pub fn names_page(&self, page: Pgno) -> bool {
        let mut is_named = false;
        self.fields(|_, value| match value {
            FieldValue::Page(found) => is_named |= found == page,
            FieldValue::Pages(pages) => is_named |= pages.iter().any(|found| found == page),
            _ => {}
        });
        if let Self::EmptyTree(record) = self {
            is_named |= record.pages().iter().any(|emptied| emptied.page.get() == page.0);
        }
        is_named
    }
}

/// By number, whether a record is one of those changes of nodes of which a log has many.
#[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
const IS_NODE_CHANGE: [bool; 256] = {
    let mut is = [false; 256];
    let many = [
        RecordKind::Insert,
        RecordKind::FlagInsert,
        RecordKind::FlagInsertAndReplaceData,
        RecordKind::FlagDelete,
        RecordKind::Delete,
        RecordKind::Replace,
        RecordKind::ReplaceDifference,
        RecordKind::Delta,
        RecordKind::Delta64,
        RecordKind::Undo,
    ];
    let mut rest: &[RecordKind] = &many;
    while let [kind, behind @ ..] = rest {
        is[kind.number() as usize] = true;
        rest = behind;
    }
    is
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_a_record_or_says_why_not() {
        for number in 0..=u8::MAX {
            match RecordKind::of(&[number]) {
                Ok(kind) => assert_eq!(kind.number(), number),
                Err(RecordError::Obsolete { .. }) => assert!(RecordKind::from_number(number).is_none()),
                Err(error) => {
                    assert_eq!(error, RecordError::Unknown { number });
                    assert!(number > 101 || matches!(number, 76 | 77), "{number}");
                }
            }
        }
    }

    #[test]
    fn a_record_of_zeros_is_cut_off_at_every_length() {
        for &kind in RecordKind::ALL {
            let mut bytes = vec![0; kind.fixed_bytes()];
            bytes[0] = kind.number();
            for len in 1..bytes.len() {
                let error = Record::decode(&bytes[..len]).unwrap_err();
                assert!(
                    matches!(error, RecordError::Truncated { .. }),
                    "{kind} {len}: {error}"
                );
            }
        }
    }

    #[test]
    fn a_peek_at_a_change_tells_what_reading_it_does() {
        let mut count = 0;
        for &kind in RecordKind::ALL {
            let mut bytes = vec![0; kind.fixed_bytes().max(1 + PageChange::BYTES)];
            for (at, byte) in (0..).zip(bytes.iter_mut().take(1 + PageChange::BYTES)) {
                *byte = at;
            }
            bytes[0] = kind.number();
            let Some(seen) = Record::peek(&bytes) else {
                continue;
            };
            let (record, _) = Record::decode(&bytes).unwrap();
            let change = record.node_change().unwrap().change;
            assert_eq!(seen, (change.database, change.page, change.line));
            assert!(Record::peek(&bytes[..PageChange::BYTES]).is_none(), "{kind}");
            count += 1;
        }
        assert_eq!(count, 10);
    }
}
