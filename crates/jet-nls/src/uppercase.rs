//! The other form of key: upper-cased text (flags exactly 0x200).
//!
//! Big-endian code units, each replaced by its upper case where Unicode has a single unit for it, then `00 00`.
//! Windows uses a simple one-to-one table of its own. That table agrees with Unicode's on ASCII; elsewhere this is
//! an approximation, so such keys are disputed.

use crate::Confidence;

/// Appends the upper-cased form of `units`, at most `bytes_max` bytes; whether it is whole comes second.
pub(crate) fn append(units: &[[u8; 2]], bytes_max: usize, out: &mut Vec<u8>) -> (Confidence, bool) {
    let start = out.len();
    let mut confidence = Confidence::Published;
    for unit in units {
        if out.len() - start >= bytes_max {
            return (confidence, false);
        }
        let unit = u16::from_le_bytes(*unit);
        if !(0..128).contains(&unit) {
            confidence = Confidence::Disputed;
        }
        out.extend(upper(unit).to_be_bytes());
    }
    out.extend([0, 0]);
    (confidence, true)
}

/// The upper case of `unit` when it is one unit; else, and for surrogates, the unit itself.
fn upper(unit: u16) -> u16 {
    let Some(character) = char::from_u32(u32::from(unit)) else {
        return unit;
    };
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => u16::try_from(u32::from(single)).unwrap_or(unit),
        _ => unit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_single_units_change() {
        assert_eq!(upper(0x61), 0x41);
        assert_eq!(upper(0xE9), 0xC9);
        assert_eq!(upper(0xDF), 0xDF, "SS is two units");
        assert_eq!(upper(0xD83E), 0xD83E);
        assert_eq!(upper(0x30), 0x30);
    }
}
