//! An engine on a simulated disk.

use std::path::Path;
use std::sync::Arc;

use jet_btree::redo::{DecompressError, Memory};
use jet_btree::transaction::Limits;
use jet_io::{FileSystem, SimFs};
use jet_isam::catalog::CatalogOfNewDatabase;
use jet_log::names::LogNames;
use jet_log::outside::{SeededRandom, SteppingClock};
use jet_log::record::SessionId;
use jet_log::recovery::Surroundings;
use jet_pages::PageSize;
use jet_session::storage::{AttachedDatabase, NewDatabase, Setup, Storage};

pub(crate) const FOLDER: &str = "/data";
pub(crate) const DATABASE: &str = "/data/new.edb";
pub(crate) const SESSION: SessionId = SessionId(1);

fn decompress(stored: &[u8], most: usize) -> Result<Vec<u8>, DecompressError> {
    let mut plain = Vec::new();
    jet_isam::compress::decompress(stored, most, &mut plain)
        .map_err(|error| DecompressError(error.to_string()))?;
    Ok(plain)
}

pub(crate) fn setup(fs: &SimFs, page_size: PageSize) -> Setup {
    Setup {
        around: Surroundings {
            fs: Arc::new(fs.clone()),
            clock: Arc::new(SteppingClock::new(1_700_000_000_000, 7)),
            random: Arc::new(SeededRandom::new(5)),
        },
        log_folder: FOLDER.into(),
        system_folder: FOLDER.into(),
        names: LogNames {
            base: "edb".into(),
            has_old_extensions: true,
            has_five_digits: true,
        },
        page_size,
        log_sectors: 64,
        memory: Memory {
            soft_bytes: 4 << 20,
            hard_bytes: 16 << 20,
        },
        limits: Limits {
            version_bytes: 2 << 20,
            version_entry_bytes: 64 << 10,
        },
        checkpoint_depth: 1 << 20,
        growth_pages: 256,
        decompress,
        params: zerocopy::FromZeros::new_zeroed(),
        ignores_missing: false,
    }
}

/// A disk with the folder of the database.
pub(crate) fn disk() -> SimFs {
    let fs = SimFs::new();
    fs.create_dir_all(Path::new(FOLDER)).unwrap();
    fs.sync_dir(Path::new("/")).unwrap();
    fs
}

/// An engine with a new database.
pub(crate) fn create(fs: &SimFs, page_size: PageSize) -> (Storage, Arc<AttachedDatabase>) {
    let storage = Storage::start(setup(fs, page_size), &mut |_| {}).unwrap().engine;
    let new = NewDatabase {
        path: Path::new(DATABASE),
        pages_max: 0,
        replaces: false,
    };
    let database = storage.create(SESSION, new, &mut CatalogOfNewDatabase).unwrap();
    (storage, database)
}
