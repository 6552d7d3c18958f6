//! `JET_paramConfiguration`: sets of values under one name.
//!
//! Bit 0 resets everything first; the other bits lay values over what is there and add up. The number 0 alone is the
//! old small set. A parameter of the process is touched only when the process is addressed.

use super::values::{Situation, refused};
use super::{Initial, ParamId, Parameter, Parameters, Scope};
use crate::error::SessionError;

const DEFAULT: u64 = 0x1;
const REMOVE_QUOTAS: u64 = 0x2;
const LOW_DISK: u64 = 0x4;
const MEDIUM_DISK: u64 = 0x8;
const LOW_MEMORY: u64 = 0x10;
const MEDIUM_MEMORY: u64 = 0x20;
const SOLID_STATE: u64 = 0x80;
const SILENT: u64 = 0x100;
/// Low power, unthrottled memory and high concurrency, which only the engine looks at, are among them.
const ALL: u64 = 0x7ff;

/// A value of a set.
#[derive(Clone, Copy)]
enum Amount {
    /// The number itself.
    Is(u64),
    /// So many bytes, in pages.
    Bytes(u64),
    /// A hundredth part of the largest cache, so many times, and at least the second number.
    CachePercent(u64, u64),
}

use Amount::{Bytes, CachePercent, Is};

type Set = &'static [(ParamId, Amount)];

const LOW_DISK_SET: Set = &[
    (ParamId::DB_EXTENSION_SIZE, Is(16)),
    (ParamId::PAGE_TEMP_DB_MIN, Is(14)),
    (ParamId::CIRCULAR_LOG, Is(1)),
    (ParamId::LOG_FILE_SIZE, Is(64)),
    (ParamId::CHECKPOINT_DEPTH_MAX, Is(512 << 10)),
];

const MEDIUM_DISK_SET: Set = &[
    (ParamId::DB_EXTENSION_SIZE, Bytes(512 << 10)),
    (ParamId::PAGE_TEMP_DB_MIN, Is(30)),
    (ParamId::CIRCULAR_LOG, Is(1)),
    (ParamId::LOG_FILE_SIZE, Is(512)),
    (ParamId::CHECKPOINT_DEPTH_MAX, Is(4 << 20)),
];

const MEDIUM_MEMORY_SET: Set = &[
    (ParamId::MAX_INSTANCES, Is(1)),
    (ParamId::LOG_BUFFERS, Is(512)),
    (ParamId::PAGE_HINT_CACHE_SIZE, Is(64)),
    (ParamId::ENABLE_FILE_CACHE, Is(1)),
    (ParamId::ENABLE_VIEW_CACHE, Is(1)),
    (ParamId::CACHE_SIZE_MIN, Bytes(128 << 10)),
    (ParamId::CACHE_SIZE_MAX, Bytes(5 << 20)),
    (ParamId::START_FLUSH_THRESHOLD, CachePercent(2, 1)),
    (ParamId::STOP_FLUSH_THRESHOLD, CachePercent(3, 2)),
    (ParamId::LRUK_HISTORY_MAX, Is(1000)),
    (ParamId::GLOBAL_MIN_VER_PAGES, Is(1)),
    (ParamId::VER_PAGE_SIZE, Is(8192)),
    (ParamId::OUTSTANDING_IO_MAX, Is(48)),
];

const SOLID_STATE_SET: Set = &[
    (ParamId::MAX_COALESCE_READ_SIZE, Is(256 << 10)),
    (ParamId::MAX_COALESCE_WRITE_SIZE, Is(256 << 10)),
    (ParamId::MAX_COALESCE_WRITE_GAP_SIZE, Is(0)),
    (ParamId::OUTSTANDING_IO_MAX, Is(16)),
    (ParamId::PREREAD_IO_MAX, Is(5)),
];

const NO_QUOTA_SET: Set = &[
    (ParamId::MAX_OPEN_TABLES, Is(0x7fff_ffff)),
    (ParamId::MAX_CURSORS, Is(0x7fff_ffff)),
    (ParamId::MAX_VER_PAGES, Is(0x7fff_ffff)),
    (ParamId::MAX_TEMPORARY_TABLES, Is(0x7fff_ffff)),
    (ParamId::PREFERRED_VER_PAGES, Is(0x7fff_ffff)),
    (ParamId::MAX_SESSIONS, Is(30_000)),
];

const SILENT_SET: Set = &[
    (ParamId::NO_INFORMATION_EVENT, Is(1)),
    (ParamId::EVENT_LOGGING_LEVEL, Is(0)),
    (ParamId::DISABLE_PERFMON, Is(1)),
];

/// Whether the addressed values are those that count for the parameter.
fn is_addressed(row: &Parameter, situation: &Situation<'_>) -> bool {
    row.scope != Scope::Global || situation.is_process
}

impl Parameters {
    /// Sets the configuration and the values that belong to it.
    pub(super) fn configure(&mut self, number: u64, situation: &Situation<'_>) -> Result<(), SessionError> {
        let is_late = if situation.is_process {
            situation.is_mode_set
        } else {
            situation.is_initialized
        };
        if is_late {
            return Err(SessionError::AlreadyInitialized);
        }
        if number & !ALL != 0 {
            return Err(refused(ParamId::CONFIGURATION));
        }
        let is_old_small = number == 0;
        if is_old_small {
            self.configuration = DEFAULT | LOW_DISK | LOW_MEMORY | REMOVE_QUOTAS;
        } else if number & DEFAULT != 0 {
            self.configuration = number;
        } else {
            self.configuration |= number;
        }
        let shown = if is_old_small { 0 } else { self.configuration };
        if is_old_small || number & DEFAULT != 0 {
            self.reset_all(situation, |row| {
                Some(if is_old_small { row.small } else { row.default })
            });
        }
        self.store(ParamId::CONFIGURATION, super::Value::Number(shown));
        // Where two sets name one parameter the later one wins.
        self.lay_if(number & LOW_DISK != 0, LOW_DISK_SET, situation);
        self.lay_if(number & MEDIUM_DISK != 0, MEDIUM_DISK_SET, situation);
        if number & LOW_MEMORY != 0 {
            self.reset_all(situation, |row| (row.small != row.default).then_some(row.small));
        }
        self.lay_if(number & MEDIUM_MEMORY != 0, MEDIUM_MEMORY_SET, situation);
        self.lay_if(number & SOLID_STATE != 0, SOLID_STATE_SET, situation);
        self.lay_if(
            is_old_small || number & REMOVE_QUOTAS != 0,
            NO_QUOTA_SET,
            situation,
        );
        self.lay_if(number & SILENT != 0, SILENT_SET, situation);
        Ok(())
    }

    fn reset_all(&mut self, situation: &Situation<'_>, initial: impl Fn(&Parameter) -> Option<Initial>) {
        for row in Parameter::all() {
            let is_meant = row.id != ParamId::CONFIGURATION && is_addressed(row, situation);
            if let Some(initial) = initial(row).filter(|_| is_meant) {
                self.reset(row.id, initial);
            }
        }
    }

    fn lay_if(&mut self, is_wanted: bool, set: Set, situation: &Situation<'_>) {
        for &(id, amount) in set {
            if !is_wanted || !is_addressed(id.parameter(), situation) {
                continue;
            }
            let page_bytes = situation.page_bytes.max(1);
            let number = match amount {
                // Two segments of the largest pages would not leave room for a record.
                Is(64) if id == ParamId::LOG_FILE_SIZE && page_bytes == 32_768 => 128,
                Is(number) => number,
                Bytes(bytes) => bytes / page_bytes,
                CachePercent(percent, least) => {
                    let pages = self.number(ParamId::CACHE_SIZE_MAX);
                    (pages / 100 * percent + pages % 100 * percent / 100).max(least)
                }
            };
            self.reset(id, Initial::Number(number));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROCESS: Situation<'static> = Situation {
        is_process: true,
        is_mode_set: false,
        is_initialized: false,
        is_attached: false,
        is_advanced_enabled: true,
        current_folder: "/",
        page_bytes: 4096,
    };

    const INSTANCE: Situation<'static> = Situation {
        is_process: false,
        is_mode_set: true,
        ..PROCESS
    };

    fn set(parameters: &mut Parameters, number: u64, situation: &Situation<'_>) -> Result<(), SessionError> {
        parameters.set(ParamId::CONFIGURATION, number, None, situation)
    }

    #[test]
    fn the_old_small_set_shrinks_everything_and_lifts_quotas() {
        let mut parameters = Parameters::default();
        set(&mut parameters, 0, &PROCESS).unwrap();
        for row in Parameter::all() {
            if row.small != row.default && row.id != ParamId::CONFIGURATION {
                assert_eq!(*parameters.stored(row.id), row.small.into(), "{}", row.name);
            }
        }
        assert_eq!(parameters.number(ParamId::MAX_SESSIONS), 30_000);
        assert_eq!(parameters.number(ParamId::CONFIGURATION), 0);
    }

    #[test]
    fn an_instance_leaves_what_is_global() {
        let mut parameters = Parameters::default();
        set(&mut parameters, LOW_MEMORY | MEDIUM_MEMORY, &INSTANCE).unwrap();
        assert_eq!(parameters.number(ParamId::OUTSTANDING_IO_MAX), 1024);
        assert_eq!(parameters.number(ParamId::LOG_BUFFERS), 512);
    }

    #[test]
    fn overlays_add_up_and_the_default_starts_again() {
        let mut parameters = Parameters::default();
        set(&mut parameters, SOLID_STATE, &PROCESS).unwrap();
        set(&mut parameters, MEDIUM_MEMORY, &PROCESS).unwrap();
        assert_eq!(
            parameters.number(ParamId::CONFIGURATION),
            DEFAULT | SOLID_STATE | MEDIUM_MEMORY
        );
        assert_eq!(parameters.number(ParamId::PREREAD_IO_MAX), 5);
        assert_eq!(parameters.number(ParamId::CACHE_SIZE_MAX), 1280);
        assert_eq!(parameters.number(ParamId::START_FLUSH_THRESHOLD), 25);
        set(&mut parameters, DEFAULT | SILENT, &PROCESS).unwrap();
        assert_eq!(parameters.number(ParamId::PREREAD_IO_MAX), 8);
        assert_eq!(parameters.number(ParamId::EVENT_LOGGING_LEVEL), 0);
        assert_eq!(parameters.number(ParamId::CONFIGURATION), DEFAULT | SILENT);
    }

    #[test]
    fn a_small_log_of_large_pages_is_doubled() {
        let mut parameters = Parameters::default();
        let large = Situation {
            page_bytes: 32_768,
            ..PROCESS
        };
        set(&mut parameters, LOW_DISK, &large).unwrap();
        assert_eq!(parameters.number(ParamId::LOG_FILE_SIZE), 128);
    }

    #[test]
    fn unknown_bits_and_late_calls_are_refused() {
        let mut parameters = Parameters::default();
        assert_eq!(
            set(&mut parameters, 0x800, &PROCESS),
            Err(refused(ParamId::CONFIGURATION))
        );
        let late = Situation {
            is_mode_set: true,
            ..PROCESS
        };
        assert_eq!(
            set(&mut parameters, 1, &late),
            Err(SessionError::AlreadyInitialized)
        );
        let late = Situation {
            is_initialized: true,
            ..INSTANCE
        };
        assert_eq!(
            set(&mut parameters, 1, &late),
            Err(SessionError::AlreadyInitialized)
        );
    }
}
