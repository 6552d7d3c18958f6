//! The difference in a [`ReplaceDifference`](super::node::ReplaceDifference): changes at ascending offsets of the old
//! data. Source: `docs/format/log-records.md`.

/// Why a difference does not lead from the old data to the new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DifferenceError {
    /// It ends within a change.
    #[error("the difference ends within the change at its byte {at}")]
    Truncated {
        /// Start of the change in the difference.
        at: usize,
    },
    /// A change lies before the end of the one before it, or behind the end of the old data.
    #[error(
        "the change at byte {at} of the difference begins at byte {offset} of the old data, not within {from}..{len}"
    )]
    Offset {
        /// Start of the change in the difference.
        at: usize,
        /// Where it changes the old data.
        offset: usize,
        /// Where the change before it ended.
        from: usize,
        /// Length of the old data.
        len: usize,
    },
    /// Old or new data have another length than the record says.
    #[error("the data have {found} bytes, the record says {expected}")]
    Length {
        /// Bytes.
        found: usize,
        /// Bytes that the record says.
        expected: usize,
    },
}

/// One change.
struct Change<'a> {
    offset: usize,
    removed: usize,
    inserted: &'a [u8],
}

/// Applies `difference` to `old`; the result has `new_bytes` bytes.
///
/// `is_wide`: offsets have the form of pages above 8 KiB.
///
/// # Errors
/// [`DifferenceError`] when the difference does not fit the old data or gives another length.
pub fn apply(
    old: &[u8],
    difference: &[u8],
    is_wide: bool,
    new_bytes: usize,
) -> Result<Vec<u8>, DifferenceError> {
    let mut new = Vec::with_capacity(new_bytes.min(old.len() + difference.len()));
    let (mut rest, mut from) = (difference, 0);
    while !rest.is_empty() {
        let at = difference.len() - rest.len();
        let (change, behind) = read_change(rest, is_wide).ok_or(DifferenceError::Truncated { at })?;
        let outside = DifferenceError::Offset {
            at,
            offset: change.offset,
            from,
            len: old.len(),
        };
        new.extend_from_slice(old.get(from..change.offset).ok_or(outside)?);
        new.extend_from_slice(change.inserted);
        from = change.offset + change.removed;
        rest = behind;
        if from > old.len() {
            return Err(outside);
        }
    }
    new.extend_from_slice(old.get(from..).unwrap_or_default());
    if new.len() == new_bytes {
        Ok(new)
    } else {
        Err(DifferenceError::Length {
            found: new.len(),
            expected: new_bytes,
        })
    }
}

/// Applies `difference` to `data` in place, if every change of it replaces as many bytes as it puts in. `false`: one does
/// not, and nothing was changed; [`apply`] makes the new data.
///
/// # Errors
/// As [`apply`]; a part of the changes may have been made then.
pub fn overwrite(
    data: &mut [u8],
    difference: &[u8],
    is_wide: bool,
    new_bytes: usize,
) -> Result<bool, DifferenceError> {
    let mut rest = difference;
    while let Some((change, behind)) = read_change(rest, is_wide) {
        if change.removed != change.inserted.len() {
            return Ok(false);
        }
        rest = behind;
    }
    let (mut rest, mut from, len) = (difference, 0, data.len());
    while !rest.is_empty() {
        let at = difference.len() - rest.len();
        let (change, behind) = read_change(rest, is_wide).ok_or(DifferenceError::Truncated { at })?;
        let offset = change.offset;
        let place = data
            .get_mut(offset..offset + change.removed)
            .filter(|_| offset >= from)
            .ok_or(DifferenceError::Offset {
                at,
                offset,
                from,
                len,
            })?;
        place.copy_from_slice(change.inserted);
        from = offset + change.removed;
        rest = behind;
    }
    if len == new_bytes {
        Ok(true)
    } else {
        Err(DifferenceError::Length {
            found: len,
            expected: new_bytes,
        })
    }
}

fn read_change(bytes: &[u8], is_wide: bool) -> Option<(Change<'_>, &[u8])> {
    let (head, bytes) = bytes.split_first_chunk::<2>()?;
    let head = u16::from_le_bytes(*head);
    let (offset, flags, bytes) = if is_wide {
        let (&flags, bytes) = bytes.split_first()?;
        (head, flags, bytes)
    } else {
        let [_, high] = head.to_le_bytes();
        (head & 0x1fff, high & 0xe0, bytes)
    };
    let has_long_lengths = flags & 0x80 != 0;
    let (inserted_bytes, bytes) = read_length(bytes, has_long_lengths)?;
    let (removed, bytes) = match flags & 0x60 {
        0x20 => (inserted_bytes, bytes),
        0x40 => (0, bytes),
        _ => read_length(bytes, has_long_lengths)?,
    };
    let (inserted, bytes) = bytes.split_at_checked(inserted_bytes)?;
    let change = Change {
        offset: usize::from(offset),
        removed,
        inserted,
    };
    Some((change, bytes))
}

fn read_length(bytes: &[u8], is_long: bool) -> Option<(usize, &[u8])> {
    if is_long {
        let (length, bytes) = bytes.split_first_chunk::<2>()?;
        Some((usize::from(u16::from_le_bytes(*length)), bytes))
    } else {
        let (&length, bytes) = bytes.split_first()?;
        Some((usize::from(length), bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_replace_insert_and_remove() {
        // At 1: "bc" by "XY"; at 4: "!" put in; at 5: "f" by "".
        let difference = [1, 0x20, 2, b'X', b'Y', 4, 0x40, 1, b'!', 5, 0, 0, 1];
        assert_eq!(apply(b"abcdef", &difference, false, 6).unwrap(), b"aXYd!e");
        let wide = [1, 0, 0x20, 2, b'X', b'Y', 4, 0, 0x40, 1, b'!', 5, 0, 0, 0, 1];
        assert_eq!(apply(b"abcdef", &wide, true, 6).unwrap(), b"aXYd!e");
        let long = [0, 0x80, 1, 0, 2, 0, b'Q'];
        assert_eq!(apply(b"abcdef", &long, false, 5).unwrap(), b"Qcdef");
    }

    #[test]
    fn changes_that_keep_lengths_are_made_in_place() {
        // At 1: "bc" by "XY"; at 4: "e" by "Z".
        let difference = [1, 0x20, 2, b'X', b'Y', 4, 0, 1, 1, b'Z'];
        let mut data = *b"abcdef";
        assert_eq!(overwrite(&mut data, &difference, false, 6), Ok(true));
        assert_eq!(&data, b"aXYdZf");
        assert_eq!(apply(b"abcdef", &difference, false, 6).unwrap(), data);
        // At 0: "a" by "Q", at 4: "!" put in.
        let longer = [0, 0x20, 1, b'Q', 4, 0x40, 1, b'!'];
        assert_eq!(overwrite(&mut data, &longer, false, 7), Ok(false));
        assert_eq!(&data, b"aXYdZf");
    }

    #[test]
    fn what_does_not_fit_is_refused_in_place_as_elsewhere() {
        let differences: [&[u8]; 5] = [
            &[0, 0x20, 5, 1],
            &[3, 0x20, 1, 9],
            &[2, 0x20, 2, 9, 9],
            &[2, 0x20, 1, 9, 1, 0x20, 1, 9],
            &[],
        ];
        for difference in differences {
            let expected = apply(b"abc", difference, false, 1).unwrap_err();
            let found = overwrite(&mut b"abc".to_vec(), difference, false, 1);
            assert_eq!(found, Err(expected), "{difference:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let error = |old: &[u8], difference: &[u8]| apply(old, difference, false, 1).unwrap_err();
        assert_eq!(
            error(b"abc", &[0, 0x20, 5, 1]),
            DifferenceError::Truncated { at: 0 }
        );
        assert!(matches!(
            error(b"abc", &[4, 0x40, 0]),
            DifferenceError::Offset { offset: 4, .. }
        ));
        assert!(matches!(
            error(b"abc", &[1, 0, 0, 3]),
            DifferenceError::Offset { offset: 1, .. }
        ));
        let backwards = [2, 0x20, 1, 9, 1, 0x20, 1, 9];
        assert!(matches!(
            error(b"abc", &backwards),
            DifferenceError::Offset {
                at: 4,
                offset: 1,
                from: 3,
                ..
            }
        ));
        assert_eq!(
            error(b"abc", &[]),
            DifferenceError::Length {
                found: 3,
                expected: 1
            }
        );
    }
}
