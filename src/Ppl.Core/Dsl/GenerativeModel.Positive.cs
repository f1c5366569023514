using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl;

/// <content>The families of positive numbers, of intervals and of the circle.</content>
public abstract partial class GenerativeModel
{
    /// <inheritdoc cref="Distributions.InverseGamma(TensorOrScalar, TensorOrScalar?)"/>
    protected static InverseGamma InverseGamma(TensorOrScalar concentration, TensorOrScalar? rate = null) => new(concentration, rate);

    /// <inheritdoc cref="Distributions.Chi2(TensorOrScalar)"/>
    protected static Chi2 Chi2(TensorOrScalar df) => new(df);

    /// <inheritdoc cref="Distributions.Weibull(TensorOrScalar, TensorOrScalar)"/>
    protected static Weibull Weibull(TensorOrScalar scale, TensorOrScalar concentration) => new(scale, concentration);

    /// <inheritdoc cref="Distributions.Pareto(TensorOrScalar, TensorOrScalar)"/>
    protected static Pareto Pareto(TensorOrScalar scale, TensorOrScalar alpha) => new(scale, alpha);

    /// <inheritdoc cref="Distributions.Kumaraswamy(TensorOrScalar, TensorOrScalar)"/>
    protected static Kumaraswamy Kumaraswamy(TensorOrScalar concentration1, TensorOrScalar concentration0) =>
        new(concentration1, concentration0);

    /// <inheritdoc cref="Distributions.ContinuousBernoulli(TensorOrScalar?, TensorOrScalar?)"/>
    protected static ContinuousBernoulli ContinuousBernoulli(TensorOrScalar? probs = null, TensorOrScalar? logits = null) => new(probs, logits);

    /// <inheritdoc cref="Distributions.VonMises(TensorOrScalar, TensorOrScalar)"/>
    protected static VonMises VonMises(TensorOrScalar loc, TensorOrScalar concentration) => new(loc, concentration);

    /// <inheritdoc cref="Distributions.RelaxedBernoulli(TensorOrScalar, TensorOrScalar?, TensorOrScalar?, bool)"/>
    protected static RelaxedBernoulli RelaxedBernoulli(
        TensorOrScalar temperature, TensorOrScalar? probs = null, TensorOrScalar? logits = null, bool hard = false)
        => new(temperature, probs, logits, hard);

    /// <inheritdoc cref="Distributions.RelaxedOneHotCategorical(TensorOrScalar, Tensor, Tensor, bool)"/>
    protected static RelaxedOneHotCategorical RelaxedOneHotCategorical(
        TensorOrScalar temperature, Tensor? probs = null, Tensor? logits = null, bool hard = false)
        => new(temperature, probs, logits, hard);

    /// <inheritdoc cref="Distributions.LogisticNormal(TensorOrScalar, TensorOrScalar)"/>
    protected static LogisticNormal LogisticNormal(TensorOrScalar loc, TensorOrScalar scale) => new(loc, scale);

    /// <inheritdoc cref="Distributions.Horseshoe(TensorOrScalar?)"/>
    protected static Horseshoe Horseshoe(TensorOrScalar? scale = null) => new(scale);

    /// <inheritdoc cref="Distributions.ImproperUniform(Constraint, long[])"/>
    protected static ImproperUniform ImproperUniform(Constraint constraint, params long[] eventShape) => new(constraint, eventShape);

    /// <inheritdoc cref="Distributions.Masked(Distribution, Tensor)"/>
    protected static Masked Masked(Distribution distribution, Tensor mask) => new(distribution, mask);

    /// <inheritdoc cref="Distributions.Censored(Distribution, TensorOrScalar?, TensorOrScalar?)"/>
    protected static Censored Censored(Distribution distribution, TensorOrScalar? low = null, TensorOrScalar? high = null) =>
        new(distribution, low, high);
}
