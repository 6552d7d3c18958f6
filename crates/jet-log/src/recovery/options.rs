//! What a recovery is to do, and where things lie.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jet_io::FileSystem;
use jet_pages::PageSize;
use jet_pages::dbheader::LogTime;

use crate::outside::{Clock, Random};
use crate::{Generation, Lgpos};

/// What the recovery asks of its surroundings.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Files.
    pub fs: Arc<dyn FileSystem>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Numbers for identities.
    pub random: Arc<dyn Random>,
}

/// Where the files of a log stream lie.
#[derive(Clone, Debug)]
pub struct Places {
    /// Folder of the logs.
    pub logs: PathBuf,
    /// Folder of the checkpoint.
    pub checkpoint: PathBuf,
    /// Where the recovery writes its own log and checkpoint. Another folder than `logs` leaves that one as it is: the log
    /// that is continued is copied first.
    pub output: PathBuf,
    /// Base name; `None`: that of the only stream there is.
    pub base: Option<String>,
}

impl Places {
    /// Everything in one folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            logs: folder.to_owned(),
            checkpoint: folder.to_owned(),
            output: folder.to_owned(),
            base: None,
        }
    }

    /// Whether the logs themselves are continued.
    pub fn is_in_place(&self) -> bool {
        self.logs == self.output
    }
}

/// Where redo ends before the log does.
#[derive(Clone, Copy, Debug)]
pub enum Until {
    /// Before the first record at or behind this position.
    Position(Lgpos),
    /// Before the first commit of a segment that was begun after this moment.
    Time(LogTime),
}

/// What a recovery is to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the databases of the log lie.
    pub databases: DatabaseMap,
    /// Where redo ends; `None`: with the log. Needs an output folder of its own, or [`Options::without_undo`].
    pub until: Option<Until>,
    /// Redo starts with the oldest log, whatever the checkpoint says: some database is older than that.
    pub ignore_checkpoint: bool,
    /// Leaves uncommitted changes in, and the databases in need of further logs.
    pub without_undo: bool,
    /// Databases that are not found are no error.
    pub ignore_missing: bool,
    /// Logs that no database needs to be usable may be missing or damaged; what was committed in them is lost.
    pub allow_loss: bool,
    /// The last log may end in what can be the torn last write of a crash: segments that are missing or damaged, and others of
    /// the same write behind them. Nobody was told that anything in it was durable. For the own logs of an engine that starts;
    /// a disk that loses what it had acknowledged can look the same.
    pub accepts_torn_end: bool,
    /// The current log may be missing if no database needs it.
    pub allow_no_current: bool,
    /// Size that the pages must have.
    pub page_size: Option<PageSize>,
    /// Size that the logs should have.
    pub log_bytes: Option<u64>,
}

impl Options {
    /// A complete recovery of the databases in `databases`.
    pub const fn new(databases: DatabaseMap) -> Self {
        Self {
            databases,
            until: None,
            ignore_checkpoint: false,
            without_undo: false,
            ignore_missing: false,
            allow_loss: false,
            accepts_torn_end: false,
            allow_no_current: false,
            page_size: None,
            log_bytes: None,
        }
    }
}

/// Where the databases lie that a log knows by the paths of another machine.
///
/// The rule: an entry for the whole path; then an entry for the file name alone; then a file of that name in one of the
/// folders. Upper and lower case, and the kind of separator, do not matter.
#[derive(Clone, Debug, Default)]
pub struct DatabaseMap {
    /// Logged path, or file name, and where the file lies.
    pub entries: Vec<(String, PathBuf)>,
    /// Folders to look in.
    pub folders: Vec<PathBuf>,
    /// Databases without an entry are left alone, as if the log did not tell of them.
    pub only_entries: bool,
}

/// What a [`DatabaseMap`] says of a logged path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mapped {
    /// The file, which need not exist.
    File(PathBuf),
    /// The database is to be left alone.
    LeftAlone,
}

impl DatabaseMap {
    /// Databases in one folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            folders: vec![folder.to_owned()],
            ..Self::default()
        }
    }

    /// Where the database lies that the log knows as `logged`.
    pub fn find(&self, fs: &dyn FileSystem, logged: &str) -> Mapped {
        let whole = |path: &str| path.replace('\\', "/").to_lowercase();
        let (wanted, name) = (whole(logged), file_name(logged));
        let exact = self.entries.iter().find(|(from, _)| whole(from) == wanted);
        let named = || {
            let is_named = |from: &str| from.eq_ignore_ascii_case(name);
            self.entries.iter().find(|(from, _)| is_named(from))
        };
        if let Some((_, to)) = exact.or_else(named) {
            return Mapped::File(to.clone());
        }
        if self.only_entries {
            return Mapped::LeftAlone;
        }
        for folder in &self.folders {
            let found = fs.list(folder).unwrap_or_default().into_iter().find(|entry| {
                !entry.is_dir && entry.name.to_string_lossy().to_lowercase() == name.to_lowercase()
            });
            if let Some(entry) = found {
                return Mapped::File(folder.join(entry.name));
            }
        }
        let folder = self.folders.first().map(PathBuf::as_path);
        Mapped::File(folder.unwrap_or(Path::new("")).join(name))
    }
}

/// The file name of a path of any system.
pub fn file_name(path: &str) -> &str {
    path.rsplit(['\\', '/']).next().unwrap_or(path)
}

/// How far a recovery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Redo is in a log.
    Redo {
        /// The log.
        generation: Generation,
        /// Bytes of logs read.
        done: u64,
        /// Bytes of all logs to be read.
        total: u64,
    },
    /// Uncommitted transactions are undone.
    Undo {
        /// How many there are.
        transactions: usize,
    },
    /// Changed pages are written.
    Write,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jet_io::MemFs;

    #[test]
    fn logged_paths_lead_to_files_here() {
        let fs = MemFs::from_files([("data/Corpus.EDB", Vec::new()), ("more/other.edb", Vec::new())]);
        let mut map = DatabaseMap {
            entries: vec![
                (r"C:\a\b.edb".to_owned(), "x/one".into()),
                ("c.edb".to_owned(), "x/two".into()),
            ],
            folders: vec!["data".into(), "more".into()],
            only_entries: false,
        };
        let find = |map: &DatabaseMap, logged| match map.find(&fs, logged) {
            Mapped::File(path) => path.to_string_lossy().into_owned(),
            Mapped::LeftAlone => "-".to_owned(),
        };
        for (logged, expected) in [
            (r"c:/A/B.edb", "x/one"),
            (r"D:\elsewhere\C.EDB", "x/two"),
            (r"C:\corpus\corpus.edb", "data/Corpus.EDB"),
            ("/srv/other.edb", "more/other.edb"),
            (r"C:\none.edb", "data/none.edb"),
        ] {
            assert_eq!(find(&map, logged), expected, "{logged}");
        }
        map.only_entries = true;
        assert_eq!(find(&map, r"C:\corpus\corpus.edb"), "-");
        assert_eq!(find(&map, r"C:\a\b.edb"), "x/one");
    }
}
