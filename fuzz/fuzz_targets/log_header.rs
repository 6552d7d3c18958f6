//! The header of a log, out of any bytes; then again with a checksum that is right.
#![no_main]

use jet_log::header::HEADER_BYTES;
use jet_log::{Expected, LogHeader};
use jet_pages::checksum::xor;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    let mut sealed = bytes.to_vec();
    sealed.resize(HEADER_BYTES, 0);
    let sum = xor::header_checksum(&sealed);
    sealed[..4].copy_from_slice(&sum.to_le_bytes());
    read(&sealed);
});

fn read(bytes: &[u8]) {
    let Ok(header) = LogHeader::read(bytes) else {
        return;
    };
    assert!(header.version().is_readable());
    let expected = Expected {
        signature: Some(header.signature),
        page_size: header.named_page_size(),
        file_bytes: Some(header.file_bytes()),
    };
    assert_eq!(header.check_stream(&expected, header.file_bytes()), Ok(()));
    _ = header.attachments();
    _ = format!("{} {} {}", header.signature, header.created, header.checkpoint());
    _ = (header.params.system_path_text(), header.params.log_path_text());
}
