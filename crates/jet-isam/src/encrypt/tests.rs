//! No encrypted value of a real file is known. The expected bytes here were made with OpenSSL's AES-256-CBC and a
//! bitwise CRC-32C, from the description of the format.

use proptest::prelude::*;

use super::*;

const IV: [u8; 16] = [
    0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF,
];
const TRAILER: &str = "01a0a1a2a3a4a5a6a7a8a9aaabacadaeaf";
const BLOB: &str = "015349401f0802000010660000200000000102030405060708090a0b0c0d0e0f\
                    101112131415161718191a1b1c1d1e1f20";
const VALUES: [(&[u8], &str); 3] = [
    (b"", "820dbffbc729551e8795d7b91de1f5e4"),
    (
        b"hello, worlds",
        "ccbbe220f4bc0023d945be82b3cdab002f6ba45458a36d05a555d2d4bceb83b0",
    ),
    (
        b"twelve bytes",
        "573ef0b23694f7f956c67946dc2ef79bc07326c73e1ba5f875c97eb71705ec24",
    ),
];

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn key() -> ColumnKey {
    ColumnKey::from_blob(&hex(BLOB)).unwrap()
}

fn decrypted(stored: &[u8], key: &ColumnKey) -> Result<Vec<u8>, EncryptError> {
    let mut out = b"before".to_vec();
    let result = decrypt(stored, key, &mut out);
    assert!(out.starts_with(b"before"));
    assert!(result.is_ok() || out.len() == 6);
    result.map(|()| out.split_off(6))
}

#[test]
fn a_key_blob_comes_back() {
    assert_eq!(key().to_blob().as_slice(), hex(BLOB));
    assert_eq!(format!("{:?}", key()), "ColumnKey { .. }");
}

#[test]
fn a_key_blob_is_checked() {
    let problem_of = |blob: &[u8]| match ColumnKey::from_blob(blob) {
        Err(EncryptError::BadKey { problem }) => problem,
        other => panic!("{other:?}"),
    };
    let blob = hex(BLOB);
    assert_eq!(problem_of(&blob[1..]), KeyProblem::Length);
    assert_eq!(problem_of(&[&blob[..], &[0]].concat()), KeyProblem::Length);
    for (at, problem) in [
        (0, KeyProblem::Version),
        (1, KeyProblem::Checksum),
        (48, KeyProblem::Checksum),
    ] {
        let mut broken = blob.clone();
        broken[at] ^= 0x10;
        assert_eq!(problem_of(&broken), problem, "byte {at}");
    }
    for at in [5, 9, 13] {
        let mut other = blob.clone();
        other[at] ^= 0x10;
        let checksum = crc32c::crc32c(&other[5..]);
        other[1..5].copy_from_slice(&checksum.to_le_bytes());
        assert_eq!(problem_of(&other), KeyProblem::Algorithm, "byte {at}");
    }
}

#[test]
fn values_are_those_of_another_implementation() {
    for (plain, ciphertext) in VALUES {
        let stored = hex(&[ciphertext, TRAILER].concat());
        let mut made = Vec::new();
        encrypt(plain, &key(), IV, &mut made);
        assert_eq!(made, stored);
        assert_eq!(stored.len(), encrypted_len(plain.len()));
        assert_eq!(decrypted(&stored, &key()).unwrap(), plain);
    }
}

#[test]
fn names_what_is_wrong() {
    let stored = hex(&[VALUES[1].1, TRAILER].concat());
    for len in (0..stored.len()).filter(|len| *len != 33) {
        assert_eq!(
            decrypted(&stored[..len], &key()),
            Err(EncryptError::BadLength { len })
        );
    }
    let mut other = stored.clone();
    other[32] = 2;
    assert_eq!(
        decrypted(&other, &key()),
        Err(EncryptError::UnknownVersion { found: 2 })
    );
    // A bit of the initialisation vector flips the same bit of the first plain block.
    let mut damaged = stored.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert!(matches!(
        decrypted(&damaged, &key()),
        Err(EncryptError::ChecksumMismatch { .. })
    ));
    let wrong = ColumnKey::new([9; 32]);
    assert_eq!(decrypted(&stored, &wrong), Err(EncryptError::BadPadding));
}

#[test]
fn a_message_without_room_for_the_checksum_is_refused() {
    let mut buffer = [0; 16];
    let key = key();
    let cipher = cbc::Encryptor::<Aes256>::new(&key.key.into(), &IV.into());
    cipher.encrypt_padded::<Pkcs7>(&mut buffer, 3).unwrap();
    let stored = [&buffer[..], &[1], &IV].concat();
    assert_eq!(decrypted(&stored, &key), Err(EncryptError::BadPadding));
}

proptest! {
    #[test]
    fn what_is_encrypted_comes_back(
        plain in prop::collection::vec(any::<u8>(), 0..200),
        key in any::<[u8; 32]>(),
        iv in any::<[u8; 16]>(),
        flip in any::<prop::sample::Index>(),
    ) {
        let key = ColumnKey::new(key);
        let mut stored = Vec::new();
        encrypt(&plain, &key, iv, &mut stored);
        prop_assert_eq!(stored.len(), encrypted_len(plain.len()));
        prop_assert_eq!(stored.len() % 16, 1);
        prop_assert_eq!(decrypted(&stored, &key), Ok(plain));
        let bit = flip.index(stored.len() * 8);
        stored[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(decrypted(&stored, &key).is_err());
    }

    #[test]
    fn any_bytes_give_an_error(stored in prop::collection::vec(any::<u8>(), 0..100)) {
        prop_assert!(decrypted(&stored, &key()).is_err());
    }
}
