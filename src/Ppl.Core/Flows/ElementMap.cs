using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>
/// An increasing map of single numbers, whose parameters a network gives: what coupling and autoregressive flows do to each coordinate.
/// </summary>
public abstract class ElementMap
{
    /// <summary>y = m + exp(s) x, with s kept within ±5 by 5 tanh(s / 5) so that no step of training overflows.</summary>
    public static ElementMap Affine { get; } = new AffineMap();

    /// <summary>
    /// A monotone rational-quadratic spline on [−bound, bound], the identity outside. Source: Durkan et al. 2019, arXiv:1906.04032.
    /// </summary>
    /// <param name="bins">K, the pieces: at least 1.</param>
    /// <param name="bound">Where the identity begins: above 0.</param>
    /// <exception cref="PplArgumentException">An argument is not in its domain.</exception>
    public static ElementMap Spline(int bins = 8, double bound = 5) => new RationalQuadraticSpline(bins, bound);

    /// <summary>How many parameters a number has.</summary>
    public abstract int Parameters { get; }

    /// <summary>y with log dy/dx, elementwise.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="parameters">x's shape, then <see cref="Parameters"/>: any real numbers. Near 0 the map is near the identity.</param>
    public abstract (Tensor Y, Tensor LogSlope) Forward(Tensor x, Tensor parameters);

    /// <summary>x with log dy/dx, elementwise.</summary>
    /// <param name="y">Any shape.</param>
    /// <param name="parameters">y's shape, then <see cref="Parameters"/>.</param>
    public abstract (Tensor X, Tensor LogSlope) Inverse(Tensor y, Tensor parameters);

    /// <summary>What kind of map it is.</summary>
    public abstract override string ToString();

    private sealed class AffineMap : ElementMap
    {
        private const double Limit = 5;

        public override int Parameters => 2;

        public override (Tensor Y, Tensor LogSlope) Forward(Tensor x, Tensor parameters)
        {
            var (shift, logScale) = Read(parameters);
            return ((x * logScale.exp()) + shift, logScale);
        }

        public override (Tensor X, Tensor LogSlope) Inverse(Tensor y, Tensor parameters)
        {
            var (shift, logScale) = Read(parameters);
            return ((y - shift) * (-logScale).exp(), logScale);
        }

        public override string ToString() => "affine";

        private static (Tensor Shift, Tensor LogScale) Read(Tensor parameters) =>
            (parameters.select(-1, 0), (parameters.select(-1, 1) / Limit).tanh() * Limit);
    }
}
