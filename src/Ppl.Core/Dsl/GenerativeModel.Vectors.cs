using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl;

/// <summary>The words for families of vectors, matrices and whole series.</summary>
public abstract partial class GenerativeModel
{
    /// <inheritdoc cref="Distributions.MultivariateStudentT(TensorOrScalar, TensorOrScalar, Tensor)"/>
    protected static MultivariateStudentT MultivariateStudentT(TensorOrScalar df, TensorOrScalar loc, Tensor scaleTril) => new(df, loc, scaleTril);

    /// <inheritdoc cref="Distributions.LKJCholesky(long, TensorOrScalar?)"/>
    protected static LKJCholesky LKJCholesky(long dimension, TensorOrScalar? concentration = null) => new(dimension, concentration);

    /// <inheritdoc cref="Distributions.Wishart(TensorOrScalar, Tensor)"/>
    protected static Wishart Wishart(TensorOrScalar df, Tensor scaleTril) => new(df, scaleTril);

    /// <inheritdoc cref="Distributions.InverseWishart(TensorOrScalar, Tensor)"/>
    protected static InverseWishart InverseWishart(TensorOrScalar df, Tensor scaleTril) => new(df, scaleTril);

    /// <inheritdoc cref="Distributions.MatrixNormal(TensorOrScalar, Tensor, Tensor)"/>
    protected static MatrixNormal MatrixNormal(TensorOrScalar loc, Tensor scaleTrilRow, Tensor scaleTrilColumn) =>
        new(loc, scaleTrilRow, scaleTrilColumn);

    /// <inheritdoc cref="Distributions.ZeroSumNormal(long, TensorOrScalar?)"/>
    protected static ZeroSumNormal ZeroSumNormal(long dimension, TensorOrScalar? scale = null) => new(dimension, scale);

    /// <inheritdoc cref="Distributions.GaussianRandomWalk(TensorOrScalar, long, TensorOrScalar?)"/>
    protected static GaussianRandomWalk GaussianRandomWalk(TensorOrScalar scale, long steps, TensorOrScalar? initial = null) =>
        new(scale, steps, initial);

    /// <inheritdoc cref="Distributions.AutoRegressive(Tensor, TensorOrScalar, long, TensorOrScalar?)"/>
    protected static AutoRegressive AutoRegressive(Tensor coefficients, TensorOrScalar scale, long steps, TensorOrScalar? initial = null) =>
        new(coefficients, scale, steps, initial);

    /// <inheritdoc cref="Distributions.LinearGaussianStateSpace(long, TensorOrScalar, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor?, bool)"/>
    protected static LinearGaussianStateSpace LinearGaussianStateSpace(
        long steps, TensorOrScalar initialLoc, Tensor initialScaleTril, Tensor transition, Tensor transitionScaleTril, Tensor observation,
        Tensor observationScaleTril, Tensor? observed = null, bool isVarying = false) =>
        new(steps, initialLoc, initialScaleTril, transition, transitionScaleTril, observation, observationScaleTril, observed, isVarying);

    /// <inheritdoc cref="Distributions.HiddenMarkov(long, Tensor, Tensor, Distribution)"/>
    protected static HiddenMarkov HiddenMarkov(long steps, Tensor initial, Tensor transition, Distribution emission) =>
        new(steps, initial, transition, emission);

    /// <inheritdoc cref="Distributions.DiscretizedLogistic(TensorOrScalar, TensorOrScalar, long, long)"/>
    protected static DiscretizedLogistic DiscretizedLogistic(TensorOrScalar loc, TensorOrScalar scale, long low = 0, long high = 255) =>
        new(loc, scale, low, high);

    /// <inheritdoc cref="Distributions.DiscretizedLogisticMixture(Tensor, Tensor, Tensor, long, long)"/>
    protected static DiscretizedLogisticMixture DiscretizedLogisticMixture(Tensor logits, Tensor loc, Tensor scale, long low = 0, long high = 255) =>
        new(logits, loc, scale, low, high);
}
