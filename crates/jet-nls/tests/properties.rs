//! What holds for every text, sort and set of flags.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use jet_nls::{CURRENT_VERSION, Collation, Confidence, DEFAULT_FLAGS, NlsError, SortId};
use proptest::prelude::*;

/// Every flag that [`Collation::open`] takes beside the one for sort keys.
const FLAGS: [u32; 9] = [1, 2, 4, 0x10, 0x20, 0x1000, 0x1_0000, 0x2_0000, 0x800_0000];

fn bytes(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    bytes(&text.encode_utf16().collect::<Vec<_>>())
}

fn key(collation: &Collation, text: &[u8]) -> Vec<u8> {
    let mut key = Vec::new();
    collation.append_sort_key(text, &mut key).unwrap();
    key
}

fn default_collation() -> Collation {
    Collation::open(CURRENT_VERSION, SortId::DEFAULT, DEFAULT_FLAGS).unwrap()
}

/// Units with a good share of those that have rules of their own.
fn unit() -> impl Strategy<Value = u16> {
    prop_oneof![
        3 => any::<u16>(),
        2 => 0x20_u16..0x7F,
        1 => 0x300_u16..0x370,
        1 => 0x3005_u16..0x3100,
        1 => 0x1100_u16..0x1200,
        1 => 0xD840_u16..0xE000,
        1 => 0xFB00_u16..0xFF00,
    ]
}

/// Collations of this build; those that lack the Han tables fall back to the default sort.
fn collation() -> impl Strategy<Value = Collation> {
    (1_u8..=0x4B, proptest::bits::u16::between(0, 9)).prop_map(|(sort, chosen)| {
        let flags = FLAGS
            .iter()
            .enumerate()
            .filter(|(bit, _)| chosen >> bit & 1 == 1)
            .fold(0x400, |a, (_, b)| a | b);
        match Collation::open(CURRENT_VERSION, SortId::from_number(sort), flags) {
            Err(NlsError::HanTablesMissing { .. }) if cfg!(not(feature = "han")) => default_collation(),
            opened => opened.unwrap(),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_units_have_a_key(collation in collation(), units in prop::collection::vec(unit(), 0..40)) {
        let key = key(&collation, &bytes(&units));
        prop_assert!(key.ends_with(&[0]));
        prop_assert!(key.len() >= 5);
        // No element adds more than 8 bytes to level 1 and 10 to the others, and an expansion has four units.
        prop_assert!(key.len() <= 16 + units.len() * 4 * 18);
    }

    #[test]
    fn a_prefix_is_the_start_of_the_key(
        collation in collation(),
        units in prop::collection::vec(unit(), 0..40),
        bytes_max in 0_usize..100,
    ) {
        let text = bytes(&units);
        let whole = key(&collation, &text);
        let mut prefix = vec![0xAA];
        let outcome = collation.append_sort_key_prefix(&text, bytes_max, &mut prefix).unwrap();
        prop_assert_eq!(&prefix[1..], &whole[..whole.len().min(bytes_max)]);
        prop_assert_eq!(outcome.is_whole, whole.len() <= bytes_max);
    }

    #[test]
    fn ascii_case_is_ignored_by_default(text in "[ -~]{0,40}") {
        let collation = default_collation();
        let lower = key(&collation, &utf16(&text.to_ascii_lowercase()));
        prop_assert_eq!(lower, key(&collation, &utf16(&text.to_ascii_uppercase())));
    }

    #[test]
    fn letters_and_digits_sort_like_lower_case_ascii(a in "[0-9a-z]{0,12}", b in "[0-9a-z]{0,12}") {
        let collation = default_collation();
        let by_key = key(&collation, &utf16(&a)).cmp(&key(&collation, &utf16(&b)));
        prop_assert_eq!(by_key, a.cmp(&b));
    }

    #[test]
    fn a_key_ends_level_by_level(a in "[a-zA-Z äöüé]{0,12}", b in "[a-zA-Z äöüé]{0,12}") {
        // What differs without regard to case differs the same way with regard to it.
        let open = |flags| Collation::open(CURRENT_VERSION, SortId::DEFAULT, flags).unwrap();
        let (coarse, fine) = (open(DEFAULT_FLAGS), open(0x400));
        let order = |collation: &Collation| key(collation, &utf16(&a)).cmp(&key(collation, &utf16(&b)));
        let without_case = order(&coarse);
        if without_case.is_ne() {
            prop_assert_eq!(without_case, order(&fine));
        }
    }

    #[test]
    fn version_6_2_makes_only_proven_keys(units in prop::collection::vec(unit(), 0..12)) {
        let version = 0x0006_020E_0006_020E;
        let collation = Collation::open(version, SortId::DEFAULT, DEFAULT_FLAGS).unwrap();
        let mut out = vec![1, 2, 3];
        match collation.append_sort_key(&bytes(&units), &mut out) {
            Ok(confidence) => prop_assert_eq!(confidence, Confidence::Proven),
            Err(NlsError::UnprovenCharacter { unit, .. }) => {
                prop_assert!(units.contains(&unit));
                prop_assert_eq!(out, [1, 2, 3]);
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}

#[test]
fn what_cannot_be_opened() {
    let open = |version, sort, flags| Collation::open(version, sort, flags).unwrap_err();
    let default = SortId::DEFAULT;
    for flags in [0, 1, 0x201, 0x600, 0x408, 0xC00, 0x8000_0400, 0x440] {
        assert_eq!(
            open(CURRENT_VERSION, default, flags),
            NlsError::UnsupportedFlags { flags }
        );
    }
    assert_eq!(open(0, default, 0x400), NlsError::UnknownVersion { version: 0 });
    let sort = SortId::from_number(0x4C);
    assert_eq!(open(CURRENT_VERSION, sort, 0x400), NlsError::UnknownSort { sort });
    let sort = SortId([0; 16]);
    assert_eq!(open(CURRENT_VERSION, sort, 0x400), NlsError::UnknownSort { sort });
    let version = 0x0006_020F_0006_020F;
    let swedish = SortId::from_locale("sv-SE");
    assert_eq!(
        open(version, swedish, DEFAULT_FLAGS),
        NlsError::UnprovenSort { sort: 0x1A, version }
    );
    assert_eq!(
        open(version, default, 0x400),
        NlsError::UnprovenFlags {
            flags: 0x400,
            version
        }
    );
}

#[test]
fn every_sort_opens_or_lacks_han() {
    for number in 1..=0x4B {
        let opened = Collation::open(CURRENT_VERSION, SortId::from_number(number), DEFAULT_FLAGS);
        let needs_han = matches!(number, 0x36..=0x3B | 0x46 | 0x47 | 0x4B);
        if needs_han && cfg!(not(feature = "han")) {
            assert_eq!(opened.unwrap_err(), NlsError::HanTablesMissing { sort: number });
        } else {
            opened.unwrap();
        }
    }
}

#[test]
fn an_odd_last_byte_is_ignored() {
    let collation = default_collation();
    let mut text = utf16("abc");
    let even = key(&collation, &text);
    text.push(0x41);
    assert_eq!(key(&collation, &text), even);
}

#[test]
fn unsortable_text_has_an_empty_key() {
    assert_eq!(
        key(&default_collation(), &bytes(&[0, 0xAD, 0xFEFF])),
        [1, 1, 1, 1, 0]
    );
}

#[test]
fn upper_case_form() {
    let collation = Collation::open(CURRENT_VERSION, SortId::DEFAULT, jet_nls::LCMAP_UPPERCASE).unwrap();
    let mut out = vec![9];
    assert_eq!(
        collation.append_sort_key(&utf16("aZ"), &mut out),
        Ok(Confidence::Published)
    );
    assert_eq!(out, [9, 0, 0x41, 0, 0x5A, 0, 0]);
    out.clear();
    assert_eq!(
        collation.append_sort_key(&utf16("é"), &mut out),
        Ok(Confidence::Disputed)
    );
    assert_eq!(out, [0, 0xC9, 0, 0]);
}

/// Repeat marks look back: a text of them alone must not take quadratic time.
#[test]
fn a_million_repeat_marks_take_linear_time() {
    let collation = default_collation();
    let mut units = vec![0x304B_u16];
    units.resize(1_000_000, 0x309D);
    assert!(key(&collation, &bytes(&units)).len() >= 2_000_000);
    units[0] = 0x309D;
    assert!(key(&collation, &bytes(&units)).len() >= 2_000_000);
}
