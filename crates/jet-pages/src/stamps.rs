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
}
