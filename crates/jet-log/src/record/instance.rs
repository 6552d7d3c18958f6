//! Starts and ends of the instance and of recoveries, backups, remarks, fillers. Source: `docs/format/log-records.md`.

use core::convert::identity;

use jet_pages::dbheader::{BackupInfo, LogTime};
use zerocopy::IntoBytes;

use super::codec::{Field, Reserved, Visit, Wire, field_at, layout, split_fixed};
use super::value::StoredText;
use super::{Dbid, FieldValue, RecordError, RecordKind, SessionId};
use crate::Lgpos;
use crate::params::InstanceParams;

layout! {
    /// A record of one byte: [`Nop`](super::Record::Nop), [`ShutDownMark`](super::Record::ShutDownMark),
    /// [`RecoveryUndo`](super::Record::RecoveryUndo).
    Mark = 1 {}
}

/// The instance starts: every session of the run before is at its end.
#[derive(Clone, Copy, Debug)]
pub struct Init<'a> {
    /// Its settings.
    pub params: &'a InstanceParams,
}

/// The instance starts: every session of the run before is at its end.
#[derive(Clone, Copy, Debug)]
pub struct Init2<'a> {
    /// Its settings.
    pub params: &'a InstanceParams,
    /// When.
    pub time: LogTime,
}

impl<'a> Wire<'a> for Init<'a> {
    const FIXED_BYTES: usize = 568;

    fn decode(kind: RecordKind, bytes: &'a [u8]) -> Result<(Self, usize), RecordError> {
        let (fixed, _) = split_fixed::<568>(kind, bytes)?;
        let (_, params) = fixed
            .split_last_chunk::<PARAMS_BYTES>()
            .unwrap_or((&[], &[0; PARAMS_BYTES]));
        let params = zerocopy::transmute_ref!(params);
        Ok((Self { params }, Self::FIXED_BYTES))
    }

    fn encode(&self, kind: RecordKind, out: &mut Vec<u8>) -> Result<(), RecordError> {
        out.push(kind.number());
        out.extend_from_slice(self.params.as_bytes());
        Ok(())
    }

    fn visit(&self, visit: &mut Visit<'_>) {
        let params = self.params;
        visit(
            "system_path",
            FieldValue::Text(params.system_path_text().into_owned()),
        );
        visit("log_path", FieldValue::Text(params.log_path_text().into_owned()));
        visit("is_circular", FieldValue::Unsigned(params.is_circular().into()));
        for (name, value) in [
            ("sessions_max", params.sessions_max),
            ("open_tables_max", params.open_tables_max),
            ("version_pages_max", params.version_pages_max),
            ("cursors_max", params.cursors_max),
            ("log_buffers", params.log_buffers),
            ("log_file_sectors", params.log_file_sectors),
            ("cache_pages_max", params.cache_pages_max),
        ] {
            visit(name, FieldValue::Unsigned(value.get().into()));
        }
    }
}

impl<'a> Wire<'a> for Init2<'a> {
    const FIXED_BYTES: usize = 576;

    fn decode(kind: RecordKind, bytes: &'a [u8]) -> Result<(Self, usize), RecordError> {
        let (fixed, _) = split_fixed::<576>(kind, bytes)?;
        let (Init { params }, behind) = Init::decode(kind, fixed)?;
        let time = field_at(fixed, behind);
        Ok((Self { params, time }, Self::FIXED_BYTES))
    }

    fn encode(&self, kind: RecordKind, out: &mut Vec<u8>) -> Result<(), RecordError> {
        Init { params: self.params }.encode(kind, out)?;
        out.extend_from_slice(self.time.as_bytes());
        Ok(())
    }

    fn visit(&self, visit: &mut Visit<'_>) {
        self.time.visit("time", visit);
        Init { params: self.params }.visit(visit);
    }
}

const PARAMS_BYTES: usize = size_of::<InstanceParams>();

layout! {
    /// The instance or a recovery ended cleanly, in old logs.
    Term = 18 {
        /// Where this run began.
        1 began: Lgpos,
        /// Where redo began; none at the end of an instance.
        9 redo_from: Lgpos,
        /// 1: recovery of a restored backup.
        17 is_hard: u8,
    }
}

layout! {
    /// The instance or a recovery ended cleanly.
    Term2 = 26 {
        /// Where this run began.
        1 began: Lgpos,
        /// Where redo began; none at the end of an instance.
        9 redo_from: Lgpos,
        /// 1: recovery of a restored backup.
        17 is_hard: u8,
        /// When.
        18 time: LogTime,
    }
}

layout! {
    /// Recovery begins to undo what was not committed. A fragment cut off before it is forgiven.
    RecoveryUndo2 = 9 {
        /// When.
        1 time: LogTime,
    }
}

layout! {
    /// A step of a backup.
    Backup2<'a> = 35 {
        /// 1 begin, 2 logs prepared, 3 logs deleted, 4 database header written, 5 abandoned, 6 end.
        1 phase: u8,
        /// 0 streaming, 1 OS snapshot, 2 snapshot, 3 surrogate.
        2 backup_kind: u32,
        /// 1 full, 2 incremental, 5 copy, 6 differential.
        6 scope: u8,
        /// The database; 0: all.
        7 database: Dbid,
        /// What the header of the database gets to know.
        8 info: BackupInfo,
        /// Zero.
        32 reserved: Reserved<1>,
    } lengths(record) {
        33 path_bytes: u16 = record.path.bytes().len(),
    } tail {
        /// Where to.
        path: StoredText<'a> = Some(path_bytes) => StoredText::narrow,
    }
}

layout! {
    /// A backup, in old logs.
    BackupOld<'a> = 5 {
        /// 0 full, 1 incremental, 2 and 3 start and end of a snapshot, 4 logs deleted, 5 and 6 OS snapshots.
        1 backup_kind: u8,
        /// Zero.
        2 reserved: Reserved<1>,
    } lengths(record) {
        3 path_bytes: u16 = record.path.bytes().len(),
    } tail {
        /// Where to.
        path: StoredText<'a> = Some(path_bytes) => StoredText::narrow,
    }
}

layout! {
    /// A backup or a restore in old logs: a path.
    PathRemark<'a> = 3 {
    } lengths(record) {
        1 path_bytes: u16 = record.path.bytes().len(),
    } tail {
        /// Where.
        path: StoredText<'a> = Some(path_bytes) => StoredText::narrow,
    }
}

layout! {
    /// A restore: paths of checkpoint and logs.
    WidePathRemark<'a> = 3 {
    } lengths(record) {
        1 path_bytes: u16 = record.path.bytes().len(),
    } tail {
        /// Where.
        path: StoredText<'a> = Some(path_bytes) => StoredText::wide,
    }
}

layout! {
    /// A remark of the engine, or the reason why a generation was begun.
    Remark<'a> = 5 {
        /// Whose.
        1 session: SessionId,
    } lengths(record) {
        3 text_bytes: u16 = record.text.bytes().len(),
    } tail {
        /// What.
        text: StoredText<'a> = Some(text_bytes) => StoredText::narrow,
    }
}

layout! {
    /// A call, logged for debugging.
    CallRemark = 4 {
        /// Whose.
        1 session: SessionId,
        /// Which.
        3 call: u8,
    }
}

layout! {
    /// Marker of sectors in logs before version 8.
    SectorsMark = 9 {
        /// Byte of the next marker.
        1 forward_byte: u16,
        /// Checksum.
        3 checksum: u32,
        /// Sector of the next marker.
        7 forward_sector: u16,
    }
}

layout! {
    /// A filler, or a record of a later version that may be passed over.
    Ignored<'a> = 5 {
    } lengths(record) {
        1 body_bytes: u32 = record.body.len(),
    } tail {
        /// What fills.
        body: &'a [u8] = Some(body_bytes) => identity,
    }
}
