//! Our values beside those of scipy, statsmodels and mpmath, which `tests/reference/stats.py` has made.

use serde_json::Value as Json;
use vexil::stats::distributions::{Beta, Binomial, ChiSquared, Distribution, Fisher, Gamma, Normal, Poisson, StudentT};
use vexil::stats::{Error, special};

/// How far a value may be from the reference, relatively, unless the case says otherwise.
const TOLERANCE: f64 = 1e-11;

mod fixed;
mod sequential;

type Values = Result<Vec<f64>, Error>;

#[test]
fn our_values_are_those_of_the_references() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/stats.json");
    let text = std::fs::read_to_string(path).expect("the references are there");
    let all: Json = serde_json::from_str(&text).expect("it is JSON");
    let cases = all["cases"].as_array().expect("it has cases");
    let mut wrong = Vec::new();
    for case in cases {
        let (what, args) = (case["what"].as_str().expect("a name"), case["args"].as_array().expect("arguments"));
        let wanted = numbers(&case["value"]);
        let found = ours(what, args).unwrap_or_else(|error| panic!("{}: {error}", case["call"]));
        assert_eq!(found.len(), wanted.len(), "{}", case["call"]);
        let tolerance = case["tolerance"].as_f64().unwrap_or(TOLERANCE);
        for (found, wanted) in found.iter().zip(&wanted) {
            // A reference of 0 is one of cancelled terms around 1.
            let scale = if *wanted == 0.0 { 1e-4 } else { wanted.abs() };
            if (found - wanted).abs() > tolerance * scale {
                let error = (found - wanted) / wanted;
                wrong.push(format!("{what} {}: {found:e}, not {wanted:e} ({error:.1e})", case["call"]));
            }
        }
    }
    assert!(cases.len() > 1_000, "{} cases", cases.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn numbers(json: &Json) -> Vec<f64> {
    match json {
        Json::Array(list) => list.iter().flat_map(numbers).collect(),
        number => vec![number.as_f64().expect("a number")],
    }
}

fn ours(what: &str, args: &[Json]) -> Values {
    if let Some(values) = fixed::ours(what, args).or_else(|| sequential::ours(what, args)) {
        return values;
    }
    let x: Vec<f64> = args.iter().flat_map(numbers).collect();
    let whole = |at: usize| x[at] as u64;
    let (family, method) = what.split_once('.').unwrap_or((what, ""));
    match family {
        "ln_gamma" => special::ln_gamma(x[0]),
        "ln_beta" => special::ln_beta(x[0], x[1]),
        "erf" => special::erf(x[0]),
        "erfc" => special::erfc(x[0]),
        "gamma_p" => special::gamma_p(x[0], x[1]),
        "gamma_q" => special::gamma_q(x[0], x[1]),
        "beta_i" => special::beta_i(x[0], x[1], x[2]),
        "normal" => continuous(&Normal, method, x[0]),
        "t" => continuous(&StudentT::new(x[0])?, method, x[1]),
        "chi2" => continuous(&ChiSquared::new(x[0])?, method, x[1]),
        "f" => continuous(&Fisher::new(x[0], x[1])?, method, x[2]),
        "beta" => continuous(&Beta::new(x[0], x[1])?, method, x[2]),
        "gamma" => continuous(&Gamma::new(x[0], x[1])?, method, x[2]),
        "binomial" => {
            let binomial = Binomial::new(whole(0), x[1])?;
            match method {
                "cdf" => Ok(binomial.cdf(whole(2))),
                "sf" => Ok(binomial.sf(whole(2))),
                "quantile" => binomial.quantile(x[2]).map(|k| k as f64),
                _ => binomial.critical(x[2]).map(|k| k as f64),
            }
        }
        "poisson" => {
            let poisson = Poisson::new(x[0])?;
            match method {
                "cdf" => Ok(poisson.cdf(whole(1))),
                "sf" => Ok(poisson.sf(whole(1))),
                "quantile" => poisson.quantile(x[1]).map(|k| k as f64),
                _ => poisson.critical(x[1]).map(|k| k as f64),
            }
        }
        _ => panic!("`{what}` is not known"),
    }
    .map(|value| vec![value])
}

fn continuous(of: &dyn Distribution, method: &str, x: f64) -> Result<f64, Error> {
    match method {
        "cdf" => of.cdf(x),
        "sf" => of.sf(x),
        "quantile" => of.quantile(x),
        "critical" => of.critical(x),
        _ => panic!("`{method}` is not known"),
    }
}
