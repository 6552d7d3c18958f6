//! Databases that are made, attached, detached, grown and shrunk; checks of pages.
//! Source: `docs/format/log-records.md`.

use core::convert::identity;

use jet_pages::dbheader::Signature;
use jet_pages::{Dbtime, Pgno};

use super::codec::{Reserved, layout};
use super::value::StoredText;
use super::{Dbid, SessionId};
use crate::Lgpos;

/// Flags of [`CreateDatabase`] and [`AttachDatabase`].
pub const FLAG_VERSION_INFO: u8 = 4;
/// The path is UTF-16.
pub const FLAG_WIDE_PATH: u8 = 8;
/// The file may have holes.
pub const FLAG_SPARSE: u8 = 0x10;
/// The path of [`DetachDatabase`] is UTF-16.
pub const FLAG_WIDE_PATH_DETACH: u8 = 0x10;

layout! {
    /// A database file is about to be created.
    CreateDatabase<'a> = 43 {
        /// Who.
        1 session: SessionId,
        /// The database.
        3 database: Dbid,
        /// Options of the call.
        4 options: u32,
        /// Most pages; 0: no limit.
        8 pages_max: u32,
        /// Its identity.
        12 signature: Signature,
        /// [`FLAG_VERSION_INFO`], [`FLAG_WIDE_PATH`], [`FLAG_SPARSE`].
        42 database_flags: u8,
    } lengths(record) {
        40 path_bytes: u16 = record.path.bytes().len(),
    } tail {
        /// Version of the creation: two 16-bit numbers, 2 and 0; empty without [`FLAG_VERSION_INFO`].
        version: &'a [u8] = Some(if database_flags & FLAG_VERSION_INFO != 0 { 4 } else { 0 }) => identity,
        /// Where.
        path: StoredText<'a> = Some(path_bytes) => |bytes| StoredText::new(bytes, database_flags & FLAG_WIDE_PATH != 0),
    }
}

layout! {
    /// The first content of a database is complete.
    CreateDatabaseFinish = 4 {
        /// Who.
        1 session: SessionId,
        /// The database.
        3 database: Dbid,
    }
}

layout! {
    /// A database is attached.
    AttachDatabase<'a> = 75 {
        /// Who.
        1 session: SessionId,
        /// The database.
        3 database: Dbid,
        /// Most pages; 0: no limit.
        4 pages_max: u32,
        /// Where it was last consistent.
        8 consistent: Lgpos,
        /// Its identity.
        16 signature: Signature,
        /// Log stream in which it was last consistent.
        44 consistent_stream: Signature,
        /// [`FLAG_WIDE_PATH`], [`FLAG_SPARSE`].
        74 database_flags: u8,
    } lengths(record) {
        72 path_bytes: u16 = record.path.bytes().len(),
    } tail {
        /// Where.
        path: StoredText<'a> = Some(path_bytes) => |bytes| StoredText::new(bytes, database_flags & FLAG_WIDE_PATH != 0),
    }
}

layout! {
    /// A database is detached by a call. The end of the instance detaches without this record.
    DetachDatabase<'a> = 7 {
        /// Who.
        1 session: SessionId,
        /// The database.
        3 database: Dbid,
        /// [`FLAG_WIDE_PATH_DETACH`].
        6 database_flags: u8,
    } lengths(record) {
        4 path_bytes: u16 = record.path.bytes().len(),
    } tail {
        /// Where.
        path: StoredText<'a> =
            Some(path_bytes) => |bytes| StoredText::new(bytes, database_flags & FLAG_WIDE_PATH_DETACH != 0),
    }
}

layout! {
    /// A database that stayed attached over a recovery is in use again.
    Reattach<'a> = 50 {
        /// The database.
        5 database: Dbid,
        /// Where it was attached.
        6 attached: Lgpos,
        /// Where it was last consistent.
        14 consistent: Lgpos,
        /// Its identity.
        22 signature: Signature,
    } lengths(record) {
        1 body_bytes: u32 = record.extra.len() + 45,
    } tail {
        /// Bytes of a later version.
        extra: &'a [u8] = body_bytes.checked_sub(45) => identity,
    }
}

layout! {
    /// The attaching of a database is complete.
    SignalAttach = 2 {
        /// The database.
        1 database: Dbid,
    }
}

layout! {
    /// The header of a database gets a format version, unless it has a higher one.
    SetDatabaseVersion = 14 {
        /// The database.
        1 database: Dbid,
        /// 1568.
        2 major: u32,
        /// Format revision.
        6 update_major: u32,
        /// Minor part of it.
        10 update_minor: u32,
    }
}

layout! {
    /// A database file grows.
    ExtendDatabase<'a> = 10 {
        /// The database.
        5 database: Dbid,
        /// Its last page afterwards.
        6 last_page: Pgno,
    } lengths(record) {
        1 body_bytes: u32 = record.extra.len() + 5,
    } tail {
        /// Bytes of a later version.
        extra: &'a [u8] = body_bytes.checked_sub(5) => identity,
    }
}

layout! {
    /// A database file shrinks.
    ShrinkDatabase = 10 {
        /// The database.
        1 database: Dbid,
        /// Its last page afterwards.
        2 last_page: Pgno,
        /// Pages that go.
        6 page_count: i32,
    }
}

layout! {
    /// A database file shrinks.
    ShrinkDatabase3 = 18 {
        /// The database.
        1 database: Dbid,
        /// Its last page afterwards.
        2 last_page: Pgno,
        /// Pages that go.
        6 page_count: i32,
        /// Database time of the shrinking.
        10 dbtime: Dbtime,
    }
}

layout! {
    /// Free pages give their place on the disk back and read as zeros.
    TrimDatabase = 10 {
        /// The database.
        1 database: Dbid,
        /// First page.
        2 first_page: Pgno,
        /// Number of pages.
        6 page_count: i32,
    }
}

layout! {
    /// What the database scan found on a page, for comparison with a replica.
    ScanCheck<'a> = 44 {
        /// The database.
        5 database: Dbid,
        /// The page.
        6 page: Pgno,
        /// Its database time.
        10 dbtime_page: Dbtime,
        /// Database time of the database.
        18 dbtime_current: Dbtime,
        /// Obsolete.
        26 dbtime_before: Dbtime,
        /// Obsolete.
        34 dbtime_after: Dbtime,
        /// Checksum of the content.
        42 checksum: u16,
    } lengths(record) {
        1 body_bytes: u32 = record.extra.len() + 39,
    } tail {
        /// Bytes of a later version.
        extra: &'a [u8] = body_bytes.checked_sub(39) => identity,
    }
}

layout! {
    /// What the database scan found on a page, for comparison with a replica.
    ScanCheck2 = 27 {
        /// The database.
        1 database: Dbid,
        /// The page; [`ScanCheck2::FINISHED`]: the scan came to its end.
        2 page: Pgno,
        /// 0x80 no tree is known, 0x40 the page is empty, 0x20 its tree is deleted; the low two bits tell who scanned.
        6 scan_flags: u8,
        /// Its database time.
        7 dbtime_page: Dbtime,
        /// Database time of the database.
        15 dbtime_current: Dbtime,
        /// Checksum of the content.
        23 checksum: u32,
    }
}

impl ScanCheck2 {
    /// Stands for the page when the scan came to its end.
    pub const FINISHED: Pgno = Pgno(0xffff_fffe);
}

layout! {
    /// Another replica asks for the content of a page.
    PagePatchRequest = 46 {
        /// The database.
        1 database: Dbid,
        /// The page.
        2 page: Pgno,
        /// Its database time.
        6 dbtime: Dbtime,
        /// Zero.
        14 reserved: Reserved<32>,
    }
}
