//! Sort versions: which are equal, which have a table, and what real keys prove about the others.

use crate::NlsError;
use crate::flags::DEFAULT_FLAGS;

/// The version whose table is here, 6.3.05, as an index row stores it: NLS version and defined version.
pub const CURRENT_VERSION: u64 = 0x0006_0305_0006_0305;

/// Whether keys made with version `a` and with version `b` sort together.
///
/// Both halves must be equal, except that 6.1.01 counts as 6.1.02, and 6.2.0D as 6.2.0E and 6.2.0F.
#[must_use]
pub fn same_order(a: u64, b: u64) -> bool {
    let halves = |version: u64| {
        (
            representative(version >> 32),
            representative(version & 0xFFFF_FFFF),
        )
    };
    halves(a) == halves(b)
}

/// One number for each group of equal versions.
fn representative(half: u64) -> u64 {
    match half {
        0x0006_0101 => 0x0006_0102,
        0x0006_020D | 0x0006_020E => 0x0006_020F,
        other => other,
    }
}

/// The versions for which keys can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// 6.2.0D to 6.2.0F: only what real keys show, which the table of 6.3.05 reproduces.
    V6_2,
    /// 6.3.05: the whole table.
    V6_3,
}

impl Family {
    /// The family of a stored version.
    pub(crate) fn of(version: u64) -> Result<Self, NlsError> {
        if same_order(version, CURRENT_VERSION) {
            Ok(Self::V6_3)
        } else if same_order(version, 0x0006_020F_0006_020F) {
            Ok(Self::V6_2)
        } else {
            Err(NlsError::UnknownVersion { version })
        }
    }

    /// The flags under which real keys of this family were seen.
    pub(crate) fn proven_flags(self) -> u32 {
        match self {
            Self::V6_2 => DEFAULT_FLAGS,
            Self::V6_3 => 0x410,
        }
    }

    /// The first unit of a text that no real key of this family shows; `None` when all are proven.
    ///
    /// Only for the default sort under [`Self::proven_flags`].
    pub(crate) fn first_unproven(self, units: &[[u8; 2]]) -> Option<u16> {
        let seen = match self {
            Self::V6_2 => SEEN_V6_2,
            Self::V6_3 => SEEN_V6_3,
        };
        let mut rest = units;
        while let [first, tail @ ..] = rest {
            rest = tail;
            let unit = u16::from_le_bytes(*first);
            if unit < 128 && seen >> unit & 1 == 1 {
                continue;
            }
            match (self, unit) {
                (Self::V6_2, 0x2019) => {}
                // U+1F98A is proven as a whole: one half alone was never seen.
                (Self::V6_2, 0xD83E) if tail.first() == Some(&[0x8A, 0xDD]) => {
                    rest = tail.get(1..).unwrap_or_default();
                }
                _ => return Some(unit),
            }
        }
        None
    }
}

/// ASCII characters in keys of 6.2.0E and 6.2.0F (with U+2019 and U+1F98A beside them).
const SEEN_V6_2: u128 =
    ascii_set(b"\0 $&'()*+,-.:?@\\_~0123456789ABCDEFGHIJKLMNOPRSTUVWXYabcdefghijklmnopqrstuvwxyz");

/// ASCII characters in keys of 6.3.05.
const SEEN_V6_3: u128 =
    ascii_set(b" !$&()+-.=?_{}0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

/// One bit per ASCII character of `characters`.
const fn ascii_set(characters: &[u8]) -> u128 {
    let mut set = 0;
    let mut rest = characters;
    while let [first, tail @ ..] = rest {
        set |= 1 << *first;
        rest = tail;
    }
    set
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn equal_versions_are_the_engines() {
        assert!(same_order(0x0006_0101_0006_0101, 0x0006_0102_0006_0102));
        assert!(same_order(0x0006_020D_0006_020D, 0x0006_020F_0006_020E));
        assert!(!same_order(0x0006_020F_0006_020F, CURRENT_VERSION));
        assert!(!same_order(0x0006_0305_0006_020F, CURRENT_VERSION));
    }

    #[test]
    fn foreign_versions_are_refused() {
        for version in [
            0,
            0x0006_0305,
            0x0006_0305_0006_020F,
            0xFFFF_FFFF_FFFF_FFFF,
            0x0006_0102_0006_0102,
        ] {
            assert_eq!(Family::of(version), Err(NlsError::UnknownVersion { version }));
        }
        assert_eq!(Family::of(0x0006_020D_0006_020F), Ok(Family::V6_2));
    }

    #[test]
    fn half_of_a_proven_pair_is_not_proven() {
        let units = |text: &[u16]| text.iter().map(|unit| unit.to_le_bytes()).collect::<Vec<_>>();
        let fox = units(&[0x61, 0xD83E, 0xDD8A, 0x62]);
        assert_eq!(Family::V6_2.first_unproven(&fox), None);
        assert_eq!(Family::V6_3.first_unproven(&fox), Some(0xD83E));
        assert_eq!(Family::V6_2.first_unproven(&units(&[0xD83E])), Some(0xD83E));
        assert_eq!(Family::V6_2.first_unproven(&units(&[0xDD8A])), Some(0xDD8A));
        assert_eq!(Family::V6_2.first_unproven(&units(&[0x51])), Some(0x51));
    }
}
