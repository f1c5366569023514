using Ppl.Contracts;
using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Networks;

/// <summary>
/// Parameters of each row beside a global latent: mu ~ N(0, 1), z_n ~ N(mu, 1), x_n ~ N(z_n, 0.5²), whose posterior is q(mu) Π q(z_n | mu) with
/// means linear in mu.
/// </summary>
public sealed class FreeRowsTests : IDisposable
{
    private static readonly SiteInfo Z = new()
    {
        Name = "z",
        Kind = SiteKind.Latent,
        Slot = 0,
        Family = "Normal",
        Plates = [Plates.Data],
        Depends = [true],
        Kl = KlChoice.ClosedForm,
        Line = 1,
        DistributionText = "",
    };

    private static readonly SiteInfo Mu = Z with { Name = "mu", Plates = [], Depends = [] };

    private static readonly SiteInfo X = Z with { Name = "x", Kind = SiteKind.Observed };

    private static readonly ModelPlan Plan = Plates.Plan(Plates.Data) with { Inputs = [new("x", true, [Plates.Data])], Sites = [Mu, Z, X] };

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor x = tensor([0.4, -1.2, 2.1, 0.3, 1.7, -0.2], float64);
    private readonly Encoder mu = new(Posterior.FullCovariance()) { Site = "mu", Info = Mu };
    private readonly Encoder z = new(Posterior.FullCovariance().Free()) { Site = "z", Info = Z };

    public FreeRowsTests()
    {
        manual_seed(9);
        Assert.Equal(["mu"], z.Connect(["x", "mu"], [null, mu]));
        (mu.NumberType, z.NumberType, z.Batch) = (float64, float64, new Batch(Plan, x));
        mu.Prepare([], zeros([], float64), new Normal(0, 1));
        z.Prepare([x, zeros([], float64)], zeros(x.shape[0], float64), new Normal(zeros(x.shape[0]), 1));
        using var grad = no_grad();
        var precision = 1 + (x.shape[0] / 1.25);
        mu.state_dict()["head.free"].copy_(tensor([TensorAssert.Item(x.sum()) / 1.25 / precision, Output(1 / Math.Sqrt(precision))], float64));
        z.state_dict()["head.free"].copy_(stack([x * 0.8, full_like(x, Output(Math.Sqrt(0.2)))], -1));
        z.state_dict()["coupling"].fill_(0.2);
    }

    public void Dispose()
    {
        mu.Dispose();
        z.Dispose();
        scope.Dispose();
    }

    /// <summary>The log weight of every draw is the evidence.</summary>
    [Fact]
    public void TheExactPosterior_HasTheEvidence()
    {
        var batch = new Batch(Plan, x);
        for (var i = 0; i < 5; i++) Assert.Equal(Evidence(), Weight(batch, mu.Encode(new Layout(batch, 1)).RSample()), 1e-10);
    }

    /// <summary>Local particles beside one draw of mu: K·B rows, each with the parameters of its row.</summary>
    [Fact]
    public void Particles_HaveTheParametersOfTheirRows()
    {
        var batch = new Batch(Plan, x);
        var layout = new Layout(batch, 3);
        var q = z.Encode(layout, layout.Rows(Plates.Data).Repeat(x), mu.Encode(layout).RSample());
        Assert.Equal([18], q.Shape);
        TensorAssert.Close(q.Mean.narrow(0, 0, 6), q.Mean.narrow(0, 12, 6), 0, 0);
    }

    /// <summary>The mean over all mini-batches, with N/B on the local terms, is the full bound at the same draw of mu.</summary>
    [Fact]
    public void MiniBatches_AreUnbiased()
    {
        using var grad = no_grad();
        var value = mu.Encode(new Layout(new Batch(Plan, x), 1)).RSample();
        var bounds = new List<double>();
        for (var i = 0; i < 6; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var rows = new[] { i, j };
                bounds.Add(Weight(new Batch(Plan, [x.index_select(0, tensor(new long[] { i, j }))], [6], rows), value));
            }
        }

        Assert.Equal(Evidence(), bounds.Average(), 1e-11);
    }

    private double Weight(Batch batch, Tensor value)
    {
        var layout = new Layout(batch, 1);
        var terms = new SiteTerms(layout, TermForm.Sampled);
        terms.Latent(Mu, mu.Encode(layout), new Normal(0, 1), value);
        var q = z.Encode(layout, batch[0], value);
        var draw = q.RSample();
        terms.Latent(Z, q, new Normal(value.expand(draw.shape), 1), draw);
        terms.Observed(X, new Normal(draw, 0.5), batch[0]);
        return terms.Sum(t => layout.Scale(t.Site) * TensorAssert.Item(t.LogQ is { } logQ ? t.LogP!.sum() - logQ.sum() : t.LogP!.sum()));
    }

    private double Evidence() =>
        TensorAssert.Item(new MultivariateNormal(0, covariance: (eye(6, dtype: float64) * 1.25) + 1).LogProb(x));

    /// <summary>The head's output for an entry of the diagonal: the inverse of softplus(output + offset) + 1e-6.</summary>
    private static double Output(double diagonal) => Math.Log(Math.Exp(diagonal - 1e-6) - 1) - 0.54132485461291810;
}
