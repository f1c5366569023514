using Ppl.Contracts;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Arms that know other things of a latent, and have other masks for the same data.</summary>
public sealed class PartlyObservedBranchTests
{
    /// <summary>Each arm has its own mask: the rows whose term is not 0 are those that it sees.</summary>
    [Theory]
    [InlineData("Guesses, told", new[] { false, true, true, false, true })]
    [InlineData("Guesses, blind", new[] { false, false, true, false, false })]
    public void Each_arm_has_its_own_mask(string name, bool[] seen)
    {
        using var pass = Pass.Prepare(Models.Get(name), rows: 5);
        var terms = pass.Guide.Terms(pass.Guide.Draw(pass.Batch, 1), TermForm.Sampled);
        var logP = terms.Single(term => term.Site.Name == "x").LogP!;
        Assert.Equal(seen, logP.squeeze(0).ne(0).data<bool>().ToArray());
    }

    /// <summary>Encoders see 0 in the rows that the arm of the run leaves out, whatever is there, and what is there in all others.</summary>
    [Theory]
    [InlineData("Guesses, told")]
    [InlineData("Guesses, blind")]
    public void Encoders_see_what_the_arm_sees(string name)
    {
        using var pass = Pass.Prepare(Models.Get(name), rows: 5);
        var hidden = ((Guesses)pass.Model).IsBlind ? pass.Batch["seen"].le(1) : pass.Batch["hidden"].eq(1);
        Assert.True(Changed(hidden) < 1e-12);
        Assert.True(Changed(hidden.logical_not()) > 1e-3);

        double Changed(Tensor where)
        {
            var other = pass.Guide.Batch([pass.Batch[0].masked_fill(where.unsqueeze(1), 7), .. pass.Batch.Tensors.Skip(1)]);
            var draws = pass.Guide.Draw(pass.Batch, 1);
            var (one, two) = (pass.Guide.Condition(draws, draws.Latents), pass.Guide.Condition(pass.Guide.Draw(other, 1), draws.Latents));
            return one.Distributions.Zip(two.Distributions, (a, b) => (a.Mean - b.Mean).abs().max().item<double>()).Max();
        }
    }

    [Theory]
    [InlineData("Guesses, told", true)]
    [InlineData("Guesses, blind", false)]
    public void Only_the_arm_that_knows_takes_known_values(string name, bool takes)
    {
        using var pass = Pass.Prepare(Models.Get(name), rows: 5);
        var (guide, told) = ((Guesses.Guide)pass.Guide, pass.Batch[1]);
        foreach (var samples in new[] { 1, 3 })
        {
            var score = guide.Posterior(pass.Batch[0], told, pass.Batch[2], pass.Batch[3], pass.Batch[4], samples).score;
            Assert.True(score.isfinite().all().ToBoolean());
            foreach (var row in new[] { 1, 3 })
                Assert.Equal(takes, score.select(1, row).eq(told[row]).all().ToBoolean());
        }
    }

    [Theory]
    [InlineData("Guesses, told")]
    [InlineData("Guesses, blind")]
    public void Data_are_checked_by_the_mask_of_the_arm(string name)
    {
        using var pass = Pass.Prepare(Models.Get(name), rows: 6, type: ScalarType.Float32);
        var blind = ((Guesses)pass.Model).IsBlind;
        using var svi = new Svi(pass.Model, pass.Guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        Tensor[] With(Tensor rows) => [pass.Batch[0].masked_fill(rows.unsqueeze(1), double.NaN), .. pass.Batch.Tensors.Skip(1)];
        var hidden = blind ? pass.Batch["seen"].le(1) : pass.Batch["hidden"].eq(1);
        svi.Fit(With(hidden), steps: 2);
        Assert.Throws<NonFiniteException>(() => svi.Fit(With(hidden.logical_not()), steps: 2));
    }

    /// <summary>The guide alone does not know that a field has changed; its typed members look.</summary>
    [Fact]
    public void A_posterior_of_another_arm_is_refused()
    {
        using var pass = Pass.Prepare(Models.Get("Guesses, told"), rows: 5);
        var (guide, model, b) = ((Guesses.Guide)pass.Guide, (Guesses)pass.Model, pass.Batch);
        guide.Posterior(b[0], b[1], b[2], b[3], b[4], samples: 2);
        model.IsBlind = true;
        foreach (var call in new Action[] { () => guide.Posterior(b[0], b[1], b[2], b[3], b[4], samples: 2), () => guide.Reconstruct(b[0], b[1], b[2], b[3], b[4]) })
        {
            var fault = Assert.Throws<PplArgumentException>(call);
            Assert.Equal(
                "score: this run reaches score ~ Normal(0, 1).Expand(2) if (IsBlind), and the run that the guide was prepared with did not: it stands "
                + "under 'if (IsBlind)', where a field or a shape has changed. Which sites a run reaches is settled when the guide is prepared: make a "
                + "new guide for this model.",
                fault.Message);
        }

        model.IsBlind = false;
        guide.Posterior(b[0], b[1], b[2], b[3], b[4]);
        guide.Reconstruct(b[0], b[1], b[2], b[3], b[4]);
    }

    [Fact]
    public void A_posterior_that_misses_a_site_is_refused()
    {
        using var pass = Pass.Prepare(Extra.Entry);
        var guide = (Extra.Guide)pass.Guide;
        ((Extra)pass.Model).IsMeasured = false;
        var fault = Assert.Throws<PplArgumentException>(() => guide.Posterior(pass.Batch[0], pass.Batch[1], samples: 4));
        Assert.StartsWith("y: this run does not reach y ~ Normal(z, 1) if (IsMeasured)", fault.Message, StringComparison.Ordinal);
    }
}
