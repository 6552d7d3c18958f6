//! A checkpoint file, out of any bytes; then again with checksums that are right.
#![no_main]

use jet_log::Checkpoint;
use jet_log::checkpoint::{COPY_BYTES, FILE_BYTES};
use jet_pages::checksum::xor;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    let mut file = bytes.to_vec();
    file.resize(FILE_BYTES, 0);
    for copy in file.chunks_mut(COPY_BYTES) {
        let sum = xor::header_checksum(copy);
        copy[..4].copy_from_slice(&sum.to_le_bytes());
    }
    read(&file);
});

fn read(bytes: &[u8]) {
    if let Ok((checkpoint, _)) = Checkpoint::read(bytes) {
        assert_eq!(checkpoint.check_stream(&checkpoint.signature), Ok(()));
        _ = checkpoint.attachments();
        _ = format!("{} {}", checkpoint.redo_from(), checkpoint.consistent_from());
    }
}
