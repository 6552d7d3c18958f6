//! An engine on a simulated disk.

use std::path::Path;
use std::sync::Arc;

use jet_io::{FileSystem, SimFs};
use jet_isam::catalog::CatalogOfNewDatabase;
use jet_log::outside::{SeededRandom, SteppingClock};
use jet_log::record::SessionId;
use jet_log::recovery::Surroundings;
use jet_pages::PageSize;
use jet_session::storage::{AttachedDatabase, NewDatabase, Setup, Storage};
use jet_test::written;

pub(crate) const FOLDER: &str = "/data";
pub(crate) const DATABASE: &str = "/data/new.edb";
pub(crate) const SESSION: SessionId = SessionId(1);

pub(crate) fn setup(fs: &SimFs, page_size: PageSize) -> Setup {
    let around = Surroundings {
        fs: Arc::new(fs.clone()),
        clock: Arc::new(SteppingClock::new(1_700_000_000_000, 7)),
        random: Arc::new(SeededRandom::new(5)),
    };
    written::setup(around, Path::new(FOLDER), page_size)
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
