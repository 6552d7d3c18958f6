//! Old data go to the log, so that pages with changes of open transactions can be written.

use jet_log::record::node::{NodeChange, PageChange, UndoInfo};
use jet_log::record::{DBTIME_NONE, Dbid, Record};
use jet_log::{Appended, Log, LogWriteError};
use jet_pages::Pgno;

use super::Trees;
use super::held::{Held, HeldPages};
use crate::edit::node::Undoing;
use crate::version::{Change, Versions};

impl Trees {
    /// Logs the old data of all changes for which pages of `database` wait, and when they are durable lets the pages be
    /// written. Returns how many changes there were.
    ///
    /// # Errors
    /// [`LogWriteError`]: the pages still wait.
    pub fn log_old_data(&self, database: Dbid) -> Result<usize, LogWriteError> {
        let Some(store) = self.store(database) else {
            return Ok(0);
        };
        let mut logged = Vec::new();
        let mut end = None;
        {
            // Nobody ends a transaction meanwhile, see `held`.
            let mut pages = self.held.lock();
            let numbers: Vec<_> = pages.keys().filter(|page| page.0 == database).copied().collect();
            for page in numbers {
                for held in pages.get(&page).into_iter().flatten() {
                    if let Some(appended) = log_one(&self.log, &self.versions, page.1, held)? {
                        end = Some(appended.end);
                    }
                    logged.push(page.1);
                }
                pages.remove(&page);
            }
        }
        if let Some(end) = end {
            self.log.flush(end)?;
        }
        for &pgno in &logged {
            store.release(pgno);
        }
        Ok(logged.len())
    }

    /// How many changes keep pages from being written.
    pub fn held_count(&self) -> usize {
        self.held.count()
    }
}

fn log_one(
    log: &Log,
    versions: &Versions,
    page: Pgno,
    held: &Held,
) -> Result<Option<Appended>, LogWriteError> {
    let Some(Change::Node(undoing)) = versions.change(&held.done.entered) else {
        return Ok(None);
    };
    let image = match &undoing {
        Undoing::Replace(old) => &**old,
        // Undoing a deletion takes the flag away; the data are on the page.
        _ => &[],
    };
    let name = &held.done.entered.node;
    let unique = if held.done.is_unique {
        PageChange::UNIQUE
    } else {
        0
    };
    let change = PageChange {
        session: held.session,
        database: name.database(),
        page,
        dbtime: DBTIME_NONE,
        dbtime_before: DBTIME_NONE,
        transaction: held.begun,
        level: held.done.level,
        line: 0,
        flags: PageChange::VERSIONED | unique,
    };
    let record = UndoInfo {
        node: NodeChange {
            change,
            version: held.done.entered.number,
            root: name.root(),
            tree: held.done.tree,
        },
        operation: undoing.operation().number(),
        max_bytes: i16::try_from(image.len()).unwrap_or(i16::MAX),
        delta_bytes: 0,
        key: name.key(),
        bookmark_data: name.bookmark_data(),
        image,
    };
    log.append(&[Record::UndoInfo(record)]).map(Some)
}

/// Logs the old data of the changes for which one page waits, and forgets that it does; returns how many there were.
pub(super) fn log_page(
    log: &Log,
    versions: &Versions,
    held: &HeldPages,
    page: (Dbid, Pgno),
) -> Result<usize, LogWriteError> {
    let mut pages = held.lock();
    let waiting = pages.get(&page).map_or(&[][..], Vec::as_slice);
    let count = waiting.len();
    for held in waiting {
        log_one(log, versions, page.1, held)?;
    }
    pages.remove(&page);
    Ok(count)
}
