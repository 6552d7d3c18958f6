//! The simulated file system against a model that lists every image a crash could leave.
//!
//! The model knows nothing of seeds. Bytes: each change, in order, may or may not apply, and each block of a
//! write by itself; so it keeps the set of all contents. Names: each subset of the pending changes of which
//! every directory sees a prefix. An image must be one of these, and the tests show that images differ.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jet_io::fs_sim::Failure;
use jet_io::{CrashModel, Faults, FileSystem, OpenMode, SimFs, Tear};
use proptest::prelude::*;

const PATHS: [&str; 4] = ["/a", "/b", "/d/a", "/d/b"];
const BLOCK: usize = 4;

#[derive(Clone, Debug)]
enum Op {
    Create(usize),
    Empty(usize),
    Write(usize, usize, usize),
    SetLen(usize, usize),
    Sync(usize),
    FailSync(usize),
    Rename(usize, usize),
    Remove(usize),
    SyncDir(bool),
}

fn op() -> impl Strategy<Value = Op> {
    let path = || 0..PATHS.len();
    prop_oneof![
        4 => path().prop_map(Op::Create),
        1 => path().prop_map(Op::Empty),
        6 => (path(), 0..9_usize, 1..7_usize).prop_map(|(path, offset, len)| Op::Write(path, offset, len)),
        2 => (path(), 0..12_usize).prop_map(|(path, len)| Op::SetLen(path, len)),
        2 => path().prop_map(Op::Sync),
        1 => path().prop_map(Op::FailSync),
        3 => (path(), path()).prop_map(|(from, to)| Op::Rename(from, to)),
        1 => path().prop_map(Op::Remove),
        2 => any::<bool>().prop_map(Op::SyncDir),
    ]
}

/// What a file may hold after a crash, given the changes since its last good sync.
#[derive(Clone, Debug, Default)]
struct FileModel {
    now: Vec<u8>,
    durable: Vec<u8>,
    changes: Vec<(Change, Certainty)>,
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    SetLen(usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Certainty {
    Pending,
    Doubtful,
    Sure,
}

impl FileModel {
    fn change(&mut self, change: Change) {
        self.now = change.applied(&self.now);
        self.changes.push((change, Certainty::Pending));
    }

    fn sync(&mut self, to: Certainty) {
        for (_, certainty) in &mut self.changes {
            if *certainty == Certainty::Pending {
                *certainty = to;
            }
        }
    }

    fn images(&self, model: CrashModel) -> BTreeSet<Vec<u8>> {
        let mut images = BTreeSet::from([self.durable.clone()]);
        for (change, certainty) in &self.changes {
            let whole: BTreeSet<Vec<u8>> = images.iter().map(|image| change.applied(image)).collect();
            if *certainty == Certainty::Sure {
                images = whole;
                continue;
            }
            let mut next = images.clone();
            for part in change.parts(model.tear) {
                let more: Vec<Vec<u8>> = next.iter().map(|image| part.applied(image)).collect();
                next.extend(more);
            }
            if let (Change::Write(offset, data), true) = (change, model.keeps_growth) {
                let end = offset + data.len();
                let longer = next.iter().filter(|image| image.len() < end);
                let longer: Vec<Vec<u8>> = longer.map(|image| Change::SetLen(end).applied(image)).collect();
                next.extend(longer);
            }
            images = next;
        }
        images
    }
}

impl Change {
    fn applied(&self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        match self {
            Self::Write(offset, data) => {
                let end = offset + data.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*offset..end].copy_from_slice(data);
            }
            Self::SetLen(len) => bytes.resize(*len, 0),
        }
        bytes
    }

    /// What of it is kept or lost by itself.
    fn parts(&self, tear: Tear) -> Vec<Change> {
        match self {
            Self::Write(offset, data) if tear != Tear::Never => {
                let mut parts: BTreeMap<usize, (usize, Vec<u8>)> = BTreeMap::new();
                for (at, byte) in (*offset..).zip(data) {
                    let part = parts.entry(at / BLOCK).or_insert((at, Vec::new()));
                    part.1.push(*byte);
                }
                parts
                    .into_values()
                    .map(|(at, data)| Self::Write(at, data))
                    .collect()
            }
            whole => vec![whole.clone()],
        }
    }
}

type ModelNames = BTreeMap<PathBuf, usize>;

/// Names with the file that each gets, or none.
type NameChange = Vec<(PathBuf, Option<usize>)>;

#[derive(Debug, Default)]
struct Model {
    files: Vec<FileModel>,
    now: ModelNames,
    durable: ModelNames,
    pending: Vec<NameChange>,
}

impl Model {
    fn rename(&mut self, change: NameChange) {
        apply(&mut self.now, &change);
        self.pending.push(change);
    }

    /// The smallest set of changes that holds all of `dir` and is a prefix for each directory.
    fn sync_dir(&mut self, dir: &Path) {
        let is_of = |change: &NameChange| dirs(change).contains(dir);
        let wanted: BTreeSet<usize> = (0..self.pending.len())
            .filter(|n| is_of(&self.pending[*n]))
            .collect();
        let subsets = self.prefixes();
        let smallest = subsets
            .into_iter()
            .filter(|set| wanted.is_subset(set))
            .min_by_key(BTreeSet::len)
            .unwrap();
        let mut later = Vec::new();
        for (n, change) in std::mem::take(&mut self.pending).into_iter().enumerate() {
            if smallest.contains(&n) {
                apply(&mut self.durable, &change);
            } else {
                later.push(change);
            }
        }
        self.pending = later;
    }

    /// Every set of pending changes of which each directory sees a prefix.
    fn prefixes(&self) -> Vec<BTreeSet<usize>> {
        let count = self.pending.len();
        let subsets = (0..1_u32 << count).map(|bits| (0..count).filter(|n| bits >> n & 1 == 1).collect());
        let is_prefix = |set: &BTreeSet<usize>| {
            set.iter().all(|n| {
                let earlier =
                    (0..*n).filter(|m| !dirs(&self.pending[*m]).is_disjoint(&dirs(&self.pending[*n])));
                earlier.into_iter().all(|m| set.contains(&m))
            })
        };
        subsets.filter(is_prefix).collect()
    }

    fn name_images(&self) -> BTreeSet<ModelNames> {
        let image = |set: BTreeSet<usize>| {
            let mut names = self.durable.clone();
            for n in set {
                apply(&mut names, &self.pending[n]);
            }
            names
        };
        self.prefixes().into_iter().map(image).collect()
    }
}

fn apply(names: &mut ModelNames, change: &NameChange) {
    for (path, file) in change {
        match file {
            Some(file) => names.insert(path.clone(), *file),
            None => names.remove(path),
        };
    }
}

fn dirs(change: &NameChange) -> BTreeSet<PathBuf> {
    let dir = |(path, _): &(PathBuf, _)| path.parent().unwrap().to_path_buf();
    change.iter().map(dir).collect()
}

/// Does `op` to both, where the model says that it can be done; `mark` is the byte that it writes.
fn step(fs: &SimFs, model: &mut Model, op: &Op, mark: u8) {
    let path = |n: usize| PathBuf::from(PATHS[n]);
    let file_of = |model: &Model, n| model.now.get(&path(n)).copied();
    let open = |n: usize| fs.open(PATHS[n].as_ref(), OpenMode::ReadWrite);
    match *op {
        Op::Create(n) => {
            let created = fs.open(PATHS[n].as_ref(), OpenMode::CreateNew).is_ok();
            assert_eq!(created, file_of(model, n).is_none());
            if created {
                model.files.push(FileModel::default());
                model.rename(vec![(path(n), Some(model.files.len() - 1))]);
            }
        }
        Op::Rename(from, to) => {
            let file = file_of(model, from);
            let renamed = fs.rename(PATHS[from].as_ref(), PATHS[to].as_ref()).is_ok();
            assert_eq!(renamed, file.is_some());
            if renamed && from != to {
                model.rename(vec![(path(from), None), (path(to), file)]);
            }
        }
        Op::Remove(n) => {
            let removed = fs.remove(PATHS[n].as_ref()).is_ok();
            assert_eq!(removed, file_of(model, n).is_some());
            if removed {
                model.rename(vec![(path(n), None)]);
            }
        }
        Op::SyncDir(upper) => {
            let dir = Path::new(if upper { "/" } else { "/d" });
            fs.sync_dir(dir).unwrap();
            model.sync_dir(dir);
        }
        Op::Empty(n) | Op::Write(n, ..) | Op::SetLen(n, _) | Op::Sync(n) | Op::FailSync(n) => {
            let Some(number) = file_of(model, n) else {
                assert!(open(n).is_err());
                return;
            };
            let file = open(n).unwrap();
            let known = &mut model.files[number];
            match *op {
                Op::Empty(_) => {
                    fs.open(PATHS[n].as_ref(), OpenMode::CreateOrReplace).unwrap();
                    known.change(Change::SetLen(0));
                }
                Op::Write(_, offset, len) => {
                    file.write_at(&vec![mark; len], offset as u64).unwrap();
                    known.change(Change::Write(offset, vec![mark; len]));
                }
                Op::SetLen(_, len) => {
                    file.set_len(len as u64).unwrap();
                    known.change(Change::SetLen(len));
                }
                Op::FailSync(_) => {
                    fs.set_faults(Faults::new(0).fail_at(fs.operations(), Failure::Device));
                    file.sync_all().unwrap_err();
                    known.sync(Certainty::Doubtful);
                }
                _ => {
                    file.sync_data().unwrap();
                    known.sync(Certainty::Sure);
                }
            }
        }
    }
}

/// The image is one of those that the model lists.
fn explain(image: &SimFs, model: &Model, names: &BTreeSet<ModelNames>, contents: &[BTreeSet<Vec<u8>>]) {
    let files = image.files().unwrap();
    let explained = names.iter().any(|names| {
        names.len() == files.len()
            && names.iter().all(|(path, number)| {
                files
                    .get(path)
                    .is_some_and(|bytes| contents[*number].contains(bytes))
            })
    });
    assert!(explained, "{files:?} comes from nowhere in {model:?}");
}

fn check_images(fs: &SimFs, model: &Model, seed: u64) {
    let names = model.name_images();
    for crash in [
        CrashModel::tearing(Tear::Never),
        CrashModel::tearing(Tear::Blocks(4)),
        CrashModel {
            tear: Tear::Blocks(4),
            keeps_growth: true,
        },
    ] {
        let contents: Vec<_> = model.files.iter().map(|file| file.images(crash)).collect();
        for n in 0..8 {
            explain(
                &fs.crash_image_by(crash, seed.wrapping_add(n)),
                model,
                &names,
                &contents,
            );
        }
        explain(&fs.durable_image(), model, &names, &contents);
        explain(&fs.written_image(), model, &names, &contents);
    }
}

fn files_now(model: &Model) -> BTreeMap<PathBuf, Vec<u8>> {
    let names = model.now.iter();
    names
        .map(|(path, number)| (path.clone(), model.files[*number].now.clone()))
        .collect()
}

fn start() -> (SimFs, Model) {
    let fs = SimFs::from_files([("/a", vec![200; 6]), ("/d/a", vec![201; 10])]);
    let file = |bytes: Vec<u8>| FileModel {
        now: bytes.clone(),
        durable: bytes,
        changes: Vec::new(),
    };
    let names = ModelNames::from([("/a".into(), 0), ("/d/a".into(), 1)]);
    let model = Model {
        files: vec![file(vec![200; 6]), file(vec![201; 10])],
        now: names.clone(),
        durable: names,
        pending: Vec::new(),
    };
    (fs, model)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 400 }))]

    #[test]
    fn every_image_is_explained_by_the_operations(
        ops in prop::collection::vec(op(), 1..14),
        seed in any::<u64>(),
    ) {
        let (fs, mut model) = start();
        for (mark, op) in (1..).zip(&ops) {
            step(&fs, &mut model, op, mark);
            prop_assert_eq!(fs.files().unwrap(), files_now(&model));
        }
        check_images(&fs, &model, seed);
        check_images(&fs.fork(), &model, seed);
    }

    #[test]
    fn what_is_synced_is_in_every_image(
        ops in prop::collection::vec(op(), 1..30),
        seed in any::<u64>(),
    ) {
        let (fs, mut model) = start();
        for (mark, op) in (1..).zip(ops.iter().filter(|op| !matches!(op, Op::FailSync(_)))) {
            // Names are synced at once, so that the model has few sets of them to try.
            step(&fs, &mut model, op, mark);
            step(&fs, &mut model, &Op::SyncDir(true), 0);
            step(&fs, &mut model, &Op::SyncDir(false), 0);
        }
        for n in 0..PATHS.len() {
            step(&fs, &mut model, &Op::Sync(n), 0);
        }
        let expected = files_now(&model);
        prop_assert_eq!(fs.durable_image().files().unwrap(), expected.clone());
        for n in 0..8 {
            let image = fs.crash_image(seed.wrapping_add(n));
            prop_assert_eq!(image.files().unwrap(), expected.clone());
        }
    }
}

#[test]
fn every_image_of_the_model_comes_up() {
    let (fs, mut model) = start();
    let ops = [
        Op::Write(0, 2, 5),
        Op::SetLen(0, 3),
        Op::FailSync(0),
        Op::Write(0, 1, 2),
        Op::Sync(0),
        Op::Write(0, 6, 3),
        Op::Create(1),
        Op::Rename(2, 0),
    ];
    for (mark, op) in (1..).zip(&ops) {
        step(&fs, &mut model, op, mark);
    }
    let crash = CrashModel::tearing(Tear::Blocks(4));
    let images: BTreeSet<BTreeMap<PathBuf, Vec<u8>>> = (0..3000)
        .map(|seed| fs.crash_image_by(crash, seed).files().unwrap())
        .collect();
    let of_names = |names: &ModelNames| -> usize {
        let counts = names
            .values()
            .map(|number| model.files[*number].images(crash).len());
        counts.product()
    };
    let expected: usize = model.name_images().iter().map(of_names).sum();
    assert_eq!(images.len(), expected);
}
