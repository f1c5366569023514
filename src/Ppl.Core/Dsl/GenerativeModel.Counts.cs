using Ppl.Distributions;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl;

/// <content>The families of counts and what is made of them, by name.</content>
public abstract partial class GenerativeModel
{
    /// <inheritdoc cref="Distributions.Poisson(TensorOrScalar)"/>
    protected static Poisson Poisson(TensorOrScalar rate) => new(rate);

    /// <inheritdoc cref="Distributions.Geometric(TensorOrScalar?, TensorOrScalar?)"/>
    protected static Geometric Geometric(TensorOrScalar? probs = null, TensorOrScalar? logits = null) => new(probs, logits);

    /// <inheritdoc cref="Distributions.Binomial(TensorOrScalar, TensorOrScalar?, TensorOrScalar?)"/>
    protected static Binomial Binomial(TensorOrScalar totalCount, TensorOrScalar? probs = null, TensorOrScalar? logits = null)
        => new(totalCount, probs, logits);

    /// <inheritdoc cref="Distributions.NegativeBinomial(TensorOrScalar, TensorOrScalar?, TensorOrScalar?)"/>
    protected static NegativeBinomial NegativeBinomial(TensorOrScalar totalCount, TensorOrScalar? probs = null, TensorOrScalar? logits = null)
        => new(totalCount, probs, logits);

    /// <inheritdoc cref="Distributions.DiscreteUniform(TensorOrScalar, TensorOrScalar)"/>
    protected static DiscreteUniform DiscreteUniform(TensorOrScalar low, TensorOrScalar high) => new(low, high);

    /// <inheritdoc cref="Distributions.GammaPoisson(TensorOrScalar, TensorOrScalar?)"/>
    protected static GammaPoisson GammaPoisson(TensorOrScalar concentration, TensorOrScalar? rate = null) => new(concentration, rate);

    /// <inheritdoc cref="Distributions.BetaBinomial(TensorOrScalar, TensorOrScalar, TensorOrScalar?)"/>
    protected static BetaBinomial BetaBinomial(TensorOrScalar concentration1, TensorOrScalar concentration0, TensorOrScalar? totalCount = null)
        => new(concentration1, concentration0, totalCount);

    /// <inheritdoc cref="Distributions.OneHotCategorical(Tensor, Tensor)"/>
    protected static OneHotCategorical OneHotCategorical(Tensor? probs = null, Tensor? logits = null) => new(probs, logits);

    /// <inheritdoc cref="Distributions.OneHotCategoricalStraightThrough(Tensor, Tensor)"/>
    protected static OneHotCategoricalStraightThrough OneHotCategoricalStraightThrough(Tensor? probs = null, Tensor? logits = null)
        => new(probs, logits);

    /// <inheritdoc cref="Distributions.Codeword(Codebook)"/>
    protected static Codeword Codeword(Codebook codebook) => new(codebook);

    /// <inheritdoc cref="Distributions.Multinomial(TensorOrScalar, Tensor, Tensor)"/>
    protected static Multinomial Multinomial(TensorOrScalar totalCount, Tensor? probs = null, Tensor? logits = null)
        => new(totalCount, probs, logits);

    /// <inheritdoc cref="Distributions.DirichletMultinomial(Tensor, TensorOrScalar?)"/>
    protected static DirichletMultinomial DirichletMultinomial(Tensor concentration, TensorOrScalar? totalCount = null)
        => new(concentration, totalCount);

    /// <inheritdoc cref="Distributions.OrderedLogistic(TensorOrScalar, Tensor)"/>
    protected static OrderedLogistic OrderedLogistic(TensorOrScalar predictor, Tensor cutpoints) => new(predictor, cutpoints);

    /// <inheritdoc cref="Distributions.ZeroInflated(Distribution, TensorOrScalar?, TensorOrScalar?)"/>
    protected static ZeroInflated ZeroInflated(Distribution distribution, TensorOrScalar? gate = null, TensorOrScalar? gateLogits = null)
        => new(distribution, gate, gateLogits);

    /// <inheritdoc cref="Distributions.Hurdle(Distribution, TensorOrScalar?, TensorOrScalar?)"/>
    protected static Hurdle Hurdle(Distribution distribution, TensorOrScalar? gate = null, TensorOrScalar? gateLogits = null)
        => new(distribution, gate, gateLogits);

    /// <inheritdoc cref="Distributions.MixtureSameFamily(Categorical, Distribution)"/>
    protected static MixtureSameFamily MixtureSameFamily(Categorical mixing, Distribution component) => new(mixing, component);

    /// <inheritdoc cref="Distributions.Mixture(Categorical, Distribution[])"/>
    protected static Mixture Mixture(Categorical mixing, params Distribution[] components) => new(mixing, components);
}
