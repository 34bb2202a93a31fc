//! A small generator of chance that gives the same numbers everywhere.

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014).
pub struct Chance(u64);

impl Chance {
    /// The numbers of one rollout among many.
    pub fn of(seed: u64, rollout: u64) -> Self {
        let mut chance = Self(seed ^ rollout.wrapping_mul(0xd134_2543_de82_ef95));
        Self(chance.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Above 0 and below 1.
    pub fn share(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    pub fn is(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// How many of some trials succeed.
    pub fn count(&mut self, trials: u64, probability: f64) -> u64 {
        (0..trials).filter(|_| self.is(probability)).count() as u64
    }

    /// A latency: lognormal, by the method of Box and Muller.
    pub fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        let radius = (-2.0 * self.share().ln()).sqrt();
        median * (sigma * radius * (std::f64::consts::TAU * self.share()).cos()).exp()
    }
}
