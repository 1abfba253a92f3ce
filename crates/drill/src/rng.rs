//! Small deterministic random numbers: splitmix64 to seed, xoshiro256** to draw (Blackman and Vigna, public domain).
//!
//! Every patient starts a generator of his own from `(seed, number)`, so that no state runs from one to the next.

/// A generator. Same words in, same numbers out, on every machine.
#[derive(Clone, Debug)]
pub struct Rng([u64; 4]);

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One well-mixed number out of several.
pub fn mix(words: &[u64]) -> u64 {
    let mut state = 0x616e_646f_6e00_0001;
    words.iter().fold(0, |_, word| {
        state ^= word.wrapping_mul(0xd6e8_feb8_6659_fd93);
        let out = splitmix(&mut state);
        state = state.wrapping_add(out);
        out
    })
}

impl Rng {
    /// A generator of its own for these words.
    pub fn new(words: &[u64]) -> Rng {
        let mut state = mix(words);
        Rng([splitmix(&mut state), splitmix(&mut state), splitmix(&mut state), splitmix(&mut state)])
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        let s = &mut self.0;
        let out = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        out
    }

    /// `0 ≤ n < end`; 0 when `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low).max(0) as u64 + 1) as i64
    }

    /// True `percent` times in a hundred.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of a table that is not empty.
    pub fn pick<'a, T>(&mut self, table: &'a [T]) -> &'a T {
        &table[self.below(table.len() as u64) as usize]
    }

    /// Bell-shaped in −1…1: the mean of three even draws.
    pub fn bell(&mut self) -> f64 {
        let sum: u64 = (0..3).map(|_| self.next() >> 40).sum();
        sum as f64 / (3.0 * f64::from(1 << 23)) - 1.0
    }
}
