using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>Averages of the weights, and measuring by them.</summary>
public sealed class AverageTests
{
    private static readonly double[] Data = [1, 2, 3, 5, 7, 9];

    [Fact]
    public void The_exponential_average_is_the_recursion()
    {
        using var run = new Sample(Data, new SviSettings { Average = WeightAverage.Exponential(0.9) }, p => optim.SGD(p, 0.1));
        double[]? expected = null;
        for (var step = 0; step < 5; step++)
        {
            run.Svi.Step(run.Values);
            expected = expected is null ? run.Mean : [.. expected.Zip(run.Mean, (average, now) => (0.9 * average) + (0.1 * now))];
        }

        Same(run, expected!);
    }

    [Fact]
    public void The_mean_is_over_the_steps_that_count()
    {
        using var run = new Sample(Data, new SviSettings { Average = WeightAverage.Uniform(from: 3, every: 2) }, p => optim.SGD(p, 0.1));
        var counted = new List<double[]>();
        for (var step = 1; step <= 8; step++)
        {
            run.Svi.Step(run.Values);
            if (step is 3 or 5 or 7) counted.Add(run.Mean);
            if (step == 2) Same(run, run.Mean);
        }

        Same(run, [.. Enumerable.Range(0, 3).Select(d => counted.Average(mean => mean[d]))]);
    }

    [Fact]
    public void Measuring_is_by_the_average_and_training_by_the_weights()
    {
        using var run = new Sample(Data, new SviSettings { Average = WeightAverage.Exponential(0.9) }, p => optim.SGD(p, 0.1));
        using var plain = new Sample(Data, optimizer: p => optim.SGD(p, 0.1));
        run.Svi.Fit(run.Data, 3, 2, heldOut: run.Data);
        plain.Svi.Fit(plain.Data, 3, 2);
        Assert.Equal(plain.Mean, run.Mean);
        double averaged;
        using (run.Svi.UseAverage())
        {
            averaged = Evaluate.Bound(run.Model, run.Guide, run.Data, Objective.Elbo()).Bound;
            Assert.Equal(averaged, run.Svi.Evaluate(run.Data).Bound);
        }

        Assert.Equal(averaged, run.Svi.Evaluate(run.Data).Bound);
        Assert.Equal(averaged, run.Recorder.Shown[^1].HeldOut!.Bound);
        Assert.NotEqual(averaged, Evaluate.Bound(run.Model, run.Guide, run.Data, Objective.Elbo()).Bound);
        Assert.Equal(plain.Mean, run.Mean);
    }

    [Fact]
    public void While_the_average_is_in_use_nothing_is_trained()
    {
        using var run = new Sample(Data, new SviSettings { Average = WeightAverage.Exponential(0.9) });
        run.Svi.Step(run.Values);
        const string Refused = "the averaged weights are in use: Step cannot be called before what UseAverage returned is disposed of.";
        using (run.Svi.UseAverage())
        {
            Assert.Equal(Refused, Assert.Throws<PplArgumentException>(() => run.Svi.Step(run.Values)).Message);
            Assert.Throws<PplArgumentException>(() => run.Svi.UseAverage());
            Assert.Throws<PplArgumentException>(() => run.Svi.Save("never.ckpt"));
        }

        run.Svi.Step(run.Values);
        using var none = new Sample(Data);
        Assert.Equal(
            "this engine keeps no average of its weights: set SviSettings.Average.",
            Assert.Throws<PplArgumentException>(() => none.Svi.UseAverage()).Message);
    }

    [Fact]
    public void The_average_follows_parameters_that_move()
    {
        using var run = new Run(settings: new SviSettings { Average = WeightAverage.Exponential(0.5) });
        run.Fit(1);
        run.Model.to(ScalarType.Float32);
        run.Guide.to(ScalarType.Float32);
        using var values = run.Values.to(ScalarType.Float32);
        run.Svi.Step(values);
        using (run.Svi.UseAverage())
        {
            Assert.Equal(ScalarType.Float32, run.Model.LogNoise.dtype);
        }
    }

    [Fact]
    public void What_is_no_average_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightAverage.Exponential(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightAverage.Exponential(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightAverage.Exponential(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightAverage.Uniform(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightAverage.Uniform(1, 0));
    }

    private static void Same(Sample run, double[] expected)
    {
        var before = run.Mean;
        using (run.Svi.UseAverage())
        {
            Assert.Equal(expected, run.Mean, (a, b) => Math.Abs(a - b) < 1e-12);
        }

        Assert.Equal(before, run.Mean);
    }
}
