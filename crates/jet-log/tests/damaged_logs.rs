//! Logs as crashes and failing disks leave them: what is mended, what counts as the end, what is refused; and that no
//! change of any bytes makes the reader panic or run on.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use std::path::Path;

use jet_log::segment::{self, SEGMENT_BYTES, SEGMENT_HEADER_BYTES, SectorDamage};
use jet_log::words::Words;
use jet_log::{FragmentError, Lgpos, LogError, LogFile, Record, RecordKind, Repair};
use jet_pages::checksum::xor;
use jet_test::logs;
use proptest::prelude::*;

/// A full generation of Windows: 14 segments with records, then the shadow of the last.
fn sample() -> Vec<u8> {
    let day1 = logs::named("srum-server2022-day1.SRUDB.dat");
    let (_, bytes) = day1
        .logs()
        .find(|(name, _)| name.ends_with("SRU00001.log"))
        .unwrap();
    bytes.to_vec()
}

/// The second generation: two segments, a shadow, zeros.
fn short_sample() -> Vec<u8> {
    let day1 = logs::named("srum-server2022-day1.SRUDB.dat");
    let (_, bytes) = day1.logs().find(|(name, _)| name.ends_with("SRU.log")).unwrap();
    bytes.to_vec()
}

fn open(bytes: &[u8]) -> LogFile {
    LogFile::from_bytes(Path::new("edb.log"), bytes).unwrap()
}

fn sector_of(bytes: &mut [u8], sector: usize) -> &mut [u8; SEGMENT_BYTES] {
    (&mut bytes[sector * SEGMENT_BYTES..][..SEGMENT_BYTES])
        .try_into()
        .unwrap()
}

fn seal(bytes: &mut [u8], sector: usize, generation: u32) {
    let started = bytes[sector * SEGMENT_BYTES + 16..][..8].to_vec();
    let segment = sector_of(bytes, sector);
    segment::seal(segment, sector as u16, jet_log::Generation(generation));
    assert_eq!(segment[16..24], started);
}

fn count(file: &LogFile) -> Result<usize, LogError> {
    let mut records = file.records();
    let mut count = 0;
    while records.next()?.is_some() {
        count += 1;
    }
    Ok(count)
}

#[test]
fn a_flipped_bit_is_mended() {
    let clean = sample();
    let all = count(&open(&clean)).unwrap();
    let mut bytes = clean.clone();
    bytes[5 * 4096 + 777] ^= 0x20;
    let file = open(&bytes);
    assert_eq!(
        file.scan().repairs,
        [Repair::Bit {
            sector: 5,
            bit: 777 * 8 + 5
        }]
    );
    assert_eq!(
        file.scan().accumulated_checksum,
        open(&clean).scan().accumulated_checksum
    );
    assert_eq!(count(&file).unwrap(), all);
}

#[test]
fn the_last_segment_is_mended_from_its_shadow() {
    let clean = short_sample();
    let all = count(&open(&clean)).unwrap();
    let mut bytes = clean.clone();
    sector_of(&mut bytes, 2)[100..3000].fill(0x55);
    let file = open(&bytes);
    assert_eq!(file.scan().repairs, [Repair::Shadow { sector: 2 }]);
    assert_eq!((file.scan().last_segment, count(&file).unwrap()), (2, all));
    // A segment that is all zero counts as never written, even with a shadow behind it.
    sector_of(&mut bytes, 2).fill(0);
    assert_eq!(open(&bytes).scan().last_segment, 1);
    assert!(open(&bytes).scan().damage.is_none());
}

fn damage_of(bytes: &[u8]) -> (u16, SectorDamage, bool) {
    let damage = open(bytes).scan().damage.unwrap();
    (damage.sector, damage.what, damage.is_tail)
}

#[test]
fn damage_in_the_middle_is_told_with_its_place() {
    let mut bytes = sample();
    sector_of(&mut bytes, 7)[100..200].fill(0x55);
    let (sector, what, is_tail) = damage_of(&bytes);
    assert!(matches!(what, SectorDamage::Checksum { .. }));
    assert_eq!((sector, is_tail), (7, false));
    let file = open(&bytes);
    let mut records = file.records();
    let mut last = Lgpos::NONE;
    let error = loop {
        match records.next() {
            Ok(Some(entry)) => last = entry.lgpos,
            Ok(None) => panic!("the damage was passed over"),
            Err(error) => break error,
        }
    };
    assert_eq!(last.sector, 6);
    assert!(
        matches!(
            error,
            LogError::Sector {
                sector: 7,
                offset: 28672,
                ..
            }
        ),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .starts_with("edb.log, generation 0x1: sector 7 at byte 28672")
    );
    assert!(records.next().unwrap().is_none());
}

#[test]
fn a_hole_a_stranger_and_a_torn_tail_are_told_apart() {
    let mut bytes = sample();
    sector_of(&mut bytes, 7).fill(0);
    assert!(matches!(damage_of(&bytes), (8, SectorDamage::BehindGap, false)));

    let mut bytes = sample();
    let other = *sector_of(&mut bytes, 3);
    *sector_of(&mut bytes, 7) = other;
    assert!(matches!(
        damage_of(&bytes),
        (7, SectorDamage::Checksum { .. }, false)
    ));

    let mut bytes = sample();
    seal(&mut bytes, 7, 2);
    assert!(matches!(
        damage_of(&bytes),
        (7, SectorDamage::Misplaced { .. }, false)
    ));

    let mut bytes = short_sample();
    sector_of(&mut bytes, 2)[100..3000].fill(0x55);
    sector_of(&mut bytes, 3).fill(0);
    assert!(matches!(
        damage_of(&bytes),
        (2, SectorDamage::Checksum { .. }, true)
    ));

    let bytes = &sample()[..10 * 4096 + 5];
    assert!(matches!(damage_of(bytes), (10, SectorDamage::Missing, false)));
}

#[test]
fn zeroed_tail_segments_end_the_log() {
    let mut bytes = sample();
    bytes[9 * 4096..].fill(0);
    let file = open(&bytes);
    assert_eq!((file.scan().last_segment, file.scan().damage), (8, None));
    assert!(count(&file).unwrap() > 0);
}

/// A record in pieces: its sector, and the bytes of it there.
fn first_in_pieces(file: &LogFile) -> Lgpos {
    let mut records = file.records();
    while let Some(entry) = records.next().unwrap() {
        if entry.offset as usize % SEGMENT_BYTES + entry.bytes.len() > SEGMENT_BYTES {
            return entry.lgpos;
        }
    }
    panic!("no record is in pieces")
}

#[test]
fn a_record_cut_off_by_a_crash_is_forgiven_before_a_recovery_only() {
    let clean = sample();
    let at = first_in_pieces(&open(&clean));
    let (sector, generation) = (usize::from(at.sector), at.generation.0);

    // The log ends behind the first piece.
    let mut bytes = clean.clone();
    bytes[(sector + 1) * SEGMENT_BYTES..].fill(0);
    let file = open(&bytes);
    let mut records = file.records();
    while let Some(entry) = records.next().unwrap() {
        assert!(entry.lgpos < at);
    }
    assert_eq!(records.passed_over().last_cut_off, Some(at));

    // A recovery begins there.
    let begin = |first: &[u8]| {
        let mut bytes = bytes.clone();
        let segment = sector_of(&mut bytes, sector + 1);
        segment[SEGMENT_HEADER_BYTES..SEGMENT_HEADER_BYTES + first.len()].copy_from_slice(first);
        seal(&mut bytes, sector + 1, generation);
        let file = open(&bytes);
        let mut records = file.records();
        let mut last = None;
        loop {
            match records.next() {
                Ok(Some(entry)) => last = Some((entry.lgpos.sector, entry.record.kind())),
                Ok(None) => break Ok((last, records.passed_over().cut_off_records)),
                Err(LogError::Fragment { source, .. }) => break Err(source),
                Err(error) => panic!("{error}"),
            }
        }
    };
    let recovery = [51, 0, 0, 0, 0, 0, 0, 0, 0];
    let found = begin(&recovery).unwrap();
    assert_eq!(found, (Some((sector as u16 + 1, RecordKind::RecoveryUndo2)), 1));
    let shut_down = begin(&[23]).unwrap_err();
    assert_eq!(
        shut_down,
        FragmentError::Interrupted {
            sector: sector as u16 + 1,
            found: 23
        }
    );
    assert_eq!(
        begin(&[77, 1, 0, 9]).unwrap_err(),
        FragmentError::Piece {
            found: 1,
            expected: 4053.min(missing(&clean, at))
        }
    );
}

/// Bytes of the record that the first piece lacks.
fn missing(bytes: &[u8], at: Lgpos) -> usize {
    let start = usize::from(at.sector) * SEGMENT_BYTES + usize::from(at.byte.max(40));
    let head = &bytes[start..start + 7];
    let total = u32::from_le_bytes(head[1..5].try_into().unwrap());
    total as usize - usize::from(u16::from_le_bytes(head[5..7].try_into().unwrap()))
}

#[test]
fn lying_pieces_are_refused() {
    let clean = sample();
    let at = first_in_pieces(&open(&clean));
    let start = usize::from(at.sector) * SEGMENT_BYTES + usize::from(at.byte.max(40));
    let changed = |offset: usize, value: &[u8]| {
        let mut bytes = clean.clone();
        bytes[start + offset..][..value.len()].copy_from_slice(value);
        seal(&mut bytes, usize::from(at.sector), at.generation.0);
        match count(&open(&bytes)) {
            Err(LogError::Fragment { source, .. }) => source,
            other => panic!("{other:?}"),
        }
    };
    assert!(matches!(changed(0, &[77]), FragmentError::NoBegin));
    assert!(matches!(
        changed(1, &u32::MAX.to_le_bytes()),
        FragmentError::Total { .. }
    ));
    assert!(matches!(
        changed(1, &1_u32.to_le_bytes()),
        FragmentError::Total { expected: 1, .. }
    ));
    assert!(matches!(
        changed(5, &u16::MAX.to_le_bytes()),
        FragmentError::Piece { found: 65535, .. }
    ));
}

#[test]
fn what_is_no_record_is_told_with_its_place() {
    for (first, text) in [
        (&[102_u8][..], "no record has type 102"),
        (&[27], "belong to older logs"),
    ] {
        let mut bytes = sample();
        sector_of(&mut bytes, 4)[SEGMENT_HEADER_BYTES..][..first.len()].copy_from_slice(first);
        seal(&mut bytes, 4, 1);
        // The record before may reach into the segment: then its pieces do not fit.
        match count(&open(&bytes)) {
            Err(LogError::Record {
                at, offset, source, ..
            }) => {
                assert_eq!((at.sector, offset), (4, 4 * 4096 + 40));
                assert!(source.to_string().contains(text), "{source}");
            }
            Err(LogError::Fragment { source, .. }) => {
                assert!(matches!(source, FragmentError::Interrupted { sector: 4, .. }))
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Puts right checksums on header and segments, so that changes get as far as the records.
fn seal_all(bytes: &mut [u8]) {
    let generation = u32::from_le_bytes(bytes[4..8].try_into().unwrap());
    let sum = xor::header_checksum(&bytes[..SEGMENT_BYTES]);
    bytes[..4].copy_from_slice(&sum.to_le_bytes());
    for sector in 1..15 {
        segment::seal(
            sector_of(bytes, sector),
            sector as u16,
            jet_log::Generation(generation),
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_change_of_a_log_makes_the_reader_panic(
        changes in prop::collection::vec((0_usize..16 * 4096, any::<u8>()), 1..40),
        is_sealed: bool,
    ) {
        let mut bytes = sample();
        for (at, value) in changes {
            bytes[at] = value;
        }
        if is_sealed {
            seal_all(&mut bytes);
        }
        if let Ok(file) = LogFile::from_bytes(Path::new("edb.log"), &bytes) {
            let mut records = file.records();
            let mut count = 0;
            while let Ok(Some(entry)) = records.next() {
                let mut written = Vec::new();
                entry.record.encode(&mut written).unwrap();
                assert!(!Words(&entry.record).to_string().is_empty());
                count += 1;
                assert!(count <= 16 * 4096);
            }
            assert!(records.next().unwrap().is_none());
            _ = file.header().attachments();
            _ = file.last_record();
        }
    }

    #[test]
    fn any_bytes_are_a_record_of_their_length_or_none(mut bytes in prop::collection::vec(any::<u8>(), 1..600), number in 0_u8..110) {
        bytes[0] = number;
        if let Ok((record, len)) = Record::decode(&bytes) {
            prop_assert!((1..=bytes.len()).contains(&len));
            let mut written = Vec::new();
            record.encode(&mut written).unwrap();
            let (again, again_len) = Record::decode(&written).unwrap();
            prop_assert_eq!(again_len, written.len());
            prop_assert_eq!(Words(&again).to_string(), Words(&record).to_string());
        }
    }
}
