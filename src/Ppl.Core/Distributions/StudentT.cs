using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Student's t distribution: a normal with heavier tails, to which it tends for many degrees of freedom.</summary>
/// <remarks>
/// log p(x) = log Γ((df + 1) / 2) − log Γ(df / 2) − log(π df) / 2 − log scale − (df + 1) / 2 · log(1 + z² / df) with z = (x − loc) / scale.
/// Mean loc for df &gt; 1, else NaN; variance scale² df / (df − 2) for df &gt; 2, infinite for 1 &lt; df ≤ 2, else NaN. A draw is a normal over
/// the root of a gamma draw, with the gradient of implicit reparameterization: Figurnov, Mohamed and Mnih (2018), arXiv:1805.08498. Densities
/// are computed in float64, by an asymptotic series for many degrees of freedom. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.Real, Reparameterized = true, Head = typeof(NormalHead))]
public sealed class StudentT : LocationScaleFamily<StudentT>
{
    private static readonly ParameterDeclaration DfOf = new("df", Constraint.Positive);
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.Real, 0);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);

    /// <summary>A Student's t distribution.</summary>
    /// <param name="df">The degrees of freedom: &gt; 0. Any shape.</param>
    /// <param name="loc">The median: any real. Broadcasts with <paramref name="df"/>; 0 when it is not given.</param>
    /// <param name="scale">&gt; 0. Broadcasts with <paramref name="df"/>; 1 when it is not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public StudentT(TensorOrScalar df, TensorOrScalar? loc = null, TensorOrScalar? scale = null)
        : base(1, DfOf.Of(df), LocOf.Of(loc), ScaleOf.Of(scale))
    {
    }

    /// <summary>The degrees of freedom, as given.</summary>
    public TensorOrScalar Df => ParameterAt(0);

    /// <inheritdoc/>
    public override Tensor Mean
    {
        get
        {
            var loc = Whole(Loc);
            return where(Df.AsTensor(loc).gt(1), loc, full_like(loc, double.NaN));
        }
    }

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            var df = Df.Wide(Like);
            var variance = StudentTMath.MeanSquare(df) * Scale.Wide(Like).square();
            return Whole(where(df.gt(1), variance, full_like(variance, double.NaN)).Narrow(Like));
        }
    }

    /// <inheritdoc/>
    public override Tensor Mode => Whole(Loc);

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
        => Placed(StudentTMath.Draw(Df.AsTensor(Like).expand(DrawShape(sampleShape)), generator));

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var density = StudentTMath.LogDensity(StandardizedWide(value), Df.Wide(value)) - Scale.Wide(value).log();
        return Expanded(density.to(GammaMath.ResultType(value, Like)), full);
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
        => Whole((StudentTMath.Entropy(Df.Wide(Like)) + Scale.Wide(Like).log()).Narrow(Like));
}
