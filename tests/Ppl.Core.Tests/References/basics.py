"""The families that came first: normals, Bernoulli, categories, and those of positive numbers, the unit interval and the simplex."""

import mpmath as mp
import numpy as np
import torch
from scipy import integrate, special, stats

from common import BINS, beta_share, continuous, edge, family, gradients, listed, normal_marginals, pmf, polished, power_log


def normal():
    loc = np.array([[-1.5, 0.0, 2.5], [0.3, 40.0, -7.0]])
    scale = np.array([0.2, 1.0, 3.5])
    x = np.array([[-1.0, 0.7, -9.0], [0.31, 44.0, 1.0]])
    d = stats.norm(loc, scale)
    common = dict(value=x, log_prob=d.logpdf(x), entropy=d.entropy(), mean=d.mean(), variance=d.var())
    yield family("Normal", {"loc": loc, "scale": scale}, **common)
    yield family("Normal.FromLogScale", {"loc": loc, "logScale": np.log(scale)}, **common)


def bernoulli():
    logits = np.array([[-50.0, -3.0, 0.0], [0.4, 5.0, 45.0]])
    x = np.array([[0.0, 1.0, 1.0], [0.0, 1.0, 0.0]])
    p = special.expit(logits)
    log_prob = np.where(x == 1, special.log_expit(logits), special.log_expit(-logits))
    entropy = -(p * special.log_expit(logits) + special.expit(-logits) * special.log_expit(-logits))
    yield family("Bernoulli(logits)", {"logits": logits}, x, log_prob, entropy, p, p * special.expit(-logits)) | {
        "pmf": pmf(range(2), lambda v: special.expit(logits if v else -logits)),
    }
    probs = np.array([[0.0, 1e-12, 0.3], [0.5, 0.999, 1.0]])
    x = np.array([[0.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
    d = stats.bernoulli(probs)
    entropy = special.entr(probs) + special.entr(1 - probs)
    yield family("Bernoulli(probs)", {"probs": probs}, x, d.logpmf(x), entropy, probs, probs * (1 - probs)) | {"pmf": pmf(range(2), d.pmf)}


def categorical():
    logits = np.array([[-2.0, 0.5, 1.0, 30.0], [0.0, 0.0, -700.0, 0.1], [3.0, 2.0, 1.0, 0.0]])
    x = np.array([3, 1, 0])
    log_p = special.log_softmax(logits, axis=-1)
    entropy = special.entr(np.exp(log_p)).sum(-1)
    yield {**family("Categorical(logits)", {"logits": logits}, x, log_p[np.arange(3), x], entropy), "pmf": pmf(range(4), lambda c: np.exp(log_p[:, c]))}
    weights = np.array([[1.0, 0.0, 3.0], [0.2, 0.3, 0.5]])
    p = weights / weights.sum(-1, keepdims=True)
    x = np.array([2, 1])
    entry = family("Categorical(probs)", {"probs": weights}, x, np.log(p[np.arange(2), x]), special.entr(p).sum(-1))
    yield {**entry, "pmf": pmf(range(3), lambda c: p[:, c])}


def multivariate_normal():
    loc = np.array([[0.5, -1.0, 2.0], [3.0, 0.0, -0.5]])
    tril = np.array([[[1.2, 0, 0], [0.4, 0.7, 0], [-0.3, 0.9, 2.0]], [[0.5, 0, 0], [-1.4, 1.7, 0], [0.2, 0.1, 0.3]]])
    covariance = tril @ np.swapaxes(tril, -1, -2)
    x = np.array([[0.0, 0.3, 1.0], [2.0, 2.0, 0.0]])
    ds = [stats.multivariate_normal(m, c) for m, c in zip(loc, covariance)]
    common = dict(
        value=x,
        log_prob=[d.logpdf(v) for d, v in zip(ds, x)],
        entropy=[d.entropy() for d in ds],
        mean=loc,
        variance=np.diagonal(covariance, axis1=-2, axis2=-1),
    )
    yield family("MultivariateNormal(scaleTril)", {"loc": loc, "scaleTril": tril}, **common)
    yield family("MultivariateNormal(covariance)", {"loc": loc, "covariance": covariance}, **common)
    yield family("MultivariateNormal(precision)", {"loc": loc, "precision": np.linalg.inv(covariance)}, **common)
    shared = stats.multivariate_normal(np.zeros(3), covariance[0])
    yield family(
        "MultivariateNormal(shared matrix)",
        {"loc": loc, "scaleTril": tril[0]},
        x,
        [shared.logpdf(v - m) for v, m in zip(x, loc)],
        [shared.entropy()] * 2,
        loc,
        [np.diagonal(covariance[0])] * 2,
    )


def independent():
    loc = np.array([[-1.5, 0.0, 2.5], [0.3, 4.0, -7.0]])
    scale = np.array([0.2, 1.0, 3.5])
    x = np.array([[-1.0, 0.7, -9.0], [0.31, 44.0, 1.0]])
    d = stats.norm(loc, scale)
    yield family(
        "Independent(Normal)", {"loc": loc, "scale": scale}, x, d.logpdf(x).sum(-1), d.entropy().sum(-1), d.mean(), d.var()
    )


def delta():
    v = np.array([[1.0, -2.0], [0.0, 3.5]])
    yield family("Delta", {"value": v}, v, np.zeros((2, 2)), np.zeros((2, 2)), v, np.zeros((2, 2)))


def half_normal():
    scale = np.array([[0.01, 1.0, 3.5], [0.5, 40.0, 1e-4]])
    x = np.array([[0.02, 0.0, 9.0], [0.31, 44.0, 1e-5]])
    expectations = {"x": lambda s: s * mp.sqrt(2 / mp.pi), "square": lambda s: s**2, "log": lambda s: mp.log(s)}
    yield continuous(
        "HalfNormal", {"scale": scale}, x, stats.halfnorm(scale=scale), mode=listed(0 * scale),
        gradients=gradients({"scale": scale}, expectations),
    )


def half_cauchy():
    scale = np.array([[0.01, 1.0, 3.5], [0.5, 40.0, 1e-4]])
    x = np.array([[0.02, 0.0, 900.0], [1e-7, 4e9, 1e-5]])
    yield continuous(
        "HalfCauchy", {"scale": scale}, x, stats.halfcauchy(scale=scale), mode=listed(0 * scale), entropy=listed(np.log(2 * np.pi * scale)),
        mean=listed(scale + np.inf), variance=listed(scale + np.inf), gradients=gradients({"scale": scale}, {"log": lambda s: mp.log(s)}),
    )


def log_normal():
    loc = np.array([[-1.5, 0.0, 2.5], [0.3, 4.0, -7.0]])
    scale = np.array([0.2, 1.0, 0.5])
    x = np.array([[0.1, 0.7, 9.0], [1.5, 900.0, 1e-5]])
    expectations = {"x": lambda m, s: mp.exp(m + s**2 / 2), "square": lambda m, s: mp.exp(2 * m + 2 * s**2), "log": lambda m, s: m}
    yield continuous(
        "LogNormal", {"loc": loc, "scale": scale}, x, stats.lognorm(s=scale, scale=np.exp(loc)), mode=listed(np.exp(loc - scale**2)),
        entropy=listed(loc + np.log(scale) + 0.5 + 0.5 * np.log(2 * np.pi)), gradients=gradients({"loc": loc, "scale": scale}, expectations),
    )


def gamma():
    a = np.array([[0.2, 1.0, 3.5], [0.6, 40.0, 1.7]])
    b = np.array([0.5, 2.0, 1.3])
    x = np.array([[0.1, 0.7, 9.0], [1e-3, 19.0, 0.4]])
    expectations = {
        "x": lambda a, b: a / b, "square": lambda a, b: a * (a + 1) / b**2, "log": lambda a, b: mp.digamma(a) - mp.log(b),
    }
    parameters = {"concentration": a, "rate": b}
    yield continuous(
        "Gamma", parameters, x, stats.gamma(a, scale=1 / b), mode=listed(np.maximum(a - 1, 0) / b), gradients=gradients(parameters, expectations)
    )


def beta():
    a = np.array([[0.2, 1.0, 3.5], [0.6, 40.0, 2.0]])
    b = np.array([0.5, 2.0, 1.3])
    x = np.array([[0.1, 0.7, 0.9], [1e-3, 0.97, 0.4]])
    expectations = {
        "x": lambda a, b: a / (a + b),
        "square": lambda a, b: a * (a + 1) / ((a + b) * (a + b + 1)),
        "log": lambda a, b: mp.digamma(a) - mp.digamma(a + b),
    }
    parameters = {"concentration1": a, "concentration0": b}
    mode = np.where((a > 1) & (b > 1), (a - 1) / np.maximum(a + b - 2, 1e-9), (a > b) * 1.0)
    entry = continuous("Beta", parameters, x, stats.beta(a, b), mode=listed(mode), gradients=gradients(parameters, expectations))

    # SciPy integrates it numerically.
    entropy = lambda a, b: mp.log(mp.beta(a, b)) - (a - 1) * mp.digamma(a) - (b - 1) * mp.digamma(b) + (a + b - 2) * mp.digamma(a + b)
    entry["entropy"] = listed(np.vectorize(lambda a, b: float(entropy(mp.mpf(a), mp.mpf(b))))(a, b))
    log_density = lambda a, b, x: (a - 1) * mp.log(x) + (b - 1) * mp.log1p(-x) - mp.log(mp.beta(a, b))
    cdf = lambda a, b, x: mp.betainc(a, b, 0, x, regularized=True)
    share = BINS.reshape(-1, 1, 1)
    entry["cdf"] = listed(beta_share(a, b, x))
    entry["bins"] = listed(polished(cdf, log_density, stats.beta(a, b).ppf(share), share)(a, b))
    yield entry


def dirichlet():
    a = np.array([[0.2, 1.0, 3.5, 0.8], [4.0, 2.5, 40.0, 1.7]])
    x = np.array([[0.1, 0.2, 0.65, 0.05], [0.05, 0.1, 0.8, 0.05]])
    ds = [stats.dirichlet(row) for row in a]
    entry = family(
        "Dirichlet", {"concentration": a}, x, [d.logpdf(v) for d, v in zip(ds, x)], [d.entropy() for d in ds], [d.mean() for d in ds],
        [d.var() for d in ds],
    )
    total = a.sum(-1, keepdims=True)
    entry["mode"] = listed(np.where((a > 1).all(-1, keepdims=True), (a - 1) / (total - 4), np.nan))
    entry["bins"] = listed(stats.beta(a, total - a).ppf(BINS.reshape(-1, 1, 1)))
    weights = np.arange(1, 5)
    moments = {
        "x": lambda v, t: v / t, "square": lambda v, t: v * (v + 1) / (t * (t + 1)), "log": lambda v, t: mp.digamma(v) - mp.digamma(t),
    }
    entry["gradients"] = {}
    for f, moment in moments.items():
        whole = np.zeros(a.shape)
        for row, j in np.ndindex(a.shape):
            def weighted(v):
                entries = [mp.mpf(float(e)) if k != j else v for k, e in enumerate(a[row])]
                return sum(int(w) * moment(e, sum(entries)) for w, e in zip(weights, entries))
            whole[row, j] = float(mp.diff(weighted, mp.mpf(float(a[row, j]))))
        entry["gradients"][f] = {"concentration": listed(whole)}
    yield entry


def edges():
    yield edge(
        "HalfNormal", ["scale"], [(1.0, 0.0), (1e-3, 1e3), (1e150, 1e-150), (1e-30, 1e-30), (1.0, 1e150)],
        lambda s, x: -(x / s) ** 2 / 2 - mp.log(s) + mp.log(2 / mp.pi) / 2,
    )
    yield edge(
        "HalfCauchy", ["scale"], [(1.0, 0.0), (1.0, 1e200), (1e200, 1e-200), (1e-30, 1e30), (1e-15, 1e-16)],
        lambda s, x: mp.log(2 / mp.pi) + mp.log(s) - mp.log(s**2 + x**2),
    )
    yield edge(
        "LogNormal", ["loc", "scale"], [(0.0, 1.0, 1e-300), (700.0, 0.1, 1e300), (0.0, 1e3, 1e10), (-50.0, 1e-2, 2e-22)],
        lambda m, s, x: -((mp.log(x) - m) / s) ** 2 / 2 - mp.log(s) - mp.log(2 * mp.pi) / 2 - mp.log(x),
    )
    yield edge(
        "Gamma", ["concentration", "rate"],
        [(1e-3, 1.0, 1e-30), (1e6, 1e3, 1000.5), (0.5, 1e-10, 1e9), (1.0, 2.0, 0.0), (1e-6, 1e6, 1e-6), (300.0, 1.0, 1e-5), (1.0, 1.0, 700.0)],
        lambda a, b, x: a * mp.log(b) + power_log(a - 1, x) - b * x - mp.loggamma(a),
    )
    yield edge(
        "Beta", ["concentration1", "concentration0"],
        [(1e-3, 1e-3, 1e-10), (1e5, 1e5, 0.501), (1.0, 1.0, 0.0), (1.0, 3.0, 0.0), (2.0, 1.0, 1.0), (0.5, 0.5, 1e-300), (1e6, 2.0, 1 - 2.0**-20)],
        lambda a, b, x: power_log(a - 1, x) + power_log(b - 1, 1 - x) + mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b),
    )
    rows = [([1.0, 1.0, 1.0], [0.0, 0.25, 0.75]), ([1e-3, 1e-3, 1e-3], [1e-200, 0.5, 0.5]), ([1e5, 2e5, 1e5], [0.25, 0.5, 0.25])]
    exact = lambda a, x: float(sum(power_log(mp.mpf(c) - 1, mp.mpf(v)) - mp.loggamma(mp.mpf(c)) for c, v in zip(a, x)) + mp.loggamma(sum(map(mp.mpf, a))))
    yield {
        "name": "Dirichlet",
        "parameters": {"concentration": [a for a, _ in rows]},
        "value": [x for _, x in rows],
        "log_prob": [exact(a, x) for a, x in rows],
    }


def divergences():
    t = lambda x: torch.tensor(x, dtype=torch.float64)
    d = torch.distributions
    loc, scale = t([[-1.5, 0.0, 2.5], [0.3, 4.0, -7.0]]), t([[0.2, 1.0, 3.5], [0.9, 0.01, 2.0]])
    loc2, scale2 = t([0.5, -1.0, 2.0]), t([1.5, 0.3, 4.0])
    tril = t([[[1.2, 0, 0], [0.4, 0.7, 0], [-0.3, 0.9, 2.0]], [[0.5, 0, 0], [-1.4, 1.7, 0], [0.2, 0.1, 0.3]]])
    tril2 = t([[0.8, 0, 0], [0.3, 1.1, 0], [0.5, -0.2, 0.6]])
    lq, lp = t([[-3.0, 0.0, 2.0]]), t([[1.0, -0.5, 2.5]])
    cq, cp = t([[-2.0, 0.5, 1.0], [0.0, 0.0, 3.0]]), t([[0.1, 0.2, 0.3], [-1.0, 1.0, 0.0]])
    a, b = t([[0.4, 1.0, 3.5], [0.8, 30.0, 1.7]]), t([0.5, 2.0, 1.3])
    a2, b2 = t([1.5, 0.7, 2.0]), t([0.9, 3.0, 1.3])
    mvn = lambda m, l: d.MultivariateNormal(m, scale_tril=l)
    pairs = [
        ("Normal||Normal", {"loc": loc, "scale": scale, "loc2": loc2, "scale2": scale2}, d.Normal(loc, scale), d.Normal(loc2, scale2)),
        ("Normal||standard", {"loc": loc, "scale": scale}, d.Normal(loc, scale), d.Normal(t(0.0), t(1.0))),
        ("Bernoulli||Bernoulli", {"logits": lq, "logits2": lp}, d.Bernoulli(logits=lq), d.Bernoulli(logits=lp)),
        ("Categorical||Categorical", {"logits": cq, "logits2": cp}, d.Categorical(logits=cq), d.Categorical(logits=cp)),
        ("MultivariateNormal||MultivariateNormal", {"loc": loc, "scaleTril": tril, "loc2": loc2, "scaleTril2": tril2}, mvn(loc, tril), mvn(loc2, tril2)),
        ("Normal||MultivariateNormal", {"loc": loc, "scale": scale, "loc2": loc2, "scaleTril2": tril2}, mvn(loc, torch.diag_embed(scale)), mvn(loc2, tril2)),
    ]
    pairs += [
        ("HalfNormal||HalfNormal", {"scale": scale, "scale2": scale2}, d.HalfNormal(scale), d.HalfNormal(scale2)),
        ("LogNormal||LogNormal", {"loc": loc, "scale": scale, "loc2": loc2, "scale2": scale2}, d.LogNormal(loc, scale), d.LogNormal(loc2, scale2)),
        ("Gamma||Gamma", {"a": a, "b": b, "a2": a2, "b2": b2}, d.Gamma(a, b), d.Gamma(a2, b2)),
        ("Gamma||Normal", {"a": a, "b": b, "loc2": loc2, "scale2": scale2}, d.Gamma(a, b), d.Normal(loc2, scale2)),
        ("Beta||Beta", {"a": a, "b": b, "a2": a2, "b2": b2}, d.Beta(a, b), d.Beta(a2, b2)),
        ("Beta||Gamma", {"a": a, "b": b, "a2": a2, "b2": b2}, d.Beta(a, b), d.Gamma(a2, b2)),
        ("Beta||Normal", {"a": a, "b": b, "loc2": loc2, "scale2": scale2}, d.Beta(a, b), d.Normal(loc2, scale2)),
        ("Dirichlet||Dirichlet", {"a": a, "a2": a2}, d.Dirichlet(a), d.Dirichlet(a2)),
    ]
    for name, parameters, q, p in pairs:
        yield {"name": name, "parameters": {k: v.tolist() for k, v in parameters.items()}, "kl": d.kl_divergence(q, p).tolist()}

    # PyTorch has no divergence of half-Cauchys: quadrature over log x.
    sq, sp = [0.01, 1.0, 3.5], [0.5, 1.0, 40.0]
    def integrand(u, q, p):
        x = np.exp(u)
        return x * stats.halfcauchy(scale=q).pdf(x) * (stats.halfcauchy(scale=q).logpdf(x) - stats.halfcauchy(scale=p).logpdf(x))
    kl = [integrate.quad(integrand, -60, 60, args=(q, p), limit=2000, epsabs=1e-14, epsrel=1e-13, points=[np.log(q), np.log(p)])[0] for q, p in zip(sq, sp)]
    yield {"name": "HalfCauchy||HalfCauchy", "parameters": {"scale": sq, "scale2": sp}, "kl": kl}


def families():
    for make in (normal, bernoulli, categorical, multivariate_normal, independent, delta, half_normal, half_cauchy, log_normal, gamma, beta, dirichlet):
        yield from map(normal_marginals, make()) if make in (normal, multivariate_normal, independent) else make()
