//! The pages of one database during redo: which of them need a change, and which are not there yet or no more.
//!
//! While redo is in generations whose changes the file may have already, its pages can be ahead of the log. A page that a
//! record wants to change may then be missing: cut off, trimmed or emptied by something logged later. Such pages are kept
//! in a list and every change of theirs is passed over, until a record makes the page anew or gives it up. So is a page
//! that is older than a record expects: where trimming leaves the content, it was given up before it was written. What is
//! left on the list when redo passes beyond these generations, or ends, is really missing.

use core::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use jet_io::cache::{Cache, CacheError, CachedFile, PageGuard, Stamp};
use jet_log::recovery::{Marks, Place, TargetFile};
use jet_log::{Generation, Lgpos};
use jet_pages::checksum::ChecksumError;
use jet_pages::tag::TAG_BYTES;
use jet_pages::{Dbtime, Objid, PageMut, PageSize, Pgno};

use super::gate::{Gate, Mended, Verify};
use super::page::{FIRST_SPECIAL_DBTIME, PageInHand, PageIs};
use super::{Missing, RedoError};

/// One database.
#[derive(Debug)]
pub(super) struct Database {
    pages: CachedFile<Verify>,
    size: PageSize,
    attached: Lgpos,
    resized: Option<Lgpos>,
    newest: Generation,
    marks: Cell<Marks>,
    awaited: RefCell<BTreeMap<Pgno, Awaited>>,
    mended: Option<Mended>,
}

/// A page that a later record must make anew or give up, and the record that it was not ready for.
#[derive(Clone, Copy, Debug)]
struct Awaited {
    at: Lgpos,
    why: Unready,
}

/// Why a page cannot take a change for now.
#[derive(Clone, Copy, Debug)]
enum Unready {
    Missing(Missing),
    /// It lacks changes from before: its time, and those of the record.
    Old {
        found: Dbtime,
        before: Dbtime,
        after: Dbtime,
    },
}

impl Awaited {
    const fn error(self, pgno: Pgno) -> RedoError {
        let at = self.at;
        match self.why {
            Unready::Missing(why) => RedoError::Missing { pgno, at, why },
            Unready::Old { found, before, after } => RedoError::TooOld {
                pgno,
                at,
                found,
                before,
                after,
            },
        }
    }
}

/// A page that a record is about.
pub(super) enum Access<'c> {
    /// It is there.
    Page(PageInHand<'c>),
    /// It is missing for now; its changes are passed over.
    Missing,
}

impl Database {
    pub(super) fn new(cache: &Cache, file: TargetFile, mends: bool) -> Result<Self, RedoError> {
        let size = file.page_size;
        let gate = Gate {
            size,
            barrier: file.barrier,
        };
        let mended = mends.then(Mended::default);
        let check = Verify {
            size,
            mended: mended.clone(),
        };
        Ok(Self {
            pages: cache.attach_writable(file.file, check, Arc::new(gate)),
            mended,
            size,
            attached: file.attached,
            resized: file.resized,
            newest: file.newest,
            marks: Cell::new(file.marks),
            awaited: RefCell::default(),
        })
    }

    pub(super) const fn size(&self) -> PageSize {
        self.size
    }

    /// An error with this file, and with `pgno` if it names no page itself.
    pub(super) fn located(&self, error: RedoError, pgno: Option<Pgno>) -> RedoError {
        let page = error.pgno().or(pgno);
        RedoError::In {
            path: self.pages.file().path().to_owned(),
            page: page.map(|pgno| (pgno, pgno.file_offset(self.size))),
            source: Box::new(error),
        }
    }

    pub(super) fn marks(&self) -> Marks {
        self.marks.get()
    }

    /// Takes note of numbers that a record shows.
    pub(super) fn note(&self, dbtime: Dbtime, objid: Objid) {
        let marks = self.marks.get();
        let is_number = dbtime.0 < FIRST_SPECIAL_DBTIME;
        self.marks.set(Marks {
            dbtime: if is_number {
                marks.dbtime.max(dbtime)
            } else {
                marks.dbtime
            },
            objid: marks.objid.max(objid),
        });
    }

    /// A database time that no page has yet.
    pub(super) fn next_dbtime(&self) -> Dbtime {
        let marks = self.marks.get();
        let dbtime = Dbtime(marks.dbtime.0 + 1);
        self.marks.set(Marks { dbtime, ..marks });
        dbtime
    }

    /// Whether changes logged at `place` can be missing in this file at all.
    pub(super) fn wants(&self, place: Place) -> bool {
        !place.is_old && place.at > self.attached
    }

    /// Whether the file may have changes of later records than the one at `at`.
    pub(super) fn may_be_ahead(&self, at: Lgpos) -> bool {
        at.generation <= self.newest
    }

    /// The page that the record at `at` changes.
    pub(super) fn page(&self, pgno: Pgno, at: Lgpos) -> Result<Access<'_>, RedoError> {
        if self.is_awaited(pgno) {
            return Ok(Access::Missing);
        }
        let why = match self.latch(pgno)? {
            Ok(page) => match page.state() {
                PageIs::InUse => return Ok(Access::Page(page)),
                PageIs::Zero => Missing::Zero,
                PageIs::GivenUp => Missing::GivenUp,
            },
            Err(why) => why,
        };
        self.wait_for(pgno, at, Unready::Missing(why))?;
        Ok(Access::Missing)
    }

    /// Puts a page on the list of those that a later record must make good, if there can be one.
    fn wait_for(&self, pgno: Pgno, at: Lgpos, why: Unready) -> Result<(), RedoError> {
        let awaited = Awaited { at, why };
        if !self.may_be_ahead(at) {
            return Err(awaited.error(pgno));
        }
        tracing::debug!(target: "jet::btree::redo", %pgno, %at, ?why, "page is missing for now");
        self.awaited.borrow_mut().insert(pgno, awaited);
        Ok(())
    }

    /// A page that the record at `at` makes anew with database time `after`; `None` when the file has it already.
    pub(super) fn new_page(
        &self,
        pgno: Pgno,
        after: Dbtime,
        at: Lgpos,
    ) -> Result<Option<PageInHand<'_>>, RedoError> {
        if self.may_be_ahead(at) && !self.is_awaited(pgno) {
            // Whatever is wrong with a page that is overwritten does not matter.
            if let Ok(Ok(page)) = self.latch(pgno)
                && page.state() == PageIs::InUse
                && page.header().changed_at() >= after
            {
                return Ok(None);
            }
        }
        self.awaited.borrow_mut().remove(&pgno);
        let guard = self
            .pages
            .new_page(pgno)
            .map_err(|error| access_error(pgno, error))?;
        Ok(Some(PageInHand::new(guard, pgno, self.size)))
    }

    /// Whether a page needs the change from `before` to `after`.
    fn needs(
        &self,
        page: &PageInHand<'_>,
        before: Dbtime,
        after: Dbtime,
        at: Lgpos,
    ) -> Result<bool, RedoError> {
        let (pgno, found) = (page.pgno(), page.header().changed_at());
        if found >= after {
            let newest = self.newest;
            return match self.may_be_ahead(at) {
                true => Ok(false),
                false => Err(RedoError::BeyondNewest { pgno, at, newest }),
            };
        }
        match found.cmp(&before) {
            core::cmp::Ordering::Equal => Ok(true),
            core::cmp::Ordering::Less => {
                self.wait_for(pgno, at, Unready::Old { found, before, after })?;
                Ok(false)
            }
            core::cmp::Ordering::Greater => Err(RedoError::TooNew {
                pgno,
                at,
                found,
                before,
                after,
            }),
        }
    }

    /// The page, if it needs the change; `None` when it has it or is missing for now.
    pub(super) fn page_to_change(
        &self,
        pgno: Pgno,
        before: Dbtime,
        after: Dbtime,
        at: Lgpos,
    ) -> Result<Option<PageInHand<'_>>, RedoError> {
        match self.page(pgno, at)? {
            Access::Page(page) => Ok(self.needs(&page, before, after, at)?.then_some(page)),
            Access::Missing => Ok(None),
        }
    }

    /// A page as it is, to find the way down a tree.
    pub(super) fn read(&self, pgno: Pgno) -> Result<PageGuard<'_>, RedoError> {
        self.pages.page(pgno).map_err(|error| access_error(pgno, error))
    }

    /// A page that is to be changed whatever its time is.
    pub(super) fn page_in_use(&self, pgno: Pgno, at: Lgpos) -> Result<PageInHand<'_>, RedoError> {
        match self.latch(pgno)? {
            Ok(page) => Ok(page),
            Err(why) => Err(RedoError::Missing { pgno, at, why }),
        }
    }

    /// A page was given up or cut off: it is missing no more.
    pub(super) fn forgive(&self, first: Pgno, count: u32) {
        let mut awaited = self.awaited.borrow_mut();
        if !awaited.is_empty() {
            let end = first.0.saturating_add(count);
            awaited.retain(|pgno, _| *pgno < first || pgno.0 >= end);
        }
    }

    /// Asks for the memory of a page, and for that of the tag of node `line`, before they are used.
    pub(super) fn bring_near(&self, pgno: Pgno, line: usize) {
        let tag = self.size.bytes().saturating_sub(TAG_BYTES * (line + 2));
        self.pages.bring_near(pgno, tag);
    }

    /// One hold fewer of a page that must wait to be written.
    pub(super) fn release(&self, pgno: Pgno) {
        self.pages.release(pgno);
    }

    /// Redo is in `generation` now: beyond those whose changes the file may have, no page may be missing.
    pub(super) fn reached(&self, generation: Generation) -> Result<(), RedoError> {
        if generation <= self.newest {
            return Ok(());
        }
        self.check_none_awaited()
    }

    /// The first page in the order of the log that should have been made good by now.
    fn check_none_awaited(&self) -> Result<(), RedoError> {
        let awaited = self.awaited.borrow();
        match awaited.iter().min_by_key(|(_, awaited)| awaited.at) {
            Some((&pgno, awaited)) => Err(awaited.error(pgno)),
            None => Ok(()),
        }
    }

    /// Writes every changed page and syncs the file, which is as redo leaves it: no page may be missing.
    pub(super) fn flush(&self) -> Result<(), RedoError> {
        self.check_none_awaited()?;
        self.pages.flush()?;
        self.pages.file().sync_data()?;
        Ok(())
    }

    /// Grows the file, unless its length is that of a later record.
    pub(super) fn extend(&self, last: Pgno, at: Lgpos) -> Result<(), RedoError> {
        let file = self.pages.file();
        let wanted = last.file_offset(self.size) + self.size.bytes() as u64;
        if at > self.attached && self.resized.is_none_or(|resized| at >= resized) && file.len()? < wanted {
            file.set_len(wanted)?;
        }
        Ok(())
    }

    /// Cuts the file behind page `last`, unless its length is that of a later record.
    ///
    /// A header that does not tell of lengths leaves open whether the file has grown again since, with changes in the new
    /// pages that no record in sight tells: then it stays as long as it is.
    pub(super) fn cut(&self, last: Pgno, at: Lgpos) -> Result<(), RedoError> {
        if at <= self.attached {
            return Ok(());
        }
        let first_gone = Pgno(last.0.saturating_add(1));
        self.forgive(first_gone, u32::MAX);
        self.pages
            .forget_beyond(last)
            .map_err(|error| access_error(first_gone, error))?;
        let is_due = match self.resized {
            Some(resized) => at >= resized,
            None => !self.may_be_ahead(at),
        };
        let file = self.pages.file();
        let wanted = first_gone.file_offset(self.size);
        if is_due && file.len()? > wanted {
            file.set_len(wanted)?;
        }
        Ok(())
    }

    fn is_awaited(&self, pgno: Pgno) -> bool {
        let awaited = self.awaited.borrow();
        !awaited.is_empty() && awaited.contains_key(&pgno)
    }

    fn latch(&self, pgno: Pgno) -> Result<Result<PageInHand<'_>, Missing>, RedoError> {
        match self.pages.page_mut(pgno) {
            Ok(mut guard) => {
                let is_mended = self
                    .mended
                    .as_ref()
                    .is_some_and(|mended| mended.lock().remove(&pgno));
                // A dirty page counts as checked.
                if is_mended && PageMut::check(&guard, pgno, self.size).is_ok() {
                    // Every record that the file knows of is durable: this write has to wait for none.
                    guard.change(Stamp::default());
                }
                Ok(Ok(PageInHand::new(guard, pgno, self.size)))
            }
            Err(CacheError::BeyondEnd { .. }) => Ok(Err(Missing::BeyondEnd)),
            Err(error) => Err(access_error(pgno, error)),
        }
    }
}

fn access_error(pgno: Pgno, error: CacheError<ChecksumError>) -> RedoError {
    match error {
        CacheError::Io(source) => RedoError::Io { pgno, source },
        CacheError::Check { source, .. } => RedoError::Checksum(source),
        CacheError::WriteBack(source) => RedoError::Flush(source),
        CacheError::BeyondEnd { got, .. } => RedoError::Checksum(ChecksumError::Truncated {
            pgno,
            len: got,
            expected: 0,
        }),
        CacheError::NoSuchPage => RedoError::NoPage,
        CacheError::Latched { .. }
        | CacheError::Exhausted { .. }
        | CacheError::OutOfMemory { .. }
        | CacheError::ReadOnly => RedoError::CacheExhausted { pgno },
    }
}
