"""Families that wrap another: pushed through a map, masked, censored, and flat on a set."""

import mpmath as mp
import numpy as np
from scipy import stats

from common import BINS, continuous, family, gradients, listed, normal_marginals, pmf

UNKNOWN = {"mean": None, "variance": None, "entropy": None}


def transformed():
    loc, scale = np.array([[0.3, -1.0, 1.2], [0.0, 0.7, -2.0]]), np.array([0.4, 0.6, 0.25])
    x = np.array([[1.1, 0.2, 5.0], [1.0, 3.0, 0.13]])
    parameters = {"loc": loc, "scale": scale}
    expectations = {
        "x": lambda m, s: mp.exp(m + s**2 / 2), "square": lambda m, s: mp.exp(2 * m + 2 * s**2), "log": lambda m, s: m,
    }
    yield continuous(
        "Transformed(Normal, Exp)", parameters, x, stats.lognorm(scale, scale=np.exp(loc)), gradients=gradients(parameters, expectations), **UNKNOWN,
    )
    yield affine()
    yield power()
    yield ordered()


def affine():
    """A Gumbel turned round where the factor is negative, which SciPy has by another name."""
    loc, scale = np.array([[0.5, -1.0, 2.0], [0.0, 30.0, -4.0]]), np.array([0.5, 2.0, 1.3])
    shift, factor = np.array([1.0, -2.0, 0.3]), np.array([[-2.0, 0.5, -0.1], [3.0, -1.5, 1.0]])
    x = np.array([[0.7, -3.0, 0.1], [4.0, -48.0, -2.0]])
    right = stats.gumbel_r(shift + factor * loc, np.abs(factor) * scale)
    left = stats.gumbel_l(shift + factor * loc, np.abs(factor) * scale)
    parameters = {"loc": loc, "scale": scale, "shift": shift, "factor": factor}

    def mean(m, s, a, b):
        return a + b * (m + mp.euler * s)

    expectations = {"x": mean, "square": lambda m, s, a, b: mean(m, s, a, b) ** 2 + (b * s * mp.pi) ** 2 / 6}
    entries = [continuous("Transformed(Gumbel, Affine)", {}, x, d) for d in (right, left)]
    choose = lambda key: np.where(factor > 0, *[np.array(entry[key], float) for entry in entries])
    spread = np.abs(factor) * scale
    entry = family(
        "Transformed(Gumbel, Affine)", parameters, x, choose("log_prob"), np.log(spread) + 1 + float(mp.euler),
        shift + factor * (loc + float(mp.euler) * scale), (np.pi * spread) ** 2 / 6,
    )
    return entry | {
        "cdf": listed(choose("cdf")), "bins": listed(choose("bins")), "mode": listed(shift + factor * loc),
        "gradients": gradients(parameters, expectations),
    }


def power():
    """Powers of gamma variables: SciPy's generalized gamma."""
    a, b = np.array([[2.5, 9.0, 12.5], [14.0, 3.0, 6.0]]), np.array([0.5, 2.0, 1.3])
    exponent = np.array([[0.5, 1.5, -1.0], [-0.7, 0.3, 2.0]])
    x = np.array([[2.0, 7.0, 0.15], [0.1, 1.2, 20.0]])
    parameters = {"concentration": a, "rate": b, "exponent": exponent}
    moment = lambda k: lambda a, b, p: mp.gamma(a + k * p) / mp.gamma(a) * b ** (-k * p)
    expectations = {"x": moment(1), "log": lambda a, b, p: p * (mp.digamma(a) - mp.log(b))}
    return continuous(
        "Transformed(Gamma, Power)", parameters, x, stats.gengamma(a, 1 / exponent, scale=b**-exponent),
        gradients=gradients(parameters, expectations), **UNKNOWN,
    )


def ordered():
    """The first entry is normal, and each step from one entry to the next is log-normal."""
    loc, scale = np.array([[0.3, -1.0, 0.5], [2.0, 0.7, -2.0]]), np.array([0.4, 0.6, 1.5])
    x = np.array([[0.1, 0.5, 3.0], [1.5, 4.0, 4.1]])
    steps = stats.lognorm(scale[1:], scale=np.exp(loc[:, 1:])).logpdf(np.diff(x)).sum(-1)
    entry = family("Transformed(Normal, Ordered)", {"loc": loc, "scale": scale}, x, stats.norm(loc[:, 0], scale[0]).logpdf(x[:, 0]) + steps, [])
    means = np.exp(loc + scale**2 / 2)
    weights = np.arange(1, 4)

    # E[x_k] is the first location and the means of the steps up to k: each step is in all later entries.
    later = weights[::-1].cumsum()[::-1]
    by_loc = np.concatenate([np.full((2, 1), later[0]), later[1:] * means[:, 1:]], -1)
    by_scale = np.concatenate([np.zeros((2, 1)), later[1:] * means[:, 1:] * scale[1:]], -1).sum(0)
    return entry | {"entropy": None, "gradients": {"x": {"loc": listed(by_loc), "scale": listed(by_scale)}}}


def masked():
    mask = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    loc, scale = np.array([[0.3, -1.0, 1.2], [0.0, 0.7, -2.0]]), np.array([0.4, 0.6, 0.25])
    x = np.array([[1.1, 0.2, 5.0], [1.0, 3.0, 0.13]])
    d = stats.lognorm(scale, scale=np.exp(loc))
    yield continuous("Masked(LogNormal)", {"loc": loc, "scale": scale, "mask": mask}, x, d, mode=listed(np.exp(loc - scale**2))) | {
        "log_prob": listed(np.where(mask > 0, d.logpdf(x), 0)),
        "entropy": listed(np.where(mask > 0, loc + np.log(scale) + 0.5 * np.log(2 * np.pi * np.e), 0)),
        "mean": listed(np.exp(loc + scale**2 / 2)), "variance": listed(np.expm1(scale**2) * np.exp(2 * loc + scale**2)),
    }

    a = np.array([[0.9, 3.5, 0.8], [4.0, 2.5, 1.7]])
    x = np.array([[0.2, 0.75, 0.05], [0.1, 0.8, 0.1]])
    mask = np.array([1.0, 0.0])
    ds, total = [stats.dirichlet(row) for row in a], a.sum(-1, keepdims=True)
    entry = family(
        "Masked(Dirichlet)", {"concentration": a, "mask": mask}, x, mask * [d.logpdf(v) for d, v in zip(ds, x)], mask * [d.entropy() for d in ds],
        [d.mean() for d in ds], [d.var() for d in ds],
    )
    yield entry | {"bins": listed(stats.beta(a, total - a).ppf(BINS.reshape(-1, 1, 1)))}

    rate, x, mask = np.array([0.5, 2.0, 4.0]), np.array([0.0, 3.0, 5.0]), np.array([1.0, 0.0, 1.0])
    d = stats.poisson(rate)
    yield family("Masked(Poisson)", {"rate": rate, "mask": mask}, x, mask * d.logpmf(x), [], rate, rate) | {
        "entropy": None, "cdf": listed(d.cdf(x)), "pmf": pmf(np.arange(20), d.pmf),
    }


def censored():
    """X = min(max(Y, low), high): values at an end have the probability beyond it."""
    loc, scale = np.array([[0.5, -1.0, 2.0], [0.0, 3.0, -4.0]]), np.array([0.5, 2.0, 1.3])
    low, high = loc - scale * np.array([0.4, 1.5, 2.0]), loc + scale * np.array([1.2, 0.7, 1.9])
    share = np.array([[0.0, 0.3, 1.0], [0.6, 0.0, 0.45]])
    phi, cdf = mp.npdf, mp.ncdf

    def mean(m, s, a, b):
        u, v = (a - m) / s, (b - m) / s
        return a * cdf(u) + b * cdf(-v) + m * (cdf(v) - cdf(u)) + s * (phi(u) - phi(v))

    def square(m, s, a, b):
        u, v = (a - m) / s, (b - m) / s
        inside = (m**2 + s**2) * (cdf(v) - cdf(u)) + 2 * m * s * (phi(u) - phi(v)) + s**2 * (u * phi(u) - v * phi(v))
        return a**2 * cdf(u) + b**2 * cdf(-v) + inside

    parameters = {"loc": loc, "scale": scale, "low": low, "high": high}

    # The very ends, not what rounds to them.
    x = np.where(share == 0, low, np.where(share == 1, high, low + share * (high - low)))
    yield seen("Censored(Normal)", parameters, x, stats.norm(loc, scale), low, high) | {
        "gradients": gradients(parameters, {"x": mean, "square": square}),
    }

    scale, k, high = np.array([0.5, 2.0, 1.5]), np.array([0.7, 1.0, 3.5]), np.array([0.4, 3.0, 0.9])
    parameters = {"scale": scale, "concentration": k, "high": high}
    upper = lambda s, k, b: s * mp.gammainc(1 + 1 / k, 0, (b / s) ** k) + b * mp.exp(-((b / s) ** k))
    yield seen("Censored(Weibull)", parameters, np.array([0.4, 1.7, 0.3]), stats.weibull_min(k, scale=scale), -np.inf, high) | {
        "gradients": gradients(parameters, {"x": upper}),
    }

    loc, scale, low = np.array([0.5, -1.0]), np.array([0.5, 2.0]), np.array([0.2, -1.5])
    parameters = {"loc": loc, "scale": scale, "low": low}
    lower = lambda m, s, a: a + s * mp.log1p(mp.exp((m - a) / s))
    yield seen("Censored(Logistic)", parameters, np.array([0.2, 4.0]), stats.logistic(loc, scale), low, np.inf) | {
        "gradients": gradients(parameters, {"x": lower}),
    }


def seen(name, parameters, x, d, low, high):
    """Quantiles are those of the base, cut off; several of them may be one end, so the probability up to each is told beside them."""
    log_prob = np.where(x == low, d.logcdf(x), np.where(x == high, d.logsf(x), d.logpdf(x)))
    below = lambda v: np.where(v >= high, 1, np.where(v < low, 0, d.cdf(v)))
    bins = np.clip(d.ppf(BINS.reshape(-1, *[1] * x.ndim)), low, high)
    return family(name, parameters, x, log_prob, []) | {
        "entropy": None, "cdf": listed(below(x)), "bins": listed(bins), "below": listed(below(bins)),
    }


def improper():
    low, high = np.array([0.5, -2.0]), np.array([[1.5, 0.0], [2.0, 7.0]])
    flat = lambda name, parameters, x, shape: family(name, parameters, x, np.zeros(shape), []) | {"entropy": None}
    yield flat("ImproperUniform(Interval)", {"low": low, "high": high}, np.array([[0.5, -0.3], [1.9, 7.0]]), (2, 2))
    yield flat("ImproperUniform(GreaterThan)", {"low": low}, np.array([1.0, 300.0]), 2)
    yield flat("ImproperUniform(Simplex)", {}, np.array([[0.1, 0.2, 0.7], [0.25, 0.75, 0.0]]), 2)
    yield flat("ImproperUniform(Ordered)", {}, np.array([[-3.0, 0.2, 0.7], [1.0, 2.0, 30.0]]), 2)


def reshaped():
    """A normal vector of four numbers, read row by row as a matrix."""
    loc = np.array([[0.3, -1.0, 0.5, 2.0], [2.0, 0.7, -2.0, 0.0]])
    tril = np.array([[1.2, 0, 0, 0], [0.4, 0.7, 0, 0], [-0.3, 0.9, 2.0, 0], [0.1, -0.2, 0.5, 0.6]])
    x = np.array([[0.1, 0.5, 3.0, 1.0], [1.5, 4.0, 4.1, -1.0]])
    ds = [stats.multivariate_normal(m, tril @ tril.T) for m in loc]
    matrices = lambda v: np.reshape(v, (2, 2, 2))
    yield normal_marginals(family(
        "Reshaped(MultivariateNormal)", {"loc": loc, "scaleTril": tril}, matrices(x), [d.logpdf(v) for d, v in zip(ds, x)],
        [d.entropy() for d in ds], matrices(loc), matrices(np.tile(np.diagonal(tril @ tril.T), (2, 1))),
    ) | {"mode": listed(matrices(loc))})


def codeword():
    """Every row of a table with the same probability."""
    table = np.array([[0.0, 1.0, 2.0], [-1.0, 0.5, 0.0], [3.0, 0.0, 0.25], [0.0, 1.0, -2.0]])
    both = lambda row: np.stack([row, row])
    yield family(
        "Codeword", {"vectors": table}, table[[2, 0]], np.full(2, -np.log(4)), np.full(2, np.log(4)), both(table.mean(0)), both(table.var(0)),
    ) | {"pmf": pmf([both(row) for row in table], lambda value: np.full(2, 0.25))}


def families():
    for group in (transformed, masked, censored, improper, reshaped, codeword):
        yield from group()


def divergences():
    return []


def edges():
    return []
