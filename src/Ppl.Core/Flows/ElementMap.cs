using Ppl.Shapes;
using Ppl.Transforms;
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

    /// <summary>
    /// Tries the map at some numbers: shapes, Inverse(Forward(x)) = x, and both log-slopes against the derivative that autograd finds.
    /// </summary>
    /// <remarks>For the tests of a map of one's own. Numbers are to agree as <see cref="Flow.Check"/> says.</remarks>
    /// <param name="x">Any shape.</param>
    /// <param name="parameters">x's shape, then <see cref="Parameters"/>.</param>
    /// <exception cref="PplShapeException">The parameters or a result have another shape.</exception>
    /// <exception cref="PplArgumentException">What disagrees, where, and by how much.</exception>
    /// <exception cref="NonFiniteException">A result is not finite.</exception>
    public void Check(Tensor x, Tensor parameters)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(parameters);
        long[] needed = [.. x.shape, Parameters];
        if (!parameters.shape.AsSpan().SequenceEqual(needed))
        {
            throw new PplShapeException(
                $"{GetType().Name} needs parameters of shape {ShapeText.Of(needed)} for x of shape {ShapeText.Of(x.shape)}; "
                + $"found {ShapeText.Of(parameters.shape)}.");
        }

        var fixedParameters = parameters.detach();
        new MapCheck(GetType().Name, 0, "LogSlope").Run(at => Forward(at, fixedParameters), at => Inverse(at, fixedParameters), x, x.shape);
    }

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
