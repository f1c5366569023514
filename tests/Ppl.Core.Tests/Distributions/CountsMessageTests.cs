using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>What a wrong parameter or value of a family of counts, or of a mixture, is told.</summary>
public sealed class CountsMessageTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Parameters_AreNamed()
    {
        TensorAssert.Throws<PplArgumentException>("Poisson needs rate >= 0; found -1", () => new Poisson(-1).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "Geometric needs probs in (0, 1]; found 0; did you mean logits: a network gives log-odds, of any sign and size, Geometric(logits: ...)",
            () => new Geometric(0).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "NegativeBinomial needs probs in [0, 1); found 1; did you mean logits: a network gives log-odds, of any sign and size, "
            + "NegativeBinomial(..., logits: ...)",
            () => new NegativeBinomial(2, 1).Validate());
        TensorAssert.Throws<PplArgumentException>("NegativeBinomial needs totalCount > 0; found 0", () => new NegativeBinomial(0, 0.5).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "Binomial needs totalCount that is a whole number >= 0; found 2.5 at [1]",
            () => new Binomial(tensor(new[] { 1.0, 2.5 }), 0.5).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "Binomial needs probs in [0, 1]; found 2; did you mean logits: a network gives log-odds, of any sign and size, "
            + "Binomial(..., logits: ...)",
            () => new Binomial(3, 2).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "DiscreteUniform needs high >= low; found 3 at [1]", () => new DiscreteUniform(tensor(new[] { 1.0, 4 }), 3).Validate());
        TensorAssert.Throws<PplArgumentException>("GammaPoisson needs rate > 0; found -1", () => new GammaPoisson(1, -1).Validate());
        TensorAssert.Throws<PplArgumentException>("BetaBinomial needs concentration0 > 0; found 0", () => new BetaBinomial(1, 0, 3).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "OneHotCategorical needs probs >= 0; found -1 at [1]; did you mean logits: a network gives logarithms of weights",
            () => new OneHotCategorical(tensor(new[] { 1.0, -1 })).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "Multinomial needs totalCount that is a whole number >= 0; found -1", () => new Multinomial(-1, ones(3)).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "DirichletMultinomial needs concentration > 0; found 0 at [0]", () => new DirichletMultinomial(zeros(2), 1).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "OrderedLogistic needs cutpoints that increase; found 1 at [2]", () => new OrderedLogistic(0, tensor(new[] { 0.0, 1, 1 })).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "ZeroInflated(Poisson) needs gate in [0, 1]; found 2; did you mean gateLogits: a network gives log-odds, of any sign and size",
            () => new ZeroInflated(new Poisson(1), 2).Validate());
        TensorAssert.Throws<PplArgumentException>("Poisson needs rate >= 0; found -1", () => new Hurdle(new Poisson(-1), 0.5).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "Normal needs scale > 0; found 0 at [1]",
            () => new MixtureSameFamily(new Categorical(ones(2)), new Normal(zeros(2), tensor(new[] { 1.0f, 0 }))).Validate());
    }

    [Fact]
    public void ExactlyOneParameter_IsNeeded()
    {
        TensorAssert.Throws<PplArgumentException>("Geometric needs exactly one of probs and logits.", () => _ = new Geometric());
        TensorAssert.Throws<PplArgumentException>("Binomial needs exactly one of probs and logits.", () => _ = new Binomial(3, 0.5, 0.0));
        TensorAssert.Throws<PplArgumentException>("NegativeBinomial needs exactly one of probs and logits.", () => _ = new NegativeBinomial(3));
        TensorAssert.Throws<PplArgumentException>("Multinomial needs exactly one of probs and logits.", () => _ = new Multinomial(3));
        TensorAssert.Throws<PplArgumentException>("OneHotCategorical needs exactly one of probs and logits.", () => _ = new OneHotCategorical());
        TensorAssert.Throws<PplArgumentException>("Hurdle needs exactly one of gate and gateLogits.", () => _ = new Hurdle(new Poisson(1)));
    }

    [Fact]
    public void Shapes_AreChecked()
    {
        TensorAssert.Throws<PplShapeException>(
            "Binomial's totalCount has shape (2) and its probs has shape (3), which do not broadcast.", () => _ = new Binomial(ones(2), ones(3)));
        TensorAssert.Throws<PplShapeException>(
            "Multinomial's probs is a single number; its last dimension must be the categories.", () => _ = new Multinomial(2, tensor(1.0)));
        TensorAssert.Throws<PplShapeException>(
            "DirichletMultinomial's concentration is a single number; its last dimension must be the categories.",
            () => _ = new DirichletMultinomial(tensor(1.0)));
        TensorAssert.Throws<PplShapeException>(
            "OrderedLogistic needs at least one cutpoint in its last dimension; found shape (3, 0).", () => _ = new OrderedLogistic(0, zeros(3, 0)));
        TensorAssert.Throws<PplArgumentException>(
            "ZeroInflated needs a family of counts, none below 0; found Normal(3), whose values are finite.",
            () => _ = new ZeroInflated(new Normal(zeros(3), 1), 0.5));
        TensorAssert.Throws<PplArgumentException>(
            "ZeroInflated needs a family of counts, none below 0; found DiscreteUniform(), whose values are a whole number from -1 to 6.",
            () => _ = new ZeroInflated(new DiscreteUniform(-1, 6), 0.5));
        TensorAssert.Throws<PplArgumentException>(
            "Hurdle needs a family of counts, none below 0; found Categorical(), whose values are an index from 0 to 2.",
            () => _ = new Hurdle(new Categorical(ones(3)), 0.5));
        TensorAssert.Throws<PplArgumentException>(
            "Hurdle(DiscreteUniform) needs a family of counts, none below 0; found -1 at [1]",
            () => new Hurdle(new DiscreteUniform(tensor(new[] { 0.0, -1 }), 6), 0.5).Validate());
        TensorAssert.Throws<PplShapeException>(
            "MixtureSameFamily needs 3 components, as many as there are weights, in the last dimension of its component; found Normal(2).",
            () => _ = new MixtureSameFamily(new Categorical(ones(3)), new Normal(zeros(2), 1)));
        TensorAssert.Throws<PplShapeException>(
            "MixtureSameFamily's mixing has shape (4) and its components has shape (5), which do not broadcast.",
            () => _ = new MixtureSameFamily(new Categorical(ones(4, 2)), new Normal(zeros(5, 2), 1)));
        TensorAssert.Throws<PplArgumentException>(
            "Mixture has 2 components and 3 weights; give as many of each.",
            () => _ = new Mixture(new Categorical(ones(3)), new Normal(0, 1), new HalfNormal(1)));
        TensorAssert.Throws<PplArgumentException>(
            "Mixture needs components that are all discrete or all continuous; found Normal() and Poisson().",
            () => _ = new Mixture(new Categorical(ones(2)), new Normal(0, 1), new Poisson(1)));
        TensorAssert.Throws<PplShapeException>(
            "Mixture needs components with the same event; found Dirichlet(2) and Dirichlet(3).",
            () => _ = new Mixture(new Categorical(ones(2)), new Dirichlet(ones(2)), new Dirichlet(ones(3))));
    }

    [Fact]
    public void Values_AreNamed()
    {
        TensorAssert.Throws<PplSupportException>(
            "Poisson needs a whole number >= 0; found 1.5 at [1]", () => new Poisson(1).ValidateValue(tensor(new[] { 1, 1.5 })));
        TensorAssert.Throws<PplSupportException>("Poisson needs a whole number >= 0; found -2", () => new Poisson(1).ValidateValue(tensor(-2)));
        TensorAssert.Throws<NonFiniteException>(
            "Poisson needs a whole number >= 0; found Infinity", () => new Poisson(1).ValidateValue(tensor(double.PositiveInfinity)));
        TensorAssert.Throws<PplSupportException>(
            "Binomial needs a whole number from 0 to 3; found 4", () => new Binomial(3, 0.5).ValidateValue(tensor(4.0)));
        TensorAssert.Throws<PplSupportException>(
            "Binomial needs a whole number from 0 to the entries of a tensor of shape (2); found 4 at [1]",
            () => new Binomial(tensor(new[] { 5, 3 }), 0.5).ValidateValue(tensor(4.0)));
        TensorAssert.Throws<PplSupportException>(
            "DiscreteUniform needs a whole number from -1 to 3; found -2", () => new DiscreteUniform(-1, 3).ValidateValue(tensor(-2)));
        TensorAssert.Throws<PplSupportException>(
            "OneHotCategorical needs one 1 among zeros; found 2 at [0]",
            () => new OneHotCategorical(ones(3)).ValidateValue(tensor(new[] { 1.0, 1, 0 }).reshape(1, 3)));
        TensorAssert.Throws<PplSupportException>(
            "OneHotCategorical needs one 1 among zeros; found 0.5 at [1]",
            () => new OneHotCategorical(ones(2)).ValidateValue(tensor(new[] { 0, 0.5 })));
        TensorAssert.Throws<PplSupportException>(
            "Multinomial needs counts that sum to 5; found 4", () => new Multinomial(5, ones(2)).ValidateValue(tensor(new[] { 1.0, 3 })));
        TensorAssert.Throws<PplSupportException>(
            "DirichletMultinomial needs counts that sum to 5; found -1 at [0]",
            () => new DirichletMultinomial(ones(2), 5).ValidateValue(tensor(new[] { -1.0, 6 })));
        TensorAssert.Throws<PplSupportException>(
            "Poisson needs a whole number >= 0; found 0.5", () => new Hurdle(new Poisson(1), 0.5).ValidateValue(tensor(0.5)));
        TensorAssert.Throws<PplSupportException>(
            "Mixture(HalfNormal, Gamma) needs a value that a component can have; found -1 at [1]",
            () => new Mixture(new Categorical(ones(2)), new HalfNormal(1), new Gamma(2)).ValidateValue(tensor(new[] { 1.0, -1 })));
        TensorAssert.Throws<PplSupportException>(
            "MixtureSameFamily(Binomial) needs a value that a component can have; found 6",
            () => new MixtureSameFamily(new Categorical(ones(2)), new Binomial(tensor(new[] { 2.0, 5 }), 0.5)).ValidateValue(tensor(6.0)));
    }

    [Fact]
    public void DivergencesWithoutAForm_AreRefused()
    {
        TensorAssert.Throws<PplArgumentException>(
            "KL of Binomial has no closed form where q has a smaller totalCount than p.",
            () => Divergence.Kl(new Binomial(2, 0.5), new Binomial(3, 0.5)));
        TensorAssert.Throws<PplShapeException>(
            "KL of Categorical needs the same categories; found 2 and 3.",
            () => Divergence.Kl(new OneHotCategorical(ones(2)), new OneHotCategorical(ones(3))));
    }
}
