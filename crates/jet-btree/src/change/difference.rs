//! Makes the difference of a replacement: the one stretch in which old and new data differ.
//! Source: `docs/format/log-records.md`.

/// The difference from `old` to `new`, unless it is no shorter than `new`. `is_wide`: in the form of pages above 8 KiB.
pub(super) fn between(old: &[u8], new: &[u8], is_wide: bool) -> Option<Vec<u8>> {
    let alike = |(a, b): &(&u8, &u8)| a == b;
    let start = old.iter().zip(new).take_while(alike).count();
    let (old_rest, new_rest) = (old.get(start..)?, new.get(start..)?);
    let end = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(alike)
        .count();
    let removed = old_rest.len() - end;
    let inserted = new_rest.get(..new_rest.len() - end)?;
    if inserted.is_empty() && removed == 0 {
        return (!new.is_empty()).then(Vec::new);
    }
    let has_long_lengths = inserted.len().max(removed) > usize::from(u8::MAX);
    let long = if has_long_lengths { 0x80 } else { 0 };
    let shape: u8 = if inserted.len() == removed {
        0x20
    } else if removed == 0 {
        0x40
    } else {
        0
    };
    let mut bytes = Vec::new();
    let offset = u16::try_from(start).ok()?;
    if is_wide {
        bytes.extend_from_slice(&offset.to_le_bytes());
        bytes.push(shape | long);
    } else if offset <= 0x1fff {
        bytes.extend_from_slice(&(offset | u16::from(shape | long) << 8).to_le_bytes());
    } else {
        return None;
    }
    let mut put_length = |len: usize| {
        let [low, high] = u16::try_from(len).ok()?.to_le_bytes();
        bytes.push(low);
        if has_long_lengths {
            bytes.push(high);
        }
        Some(())
    };
    put_length(inserted.len())?;
    if shape == 0 {
        put_length(removed)?;
    }
    bytes.extend_from_slice(inserted);
    (bytes.len() < new.len()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use jet_log::record::difference;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_difference_gives_the_new_data_and_is_shorter(
            start: Vec<u8>, old: Vec<u8>, new: Vec<u8>, end: Vec<u8>, repeats in 0_usize..40, is_wide: bool,
        ) {
            let (start, end) = (start.repeat(repeats.min(8000 / (start.len() + 1))), end.repeat(repeats));
            let old = [&start[..], &old, &end].concat();
            let new = [&start[..], &new, &end].concat();
            if let Some(difference) = super::between(&old, &new, is_wide) {
                prop_assert!(difference.len() < new.len());
                let applied = difference::apply(&old, &difference, is_wide, new.len()).unwrap();
                prop_assert_eq!(applied, new);
            }
        }
    }
}
