//! Aggregates and tests of one look.

use serde_json::Value as Json;
use vexil::stats::aggregate::{Moments, PairMoments, Proportion};
use vexil::stats::fixed::{self, Chance, Design, Test};
use vexil::stats::{Alternative, Error, Estimate, Question};

use super::{Values, numbers};

/// Our values for a call, if it is one of these.
pub fn ours(what: &str, args: &[Json]) -> Option<Values> {
    let (name, side) = what.split_once('.').unwrap_or((what, ""));
    let x: Vec<f64> = args.iter().flat_map(numbers).collect();
    Some(match name {
        "moments" => list(args, 0).and_then(|m| Ok(vec![m.mean()?, m.variance()?])),
        "covariance" => pairs(&args[0]).and_then(|pairs| Ok(vec![pairs.covariance()?])),
        "mean" => mean(args, side),
        "welch" => welch(args, side),
        "lift" => lift(args),
        "rate" => Proportion::new(x[0] as u64, x[1] as u64)
            .and_then(|seen| fixed::rate(&seen, question(side, x[2], x[3])))
            // scipy has ends for one side too: those of the domain.
            .map(|test| vec![test.p_value, test.interval.lower.unwrap_or(0.0), test.interval.upper.unwrap_or(1.0)]),
        "difference_of_rates" => rates(&x)
            .and_then(|(t, c)| fixed::difference_of_rates(&t, &c, Question::other_than(x[4], x[5])))
            .map(|test| p_and_interval(&test)),
        "lift_of_rates" => rates(&x)
            .and_then(|(t, c)| fixed::lift_of_rates(&t, &c, Question::other_than(x[4], x[5])))
            .map(|test| p_and_interval(&test)),
        "ratio" => pairs(&args[0])
            .and_then(|pairs| Estimate::of_ratio(&pairs))
            .map(|ratio| vec![ratio.value(), ratio.standard_error()]),
        "slope" => pairs(&args[0]).and_then(|pairs| {
            let slope = Estimate::of_slope(&pairs)?;
            let test = fixed::against(&slope, Question::other_than(0.0, 0.05))?;
            Ok(vec![slope.value(), slope.standard_error(), test.p_value])
        }),
        "cuped" => pairs(&args[0]).and_then(|control| {
            let cuped = fixed::cuped(&[control, pairs(&args[1])?])?;
            Ok(vec![cuped.theta, cuped.adjusted[1].minus(&cuped.adjusted[0])?.value()])
        }),
        "ratio_mismatch" => {
            let counts: Vec<u64> = numbers(&args[0]).iter().map(|count| *count as u64).collect();
            fixed::ratio_mismatch(&counts, &numbers(&args[1])).map(|test| vec![test.statistic, test.p_value])
        }
        "holm" => fixed::holm(&x),
        "benjamini_hochberg" => fixed::benjamini_hochberg(&x),
        "power_of_means" => Design::of_means(x[0], (x[1], x[1]), x[2])
            .and_then(|design| design.power(x[3] as u64, alternative(side), x[4]))
            .map(|power| vec![power]),
        "power_of_rates" => Design::of_rates(x[0], x[1], x[2])
            .and_then(|design| design.power(x[3] as u64, alternative(side), x[4]))
            .map(|power| vec![power]),
        "size_of_means" => Design::of_means(x[0], (x[1], x[1]), x[2])
            .and_then(|design| design.sample_size(x[3], alternative(side), x[4]))
            .map(|n| vec![n as f64]),
        "size_of_rates" => Design::of_rates(x[0], x[1], x[2])
            .and_then(|design| design.sample_size(x[3], alternative(side), x[4]))
            .map(|n| vec![n as f64]),
        "detectable_difference" => {
            fixed::detectable_difference((x[0], x[0]), x[1] as u64, x[2], x[3], Alternative::TwoSided, x[4])
                .map(|effect| vec![effect])
        }
        "best_of_rates" => {
            let arms = args[0].as_array().expect("arms").iter().map(|arm| {
                let arm = numbers(arm);
                Proportion::new(arm[0] as u64, arm[1] as u64)
            });
            let arms: Vec<Proportion> = arms.collect::<Result<_, _>>().expect("counts");
            fixed::best_proportion(&arms, (1.0, 1.0)).map(|chances| flat(&chances))
        }
        "best_of_two_means" => list(args, 0).and_then(|first| {
            let arms = [Estimate::of_mean(&first)?, Estimate::of_mean(&list(args, 1)?)?];
            Ok(flat(&fixed::best_mean(&arms)?))
        }),
        _ => return None,
    })
}

fn flat(chances: &[Chance]) -> Vec<f64> {
    chances.iter().flat_map(|chance| [chance.best, chance.loss]).collect()
}

fn list(args: &[Json], at: usize) -> Result<Moments, Error> {
    Moments::of(&numbers(&args[at]))
}

fn pairs(json: &Json) -> Result<PairMoments, Error> {
    let pairs: Vec<(f64, f64)> = numbers(json).chunks(2).map(|pair| (pair[0], pair[1])).collect();
    PairMoments::of(&pairs)
}

fn rates(x: &[f64]) -> Result<(Proportion, Proportion), Error> {
    Ok((Proportion::new(x[0] as u64, x[1] as u64)?, Proportion::new(x[2] as u64, x[3] as u64)?))
}

fn alternative(side: &str) -> Alternative {
    match side {
        "other" => Alternative::TwoSided,
        "above" => Alternative::Greater,
        _ => Alternative::Less,
    }
}

fn question(side: &str, null: f64, alpha: f64) -> Question {
    Question { null, alternative: alternative(side), alpha }
}

fn p_and_interval(test: &Test) -> Vec<f64> {
    [Some(test.p_value), test.interval.lower, test.interval.upper].into_iter().flatten().collect()
}

fn mean(args: &[Json], side: &str) -> Values {
    let question = question(side, numbers(&args[1])[0], numbers(&args[2])[0]);
    Ok(p_and_interval(&fixed::against(&Estimate::of_mean(&list(args, 0)?)?, question)?))
}

fn welch(args: &[Json], side: &str) -> Values {
    let question = question(side, numbers(&args[2])[0], numbers(&args[3])[0]);
    let (a, b) = (Estimate::of_mean(&list(args, 0)?)?, Estimate::of_mean(&list(args, 1)?)?);
    let test = fixed::against(&a.minus(&b)?, question)?;
    Ok([vec![test.degrees.expect("degrees")], p_and_interval(&test)].concat())
}

fn lift(args: &[Json]) -> Values {
    let question = question("other", 0.0, numbers(&args[2])[0]);
    let (a, b) = (Estimate::of_mean(&list(args, 0)?)?, Estimate::of_mean(&list(args, 1)?)?);
    let test = fixed::lift(&a, &b, question)?;
    Ok(vec![test.estimate, test.interval.lower.expect("an end"), test.interval.upper.expect("an end"), test.p_value])
}
