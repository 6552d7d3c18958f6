//! Lets the engine write databases of every page size into a folder, for programs that read databases: one ended well, one
//! recovered after the engine was lost.
//!
//! Prints one line per database: `committed`, a tab, its path.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use jet_api::recover::Recovery;
use jet_io::OsFs;
use jet_log::outside::{SystemClock, SystemRandom};
use jet_log::recovery::Surroundings;
use jet_pages::PageSize;
use jet_test::written::{self, End};

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: written_files FOLDER")?;
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder)?;
    let around = Surroundings {
        fs: Arc::new(OsFs),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    };
    for page_size in [PageSize::K4, PageSize::K8, PageSize::K16, PageSize::K32] {
        for (end, how) in [(End::Clean, "clean"), (End::Killed, "recovered")] {
            let name = format!("written-{how}-{}", page_size.bytes());
            let work = folder.join(&name);
            if work.exists() {
                fs::remove_dir_all(&work)?;
            }
            fs::create_dir_all(&work)?;
            let setup = written::setup(around.clone(), &work, page_size);
            let (path, _) = written::write(setup, 1500, end)?;
            if end == End::Killed {
                Recovery::in_folder(&work).run(&mut |_| {})?;
            }
            let database = folder.join(format!("{name}.edb"));
            fs::rename(path, &database)?;
            println!("committed\t{}", database.display());
        }
    }
    Ok(())
}
