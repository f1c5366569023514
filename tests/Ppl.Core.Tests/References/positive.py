"""Families over positive numbers, bounded intervals and the circle."""

import mpmath as mp
import numpy as np
import torch
from scipy import integrate, special, stats

from common import BINS, continuous, divergence, edge, gradients, listed, power_log


def exact(f, *arrays):
    """f elementwise, at full precision."""
    return np.vectorize(lambda *x: float(f(*[mp.mpf(float(v)) for v in x])))(*arrays)


def inverse_gamma():
    a = np.array([[5.2, 6.0, 7.5], [4.6, 40.0, 9.7]])
    b = np.array([0.5, 2.0, 1.3])
    x = np.array([[0.1, 0.7, 9.0], [1e-2, 0.05, 0.4]])
    expectations = {
        "x": lambda a, b: b / (a - 1), "square": lambda a, b: b**2 / ((a - 1) * (a - 2)), "log": lambda a, b: mp.log(b) - mp.digamma(a),
    }
    parameters = {"concentration": a, "rate": b}
    yield continuous(
        "InverseGamma", parameters, x, stats.invgamma(a, scale=b), mode=listed(b / (a + 1)), gradients=gradients(parameters, expectations),
        variance=listed(b**2 / ((a - 1) ** 2 * (a - 2))), entropy=listed(a + np.log(b) + special.gammaln(a) - (1 + a) * special.digamma(a)),
    )
    a = np.array([0.3, 1.0, 1.7, 2.0])
    yield continuous(
        "InverseGamma(heavy)", {"concentration": a}, np.array([0.1, 3.0, 1e6, 2.0]), stats.invgamma(a), mode=listed(1 / (a + 1)),
        entropy=listed(a + special.gammaln(a) - (1 + a) * special.digamma(a)), mean=listed(np.where(a > 1, 1 / (a - 1 + (a == 1)), np.inf)),
        variance=listed(a + np.inf), gradients=gradients({"concentration": a}, {"log": lambda a: -mp.digamma(a)}),
    )


def chi2():
    df = np.array([[0.4, 1.0, 2.0], [3.5, 80.0, 7.0]])
    x = np.array([[0.1, 0.7, 1e-5], [1e-3, 95.0, 11.0]])
    expectations = {"x": lambda k: k, "square": lambda k: k * (k + 2), "log": lambda k: mp.digamma(k / 2) + mp.log(2)}
    yield continuous(
        "Chi2", {"df": df}, x, stats.chi2(df), mode=listed(np.maximum(df - 2, 0)), gradients=gradients({"df": df}, expectations),
        entropy=listed(exact(lambda k: k / 2 + mp.log(2) + mp.loggamma(k / 2) + (1 - k / 2) * mp.digamma(k / 2), df)),
    )


def weibull():
    scale = np.array([0.5, 2.0, 13.0])
    k = np.array([[0.7, 1.0, 3.5], [1.6, 40.0, 2.7]])
    x = np.array([[0.1, 0.7, 9.0], [1e-3, 1.97, 0.2]])
    expectations = {
        "x": lambda s, k: s * mp.gamma(1 + 1 / k), "square": lambda s, k: s**2 * mp.gamma(1 + 2 / k), "log": lambda s, k: mp.log(s) - mp.euler / k,
    }
    parameters = {"scale": scale, "concentration": k}
    yield continuous(
        "Weibull", parameters, x, stats.weibull_min(k, scale=scale), gradients=gradients(parameters, expectations),
        mode=listed(np.where(k > 1, scale * (np.maximum(k - 1, 0) / k) ** (1 / k), 0)),
        mean=listed(exact(expectations["x"], scale, k)),
        variance=listed(exact(lambda s, k: s**2 * (mp.gamma(1 + 2 / k) - mp.gamma(1 + 1 / k) ** 2), scale, k)),
        entropy=listed(exact(lambda s, k: mp.euler * (1 - 1 / k) + mp.log(s / k) + 1, scale, k)),
    )


def pareto():
    scale = np.array([0.5, 2.0, 13.0])
    alpha = np.array([[4.7, 5.0, 12.5], [6.6, 40.0, 7.7]])
    x = np.array([[0.6, 2.7, 90.0], [3.1, 2.01, 13.5]])
    expectations = {
        "x": lambda s, a: s * a / (a - 1), "square": lambda s, a: s**2 * a / (a - 2), "log": lambda s, a: mp.log(s) + 1 / a,
    }
    parameters = {"scale": scale, "alpha": alpha}
    yield continuous(
        "Pareto", parameters, x, stats.pareto(alpha, scale=scale), mode=listed(scale + 0 * alpha), gradients=gradients(parameters, expectations),
        mean=listed(exact(expectations["x"], scale, alpha)), entropy=listed(exact(lambda s, a: mp.log(s / a) + 1 / a + 1, scale, alpha)),
        variance=listed(exact(lambda s, a: s**2 * a / ((a - 1) ** 2 * (a - 2)), scale, alpha)),
    )
    alpha = np.array([0.3, 1.0, 1.7, 2.0])
    scale = np.full(4, 3.0)
    yield continuous(
        "Pareto(heavy)", {"scale": scale, "alpha": alpha}, np.array([3.1, 30.0, 1e6, 5.0]), stats.pareto(alpha, scale=scale),
        mode=listed(scale), mean=listed(np.where(alpha > 1, 3 * alpha / (alpha - 1 + (alpha == 1)), np.inf)), variance=listed(alpha + np.inf),
        entropy=listed(exact(lambda a: mp.log(3 / a) + 1 / a + 1, alpha)),
        gradients=gradients({"scale": scale, "alpha": alpha}, {"log": expectations["log"]}),
    )


def kumaraswamy():
    a = np.array([[0.4, 1.0, 3.5], [0.6, 8.0, 2.0]])
    b = np.array([0.5, 2.0, 1.3])
    x = np.array([[0.1, 0.7, 0.9], [1e-3, 0.97, 0.4]])
    moment = lambda n: lambda a, b: b * mp.beta(1 + n / a, b)
    expectations = {"x": moment(1), "square": moment(2), "log": lambda a, b: -mp.harmonic(b) / a}
    parameters = {"concentration1": a, "concentration0": b}
    log_prob = lambda a, b, x: mp.log(a * b) + (a - 1) * mp.log(x) + (b - 1) * mp.log(1 - x**a)
    quantiles = np.stack([exact(lambda a, b: (1 - (1 - mp.mpf(i) / 20) ** (1 / b)) ** (1 / a), a, b) for i in range(1, 20)])
    mode = np.where((a >= 1) & (b >= 1), (np.maximum(a - 1, 0) / np.maximum(a * b - 1, 1e-9)) ** (1 / a), (b < 1) * 1.0)
    mode = np.where((a < 1) & (b < 1), np.nan, mode)
    yield {
        "name": "Kumaraswamy", "parameters": {k: listed(v) for k, v in parameters.items()}, "value": listed(x),
        "log_prob": listed(exact(log_prob, a, b, x)), "mean": listed(exact(moment(1), a, b)), "mode": listed(mode),
        "variance": listed(exact(lambda a, b: moment(2)(a, b) - moment(1)(a, b) ** 2, a, b)),
        "entropy": listed(exact(lambda a, b: 1 - 1 / b + (1 - 1 / a) * mp.harmonic(b) - mp.log(a * b), a, b)),
        "cdf": listed(exact(lambda a, b, x: 1 - (1 - x**a) ** b, a, b, x)), "bins": listed(quantiles),
        "gradients": gradients(parameters, expectations),
    }


def continuous_bernoulli():
    logits = np.array([[-30.0, -3.0, 0.0], [0.3, 5.0, 1e-3], [0.49, 0.51, -1e-9]])
    x = np.array([[0.1, 0.7, 0.9], [1e-3, 0.97, 0.4], [0.2, 0.6, 0.5]])
    ratio = lambda l: mp.expm1(l) / l if l else mp.mpf(1)
    cdf = lambda l, x: (x if l == 0 else mp.expm1(l * x) / mp.expm1(l))
    mean = lambda l: 1 / (-mp.expm1(-l)) - 1 / l if l else mp.mpf(1) / 2
    variance = lambda l: 1 / l**2 - 1 / (4 * mp.sinh(l / 2) ** 2) if l else mp.mpf(1) / 12
    quantile = lambda p, l: mp.log1p(p * mp.expm1(l)) / l if l else p
    moments = {"x": mean, "square": lambda l: variance(l) + mean(l) ** 2, "log": lambda l: (mp.euler + mp.log(abs(l)) - mp.ei(l)) / mp.expm1(l)}

    def entry(name, parameter, value, logits_of, shown):
        with mp.workdps(100):
            own = lambda f: (lambda v, *rest: f(logits_of(v), *rest))
            functions = {k: own(f) for k, f in moments.items() if k in shown}
            return {
                "name": name, "parameters": {parameter: listed(value)}, "value": listed(x[: len(value)]),
                "log_prob": listed(exact(own(lambda l, x: x * l - mp.log(ratio(l))), value, x[: len(value)])),
                "mean": listed(exact(own(mean), value)), "variance": listed(exact(own(variance), value)),
                "entropy": listed(exact(own(lambda l: mp.log(ratio(l)) - l * mean(l)), value)),
                "mode": listed(exact(own(lambda l: 1 if l > 0 else 0 if l < 0 else mp.nan), value)),
                "cdf": listed(exact(own(cdf), value, x[: len(value)])),
                "bins": listed(np.stack([exact(own(lambda l: quantile(mp.mpf(i) / 20, l)), value) for i in range(1, 20)])),
                "gradients": gradients({parameter: value}, functions),
            }

    # The moments' formulas are 0 / 0 at l = 0: gradients are compared elsewhere.
    whole = entry("ContinuousBernoulli(logits)", "logits", logits, lambda l: l, [])
    del whole["gradients"]
    yield whole
    probs = np.array([[0.02, 0.2, 0.499], [0.9, 0.97, 0.503]])
    yield entry("ContinuousBernoulli(probs)", "probs", probs, lambda p: mp.log(p) - mp.log(1 - p), ["x", "square", "log"])


def von_mises_cdf(loc, k, x):
    """P(X <= x) on [-pi, pi], at full precision."""
    total = 2 * mp.pi * mp.besseli(0, k)
    cuts = sorted({-mp.pi, x} | {c for d in (-10, -3, -1, 0, 1, 3, 10) for c in [loc + d / mp.sqrt(k)] if -mp.pi < c < x})
    return mp.quad(lambda t: mp.exp(k * mp.cos(t - loc)), cuts) / total


def von_mises():
    loc = np.array([[0.0, 1.0, -2.5], [3.0, 0.5, 0.0]])
    k = np.array([[1e-3, 1.0, 30.0], [4.0, 500.0, 2.5]])
    x = np.array([[3.0, 0.7, -2.4], [-3.1, 0.62, -3.0]])
    ratio = lambda k: mp.besseli(1, k) / mp.besseli(0, k)
    with mp.workdps(25):
        cdf = exact(von_mises_cdf, loc, k, x)

    # To 1e-8, by the trapezoidal rule on a fine grid: they only count draws.
    grid = np.linspace(-np.pi, np.pi, 200001)
    mass = integrate.cumulative_trapezoid(stats.vonmises(k, loc).pdf(grid.reshape(-1, 1, 1)), grid, axis=0, initial=0)
    bins = np.stack([[np.interp(BINS, mass[:, i, j], grid) for j in range(3)] for i in range(2)])
    bins = np.moveaxis(bins, -1, 0)
    parameters = {"loc": loc, "concentration": k}
    expectations = {"sin": lambda m, k: ratio(k) * mp.sin(m), "cos": lambda m, k: ratio(k) * mp.cos(m)}
    yield {
        "name": "VonMises", "parameters": {n: listed(v) for n, v in parameters.items()}, "value": listed(x),
        "log_prob": listed(exact(lambda m, k, x: k * mp.cos(x - m) - mp.log(2 * mp.pi * mp.besseli(0, k)), loc, k, x)),
        "mean": listed(loc), "mode": listed(loc), "variance": listed(exact(lambda k: 1 - ratio(k), k)),
        "entropy": listed(exact(lambda k: mp.log(2 * mp.pi * mp.besseli(0, k)) - k * ratio(k), k)),
        "cdf": listed(cdf), "bins": listed(bins), "gradients": gradients(parameters, expectations),
    }


def relaxed_bernoulli():
    t = np.array([0.5, 1.0, 3.0])
    l = np.array([[-3.0, 0.0, 2.0], [0.7, -1.0, 5.0]])
    x = np.array([[0.01, 0.7, 0.9], [1e-3, 0.97, 0.4]])
    log_prob = lambda t, l, x: mp.log(t) + l + (t - 1) * mp.log(x * (1 - x)) - 2 * mp.log(mp.exp(l) * (1 - x) ** t + x**t)
    quantile = lambda p: exact(lambda t, l: 1 / (1 + mp.exp(-(mp.log(p / (1 - p)) + l) / t)), t, l)
    draw = lambda u, t, l: 1 / (1 + mp.exp(-(mp.log(u) - mp.log(1 - u) + l) / t))
    mean_of = lambda f: lambda t, l: mp.quad(lambda u: f(draw(u, t, l)), [0, 0.05, 0.5, 0.95, 1])
    parameters = {"temperature": t, "logits": l}
    with mp.workdps(20):
        expectations = gradients(parameters, {"x": mean_of(lambda x: x), "square": mean_of(lambda x: x**2), "log": mean_of(mp.log)})
    entry = {
        "value": listed(x), "log_prob": listed(exact(log_prob, t, l, x)), "entropy": None, "mean": None, "variance": None,
        "cdf": listed(exact(lambda t, l, x: 1 / (1 + mp.exp(l - t * mp.log(x / (1 - x)))), t, l, x)),
        "bins": listed(np.stack([quantile(mp.mpf(i) / 20) for i in range(1, 20)])),
    }
    yield {"name": "RelaxedBernoulli(logits)", "parameters": {"temperature": listed(t), "logits": listed(l)}, **entry, "gradients": expectations}
    yield {"name": "RelaxedBernoulli(probs)", "parameters": {"temperature": listed(t), "probs": listed(special.expit(l))}, **entry}


def concrete(t, l, x):
    """The logarithm of the density of a relaxed one-hot vector."""
    t, l, x = mp.mpf(float(t)), [mp.mpf(float(v)) for v in l], [mp.mpf(float(v)) for v in x]
    c = len(l)
    whole = mp.log(sum(mp.exp(a - t * mp.log(v)) for a, v in zip(l, x)))
    return float(mp.loggamma(c) + (c - 1) * mp.log(t) + sum(a - (t + 1) * mp.log(v) for a, v in zip(l, x)) - c * whole)


def relaxed_one_hot():
    t = np.array([0.4, 1.5])
    l = np.array([[-1.0, 0.5, 0.2, 2.0], [0.0, 3.0, -2.0, 1.0]])
    x = np.array([[0.1, 0.2, 0.65, 0.05], [0.05, 0.9, 0.0499, 0.0001]])
    entry = {
        "value": listed(x), "log_prob": [concrete(*row) for row in zip(t, l, x)], "entropy": None, "mean": None, "variance": None,
    }
    yield {"name": "RelaxedOneHotCategorical(logits)", "parameters": {"temperature": listed(t), "logits": listed(l)}, **entry}
    yield {"name": "RelaxedOneHotCategorical(probs)", "parameters": {"temperature": listed(t), "probs": listed(np.exp(l))}, **entry}


def logistic_normal_density(loc, scale, x):
    """The normal density of the coordinates in Helmert's basis, less log K / 2 and the logarithms of the entries."""
    k = len(x)
    log = [mp.log(mp.mpf(float(v))) for v in x]
    z = [(sum(log[:j]) - j * log[j]) / mp.sqrt(j * (j + 1)) for j in range(1, k)]
    normal = sum(-(((v - float(m)) / float(s)) ** 2) / 2 - mp.log(float(s)) - mp.log(2 * mp.pi) / 2 for v, m, s in zip(z, loc, scale))
    return float(normal - sum(log) - mp.log(k) / 2)


def logistic_normal():
    loc = np.array([[0.5, -1.0, 0.2], [3.0, 0.0, -1.0]])
    scale = np.array([0.3, 1.0, 2.0])
    x = np.array([[0.1, 0.2, 0.65, 0.05], [0.05, 0.1, 0.8, 0.05]])
    yield {
        "name": "LogisticNormal", "parameters": {"loc": listed(loc), "scale": listed(scale)}, "value": listed(x), "entropy": None, "mean": None,
        "variance": None, "log_prob": [logistic_normal_density(m, scale, v) for m, v in zip(loc, x)],
    }


def horseshoe():
    scale = np.array([[0.01, 1.0, 3.5], [0.5, 40.0, 1e-4]])
    x = np.array([[0.02, 0.7, -9.0], [1e-3, 4e9, -1e-5]])
    nan = listed(scale + np.nan)
    with mp.workdps(60):
        logs = exact(lambda s, x: mp.log(mp.e1((x / s) ** 2 / 2) * mp.exp((x / s) ** 2 / 2)) - mp.log(s) - mp.log(2 * mp.pi**3) / 2 if x < 1e6 * s
                     else mp.log(2 * (s / x) ** 2 * (1 - 2 * (s / x) ** 2)) - mp.log(s) - mp.log(2 * mp.pi**3) / 2, scale, np.abs(x))

    # P(X <= s x) for a scale s, by a substitution of the half-Cauchy scale; quantiles by interpolation, to 1e-7.
    angles = (np.arange(200000) + 0.5) / 200000 * np.pi / 2
    grid = np.sinh(np.linspace(-12, 12, 4001))
    mass = np.array([stats.norm.cdf(v / np.tan(angles)).mean() for v in grid[2000:]])
    mass = np.concatenate([1 - mass[:0:-1], mass])
    bins = np.interp(BINS, mass, grid)
    yield {
        "name": "Horseshoe", "parameters": {"scale": listed(scale)}, "value": listed(x), "log_prob": listed(logs), "entropy": None, "mean": nan,
        "variance": nan, "mode": listed(0 * scale), "bins": listed(bins.reshape(-1, 1, 1) * scale),
    }


def edges():
    yield edge(
        "RelaxedBernoulli(logits)", ["temperature", "logits"],
        [(0.1, 0.0, 1e-300), (1.0, 0.0, 0.0), (1.0, 3.0, 1.0), (1e-3, 50.0, 0.5), (100.0, -700.0, 1e-3), (0.5, 700.0, 1 - 2.0**-53), (2.0, -1e4, 1e-200)],
        lambda t, l, x: mp.log(t) + l + power_log(t - 1, x * (1 - x)) - 2 * mp.log(mp.exp(l) * (1 - x) ** t + x**t),
    )
    rows = [(0.1, [0.0, 1.0, 2.0], [1e-300, 0.5, 0.5]), (1e-3, [50.0, 0.0, 0.0], [0.2, 0.3, 0.5]), (100.0, [-500.0, 0.0, 3.0], [1e-9, 1e-9, 1 - 2e-9])]
    yield {
        "name": "RelaxedOneHotCategorical(logits)", "parameters": {"temperature": [r[0] for r in rows], "logits": [r[1] for r in rows]},
        "value": [r[2] for r in rows], "log_prob": [concrete(*r) for r in rows],
    }
    rows = [([0.0, 0.0], [1.0, 1e-3], [1 / 3, 1 / 3, 1 / 3]), ([300.0, 0.0], [10.0, 1.0], [1.0 - 1e-200, 1e-200, 1e-200])]
    yield {
        "name": "LogisticNormal", "parameters": {"loc": [r[0] for r in rows], "scale": [r[1] for r in rows]}, "value": [r[2] for r in rows],
        "log_prob": [logistic_normal_density(*r) for r in rows],
    }
    def horseshoe_log(s, x):
        z = (x / s) ** 2 / 2
        scaled = 1 / z if z > 1e40 else mp.exp(z) * mp.e1(z) if z < 100 else mp.quad(lambda u: mp.exp(-u) / (z + u), [0, 1, 10, 100, 400])
        return mp.log(scaled) - mp.log(s) - mp.log(2 * mp.pi**3) / 2
    yield edge(
        "Horseshoe", ["scale"],
        [(1.0, 1e-300), (1e200, 1e-100), (1e-200, 1e100), (1.0, 1.9999), (1.0, 2.0), (1.0, 2.0001), (1.0, 1e3), (1.0, 1e9), (1e-5, 1.0), (1.0, 30.0)],
        horseshoe_log,
    )
    yield edge(
        "ContinuousBernoulli(logits)", ["logits"],
        [(0.0, 0.0), (1e-300, 0.3), (1e-8, 0.3), (-1e-4, 0.9), (0.4999999, 0.2), (0.5000001, 0.2), (700.0, 0.999), (-1e5, 1e-6), (1e5, 1.0), (1e10, 0.5)],
        lambda l, x: x * l - (mp.log(mp.expm1(l) / l) if l else 0),
    )
    yield edge(
        "ContinuousBernoulli(probs)", ["probs"], [(0.5, 0.1), (1e-300, 0.5), (1 - 2.0**-52, 0.5), (0.5 + 1e-9, 1.0), (0.3, 0.0)],
        lambda p, x: (lambda l: x * l - (mp.log(mp.expm1(l) / l) if l else 0))(mp.log(p / (1 - p))),
    )
    log_bessel = lambda k: k + mp.log(mp.quad(lambda t: mp.exp(-2 * k * mp.sin(t / 2) ** 2), [0, min(mp.pi, 1 / mp.sqrt(k)), min(mp.pi, 20 / mp.sqrt(k))]) / mp.pi)
    yield edge(
        "VonMises", ["loc", "concentration"],
        [(0.0, 1e-10, 3.0), (0.0, 1e-300, 1.0), (1.0, 1e6, 1.001), (1.0, 1e12, 1.000001), (3.0, 100.0, -3.0), (0.0, 1e5, 3.0), (100.0, 7.0, -0.5)],
        lambda m, k, x: -2 * k * mp.sin((x - m) / 2) ** 2 - (log_bessel(k) - k) - mp.log(2 * mp.pi),
    )
    yield edge(
        "InverseGamma", ["concentration", "rate"],
        [(1e-3, 1.0, 1e30), (1e6, 1e3, 1.0005e-3), (0.5, 1e-10, 1e-9), (1e-6, 1e6, 1e6), (300.0, 1.0, 1e5), (1.0, 1.0, 1e-300), (2.0, 3.0, 1e300)],
        lambda a, b, x: a * mp.log(b) - (a + 1) * mp.log(x) - b / x - mp.loggamma(a),
    )
    yield edge(
        "Chi2", ["df"], [(1e-3, 1e-30), (1e6, 1000100.5), (2.0, 0.0), (1e-6, 1e-6), (600.0, 1e-5), (2.0, 1400.0)],
        lambda k, x: power_log(k / 2 - 1, x) - x / 2 - k / 2 * mp.log(2) - mp.loggamma(k / 2),
    )
    yield edge(
        "Weibull", ["scale", "concentration"],
        [(1.0, 1.0, 0.0), (1e-150, 2.0, 1e-160), (1e150, 0.5, 1e140), (1.0, 1e-3, 1e300), (3.0, 1e4, 3.001), (1.0, 50.0, 1e-300), (2.0, 1.0, 700.0)],
        lambda s, k, x: mp.log(k / s) + power_log(k - 1, x / s) - (x / s) ** k,
    )
    yield edge(
        "Pareto", ["scale", "alpha"], [(1.0, 1.0, 1.0), (1e-300, 1e-3, 1e300), (1.0, 1e6, 1.000001), (1e200, 2.0, 1e201), (0.1, 0.1, 0.1)],
        lambda s, a, x: mp.log(a) + a * mp.log(s) - (a + 1) * mp.log(x),
    )
    yield edge(
        "Kumaraswamy", ["concentration1", "concentration0"],
        [(1e-3, 1e-3, 1e-10), (1e3, 1e3, 0.99), (1.0, 1.0, 0.0), (1.0, 3.0, 0.0), (2.0, 1.0, 1.0), (0.5, 0.5, 1e-300), (1e6, 2.0, 1 - 2.0**-20),
         (1e-6, 2.0, 0.5), (2.0, 1e10, 1e-5)],
        lambda a, b, x: mp.log(a * b) + power_log(a - 1, x) + (power_log(b - 1, 1 - x**a) if b != 1 else 0),
    )


def divergences():
    t = lambda x: torch.tensor(x, dtype=torch.float64)
    d = torch.distributions
    kl = lambda q, p: d.kl_divergence(q, p).numpy()
    a, b = np.array([[2.4, 1.0, 3.5], [0.8, 30.0, 1.7]]), np.array([0.5, 2.0, 1.3])
    a2, b2 = np.array([1.5, 0.7, 2.0]), np.array([0.9, 3.0, 1.3])
    ab = {"a": a, "b": b, "a2": a2, "b2": b2}
    yield divergence("InverseGamma||InverseGamma", ab, kl(d.Gamma(t(a), t(b)), d.Gamma(t(a2), t(b2))))
    yield divergence("Chi2||Chi2", {"a": a, "a2": a2}, kl(d.Chi2(t(a)), d.Chi2(t(a2))))
    yield divergence("Chi2||Gamma", {"a": a, "a2": a2, "b2": b2}, kl(d.Chi2(t(a)), d.Gamma(t(a2), t(b2))))
    yield divergence("Gamma||Chi2", {"a": a, "b": b, "a2": a2}, kl(d.Gamma(t(a), t(b)), d.Chi2(t(a2))))
    yield divergence("Chi2||Normal", {"a": a, "a2": a2, "b2": b2}, kl(d.Chi2(t(a)), d.Normal(t(a2), t(b2))))
    yield divergence("Beta||Chi2", {"a": a, "b": b, "a2": a2}, kl(d.Beta(t(a), t(b)), d.Chi2(t(a2))))

    bernoulli = lambda l: d.ContinuousBernoulli(probs=t(special.expit(l)))
    logits, low, high = np.array([[-3.0, 0.7, 2.0]]), np.array([0.1, 0.3, 0.4]), np.array([[0.9], [0.8]])
    yield divergence("Pareto||Exponential", {"s": b, "a": a2 + 1, "b2": b2}, kl(d.Pareto(t(b), t(a2 + 1)), d.Exponential(t(b2))))
    yield divergence("ContinuousBernoulli||Exponential", {"logits": logits, "b2": b2}, kl(bernoulli(logits), d.Exponential(t(b2))))
    wide = {"logits": logits, "low": -low, "high": high + 1}
    yield divergence("ContinuousBernoulli||Uniform", wide, kl(bernoulli(logits), d.Uniform(t(-low), t(high + 1))))
    narrow = kl(d.Uniform(t(low), t(high)), bernoulli(logits))
    yield divergence("Uniform||ContinuousBernoulli", {"low": low, "high": high, "logits": logits}, narrow)
    above = kl(d.Uniform(t(low), t(high)), d.Pareto(t(low / 2), t(a2)))
    yield divergence("Uniform||Pareto", {"low": low, "high": high, "s": low / 2, "a": a2}, above)

    def weibull(k, s, k2, s2):
        return mp.log(k / k2) + k2 * mp.log(s2 / s) + mp.euler * (k2 / k - 1) + (s / s2) ** k2 * mp.gamma(k2 / k + 1) - 1

    def weibull_gamma(k, s, a, b):
        entropy = mp.euler * (1 - 1 / k) + mp.log(s / k) + 1
        return -entropy - a * mp.log(b) + mp.loggamma(a) - (a - 1) * (mp.log(s) - mp.euler / k) + b * s * mp.gamma(1 + 1 / k)

    yield divergence("Weibull||Weibull", ab, exact(weibull, a, b, a2, b2))
    yield divergence("Weibull||Gamma", ab, exact(weibull_gamma, a, b, a2, b2))
    yield from scales()
    s, alpha, s2, alpha2 = b + 3, a + 4, b2, a2
    pareto = {"s": s, "a": alpha, "s2": s2, "a2": alpha2}
    yield divergence("Pareto||Pareto", pareto, kl(d.Pareto(t(s), t(alpha)), d.Pareto(t(s2), t(alpha2))))
    yield divergence("Pareto||Gamma", pareto, kl(d.Pareto(t(s), t(alpha)), d.Gamma(t(alpha2), t(s2))))
    yield divergence("Pareto||Normal", pareto, kl(d.Pareto(t(s), t(alpha)), d.Normal(t(alpha2), t(s2))))

    def kumaraswamy(a, b, log_p):
        q = lambda u: (1 - (1 - u) ** (1 / b)) ** (1 / a)
        entropy = 1 - 1 / b + (1 - 1 / a) * mp.harmonic(b) - mp.log(a * b)
        with mp.workdps(30):
            return -entropy - mp.quad(lambda u: log_p(q(u)), [0, 0.1, 0.5, 0.9, 0.999, 0.999999, 1])

    lq, lp = np.array([[-3.0, 0.0, 2.0], [0.1, 40.0, -7.0]]), np.array([1.0, -0.5, 2.5])
    probs2 = special.expit(lp)
    log_ratio = lambda l: mp.log(mp.expm1(l) / l) if l else mp.mpf(0)
    mean = lambda l: -1 / mp.expm1(-l) - 1 / l if l else mp.mpf(1) / 2
    variance = lambda l: 1 / l**2 - 1 / (4 * mp.sinh(l / 2) ** 2) if l else mp.mpf(1) / 12
    bernoullis = lambda l, k: mean(l) * (l - k) - log_ratio(l) + log_ratio(k)
    yield divergence("ContinuousBernoulli||ContinuousBernoulli", {"logits": lq, "logits2": lp}, exact(bernoullis, lq, lp))
    to_normal = lambda l, m, s: (l * mean(l) - log_ratio(l)) + mp.log(s) + mp.log(2 * mp.pi) / 2 + ((mean(l) - m) ** 2 + variance(l)) / (2 * s**2)
    yield divergence("ContinuousBernoulli||Normal", {"logits": lq, "loc2": lp, "scale2": b}, exact(to_normal, lq, lp, b))
    beta_kl = kl(d.Beta(t(a), t(b)), d.ContinuousBernoulli(probs=t(probs2)))
    yield divergence("Beta||ContinuousBernoulli", {"a": a, "b": b, "logits2": lp}, beta_kl)

    loc, loc2 = np.array([[0.5, -1.0, 0.2], [3.0, 0.0, -1.0]]), np.array([1.0, 0.0, 0.3])
    normals = kl(d.Normal(t(loc), t(b)), d.Normal(t(loc2), t(b2))).sum(-1)
    yield divergence("LogisticNormal||LogisticNormal", {"loc": loc, "scale": b, "loc2": loc2, "scale2": b2}, normals)

    loc, k, loc2, k2 = np.array([[0.3, -2.0, 3.0], [1.0, 0.0, -1.0]]), a, lp, b2
    ratio = lambda k: mp.besseli(1, k) / mp.besseli(0, k)
    circular = lambda m, k, m2, k2: mp.log(mp.besseli(0, k2) / mp.besseli(0, k)) + ratio(k) * (k - k2 * mp.cos(m - m2))
    yield divergence("VonMises||VonMises", {"loc": loc, "k": k, "loc2": loc2, "k2": k2}, exact(circular, loc, k, loc2, k2))

    a, b = np.array([[2.4, 1.0, 3.5], [0.8, 4.0, 1.7]]), np.array([0.5, 2.0, 1.3])
    ab = {"a": a, "b": b, "a2": a2, "b2": b2}
    log_beta = lambda x, a, b: (a - 1) * mp.log(x) + (b - 1) * mp.log(1 - x) - mp.log(mp.beta(a, b))
    log_own = lambda x, a, b: mp.log(a * b) + (a - 1) * mp.log(x) + (b - 1) * mp.log(1 - x**a)
    yield divergence("Kumaraswamy||Beta", ab, exact(lambda a, b, c, e: kumaraswamy(a, b, lambda x: log_beta(x, c, e)), a, b, a2, b2))
    yield divergence("Kumaraswamy||Kumaraswamy", ab, exact(lambda a, b, c, e: kumaraswamy(a, b, lambda x: log_own(x, c, e)), a, b, a2, b2))


def scales():
    """What a guide of scales is compared with, by quadrature over the logarithm."""
    log_normal = lambda m, s: lambda x: -(((mp.log(x) - m) / s) ** 2) / 2 - mp.log(s) - mp.log(2 * mp.pi) / 2 - mp.log(x)
    gamma = lambda a, b: lambda x: a * mp.log(b) + (a - 1) * mp.log(x) - b * x - mp.loggamma(a)
    inverse = lambda a, b: lambda x: a * mp.log(b) - (a + 1) * mp.log(x) - b / x - mp.loggamma(a)
    half = lambda s: lambda x: mp.log(2 / mp.pi) / 2 - mp.log(s) - (x / s) ** 2 / 2
    weibull = lambda s, k: lambda x: mp.log(k / s) + (k - 1) * mp.log(x / s) - (x / s) ** k
    exponential = lambda r: lambda x: mp.log(r) - r * x
    m, s, a, b, k = [-1.0, 0.0, 1.5], [0.3, 1.0, 0.6], [2.5, 3.4, 30.0], [0.5, 2.0, 1.3], [0.8, 1.0, 3.5]
    a2, b2, m2, s2 = [1.5, 0.7, 2.0], [0.9, 3.0, 1.3], [0.5, -0.2, 3.0], [0.7, 1.2, 2.0]
    rows = [
        ("LogNormal||Gamma", log_normal, gamma, {"m": m, "s": s}, {"a2": a2, "b2": b2}),
        ("LogNormal||InverseGamma", log_normal, inverse, {"m": m, "s": s}, {"a2": a2, "b2": b2}),
        ("LogNormal||Exponential", log_normal, exponential, {"m": m, "s": s}, {"b2": b2}),
        ("HalfNormal||Exponential", half, exponential, {"s": s}, {"b2": b2}),
        ("HalfNormal||Gamma", half, gamma, {"s": s}, {"a2": a2, "b2": b2}),
        ("Weibull||Exponential", weibull, exponential, {"s": s, "k": k}, {"b2": b2}),
        ("InverseGamma||Gamma", inverse, gamma, {"a": a, "b": b}, {"a2": a2, "b2": b2}),
        ("Gamma||InverseGamma", gamma, inverse, {"a": a, "b": b}, {"a2": a2, "b2": b2}),
        ("Gamma||LogNormal", gamma, log_normal, {"a": a, "b": b}, {"m2": m2, "s2": s2}),
        ("InverseGamma||LogNormal", inverse, log_normal, {"a": a, "b": b}, {"m2": m2, "s2": s2}),
    ]
    for name, q, p, own, other in rows:
        kl = []
        for i in range(3):
            log_q = q(*[mp.mpf(v[i]) for v in own.values()])
            log_p = p(*[mp.mpf(v[i]) for v in other.values()])
            with mp.workdps(30):
                def integrand(u):
                    x = mp.exp(u)
                    log = log_q(x)
                    return mp.exp(log + u) * (log - log_p(x)) if log + u > -80 else mp.mpf(0)
                kl.append(float(mp.quad(integrand, range(-100, 101))))
        yield divergence(name, {**own, **other}, kl)


def families():
    for make in (inverse_gamma, chi2, weibull, pareto, kumaraswamy, continuous_bernoulli, von_mises, relaxed_bernoulli, relaxed_one_hot,
                 logistic_normal, horseshoe):
        yield from make()
