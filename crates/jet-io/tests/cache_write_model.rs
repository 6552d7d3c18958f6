//! Changed pages against a model, over random operations, in a tiny cache over a file that fails now and then.

#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod common;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use common::{Judge, Log, Numbered, SIZE, file_bytes, in_file, mem_file, stamp};
use jet_io::{Cache, CacheError, CachedFile, LogPosition};
use jet_pages::Pgno;
use proptest::prelude::*;

const PAGES: u32 = 16;

#[derive(Clone, Debug)]
enum Op {
    Read(u32),
    /// Page, value, and how many positions back the transaction began.
    Change(u32, u8, u64),
    Format(u32, u8),
    Leave(u32),
    Hold(u32),
    Release(u32),
    Guard(u32),
    Flush,
    FlushBefore(u64),
    Prefetch(u32),
    Cut(u32),
    BreakWrites(bool),
    BreakLog(bool),
}

fn op() -> impl Strategy<Value = Op> {
    let page = || 1..=PAGES;
    prop_oneof![
        8 => page().prop_map(Op::Read),
        10 => (page(), any::<u8>(), 0..20_u64).prop_map(|(pgno, value, age)| Op::Change(pgno, value, age)),
        2 => (page(), any::<u8>()).prop_map(|(pgno, value)| Op::Format(pgno, value)),
        1 => page().prop_map(Op::Leave),
        2 => page().prop_map(Op::Hold),
        4 => page().prop_map(Op::Release),
        1 => page().prop_map(Op::Guard),
        2 => Just(Op::Flush),
        2 => (0..20_u64).prop_map(Op::FlushBefore),
        1 => page().prop_map(Op::Prefetch),
        1 => (8..=PAGES).prop_map(Op::Cut),
        1 => prop::bool::weighted(0.3).prop_map(Op::BreakWrites),
        1 => prop::bool::weighted(0.3).prop_map(Op::BreakLog),
    ]
}

/// What must be true of the pages.
#[derive(Default)]
struct Model {
    /// Value of each page that exists: byte 9.
    values: HashMap<u32, u8>,
    holds: HashMap<u32, u32>,
    /// What the file had when the page was first held.
    when_held: HashMap<u32, Vec<u8>>,
    /// Smallest begin among changes since the page was last surely written.
    begun: HashMap<u32, u64>,
    clock: u64,
}

struct Run {
    file: CachedFile<Numbered>,
    judge: Arc<Judge>,
    log: Arc<Log>,
    model: Model,
}

/// Whether an error is one that broken writes, a broken log, or too many held and guarded pages explain.
fn is_excused<E>(error: &CacheError<E>, is_broken: bool) -> bool {
    match error {
        CacheError::WriteBack(_) => is_broken,
        CacheError::Exhausted { .. } => true,
        _ => false,
    }
}

impl Run {
    fn is_broken(&self) -> bool {
        self.judge.fails.load(Ordering::Relaxed) || self.log.refuses.load(Ordering::Relaxed)
    }

    fn change(&mut self, pgno: u32, value: u8, age: u64, formats: bool) {
        let page = if formats {
            self.file.new_page(Pgno(pgno))
        } else {
            self.file.page_mut(Pgno(pgno))
        };
        let mut page = match page {
            Ok(page) => page,
            Err(CacheError::BeyondEnd { .. }) => {
                assert!(!formats && !self.model.values.contains_key(&pgno));
                return;
            }
            Err(error) => return assert!(is_excused(&error, self.is_broken()), "{error:?}"),
        };
        self.model.clock += 1;
        let begun = self.model.clock.saturating_sub(age);
        let was_dirty = page.is_dirty();
        let bytes = page.change(stamp(self.model.clock, begun));
        bytes[..4].copy_from_slice(&pgno.to_le_bytes());
        bytes[9] = value;
        bytes[16..24].copy_from_slice(&self.model.clock.to_le_bytes());
        self.model.values.insert(pgno, value);
        let oldest = self.model.begun.entry(pgno).or_insert(begun);
        *oldest = if was_dirty { begun.min(*oldest) } else { begun };
    }

    fn check_flush(&self, outcome: Result<jet_io::Flushed, jet_io::FlushError>) -> bool {
        match outcome {
            Ok(flushed) => {
                assert_eq!(flushed.latched, 0, "no guard is left");
                true
            }
            Err(_) => {
                assert!(self.is_broken());
                false
            }
        }
    }

    /// The file has the model's value of each page that is neither held nor excluded by `is_chosen`.
    fn check_file(&self, is_chosen: impl Fn(u32) -> bool) {
        for (&pgno, &value) in &self.model.values {
            if is_chosen(pgno) && !self.model.holds.contains_key(&pgno) {
                assert_eq!(in_file(&*self.judge.inner, pgno)[9], value, "page {pgno}");
            }
        }
    }

    fn check(&self) {
        for (&pgno, before) in &self.model.when_held {
            let now = in_file(&*self.judge.inner, pgno);
            assert!(now == *before, "page {pgno} was written while it was held");
        }
        for (&pgno, &value) in &self.model.values {
            if let Some(page) = self.file.cached(Pgno(pgno)) {
                assert_eq!(page[9], value);
            } else {
                assert_eq!(
                    in_file(&*self.judge.inner, pgno)[9],
                    value,
                    "page {pgno} left unwritten"
                );
            }
        }
        // Every dirty page counts: the answer is no later than the begin of each.
        let oldest = self.file.oldest_begun();
        assert_eq!(oldest.is_some(), self.file.dirty_count() > 0);
        for (&pgno, &begun) in &self.model.begun {
            if self.model.values.contains_key(&pgno)
                && let Some(page) = self.file.cached_mut(Pgno(pgno))
                && page.is_dirty()
            {
                assert!(oldest <= Some(LogPosition(begun)) && oldest.is_some());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 2 } else { 300 }, failure_persistence: None, ..ProptestConfig::default() })]

    /// File and cache together are what was made of them; no page goes before its record, none while it is held.
    #[test]
    fn changed_pages_follow_their_model(ops in prop::collection::vec(op(), 1..150), soft in 3..8_usize) {
        let inner = mem_file(file_bytes(PAGES, 0));
        let log = Arc::new(Log::default());
        let judge = Judge::new(Arc::clone(&inner), Arc::clone(&log));
        let cache = Cache::with_limits(SIZE, soft * SIZE.bytes(), 32 * SIZE.bytes()).unwrap();
        // Positions in pages that were never changed are those of the fixture: the log has them all.
        let mut model = Model { clock: 1000, ..Model::default() };
        for pgno in 1..=PAGES {
            let offset = Pgno(pgno).file_offset(SIZE);
            inner.write_at(&[0; 8], offset + 16).unwrap();
            model.values.insert(pgno, in_file(&*inner, pgno)[9]);
        }
        let file = cache.attach_writable(judge.clone(), Numbered::default(), log.clone());
        let mut run = Run { file, judge, log, model };
        for op in ops {
            match op {
                Op::Read(pgno) => match run.file.page(Pgno(pgno)) {
                    Ok(page) => prop_assert_eq!(Some(&page[9]), run.model.values.get(&pgno)),
                    Err(CacheError::BeyondEnd { .. }) => prop_assert!(!run.model.values.contains_key(&pgno)),
                    // A page that was skipped when the file grew has no content.
                    Err(CacheError::Check { .. }) => prop_assert!(!run.model.values.contains_key(&pgno)),
                    Err(error) => prop_assert!(is_excused(&error, run.is_broken()), "{:?}", error),
                },
                Op::Change(pgno, value, age) if run.model.values.contains_key(&pgno) => run.change(pgno, value, age, false),
                Op::Change(..) => {}
                Op::Format(pgno, value) => run.change(pgno, value, 0, true),
                Op::Leave(pgno) => drop(run.file.new_page(Pgno(pgno))),
                Op::Hold(pgno) if run.model.values.contains_key(&pgno) => {
                    if let Ok(mut page) = run.file.page_mut(Pgno(pgno)) {
                        page.hold();
                        *run.model.holds.entry(pgno).or_insert(0) += 1;
                        let len = inner.len().unwrap();
                        if len > Pgno(pgno).file_offset(SIZE) {
                            run.model.when_held.entry(pgno).or_insert_with(|| in_file(&*inner, pgno));
                        }
                    }
                }
                Op::Hold(_) => {}
                Op::Release(pgno) => {
                    run.file.release(Pgno(pgno));
                    if let Some(count) = run.model.holds.get_mut(&pgno) {
                        *count -= 1;
                        if *count == 0 {
                            run.model.holds.remove(&pgno);
                            run.model.when_held.remove(&pgno);
                        }
                    }
                }
                Op::Guard(pgno) => {
                    // Room is made around a guard, too.
                    if let Ok(guard) = run.file.page(Pgno(pgno)) {
                        let before = guard.to_vec();
                        let other = pgno % PAGES + 1;
                        if run.model.values.contains_key(&other) {
                            drop(run.file.page(Pgno(other)));
                        }
                        prop_assert_eq!(&guard[..], &before[..]);
                    }
                }
                Op::Flush => {
                    let outcome = run.file.flush();
                    if run.check_flush(outcome) {
                        run.check_file(|_| true);
                    }
                }
                Op::FlushBefore(age) => {
                    let limit = run.model.clock.saturating_sub(age);
                    let outcome = run.file.flush_before(LogPosition(limit));
                    if run.check_flush(outcome) {
                        run.check_file(|pgno| run.model.begun.get(&pgno).is_some_and(|&begun| begun < limit));
                    }
                }
                Op::Prefetch(pgno) => { run.file.prefetch(&[Pgno(pgno), Pgno(pgno + 1)]); }
                Op::Cut(last) => {
                    run.file.forget_beyond(Pgno(last)).unwrap();
                    let len = Pgno(last + 1).file_offset(SIZE);
                    if inner.len().unwrap() > len {
                        inner.set_len(len).unwrap();
                    }
                    run.model.values.retain(|&pgno, _| pgno <= last);
                    run.model.holds.retain(|&pgno, _| pgno <= last);
                    run.model.when_held.retain(|&pgno, _| pgno <= last);
                    run.model.begun.retain(|&pgno, _| pgno <= last);
                }
                Op::BreakWrites(fails) => run.judge.fails.store(fails, Ordering::Relaxed),
                Op::BreakLog(refuses) => run.log.refuses.store(refuses, Ordering::Relaxed),
            }
            run.check();
        }
        // With everything mended and released, all of it reaches the file.
        run.judge.fails.store(false, Ordering::Relaxed);
        run.log.refuses.store(false, Ordering::Relaxed);
        for (pgno, count) in std::mem::take(&mut run.model.holds) {
            (0..count).for_each(|_| run.file.release(Pgno(pgno)));
        }
        prop_assert!(run.file.flush().unwrap().is_complete());
        prop_assert_eq!(run.file.dirty_count(), 0);
        run.check_file(|_| true);
    }
}
