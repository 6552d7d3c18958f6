//! Changes in the files of a log stream, as a string of bytes says: for fuzzing, and for tests with random bytes.
//!
//! Most changes meet a field of a record, a header or a page, and all checksums are made right again, those by which a log
//! vouches for the one before included: so the change is found by nobody before recovery works with it. A few are left as
//! they are. The same bytes make the same changes.

use std::collections::BTreeMap;
use std::path::Path;

use jet_log::segment::{self, SEGMENT_BYTES};
use jet_log::{LogFile, names};
use jet_pages::{PageSize, Pgno, checksum, dbheader};

/// Bytes of one change.
pub const CHANGE_BYTES: usize = 9;

/// Most changes that are made.
pub const CHANGES_MAX: usize = 24;

/// Files of a log stream and of its databases, by name.
#[derive(Clone, Debug)]
pub struct Stream {
    files: BTreeMap<String, Vec<u8>>,
    /// Logs in the order of their generations.
    logs: Vec<String>,
    checkpoints: Vec<String>,
    databases: Vec<String>,
}

/// Where records begin, with the bytes that they have in their first segment.
type Starts = Vec<(usize, usize)>;

/// One change, taken from [`CHANGE_BYTES`] bytes.
#[derive(Clone, Copy, Debug)]
struct Change {
    what: u8,
    /// Which of the files.
    file: u8,
    /// Which record, segment or page.
    part: u16,
    /// Byte in it.
    byte: u16,
    /// Which other one.
    other: u16,
    value: u8,
}

impl Change {
    fn read([what, file, a, b, c, d, e, f, value]: [u8; CHANGE_BYTES]) -> Self {
        Self {
            what,
            file,
            part: u16::from_le_bytes([a, b]),
            byte: u16::from_le_bytes([c, d]),
            other: u16::from_le_bytes([e, f]),
            value,
        }
    }

    /// The value of a byte after the change: bytes at the ends of ranges come as often as all others.
    fn apply(self, byte: u8) -> u8 {
        match self.what >> 4 {
            0..8 => self.value,
            8..10 => byte ^ 1 << (self.value & 7),
            10 => byte.wrapping_add(1),
            11 => byte.wrapping_sub(1),
            12 => 0,
            13 => 0xff,
            14 => 0x80,
            _ => 0x7f,
        }
    }
}

/// One of `count` by a number of the input.
fn index(number: impl Into<usize>, count: usize) -> Option<usize> {
    number.into().checked_rem(count)
}

impl Stream {
    /// Takes in files. What is neither log, checkpoint nor database stays as it is.
    pub fn new(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let files: BTreeMap<String, Vec<u8>> = files.into_iter().collect();
        let mut logs = Vec::new();
        let (mut checkpoints, mut databases) = (Vec::new(), Vec::new());
        for (name, bytes) in &files {
            match names::parse(name) {
                Some((_, names::FileRole::Checkpoint)) => checkpoints.push(name.clone()),
                Some(_) => {
                    if let Ok(file) = LogFile::from_bytes(Path::new(name), bytes) {
                        logs.push((file.generation(), name.clone()));
                    }
                }
                None if dbheader::read_header(bytes).is_ok_and(|read| read.header.file_type.get() <= 1) => {
                    databases.push(name.clone());
                }
                None => {}
            }
        }
        logs.sort();
        Self {
            files,
            logs: logs.into_iter().map(|(_, name)| name).collect(),
            checkpoints,
            databases,
        }
    }

    /// The files as they are now.
    pub fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        self.files
    }

    /// Puts `new` wherever a log has `old`, which is as long.
    pub fn replace(&mut self, old: &[u8], new: &[u8]) {
        assert_eq!(old.len(), new.len(), "records keep their lengths");
        for name in &self.logs {
            let Some(log) = self.files.get_mut(name) else {
                continue;
            };
            let places = (0..log.len()).filter(|&at| log[at..].starts_with(old));
            for at in places.collect::<Vec<_>>() {
                log[at..at + old.len()].copy_from_slice(new);
                match at / SEGMENT_BYTES {
                    0 => dbheader::update_checksum(&mut log[..SEGMENT_BYTES]),
                    sector => _ = seal(log, sector),
                }
            }
        }
        self.link();
    }

    /// Makes the changes that `input` tells, at most [`CHANGES_MAX`]; what is behind the last whole one counts for nothing.
    pub fn change(&mut self, input: &[u8]) {
        let changes = input.as_chunks().0.iter().take(CHANGES_MAX);
        let (raw, mended): (Vec<Change>, Vec<Change>) = changes
            .map(|&bytes| Change::read(bytes))
            .partition(|change| change.what & 15 == 15);
        for change in mended {
            // No place for it: the stream has no such file.
            _ = self.change_one(change);
        }
        self.link();
        for change in raw {
            _ = self.change_raw(change);
        }
    }

    fn change_one(&mut self, change: Change) -> Option<()> {
        match change.what & 15 {
            0..=5 => self.change_record(change),
            6 | 7 => self.copy_field(change),
            8 => self.copy_segment(change),
            9 => self.end_log(change),
            10 => self.change_header(change),
            11 | 12 => self.change_page(change),
            13 => self.change_pages_of_checkpoint(change),
            _ => self.change_database_header(change),
        }
    }

    /// Changes a byte of a record, of which there are as many as records.
    fn change_record(&mut self, change: Change) -> Option<()> {
        let (log, starts) = self.records(change.file)?;
        let at = place_in(&starts, change.part, change.byte)?;
        let byte = log.get_mut(at)?;
        *byte = change.apply(*byte);
        seal(log, at / SEGMENT_BYTES)
    }

    /// Copies bytes from one record to the same place of another: what is a number of a page or a time there is one here.
    fn copy_field(&mut self, change: Change) -> Option<()> {
        let (log, starts) = self.records(change.file)?;
        let len = [1, 4, 8, 43][usize::from(change.value & 3)];
        let from = place_in(&starts, change.other, change.byte)?;
        let to = place_in(&starts, change.part, change.byte)?;
        let bytes = log.get(from..from + len)?.to_vec();
        log.get_mut(to..to + len)?.copy_from_slice(&bytes);
        seal(log, to / SEGMENT_BYTES)?;
        seal(log, (to + len - 1) / SEGMENT_BYTES)
    }

    /// Puts a segment over another one.
    fn copy_segment(&mut self, change: Change) -> Option<()> {
        let (log, _) = self.records(change.file)?;
        let segments = log.len() / SEGMENT_BYTES - 1;
        let from = 1 + index(change.other, segments)?;
        let to = 1 + index(change.part, segments)?;
        log.copy_within(
            from * SEGMENT_BYTES..(from + 1) * SEGMENT_BYTES,
            to * SEGMENT_BYTES,
        );
        seal(log, to)
    }

    /// Lets the log end before a record.
    fn end_log(&mut self, change: Change) -> Option<()> {
        let (log, starts) = self.records(change.file)?;
        let (at, _) = *starts.get(index(change.part, starts.len())?)?;
        let segment = at / SEGMENT_BYTES;
        let end = (segment + 1) * SEGMENT_BYTES;
        log.get_mut(at..end)?.fill(0);
        seal(log, segment)?;
        log.get_mut(end..)?.fill(0);
        Some(())
    }

    fn change_header(&mut self, change: Change) -> Option<()> {
        let log = self.log(change.file)?;
        let header = log.get_mut(..SEGMENT_BYTES)?;
        // Little more than names of databases lies behind the settings of the instance.
        let at = index(change.byte, 1200)?;
        header[at] = change.apply(header[at]);
        dbheader::update_checksum(header);
        Some(())
    }

    fn change_page(&mut self, change: Change) -> Option<()> {
        let (database, size) = self.database(change.file)?;
        let page = 2 + index(change.part, (database.len() / size.bytes()).checked_sub(2)?)?;
        let bytes = database.get_mut(page * size.bytes()..(page + 1) * size.bytes())?;
        // Header and tags as often as all the rest.
        let at = match change.other % 4 {
            0 => index(change.byte, 40)?,
            1 => bytes.len() - 1 - index(change.byte, 120)?,
            _ => index(change.byte, bytes.len())?,
        };
        bytes[at] = change.apply(bytes[at]);
        checksum::update(bytes, Pgno(u32::try_from(page - 1).ok()?), size);
        Some(())
    }

    fn change_database_header(&mut self, change: Change) -> Option<()> {
        let (database, size) = self.database(change.file)?;
        let at = index(change.byte, 700)?;
        let copies = [0, size.bytes()];
        // One of the two copies as a rule; both in one case of four.
        for (number, start) in copies.into_iter().enumerate() {
            if change.other % 4 == 3 || usize::from(change.other % 2) == number {
                let header = database.get_mut(start..start + size.bytes())?;
                header[at] = change.apply(header[at]);
                dbheader::update_checksum(header);
            }
        }
        Some(())
    }

    fn change_pages_of_checkpoint(&mut self, change: Change) -> Option<()> {
        let name = self.checkpoints.first()?;
        let at = index(change.byte, 1200)?;
        for copy in self.files.get_mut(name)?.chunks_mut(SEGMENT_BYTES) {
            copy[at] = change.apply(copy[at]);
            dbheader::update_checksum(copy);
        }
        Some(())
    }

    /// A change that checksums tell of, or a file that is missing or too short.
    fn change_raw(&mut self, change: Change) -> Option<()> {
        let names: Vec<String> = self.files.keys().cloned().collect();
        let name = names.get(index(change.file, names.len())?)?;
        let bytes = self.files.get_mut(name)?;
        match change.other % 8 {
            0 => _ = self.files.remove(name),
            1 => bytes.truncate(usize::from(change.part) * 512 % bytes.len().max(1)),
            2 => bytes.extend_from_slice(&[0; SEGMENT_BYTES]),
            _ => {
                let at = index(
                    usize::from(change.part) * 512 + usize::from(change.byte),
                    bytes.len(),
                )?;
                bytes[at] = change.apply(bytes[at]);
            }
        }
        Some(())
    }

    fn log(&mut self, number: u8) -> Option<&mut Vec<u8>> {
        let name = self.logs.get(index(number, self.logs.len())?)?;
        self.files.get_mut(name)
    }

    /// A log, and where its records begin.
    fn records(&mut self, number: u8) -> Option<(&mut Vec<u8>, Starts)> {
        let log = self.log(number)?;
        let file = LogFile::from_bytes(Path::new("a.log"), log).ok()?;
        let mut starts = Vec::new();
        let mut records = file.records();
        while let Ok(Some(entry)) = records.next() {
            let start = entry.offset as usize;
            let room = SEGMENT_BYTES - start % SEGMENT_BYTES;
            starts.push((start, entry.bytes.len().min(room)));
        }
        Some((log, starts))
    }

    fn database(&mut self, number: u8) -> Option<(&mut Vec<u8>, PageSize)> {
        let name = self.databases.get(index(number, self.databases.len())?)?;
        let bytes = self.files.get_mut(name)?;
        let size = dbheader::read_header(bytes).ok()?.page_size;
        Some((bytes, size))
    }

    /// Lets the header of every log repeat the accumulated checksum of the one before.
    fn link(&mut self) {
        const PREVIOUS_CHECKSUM: std::ops::Range<usize> = 653..661;
        let mut before = None;
        for name in &self.logs {
            let Some(log) = self.files.get_mut(name) else {
                continue;
            };
            if let (Some(sum), Some(header)) = (before, log.get_mut(..SEGMENT_BYTES)) {
                let stored = &mut header[PREVIOUS_CHECKSUM];
                // Logs that do not know it stay as they are.
                if stored != [0; 8] {
                    stored.copy_from_slice(&u64::to_le_bytes(sum));
                    dbheader::update_checksum(header);
                }
            }
            let file = LogFile::from_bytes(Path::new(name), log).ok();
            before = file.map(|file| file.scan().accumulated_checksum);
        }
    }
}

/// The place of byte `byte` of record `number`. The type of a record is seldom meant: with another one the rest is nothing.
fn place_in(starts: &[(usize, usize)], number: u16, byte: u16) -> Option<usize> {
    let &(start, len) = starts.get(index(number, starts.len())?)?;
    match byte {
        0xff00.. => Some(start),
        byte => Some(start + 1 + index(byte, len - 1)?),
    }
}

/// Makes the checksum of a segment right.
fn seal(log: &mut [u8], sector: usize) -> Option<()> {
    let generation = LogFile::from_bytes(Path::new("a.log"), log).ok()?.generation();
    let segment = log.get_mut(sector * SEGMENT_BYTES..)?.first_chunk_mut()?;
    segment::seal(segment, sector as u16, generation);
    Some(())
}
