//! `jetutil checkpoint`: from where recovery starts.

use std::path::{Path, PathBuf};

use jet_api::JetError;
use jet_io::{OpenMode, OsFs, open_input};
use jet_log::checkpoint::{self, CheckpointSource};
use jet_log::{Checkpoint as CheckpointBlock, Lgpos, LogError};
use serde::Serialize;

use super::log::Attached;
use crate::Outcome;
use crate::args::Args;
use crate::render::{self, Facts};

/// Show a checkpoint file: from which position of the log recovery starts, and both copies of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  jetutil checkpoint SRU.chk")]
pub(crate) struct Checkpoint {
    /// The checkpoint file.
    file: PathBuf,
}

pub(crate) fn run(checkpoint: &Checkpoint, args: &Args) -> anyhow::Result<Outcome> {
    let (report, _) = CheckpointReport::read(&checkpoint.file)?;
    if args.json {
        render::print_json(&report)?;
    } else {
        render::print(&report.text())?;
    }
    Ok(match report.is_sound {
        true => Outcome::Sound,
        false => Outcome::Findings,
    })
}

/// What a checkpoint says.
#[derive(Debug, Serialize)]
pub(crate) struct CheckpointReport {
    file: String,
    /// Which copies are sound and the same.
    copies: String,
    #[serde(skip)]
    is_sound: bool,
    /// Redo starts here.
    pub(crate) redo_from: Option<String>,
    /// From here on the databases may lack data.
    consistent_from: Option<String>,
    signature: String,
    full_backup: Option<String>,
    full_backup_time: Option<String>,
    full_backup_checkpoint: Option<String>,
    incremental_backup: Option<String>,
    incremental_backup_time: Option<String>,
    /// `null`: the checkpoint has no list, that of the log header holds.
    attachments: Option<Vec<Attached>>,
}

impl CheckpointReport {
    /// Reads a checkpoint file.
    pub(crate) fn read(path: &Path) -> Result<(Self, CheckpointBlock), JetError> {
        let mut bytes = vec![0; checkpoint::FILE_BYTES];
        let file = open_input(&OsFs, path, OpenMode::Read).map_err(LogError::from)?;
        let got = file.read_at(&mut bytes, 0).map_err(LogError::from)?;
        bytes.truncate(got);
        let failed = |source| LogError::Checkpoint {
            path: path.to_owned(),
            source,
        };
        let (block, source) = CheckpointBlock::read(&bytes).map_err(failed)?;
        Ok((Self::of(path, block, source), block.clone()))
    }

    fn of(path: &Path, block: &CheckpointBlock, source: CheckpointSource) -> Self {
        let place = |at: Lgpos| at.is_some().then(|| at.to_string());
        let time = |time: jet_pages::dbheader::LogTime| time.is_set().then(|| time.to_string());
        let attachments = block.attachments().unwrap_or_default();
        Self {
            file: path.display().to_string(),
            copies: match source {
                CheckpointSource::Both => "both are the same".to_owned(),
                CheckpointSource::FirstNewer => {
                    "both are sound, the first is newer: a crash came between the two writes".to_owned()
                }
                CheckpointSource::FirstOnly(error) => format!("the second cannot be used: {error}"),
                CheckpointSource::Second(error) => format!("the first cannot be used: {error}"),
            },
            is_sound: matches!(source, CheckpointSource::Both | CheckpointSource::FirstNewer),
            redo_from: place(block.redo_from()),
            consistent_from: place(block.consistent_from()),
            signature: block.signature.to_string(),
            full_backup: place(block.full_backup.into()),
            full_backup_time: time(block.full_backup_time),
            full_backup_checkpoint: place(block.full_backup_checkpoint.into()),
            incremental_backup: place(block.incremental_backup.into()),
            incremental_backup_time: time(block.incremental_backup_time),
            attachments: attachments.map(|list| list.into_iter().map(Attached::from).collect()),
        }
    }

    fn text(&self) -> String {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        let mut facts = Facts::new();
        facts
            .add("redo from", or_none(&self.redo_from))
            .add("consistent from", or_none(&self.consistent_from))
            .add("stream", &self.signature)
            .add("copies", &self.copies)
            .add("full backup", or_none(&self.full_backup))
            .add("incremental backup", or_none(&self.incremental_backup));
        match &self.attachments {
            None => _ = facts.add("attached", "no list: that in the header of the log holds"),
            Some(list) if list.is_empty() => _ = facts.add("attached", "none"),
            Some(list) => {
                for attached in list {
                    facts.add("attached", format!("{} as {}", attached.path, attached.dbid));
                }
            }
        }
        facts.to_string()
    }
}
