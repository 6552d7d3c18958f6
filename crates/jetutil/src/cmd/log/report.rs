//! What is known of log files, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use jet_api::{JetCode, JetError};
use jet_log::segment::Sector;
use jet_log::{Entry, LogFile, LogSet, PassedOver, RecordKind, Repair};
use serde::{Serialize, Serializer};

use crate::cmd::checkpoint::CheckpointReport;
use crate::render::{self, Facts, TextTable};

/// Everything found.
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    pub(super) streams: Vec<StreamReport>,
}

/// One stream.
#[derive(Debug, Serialize)]
pub(super) struct StreamReport {
    /// Base name of its files; empty for files named one by one.
    base: String,
    pub(super) files: Vec<FileReport>,
    checkpoint: Option<CheckpointReport>,
    #[serde(skip)]
    checkpoint_path: Option<PathBuf>,
    /// Whether the last record ends a clean shutdown and the checkpoint points to it; unknown without a checkpoint.
    closed_cleanly: Option<bool>,
    statistics: Vec<KindReport>,
    #[serde(skip)]
    tally: BTreeMap<RecordKind, (u64, u64)>,
    #[serde(serialize_with = "as_json")]
    problems: Vec<JetError>,
}

/// Records of one type.
#[derive(Debug, Serialize)]
struct KindReport {
    number: u8,
    #[serde(rename = "type")]
    kind: &'static str,
    records: u64,
    bytes: u64,
}

/// One file.
#[derive(Debug, Serialize)]
pub(super) struct FileReport {
    file: String,
    generation: u32,
    version: String,
    engine_format_max: u32,
    page_size: u16,
    created: String,
    previous_created: Option<String>,
    signature: String,
    checkpoint: Option<String>,
    circular: bool,
    from_reserve: bool,
    sectors: u16,
    last_segment: u16,
    /// `full`, `shadow`, `recycled`, `zero` or `damage`: what follows the last segment.
    behind: &'static str,
    accumulated_checksum: String,
    previous_checksum: String,
    attachments: Vec<Attached>,
    records: u64,
    record_bytes: u64,
    /// Records that a crash cut off.
    cut_off_records: usize,
    /// What was mended in memory.
    repairs: Vec<String>,
    last_record: Option<String>,
    #[serde(skip)]
    last: Option<(jet_log::Lgpos, RecordKind)>,
}

/// A database in the list of a header or checkpoint.
#[derive(Debug, Serialize)]
pub(crate) struct Attached {
    pub(crate) dbid: u8,
    pub(crate) path: String,
    pub(crate) dbtime: u64,
    pub(crate) attached: Option<String>,
    pub(crate) consistent: Option<String>,
    pub(crate) signature: String,
}

impl From<jet_log::attach::Attachment> for Attached {
    fn from(found: jet_log::attach::Attachment) -> Self {
        Self {
            dbid: found.dbid,
            dbtime: found.dbtime.0,
            attached: found.attached.is_some().then(|| found.attached.to_string()),
            consistent: found.consistent.is_some().then(|| found.consistent.to_string()),
            signature: found.signature.to_string(),
            path: found.path,
        }
    }
}

impl Report {
    /// Everything that is wrong.
    pub(super) fn problems(&self) -> impl Iterator<Item = &JetError> {
        self.streams.iter().flat_map(|stream| &stream.problems)
    }

    /// Where no file can be read at all, the first problem is the answer.
    pub(super) fn fail_if_empty(&mut self) -> Result<(), JetError> {
        if self.streams.iter().any(|stream| !stream.files.is_empty()) {
            return Ok(());
        }
        let problem = self.streams.iter_mut().find_map(|stream| stream.problems.pop());
        Err(problem.unwrap_or_else(|| {
            JetError::new(JetCode::FILE_NOT_FOUND, "looking for logs")
                .with_hint("name log files or the folder of a log stream")
        }))
    }

    /// The report for people.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for stream in &self.streams {
            stream.write_text(&mut out);
        }
        out
    }
}

impl StreamReport {
    pub(super) fn of(set: &LogSet) -> Self {
        Self {
            base: set.base.clone(),
            files: Vec::new(),
            checkpoint: None,
            checkpoint_path: set.checkpoint.clone(),
            closed_cleanly: None,
            statistics: Vec::new(),
            tally: BTreeMap::new(),
            problems: Vec::new(),
        }
    }

    pub(super) fn problem(&mut self, problem: JetError) {
        self.problems.push(problem);
    }

    pub(super) fn add(&mut self, entry: &Entry<'_>) {
        let (records, bytes) = self.tally.entry(entry.record.kind()).or_default();
        *records += 1;
        *bytes += entry.bytes.len() as u64;
    }

    /// Reads the checkpoint of the stream, and makes the statistics. `newest`: the last file.
    pub(super) fn read_checkpoint(&mut self, newest: Option<&LogFile>) {
        self.statistics = self
            .tally
            .iter()
            .map(|(kind, &(records, bytes))| KindReport {
                number: kind.number(),
                kind: kind.name(),
                records,
                bytes,
            })
            .collect();
        let Some(path) = &self.checkpoint_path else {
            return;
        };
        match CheckpointReport::read(path) {
            Ok((report, checkpoint)) => {
                if let Some(newest) = newest {
                    if let Err(source) = checkpoint.check_stream(&newest.header().signature) {
                        let path = path.clone();
                        self.problems
                            .push(jet_log::LogError::Checkpoint { path, source }.into());
                    }
                    let last = self.files.last().and_then(|file| file.last);
                    let is_closed =
                        last.is_some_and(|(at, kind)| kind.is_clean_end() && at == checkpoint.redo_from());
                    self.closed_cleanly = Some(is_closed);
                }
                self.checkpoint = Some(report);
            }
            Err(error) => self.problems.push(error),
        }
    }

    fn write_text(&self, out: &mut String) {
        let mut facts = Facts::new();
        if !self.base.is_empty() {
            facts.add("base name", &self.base);
        }
        if let Some(newest) = self.files.last() {
            facts
                .add("stream", &newest.signature)
                .add("version", &newest.version)
                .add("page size", newest.page_size);
            for attached in &newest.attachments {
                facts.add("attached", format!("{} as {}", attached.path, attached.dbid));
            }
            if let Some(last) = &newest.last_record {
                facts.add("last record", last);
            }
        }
        if let Some(checkpoint) = &self.checkpoint {
            facts.add("checkpoint", checkpoint.redo_from.as_deref().unwrap_or("none"));
        }
        match self.closed_cleanly {
            Some(true) => {
                _ = facts.add(
                    "state",
                    "closed cleanly: the checkpoint points to the last record",
                )
            }
            Some(false) => _ = facts.add("state", "not closed: recovery must run from the checkpoint on"),
            None => {}
        }
        let mut files = TextTable::new(
            1,
            [
                "file",
                "generation",
                "segments",
                "of",
                "records",
                "bytes",
                "behind",
                "created",
            ],
        );
        for file in &self.files {
            files.row([
                file.file.clone(),
                format!("{:#x}", file.generation),
                file.last_segment.to_string(),
                file.sectors.saturating_sub(2).to_string(),
                file.records.to_string(),
                file.record_bytes.to_string(),
                file.behind.to_owned(),
                file.created.clone(),
            ]);
        }
        let mut kinds = TextTable::new(1, ["type", "records", "bytes"]);
        for kind in &self.statistics {
            kinds.row([
                kind.kind.to_owned(),
                kind.records.to_string(),
                kind.bytes.to_string(),
            ]);
        }
        _ = writeln!(out, "{facts}\n{files}\n{kinds}");
        for file in &self.files {
            for repair in &file.repairs {
                _ = writeln!(out, "{}: {repair}", file.file);
            }
            if file.cut_off_records > 0 {
                let records = render::count(file.cut_off_records as u64, "record", "records");
                _ = writeln!(out, "{}: a crash cut off {records}", file.file);
            }
        }
        for problem in &self.problems {
            _ = writeln!(out, "problem: {problem}");
        }
    }
}

impl FileReport {
    pub(super) fn of(file: &LogFile) -> Self {
        let (header, scan) = (file.header(), file.scan());
        let previous = header.previous_created;
        let checkpoint = header.checkpoint();
        Self {
            file: file.path().display().to_string(),
            generation: header.generation().0,
            version: header.version().to_string(),
            engine_format_max: header.engine_format_max.get(),
            page_size: header.page_size.get(),
            created: header.created.to_string(),
            previous_created: previous.is_set().then(|| previous.to_string()),
            signature: header.signature.to_string(),
            checkpoint: checkpoint.is_some().then(|| checkpoint.to_string()),
            circular: header.is_circular(),
            from_reserve: header.is_from_reserve(),
            sectors: header.file_sectors.get(),
            last_segment: scan.last_segment,
            behind: match (&scan.damage, &scan.behind) {
                (Some(_), _) => "damage",
                (None, Some(Sector::Shadow)) => "shadow",
                (None, Some(Sector::Recycled { .. })) => "recycled",
                (None, Some(_)) => "zero",
                (None, None) => "full",
            },
            accumulated_checksum: format!("{:#018x}", scan.accumulated_checksum),
            previous_checksum: format!("{:#018x}", header.previous_checksum.get()),
            attachments: header
                .attachments()
                .unwrap_or_default()
                .into_iter()
                .map(Attached::from)
                .collect(),
            records: 0,
            record_bytes: 0,
            cut_off_records: 0,
            repairs: scan.repairs.iter().map(repair_text).collect(),
            last_record: None,
            last: None,
        }
    }

    pub(super) fn add(&mut self, entry: &Entry<'_>) {
        self.records += 1;
        self.record_bytes += entry.bytes.len() as u64;
        let kind = entry.record.kind();
        if !kind.is_filler() {
            self.last = Some((entry.lgpos, kind));
        }
    }

    pub(super) fn finish(&mut self, passed_over: &PassedOver) {
        self.cut_off_records = passed_over.cut_off_records;
        self.last_record = self.last.map(|(at, kind)| format!("{kind} at {at}"));
    }
}

fn repair_text(repair: &Repair) -> String {
    match repair {
        Repair::Bit { sector, bit } => {
            format!("bit {bit} of sector {sector} is flipped; the checksum tells which")
        }
        Repair::Shadow { sector } => format!("sector {sector} is damaged; its shadow is whole"),
    }
}

fn as_json<S: Serializer>(problems: &[JetError], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(problems.iter().map(JetError::to_json))
}
