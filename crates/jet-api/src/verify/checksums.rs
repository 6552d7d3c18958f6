//! Phase 2: the checksum of every page, on all cores.
//!
//! Only pages that the database root owns are judged: what lies behind them is not defined, and real files have foreign
//! bytes there.

use std::sync::{Arc, Mutex, PoisonError};

use jet_io::{ScanChunk, ScanError, ScanReader};
use jet_pages::checksum::{self, ChecksumError, PageState};
use jet_pages::dbheader::DbState;
use jet_pages::space::Extent;
use jet_pages::{Dbtime, Page, PageSize, Pgno};

use super::Progress;
use super::finding::Sink;
use super::report::PageCounts;
use crate::RawDatabase;

/// Damaged pages that are kept to be named, per worker.
const NAMED_MAX: usize = 4096;

/// What one worker saw.
struct Seen<'o> {
    size: PageSize,
    owned: Option<&'o [Extent]>,
    counts: PageCounts,
    faults: Vec<(Pgno, ChecksumError)>,
    unnamed: u64,
    /// Header's database time, of a file in which no page may be newer.
    limit: Option<Dbtime>,
    newest: Option<(Dbtime, Pgno)>,
    newer_pages: u64,
}

/// Verifies all pages. `owned`: ascending extents of the database root; without them every page is judged.
pub(super) fn check(
    raw: &RawDatabase,
    owned: Option<&[Extent]>,
    workers: usize,
    progress: &mut dyn Progress,
    sink: &mut Sink<'_>,
) -> PageCounts {
    let file = Arc::clone(raw.pages().file());
    let scan = match ScanReader::new(file, raw.page_size()) {
        Ok(scan) => scan,
        Err(error) => {
            sink.file("file-unreadable", error.to_string());
            return PageCounts::default();
        }
    };
    let total = scan.page_count();
    progress.begin(super::Step::Checksums, total.into());
    let is_clean = raw.header().db_state() == DbState::CleanShutdown;
    let start = || Seen {
        size: raw.page_size(),
        owned,
        counts: PageCounts::default(),
        faults: Vec::new(),
        unnamed: 0,
        limit: is_clean.then(|| raw.header().dbtime()),
        newest: None,
        newer_pages: 0,
    };
    let progress = Mutex::new(progress);
    let work = |seen: &mut Seen<'_>, mut chunk: ScanChunk<'_>| {
        let mut pages = 0;
        for (pgno, bytes) in chunk.pages() {
            seen.page(pgno, bytes);
            pages += 1;
        }
        progress
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .advance(pages);
        Ok::<(), core::convert::Infallible>(())
    };
    let states = scan.run(workers, start, work).unwrap_or_else(|error| {
        let error = match error {
            ScanError::Io(error) => error.to_string(),
            ScanError::Work { source, .. } => match source {},
        };
        sink.file(
            "file-unreadable",
            format!("not all checksums were verified: {error}"),
        );
        Vec::new()
    });
    let mut counts = report(states, sink);
    counts.total = total;
    counts
}

impl Seen<'_> {
    fn page(&mut self, pgno: Pgno, bytes: &mut [u8]) {
        let is_owned = self.owned.is_none_or(|owned| {
            let behind = owned.partition_point(|extent| extent.last() < pgno);
            owned.get(behind).is_some_and(|extent| extent.contains(pgno))
        });
        match checksum::verify_or_correct(bytes, pgno, self.size) {
            Ok(PageState::Uninitialized) => self.counts.zero += 1,
            Ok(PageState::Valid) => {
                self.counts.initialised += 1;
                if is_owned {
                    self.age(pgno, bytes);
                }
            }
            Ok(PageState::Corrected { bit }) => {
                self.counts.initialised += 1;
                self.counts.bit_flips += 1;
                self.fault(pgno, ChecksumError::BitFlip { pgno, bit });
            }
            Err(_) if !is_owned => self.counts.foreign += 1,
            Err(error) => {
                self.counts.damaged += 1;
                self.fault(pgno, error);
            }
        }
    }

    fn age(&mut self, pgno: Pgno, bytes: &[u8]) {
        let (Some(limit), Ok(page)) = (self.limit, Page::new(bytes, pgno, self.size)) else {
            return;
        };
        let changed = page.header().changed_at();
        if changed > limit {
            self.newer_pages += 1;
            self.newest = self.newest.max(Some((changed, pgno)));
        }
    }

    fn fault(&mut self, pgno: Pgno, error: ChecksumError) {
        if self.faults.len() < NAMED_MAX {
            self.faults.push((pgno, error));
        } else {
            self.unnamed += 1;
        }
    }
}

fn report(states: Vec<Seen<'_>>, sink: &mut Sink<'_>) -> PageCounts {
    let mut counts = PageCounts::default();
    let (mut faults, mut newest, mut newer_pages) = (Vec::new(), None, 0);
    for seen in states {
        counts.initialised += seen.counts.initialised;
        counts.zero += seen.counts.zero;
        counts.bit_flips += seen.counts.bit_flips;
        counts.damaged += seen.counts.damaged;
        counts.foreign += seen.counts.foreign;
        faults.extend(seen.faults);
        sink.unlisted("page-checksum", seen.unnamed);
        newest = newest.max(seen.newest.map(|(dbtime, pgno)| (dbtime, pgno, seen.limit)));
        newer_pages += seen.newer_pages;
    }
    faults.sort_unstable_by_key(|(pgno, _)| *pgno);
    for (pgno, error) in faults {
        let id = match error {
            ChecksumError::BitFlip { .. } => "page-bit-flip",
            ChecksumError::Misplaced { .. } => "page-misplaced",
            ChecksumError::Truncated { .. } | ChecksumError::Mismatch { .. } => "page-checksum",
        };
        sink.page(id, pgno, error.to_string());
    }
    if let Some((dbtime, pgno, limit)) = newest {
        let limit = limit.unwrap_or_default();
        let message = format!(
            "{newer_pages} pages were changed after database time {limit}, which the header names; the last change is {dbtime}"
        );
        sink.page("page-newer-than-header", pgno, message);
    }
    counts
}
