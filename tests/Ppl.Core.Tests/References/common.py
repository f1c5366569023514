"""What every group of references uses: the entries of the tables as JSON, and exact gradients of expectations."""

import mpmath as mp
import numpy as np
from scipy import stats

mp.mp.dps = 60


def listed(x):
    """Numbers as lists; JSON has no infinities, so they are strings."""
    if np.ndim(x) > 0:
        return [listed(item) for item in x]
    return float(x) if np.isfinite(float(x)) else str(float(x))


# Draws are counted between these quantiles: 20 bins of equal probability.
BINS = np.arange(1, 20) / 20


def continuous(name, parameters, value, d, **more):
    """A family that SciPy has, elementwise. `more` overrides what SciPy says or adds to it."""
    entry = family(name, parameters, value, d.logpdf(value), d.entropy(), d.mean(), d.var())
    shape = np.shape(value)
    entry["cdf"] = listed(d.cdf(value))
    entry["bins"] = listed(np.broadcast_to(d.ppf(BINS.reshape(-1, *[1] * len(shape))), (19, *shape)))
    return {**entry, **more}


def family(name, parameters, value, log_prob, entropy, mean=None, variance=None):
    return {
        "name": name,
        "parameters": {k: listed(v) for k, v in parameters.items()},
        "value": listed(value),
        "log_prob": listed(log_prob),
        "entropy": listed(entropy),
        "mean": None if mean is None else listed(mean),
        "variance": None if variance is None else listed(variance),
    }


def normal_marginals(entry):
    """The same with bins, for a family whose entries are normal each, by their means and variances."""
    mean, variance = np.array(entry["mean"]), np.array(entry["variance"])
    return entry | {"bins": listed(stats.norm(mean, np.sqrt(variance)).ppf(BINS.reshape(-1, *[1] * mean.ndim)))}


def gradients(parameters, expectations):
    """The gradients of sum(w * E[f(x)]) for f in x, x^2 and log x, by each parameter; w is 1, 2, 3, ... along the last dimension.

    `expectations` maps the name of f to E[f(x)] as a function of the parameters of one element.
    """
    arrays = np.broadcast_arrays(*parameters.values())
    weights = np.broadcast_to(np.arange(1, arrays[0].shape[-1] + 1), arrays[0].shape)
    result = {}
    for f, expectation in expectations.items():
        result[f] = {}
        for i, (name, value) in enumerate(parameters.items()):
            whole = np.zeros(arrays[0].shape)
            for index in np.ndindex(whole.shape):
                at = tuple(mp.mpf(float(a[index])) for a in arrays)
                order = tuple(1 if k == i else 0 for k in range(len(at)))
                whole[index] = weights[index] * float(mp.diff(expectation, at, order))
            result[f][name] = listed(whole.sum(tuple(range(whole.ndim - np.ndim(value)))) if np.ndim(value) < whole.ndim else whole)
    return result


def edge(name, names, rows, log_density):
    """Log-densities where double precision is hard: rows of [parameters..., value], and the exact logarithm of the density by mpmath."""
    return {
        "name": name,
        "parameters": {n: [row[i] for row in rows] for i, n in enumerate(names)},
        "value": [row[len(names)] for row in rows],
        "log_prob": listed([float(log_density(*[mp.mpf(v) for v in row])) for row in rows]),
    }


def power_log(c, x):
    """c log x, with 0 log 0 = 0."""
    return mp.mpf(0) if c == 0 else c * mp.log(x)


def pmf(values, mass):
    """Probabilities of single values, by which draws of a discrete family are counted: mass(value) has the shape of a draw."""
    return {"values": listed(values), "probs": listed([mass(v) for v in values])}


@np.vectorize
def beta_share(a, b, x):
    """The regularized incomplete beta function, of whichever side is the smaller."""
    a, b, x = mp.mpf(float(a)), mp.mpf(float(b)), mp.mpf(float(x))
    return float(mp.betainc(a, b, 0, x, regularized=True))


def polished(cdf, log_density, quantiles, probabilities):
    """SciPy's quantiles after two Newton steps with functions of mpmath, elementwise."""
    def at(x, p, *parameters):
        x, parameters = mp.mpf(float(x)), [mp.mpf(float(v)) for v in parameters]
        for _ in range(2):
            x -= (cdf(*parameters, x) - mp.mpf(float(p))) / mp.exp(log_density(*parameters, x))
        return float(x)
    return lambda *parameters: np.vectorize(at)(quantiles, probabilities, *parameters)


def divergence(name, parameters, kl):
    return {"name": name, "parameters": {k: listed(v) for k, v in parameters.items()}, "kl": listed(kl)}
