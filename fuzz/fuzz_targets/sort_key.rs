//! Sort keys of any text in any sort: no panic, and the beginning of a key is the key of the beginning.
#![no_main]

use jet_nls::{CURRENT_VERSION, Collation, SortId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&[sort, flags_low, flags_high, max], text)) = bytes.split_first_chunk() else {
        return;
    };
    let flags = 0x400 | u32::from(flags_low) | u32::from(flags_high) << 16;
    let Ok(collation) = Collation::open(CURRENT_VERSION, SortId::from_number(sort % 0x4c), flags) else {
        return;
    };
    let mut key = Vec::new();
    if collation.append_sort_key(text, &mut key).is_ok() {
        assert_eq!(key.last(), Some(&0));
        let mut prefix = Vec::new();
        _ = collation.append_sort_key_prefix(text, usize::from(max), &mut prefix);
        assert!(key.starts_with(&prefix));
    }
});
