//! Sets of files to recover, in memory.

use std::path::Path;
use std::sync::Arc;

use jet_api::JetError;
use jet_api::recover::{Recovery, Report};
use jet_io::{FileSystem, SimFs};
use jet_log::outside::{SeededRandom, SteppingClock};
use jet_test::logs::LogFixture;

/// 2026-01-01.
const NOW: u64 = 1_767_225_600_000;

/// Files by name, as they lie in the folder `/set`.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

/// A file system with files in the folder `/set`.
pub(crate) fn file_system(files: Files) -> SimFs {
    let files = files
        .into_iter()
        .map(|(name, bytes)| (Path::new("/set").join(name), bytes));
    SimFs::from_files(files.collect::<Vec<_>>())
}

/// The files of an archive that lie in `folder` of it.
pub(crate) fn files_in(fixture: &LogFixture, folder: &str) -> Files {
    let files = fixture.in_folder(folder);
    files
        .map(|(name, bytes)| (name.to_owned(), bytes.to_vec()))
        .collect()
}

/// A recovery in the folder `/set` of a file system, the same at every run.
pub(crate) fn recovery(fs: &SimFs) -> Recovery {
    surrounded(Recovery::in_folder("/set"), fs)
}

/// A recovery on a file system, the same at every run.
pub(crate) fn surrounded(recovery: Recovery, fs: &SimFs) -> Recovery {
    let (clock, random) = (SteppingClock::new(NOW, 10), SeededRandom::new(7));
    recovery.surroundings(
        Arc::new(fs.clone()) as Arc<dyn FileSystem>,
        Arc::new(clock),
        Arc::new(random),
    )
}

/// Recovers the folder `/set`.
pub(crate) fn recover(fs: &SimFs) -> Result<Report, JetError> {
    recovery(fs).run(&mut |_| {})
}
