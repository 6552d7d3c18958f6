//! Encrypted column values: AES-256-CBC over the value and its CRC-32C.
//!
//! An encrypted value is, in this order: the ciphertext of (value, CRC-32C of the value) padded after PKCS#7, a
//! version byte, the initialisation vector. A value that is compressed too is compressed first. Each chunk of a
//! long value is encrypted by itself.
//!
//! The checksum tells a wrong key or damage from good data; it does not protect against someone who changes the
//! ciphertext on purpose. Where the initialisation vector comes from is the caller's matter: it must not be
//! guessable, so a random one per value.
//!
//! Source: `docs/format/compression.md`, "Encrypted values".

use core::fmt;
use core::mem::size_of;

use aes::Aes256;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};
use zeroize::Zeroize;

/// Bytes of an AES block, and of the initialisation vector.
pub const IV_BYTES: usize = 16;
/// Bytes of an AES-256 key.
pub const KEY_BYTES: usize = 32;
/// Bytes of a key blob.
pub const KEY_BLOB_BYTES: usize = size_of::<KeyBlob>();

const CHECKSUM_BYTES: usize = 4;
/// Version byte and initialisation vector behind the ciphertext.
const TRAILER_BYTES: usize = 1 + IV_BYTES;
/// Version of a value and of a key blob; no other is known.
const VERSION: u8 = 1;
/// The Windows header of a plain-text key: type 8, version 2, two reserved bytes, algorithm AES-256.
const WINDOWS_KEY_HEADER: [u8; 8] = [0x08, 0x02, 0x00, 0x00, 0x10, 0x66, 0x00, 0x00];

/// Why a value could not be decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncryptError {
    /// The key blob is no AES-256 key this format knows.
    #[error("bad key blob: {problem:?}")]
    BadKey {
        /// What is wrong with it.
        problem: KeyProblem,
    },
    /// No encrypted value has this length.
    #[error("an encrypted value cannot have {len} bytes")]
    BadLength {
        /// Length of the stored value.
        len: usize,
    },
    /// The version byte is not 1.
    #[error("version {found} of encrypted values is not known")]
    UnknownVersion {
        /// The byte read.
        found: u8,
    },
    /// The padding is wrong: another key, or damage.
    #[error("bad padding: wrong key or damaged value")]
    BadPadding,
    /// The checksum of the value is wrong: another key, or damage.
    #[error("CRC-32C of the value is {computed:#010x}, stored {stored:#010x}: wrong key or damaged value")]
    ChecksumMismatch {
        /// The one encrypted with the value.
        stored: u32,
        /// Over the value.
        computed: u32,
    },
}

/// What can be wrong with a key blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyProblem {
    /// It has not [`KEY_BLOB_BYTES`] bytes.
    Length,
    /// Its version is not 1.
    Version,
    /// Its checksum is wrong.
    Checksum,
    /// The key inside is not announced as AES-256 with 32 bytes.
    Algorithm,
}

/// A key as the API hands it over, 49 bytes, little-endian.
#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct KeyBlob {
    version: u8,
    /// CRC-32C of `key_data`.
    checksum: U32,
    key_data: KeyData,
}

/// The Windows form of a plain-text AES-256 key.
#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct KeyData {
    header: [u8; 8],
    key_bytes: U32,
    key: [u8; KEY_BYTES],
}
const _: () = {
    assert!(size_of::<KeyData>() == 44);
    assert!(size_of::<KeyBlob>() == 49);
};

/// The key of encrypted columns. It is wiped when dropped and never shown.
#[derive(Clone)]
pub struct ColumnKey {
    key: [u8; KEY_BYTES],
}

impl ColumnKey {
    /// A key of these bytes.
    #[must_use]
    pub const fn new(key: [u8; KEY_BYTES]) -> Self {
        Self { key }
    }

    /// The key in a key blob.
    ///
    /// # Errors
    /// [`EncryptError::BadKey`] when the blob is damaged or holds another kind of key.
    pub fn from_blob(blob: &[u8]) -> Result<Self, EncryptError> {
        let bad = |problem| EncryptError::BadKey { problem };
        let blob = KeyBlob::ref_from_bytes(blob).map_err(|_| bad(KeyProblem::Length))?;
        if blob.version != VERSION {
            return Err(bad(KeyProblem::Version));
        }
        if blob.checksum.get() != crc32c::crc32c(blob.key_data.as_bytes()) {
            return Err(bad(KeyProblem::Checksum));
        }
        let data = &blob.key_data;
        if data.header != WINDOWS_KEY_HEADER || usize::try_from(data.key_bytes.get()) != Ok(KEY_BYTES) {
            return Err(bad(KeyProblem::Algorithm));
        }
        Ok(Self::new(data.key))
    }

    /// The key as a key blob, which the caller should wipe.
    #[must_use]
    pub fn to_blob(&self) -> [u8; KEY_BLOB_BYTES] {
        let key_data = KeyData {
            header: WINDOWS_KEY_HEADER,
            key_bytes: U32::new(32),
            key: self.key,
        };
        let checksum = U32::new(crc32c::crc32c(key_data.as_bytes()));
        zerocopy::transmute!(KeyBlob {
            version: VERSION,
            checksum,
            key_data
        })
    }
}

impl Drop for ColumnKey {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

impl fmt::Debug for ColumnKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ColumnKey").finish_non_exhaustive()
    }
}

/// The stored length of a value of `plain_bytes` bytes.
#[must_use]
pub const fn encrypted_len(plain_bytes: usize) -> usize {
    // There is always at least one byte of padding.
    (plain_bytes.saturating_add(CHECKSUM_BYTES) / IV_BYTES + 1)
        .saturating_mul(IV_BYTES)
        .saturating_add(TRAILER_BYTES)
}

/// Appends the stored form of `plain` to `out`.
pub fn encrypt(plain: &[u8], key: &ColumnKey, iv: [u8; IV_BYTES], out: &mut Vec<u8>) {
    let start = out.len();
    out.reserve(encrypted_len(plain.len()));
    out.extend_from_slice(plain);
    out.extend_from_slice(&crc32c::crc32c(plain).to_le_bytes());
    let message_bytes = out.len() - start;
    out.resize(start + encrypted_len(plain.len()) - TRAILER_BYTES, 0);
    let buffer = out.get_mut(start..).unwrap_or_default();
    cbc::Encryptor::<Aes256>::new(&key.key.into(), &iv.into())
        .encrypt_padded::<Pkcs7>(buffer, message_bytes)
        .expect("encrypted_len leaves room for one to sixteen bytes of padding");
    out.push(VERSION);
    out.extend_from_slice(&iv);
}

/// Appends the value of the stored bytes `stored` to `out`.
///
/// # Errors
/// An [`EncryptError`] when `stored` is no encrypted value, is damaged, or belongs to another key; `out` is then
/// unchanged.
pub fn decrypt(stored: &[u8], key: &ColumnKey, out: &mut Vec<u8>) -> Result<(), EncryptError> {
    let start = out.len();
    let result = decrypt_append(stored, key, out);
    if result.is_err() {
        // The bytes of a failed attempt may hold parts of the value.
        out.get_mut(start..).unwrap_or_default().zeroize();
        out.truncate(start);
    }
    result
}

fn decrypt_append(stored: &[u8], key: &ColumnKey, out: &mut Vec<u8>) -> Result<(), EncryptError> {
    let bad_length = EncryptError::BadLength { len: stored.len() };
    let (rest, iv) = stored.split_last_chunk::<IV_BYTES>().ok_or(bad_length)?;
    let (&found, ciphertext) = rest.split_last().ok_or(bad_length)?;
    if ciphertext.is_empty() || !ciphertext.len().is_multiple_of(IV_BYTES) {
        return Err(bad_length);
    }
    if found != VERSION {
        return Err(EncryptError::UnknownVersion { found });
    }
    let start = out.len();
    out.extend_from_slice(ciphertext);
    let buffer = out.get_mut(start..).unwrap_or_default();
    let message = cbc::Decryptor::<Aes256>::new(&key.key.into(), &(*iv).into())
        .decrypt_padded::<Pkcs7>(buffer)
        .map_err(|_| EncryptError::BadPadding)?;
    let (plain, stored) = message
        .split_last_chunk::<CHECKSUM_BYTES>()
        .ok_or(EncryptError::BadPadding)?;
    let (stored, computed) = (u32::from_le_bytes(*stored), crc32c::crc32c(plain));
    if stored != computed {
        return Err(EncryptError::ChecksumMismatch { stored, computed });
    }
    let plain_bytes = plain.len();
    out.truncate(start + plain_bytes);
    Ok(())
}

#[cfg(test)]
mod tests;
