//! Compressed values out of any bytes: bounded, and nothing is left behind after an error.
#![no_main]

use jet_isam::compress;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&limit, stream)) = bytes.split_first() else {
        return;
    };
    let max_plain = usize::from(limit) * 64;
    let mut out = vec![1, 2, 3];
    match compress::decompress(stream, max_plain, &mut out) {
        Ok(()) => assert!(out.len() <= 3 + max_plain),
        Err(_) => assert_eq!(out.len(), 3),
    }
    assert_eq!(out[..3], [1, 2, 3]);
    _ = compress::plain_len(stream);
});
