"""Families of counts, categories and what is made of them."""

import mpmath as mp
import numpy as np
import torch
from scipy import optimize, special, stats

from common import BINS, beta_share, divergence, edge, family, listed, pmf, power_log


def count(name, parameters, value, d, values, entropy=None, **more):
    """A family of counts that SciPy has, elementwise; the entropy is that of a sum over the support where one is given."""
    entry = family(name, parameters, value, d.logpmf(value), 0, d.mean(), d.var())
    entry["entropy"] = None if entropy is None else listed(entropy)
    entry["cdf"] = listed(d.cdf(value))
    return {**entry, "pmf": pmf(values, d.pmf), **more}


def entropy_by_sum(d, values):
    return special.entr(np.array([d.pmf(v) for v in values])).sum(0)


def poisson():
    rate = np.array([[0.0, 0.3, 2.5], [7.0, 40.5, 3.2]])
    x = np.array([[0, 2, 0], [7, 31, 11]])
    yield count("Poisson", {"rate": rate}, x, stats.poisson(rate), range(70), mode=listed(np.floor(rate)))


def geometric():
    probs = np.array([[0.02, 0.3, 0.5], [0.7, 0.9, 0.999]])
    x = np.array([[60, 0, 3], [1, 2, 1]])
    d = stats.geom(probs, loc=-1)
    entropy = (special.entr(probs) + special.entr(1 - probs)) / probs
    yield count("Geometric(probs)", {"probs": probs}, x, d, range(40), entropy, mode=listed(0 * probs))
    logits = np.array([[-4.0, -0.3, 0.0], [0.7, 2.0, 5.0]])
    p, q = special.expit(logits), special.expit(-logits)
    entropy = -(p * special.log_expit(logits) + q * special.log_expit(-logits)) / p
    d = stats.geom(p, loc=-1)
    yield count("Geometric(logits)", {"logits": logits}, x, d, range(40), entropy, mode=listed(0 * p), mean=listed(q / p), variance=listed(q / p**2))


def binomial():
    n = np.array([[10, 1, 5], [40, 7, 0]])
    p = np.array([[0.0, 0.3, 1.0], [0.25, 0.9, 0.4]])
    x = np.array([[0, 1, 5], [31, 6, 0]])
    d = stats.binom(n, p)
    mode = np.minimum(np.floor((n + 1) * p), n)
    yield count("Binomial(probs)", {"totalCount": n, "probs": p}, x, d, range(41), entropy_by_sum(d, range(41)), mode=listed(mode))
    n = np.array([[10], [40]])
    logits = np.array([[-4.0, -0.3, 0.0], [0.7, 2.0, 5.0]])
    x = np.array([[3, 0, 10], [31, 36, 40]])
    d = stats.binom(n, special.expit(logits))
    mode = np.floor((n + 1) * special.expit(logits))
    yield count("Binomial(logits)", {"totalCount": n, "logits": logits}, x, d, range(41), entropy_by_sum(d, range(41)), mode=listed(mode))


def negative_binomial():
    r = np.array([[0.2, 1.0, 3.5], [0.6, 40.0, 200.0]])
    p = np.array([0.5, 0.2, 0.05])
    x = np.array([[0, 2, 1], [11, 9, 17]])
    mode = np.maximum(np.floor((r - 1) * p / (1 - p)), 0)
    d = stats.nbinom(r, 1 - p)
    yield count("NegativeBinomial(probs)", {"totalCount": r, "probs": p}, x, d, range(40), cdf=listed(beta_share(r, x + 1, 1 - p)), mode=listed(mode))
    logits = np.array([-0.5, 1.5, -3.0])
    ratio = np.exp(logits)
    mode = np.maximum(np.floor((r - 1) * ratio), 0)
    d = stats.nbinom(r, special.expit(-logits))
    yield count(
        "NegativeBinomial(logits)", {"totalCount": r, "logits": logits}, x, d, range(40), cdf=listed(beta_share(r, x + 1, special.expit(-logits))),
        mode=listed(mode), mean=listed(r * ratio), variance=listed(r * ratio * (1 + ratio)),
    )


def discrete_uniform():
    low, high = np.array([[0, -3, 5], [2, -7, 1]]), np.array([[9, 3, 5], [40, -1, 6]])
    x = np.array([[4, 3, 5], [2, -3, 6]])
    d = stats.randint(low, high + 1)
    yield count("DiscreteUniform", {"low": low, "high": high}, x, d, range(-8, 42), np.log(high - low + 1), mode=listed(low))


def gamma_poisson():
    a = np.array([[0.2, 1.0, 3.5], [0.6, 40.0, 200.0]])
    b = np.array([0.5, 2.0, 13.0])
    x = np.array([[0, 2, 1], [11, 9, 17]])
    mode = np.maximum(np.floor((a - 1) / b), 0)
    yield count("GammaPoisson", {"concentration": a, "rate": b}, x, stats.nbinom(a, b / (1 + b)), range(60), cdf=listed(beta_share(a, x + 1, b / (1 + b))), mode=listed(mode))


def beta_binomial():
    n = np.array([[10], [40]])
    a, b = np.array([0.2, 3.0, 3.5]), np.array([0.5, 0.8, 7.0])
    x = np.array([[0, 10, 3], [31, 38, 11]])
    d = stats.betabinom(n, a, b)
    mode = [[0, 10, np.floor(11 * 2.5 / 8.5)], [0, 40, np.floor(41 * 2.5 / 8.5)]]
    parameters = {"concentration1": a, "concentration0": b, "totalCount": n}
    yield count("BetaBinomial", parameters, x, d, range(41), entropy_by_sum(d, range(41)), mode=listed(mode))


def one_hot():
    weights = np.array([[1.0, 0.0, 3.0], [0.2, 0.3, 0.5]])
    logits = np.array([[-2.0, 0.5, 30.0], [0.0, -700.0, 0.1], [3.0, 2.0, 1.0]])
    soft = np.array([[-2.0, 0.5, 3.0], [0.0, -1.0, 0.1], [3.0, 2.0, 1.0]])
    cases = [
        ("OneHotCategorical(probs)", {"probs": weights}, np.log(np.maximum(weights, 1e-300) / weights.sum(-1, keepdims=True)), [2, 1]),
        ("OneHotCategorical(logits)", {"logits": logits}, special.log_softmax(logits, axis=-1), [2, 0, 1]),
        ("OneHotCategoricalStraightThrough", {"logits": soft}, special.log_softmax(soft, axis=-1), [2, 0, 1]),
    ]
    for name, parameters, log_p, x in cases:
        p = np.exp(log_p)
        entry = family(name, parameters, np.eye(3)[x], log_p[np.arange(len(x)), x], special.entr(p).sum(-1), p, p * (1 - p))
        entry["pmf"] = pmf(np.eye(3).tolist(), lambda v: p @ np.array(v))
        yield {**entry, "mode": listed(np.eye(3)[p.argmax(-1)])}


def compositions(n, k):
    return [[n]] if k == 1 else [[first, *rest] for first in range(n + 1) for rest in compositions(n - first, k - 1)]


def multinomial():
    n = np.array([6, 2])
    weights = np.array([[1.0, 0.0, 3.0], [0.2, 0.3, 0.5]])
    p = weights / weights.sum(-1, keepdims=True)
    x = np.array([[2, 0, 4], [1, 1, 0]])
    ds = [stats.multinomial(a, b) for a, b in zip(n, p)]
    log_prob = [d.logpmf(v) for d, v in zip(ds, x)]
    entry = family("Multinomial(probs)", {"totalCount": n, "probs": weights}, x, log_prob, 0, n[:, None] * p, n[:, None] * p * (1 - p))
    values = compositions(6, 3) + compositions(2, 3)
    yield {**entry, "entropy": None, "pmf": pmf(values, lambda v: [d.pmf(v) for d in ds])}

    # Fewer trials than categories are drawn in another way.
    logits = np.array([[-2.0, 0.5, 1.0, 0.0, 0.3], [0.0, -0.2, 0.1, -700.0, 2.0]])
    p = special.softmax(logits, axis=-1)
    x = np.array([[0, 1, 0, 1, 1], [0, 0, 1, 0, 2]])
    log_p = special.log_softmax(logits, axis=-1)
    log = lambda v: special.gammaln(4) + (v * log_p - special.gammaln(np.asarray(v) + 1)).sum(-1)
    entry = family("Multinomial(logits)", {"logits": logits}, x, log(x), 0, 3 * p, 3 * p * (1 - p))
    yield {**entry, "entropy": None, "pmf": pmf(compositions(3, 5), lambda v: np.exp(log(v)))}


def dirichlet_multinomial():
    n = np.array([6, 2])
    a = np.array([[0.2, 1.0, 3.5], [4.0, 0.7, 2.5]])
    x = np.array([[2, 0, 4], [1, 1, 0]])
    g = special.gammaln
    total = a.sum(-1)
    def log(v):
        v = np.asarray(v)
        inside = v.sum(-1) == n
        value = g(n + 1) - (g(total + n) - g(total)) + (g(a + v) - g(a) - g(v + 1)).sum(-1)
        return np.where(inside, value, -np.inf)
    mean = n[:, None] * a / total[:, None]
    variance = mean * (1 - a / total[:, None]) * ((n + total) / (1 + total))[:, None]
    entry = family("DirichletMultinomial", {"concentration": a, "totalCount": n}, x, log(x), 0, mean, variance)
    values = compositions(6, 3) + compositions(2, 3)
    yield {**entry, "entropy": None, "pmf": pmf(values, lambda v: np.exp(log(v)))}


def ordered_logistic():
    predictor = np.array([[0.3], [-4.0]])
    cut = np.array([[-1.0, 0.5, 2.0], [-5.0, -4.9, 30.0], [0.1, 0.2, 0.3]])
    below = special.expit(np.concatenate([np.full((3, 1), -np.inf), cut, np.full((3, 1), np.inf)], -1) - predictor[..., None])
    p = np.diff(below, axis=-1)
    x = np.array([[0, 2, 3], [1, 1, 0]])
    entry = family("OrderedLogistic", {"predictor": predictor, "cutpoints": cut}, x, np.log(np.take_along_axis(p, x[..., None], -1)[..., 0]), 0)
    cdf = np.take_along_axis(below, x[..., None] + 1, -1)[..., 0]
    entropy = special.entr(p).sum(-1)
    more = dict(entropy=listed(entropy), mean=None, variance=None, mode=listed(p.argmax(-1)), cdf=listed(cdf))
    yield {**entry, **more, "pmf": pmf(range(4), lambda c: p[..., c])}


def gated(name, parameters, value, zero, mass, mean, variance, cdf, **more):
    """A family whose 0 has the probability `zero`; `mass`, `cdf` take any count."""
    entry = family(name, parameters, value, np.log(np.where(value == 0, zero, mass(value))), 0, mean, variance)
    whole = pmf(range(60), lambda v: np.where(v == 0, zero, mass(v)) + 0 * mean)
    return {**entry, "entropy": None, "cdf": listed(cdf(value)), "pmf": whole, **more}


def zero_inflated():
    rate, gate = np.array([[0.2, 3.0, 8.5], [1.0, 5.5, 20.0]]), np.array([0.0, 0.3, 0.7])
    x = np.array([[0, 2, 0], [1, 0, 22]])
    d = stats.poisson(rate)
    moments = ((1 - gate) * rate, (1 - gate) * (rate + gate * rate**2))
    zero = gate + (1 - gate) * d.pmf(0)
    mode = [[0, 0, 0], [0, 0, 0]]
    mass = lambda v: (1 - gate) * d.pmf(v)
    cdf = lambda v: gate + (1 - gate) * d.cdf(v)
    yield gated("ZeroInflated(Poisson)", {"rate": rate, "gate": gate}, x, zero, mass, *moments, cdf, mode=mode)
    r, logits = np.array([[0.2], [30.0]]), np.array([-3.0, 0.0, 2.0])
    gate, d = special.expit(logits), stats.nbinom(r, 0.75)
    x = np.array([[0, 2, 0], [1, 0, 22]])
    moments = ((1 - gate) * d.mean(), (1 - gate) * (d.var() + gate * d.mean()**2))
    mass = lambda v: (1 - gate) * d.pmf(v)
    mode = [[0, 0, 0], [9, 0, 0]]
    cdf = lambda v: gate + (1 - gate) * beta_share(r, v + 1, 0.75)
    yield gated(
        "ZeroInflated(NegativeBinomial)", {"totalCount": r, "gateLogits": logits}, x, gate + (1 - gate) * d.pmf(0), mass, *moments, cdf, mode=mode,
    )


def hurdle():
    def parts(d, gate):
        scale = (1 - gate) / -np.expm1(d.logpmf(0))
        second = scale * (d.var() + d.mean()**2)
        return scale, scale * d.mean(), second - (scale * d.mean())**2
    rate, gate = np.array([[0.01, 3.0, 8.5], [1.0, 5.5, 20.0]]), np.array([0.0, 0.3, 0.7])
    x = np.array([[2, 2, 0], [1, 0, 22]])
    d = stats.poisson(rate)
    scale, mean, variance = parts(d, gate)
    cdf = lambda v: gate + scale * (d.cdf(v) - d.pmf(0))
    with np.errstate(divide="ignore"):
        yield gated("Hurdle(Poisson)", {"rate": rate, "gate": gate}, x, gate, lambda v: scale * d.pmf(v), mean, variance, cdf)
    p, logits = np.array([[0.2], [0.05]]), np.array([-3.0, 0.0, 2.0])
    gate, d = special.expit(logits), stats.binom(7, p)
    x = np.array([[0, 2, 0], [1, 0, 3]])
    scale, mean, variance = parts(d, gate)
    entry = gated("Hurdle(Binomial)", {"probs": p, "gateLogits": logits}, x, gate, lambda v: scale * d.pmf(v), mean, variance, lambda v: gate + scale * (d.cdf(v) - d.pmf(0)))
    yield {**entry, "entropy": listed(special.entr([np.where(v == 0, gate, scale * d.pmf(v)) for v in range(8)]).sum(0))}


def quantiles(cdf, shape):
    """The quantiles of a distribution function cdf(x, index), by bisection."""
    root = lambda q, index: optimize.brentq(lambda x: cdf(x, index) - q, -200, 200, xtol=1e-13)
    return listed([np.array([root(q, index) for index in np.ndindex(shape)]).reshape(shape) for q in BINS])


def mixed(name, parameters, value, w, logs, means, variances, **more):
    """A mixture; the components are the last dimension of w, log-densities and moments, but before the event of moments."""
    log_prob = special.logsumexp(logs, b=w, axis=-1)
    event = np.ndim(means) - np.ndim(w)
    weights = w.reshape(w.shape + (1,) * event)
    axis = np.ndim(w) - 1
    mean = (weights * means).sum(axis)
    variance = (weights * (variances + (means - np.expand_dims(mean, axis))**2)).sum(axis)
    return {**family(name, parameters, value, log_prob, 0, mean, variance), "entropy": None, **more}


def mixtures():
    logits = np.array([[0.3, -1.0], [0.0, 0.0], [2.0, -1.0]])
    loc, scale = np.array([[-1.0, 2.0], [0.0, 0.0], [5.0, -5.0]]), np.array([[0.5, 1.5], [0.2, 3.0], [1.0, 1.0]])
    w = special.softmax(logits, axis=-1)
    x = np.array([0.3, 0.1, -4.0])
    d = stats.norm(loc, scale)
    weights = np.array([[1.0], [2.0], [3.0]])
    mean, square = (w * loc).sum(-1, keepdims=True), (w * (loc**2 + scale**2)).sum(-1, keepdims=True)
    slopes = {
        "x": {"logits": listed(weights * w * (loc - mean)), "loc": listed(weights * w), "scale": listed(0 * w)},
        "square": {
            "logits": listed(weights * w * (loc**2 + scale**2 - square)), "loc": listed(weights * 2 * w * loc), "scale": listed(weights * 2 * w * scale),
        },
    }
    cdf = lambda v, i: (w[i] * stats.norm(loc[i], scale[i]).cdf(v)).sum(-1)
    yield mixed(
        "MixtureSameFamily(Normal)", {"logits": logits, "loc": loc, "scale": scale}, x, w, d.logpdf(x[:, None]), loc, scale**2,
        cdf=listed((w * d.cdf(x[:, None])).sum(-1)), bins=quantiles(cdf, (3,)), gradients=slopes,
    )

    probs = np.array([[1.0, 3.0], [0.5, 0.5]])
    w = probs / probs.sum(-1, keepdims=True)
    loc = np.array([[[0.0, 1.0, 2.0], [-1.0, 0.5, 0.0]], [[3.0, 0.0, 0.0], [0.0, 0.0, 3.0]]])
    scale = np.array([[1.0, 0.5, 2.0], [0.3, 1.0, 1.0]])
    x = np.array([[0.2, 0.4, -1.0], [2.0, 0.0, 1.0]])
    logs = stats.norm(loc, scale).logpdf(x[:, None, :]).sum(-1)
    yield mixed("MixtureSameFamily(Independent)", {"probs": probs, "loc": loc, "scale": scale}, x, w, logs, loc, np.broadcast_to(scale**2, loc.shape))

    probs = np.array([[1.0, 0.0, 3.0], [0.2, 0.3, 0.5]])
    w = probs / probs.sum(-1, keepdims=True)
    rate = np.array([[0.5, 3.0, 12.0], [1.0, 2.0, 30.0]])
    x = np.array([3, 20])
    d = stats.poisson(rate)
    yield mixed(
        "MixtureSameFamily(Poisson)", {"probs": probs, "rate": rate}, x, w, d.logpmf(x[:, None]), rate, rate, cdf=listed((w * d.cdf(x[:, None])).sum(-1)),
        pmf=pmf(range(60), lambda v: (w * d.pmf(v)).sum(-1)),
    )
    n, p = np.array([[5, 2, 9], [1, 1, 4]]), np.array([0.2, 0.9, 0.5])
    x = np.array([7, 1])
    d = stats.binom(n, p)
    mass = lambda v: (w * d.pmf(v)).sum(-1)
    with np.errstate(invalid="ignore"):
        yield mixed(
            "MixtureSameFamily(Binomial)", {"probs": probs, "totalCount": n, "p": p}, x, w, d.logpmf(x[:, None]), d.mean(), d.var(),
            cdf=listed((w * d.cdf(x[:, None])).sum(-1)), pmf=pmf(range(10), mass), **{"entropy": listed(special.entr([mass(v) for v in range(10)]).sum(0))},
        )

    probs = np.array([[1.0, 3.0], [0.5, 0.5]])
    w = probs / probs.sum(-1, keepdims=True)
    loc, scale, half = np.array([-1.0, 2.0]), np.array([0.5, 1.5]), np.array([3.0, 0.2])
    x = np.array([-0.7, 0.1])
    ds = [stats.norm(loc, scale), stats.halfnorm(scale=half)]
    every = lambda f: np.stack([f(d) for d in ds], -1)
    cdf = lambda v, i: w[i][0] * stats.norm(loc[i], scale[i]).cdf(v) + w[i][1] * stats.halfnorm(scale=half[i]).cdf(v)
    yield mixed(
        "Mixture(Normal, HalfNormal)", {"probs": probs, "loc": loc, "scale": scale, "half": half}, x, w, every(lambda d: d.logpdf(x)),
        every(lambda d: d.mean()), every(lambda d: d.var()), cdf=listed((w * every(lambda d: d.cdf(x))).sum(-1)), bins=quantiles(cdf, (2,)),
    )
    logits = np.array([[0.3, -1.0], [0.0, 0.0]])
    w = special.softmax(logits, axis=-1)
    rate, probs, x = np.array([4.0, 0.3]), np.array([0.3, 0.05]), np.array([2, 7])
    ds = [stats.poisson(rate), stats.geom(probs, loc=-1)]
    yield mixed(
        "Mixture(Poisson, Geometric)", {"logits": logits, "rate": rate, "probs": probs}, x, w, every(lambda d: d.logpmf(x)), every(lambda d: d.mean()),
        every(lambda d: d.var()), cdf=listed((w * every(lambda d: d.cdf(x))).sum(-1)), pmf=pmf(range(80), lambda v: (w * every(lambda d: d.pmf(v))).sum(-1)),
    )


def log_binomial(n, k):
    return mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)


def edges():
    yield edge(
        "Poisson", ["rate"], [(0.0, 0.0), (1e-300, 0.0), (1e-300, 3.0), (1e6, 1e6), (1e15, 1e15), (1.0, 170.0), (745.0, 0.0)],
        lambda r, x: power_log(x, r) - r - mp.loggamma(x + 1),
    )
    yield edge(
        "Geometric(probs)", ["probs"], [(1.0, 0.0), (1e-300, 0.0), (1e-12, 1e12), (0.5, 1000.0), (1 - 2.0**-50, 3.0)],
        lambda p, x: mp.log(p) + power_log(x, 1 - p),
    )
    yield edge(
        "Geometric(logits)", ["logits"], [(800.0, 0.0), (-800.0, 3.0), (40.0, 2.0), (-30.0, 1e13)],
        lambda l, x: -mp.log1p(mp.exp(-l)) - x * mp.log1p(mp.exp(l)),
    )
    yield edge(
        "Binomial(probs)", ["totalCount", "probs"],
        [(5.0, 0.0, 0.0), (5.0, 1.0, 5.0), (0.0, 0.5, 0.0), (1e6, 0.5, 500100.0), (1e15, 1e-15, 2.0), (50.0, 1e-300, 1.0)],
        lambda n, p, x: log_binomial(n, x) + power_log(x, p) + power_log(n - x, 1 - p),
    )
    yield edge(
        "Binomial(logits)", ["totalCount", "logits"], [(5.0, 800.0, 5.0), (5.0, -800.0, 0.0), (5.0, -800.0, 5.0), (1e15, -34.5, 2.0)],
        lambda n, l, x: log_binomial(n, x) - x * mp.log1p(mp.exp(-l)) - (n - x) * mp.log1p(mp.exp(l)),
    )
    rows = [(1e-10, 0.5, 0.0), (1e-10, 0.5, 4.0), (1e12, 2e-12, 3.0), (1e6, 0.5, 1000500.0), (3.0, 0.0, 0.0), (99.5, 0.1, 7.0), (101.0, 0.9, 900.0)]
    yield edge(
        "NegativeBinomial(probs)", ["totalCount", "probs"], rows,
        lambda r, p, x: mp.loggamma(x + r) - mp.loggamma(r) - mp.loggamma(x + 1) + power_log(x, p) + r * mp.log1p(-p),
    )
    yield edge(
        "NegativeBinomial(logits)", ["totalCount", "logits"], [(1e12, -27.0, 3.0), (2.0, 800.0, 3.0), (2.0, -800.0, 0.0), (1e-3, 30.0, 1e6)],
        lambda r, l, x: mp.loggamma(x + r) - mp.loggamma(r) - mp.loggamma(x + 1) - x * mp.log1p(mp.exp(-l)) - r * mp.log1p(mp.exp(l)),
    )


    rising = lambda a, n: mp.loggamma(a + n) - mp.loggamma(a)
    yield edge(
        "GammaPoisson", ["concentration", "rate"], [(1e12, 1e12, 3.0), (1e-10, 1e-10, 5.0), (1e-10, 1e10, 0.0), (3.0, 1e-200, 4.0), (3.0, 1e200, 0.0)],
        lambda a, b, x: rising(a, x) - mp.loggamma(x + 1) - a * mp.log1p(1 / b) - x * mp.log1p(b),
    )
    yield edge(
        "BetaBinomial", ["concentration1", "concentration0", "totalCount"],
        [(1e12, 3e12, 10.0, 4.0), (1e-10, 1e-10, 10.0, 0.0), (1e-10, 1e-10, 10.0, 4.0), (2.0, 3.0, 0.0, 0.0), (2.0, 3.0, 1e6, 7.0)],
        lambda a, b, n, x: log_binomial(n, x) + rising(a, x) + rising(b, n - x) - rising(a + b, n),
    )
    yield {
        "name": "Multinomial(probs)",
        "parameters": {"totalCount": [5.0, 0.0, 1000000.0], "probs": [[0.0, 1.0, 0.0], [0.2, 0.3, 0.5], [1e-6, 1.0, 1.0]]},
        "value": [[0.0, 5.0, 0.0], [0.0, 0.0, 0.0], [1.0, 500000.0, 499999.0]],
        "log_prob": [0.0, 0.0, float(
            mp.loggamma(1000001) - mp.loggamma(500001) - mp.loggamma(500000)
            + mp.log(mp.mpf(1e-6)) + 999999 * mp.log(1) - 1000000 * mp.log(2 + mp.mpf(1e-6))
        )],
    }
    yield {
        "name": "DirichletMultinomial",
        "parameters": {"concentration": [[1e-10, 1e-10], [1e12, 1e12], [2.0, 3.0]], "totalCount": [4.0, 4.0, 0.0]},
        "value": [[4.0, 0.0], [1.0, 3.0], [0.0, 0.0]],
        "log_prob": [
            float(sum((rising(mp.mpf(a), v) - mp.loggamma(v + 1) for a, v in zip(row, x)), mp.loggamma(n + 1)) - rising(mp.mpf(row[0]) + mp.mpf(row[1]), n))
            for row, x, n in [([1e-10, 1e-10], (4, 0), 4), ([1e12, 1e12], (1, 3), 4), ([2.0, 3.0], (0, 0), 0)]
        ],
    }
    poisson_log = lambda r, x: x * mp.log(r) - r - mp.loggamma(x + 1)
    yield edge(
        "ZeroInflated(Poisson)", ["gate", "rate"],
        [(0.0, 800.0, 0.0), (1.0, 3.0, 0.0), (1.0, 800.0, 0.0), (1e-300, 3.0, 0.0), (1e-300, 800.0, 0.0), (0.5, 1e-300, 0.0), (0.0, 3.0, 2.0), (0.5, 0.0, 0.0)],
        lambda g, r, x: mp.log(g + (1 - g) * mp.exp(-r)) if x == 0 else mp.log1p(-g) + poisson_log(r, x),
    )
    yield edge(
        "Hurdle(Poisson)", ["gate", "rate"],
        [(0.3, 1e-10, 1.0), (0.3, 1e-300, 1.0), (0.0, 800.0, 3.0), (0.2, 800.0, 0.0), (1.0, 3.0, 0.0), (0.5, 0.0, 0.0), (0.5, 30.0, 31.0)],
        lambda g, r, x: mp.log(g) if x == 0 else mp.log1p(-g) + poisson_log(r, x) - mp.log(-mp.expm1(-r)),
    )
    normal_log = lambda m, s, x: -((mp.mpf(x) - m) / s) ** 2 / 2 - mp.log(s) - mp.log(2 * mp.pi) / 2
    tails = [([0.0, 0.0], [0.0, 1.0], [1.0, 1.0], 1e3), ([0.0, -800.0], [0.0, 50.0], [1.0, 0.01], 50.0), ([3.0, 0.0], [0.0, 0.0], [1e-3, 1e3], 200.0)]
    yield {
        "name": "MixtureSameFamily(Normal)",
        "parameters": {name: [row[i] for row in tails] for i, name in enumerate(["logits", "loc", "scale"])},
        "value": [row[3] for row in tails],
        "log_prob": [
            float(mp.log(sum(mp.exp(mp.mpf(l)) * mp.exp(normal_log(m, s, x)) for l, m, s in zip(*row[:3]))) - mp.log(sum(mp.exp(mp.mpf(l)) for l in row[0])))
            for row in tails for x in row[3:]
        ],
    }
    mass = [([1.0, 0.0, 1.0], [800.0, 1e-3, 900.0], 0.0), ([0.0, 1.0, 0.0], [1.0, 2.0, 3.0], 4.0), ([1.0, 1.0, 0.0], [1e-300, 1e-300, 5.0], 2.0)]
    yield {
        "name": "MixtureSameFamily(Poisson)",
        "parameters": {"probs": [row[0] for row in mass], "rate": [row[1] for row in mass]},
        "value": [row[2] for row in mass],
        "log_prob": [
            float(mp.log(sum(w * mp.exp(poisson_log(mp.mpf(r), mp.mpf(x))) for w, r in zip(ws, rs))) - mp.log(sum(ws))) for ws, rs, x in mass
        ],
    }
    cut = [[-1.0, 1.0], [-1.0, 1.0], [0.0, 1e-14], [-700.0, 700.0], [-1.0, 1.0]]
    below = lambda c, m: 1 / (1 + mp.exp(mp.mpf(m) - mp.mpf(c)))
    yield {
        "name": "OrderedLogistic",
        "parameters": {"predictor": [800.0, -800.0, 0.3, 0.0, 60.0], "cutpoints": cut},
        "value": [0, 2, 1, 1, 1],
        "log_prob": [
            float(mp.log(below(-1.0, 800.0))), float(mp.log(1 / (1 + mp.exp(1 + mp.mpf(800))))), float(mp.log(below(1e-14, 0.3) - below(0.0, 0.3))),
            float(mp.log(below(700.0, 0.0) - below(-700.0, 0.0))), float(mp.log(below(1.0, 60.0) - below(-1.0, 60.0))),
        ],
    }


def divergences():
    t = lambda x: torch.tensor(x, dtype=torch.float64)
    d = torch.distributions
    kl = lambda q, p: d.kl_divergence(q, p).tolist()
    r, r2 = t([0.5, 3.0, 40.0]), t([1.5, 3.0, 30.0])
    yield divergence("Poisson||Poisson", {"rate": r, "rate2": r2}, kl(d.Poisson(r), d.Poisson(r2)))
    p, p2 = t([[0.2, 0.5, 0.9]]), t([[0.4], [0.7]])
    yield divergence("Geometric||Geometric", {"probs": p, "probs2": p2}, kl(d.Geometric(p), d.Geometric(p2)))
    l, l2 = t([-2.0, 0.5, 1.0]), t([-1.0, 0.5, 3.0])
    yield divergence("Geometric||Geometric by logits", {"logits": l, "logits2": l2}, kl(d.Geometric(logits=l), d.Geometric(logits=l2)))
    n = t([3.0, 10.0, 1.0])
    yield divergence("Binomial||Binomial", {"n": n, "probs": p, "probs2": p2}, kl(d.Binomial(n, p), d.Binomial(n, p2)))
    low, high, low2, high2 = np.array([0, -2, 3]), np.array([4, 2, 3]), np.array([0, -5, 2]), np.array([4, 4, 9])
    yield divergence(
        "DiscreteUniform||DiscreteUniform", {"low": low, "high": high, "low2": low2, "high2": high2}, np.log((high2 - low2 + 1) / (high - low + 1)),
    )
    yield divergence("Bernoulli||Poisson", {"probs": p, "rate2": r2}, kl(d.Bernoulli(p), d.Poisson(r2)))


    predictor, cut = np.array([-0.5, 1.0, 3.0]), np.array([[-1.0, 0.2, 1.5], [0.0, 0.5, 4.0], [-2.0, 1.0, 1.1]])
    predictor2, cut2 = np.array([0.1, 1.0, -2.0]), np.array([[-0.5, 0.0, 2.0], [0.0, 0.5, 4.0], [-1.0, 1.0, 3.0]])
    share = lambda m, c: np.diff(np.concatenate([np.zeros((3, 1)), special.expit(c - m[:, None]), np.ones((3, 1))], -1))
    yield divergence(
        "OrderedLogistic||OrderedLogistic", {"predictor": predictor, "cutpoints": cut, "predictor2": predictor2, "cutpoints2": cut2},
        special.rel_entr(share(predictor, cut), share(predictor2, cut2)).sum(-1),
    )
    w, w2, trials = np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]]), np.array([0.3, 0.3, 0.4]), np.array([4, 11])
    yield divergence("Multinomial||Multinomial", {"totalCount": trials, "probs": w, "probs2": w2}, trials * special.rel_entr(w, w2).sum(-1))
    c, c2 = t([[-2.0, 0.5, 1.0], [0.0, 0.0, 3.0]]), t([[0.1, 0.2, 0.3], [-1.0, 1.0, 0.0]])
    one = d.OneHotCategorical
    value = kl(one(logits=c), one(logits=c2))
    yield divergence("OneHotCategorical||OneHotCategorical", {"logits": c, "probs2": c2.exp()}, value)
    yield divergence("OneHotCategoricalStraightThrough||OneHotCategorical", {"logits": c, "logits2": c2}, value)
    yield divergence("OneHotCategoricalStraightThrough||OneHotCategoricalStraightThrough", {"logits": c, "probs2": c2.exp()}, value)


MAKERS = (
    poisson, geometric, binomial, negative_binomial, discrete_uniform, gamma_poisson, beta_binomial, one_hot, multinomial, dirichlet_multinomial,
    ordered_logistic, zero_inflated, hurdle, mixtures,
)


def families():
    for make in MAKERS:
        yield from make()
