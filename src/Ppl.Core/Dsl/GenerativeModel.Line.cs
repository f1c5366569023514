using Ppl.Distributions;

namespace Ppl;

/// <summary>The families over all real numbers, and those cut from them.</summary>
public abstract partial class GenerativeModel
{
    /// <inheritdoc cref="Distributions.Uniform(TensorOrScalar?, TensorOrScalar?)"/>
    protected static Uniform Uniform(TensorOrScalar? low = null, TensorOrScalar? high = null) => new(low, high);

    /// <inheritdoc cref="Distributions.Laplace(TensorOrScalar?, TensorOrScalar?)"/>
    protected static Laplace Laplace(TensorOrScalar? loc = null, TensorOrScalar? scale = null) => new(loc, scale);

    /// <inheritdoc cref="Distributions.AsymmetricLaplace(TensorOrScalar?, TensorOrScalar?, TensorOrScalar?)"/>
    protected static AsymmetricLaplace AsymmetricLaplace(TensorOrScalar? loc = null, TensorOrScalar? scale = null, TensorOrScalar? asymmetry = null)
        => new(loc, scale, asymmetry);

    /// <inheritdoc cref="Distributions.Logistic(TensorOrScalar?, TensorOrScalar?)"/>
    protected static Logistic Logistic(TensorOrScalar? loc = null, TensorOrScalar? scale = null) => new(loc, scale);

    /// <inheritdoc cref="Distributions.Cauchy(TensorOrScalar?, TensorOrScalar?)"/>
    protected static Cauchy Cauchy(TensorOrScalar? loc = null, TensorOrScalar? scale = null) => new(loc, scale);

    /// <inheritdoc cref="Distributions.Gumbel(TensorOrScalar?, TensorOrScalar?)"/>
    protected static Gumbel Gumbel(TensorOrScalar? loc = null, TensorOrScalar? scale = null) => new(loc, scale);

    /// <inheritdoc cref="Distributions.StudentT(TensorOrScalar, TensorOrScalar?, TensorOrScalar?)"/>
    protected static StudentT StudentT(TensorOrScalar df, TensorOrScalar? loc = null, TensorOrScalar? scale = null) => new(df, loc, scale);

    /// <inheritdoc cref="Distributions.HalfStudentT(TensorOrScalar, TensorOrScalar?)"/>
    protected static HalfStudentT HalfStudentT(TensorOrScalar df, TensorOrScalar? scale = null) => new(df, scale);

    /// <inheritdoc cref="Distributions.SkewNormal(TensorOrScalar?, TensorOrScalar?, TensorOrScalar?)"/>
    protected static SkewNormal SkewNormal(TensorOrScalar? loc = null, TensorOrScalar? scale = null, TensorOrScalar? slant = null)
        => new(loc, scale, slant);

    /// <inheritdoc cref="Distributions.Exponential(TensorOrScalar?)"/>
    protected static Exponential Exponential(TensorOrScalar? rate = null) => new(rate);

    /// <inheritdoc cref="Distributions.Levy(TensorOrScalar?, TensorOrScalar?)"/>
    protected static Levy Levy(TensorOrScalar? loc = null, TensorOrScalar? scale = null) => new(loc, scale);

    /// <inheritdoc cref="Distributions.TruncatedNormal(TensorOrScalar?, TensorOrScalar?, TensorOrScalar?, TensorOrScalar?)"/>
    protected static TruncatedNormal TruncatedNormal(
        TensorOrScalar? loc = null, TensorOrScalar? scale = null, TensorOrScalar? low = null, TensorOrScalar? high = null)
        => new(loc, scale, low, high);

    /// <inheritdoc cref="Distributions.Truncated(Distribution, TensorOrScalar?, TensorOrScalar?)"/>
    protected static Truncated Truncated(Distribution distribution, TensorOrScalar? low = null, TensorOrScalar? high = null)
        => new(distribution, low, high);
}
