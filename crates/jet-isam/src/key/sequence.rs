//! Which value of each multi-valued key column takes part in the next key.
//!
//! The engine counts like an odometer whose wheels have unknown sizes: the least significant wheel turns until
//! its column has no such value, then starts again while the next one turns.

use super::SEGMENTS_MOST;

/// Numbers of the values, from 1, by segment.
#[derive(Clone, Debug)]
pub(super) struct ValueSequence {
    numbers: [usize; SEGMENTS_MOST],
    /// Segments that count.
    turning: [bool; SEGMENTS_MOST],
    nested: bool,
    complete: bool,
}

/// How the last combination ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It had a key, or another may have.
    Next,
    /// The column of this segment has no such value.
    Exhausted(usize),
    /// No further combination counts.
    Stop,
}

impl ValueSequence {
    /// Starts with the first value of every segment; `turning` says which ones go on.
    pub(super) const fn new(turning: [bool; SEGMENTS_MOST], nested: bool) -> Self {
        Self {
            numbers: [1; SEGMENTS_MOST],
            turning,
            nested,
            complete: false,
        }
    }

    /// Starts with value number `number` of the first segment that counts.
    pub(super) fn from_first(turning: [bool; SEGMENTS_MOST], number: usize) -> Self {
        let mut sequence = Self::new(turning, false);
        let first = turning.iter().position(|turns| *turns);
        if let Some(first) = first.and_then(|first| sequence.numbers.get_mut(first)) {
            *first = number.max(1);
        }
        sequence
    }

    /// Number of the value that segment `segment` uses.
    pub(super) fn number(&self, segment: usize) -> usize {
        self.numbers.get(segment).copied().unwrap_or(1)
    }

    /// Whether segment `segment` is one that counts.
    pub(super) fn turns(&self, segment: usize) -> bool {
        self.turning.get(segment).copied().unwrap_or(false)
    }

    /// How to go on when the first segment's value has no further tuple. A value too short for any is passed over
    /// with all combinations it is in.
    pub(super) fn after_tuples(&self, had_some: bool) -> Step {
        if !self.turns(0) {
            Step::Stop
        } else if had_some || self.nested {
            Step::Next
        } else {
            Step::Exhausted(1)
        }
    }

    pub(super) const fn is_complete(&self) -> bool {
        self.complete
    }

    /// Goes on to the next combination.
    pub(super) fn advance(&mut self, step: Step) {
        let limit = match step {
            Step::Stop => 0,
            Step::Exhausted(segment) => segment,
            Step::Next => SEGMENTS_MOST,
        };
        let mut turned = false;
        for segment in (0..limit.min(SEGMENTS_MOST)).rev() {
            if !self.turns(segment) || turned && !self.nested {
                continue;
            }
            if let Some(number) = self.numbers.get_mut(segment) {
                *number += 1;
                turned = true;
            }
        }
        self.complete = !turned;
        for number in self.numbers.iter_mut().skip(limit) {
            *number = 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn combinations(turning: &[bool], counts: &[usize], nested: bool) -> Vec<Vec<usize>> {
        let mut wheels = [false; SEGMENTS_MOST];
        wheels[..turning.len()].copy_from_slice(turning);
        let mut sequence = ValueSequence::new(wheels, nested);
        let mut found = Vec::new();
        while !sequence.is_complete() {
            let numbers: Vec<_> = (0..counts.len())
                .map(|segment| sequence.number(segment))
                .collect();
            let beyond = |(number, count): (&usize, &usize)| number > count;
            let exhausted = if nested {
                numbers.iter().zip(counts).all(beyond).then_some(0)
            } else {
                numbers.iter().zip(counts).position(beyond)
            };
            let step = exhausted.map_or(Step::Next, Step::Exhausted);
            if step == Step::Next {
                found.push(numbers);
            }
            sequence.advance(step);
        }
        found
    }

    #[test]
    fn one_turning_segment() {
        let found = combinations(&[false, true], &[1, 3], false);
        assert_eq!(found, [[1, 1], [1, 2], [1, 3]]);
    }

    #[test]
    fn all_combinations() {
        let found = combinations(&[true, true, true], &[2, 1, 2], false);
        assert_eq!(found, [[1, 1, 1], [1, 1, 2], [2, 1, 1], [2, 1, 2]]);
    }

    #[test]
    fn values_side_by_side() {
        let found = combinations(&[true, true], &[1, 3], true);
        assert_eq!(found, [[1, 1], [2, 2], [3, 3]]);
    }

    #[test]
    fn nothing_turns() {
        assert_eq!(combinations(&[], &[1, 1], false), [[1, 1]]);
        let mut sequence = ValueSequence::new([true; SEGMENTS_MOST], false);
        sequence.advance(Step::Stop);
        assert!(sequence.is_complete());
    }
}
