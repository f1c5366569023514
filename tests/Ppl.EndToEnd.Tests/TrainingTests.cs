using Ppl.Data;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Training of every model: no tensor is left behind, and the same seed gives the same bits.</summary>
public sealed class TrainingTests
{
    private static readonly Dictionary<string, Objective> Objectives = new()
    {
        ["ELBO"] = Objective.Elbo(),
        ["ELBO, sticking the landing"] = Objective.Elbo(2, gradient: GradientForm.StickingTheLanding),
        ["IWAE"] = Objective.Iwae(3),
        ["IWAE, sticking the landing"] = Objective.Iwae(3, GradientForm.StickingTheLanding),
        ["IWAE, doubly reparameterized"] = Objective.Iwae(3, GradientForm.DoublyReparameterized),
    };

    // IWAE is refused where no latent stands in rows, and so few steps may not raise a bound of globals.
    public static TheoryData<string> Names => Models.NamesOfRows;

    [Theory]
    [MemberData(nameof(Names))]
    public void Live_tensors_stay_flat(string name)
    {
        foreach (var (title, objective) in Objectives)
        {
            using var pass = Pass.Prepare(Models.Get(name), type: ScalarType.Float32, disturb: 0);
            using var svi = new Svi(pass.Model, pass.Guide, objective, settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
            for (var step = 1; step <= 10; step++) svi.Step(pass.Batch);
            var live = LiveTensors.Count;
            for (var step = 11; step <= 110; step++)
            {
                svi.Step(pass.Batch);
                Assert.True(LiveTensors.Count == live, $"{title}, step {step}: {LiveTensors.Count} live tensors, {live} after step 10");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Same_seed_gives_the_same_bits(string name)
    {
        foreach (var (title, objective) in Objectives)
        {
            var first = Train(name, objective, seed: 3);
            Assert.True(first.AsSpan().SequenceEqual(Train(name, objective, seed: 3)), title);
            Assert.False(first.AsSpan().SequenceEqual(Train(name, objective, seed: 4)), title);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_raises_the_bound(string name)
    {
        foreach (var (title, objective) in Objectives)
        {
            using var pass = Pass.Prepare(Models.Get(name), rows: 16, type: ScalarType.Float32, disturb: 0);
            using var svi = new Svi(
                pass.Model, pass.Guide, objective, parameters => optim.Adam(parameters, lr: 2e-3), new SviSettings { Reporter = ITrainingReporter.Quiet });
            var bounds = Enumerable.Range(0, 60).Select(_ => svi.Step(pass.Batch).Bound).ToArray();
            Assert.All(bounds, bound => Assert.True(double.IsFinite(bound)));
            Assert.True(bounds[^15..].Average() > bounds[..15].Average(), $"{title}: {bounds[..15].Average():F3} became {bounds[^15..].Average():F3}");
        }
    }

    [Fact]
    public void A_latent_that_nothing_reads_is_trained_to_its_prior()
    {
        using var scope = NewDisposeScope();
        using (manual_seed(1))
        {
        }

        using var model = new Unused();
        using var guide = model.CreateGuide();
        using var svi = new Svi(
            model, guide, Objective.Elbo(), parameters => optim.Adam(parameters, lr: 0.05), new SviSettings { Reporter = ITrainingReporter.Quiet });
        using var data = Dataset.From("points", ("x", randn(64, 4)));
        svi.Fit(data, epochs: 1, batchSize: 16);
        var before = Divergence(svi);
        svi.Fit(data, epochs: 60, batchSize: 16);
        Assert.True(before > 0.5, $"{before}");
        Assert.InRange(Divergence(svi), 0, 1e-3);

        // In closed form, so without noise: the prior is not where the guide begins.
        double Divergence(Svi trained) =>
            Evaluate.Bound(model, guide, data, trained.Objective).Parts.Single(part => part.Site == "spare").Value;
    }

    private static float[] Train(string name, Objective objective, long seed)
    {
        using var pass = Pass.Prepare(Models.Get(name), type: ScalarType.Float32, disturb: 0);
        using var svi = new Svi(pass.Model, pass.Guide, objective, settings: new SviSettings { Seed = seed, Reporter = ITrainingReporter.Quiet });
        for (var step = 0; step < 20; step++) svi.Step(pass.Batch);
        return [.. pass.Model.parameters().Concat(pass.Guide.parameters()).SelectMany(parameter => parameter.data<float>().ToArray())];
    }
}
