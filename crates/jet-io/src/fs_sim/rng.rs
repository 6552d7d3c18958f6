//! Random numbers that are the same everywhere: splitmix64 (Steele, Lea and Flood, 2014).
//!
//! Each choice draws from a stream of its own, named by the seed and a number, so that a choice at one place
//! does not shift those at all others.

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub(super) struct Rng {
    state: u64,
}

impl Rng {
    /// Stream `number` of `seed`.
    pub(super) fn stream(seed: u64, number: u64) -> Self {
        let mut seeds = Self { state: seed };
        let state = seeds.next() ^ number.wrapping_mul(STEP);
        let mut rng = Self { state };
        rng.next();
        rng
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `most`, `most` included.
    pub(super) fn up_to(&mut self, most: u64) -> u64 {
        let drawn = self.next();
        most.checked_add(1).map_or(drawn, |count| drawn % count)
    }

    /// As [`Rng::up_to`], for counts in memory.
    pub(super) fn up_to_count(&mut self, most: usize) -> usize {
        usize::try_from(self.up_to(most as u64)).unwrap_or(most)
    }

    /// True in `part` of `whole` cases.
    pub(super) fn chance(&mut self, part: u64, whole: u64) -> bool {
        self.next() % whole < part
    }
}

/// The golden ratio in 64 bits.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_splitmix64() {
        let mut rng = Rng { state: 1_234_567 };
        let numbers: Vec<u64> = (0..3).map(|_| rng.next()).collect();
        assert_eq!(
            numbers,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn streams_differ_and_bounds_are_reached() {
        let (mut one, mut two) = (Rng::stream(1, 0), Rng::stream(1, 1));
        assert_ne!(one.next(), two.next());
        let drawn: std::collections::BTreeSet<u64> = (0..100).map(|_| one.up_to(3)).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(one.up_to(0), 0);
    }
}
