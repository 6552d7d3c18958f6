//! A stream with two databases, made of one with a single one: every record is there twice, the second time for another
//! database and other sessions.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jet_io::{FileSystem as _, SimFs};
use jet_log::attach::Attachment;
use jet_log::names::LogNames;
use jet_log::outside::SteppingClock;
use jet_log::{
    Lgpos, LogEngine, LogFile, LogFolder, LogPhase, LogWriter, NewStream, Record, RecordKind, RollInfo,
};
use jet_pages::PageSize;
use zerocopy::IntoBytes;

use crate::sets::Files;

/// File name of the second database; that of the first is as long.
pub(crate) const OTHER: &str = "OTHER.dat";
const FIRST: &str = "SRUDB.dat";

/// Bytes of the positions in a record.
const LGPOS_BYTES: usize = 8;

/// The writer of the stream, and where the records of the old one went to.
struct Doubling {
    writer: LogWriter,
    first: BTreeMap<Lgpos, Lgpos>,
    second: BTreeMap<Lgpos, Lgpos>,
    /// The second database is there still.
    is_attached: bool,
    inserts: Vec<Insert>,
}

/// Records that come before the `count`-th record of a kind.
#[derive(Clone, Debug)]
pub(crate) struct Insert {
    pub(crate) kind: RecordKind,
    pub(crate) count: usize,
    pub(crate) records: Vec<Vec<u8>>,
}

/// Writes every record twice. `detaches`: the second database is detached when the instance ends for the first time, and
/// stays so.
pub(crate) fn doubled(logs: &Files, detaches: bool) -> Files {
    let detach = Insert {
        kind: RecordKind::ShutDownMark,
        count: 1,
        records: vec![DETACH.to_vec()],
    };
    rewritten(logs, true, if detaches { vec![detach] } else { Vec::new() })
}

/// Writes every record once, and others between them.
pub(crate) fn with_inserts(logs: &Files, inserts: Vec<Insert>) -> Files {
    rewritten(logs, false, inserts)
}

fn rewritten(logs: &Files, doubles: bool, inserts: Vec<Insert>) -> Files {
    let fs = SimFs::new();
    fs.create_dir_all(Path::new("/logs")).unwrap();
    let mut doubling: Option<Doubling> = None;
    for (name, bytes) in logs {
        let log = LogFile::from_bytes(Path::new(name), bytes).unwrap();
        match &mut doubling {
            Some(doubling) => doubling.roll(&log),
            None => {
                let mut new = Doubling::new(&fs, &log);
                (new.is_attached, new.inserts) = (doubles, inserts.clone());
                doubling = Some(new);
            }
        }
        let doubling = doubling.as_mut().unwrap();
        let mut records = log.records();
        while let Some(entry) = records.next().unwrap() {
            doubling.add(entry.lgpos, &entry.record);
        }
    }
    let mut doubling = doubling.unwrap();
    doubling.writer.flush().unwrap();
    assert!(doubling.inserts.iter().all(|insert| insert.count == 0));
    let files = fs.files().unwrap().into_iter();
    let named = files.map(|(path, bytes)| (path.file_name().unwrap().to_string_lossy().into_owned(), bytes));
    let mut files: Files = named.collect();
    files.sort_by_key(|(name, bytes)| LogFile::from_bytes(Path::new(name), bytes).unwrap().generation());
    files
}

impl Doubling {
    fn new(fs: &SimFs, log: &LogFile) -> Self {
        let header = log.header();
        let folder = LogFolder {
            fs: Arc::new(fs.clone()),
            clock: Arc::new(SteppingClock::new(1_700_000_000_000, 10)),
            path: "/logs".into(),
            names: LogNames {
                base: "SRU".to_owned(),
                has_old_extensions: true,
                has_five_digits: true,
            },
        };
        let stream = NewStream {
            signature: header.signature,
            created: header.created,
            page_size: PageSize::K4,
            file_sectors: 3 * header.file_sectors.get(),
            version: header.version(),
            params: &header.params,
            engine_format_max: header.engine_format_max.get(),
        };
        Self {
            writer: LogWriter::create(folder, &stream).unwrap(),
            first: BTreeMap::new(),
            second: BTreeMap::new(),
            is_attached: true,
            inserts: Vec::new(),
        }
    }

    /// Begins the generation of `log`.
    fn roll(&mut self, log: &LogFile) {
        let header = log.header();
        let mut attachments = Vec::new();
        for listed in header.attachments().unwrap() {
            attachments.push(Attachment {
                attached: place_in(&self.first, listed.attached),
                consistent: place_in(&self.first, listed.consistent),
                ..listed.clone()
            });
            if self.is_attached {
                let mut signature = listed.signature;
                signature.random = (signature.random.get() ^ OTHER_IDENTITY).into();
                attachments.push(Attachment {
                    dbid: listed.dbid + 1,
                    attached: place_in(&self.second, listed.attached),
                    consistent: place_in(&self.first, listed.consistent),
                    path: listed.path.replace(FIRST, OTHER),
                    signature,
                    ..listed
                });
            }
        }
        self.writer.set_engine(LogEngine {
            phase: LogPhase::Running,
            params: Some(Box::new(header.params.clone())),
            version: Some(header.version()),
        });
        let info = RollInfo {
            created: header.created,
            attachments: &attachments,
            checkpoint: place_in(&self.first, header.checkpoint()),
        };
        self.writer.roll(&info).unwrap();
        assert_eq!(self.writer.generation(), log.generation());
    }

    fn add(&mut self, at: Lgpos, record: &Record<'_>) {
        if record.kind().is_filler() {
            return;
        }
        let mut inserted = Vec::new();
        for insert in self
            .inserts
            .iter_mut()
            .filter(|insert| insert.kind == record.kind() && insert.count > 0)
        {
            insert.count -= 1;
            if insert.count == 0 {
                inserted.append(&mut insert.records);
            }
        }
        for bytes in inserted {
            self.is_attached &= bytes != DETACH;
            self.append(&bytes);
        }
        let mut bytes = Vec::new();
        record.encode(&mut bytes).unwrap();
        for (offset, old) in positions(record) {
            let new = place_in(&self.first, old).to_raw();
            bytes[offset..offset + LGPOS_BYTES].copy_from_slice(new.as_bytes());
        }
        let first = self.append(&bytes);
        self.first.insert(at, first);
        if let Some((session, database)) = numbers_in(record).filter(|_| self.is_attached) {
            make_other(&mut bytes, session, database);
            let second = self.append(&bytes);
            self.second.insert(at, second);
        }
    }

    fn append(&mut self, bytes: &[u8]) -> Lgpos {
        let (record, len) = Record::decode(bytes).unwrap();
        assert_eq!(len, bytes.len());
        self.writer.append(&record).unwrap()
    }
}

/// Detaches the second database: session 101, number 2, no path.
const DETACH: [u8; 9] = [16, 101, 0, 2, 2, 0, 0x10, 0, 0];
const OTHER_IDENTITY: u32 = 0x5a5a_5a5a;
const OTHER_SESSIONS: u16 = 100;

/// Where the record at an old place went to; what is no record, or lies before the stream, stays.
fn place_in(places: &BTreeMap<Lgpos, Lgpos>, old: Lgpos) -> Lgpos {
    places.get(&old).copied().unwrap_or(old)
}

/// Positions that a record tells, and where in it they are.
fn positions(record: &Record<'_>) -> Vec<(usize, Lgpos)> {
    match record {
        Record::AttachDatabase(record) => vec![(8, record.consistent)],
        Record::Term2(record) | Record::RecoveryQuit2(record) => {
            vec![(1, record.began), (9, record.redo_from)]
        }
        Record::Reattach(record) => vec![(6, record.attached), (14, record.consistent)],
        _ => Vec::new(),
    }
}

/// Where a record has the numbers of its session and its database; `None` for records of the instance.
fn numbers_in(record: &Record<'_>) -> Option<(Option<usize>, Option<usize>)> {
    if record.page_change().is_some() {
        return Some((Some(1), Some(3)));
    }
    match record.kind().number() {
        5..=13 | 57 => Some((Some(1), None)),
        14..=16 | 79 | 95 => Some((Some(1), Some(3))),
        69 => Some((Some(5), None)),
        96 => Some((Some(14), Some(9))),
        68 | 70 | 72..=74 => Some((None, Some(5))),
        78 | 81 | 92 | 94 | 97..=101 => Some((None, Some(1))),
        _ => None,
    }
}

/// Turns a record into one about the other database.
fn make_other(bytes: &mut [u8], session: Option<usize>, database: Option<usize>) {
    if let Some(at) = session {
        let number = u16::from_le_bytes([bytes[at], bytes[at + 1]]) + OTHER_SESSIONS;
        bytes[at..at + 2].copy_from_slice(&number.to_le_bytes());
    }
    if let Some(at) = database {
        assert_eq!(bytes[at], 1);
        bytes[at] = 2;
    }
    let identity = match bytes[0] {
        14 => Some(12),
        15 => Some(16),
        72 => Some(22),
        _ => None,
    };
    if let Some(at) = identity {
        let other = OTHER_IDENTITY.to_le_bytes();
        bytes[at..at + 4]
            .iter_mut()
            .zip(other)
            .for_each(|(byte, other)| *byte ^= other);
    }
    if let 14..=16 = bytes[0] {
        rename(bytes);
    }
}

fn rename(bytes: &mut [u8]) {
    let wide = |name: &str| {
        name.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    let pairs = [(wide(FIRST), wide(OTHER)), (FIRST.into(), OTHER.into())];
    for (from, to) in pairs {
        if let Some(at) = bytes.windows(from.len()).position(|window| window == from) {
            bytes[at..at + to.len()].copy_from_slice(&to);
            return;
        }
    }
}

/// Where the instance starts for the second time.
pub(crate) fn second_start(logs: &Files) -> Lgpos {
    let mut ended = false;
    for (name, bytes) in logs {
        let log = LogFile::from_bytes(Path::new(name), bytes).unwrap();
        let mut records = log.records();
        while let Some(entry) = records.next().unwrap() {
            match entry.record.kind() {
                RecordKind::Term2 => ended = true,
                RecordKind::Init2 if ended => return entry.lgpos,
                _ => {}
            }
        }
    }
    panic!("the instance started once only")
}
