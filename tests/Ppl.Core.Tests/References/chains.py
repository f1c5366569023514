"""Families of whole series, and of the values of pictures."""

import itertools

import mpmath as mp
import numpy as np
from scipy import stats

from common import divergence, family, listed, normal_marginals, pmf


def dense(mean, root, value, seen=None):
    """A family of normal series whose covariance is root rootᵀ: its density by SciPy over all that is seen at once."""
    flat, covariance = mean.ravel(), root @ root.T
    keep = np.full(flat.shape, True) if seen is None else np.repeat(seen, flat.size // len(seen)).astype(bool)
    d = stats.multivariate_normal(flat[keep], covariance[np.ix_(keep, keep)])
    return d.logpdf(value.ravel()[keep]), d.entropy(), mean, np.diag(covariance).reshape(mean.shape)


def together(name, parameters, value, rows):
    log_prob, entropy, mean, variance = zip(*rows)
    return family(name, parameters, value, log_prob, entropy, mean, variance) | {"mode": listed(mean)}


def random_walk():
    scale, initial = np.array([0.3, 1.0, 2.5]), np.array([0.0, -1.0, 4.0])
    x = np.array([[0.2, 0.1, 0.7, 0.8], [-1.5, 0.0, 0.4, 3.0], [9.0, 8.0, 12.0, 2.0]])
    rows = [dense(np.full(4, m), s * np.tril(np.ones((4, 4))), v) for m, s, v in zip(initial, scale, x)]
    entry = together("GaussianRandomWalk", {"scale": scale, "initial": initial}, x, rows)
    w = np.arange(1, 5)
    yield entry | {"gradients": {
        "x": {"scale": [0.0] * 3, "initial": [10.0] * 3},
        "square": {"scale": listed(2 * scale * (w * w).sum()), "initial": listed(2 * initial * w.sum())},
    }}


def autoregressive():
    coefficients = np.array([[0.6, -0.3], [1.2, 0.1]])
    scale, initial = np.array([0.5, 2.0]), np.array([[1.0, -0.5], [0.2, 3.0]])
    x = np.array([[0.2, 0.1, 0.7, -0.8, 0.3], [-1.5, 0.0, 0.4, 3.0, 9.0]])

    def one(c, s, before, value):
        # (I - B) x = what the given values contribute + noise.
        lower = np.eye(5) - c[0] * np.eye(5, k=-1) - c[1] * np.eye(5, k=-2)
        start = np.array([c[0] * before[1] + c[1] * before[0], c[1] * before[1], 0, 0, 0])
        inverse = np.linalg.inv(lower)
        return dense(inverse @ start, s * inverse, value)

    rows = [one(*each) for each in zip(coefficients, scale, initial, x)]
    yield together("AutoRegressive", {"coefficients": coefficients, "scale": scale, "initial": initial}, x, rows)


def state_space_root(a, f, q, h, r):
    """The mean's map from the first state, and the factor of the whole covariance, of T steps: noise of states and of observations."""
    steps, states, size = len(h), len(a), len(h[0])
    root = np.zeros((steps, size, steps * (states + size)))
    powers = np.eye(states)
    to_state = np.zeros((states, steps * states))
    to_state[:, :states] = a
    maps = []
    for t in range(steps):
        if t > 0:
            powers, to_state = f[t - 1] @ powers, f[t - 1] @ to_state
            to_state[:, t * states:(t + 1) * states] = q[t - 1]
        maps.append(h[t] @ powers)
        root[t, :, :steps * states] = h[t] @ to_state
        root[t, :, steps * states + t * size:steps * states + (t + 1) * size] = r[t]
    return np.stack(maps), root.reshape(steps * size, -1)


def state_space():
    loc = np.array([[0.5, -1.0], [2.0, 0.3]])
    a = np.array([[1.2, 0.0], [0.4, 0.7]])
    f = np.array([[[0.9, 0.3], [-0.2, 0.8]], [[1.0, 1.0], [0.0, 1.0]]])
    q = np.array([[0.3, 0.0], [0.1, 0.5]])
    h = np.array([[[1.0, 0.0], [0.5, -1.0], [0.2, 0.3]], [[0.0, 2.0], [1.0, 1.0], [-1.0, 0.4]]])
    r = np.array([[[0.4, 0.0, 0.0], [0.1, 0.6, 0.0], [0.0, -0.2, 0.3]], [[0.2, 0.0, 0.0], [0.3, 0.5, 0.0], [0.1, 0.1, 0.9]]])
    x = np.sin(np.arange(24.0) ** 2).reshape(2, 4, 3) * 2
    parameters = {
        "initialLoc": loc, "initialScaleTril": a, "transition": f, "transitionScaleTril": q, "observation": h, "observationScaleTril": r,
    }

    def one(i, value, f, q, h, r, seen=None):
        means, root = state_space_root(a, f, q, h, r)
        return dense(means @ loc[i], root, value, seen)

    rows = [one(i, x[i], [f[i]] * 3, [q] * 3, [h[i]] * 4, [r[i]] * 4) for i in range(2)]
    yield together("LinearGaussianStateSpace", parameters, x, rows)
    seen = np.array([[1.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
    rows = [one(i, x[i], [f[i]] * 3, [q] * 3, [h[i]] * 4, [r[i]] * 4, seen[i]) for i in range(2)]
    yield together("LinearGaussianStateSpace(missing)", parameters | {"observed": seen}, x, rows)

    t = np.arange(1.0, 5.0)[:, None, None]
    varying = {
        "initialLoc": loc, "initialScaleTril": a, "transition": f[:, None] * np.cos(t[:3]), "transitionScaleTril": q[None] * t[:3],
        "observation": h[:, None] + np.sin(t) / 2, "observationScaleTril": r[:, None],
    }
    rows = [
        one(i, x[i], varying["transition"][i], varying["transitionScaleTril"], varying["observation"][i], [r[i]] * 4) for i in range(2)
    ]
    yield together("LinearGaussianStateSpace(varying)", varying, x, rows)


def hidden_markov():
    initial = np.array([0.5, 0.3, 0.2])
    transition = np.array([[[0.8, 0.2, 0.0], [0.1, 0.6, 0.3], [0.0, 0.0, 1.0]], [[0.1, 0.1, 0.8], [0.4, 0.2, 0.4], [0.3, 0.3, 0.4]]])
    loc = np.array([[-1.0, 0.5, 3.0], [0.0, 2.0, -4.0]])
    scale = np.array([0.5, 1.0, 2.0])
    x = np.array([[-1.2, 0.3, 0.6, 4.0], [2.0, 0.1, -5.0, -20.0]])
    parameters = {"initial": initial, "transition": transition}
    emission = [stats.norm(m, scale) for m in loc]
    logs = [np.stack([e.logpdf(v) for v in value]) for e, value in zip(emission, x)]
    yield series("HiddenMarkov(Normal)", parameters | {"loc": loc, "scale": scale}, x, logs, [e.mean() for e in emission], [e.var() for e in emission])

    means = np.array([[-1.0, 0.5], [0.5, 2.0], [3.0, -1.0]])
    spread = np.array([[0.5, 1.0], [1.0, 2.0], [0.7, 0.3]])
    x = np.sin(np.arange(16.0) ** 2).reshape(2, 4, 2) * 2
    emission = stats.norm(means, spread)
    logs = [np.stack([emission.logpdf(v).sum(-1) for v in value]) for value in x]
    yield series("HiddenMarkov(vectors)", parameters | {"loc": means, "scale": spread}, x, logs, [emission.mean()] * 2, [emission.var()] * 2)

    probs = np.array([0.1, 0.5, 0.97])
    x = np.array([[1.0, 0.0, 1.0, 1.0], [1.0, 1.0, 1.0, 0.0]])
    emission = stats.bernoulli(probs)
    logs = [np.stack([emission.logpmf(v) for v in value]) for value in x]
    entry = series("HiddenMarkov(Bernoulli)", parameters | {"probs": probs}, x, logs, [emission.mean()] * 2, [emission.var()] * 2)
    values = [np.array(v) for v in itertools.product([0.0, 1.0], repeat=4)]
    mass = lambda v: [np.exp(over_paths(initial, a, np.stack([emission.logpmf(y) for y in v]))) for a in transition]
    yield entry | {"pmf": pmf(values, mass)}


def over_paths(initial, transition, emitted):
    """The logarithm of the sum over all paths of the hidden states, one by one, in 60 digits."""
    steps, states = emitted.shape
    total = mp.mpf(0)
    for path in itertools.product(range(states), repeat=steps):
        weight = mp.mpf(float(initial[path[0]])) * mp.exp(mp.mpf(float(emitted[0, path[0]])))
        for t in range(1, steps):
            weight *= mp.mpf(float(transition[path[t - 1], path[t]])) * mp.exp(mp.mpf(float(emitted[t, path[t]])))
        total += weight
    return float(mp.log(total))


def series(name, parameters, value, emitted, mean, variance):
    initial, transition = parameters["initial"], parameters["transition"]
    log_prob = [over_paths(initial, a, e) for a, e in zip(transition, emitted)]
    means, variances = [], []
    for a, m, v in zip(transition, mean, variance):
        p = np.stack([initial @ np.linalg.matrix_power(a, t) for t in range(4)])
        p = p.reshape(*p.shape, *[1] * (m.ndim - 1))
        average = (p * m).sum(1)
        means.append(average)
        variances.append((p * (v + (m - average[:, None]) ** 2)).sum(1))
    return family(name, parameters, value, log_prob, [], means, variances) | {"entropy": None}


def mass(x, loc, scale):
    """By the difference of distribution functions, in 60 digits; the ends are open."""
    below = lambda at: 1 / (1 + mp.exp(-(mp.mpf(at) - mp.mpf(float(loc))) / mp.mpf(float(scale))))
    upper = mp.mpf(1) if x == 7 else below(x + 0.5)
    lower = mp.mpf(0) if x == -2 else below(x - 0.5)
    return upper - lower


SUPPORT = np.arange(-2, 8)


def summaries(probabilities):
    p = np.array([[float(v) for v in row] for row in probabilities])
    mean = (p * SUPPORT).sum(-1)
    variance = (p * (SUPPORT - mean[:, None]) ** 2).sum(-1)
    entropy = [float(-sum(v * mp.log(v) for v in row)) for row in probabilities]
    return p, mean, variance, entropy, SUPPORT[p.argmax(-1)]


def discretized():
    loc = np.array([2.3, -40.0, 5.9, 0.0, 3.4])
    scale = np.array([1.5, 3.0, 0.05, 200.0, 0.7])
    x = np.array([3.0, 1.0, 5.0, -2.0, 7.0])
    probabilities = [[mass(v, m, s) for v in SUPPORT] for m, s in zip(loc, scale)]
    p, mean, variance, entropy, mode = summaries(probabilities)
    log_prob = [float(mp.log(mass(v, m, s))) for v, m, s in zip(x, loc, scale)]
    cdf = [float(sum(row[: int(v) + 3])) for row, v in zip(probabilities, x)]
    yield family("DiscretizedLogistic", {"loc": loc, "scale": scale}, x, log_prob, entropy, mean, variance) | {
        "mode": listed(mode), "cdf": listed(cdf), "pmf": pmf(SUPPORT, lambda v: p[:, int(v) + 2]),
    }

    logits = np.array([[0.0, 1.0], [-2.0, 0.3], [3.0, 3.0]])
    loc = np.array([[2.0, -7.0], [5.0, 0.1], [1.0, 6.2]])
    scale = np.array([[1.5, 3.0], [0.3, 0.2], [9.0, 0.7]])
    x = np.array([0.0, 3.0, 7.0])
    exact = [[mp.mpf(float(v)) for v in row] for row in logits]
    shares = [[mp.exp(v) / sum(mp.exp(u) for u in row) for v in row] for row in exact]
    probabilities = [[sum(w * mass(v, a, b) for w, a, b in zip(ws, m, s)) for v in SUPPORT] for ws, m, s in zip(shares, loc, scale)]
    p, mean, variance, entropy, mode = summaries(probabilities)
    log_prob = [float(mp.log(row[int(v) + 2])) for row, v in zip(probabilities, x)]
    cdf = [float(sum(row[: int(v) + 3])) for row, v in zip(probabilities, x)]
    yield family("DiscretizedLogisticMixture", {"logits": logits, "loc": loc, "scale": scale}, x, log_prob, entropy, mean, variance) | {
        "mode": listed(mode), "cdf": listed(cdf), "pmf": pmf(SUPPORT, lambda v: p[:, int(v) + 2]),
    }


def families():
    for group in (random_walk, autoregressive, state_space, hidden_markov, discretized):
        yield from map(normal_marginals, group()) if group in (random_walk, autoregressive, state_space) else group()


def edges():
    rows = [(0.0, 1e-3, 3.0), (0.0, 1e-3, 1.0), (1e5, 10.0, 3.0), (-1e5, 10.0, 3.0), (2.0, 1e8, 3.0), (2.0, 1e8, 7.0), (-50.0, 1.0, 7.0)]
    yield {
        "name": "DiscretizedLogistic",
        "parameters": {"loc": [r[0] for r in rows], "scale": [r[1] for r in rows]},
        "value": [r[2] for r in rows],
        "log_prob": listed([float(mp_log_mass(*r)) for r in rows]),
    }
    rows = [(1e-150, 1e-150), (1e100, 3e100), (1.0, 1e8)]
    yield {
        "name": "GaussianRandomWalk",
        "parameters": {"scale": [r[0] for r in rows], "initial": [0.0] * len(rows)},
        "value": [[r[1]] * 4 for r in rows],
        "log_prob": listed([float(-(mp.mpf(x) / s) ** 2 / 2 - 4 * (mp.log(s) + mp.log(2 * mp.pi) / 2)) for s, x in rows]),
    }


def mp_log_mass(loc, scale, x):
    mp.mp.dps = 6000 if scale == 1e-3 or abs(loc) == 1e5 else 60
    result = mp.log(mass(x, loc, scale))
    mp.mp.dps = 60
    return result


def divergences():
    scale, initial = np.array([0.3, 1.0, 2.5]), np.array([0.0, -1.0, 4.0])
    scale2, initial2 = np.array([0.5, 1.0, 1.5]), np.array([0.2, -1.0, 1.0])

    def one(s, m, s2, m2):
        low = np.tril(np.ones((4, 4)))
        a, b = s**2 * low @ low.T, s2**2 * low @ low.T
        shift = np.full(4, m2 - m)
        inverse = np.linalg.inv(b)
        return 0.5 * (np.trace(inverse @ a) + shift @ inverse @ shift - 4 + np.linalg.slogdet(b)[1] - np.linalg.slogdet(a)[1])

    yield divergence(
        "GaussianRandomWalk||GaussianRandomWalk", {"scale": scale, "initial": initial, "scale2": scale2, "initial2": initial2},
        [one(*each) for each in zip(scale, initial, scale2, initial2)],
    )
    loc = np.array([[0.3, 1.0, -0.5, 2.0], [0.0, 0.1, 0.2, 0.3], [4.0, 3.0, 1.0, -2.0]])
    factor = np.tril(np.array([[0.5, 0, 0, 0], [0.2, 1.0, 0, 0], [-0.7, 0.3, 0.8, 0], [0.1, 0.1, -0.4, 1.3]])) * np.array([1.0, 0.3, 2.0])[:, None, None]
    lags, lags2 = np.array([[0.9, -0.3], [0.5, 0.2], [1.4, -0.6]]), np.array([[0.2, 0.1], [1.0, 0.0], [-0.5, 0.4]])
    before, before2 = np.array([[1.0, 0.5], [0.0, 0.0], [-2.0, 1.0]]), np.array([[0.3, -0.2], [1.0, 2.0], [0.0, 0.0]])
    normal = {"loc": loc, "scaleTril": factor}
    walk = [gaussian(m, a @ a.T, *steps_of([1.0], s, [x])) for m, a, s, x in zip(loc, factor, scale2, initial2)]
    yield divergence("MultivariateNormal||GaussianRandomWalk", {**normal, "scale2": scale2, "initial2": initial2}, walk)
    rows = [gaussian(m, a @ a.T, *steps_of(c, s, x)) for m, a, c, s, x in zip(loc, factor, lags2, scale2, before2)]
    yield divergence("MultivariateNormal||AutoRegressive", {**normal, "lags2": lags2, "scale2": scale2, "before2": before2}, rows)
    rows = [gaussian(*steps_of(*q), *steps_of(*p)) for q, p in zip(zip(lags, scale, before), zip(lags2, scale2, before2))]
    own, other = {"lags": lags, "scale": scale, "before": before}, {"lags2": lags2, "scale2": scale2, "before2": before2}
    yield divergence("AutoRegressive||AutoRegressive", {**own, **other}, rows)


def steps_of(lags, scale, before):
    """Mean and covariance of four steps of an autoregressive series, as of the linear map of its noise."""
    response, mean = np.zeros((4, 4)), np.zeros(4)
    for t in range(4):
        response[t, t] = scale
        for j, c in enumerate(lags, 1):
            past = t - j
            mean[t] += c * (mean[past] if past >= 0 else before[past])
            response[t] += c * response[past] if past >= 0 else 0
    return mean, response @ response.T


def gaussian(m, a, m2, b):
    inverse, shift = np.linalg.inv(b), m2 - m
    return 0.5 * (np.trace(inverse @ a) + shift @ inverse @ shift - 4 + np.linalg.slogdet(b)[1] - np.linalg.slogdet(a)[1])
