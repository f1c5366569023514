using Ppl.Contracts;
using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Extension;

/// <summary>
/// A family, its head and its divergence written outside Ppl.Core, as in docs/adding-a-family.md, work like the built-in ones.
/// </summary>
public sealed class UserFamilyTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public UserFamilyTests() => manual_seed(6);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Encoder_FindsTheHeadByTheAttribute()
    {
        using var encoder = new Encoder();
        encoder.Prepare([zeros(4, 5)], [3], new Exponential(ones(4, 3)));
        var q = Assert.IsType<Exponential>(encoder.Encode(randn(6, 5)));
        Assert.Equal([6, 3], q.Shape);
        q.Validate();
        q.ValidateValue(q.Sample());
    }

    [Fact]
    public void Divergence_IsFoundByItsTypes()
    {
        var q = new Exponential(tensor(new[] { 0.5, 2.0 }, ScalarType.Float64));
        var p = new Exponential(tensor(new[] { 1.0, 1.0 }, ScalarType.Float64));
        TensorAssert.Close(Exponential.Kl(q, p), KlRegistry.Kl(q, p));
        var z = q.Sample(200_000);
        var difference = q.LogProb(z) - p.LogProb(z);
        var score = (difference.mean([0]) - Exponential.Kl(q, p)) / (difference.std(0) / Math.Sqrt(200_000));
        Assert.All(TensorAssert.ToArray(score), s => Assert.InRange(s, -5, 5));
    }

    [Fact]
    public void Divergence_ThatTheCompilerWouldRefuse_IsNotTakenAtRunTimeEither()
    {
        Assert.True(KlRegistry.Has(typeof(Exponential), typeof(Exponential)));
        Assert.False(KlRegistry.Has(typeof(Exponential), typeof(Normal)), "private");
        Assert.False(KlRegistry.Has(typeof(Exponential), typeof(Bernoulli)), "not a tensor");
        Assert.False(KlRegistry.Has(typeof(Exponential), typeof(Categorical)), "generic");
        Assert.False(KlRegistry.Has(typeof(Normal), typeof(Exponential)), "unmarked");
    }

    [Fact]
    public void Divergence_OfAModelsOwnClass_IsFoundForThatModel()
    {
        Assert.False(KlRegistry.Has(typeof(Exponential), typeof(Delta)));
        Assert.True(KlRegistry.Has(typeof(Exponential), typeof(Delta), typeof(WithDivergence)));
    }

    [Fact]
    public void Terms_FoldParticlesThroughTheBaseClassAlone()
    {
        var layout = Plates.Rows(3, 4);
        var rows = layout.Rows(Plates.Data);
        var site = new SiteInfo
        {
            Name = "z",
            Kind = SiteKind.Latent,
            Slot = 0,
            Family = nameof(Exponential),
            Plates = [Plates.Data],
            Depends = [true],
            Line = 1,
            DistributionText = "",
        };
        var q = new Exponential(rand(4, 2, ScalarType.Float64) + 0.5);
        var p = new Exponential(rand(12, 2, ScalarType.Float64) + 0.5);
        var z = rows.Draw(q);
        var terms = new SiteTerms(layout, TermForm.ClosedFormWhereLegal);
        terms.Latent(site, q, p, z);
        terms.Latent(site with { Kl = KlChoice.ClosedForm }, q, p, z);
        terms.Diagnose();
        TensorAssert.Close(p.LogProb(z).sum(-1).view(3, 4), terms[0].LogP!);
        TensorAssert.Close(q.LogProb(rows.Unfold(z)).sum(-1), terms[0].LogQ!);
        TensorAssert.Close(Exponential.Kl(rows.Repeat(q), p).sum(-1).view(3, 4), terms[1].Kl!);
    }
}

/// <summary>The exponential distribution: log p(x) = log rate − rate · x.</summary>
[Family(Support.NonNegative, Reparameterized = true, Head = typeof(ExponentialHead))]
public sealed class Exponential(Tensor rate) : ParametricFamily<Exponential>(RateOf.Of(rate))
{
    private static readonly ParameterDeclaration RateOf = new("rate", Constraint.Positive);

    public Tensor Rate => ParameterAt(0).Tensor!;

    public override Tensor Mean => 1 / Rate;

    public override Tensor Variance => 1 / Rate.square();

    [ClosedFormKl]
    public static Tensor Kl(Exponential q, Exponential p) => (q.Rate / p.Rate).log() + (p.Rate / q.Rate) - 1;

    public static Tensor Kl(Normal q, Exponential p) => q.Mean + p.Rate;

    [ClosedFormKl]
    public static double Kl(Exponential q, Bernoulli p) => q.Rate.item<double>() + p.Mean.item<double>();

    [ClosedFormKl]
    public static T Kl<T>(Exponential q, Categorical p) where T : Tensor => (T)(q.Rate + p.Probs);

    [ClosedFormKl]
    private static Tensor Kl(Exponential q, Normal p) => q.Rate + p.Mean;

    public override Tensor RSample(long[] sampleShape, Generator? generator)
        => empty(DrawShape(sampleShape), Rate.dtype).exponential_(1, generator) / Rate;

    public override Tensor LogProb(Tensor value) => Rate.log() - (Rate * value);

    public override Tensor Entropy() => 1 - Rate.log();
}

public abstract class DivergenceOfABase : GenerativeModel
{
    [ClosedFormKl]
    public static Tensor Kl(Exponential q, Delta p) => -q.LogProb(p.Mean);
}

public sealed class WithDivergence : DivergenceOfABase;

public sealed class ExponentialHead() : LinearHead<Exponential>(nameof(ExponentialHead))
{
    protected override long Outputs(IReadOnlyList<long> eventShape) => Count(eventShape);

    protected override Exponential Build(Tensor outputs) => new(ToEvent(outputs).exp());
}
