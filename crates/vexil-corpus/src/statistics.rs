//! One number for all that the statistics answer: if any bit of any answer differs on some host, it is another one.

use vexil::Timestamp;
use vexil::hash::Digest;
use vexil::stats::aggregate::{Aggregate, Distinct, Moments, PairMoments, Proportion, Sketch, Window, Winsor};
use vexil::stats::distributions::{Beta, Binomial, ChiSquared, Distribution, Fisher, Gamma, Normal, Poisson, StudentT};
use vexil::stats::fixed::{self, Bounded, Design, Test};
use vexil::stats::sequential::{self, Budget, Concurrent, Evidence, Mixture};
use vexil::stats::{Alternative, Error, Estimate, Interval, Question, special};

/// The digest as it was recorded. A change of it is a change of what verdicts say: made on purpose, and noted.
pub const RECORDED: &str = "745b73ec047c7886";

/// The digest of every public function's answers on a grid, as 16 hexadecimal digits.
///
/// # Errors
///
/// The first answer that there is none, where there should be one.
pub fn digest() -> Result<String, Error> {
    let mut bits = Bits(0xcbf2_9ce4_8422_2325);
    specials(&mut bits)?;
    continuous(&mut bits)?;
    discrete(&mut bits)?;
    aggregates(&mut bits)?;
    rates(&mut bits)?;
    means(&mut bits)?;
    quantiles(&mut bits)?;
    plans(&mut bits)?;
    concurrent(&mut bits)?;
    Ok(format!("{:016x}", bits.0))
}

/// FNV-1a over words.
struct Bits(u64);

impl Bits {
    fn word(&mut self, word: u64) {
        for byte in word.to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn number(&mut self, number: f64) {
        self.word(number.to_bits());
    }

    fn numbers(&mut self, numbers: impl IntoIterator<Item = f64>) {
        numbers.into_iter().for_each(|number| self.number(number));
    }

    /// An answer that may well be that there is none.
    fn maybe(&mut self, number: Result<f64, Error>) {
        self.number(number.unwrap_or(-77.0));
    }

    fn text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.word(byte.into()));
    }

    fn interval(&mut self, interval: Interval) {
        self.numbers([interval.lower.unwrap_or(-88.0), interval.upper.unwrap_or(88.0)]);
    }

    fn test(&mut self, test: &Test) {
        self.numbers([test.estimate, test.p_value, test.standard_error.unwrap_or(-1.0), test.degrees.unwrap_or(-1.0)]);
        self.interval(test.interval);
    }

    fn evidence(&mut self, evidence: &Evidence) {
        self.numbers([evidence.estimate, evidence.e.ln(), evidence.e.value(), evidence.p_value()]);
        self.interval(evidence.interval);
    }

    fn bounded(&mut self, bounded: &Bounded) {
        self.number(bounded.estimate);
        self.interval(bounded.interval);
    }
}

/// Shapes on both sides of every border between methods.
const SHAPES: [f64; 9] = [0.001, 0.5, 1.0, 3.7, 15.5, 160.0, 9_999.0, 20_001.0, 3e8];
const POINTS: [f64; 9] = [-30.0, -2.5, -0.1, 0.0, 1e-8, 0.3, 0.999, 4.0, 1e6];
const PROBABILITIES: [f64; 7] = [1e-300, 1e-12, 0.01, 0.3, 0.5, 0.8, 0.999_999];
/// What is asked on either side, and on both.
const QUESTIONS: [Question; 3] =
    [Question::other_than(0.01, 0.05), Question::above(0.02, 0.01), Question::below(0.03, 0.2)];

fn specials(bits: &mut Bits) -> Result<(), Error> {
    for a in SHAPES {
        bits.number(special::ln_gamma(a)?);
        for b in SHAPES {
            bits.number(special::ln_beta(a, b)?);
            for x in [0.0, 1e-9, 0.2, 0.5, 0.9, 1.0] {
                bits.number(special::beta_i(a, b, x)?);
            }
        }
        for x in [0.0, 1e-5, 0.5, 0.99, 1.01, 3.0] {
            bits.numbers([special::gamma_p(a, x * a)?, special::gamma_q(a, x * a)?]);
        }
    }
    for x in POINTS {
        bits.numbers([special::erf(x)?, special::erfc(x)?]);
    }
    Ok(())
}

fn continuous(bits: &mut Bits) -> Result<(), Error> {
    let mut all: Vec<Box<dyn Distribution>> = vec![Box::new(Normal)];
    for a in SHAPES {
        all.push(Box::new(StudentT::new(a)?));
        all.push(Box::new(ChiSquared::new(a.max(0.002))?));
        all.push(Box::new(Gamma::new(a, 2.5)?));
        for b in [0.5, 40.0, 2e4] {
            all.push(Box::new(Beta::new(a, b)?));
            all.push(Box::new(Fisher::new(a, b)?));
        }
    }
    for one in &all {
        for x in POINTS {
            bits.numbers([one.cdf(x)?, one.sf(x)?]);
        }
        for p in PROBABILITIES {
            bits.numbers([one.quantile(p)?, one.critical(p)?]);
        }
    }
    Ok(())
}

fn discrete(bits: &mut Bits) -> Result<(), Error> {
    for (n, p) in [(10, 0.3), (1_000, 0.01), (10_000_000, 0.5)] {
        let (binomial, poisson) = (Binomial::new(n, p)?, Poisson::new(f64::from(n as u32) * p)?);
        for k in [0, 1, 5, 12, 5_000_100] {
            bits.numbers([binomial.cdf(k), binomial.sf(k), poisson.cdf(k), poisson.sf(k)]);
        }
        for q in PROBABILITIES {
            bits.word(binomial.quantile(q)?);
            bits.word(binomial.critical(q)?);
            bits.word(poisson.quantile(q)?);
            bits.word(poisson.critical(q)?);
        }
    }
    Ok(())
}

/// Values that rise and fall without chance.
fn wave(count: u32, middle: f64) -> impl Iterator<Item = f64> {
    (0..count).map(move |at| middle * (1.0 + 0.37 * f64::from(at * 7_919 % 1_009) / 1_009.0))
}

fn written<T: serde::Serialize>(bits: &mut Bits, value: &T) {
    // A state has no part that cannot be written.
    bits.text(&serde_json::to_string(value).unwrap_or_default());
}

fn aggregates(bits: &mut Bits) -> Result<(), Error> {
    let values: Vec<f64> = wave(400, 12.5).chain([0.0, 1e-30, 1e30]).collect();
    let mut moments = Moments::of(&values)?;
    moments.merge(&Moments::of(&[-1e30, 0.1, 1e60])?)?;
    bits.numbers([moments.sum(), moments.mean()?, moments.variance()?, moments.deviation()?]);
    bits.numbers([moments.min(), moments.max()].into_iter().flatten());
    written(bits, &moments);
    let pairs: Vec<(f64, f64)> = wave(100, 3.0).zip(wave(100, 0.1)).collect();
    let pairs = PairMoments::of(&pairs)?;
    bits.numbers([pairs.means()?.0, pairs.means()?.1, pairs.variance_x()?, pairs.variance_y()?, pairs.covariance()?]);
    written(bits, &pairs);
    let mut sketch = Sketch::of(&values)?;
    sketch.add(1e-12)?;
    for (value, count) in sketch.values() {
        bits.number(value);
        bits.word(count);
    }
    for q in [0.0, 0.5, 0.95, 1.0] {
        bits.numbers([sketch.quantile(q)?, sketch.rank(10.0 + q)?]);
    }
    written(bits, &sketch);
    let winsor = Winsor::of_quantiles(&sketch, 0.05, 0.95)?;
    bits.numbers([winsor.bounds().0, winsor.bounds().1, winsor.of_sketch(&sketch)?.0, winsor.of_sketch(&sketch)?.1]);
    for precision in [8, 12] {
        let mut counter = Distinct::new(precision)?;
        (0..3_000).for_each(|unit| counter.add(Digest::of(format!("u-{unit}").as_bytes())));
        bits.numbers([counter.estimate(), counter.standard_error()]);
        written(bits, &counter);
    }
    let mut window = Window::new(60_000)?;
    for at in [-1, 0, 59_999, 60_000, 500_000] {
        window.add(Timestamp::from_ms(at), &Proportion::new(at.unsigned_abs() % 7, 10)?)?;
    }
    written(bits, &window);
    written(bits, &window.total(Timestamp::from_ms(120_000), 120_000)?);
    Ok(())
}

fn rates(bits: &mut Bits) -> Result<(), Error> {
    let (t, c) = (Proportion::new(37, 1_000)?, Proportion::new(211, 9_000)?);
    for question in QUESTIONS {
        bits.test(&fixed::rate(&t, question)?);
        bits.test(&fixed::difference_of_rates(&t, &c, question)?);
        bits.test(&fixed::lift_of_rates(&t, &c, question)?);
        bits.evidence(&sequential::rate(&t, question)?);
        bits.evidence(&sequential::rate(&c.complement(), question)?);
        bits.bounded(&sequential::difference_of_rates(&t, &c, question)?);
        bits.bounded(&sequential::lift_of_rates(&t, &c, question)?);
    }
    for chance in fixed::best_proportion(&[t, c, Proportion::new(0, 3)?], (1.0, 2.5))? {
        bits.numbers([chance.best, chance.loss]);
    }
    let (counts, shares) = ([1_000, 9_120, 40], [0.1, 0.896, 0.004]);
    let mismatch = fixed::ratio_mismatch(&counts, &shares)?;
    bits.numbers([mismatch.statistic, mismatch.degrees, mismatch.p_value]);
    bits.number(sequential::ratio_mismatch(&counts, &shares)?.ln());
    Ok(())
}

fn means(bits: &mut Bits) -> Result<(), Error> {
    let list = |count, middle| wave(count, middle).collect::<Vec<f64>>();
    let pairs = |count, x, y| PairMoments::of(&wave(count, x).zip(wave(count + 3, y).skip(3)).collect::<Vec<_>>());
    let (one, other) = (pairs(300, 2.0, 1.0)?, pairs(500, 2.1, 1.05)?);
    let cuped = fixed::cuped(&[one.clone(), other.clone()])?;
    bits.numbers([cuped.theta, cuped.reduction]);
    let mean = |count, middle| Estimate::of_mean(&Moments::of(&list(count, middle))?);
    let arms = [
        (mean(300, 5.1)?, mean(400, 5.0)?),
        (Estimate::of_ratio(&one)?, Estimate::of_ratio(&other)?),
        (Estimate::of_slope(&one)?, mean(130, 0.2)?),
        (Estimate::of_rate(&Proportion::new(31, 210)?)?, Estimate::of_rate(&Proportion::new(300, 2_100)?)?),
        (cuped.adjusted.first().copied().ok_or(Error::TooFew)?, cuped.adjusted.last().copied().ok_or(Error::TooFew)?),
    ];
    for (t, c) in &arms {
        bits.numbers([t.value(), t.standard_error(), t.degrees().unwrap_or(0.0)]);
        let difference = t.minus(c)?;
        for question in QUESTIONS {
            bits.test(&fixed::against(&difference, question)?);
            bits.test(&fixed::lift(t, c, question)?);
            let mixture = Mixture::narrowest_at(0.5 * difference.standard_error(), question, 100)?;
            bits.evidence(&sequential::against(&difference, question, mixture)?);
            bits.evidence(&sequential::lift(t, c, question, Mixture::new(0.03, 100)?)?);
        }
        for chance in fixed::best_mean(&[*t, *c])? {
            bits.numbers([chance.best, chance.loss]);
        }
    }
    Ok(())
}

fn quantiles(bits: &mut Bits) -> Result<(), Error> {
    let (t, c) =
        (Sketch::of(&wave(800, 0.25).collect::<Vec<_>>())?, Sketch::of(&wave(2_000, 0.2).collect::<Vec<_>>())?);
    for question in QUESTIONS {
        for q in [0.5, 0.95, 0.999] {
            bits.bounded(&fixed::quantile(&t, q, question)?);
            bits.bounded(&fixed::difference_of_quantiles(&t, &c, q, question)?);
            bits.evidence(&sequential::quantile(&t, q, Question { null: 0.3, ..question })?);
            bits.bounded(&sequential::difference_of_quantiles(&t, &c, q, question)?);
            bits.bounded(&sequential::lift_of_quantiles(&t, &c, q, question)?);
        }
    }
    Ok(())
}

fn plans(bits: &mut Bits) -> Result<(), Error> {
    let p_values = [0.01, 0.04, 0.03, 0.005, 0.2];
    bits.numbers(fixed::holm(&p_values)?);
    bits.numbers(fixed::benjamini_hochberg(&p_values)?);
    for is_reported in fixed::e_benjamini_hochberg(&[5.0, 1.0, 4.0, 3.9], 0.1)? {
        bits.word(is_reported.into());
    }
    for alternative in [Alternative::TwoSided, Alternative::Greater] {
        for design in [Design::of_means(0.1, (1.0, 1.2), 4.0)?, Design::of_rates(0.02, 0.01, 9.0)?] {
            bits.number(design.power(700, alternative, 0.05)?);
            bits.word(design.sample_size(0.9, alternative, 0.01)?);
        }
        bits.maybe(fixed::detectable_difference((1.0, 2.0), 500, 1.0, 0.8, alternative, 0.05));
        bits.maybe(fixed::detectable_rate(0.01, 500, 9.0, 0.8, alternative, 0.05));
    }
    let mut budget = Budget::new(0.05)?;
    for part in sequential::split(0.05, &[1.0, 2.0, 0.3])? {
        bits.number(budget.take(part)?);
    }
    bits.numbers([budget.left(), budget.total()]);
    written(bits, &budget);
    Ok(())
}

fn concurrent(bits: &mut Bits) -> Result<(), Error> {
    for margin in [1.0, 0.3, 2.0] {
        let mut concurrent = Concurrent::new(margin)?;
        for block in 1..30_u64 {
            let (trials, rest) = (3 * block, 20 * block * block);
            concurrent.add(&Proportion::new(block % 4, trials)?, &Proportion::new(block % 7, rest)?)?;
        }
        concurrent.add(&Proportion::new(300_000, 1_000_000)?, &Proportion::new(2_700_300, 9_000_000)?)?;
        for alternative in [Alternative::TwoSided, Alternative::Greater, Alternative::Less] {
            bits.evidence(&concurrent.evidence(alternative, 0.05)?);
        }
        written(bits, &concurrent);
    }
    Ok(())
}
