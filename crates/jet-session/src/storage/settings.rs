//! What the parameters of an instance mean to its engine.
//!
//! Everything is logged, also with `JET_paramRecovery` off: such an instance behaves the same, but its databases outlive a
//! crash and its folder has logs.

use std::path::PathBuf;

use jet_btree::redo::Memory;
use jet_btree::transaction::Limits;
use jet_log::names::LogNames;
use jet_log::params::InstanceParams;
use jet_pages::PageSize;
use zerocopy::FromZeros;

use super::{EngineSetup, FoundRules, InitOptions, OtherLogSize, Setup, StorageError};
use crate::engine::Start;
use crate::params::{ParamId, Parameters};

/// Bytes of a sector of a log.
const SECTOR_BYTES: u64 = 4096;
/// Memory for pages when nobody sets a limit.
const CACHE_BYTES: u64 = 64 << 20;
/// Least memory for pages with which changes of trees find the pages that they hold at a time.
const CACHE_PAGES_MIN: u64 = 64;
/// So many times the wanted memory is taken where pages must wait for the end of transactions.
const HARD_FACTOR: usize = 16;

/// `.log` and `.chk` instead of `.jtx` and `.jcp`, of `JET_paramLegacyFileNames`.
const OLD_EXTENSIONS: u64 = 0x1;
/// Short numbers as long as they do, likewise.
const SHORT_NAMES: u64 = 0x2;

/// The engine's setup for these parameters.
///
/// # Errors
/// [`StorageError::Setting`].
pub(super) fn setup(
    means: &EngineSetup,
    start: &Start<'_>,
    options: &InitOptions,
) -> Result<Setup, StorageError> {
    let parameters = start.parameters;
    let page_size = page_size(parameters)?;
    let kibibytes = parameters.number(ParamId::LOG_FILE_SIZE);
    let log_sectors = u16::try_from(kibibytes.saturating_mul(1024) / SECTOR_BYTES)
        .map_err(|_| refused(parameters, ParamId::LOG_FILE_SIZE))?;
    let version_page = parameters.number(ParamId::VER_PAGE_SIZE);
    Ok(Setup {
        around: means.around.clone(),
        log_folder: PathBuf::from(parameters.text(ParamId::LOG_FILE_PATH)),
        system_folder: PathBuf::from(parameters.text(ParamId::SYSTEM_PATH)),
        names: names(parameters),
        page_size,
        log_sectors,
        memory: memory(parameters, page_size),
        limits: Limits {
            version_bytes: bounded(start.quotas.version_pages.saturating_mul(version_page)),
            version_entry_bytes: bounded(version_page),
        },
        checkpoint_depth: parameters.number(ParamId::CHECKPOINT_DEPTH_MAX),
        growth_pages: narrow(parameters.number(ParamId::DB_EXTENSION_SIZE)),
        decompress: means.decompress,
        params: told(parameters, log_sectors),
        found: found(parameters, options)?,
    })
}

/// Old logs are removed for their size only where nobody keeps them to restore a backup.
fn found(parameters: &Parameters, options: &InitOptions) -> Result<FoundRules, StorageError> {
    let removes = parameters.is_on(ParamId::CLEANUP_MISMATCHED_LOG_FILES);
    if removes && !parameters.is_on(ParamId::CIRCULAR_LOG) {
        return Err(refused(parameters, ParamId::CLEANUP_MISMATCHED_LOG_FILES));
    }
    let recovery_folder = parameters.text(ParamId::ALTERNATE_DATABASE_RECOVERY_PATH);
    Ok(FoundRules {
        ignores_missing: options.ignores_missing,
        moved: options.moved.clone(),
        recovery_folder: Some(PathBuf::from(recovery_folder)).filter(|_| !recovery_folder.is_empty()),
        other_log_size: match parameters.is_written(ParamId::LOG_FILE_SIZE) {
            false => OtherLogSize::Kept,
            true if removes => OtherLogSize::Replaced,
            true => OtherLogSize::Refused,
        },
    })
}

fn page_size(parameters: &Parameters) -> Result<PageSize, StorageError> {
    let bytes = parameters.number(ParamId::DATABASE_PAGE_SIZE);
    let size = u32::try_from(bytes).ok().and_then(PageSize::from_bytes);
    size.ok_or_else(|| refused(parameters, ParamId::DATABASE_PAGE_SIZE))
}

fn names(parameters: &Parameters) -> LogNames {
    let bits = parameters.number(ParamId::LEGACY_FILE_NAMES);
    LogNames {
        base: parameters.text(ParamId::BASE_NAME).to_owned(),
        has_old_extensions: bits & OLD_EXTENSIONS != 0,
        has_five_digits: bits & SHORT_NAMES != 0,
    }
}

/// As the limits say, in pages; what is left open is a size that serves most.
fn memory(parameters: &Parameters, page_size: PageSize) -> Memory {
    let page_bytes = page_size.bytes() as u64;
    let [low, high] = [ParamId::CACHE_SIZE_MIN, ParamId::CACHE_SIZE_MAX].map(|id| {
        parameters
            .number(id)
            .max(CACHE_PAGES_MIN)
            .saturating_mul(page_bytes)
    });
    let soft_bytes = bounded(CACHE_BYTES.max(low).min(high));
    Memory {
        soft_bytes,
        hard_bytes: soft_bytes.saturating_mul(HARD_FACTOR),
    }
}

/// What log headers and the checkpoint say of the instance.
fn told(parameters: &Parameters, log_sectors: u16) -> InstanceParams {
    let number = |id| narrow(parameters.number(id)).into();
    let mut told = InstanceParams {
        flags: parameters.is_on(ParamId::CIRCULAR_LOG).into(),
        sessions_max: number(ParamId::MAX_SESSIONS),
        open_tables_max: number(ParamId::MAX_OPEN_TABLES),
        version_pages_max: number(ParamId::MAX_VER_PAGES),
        cursors_max: number(ParamId::MAX_CURSORS),
        log_buffers: number(ParamId::LOG_BUFFERS),
        log_file_sectors: u32::from(log_sectors).into(),
        cache_pages_max: number(ParamId::CACHE_SIZE_MAX),
        ..InstanceParams::new_zeroed()
    };
    for (place, id) in [
        (&mut told.system_path, ParamId::SYSTEM_PATH),
        (&mut told.log_path, ParamId::LOG_FILE_PATH),
    ] {
        // The last byte stays zero, where the text is too long for the field.
        let (_, room) = place.split_last_mut().expect("the field has 261 bytes");
        for (to, from) in room.iter_mut().zip(parameters.text(id).bytes()) {
            *to = from;
        }
    }
    told
}

fn refused(parameters: &Parameters, parameter: ParamId) -> StorageError {
    StorageError::Setting {
        parameter,
        value: parameters.number(parameter),
    }
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn bounded(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
