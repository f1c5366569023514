using Ppl.Contracts;
using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Networks;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Extension;

/// <summary>What the author of a family, a map or a head may forget without an error of the compiler is refused by name.</summary>
public sealed class MistakenFamilyTests : IDisposable
{
    private static readonly SiteInfo X = new()
    {
        Name = "x",
        Kind = SiteKind.Observed,
        Slot = 0,
        Family = "",
        Plates = [Plates.Data],
        Depends = [true],
        Line = 1,
        DistributionText = "",
    };

    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    // The copy's density would be that of the old parameter.
    [Fact]
    public void AFamilyThatReadsItsConstructorsTensor()
    {
        var family = new Kept(ones(3));
        TensorAssert.Throws<PplArgumentException>(
            "Kept keeps the tensor of its parameter rate in 'rate', which is no part of its parameters: a copy with other parameters would go on "
            + "reading it. Read ParameterAt(0) in place of the constructor's argument, or set the field in Derive.",
            () => family.With(t => t * 2));
        Assert.Throws<PplArgumentException>(() => family.WithParameters(2));
        Assert.Equal([4, 3], family.Expand(4, 3).Shape);
        Assert.Equal([3], family.With(t => t).Shape);
        var fault = Assert.Throws<PplArgumentException>(() => new Computed(ones(3).requires_grad_()).With(t => t.detach()));
        Assert.StartsWith("Computed keeps a tensor with a gradient in 'mean', which is no part", fault.Message, StringComparison.Ordinal);
        TensorAssert.Close(full([3], 0.25), new Derived(ones(3)).With(t => t * 4).Mean);
    }

    [Fact]
    public void AFamilyOfVectorsWithoutTheirSizes() => TensorAssert.Throws<InvalidOperationException>(
        "Sizeless has values RealVector, whose last dimensions are the family's own: it must override EventShape with their sizes, such as the "
        + "last sizes of a parameter.",
        () => _ = new Sizeless(zeros(3)));

    [Fact]
    public void AMapWhoseParametersNobodyMaps()
    {
        const string Message = "Unmapped keeps a tensor in 'Shift' that its Map does not reach: where a distribution's parameters are moved, "
            + "detached or repeated it would stay as it is. Override Map, which calls its argument for each tensor.";
        TensorAssert.Throws<PplArgumentException>(Message, () => _ = new Transformed(new Normal(0, 1), new Unmapped(zeros(1).requires_grad_())));
        TensorAssert.Throws<PplArgumentException>(Message, () => new Unmapped(zeros(3)).Check(zeros(3)));
        var fault = Assert.Throws<PplShapeException>(() => new Transformed(new Normal(0, 1), new Unmapped(zeros(3))).Sample());
        Assert.Equal(
            "Unmapped.Forward makes shape (3) of (); by its ForwardShape it is (). A map whose parameters may have rows overrides ForwardShape and "
            + "InverseShape.",
            fault.Message);
    }

    [Fact]
    public void AHeadWithAnotherNumberOfOutputs()
    {
        using var encoder = new Encoder(Posterior.Of(() => new ShortHead()));
        encoder.Prepare([zeros(6, 5)], [4], new Normal(zeros(6, 4), 1));
        var fault = Assert.Throws<PplShapeException>(() => encoder.Encode(randn(6, 5)));
        Assert.Equal(
            "the encoder's head ShortHead gives Normal(6, 2) for 6 rows of an event of shape (4), and is to give shape (6, 4): Outputs says how many "
            + "numbers Build gets for a row, and Build makes events of them with ToEvent.",
            fault.Message);
    }

    [Fact]
    public void ACensoredBaseWithoutADistributionFunction()
    {
        var terms = new SiteTerms(Plates.Rows(1, 3), TermForm.Sampled);
        var fault = Assert.Throws<PplArgumentException>(
            () => terms.Observed(X, new Censored(new Horseshoe(ones(3)), high: 1), ones(3)));
        Assert.Equal("x: Censored(Horseshoe) has no density: Horseshoe has no distribution function in closed form.", fault.Message);
    }

    // 0 is an end of the set that is checked, and this density is 0 there.
    [Fact]
    public void AValueAtAnEndWhereTheDensityIs0()
    {
        var terms = new SiteTerms(Plates.Rows(1, 3), TermForm.Sampled);
        terms.Observed(X, new Beta(2, 2).Expand(3), tensor(new[] { 0.5f, 0, 1 }));
        var fault = Assert.Throws<PplSupportException>(() => TermDiagnosis.Check(terms[0]));
        Assert.Equal(
            "x: Beta has the density 0 (log p = -Infinity) at a value of its support: at an end of it, where this family's density is 0, or so "
            + "far out that it rounds to 0. Move such data off the end by what their measurement resolves, or take a family that has them; found 0 "
            + "at [1]",
            fault.Message);
    }

    // What a mask leaves out has a density of its own, which nothing is made of.
    [Fact]
    public void AValueThatAMaskLeavesOut_IsNotNamed()
    {
        var terms = new SiteTerms(Plates.Rows(1, 3), TermForm.Sampled);
        terms.Observed(X, new Beta(2, 2).Expand(3), tensor(new[] { 0f, 0.5f, 1 }), tensor(new[] { false, true, true }));
        Assert.EndsWith("found 1 at [2]", Assert.Throws<PplSupportException>(() => TermDiagnosis.Check(terms[0])).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Names => [.. FamilyCase.All.Where(c => !c.IsPoint && c.IsSlopeOfCdf).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Check_PassesAFamilyOfTheLibrary(string name)
    {
        var row = FamilyCase.All.Single(c => c.Name == name);
        var d = row.Make();
        d.Check(row.Value().expand(d.Shape));
    }

    [Theory]
    [InlineData("normalizer", "LogProb and Sample are of two distributions, or a term of the normalizer is missing.")]
    [InlineData("draws", "LogProb and Sample are of two distributions, or a term of the normalizer is missing.")]
    [InlineData("nan", "at its own draws the derivative of LogProb by rate is Infinity ± NaN")]
    [InlineData("detached", "LogProb has no derivative by its parameter rate: it is detached, or read elsewhere than from ParameterAt.")]
    [InlineData("kept", "with equal parameters, With(t => t.clone()), is another than that of the distribution; found")]
    [InlineData("support", "draws values outside its own support")]
    [InlineData("slope", "LogProb is the logarithm of a density other than the slope of Cdf:")]
    [InlineData("", "")]
    public void Check_NamesAMistake(string mistake, string message)
    {
        var value = tensor(new[] { 0.3, 1, 2 });
        var family = new Waiting(tensor(new[] { 0.5, 1, 4 }), mistake);
        if (mistake.Length == 0) family.Check(value);
        else Assert.Contains(message, Assert.ThrowsAny<PplException>(() => family.Check(value)).Message, StringComparison.Ordinal);
    }

    /// <summary>An exponential distribution with a mistake.</summary>
    [Family(Support.Positive, Reparameterized = true)]
    private sealed class Waiting : ParametricFamily<Waiting>
    {
        private static readonly ParameterDeclaration RateOf = new("rate", Constraint.Positive);

        private readonly string mistake;

        // What a constructor computed is another in a copy only if Derive makes it.
        private double drawn = 1;

        public Waiting(Tensor rate, string mistake) : base(RateOf.Of(rate)) => this.mistake = mistake;

        public override Tensor Mean => 1 / Rate;

        public override Tensor Variance => Mean.square();

        private Tensor Rate => ParameterAt(0).AsTensor();

        public override Tensor LogProb(Tensor value)
        {
            var rate = mistake == "detached" ? Rate.detach() : Rate;
            var density = (mistake == "normalizer" ? zeros_like(rate) : rate.log()) - rate * value;
            if (mistake == "nan") density = density + (rate - rate.detach()).sqrt(); // 0, whose derivative is not finite.
            return Expanded(mistake == "kept" ? density * drawn : density, FullShape(value));
        }

        public override Tensor Cdf(Tensor value)
            => mistake is "slope" or "" ? 1 - (-Rate * value * (mistake.Length > 0 ? 2 : 1)).exp() : base.Cdf(value);

        public override Tensor Entropy() => 1 - Rate.log();

        public override Tensor RSample(long[] sampleShape, Generator? generator)
        {
            var noise = empty(DrawShape(sampleShape), ScalarType.Float64).exponential_(1, generator);
            return mistake switch { "draws" => noise * Rate, "support" => -noise / Rate, _ => noise / Rate };
        }

        protected override void Derive() => drawn = 2;
    }

    [Family(Support.Positive)]
    private sealed class Kept(Tensor rate) : ParametricFamily<Kept>(RateOf.Of(rate))
    {
        private static readonly ParameterDeclaration RateOf = new("rate", Constraint.Positive);

        public override Tensor Mean => 1 / rate;

        public override Tensor Variance => Mean.square();

        public override Tensor LogProb(Tensor value) => rate.log() - rate * value;

        public override Tensor Entropy() => 1 - rate.log();
    }

    [Family(Support.Positive)]
    private sealed class Computed(Tensor rate) : ParametricFamily<Computed>(RateOf.Of(rate))
    {
        private static readonly ParameterDeclaration RateOf = new("rate", Constraint.Positive);

        private readonly Tensor mean = 1 / rate;

        public override Tensor Mean => mean;

        public override Tensor Variance => mean.square();

        public override Tensor LogProb(Tensor value) => -mean.log() - value / mean;

        public override Tensor Entropy() => 1 + mean.log();
    }

    [Family(Support.Positive)]
    private sealed class Derived : ParametricFamily<Derived>
    {
        private static readonly ParameterDeclaration RateOf = new("rate", Constraint.Positive);

        private Tensor mean = null!;

        public Derived(Tensor rate) : base(RateOf.Of(rate)) => Derive();

        public override Tensor Mean => mean;

        public override Tensor Variance => mean.square();

        public override Tensor LogProb(Tensor value) => -mean.log() - value / mean;

        public override Tensor Entropy() => 1 + mean.log();

        protected override void Derive() => mean = 1 / ParameterAt(0).AsTensor();
    }

    [Family(Support.RealVector)]
    private sealed class Sizeless(Tensor loc) : ParametricFamily<Sizeless>(LocOf.Of(loc))
    {
        private static readonly ParameterDeclaration LocOf = new("loc", Constraint.RealVector);

        public override Tensor Mean => ParameterAt(0).AsTensor();

        public override Tensor Variance => ones_like(Mean);

        public override Tensor LogProb(Tensor value) => (value - Mean).square().sum(-1);

        public override Tensor Entropy() => zeros(1);
    }

    private sealed record Unmapped(TensorOrScalar Shift) : Transform
    {
        public override Tensor Forward(Tensor x) => x + Shift.AsTensor(x);

        public override Tensor Inverse(Tensor y) => y - Shift.AsTensor(y);

        public override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => zeros_like(x);
    }

    private sealed class ShortHead() : LinearHead<Normal>(nameof(ShortHead))
    {
        protected override long Outputs(IReadOnlyList<long> eventShape) => Count(eventShape);

        protected override Normal Build(Tensor outputs)
        {
            var half = outputs.shape[^1] / 2;
            return Normal.FromLogScale(ToEvent(outputs.narrow(-1, 0, half)), ToEvent(outputs.narrow(-1, half, half)));
        }
    }
}
