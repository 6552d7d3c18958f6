//! The checked-in weight files are what the packer makes of the source table.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod common;
#[path = "../examples/pack_tables/pack.rs"]
mod pack;
#[path = "../examples/pack_tables/source.rs"]
mod source;

use jet_nls::{CURRENT_VERSION, Collation, SortId};

#[test]
fn files_are_reproducible() {
    let Some(from) = common::shared("nls") else { return };
    assert!(
        pack::base(&from).unwrap() == include_bytes!("../data/sort-060305.bin"),
        "base file differs"
    );
    assert!(
        pack::han(&from).unwrap() == include_bytes!("../data/sort-060305-han.bin"),
        "Han file differs"
    );
    let locales = std::fs::read_to_string(from.join("locales-060305.csv")).unwrap();
    assert_eq!(locales, include_str!("../data/locales-060305.csv"));
}

/// Level 1 of a text must begin with `weights`, whose script is that of an ordinary element.
fn check(collation: &Collation, has_three_bytes: bool, text: &[u16], weights: [u8; 4]) -> usize {
    let [script, alphabetic, diacritic, _] = weights;
    if script < 13 {
        return 0;
    }
    let text = text
        .iter()
        .flat_map(|unit| unit.to_le_bytes())
        .collect::<Vec<_>>();
    let mut key = Vec::new();
    collation.append_sort_key(&text, &mut key).unwrap();
    let is_long = (0xA9..=0xAF).contains(&script) || has_three_bytes && (0xC0..=0xEF).contains(&script);
    let mut expected = vec![script, alphabetic];
    expected.extend(is_long.then_some(diacritic));
    // One element and no more: the separator follows.
    expected.push(1);
    assert!(
        key.starts_with(&expected),
        "{collation:?} {text:x?}: {key:x?} instead of {expected:x?}"
    );
    1
}

/// Every row of every sort of the source shows in a key: units, contractions and Han orders.
#[test]
fn every_listed_weight_shows() {
    let Some(from) = common::shared("nls") else { return };
    let base = source::read(&from.join("weights-060305.txt.xz")).unwrap();
    let han = source::read(&from.join("weights-060305-cjk.txt.xz")).unwrap();
    let has_three_bytes = |sort| {
        base.iter().any(|section| {
            section.kind() == "sort"
                && section.sort().unwrap() == sort
                && section.heading.contains(&"three".to_owned())
        })
    };
    let mut count = 0;
    for section in base
        .iter()
        .filter(|section| ["default", "except", "contract"].contains(&section.kind()))
    {
        let sort = if section.kind() == "default" {
            1
        } else {
            section.sort().unwrap()
        };
        let Ok(collation) = Collation::open(CURRENT_VERSION, SortId::from_number(sort), 0x400) else {
            continue;
        };
        for line in &section.lines {
            let (units, weights) = line.split_once(',').unwrap();
            let units = units
                .split(' ')
                .map(|unit| u16::from_str_radix(unit, 16).unwrap())
                .collect::<Vec<_>>();
            let weights = weights
                .split(',')
                .map(|weight| weight.parse().unwrap())
                .collect::<Vec<u8>>();
            count += check(
                &collation,
                has_three_bytes(sort),
                &units,
                weights.try_into().unwrap(),
            );
        }
    }
    assert!(count > 37_000, "{count}");
    for section in han.iter().filter(|_| cfg!(feature = "han")) {
        let sort = section.sort().unwrap();
        let collation = Collation::open(CURRENT_VERSION, SortId::from_number(sort), 0x400).unwrap();
        for (character, weights) in pack::order(section).unwrap() {
            let mut units = [0; 2];
            let units = character.encode_utf16(&mut units);
            count += check(&collation, has_three_bytes(sort), units, weights.to_be_bytes());
        }
    }
    assert!(cfg!(not(feature = "han")) || count > 464_000, "{count}");
}
