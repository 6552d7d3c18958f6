//! Streams made by hand: real ones are in `tests/compression_streams.rs`.

#![allow(clippy::cast_possible_truncation)]

use proptest::prelude::*;

use super::*;

/// Packs bits as the format wants them.
#[derive(Default)]
struct BitWriter {
    bits: Vec<bool>,
}

impl BitWriter {
    fn number(&mut self, value: u32, count: u32) -> &mut Self {
        self.bits.extend((0..count).map(|bit| value >> bit & 1 == 1));
        self
    }

    /// The code of a symbol in a flat table of `symbols`.
    fn flat(&mut self, symbol: u32, symbols: u32) -> &mut Self {
        let short = symbols.ilog2();
        let short_count = (2 << short) - symbols;
        let (code, length) = if symbol < short_count {
            (symbol, short)
        } else {
            (symbol + short_count, short + 1)
        };
        self.bits
            .extend((0..length).rev().map(|bit| code >> bit & 1 == 1));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, &bit| byte << 1 | u8::from(bit));
        self.bits.chunks(8).map(byte).collect()
    }
}

/// A block header with a checksum that fits.
fn header(plain_bytes: u32, bits: u32, flags: u32, session: u32, index: u32) -> Vec<u8> {
    let fields = [
        BLOCK_MAGIC,
        plain_bytes,
        bits + BLOCK_HEADER_BITS,
        flags,
        0,
        session,
        index,
    ];
    let mut bytes: Vec<u8> = fields.into_iter().flat_map(u32::to_le_bytes).collect();
    bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
    bytes
}

fn block(plain_bytes: u32, body: &BitWriter, flags: u32, index: u32) -> Vec<u8> {
    let mut bytes = header(plain_bytes, body.bits.len() as u32, flags, 77, index);
    bytes.extend(body.bytes());
    bytes
}

fn stream(plain: &[u8], blocks: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0x28];
    bytes.extend(crc32c::crc32c(plain).to_le_bytes());
    bytes.extend(blocks.concat());
    bytes
}

fn decoded(stream: &[u8]) -> Result<Vec<u8>, CompressError> {
    let mut out = Vec::new();
    decode(stream, 1 << 20, &mut out).map(|()| out)
}

/// Flat tables and literals only.
fn literals(plain: &[u8], index: u32) -> Vec<u8> {
    let mut body = BitWriter::default();
    body.number(0, 3).number(0, 3);
    plain.iter().for_each(|&byte| {
        body.flat(u32::from(byte), 704);
    });
    block(plain.len() as u32, &body, 6, index)
}

#[test]
fn blocks_of_literals_follow_each_other() {
    let plain = b"first block, second block";
    let stream = stream(plain, &[literals(&plain[..12], 0), literals(&plain[12..], 1)]);
    assert_eq!(decoded(&stream).unwrap(), plain);
    assert_eq!(plain_len(&stream), Ok(25));
    let long = decode(&stream, 24, &mut Vec::new());
    assert_eq!(
        long,
        Err(CompressError::TooLong {
            claimed: 25,
            max_plain: 24
        })
    );
}

#[test]
fn matches_reach_into_earlier_blocks() {
    let first = literals(b"abcd", 0);
    let mut body = BitWriter::default();
    // No recent distances: kind 2 = two more bits of distance, 4 + 0; length 3 + 1.
    body.number(0, 3)
        .number(0, 3)
        .flat(256 + (2 << 4) + 1, 704)
        .number(0, 2);
    let second = block(4, &body, 6, 1);
    assert_eq!(
        decoded(&stream(b"abcdabcd", &[first.clone(), second])).unwrap(),
        b"abcdabcd"
    );

    let mut body = BitWriter::default();
    body.number(0, 3)
        .number(0, 3)
        .flat(256 + (2 << 4) + 1, 704)
        .number(1, 2);
    let too_far = decoded(&stream(b"", &[first, block(4, &body, 6, 1)]));
    assert!(
        matches!(
            too_far,
            Err(CompressError::BadDistance {
                distance: 5,
                produced: 4,
                ..
            })
        ),
        "{too_far:?}"
    );
}

#[test]
fn recent_distances_move_to_the_front() {
    let mut body = BitWriter::default();
    // Two recent distances, 3 and 2; the last symbol was no match.
    body.number(0, 1)
        .number(1, 5)
        .number(1, 1)
        .number(1, 5)
        .number(0, 1)
        .number(0, 3)
        .number(0, 3);
    for byte in b"xyz" {
        body.flat(u32::from(*byte), 704);
    }
    body.flat(256 + (1 << 4), 704); // distance 2 (index 1), length 2: "yz"; now 2, 3
    body.flat(256, 704); // after a match index 1: distance 3, length 2: "zy"
    body.flat(u32::from(b'-'), 704);
    body.flat(256 + 1, 704); // index 0: distance 3, length 3: "zy-"
    let plain = b"xyzyzzy-zy-";
    let flags = (1 + 12 + 6) | 1 << 16;
    assert_eq!(
        decoded(&stream(plain, &[block(11, &body, flags, 0)])).unwrap(),
        plain
    );
}

#[test]
fn long_lengths_follow_as_symbols() {
    for (symbol, extra, bits, length) in [
        (0, 0, 0, 18),
        (231, 0, 0, 249),
        (232, 0, 0, 250),
        (240, 5, 8, 510),
    ] {
        let mut body = BitWriter::default();
        body.number(0, 3).number(0, 3).flat(7, 704);
        body.flat(256 + 15, 704).flat(symbol, 256).number(extra, bits);
        let plain = vec![7; length + 1];
        let block = block(plain.len() as u32, &body, 6, 0);
        assert_eq!(
            decoded(&stream(&plain, &[block])).unwrap(),
            plain,
            "symbol {symbol}"
        );
    }
}

#[test]
fn a_coded_table_is_read() {
    let mut body = BitWriter::default();
    body.number(1, 3);
    // Small code: lengths of symbols 0-33 as steps; 1, 28 and 30 get codes of 2, 2 and 1 bits, the rest none.
    let mut small = [0_u32; 33];
    (small[1], small[28], small[30]) = (2, 2, 1);
    let mut previous = 4;
    for length in small {
        if length == previous {
            body.number(0, 1);
        } else {
            body.number(1, 1)
                .number(if length > previous { length - 1 } else { length }, 3);
        }
        previous = length;
    }
    // Symbols 0 and 1 get length 1 (small symbols 1 = code 10, 30 = code 0), then 44 rows to skip (28 = code 11).
    body.number(0b01, 2).number(0, 1);
    for _ in 0..44 {
        body.number(0b11, 2);
    }
    body.number(0, 3);
    let flags = body.bits.len() as u32;
    body.number(0b0110, 4); // canonical codes 0 and 1
    let stream = stream(&[0, 1, 1, 0], &[block(4, &body, flags, 0)]);
    assert_eq!(decoded(&stream).unwrap(), [0, 1, 1, 0]);
}

#[test]
fn each_header_field_is_checked() {
    let good = literals(b"0123456789", 0);
    let body = &good[32..];
    let with = |head: Vec<u8>| decoded(&stream(b"0123456789", &[[&head, body].concat()]));
    let bits = u32::from_le_bytes(good[8..12].try_into().unwrap()) - 256;
    assert!(with(header(10, bits, 6, 77, 0)).is_ok());
    let bad = |field| Err(CompressError::BadBlock { offset: 5, field });
    assert_eq!(with(header(10, bits, 6, 77, 1)), bad(BlockField::Index));
    assert_eq!(with(header(10, bits, 7, 77, 0)), bad(BlockField::TableBits));
    assert_eq!(with(header(10, bits, 6 | 3 << 16, 77, 0)), bad(BlockField::Flags));
    assert_eq!(with(header(10, bits, 6 | 1 << 20, 77, 0)), bad(BlockField::Flags));
    assert_eq!(with(header(9, bits, 6, 77, 0)), bad(BlockField::CompressedBits));
    assert!(matches!(
        with(header(11, bits, 6, 77, 0)),
        Err(CompressError::Truncated { .. })
    ));
    assert!(matches!(
        with(header(10, bits - 1, 6, 77, 0)),
        Err(CompressError::Truncated { .. })
    ));
    assert!(matches!(
        with(header(10, bits + 9, 6, 77, 0)),
        Err(CompressError::Truncated { .. })
    ));

    let mut broken = good.clone();
    broken[0] ^= 1;
    assert_eq!(decoded(&stream(b"", &[broken])), bad(BlockField::Magic));
    let mut broken = good.clone();
    broken[4] ^= 1;
    assert_eq!(decoded(&stream(b"", &[broken])), bad(BlockField::Checksum));
    let mut broken = good.clone();
    broken[16] = 1;
    let checksum = crc32c::crc32c(&broken[..28]);
    broken[28..32].copy_from_slice(&checksum.to_le_bytes());
    assert_eq!(decoded(&stream(b"", &[broken])), bad(BlockField::Reserved));

    let other_session = [header(10, bits, 6, 78, 1), body.to_vec()].concat();
    let result = decoded(&stream(b"", &[good.clone(), other_session]));
    let offset = 5 + good.len();
    assert_eq!(
        result,
        Err(CompressError::BadBlock {
            offset,
            field: BlockField::Session
        })
    );
    let result = decoded(&stream(b"other data", &[good]));
    assert!(
        matches!(result, Err(CompressError::ChecksumMismatch { .. })),
        "{result:?}"
    );
    assert_eq!(
        decoded(&[0x28, 0, 0, 0]),
        Err(CompressError::Truncated { offset: 4 })
    );
    assert_eq!(
        decoded(&[0x28, 0, 0, 0, 0]),
        Err(CompressError::Truncated { offset: 5 })
    );
}

#[test]
fn a_claimed_size_costs_nothing_beyond_the_bound() {
    let mut body = BitWriter::default();
    body.number(0, 3).number(0, 3);
    let claim = stream(b"", &[block(u32::MAX, &body, 6, 0)]);
    let mut out = Vec::new();
    let result = decode(&claim, 100, &mut out);
    assert_eq!(
        result,
        Err(CompressError::TooLong {
            claimed: u64::from(u32::MAX),
            max_plain: 100
        })
    );
    assert_eq!(out.capacity(), 0);
}

proptest! {
    /// The checksum of the header keeps random bytes out, so the header here is right and the rest is not.
    #[test]
    fn any_body_gives_a_result_within_the_bound(
        plain_bytes in 0..4000_u32,
        flags in (0..0x2000_u32, 0..0x80_u32).prop_map(|(bits, rest)| bits | rest << 13),
        tables in prop::sample::select(vec![None, Some(0), Some(1)]),
        mut body in prop::collection::vec(any::<u8>(), 8..400),
        max_plain in 0..4000_usize,
    ) {
        if let Some(kind) = tables {
            // No recent distances, and a first table that is flat or coded.
            body[0] = body[0] & !7 | kind;
        }
        let flags = if tables.is_some() { flags & !(3 << 16) } else { flags };
        // Once with the size of the tables that the header happens to have, once with the right one.
        let made = |table_bits| {
            let head = header(plain_bytes, body.len() as u32 * 8, flags & !0x1FFF | table_bits, 1, 0);
            stream(b"", &[[head, body.clone()].concat()])
        };
        let mut bits = BitReader::new(&body, body.len() * 8, 0);
        let tables_end = Parameters::of_flags(flags).and_then(|parameters| {
            State::read(&mut bits, parameters).ok()?;
            read_table(&mut bits, Alphabet::Main).ok()?;
            read_table(&mut bits, Alphabet::Length).ok()?;
            u32::try_from(bits.consumed()).ok().filter(|&end| end < 0x2000)
        });
        for table_bits in [Some(flags & 0x1FFF), tables_end].into_iter().flatten() {
            let mut out = Vec::new();
            let result = decode(&made(table_bits), max_plain, &mut out);
            prop_assert!(out.len() <= max_plain);
            prop_assert!(result.is_err() || out.is_empty(), "the checksum is that of no bytes");
        }
    }
}
