using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>What a wrong parameter or value is told.</summary>
public sealed class FamilyMessageTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Shapes_AreCheckedByConstructors()
    {
        TensorAssert.Throws<PplShapeException>(
            "Normal's loc has shape (2, 3) and its scale has shape (4), which do not broadcast.",
            () => _ = new Normal(zeros(2, 3), ones(4)));
        TensorAssert.Throws<PplShapeException>(
            "MultivariateNormal needs a square matrix; found shape (3, 2).",
            () => _ = new MultivariateNormal(0, scaleTril: zeros(3, 2)));
        TensorAssert.Throws<PplShapeException>(
            "MultivariateNormal's loc has shape (5, 4) and its matrix (3, 3): the last sizes must agree.",
            () => _ = new MultivariateNormal(zeros(5, 4), scaleTril: eye(3)));
        TensorAssert.Throws<PplShapeException>(
            "Categorical's logits is a single number; its last dimension must be the categories.",
            () => _ = new Categorical(logits: tensor(1.0)));
        TensorAssert.Throws<PplShapeException>(
            "Independent cannot take 3 dimensions of Normal(2, 3), which has 2.",
            () => _ = new Independent(new Normal(zeros(2, 3), 1), 3));
        TensorAssert.Throws<PplShapeException>(
            "Normal of shape (2, 3) does not expand to (2, 4). Write the whole shape; -1 keeps a dimension.",
            () => new Normal(zeros(2, 3), 1).Expand(2, 4));
    }

    [Fact]
    public void ExactlyOneParameter_IsNeeded()
    {
        TensorAssert.Throws<PplArgumentException>("Bernoulli needs exactly one of probs and logits.", () => _ = new Bernoulli());
        TensorAssert.Throws<PplArgumentException>("Bernoulli needs exactly one of probs and logits.", () => _ = new Bernoulli(0.5, 0));
        TensorAssert.Throws<PplArgumentException>("Categorical needs exactly one of probs and logits.", () => _ = new Categorical());
        TensorAssert.Throws<PplArgumentException>(
            "MultivariateNormal needs exactly one of scaleTril, covariance and precision.",
            () => _ = new MultivariateNormal(0, scaleTril: eye(2), covariance: eye(2)));
    }

    [Fact]
    public void Values_AreCheckedOnRequest()
    {
        var scale = ones(4, 5, ScalarType.Float64);
        scale[2, 3] = -0.25;
        TensorAssert.Throws<PplArgumentException>(
            "Normal needs scale > 0; found -0.25 at [2, 3]", () => new Normal(0, scale).Validate());
        TensorAssert.Throws<PplArgumentException>("Normal needs scale > 0; found 0", () => new Normal(0, 0).Validate());
        var loc = zeros(3, ScalarType.Float64);
        loc[1] = double.NaN;
        TensorAssert.Throws<NonFiniteException>("Normal needs a finite loc; found NaN at [1]", () => new Normal(loc, 1).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "Bernoulli needs probs in [0, 1]; found 1.5; did you mean logits: a network gives log-odds, of any sign and size, Bernoulli(logits: ...)",
            () => new Bernoulli(1.5).Validate());
        TensorAssert.Throws<NonFiniteException>("Bernoulli needs probs in [0, 1]; found NaN", () => new Bernoulli(double.NaN).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "Categorical needs probs >= 0; found -1 at [0, 1]; did you mean logits: a network gives logarithms of weights, Categorical(logits: ...)",
            () => new Categorical(tensor(new[] { 1.0, -1.0 }).reshape(1, 2)).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "Categorical needs probs with a positive sum; found 0 at [0]",
            () => new Categorical(zeros(1, 2)).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "MultivariateNormal needs a positive diagonal of scaleTril; found 0 at [1]",
            () => new MultivariateNormal(0, scaleTril: tensor(new[] { 1.0, 0, 2, 0 }).reshape(2, 2)).Validate());
    }

    [Fact]
    public void ValuesOutsideTheSupport_AreNamed()
    {
        var grey = zeros(20, 300);
        grey[12, 215] = 0.373;
        TensorAssert.Throws<PplSupportException>(
            "Bernoulli needs 0 or 1; found 0.373 at [12, 215]; binarize the data, or choose a family for real values, such as Normal",
            () => new Bernoulli(0.5).ValidateValue(grey));
        TensorAssert.Throws<PplSupportException>(
            "Categorical needs an index from 0 to 2; found 3 at [1]",
            () => new Categorical(logits: zeros(3)).ValidateValue(tensor(new long[] { 0, 3, 1 })));
        TensorAssert.Throws<NonFiniteException>(
            "Normal needs a finite value; found NaN at [0]", () => new Normal(0, 1).ValidateValue(tensor(new[] { double.NaN })));
    }
}
