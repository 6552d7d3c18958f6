//! The checks report exactly the fault that was planted.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use jet_pages::Pgno;
use jet_pages::checksum::{self, ChecksumError};
use jet_test::check::{Finding, check};
use jet_test::damage::{Damaged, FAULTS, Fault, Targets, plant};
use jet_test::{Image, fixtures};

/// Findings that the fault added, or why they are not the right ones.
fn judge(fault: &Fault, damaged: &Damaged, sound: &[Finding]) -> Result<(), String> {
    let added: Vec<_> = check(&damaged.bytes)
        .into_iter()
        .filter(|finding| !sound.contains(finding))
        .collect();
    let pages = |findings: &[Finding]| {
        findings
            .iter()
            .map(|finding| finding.pgno)
            .collect::<BTreeSet<Pgno>>()
    };
    let expected: BTreeSet<Pgno> = damaged.pages.iter().copied().collect();
    let are_known = added.iter().all(|finding| fault.ids.contains(&finding.id));
    let is_found = fault
        .ids
        .first()
        .is_none_or(|id| added.iter().any(|finding| finding.id == *id));
    if are_known && is_found && (!fault.is_exact || pages(&added) == expected) {
        Ok(())
    } else {
        Err(format!("{}: {}: {added:#?}", fault.name, damaged.description))
    }
}

#[test]
fn every_fault_is_found_and_nothing_else() {
    let mut planted = vec![0; FAULTS.len()];
    let mut mistakes = Vec::new();
    for fixture in fixtures::clean().filter(|fixture| fixture.bytes().len() < 20 << 20) {
        let image = Image::new(fixture.bytes().to_vec());
        let targets = Targets::of(&image);
        let sound = check(image.bytes());
        for (fault, count) in FAULTS.iter().zip(&mut planted) {
            if let Some(damaged) = fault.plant(&image, &targets) {
                *count += 1;
                mistakes.extend(
                    judge(fault, &damaged, &sound)
                        .err()
                        .map(|text| format!("{}: {text}", fixture.name())),
                );
            }
        }
    }
    for (fault, count) in FAULTS.iter().zip(&planted) {
        println!("{}: in {count} files", fault.name);
        assert!(*count > 0, "no file has a place for: {}", fault.name);
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn a_flipped_bit_is_named() {
    let image = Image::new(fixtures::named("alltypes.edb").bytes().to_vec());
    let leaf = Targets::of(&image).catalog().middle_leaf();
    let damaged = Image::new(plant::flip_bits(&image, leaf, &[4711]).bytes);
    let verdict = checksum::verify(damaged.page_bytes(leaf), leaf, image.page_size());
    assert_eq!(
        verdict,
        Err(ChecksumError::BitFlip {
            pgno: leaf,
            bit: 4711
        })
    );
}
