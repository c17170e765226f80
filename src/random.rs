//! A small seeded generator, so that equal seeds give equal results on every platform.

/// `SplitMix64` (Steele, Lea, Flood 2014): one 64-bit word of state, equidistributed, good enough for drawing subsets.
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// A generator whose whole sequence is fixed by `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which must be positive. The multiply-shift bias is below 2⁻³² for any count we draw from.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next_u64()) * bound as u128) >> 64) as usize
    }

    /// The indices below `n` in random order.
    pub fn shuffled(&mut self, n: usize) -> Vec<usize> {
        let mut indices: Vec<usize> = (0..n).collect();
        for i in 0..n {
            let j = i + self.below(n - i);
            indices.swap(i, j);
        }
        indices
    }

    /// `count` different indices below `n` (all of them if `count >= n`), in increasing order.
    pub fn subset(&mut self, n: usize, count: usize) -> Vec<usize> {
        let mut indices: Vec<usize> = (0..n).collect();
        let count = count.min(n);
        for i in 0..count {
            let j = i + self.below(n - i);
            indices.swap(i, j);
        }
        indices.truncate(count);
        indices.sort_unstable();
        indices
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one() {
        // First outputs of the reference implementation for seed 1234567.
        let mut random = Random::new(1_234_567);
        assert_eq!(random.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(random.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn subsets_are_sorted_distinct_and_complete_when_everything_is_asked_for() {
        let subset = Random::new(7).subset(100, 30);
        assert_eq!(subset.len(), 30);
        assert!(subset.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(Random::new(7).subset(5, 9), vec![0, 1, 2, 3, 4]);
    }
}
