//! Page images in logs: what splits and merges kept of a page is a sound page again, with the database time, the tree and
//! the nodes that the record speaks of.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use std::path::Path;

use jet_isam::compress::{CompressError, decompress};
use jet_log::page_image::{self, ImageError};
use jet_log::{LogFile, Record};
use jet_pages::{Dbtime, Objid, Page, PageSize, Pgno};
use jet_test::fixtures::repository;
use jet_test::logs;
use jet_test::vectors::hex;
use serde_json::Value;
use sha2::{Digest, Sha256};

fn unpack(stored: &[u8], most: usize) -> Result<Vec<u8>, CompressError> {
    let mut plain = Vec::new();
    decompress(stored, most, &mut plain)?;
    Ok(plain)
}

fn restore(
    pgno: Pgno,
    image: &[u8],
    flags: u32,
    size: PageSize,
) -> Result<Vec<u8>, ImageError<CompressError>> {
    page_image::restore(pgno, image, flags, size, unpack)
}

#[test]
fn recorded_images_become_the_pages_that_they_were() {
    let file = repository().join("fixtures/vectors/log/page_images.json");
    let cases: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    for case in cases.as_array().unwrap() {
        let size = PageSize::from_bytes(case["page_size"].as_u64().unwrap() as u32).unwrap();
        let flags = case["flags"].as_u64().unwrap() as u32;
        let page = restore(Pgno(1), &hex(&case["stored"]), flags, size).unwrap();
        let hash: String = Sha256::digest(&page)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(hash, case["sha256_of_full_page_with_gap_zeroed"], "flags {flags}");
        let view = Page::new(&page, Pgno(1), size).unwrap();
        assert_eq!(
            view.header().dbtime.get(),
            case["dbtime_in_image"].as_u64().unwrap()
        );
        assert_eq!(view.nodes().count() as u64, case["nodes"].as_u64().unwrap());
    }
}

/// The image in a record, and what the record says of the page.
struct Image<'r> {
    pgno: Pgno,
    dbtime: Dbtime,
    tree: Objid,
    flags: u32,
    bytes: &'r [u8],
    nodes: Option<u16>,
}

fn image_of<'r>(record: &Record<'r>) -> Option<Image<'r>> {
    let image = match record {
        Record::Split(split) => Image {
            pgno: split.change.page,
            dbtime: split.change.dbtime,
            tree: split.tree,
            flags: split.image_flags,
            bytes: split.image,
            nodes: Some(
                split
                    .line_count
                    .saturating_sub(u16::from(split.split_operation == 1)),
            ),
        },
        Record::Merge(merge) => Image {
            pgno: merge.change.page,
            dbtime: merge.change.dbtime,
            tree: merge.tree,
            flags: merge.image_flags,
            bytes: merge.image,
            nodes: None,
        },
        _ => return None,
    };
    Some(image).filter(|image| !image.bytes.is_empty())
}

#[test]
fn every_image_in_the_logs_is_a_sound_page() {
    let mut by_flags = [0; 4];
    for fixture in logs::all() {
        for (name, bytes) in fixture.logs() {
            let Ok(file) = LogFile::from_bytes(Path::new(name), bytes) else {
                continue;
            };
            let size = file.header().named_page_size().unwrap();
            let mut records = file.records();
            while let Some(entry) = records.next().unwrap() {
                let Some(image) = image_of(&entry.record) else {
                    continue;
                };
                let page = restore(image.pgno, image.bytes, image.flags, size).unwrap();
                let view = Page::new(&page, image.pgno, size).unwrap();
                let header = view.header();
                let found = (Dbtime(header.dbtime.get()), header.tree());
                assert_eq!(found, (image.dbtime, image.tree), "{}", entry.lgpos);
                let found = view.nodes().map(Result::unwrap).count();
                let has_all = image.nodes.is_none_or(|nodes| usize::from(nodes) == found);
                assert!(has_all, "{}", entry.lgpos);
                by_flags[image.flags as usize] += 1;
            }
        }
    }
    println!("images by flags: {by_flags:?}");
    assert!(by_flags[page_image::FLAG_COMPRESSED as usize] > 10);
}

#[test]
fn damaged_images_are_refused_or_pages() {
    let file = repository().join("fixtures/vectors/log/page_images.json");
    let cases: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    for case in cases.as_array().unwrap() {
        let image = hex(&case["stored"]);
        for at in 0..image.len() {
            let mut damaged = image.clone();
            damaged[at] ^= 0x55;
            for flags in 0..4 {
                for size in [PageSize::K4, PageSize::K8] {
                    if let Ok(page) = restore(Pgno(1), &damaged, flags, size) {
                        assert_eq!(page.len(), size.bytes());
                    }
                }
            }
        }
    }
}
