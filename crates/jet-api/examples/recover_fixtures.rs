//! Recovers every set of logs and dirty databases among the fixtures into a folder, for programs that read databases.
//!
//! Prints one line per database: `committed` or `beside`, a tab, its path.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use jet_api::recover::Recovery;
use jet_test::logs::LogFixture;
use jet_test::{fixtures, logs};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os()
        .nth(1)
        .ok_or("usage: recover_fixtures FOLDER")?;
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder)?;
    for set in logs::all() {
        let work = folder.join("work");
        if work.exists() {
            fs::remove_dir_all(&work)?;
        }
        fs::create_dir_all(&work)?;
        let Some(name) = lay_out(set, &work)? else {
            continue;
        };
        Recovery::in_folder(&work).run(&mut |_| {})?;
        let database = folder.join(format!("recovered-{}.edb", set.name));
        fs::rename(work.join(name), &database)?;
        fs::remove_dir_all(&work)?;
        let origin = if set.is_committed { "committed" } else { "beside" };
        println!("{origin}\t{}", database.display());
    }
    Ok(())
}

/// Writes a set whose recovery is known to end well; the name of its database.
fn lay_out(set: &LogFixture, work: &Path) -> Result<Option<&'static str>, Box<dyn Error>> {
    if set.files().keys().any(|path| path.ends_with("/recovered.json")) {
        for (name, bytes) in set.in_folder(&set.name) {
            fs::write(work.join(name), bytes)?;
        }
        return Ok(Some("corpus.edb"));
    }
    let database = fixtures::all()
        .iter()
        .find(|fixture| fixture.name() == set.name && !fixture.is_clean());
    match database {
        Some(database) => {
            for (name, bytes) in set.in_folder("") {
                fs::write(work.join(name), bytes)?;
            }
            fs::write(work.join("SRUDB.dat"), database.bytes())?;
            Ok(Some("SRUDB.dat"))
        }
        None => Ok(None),
    }
}
