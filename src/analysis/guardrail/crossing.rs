//! The chance that evidence reaches its threshold by a look, at any of the looks until then.

use alloc::vec::Vec;

use crate::stats::distributions::normal;
use crate::stats::special::solve;
use crate::stats::{Alternative, real, sequential, whole};

/// Mass that no longer counts.
const NOTHING: f64 = 1e-18;
/// Cells of the grid of a Brownian motion.
const CELLS: usize = 160;
/// How many standard deviations the grid reaches.
const REACH: f64 = 7.0;

/// A look at counts: how many trials there are, and how many bad ones are evidence enough.
#[derive(Clone, Copy, Debug)]
pub(super) struct CountLook {
    pub(super) trials: u64,
    pub(super) enough: u64,
}

/// Exactly, for independent trials of which a share is bad: the distribution of the count over those paths that have not
/// reached a threshold, from look to look.
pub(super) fn of_counts(share: f64, looks: &[CountLook]) -> Vec<f64> {
    // The probabilities of `least`, `least + 1`, ... bad trials so far.
    let (mut mass, mut least, mut trials, mut crossed) = (alloc::vec![1.0], 0_u64, 0_u64, 0.0);
    let mut steps: (u64, (u64, Vec<f64>)) = (0, (0, Vec::new()));
    let mut by_look = Vec::new();
    for look in looks {
        let step = look.trials.saturating_sub(trials);
        if steps.0 != step {
            steps = (step, binomial(step, share));
        }
        let (offset, chances) = &steps.1;
        let mut next = alloc::vec![0.0; (mass.len() + chances.len()).saturating_sub(1)];
        for (place, mass) in mass.iter().enumerate() {
            for (cell, chance) in next.iter_mut().skip(place).zip(chances) {
                *cell += mass * chance;
            }
        }
        least += offset;
        let kept = usize::try_from(look.enough.saturating_sub(least)).unwrap_or(usize::MAX).min(next.len());
        crossed += next.drain(kept..).sum::<f64>();
        let light = next.iter().take_while(|mass| **mass < NOTHING).count();
        next.drain(..light);
        least += light as u64;
        (mass, trials) = (next, look.trials);
        by_look.push(f64::min(crossed, 1.0));
    }
    by_look
}

/// The probabilities of a binomial count, from the least that counts on. They follow from that of the most likely one.
fn binomial(n: u64, share: f64) -> (u64, Vec<f64>) {
    if share <= 0.0 || share >= 1.0 {
        return (if share <= 0.0 { 0 } else { n }, alloc::vec![1.0]);
    }
    let odds = share / (1.0 - share);
    let mode = (whole(libm::floor(real(n + 1) * share))).min(n);
    let ratio = |k: u64| real(n - k) / real(k + 1) * odds;
    let mut chances = alloc::vec![1.0];
    let (mut chance, mut least) = (1.0, mode);
    while least > 0 && chance > NOTHING {
        least -= 1;
        chance /= ratio(least);
        chances.push(chance);
    }
    chances.reverse();
    (chance, least) = (1.0, least);
    let mut k = mode;
    while k < n && chance > NOTHING {
        chance *= ratio(k);
        chances.push(chance);
        k += 1;
    }
    let sum: f64 = chances.iter().sum();
    chances.iter_mut().for_each(|chance| *chance /= sum);
    (least, chances)
}

/// A look at a score: its information, and the score that is evidence enough.
#[derive(Clone, Copy, Debug)]
pub(super) struct ScoreLook {
    pub(super) information: f64,
    pub(super) enough: f64,
}

/// For a score that moves like a Brownian motion with a drift, watched all the time from the first look on: its density
/// from look to look over those paths that have not reached a threshold (Armitage, `McPherson`, Rowe: "Repeated
/// significance tests on accumulating data", JRSS A 1969, section 2), and between two looks the chance that the bridge
/// between them stays below the line from threshold to threshold, `1 - exp(-2 (b - x) (b' - x') / dI)`.
pub(super) fn of_score(drift: f64, looks: &[ScoreLook]) -> Vec<f64> {
    let mut by_look = Vec::new();
    let mut grid: Option<(ScoreLook, Vec<(f64, f64)>)> = None;
    for &look in looks {
        let points = points(drift, look);
        let next: Vec<(f64, f64)> = match &grid {
            None => points.iter().map(|&(at, width)| (at, width * start(drift, look, at))).collect(),
            Some((before, mass)) => {
                points.iter().map(|&(at, width)| (at, width * arrive(drift, *before, look, mass, at))).collect()
            }
        };
        let left: f64 = next.iter().map(|(_, mass)| mass).sum();
        let least = by_look.last().copied().unwrap_or(0.0);
        by_look.push((1.0 - left).clamp(least, 1.0));
        grid = Some((look, next));
    }
    by_look
}

/// The middles of cells below the threshold, with the width of a cell.
fn points(drift: f64, look: ScoreLook) -> Vec<(f64, f64)> {
    let (centre, reach) = (drift * look.information, REACH * libm::sqrt(look.information));
    let (low, high) = (centre - reach, (centre + reach).min(look.enough));
    let width = ((high - low) / real(CELLS as u64)).max(0.0);
    (0..CELLS).map(|cell| (low + width * (real(cell as u64) + 0.5), width)).collect()
}

/// The density of the first look.
fn start(drift: f64, look: ScoreLook, at: f64) -> f64 {
    let deviation = libm::sqrt(look.information);
    normal::density((at - drift * look.information) / deviation) / deviation
}

/// The density of a later look at a point.
fn arrive(drift: f64, before: ScoreLook, look: ScoreLook, mass: &[(f64, f64)], at: f64) -> f64 {
    let more = look.information - before.information;
    let deviation = libm::sqrt(more);
    let room = look.enough - at;
    let from = |&(from, mass): &(f64, f64)| {
        let z = (at - from - drift * more) / deviation;
        if z.abs() > REACH {
            return 0.0;
        }
        let stays = -libm::expm1(-2.0 * (before.enough - from) * room / more);
        mass * normal::density(z) / deviation * stays.max(0.0)
    };
    mass.iter().map(from).sum()
}

/// The score at which the mixture over the normal effects on one side is enough, `against` of `stats::sequential`: with
/// `v = spread^2 I` and `z = S / sqrt(I)`, `z^2 v / (2 (1 + v)) - ln(1 + v) / 2 + ln 2 + ln Phi(z sqrt(v / (1 + v)))`.
pub(super) fn enough_of_normal(spread: f64, information: f64, alpha: f64) -> f64 {
    let v = spread * spread * information;
    let share = v / (1.0 + v);
    let ln = |z: f64| {
        let both = 0.5 * z * z * share - 0.5 * libm::log1p(v);
        both + core::f64::consts::LN_2 + normal::ln_lower(z * libm::sqrt(share))
    };
    libm::sqrt(information) * reach(&ln, alpha)
}

/// The score at which the mixture of `Concurrent` is enough, with the likelihood of a log odds ratio `x` above the
/// margin as `exp(x S - x^2 I / 2)`: averaged over an exponential distribution of mean `ln 2` that is
/// `sqrt(2 pi / I) exp(a^2 / (2 I)) Phi(a / sqrt(I)) / ln 2`, with `a = S - 1 / ln 2`.
pub(super) fn enough_of_odds(information: f64, alpha: f64) -> f64 {
    use core::f64::consts::{LN_2, TAU};
    let root = libm::sqrt(information);
    let ln = |z: f64| {
        let a = z - 1.0 / (LN_2 * root);
        0.5 * libm::log(TAU / information) - libm::log(LN_2) + 0.5 * a * a + normal::ln_lower(a)
    };
    root * reach(&ln, alpha)
}

/// Where a rising logarithm of evidence reaches `1 / alpha`.
fn reach(ln: &dyn Fn(f64) -> f64, alpha: f64) -> f64 {
    let enough = -libm::log(alpha);
    let mut most = 1.0;
    while ln(most) < enough && most < 1e12 {
        most *= 2.0;
    }
    solve::halving(0.0, most, &mut |z| ln(z) - enough)
}

/// The evidence of `stats::sequential::rate`, without its interval.
pub(super) fn ln_evidence(successes: u64, trials: u64, p: f64, alternative: Alternative) -> f64 {
    let failures = trials.saturating_sub(successes);
    match alternative {
        Alternative::Less => sequential::ln_below(successes, failures, p),
        _ => sequential::ln_above(successes, failures, p),
    }
}
