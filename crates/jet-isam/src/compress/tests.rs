//! Rules common to all schemes.

use proptest::prelude::*;

use super::*;

#[test]
fn schemes_without_a_decoder_say_so() {
    let result = |stream: &[u8]| decompress(stream, 100, &mut Vec::new());
    assert_eq!(result(&[]), Err(CompressError::Truncated { offset: 0 }));
    assert_eq!(
        result(&[0, 1, 2]),
        Err(CompressError::UnknownScheme { first_byte: 0 })
    );
    assert_eq!(
        result(&[0x40, 1]),
        Err(CompressError::UnknownScheme { first_byte: 0x40 })
    );
    assert_eq!(result(&[0x20, b'z', b'z']), Err(CompressError::Scrubbed));
    assert_eq!(
        result(&[0x30; 40]),
        Err(CompressError::Unsupported {
            scheme: Scheme::Xpress10
        })
    );
}

#[test]
fn first_bytes_and_schemes_agree() {
    for byte in 0..=255_u8 {
        let scheme = scheme(&[byte]);
        assert_eq!(
            scheme.map(Scheme::first_byte),
            (0x08..0x40).contains(&byte).then_some(byte & 0xF8)
        );
    }
    assert_eq!(scheme(&[]), None);
}

#[test]
fn plain_sizes_are_known_without_decoding() {
    assert_eq!(plain_len(&[0x0F, 0, 0, 0, 0, 0, 0, 0]), Some(8));
    assert_eq!(plain_len(&[0x17, 0, 0, 0, 0, 0, 0, 0]), Some(16));
    assert_eq!(plain_len(&[0x0F]), None);
    for scheme in [0x18, 0x30, 0x38] {
        assert_eq!(plain_len(&[scheme, 0x34, 0x12]), Some(0x1234));
        assert_eq!(plain_len(&[scheme, 0x34]), None);
    }
    assert_eq!(plain_len(&[0x20, 0, 0]), None);
    assert_eq!(plain_len(&[]), None);
}

#[test]
fn an_error_leaves_the_output_as_it_was() {
    let mut out = b"kept".to_vec();
    let stream = [0x18, 5, 0, 0xFF, 0xFF, 0xFF, 0x7F, b'a', 9, 0];
    assert!(decompress(&stream, 100, &mut out).is_err());
    assert_eq!(out, b"kept");
    decompress(&[0x0E, b'!'], 100, &mut out).unwrap();
    assert_eq!(out, b"kept!");
}

/// Bytes with few values and long repeats, as well as any bytes at all.
fn plain_bytes() -> impl Strategy<Value = Vec<u8>> {
    let pieces = (prop::collection::vec(any::<u8>(), 1..12), 1..200_usize);
    let repeats = prop::collection::vec(pieces, 0..24).prop_map(|pieces| {
        pieces
            .into_iter()
            .flat_map(|(piece, count)| piece.repeat(count))
            .collect()
    });
    let text = prop::collection::vec(0..0x80_u8, 0..3000);
    prop_oneof![
        repeats,
        prop::collection::vec(any::<u8>(), 0..3000),
        text.clone(),
        text.prop_map(|text| text.into_iter().flat_map(|byte| [byte, 0]).collect()),
    ]
}

proptest! {
    #[test]
    fn what_is_encoded_comes_back(plain in plain_bytes(), lid_bytes in prop::sample::select(vec![0, 4, 8])) {
        let place = if lid_bytes == 0 { Place::Chunk } else { Place::Intrinsic { lid_bytes } };
        let early = Rules { place, xpress_min_bytes: 16 };
        let streams = [
            encode_ascii(&plain),
            encode_unicode(&plain),
            encode_xpress(&plain),
            choose(&plain, &Rules::new(place)).inspect(|stream| assert!(stream.len() >= lid_bytes)),
            choose(&plain, &early).inspect(|stream| assert!(stream.len() >= lid_bytes)),
        ];
        for stream in streams.into_iter().flatten() {
            prop_assert!(stream.len() < plain.len());
            prop_assert_eq!(plain_len(&stream), Some(plain.len() as u64));
            let mut out = Vec::new();
            prop_assert_eq!(decompress(&stream, plain.len(), &mut out), Ok(()));
            prop_assert_eq!(&out, &plain);
            let short = plain.len() - 1;
            let claimed = plain.len() as u64;
            let too_long = CompressError::TooLong { claimed, max_plain: short };
            prop_assert_eq!(decompress(&stream, short, &mut out), Err(too_long));
        }
    }

    #[test]
    fn any_bytes_give_a_result_within_the_bound(
        first in 0..0x48_u8,
        mut stream in prop::collection::vec(any::<u8>(), 0..600),
        max_plain in 0..5000_usize,
    ) {
        if let Some(byte) = stream.first_mut() {
            *byte = first;
        }
        let mut out = Vec::new();
        let result = decompress(&stream, max_plain, &mut out);
        prop_assert!(out.len() <= max_plain);
        prop_assert!(out.capacity() <= max_plain.max(8));
        prop_assert!(result.is_ok() || out.is_empty());
        let _ = plain_len(&stream);
    }

    #[test]
    fn damaged_streams_give_a_result_within_the_bound(
        plain in plain_bytes(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        if let Some(mut stream) = encode_xpress(&plain) {
            for (place, byte) in damage {
                let place = place.index(stream.len());
                stream[place] = byte;
            }
            let mut out = Vec::new();
            let _ = decompress(&stream, plain.len(), &mut out);
            prop_assert!(out.len() <= plain.len());
            stream.truncate(cut.index(stream.len()));
            let _ = decompress(&stream, plain.len(), &mut out);
        }
    }
}
