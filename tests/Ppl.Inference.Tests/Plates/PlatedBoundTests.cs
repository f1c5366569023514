using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Plates;

/// <summary>Bounds of models with global latents, nested plates, effects read by index, plates side by side, and no plate at all.</summary>
public sealed class PlatedBoundTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public static TheoryData<string, Objective> ExactBounds
    {
        get
        {
            var data = new TheoryData<string, Objective>();
            foreach (var name in Case.Names)
            {
                data.Add(name, Objective.Elbo(kl: KlForm.Sampled));
                data.Add(name, Objective.Elbo(particles: 3, kl: KlForm.Sampled));
                data.Add(name, Objective.Elbo(particles: 3, gradient: GradientForm.StickingTheLanding));
                data.Add(name, Objective.Iwae(1));
                data.Add(name, Objective.Iwae(5, joint: true));
                data.Add(name, Objective.Iwae(5, GradientForm.DoublyReparameterized, joint: true));
                if (name is nameof(Regression) or nameof(Counties)) continue;
                data.Add(name, Objective.Iwae(5));
                data.Add(name, Objective.Miwae(2, 3));
                data.Add(name, Objective.Miwae(2, 3, GradientForm.DoublyReparameterized));
                data.Add(name, Objective.Ciwae(0.3, 5, GradientForm.DoublyReparameterized));
                data.Add(name, Objective.Piwae(2, 3));
                data.Add(name, Objective.Renyi(0.5, 5, GradientForm.DoublyReparameterized));
                data.Add(name, Objective.Iwae(5, GradientForm.StickingTheLanding));
                data.Add(name, Objective.Iwae(5, GradientForm.DoublyReparameterized));
            }

            return data;
        }
    }

    public static TheoryData<string> Models => [.. Case.Names];

    public static TheoryData<string> Cut => [nameof(GlobalMean), nameof(Nested), nameof(Counties)];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(ExactBounds))]
    public void The_bound_at_the_exact_posterior_is_the_log_evidence_of_all_data(string name, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        using var example = Case.Exact(name);
        using var value = objective.Evaluate(example.Guide, example.Batch);
        Assert.Equal(example.Evidence.item<double>(), value.Bound, 1e-10);
        Assert.Equal(BoundUnit.Total, value.Unit);
        using var trained = objective.Accumulate(example.Guide, example.Batch);
        Assert.Equal(example.Evidence.item<double>(), trained.Bound, 1e-10);
        if (objective.Gradient == GradientForm.Plain) return;

        // Along the path there is no noise left at the exact posterior.
        foreach (var (parameter, known) in example.Guide.named_parameters())
            if (known.grad is { } gradient) Assert.True(gradient.abs().max().item<double>() < 1e-8, $"{parameter}: {gradient.abs().max().item<double>()}");
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Parts_add_up_to_the_bound(string name)
    {
        using var example = Case.Disturbed(name);
        using var result = Objective.Elbo(particles: 3).Evaluate(example.Guide, example.Batch);
        var value = result.Read();
        Assert.Equal(value.Bound, value.Reconstruction - value.Kl, 1e-10);
        Assert.Contains(" in total", value.ToString(), StringComparison.Ordinal);
        Assert.Throws<PplArgumentException>(() => result.PerDatum);
    }

    /// <summary>At the same draws of the outer latents the mean over all mini-batches of a pass is the bound of the whole data.</summary>
    [Theory]
    [MemberData(nameof(Cut))]
    public void Mini_batches_are_unbiased(string name)
    {
        using var example = Case.Disturbed(name);
        var (guide, whole) = (example.Guide, example.Batch);
        var sites = guide.LatentSites;
        var draws = guide.Draw(whole, 1);
        var rows = (int)whole.Count;
        foreach (var objective in new[] { Objective.Elbo(), Objective.Elbo(kl: KlForm.Sampled) })
        {
            var full = objective.Combine(guide.Terms(draws, objective.Form)).Bound.item<double>();
            foreach (var size in new[] { 1, 2, rows })
            {
                var bounds = new List<double>();
                foreach (var chosen in Subsets(rows, size))
                {
                    var index = tensor(chosen.Select(row => (long)row).ToArray());
                    var batch = guide.Batch([.. example.Data.Select(t => t.index_select(0, index))], [rows], chosen);
                    var part = guide.Condition(
                        guide.Draw(batch, 1),
                        [.. draws.Latents.Select((z, i) => sites[i].IsLocal ? z.index_select(0, index) : z)]);
                    bounds.Add(objective.Combine(guide.Terms(part, objective.Form)).Bound.item<double>());
                }

                Assert.Equal(full, bounds.Average(), 1e-12 * (1 + Math.Abs(full)));
            }
        }
    }

    /// <summary>IWAE for the rows at one draw of the outer latents: the mean over mini-batches too.</summary>
    [Fact]
    public void Mini_batches_are_unbiased_for_local_particles()
    {
        using var example = Case.Disturbed(nameof(Nested));
        var (guide, whole) = (example.Guide, example.Batch);
        var objective = Objective.Iwae(4);
        var draws = guide.Draw(whole, 4, ParticleScope.Local);
        Assert.Single(draws.Parts);
        var full = objective.Combine(guide.Terms(draws, objective.Form)).Bound.item<double>();
        var bounds = new List<double>();
        foreach (var chosen in Subsets(4, 2))
        {
            var index = tensor(chosen.Select(row => (long)row).ToArray());
            var batch = guide.Batch([example.Data[0].index_select(0, index)], [4], chosen);
            var empty = guide.Draw(batch, 4, ParticleScope.Local);
            var (all, some) = (draws.Layout.Rows(guide.Plan.Plates[0]), empty.Layout.Rows(guide.Plan.Plates[0]));
            var part = guide.Condition(empty, [draws.Latents[0], .. draws.Latents.Skip(1).Select(z => some.Fold(all.Unfold(z).index_select(1, index)))]);
            bounds.Add(objective.Combine(guide.Terms(part, objective.Form)).Bound.item<double>());
        }

        Assert.Equal(full, bounds.Average(), 1e-12 * (1 + Math.Abs(full)));
    }

    [Fact]
    public void Bounds_over_a_data_set_are_in_total_whatever_the_batch()
    {
        using var example = Case.Exact(nameof(Nested));
        using var data = Dataset.From("numbers", ("x", example.Data[0]));
        foreach (var size in new[] { 1, 3, 4 })
        {
            var options = new EvaluationOptions { BatchSize = size };
            var value = Inference.Evaluate.Bound(example.Model, example.Guide, data, Objective.Elbo(kl: KlForm.Sampled), options);
            Assert.Equal(BoundUnit.Total, value.Unit);
            Assert.Equal(value.Bound, value.Reconstruction - value.Kl, 1e-9);

            // With the whole data in one batch every draw gives the evidence; in parts each has a draw of mu of its own.
            if (size == 4) Assert.Equal(example.Evidence.item<double>(), value.Bound, 1e-10);
        }
    }

    [Fact]
    public void A_joint_weight_refuses_a_part_of_the_data()
    {
        using var example = Case.Exact(nameof(GlobalMean));
        var batch = example.Guide.Batch([example.Data[0]], [10]);
        var fault = Assert.Throws<PplArgumentException>(() => Objective.Iwae(3, joint: true).Evaluate(example.Guide, batch));
        Assert.Equal(
            "IWAE(3), joint needs the whole data in one batch, and this one has 6 of 10 rows of plate 'data': their terms times N/B inside a "
            + "logarithm would be biased. Take full batches, or the bound without 'joint'.",
            fault.Message);
    }

    [Fact]
    public void Particles_that_nothing_is_drawn_for_are_refused()
    {
        using var example = Case.Exact(nameof(Regression));
        var fault = Assert.Throws<PplArgumentException>(() => new Svi(example.Model, example.Guide, Objective.Iwae(3)));
        Assert.Equal(
            "IWAE(3): its 3 draws are of the latents that each row has, and Regression has none. "
            + "For one weight of everything together take Objective.Iwae(3, joint: true).",
            fault.Message);
        using var vae = new EndToEnd.LinearGaussian(2, 3);
        using var guide = vae.CreateGuide();
        fault = Assert.Throws<PplArgumentException>(() => new Svi(vae, guide, Objective.Iwae(3, joint: true)));
        Assert.Equal(
            "IWAE(3), joint: every latent of LinearGaussian belongs to a row, which has a weight of its own. "
            + "One weight of all rows together would be a looser bound: leave out 'joint'.",
            fault.Message);
    }

    /// <summary>What reads rows together has no meaning for a part of them, nor for particles folded into them.</summary>
    [Theory]
    [InlineData(true, "s: its density changes with the number of particles")]
    [InlineData(false, "s: its density moves with the rows of plate 'data', in which it does not stand: the model takes rows together, as a sum over "
        + "the first dimension does, and a mini-batch has others. Compute each row from its own values; or make the plate one by number with its "
        + "data, Plate(size: n, x), which every batch has whole.")]
    public void A_term_of_all_rows_together_is_refused(bool isSum, string message)
    {
        using var model = new Summed { IsSum = isSum };
        using var guide = model.CreateGuide();
        manual_seed(3);
        Tensor[] data = [randn([5], ScalarType.Float64), tensor(1.5, ScalarType.Float64)];
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        Assert.StartsWith(message, Assert.Throws<PplArgumentException>(() => svi.Step(data)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_likelihood_for_each_datum_is_refused_where_rows_share_latents()
    {
        using var example = Case.Exact(nameof(GlobalMean));
        using var data = Dataset.From("numbers", ("x", example.Data[0]));
        var fault = Assert.Throws<PplArgumentException>(
            () => Inference.Evaluate.NegativeLogLikelihood(example.Model, example.Guide, data, samples: 50));
        Assert.Equal(
            "GlobalMean has no likelihood for each datum: mu stands outside every rows plate, so that its rows are not independent. "
            + "Evaluate.Bound with Objective.Iwae(50, joint: true) estimates log p of all data.",
            fault.Message);
        var value = Inference.Evaluate.Bound(example.Model, example.Guide, data, Objective.Iwae(50, joint: true));
        Assert.Equal(example.Evidence.item<double>(), value.Bound, 1e-10);

        // All rows at once, however small batches are to be.
        var narrow = new EvaluationOptions { BatchSize = 2, MemoryBudget = 8 };
        value = Inference.Evaluate.Bound(example.Model, example.Guide, data, Objective.Iwae(50, joint: true), narrow);
        Assert.Equal(example.Evidence.item<double>(), value.Bound, 1e-10);
        Assert.Throws<PplArgumentException>(() => Inference.Evaluate.ParetoShape(example.Model, example.Guide, data, samples: 100));
        Assert.Equal("z", Assert.Single(Inference.Evaluate.ActiveUnits(example.Model, example.Guide, data)).Site);
        var picture = Inference.Evaluate.Reconstructions(example.Model, example.Guide, example.Data);
        Assert.Equal([6], picture.Value.shape);
    }

    /// <summary>More local particles raise the bound, and the joint weight raises it further: means of many draws, 5 standard errors apart.</summary>
    [Fact]
    public void Local_and_joint_particles_tighten_the_bound()
    {
        using var example = Case.Disturbed(nameof(GlobalMean));
        using var grad = no_grad();
        Objective[] rising = [Objective.Elbo(), Objective.Iwae(10), Objective.Iwae(200, joint: true)];
        var found = rising.Select(objective => Enumerable.Range(0, 300).Select(_ =>
        {
            using var inner = NewDisposeScope();
            return objective.Evaluate(example.Guide, example.Batch).Bound;
        }).ToList()).ToList();
        double Error(List<double> values) => Math.Sqrt(values.Sum(v => (v - values.Average()) * (v - values.Average()))) / values.Count;
        Assert.True(found[1].Average() - found[0].Average() > 5 * (Error(found[0]) + Error(found[1])));
        Assert.True(found[2].Average() - found[0].Average() > 5 * (Error(found[0]) + Error(found[2])));
        Assert.True(found[2].Average() < example.Evidence.item<double>() + (5 * Error(found[2])));
    }

    private static IEnumerable<int[]> Subsets(int count, int size) => Enumerable.Range(0, 1 << count)
        .Select(mask => Enumerable.Range(0, count).Where(i => (mask >> i & 1) == 1).ToArray()).Where(subset => subset.Length == size);
}
