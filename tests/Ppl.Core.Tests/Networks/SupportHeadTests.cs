using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Networks;

/// <summary>Guides of a family on the latent's own support, and where guides begin.</summary>
public sealed class SupportHeadTests : IDisposable
{
    private static readonly Dictionary<string, Row> Rows = new()
    {
        ["Gamma"] = new(
            () => Posterior.Gamma().StartingAt(location: 0), () => new HalfNormal(1).Expand(3), () => new Gamma(ones(3, dtype: float64), 1),
            () => new Gamma(tensor(new[] { 400.0, 2.5, 0.4 }), tensor(new[] { 8.0, 1, 3 }))),
        ["Beta"] = new(
            () => Posterior.Beta(), () => new Uniform(0, 1).Expand(3), () => new Beta(ones(3, dtype: float64), 1),
            () => new Beta(tensor(new[] { 200.0, 0.5, 3 }), tensor(new[] { 20.0, 4, 0.7 }))),
        ["Dirichlet"] = new(
            () => Posterior.Dirichlet(), () => new Dirichlet(ones(2, 3, dtype: float64)), () => new Dirichlet(ones(2, 3, dtype: float64)),
            () => new Dirichlet(tensor(new[,] { { 100.0, 2, 30 }, { 0.5, 0.5, 4 } }))),
        ["VonMises"] = new(
            () => Posterior.VonMises(), () => new VonMises(0, 1).Expand(3), () => new VonMises(zeros(3, dtype: float64), 1),
            () => new VonMises(tensor(new[] { 3.1, -3.1, 0.4 }), tensor(new[] { 90.0, 5, 0.2 }))),
    };

    private readonly DisposeScope scope = NewDisposeScope();

    public SupportHeadTests() => manual_seed(21);

    public static TheoryData<string> Names => [.. Rows.Keys];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void TheFamily_IsThatOfTheName_InItsDomain(string name)
    {
        var row = Rows[name];
        var events = row.Goal().Shape;
        using var encoder = new Encoder(row.Choose());
        encoder.Prepare([zeros(6, 5)], events, row.Prior().Expand([6, .. row.Prior().Shape[..^row.Prior().EventDimensions]]));
        var q = encoder.Encode(randn(4, 5) * 100);
        Assert.Equal(name, q.Name);
        Assert.Equal([4, .. events], q.Shape);
        q.Validate();
        q.ValidateValue(q.RSample());
        using var free = new Encoder(row.Choose()) { NumberType = float64 };
        free.Prepare([], events, row.Prior());
        TensorAssert.Close(row.Start().Variance, free.Encode(1).Variance[0], 1e-9);
    }

    // The outputs reach any member of the family, by its divergence in closed form.
    [Theory]
    [MemberData(nameof(Names))]
    public void Training_ReachesAPosteriorOfTheSameFamily(string name)
    {
        var row = Rows[name];
        using var encoder = new Encoder(row.Choose()) { NumberType = float64 };
        encoder.Prepare([], row.Goal().Shape, row.Prior());
        var goal = row.Goal();
        Tensor Divergence() => KlRegistry.Kl(encoder.Encode(1), goal).sum();
        foreach (var rate in new[] { 0.05, 0.01, 0.002 })
        {
            var optimizer = optim.Adam(encoder.parameters(), rate);
            for (var step = 0; step < 600; step++)
            {
                using var inner = NewDisposeScope();
                optimizer.zero_grad();
                Divergence().backward();
                optimizer.step();
            }
        }

        Assert.InRange(TensorAssert.Item(Divergence()), -1e-9, 1e-3);
    }

    [Fact]
    public void AnotherSupport_IsRefused()
    {
        using var encoder = new Encoder(Posterior.Gamma()) { Site = "z" };
        TensorAssert.Throws<PplArgumentException>(
            "z: Posterior.Gamma gives values > 0, and those of Normal are finite: leave it out, or take Diagonal, which reaches any support.",
            () => encoder.Prepare([zeros(6, 5)], [3], new Normal(zeros(6, 3), 1)));
        using var of = new Encoder(Posterior.Beta().StartingAt(0.1)) { Site = "z" };
        Assert.Throws<PplArgumentException>(() => of.Prepare([], [3], new Uniform(0, 1).Expand(3)));
    }

    // A guide that starts at 0 under Normal(170, 20) needs thousands of steps to arrive.
    [Fact]
    public void APriorOfNumbers_SaysWhereItsGuideBegins()
    {
        double Median(Distribution prior, Posterior? posterior = null)
        {
            using var encoder = new Encoder(posterior ?? Posterior.Default()) { NumberType = float64 };
            encoder.Prepare([], prior.Shape, prior);
            var q = encoder.Encode(1);
            return TensorAssert.Item((q is Transformed pushed ? pushed.Transform.Forward(pushed.Base.Mean) : q.Mean).flatten()[0]);
        }

        Assert.Equal(170, Median(new Normal(170, 20).Expand(3)), 1e-9);
        Assert.Equal(25, Median(new HalfCauchy(25).Expand(3)), 1e-9);
        Assert.Equal(Math.Log(2) / 5, Median(new Exponential(5)), 1e-9);
        Assert.Equal(200, Median(new Gamma(2, 0.01)), 1e-9);
        Assert.Equal(200, Median(new Gamma(2, 0.01), Posterior.Gamma()), 1e-9);
        Assert.Equal(0.5, Median(new Beta(3, 3), Posterior.Delta()), 1e-9);
        Assert.Equal(15, Median(new Uniform(10, 20), Posterior.FullCovariance()), 1e-9);
        Assert.Equal(0, Median(new Normal(170, 20), Posterior.Diagonal().StartingAt(location: 0)), 1e-9);
        Assert.Equal(7, Median(new Normal(170, 20), Posterior.Diagonal().StartingAt(location: 7)), 1e-9);
        Assert.Equal(0, Median(new Normal(tensor(new[] { 170.0, 20 }), 1)), 1e-9);
        Assert.Equal(0, Median(new Cauchy(0, 1)), 1e-9);
    }

    private sealed record Row(Func<Posterior> Choose, Func<Distribution> Prior, Func<Distribution> Start, Func<Distribution> Goal);
}
