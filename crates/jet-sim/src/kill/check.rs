//! What must be there after recovery.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use jet_btree::Tree;
use jet_btree::ownership::{Ownership, SpaceFinding};
use jet_btree::transaction::{Reader, Transaction};
use jet_log::record::SessionId;
use jet_pages::Pgno;

use super::Scene;
use super::deed::{Rows, key_of_thread};
use super::engine::{DATABASE_ROOT, Engine};

/// What was told of a thread.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    /// Its last transaction whose commit waited for the disk.
    pub(super) durable: u64,
    /// Its last transaction.
    pub(super) last: u64,
}

/// What is known of the threads when no engine runs.
#[derive(Debug)]
pub(super) struct Known {
    scene: Scene,
    rows: Vec<Rows>,
}

impl Known {
    pub(super) fn new(scene: Scene) -> Self {
        let rows = vec![Rows::default(); scene.threads.into()];
        Self { scene, rows }
    }

    /// What counts as told of each thread before it tells anything: all that was found the last time was durable.
    pub(super) fn told(&self) -> Vec<Told> {
        let told = self.rows.iter().map(|rows| Told {
            durable: rows.last,
            last: rows.last,
        });
        told.collect()
    }

    /// Compares what the engine has with what was told. Returns how many transactions told of are not there, all of them
    /// lazy.
    ///
    /// # Errors
    /// The first difference.
    pub(super) fn compare(&mut self, engine: &Engine, told: &[Told]) -> anyhow::Result<u64> {
        let mut found = rows(engine)?;
        let mut lost = 0;
        for ((thread, rows), told) in (0..).zip(&mut self.rows).zip(told) {
            let last = found.get(&key_of_thread(thread));
            let last = last.and_then(|data| data.first_chunk()).copied();
            let last = last.map_or(0, u64::from_le_bytes);
            ensure!(
                (told.durable..=told.last + 1).contains(&last),
                "thread {thread}: transaction {last} is the last one, but told of were {told:?}"
            );
            lost += told.last.saturating_sub(last);
            rows.advance(&self.scene, thread, last);
            for (key, data) in rows.all(thread) {
                let there = found.remove(&key);
                ensure!(
                    there.as_ref() == Some(&data),
                    "thread {thread}, transaction {last}: row {key:02x?} is {there:02x?}, not {data:02x?}"
                );
            }
        }
        let more = found.first_key_value();
        ensure!(more.is_none(), "{} rows too many: {more:02x?}", found.len());
        check_trees(engine)?;
        Ok(lost)
    }
}

/// All rows, in order of their keys, each there once.
fn rows(engine: &Engine) -> anyhow::Result<BTreeMap<Vec<u8>, Vec<u8>>> {
    let trees = engine.storage.trees();
    let view = Transaction::new(SessionId(1)).view(trees);
    let mut reader = Reader::new(trees, engine.database.store(), &engine.tree, view)?;
    let mut found = BTreeMap::new();
    let mut is_on_row = reader.first()?;
    while is_on_row {
        let (key, data) = reader.row()?.context("a row")?;
        let key = key.to_vec();
        ensure!(
            found.last_key_value().is_none_or(|(last, _)| *last < key),
            "row {key:02x?} is not behind the one before it"
        );
        found.insert(key, data.to_vec());
        is_on_row = reader.next()?;
    }
    Ok(found)
}

/// Every page of the trees, with its checksum, and who owns it. Pages that were taken for a split that never came are lost to
/// their tree and do no harm.
fn check_trees(engine: &Engine) -> anyhow::Result<()> {
    let pages = engine.database.store().pages();
    let root = Tree::open(pages, DATABASE_ROOT, None)?;
    let tree = Tree::open(pages, engine.tree.root(), Some(engine.tree.objid()))?;
    let mut ownership = Ownership::new(pages);
    let (mut of_trees, mut of_space) = (Vec::new(), Vec::new());
    for tree in [root, tree] {
        ownership.add(
            tree,
            &mut |pgno: Pgno, finding| of_trees.push(format!("{pgno:?}: {finding}")),
            &mut |finding| of_space.push(finding),
        );
    }
    ownership.finish(&[root, tree], &mut |finding| of_space.push(finding));
    of_space.retain(|finding| !matches!(finding, SpaceFinding::Leaked { .. }));
    ensure!(
        of_trees.is_empty() && of_space.is_empty(),
        "trees: {of_trees:?}, space: {of_space:?}"
    );
    Ok(())
}
