"""What whole analyses of experiments are held against: values of scipy, statsmodels and numpy.

Every value has the call that made it beside it, at the place of the analysis where ours stands.
`tests/suite/experiments.rs` analyses the inputs and compares.

    pip install scipy statsmodels
    python3 experiments.py > experiments.json
"""

import json
import math
import sys

import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import integrate, optimize, stats
from statsmodels.stats import multitest, power, proportion

CASES = []
RNG = np.random.default_rng(20260301)


def values(scope, calls, tolerance):
    """Evaluates the call for each place."""
    found = {}
    for place, call in calls.items():
        value = float(eval(call, globals(), scope))
        found[place] = {"value": value, "call": call, "tolerance": tolerance}
    return found


def case(why, given, scope, calls, tolerance=1e-9, **kept):
    CASES.append({"why": why, **kept, "input": given, "expect": values(scope, calls, tolerance)})


def experiment(units, metrics, shares=None, **options):
    names = ["off", "on", "more", "most"][: len(units)]
    shares = shares or [1] * len(units)
    arms = [{"name": name, "share": share, "units": n} for name, share, n in zip(names, shares, units)]
    return {"experiment": "reference", "arms": arms, "control": "off", "options": options, "metrics": metrics}


def metric(name, data, role="primary", direction="higherIsBetter", **more):
    return {"name": name, "role": role, "direction": direction, "data": data, **more}


def counts(*pairs):
    names = ["off", "on", "more", "most"]
    return {"proportion": [{"arm": a, "successes": s, "trials": n} for a, (s, n) in zip(names, pairs)]}


def row(arm, y, x=None):
    sums = {"arm": arm, "n": len(y), "y": math.fsum(y), "yy": math.fsum(y * y)}
    if x is not None:
        sums |= {"x": math.fsum(x), "xx": math.fsum(x * x), "xy": math.fsum(x * y)}
    return sums


FIRST = "/metrics/0/comparisons/0/plain"


def ends(place, lower, upper):
    return {f"{place}/interval/lower": lower, f"{place}/interval/upper": upper}


def proportions():
    c, nc, t, nt = 503, 10040, 571, 9981
    calls = {
        f"{FIRST}/pValue": "proportion.proportions_ztest([t, c], [nt, nc])[1]",
        f"{FIRST}/difference/estimate": "t / nt - c / nc",
        f"{FIRST}/lift/estimate": "(t / nt) / (c / nc) - 1",
        "/allocation/chiSquared": "stats.chisquare([nc, nt], [10010.5, 10010.5]).statistic",
        "/allocation/pValue": "stats.chisquare([nc, nt], [10010.5, 10010.5]).pvalue",
    }
    given = experiment([nc, nt], [metric("bought", counts((c, nc), (t, nt)))])
    case("two shares, looked at once", given, locals(), calls)
    score = "proportion.confint_proportions_2indep(t, nt, c, nc, method='score', compare='{}', correction=False)[{}]{}"
    calls = ends(f"{FIRST}/difference", "mee(t, nt, c, nc, -1)", "mee(t, nt, c, nc, 1)")
    calls |= ends(f"{FIRST}/lift", score.format("ratio", 0, " - 1"), score.format("ratio", 1, " - 1"))
    case("their intervals are those of the score test", given, locals(), calls, 1e-6)
    calls = {"/metrics/0/arms/1/chance/best": "best_beta((t + 1, nt - t + 1), (c + 1, nc - c + 1))",
             "/metrics/0/arms/0/chance/loss": "loss_beta((c + 1, nc - c + 1), (t + 1, nt - t + 1))",
             "/metrics/0/comparisons/0/detectable/difference": "detectable_rate(c / nc, nt, nc, 0.8, 0.05)"}
    case("what to believe of them, and what could have been found", given, locals(), calls, 1e-6)


def mee(t, nt, c, nc, side):
    """An end of the differences that a score test does not reject, each with the shares that are likeliest under it.
    statsmodels 0.15 has another interval for the difference."""
    def z(d):
        slope = lambda p: (t / (p + d) - (nt - t) / (1 - p - d)) + (c / p - (nc - c) / (1 - p))
        p = optimize.brentq(slope, max(0, -d) + 1e-12, min(1, 1 - d) - 1e-12, xtol=1e-16)
        return (t / nt - c / nc - d) / math.sqrt((p + d) * (1 - p - d) / nt + p * (1 - p) / nc)
    return optimize.brentq(lambda d: z(d) + side * stats.norm.isf(0.025), t / nt - c / nc, t / nt - c / nc + side * 0.02)


def best_beta(one, other):
    return integrate.quad(lambda p: stats.beta.pdf(p, *one) * stats.beta.cdf(p, *other), 0, 1, points=points(one, other),
                          epsabs=1e-12, limit=500)[0]


def loss_beta(one, other):
    """The mean of how much the other is above this one."""
    return integrate.quad(lambda p: stats.beta.cdf(p, *one) * stats.beta.sf(p, *other), 0, 1, points=points(one, other),
                          epsabs=1e-14, limit=500)[0]


def points(one, other):
    means = [a / (a + b) for a, b in (one, other)]
    return sorted([*means, min(means) * 0.8, max(means) * 1.2])


def detectable_rate(c, nt, nc, wanted, alpha):
    def found(t):
        pooled = (t * nt + c * nc) / (nt + nc)
        without = math.sqrt(pooled * (1 - pooled) * (1 / nt + 1 / nc))
        own = math.sqrt(t * (1 - t) / nt + c * (1 - c) / nc)
        z = stats.norm.isf(alpha / 2) * without / own
        return stats.norm.sf(z - (t - c) / own) + stats.norm.cdf(-z - (t - c) / own)
    return optimize.brentq(lambda t: found(t) - wanted, c + 1e-9, 1 - 1e-9, xtol=1e-14) - c


def means():
    before_c, before_t = RNG.gamma(2.0, 6.0, 900), RNG.gamma(2.0, 6.0, 1100)
    c, t = before_c * 0.8 + RNG.normal(3, 6, 900), before_t * 0.8 + RNG.normal(4, 7, 1100)
    given = experiment([900, 1100], [metric("revenue", {"mean": [row("off", c, before_c), row("on", t, before_t)]})],
                       shares=[0.45, 0.55])
    calls = {
        f"{FIRST}/pValue": "stats.ttest_ind(t, c, equal_var=False).pvalue",
        f"{FIRST}/difference/estimate": "t.mean() - c.mean()",
        **ends(f"{FIRST}/difference", *(f"stats.ttest_ind(t, c, equal_var=False).confidence_interval(0.95)[{i}]"
                                        for i in (0, 1))),
        **ends(f"{FIRST}/lift", "fieller(t, c, 0.05)[0] - 1", "fieller(t, c, 0.05)[1] - 1"),
        "/metrics/0/arms/1/chance/best": "stats.norm.cdf((t.mean() - c.mean()) / math.hypot(stats.sem(t), stats.sem(c)))",
    }
    case("two means: Welch, Fieller, and the belief in either", given, locals(), calls, 1e-8)
    y, arm = np.concatenate([c, t]), np.repeat([0.0, 1.0], [900, 1100])
    x = np.concatenate([before_c, before_t])
    place = "/metrics/0/comparisons/0/adjusted"
    fit = "sm.OLS(y, np.column_stack([np.ones(2000), arm, x])).fit()"
    calls = {
        f"{place}/theta": f"{fit}.params[2]",
        f"{place}/difference/estimate": f"{fit}.params[1]",
        f"{place}/varianceReduction":
            f"1 - {fit}.ssr / sm.OLS(y, np.column_stack([np.ones(2000), arm])).fit().ssr",
        f"{place}/pValue": f"adjusted(y, x, arm, {fit}.params[2]).pvalue",
        "/metrics/0/comparisons/0/correctedPValue": f"adjusted(y, x, arm, {fit}.params[2]).pvalue",
    }
    case("the adjusted difference is the coefficient of least squares with the covariate", given, locals(), calls, 1e-8)


def adjusted(y, x, arm, theta):
    """Welch's test of what the covariate leaves, with a degree of freedom less in each arm."""
    left = y - theta * x
    t, c = left[arm == 1], left[arm == 0]
    vt, vc = t.var(ddof=1) / len(t), c.var(ddof=1) / len(c)
    degrees = (vt + vc) ** 2 / (vt ** 2 / (len(t) - 2) + vc ** 2 / (len(c) - 2))
    class Result:
        pvalue = 2 * stats.t.sf(abs(t.mean() - c.mean()) / math.sqrt(vt + vc), degrees)
    return Result


def fieller(t, c, alpha):
    """The ratios r that a test of mean(t) - r mean(c) does not reject, with Welch's degrees of freedom at the estimate."""
    vt, vc = t.var(ddof=1) / len(t), c.var(ddof=1) / len(c)
    r = t.mean() / c.mean()
    degrees = (vt + r * r * vc) ** 2 / (vt ** 2 / (len(t) - 1) + (r * r * vc) ** 2 / (len(c) - 1))
    k = stats.t.isf(alpha / 2, degrees)
    reach = lambda s: (t.mean() - s * c.mean()) ** 2 - k * k * (vt + s * s * vc)
    return [optimize.brentq(reach, r, r + side, xtol=1e-15) for side in (-0.5, 0.5)]


def ratios():
    views_c, views_t = RNG.poisson(9, 3000) + 1.0, RNG.poisson(9, 2900) + 1.0
    clicks_c, clicks_t = RNG.binomial(views_c.astype(int), 0.20) * 1.0, RNG.binomial(views_t.astype(int), 0.21) * 1.0
    rows = [row("off", clicks_c, views_c), row("on", clicks_t, views_t)]
    given = experiment([3000, 2900], [metric("ctr", {"ratio": rows})])
    z = "((ratio(clicks_t, views_t)[0] - ratio(clicks_c, views_c)[0]) / " \
        "math.hypot(ratio(clicks_t, views_t)[1], ratio(clicks_c, views_c)[1]))"
    calls = {f"{FIRST}/difference/estimate": "clicks_t.sum() / views_t.sum() - clicks_c.sum() / views_c.sum()",
             f"{FIRST}/pValue": f"2 * stats.norm.sf(abs({z}))"}
    case("two ratios by the delta method, as the standard error of what a line through 0 leaves", given, locals(), calls, 1e-8)


def ratio(y, x):
    """A ratio of sums and its standard error."""
    r = y.sum() / x.sum()
    return r, (y - r * x).std(ddof=1) / math.sqrt(len(y)) / x.mean()


def many():
    pairs = {"first": [(400, 8000), (471, 8010)], "second": [(800, 8000), (871, 8010)], "third": [(90, 8000), (77, 8010)]}
    p = [proportion.proportions_ztest([t, c], [nt, nc])[1] for (c, nc), (t, nt) in pairs.values()]
    for correction, method in (("holm", "holm"), ("benjaminiHochberg", "fdr_bh")):
        metrics = [metric(name, counts(*both), role="secondary") for name, both in pairs.items()]
        given = experiment([8000, 8010], metrics, correction=correction)
        calls = {f"/metrics/{i}/comparisons/0/correctedPValue": f"multitest.multipletests(p, method='{method}')[1][{i}]"
                 for i in range(3)}
        case(f"three metrics, corrected: {correction}", given, locals(), calls)
    seen = [(400, 8000), (471, 8010), (440, 7990)]
    p = [proportion.proportions_ztest([seen[i][0], 400], [seen[i][1], 8000])[1] for i in (1, 2)]
    given = experiment([8000, 8010, 7990], [metric("bought", counts(*seen))])
    calls = {f"/metrics/0/comparisons/{i}/correctedPValue": f"multitest.multipletests(p, method='holm')[1][{i}]"
             for i in range(2)}
    calls["/allocation/pValue"] = "stats.chisquare([8000, 8010, 7990]).pvalue"
    case("arms are corrected for as metrics are", given, locals(), calls)


def sequential():
    c, nc, t, nt = 503, 10040, 611, 9981
    given = experiment([nc, nt], [metric("bought", counts((c, nc), (t, nt)), smallestEffect=0.1)], look="sequential")
    calls = {f"{FIRST}/pValue": "always(t / nt - c / nc, se(t, nt, c, nc), 0.1 * c / nc, 0.05)[0]",
             **ends(f"{FIRST}/difference", *(f"always(t / nt - c / nc, se(t, nt, c, nc), 0.1 * c / nc, 0.05)[{i}]"
                                             for i in (1, 2)))}
    case("at every look: the normal mixture around effects of the size that matters", given, locals(), calls)


def se(t, nt, c, nc):
    return math.sqrt(t / nt * (1 - t / nt) / nt + c / nc * (1 - c / nc) / nc)


def always(estimate, error, spread, alpha):
    """The p-value and the ends of Robbins' mixture: the likelihood of the estimate averaged over effects, by its integral."""
    def mixture(null):
        return stats.norm.pdf(estimate, null, math.hypot(error, spread)) / stats.norm.pdf(estimate, null, error)
    side = lambda sign: optimize.brentq(lambda null: math.log(mixture(null)) + math.log(alpha),
                                        estimate, estimate + sign * 12 * error, xtol=1e-15)
    return min(1.0, 1 / mixture(0.0)), side(-1), side(1)


def plans():
    solve = "power.NormalIndPower().solve_power(effect_size={}, alpha={}, power={}, ratio={})"
    CASES.append({"why": "units for a difference of means", "plan": {"mean": 12.0, "deviation": 40.0, "lift": 0.05},
                  "expect": values({}, {"/treatment": f"math.ceil({solve.format(0.6 / 40, 0.05, 0.8, 1)})"}, 0)})
    CASES.append({"why": "two treatments share the error, and a large control serves both",
                  "plan": {"mean": 12.0, "deviation": 40.0, "lift": 0.05, "arms": 3, "controlShare": 0.5, "power": 0.9},
                  "expect": values({}, {"/treatment": f"math.ceil({solve.format(0.6 / 40, 0.025, 0.9, 2)})"}, 0)})
    tail = "proportion.samplesize_proportions_2indep_onetail(0.0025, 0.05, 0.8, ratio=1, alpha=0.05)"
    CASES.append({"why": "units for a difference of shares", "plan": {"rate": 0.05, "lift": 0.05},
                  "expect": values({}, {"/treatment": f"math.ceil({tail})"}, 0)})


if __name__ == "__main__":
    for part in [proportions, means, ratios, many, sequential, plans]:
        part()
    versions = {"numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__}
    head = json.dumps({"versions": versions})[:-1]
    lines = ",\n".join(json.dumps(case) for case in CASES)
    sys.stdout.write(f'{head}, "cases": [\n{lines}\n]}}\n')
