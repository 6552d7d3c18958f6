//! The file header and its shadow, out of any bytes; then again with checksums that are right.
#![no_main]

use jet_pages::PageSize;
use jet_pages::dbheader::{self, DbState, HeaderSource};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    _ = dbheader::read_header(bytes);
    let Some((&choice, rest)) = bytes.split_first() else {
        return;
    };
    let size = PageSize::ALL[usize::from(choice) % PageSize::ALL.len()];
    let mut file = rest.to_vec();
    file.resize(2 * size.bytes(), 0);
    file[..4].fill(0);
    file[4..8].copy_from_slice(&dbheader::MAGIC.to_le_bytes());
    file[236..240].copy_from_slice(&size.bytes_u32().to_le_bytes());
    for copy in file.chunks_mut(size.bytes()) {
        dbheader::update_checksum(copy);
    }
    if let Ok(read) = dbheader::read_header(&file) {
        // A first copy of another kind of file may have a sound header of a smaller size in the middle of its page.
        assert!(read.page_size == size || matches!(read.source, HeaderSource::Shadow(_)));
        let header = &read.header;
        _ = format!(
            "{} {} {}",
            header.db_signature, header.attach_time, header.attach_lgpos
        );
        assert!(!matches!(header.db_state(), DbState::Unknown(1..=8)));
    }
});
