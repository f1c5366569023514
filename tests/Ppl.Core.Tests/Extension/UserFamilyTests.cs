using Ppl.Contracts;
using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Networks;
using Ppl.Transforms;
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
        encoder.Prepare([zeros(4, 5)], [3], new Maxwell(ones(4, 3)));
        var q = Assert.IsType<Maxwell>(encoder.Encode(randn(6, 5)));
        Assert.Equal([6, 3], q.Shape);
        q.Validate();
        q.ValidateValue(q.Sample());
    }

    [Fact]
    public void Divergence_IsFoundByItsTypes()
    {
        var q = new Maxwell(tensor(new[] { 0.5, 2.0 }, ScalarType.Float64));
        var p = new Maxwell(tensor(new[] { 1.0, 1.0 }, ScalarType.Float64));
        TensorAssert.Close(Maxwell.Kl(q, p), KlRegistry.Kl(q, p));
        var z = q.Sample(200_000);
        var difference = q.LogProb(z) - p.LogProb(z);
        var score = (difference.mean([0]) - Maxwell.Kl(q, p)) / (difference.std(0) / Math.Sqrt(200_000));
        Assert.All(TensorAssert.ToArray(score), s => Assert.InRange(s, -5, 5));
    }

    /// <summary>The default guide of a positive latent is the exponential of a normal: a divergence from it is written for a log-normal.</summary>
    [Fact]
    public void DivergenceOfALogNormal_IsThatOfTheDefaultGuide()
    {
        var p = new Maxwell(tensor(new[] { 0.8, 1.5 }, ScalarType.Float64));
        var normal = new Normal(tensor(new[] { 0.2, -0.4 }, ScalarType.Float64), tensor(new[] { 0.5, 0.7 }, ScalarType.Float64));
        var q = new Transformed(normal, Exp.Instance);
        var grid = linspace(-8, 8, 160_001, dtype: ScalarType.Float64).unsqueeze(1);
        var mass = normal.LogProb(grid).exp() * 1e-4;
        var x = grid.exp();
        TensorAssert.Close((mass * (q.LogProb(x) - p.LogProb(x))).sum([0]), KlRegistry.Kl(q, p), 1e-6);
    }

    [Fact]
    public void Divergence_ThatTheCompilerWouldRefuse_IsNotTakenAtRunTimeEither()
    {
        Assert.True(KlRegistry.Has(typeof(Maxwell), typeof(Maxwell)));
        Assert.False(KlRegistry.Has(typeof(Maxwell), typeof(Normal)), "private");
        Assert.False(KlRegistry.Has(typeof(Maxwell), typeof(Bernoulli)), "not a tensor");
        Assert.False(KlRegistry.Has(typeof(Maxwell), typeof(Categorical)), "generic");
        Assert.False(KlRegistry.Has(typeof(Normal), typeof(Maxwell)), "unmarked");
    }

    [Fact]
    public void Divergence_OfAModelsOwnClass_IsFoundForThatModel()
    {
        Assert.False(KlRegistry.Has(typeof(Maxwell), typeof(Delta)));
        Assert.True(KlRegistry.Has(typeof(Maxwell), typeof(Delta), typeof(WithDivergence)));
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
            Family = nameof(Maxwell),
            Plates = [Plates.Data],
            Depends = [true],
            Line = 1,
            DistributionText = "",
        };
        var q = new Maxwell(rand(4, 2, ScalarType.Float64) + 0.5);
        var p = new Maxwell(rand(12, 2, ScalarType.Float64) + 0.5);
        var z = rows.Draw(q);
        var terms = new SiteTerms(layout, TermForm.ClosedFormWhereLegal);
        terms.Latent(site, q, p, z);
        terms.Latent(site with { Kl = KlChoice.ClosedForm }, q, p, z);
        terms.Diagnose();
        TensorAssert.Close(p.LogProb(z).sum(-1).view(3, 4), terms[0].LogP!);
        TensorAssert.Close(q.LogProb(rows.Unfold(z)).sum(-1), terms[0].LogQ!);
        TensorAssert.Close(Maxwell.Kl(rows.Repeat(q), p).sum(-1).view(3, 4), terms[1].Kl!);
    }
}

/// <summary>The Maxwell distribution, of the length of three normals: log p(x) = log(2/π) / 2 + 2 log x − 3 log scale − (x / scale)² / 2.</summary>
[Family(Support.NonNegative, Reparameterized = true, Head = typeof(MaxwellHead))]
public sealed class Maxwell(Tensor scale) : ParametricFamily<Maxwell>(ScaleOf.Of(scale))
{
    private const double EulersConstant = 0.57721566490153286;

    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive);

    public Tensor Scale => ParameterAt(0).Tensor!;

    public override Tensor Mean => Scale * (2 * Math.Sqrt(2 / Math.PI));

    public override Tensor Variance => Scale.square() * (3 - (8 / Math.PI));

    [ClosedFormKl]
    public static Tensor Kl(Maxwell q, Maxwell p) => (3 * (p.Scale / q.Scale).log()) + (1.5 * ((q.Scale / p.Scale).square() - 1));

    [ClosedFormKl]
    public static Tensor Kl(LogNormal q, Maxwell p)
    {
        var (loc, scale) = (q.Loc.AsTensor(p.Scale), q.Scale.AsTensor(p.Scale));
        var square = (2 * (loc + scale.square())).exp() / (2 * p.Scale.square());
        return square - (3 * loc) - scale.log() + (3 * p.Scale.log()) - (Math.Log(4 * Math.E) / 2);
    }

    public static Tensor Kl(Normal q, Maxwell p) => q.Mean + p.Scale;

    [ClosedFormKl]
    public static double Kl(Maxwell q, Bernoulli p) => q.Scale.item<double>() + p.Mean.item<double>();

    [ClosedFormKl]
    public static T Kl<T>(Maxwell q, Categorical p) where T : Tensor => (T)(q.Scale + p.Probs);

    [ClosedFormKl]
    private static Tensor Kl(Maxwell q, Normal p) => q.Scale + p.Mean;

    public override Tensor RSample(long[] sampleShape, Generator? generator)
        => randn([3, .. DrawShape(sampleShape)], Scale.dtype, generator: generator).square().sum([0L]).sqrt() * Scale;

    public override Tensor LogProb(Tensor value)
        => (2 * value.log()) - (3 * Scale.log()) - ((value / Scale).square() / 2) + (Math.Log(2 / Math.PI) / 2);

    public override Tensor Entropy() => Scale.log() + ((Math.Log(2 * Math.PI) - 1) / 2) + EulersConstant;
}

public abstract class DivergenceOfABase : GenerativeModel
{
    [ClosedFormKl]
    public static Tensor Kl(Maxwell q, Delta p) => -q.LogProb(p.Mean);
}

public sealed class WithDivergence : DivergenceOfABase;

public sealed class MaxwellHead() : LinearHead<Maxwell>(nameof(MaxwellHead))
{
    protected override long Outputs(IReadOnlyList<long> eventShape) => Count(eventShape);

    protected override Maxwell Build(Tensor outputs) => new(ToEvent(outputs).exp());
}
