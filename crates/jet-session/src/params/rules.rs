//! What single parameters check beyond their range, or instead of it.

use super::ParamId;
use crate::error::{Argument, SessionError};

/// Format version of new files unless another is asked for: every reader since Windows 10 knows it.
pub const DEFAULT_FORMAT_VERSION: u64 = 8920;

/// The format versions that can be asked for, ascending. Between them are none.
///
/// Source: `docs/format/log-file.md`.
pub const FORMAT_VERSIONS: &[u64] = &[
    8020, 8220, 8520, 8620, 8720, 8820, 8880, 8920, 8940, 8960, 8980, 9000, 9020, 9040, 9060, 9080, 9100,
    9120, 9140, 9160, 9180, 9200, 9220, 9240, 9260, 9280, 9300, 9320, 9340, 9360, 9380, 9400, 9420, 9460,
    9480, 9500, 9520, 9540, 9560, 9580, 9600,
];

/// "Whatever is the default".
pub(super) const USE_DEFAULT: u64 = 0x4000_0001;
/// "What the files have".
const USE_PERSISTED: u64 = 0x4000_0002;
/// Files above the version are accepted.
const ALLOW_HIGHER: u64 = 0x4100_0000;

/// Bits that commit knows.
pub(crate) const COMMIT_BITS: u64 = 0x1 | 0x2 | 0x8 | 0x10 | 0x20;

const SHRINK_ON: u64 = 0x1;
const SHRINK_BITS: u64 = SHRINK_ON | 0x2 | 0x8000;

/// The number as C passes option bits: its low half.
const fn low_half(number: u64) -> u64 {
    number & 0xffff_ffff
}

/// Commit bits, and nothing else.
pub(super) fn commit_default(number: u64) -> Result<u64, SessionError> {
    let bits = low_half(number);
    if bits & !COMMIT_BITS != 0 {
        let argument = Argument::ParameterValue(ParamId::COMMIT_DEFAULT);
        return Err(SessionError::InvalidParameter(argument));
    }
    Ok(bits)
}

/// Known bits; the others need the one that turns shrinking on.
pub(super) fn shrink(number: u64) -> Result<u64, SessionError> {
    let bits = low_half(number);
    let is_lone = bits != 0 && bits & SHRINK_ON == 0;
    if bits & !SHRINK_BITS != 0 || is_lone {
        return Err(SessionError::InvalidOptions);
    }
    Ok(bits)
}

/// One of [`FORMAT_VERSIONS`], perhaps with "higher is allowed"; or the default, or what the files have.
pub(super) fn format_version(number: u64) -> Result<u64, SessionError> {
    let is_higher_allowed = number & ALLOW_HIGHER == ALLOW_HIGHER;
    let version = if is_higher_allowed {
        number & !ALLOW_HIGHER
    } else {
        number
    };
    let newest = FORMAT_VERSIONS.last().copied().unwrap_or(0);
    if is_higher_allowed && version < 5 {
        let argument = Argument::ParameterValue(ParamId::ENGINE_FORMAT_VERSION);
        return Err(SessionError::InvalidParameter(argument));
    }
    if matches!(number, USE_DEFAULT | USE_PERSISTED) || FORMAT_VERSIONS.contains(&version) {
        Ok(number)
    } else if version > newest {
        Err(SessionError::FormatVersionTooHigh(number))
    } else {
        Err(SessionError::FormatVersionTooLow(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_versions_are_those_known() {
        for good in [8020, 8920, 9600, USE_DEFAULT, USE_PERSISTED, ALLOW_HIGHER | 8920] {
            assert_eq!(format_version(good), Ok(good));
        }
        for low in [0, 100, 8000, 9440, 9441] {
            assert_eq!(format_version(low), Err(SessionError::FormatVersionTooLow(low)));
        }
        for high in [9601, 1_000_000, u64::from(u32::MAX), u64::MAX] {
            assert_eq!(
                format_version(high),
                Err(SessionError::FormatVersionTooHigh(high))
            );
        }
        for mixed in [ALLOW_HIGHER | USE_DEFAULT, ALLOW_HIGHER | USE_PERSISTED] {
            assert!(matches!(
                format_version(mixed),
                Err(SessionError::InvalidParameter(_))
            ));
        }
    }

    #[test]
    fn shrinking_bits_need_the_one_that_turns_it_on() {
        assert_eq!([0, 1, 3, 0x8001].map(|bits| shrink(bits).is_ok()), [true; 4]);
        for bits in [2, 4, 7, 0x8000, u64::MAX] {
            assert_eq!(shrink(bits), Err(SessionError::InvalidOptions));
        }
    }

    #[test]
    fn the_commit_default_takes_commit_bits_only() {
        assert_eq!(
            [0, 1, 3, 0x20].map(commit_default),
            [Ok(0), Ok(1), Ok(3), Ok(0x20)]
        );
        assert!(commit_default(4).is_err() && commit_default(u64::MAX).is_err());
    }
}
