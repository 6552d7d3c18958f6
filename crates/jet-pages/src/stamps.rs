//! Small structures that headers of databases, logs, checkpoints and flush maps share: moments, log positions,
//! signatures, what is remembered of a backup.
//!
//! Source: `docs/format/file-header.md`.

use core::fmt;

use zerocopy::little_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// A moment as headers and logs store it. All zero: not set.
#[derive(Clone, Copy, Debug, Default, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct LogTime {
    /// 0 to 59.
    pub second: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 1 to 31.
    pub day: u8,
    /// 1 to 12.
    pub month: u8,
    /// Years since 1900.
    pub year: u8,
    /// Bit 0: the time is UTC; above it the low 7 bits of the milliseconds.
    pub low_milliseconds: u8,
    /// Bits 1 to 3: the high bits of the milliseconds. The others hold anything.
    pub high_milliseconds: u8,
}

impl LogTime {
    /// The moment so many milliseconds after 1970-01-01, in UTC. A year has one byte: what lies behind the end of 2155
    /// becomes the last moment of that year.
    pub fn from_unix_milliseconds(milliseconds: u64) -> Self {
        let milliseconds = milliseconds.min(LAST_UNIX_MILLISECOND);
        let (seconds, millisecond) = (milliseconds / 1000, milliseconds % 1000);
        let (days, second) = (seconds / 86_400, seconds % 86_400);
        let (year, month, day) = civil_date(days);
        Self {
            second: low_byte(second % 60),
            minute: low_byte(second / 60 % 60),
            hour: low_byte(second / 3600),
            day: low_byte(day),
            month: low_byte(month),
            year: low_byte(year - 1900),
            low_milliseconds: low_byte(millisecond & 0x7f) << 1 | 1,
            high_milliseconds: low_byte(millisecond >> 7) << 1,
        }
    }

    /// Whether a moment is stored at all.
    pub fn is_set(&self) -> bool {
        self.month != 0
    }

    /// Milliseconds within the second.
    pub fn milliseconds(&self) -> u16 {
        u16::from(self.low_milliseconds >> 1) | u16::from(self.high_milliseconds >> 1 & 7) << 7
    }

    /// Whether the time is UTC; else it is the local time of the machine that wrote it.
    pub fn is_utc(&self) -> bool {
        self.low_milliseconds & 1 == 1
    }

    /// The eight bytes with what never means anything cleared, so that equal moments are equal bytes.
    pub fn canonical(&self) -> [u8; 8] {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(self.as_bytes());
        let [.., last] = &mut bytes;
        *last &= 0x0e;
        bytes
    }
}

impl fmt::Display for LogTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_set() {
            return f.write_str("not set");
        }
        let year = 1900 + u16::from(self.year);
        let (month, day, hour) = (self.month, self.day, self.hour);
        let (minute, second, ms) = (self.minute, self.second, self.milliseconds());
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{ms:03}"
        )?;
        f.write_str(if self.is_utc() { "Z" } else { "" })
    }
}

/// 2155-12-31 23:59:59.999.
const LAST_UNIX_MILLISECOND: u64 = 5_869_583_999_999;

/// Year, month and day that lie `days` after 1970-01-01.
///
/// Years are counted from March, so that the day that comes every four years is the last one of its year.
const fn civil_date(days: u64) -> (u64, u64, u64) {
    const DAYS_OF_400_YEARS: u64 = 146_097;
    /// From 0000-03-01 to 1970-01-01.
    const DAYS_BEFORE_1970: u64 = 719_468;
    let days = days + DAYS_BEFORE_1970;
    let (era, day) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Five months from March on, and five from August on, have 153 days.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let year = 400 * era + year;
    if month < 10 {
        (year, month + 3, day)
    } else {
        (year + 1, month - 9, day)
    }
}

/// The low byte of a number that is known to be small.
const fn low_byte(number: u64) -> u8 {
    let [low, ..] = number.to_le_bytes();
    low
}

/// A position in the log stream as stored. All zero: none.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned,
)]
#[repr(C)]
pub struct RawLgpos {
    /// Byte within the sector.
    pub byte: U16,
    /// Sector within the log file.
    pub sector: U16,
    /// Generation of the log file.
    pub generation: U32,
}

impl RawLgpos {
    /// Whether a position is stored.
    pub fn is_set(&self) -> bool {
        *self != Self::default()
    }
}

impl fmt::Display for RawLgpos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_set() {
            return f.write_str("none");
        }
        let (generation, sector, byte) = (self.generation.get(), self.sector.get(), self.byte.get());
        write!(f, "{generation:#x}:{sector}:{byte}")
    }
}

/// Identity of a database, a log stream or one writing of a header.
#[derive(Clone, Copy, Debug, Default, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Signature {
    /// A random number.
    pub random: U32,
    /// When it was made.
    pub created: LogTime,
    /// Name of the machine; empty in every file seen.
    pub computer: [u8; 16],
}

impl Signature {
    /// An identity of this random number and moment, without the name of a machine.
    pub fn new(random: u32, created: LogTime) -> Self {
        Self {
            random: random.into(),
            created,
            computer: [0; 16],
        }
    }

    /// Whether there is an identity.
    pub fn is_set(&self) -> bool {
        self.random.get() != 0 || self.created.is_set()
    }

    /// Whether two identities are one; bits that hold anything are left out.
    pub fn matches(&self, other: &Self) -> bool {
        self.random == other.random
            && self.created.canonical() == other.created.canonical()
            && self.computer == other.computer
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_set() {
            return f.write_str("none");
        }
        write!(f, "{:#010x}, {}", self.random.get(), self.created)
    }
}

/// What the header remembers of a backup.
#[derive(Clone, Copy, Debug, Default, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct BackupInfo {
    /// Log position of the backup.
    pub mark: RawLgpos,
    /// When it was made.
    pub time: LogTime,
    /// First log generation that belongs to it.
    pub generation_low: U32,
    /// Last log generation that belongs to it.
    pub generation_high: U32,
}

const _: () = {
    assert!(size_of::<LogTime>() == 8);
    assert!(size_of::<RawLgpos>() == 8);
    assert!(size_of::<Signature>() == 28);
    assert!(size_of::<BackupInfo>() == 24);
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_write_them() {
        let time = LogTime::read_from_bytes(&[0x21, 0x2e, 0x0b, 0x13, 0x08, 0x7a, 0x51, 0x00]).unwrap();
        assert_eq!(alloc::format!("{time}"), "2022-08-19 11:46:33.040Z");
        assert_eq!(alloc::format!("{}", LogTime::default()), "not set");
    }

    #[test]
    fn moments_are_made_from_unix_time() {
        for (milliseconds, expected) in [
            (0, "1970-01-01 00:00:00.000Z"),
            (951_782_399_999, "2000-02-28 23:59:59.999Z"),
            (951_782_400_000, "2000-02-29 00:00:00.000Z"),
            (951_868_800_000, "2000-03-01 00:00:00.000Z"),
            (1_660_909_593_040, "2022-08-19 11:46:33.040Z"),
            (1_735_689_599_128, "2024-12-31 23:59:59.128Z"),
            (4_107_542_399_000, "2100-02-28 23:59:59.000Z"),
            (4_107_542_400_000, "2100-03-01 00:00:00.000Z"),
            (5_869_583_999_999, "2155-12-31 23:59:59.999Z"),
            (u64::MAX, "2155-12-31 23:59:59.999Z"),
        ] {
            let time = LogTime::from_unix_milliseconds(milliseconds);
            assert_eq!(alloc::format!("{time}"), expected);
            assert!(time.is_utc());
        }
    }

    #[test]
    fn every_day_follows_the_day_before() {
        let mut before = civil_date(0);
        for days in 1..200 * 365 {
            let (year, month, day) = civil_date(days);
            let (old_year, old_month, old_day) = before;
            let is_next = match (month, day) {
                (1, 1) => (year, old_month, old_day) == (old_year + 1, 12, 31),
                (_, 1) => {
                    let is_leap = old_year % 4 == 0 && (old_year % 100 != 0 || old_year % 400 == 0);
                    let last = match old_month {
                        2 if is_leap => 29,
                        2 => 28,
                        4 | 6 | 9 | 11 => 30,
                        _ => 31,
                    };
                    (year, month, old_day) == (old_year, old_month + 1, last)
                }
                _ => (year, month, day) == (old_year, old_month, old_day + 1),
            };
            assert!(is_next, "{before:?} {:?}", (year, month, day));
            before = (year, month, day);
        }
    }
}
