//! The checkpoint file: from which position redo starts. Two copies of one block of 4096 bytes.
//!
//! It is a hint: without it, recovery starts at the lowest generation there is. A position that is too high would lose
//! data; hence checksum, second copy and signature. Source: `docs/format/checkpoint.md`; ESE `CHECKPOINT_FIXED`.

use std::path::Path;

use jet_io::{FileSystem, IoError, IoErrorKind, OpenMode};
use jet_pages::checksum::xor;
use jet_pages::dbheader::{LogTime, RawLgpos, Signature};
use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, FromZeros, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::Lgpos;
use crate::attach::{self, AttachListError, AttachListWriteError, Attachment};
use crate::params::InstanceParams;

/// Bytes of one copy.
pub const COPY_BYTES: usize = 4096;
/// Bytes of the file.
pub const FILE_BYTES: usize = 2 * COPY_BYTES;
/// Number of checkpoints among the types of ESE files.
pub const FILE_TYPE_CHECKPOINT: u32 = 4;

const FLAG_ATTACHMENTS: u8 = 1;

macro_rules! checkpoint_fields {
    ($($(#[$doc:meta])* $offset:literal $name:ident: $type:ty,)*) => {
        /// A checkpoint as stored.
        #[derive(Clone, Debug, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
        #[repr(C)]
        pub struct Checkpoint {
            $($(#[$doc])* pub $name: $type,)*
        }
        const _: () = { $(assert!(core::mem::offset_of!(Checkpoint, $name) == $offset);)* };
    };
}

checkpoint_fields! {
    /// XOR over the copy, see [`xor::header_checksum`].
    0 checksum: U32,
    /// Checkpoint when the last full backup began.
    4 full_backup_checkpoint: RawLgpos,
    /// Redo starts here.
    12 redo_from: RawLgpos,
    /// Identity of the log stream.
    20 signature: Signature,
    /// Settings of the instance.
    48 params: InstanceParams,
    /// Mark of the last full backup.
    615 full_backup: RawLgpos,
    /// Its time.
    623 full_backup_time: LogTime,
    /// Mark of the last incremental backup.
    631 incremental_backup: RawLgpos,
    /// Its time.
    639 incremental_backup_time: LogTime,
    /// 1: the list of attached databases is there.
    647 flags: u8,
    /// From here on the databases may lack data; not below `redo_from`.
    648 consistent_from: RawLgpos,
    /// Zero.
    656 reserved: [u8; 11],
    /// [`FILE_TYPE_CHECKPOINT`]; 0 in old files.
    667 file_type: U32,
    /// Zero.
    671 reserved2: [u8; 8],
    /// See [`attach::read_list`].
    679 attachments: [u8; attach::LIST_BYTES],
    /// Zero.
    2727 padding: [u8; 1369],
}

const _: () = assert!(size_of::<Checkpoint>() == COPY_BYTES);

/// Why one copy of a checkpoint cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointCopyError {
    /// The file ends inside it.
    #[error("the file ends inside it")]
    Missing,
    /// Its checksum is wrong.
    #[error("its checksum is {stored:#010x} but should be {computed:#010x}")]
    Checksum {
        /// Checksum in the copy.
        stored: u32,
        /// Checksum of its bytes.
        computed: u32,
    },
}

/// Why there is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Neither copy can be used.
    #[error("neither copy of the checkpoint can be used; the first: {first}; the second: {second}")]
    Damaged {
        /// What is wrong with the first copy.
        first: CheckpointCopyError,
        /// What is wrong with the second copy.
        second: CheckpointCopyError,
    },
    /// The file is another kind of ESE file.
    #[error("it is no checkpoint but a file of type {file_type}")]
    OtherFile {
        /// 1 database, 3 log, 7 flush map, 8 revert snapshot.
        file_type: u32,
    },
    /// It belongs to another log stream.
    #[error("the checkpoint belongs to another log stream")]
    Signature,
}

/// Which copy a checkpoint was read from, and what the other is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointSource {
    /// Both are the same.
    Both,
    /// The first; the second is sound but another: a crash came between the two writes.
    FirstNewer,
    /// The first; the second is damaged.
    FirstOnly(CheckpointCopyError),
    /// The second; the first is damaged.
    Second(CheckpointCopyError),
}

impl Checkpoint {
    /// A checkpoint of a log stream, without positions, without backups and without attached databases.
    pub fn new(signature: Signature, params: InstanceParams) -> Self {
        let mut checkpoint = Self::new_zeroed();
        checkpoint.signature = signature;
        checkpoint.params = params;
        checkpoint.file_type = FILE_TYPE_CHECKPOINT.into();
        checkpoint
    }

    /// Says from where redo starts, from where on databases may lack data, and what is attached at `redo_from`; `None`
    /// leaves that to the header of the generation, which is right after a clean end.
    ///
    /// # Errors
    /// [`AttachListWriteError`] when the attachments cannot be written; nothing was changed then.
    pub fn set(
        &mut self,
        redo_from: Lgpos,
        consistent_from: Lgpos,
        attachments: Option<&[Attachment]>,
    ) -> Result<(), AttachListWriteError> {
        self.attachments = attach::write_list(attachments.unwrap_or_default())?;
        self.flags &= !FLAG_ATTACHMENTS;
        if attachments.is_some() {
            self.flags |= FLAG_ATTACHMENTS;
        }
        self.redo_from = redo_from.to_raw();
        self.consistent_from = consistent_from.to_raw();
        Ok(())
    }

    /// Writes both copies, the first one first, and creates the file if it is missing.
    ///
    /// An old checkpoint is always right, so a crash may lose this one; with `sync` it does not, and one of the two
    /// copies is sound at any moment.
    ///
    /// # Errors
    /// What the system reports.
    pub fn write(&self, fs: &dyn FileSystem, path: &Path, sync: bool) -> Result<(), IoError> {
        let mut checkpoint = self.clone();
        checkpoint.update_checksum();
        let (file, is_new) = match fs.open(path, OpenMode::ReadWrite) {
            Err(error) if error.kind == IoErrorKind::NotFound => (fs.open(path, OpenMode::CreateNew)?, true),
            found => (found?, false),
        };
        for offset in [0, COPY_BYTES as u64] {
            file.write_at(checkpoint.as_bytes(), offset)?;
            if sync {
                file.sync_data()?;
            }
        }
        match path.parent().filter(|_| sync && is_new) {
            Some(folder) => fs.sync_dir(folder),
            None => Ok(()),
        }
    }

    /// Reads a checkpoint out of a whole checkpoint file. The first copy wins when both are sound.
    ///
    /// # Errors
    /// [`CheckpointError::Damaged`] or [`CheckpointError::OtherFile`].
    pub fn read(file: &[u8]) -> Result<(&Self, CheckpointSource), CheckpointError> {
        let first = Self::copy(Some(file));
        let second = Self::copy(file.get(COPY_BYTES..));
        let (checkpoint, source) = match (first, second) {
            (Ok(first), Ok(second)) if first.as_bytes() == second.as_bytes() => {
                (first, CheckpointSource::Both)
            }
            (Ok(first), Ok(_)) => (first, CheckpointSource::FirstNewer),
            (Ok(first), Err(error)) => (first, CheckpointSource::FirstOnly(error)),
            (Err(error), Ok(second)) => (second, CheckpointSource::Second(error)),
            (Err(first), Err(second)) => return Err(CheckpointError::Damaged { first, second }),
        };
        match checkpoint.file_type.get() {
            0 | FILE_TYPE_CHECKPOINT => Ok((checkpoint, source)),
            file_type => Err(CheckpointError::OtherFile { file_type }),
        }
    }

    fn copy(bytes: Option<&[u8]>) -> Result<&Self, CheckpointCopyError> {
        let bytes = bytes.and_then(<[u8]>::first_chunk::<COPY_BYTES>);
        let bytes = bytes.ok_or(CheckpointCopyError::Missing)?;
        let checkpoint: &Self = zerocopy::transmute_ref!(bytes);
        let (stored, computed) = (checkpoint.checksum.get(), xor::header_checksum(bytes));
        if stored == computed {
            Ok(checkpoint)
        } else {
            Err(CheckpointCopyError::Checksum { stored, computed })
        }
    }

    /// Compares with the identity of the log stream.
    ///
    /// # Errors
    /// [`CheckpointError::Signature`] when it is another.
    pub fn check_stream(&self, stream: &Signature) -> Result<(), CheckpointError> {
        if self.signature.matches(stream) {
            Ok(())
        } else {
            Err(CheckpointError::Signature)
        }
    }

    /// Redo starts here.
    pub fn redo_from(&self) -> Lgpos {
        self.redo_from.into()
    }

    /// From here on the databases may lack data.
    pub fn consistent_from(&self) -> Lgpos {
        self.consistent_from.into()
    }

    /// The databases attached at the checkpoint; `None` when the checkpoint has no list, so that the list in the
    /// header of its generation holds.
    ///
    /// # Errors
    /// [`AttachListError`] when the list is cut off.
    pub fn attachments(&self) -> Result<Option<Vec<Attachment>>, AttachListError> {
        if self.flags & FLAG_ATTACHMENTS == 0 {
            return Ok(None);
        }
        attach::read_list(&self.attachments).map(Some)
    }

    /// Stores the checksum after a change.
    pub fn update_checksum(&mut self) {
        self.checksum = xor::header_checksum(self.as_bytes()).into();
    }
}

#[cfg(test)]
mod tests {
    use jet_io::MemFs;

    use super::*;
    use crate::Generation;

    fn file(change: impl FnOnce(&mut Checkpoint)) -> Vec<u8> {
        let mut checkpoint: Checkpoint = zerocopy::transmute!([0_u8; COPY_BYTES]);
        checkpoint.redo_from = Lgpos {
            generation: Generation(3),
            sector: 755,
            byte: 0,
        }
        .to_raw();
        checkpoint.file_type = FILE_TYPE_CHECKPOINT.into();
        change(&mut checkpoint);
        checkpoint.update_checksum();
        [checkpoint.as_bytes(), checkpoint.as_bytes()].concat()
    }

    #[test]
    fn the_first_sound_copy_wins() {
        let mut bytes = file(|_| {});
        let (checkpoint, source) = Checkpoint::read(&bytes).unwrap();
        assert_eq!(
            (checkpoint.redo_from().sector, source),
            (755, CheckpointSource::Both)
        );
        assert!(checkpoint.attachments().unwrap().is_none());

        let other = file(|checkpoint| checkpoint.flags = 1);
        let mixed = [&bytes[..COPY_BYTES], &other[COPY_BYTES..]].concat();
        let (checkpoint, source) = Checkpoint::read(&mixed).unwrap();
        assert_eq!((checkpoint.flags, source), (0, CheckpointSource::FirstNewer));

        bytes[5] ^= 1;
        let (_, source) = Checkpoint::read(&bytes).unwrap();
        assert!(matches!(
            source,
            CheckpointSource::Second(CheckpointCopyError::Checksum { .. })
        ));
        bytes.truncate(FILE_BYTES - 1);
        assert!(matches!(
            Checkpoint::read(&bytes),
            Err(CheckpointError::Damaged {
                second: CheckpointCopyError::Missing,
                ..
            })
        ));
    }

    #[test]
    fn other_files_and_streams_are_refused() {
        let bytes = file(|checkpoint| checkpoint.file_type = 3.into());
        assert_eq!(
            Checkpoint::read(&bytes).unwrap_err(),
            CheckpointError::OtherFile { file_type: 3 }
        );
        let bytes = file(|checkpoint| checkpoint.signature.random = 5.into());
        let (checkpoint, _) = Checkpoint::read(&bytes).unwrap();
        assert_eq!(checkpoint.check_stream(&checkpoint.signature), Ok(()));
        assert_eq!(
            checkpoint.check_stream(&Signature::default()),
            Err(CheckpointError::Signature)
        );
    }

    #[test]
    fn a_checkpoint_is_written_twice_and_read_back() {
        let fs = MemFs::new();
        fs.create_dir_all(Path::new("/logs")).unwrap();
        let path = Path::new("/logs/edb.chk");
        let at = |sector| Lgpos {
            generation: Generation(7),
            sector,
            byte: 12,
        };
        let signature = Signature::new(77, LogTime::from_unix_milliseconds(5));
        let params = file(|_| {});
        let params = Checkpoint::read(&params).unwrap().0.params.clone();
        let mut checkpoint = Checkpoint::new(signature, params);
        let attachment = Attachment {
            dbid: 1,
            is_sparse: false,
            dbtime: jet_pages::Dbtime(0x40),
            objid_last: jet_pages::Objid(11),
            pages_max: 0,
            attached: at(1),
            consistent: Lgpos::NONE,
            signature,
            path: "/data/ä.edb".to_owned(),
        };
        checkpoint
            .set(at(2), at(3), Some(std::slice::from_ref(&attachment)))
            .unwrap();
        checkpoint.write(&fs, path, true).unwrap();
        let bytes = fs.contents(path).unwrap();
        assert_eq!(bytes.len(), FILE_BYTES);
        let (found, source) = Checkpoint::read(&bytes).unwrap();
        assert_eq!(source, CheckpointSource::Both);
        assert_eq!((found.redo_from(), found.consistent_from()), (at(2), at(3)));
        found.check_stream(&signature).unwrap();
        let attachments = found.attachments().unwrap().unwrap();
        assert_eq!(attachments.len(), 1);
        assert_eq!(attachments[0].path, attachment.path);

        // The list goes with the databases.
        checkpoint.set(at(9), at(9), None).unwrap();
        checkpoint.write(&fs, path, false).unwrap();
        let bytes = fs.contents(path).unwrap();
        let (found, source) = Checkpoint::read(&bytes).unwrap();
        assert_eq!((found.redo_from(), source), (at(9), CheckpointSource::Both));
        assert!(found.attachments().unwrap().is_none());
        assert!(found.attachments.iter().all(|&byte| byte == 0));
    }
}
