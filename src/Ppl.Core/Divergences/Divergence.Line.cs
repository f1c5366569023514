using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <summary>The closed forms of families over the real line, and of those of positive numbers and intervals against them.</summary>
/// <remarks>They are computed in float64 and rounded once.</remarks>
public static partial class Divergence
{
    /// <summary>KL of two Laplaces: log(s_p / s_q) + (s_q exp(−d / s_q) + d) / s_p − 1 with d = |m_q − m_p|.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Laplace q, Laplace p) => InFloat64(q, p, (a, b) =>
    {
        var distance = (a[0] - b[0]).abs();
        return (b[1] / a[1]).log() + (a[1] * (-distance / a[1]).expm1() + distance + a[1] - b[1]) / b[1];
    });

    /// <summary>KL of two uniforms: log((h_p − l_p) / (h_q − l_q)); infinite where q's interval is not within p's.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Uniform q, Uniform p) => InFloat64(q, p, (a, b) =>
        OrInfinite(((b[1] - b[0]) / (a[1] - a[0])).log(), a[0].ge(b[0]).logical_and(a[1].le(b[1]))));

    /// <summary>KL of two Cauchys: log(((s_q + s_p)² + (m_q − m_p)²) / (4 s_q s_p)). Chyzak and Nielsen (2019), arXiv:1905.10965.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Cauchy q, Cauchy p) => InFloat64(q, p, (a, b) =>
        (((a[1] - b[1]).square() + (a[0] - b[0]).square()) / (4 * a[1] * b[1])).log1p());

    /// <summary>
    /// KL of two Gumbels: log(s_p / s_q) + γ (s_q / s_p − 1) + (m_q − m_p) / s_p + exp((m_p − m_q) / s_p) Γ(1 + s_q / s_p) − 1.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Gumbel q, Gumbel p) => InFloat64(q, p, (a, b) =>
    {
        var (ratio, shift) = (a[1] / b[1], (a[0] - b[0]) / b[1]);
        return -ratio.log() + Gumbel.EulersConstant * (ratio - 1) + shift + ((1 + ratio).lgamma() - shift).expm1();
    });

    /// <summary>KL of two exponentials: log(r_q / r_p) + r_p / r_q − 1.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Exponential q, Exponential p) => InFloat64(q, p, (a, b) => (a[0] / b[0]).log() + (b[0] - a[0]) / a[0]);

    /// <summary>KL of an exponential and a gamma: that of Gamma(1, rate).</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Exponential q, Gamma p) => InFloat64(q, p, (a, b) =>
    {
        var logMean = -Gumbel.EulersConstant - a[0].log();
        return a[0].log() - 1 - (b[0] * b[1].log() - b[0].lgamma() + (b[0] - 1) * logMean - b[1] / a[0]);
    });

    /// <summary>KL of a gamma and an exponential: −H(q) − log r + r · mean.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Gamma q, Exponential p) => InFloat64(q, p, (a, b) => -EntropyOfGamma(a) - b[0].log() + b[0] * a[0] / a[1]);

    /// <summary>KL of a beta and an exponential: −H(q) − log r + r · mean.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Beta q, Exponential p) => InFloat64(q, p, (a, b) => -EntropyOfBeta(a) - b[0].log() + b[0] * a[0] / (a[0] + a[1]));

    /// <summary>KL of a beta and a uniform: log(h − l) − H(q); infinite where the interval has not all of [0, 1].</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Beta q, Uniform p) => InFloat64(q, p, (a, b) =>
        OrInfinite((b[1] - b[0]).log() - EntropyOfBeta(a), b[0].le(0).logical_and(b[1].ge(1))));

    /// <summary>
    /// KL of a uniform and a beta, with E[log x] = (h log h − l log l) / (h − l) − 1 and that of 1 − x; infinite outside [0, 1].
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Uniform q, Beta p) => InFloat64(q, p, (a, b) =>
    {
        var isInside = a[0].ge(0).logical_and(a[1].le(1));
        var (low, high) = (where(isInside, a[0], 0.25), where(isInside, a[1], 0.75));
        var kl = GammaMath.LogBeta(b[0], b[1]) - (high - low).log()
            - (b[0] - 1) * MeanLog(low, high) - (b[1] - 1) * MeanLog(1 - high, 1 - low);
        return OrInfinite(kl, isInside);
    });

    /// <summary>KL of a uniform and an exponential: r (l + h) / 2 − log(r (h − l)); infinite below 0.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Uniform q, Exponential p) => InFloat64(q, p, (a, b) =>
        OrInfinite(b[0] * (a[0] + a[1]) / 2 - (b[0] * (a[1] - a[0])).log(), a[0].ge(0)));

    /// <summary>KL of a uniform and a gamma, with E[log x] = (h log h − l log l) / (h − l) − 1; infinite below 0.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Uniform q, Gamma p) => InFloat64(q, p, (a, b) =>
    {
        var isInside = a[0].ge(0);
        var (low, high) = (where(isInside, a[0], 1), where(isInside, a[1], 2));
        var cross = b[0] * b[1].log() - b[0].lgamma() + (b[0] - 1) * MeanLog(low, high) - b[1] * (low + high) / 2;
        return OrInfinite(-(high - low).log() - cross, isInside);
    });

    /// <summary>KL of a uniform and a Gumbel, with E[exp(−z)] = (exp(−z_l) − exp(−z_h)) / (z_h − z_l).</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Uniform q, Gumbel p) => InFloat64(q, p, (a, b) =>
    {
        var width = (a[1] - a[0]) / b[1];
        var (low, mean) = ((a[0] - b[0]) / b[1], ((a[0] + a[1]) / 2 - b[0]) / b[1]);
        return -width.log() + mean - (-low).exp() * (-width).expm1() / width;
    });

    /// <summary>KL of a gamma and a Gumbel, with E[exp(−z)] = exp(m / s) (1 + 1 / (rate · s))^(−concentration).</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Gamma q, Gumbel p) => InFloat64(q, p, (a, b) =>
        -EntropyOfGamma(a) + b[1].log() + (a[0] / a[1] - b[0]) / b[1] + (b[0] / b[1] - a[0] * (1 / (a[1] * b[1])).log1p()).exp());

    /// <summary>KL of an exponential and a Gumbel: that of Gamma(1, rate).</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Exponential q, Gumbel p) => InFloat64(q, p, (a, b) =>
        (a[0] * b[1]).log() - 1 + (1 / a[0] - b[0]) / b[1] + (b[0] / b[1] - (1 / (a[0] * b[1])).log1p()).exp());

    /// <summary>KL of a normal and a Gumbel: −H(q) + log s + (m_q − m) / s + exp((m − m_q) / s + s_q² / (2 s²)).</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Normal q, Gumbel p) => InFloat64(q, p, (a, b) =>
    {
        var (ratio, shift) = (a[1] / b[1], (a[0] - b[0]) / b[1]);
        return -ratio.log() - NormalMath.HalfLogTwoPi - 0.5 + shift + (ratio.square() / 2 - shift).exp();
    });

    /// <summary>KL of a normal and a Laplace, with E|x − m| = s_q √(2/π) exp(−d² / 2) + (m_q − m) erf(d / √2) and d = (m_q − m) / s_q.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Normal q, Laplace p) => InFloat64(q, p, (a, b) =>
    {
        var shift = (a[0] - b[0]) / a[1];
        var distance = Math.Sqrt(2 / Math.PI) * (shift.square() / -2).exp() + shift * (shift * Math.Sqrt(0.5)).erf();
        return (2 * b[1] / a[1]).log() - NormalMath.HalfLogTwoPi - 0.5 + distance * a[1] / b[1];
    });

    /// <summary>
    /// KL of a normal and an asymmetric Laplace, as of a Laplace, with E[max(x − m, 0)] = s_q φ(d) + (m_q − m) Φ(d) for the right side.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Normal q, AsymmetricLaplace p) => InFloat64(q, p, (a, b) =>
    {
        var shift = (a[0] - b[0]) / a[1];
        var density = (shift.square() / -2 - NormalMath.HalfLogTwoPi).exp();
        var right = density + shift * (shift * -Math.Sqrt(0.5)).erfc() / 2;
        var left = density - shift * (shift * Math.Sqrt(0.5)).erfc() / 2;
        return (b[1] * (b[2] + 1 / b[2]) / a[1]).log() - NormalMath.HalfLogTwoPi - 0.5 + (right * b[2] + left / b[2]) * a[1] / b[1];
    });

    /// <summary>
    /// KL of two asymmetric Laplaces, with E[max(x − m, 0)] = s_q C exp(−k d) / k² for the right side of an m that lies s_q d above q's location, and
    /// C = 1 / (k + 1 / k) for q's asymmetry k.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(AsymmetricLaplace q, AsymmetricLaplace p) => InFloat64(q, p, (a, b) => OfAsymmetric(a[0], a[1], a[2], b[0], b[1], b[2]));

    /// <inheritdoc cref="Kl(AsymmetricLaplace, AsymmetricLaplace)"/>
    [ClosedFormKl]
    public static Tensor Kl(AsymmetricLaplace q, Laplace p)
        => InFloat64(q, p, (a, b) => OfAsymmetric(a[0], a[1], a[2], b[0], b[1], ones_like(b[1])));

    /// <inheritdoc cref="Kl(AsymmetricLaplace, AsymmetricLaplace)"/>
    [ClosedFormKl]
    public static Tensor Kl(Laplace q, AsymmetricLaplace p)
        => InFloat64(q, p, (a, b) => OfAsymmetric(a[0], a[1], ones_like(a[1]), b[0], b[1], b[2]));

    /// <summary>KL of a Laplace and a normal: log s_p + log(2π) / 2 + ((m_q − m_p)² + variance) / (2 s_p²) − H(q).</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Laplace q, Normal p) => InFloat64(q, p, (a, b) =>
        ToNormal(a[0], 2 * a[1].square(), a[1].log() + (1 + Math.Log(2)), b));

    /// <inheritdoc cref="Kl(Laplace, Normal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Logistic q, Normal p) => InFloat64(q, p, (a, b) =>
        ToNormal(a[0], a[1].square() * (Math.PI * Math.PI / 3), a[1].log() + 2, b));

    /// <inheritdoc cref="Kl(Laplace, Normal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Gumbel q, Normal p) => InFloat64(q, p, (a, b) => ToNormal(
        a[0] + a[1] * Gumbel.EulersConstant, a[1].square() * (Math.PI * Math.PI / 6), a[1].log() + (1 + Gumbel.EulersConstant), b));

    /// <inheritdoc cref="Kl(Laplace, Normal)"/>
    [ClosedFormKl]
    public static Tensor Kl(AsymmetricLaplace q, Normal p) => InFloat64(q, p, (a, b) => ToNormal(
        a[0] + a[1] * (1 / a[2] - a[2]),
        a[1].square() * (a[2].square() + 1 / a[2].square()),
        (a[1] * (a[2] + 1 / a[2])).log() + 1,
        b));

    /// <inheritdoc cref="Kl(Laplace, Normal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Exponential q, Normal p) => InFloat64(q, p, (a, b) => ToNormal(1 / a[0], 1 / a[0].square(), 1 - a[0].log(), b));

    /// <inheritdoc cref="Kl(Laplace, Normal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Uniform q, Normal p) => InFloat64(q, p, (a, b) =>
        ToNormal((a[0] + a[1]) / 2, (a[1] - a[0]).square() / 12, (a[1] - a[0]).log(), b));

    /// <summary>KL of a Student's t and a normal, as of a Laplace; infinite where the variance is, for df ≤ 2.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(StudentT q, Normal p) => InFloat64(q, p, (a, b) =>
    {
        var isFinite = a[0].gt(2);
        var df = where(isFinite, a[0], 3);
        return OrInfinite(ToNormal(a[1], a[2].square() * StudentTMath.MeanSquare(df), StudentTMath.Entropy(df) + a[2].log(), b), isFinite);
    });

    // Of the two one-sided distances one falls exponentially, and the other is what it lacks to the difference of mean and m.
    private static Tensor OfAsymmetric(Tensor locQ, Tensor scaleQ, Tensor kq, Tensor locP, Tensor scaleP, Tensor kp)
    {
        var (distance, share, mean) = ((locP - locQ) / scaleQ, 1 / (kq + 1 / kq), 1 / kq - kq);
        var isAbove = distance.ge(0);
        var right = share / kq.square() * (-kq * distance.Or(isAbove, 0)).exp();
        var left = share * kq.square() * (distance.Or(isAbove.logical_not(), 0) / kq).exp();
        (right, left) = (where(isAbove, right, left + mean - distance), where(isAbove, right + distance - mean, left));
        return (scaleP * (kp + 1 / kp)).log() - (scaleQ * (kq + 1 / kq)).log() - 1 + (kp * right + left / kp) * scaleQ / scaleP;
    }

    private static Tensor ToNormal(Tensor mean, Tensor variance, Tensor entropy, Tensor[] normal)
        => normal[1].log() + NormalMath.HalfLogTwoPi + ((mean - normal[0]).square() + variance) / (2 * normal[1].square()) - entropy;

    private static Tensor EntropyOfGamma(Tensor[] gamma)
        => gamma[0] - gamma[1].log() + gamma[0].lgamma() + (1 - gamma[0]) * gamma[0].digamma();

    private static Tensor EntropyOfBeta(Tensor[] beta)
    {
        var (a, b) = (beta[0], beta[1]);
        return GammaMath.LogBeta(a, b) - (a - 1) * a.digamma() - (b - 1) * b.digamma() + (a + b - 2) * (a + b).digamma();
    }

    // E[log x] of a uniform over 0 ≤ low < high.
    private static Tensor MeanLog(Tensor low, Tensor high) => (high.TimesLog(high) - low.TimesLog(low)) / (high - low) - 1;

    private static Tensor OrInfinite(Tensor kl, Tensor isFinite) => where(isFinite, kl, double.PositiveInfinity);

    /// <summary>A form of both sides' parameters in float64, rounded to their type and of the shape of both.</summary>
    private static Tensor InFloat64(Distribution q, Distribution p, Func<Tensor[], Tensor[], Tensor> form)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var like = q.Parameters.Concat(p.Parameters).Select(parameter => parameter.Value.Tensor).FirstOrDefault(t => t is not null);
        return Rounded(form(Values(q), Values(p)), q, p).expand(Full(q, p));

        Tensor[] Values(Distribution family) => family is Normal normal
            ? [normal.Loc.Wide(like), normal.Scale.Wide(like)]
            : [.. family.Parameters.Select(parameter => parameter.Value.Wide(like))];
    }
}
