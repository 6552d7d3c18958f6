//! Verifying a database file: every page, every tree, every row, and each index against the rows.
//!
//! Phases: header, checksums, structure, then table by table rows, long values and indexes, see [`Phase`]. Damage never ends
//! a verification: what hangs on it is left out, and the rest is looked at. Memory does not grow with the number of rows.
//! What is found goes to a callback as it is found; [`KINDS`] lists all that can be.

mod checksums;
mod finding;
mod header;
mod kinds;
mod report;
mod structure;
mod tables;

use std::path::Path;
use std::time::Instant;

use jet_btree::Tree;
use jet_btree::space::TreeSpace;
use jet_isam::catalog::Catalog;
use jet_pages::dbheader::DbState;
use jet_pages::space::Extent;
use jet_pages::{Objid, Pgno};

pub use finding::{Finding, Phase, Severity, Totals};
pub use jet_isam::check::{IndexStats, LongValueStats, NotMade, NotMadeCounts, TableStats};
pub use kinds::{KINDS, Kind};
pub use report::{PageCounts, Report, TableReport, TreeKind, TreeReport};

use crate::{JetError, OpenOptions, RawDatabase};
use finding::Sink;

/// A part of the work whose progress is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Checksums; counted in pages.
    Checksums,
    /// Trees; counted in pages.
    Structure,
    /// Rows, long values and indexes; counted in leaf pages.
    Tables,
}

/// Whoever wants to know how far a verification is.
pub trait Progress: Send {
    /// A step begins; it takes about `total` units.
    fn begin(&mut self, step: Step, total: u64);

    /// So many units more are done.
    fn advance(&mut self, units: u64);
}

/// Nobody wants to know.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn begin(&mut self, _: Step, _: u64) {}

    fn advance(&mut self, _: u64) {}
}

/// How to verify a file.
///
/// ```no_run
/// use jet_api::verify::{NoProgress, Verifier};
///
/// let report = Verifier::default().run("SRUDB.dat", &mut |finding| println!("{finding}"), &mut NoProgress)?;
/// println!("{}", if report.is_sound() { "sound" } else { "damaged" });
/// # Ok::<(), jet_api::JetError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    options: OpenOptions,
    workers: usize,
    findings_most: u64,
}

/// Findings of one kind, table and index that are delivered, unless [`Verifier::findings_most`] says otherwise.
pub const FINDINGS_MOST: u64 = 100;

impl Default for Verifier {
    fn default() -> Self {
        Self::new(OpenOptions::default())
    }
}

impl Verifier {
    /// A verifier that opens files with `options`.
    pub fn new(options: OpenOptions) -> Self {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            options,
            workers,
            findings_most: FINDINGS_MOST,
        }
    }

    /// Threads that verify checksums; all cores by default.
    #[must_use]
    pub const fn workers(mut self, workers: usize) -> Self {
        self.workers = workers;
        self
    }

    /// Most findings of one kind, table and index to deliver; all are counted.
    #[must_use]
    pub const fn findings_most(mut self, most: u64) -> Self {
        self.findings_most = most;
        self
    }

    /// Verifies the file at `path`. Findings go to `deliver` as they are found.
    ///
    /// # Errors
    /// Those of [`OpenOptions::open_raw`]: the file cannot be read at all, or is none. A file whose creation was never
    /// completed is no database either. All other damage is a finding.
    pub fn run(
        &self,
        path: impl AsRef<Path>,
        deliver: &mut dyn FnMut(&Finding),
        progress: &mut dyn Progress,
    ) -> Result<Report, JetError> {
        let path = path.as_ref();
        let raw = self.options.clone().open_raw(path)?;
        let mut sink = Sink::new(path, raw.page_size(), self.findings_most, deliver);
        let mut report = Report {
            is_clean: raw.header().db_state() == DbState::CleanShutdown,
            ..Report::default()
        };
        let mut clock = Clock {
            start: Instant::now(),
            report: &mut report,
        };

        let catalog = Catalog::read(raw.pages());
        if let (Err(_), DbState::JustCreated) = (&catalog, raw.header().db_state()) {
            self.options.clone().open(path)?;
        }
        let owned = owned_extents(&raw);
        header::check(&raw, owned.as_deref(), &mut sink);
        clock.lap(Phase::Header);

        clock.report.pages = checksums::check(&raw, owned.as_deref(), self.workers, progress, &mut sink);
        clock.lap(Phase::Checksums);

        let catalog = catalog.unwrap_or_else(|error| {
            sink.page("catalog-unreadable", error.pgno(), error.to_string());
            Catalog::default()
        });
        structure::check_catalog(&raw, &catalog, &mut sink);
        clock.report.trees = structure::check_trees(&raw, &catalog, progress, &mut sink);
        clock.lap(Phase::Structure);

        let key = self.options.key();
        let trees = core::mem::take(&mut clock.report.trees);
        clock.report.tables = tables::check(&raw, &catalog, key, &trees, progress, &mut sink);
        clock.report.trees = trees;
        clock.lap(Phase::Rows);
        (report.totals, report.findings) = sink.finish();
        Ok(report)
    }
}

/// Measures the phases.
struct Clock<'r> {
    start: Instant,
    report: &'r mut Report,
}

impl Clock<'_> {
    fn lap(&mut self, phase: Phase) {
        let now = Instant::now();
        self.report.times.push((phase, now - self.start));
        self.start = now;
    }
}

/// What the database root owns, ascending; none when that cannot be read.
fn owned_extents(raw: &RawDatabase) -> Option<Vec<Extent>> {
    let root = Tree::open(raw.pages(), Pgno::DATABASE_ROOT, Some(Objid::DATABASE)).ok()?;
    TreeSpace::read(root).ok().map(|space| space.owned)
}
