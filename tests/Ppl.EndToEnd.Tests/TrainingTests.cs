using Ppl.Contracts;
using Ppl.Data;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Training of every model: no tensor is left behind, and the same seed gives the same bits.</summary>
public sealed class TrainingTests
{
    /// <summary>
    /// How far a model is trained, and the draws whose mean its bound is measured by: the same noise before training and after it. Means over steps do
    /// not tell: outer latents draw once a step, and what they give a bound is of the size of what few steps raise it by.
    /// </summary>
    private static (int Steps, GradientClip? Clip, int Draws) Effort(string name) => name switch
    {
        // The gradient of (theta - mu)^2 / tau^2 has a heavy tail. After the rare draw of a small tau Adam would go far the same way for many steps,
        // and be slow for long: such gradients are clipped. With 20 particles and without a clip the bound rises too.
        "EightSchools" => (200, GradientClip.ByNorm(1), 200),
        _ => (60, null, 20),
    };

    public static TheoryData<string> Names => Models.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Live_tensors_stay_flat(string name)
    {
        foreach (var (title, objective) in InTurn(name))
        {
            using var pass = Pass.Prepare(Models.Get(name), type: ScalarType.Float32, disturb: 0);
            using var svi = new Svi(pass.Model, pass.Guide, objective, settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
            for (var step = 1; step <= 10; step++) svi.Step(pass.Batch);
            var live = LiveTensors.Count;
            for (var step = 11; step <= 20; step++)
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
        foreach (var (title, objective) in InTurn(name))
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
        var (steps, clip, draws) = Effort(name);
        foreach (var (title, objective) in InTurn(name))
        {
            using var pass = Pass.Prepare(Models.Get(name), rows: 16, type: ScalarType.Float32, disturb: 0);
            var settings = new SviSettings { Clip = clip, Reporter = ITrainingReporter.Quiet };
            using var svi = new Svi(pass.Model, pass.Guide, objective, parameters => optim.Adam(parameters, lr: 2e-3), settings);
            var before = Bound(objective, pass, draws);
            for (var step = 0; step < steps; step++) Assert.True(double.IsFinite(svi.Step(pass.Batch).Bound), title);
            var after = Bound(objective, pass, draws);
            Assert.True(after > before, $"{title}: {before:F4} became {after:F4}");
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

    /// <summary>Every bound that means something for a model: importance weights of the rows where they have a latent, else of everything.</summary>
    private static Dictionary<string, Objective> Objectives(string name)
    {
        using var model = Models.Get(name).Create();
        var isJoint = ((IGeneratedModel)model).Plan.Latents.All(site => !site.IsLocal);
        return new()
        {
            ["ELBO"] = Objective.Elbo(),
            ["ELBO, sticking the landing"] = Objective.Elbo(2, gradient: GradientForm.StickingTheLanding),
            ["IWAE"] = Objective.Iwae(3, joint: isJoint),
            ["IWAE, sticking the landing"] = Objective.Iwae(3, GradientForm.StickingTheLanding, isJoint),
            ["IWAE, doubly reparameterized"] = Objective.Iwae(3, GradientForm.DoublyReparameterized, isJoint),
        };
    }

    /// <summary>The ELBO, and another bound by turns from model to model: the tests of gradients have all of them.</summary>
    private static IEnumerable<KeyValuePair<string, Objective>> InTurn(string name) =>
        Objectives(name).Where((_, i) => i == 0 || i == 1 + (name.Length % 4));

    private static double Bound(Objective objective, Pass pass, int draws)
    {
        using (manual_seed(8))
        {
        }

        return Enumerable.Range(0, draws).Average(_ =>
        {
            using var result = objective.Evaluate(pass.Guide, pass.Batch);
            return result.Bound;
        });
    }

    private static float[] Train(string name, Objective objective, long seed)
    {
        using var pass = Pass.Prepare(Models.Get(name), type: ScalarType.Float32, disturb: 0);
        using var svi = new Svi(pass.Model, pass.Guide, objective, settings: new SviSettings { Seed = seed, Reporter = ITrainingReporter.Quiet });
        for (var step = 0; step < 5; step++) svi.Step(pass.Batch);
        return [.. pass.Model.parameters().Concat(pass.Guide.parameters()).SelectMany(parameter => parameter.data<float>().ToArray())];
    }
}
