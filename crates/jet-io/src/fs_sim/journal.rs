//! Changes of names that no sync of their directory has made durable yet.
//!
//! Invariants:
//! - A crash keeps a prefix of the changes of each directory, as a journalling file system does.
//! - A change of two directories (a rename from one to the other) is kept in both or in neither.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::state::FileNumber;
use crate::fs_names::{Names, Node};

/// The names of the files of a simulated file system.
pub(super) type FileNames = Names<FileNumber>;

/// Durable names and the changes since, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Journal {
    durable: FileNames,
    pending: Vec<NameChange>,
}

/// Names that get or lose their file in one step.
#[derive(Clone, Debug)]
struct NameChange {
    edits: Vec<(PathBuf, Option<Node<FileNumber>>)>,
}

impl Journal {
    /// A journal without pending changes.
    pub(super) fn of(durable: FileNames) -> Self {
        Self {
            durable,
            pending: Vec::new(),
        }
    }

    /// Adds a change of names that all get or lose their node together.
    pub(super) fn push(&mut self, edits: Vec<(PathBuf, Option<Node<FileNumber>>)>) {
        self.pending.push(NameChange { edits });
    }

    /// Makes the changes of `dir` durable, with those of other directories that cannot be told apart.
    pub(super) fn sync(&mut self, dir: &Path) {
        let mut dirs = BTreeSet::from([dir.to_path_buf()]);
        // Backwards: a change of two directories brings the earlier ones of the other directory with it.
        let mut synced: Vec<bool> = Vec::with_capacity(self.pending.len());
        for change in self.pending.iter().rev() {
            let is_synced = change.dirs().any(|dir| dirs.contains(dir));
            if is_synced {
                dirs.extend(change.dirs().map(Path::to_path_buf));
            }
            synced.push(is_synced);
        }
        let mut later = Vec::new();
        for (change, is_synced) in std::mem::take(&mut self.pending)
            .into_iter()
            .zip(synced.into_iter().rev())
        {
            if is_synced {
                change.apply(&mut self.durable);
            } else {
                later.push(change);
            }
        }
        self.pending = later;
    }

    /// The names after a crash: `cut` says how many changes of a directory survive, given how many there are.
    pub(super) fn image(&self, mut cut: impl FnMut(usize) -> usize) -> FileNames {
        let mut left: BTreeMap<&Path, usize> = BTreeMap::new();
        for dir in self.pending.iter().flat_map(NameChange::dirs) {
            *left.entry(dir).or_default() += 1;
        }
        for count in left.values_mut() {
            *count = cut(*count);
        }
        let mut names = self.durable.clone();
        for change in &self.pending {
            let survives = change
                .dirs()
                .all(|dir| left.get(dir).is_some_and(|count| *count > 0));
            for dir in change.dirs() {
                if let Some(count) = left.get_mut(dir) {
                    *count = if survives { *count - 1 } else { 0 };
                }
            }
            if survives {
                change.apply(&mut names);
            }
        }
        names.remove_orphans();
        names
    }

    /// Every file that a crash could bring back.
    pub(super) fn files(&self) -> impl Iterator<Item = FileNumber> {
        let edits = self.pending.iter().flat_map(|change| &change.edits);
        let pending = edits.filter_map(|(_, node)| match node {
            Some(Node::File(number)) => Some(*number),
            _ => None,
        });
        self.durable.files().map(|(_, number)| *number).chain(pending)
    }
}

impl NameChange {
    /// The directories that it changes, each once.
    fn dirs(&self) -> impl Iterator<Item = &Path> {
        let first = self.edits.first().map(dir_of);
        let rest = self.edits.iter().skip(1).map(dir_of);
        first
            .into_iter()
            .chain(rest.filter(move |dir| Some(*dir) != first))
    }

    fn apply(&self, names: &mut FileNames) {
        for (key, node) in &self.edits {
            match node {
                Some(node) => names.insert(key.clone(), *node),
                None => names.remove(key),
            }
        }
    }
}

fn dir_of<T>((key, _): &(PathBuf, T)) -> &Path {
    key.parent().unwrap_or(Path::new(""))
}
