using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <content>The divergences of Kumaraswamy distributions.</content>
public static partial class Divergence
{
    // E = exp(s − exp(−s)), by which the integral of f(E) exp(−E) over the positive numbers falls doubly exponentially at both ends.
    private const double FirstNode = -4;
    private const double LastNode = 4;
    private const int Nodes = 128;

    // From it on log(1 − (1 − exp(−t))ᶜ) is log c − t: exp(−t) is nothing beside 1.
    private const double Far = 300;

    /// <summary>
    /// KL of a Kumaraswamy and a beta: −H(q) − E_q[log p], with E[log x] = −H(b) / a for the harmonic number H, and E[log(1 − x)] by quadrature.
    /// </summary>
    /// <remarks>
    /// The series of Nalisnick and Smyth (2017), arXiv:1605.06197, converges slowly for a small b; doubly exponential quadrature with
    /// 128 nodes has a relative error below 1e-11 for concentrations from 1e-2 to 1e3.
    /// </remarks>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Kumaraswamy q, Beta p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (wide, alpha, beta) = (InFloat64(q), Wide(p, 0), Wide(p, 1));
        var cross = (alpha - 1) * MeanOfLog(wide) + (beta - 1) * MeanOfLogRest(wide, 1) - GammaMath.LogBeta(alpha, beta);
        return Rounded(-wide.Entropy() - cross, q, p).expand(Full(q, p));
    }

    /// <summary>
    /// KL of two Kumaraswamys: −H(q) − E_q[log p], with E[log x] = −H(b) / a for the harmonic number H, and E[log(1 − x^a_p)] by the quadrature of
    /// <see cref="Kl(Kumaraswamy, Beta)"/>.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Kumaraswamy q, Kumaraswamy p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (wide, a, b) = (InFloat64(q), Wide(p, 0), Wide(p, 1));
        var cross = a.log() + b.log() + (a - 1) * MeanOfLog(wide) + (b - 1) * MeanOfLogRest(wide, a);
        return Rounded(-wide.Entropy() - cross, q, p).expand(Full(q, p));
    }

    private static Tensor MeanOfLog(Kumaraswamy q) => -((Wide(q, 1) + 1).digamma() + SpecialNumbers.Euler) / Wide(q, 0);

    /// <summary>E[log(1 − xᶜ)]: with x = (1 − exp(−E / b))^(1 / a) the mean over an exponential E.</summary>
    private static Tensor MeanOfLogRest(Kumaraswamy q, TensorOrScalar power)
    {
        var (a, b) = (Wide(q, 0), Wide(q, 1));
        var exponent = power.Wide(a) / a;
        var step = (LastNode - FirstNode) / (Nodes - 1);
        var sum = zeros_like(exponent * b);
        for (var i = 0; i < Nodes; i++)
        {
            var s = FirstNode + i * step;
            var node = Math.Exp(s - Math.Exp(-s));
            var weight = step * node * (1 + Math.Exp(-s)) * Math.Exp(-node);
            var hazard = node / b;
            var isFar = hazard.gt(Far);
            var near = DensityMath.LogOneMinusExp(-exponent * DensityMath.LogOneMinusExp(hazard.Or(isFar.logical_not())));
            sum = sum + weight * where(isFar, exponent.log() - hazard, near);
        }

        return sum;
    }
}
