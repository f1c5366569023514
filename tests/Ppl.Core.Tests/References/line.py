"""Families over all real numbers, and those cut from them."""

import mpmath as mp
import numpy as np
import torch
from scipy import special, stats

from common import BINS, continuous, divergence, edge, family, gradients, listed, polished

GAMMA = float(mp.euler)
LOC = np.array([[-1.5, 0.0, 2.5], [0.3, 40.0, -7.0]])
SCALE = np.array([0.2, 1.0, 3.5])
X = np.array([[-1.0, 0.7, -9.0], [0.31, 44.0, 1.0]])


def exactly(f, *arrays):
    """A function of mpmath, elementwise."""
    return np.vectorize(lambda *numbers: float(f(*[mp.mpf(float(n)) for n in numbers])))(*arrays)


def moments(mean, variance):
    """E[x] and E[x^2] as functions of the parameters."""
    return {"x": mean, "square": lambda *p: mean(*p) ** 2 + variance(*p)}


def uniform():
    low, high = LOC, LOC + np.array([0.5, 10.0, 3.5])
    x = low + (high - low) * np.array([0.25, 0.7, 0.999])
    parameters = {"low": low, "high": high}
    expectations = moments(lambda a, b: (a + b) / 2, lambda a, b: (b - a) ** 2 / 12)
    yield continuous(
        "Uniform", parameters, x, stats.uniform(low, high - low), mode=listed((low + high) / 2), gradients=gradients(parameters, expectations)
    )


def location_scale():
    parameters = {"loc": LOC, "scale": SCALE}
    rows = [
        ("Laplace", stats.laplace, moments(lambda m, s: m, lambda m, s: 2 * s**2)),
        ("Logistic", stats.logistic, moments(lambda m, s: m, lambda m, s: mp.pi**2 * s**2 / 3)),
        ("Gumbel", stats.gumbel_r, moments(lambda m, s: m + mp.euler * s, lambda m, s: mp.pi**2 * s**2 / 6)),
    ]
    for name, d, expectations in rows:
        yield continuous(name, parameters, X, d(LOC, SCALE), mode=listed(LOC), gradients=gradients(parameters, expectations))
    far = np.array([[-1.0, 0.7, -9e5], [0.31, 4e9, -7.0 - 1e-9]])
    cdf = exactly(lambda m, s, x: mp.atan2(1, -(x - m) / s) / mp.pi, LOC, SCALE + 0 * LOC, far)
    yield continuous("Cauchy", parameters, far, stats.cauchy(LOC, SCALE), mode=listed(LOC), entropy=listed(np.log(4 * np.pi * SCALE) + 0 * LOC), cdf=listed(cdf))


@mp.workdps(400)
def t_log_density(v, m, s, x):
    return mp.loggamma((v + 1) / 2) - mp.loggamma(v / 2) - mp.log(mp.pi * v) / 2 - mp.log(s) - (v + 1) / 2 * mp.log1p(((x - m) / s) ** 2 / v)


def t_cdf(v, m, s, x):
    """By the incomplete beta function of the share of the variable that is the smaller one."""
    z = (x - m) / s
    tail = mp.betainc(v / 2, mp.mpf(1) / 2, 0, v / (v + z**2), regularized=True) / 2
    return tail if z < 0 else 1 - tail


def t_entropy(v, s):
    return (v + 1) / 2 * (mp.digamma((v + 1) / 2) - mp.digamma(v / 2)) + mp.log(v) / 2 + mp.log(mp.beta(v / 2, mp.mpf(1) / 2)) + mp.log(s)


def t_mean_distance(v, s):
    return 2 * s * mp.sqrt(v / mp.pi) * mp.gamma((v + 1) / 2) / mp.gamma(v / 2) / (v - 1)


def student_t():
    df = np.array([[0.3, 1.0, 1.5], [2.0, 3.0, 4e5]])
    mean = np.where(df > 1, LOC, np.nan)
    whole = np.broadcast_to(SCALE, (2, 3))
    variance = np.where(df > 2, whole**2 * df / np.maximum(df - 2, 1e-9), np.where(df > 1, np.inf, np.nan))
    parameters = {"df": df, "loc": LOC, "scale": SCALE}
    yield t_entry("StudentT", parameters, mean, variance)
    df = np.array([[7.5, 9.0, 30.0], [8.0, 100.0, 1e5]])
    parameters = {"df": df, "loc": LOC, "scale": SCALE}
    entry = t_entry("StudentT(finite moments)", parameters, LOC, whole**2 * df / (df - 2))
    yield {**entry, "gradients": gradients(parameters, moments(lambda v, m, s: m, lambda v, m, s: s**2 * v / (v - 2)))}


def t_entry(name, parameters, mean, variance):
    df, loc, scale = np.broadcast_arrays(*parameters.values())
    entry = family(name, parameters, X, exactly(t_log_density, df, loc, scale, X), exactly(t_entropy, df, scale), mean, variance)
    share = BINS.reshape(-1, 1, 1)
    entry["cdf"] = listed(exactly(t_cdf, df, loc, scale, X))
    entry["bins"] = listed(polished(t_cdf, t_log_density, stats.t(df, loc, scale).ppf(share), share)(df, loc, scale))
    return {**entry, "mode": listed(loc)}


def half_student_t():
    for name, df in (("HalfStudentT", [[0.3, 1.0, 1.5], [2.0, 3.0, 4e5]]), ("HalfStudentT(finite moments)", [[7.5, 9.0, 30.0], [8.0, 100.0, 1e5]])):
        df = np.array(df)
        x = np.array([[0.02, 0.0, 900.0], [1e-7, 4.0, 1e-5]])
        scale = np.broadcast_to(SCALE, df.shape)
        parameters = {"df": df, "scale": SCALE}
        log_prob = exactly(lambda v, s, x: mp.log(2) + t_log_density(v, 0, s, x), df, scale, x)
        mean = exactly(lambda v, s: t_mean_distance(v, s) if v > 1 else mp.inf, df, scale)
        variance = exactly(lambda v, s: s**2 * v / (v - 2) - t_mean_distance(v, s) ** 2 if v > 2 else mp.inf, df, scale)
        entry = family(name, parameters, x, log_prob, exactly(t_entropy, df, scale) - np.log(2), mean, variance)
        share = (1 + BINS.reshape(-1, 1, 1)) / 2
        entry["cdf"] = listed(exactly(lambda v, s, x: 2 * t_cdf(v, mp.mpf(0), s, x) - 1, df, scale, x))
        entry["bins"] = listed(polished(t_cdf, t_log_density, stats.t(df, scale=scale).ppf(share), share)(df, 0 * df, scale))
        entry["mode"] = listed(0 * df)
        log = lambda v, s: mp.log(s) + (mp.log(v) + mp.digamma(mp.mpf(1) / 2) - mp.digamma(v / 2)) / 2
        expectations = {"log": log} if name == "HalfStudentT" else {"x": t_mean_distance, "square": lambda v, s: s**2 * v / (v - 2), "log": log}
        yield {**entry, "gradients": gradients(parameters, expectations)}


def exponential():
    rate = np.array([[0.01, 1.0, 3.5], [0.5, 40.0, 1e4]])
    x = np.array([[0.02, 0.0, 9.0], [0.31, 0.44, 1e-5]])
    expectations = {"x": lambda r: 1 / r, "square": lambda r: 2 / r**2, "log": lambda r: -mp.euler - mp.log(r)}
    entropy = 1 - np.log(rate)
    yield continuous(
        "Exponential", {"rate": rate}, x, stats.expon(scale=1 / rate), mode=listed(0 * rate), entropy=listed(entropy),
        gradients=gradients({"rate": rate}, expectations),
    )


def asymmetric_laplace():
    k = np.array([[0.3, 1.0, 4.0], [2.0, 0.7, 1.1]])
    parameters = {"loc": LOC, "scale": SCALE, "asymmetry": k}
    d = stats.laplace_asymmetric(k, LOC, SCALE)
    expectations = moments(lambda m, s, k: m + s * (1 / k - k), lambda m, s, k: s**2 * (k**2 + 1 / k**2))
    yield continuous(
        "AsymmetricLaplace", parameters, X, d, mode=listed(LOC), entropy=listed(1 + np.log(SCALE * (k + 1 / k))), mean=listed(LOC + SCALE * (1 / k - k)),
        variance=listed(SCALE**2 * (k**2 + 1 / k**2)), gradients=gradients(parameters, expectations),
    )


def skew_log_density(m, s, a, x):
    z = (x - m) / s
    return mp.log(2) - z**2 / 2 - mp.log(2 * mp.pi) / 2 + mp.log(mp.erfc(-a * z / mp.sqrt(2)) / 2) - mp.log(s)


def skew_cdf(m, s, a, x):
    """The tail on the side that the slant leans away from, as a sum of positive parts."""
    z = (x - m) / s
    if z > 0:
        return 1 - skew_cdf(0, 1, -a, -z)
    points = [-mp.inf, z - 8, z - 1, z - mp.mpf(1) / 8, z]
    return mp.quad(lambda t: mp.exp(skew_log_density(0, 1, a, t)), points)


def skew_normal():
    a = np.array([[0.0, 3.0, -4.0], [-1.0, 0.7, 0.1]])
    x = np.array([[-1.2, -0.3, 3.0], [0.31, 37.0, 1.0]])
    parameters = {"loc": LOC, "scale": SCALE, "slant": a}
    scale = np.broadcast_to(SCALE, a.shape)
    delta = a / np.sqrt(1 + a**2)
    mean, variance = LOC + scale * delta * np.sqrt(2 / np.pi), scale**2 * (1 - 2 * delta**2 / np.pi)
    entry = family("SkewNormal", parameters, x, exactly(skew_log_density, LOC, scale, a, x), 0 * a, mean, variance)
    expectations = moments(
        lambda m, s, a: m + s * a / mp.sqrt(1 + a**2) * mp.sqrt(2 / mp.pi), lambda m, s, a: s**2 * (1 - 2 * a**2 / (1 + a**2) / mp.pi)
    )
    entry["entropy"] = None
    entry["cdf"] = listed(exactly(skew_cdf, LOC, scale, a, x))
    entry["bins"] = listed(stats.skewnorm(a, LOC, scale).ppf(BINS.reshape(-1, 1, 1)))
    yield {**entry, "gradients": gradients(parameters, expectations)}


def levy():
    x = LOC + np.array([[0.1, 0.03, 90.0], [1e-2, 4e5, 1.0]])
    entropy = (1 + 3 * GAMMA + np.log(16 * np.pi * SCALE**2)) / 2 + 0 * LOC
    log_prob = exactly(levy_log_density, LOC, SCALE + 0 * LOC, x)
    cdf = exactly(lambda m, s, x: mp.erfc(mp.sqrt(s / (2 * (x - m)))), LOC, SCALE + 0 * LOC, x)
    yield continuous(
        "Levy", {"loc": LOC, "scale": SCALE}, x, stats.levy(LOC, SCALE), mode=listed(LOC + SCALE / 3), entropy=listed(entropy),
        mean=listed(LOC + np.inf), variance=listed(LOC + np.inf), log_prob=listed(log_prob), cdf=listed(cdf),
    )


def levy_log_density(m, s, x):
    return mp.log(s / (2 * mp.pi)) / 2 - s / (2 * (x - m)) - 3 * mp.log(x - m) / 2


def upper_tail(x):
    return mp.erfc(x / mp.sqrt(2)) / 2


def mass(a, b):
    """Of a standard normal between a and b, by the tails of the side on which they are small."""
    return upper_tail(a) - upper_tail(b) if a + b > 0 else upper_tail(-b) - upper_tail(-a)


def truncated_log_density(m, s, low, high, x):
    return -(((x - m) / s) ** 2) / 2 - mp.log(2 * mp.pi) / 2 - mp.log(s) - mp.log(mass((low - m) / s, (high - m) / s))


@mp.workdps(90)
def truncated_moments(m, s, low, high):
    a, b = (low - m) / s, (high - m) / s
    z = mass(a, b)
    phi = lambda t: mp.exp(-(t**2) / 2) / mp.sqrt(2 * mp.pi) / z if mp.isfinite(t) else mp.mpf(0)
    edge = lambda t: t * phi(t) if mp.isfinite(t) else mp.mpf(0)
    shift, second = phi(a) - phi(b), 1 + edge(a) - edge(b)
    entropy = mp.log(2 * mp.pi) / 2 + mp.log(s * z) + second / 2
    return m + s * shift, s**2 * (second - shift**2), entropy


def truncated_normal():
    low, high = LOC + np.array([[0.1, -0.5, 3.0], [-0.3, -20.0, -0.03]]), LOC + np.array([[0.9, 2.0, 60.0], [0.1, -12.0, 0.01]])
    x = low + (high - low) * np.array([0.25, 0.7, 0.01])
    scale = np.broadcast_to(SCALE, low.shape)
    infinite = np.full(low.shape, np.inf)
    yield truncated_entry("TruncatedNormal", {"loc": LOC, "scale": SCALE, "low": low, "high": high}, scale, low, high, x)
    x = low + np.array([0.1, 0.5, 2.0])
    yield truncated_entry("TruncatedNormal(low)", {"loc": LOC, "scale": SCALE, "low": low}, scale, low, infinite, x)
    x = high - np.array([0.1, 0.5, 2.0])
    yield truncated_entry("TruncatedNormal(high)", {"loc": LOC, "scale": SCALE, "high": high}, scale, -infinite, high, x)


def truncated_entry(name, parameters, scale, low, high, x):
    arrays = (LOC, scale, low, high)
    moment = lambda i: exactly(lambda *p: truncated_moments(*p)[i], *arrays)
    entry = family(name, parameters, x, exactly(truncated_log_density, *arrays, x), moment(2), moment(0), moment(1))
    cdf = lambda m, s, low, high, x: mass((low - m) / s, (x - m) / s) / mass((low - m) / s, (high - m) / s)
    entry["cdf"] = listed(exactly(cdf, *arrays, x))
    entry["mode"] = listed(np.clip(LOC, low, high))
    entry["bins"] = listed(stats.truncnorm((low - LOC) / scale, (high - LOC) / scale, LOC, scale).ppf(BINS.reshape(-1, 1, 1)))
    order = list(parameters)
    whole = lambda p: [p[order.index(n)] if n in order else mp.mpf(sign) for n, sign in (("loc", 0), ("scale", 0), ("low", "-inf"), ("high", "inf"))]
    expectations = moments(lambda *p: truncated_moments(*whole(p))[0], lambda *p: truncated_moments(*whole(p))[1])
    return {**entry, "gradients": gradients(parameters, expectations)}


def truncated():
    low, high = LOC - np.array([0.3, 0.5, 3.0]), LOC + np.array([[0.9, 2.0, 6.0], [0.1, 12.0, 0.01]])
    scale = np.broadcast_to(SCALE, low.shape)
    x = low + (high - low) * np.array([0.25, 0.7, 0.01])
    for name, d, parameters, log, f in (
        ("Truncated(Logistic)", stats.logistic, {"low": low, "high": high}, lambda z: -z - 2 * mp.log1p(mp.exp(-z)), lambda z: 1 / (1 + mp.exp(-z))),
        ("Truncated(Gumbel)", stats.gumbel_r, {"low": low}, lambda z: -z - mp.exp(-z), lambda z: mp.exp(-mp.exp(-z))),
    ):
        top = high if "high" in parameters else np.full(low.shape, np.inf)
        part = lambda m, s, low, top, x: (f((x - m) / s) - f((low - m) / s)) / ((f((top - m) / s) if mp.isfinite(top) else 1) - f((low - m) / s))
        density = lambda m, s, low, top, x: log((x - m) / s) - mp.log(s) - mp.log((f((top - m) / s) if mp.isfinite(top) else 1) - f((low - m) / s))
        arrays = (LOC, scale, low, top)
        entry = family(name, {"loc": LOC, "scale": SCALE, **parameters}, x, exactly(density, *arrays, x), 0 * x)
        base = d(LOC, scale)
        shares = base.cdf(low) + BINS.reshape(-1, 1, 1) * (base.cdf(top) - base.cdf(low))
        yield {**entry, "entropy": None, "cdf": listed(exactly(part, *arrays, x)), "bins": listed(base.ppf(shares))}


def truncated_by_incomplete_beta():
    """Bases whose distribution function is an incomplete beta function, between bounds that leave out much of them."""
    df = np.array([[1.5, 4.0, 60.0], [0.7, 3.0, 9.0]])
    low, high = LOC + np.array([-0.3, 0.5, -9.0]), LOC + np.array([0.4, 30.0, 1.0])
    x = low + (high - low) * np.array([0.25, 0.01, 0.6])
    scale = np.broadcast_to(SCALE, df.shape)
    yield truncated_row(
        "Truncated(StudentT)", {"df": df, "loc": LOC, "scale": SCALE, "low": low, "high": high}, (df, LOC, scale), low, high, x, t_log_density, t_cdf,
        stats.t(df, LOC, scale),
    )
    a, b = np.array([[0.4, 2.0, 30.0], [1.0, 5.0, 0.8]]), np.array([0.7, 3.0, 12.0])
    low, high = np.array([0.1, 0.5, 0.01]), np.array([[0.9, 0.75, 0.8], [0.5, 0.95, 0.06]])
    x = low + (high - low) * np.array([0.25, 0.01, 0.6])
    log_beta = lambda a, b, x: (a - 1) * mp.log(x) + (b - 1) * mp.log1p(-x) - mp.log(mp.beta(a, b))
    yield truncated_row(
        "Truncated(Beta)", {"concentration1": a, "concentration0": b, "low": low, "high": high}, np.broadcast_arrays(a, b), low, high, x, log_beta,
        lambda a, b, x: mp.betainc(a, b, 0, x, regularized=True), stats.beta(a, b),
    )


def truncated_row(name, parameters, base, low, high, x, log_density, cdf, d):
    part = lambda *v: (cdf(*v[:-3], v[-1]) - cdf(*v[:-3], v[-3])) / (cdf(*v[:-3], v[-2]) - cdf(*v[:-3], v[-3]))
    density = lambda *v: log_density(*v[:-3], v[-1]) - mp.log(cdf(*v[:-3], v[-2]) - cdf(*v[:-3], v[-3]))
    entry = family(name, parameters, x, exactly(density, *base, low + 0 * x, high + 0 * x, x), 0 * x)
    shares = d.cdf(low) + BINS.reshape(-1, 1, 1) * (d.cdf(high) - d.cdf(low))
    bins = polished(cdf, log_density, d.ppf(shares), shares)(*base)
    return {**entry, "entropy": None, "cdf": listed(exactly(part, *base, low + 0 * x, high + 0 * x, x)), "bins": listed(bins)}


def edges():
    log_logistic = lambda m, s, x: -(x - m) / s - 2 * mp.log1p(mp.exp(-(x - m) / s)) - mp.log(s)
    yield edge("Uniform", ["low", "high"], [(0.0, 1.0, 1.0), (-1e-300, 1e-300, 0.0), (1e15, 1e15 + 1, 1e15), (-1e300, 1e300, 1.0)], lambda a, b, x: -mp.log(b - a))
    rows = [(0.0, 1.0, 0.0), (0.0, 1e-3, 1e3), (0.0, 1e150, 1e-150), (1e15, 1.0, 1e15 + 1), (0.0, 1.0, 700.0), (0.0, 1.0, -700.0), (0.0, 1e-300, 0.0)]
    yield edge("Laplace", ["loc", "scale"], rows, lambda m, s, x: -abs(x - m) / s - mp.log(2 * s))
    yield edge("Logistic", ["loc", "scale"], rows, log_logistic)
    yield edge("Gumbel", ["loc", "scale"], rows[:6], lambda m, s, x: -(x - m) / s - mp.exp(-(x - m) / s) - mp.log(s))
    yield edge(
        "Cauchy", ["loc", "scale"], [(0.0, 1.0, 0.0), (0.0, 1.0, 1e200), (0.0, 1e200, 1e-200), (0.0, 1e-30, 1e30), (1e15, 1e-15, 1e15 + 1)],
        lambda m, s, x: mp.log(s) - mp.log(mp.pi) - mp.log(s**2 + (x - m) ** 2),
    )
    t_rows = [
        (1e-3, 0.0, 1.0, 1e200), (1e-10, 0.0, 1.0, 1.0), (1e15, 0.0, 1.0, 3.0), (1e300, 0.0, 1.0, 20.0), (49.9999, 0.0, 1.0, 1.0), (50.0, 0.0, 1.0, 1.0),
        (1e6, 0.0, 1e-3, 1.0), (2.0, 0.0, 1.0, 0.0), (1e8, 0.0, 1e-100, 1e100),
    ]
    yield edge("StudentT", ["df", "loc", "scale"], t_rows, t_log_density)
    yield edge("HalfStudentT", ["df", "scale"], [(v, s, x) for v, _, s, x in t_rows], lambda v, s, x: mp.log(2) + t_log_density(v, 0, s, x))
    yield edge("Exponential", ["rate"], [(1.0, 0.0), (1e-300, 1e300), (1e300, 1e-300), (2.0, 350.0)], lambda r, x: mp.log(r) - r * x)
    yield edge(
        "AsymmetricLaplace", ["loc", "scale", "asymmetry"],
        [(0.0, 1.0, 1.0, 0.0), (0.0, 1.0, 1e-8, -1e-5), (0.0, 1.0, 1e8, 1e-5), (0.0, 1e-3, 2.0, 1e3), (0.0, 1e100, 1e-100, 1e150)],
        lambda m, s, k, x: -(x - m) / s * (k if x >= m else -1 / k) - mp.log(s * (k + 1 / k)),
    )
    yield edge(
        "SkewNormal", ["loc", "scale", "slant"],
        [(0.0, 1.0, 5.0, -20.0), (0.0, 1.0, 1e3, -10.0), (0.0, 1.0, -1e6, 3.0), (0.0, 1.0, 1e10, 1.0), (0.0, 1.0, 0.0, 30.0), (0.0, 1e-100, 1.0, 0.0), (0.0, 1.0, 2.0, -0.5)],
        skew_log_density,
    )
    yield edge(
        "Levy", ["loc", "scale"], [(0.0, 1.0, 1e-3), (0.0, 1.0, 1e300), (0.0, 1e-200, 1e-10), (1e10, 1.0, 1e10 + 1), (0.0, 1e200, 1e200)], levy_log_density
    )
    yield edge(
        "TruncatedNormal", ["loc", "scale", "low", "high"],
        [
            (0.0, 1.0, 1e4, 2e4, 1e4 + 1e-4), (0.0, 1.0, -1e5, -1e4, -1e4 - 1e-4), (0.0, 1e6, 0.0, 1.0, 0.5), (0.0, 1.0, 5.0, 5.0 + 2.0**-40, 5.0),
            (0.0, 1.0, -1e20, 1e20, 3.0), (0.0, 1.0, -1e10, 1.0, -3.0), (0.0, 1e-3, 10.0, 11.0, 10.0001), (0.0, 1.0, -1.0, 1.0, 1.0), (0.0, 1.0, 0.0, 1e5, 0.0),
        ],
        truncated_log_density,
    )
    yield edge("TruncatedNormal(low)", ["loc", "scale", "low"], [(0.0, 1.0, 1e6, 1e6), (0.0, 1.0, -50.0, 2.0), (0.0, 1e-100, 1e-98, 1.1e-98)], lambda m, s, low, x: truncated_log_density(m, s, low, mp.inf, x))
    yield edge("TruncatedNormal(high)", ["loc", "scale", "high"], [(0.0, 1.0, -1e6, -1e6), (0.0, 1.0, 0.0, -30.0)], lambda m, s, high, x: truncated_log_density(m, s, -mp.inf, high, x))


def by_quadrature(log_q, log_p, low, high, points):
    """KL as an integral; log_q and log_p are functions of mpmath numbers."""
    inner = sorted(p for p in points if low < p < high)
    return float(mp.quad(lambda x: mp.exp(log_q(x)) * (log_q(x) - log_p(x)), [low, *inner, high]))


def divergences():
    t = lambda x: torch.tensor(x, dtype=torch.float64)
    d = torch.distributions
    loc, scale = t([[-1.5, 0.0, 2.5], [0.3, 4.0, -0.7]]), t([[0.2, 1.0, 1.5], [0.9, 0.01, 2.0]])
    loc2, scale2 = t([0.5, -1.0, 2.0]), t([1.5, 0.8, 4.0])
    rate, rate2 = t([[0.4, 1.0, 3.5], [0.8, 30.0, 1.7]]), t([0.5, 2.0, 1.3])
    a, b, a2, b2 = t([[0.4, 1.0, 3.5], [0.8, 30.0, 1.7]]), t([0.5, 2.0, 1.3]), t([1.5, 0.7, 2.0]), t([0.9, 3.0, 1.3])
    low, high = t([[0.1, 0.25, 0.0], [0.3, 0.5, 0.7]]), t([[0.4, 0.5, 1.0], [0.9, 0.75, 0.8]])
    two, one, q_uniform = {"loc": loc, "scale": scale}, {"a": a, "b": b}, {"low": low, "high": high}
    other = {"loc2": loc2, "scale2": scale2}
    normal, normal2, gumbel2 = d.Normal(loc, scale), d.Normal(loc2, scale2), d.Gumbel(loc2, scale2)
    low2, high2 = t([-0.5, 0.0, -1.0]), t([1.0, 3.0, 1.5])
    uniform2 = {"low2": low2, "high2": high2}
    pairs = [
        ("Laplace||Laplace", {**two, **other}, d.Laplace(loc, scale), d.Laplace(loc2, scale2)),
        ("Uniform||Uniform", {**q_uniform, **uniform2}, d.Uniform(low, high), d.Uniform(low2.expand(2, 3), high2.expand(2, 3))),
        ("Cauchy||Cauchy", {**two, **other}, d.Cauchy(loc, scale), d.Cauchy(loc2, scale2)),
        ("Gumbel||Gumbel", {**two, **other}, d.Gumbel(loc, scale), gumbel2),
        ("Exponential||Exponential", {"rate": rate, "rate2": rate2}, d.Exponential(rate), d.Exponential(rate2)),
        ("Exponential||Gamma", {"rate": rate, "a2": a2, "b2": b2}, d.Exponential(rate), d.Gamma(a2, b2)),
        ("Exponential||Gumbel", {"rate": rate, **other}, d.Exponential(rate), gumbel2),
        ("Exponential||Normal", {"rate": rate, **other}, d.Exponential(rate), normal2),
        ("Gamma||Exponential", {**one, "rate2": rate2}, d.Gamma(a, b), d.Exponential(rate2)),
        ("Gamma||Gumbel", {**one, **other}, d.Gamma(a, b), gumbel2),
        ("Beta||Exponential", {**one, "rate2": rate2}, d.Beta(a, b), d.Exponential(rate2)),
        ("Beta||Uniform", {**one, **uniform2}, d.Beta(a, b), d.Uniform(low2.expand(2, 3), high2.expand(2, 3))),
        ("Uniform||Exponential", {**q_uniform, "rate2": rate2}, d.Uniform(low, high), d.Exponential(rate2)),
        ("Uniform||Gumbel", {**q_uniform, **other}, d.Uniform(low, high), gumbel2),
        ("Uniform||Normal", {**q_uniform, **other}, d.Uniform(low, high), normal2),
        ("Normal||Laplace", {**two, **other}, normal, d.Laplace(loc2, scale2)),
        ("Normal||Gumbel", {**two, **other}, normal, gumbel2),
        ("Laplace||Normal", {**two, **other}, d.Laplace(loc, scale), normal2),
        ("Gumbel||Normal", {**two, **other}, d.Gumbel(loc, scale), normal2),
    ]
    for name, parameters, q, p in pairs:
        yield divergence(name, {k: v.tolist() for k, v in parameters.items()}, d.kl_divergence(q, p).tolist())

    # PyTorch has NaN for an interval that begins at 0.
    log_beta = lambda a, b, x: (a - 1) * mp.log(x) + (b - 1) * mp.log1p(-x) - mp.log(mp.beta(a, b))
    log_gamma = lambda a, b, x: a * mp.log(b) + (a - 1) * mp.log(x) - b * x - mp.loggamma(a)
    for name, log_p in (("Uniform||Beta", log_beta), ("Uniform||Gamma", log_gamma)):
        def kl(low, high, a, b):
            return by_quadrature(lambda x: -mp.log(high - low), lambda x: log_p(a, b, x), low, high, [])
        arrays = np.broadcast_arrays(*[v.numpy() for v in (low, high, a2, b2)])
        yield divergence(name, {**q_uniform, "a2": a2, "b2": b2}, exactly(kl, *arrays))

    # What PyTorch has not, by quadrature.
    log_normal = lambda m, s: lambda x: -(((x - m) / s) ** 2) / 2 - mp.log(s) - mp.log(2 * mp.pi) / 2
    log_logistic = lambda m, s: lambda x: -abs(x - m) / s - 2 * mp.log1p(mp.exp(-abs(x - m) / s)) - mp.log(s)
    log_asymmetric = lambda m, s, k: lambda x: -(x - m) / s * (k if x >= m else -1 / k) - mp.log(s * (k + 1 / k))
    log_t = lambda v, m, s: lambda x: t_log_density(v, m, s, x)
    m, s, k, v = [-1.5, 0.0, 2.5], [0.2, 1.0, 1.5], [0.3, 1.0, 4.0], [2.5, 6.0, 60.0]
    rows = [
        ("Logistic||Normal", {"loc": m, "scale": s}, [log_logistic(*map(mp.mpf, r)) for r in zip(m, s)]),
        ("AsymmetricLaplace||Normal", {"loc": m, "scale": s, "asymmetry": k}, [log_asymmetric(*map(mp.mpf, r)) for r in zip(m, s, k)]),
        ("StudentT||Normal", {"df": v, "loc": m, "scale": s}, [log_t(*map(mp.mpf, r)) for r in zip(v, m, s)]),
    ]
    with mp.workdps(25):
        for name, parameters, logs in rows:
            kl = []
            for i, log_q in enumerate(logs):
                log_p = log_normal(mp.mpf(float(loc2[i])), mp.mpf(float(scale2[i])))
                points = [m[i] + sign * s[i] * mp.mpf(10) ** e for sign in (-1, 1) for e in range(-1, 4)] + [m[i]]
                kl.append(by_quadrature(log_q, log_p, -mp.inf, mp.inf, points))
            yield divergence(name, {**parameters, "loc2": loc2.tolist(), "scale2": scale2.tolist()}, kl)
        kl = []
        for i in range(3):
            at = [mp.mpf(x) for x in (m[i], s[i], float(loc2[i]), float(scale2[i]), k[i])]
            points = [at[2]] + [at[0] + j * at[1] for j in (-6, -2, 0, 2, 6)]
            kl.append(by_quadrature(log_normal(*at[:2]), log_asymmetric(*at[2:]), -mp.inf, mp.inf, points))
        yield from asymmetric_divergences(log_asymmetric)
        yield from truncated_divergences(log_normal)
        yield divergence("Normal||AsymmetricLaplace", {"loc": m, "scale": s, "loc2": loc2, "scale2": scale2, "asymmetry2": k}, kl)


def asymmetric_divergences(log_density):
    q, p = ([-1.5, 0.0, 2.5], [0.2, 1.0, 1.5], [0.3, 1.0, 4.0]), ([0.5, -1.0, 2.0], [1.5, 0.8, 4.0], [2.0, 0.7, 0.6])
    for name, skewed, skewed2 in (("AsymmetricLaplace||AsymmetricLaplace", True, True), ("AsymmetricLaplace||Laplace", True, False), ("Laplace||AsymmetricLaplace", False, True)):
        kl = []
        for i in range(3):
            (m, s, k), (m2, s2, k2) = [[mp.mpf(v[i]) for v in side] for side in (q, p)]
            k, k2 = k if skewed else mp.mpf(1), k2 if skewed2 else mp.mpf(1)
            points = sorted([m, m2] + [m + sign * s * 2**e for sign in (-1, 1) for e in range(-3, 10)])
            kl.append(by_quadrature(log_density(m, s, k), log_density(m2, s2, k2), points[0], points[-1], points[1:-1]))
        own = {"loc": q[0], "scale": q[1], **({"asymmetry": q[2]} if skewed else {})}
        other = {"loc2": p[0], "scale2": p[1], **({"asymmetry2": p[2]} if skewed2 else {})}
        yield divergence(name, {**own, **other}, kl)


def truncated_divergences(log_normal):
    m, s, low, high = [-1.5, 0.0, 2.5], [0.2, 1.0, 1.5], [-1.4, -0.5, -3.0], [-1.1, 1.5, 2.0]
    m2, s2, low2, high2 = [0.5, -1.0, 2.0], [1.5, 0.8, 4.0], [-2.0, -0.5, -9.0], [3.0, 2.0, 2.5]
    cut = lambda m, s, low, high: lambda x: truncated_log_density(m, s, low, high, x)
    flat = lambda low, high: lambda x: -mp.log(high - low)
    own, other = {"loc": m, "scale": s, "low": low, "high": high}, {"loc2": m2, "scale2": s2, "low2": low2, "high2": high2}
    bounds, bounds2 = {"low": low, "high": high}, {"low2": low2, "high2": high2}
    for name, q, p, first, second in (
        ("TruncatedNormal||TruncatedNormal", cut, cut, own, other), ("TruncatedNormal||Normal", cut, log_normal, own, {"loc2": m2, "scale2": s2}),
        ("TruncatedNormal||Uniform", cut, flat, own, bounds2), ("Uniform||TruncatedNormal", flat, cut, bounds, other),
    ):
        kl = []
        for i in range(3):
            log_q, log_p = q(*[mp.mpf(v[i]) for v in first.values()]), p(*[mp.mpf(v[i]) for v in second.values()])
            kl.append(by_quadrature(log_q, log_p, mp.mpf(low[i]), mp.mpf(high[i]), [m[i]]))
        yield divergence(name, {**first, **second}, kl)


def families():
    for make in (uniform, location_scale, student_t, half_student_t, exponential, asymmetric_laplace, skew_normal, levy, truncated_normal, truncated,
                 truncated_by_incomplete_beta):
        yield from make()
