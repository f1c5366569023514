using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The chi-squared distribution: that of a sum of df squares of standard normals, Gamma(df / 2, 1 / 2).</summary>
/// <remarks>
/// log p(x) = (df / 2 − 1) log x − x / 2 − (df / 2) log 2 − log Γ(df / 2) for x &gt; 0. Mean df, variance 2 df. Draws, densities and their
/// precision are those of <see cref="Gamma"/>. Shape: the parameter's.
/// </remarks>
[Family(Support.Positive, Reparameterized = true)]
public sealed class Chi2 : ParametricFamily<Chi2>
{
    private static readonly ParameterDeclaration DfOf = new("df", Constraint.Positive);

    /// <summary>A chi-squared distribution.</summary>
    /// <param name="df">The degrees of freedom, not only whole ones: &gt; 0. Any shape.</param>
    public Chi2(TensorOrScalar df) : base(DfOf.Of(df))
    {
    }

    /// <summary>The degrees of freedom, as given.</summary>
    public TensorOrScalar Df => ParameterAt(0);

    /// <summary>The same distribution as a gamma.</summary>
    public Gamma Base => new Gamma(Df.Times(0.5), 0.5).Expand(BatchShape.ToArray());

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Df);

    /// <inheritdoc/>
    public override Tensor Variance => Whole(Df.Times(2));

    /// <summary>df − 2; 0 where that is negative.</summary>
    public override Tensor Mode => Base.Mode;

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator) => Base.RSample(sampleShape, generator);

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => Base.LogProb(value);

    /// <inheritdoc/>
    public override Tensor Entropy() => Base.Entropy();

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc cref="Gamma.Cdf"/>
    public override Tensor Cdf(Tensor value) => Base.Cdf(value);

    /// <inheritdoc cref="Gamma.LogCdf"/>
    public override Tensor LogCdf(Tensor value) => Base.LogCdf(value);

    /// <inheritdoc cref="Gamma.LogSurvival"/>
    public override Tensor LogSurvival(Tensor value) => Base.LogSurvival(value);
}
