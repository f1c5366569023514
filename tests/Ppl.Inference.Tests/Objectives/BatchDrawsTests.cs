using Ppl.Contracts;
using Ppl.Inference.Tests.EndToEnd;
using Ppl.Inference.Tests.Evaluation;
using Ppl.Inference.Tests.Plates;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>What an objective sees of a batch beside its terms.</summary>
public sealed class BatchDrawsTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Each_latent_has_its_draws_its_factor_and_its_prior()
    {
        using var chain = new GaussianChain();
        using var guide = chain.ExactGuide(Ppca.Data(12).narrow(1, 0, 2).contiguous());
        var seen = new List<string>();
        var objective = new Recorded(3, draws =>
        {
            foreach (var latent in draws.Latents)
            {
                var folded = latent.Value.reshape([-1, .. latent.Value.shape[2..]]);
                var term = draws.Terms.Single(term => term.Site.Name == latent.Site.Name);
                Assert.True(allclose(term.LogQ!.reshape(-1), Density(latent.Guide, latent.Value), 1e-12, 1e-12));
                Assert.True(allclose(term.LogP!.reshape(-1), Density(latent.Prior, latent.Value), 1e-12, 1e-12));
                Assert.Same(latent, draws[latent.Site.Name]);
                Assert.True(latent.Value.requires_grad);
                seen.Add(latent.ToString());
            }

            Assert.Contains(
                "has no latent 'w'; its latents are h2, h1", Assert.Throws<PplArgumentException>(() => draws["w"]).Message, StringComparison.Ordinal);
            return null;
        });
        var batch = guide.Batch(Ppca.Data(12).narrow(1, 0, 2).contiguous());
        Gradients.Of(objective, guide, guide, batch, seed: 1);
        Assert.Equal(["h1 (3, 12, 2)", "h2 (3, 12, 2)"], seen.Order(StringComparer.Ordinal));

        static Tensor Density(Distributions.Distribution family, Tensor value)
        {
            var folded = value.reshape([-1, .. value.shape[2..]]);
            var rows = family.Shape.Length > 1 && family.Shape[0] == value.shape[1];
            return (rows ? family.LogDensity(value, 2) : family.LogDensity(folded, 1)).reshape(-1);
        }
    }

    /// <summary>Particles of a latent outside the rows are passes of their own: the mean over them, in the unit of the whole data.</summary>
    [Fact]
    public void Passes_of_their_own_are_seen_one_by_one()
    {
        using var example = Case.Disturbed(nameof(GlobalMean));
        var means = new List<double>();
        var objective = new Recorded(3, draws =>
        {
            Assert.Equal([1L], draws["mu"].Value.shape);
            Assert.Equal([1L, example.Batch.Count], draws["z"].Value.shape);
            means.Add(draws["z"].Value.mean().ToDouble());
            return draws["z"].Value.mean();
        });
        var plain = Bound(new Recorded(3, _ => null), example);
        Assert.Equal(plain + Read(objective, example, means), Bound(objective, example), 1e-10);
        Assert.Equal(6, means.Count);
        Assert.Equal(3, means.Distinct().Count());

        static double Read(Objective objective, Case example, List<double> means)
        {
            Bound(objective, example);
            return means.Average();
        }
    }

    /// <summary>What an objective adds is what the parts leave of its bound, and so is what one says of its own weights.</summary>
    [Fact]
    public void The_parts_and_the_penalty_are_the_bound()
    {
        using var chain = new GaussianChain();
        var x = Ppca.Data(6).narrow(1, 0, 2).contiguous();
        using var guide = chain.ExactGuide(x);
        var added = Read(new Recorded(2, draws => -draws["h1"].Value.square().mean()));
        Assert.True(added.Penalty > 0);
        Assert.Equal(added.Reconstruction - added.Kl - added.Penalty, added.Bound, 1e-12);
        Assert.Equal(0, Read(new Recorded(2, _ => null)).Penalty);
        Ppca.Disturb(guide, 0.1);
        var halved = Read(new Halved());
        Assert.Equal(0.5 * (halved.Reconstruction - halved.Kl), halved.Bound, 1e-12);
        Assert.Equal(halved.Bound, halved.Penalty, 1e-12);

        BoundValue Read(Objective objective)
        {
            using var result = objective.Evaluate(guide, guide.Batch(x));
            return result.Read();
        }
    }

    /// <summary>Tensors of a pass are freed with it, but for those that an objective takes out.</summary>
    [Fact]
    public void What_an_objective_keeps_it_takes_out_of_the_pass()
    {
        using var chain = new GaussianChain();
        var x = Ppca.Data(6).narrow(1, 0, 2).contiguous();
        using var guide = chain.ExactGuide(x);
        var (kept, lost) = (new List<Tensor>(), new List<Tensor>());
        var objective = new Recorded(1, draws =>
        {
            kept.Add(draws["h1"].Value.mean().detach().DetachFromDisposeScope());
            lost.Add(draws["h1"].Value.mean().detach());
            return null;
        });
        objective.Evaluate(guide, guide.Batch(x)).Dispose();
        Assert.True(double.IsFinite(kept[0].ToDouble()));
        Assert.True(lost[0].IsInvalid);
        kept[0].Dispose();
    }

    [Fact]
    public void What_is_added_has_its_gradient_and_is_in_each_datum()
    {
        using var chain = new GaussianChain();
        var x = Ppca.Data(6).narrow(1, 0, 2).contiguous();
        using var guide = chain.ExactGuide(x);
        Ppca.Disturb(guide, 0.1);
        var batch = guide.Batch(x);
        var objective = new Recorded(2, draws => draws["h1"].Value.mean([1]).square().sum() - (0.3 * draws["h2"].Prior.Variance.sum()));
        foreach (var module in new nn.Module[] { chain, guide })
        {
            var exact = Gradients.Of(objective, guide, module, batch, seed: 3);
            Gradients.Close(Gradients.ByDifferences(objective, guide, module, batch, seed: 3), exact, 1e-7 * (1 + Gradients.Largest(exact)));
        }

        using var seed = manual_seed(5);
        using var result = objective.Evaluate(guide, batch);
        Assert.Equal(result.Bound, result.PerDatum.mean().ToDouble(), 1e-12);
    }

    [Fact]
    public void A_supervised_objective_adds_what_its_bound_adds()
    {
        using var rows = new KnownRows();
        using var guide = rows.CreateGuide();
        Tensor[] data = [zeros(4), zeros(4), tensor([true, false, true, false])];
        guide.Prepare(guide.Batch(data));
        double Value(Objective objective)
        {
            using var seed = manual_seed(4);
            using var result = objective.Evaluate(guide, guide.Batch(data));
            return result.Bound;
        }

        var inner = new Recorded(1, draws => draws["z"].Value.square().mean() * 100);
        Assert.Equal(Value(inner), Value(Objective.Supervised(inner, 0)), 1e-5);
        Assert.True(Value(inner) > Value(new Recorded(1, _ => null)) + 1);
    }

    [Fact]
    public void One_number_is_asked_for()
    {
        using var example = Case.Disturbed(nameof(GlobalMean));
        var fault = Assert.Throws<PplShapeException>(() => Bound(new Recorded(1, draws => draws["z"].Value), example));
        Assert.Contains("has shape (1, ", fault.Message, StringComparison.Ordinal);
        Assert.Contains("it must be one number, ()", fault.Message, StringComparison.Ordinal);
    }

    private static double Bound(Objective objective, Case example)
    {
        using var seed = manual_seed(4);
        using var result = objective.Evaluate(example.Guide, example.Batch);
        return result.Bound;
    }

    private sealed class Recorded(int particles, Func<BatchDraws, Tensor?> added) : Objective(particles)
    {
        public override string Name => "recorded";

        public override ParticleScope Scope => ParticleScope.Joint;

        protected override Tensor PerDatum(TermGroup group) => group.LogWeight.mean([0]);

        protected override Tensor? OfBatch(BatchDraws draws) => added(draws);
    }

    /// <summary>Half of the ELBO.</summary>
    private sealed class Halved : Objective
    {
        public override string Name => "halved";

        public override ParticleScope Scope => ParticleScope.Joint;

        protected internal override bool HasPenalty => true;

        protected override Tensor PerDatum(TermGroup group) => 0.5 * group.LogWeight.mean([0]);
    }
}
