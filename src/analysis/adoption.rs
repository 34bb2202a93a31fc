//! How many of those who could use something did, and how much it is used.
//!
//! Units are counted once each, by sketches of their digests: the same unit on several hosts or days is one. Both
//! counts are of the same span, so that yesterday's users do not stand beside those of all time.

use serde::Serialize;

use super::Error;
use crate::stats::aggregate::{Aggregate, Distinct, Window};
use crate::stats::distributions::{Distribution, Normal};
use crate::stats::{self, Interval};
use crate::words::limits;
use crate::words::time::Timestamp;

/// From this share on engagement is medium.
pub const MEDIUM: f64 = 0.3;
/// From this share on engagement is high.
pub const HIGH: f64 = 0.7;

/// A share of different units of different units.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Adoption {
    /// About how many different units adopted.
    pub adopters: f64,
    /// About how many different units could have, all adopters among them.
    pub eligible: f64,
    /// About how many adopters were never counted as eligible. Much of it says that the two are not counted alike.
    pub uncounted: f64,
    /// Adopters of eligible, from 0 to 1; `None` without anyone eligible.
    pub share: Option<f64>,
    /// How far the sketches may have moved the share: the interval at the confidence that was asked for, from the
    /// stated error of both, as if each erred against the other.
    pub interval: Option<Interval>,
    /// The same as a word.
    pub level: Option<Engagement>,
}

/// How much something is used, by the share of those who could.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Engagement {
    /// By nobody.
    None,
    /// By less than 0.3.
    Low,
    /// By less than 0.7.
    Medium,
    /// By 0.7 or more.
    High,
}

impl Adoption {
    /// The share of those who adopted among those who could, with a confidence between 0 and 1 for the interval. For
    /// engagement the adopters are those who used something often enough, and the eligible those who adopted it.
    ///
    /// An adopter is eligible, whether it was counted so or not, so the share is never above 1.
    ///
    /// # Errors
    ///
    /// [`stats::Error::Mismatch`] for counters of other precisions, [`stats::Error::OutOfRange`] for the confidence.
    pub fn of(adopters: &Distinct, eligible: &Distinct, confidence: f64) -> Result<Self, Error> {
        let confidence = stats::probability(confidence).map_err(|error| Error::from(error).within("confidence"))?;
        let mut all = eligible.clone();
        all.merge(adopters).map_err(|error| Error::from(error).within("adopters"))?;
        let (some, whole) = (adopters.estimate(), all.estimate());
        // Half of what may go wrong for each of the two.
        let z = Normal.critical((1.0 - confidence) / 4.0)?;
        let error = (z * adopters.standard_error()).min(0.999);
        let bound = |share: f64| share.clamp(0.0, 1.0);
        let share = (whole > 0.0).then(|| bound(some / whole));
        let interval = share.map(|_| Interval {
            lower: Some(bound(some / (1.0 + error) * (1.0 - error) / whole)),
            upper: Some(bound(some / (1.0 - error) * (1.0 + error) / whole)),
        });
        let uncounted = (whole - eligible.estimate()).max(0.0);
        Ok(Self { adopters: some, eligible: whole, uncounted, share, interval, level: share.map(Engagement::of) })
    }

    /// The share over the span before an instant; nobody is counted where nothing was observed.
    ///
    /// # Errors
    ///
    /// As for [`Adoption::of`].
    pub fn in_window(
        adopters: &Window<Distinct>,
        eligible: &Window<Distinct>,
        now: Timestamp,
        span_ms: u32,
        confidence: f64,
    ) -> Result<Self, Error> {
        let (adopters, eligible) = (adopters.total(now, span_ms)?, eligible.total(now, span_ms)?);
        // Where one is missing, the other says how precise nobody is.
        let nobody = || Distinct::new(Distinct::PRECISION);
        let (adopters, eligible) = match (adopters, eligible) {
            (Some(adopters), Some(eligible)) => (adopters, eligible),
            (None, Some(eligible)) => return Self::of(&emptied(&eligible)?, &eligible, confidence),
            (Some(adopters), None) => return Self::of(&adopters, &emptied(&adopters)?, confidence),
            (None, None) => (nobody()?, nobody()?),
        };
        Self::of(&adopters, &eligible, confidence)
    }
}

/// A counter of the same precision that has seen nobody. A counter tells its precision by what it merges with.
fn emptied(counter: &Distinct) -> Result<Distinct, stats::Error> {
    let mut all = limits::DISTINCT_PRECISION.filter_map(|precision| Distinct::new(precision).ok());
    all.find(|empty| empty.clone().merge(counter).is_ok()).ok_or(stats::Error::Mismatch)
}

impl Engagement {
    /// The level of a share.
    pub fn of(share: f64) -> Self {
        if share >= HIGH {
            Self::High
        } else if share >= MEDIUM {
            Self::Medium
        } else if share > 0.0 {
            Self::Low
        } else {
            Self::None
        }
    }
}

#[cfg(test)]
mod tests {
    use core::ops::Range;

    use serde_json::{json, to_value};

    use super::*;
    use crate::hash::Digest;

    fn units(range: Range<u32>) -> Distinct {
        let mut counter = Distinct::new(Distinct::PRECISION).expect("a precision");
        range.for_each(|unit| counter.add(Digest::of_number(f64::from(unit))));
        counter
    }

    fn adoption(adopters: Range<u32>, eligible: Range<u32>) -> Adoption {
        Adoption::of(&units(adopters), &units(eligible), 0.95).expect("alike")
    }

    #[test]
    fn s1_17_adoption_is_a_share_of_different_units() {
        for (adopters, eligible, truth) in [(0..2_000, 0..10_000, 0.2), (0..500, 0..500, 1.0), (3..4, 0..4, 0.25)] {
            let found = adoption(adopters, eligible);
            let share = found.share.expect("there is someone");
            assert!((share - truth).abs() < 0.05 * truth, "{share} {truth}");
            assert!(found.interval.is_some_and(|interval| interval.contains(truth)), "{found:?}");
        }
    }

    #[test]
    fn s3_73_there_are_never_more_adopters_than_units_that_could() {
        let found = adoption(0..2_500, 0..1_000);
        assert_eq!((found.share, found.level), (Some(1.0), Some(Engagement::High)));
        assert!((found.uncounted - 1_500.0).abs() < 150.0, "{found:?}");
        let upper = found.interval.and_then(|interval| interval.upper);
        assert_eq!(upper, Some(1.0));
    }

    #[test]
    fn the_interval_is_the_stated_error_of_both_at_worst() {
        let found = adoption(0..2_000, 0..10_000);
        // 98.75 % of the normal distribution are below 2.2414 standard errors of 1.04 / 64 each.
        let error = 2.241_402_727_604_947 * 1.04 / 64.0;
        let (share, interval) = (found.share.expect("someone"), found.interval.expect("someone"));
        let ends = [share * (1.0 - error) / (1.0 + error), share * (1.0 + error) / (1.0 - error)];
        let found = [interval.lower, interval.upper].map(|end| end.expect("both ends"));
        assert!(ends.iter().zip(found).all(|(end, found)| (end - found).abs() < 1e-9), "{found:?} {ends:?}");
    }

    #[test]
    fn seeing_a_unit_again_changes_nothing() {
        let (mut monday, tuesday) = (units(0..300), units(200..400));
        monday.merge(&tuesday).expect("alike");
        assert_eq!(Adoption::of(&monday, &units(0..1_000), 0.95), Adoption::of(&units(0..400), &units(0..1_000), 0.95));
    }

    #[test]
    fn s3_73_without_anyone_there_is_no_share() {
        let found = adoption(0..0, 0..0);
        let nobody = json!({ "adopters": 0.0, "eligible": 0.0, "uncounted": 0.0, "share": null, "interval": null,
                             "level": null });
        assert_eq!(to_value(found).expect("it is written"), nobody);
        let found = adoption(0..0, 0..100);
        assert_eq!((found.share, found.level), (Some(0.0), Some(Engagement::None)));
    }

    #[test]
    fn s3_75_levels_begin_where_they_say() {
        use Engagement::{High, Low, Medium, None};
        let shares = [0.0, 1e-9, 0.299_999, 0.3, 0.699_999, 0.7, 1.0];
        assert_eq!(shares.map(Engagement::of), [None, Low, Low, Medium, Medium, High, High]);
    }

    #[test]
    fn s3_75_both_counts_are_of_the_same_span() {
        let slot = 86_400_000;
        let (mut active, mut all) = (Window::new(slot).expect("slots"), Window::new(slot).expect("slots"));
        let day = |day: i64| Timestamp::from_ms(1_767_225_600_000 + day * i64::from(slot));
        // A thousand users of last month, a hundred of today, of whom forty were active.
        all.add(day(0), &units(0..1_000)).expect("it is taken in");
        all.add(day(30), &units(5_000..5_100)).expect("it is taken in");
        active.add(day(30), &units(5_000..5_040)).expect("it is taken in");
        let found = Adoption::in_window(&active, &all, day(30), slot, 0.95).expect("alike");
        assert!((found.share.expect("there is someone") - 0.4).abs() < 0.03, "{found:?}");
        assert_eq!(found.level, Some(Engagement::Medium));
        assert!((found.eligible - 100.0).abs() < 5.0, "{found:?}");
        // Nobody was active, or nothing is known at all.
        let none = Adoption::in_window(&active, &all, day(0), slot, 0.95).expect("alike");
        assert_eq!(none.share, Some(0.0));
        let none = Adoption::in_window(&active, &all, day(300), slot, 0.95).expect("alike");
        assert_eq!(none.share, None);
        // Also with counters of another precision.
        let mut fine = Window::new(slot).expect("slots");
        let mut counter = Distinct::new(14).expect("a precision");
        counter.add(Digest::of_number(1.0));
        fine.add(day(0), &counter).expect("it is taken in");
        let none = Window::new(slot).expect("slots");
        assert_eq!(Adoption::in_window(&none, &fine, day(0), slot, 0.95).expect("alike").share, Some(0.0));
        assert_eq!(Adoption::in_window(&fine, &none, day(0), slot, 0.95).expect("alike").share, Some(1.0));
    }

    #[test]
    fn counters_and_confidences_that_do_not_fit_are_refused() {
        let coarse = Distinct::new(8).expect("a precision");
        assert_eq!(Adoption::of(&coarse, &units(0..1), 0.95).expect_err("another precision").path, "/adopters");
        for confidence in [0.0, 1.0, f64::NAN] {
            let error = Adoption::of(&units(0..1), &units(0..1), confidence).expect_err("no confidence");
            assert_eq!(error.path, "/confidence");
        }
    }
}
