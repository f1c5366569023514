using Ppl.Contracts;
using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Contracts;

/// <summary>Terms of folded particles equal those of a loop over particles.</summary>
public sealed class SiteTermsTests : IDisposable
{
    private const int K = 3;
    private const long B = 5;
    private const long D = 4;

    private static readonly Layout Layout = Plates.Rows(K, B);

    private static readonly Rows Rows = Layout.Rows(Plates.Data);

    private static readonly SiteInfo Z = new()
    {
        Name = "z",
        Kind = SiteKind.Latent,
        Slot = 0,
        Family = "Normal",
        Plates = [Plates.Data],
        Depends = [false],
        Line = 1,
        DistributionText = "",
    };

    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public SiteTermsTests() => manual_seed(2);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Latent_WithGuideOverBRowsAndPriorWithoutRows()
    {
        var q = new Normal(Double(B, D), Double(B, D).exp());
        var z = Rows.Draw(q);
        TensorAssert.Shape([K * B, D], z);
        var terms = new SiteTerms(Layout, TermForm.Sampled);
        terms.Latent(Z, q, new Normal(0, 1).Expand(D), z);
        for (var k = 0; k < K; k++)
        {
            var zk = z.narrow(0, k * B, B);
            TensorAssert.Close(q.LogProb(zk).sum(-1), terms[0].LogQ![k]);
            TensorAssert.Close(new Normal(0, 1).LogProb(zk).sum(-1), terms[0].LogP![k]);
        }
    }

    [Fact]
    public void Latent_WithEverythingPlated()
    {
        var q = new MultivariateNormal(Double(B, D), eye(D, dtype: ScalarType.Float64) * 0.5);
        var z = Rows.Draw(q);
        var p = new Normal(Double(K * B, D), 2);
        var terms = new SiteTerms(Layout, TermForm.Sampled);
        terms.Latent(Z with { Depends = [true] }, q, p, z);
        TensorAssert.Shape([K, B], terms[0].LogQ!);
        for (var k = 0; k < K; k++)
        {
            var zk = z.narrow(0, k * B, B);
            TensorAssert.Close(q.LogProb(zk), terms[0].LogQ![k]);
            TensorAssert.Close(p.LogProb(z).sum(-1).narrow(0, k * B, B), terms[0].LogP![k]);
        }
    }

    [Theory]
    [InlineData(B)]
    [InlineData(K * B)]
    public void Observed_WithDataOfBRowsOrRepeated(long rows)
    {
        var logits = Double(K * B, D);
        var x = Double(B, D).gt(0).to(ScalarType.Float64);
        var terms = new SiteTerms(Layout, TermForm.Sampled);
        terms.Observed(Z with { Depends = [true] }, new Bernoulli(logits: logits), rows == B ? x : Rows.Repeat(x));
        for (var k = 0; k < K; k++)
            TensorAssert.Close(new Bernoulli(logits: logits.narrow(0, k * B, B)).LogProb(x).sum(-1), terms[0].LogP![k]);
    }

    [Fact]
    public void Observed_WithSharedParametersUnfolds()
    {
        // The matrix has as many rows as there are particles times data, but they are no rows of the plate.
        var layout = Plates.Rows(2, 2);
        var p = new MultivariateNormal(Double(4, 4), eye(4, dtype: ScalarType.Float64) * 2);
        var x = Double(2, 4);
        var terms = new SiteTerms(layout, TermForm.Sampled);
        terms.Observed(Z with { Depends = [true] }, p, x);
        TensorAssert.Close(p.LogProb(layout.Rows(Plates.Data).Repeat(x)).view(2, 2), terms[0].LogP!);
    }

    [Fact]
    public void Kl_HasOneRowOfParticlesWhereItDoesNotDependOnThem()
    {
        var q = Normal.FromLogScale(Double(B, D), Double(B, D));
        var terms = new SiteTerms(Layout, TermForm.ClosedFormWhereLegal);
        terms.Latent(Z with { Kl = KlChoice.ClosedForm }, q, new Normal(0, 1).Expand(D), Rows.Draw(q));
        TensorAssert.Close(Divergence.Kl(q, new Normal(0, 1)).sum(-1).unsqueeze(0), terms[0].Kl!);

        // A prior that follows a covariate has the rows of every particle.
        var p = new Normal(Rows.Repeat(Double(B, D)), 1.5);
        terms.Latent(Z with { Depends = [true], Kl = KlChoice.ClosedForm }, q, p, Rows.Draw(q));
        TensorAssert.Close(Divergence.Kl(Rows.Repeat(q), p).sum(-1).view(K, B), terms[1].Kl!);
    }

    [Fact]
    public void Diagnose_NamesTheSiteTheIndexAndTheRule()
    {
        var x = zeros(5, 4);
        x[3, 1] = 0.373;
        var terms = new SiteTerms(Plates.Rows(1, 5), TermForm.Sampled);
        terms.Observed(Z with { Name = "x", Kind = SiteKind.Observed, Depends = [true] }, new Bernoulli(logits: zeros(5, 4)), x);
        TensorAssert.Throws<PplSupportException>(
            "x: Bernoulli needs 0 or 1; found 0.373 at [3, 1]; binarize the data, or choose a family for real values, such as Normal",
            terms.Diagnose);
    }

    [Fact]
    public void Diagnose_NamesTheGuidesParameter()
    {
        var loc = zeros(5, 4, ScalarType.Float64);
        loc[4, 0] = double.PositiveInfinity;
        var terms = new SiteTerms(Plates.Rows(1, 5), TermForm.ClosedFormWhereLegal);
        terms.Latent(Z with { Kl = KlChoice.ClosedForm }, new Normal(loc, 1), new Normal(0, 1).Expand(4), zeros(5, 4));
        TensorAssert.Throws<NonFiniteException>(
            "z: Normal needs a finite loc (loc of the guide's distribution); found Infinity at [4, 0]", terms.Diagnose);
        var nan = zeros(5, 4);
        nan[0, 2] = float.NaN;
        terms = new SiteTerms(Plates.Rows(1, 5), TermForm.Sampled);
        terms.Observed(Z with { Name = "x", Kind = SiteKind.Observed, Depends = [true] }, new Normal(zeros(5, 4), 1), nan);
        TensorAssert.Throws<NonFiniteException>("x: a finite value is needed; found NaN at [0, 2]", terms.Diagnose);
    }

    private static Tensor Double(params long[] shape) => randn(shape, ScalarType.Float64);
}
