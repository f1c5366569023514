using Ppl.Distributions;

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
}
