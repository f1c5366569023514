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
    public void Shapes_OfConstrainedFamiliesAreChecked()
    {
        TensorAssert.Throws<PplShapeException>(
            "Gamma's concentration has shape (2, 3) and its rate has shape (4), which do not broadcast.",
            () => _ = new Gamma(ones(2, 3), ones(4)));
        TensorAssert.Throws<PplShapeException>(
            "MultivariateNormal's loc (rows) has shape (2) and its scaleTril (rows) has shape (5), which do not broadcast.",
            () => _ = new MultivariateNormal(zeros(2, 3), scaleTril: eye(3).expand(5, 3, 3)));
        TensorAssert.Throws<PplShapeException>(
            "Dirichlet's concentration is a single number; its last dimension must be the entries.", () => _ = new Dirichlet(tensor(1.0)));
        TensorAssert.Throws<PplShapeException>(
            "KL of Dirichlet needs the same number of entries; found 3 and 2.",
            () => Ppl.Divergences.Divergence.Kl(new Dirichlet(ones(3)), new Dirichlet(ones(2))));
        TensorAssert.Throws<PplShapeException>(
            "Dirichlet (rows) of shape (2) does not expand to (3). Write the whole shape; -1 keeps a dimension.",
            () => new Dirichlet(ones(2, 4)).Expand(3));
        TensorAssert.Throws<PplArgumentException>(
            "Gamma has 2 parameters; 1 values were given.", () => new Gamma(1, 1).WithParameters(2.0));
    }

    [Fact]
    public void Values_OfConstrainedFamiliesAreChecked()
    {
        TensorAssert.Throws<PplArgumentException>("HalfNormal needs scale > 0; found 0", () => new HalfNormal(0).Validate());
        TensorAssert.Throws<PplArgumentException>("HalfCauchy needs scale > 0; found -1", () => new HalfCauchy(-1).Validate());
        TensorAssert.Throws<PplArgumentException>("LogNormal needs scale > 0; found -1", () => new LogNormal(0, -1).Validate());
        TensorAssert.Throws<NonFiniteException>("LogNormal needs a finite loc; found NaN", () => new LogNormal(double.NaN).Validate());
        TensorAssert.Throws<PplArgumentException>("Gamma needs rate > 0; found 0 at [1]", () => new Gamma(1, tensor(new[] { 1.0, 0 })).Validate());
        TensorAssert.Throws<PplArgumentException>("Beta needs concentration0 > 0; found -2", () => new Beta(1, -2).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "Dirichlet needs concentration > 0; found -3 at [0, 1]",
            () => new Dirichlet(tensor(new[] { 1.0, -3 }).reshape(1, 2)).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "MultivariateNormal needs scaleTril that is 0 above the diagonal; found 0.5 at [0, 1]",
            () => new MultivariateNormal(0, scaleTril: tensor(new[] { 1.0, 0.5, 0, 1 }).reshape(2, 2)).Validate());
        TensorAssert.Throws<NonFiniteException>(
            "Normal needs scale > 0; found NaN", () => Normal.FromLogScale(0, double.NaN).Validate());
        TensorAssert.Throws<NonFiniteException>(
            "Bernoulli needs finite logits; found NaN", () => new Bernoulli(logits: double.NaN).Validate());
        TensorAssert.Throws<NonFiniteException>("Delta needs a finite point; found NaN", () => new Delta(double.NaN).Validate());
    }

    [Fact]
    public void ValuesOutsideTheSet_AreNamed()
    {
        TensorAssert.Throws<PplSupportException>(
            "HalfNormal needs a value >= 0; found -1 at [1]", () => new HalfNormal().ValidateValue(tensor(new[] { 0.0, -1 })));
        TensorAssert.Throws<PplSupportException>("Gamma needs a value > 0; found 0", () => new Gamma(1).ValidateValue(tensor(0.0)));
        TensorAssert.Throws<PplSupportException>("Beta needs a value in [0, 1]; found 1.5", () => new Beta(1, 1).ValidateValue(tensor(1.5)));
        var simplex = new Dirichlet(ones(2));
        TensorAssert.Throws<PplSupportException>(
            "Dirichlet needs a value with entries >= 0; found -0.5 at [0]", () => simplex.ValidateValue(tensor(new[] { -0.5, 1.5 })));
        TensorAssert.Throws<PplSupportException>(
            "Dirichlet needs a value whose entries sum to 1; found 0.9", () => simplex.ValidateValue(tensor(new[] { 0.5, 0.4 })));
        TensorAssert.Throws<PplSupportException>(
            "Delta needs its own point; found 2; what is computed without noise has no density at other values: give it a family that spreads, "
            + "such as Normal, or compare draws with data, as Objective.Gan does",
            () => new Delta(1).ValidateValue(tensor(2.0)));
    }

    [Fact]
    public void DensityOutsideTheSet_IsZero()
    {
        Distribution[] families = [new HalfNormal(), new HalfCauchy(), new LogNormal(), new Gamma(2.0), new Beta(2.0, 2.0)];
        foreach (var family in families)
            Assert.Equal(double.NegativeInfinity, TensorAssert.Item(family.LogProb(tensor(-0.5, ScalarType.Float64))));
        Assert.Equal(double.NegativeInfinity, TensorAssert.Item(new Beta(2.0, 2.0).LogProb(tensor(1.5, ScalarType.Float64))));
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
