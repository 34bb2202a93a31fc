//! Quantiles at every look. That a quantile is above a value says that more than a share of observations is, which is a
//! statement on a share of successes (Howard and Ramdas: "Sequential estimation of quantiles with applications to A/B
//! testing and best-arm identification", Bernoulli 2022, section 3).

use super::{EValue, Evidence, bernoulli};
use crate::stats::aggregate::{Proportion, Sketch};
use crate::stats::special::solve;
use crate::stats::{Error, Interval, Question, finite};

/// Holds a quantile, such as the 95th percentile of a latency, against a value. Observations in the bucket of the value
/// count for neither side, and the interval's ends are the outer edges of buckets: the sketch can only take evidence
/// away. An end is missing while there are too few observations for one.
///
/// # Errors
///
/// [`Error::TooFew`] without observations, [`Error::OutOfRange`] for a null value that is not from 1e-9 to 1e12 or a `q`
/// that is not from 1e-9 to 1 - 1e-9.
pub fn quantile(sketch: &Sketch, q: f64, question: Question) -> Result<Evidence, Error> {
    let (question, n) = (question.checked()?, sketch.count());
    let (estimate, share) = (sketch.quantile(finite(q)?)?, bernoulli::share(1.0 - q)?);
    let tail = sketch.tail(question.null)?;
    let (surely, possibly) = (Proportion::new(tail.above, n)?, Proportion::new(tail.above + tail.within, n)?);
    Ok(Evidence {
        n,
        estimate,
        interval: question.ends(bounds(sketch, q, question.alpha_of_side())?),
        e: EValue::of(question, || bernoulli::above(&surely, share), || bernoulli::below(&possibly, share)),
        alpha: question.alpha,
    })
}

/// The bounds below and above a quantile, each of which is wrong at any look with probability `alpha` at most.
pub(super) fn bounds(sketch: &Sketch, q: f64, alpha: f64) -> Result<Interval, Error> {
    let (n, share) = (sketch.count(), bernoulli::share(1.0 - finite(q)?)?);
    if n == 0 {
        return Err(Error::TooFew);
    }
    let of = |count: u64| Proportion::new(count, n);
    // So many above a value say that the quantile is above it; so few at or above a value, that it is below.
    let many =
        solve::least(0, n, &mut |count| of(count).is_ok_and(|seen| bernoulli::above(&seen, share).reaches(alpha)));
    let few =
        solve::least(0, n, &mut |count| of(count).is_ok_and(|seen| !bernoulli::below(&seen, share).reaches(alpha)));
    let is_many = bernoulli::above(&of(many)?, share).reaches(alpha);
    let lower = if is_many { sketch.bounds_of_rank(n + 1 - many).ok().map(|(edge, _)| edge) } else { None };
    // `few` is the first count that is not few enough.
    let upper = few.checked_sub(1).and_then(|few| sketch.bounds_of_rank(n - few).ok()).map(|(_, edge)| edge);
    Ok(Interval { lower, upper })
}
