//! Segments of a log: any bytes behind a sound header, as they are and with checksums that are right. Reading ends, and
//! gives every byte back or says why not.
#![no_main]

use std::path::Path;

use jet_log::header::{FILE_TYPE_LOG, HEADER_BYTES};
use jet_log::segment::{self, SEGMENT_BYTES};
use jet_log::{Expected, Generation, LogFile, LogHeader};
use libfuzzer_sys::fuzz_target;
use zerocopy::{FromBytes, IntoBytes};

/// Most segments: enough for records in several pieces.
const SEGMENTS_MAX: usize = 8;

fuzz_target!(|bytes: &[u8]| {
    let mut body = bytes[..bytes.len().min(SEGMENTS_MAX * SEGMENT_BYTES)].to_vec();
    body.resize(body.len().next_multiple_of(SEGMENT_BYTES).max(SEGMENT_BYTES), 0);
    let count = body.len() / SEGMENT_BYTES;
    let mut header = LogHeader::read_from_bytes(&[0; HEADER_BYTES]).unwrap();
    header.generation = 7.into();
    header.sector_bytes = 4096.into();
    header.header_sectors = 1.into();
    header.file_sectors = u16::try_from(count + 2).unwrap().into();
    (header.major, header.minor) = (8.into(), 4000.into());
    header.file_type = FILE_TYPE_LOG.into();
    header.update_checksum();
    read(&[header.as_bytes(), &body, &[0; SEGMENT_BYTES]].concat());
    for (index, segment) in body.chunks_exact_mut(SEGMENT_BYTES).enumerate() {
        let segment = segment.try_into().unwrap();
        segment::seal(segment, u16::try_from(index + 1).unwrap(), Generation(7));
    }
    read(&[header.as_bytes(), &body, &[0; SEGMENT_BYTES]].concat());
});

fn read(bytes: &[u8]) {
    let file = LogFile::from_bytes(Path::new("edb.log"), bytes).unwrap();
    _ = file.check(&Expected::default());
    let mut records = file.records();
    let mut total = 0;
    while let Ok(Some(entry)) = records.next() {
        assert!(!entry.bytes.is_empty());
        total += entry.bytes.len();
    }
    assert!(records.next().unwrap().is_none());
    assert!(total <= bytes.len());
}
