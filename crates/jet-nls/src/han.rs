//! The Han orders: tens of thousands of characters per sort, packed in the order of their weights.
//!
//! | kind | content |
//! |---|---|
//! | [`tables::HAN_UNITS`] | an order of code units |
//! | [`tables::HAN_PAIRS`] | an order of characters of plane 2, by their low 16 bits; surrogate pairs in the text |
//! | [`tables::HAN_LIKE`] | number of another sort u8, 0, count of removed units u16, the units, then rows code unit u16 and four weights that differ; everything else as in the other sort |
//!
//! An order is: count of characters u32, count of frequent steps u32, the characters u16, the frequent steps u32,
//! then one token per step from the weights of a character (big-endian as a number, before the first 0) to those
//! of the next: a byte below 0xFE is the number of a frequent step, 0xFE and n mean that the last step goes on n
//! more times, 0xFF is followed by the step as u32. Steps wrap around.

use crate::NlsError;
use crate::tables;

/// Takes a code unit, or the low bits of a character of plane 2, and its weights.
type Sink<'a> = &'a mut dyn FnMut(u16, [u8; 4]);

/// Hands the Han weights of `sort` to `units` and `plane2`; nothing for a sort without an order of its own.
///
/// # Errors
/// [`NlsError::DamagedTables`].
pub(crate) fn load(sort: u8, units: Sink<'_>, plane2: Sink<'_>) -> Result<(), NlsError> {
    let like = tables::section(tables::HAN_LIKE, sort);
    let Some((header, rest)) = like.split_first_chunk::<4>() else {
        read_order(tables::section(tables::HAN_UNITS, sort), units)?;
        return read_order(tables::section(tables::HAN_PAIRS, sort), plane2);
    };
    let [other, _, low, high] = *header;
    let removed_bytes = 2 * usize::from(u16::from_le_bytes([low, high]));
    let (removed, changed) = rest.split_at_checked(removed_bytes).ok_or(DAMAGED)?;
    let (removed, _) = removed.as_chunks::<2>();
    read_order(tables::section(tables::HAN_UNITS, other), &mut |unit, weights| {
        if !removed.contains(&unit.to_le_bytes()) {
            units(unit, weights);
        }
    })?;
    for row in changed.as_chunks::<6>().0 {
        let [low, high, weights @ ..] = *row;
        units(u16::from_le_bytes([low, high]), weights);
    }
    read_order(tables::section(tables::HAN_PAIRS, other), plane2)
}

/// Reads one order; an empty section has none.
fn read_order(bytes: &[u8], sink: Sink<'_>) -> Result<(), NlsError> {
    if bytes.is_empty() {
        return Ok(());
    }
    let (characters, rest) = bytes.split_first_chunk::<4>().ok_or(DAMAGED)?;
    let (frequent, rest) = rest.split_first_chunk::<4>().ok_or(DAMAGED)?;
    let (characters, rest) = take(rest, 2, *characters)?;
    let (frequent, mut tokens) = take(rest, 4, *frequent)?;
    let frequent = frequent.as_chunks::<4>().0;
    let (mut weights, mut step, mut repeats) = (0_u32, 0_u32, 0_u8);
    for character in characters.as_chunks::<2>().0 {
        if repeats > 0 {
            repeats -= 1;
        } else {
            let (token, rest) = tokens.split_first().ok_or(DAMAGED)?;
            tokens = rest;
            match *token {
                0xFF => {
                    let (literal, rest) = tokens.split_first_chunk::<4>().ok_or(DAMAGED)?;
                    tokens = rest;
                    step = u32::from_le_bytes(*literal);
                }
                0xFE => {
                    let (count, rest) = tokens.split_first().ok_or(DAMAGED)?;
                    tokens = rest;
                    // This character is the first of the repetitions.
                    repeats = count.checked_sub(1).ok_or(DAMAGED)?;
                }
                number => {
                    step = frequent
                        .get(usize::from(number))
                        .copied()
                        .map(u32::from_le_bytes)
                        .ok_or(DAMAGED)?;
                }
            }
        }
        weights = weights.wrapping_add(step);
        sink(u16::from_le_bytes(*character), weights.to_be_bytes());
    }
    Ok(())
}

/// Splits `count` items of `width` bytes off.
fn take(bytes: &[u8], width: usize, count: [u8; 4]) -> Result<(&[u8], &[u8]), NlsError> {
    let count = usize::try_from(u32::from_le_bytes(count)).map_err(|_| DAMAGED)?;
    count
        .checked_mul(width)
        .and_then(|length| bytes.split_at_checked(length))
        .ok_or(DAMAGED)
}

const DAMAGED: NlsError = NlsError::DamagedTables { part: "Han orders" };

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn order(characters: &[u16], frequent: &[u32], tokens: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(u32::try_from(characters.len()).unwrap().to_le_bytes());
        bytes.extend(u32::try_from(frequent.len()).unwrap().to_le_bytes());
        bytes.extend(characters.iter().flat_map(|unit| unit.to_le_bytes()));
        bytes.extend(frequent.iter().flat_map(|step| step.to_le_bytes()));
        bytes.extend(tokens);
        bytes
    }

    #[test]
    fn steps_repeat_and_wrap() {
        let bytes = order(&[9, 5, 7, 6], &[0xFFFF_FF00], &[0xFF, 0, 3, 0, 0, 0, 0xFE, 2]);
        let mut rows = Vec::new();
        read_order(&bytes, &mut |unit, weights| rows.push((unit, weights))).unwrap();
        assert_eq!(
            rows,
            [
                (9, [0, 0, 3, 0]),
                (5, [0, 0, 2, 0]),
                (7, [0, 0, 1, 0]),
                (6, [0; 4])
            ]
        );
    }

    #[test]
    fn every_cut_of_an_order_is_an_error() {
        let bytes = order(&[9, 5, 7, 6], &[0x100], &[0xFF, 0, 3, 0, 0, 0, 0xFE, 2]);
        for length in 1..bytes.len() {
            let cut = bytes.get(..length).unwrap();
            assert_eq!(read_order(cut, &mut |_, _| ()), Err(DAMAGED), "{length} bytes");
        }
        assert_eq!(read_order(&order(&[1], &[], &[0]), &mut |_, _| ()), Err(DAMAGED));
        assert_eq!(
            read_order(&order(&[1], &[], &[0xFE, 0]), &mut |_, _| ()),
            Err(DAMAGED)
        );
    }
}
