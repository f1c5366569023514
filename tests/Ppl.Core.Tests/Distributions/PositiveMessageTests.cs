using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>What a wrong parameter or value of the families of positive numbers, of intervals and of the circle is told.</summary>
public sealed class PositiveMessageTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Parameters_AreNamed()
    {
        TensorAssert.Throws<PplArgumentException>("InverseGamma needs rate > 0; found 0", () => new InverseGamma(1, 0).Validate());
        TensorAssert.Throws<PplArgumentException>("Chi2 needs df > 0; found -1", () => new Chi2(-1).Validate());
        TensorAssert.Throws<PplArgumentException>("Weibull needs concentration > 0; found -2", () => new Weibull(1, -2).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "Pareto needs alpha > 0; found 0 at [1]", () => new Pareto(1, tensor(new[] { 1.0, 0 })).Validate());
        TensorAssert.Throws<PplArgumentException>("Kumaraswamy needs concentration0 > 0; found -2", () => new Kumaraswamy(1, -2).Validate());
        TensorAssert.Throws<PplArgumentException>("VonMises needs concentration > 0; found 0", () => new VonMises(1, 0).Validate());
        TensorAssert.Throws<PplArgumentException>("Horseshoe needs scale > 0; found 0", () => new Horseshoe(0).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "ContinuousBernoulli needs probs in (0, 1); found 1; did you mean logits: a network gives log-odds, of any sign and size, "
            + "ContinuousBernoulli(logits: ...)",
            () => new ContinuousBernoulli(probs: 1).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "RelaxedBernoulli needs temperature > 0; found 0", () => new RelaxedBernoulli(0, logits: 1).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "LogisticNormal needs scale > 0; found -1 at [1]", () => new LogisticNormal(0, tensor(new[] { 1.0, -1 })).Validate());
        TensorAssert.Throws<PplArgumentException>(
            "Censored(Normal) needs high > 3; found 2", () => new Censored(new Normal(0, 1), low: 3, high: 2).Validate());
    }

    [Fact]
    public void Constructors_SayWhatIsMissing()
    {
        TensorAssert.Throws<PplArgumentException>(
            "ContinuousBernoulli needs exactly one of probs and logits.", () => _ = new ContinuousBernoulli(0.5, 0.5));
        TensorAssert.Throws<PplArgumentException>("RelaxedBernoulli needs exactly one of probs and logits.", () => _ = new RelaxedBernoulli(1));
        TensorAssert.Throws<PplArgumentException>(
            "RelaxedOneHotCategorical needs exactly one of probs and logits.", () => _ = new RelaxedOneHotCategorical(1));
        TensorAssert.Throws<PplShapeException>(
            "RelaxedOneHotCategorical's logits is a single number; its last dimension must be the categories.",
            () => _ = new RelaxedOneHotCategorical(1, logits: tensor(1.0)));
        TensorAssert.Throws<PplShapeException>(
            "LogisticNormal's loc is a single number; its last dimension must be the K - 1 coordinates.", () => _ = new LogisticNormal(0, 1));
        TensorAssert.Throws<PplShapeException>(
            "LogisticNormal's loc has shape (3) and its scale has shape (2), which do not broadcast.",
            () => _ = new LogisticNormal(zeros(4, 3), ones(2)));
        TensorAssert.Throws<PplArgumentException>(
            "ImproperUniform needs a set that the reals map onto; found the values 0 or 1.", () => _ = new ImproperUniform(Constraint.Boolean));
        TensorAssert.Throws<PplShapeException>(
            "ImproperUniform over values on the simplex needs 1 event sizes; 0 were given.", () => _ = new ImproperUniform(Constraint.Simplex));
        TensorAssert.Throws<PplArgumentException>(
            "Masked needs a Boolean mask; found Float32.", () => _ = new Masked(new Normal(0, 1), ones(3)));
        TensorAssert.Throws<PplShapeException>(
            "Normal has shape (2) and the mask has shape (3), which do not broadcast.",
            () => _ = new Masked(new Normal(zeros(2), 1), ones(3, ScalarType.Bool)));
        TensorAssert.Throws<PplArgumentException>("Censored needs low, high or both.", () => _ = new Censored(new Normal(0, 1)));
        TensorAssert.Throws<PplArgumentException>(
            "Censored needs a continuous base of single numbers; Dirichlet has events of (3) numbers.",
            () => _ = new Censored(new Dirichlet(ones(3)), low: 0));
        TensorAssert.Throws<PplArgumentException>(
            "Censored needs a continuous base of single numbers; Geometric is discrete.", () => _ = new Censored(new Geometric(0.5), high: 3));
    }

    [Fact]
    public void Values_OutsideTheSupportAreFound()
    {
        TensorAssert.Throws<PplSupportException>("InverseGamma needs a value > 0; found 0", () => new InverseGamma(1).ValidateValue(tensor(0.0)));
        TensorAssert.Throws<PplSupportException>("Pareto needs a value >= 2; found 1.5", () => new Pareto(2, 1).ValidateValue(tensor(1.5)));
        TensorAssert.Throws<PplSupportException>(
            "VonMises needs a value in [-3.141592653589793, 3.141592653589793]; found 4; values are angles from -pi to pi: degrees are converted, "
            + "x * pi / 180, and larger angles taken modulo 2 pi",
            () => new VonMises(0, 1).ValidateValue(tensor(4.0)));
        TensorAssert.Throws<PplSupportException>(
            "Censored(Normal) needs a value <= 3; found 4; give the upper end where the value lies beyond",
            () => new Censored(new Normal(0, 1), high: 3).ValidateValue(tensor(4.0)));
        TensorAssert.Throws<PplSupportException>(
            "Kumaraswamy needs a value in [0, 1]; found 2", () => new Kumaraswamy(1, 1).ValidateValue(tensor(2.0)));
    }
}
