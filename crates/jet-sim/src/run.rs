//! One run: work, crash, recovery, comparison, and again on what is left.

use std::path::Path;

use anyhow::{Context, ensure};
use jet_io::fs_sim::Failure;
use jet_io::{CrashModel, Faults, SimFs, Tear};
use serde::Serialize;

use crate::random::Random;
use crate::tell;
use crate::world::{Shape, World, difference};

/// What a run did.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Done {
    /// Steps of work.
    pub steps: u64,
    /// Crashes and the recoveries from them.
    pub crashes: u64,
    /// Commits.
    pub commits: u64,
    /// Of these, commits that a crash took back, none of them durable.
    pub lost: u64,
}

/// Most steps between two crashes.
const STEPS_MAX: u64 = 400;
/// Most crashes of one run.
const CRASHES_MAX: u64 = 4;

/// Runs the world of a seed.
///
/// # Errors
/// The first answer that is not the model's, or a state after a crash that is none of those that may be. `remains`: a folder
/// that gets the files as the last crash left them.
pub fn run(seed: u64, remains: Option<&Path>) -> anyhow::Result<Done> {
    let mut random = Random::new(seed);
    let shape = Shape::of(&mut random);
    // A page that is written in part is damage, which the log cannot mend: so the disk tears between pages only. Segments of
    // the log are as long as the shortest page.
    let tear = match random.one_in(2) {
        true => Tear::Never,
        false => Tear::Blocks(shape.page_size.bytes_u32()),
    };
    let mut done = Done::default();
    let fs = SimFs::new();
    let mut world = World::new(&fs, shape, seed).context("a new world")?;
    for round in 0..=random.below(CRASHES_MAX) {
        let steps = 20 + random.below(STEPS_MAX);
        let trouble = plan_trouble(&world.fs, tear, &mut random);
        let worked = work(&mut world, &mut random, steps, &mut done);
        if let Err(error) = worked {
            // Only what was planned may keep the engine from its work.
            ensure!(trouble && has_struck(&world.fs), "{error:#}");
        }
        done.commits = world.model.commits();
        world = crash(&world, tear, &mut random, seed ^ round << 32, &mut done, remains)
            .with_context(|| format!("after crash {round}"))?;
    }
    world.fs.set_faults(Faults::new(seed));
    let world = world.stop_and_start(seed).context("ending well")?;
    for tree in 0..3 {
        let (found, expected) = (
            world.rows(tree)?,
            world.model.scan_at(world.model.commits(), tree),
        );
        ensure!(
            found == expected,
            "after a good end, tree {tree}: {}",
            difference(&found, &expected)
        );
    }
    Ok(done)
}

fn work(world: &mut World, random: &mut Random, steps: u64, done: &mut Done) -> anyhow::Result<()> {
    for _ in 0..steps {
        world.step(random)?;
        done.steps += 1;
    }
    Ok(())
}

/// Lets the disk fail, or the power go, somewhere in the work to come; false: it ends between two steps.
fn plan_trouble(fs: &SimFs, tear: Tear, random: &mut Random) -> bool {
    let at = fs.operations() + random.below(150);
    let faults = Faults::new(random.next()).tear(tear);
    let faults = match random.below(5) {
        0 => return false,
        1 => faults.fail_from(at, Failure::Device),
        2 => faults.fail_from(at, Failure::DiskFull),
        _ => faults.power_loss_at(at),
    };
    fs.set_faults(faults);
    true
}

fn has_struck(fs: &SimFs) -> bool {
    use jet_io::fs_sim::Outcome;
    fs.is_off()
        || fs
            .trace()
            .iter()
            .any(|operation| operation.outcome != Outcome::Done)
}

/// Takes what the crash left of the disk, recovers, and finds out which commits are there.
fn crash(
    world: &World,
    tear: Tear,
    random: &mut Random,
    seed: u64,
    done: &mut Done,
    remains: Option<&Path>,
) -> anyhow::Result<World> {
    let fs = match random.below(4) {
        0 => world.fs.durable_image(),
        1 => world.fs.written_image(),
        _ => world.fs.crash_image_by(CrashModel::tearing(tear), random.next()),
    };
    tell(|| format!("crash with {} operations of the disk", world.fs.operations()));
    if let Some(folder) = remains {
        write_files(&fs, folder)?;
    }
    let mut next = world.left().restarted(&fs, seed)?;
    let rows = (0..3)
        .map(|tree| next.rows(tree))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let newest = world.model.commits();
    let is_there =
        |commits: &u64| (0..3).all(|tree| rows.get(tree) == Some(&world.model.scan_at(*commits, tree)));
    let Some(commits) = (world.durable..=newest).rev().find(is_there) else {
        let beside: Vec<_> = rows
            .iter()
            .enumerate()
            .map(|(tree, rows)| difference(rows, &world.model.scan_at(newest, tree)))
            .collect();
        anyhow::bail!(
            "no state between commit {} (durable) and {newest} is there; beside the newest: {beside:?}",
            world.durable
        );
    };
    done.crashes += 1;
    done.lost += newest - commits;
    next.model.crash(commits);
    next.durable = commits;
    Ok(next)
}

fn write_files(fs: &SimFs, folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (path, bytes) in fs.files()? {
        let name = path.file_name().context("a file has a name")?;
        std::fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}
