//! Tests that may be looked at all the time.

use serde_json::Value as Json;
use vexil::stats::aggregate::{Moments, Proportion};
use vexil::stats::sequential::{self, Concurrent, Mixture};
use vexil::stats::{Alternative, Error, Estimate, Question};

use super::{Values, numbers};

/// Our values for a call, if it is one of these.
pub fn ours(what: &str, args: &[Json]) -> Option<Values> {
    let (name, side) = what.split_once('.').unwrap_or((what, ""));
    let x: Vec<f64> = args.iter().flat_map(numbers).collect();
    Some(match name {
        "sequential_rate" => Proportion::new(x[0] as u64, x[1] as u64).and_then(|seen| {
            let above = sequential::rate(&seen, Question::above(x[2], 0.05))?;
            let below = sequential::rate(&seen, Question::below(x[2], 0.05))?;
            Ok(vec![above.e.ln(), below.e.ln()])
        }),
        "sequential_mean" => mean(x[0], x[1], side).map(|ln| vec![ln]),
        "sequential_width" => width(x[0] as u64, x[1], x[2], side).map(|width| vec![width]),
        "sequential_mismatch" => {
            let counts: Vec<u64> = numbers(&args[0]).iter().map(|count| *count as u64).collect();
            sequential::ratio_mismatch(&counts, &numbers(&args[1])).map(|e| vec![e.ln()])
        }
        "concurrent" => Concurrent::new(x[x.len() - 1]).and_then(|mut concurrent| {
            for block in numbers(&args[0]).chunks(4) {
                let of = |s: f64, n: f64| Proportion::new(s as u64, n as u64);
                concurrent.add(&of(block[0], block[1])?, &of(block[2], block[3])?)?;
            }
            let evidence = concurrent.evidence(Alternative::Greater, 0.05)?;
            Ok(vec![evidence.e.ln(), evidence.estimate])
        }),
        _ => return None,
    })
}

/// Halves at -1 and at 1: a mean of 0, and a standard error that is known.
fn sample(n: u64) -> Result<Estimate, Error> {
    let mut moments = Moments::default();
    for at in 0..n {
        moments.add(if at % 2 == 0 { 1.0 } else { -1.0 })?;
    }
    Estimate::of_mean(&moments)
}

fn mean(z: f64, v: f64, side: &str) -> Result<f64, Error> {
    let estimate = sample(1_000)?;
    let mixture = Mixture::new(v.sqrt() * estimate.standard_error(), 100)?;
    let alternative = match side {
        "other" => Alternative::TwoSided,
        "above" => Alternative::Greater,
        _ => Alternative::Less,
    };
    let question = Question { null: -z * estimate.standard_error(), alternative, alpha: 0.05 };
    Ok(sequential::against(&estimate, question, mixture)?.e.ln())
}

/// How far an end of an interval is from the mean, for a standard deviation of 1.
fn width(n: u64, rho: f64, alpha: f64, side: &str) -> Result<f64, Error> {
    let estimate = sample(n)?;
    let deviation = estimate.standard_error() * (n as f64).sqrt();
    let question = if side == "above" { Question::above(0.0, alpha) } else { Question::other_than(0.0, alpha) };
    let evidence = sequential::against(&estimate, question, Mixture::new(rho * deviation, 100)?)?;
    Ok(-evidence.interval.lower.expect("an end") / deviation)
}
