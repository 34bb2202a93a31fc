"""What the statistics of the core are held against: values of scipy, statsmodels and mpmath.

Every case has the call that made its value beside it. `tests/stats/reference.rs` makes the same call of ours and compares.

    pip install scipy statsmodels mpmath
    python3 stats.py > stats.json
"""

import json
import math
import statistics
import sys
from fractions import Fraction

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


# Aggregates and tests of one look.

def exactly(values):
    return [Fraction(v) for v in values]


def covariance(x, y):
    """The sample covariance in fractions."""
    x, y = exactly(x), exactly(y)
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return float(sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y)) / (len(x) - 1))


SMALL = [12.5, 9.1, 14.2, 11.0, 10.4, 13.3, 9.9]
OTHER = [10.1, 8.7, 9.6, 11.2, 7.9, 10.8, 9.3, 10.0, 8.8]
# What sums of floats lose: all values share their leading digits, or magnitudes lie far apart.
NEAR = [1e9 + d for d in [0.25, 0.5, 0.125, 0.75, 0.0625, 0.375]]
FAR = [1e30, 1.0, -1e30, 3.0, 1e-20, 7.0]
SIDES = {"two-sided": "other", "greater": "above", "less": "below"}


def both_ends(interval):
    """The ends of an interval that are finite."""
    return [float(v) for v in interval if math.isfinite(v)]


def one_mean(a, null, side, alpha):
    test = stats.ttest_1samp(a, null, alternative=side)
    return [test.pvalue, *both_ends(test.confidence_interval(1 - alpha))]


def welch(a, b, null, side, alpha):
    test = stats.ttest_ind(np.array(a) - null, b, equal_var=False, alternative=side)
    return [test.df, test.pvalue, *(v + null for v in both_ends(test.confidence_interval(1 - alpha)))]


def fieller(a, b, alpha):
    """The ratios that Welch's test of `a - r b` does not reject, with the degrees of freedom at the estimate; less 1."""
    (ta, va), (tb, vb) = ((np.mean(v), np.var(v, ddof=1) / len(v)) for v in (a, b))
    r = ta / tb
    df = (va + r**2 * vb) ** 2 / (va**2 / (len(a) - 1) + (r**2 * vb) ** 2 / (len(b) - 1))
    k = stats.t.isf(alpha / 2, df)
    def out(x):
        return (ta - x * tb) ** 2 - k**2 * (va + x**2 * vb)
    low = scipy.optimize.brentq(out, -10 * abs(r) - 10, r, xtol=1e-15)
    high = scipy.optimize.brentq(out, r, 100 * abs(r) + 100, xtol=1e-15)
    return [r - 1, low - 1, high - 1, stats.ttest_ind(a, b, equal_var=False).pvalue]


def exact_rate(s, n, null, side, alpha):
    interval = stats.binomtest(s, n, null, alternative=side).proportion_ci(1 - alpha, method="exact")
    tails = [stats.binomtest(s, n, null, alternative=t).pvalue for t in ("greater", "less")]
    p = min(1, 2 * min(tails)) if side == "two-sided" else tails[0] if side == "greater" else tails[1]
    return [p, interval.low, interval.high]


def score(compare, s, n, t, m, value):
    """How far two shares are from a difference or a ratio, in standard errors under it. The restricted likelihood is
    maximized by a search for the root of its derivative, not by statsmodels' formula, which loses half of the digits
    near the edges."""
    def first(p):
        return p + value if compare == "diff" else p * value
    def slope(p):
        q, inner = first(p), 1 if compare == "diff" else value
        return inner * (s / q - (n - s) / (1 - q)) + t / p - (m - t) / (1 - p)
    low, high = (max(0, -value), min(1, 1 - value)) if compare == "diff" else (0, min(1, 1 / value))
    low, high = low + (high - low) * mpmath.mpf("1e-40"), high - (high - low) * mpmath.mpf("1e-40")
    for _ in range(190):
        p = (low + high) / 2
        low, high = (p, high) if slope(p) > 0 else (low, p)
    q, factor = first(p), 1 if compare == "diff" else value
    distance = s / n - t / m - value if compare == "diff" else s / n - value * t / m
    return distance / mpmath.sqrt(q * (1 - q) / n + factor**2 * p * (1 - p) / m)


def inverted(compare, s, n, t, m, null, alpha):
    """The p-value of the score test, and the interval of the values that it does not reject. statsmodels 0.15 has this
    test too, but for differences other than 0 its restricted estimate is not the most likely one: its cubic has
    `count0 * diff` where Miettinen and Nurminen have `n0 * diff`."""
    k = stats.norm.isf(alpha / 2)
    s, n, t, m = (mpmath.mpf(v) for v in (s, n, t, m))
    estimate, least, most, origin = (s / n - t / m, -1, 1, 0) if compare == "diff" else (s / n * m / t, 0, 10000, 1)
    def end(low, high, goal):
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if score(compare, s, n, t, m, middle) > goal else (low, middle)
        return low - origin
    p = 2 * stats.norm.sf(abs(float(score(compare, s, n, t, m, null + origin)))) if null else proportion.proportions_ztest(
        [int(s), int(t)], [int(n), int(m)])[1]
    return [p, end(mpmath.mpf(least), estimate, k) if s or compare == "diff" else -1,
            end(estimate, mpmath.mpf(most), -k)]


def delta_ratio(pairs):
    x, y = np.array(pairs).T
    r = y.mean() / x.mean()
    return [r, math.sqrt(np.var(y - r * x, ddof=1) / len(x)) / x.mean()]


def adjusted(control, treatment):
    """CUPED is the analysis of covariance: theta, the adjusted difference."""
    x = [p[0] for p in control + treatment]
    y = [p[1] for p in control + treatment]
    arm = [0] * len(control) + [1] * len(treatment)
    fit = statsmodels.api.OLS(y, np.column_stack([np.ones(len(x)), arm, x])).fit()
    return [fit.params[2], fit.params[1]]


def best_of_rates(arms, a, b):
    """The probability of being the best and the expected loss, by adaptive quadrature with many digits."""
    with mpmath.workdps(20):
        arms = [(a + s, b + n - s) for s, n in arms]
        def density(i, x):
            a, b = arms[i]
            return x ** (a - 1) * (1 - x) ** (b - 1) / mpmath.beta(a, b)
        def cdf(i, x):
            return mpmath.betainc(*arms[i], 0, x, regularized=True)
        middle = sorted({0, 1, *(a / (a + b) for a, b in arms)})
        out = []
        for i in range(len(arms)):
            others = [j for j in range(len(arms)) if j != i]
            best = mpmath.quad(lambda x: density(i, x) * mpmath.fprod(cdf(j, x) for j in others), middle)
            loss = mpmath.quad(lambda x: cdf(i, x) * (1 - mpmath.fprod(cdf(j, x) for j in others)), middle)
            out += [best, loss]
        return out


def best_of_two_means(means, errors):
    """The closed form for two normal beliefs."""
    (a, b), s = means, math.hypot(*errors)
    z = (a - b) / s
    def loss(z):
        return s * (stats.norm.pdf(z) - z * stats.norm.sf(z))
    return [stats.norm.cdf(z), loss(z), stats.norm.sf(z), loss(-z)]


def needed(diff, control, ratio, wanted, alpha, alternative):
    """The least number in the treatment with a power, by statsmodels' power and halving."""
    def found(n):
        return proportion.power_proportions_2indep(
            diff, control, n, ratio=ratio, alpha=alpha, alternative=alternative, return_results=False) - wanted
    return math.ceil(scipy.optimize.brentq(found, 1, 1e9, xtol=1e-6))


def fixed():
    for name, values in [("SMALL", SMALL), ("NEAR", NEAR), ("FAR", FAR)]:
        case("moments", [values], f"[statistics.mean(exactly({name})), statistics.variance(exactly({name}))]", 1e-15)
    pairs = [[3, 1], [5, 2], [2, 2], [9, 4], [7, 1], [4, 3]]
    case("covariance", [pairs], f"covariance(*zip(*{pairs}))", 1e-15)
    case("covariance", [list(map(list, zip(NEAR, FAR)))], "covariance(NEAR, FAR)", 1e-15)
    for side, ours in SIDES.items():
        case(f"mean.{ours}", [SMALL, 10.0, 0.05], f"one_mean(SMALL, 10.0, {side!r}, 0.05)")
        case(f"welch.{ours}", [SMALL, OTHER, 0.0, 0.05], f"welch(SMALL, OTHER, 0.0, {side!r}, 0.05)")
        case(f"welch.{ours}", [SMALL, OTHER, 0.5, 0.01], f"welch(SMALL, OTHER, 0.5, {side!r}, 0.01)")
        for s, n, null in [(0, 50, 0.01), (3, 50, 0.05), (50, 50, 0.9), (120, 1000, 0.1)]:
            case(f"rate.{ours}", [s, n, null, 0.05], f"exact_rate({s}, {n}, {null}, {side!r}, 0.05)")
    case("lift", [SMALL, OTHER, 0.05], "fieller(SMALL, OTHER, 0.05)", 1e-10)
    case("lift", [OTHER, SMALL, 0.2], "fieller(OTHER, SMALL, 0.2)", 1e-10)
    for s, n, t, m in [(120, 1000, 90, 1000), (3, 100, 1, 900), (0, 200, 4, 300), (250, 1000, 2000, 9000)]:
        for null in [0.0, 0.01]:
            call = f"{s}, {n}, {t}, {m}, {null}, 0.05"
            case("difference_of_rates", [s, n, t, m, null, 0.05], f"inverted('diff', {call})", 1e-9)
            case("lift_of_rates", [s, n, t, m, null, 0.05], f"inverted('ratio', {call})", 1e-9)
    case("ratio", [pairs], f"delta_ratio({pairs})")
    x, y = [1, 2, 3, 4, 5, 6, 7], SMALL
    case("slope", [list(map(list, zip(x, y)))], f"(lambda f: [f.slope, f.stderr, f.pvalue])(stats.linregress({x}, SMALL))")
    first = [[10.0, 12.1], [8.0, 9.5], [14.0, 15.2], [11.0, 12.9], [9.0, 9.9]]
    second = [[9.0, 11.6], [12.0, 14.9], [10.0, 12.2], [13.0, 15.1], [7.0, 9.9], [15.0, 17.4]]
    case("cuped", [first, second], f"adjusted({first}, {second})")
    for counts, shares in [([5021, 4979], [0.5, 0.5]), ([821, 9402], [0.1, 0.9]), ([300, 310, 390], [0.3, 0.3, 0.4])]:
        case("ratio_mismatch", [counts, shares], f"[*stats.chisquare({counts}, np.array({shares}) * sum({counts}))]")
    p = [0.01, 0.04, 0.03, 0.005, 0.2, 0.04, 0.9]
    case("holm", p, f"multitest.multipletests({p}, method='holm')[1]")
    case("benjamini_hochberg", p, f"multitest.multipletests({p}, method='fdr_bh')[1]")
    for side, ours in {"two-sided": "other", "larger": "above", "smaller": "below"}.items():
        sign = -1 if side == "smaller" else 1
        case(f"power_of_means.{ours}", [sign * 0.3, 1.5, 4.0, 250, 0.05],
             f"power.NormalIndPower().power({sign * 0.3} / 1.5, 250, 0.05, 4.0, {side!r})")
        case(f"power_of_rates.{ours}", [0.05 + sign * 0.01, 0.05, 2.0, 3000, 0.05],
             f"proportion.power_proportions_2indep({sign * 0.01}, 0.05, 3000, 2.0, 0.05, alternative={side!r}, "
             f"return_results=False)", 1e-10)
        case(f"size_of_means.{ours}", [sign * 0.1, 1.0, 1.0, 0.8, 0.05],
             f"math.ceil(power.NormalIndPower().solve_power({sign * 0.1}, None, 0.05, 0.8, 1.0, {side!r}))")
        case(f"size_of_rates.{ours}", [0.05 + sign * 0.005, 0.05, 9.0, 0.9, 0.01],
             f"needed({sign * 0.005}, 0.05, 9.0, 0.9, 0.01, {side!r})")
    case("detectable_difference", [2.5, 400, 1.0, 0.8, 0.05],
         "2.5 * power.NormalIndPower().solve_power(None, 400, 0.05, 0.8, 1.0, 'two-sided')", 1e-6)
    for arms in [[[12, 100], [20, 110]], [[0, 3], [1, 5]], [[101, 1000], [99, 1000], [120, 1010]]]:
        case("best_of_rates", [arms, 1, 1], f"best_of_rates({arms}, 1, 1)", 1e-10)
    case("best_of_two_means", [SMALL, OTHER], "best_of_two_means([np.mean(SMALL), np.mean(OTHER)], "
         "[stats.sem(SMALL), stats.sem(OTHER)])", 1e-10)


# Tests that may be looked at all the time: each mixture as the integral or the sum that defines it.

def bernoulli(s, n, p):
    """The logarithms of the e-values above and below `p`: the likelihood ratio averaged over the prior."""
    with mpmath.workdps(30):
        p, f = mpmath.mpf(p), n - s
        ln_q = mpmath.log1p(-p)
        def ratio(r):
            """At `1 - q = (1 - p)^r`."""
            q = -mpmath.expm1(r * ln_q)
            return mpmath.exp(s * mpmath.log(q / p) + f * (r - 1) * ln_q - r)
        # The integrand may be narrow: panels around its greatest value.
        peak = mpmath.log1p(-mpmath.mpf(s) / n) / ln_q if 0 < s < n else mpmath.mpf(1)
        width = peak / mpmath.sqrt(max(s, 1)) + mpmath.mpf("1e-3")
        cuts = {peak + k * width for k in range(-12, 13, 2)} | {1 + width * k for k in range(0, 12)}
        above = sorted({mpmath.mpf(1), mpmath.inf} | {c for c in cuts if c > 1})
        below = sorted({mpmath.mpf(0), mpmath.mpf(1)} | {c for c in cuts if 0 < c < 1})
        e = mpmath.e
        return [mpmath.log(mpmath.quad(ratio, above) * e), mpmath.log(mpmath.quad(ratio, below) / (1 - 1 / e))]


def normal_mixture(z, v, side):
    """The likelihood ratio of a normal estimate, averaged over normal effects with variance `v` in standard errors."""
    def weighted(d):
        return mpmath.exp(d * z - d * d / 2) * mpmath.npdf(d, 0, mpmath.sqrt(v))
    if side == "other":
        return mpmath.log(mpmath.quad(weighted, [-mpmath.inf, 0, z, mpmath.inf]))
    z = -z if side == "below" else z
    return mpmath.log(2 * mpmath.quad(weighted, [0, abs(z), mpmath.inf]))


def asymptotic_width(t, sd, rho, alpha):
    """Theorem 2.2 of Waudby-Smith et al., as it is printed."""
    return sd * math.sqrt(2 * (t * rho**2 + 1) / (t**2 * rho**2) * math.log(math.sqrt(t * rho**2 + 1) / alpha))


def dirichlet(counts, shares):
    """Equation 6 of Lindon and Malek with `alpha_0 = 100 theta_0`."""
    a, n = [100 * mpmath.mpf(t) for t in shares], sum(counts)
    ln = mpmath.loggamma(100) - mpmath.loggamma(100 + n)
    for prior, count, share in zip(a, counts, shares):
        ln += mpmath.loggamma(prior + count) - mpmath.loggamma(prior) - count * mpmath.log(mpmath.mpf(share))
    return ln


def concurrent(blocks, margin):
    """The e-value above the margin, by scipy's noncentral hypergeometric distribution, and the odds ratio of Mantel and
    Haenszel by statsmodels."""
    grid = [0.02 * math.sinh(0.19 * k) for k in range(33)]
    def ln(x):
        return sum(stats.nchypergeom_fisher.logpmf(s, n + m, n, s + t, margin * math.exp(x)) for s, n, t, m in blocks)
    ends = [0, *((a + b) / 2 for a, b in zip(grid[1:], grid[2:])), math.inf]
    weights = [math.exp(-a / math.log(2)) - math.exp(-b / math.log(2)) for a, b in zip(ends, ends[1:])]
    parts = [math.log(w) + ln(x) - ln(0) for w, x in zip(weights, grid[1:])]
    tables = [np.array([[s, n - s], [t, m - t]], float) for s, n, t, m in blocks]
    return [special.logsumexp(parts), statsmodels.api.stats.StratifiedTable(tables).oddsratio_pooled]


def sequential():
    for s, n, p in [(0, 50, 0.01), (3, 50, 0.01), (30, 1000, 0.02), (10, 1000, 0.02), (50, 100, 0.5), (99, 100, 0.9),
                    (5200, 10000, 0.5), (2, 100000, 1e-4)]:
        case("sequential_rate", [s, n, p], f"bernoulli({s}, {n}, {p!r})", 1e-9)
    for side in ["other", "above", "below"]:
        for z, v in [(0.0, 1.0), (2.0, 0.1), (3.5, 8.0), (-1.5, 30.0)]:
            case(f"sequential_mean.{side}", [z, v], f"normal_mixture({z}, {v}, {side!r})", 1e-9)
    case("sequential_width", [400, 0.3, 0.05], "asymptotic_width(400, 1.0, 0.3, 0.05)")
    case("sequential_width", [5000, 0.01, 0.2], "asymptotic_width(5000, 1.0, 0.01, 0.2)")
    for counts, shares in [([5, 3], [0.5, 0.5]), ([5300, 4700], [0.5, 0.5]), ([90000, 9000, 1000], [0.9, 0.09, 0.01]),
                           ([50100000, 49900000], [0.5, 0.5])]:
        case("sequential_mismatch", [counts, shares], f"dirichlet({counts}, {shares})", 1e-9)
    blocks = [[2, 40, 5, 360], [0, 35, 0, 300], [4, 60, 9, 500], [3, 20, 2, 180], [60, 80, 300, 720]]
    for margin in [1.0, 1.3, 0.2, 20.0]:
        case("concurrent", [blocks, margin], f"concurrent({blocks}, {margin})", 1e-8)


def published():
    """What the authors of the methods have published: the values that the tests of confseq 0.0.11 expect (Howard,
    Waudby-Smith, Ramdas; `test/uniform_boundaries_unittest.cpp`), to as many digits as are printed there. A sum of 10
    with a variance of 100 is a `z` of 1; `rho` is theirs for the narrowest boundary at that variance."""
    def known(what, args, call, value):
        CASES.append({"what": what, "args": args, "call": f"confseq: {call}", "value": value, "tolerance": 5e-7})

    def rho(alpha):
        return 100 / (2 * math.log(1 / alpha) + math.log(1 + 2 * math.log(1 / alpha)))

    both, one = rho(0.05), rho(0.1)
    known("sequential_mean.other", [1.0, 100 / both], "normal_log_mixture(10, 100, 100, 0.05, false)", -0.6510052)
    known("sequential_mean.above", [1.0, 100 / one], "normal_log_mixture(10, 100, 100)", -0.06502391)
    known("sequential_width", [100, both**-0.5, 0.05], "normal_mixture_bound(100, 0.05, 100, 0.05, false) / 100", 0.3035209)
    known("sequential_width.above", [100, one**-0.5, 0.05], "normal_mixture_bound(100, 0.05, 100) / 100", 0.2766071)


def main():
    specials()
    distributions()
    fixed()
    sequential()
    published()
    made_by = {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "mpmath": mpmath.__version__}
    out = sys.stdout
    out.write('{"made by": ' + json.dumps(made_by) + ', "cases": [\n')
    out.write(",\n".join(json.dumps(c) for c in CASES))
    out.write("\n]}\n")


main()
