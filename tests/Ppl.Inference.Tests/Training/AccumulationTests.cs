using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>Several batches in one step are one large batch in the memory of a small one.</summary>
public sealed class AccumulationTests
{
    private static readonly double[] Data = [.. Enumerable.Range(0, 30).Select(i => Math.Sin(i * 1.7) * (1 + (i % 4)))];

    /// <summary>Ten rows in batches of 3: 3, 3, 3 and 1. The bound is a mean over rows, so that the short batch counts a third.</summary>
    [Fact]
    public void A_step_of_several_batches_is_the_step_of_one_large_one()
    {
        using var large = new Sample(Data, optimizer: p => optim.SGD(p, 0.3));
        using var small = new Sample(Data, optimizer: p => optim.SGD(p, 0.3));
        large.Svi.Fit(large.Data, epochs: 5, batchSize: 10);
        small.Svi.Fit(small.Data, epochs: 5, batchSize: 3, options: new FitOptions { BatchesPerStep = 4 });
        Assert.Equal(5, small.Svi.Steps);
        Near(large.Mean, small.Mean);
        Near(large.LogScale, small.LogScale);
        Near([.. large.Recorder.Steps.Select(s => s.Bound)], [.. small.Recorder.Steps.Select(s => s.Bound)]);
        Near([.. large.Recorder.Steps.Select(s => s.GradientNorm)], [.. small.Recorder.Steps.Select(s => s.GradientNorm)]);
        Near([.. large.Recorder.Shown.Select(e => e.Training.Bound)], [.. small.Recorder.Shown.Select(e => e.Training.Bound)]);
    }

    /// <summary>The last step of an epoch has the batches that are left: 2 and 2 and 1 of five.</summary>
    [Fact]
    public void The_last_step_of_an_epoch_has_what_is_left()
    {
        using var large = new Sample(Data, optimizer: p => optim.SGD(p, 0.3));
        using var small = new Sample(Data, optimizer: p => optim.SGD(p, 0.3));
        large.Svi.Fit(large.Data, epochs: 2, batchSize: 4);
        small.Svi.Fit(small.Data, epochs: 2, batchSize: 2, options: new FitOptions { BatchesPerStep = 2 });
        Assert.Equal(6, small.Svi.Steps);
        Assert.Equal([2, 4, 5, 2, 4, 5], small.Recorder.Steps.Select(s => s.Batch));
        Near(large.Mean, small.Mean);
        Near(large.LogScale, small.LogScale);
    }

    [Fact]
    public void Each_batch_has_noise_of_its_own()
    {
        using var one = new Run();
        var seen = new Bounds();
        one.Fit(1, new FitOptions { BatchesPerStep = 4, Callbacks = [seen] });
        Assert.Equal(1, one.Svi.Steps);
        Assert.Equal(4, seen.Begun);
        Assert.Equal(1, seen.Gradients);
        using var apart = new Run(optimizer: p => optim.SGD(p, 0));
        apart.Fit(1);
        using var together = new Run(optimizer: p => optim.SGD(p, 0));
        together.Fit(1, new FitOptions { BatchesPerStep = 2 });

        // The first batch of the first step has the noise that it has alone; the second one none of another batch.
        var pair = ((16 * apart.Recorder.Steps[0].Bound) + (16 * apart.Recorder.Steps[1].Bound)) / 32;
        Assert.NotEqual(pair, together.Recorder.Steps[0].Bound);
        Assert.Equal(pair, together.Recorder.Steps[0].Bound, 0);
    }

    [Fact]
    public void A_part_that_is_not_finite_refuses_the_whole_step()
    {
        using var run = new Sample([.. Data[..24], .. Enumerable.Repeat(1e200, 6)], optimizer: p => optim.SGD(p, 0.3));
        var fault = Assert.Throws<NonFiniteException>(
            () => run.Svi.Fit(run.Data, epochs: 1, batchSize: 1, options: new FitOptions { BatchesPerStep = 10 }));
        Assert.Contains("step 1: ", fault.Message, StringComparison.Ordinal);
        Assert.Equal([0, 0, 0], run.Mean);
        Assert.Equal(0, run.Svi.Steps);
    }

    [Fact]
    public void A_count_that_means_nothing_is_refused()
    {
        using var run = new Run();
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Fit(1, new FitOptions { BatchesPerStep = 0 }));
        Assert.Equal(
            "options.BatchesPerStep puts batches of an epoch together; a step of a fit by steps is on all data.",
            Assert.Throws<PplArgumentException>(() => run.Svi.Fit([run.Values], 3, new FitOptions { BatchesPerStep = 2 })).Message);
    }

    private static void Near(double[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-12));
    }

    private sealed class Bounds : ITrainingCallback
    {
        public int Begun { get; private set; }

        public int Gradients { get; private set; }

        public void OnStepBegin(Svi svi, Batch batch) => Begun++;

        public void OnGradient(Svi svi, ObjectiveResult result) => Gradients++;
    }
}
