//! What else rollouts are watched with: thresholds, and tests of one look that are looked at repeatedly.

/// The 95th percentile of the normal distribution: a one-sided test at 5 %.
pub const ONE_IN_TWENTY: f64 = 1.644_853_626_951_472_2;
/// The 98th percentile.
pub const ONE_IN_FIFTY: f64 = 2.053_748_910_631_823;

/// How many standard errors a share is above another number.
pub fn z_of_share(errors: u64, requests: u64, bound: f64) -> f64 {
    let n = requests as f64;
    (errors as f64 / n - bound) / (bound * (1.0 - bound) / n).sqrt()
}

/// How many standard errors one share is above another, with the pooled share.
pub fn z_of_shares(canary: (u64, u64), control: (u64, u64)) -> f64 {
    let share = |(errors, requests): (u64, u64)| errors as f64 / requests as f64;
    let pooled = share((canary.0 + control.0, canary.1 + control.1));
    let variance = pooled * (1.0 - pooled) * (1.0 / canary.1 as f64 + 1.0 / control.1 as f64);
    if variance > 0.0 { (share(canary) - share(control)) / variance.sqrt() } else { 0.0 }
}

/// Sums of a quantity.
#[derive(Clone, Copy, Default)]
pub struct Sums {
    pub n: f64,
    pub sum: f64,
    pub squares: f64,
}

impl Sums {
    pub fn add(&mut self, value: f64) {
        self.n += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    pub fn mean(self) -> f64 {
        self.sum / self.n
    }

    fn variance_of_mean(self) -> f64 {
        (self.squares - self.sum * self.sum / self.n) / (self.n - 1.0) / self.n
    }
}

/// How many standard errors one mean is above another.
pub fn z_of_means(canary: Sums, control: Sums) -> f64 {
    (canary.mean() - control.mean()) / (canary.variance_of_mean() + control.variance_of_mean()).sqrt()
}

/// How many standard errors the rank sum of one sample is above what is expected, for large samples without ties (Mann
/// and Whitney 1947).
pub fn z_of_ranks(canary: &[f64], control: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> =
        canary.iter().map(|value| (*value, true)).chain(control.iter().map(|value| (*value, false))).collect();
    all.sort_by(|one, other| one.0.total_cmp(&other.0));
    let ranks: f64 =
        all.iter().zip(1..).filter(|((_, is_canary), _)| *is_canary).map(|(_, rank)| f64::from(rank)).sum();
    let (n, m) = (canary.len() as f64, control.len() as f64);
    (ranks - n * (n + m + 1.0) / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt()
}
