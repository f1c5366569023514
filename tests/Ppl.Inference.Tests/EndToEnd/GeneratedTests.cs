using Ppl.Contracts;
using Ppl.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.EndToEnd;

/// <summary>Generated code, from the user's method to a trained model.</summary>
public sealed class GeneratedTests
{
    public static TheoryData<string> Names => [nameof(SmallVae), nameof(SmallHierarchy), nameof(SmallLadder), nameof(SmallConditional)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Terms_and_gradients_agree_with_the_interpreter(string name)
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(8);
        using var model = Create(name, ScalarType.Float64);
        using var guide = ((IGeneratedModel)model).CreateGuide();
        var batch = guide.Batch(Rows(guide.Plan, 7, ScalarType.Float64));
        guide.Prepare(batch);
        var latents = guide.Terms(guide.Draw(batch, 1), TermForm.Sampled).Where(t => t.Guide is not null).Select(t => t.Site.Name).ToArray();
        ParityTests.Agree(model, guide, batch, latents, particles: 1);
        ParityTests.Agree(model, guide, batch, latents, particles: 3);
    }

    [Fact]
    public void Parentheses_around_a_distribution_mean_nothing()
    {
        using var scope = NewDisposeScope();
        using var model = new Parenthesized();
        using var guide = model.CreateGuide();
        var batch = guide.Batch(rand(7, 64).round());
        guide.Prepare(batch);
        Assert.Equal(["z", "x"], Interpretation.Interpreter.Run(guide, batch).Select(site => site.Name));
        Assert.Equal(["z", "x"], Interpretation.Interpreter.Simulate(model, [3]).Select(site => site.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_raises_each_bound_without_leaks(string name)
    {
        foreach (var objective in new[]
        {
            Objective.Elbo(),
            Objective.Elbo(gradient: GradientForm.StickingTheLanding),
            Objective.Iwae(5),
            Objective.Iwae(5, GradientForm.DoublyReparameterized),
        })
        {
            using var scope = NewDisposeScope();
            using var seed = manual_seed(8);
            using var model = Create(name, ScalarType.Float32);
            using var guide = ((IGeneratedModel)model).CreateGuide();
            var columns = Rows(guide.Plan, 64, ScalarType.Float32);
            using var svi = new Svi(model, guide, objective, p => optim.Adam(p, lr: 0.01), new SviSettings { Reporter = ITrainingReporter.Quiet });
            var first = svi.Step(columns).Bound;
            for (var i = 0; i < 9; i++) svi.Step(columns);
            var live = LiveTensors.Count;
            for (var i = 0; i < 100; i++) svi.Step(columns);
            Assert.Equal(live, LiveTensors.Count);
            Assert.True(svi.Step(columns).Bound > first, $"{objective}");
        }
    }

    [Fact]
    public void Evaluation_knows_covariates_and_layers()
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(8);
        using var model = new SmallConditional();
        using var guide = model.CreateGuide();
        var columns = Rows(((IGeneratedModel)model).Plan, 12, ScalarType.Float32);
        using var data = Dataset.From("pairs", ("x", columns[0]), ("label", columns[1]));
        var nll = Evaluate.NegativeLogLikelihood(model, guide, data, samples: 20);
        Assert.Equal(12, nll.PerDatum.Count);
        Assert.Equal(["z"], Evaluate.ActiveUnits(model, guide, data, samples: 3).Select(u => u.Site));
        Assert.Equal([4, 64], Evaluate.PriorSamples(model, 4, covariates: [columns[1].narrow(0, 0, 4)]).Mean.shape);
        Assert.Equal([12, 64], Evaluate.Reconstructions(model, guide, columns).Mean.shape);
        Assert.Equal([6, 64], Evaluate.Interpolate(model, guide, First(columns, 2), First(columns, 2), steps: 3).Mean.shape);
        Assert.Equal([5, 64], Evaluate.Traverse(model, guide, First(columns, 1), "z", 0, [-2, -1, 0, 1, 2]).Mean.shape);

        using var ladder = new SmallLadder();
        using var inverse = ladder.CreateGuide();
        using var images = Dataset.From(columns[0]);
        Assert.Equal(["h[0]", "h[1]", "h[2]"], Evaluate.ActiveUnits(ladder, inverse, images, samples: 3).Select(u => u.Site));
        Assert.Equal([3, 64], Evaluate.Traverse(ladder, inverse, [columns[0].narrow(0, 0, 1)], "h[2]", 1, [-1, 0, 1]).Mean.shape);
    }

    [Fact]
    public void Batch_statistics_over_particles_and_dropout_along_the_path_are_refused()
    {
        using var model = new SmallHierarchy();
        using var seen = model.CreateGuide(h1: Sequential(Linear(64, 8), BatchNorm1d(8)));
        using var folded = model.CreateGuide(h2: Sequential(Linear(4, 8), BatchNorm1d(8)));
        using var masked = model.CreateGuide(h1: Sequential(Linear(64, 8), Dropout(0.5)));
        var quiet = new SviSettings { Reporter = ITrainingReporter.Quiet };

        // q(h1 | x) sees B rows, however many particles; q(h2 | h1) sees K·B.
        using var allowed = new Svi(model, seen, Objective.Iwae(5), settings: quiet);
        using var one = new Svi(model, folded, Objective.Elbo(), settings: quiet);
        var fault = Assert.Throws<PplArgumentException>(() => one.Objective = Objective.Iwae(5));
        Assert.Contains("'h2.network.1' of the guide is a BatchNorm1d", fault.Message, StringComparison.Ordinal);
        Assert.Equal("ELBO", one.Objective.ToString());

        using var plain = new Svi(model, masked, Objective.Iwae(5), settings: quiet);
        fault = Assert.Throws<PplArgumentException>(() => plain.Objective = Objective.Iwae(5, GradientForm.DoublyReparameterized));
        Assert.Contains("another mask", fault.Message, StringComparison.Ordinal);
    }

    private static GenerativeModel Create(string name, ScalarType dtype) => name switch
    {
        nameof(SmallVae) => new SmallVae(dtype),
        nameof(SmallHierarchy) => new SmallHierarchy(dtype),
        nameof(SmallLadder) => new SmallLadder(dtype),
        _ => new SmallConditional(dtype),
    };

    /// <summary>Blocky binary images, and one-hot labels for a covariate.</summary>
    private static Tensor[] Rows(ModelPlan plan, int rows, ScalarType dtype)
    {
        var corner = randint(2, [rows, 1, 2, 2]).to(dtype);
        var image = corner.repeat_interleave(4, 2).repeat_interleave(4, 3).reshape(rows, 64);
        var label = functional.one_hot(randint(10, [rows]), 10).to(dtype);
        return plan.Inputs.Count == 1 ? [image] : [image, label];
    }

    private static Tensor[] First(Tensor[] columns, int rows) => [.. columns.Select(c => c.narrow(0, 0, rows))];
}
