//! The list of attached databases in log headers and checkpoints.
//!
//! Entries follow one another without gaps; a zero where the next would begin ends the list, which has 2048 bytes at
//! most.

use jet_pages::dbheader::{RawLgpos, Signature};
use jet_pages::{Dbtime, Objid};
use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::Lgpos;
use crate::params::{narrow_text, wide_text};

/// Most bytes of a list.
pub const LIST_BYTES: usize = 2048;

/// The names are UTF-16.
const FLAG_WIDE: u8 = 0x20;
const FLAG_SPARSE: u8 = 0x40;

/// Fixed part of an entry. ESE `ATTACHINFO`.
#[derive(Clone, Debug, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct RawAttachment {
    dbid: u8,
    flags: u8,
    name_bytes: U16,
    dbtime: U64,
    objid_last: U32,
    pages_max: U32,
    attached: RawLgpos,
    consistent: RawLgpos,
    signature: Signature,
}

const _: () = {
    assert!(size_of::<RawAttachment>() == 64);
    assert!(core::mem::offset_of!(RawAttachment, signature) == 36);
};

/// A database that was attached at the position that the list belongs to.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Slot in the stream; records name the database by it.
    pub dbid: u8,
    /// Whether the file may have holes.
    pub is_sparse: bool,
    /// Database time at that moment.
    pub dbtime: Dbtime,
    /// Highest object id handed out.
    pub objid_last: Objid,
    /// Most pages that the database may have; 0: no limit.
    pub pages_max: u32,
    /// Where it was attached.
    pub attached: Lgpos,
    /// Where it was last consistent; none if that was in another log stream.
    pub consistent: Lgpos,
    /// Identity of the database.
    pub signature: Signature,
    /// Full path as the writer knew it.
    pub path: String,
}

/// Why a list of attachments cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the list of attached databases is cut off in the entry at byte {offset}: it has {len} bytes")]
pub struct AttachListError {
    /// Start of the entry in the list.
    pub offset: usize,
    /// Bytes of the list.
    pub len: usize,
}

/// Reads the list of attached databases.
///
/// # Errors
/// [`AttachListError`] when an entry runs over the end of `list`.
pub fn read_list(list: &[u8]) -> Result<Vec<Attachment>, AttachListError> {
    let mut found = Vec::new();
    let mut rest = list;
    while rest.first().is_some_and(|&dbid| dbid != 0) {
        let cut_off = AttachListError {
            offset: list.len() - rest.len(),
            len: list.len(),
        };
        let (raw, behind) = RawAttachment::ref_from_prefix(rest).map_err(|_| cut_off)?;
        let (name, behind) = behind
            .split_at_checked(usize::from(raw.name_bytes.get()))
            .ok_or(cut_off)?;
        found.push(Attachment {
            dbid: raw.dbid,
            is_sparse: raw.flags & FLAG_SPARSE != 0,
            dbtime: Dbtime(raw.dbtime.get()),
            objid_last: Objid(raw.objid_last.get()),
            pages_max: raw.pages_max.get(),
            attached: raw.attached.into(),
            consistent: raw.consistent.into(),
            signature: raw.signature,
            path: if raw.flags & FLAG_WIDE != 0 {
                wide_text(name)
            } else {
                narrow_text(name).into_owned()
            },
        });
        rest = behind;
    }
    Ok(found)
}

/// Why attachments cannot be written as a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachListWriteError {
    /// They are longer together than any list.
    #[error("the list of attached databases has {len} bytes, {LIST_BYTES} at most are possible")]
    TooLong {
        /// Bytes that the list would have.
        len: usize,
    },
    /// An entry of slot 0, which ends a list.
    #[error("an attached database has slot 0, which is that of the temporary database")]
    Dbid,
}

/// Writes the list of attached databases as headers of logs and checkpoints hold it.
///
/// # Errors
/// [`AttachListWriteError`] when they have no room, or when one is not of a slot that can be attached.
pub fn write_list(attachments: &[Attachment]) -> Result<[u8; LIST_BYTES], AttachListWriteError> {
    let mut list = Vec::new();
    for attachment in attachments {
        if attachment.dbid == 0 {
            return Err(AttachListWriteError::Dbid);
        }
        let name = attachment.path.encode_utf16().chain([0]);
        let name: Vec<u8> = name.flat_map(u16::to_le_bytes).collect();
        let too_long = AttachListWriteError::TooLong {
            len: list.len() + size_of::<RawAttachment>() + name.len(),
        };
        let raw = RawAttachment {
            dbid: attachment.dbid,
            flags: FLAG_WIDE | if attachment.is_sparse { FLAG_SPARSE } else { 0 },
            name_bytes: u16::try_from(name.len()).map_err(|_| too_long)?.into(),
            dbtime: attachment.dbtime.0.into(),
            objid_last: attachment.objid_last.0.into(),
            pages_max: attachment.pages_max.into(),
            attached: attachment.attached.to_raw(),
            consistent: attachment.consistent.to_raw(),
            signature: attachment.signature,
        };
        list.extend_from_slice(raw.as_bytes());
        list.extend_from_slice(&name);
    }
    let mut whole = [0; LIST_BYTES];
    let too_long = AttachListWriteError::TooLong { len: list.len() };
    whole
        .get_mut(..list.len())
        .ok_or(too_long)?
        .copy_from_slice(&list);
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str) -> Vec<u8> {
        let path: Vec<u8> = path.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let raw = RawAttachment {
            dbid: 1,
            flags: FLAG_WIDE,
            name_bytes: u16::try_from(path.len()).unwrap().into(),
            dbtime: 455.into(),
            objid_last: 11.into(),
            pages_max: 0.into(),
            attached: RawLgpos::default(),
            consistent: RawLgpos::default(),
            signature: Signature::default(),
        };
        [raw.as_bytes(), &path].concat()
    }

    #[test]
    fn entries_follow_one_another() {
        let mut list = [entry("C:\\a.edb\0"), entry("b\0")].concat();
        let end = list.len();
        list.resize(LIST_BYTES, 0);
        let found = read_list(&list).unwrap();
        let paths: Vec<_> = found.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["C:\\a.edb", "b"]);
        assert_eq!(found[0].dbtime, Dbtime(455));
        let error = read_list(&list[..end - 1]).unwrap_err();
        assert_eq!((error.offset, error.len), (64 + 18, end - 1));
        assert!(read_list(&[]).unwrap().is_empty());
    }

    #[test]
    fn a_list_is_written_as_it_is_read() {
        let mut list = [entry("C:\\a.edb\0"), entry("b\0")].concat();
        list.resize(LIST_BYTES, 0);
        assert_eq!(write_list(&read_list(&list).unwrap()).unwrap(), *list);
        assert_eq!(write_list(&[]).unwrap(), [0; LIST_BYTES]);
    }

    #[test]
    fn a_list_that_has_no_room_is_refused() {
        let named = |chars: usize| {
            let mut attachment = read_list(&entry("\0")).unwrap().remove(0);
            attachment.path = "x".repeat(chars);
            attachment
        };
        // 64 bytes of fixed part and two of the NUL.
        let most = (LIST_BYTES - 66) / 2;
        assert!(write_list(&[named(most)]).is_ok());
        let len = LIST_BYTES + 2;
        assert_eq!(
            write_list(&[named(most + 1)]),
            Err(AttachListWriteError::TooLong { len })
        );
        assert_eq!(
            write_list(&[named(most), named(0)]),
            Err(AttachListWriteError::TooLong { len: LIST_BYTES + 66 })
        );
        assert!(write_list(&[named(40_000)]).is_err());
        let mut temporary = named(1);
        temporary.dbid = 0;
        assert_eq!(write_list(&[temporary]), Err(AttachListWriteError::Dbid));
    }
}
