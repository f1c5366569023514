using Ppl.Inference.Tests.EndToEnd;
using Ppl.Inference.Tests.Training;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>Multipliers: what they become, and that checkpoints carry them.</summary>
public sealed class ConstraintTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        folder.Dispose();
        scope.Dispose();
    }

    public static TheoryData<Objective> Remembering => new() { Objective.Constrained(0.5, rate: 0.1), Objective.Geco(-4, rate: 0.01, momentum: 0.8) };

    /// <summary>
    /// The multiplier at the solution is the derivative of the highest reconstruction by δ: known in closed form, and by differences of the closed
    /// form.
    /// </summary>
    [Fact]
    public void The_multiplier_is_the_derivative_of_the_best_reconstruction_by_delta()
    {
        var x = Ppca.Data(40);
        using var model = Ppca.Model();
        const double Known = 2;
        var delta = Tempered.Optimum(model, x, Known).Kl;
        Assert.Equal(Known, Tempered.Multiplier(model, x, delta), 1e-9);
        var (above, below) = (Tempered.Optimum(model, x, Known - 1e-4), Tempered.Optimum(model, x, Known + 1e-4));
        Assert.Equal(Known, (above.Reconstruction - below.Reconstruction) / (above.Kl - below.Kl), 1e-6);

        var (multiplier, state) = Train(model, x, Objective.Constrained(delta, rate: 0.05));
        Assert.Equal(Known, multiplier, 0.05);
        Assert.Equal(delta, state[ObjectiveState.Divergence], 0.1);
        Assert.Equal(0, state[ObjectiveState.Slackness], 0.2);
    }

    [Fact]
    public void A_constraint_that_is_not_active_has_the_multiplier_zero()
    {
        var x = Ppca.Data(40);
        using var model = Ppca.Model();
        var (multiplier, state) = Train(model, x, Objective.Constrained(40, rate: 0.05), steps: 400);
        Assert.True(multiplier < 1e-3, $"{multiplier}");
        Assert.True(state[ObjectiveState.Divergence] < 40);
        Assert.Equal(0, state[ObjectiveState.Slackness], 1e-12);
    }

    /// <summary>The mirror has the reciprocal multiplier at the same solution.</summary>
    [Fact]
    public void Geco_finds_the_lowest_divergence_of_a_reconstruction()
    {
        var x = Ppca.Data(40);
        using var model = Ppca.Model();
        var (kl, reconstruction) = Tempered.Optimum(model, x, 2);
        using var guide = Tempered.Guide(model, x, 1);
        var (multiplier, _) = Train(model, x, Objective.Geco(reconstruction, rate: 0.01, momentum: 0.9), guide: guide);
        Assert.Equal(0.5, multiplier, 0.025);
        using var value = Objective.Elbo(particles: 50).Evaluate(guide, guide.Batch(x));
        Assert.Equal(kl, value.Read().Kl, 0.15);
    }

    [Fact]
    public void The_rules_of_the_multipliers_are_those_of_their_papers()
    {
        var value = new BoundValue(0, [new("x", true, -7), new("z", false, 3), new("w", false, 10) { IsPoint = true }]);
        var constrained = Objective.Constrained(2, rate: 0.1, multiplier: 0.5);
        var next = constrained.At(0).Next(constrained.InitialState, value);
        Assert.Equal(0.6, next[ObjectiveState.Multiplier], 1e-12);
        Assert.Equal(3, next[ObjectiveState.Divergence]);
        Assert.Equal(0.5, next[ObjectiveState.Slackness], 1e-12);
        var low = new BoundValue(0, [new("z", false, 0)]);
        Assert.Equal(0, Objective.Constrained(20, rate: 0.1, multiplier: 0.5).At(0).Next(constrained.InitialState, low)[ObjectiveState.Multiplier]);

        var geco = Objective.Geco(-5, rate: 0.1, momentum: 0.9);
        var first = geco.At(0).Next(geco.InitialState, value);
        Assert.Equal(2, first[ObjectiveState.MovingAverage], 1e-12);
        Assert.Equal(Math.Exp(0.2), first[ObjectiveState.Multiplier], 1e-12);
        var second = geco.At(1, first).Next(first, value with { Parts = [new("x", true, -1)] });
        Assert.Equal((0.9 * 2) - (0.1 * 4), second[ObjectiveState.MovingAverage], 1e-12);
        Assert.Equal(Math.Exp(0.2 + 0.14), second[ObjectiveState.Multiplier], 1e-12);
    }

    [Theory]
    [MemberData(nameof(Remembering))]
    public void A_resumed_run_has_the_multiplier_of_the_uninterrupted_one(Objective objective)
    {
        using var whole = new Run(objective);
        var expected = whole.Fit(8);
        using (var broken = new Run(objective, recorder: new Recorder { StopAfter = 13 }))
        {
            var options = new FitOptions
            {
                Checkpoint = folder.File("run.ckpt"),
                Callbacks = [broken.Recorder],
                Cancellation = broken.Recorder.Stop.Token,
            };
            Assert.True(broken.Fit(8, options).Interrupted);
        }

        using var resumed = new Run(objective);
        resumed.Svi.Restore(folder.File("run.ckpt"));
        Assert.NotEqual(objective.InitialState[ObjectiveState.Multiplier], resumed.Svi.ObjectiveState[ObjectiveState.Multiplier]);
        var found = resumed.Fit(8 - resumed.Svi.Epochs);
        Assert.Equal(whole.Parameters(), resumed.Parameters());
        Assert.Equal(expected.ObjectiveState, found.ObjectiveState);
        Assert.Equal(whole.Svi.ObjectiveState, resumed.Svi.ObjectiveState);
        Assert.Equal(whole.Recorder.Steps.Skip(13).Select(s => s.ObjectiveState), resumed.Recorder.Steps.Select(s => s.ObjectiveState));
        Assert.Equal(expected.ObjectiveState, whole.Recorder.Shown[^1].ObjectiveState);
    }

    [Fact]
    public void A_resumed_warm_up_goes_on_where_it_was()
    {
        var warmUp = Objective.Elbo(beta: Schedule.Linear(0, 1, 25));
        using var whole = new Run(warmUp);
        whole.Fit(8);
        using (var broken = new Run(warmUp))
        {
            broken.Fit(3);
            broken.Svi.Save(folder.File("run.ckpt"));
        }

        using var resumed = new Run(warmUp);
        resumed.Svi.Restore(folder.File("run.ckpt"));
        resumed.Fit(5);
        Assert.Equal(whole.Parameters(), resumed.Parameters());
        using var constant = new Run(Objective.Elbo());
        constant.Fit(8);
        Assert.NotEqual(whole.Parameters(), constant.Parameters());
    }

    [Fact]
    public void Another_objective_begins_its_state_anew()
    {
        var objective = Objective.Constrained(0.5, rate: 0.1);
        using var run = new Run(objective);
        run.Fit(2);
        Assert.NotEqual(1, run.Svi.ObjectiveState[ObjectiveState.Multiplier]);
        run.Svi.Save(folder.File("run.ckpt"));
        run.Svi.Objective = Objective.Elbo();
        Assert.Empty(run.Svi.ObjectiveState);
        run.Svi.Restore(folder.File("run.ckpt"));
        Assert.Empty(run.Svi.ObjectiveState);
        run.Svi.Objective = objective;
        Assert.Equal(1, run.Svi.ObjectiveState[ObjectiveState.Multiplier]);
    }

    [Fact]
    public void The_multiplier_is_in_the_line_of_an_epoch_and_in_the_log()
    {
        var lines = new StringWriter();
        using var run = new Run(Objective.Constrained(0.5, rate: 0.1));
        using var svi = new Svi(
            run.Model, run.Guide, run.Svi.Objective, settings: new SviSettings { Reporter = new TextReporter(lines) });
        svi.Fit(run.Data, 1, 16, options: new FitOptions { Callbacks = [new JsonLinesLog(folder.File("log.jsonl"))] });
        Assert.Matches(@"epoch 1/1  constrained ELBO .*  penalty -?[\d.]+  multiplier [\d.]+  KL [\d.]+  slackness ", lines.ToString());
        Assert.Contains("\"objective_state\":{\"multiplier\":", File.ReadAllText(folder.File("log.jsonl")), StringComparison.Ordinal);
    }

    /// <summary>Trains the guide alone; the mean multiplier over the last quarter of the steps.</summary>
    private static (double Multiplier, IReadOnlyDictionary<string, double> State) Train(
        LinearGaussian model, Tensor x, Objective objective, int steps = 4000, LinearGaussian.Guide? guide = null)
    {
        using var own = Tempered.Guide(model, x, 1);
        guide ??= own;
        foreach (var parameter in model.parameters()) parameter.requires_grad = false;
        var settings = new SviSettings { Reporter = ITrainingReporter.Quiet };
        using var svi = new Svi(model, guide, objective, p => optim.Adam(p, 2e-3), settings);
        var sum = 0.0;
        for (var step = 0; step < steps; step++)
        {
            svi.Step(x);
            if (step >= 3 * steps / 4) sum += svi.ObjectiveState[ObjectiveState.Multiplier] / (steps / 4);
        }

        return (sum, svi.ObjectiveState);
    }
}
