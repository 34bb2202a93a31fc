"""What the statistics of the core are held against: values of scipy, statsmodels and mpmath.

Every case has the call that made its value beside it. `tests/stats/reference.rs` makes the same call of ours and compares.

    pip install scipy statsmodels mpmath
    python3 stats.py > stats.json
"""

import json
import math
import sys

import mpmath
import numpy as np
import scipy
import scipy.optimize
import statsmodels
import statsmodels.api
from scipy import special, stats
from statsmodels.stats import multitest, power, proportion, weightstats

mpmath.mp.dps = 60
CASES = []


def case(what, args, call, tolerance=None):
    """Evaluates a call and keeps it with its value."""
    value = eval(call)
    value = [float(v) for v in value] if isinstance(value, (list, tuple, np.ndarray)) else float(value)
    kept = {"what": what, "args": args, "call": call, "value": value}
    if tolerance is not None:
        kept["tolerance"] = tolerance
    CASES.append(kept)


# Special functions and distributions.

def mp_gamma_p(a, x):
    """P(a, x) by its series of positive terms, with 60 digits."""
    a, x = mpmath.mpf(a), mpmath.mpf(x)
    start = mpmath.exp(a * mpmath.log(x) - x - mpmath.loggamma(a + 1))
    return start * mpmath.hyp1f1(1, a + 1, x, maxterms=10**6)


def specials():
    for x in [0.001, 0.3, 1.0, 1.5, 2.0, 7.7, 15.9, 16.1, 170.0, 1e5, 1e12]:
        case("ln_gamma", [x], f"mpmath.loggamma(mpmath.mpf({x!r}))")
    for x in [-3.0, -0.2, 1e-9, 0.5, 1.0, 2.5, 5.0]:
        case("erf", [x], f"special.erf({x!r})")
    for x in [-3.0, 0.0, 0.5, 2.5, 6.0, 20.0, 26.0]:
        case("erfc", [x], f"mpmath.erfc(mpmath.mpf({x!r}))")
    for a in [0.001, 0.5, 1.0, 3.5, 20.0, 150.0]:
        for b in [0.001, 0.5, 1.0, 7.0, 1e4, 1e9]:
            case("ln_beta", [a, b], f"mpmath.log(mpmath.beta(mpmath.mpf({a!r}), mpmath.mpf({b!r})))")
    for a in [0.001, 0.5, 1.0, 4.5, 30.0, 999.0, 1e4, 12345.5, 1e6]:
        for z in [-8.0, -3.0, -1.0, -0.01, 0.01, 1.0, 3.0, 8.0]:
            x = a + z * math.sqrt(a)
            if x > 0:
                case("gamma_p", [a, x], f"mp_gamma_p({a!r}, {x!r})")
                case("gamma_q", [a, x], f"1 - mp_gamma_p({a!r}, {x!r})")
    for a in [0.001, 0.5, 1.0, 2.5, 30.0, 400.0, 20000.0]:
        for b in [0.001, 0.5, 1.0, 8.5, 300.0, 50000.0]:
            for x in [1e-12, 0.001, 0.1, 0.4, 0.5, 0.77, 0.97]:
                case("beta_i", [a, b, x], f"special.betainc({a!r}, {b!r}, {x!r})")


def mp_t_sf(t, df):
    """The upper tail of Student's t by the series of NIST DLMF 15.2.1, with 60 digits."""
    a, b, x = mpmath.mpf(df) / 2, mpmath.mpf("0.5"), mpmath.mpf(df) / (df + mpmath.mpf(t) ** 2)
    whole = mpmath.betainc(a, b, 0, x, regularized=True) if df < 1e4 else (
        1 - (1 - x) ** b * x ** a / (b * mpmath.beta(a, b)) * mpmath.hyp2f1(a + b, 1, b + 1, 1 - x, maxterms=10**6))
    return whole / 2 if t > 0 else 1 - whole / 2


def continuous(name, ours, parameters, points, probabilities):
    """Both tails on a grid of points, and the points of a grid of tails."""
    for args in parameters:
        inner = ", ".join(repr(a) for a in args)
        for x in points(*args):
            case(f"{ours}.cdf", [*args, x], f"{name}.cdf({x!r}, {inner})" if args else f"{name}.cdf({x!r})")
            case(f"{ours}.sf", [*args, x], f"{name}.sf({x!r}, {inner})" if args else f"{name}.sf({x!r})")
        for p in probabilities:
            case(f"{ours}.quantile", [*args, p], f"{name}.ppf({p!r}, {inner})" if args else f"{name}.ppf({p!r})")
            case(f"{ours}.critical", [*args, p], f"{name}.isf({p!r}, {inner})" if args else f"{name}.isf({p!r})")


TAILS = [1e-100, 1e-20, 1e-9, 1e-4, 0.01, 0.2, 0.499, 0.6, 0.9, 0.999]


def distributions():
    continuous("stats.norm", "normal", [()], lambda: [-35.0, -8.0, -1.96, -0.1, 0.0, 0.3, 2.5, 6.0, 20.0, 37.0], TAILS)
    continuous("stats.t", "t", [(1.0,), (2.5,), (9.0,), (120.0,), (5000.0,)],
               lambda df: [-40.0, -5.0, -1.0, -1e-3, 0.5, 2.0, 7.0, 30.0], TAILS[2:])
    for df in [1e5, 1e6, 1e9]:
        for t in [-7.0, -1.0, 0.5, 2.0, 7.0, 12.0]:
            case("t.sf", [df, t], f"mp_t_sf({t!r}, {df!r})")
    continuous("stats.chi2", "chi2", [(1.0,), (2.0,), (7.5,), (100.0,), (30000.0,)],
               lambda df: [df * r for r in [0.01, 0.5, 0.9, 1.0, 1.1, 2.0, 5.0] if abs(r - 1) * math.sqrt(df) < 40], TAILS)
    continuous("stats.f", "f", [(1.0, 5.0), (3.0, 80.0), (20.0, 4.5), (500.0, 900.0)],
               lambda a, b: [0.01, 0.5, 0.95, 1.0, 1.3, 3.0], TAILS[3:])
    # scipy's `isf` is made from `ppf` of the complement, and loses its digits far out.
    for a, b in [(1.0, 5.0), (3.0, 80.0), (20.0, 4.5), (500.0, 900.0)]:
        case("f.quantile", [a, b, 1e-9], f"stats.f.ppf(1e-9, {a!r}, {b!r})")
        case("f.critical", [a, b, 1e-9], f"1 / stats.f.ppf(1e-9, {b!r}, {a!r})")
    continuous("stats.beta", "beta", [(1.0, 1.0), (0.5, 0.5), (2.0, 7.0), (101.0, 9901.0), (2e5, 3e5)],
               lambda a, b: [a / (a + b) * r for r in [0.5, 0.9, 0.99, 1.0, 1.01, 1.1, 1.4] if a / (a + b) * r < 1],
               TAILS[2:])
    for shape, scale in [(0.3, 2.0), (1.0, 1.0), (9.0, 0.5), (2000.0, 10.0)]:
        for r in [0.1, 0.8, 1.0, 1.2, 3.0]:
            x = shape * scale * r
            case("gamma.cdf", [shape, scale, x], f"stats.gamma.cdf({x!r}, {shape!r}, scale={scale!r})")
            case("gamma.sf", [shape, scale, x], f"stats.gamma.sf({x!r}, {shape!r}, scale={scale!r})")
        for p in TAILS[2:]:
            case("gamma.quantile", [shape, scale, p], f"stats.gamma.ppf({p!r}, {shape!r}, scale={scale!r})")
            case("gamma.critical", [shape, scale, p], f"stats.gamma.isf({p!r}, {shape!r}, scale={scale!r})")
    for n, p in [(10, 0.5), (50, 0.01), (2000, 0.02), (1000000, 0.3)]:
        sd = math.sqrt(n * p * (1 - p))
        for k in sorted({min(n, max(0, round(n * p + z * sd))) for z in [-6, -2, -1, 0, 1, 2, 6, 10]}):
            case("binomial.cdf", [n, p, k], f"stats.binom.cdf({k}, {n}, {p!r})")
            case("binomial.sf", [n, p, k], f"stats.binom.sf({k}, {n}, {p!r})")
        for q in [1e-9, 0.01, 0.3, 0.5, 0.9, 0.999]:
            case("binomial.quantile", [n, p, q], f"stats.binom.ppf({q!r}, {n}, {p!r})")
            case("binomial.critical", [n, p, q], f"stats.binom.isf({q!r}, {n}, {p!r})")
    for mean in [0.01, 0.7, 12.5, 900.0, 1e6]:
        for k in sorted({max(0, round(mean + z * math.sqrt(mean))) for z in [-5, -1, 0, 1, 5, 10]}):
            case("poisson.cdf", [mean, k], f"1 - mp_gamma_p({k + 1}, {mean!r})")
            case("poisson.sf", [mean, k], f"mp_gamma_p({k + 1}, {mean!r})")
        for q in [1e-9, 0.01, 0.5, 0.9, 0.999]:
            case("poisson.quantile", [mean, q], f"stats.poisson.ppf({q!r}, {mean!r})")
            case("poisson.critical", [mean, q], f"stats.poisson.isf({q!r}, {mean!r})")


def main():
    specials()
    distributions()
    made_by = {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "mpmath": mpmath.__version__}
    out = sys.stdout
    out.write('{"made by": ' + json.dumps(made_by) + ', "cases": [\n')
    out.write(",\n".join(json.dumps(c) for c in CASES))
    out.write("\n]}\n")


main()
