//! Whatever is compressed decompresses to itself.
#![no_main]

use jet_isam::compress::{self, Place, Rules};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|plain: &[u8]| {
    let chosen = [Place::Chunk, Place::Intrinsic { lid_bytes: 4 }]
        .map(|place| compress::choose(plain, &Rules::new(place)));
    let forced = [
        compress::encode_ascii(plain),
        compress::encode_unicode(plain),
        compress::encode_xpress(plain),
    ];
    for stream in chosen.into_iter().chain(forced).flatten() {
        let mut out = Vec::new();
        compress::decompress(&stream, plain.len(), &mut out).expect("our own stream");
        assert_eq!(out, plain);
    }
});
