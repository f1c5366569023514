using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

public sealed class SviTests
{
    [Theory]
    [InlineData(1, GradientForm.Plain)]
    [InlineData(5, GradientForm.DoublyReparameterized)]
    public void The_same_seed_gives_the_same_bits(int particles, GradientForm gradient)
    {
        using var first = new Run(Objective.Iwae(particles, gradient), seed: 3);
        using var second = new Run(Objective.Iwae(particles, gradient), seed: 3);
        using var other = new Run(Objective.Iwae(particles, gradient), seed: 4);
        foreach (var run in new[] { first, second, other })
        {
            // The guide's weights are drawn here, alike; the step's noise has the seed of the engine.
            using var weights = manual_seed(43);
            run.Svi.Step(run.Values);
        }

        Assert.Equal(first.Parameters(), second.Parameters());
        Assert.NotEqual(first.Parameters(), other.Parameters());
        first.Svi.Fit(first.Data, epochs: 3, batchSize: 16);

        // Noise in between is the user's own affair.
        randn(17).Dispose();
        second.Svi.Fit(second.Data, epochs: 3, batchSize: 16);
        Assert.Equal(first.Parameters(), second.Parameters());
        Assert.Equal(first.Recorder.Steps.Select(s => s.Bound), second.Recorder.Steps.Select(s => s.Bound));
    }

    /// <summary>
    /// The other tests run on one thread. Here 3,000 rows of 16 and of 64 numbers are past the 32,768 from which libtorch divides an
    /// operator's work among threads, and with it the order of sums.
    /// </summary>
    [Theory]
    [InlineData("Fit")]
    [InlineData("Step")]
    [InlineData("Step of a batch")]
    [InlineData("Save")]
    [InlineData("Restore")]
    [InlineData("SwitchObjective")]
    [InlineData("Objective")]
    public void A_disposed_engine_neither_trains_nor_saves_nor_restores(string member)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.ckpt");
        using var run = new Run();
        run.Fit(1);
        run.Svi.Save(path);
        var file = File.ReadAllBytes(path);
        var before = run.Parameters();
        run.Svi.Dispose();
        Assert.Throws<ObjectDisposedException>(() =>
        {
            if (member == "Fit") run.Fit(1);
            else if (member == "Step") run.Svi.Step(run.Values);
            else if (member == "Step of a batch") run.Svi.Step(run.Guide.Batch(run.Values));
            else if (member == "Save") run.Svi.Save(path);
            else if (member == "Restore") run.Svi.Restore(path);
            else if (member == "SwitchObjective") run.Svi.SwitchObjective(Objective.Iwae(2), resetOptimizer: true);
            else run.Svi.Objective = Objective.Iwae(2);
        });
        Assert.Equal(before, run.Parameters());
        Assert.Equal(file, File.ReadAllBytes(path));
        Assert.Equal(4, run.Svi.Steps);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_on_several_threads()
    {
        var before = get_num_threads();
        set_num_threads(2);
        try
        {
            Assert.Equal(Train(noise: 1), Train(noise: 17));
        }
        finally
        {
            set_num_threads(before);
        }

        static float[] Train(long noise)
        {
            using var scope = NewDisposeScope();
            using var weights = manual_seed(5);
            using var model = new SmallVae();
            using var guide = model.CreateGuide();
            var x = bernoulli(full(600, 64, 0.3f));
            using var svi = new Svi(model, guide, Objective.Iwae(5), settings: new SviSettings { Seed = 3, Reporter = ITrainingReporter.Quiet });
            svi.Step(x);
            randn(noise);
            svi.Step(x);
            return [.. model.parameters().Concat(guide.parameters()).SelectMany(p => p.data<float>().ToArray())];
        }
    }

    [Fact]
    public void Live_tensors_are_as_many_after_step_110_as_after_step_10()
    {
        using var run = new Run();
        run.Fit(1);
        foreach (var objective in new[] { Objective.Elbo(), Objective.Iwae(5), Objective.Iwae(5, GradientForm.DoublyReparameterized) })
        {
            run.Svi.Objective = objective;
            var counts = new List<long>();
            for (var step = 1; step <= 110; step++)
            {
                run.Svi.Step(run.Values);
                if (step is 10 or 110) counts.Add(LiveTensors.Count);
            }

            Assert.Equal(counts[0], counts[1]);
        }
    }

    [Fact]
    public void A_fit_leaves_no_tensors_behind()
    {
        using var run = new Run();
        run.Fit(1);
        var before = LiveTensors.Count;
        run.Fit(5);
        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void Switching_the_objective_keeps_networks_and_moments_and_says_so()
    {
        using var kept = new Run();
        using var reset = new Run();
        kept.Fit(2);
        reset.Fit(2);
        var before = kept.Parameters();
        kept.Svi.Objective = Objective.Iwae(10);
        reset.Svi.SwitchObjective(Objective.Iwae(10), resetOptimizer: true);
        Assert.Equal(before, kept.Parameters());
        Assert.Equal(before, reset.Parameters());
        Assert.Contains(kept.Recorder.Messages, m => m.Contains("ELBO -> IWAE(10); networks and Adam state kept", StringComparison.Ordinal));
        Assert.Contains(reset.Recorder.Messages, m => m.Contains("ELBO -> IWAE(10); Adam starts anew, networks kept", StringComparison.Ordinal));

        // The first step of a new Adam is its rate in every coordinate; that of one with moments is not.
        kept.Svi.Step(kept.Values);
        reset.Svi.Step(reset.Values);
        Assert.All(before.Zip(reset.Parameters()), p => Assert.Equal(1e-3, Math.Abs(p.First - p.Second), 6));
        Assert.NotEqual(kept.Parameters(), reset.Parameters());
    }

    [Fact]
    public void The_learning_rate_follows_its_schedule()
    {
        var settings = new SviSettings { Schedule = optimizer => optim.lr_scheduler.StepLR(optimizer, step_size: 2, gamma: 0.1) };
        using var run = new Run(settings: settings);
        run.Fit(1);
        Assert.Equal(1e-3, run.Svi.LearningRate!.Value, 12);
        run.Fit(1);
        Assert.Equal(1e-4, run.Svi.LearningRate!.Value, 12);
    }

    [Fact]
    public void Reports_are_means_over_the_rows()
    {
        using var run = new Run();
        var result = run.Fit(2, new FitOptions { Callbacks = [run.Recorder] });
        var steps = run.Recorder.Steps;
        Assert.Equal([16, 32, 48, 50, 16, 32, 48, 50], steps.Select(s => s.Totals.Rows));
        var mean = ((16 * (steps[0].Bound + steps[1].Bound + steps[2].Bound)) + (2 * steps[3].Bound)) / 50;
        Assert.Equal(mean, result.Epochs[0].Training.Bound, 9);
        Assert.Equal([1, 2], result.Epochs.Select(e => e.Epoch));
        Assert.Equal(["KL z", "log p(x)"], result.Epochs[0].Training.Parts.Select(p => p.Label));
        Assert.Equal(result.Epochs, run.Recorder.Epochs);
        Assert.Equal(result.Epochs, run.Recorder.Shown);
        Assert.False(result.Interrupted);
    }

    [Fact]
    public void A_held_out_set_is_evaluated_without_training_on_it()
    {
        using var with = new Run();
        using var without = new Run();
        using var heldOut = Dataset.From(Ppca.Data(30, seed: 9));
        using (manual_seed(43))
        {
            var result = with.Svi.Fit(with.Data, epochs: 2, batchSize: 16, heldOut);
            Assert.All(result.Epochs, e => Assert.True(double.IsFinite(e.HeldOut!.Bound)));
        }

        without.Fit(2);
        Assert.Equal(without.Parameters(), with.Parameters());
    }

    [Fact]
    public void Thirty_epochs_raise_the_bound()
    {
        using var run = new Run();
        var result = run.Fit(30);
        Assert.True(result.Last!.Training.Bound > result.Epochs[0].Training.Bound + 1);
    }

    [Fact]
    public void A_guide_of_another_model_is_refused()
    {
        using var model = new LinearGaussian(2, 5);
        using var other = new LinearGaussian(2, 5);
        using var guide = other.CreateGuide();
        Assert.Throws<ArgumentException>(() => new Svi(model, guide, Objective.Elbo()));
    }
}
