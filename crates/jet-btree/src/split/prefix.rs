//! Which prefix key suits a page.

use super::choose::Line;

/// Keys looked at, spread over the page: more would seldom save more.
const CANDIDATES: usize = 32;

/// The line whose key saves most as the prefix key of these lines, and what it saves, itself paid for.
pub(super) fn best(lines: &[Line<'_>]) -> Option<(usize, usize)> {
    let step = lines.len().div_ceil(CANDIDATES).max(1);
    let candidates = lines.iter().enumerate().step_by(step);
    candidates
        .filter_map(|(index, line)| {
            let key = line.key.to_vec();
            let saved = saving(lines, &key).checked_sub(key.len())?;
            (saved > 0).then_some((index, saved))
        })
        .max_by_key(|&(index, saved)| (saved, core::cmp::Reverse(index)))
}

/// Bytes that the lines save with this prefix key, which itself is not paid for.
pub(super) fn saving(lines: &[Line<'_>], prefix: &[u8]) -> usize {
    lines
        .iter()
        .map(|line| line.key.useful_prefix(prefix).saturating_sub(2))
        .sum()
}
