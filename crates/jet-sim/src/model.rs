//! What must be there: every committed state, and what each open transaction makes of it.
//!
//! Rows are kept with all states that they ever had, by number of the commit, so any snapshot can be asked for.

use std::collections::BTreeMap;

/// A row: number of the tree, key, and the data where they are part of the name.
pub type Name = (usize, Vec<u8>, Vec<u8>);

/// What a change must answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is made.
    Done,
    /// The key is taken.
    Taken,
    /// Another transaction is in the way.
    Conflict,
    /// There is no such row.
    Missing,
}

/// All rows and transactions.
#[derive(Clone, Debug, Default)]
pub struct Model {
    rows: BTreeMap<Name, Vec<State>>,
    /// Additions to each counter: rows of their own tree, which are made once and never replaced or deleted.
    sums: BTreeMap<Name, Vec<(u64, i64)>>,
    commits: u64,
    sessions: Vec<Session>,
}

/// A row from a commit on: its number, and the data, `None` for a deleted row. States of a row stand oldest first.
type State = (u64, Option<Vec<u8>>);

/// One session.
#[derive(Clone, Debug, Default)]
pub struct Session {
    levels: Vec<Level>,
    /// Commits that it sees.
    snapshot: u64,
}

#[derive(Clone, Debug, Default)]
struct Level {
    rows: BTreeMap<Name, Option<Vec<u8>>>,
    sums: BTreeMap<Name, i64>,
}

impl Model {
    /// A model of `sessions` sessions and no rows.
    pub fn new(sessions: usize) -> Self {
        Self {
            sessions: vec![Session::default(); sessions],
            ..Self::default()
        }
    }

    /// Levels that a session has open.
    pub fn level(&self, session: usize) -> usize {
        self.sessions[session].levels.len()
    }

    /// Commits so far.
    pub const fn commits(&self) -> u64 {
        self.commits
    }

    /// Opens a level.
    pub fn begin(&mut self, session: usize) {
        let commits = self.commits;
        let session = &mut self.sessions[session];
        if session.levels.is_empty() {
            session.snapshot = commits;
        }
        session.levels.push(Level::default());
    }

    /// Ends a level badly.
    pub fn roll_back(&mut self, session: usize) {
        self.sessions[session].levels.pop();
    }

    /// Ends a level well; true when that committed changes for all to see.
    pub fn commit(&mut self, session: usize) -> bool {
        let Some(level) = self.sessions[session].levels.pop() else {
            return false;
        };
        if let Some(below) = self.sessions[session].levels.last_mut() {
            below.rows.extend(level.rows);
            for (name, sum) in level.sums {
                *below.sums.entry(name).or_default() += sum;
            }
            return false;
        }
        if level.rows.is_empty() && level.sums.is_empty() {
            return false;
        }
        self.commits += 1;
        for (name, data) in level.rows {
            self.rows.entry(name).or_default().push((self.commits, data));
        }
        for (name, sum) in level.sums {
            self.sums.entry(name).or_default().push((self.commits, sum));
        }
        true
    }

    /// Forgets all sessions, and all commits after the first `commits`: what a crash leaves.
    pub fn crash(&mut self, commits: u64) {
        self.sessions.fill(Session::default());
        self.commits = commits;
        for states in self.rows.values_mut() {
            states.retain(|&(number, _)| number <= commits);
        }
        for sums in self.sums.values_mut() {
            sums.retain(|&(number, _)| number <= commits);
        }
    }

    fn committed(&self, name: &Name, at: u64) -> Option<&State> {
        let states = self.rows.get(name)?;
        states.iter().rfind(|&&(number, _)| number <= at)
    }

    fn own(&self, session: usize, name: &Name) -> Option<&Option<Vec<u8>>> {
        let levels = &self.sessions[session].levels;
        levels.iter().rev().find_map(|level| level.rows.get(name))
    }

    fn view(&self, session: usize) -> u64 {
        match self.level(session) {
            0 => self.commits,
            _ => self.sessions[session].snapshot,
        }
    }

    /// The data of a row as a session sees it.
    pub fn get(&self, session: usize, name: &Name) -> Option<Vec<u8>> {
        let seen = match self.own(session, name) {
            Some(own) => own.clone(),
            None => self
                .committed(name, self.view(session))
                .and_then(|(_, data)| data.clone()),
        };
        let sum = self.sum(session, name);
        seen.map(|data| with_sum(data, sum))
    }

    /// All rows of a tree as a session sees them.
    pub fn scan(&self, session: usize, tree: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut names: Vec<_> = self.rows.keys().filter(|name| name.0 == tree).cloned().collect();
        let own = self.sessions[session]
            .levels
            .iter()
            .flat_map(|level| level.rows.keys());
        names.extend(own.filter(|name| name.0 == tree).cloned());
        names.sort();
        names.dedup();
        names
            .into_iter()
            .filter_map(|name| {
                let data = self.get(session, &name)?;
                Some((name.1, data))
            })
            .collect()
    }

    /// All rows of a tree as they were after so many commits.
    pub fn scan_at(&self, commits: u64, tree: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        let rows = self.rows.keys().filter(|name| name.0 == tree);
        rows.filter_map(|name| {
            let data = self.committed(name, commits)?.1.clone()?;
            let sums = self.sums.get(name).into_iter().flatten();
            let sum = sums
                .filter(|&&(number, _)| number <= commits)
                .map(|&(_, sum)| sum)
                .sum();
            Some((name.1.clone(), with_sum(data, sum)))
        })
        .collect()
    }

    fn sum(&self, session: usize, name: &Name) -> i64 {
        let at = self.view(session);
        let committed = self.sums.get(name).into_iter().flatten();
        let committed: i64 = committed
            .filter(|&&(number, _)| number <= at)
            .map(|&(_, sum)| sum)
            .sum();
        let levels = self.sessions[session].levels.iter();
        committed + levels.filter_map(|level| level.sums.get(name)).sum::<i64>()
    }

    /// Whether another session has an uncommitted change of the row; the newest data then.
    fn pending(&self, session: usize, name: &Name) -> Option<&Option<Vec<u8>>> {
        let others = (0..self.sessions.len()).filter(|&other| other != session);
        others.into_iter().find_map(|other| self.own(other, name))
    }

    /// Whether a row changed since the snapshot of a session.
    fn is_newer(&self, session: usize, name: &Name) -> bool {
        let snapshot = self.view(session);
        let rows = self.rows.get(name).and_then(|states| states.last());
        let sums = self.sums.get(name).and_then(|sums| sums.last());
        rows.is_some_and(|&(number, _)| number > snapshot)
            || sums.is_some_and(|&(number, _)| number > snapshot)
    }

    fn set(&mut self, session: usize, name: Name, data: Option<Vec<u8>>) -> Answer {
        let level = self.sessions[session].levels.last_mut();
        level
            .expect("changes are made in transactions")
            .rows
            .insert(name, data);
        Answer::Done
    }

    /// Inserts a row.
    pub fn insert(&mut self, session: usize, name: Name, data: Vec<u8>) -> Answer {
        if let Some(own) = self.own(session, &name) {
            if own.is_some() {
                return Answer::Taken;
            }
            return self.set(session, name, Some(data));
        }
        let is_seen = self.get(session, &name).is_some();
        let blocked = if is_seen { Answer::Taken } else { Answer::Conflict };
        if let Some(pending) = self.pending(session, &name) {
            return if pending.is_some() { Answer::Taken } else { blocked };
        }
        match self.committed(&name, self.commits) {
            Some((_, Some(_))) => Answer::Taken,
            Some((number, None)) if *number > self.view(session) => blocked,
            _ => self.set(session, name, Some(data)),
        }
    }

    /// What stands in the way of changing or deleting a row. A row that is deleted for all is missing, one that only others see
    /// deleted is in conflict.
    fn obstacle(&self, session: usize, name: &Name) -> Option<Answer> {
        if let Some(own) = self.own(session, name) {
            return own.is_none().then_some(Answer::Missing);
        }
        if self.pending(session, name).is_some() || self.is_newer(session, name) {
            return Some(Answer::Conflict);
        }
        self.get(session, name).is_none().then_some(Answer::Missing)
    }

    /// Replaces the data of a row, or deletes it.
    pub fn change(&mut self, session: usize, name: Name, data: Option<Vec<u8>>) -> Answer {
        match self.obstacle(session, &name) {
            Some(answer) => answer,
            None => self.set(session, name, data),
        }
    }

    /// Adds to a counter.
    pub fn add(&mut self, session: usize, name: Name, number: i64) -> Answer {
        if self.get(session, &name).is_none() {
            return Answer::Missing;
        }
        let level = self.sessions[session].levels.last_mut();
        let level = level.expect("changes are made in transactions");
        *level.sums.entry(name).or_default() += number;
        Answer::Done
    }
}

/// Counters are the first four bytes of the data.
fn with_sum(mut data: Vec<u8>, sum: i64) -> Vec<u8> {
    if sum != 0
        && let Some(number) = data.first_chunk_mut()
    {
        let sum = i64::from(i32::from_le_bytes(*number)).wrapping_add(sum);
        *number = i32::try_from(sum).unwrap_or(i32::MAX).to_le_bytes();
    }
    data
}
