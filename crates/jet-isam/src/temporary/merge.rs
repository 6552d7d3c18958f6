//! Several runs as one.

use std::sync::Arc;

use jet_btree::store::Store;
use jet_btree::transaction::Trees;

use super::run::{Run, RunReader, RunWriter};
use super::sort::Row;
use crate::error::Result;

/// Several runs, read as one in order.
#[derive(Debug)]
pub(super) struct Merge {
    inputs: Vec<(Run, RunReader)>,
    removes_duplicates: bool,
    /// The input that has the present row.
    present: Option<usize>,
    last_key: Vec<u8>,
    /// The last row, when all were gone through to reach it.
    tail: Option<(Vec<u8>, Vec<u8>)>,
}

/// So many runs are merged at a time.
const INPUTS_MOST: usize = 16;

/// Merges runs until there are few enough to be read together.
///
/// # Errors
/// When rows cannot be written or read.
pub(super) fn merge_down(
    trees: &Arc<Trees>,
    store: &Arc<Store>,
    mut runs: Vec<Run>,
    removes_duplicates: bool,
) -> Result<Vec<Run>> {
    while runs.len() > INPUTS_MOST {
        // The first ones are the shortest: those that were merged come to the end.
        let rest = runs.split_off(INPUTS_MOST);
        let mut merge = Merge::new(core::mem::replace(&mut runs, rest), removes_duplicates);
        let mut writer = RunWriter::new(trees, store)?;
        while merge.next()? {
            if let Some(row) = merge.row() {
                writer.add(row)?;
            }
        }
        runs.push(writer.finish()?);
    }
    Ok(runs)
}

impl Merge {
    /// Before the first row.
    pub(super) fn new(runs: Vec<Run>, removes_duplicates: bool) -> Self {
        let inputs = runs.into_iter().map(|run| (run, RunReader::default()));
        Self {
            inputs: inputs.collect(),
            removes_duplicates,
            present: None,
            last_key: Vec::new(),
            tail: None,
        }
    }

    /// Goes before the first row.
    pub(super) fn rewind(&mut self) {
        for (_, reader) in &mut self.inputs {
            *reader = RunReader::default();
        }
        self.present = None;
        self.tail = None;
    }

    /// Goes to the last row, from where it stands; false when there is none.
    ///
    /// # Errors
    /// When rows cannot be read.
    pub(super) fn last(&mut self) -> Result<bool> {
        if self.tail.is_some() {
            return Ok(true);
        }
        let mut tail = self.row().map(|(key, record)| (key.to_vec(), record.to_vec()));
        while self.next()? {
            let (last_key, last_record) = tail.get_or_insert_default();
            if let Some((key, record)) = self.row() {
                last_key.clear();
                last_key.extend_from_slice(key);
                last_record.clear();
                last_record.extend_from_slice(record);
            }
        }
        self.tail = tail;
        Ok(self.tail.is_some())
    }

    /// Goes to the next row; false when there is none, and the next call begins anew then.
    ///
    /// # Errors
    /// When rows cannot be read.
    pub(super) fn next(&mut self) -> Result<bool> {
        if self.tail.is_some() {
            self.rewind();
            return Ok(false);
        }
        match self.present {
            None => {
                for (run, reader) in &mut self.inputs {
                    reader.next(run)?;
                }
            }
            Some(present) => {
                if let Some((run, reader)) = self.inputs.get_mut(present) {
                    let Self { last_key, .. } = self;
                    last_key.clear();
                    last_key.extend_from_slice(reader.row().unwrap_or_default().0);
                    reader.next(run)?;
                }
            }
        }
        loop {
            let is_first = self.present.is_none();
            self.present = self.least();
            let Some(least) = self.present else {
                self.rewind();
                return Ok(false);
            };
            let Some((run, reader)) = self.inputs.get_mut(least) else {
                return Ok(false);
            };
            let is_again = reader.row().is_some_and(|row| row.0 == self.last_key);
            if is_first || !self.removes_duplicates || !is_again {
                return Ok(true);
            }
            reader.next(run)?;
        }
    }

    /// The row that it stands on.
    pub(super) fn row(&self) -> Option<Row<'_>> {
        if let Some((key, record)) = &self.tail {
            return Some((key, record));
        }
        let (_, reader) = self.inputs.get(self.present?)?;
        reader.row()
    }

    /// The input whose row comes first.
    fn least(&self) -> Option<usize> {
        let rows = self.inputs.iter().enumerate();
        let rows = rows.filter_map(|(number, (_, reader))| Some((reader.row()?, number)));
        rows.min().map(|(_, number)| number)
    }
}
