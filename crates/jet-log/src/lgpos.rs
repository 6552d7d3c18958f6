//! Where something stands in a log stream: generation of the file, sector in it, byte in the sector.

use core::fmt;

use jet_pages::dbheader::RawLgpos;

/// Number of a log file in its stream, counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(pub u32);

impl Generation {
    /// The first file of every stream.
    pub const FIRST: Self = Self(1);

    /// The generation after this one; the highest number has none.
    pub const fn next(self) -> Option<Self> {
        match self.0.checked_add(1) {
            Some(next) => Some(Self(next)),
            None => None,
        }
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// Position of a record in a log stream, ordered by generation, then sector, then byte.
///
/// The first record of a segment has byte 0, although its bytes begin behind the segment header at byte 40: that is
/// the form in which checkpoints and database headers name it. Source: `docs/format/log-file.md`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lgpos {
    /// Generation of the file.
    pub generation: Generation,
    /// Sector in the file; 0 is the file header.
    pub sector: u16,
    /// Byte in the sector.
    pub byte: u16,
}

impl Lgpos {
    /// No position.
    pub const NONE: Self = Self {
        generation: Generation(0),
        sector: 0,
        byte: 0,
    };

    /// Whether this is a position at all.
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }

    /// The position as headers and records store it.
    pub fn to_raw(self) -> RawLgpos {
        RawLgpos {
            byte: self.byte.into(),
            sector: self.sector.into(),
            generation: self.generation.0.into(),
        }
    }
}

impl From<RawLgpos> for Lgpos {
    fn from(raw: RawLgpos) -> Self {
        Self {
            generation: Generation(raw.generation.get()),
            sector: raw.sector.get(),
            byte: raw.byte.get(),
        }
    }
}

impl fmt::Display for Lgpos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_raw().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generation_counts_before_sector_before_byte() {
        let at = |generation, sector, byte| Lgpos {
            generation: Generation(generation),
            sector,
            byte,
        };
        assert!(at(2, 1, 0) > at(1, 9, 9));
        assert!(at(1, 2, 0) > at(1, 1, 4000));
        assert!(at(1, 1, 1) > at(1, 1, 0));
        assert_eq!(Lgpos::from(at(0x51, 3, 7).to_raw()), at(0x51, 3, 7));
        assert_eq!(at(0x51, 3, 7).to_string(), "0x51:3:7");
        assert_eq!(Lgpos::NONE.to_string(), "none");
    }
}
