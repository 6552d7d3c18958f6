//! The transactions that are open at a place in the log, and the macros under way in them.
//!
//! A session counts from the first begin of a transaction that redo meets: whatever it did before is on disk, by the way
//! the start of redo is chosen.

use std::collections::BTreeMap;

use jet_pages::Dbtime;

use crate::Lgpos;
use crate::record::{SessionId, TrxTime};

/// The sessions of the run of the instance at hand.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    open: BTreeMap<SessionId, Session>,
}

/// A session with an open transaction.
#[derive(Debug)]
pub(super) struct Session {
    /// Where its transaction began.
    pub(super) begun_at: Lgpos,
    /// Number of the transaction.
    pub(super) begun: TrxTime,
    /// Levels open.
    pub(super) level: u8,
    macros: Vec<Macro>,
}

/// Records that are done together or not at all.
#[derive(Debug)]
pub(super) struct Macro {
    dbtime: Dbtime,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Sessions {
    pub(super) fn begin(&mut self, session: SessionId, begun: TrxTime, level: u8, at: Lgpos) {
        let opened = Session {
            begun_at: at,
            begun,
            level,
            macros: Vec::new(),
        };
        self.open.insert(session, opened);
    }

    pub(super) fn get_mut(&mut self, session: SessionId) -> Option<&mut Session> {
        self.open.get_mut(&session)
    }

    pub(super) fn end(&mut self, session: SessionId) {
        self.open.remove(&session);
    }

    pub(super) fn end_all(&mut self) {
        self.open.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    /// Those with open transactions, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (SessionId, &Session)> {
        self.open.iter().map(|(&number, session)| (number, session))
    }
}

impl Session {
    pub(super) fn begin_macro(&mut self, dbtime: Dbtime) {
        self.macros.push(Macro {
            dbtime,
            bytes: Vec::new(),
            ends: Vec::new(),
        });
    }

    /// The macro with this database time, if one is under way.
    pub(super) fn macro_of(&mut self, dbtime: Dbtime) -> Option<&mut Macro> {
        self.macros.iter_mut().find(|group| group.dbtime == dbtime)
    }

    /// Takes out the macro with this database time.
    pub(super) fn end_macro(&mut self, dbtime: Dbtime) -> Option<Macro> {
        let at = self.macros.iter().position(|group| group.dbtime == dbtime)?;
        Some(self.macros.remove(at))
    }

    /// Database times of the macros under way.
    pub(super) fn open_macros(&self) -> impl Iterator<Item = Dbtime> {
        self.macros.iter().map(|group| group.dbtime)
    }
}

impl Macro {
    /// Keeps a record for the end of the macro.
    pub(super) fn add(&mut self, record: &[u8]) {
        self.bytes.extend_from_slice(record);
        self.ends.push(self.bytes.len());
    }

    /// The records in order.
    pub(super) fn records(&self) -> impl Iterator<Item = &[u8]> {
        let starts = core::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| self.bytes.get(start..end).unwrap_or_default())
    }
}
