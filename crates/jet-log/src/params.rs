//! Settings of the instance that wrote a log: 567 bytes in log headers, checkpoints and Init records.

use std::borrow::Cow;

use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Settings of the writing instance; recovery takes the limits as lower bounds.
///
/// Source: `docs/format/log-file.md`; ESE `DBMS_PARAM`.
#[derive(Clone, Debug, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct InstanceParams {
    /// System path, 8-bit text filled up with NUL.
    pub system_path: [u8; 261],
    /// Log path, likewise.
    pub log_path: [u8; 261],
    /// 1: circular logging.
    pub flags: u8,
    /// Most sessions.
    pub sessions_max: U32,
    /// Most open tables.
    pub open_tables_max: U32,
    /// Most version pages.
    pub version_pages_max: U32,
    /// Most cursors.
    pub cursors_max: U32,
    /// Log buffers, in sectors.
    pub log_buffers: U32,
    /// Size of a log file, in sectors.
    pub log_file_sectors: U32,
    /// Most pages in the cache.
    pub cache_pages_max: U32,
    /// Zero.
    pub reserved: [u8; 16],
}

const _: () = {
    assert!(size_of::<InstanceParams>() == 567);
    assert!(core::mem::offset_of!(InstanceParams, sessions_max) == 523);
    assert!(core::mem::offset_of!(InstanceParams, reserved) == 551);
};

impl InstanceParams {
    /// Whether old logs are deleted as soon as recovery does not need them.
    pub fn is_circular(&self) -> bool {
        self.flags & 1 != 0
    }

    /// The system path as text.
    pub fn system_path_text(&self) -> Cow<'_, str> {
        narrow_text(&self.system_path)
    }

    /// The log path as text.
    pub fn log_path_text(&self) -> Cow<'_, str> {
        narrow_text(&self.log_path)
    }
}

/// 8-bit text up to its first NUL. Paths were written in the code page of their machine, which is not recorded.
pub(crate) fn narrow_text(bytes: &[u8]) -> Cow<'_, str> {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default())
}

/// UTF-16 text up to its first NUL.
pub(crate) fn wide_text(bytes: &[u8]) -> String {
    let (units, _) = bytes.as_chunks::<2>();
    let units = units.iter().map(|unit| u16::from_le_bytes(*unit));
    char::decode_utf16(units.take_while(|&unit| unit != 0))
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}
