//! Changes of one node, or of the external header of a page, and their undoing. Source: `docs/format/log-records.md`.

use core::convert::identity;

use jet_pages::{Dbtime, Objid, Pgno};

use super::codec::{Field, Visit, field_at, layout, put_field};
use super::{Dbid, SessionId, TrxTime};

/// What every change of a page begins with. ESE `LRPAGE_`.
#[derive(Clone, Copy, Debug)]
pub struct PageChange {
    /// Who changed it.
    pub session: SessionId,
    /// The database.
    pub database: Dbid,
    /// The page; for a split the one that is split, for a merge the one that is emptied.
    pub page: Pgno,
    /// Database time of the page after the change.
    pub dbtime: Dbtime,
    /// Database time of the page before; [`DBTIME_NONE`](super::DBTIME_NONE) within a macro, and for a page that was
    /// new.
    pub dbtime_before: Dbtime,
    /// The transaction.
    pub transaction: TrxTime,
    /// Its level.
    pub level: u8,
    /// Place of the node on the page, the external header not counted.
    pub line: u16,
    /// 1 versioned, 2 deleted, 4 unique tree, 8 space tree, 0x10 for an index that is being built, 0x20 by the system.
    pub flags: u8,
}

impl PageChange {
    /// A version record belongs to the change.
    pub const VERSIONED: u8 = 1;
    /// The tree has no equal keys.
    pub const UNIQUE: u8 = 4;
    /// The tree keeps the free or owned space of another.
    pub const SPACE: u8 = 8;
    /// Made for an index that is being built while others change the table.
    pub const CONCURRENT_INDEX: u8 = 0x10;
    /// Made by the engine itself.
    pub const SYSTEM: u8 = 0x20;

    /// Whether all of `flags` are set.
    pub const fn has(&self, flags: u8) -> bool {
        self.flags & flags == flags
    }
}

impl Field for PageChange {
    const BYTES: usize = 31;

    fn decode(bytes: &[u8]) -> Self {
        Self {
            session: field_at(bytes, 0),
            database: field_at(bytes, 2),
            page: field_at(bytes, 3),
            dbtime: field_at(bytes, 7),
            dbtime_before: field_at(bytes, 15),
            transaction: field_at(bytes, 23),
            level: field_at(bytes, 27),
            line: field_at(bytes, 28),
            flags: field_at(bytes, 30),
        }
    }

    fn encode(&self, out: &mut [u8]) {
        put_field(out, 0, &self.session);
        put_field(out, 2, &self.database);
        put_field(out, 3, &self.page);
        put_field(out, 7, &self.dbtime);
        put_field(out, 15, &self.dbtime_before);
        put_field(out, 23, &self.transaction);
        put_field(out, 27, &self.level);
        put_field(out, 28, &self.line);
        put_field(out, 30, &self.flags);
    }

    fn visit(&self, _: &'static str, visit: &mut Visit<'_>) {
        self.session.visit("session", visit);
        self.database.visit("database", visit);
        self.page.visit("page", visit);
        self.line.visit("line", visit);
        self.dbtime.visit("dbtime", visit);
        self.dbtime_before.visit("dbtime_before", visit);
        self.transaction.visit("transaction", visit);
        self.level.visit("level", visit);
        self.flags.visit("flags", visit);
    }
}

/// What every change of a node begins with. ESE `LRNODE_`.
#[derive(Clone, Copy, Debug)]
pub struct NodeChange {
    /// The page.
    pub change: PageChange,
    /// Number of the version record; 0: none.
    pub version: u32,
    /// Root of the tree.
    pub root: Pgno,
    /// The tree.
    pub tree: Objid,
}

impl Field for NodeChange {
    const BYTES: usize = 43;

    fn decode(bytes: &[u8]) -> Self {
        Self {
            change: field_at(bytes, 0),
            version: field_at(bytes, 31),
            root: field_at(bytes, 35),
            tree: field_at(bytes, 39),
        }
    }

    fn encode(&self, out: &mut [u8]) {
        put_field(out, 0, &self.change);
        put_field(out, 31, &self.version);
        put_field(out, 35, &self.root);
        put_field(out, 39, &self.tree);
    }

    fn visit(&self, name: &'static str, visit: &mut Visit<'_>) {
        self.change.visit(name, visit);
        self.version.visit("version", visit);
        self.root.visit("root", visit);
        self.tree.visit("tree", visit);
    }
}

/// Operations that can be undone, as `operation` of [`Undo`] and [`UndoInfo`] names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoneOperation {
    /// 1.
    Insert,
    /// 2.
    Replace,
    /// 3.
    FlagDelete,
    /// 4.
    Delta,
    /// 9.
    Delta64,
}

impl UndoneOperation {
    /// The number as stored.
    pub const fn number(self) -> u16 {
        match self {
            Self::Insert => 1,
            Self::Replace => 2,
            Self::FlagDelete => 3,
            Self::Delta => 4,
            Self::Delta64 => 9,
        }
    }

    /// The operation of a stored number.
    pub const fn from_number(number: u16) -> Option<Self> {
        match number {
            1 => Some(Self::Insert),
            2 => Some(Self::Replace),
            3 => Some(Self::FlagDelete),
            4 => Some(Self::Delta),
            9 => Some(Self::Delta64),
            _ => None,
        }
    }
}

layout! {
    /// A node is inserted. Its key is `prefix` and then `suffix`; the page leaves `prefix` out, since its own prefix
    /// begins so.
    Insert<'a> = 50 {
        /// Where.
        1 node: NodeChange,
    } lengths(record) {
        44 suffix_bytes: u16 = record.suffix.len(),
        46 prefix_bytes: u16 = record.prefix.len(),
        48 data_bytes: u16 = record.data.len(),
    } tail {
        /// Start of the key.
        prefix: &'a [u8] = Some(prefix_bytes) => identity,
        /// Rest of the key.
        suffix: &'a [u8] = Some(suffix_bytes) => identity,
        /// Data of the node.
        data: &'a [u8] = Some(data_bytes) => identity,
    }
}

layout! {
    /// A node with the deleted flag that has the wanted key comes to life again.
    FlagInsert<'a> = 48 {
        /// Where.
        1 node: NodeChange,
    } lengths(record) {
        44 key_bytes: u16 = record.key.len(),
        46 data_bytes: u16 = record.data.len(),
    } tail {
        /// Its key.
        key: &'a [u8] = Some(key_bytes) => identity,
        /// Its data.
        data: &'a [u8] = Some(data_bytes) => identity,
    }
}

layout! {
    /// A node with the deleted flag comes to life again with other data.
    FlagInsertAndReplaceData<'a> = 52 {
        /// Where; its version is that of the insertion.
        1 node: NodeChange,
        /// Version record of the replacement.
        48 replace_version: u32,
    } lengths(record) {
        44 key_bytes: u16 = record.key.len(),
        46 data_bytes: u16 = record.data.len(),
    } tail {
        /// Its key.
        key: &'a [u8] = Some(key_bytes) => identity,
        /// Its new data.
        data: &'a [u8] = Some(data_bytes) => identity,
    }
}

layout! {
    /// A node gets the deleted flag ([`FlagDelete`](super::Record::FlagDelete)) or is removed from its page
    /// ([`Delete`](super::Record::Delete)).
    NodeMark = 44 {
        /// Where.
        1 node: NodeChange,
    }
}

layout! {
    /// The data of a node is replaced. The old data are in no log, unless an [`UndoInfo`] has them.
    Replace<'a> = 50 {
        /// Where.
        1 node: NodeChange,
        /// Length of the data before.
        46 old_data_bytes: u16,
        /// Length of the data after.
        48 new_data_bytes: u16,
    } lengths(record) {
        44 data_bytes: u16 = record.data.len(),
    } tail {
        /// The new data.
        data: &'a [u8] = Some(data_bytes) => identity,
    }
}

layout! {
    /// The data of a node is replaced; the record tells what changes.
    ReplaceDifference<'a> = 50 {
        /// Where.
        1 node: NodeChange,
        /// Length of the data before.
        46 old_data_bytes: u16,
        /// Length of the data after.
        48 new_data_bytes: u16,
    } lengths(record) {
        44 difference_bytes: u16 = record.difference.len() | if record.is_wide { WIDE_DIFFERENCE } else { 0 },
    } tail {
        /// Whether offsets have the form of pages above 8 KiB.
        is_wide: bool = Some(0) => |_| difference_bytes & WIDE_DIFFERENCE != 0,
        /// The changes, see [`apply`](super::difference::apply).
        difference: &'a [u8] = Some(difference_bytes & !WIDE_DIFFERENCE) => identity,
    }
}

layout! {
    /// A 32-bit number in the data of a node is raised.
    Delta<'a> = 54 {
        /// Where.
        1 node: NodeChange,
        /// By how much.
        48 delta: i32,
        /// Where the number lies in the data.
        52 offset: u16,
    } lengths(record) {
        44 key_bytes: u16 = record.key.len(),
        46 bookmark_data_bytes: u16 = record.bookmark_data.len(),
    } tail {
        /// Key of the node.
        key: &'a [u8] = Some(key_bytes) => identity,
        /// Rest of its bookmark.
        bookmark_data: &'a [u8] = Some(bookmark_data_bytes) => identity,
    }
}

layout! {
    /// A 64-bit number in the data of a node is raised.
    Delta64<'a> = 58 {
        /// Where.
        1 node: NodeChange,
        /// By how much.
        48 delta: i64,
        /// Where the number lies in the data.
        56 offset: u16,
    } lengths(record) {
        44 key_bytes: u16 = record.key.len(),
        46 bookmark_data_bytes: u16 = record.bookmark_data.len(),
    } tail {
        /// Key of the node.
        key: &'a [u8] = Some(key_bytes) => identity,
        /// Rest of its bookmark.
        bookmark_data: &'a [u8] = Some(bookmark_data_bytes) => identity,
    }
}

layout! {
    /// The external header of a page is replaced.
    SetExternalHeader<'a> = 46 {
        /// Where.
        1 node: NodeChange,
    } lengths(record) {
        44 data_bytes: u16 = record.data.len(),
    } tail {
        /// Its new content.
        data: &'a [u8] = Some(data_bytes) => identity,
    }
}

layout! {
    /// A change of a node is undone.
    Undo<'a> = 51 {
        /// Where; its version names the change.
        1 node: NodeChange,
        /// What is undone, see [`UndoneOperation`].
        48 operation: u16,
        /// Level of the change.
        50 undone_level: u8,
    } lengths(record) {
        44 key_bytes: u16 = record.key.len(),
        46 bookmark_data_bytes: u16 = record.bookmark_data.len(),
    } tail {
        /// Key of the node.
        key: &'a [u8] = Some(key_bytes) => identity,
        /// Rest of its bookmark.
        bookmark_data: &'a [u8] = Some(bookmark_data_bytes) => identity,
    }
}

layout! {
    /// What a change overwrote, logged before the page goes to disk with the change in it. Changes no page.
    UndoInfo<'a> = 56 {
        /// Where; its version names the change.
        1 node: NodeChange,
        /// The change, see [`UndoneOperation`]: a replacement or a deletion.
        48 operation: u16,
        /// Longest data that the node had.
        50 max_bytes: i16,
        /// By how much the data grew.
        52 delta_bytes: i16,
    } lengths(record) {
        44 key_bytes: u16 = record.key.len(),
        46 bookmark_data_bytes: u16 = record.bookmark_data.len(),
        54 image_bytes: u16 = record.image.len(),
    } tail {
        /// Key of the node.
        key: &'a [u8] = Some(key_bytes) => identity,
        /// Rest of its bookmark.
        bookmark_data: &'a [u8] = Some(bookmark_data_bytes) => identity,
        /// Its data before.
        image: &'a [u8] = Some(image_bytes) => identity,
    }
}

layout! {
    /// Deleted or unused bytes of a page are overwritten.
    Scrub<'a> = 54 {
        /// Where.
        1 node: NodeChange,
        /// 1: the whole page is unused.
        44 scrub_flags: u32,
        /// How many of the bytes of `operations` are operations; the rest fills up.
        48 operation_count: u32,
    } lengths(record) {
        52 operation_bytes: u16 = record.operations.len(),
    } tail {
        /// One byte for each node.
        operations: &'a [u8] = Some(operation_bytes) => identity,
    }
}

/// Bit of the length of a difference: its offsets have the wide form.
const WIDE_DIFFERENCE: usize = 0x8000;
