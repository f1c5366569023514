"""Families of vectors and matrices."""

import mpmath as mp
import numpy as np
import torch
import torch.distributions as td
from scipy import special, stats

from common import BINS, divergence, family, listed, normal_marginals

LOC = np.array([[0.5, -1.0, 2.0], [3.0, 0.0, -0.5]])
TRIL = np.array([[[1.2, 0, 0], [0.4, 0.7, 0], [-0.3, 0.9, 2.0]], [[0.5, 0, 0], [-1.4, 1.7, 0], [0.2, 0.1, 0.3]]])
TRIL2 = np.array([[[0.8, 0, 0], [-0.2, 1.1, 0], [0.5, 0.3, 0.6]], [[1.5, 0, 0], [0.4, 0.9, 0], [-0.7, 0.2, 1.3]]])
FACTOR = np.array([[[1.0, 0.2], [-0.4, 0.8], [0.3, -1.1]], [[0.1, 0.0], [2.0, -0.3], [0.6, 0.5]]])
DIAGONAL = np.array([[0.5, 1.5, 0.2], [2.0, 0.3, 0.9]])


def square(tril):
    return tril @ np.swapaxes(tril, -1, -2)


def digamma(a, size):
    return sum(special.digamma(a - j / 2) for j in range(size))


def gradients(parameters, expectations):
    """The gradients of sum(w * E[f(x)]), by autograd: each expectation is a function of tensors. w is 1, 2, 3, ... along the last dimension."""
    result = {}
    for name, expectation in expectations.items():
        leaves = {k: torch.tensor(v, requires_grad=True) for k, v in parameters.items()}
        value = expectation(**leaves)
        weights = torch.arange(1.0, value.shape[-1] + 1, dtype=torch.float64)
        found = torch.autograd.grad((value * weights).sum(), list(leaves.values()), allow_unused=True)
        result[name] = {k: listed(np.zeros(np.shape(parameters[k])) if g is None else g.numpy()) for k, g in zip(leaves, found)}
    return result


def low_rank():
    covariance = square(FACTOR) + np.stack([np.diag(d) for d in DIAGONAL])
    x = np.array([[0.0, 0.3, 1.0], [2.0, 2.0, 0.0]])
    ds = [stats.multivariate_normal(m, c) for m, c in zip(LOC, covariance)]
    yield family(
        "LowRankMultivariateNormal", {"loc": LOC, "factor": FACTOR, "diagonal": DIAGONAL}, x, [d.logpdf(v) for d, v in zip(ds, x)],
        [d.entropy() for d in ds], LOC, np.diagonal(covariance, axis1=-2, axis2=-1),
    ) | {"mode": listed(LOC)}


def student():
    df = np.array([9.0, 14.0])
    x = np.array([[0.0, 0.3, 1.0], [20.0, 2.0, 0.0]])
    scale = square(TRIL)
    ds = [stats.multivariate_t(m, s, d) for m, s, d in zip(LOC, scale, df)]
    half = (df + 3) / 2
    entropy = (
        half * (special.digamma(half) - special.digamma(df / 2)) - special.gammaln(half) + special.gammaln(df / 2)
        + 1.5 * np.log(df * np.pi) + np.log(np.diagonal(TRIL, axis1=-2, axis2=-1)).sum(-1)
    )
    variance = np.diagonal(scale, axis1=-2, axis2=-1) * (df / (df - 2))[:, None]
    parameters = {"df": df, "loc": LOC, "scaleTril": TRIL}
    entry = family("MultivariateStudentT", parameters, x, [d.logpdf(v) for d, v in zip(ds, x)], entropy, LOC, variance)
    expectations = {
        "x": lambda df, loc, scaleTril: loc, "square": lambda df, loc, scaleTril: loc**2 + (scaleTril**2).sum(-1) * (df / (df - 2))[:, None],
    }
    bins = stats.t(df[:, None], LOC, np.sqrt(np.diagonal(scale, axis1=-2, axis2=-1))).ppf(BINS.reshape(-1, 1, 1))
    yield entry | {"mode": listed(LOC), "bins": listed(bins), "gradients": gradients(parameters, expectations)}


def matrix_normal():
    row = np.array([[[1.2, 0], [0.4, 0.7]], [[0.5, 0], [-1.4, 1.7]]])
    loc = np.array([[[0.5, -1.0, 2.0], [0.1, 0.0, 0.7]], [[3.0, 0.0, -0.5], [1.0, -1.0, 0.2]]])
    x = np.array([[[0.0, 0.3, 1.0], [-0.5, 2.0, 0.1]], [[2.0, 2.0, 0.0], [1.5, 0.4, 0.3]]])
    ds = [stats.multivariate_normal(m.ravel(), np.kron(u, v)) for m, u, v in zip(loc, square(row), square(TRIL))]
    checked = [stats.matrix_normal(m, u, v).logpdf(y) for m, u, v, y in zip(loc, square(row), square(TRIL), x)]
    variance = np.stack([np.diag(np.kron(u, v)).reshape(2, 3) for u, v in zip(square(row), square(TRIL))])
    assert np.allclose(checked, [d.logpdf(y.ravel()) for d, y in zip(ds, x)])
    yield family(
        "MatrixNormal", {"loc": loc, "scaleTrilRow": row, "scaleTrilColumn": TRIL}, x, checked, [d.entropy() for d in ds], loc, variance
    ) | {"mode": listed(loc)}


X = square(np.array([[[1.0, 0, 0], [0.7, 1.4, 0], [-0.1, 0.2, 1.1]], [[0.9, 0, 0], [-1.0, 0.6, 0], [0.3, 0.8, 0.5]]]))


def wishart():
    df = np.array([4.5, 7.0])
    scale = square(TRIL)
    ds = [stats.wishart(d, s) for d, s in zip(df, scale)]
    parameters = {"df": df, "scaleTril": TRIL}
    mode = [d.mode() if d.mode() is not None else np.full((3, 3), np.nan) for d in ds]
    expectations = {
        "x": lambda df, scaleTril: df[:, None, None] * scaleTril @ scaleTril.transpose(-2, -1),
        "square": lambda df, scaleTril: squares(df[:, None, None], scaleTril @ scaleTril.transpose(-2, -1)),
    }

    def squares(df, v):
        diagonal = torch.diagonal(v, dim1=-2, dim2=-1)
        return df * (v**2 + diagonal[:, :, None] * diagonal[:, None, :]) + (df * v) ** 2

    yield family(
        "Wishart", parameters, X, [d.logpdf(x) for d, x in zip(ds, X)], [d.entropy() for d in ds], [d.mean() for d in ds], [d.var() for d in ds]
    ) | {"mode": listed(mode), "gradients": gradients(parameters, expectations)}


def inverse_wishart():
    df = np.array([9.5, 14.0])
    scale = square(TRIL)
    ds = [stats.invwishart(d, s) for d, s in zip(df, scale)]
    parameters = {"df": df, "scaleTril": TRIL}
    expectations = {"x": lambda df, scaleTril: scaleTril @ scaleTril.transpose(-2, -1) / (df - 4)[:, None, None]}
    yield family(
        "InverseWishart", parameters, X, [d.logpdf(x) for d, x in zip(ds, X)], [entropy_of_inverse(d, s) for d, s in zip(df, scale)],
        [d.mean() for d in ds], [d.var() for d in ds],
    ) | {"mode": listed([d.mode() for d in ds]), "gradients": gradients(parameters, expectations)}


def entropy_of_inverse(df, scale):
    """That of the inverse, a Wishart, and the mean logarithm of the volume change |X|^(D + 1)."""
    inverse = stats.wishart(df, np.linalg.inv(scale))
    mean_log = digamma(df / 2, 3) + 3 * np.log(2) - np.linalg.slogdet(scale)[1]
    return inverse.entropy() - 4 * mean_log


def lkj_log_prob(dimension, concentration, factor):
    """The density of the correlation matrix, its normalizer as a product of beta functions of canonical partial correlations, times the volume."""
    log = 0.0
    for i in range(1, dimension):
        for j in range(i):
            # In row i partial correlation j has a symmetric beta density on (-1, 1).
            b = concentration + (dimension - 2 - j) / 2
            rest = 1 - (factor[i, :j] ** 2).sum()
            z = factor[i, j] / np.sqrt(rest)
            log += (b - 1) * np.log1p(-z * z) - special.betaln(b, b) - (2 * b - 1) * np.log(2) - 0.5 * np.log(rest)
    return log


def corner(x):
    """A factor of correlations from any lower triangular one."""
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def lkj():
    factor = corner(np.array([
        [[1.0, 0, 0, 0], [0.7, 1.4, 0, 0], [-0.1, 0.2, 1.1, 0], [0.5, -0.6, 0.3, 0.9]],
        [[1.0, 0, 0, 0], [-2.0, 0.6, 0, 0], [0.3, 0.8, 0.5, 0], [1.0, 0.1, 0.0, 2.0]],
        [[1.0, 0, 0, 0], [0.0, 1.0, 0, 0], [0.3, 0.0, 0.5, 0], [0.2, 0.1, 0.4, 0.3]],
    ]))
    yield from one_lkj("LKJCholesky", 4, np.array([0.6, 1.0, 3.5]), factor)
    yield from one_lkj("LKJCholesky(2)", 2, np.array([0.6, 1.0, 3.5]), factor[:, :2, :2])


def lkj_parts(dimension, concentration):
    """For each row the beta distribution of the square of its diagonal entry."""
    return [stats.beta(concentration + (dimension - i) / 2, (i - 1) / 2) for i in range(2, dimension + 1)]


def lkj_entropy(dimension, concentration):
    """-log p at one factor, and the expected change of the logarithms from there."""
    at = corner(np.tril(np.ones((dimension, dimension))))
    entropy = -lkj_log_prob(dimension, concentration, at)
    for i in range(2, dimension + 1):
        power = dimension - i + 2 * concentration - 2
        b, a = concentration + (dimension - i) / 2, (i - 1) / 2
        entropy -= power * ((special.digamma(b) - special.digamma(a + b)) / 2 - np.log(at[i - 1, i - 1]))
    return entropy


def one_lkj(name, dimension, concentration, factor):
    mean, variance = np.zeros(factor.shape), np.zeros(factor.shape)
    for k, c in enumerate(concentration):
        mean[k, 0, 0] = 1
        for i, d in enumerate(lkj_parts(dimension, c), start=1):
            b, a = d.args
            mean[k, i, i] = np.exp(special.gammaln(b + 0.5) - special.gammaln(b) + special.gammaln(a + b) - special.gammaln(a + b + 0.5))
            variance[k, i, i] = b / (a + b) - mean[k, i, i] ** 2
            variance[k, i, :i] = a / (a + b) / i
    parameters = {"concentration": concentration}
    mode = np.where((concentration >= 1)[:, None, None], np.eye(dimension), np.nan)

    def expected(concentration):
        result = torch.zeros(factor.shape, dtype=torch.float64)
        result[:, 0, 0] = 1
        for i in range(2, dimension + 1):
            b, a = concentration + (dimension - i) / 2, (i - 1) / 2
            result[:, i - 1, i - 1] = torch.exp(
                torch.lgamma(b + 0.5) - torch.lgamma(b) + torch.lgamma(a + b) - torch.lgamma(a + b + 0.5))
        return result

    def squares(concentration):
        result = torch.zeros(factor.shape, dtype=torch.float64)
        result[:, 0, 0] = 1
        for i in range(2, dimension + 1):
            b, a = concentration + (dimension - i) / 2, (i - 1) / 2
            result[:, i - 1, i - 1] = b / (a + b)
            result[:, i - 1, : i - 1] = (a / (a + b) / (i - 1))[:, None]
        return result

    yield family(
        name, parameters, factor, [lkj_log_prob(dimension, c, f) for c, f in zip(concentration, factor)],
        [lkj_entropy(dimension, c) for c in concentration], mean, variance,
    ) | {"mode": listed(mode), "gradients": gradients(parameters, {"x": expected, "square": squares})}


def zero_sum():
    scale = np.array([0.3, 1.0, 2.5])
    x = np.array([[0.5, -0.2, -0.3], [1.0, 1.5, -2.5], [4.0, -3.0, -1.0]])
    covariance = np.eye(3) - 1 / 3
    ds = [stats.multivariate_normal(np.zeros(3), s**2 * covariance, allow_singular=True) for s in scale]
    parameters = {"scale": scale}
    expectations = {
        "x": lambda scale: 0 * scale[:, None].expand(3, 3), "square": lambda scale: (scale**2 * 2 / 3)[:, None].expand(3, 3),
    }
    entropy = np.log(2 * np.pi * np.e * scale**2)
    yield family(
        "ZeroSumNormal", parameters, x, [d.logpdf(v) for d, v in zip(ds, x)], entropy, np.zeros((3, 3)),
        np.broadcast_to((scale**2 * 2 / 3)[:, None], (3, 3)),
    ) | {"mode": listed(np.zeros((3, 3))), "gradients": gradients(parameters, expectations)}


def families():
    for group in (low_rank, student, matrix_normal, wishart, inverse_wishart, lkj, zero_sum):
        yield from map(normal_marginals, group()) if group in (low_rank, matrix_normal, zero_sum) else group()


def edges():
    # Two coordinates with scale matrix I; rows of df, x, y.
    def student_t(df, x, y):
        return mp.loggamma((df + 2) / 2) - mp.loggamma(df / 2) - mp.log(df * mp.pi) - (df + 2) / 2 * mp.log1p((x * x + y * y) / df)

    rows = [
        (1e-6, 0.0, 1.0), (1e-3, 1e8, 1e-8), (1.0, 1e100, 0.0), (1e3, 30.0, 1.0), (1e8, 0.5, 2.0), (1e12, 3.0, -1.0), (4e15, 0.1, 0.2),
        (39.9, 0.0, 0.0), (40.1, 1.0, 0.0),
    ]
    yield {
        "name": "MultivariateStudentT",
        "parameters": {"df": [r[0] for r in rows], "loc": [[0.0, 0.0]] * len(rows), "scaleTril": [[[1.0, 0.0], [0.0, 1.0]]] * len(rows)},
        "value": [r[1:] for r in rows],
        "log_prob": listed([float(student_t(*[mp.mpf(v) for v in r])) for r in rows]),
    }

    # One dimension is a gamma distribution with concentration df / 2 and rate 1 / (2 v).
    def wishart_one(df, s, x):
        return (df / 2 - 1) * mp.log(x) - x / (2 * s * s) - df / 2 * mp.log(2) - df * mp.log(s) - mp.loggamma(df / 2)

    rows = [(1e-3, 1.0, 1e-200), (0.5, 1e-3, 1e-9), (1e6, 1.0, 1e6), (3.0, 1e5, 1e12), (2.0, 1.0, 1400.0)]
    yield matrices("Wishart", rows, wishart_one)

    def inverse_one(df, s, x):
        return df * mp.log(s) - df / 2 * mp.log(2) - mp.loggamma(df / 2) - (df / 2 + 1) * mp.log(x) - s * s / (2 * x)

    rows = [(1e-3, 1.0, 1e200), (0.5, 1e-3, 1e-9), (1e6, 1e3, 1.0), (3.0, 1e5, 1e12), (2.0, 1.0, 1e-3)]
    yield matrices("InverseWishart", rows, inverse_one)

    # Two dimensions: one correlation r with density (1 - r^2)^(c - 1) / (2^(2c - 1) B(c, c)).
    def lkj_two(c, diagonal):
        return (c - 1) * 2 * mp.log(diagonal) - (2 * c - 1) * mp.log(2) - mp.log(mp.beta(c, c))

    rows = [(1e-6, 0.5), (1e-3, 0.0), (1.0, 0.6), (1e3, 0.28), (1e8, 0.0), (1e8, 2.0**-20)]
    diagonal = [float(mp.sqrt(1 - mp.mpf(r) ** 2)) for _, r in rows]
    yield {
        "name": "LKJCholesky(2)",
        "parameters": {"concentration": [r[0] for r in rows]},
        "value": [[[1.0, 0.0], [r[1], d]] for r, d in zip(rows, diagonal)],
        "log_prob": listed([float(lkj_two(mp.mpf(c), mp.mpf(d))) for (c, _), d in zip(rows, diagonal)]),
    }


def matrices(name, rows, log_density):
    return {
        "name": name,
        "parameters": {"df": [r[0] for r in rows], "scaleTril": [[[r[1]]] for r in rows]},
        "value": [[[r[2]]] for r in rows],
        "log_prob": listed([float(log_density(*[mp.mpf(v) for v in r])) for r in rows]),
    }


def kl_of_wisharts(df, scale, df2, scale2):
    """-H(q) - E_q[log p], with SciPy's entropy (PyTorch 1.13's divergence differs from it, and from the mean over draws)."""
    size = len(scale)
    mean_log = digamma(df / 2, size) + size * np.log(2) + np.linalg.slogdet(scale)[1]
    cross = (df2 - size - 1) / 2 * mean_log - df / 2 * np.trace(np.linalg.solve(scale2, scale))
    cross -= df2 * size / 2 * np.log(2) + df2 / 2 * np.linalg.slogdet(scale2)[1] + special.multigammaln(df2 / 2, size)
    return -stats.wishart(df, scale).entropy() - cross


def divergences():
    t = torch.tensor
    other = np.array([[0.0, 0.7, 1.0], [-1.0, 0.5, 0.2]])
    factor2, diagonal2 = FACTOR[::-1] * 0.7 + 0.1, DIAGONAL[::-1] + 0.3
    low = td.LowRankMultivariateNormal(t(LOC), t(FACTOR), t(DIAGONAL))
    low2 = td.LowRankMultivariateNormal(t(other), t(factor2), t(diagonal2))
    full, full2 = td.MultivariateNormal(t(LOC), scale_tril=t(TRIL)), td.MultivariateNormal(t(other), scale_tril=t(TRIL2))
    own = {"loc": LOC, "factor": FACTOR, "diagonal": DIAGONAL}
    theirs = {"loc2": other, "factor2": factor2, "diagonal2": diagonal2}
    yield divergence("LowRankMultivariateNormal||LowRankMultivariateNormal", own | theirs, td.kl_divergence(low, low2).numpy())
    yield divergence(
        "LowRankMultivariateNormal||MultivariateNormal", own | {"loc2": other, "scaleTril2": TRIL2}, td.kl_divergence(low, full2).numpy())
    yield divergence(
        "MultivariateNormal||LowRankMultivariateNormal", {"loc": LOC, "scaleTril": TRIL} | theirs, td.kl_divergence(full, low2).numpy())

    # The matrix written row by row is a multivariate normal with the Kronecker product as covariance.
    row, row2 = TRIL[:, :2, :2], TRIL2[:, :2, :2]
    loc = np.arange(12.0).reshape(2, 2, 3) / 5
    loc2 = np.sin(loc * 3)
    kron = lambda a: td.MultivariateNormal(t(a[0]), t(np.stack([np.kron(u, v) for u, v in zip(square(a[1]), square(a[2]))])))
    yield divergence(
        "MatrixNormal||MatrixNormal", {"loc": loc, "row": row, "column": TRIL, "loc2": loc2, "row2": row2, "column2": TRIL2},
        td.kl_divergence(kron((loc.reshape(2, 6), row, TRIL)), kron((loc2.reshape(2, 6), row2, TRIL2))).numpy(),
    )
    df, df2 = np.array([4.5, 7.0]), np.array([6.0, 3.2])
    parameters = {"df": df, "scaleTril": TRIL, "df2": df2, "scaleTril2": TRIL2}
    scale, scale2 = square(TRIL), square(TRIL2)
    yield divergence("Wishart||Wishart", parameters, [kl_of_wisharts(*each) for each in zip(df, scale, df2, scale2)])
    inverse = np.linalg.inv
    yield divergence(
        "InverseWishart||InverseWishart", parameters, [kl_of_wisharts(a, inverse(v), b, inverse(w)) for a, v, b, w in zip(df, scale, df2, scale2)])

    # Partial correlations are independent, each of a symmetric beta density on (-1, 1).
    c, c2 = np.array([0.7, 1.0, 4.0]), np.array([1.5, 0.4, 2.0])

    def lkj(a, b, size=3):
        beta = lambda c, j: td.Beta(t(c + (size - 2 - j) / 2), t(c + (size - 2 - j) / 2))
        return sum(float(td.kl_divergence(beta(a, j), beta(b, j))) for i in range(1, size) for j in range(i))

    yield divergence("LKJCholesky||LKJCholesky", {"concentration": c, "concentration2": c2}, [lkj(a, b) for a, b in zip(c, c2)])
    scale, scale2 = np.array([0.5, 1.0, 3.0]), np.array([1.5, 1.0, 0.4])
    yield divergence(
        "ZeroSumNormal||ZeroSumNormal", {"scale": scale, "scale2": scale2}, 3 * (np.log(scale2 / scale) + (scale / scale2) ** 2 / 2 - 0.5))
