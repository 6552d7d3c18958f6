//! Lists of extents: what they cover and what they share.

use jet_pages::Pgno;
use jet_pages::space::Extent;

/// Whether one of `extents`, which ascend, holds the page.
pub(super) fn holds(extents: &[Extent], pgno: Pgno) -> bool {
    let behind = extents.partition_point(|extent| extent.last() < pgno);
    extents.get(behind).is_some_and(|extent| extent.contains(pgno))
}

/// Whether `extent` lies in the union of `owned`, ascending runs of which several may adjoin.
pub(super) fn covers(owned: &[Extent], extent: Extent) -> bool {
    let mut next = extent.first;
    let start = owned.partition_point(|piece| piece.last() < next);
    for piece in owned.iter().skip(start) {
        if !piece.contains(next) {
            return false;
        }
        if piece.last() >= extent.last() {
            return true;
        }
        next = Pgno(piece.last().0 + 1);
    }
    false
}

/// The pages that both extents hold.
pub(super) fn shared(a: Extent, b: Extent) -> Option<Extent> {
    let (first, last) = (a.first.max(b.first), a.last().min(b.last()));
    let count = (last.0 + 1).checked_sub(first.0).filter(|&count| count > 0)?;
    Some(Extent { first, count })
}

/// The same pages in extents that ascend and do not overlap, so that going through them ends however many damaged
/// extents name the same pages.
pub(super) fn disjoint(extents: &[Extent]) -> Vec<Extent> {
    let mut sorted = extents.to_vec();
    sorted.sort_unstable();
    let mut next = Pgno(0);
    sorted
        .into_iter()
        .filter_map(|extent| {
            let first = extent.first.max(next);
            let count = (extent.last().0 + 1)
                .checked_sub(first.0)
                .filter(|&count| count > 0)?;
            next = Pgno(extent.last().0 + 1);
            Some(Extent { first, count })
        })
        .collect()
}

/// What several extents hold, each with the one before it that reaches furthest.
pub(super) fn overlaps(extents: &[Extent]) -> Vec<Extent> {
    let mut sorted = extents.to_vec();
    sorted.sort_unstable();
    let mut furthest: Option<Extent> = None;
    let mut found = Vec::new();
    for extent in sorted {
        found.extend(furthest.and_then(|before| shared(before, extent)));
        if furthest.is_none_or(|before| before.last() < extent.last()) {
            furthest = Some(extent);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(first: u32, last: u32) -> Extent {
        Extent {
            first: Pgno(first),
            count: last - first + 1,
        }
    }

    #[test]
    fn union_of_adjoining_extents_covers() {
        let owned = [extent(1, 4), extent(5, 8), extent(10, 12)];
        for (first, last, expected) in [
            (1, 8, true),
            (3, 6, true),
            (8, 8, true),
            (8, 10, false),
            (9, 9, false),
        ] {
            assert_eq!(covers(&owned, extent(first, last)), expected, "{first} to {last}");
        }
        assert!(holds(&owned, Pgno(8)) && !holds(&owned, Pgno(9)) && !holds(&owned, Pgno(13)));
    }

    #[test]
    fn overlapping_extents_are_told_and_gone_through_once() {
        let extents = [extent(1, 100), extent(20, 30), extent(90, 110), extent(120, 120)];
        assert_eq!(
            disjoint(&extents),
            [extent(1, 100), extent(101, 110), extent(120, 120)]
        );
        assert_eq!(overlaps(&extents), [extent(20, 30), extent(90, 100)]);
        assert_eq!(overlaps(&disjoint(&extents)), []);
    }
}
