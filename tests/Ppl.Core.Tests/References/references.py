"""Writes references.json: log-densities, moments and entropies from SciPy, KL divergences from PyTorch, all in float64.

Run by hand when a case is added: python3 references.py (needs numpy, scipy and torch).
"""

import json
import pathlib

import numpy as np
import torch
from scipy import special, stats


def listed(x):
    return np.asarray(x, dtype=float).tolist()


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
    yield family("Bernoulli(logits)", {"logits": logits}, x, log_prob, entropy, p, p * special.expit(-logits))
    probs = np.array([[0.0, 1e-12, 0.3], [0.5, 0.999, 1.0]])
    x = np.array([[0.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
    d = stats.bernoulli(probs)
    entropy = special.entr(probs) + special.entr(1 - probs)
    yield family("Bernoulli(probs)", {"probs": probs}, x, d.logpmf(x), entropy, probs, probs * (1 - probs))


def categorical():
    logits = np.array([[-2.0, 0.5, 1.0, 30.0], [0.0, 0.0, -700.0, 0.1], [3.0, 2.0, 1.0, 0.0]])
    x = np.array([3, 1, 0])
    log_p = special.log_softmax(logits, axis=-1)
    entropy = special.entr(np.exp(log_p)).sum(-1)
    yield family("Categorical(logits)", {"logits": logits}, x, log_p[np.arange(3), x], entropy)
    weights = np.array([[1.0, 0.0, 3.0], [0.2, 0.3, 0.5]])
    p = weights / weights.sum(-1, keepdims=True)
    x = np.array([2, 1])
    yield family("Categorical(probs)", {"probs": weights}, x, np.log(p[np.arange(2), x]), special.entr(p).sum(-1))


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


def divergences():
    t = lambda x: torch.tensor(x, dtype=torch.float64)
    d = torch.distributions
    loc, scale = t([[-1.5, 0.0, 2.5], [0.3, 4.0, -7.0]]), t([[0.2, 1.0, 3.5], [0.9, 0.01, 2.0]])
    loc2, scale2 = t([0.5, -1.0, 2.0]), t([1.5, 0.3, 4.0])
    tril = t([[[1.2, 0, 0], [0.4, 0.7, 0], [-0.3, 0.9, 2.0]], [[0.5, 0, 0], [-1.4, 1.7, 0], [0.2, 0.1, 0.3]]])
    tril2 = t([[0.8, 0, 0], [0.3, 1.1, 0], [0.5, -0.2, 0.6]])
    lq, lp = t([[-3.0, 0.0, 2.0]]), t([[1.0, -0.5, 2.5]])
    cq, cp = t([[-2.0, 0.5, 1.0], [0.0, 0.0, 3.0]]), t([[0.1, 0.2, 0.3], [-1.0, 1.0, 0.0]])
    mvn = lambda m, l: d.MultivariateNormal(m, scale_tril=l)
    pairs = [
        ("Normal||Normal", {"loc": loc, "scale": scale, "loc2": loc2, "scale2": scale2}, d.Normal(loc, scale), d.Normal(loc2, scale2)),
        ("Normal||standard", {"loc": loc, "scale": scale}, d.Normal(loc, scale), d.Normal(t(0.0), t(1.0))),
        ("Bernoulli||Bernoulli", {"logits": lq, "logits2": lp}, d.Bernoulli(logits=lq), d.Bernoulli(logits=lp)),
        ("Categorical||Categorical", {"logits": cq, "logits2": cp}, d.Categorical(logits=cq), d.Categorical(logits=cp)),
        ("MultivariateNormal||MultivariateNormal", {"loc": loc, "scaleTril": tril, "loc2": loc2, "scaleTril2": tril2}, mvn(loc, tril), mvn(loc2, tril2)),
        ("Normal||MultivariateNormal", {"loc": loc, "scale": scale, "loc2": loc2, "scaleTril2": tril2}, mvn(loc, torch.diag_embed(scale)), mvn(loc2, tril2)),
    ]
    for name, parameters, q, p in pairs:
        yield {"name": name, "parameters": {k: v.tolist() for k, v in parameters.items()}, "kl": d.kl_divergence(q, p).tolist()}


families = [f for make in (normal, bernoulli, categorical, multivariate_normal, independent, delta) for f in make()]
path = pathlib.Path(__file__).with_name("references.json")
path.write_text(json.dumps({"families": families, "divergences": list(divergences())}, indent=1) + "\n")
