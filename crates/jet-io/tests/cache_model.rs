//! The page cache against a model, over random operations.

#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod common;

use std::collections::HashSet;
use std::sync::Arc;

use common::{Numbered, SIZE, cache, file_bytes, mem_file, page_bytes};
use jet_io::CacheError;
use jet_pages::Pgno;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Op {
    Get(u32),
    Hold(u32),
    Release(usize),
    Prefetch(u32, u32),
    Break(u32),
    Mend(u32),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (0..24_u32).prop_map(Op::Get),
        3 => (1..=20_u32).prop_map(Op::Hold),
        3 => (0..4_usize).prop_map(Op::Release),
        2 => (1..22_u32, 1..6_u32).prop_map(|(first, count)| Op::Prefetch(first, count)),
        1 => (1..=20_u32).prop_map(Op::Break),
        1 => (1..=20_u32).prop_map(Op::Mend),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 3 } else { 256 }, failure_persistence: None, ..ProptestConfig::default() })]

    /// The cache against what it must show: the file as it was at the time of the load, errors for what is
    /// damaged or missing, and never an eviction of a held page.
    #[test]
    fn the_cache_follows_its_model(ops in prop::collection::vec(op(), 1..120), frame_count in 4..12_usize) {
        let source = mem_file(file_bytes(20, 0));
        let cache = cache(frame_count);
        let file = cache.attach(Arc::clone(&source), Numbered::default());
        let mut broken: HashSet<u32> = HashSet::new();
        let mut held = Vec::new();
        for op in ops {
            match op {
                Op::Get(pgno) => {
                    let was_cached = file.cached(Pgno(pgno)).is_some();
                    match file.page(Pgno(pgno)) {
                        Ok(page) => {
                            prop_assert!((1..=20).contains(&pgno));
                            prop_assert!(was_cached || !broken.contains(&pgno));
                            prop_assert_eq!(&page[..], &page_bytes(pgno, 0)[..]);
                        }
                        Err(CacheError::NoSuchPage) => prop_assert_eq!(pgno, 0),
                        Err(CacheError::BeyondEnd { got, .. }) => prop_assert!(pgno > 20 && got == 0),
                        Err(CacheError::Check { .. }) => prop_assert!(!was_cached && broken.contains(&pgno)),
                        Err(error) => prop_assert!(false, "{}", error),
                    }
                }
                Op::Hold(pgno) if held.len() < 3 => held.extend(file.page(Pgno(pgno))),
                Op::Hold(_) => {}
                Op::Release(at) => drop((at < held.len()).then(|| held.swap_remove(at))),
                Op::Prefetch(first, count) => {
                    let wanted: Vec<Pgno> = (first..first + count).map(Pgno).collect();
                    let before = wanted.iter().filter(|pgno| file.cached(**pgno).is_some()).count();
                    let came = file.prefetch(&wanted);
                    prop_assert!(came + before <= wanted.len());
                }
                Op::Break(pgno) => {
                    broken.insert(pgno);
                    source.write_at(&[0x55], Pgno(pgno).file_offset(SIZE) + 1).unwrap();
                }
                Op::Mend(pgno) => {
                    broken.remove(&pgno);
                    source.write_at(&[0], Pgno(pgno).file_offset(SIZE) + 1).unwrap();
                }
            }
            for page in &held {
                prop_assert_eq!(&page[..], &page_bytes(page.pgno().0, 0)[..]);
            }
            let cached = (1..=20).filter(|pgno| file.cached(Pgno(*pgno)).is_some()).count();
            prop_assert!(cached <= frame_count);
        }
    }
}
