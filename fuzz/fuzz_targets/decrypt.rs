//! Key blobs and encrypted values out of any bytes.
#![no_main]

use jet_isam::encrypt::{self, ColumnKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    _ = ColumnKey::from_blob(bytes);
    let key = ColumnKey::new([7; 32]);
    let mut out = Vec::new();
    _ = encrypt::decrypt(bytes, &key, &mut out);
    let mut stored = Vec::new();
    encrypt::encrypt(bytes, &key, [9; 16], &mut stored);
    out.clear();
    encrypt::decrypt(&stored, &key, &mut out).expect("our own value");
    assert_eq!(out, bytes);
});
