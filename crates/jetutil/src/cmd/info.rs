//! `jetutil info`: what the header of a database says, in words, and what lies beside the file.
//!
//! Everything shown is in [`Report`], which is also what `--json` prints: numbers as stored, words beside them.

mod flush_map;
mod format;
mod text;
mod windows;

use std::path::PathBuf;

use jet_pages::Pgno;
use jet_pages::dbheader::{BackupInfo, DbHeader, HeaderSource, LogTime, RawLgpos};
use jet_pages::space::Extent;
use serde::Serialize;

use crate::args::Args;
use crate::cmd::dump::state_name;
use crate::inspect::{Inspected, Problem};
use crate::{Outcome, render};
use flush_map::FlushMap;
use format::{Engine, Format};

/// Say what the file header says: state, versions, times, logs needed, what lies beside the file.
///
/// Only the header must be sound; a damaged catalog is reported, not an obstacle. A log, a checkpoint or a flush map is
/// no database: the error says what it is.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  jetutil info SRUDB.dat\n  jetutil info --json SRUDB.dat | jq .state.name"
)]
pub(crate) struct Info {
    /// The database file.
    file: PathBuf,
}

pub(crate) fn run(info: &Info, args: &Args) -> anyhow::Result<Outcome> {
    let file = Inspected::open(args.open_options(), &info.file)?;
    let report = Report::of(&file);
    if args.json {
        render::print_json(&report)?;
    } else {
        render::print(&report.text())?;
    }
    Ok(match report.problems.is_empty() {
        true => Outcome::Sound,
        false => Outcome::Findings,
    })
}

#[derive(Debug, Serialize)]
struct Report {
    file: FileFacts,
    state: State,
    header: HeaderCopy,
    format: Format,
    engine: Engine,
    counts: Option<Counts>,
    times: Times,
    signatures: Signatures,
    logs: Logs,
    history: History,
    flush_map: Option<FlushMap>,
    problems: Vec<Problem>,
}

#[derive(Debug, Serialize)]
struct FileFacts {
    path: String,
    bytes: u64,
    page_size: usize,
    /// Pages behind the two headers, a last one that is cut off included.
    pages: u32,
    /// Last page that the database owns; pages behind it mean nothing.
    last_owned_page: Option<u32>,
    /// 1 database, 5 temporary database.
    file_type: u32,
}

#[derive(Debug, Serialize)]
struct State {
    number: u32,
    name: &'static str,
    meaning: String,
}

#[derive(Debug, Serialize)]
struct HeaderCopy {
    /// `both`, `primary-newer`, `primary-only` or `shadow`.
    source: &'static str,
    meaning: String,
}

#[derive(Debug, Serialize)]
struct Counts {
    tables: usize,
    system_tables: usize,
    columns: usize,
    indexes: usize,
    long_value_trees: usize,
    highest_object_id: u32,
}

#[derive(Debug, Serialize)]
struct Times {
    created: Option<String>,
    attached: Option<String>,
    detached: Option<String>,
    consistent: Option<String>,
    last_full_backup: Option<String>,
    last_incremental_backup: Option<String>,
    last_copy_backup: Option<String>,
    last_differential_backup: Option<String>,
    header_written: Option<String>,
}

#[derive(Debug, Serialize)]
struct Signatures {
    database: Option<String>,
    log_stream: Option<String>,
    header_flush: Option<String>,
    flush_map: Option<String>,
}

#[derive(Debug, Serialize)]
struct Logs {
    generation_min_required: u32,
    generation_max_required: u32,
    generation_max_committed: u32,
    generation_min_consistent: u32,
    attached_at: Option<String>,
    detached_at: Option<String>,
    consistent_at: Option<String>,
    dbid: u32,
    dbtime: u64,
}

/// What was done to the file over time; zero where never.
#[derive(Debug, Serialize)]
struct History {
    repairs: u32,
    repaired: Option<String>,
    repairs_before_last_defragmentation: u32,
    bits_mended: u32,
    bad_checksums: u32,
    pages_beyond_mending: u32,
    pages_patched: u32,
    grown: u32,
    shrunk: u32,
    trimmed: u32,
    reverted: u32,
    reseeded: u32,
    shadow_catalog: bool,
}

impl Report {
    fn of(file: &Inspected) -> Self {
        let header = file.raw.header();
        let mut problems = Vec::new();
        let header_copy = header_copy(file.raw.header_source(), &mut problems);
        problems.extend(cut_off(file));
        problems.extend(file.catalog_problems());
        Self {
            file: FileFacts {
                path: file.raw.path().display().to_string(),
                bytes: file.raw.file_bytes(),
                page_size: file.raw.page_size().bytes(),
                pages: file.raw.pages().count(),
                last_owned_page: last_owned(file),
                file_type: header.file_type.get(),
            },
            state: state(header),
            header: header_copy,
            format: Format::of(header),
            engine: Engine::of(header),
            counts: counts(file),
            times: times(header),
            signatures: Signatures {
                database: header
                    .db_signature
                    .is_set()
                    .then(|| header.db_signature.to_string()),
                log_stream: header
                    .log_signature
                    .is_set()
                    .then(|| header.log_signature.to_string()),
                header_flush: set_signature(header.header_flush_signature),
                flush_map: set_signature(header.flush_map_signature),
            },
            logs: logs(header),
            history: history(header),
            flush_map: FlushMap::beside(file.raw.path(), header),
            problems,
        }
    }
}

fn set_signature(signature: jet_pages::dbheader::Signature) -> Option<String> {
    signature.is_set().then(|| signature.to_string())
}

/// What the state means for who reads the file.
fn state(header: &DbHeader) -> State {
    use jet_pages::dbheader::DbState;
    let state = header.db_state();
    let meaning = match state {
        DbState::CleanShutdown => "every page is written; no log is needed".to_owned(),
        DbState::JustCreated => {
            "creation was never completed, or it is a temporary database: there may be no catalog".to_owned()
        }
        DbState::DirtyShutdown | DbState::DirtyAndPatchedShutdown => {
            format!("in use, or left by a crash: {}", logs_needed(header))
        }
        DbState::BeingConverted => "an upgrade from an old format was interrupted".to_owned(),
        DbState::ForceDetach => "detached by force, an obsolete state".to_owned(),
        DbState::IncrementalReseedInProgress => "pages were being copied from another replica".to_owned(),
        DbState::RevertInProgress => "pages were being set back to an earlier moment".to_owned(),
        DbState::Unknown(number) => format!("state {number} is not known"),
    };
    State {
        number: header.state.get(),
        name: state_name(state),
        meaning,
    }
}

fn logs_needed(header: &DbHeader) -> String {
    let (low, high) = (
        header.generation_min_required.get(),
        header.generation_max_required.get(),
    );
    match high.checked_sub(low) {
        _ if low == 0 => "it was not logged, so its last changes may be lost".to_owned(),
        None => format!("the generations of logs needed, {low:#x} to {high:#x}, make no sense"),
        Some(between) => format!(
            "{} of logs needed, from {low:#x} to {high:#x}; without them rows may be old, missing or inconsistent",
            render::count(u64::from(between) + 1, "generation", "generations")
        ),
    }
}

fn header_copy(source: HeaderSource, problems: &mut Vec<Problem>) -> HeaderCopy {
    let (name, meaning) = match source {
        HeaderSource::Both => ("both", "header and shadow are the same".to_owned()),
        HeaderSource::PrimaryNewer => (
            "primary-newer",
            "the shadow is sound but another one: a crash came between the two writes".to_owned(),
        ),
        HeaderSource::PrimaryOnly(error) => (
            "primary-only",
            format!("the shadow header cannot be used: {error}"),
        ),
        HeaderSource::Shadow(error) => (
            "shadow",
            format!("read from the shadow, since the header cannot be used: {error}"),
        ),
    };
    if matches!(source, HeaderSource::PrimaryOnly(_) | HeaderSource::Shadow(_)) {
        problems.push(Problem {
            id: "header-copy-damaged".into(),
            message: meaning.clone(),
        });
    }
    HeaderCopy {
        source: name,
        meaning,
    }
}

/// A file that ends inside a page, or before the last page that the database owns.
fn cut_off(file: &Inspected) -> Option<Problem> {
    let size = u64::try_from(file.raw.page_size().bytes()).ok()?;
    let over = file.raw.file_bytes() % size;
    let owned = last_owned(file).unwrap_or(0);
    let pages = file.raw.pages().count() - u32::from(over != 0 && file.raw.pages().count() > 0);
    let message = match (over, owned > pages) {
        (0, false) => return None,
        (_, true) => format!("the file ends with page {pages}, the database owns pages up to {owned}"),
        (over, false) => format!("the file ends {over} bytes into a page"),
    };
    Some(Problem {
        id: "file-cut".into(),
        message,
    })
}

/// Last page that the database root owns, as far as its space can be read.
fn last_owned(file: &Inspected) -> Option<u32> {
    let tree = file
        .open_tree(jet_pages::Objid::DATABASE, Pgno::DATABASE_ROOT)
        .ok()?;
    let space = jet_btree::space::TreeSpace::read(tree).ok()?;
    space.owned.last().map(Extent::last).map(|pgno| pgno.0)
}

fn counts(file: &Inspected) -> Option<Counts> {
    if file.catalog_error.is_some() {
        return None;
    }
    let tables = &file.catalog.tables;
    Some(Counts {
        tables: tables.iter().filter(|table| !table.is_system()).count(),
        system_tables: tables.iter().filter(|table| table.is_system()).count(),
        columns: tables.iter().map(|table| table.live_columns().count()).sum(),
        indexes: tables.iter().map(|table| table.indexes.len()).sum(),
        long_value_trees: tables.iter().filter(|table| table.long_values.is_some()).count(),
        highest_object_id: file.raw.header().objid_last.get(),
    })
}

fn set(time: LogTime) -> Option<String> {
    time.is_set().then(|| time.to_string())
}

fn place(lgpos: RawLgpos) -> Option<String> {
    lgpos.is_set().then(|| lgpos.to_string())
}

fn times(header: &DbHeader) -> Times {
    let backup = |info: BackupInfo| set(info.time);
    Times {
        created: set(header.db_signature.created),
        attached: set(header.attach_time),
        detached: set(header.detach_time),
        consistent: set(header.consistent_time),
        last_full_backup: backup(header.full_backup_prev),
        last_incremental_backup: backup(header.incremental_backup_prev),
        last_copy_backup: backup(header.copy_backup_prev),
        last_differential_backup: backup(header.differential_backup_prev),
        header_written: set(header.header_flush_signature.created),
    }
}

fn logs(header: &DbHeader) -> Logs {
    Logs {
        generation_min_required: header.generation_min_required.get(),
        generation_max_required: header.generation_max_required.get(),
        generation_max_committed: header.generation_max_committed.get(),
        generation_min_consistent: header.generation_min_consistent.get(),
        attached_at: place(header.attach_lgpos),
        detached_at: place(header.detach_lgpos),
        consistent_at: place(header.consistent_lgpos),
        dbid: header.dbid.get(),
        dbtime: header.dbtime().0,
    }
}

fn history(header: &DbHeader) -> History {
    History {
        repairs: header.repair_count.get(),
        repaired: set(header.repair_time),
        repairs_before_last_defragmentation: header.repair_count_old.get(),
        bits_mended: header.ecc_fixed.get(),
        bad_checksums: header.bad_checksums.get(),
        pages_beyond_mending: header.ecc_failed.get(),
        pages_patched: header.patch_count.get(),
        grown: header.extend_count.get(),
        shrunk: header.shrink_count.get(),
        trimmed: header.trim_count.get(),
        reverted: header.revert_count.get(),
        reseeded: header.reseed_count.get(),
        shadow_catalog: header.db_flags.get() & 1 == 0,
    }
}
