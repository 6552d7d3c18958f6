//! Who has which database open: the rules of opening, without any file.

use std::collections::BTreeMap;

use jet_log::record::Dbid;

use crate::engine::SessionNumber;
use crate::error::DatabaseError;

/// Who has which database of an instance open.
///
/// Invariants:
/// - a database that one session has for itself no other has open
/// - nobody opens a database that is being detached
#[derive(Debug)]
pub(crate) struct Usage {
    one_per_session: bool,
    databases: BTreeMap<Dbid, Use>,
}

/// One database that is open somewhere, or being detached.
#[derive(Debug, Default)]
struct Use {
    /// How often each session has it open, at least once.
    opens: BTreeMap<SessionNumber, u32>,
    exclusive: Option<SessionNumber>,
    is_leaving: bool,
}

impl Usage {
    /// Nothing is open. `one_per_session`: each session opens one database at a time.
    pub(crate) const fn new(one_per_session: bool) -> Self {
        Self {
            one_per_session,
            databases: BTreeMap::new(),
        }
    }

    /// Whether the session may have `database` open beside those that it has; none for one that is about to be created.
    ///
    /// # Errors
    /// [`DatabaseError::OnePerSession`].
    pub(crate) fn check_another(
        &self,
        session: SessionNumber,
        database: Option<Dbid>,
    ) -> Result<(), DatabaseError> {
        let has_another = || {
            let mut others = self
                .databases
                .iter()
                .filter(|(number, _)| Some(**number) != database);
            others.any(|(_, used)| used.opens.contains_key(&session))
        };
        if self.one_per_session && has_another() {
            return Err(DatabaseError::OnePerSession);
        }
        Ok(())
    }

    /// Opens an attached database once more.
    ///
    /// # Errors
    /// [`DatabaseError::Locked`] when another session has it for itself, [`DatabaseError::InUse`] when it is wanted for
    /// oneself while it is open, or is being detached.
    pub(crate) fn open(
        &mut self,
        session: SessionNumber,
        database: Dbid,
        is_exclusive: bool,
    ) -> Result<(), DatabaseError> {
        let used = self.databases.entry(database).or_default();
        match used.exclusive {
            Some(owner) if owner != session => return Err(DatabaseError::Locked),
            None if used.is_leaving || (is_exclusive && !used.opens.is_empty()) => {
                return Err(DatabaseError::InUse);
            }
            _ => {}
        }
        let count = used.opens.entry(session).or_default();
        *count = count.saturating_add(1);
        if is_exclusive {
            used.exclusive = Some(session);
        }
        Ok(())
    }

    /// Whether the session has the database open.
    ///
    /// # Errors
    /// [`DatabaseError::NotOpen`].
    pub(crate) fn check_open(&self, session: SessionNumber, database: Dbid) -> Result<(), DatabaseError> {
        let used = self.databases.get(&database);
        if used.is_some_and(|used| used.opens.contains_key(&session)) {
            return Ok(());
        }
        Err(DatabaseError::NotOpen)
    }

    /// Closes a database once; returns whether that was the session's last open.
    ///
    /// # Errors
    /// [`DatabaseError::NotOpen`].
    pub(crate) fn close(&mut self, session: SessionNumber, database: Dbid) -> Result<bool, DatabaseError> {
        let used = self.databases.get_mut(&database).ok_or(DatabaseError::NotOpen)?;
        let count = used.opens.get_mut(&session).ok_or(DatabaseError::NotOpen)?;
        *count -= 1;
        let is_last = *count == 0;
        if is_last {
            used.end(session);
            self.drop_unused();
        }
        Ok(is_last)
    }

    /// Closes whatever a session has open.
    pub(crate) fn close_all(&mut self, session: SessionNumber) {
        for used in self.databases.values_mut() {
            used.end(session);
        }
        self.drop_unused();
    }

    /// Keeps everybody from opening these databases.
    ///
    /// # Errors
    /// [`DatabaseError::InUse`] when one is open or being detached; none is kept then.
    pub(crate) fn leave(&mut self, databases: &[Dbid]) -> Result<(), DatabaseError> {
        if databases
            .iter()
            .any(|database| self.databases.contains_key(database))
        {
            return Err(DatabaseError::InUse);
        }
        for &database in databases {
            self.databases.entry(database).or_default().is_leaving = true;
        }
        Ok(())
    }

    /// Takes [`Usage::leave`] back: the databases have left, or stay.
    pub(crate) fn end_leaving(&mut self, databases: &[Dbid]) {
        for database in databases {
            self.databases.remove(database);
        }
    }

    fn drop_unused(&mut self) {
        self.databases
            .retain(|_, used| used.is_leaving || !used.opens.is_empty());
    }
}

impl Use {
    fn end(&mut self, session: SessionNumber) {
        self.opens.remove(&session);
        self.exclusive = self.exclusive.filter(|owner| *owner != session);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const A: SessionNumber = SessionNumber(1);
    const B: SessionNumber = SessionNumber(2);
    const ONE: Dbid = Dbid(1);
    const TWO: Dbid = Dbid(2);

    #[test]
    fn each_open_needs_a_close_and_counts_for_its_session_alone() {
        let mut usage = Usage::new(false);
        usage.open(A, ONE, false).unwrap();
        usage.open(A, ONE, false).unwrap();
        assert_eq!(usage.check_open(B, ONE), Err(DatabaseError::NotOpen));
        usage.open(B, ONE, false).unwrap();
        assert_eq!(usage.close(A, ONE), Ok(false));
        assert_eq!(usage.check_open(A, ONE), Ok(()));
        assert_eq!(usage.close(A, ONE), Ok(true));
        assert_eq!(usage.close(A, ONE), Err(DatabaseError::NotOpen));
        assert_eq!(usage.check_open(B, ONE), Ok(()));
    }

    #[test]
    fn one_for_itself_keeps_others_out_and_is_not_had_beside_others() {
        let mut usage = Usage::new(false);
        usage.open(A, ONE, true).unwrap();
        usage.open(A, ONE, false).unwrap();
        assert_eq!(usage.open(B, ONE, false), Err(DatabaseError::Locked));
        assert_eq!(usage.open(B, ONE, true), Err(DatabaseError::Locked));
        usage.close_all(A);
        usage.open(B, ONE, false).unwrap();
        for session in [A, B] {
            assert_eq!(usage.open(session, ONE, true), Err(DatabaseError::InUse));
        }
    }

    #[test]
    fn nobody_opens_what_is_being_detached_and_nobody_detaches_what_is_open() {
        let mut usage = Usage::new(false);
        usage.open(A, TWO, false).unwrap();
        assert_eq!(usage.leave(&[ONE, TWO]), Err(DatabaseError::InUse));
        usage.leave(&[ONE]).unwrap();
        assert_eq!(usage.open(A, ONE, false), Err(DatabaseError::InUse));
        assert_eq!(usage.leave(&[ONE]), Err(DatabaseError::InUse));
        usage.end_leaving(&[ONE]);
        usage.open(A, ONE, false).unwrap();
    }

    #[test]
    fn a_second_database_is_refused_where_one_is_the_rule() {
        for (rule, answer) in [(true, Err(DatabaseError::OnePerSession)), (false, Ok(()))] {
            let mut usage = Usage::new(rule);
            usage.open(A, ONE, false).unwrap();
            assert_eq!(usage.check_another(A, Some(ONE)), Ok(()));
            assert_eq!(usage.check_another(B, Some(TWO)), Ok(()));
            assert_eq!(usage.check_another(A, Some(TWO)), answer);
            assert_eq!(usage.check_another(A, None), answer);
        }
    }
}
