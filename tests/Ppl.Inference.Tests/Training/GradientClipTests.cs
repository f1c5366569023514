using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

public sealed class GradientClipTests
{
    /// <summary>Plain gradient descent with rate 1: the update is the clipped gradient itself.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(1e6)]
    public void The_norm_of_all_gradients_together_is_bounded(double bound)
    {
        var (gradient, update, norm) = Update(GradientClip.ByNorm(bound));
        var length = Math.Sqrt(gradient.Sum(g => g * g));
        Assert.Equal(length, norm, 1e-9);
        var factor = Math.Min(1, bound / (length + 1e-6));
        Assert.All(gradient.Zip(update), p => Assert.Equal(factor * p.First, p.Second, 1e-9));
        Assert.True(Math.Sqrt(update.Sum(u => u * u)) <= bound);
    }

    [Fact]
    public void Each_number_is_bounded()
    {
        // Half of the numbers are above the bound.
        var bound = Update(null).Gradient.Select(Math.Abs).Order().ElementAt(20);
        var (gradient, update, norm) = Update(GradientClip.ByValue(bound));
        Assert.Equal(Math.Sqrt(gradient.Sum(g => g * g)), norm, 1e-9);
        Assert.All(gradient.Zip(update), p => Assert.Equal(Math.Clamp(p.First, -bound, bound), p.Second, 1e-9));
        Assert.Equal(20, update.Count(u => Math.Abs(u) < 0.999 * bound));
    }

    [Fact]
    public void Without_a_clip_the_gradient_is_applied_bit_for_bit()
    {
        var (gradient, _, norm) = Update(null);
        Assert.Equal(Math.Sqrt(gradient.Sum(g => g * g)), norm, 1e-9);
        using var loose = new Run(settings: new SviSettings { Clip = GradientClip.ByNorm(1e6) });
        using var free = new Run();
        loose.Fit(3);
        free.Fit(3);
        Assert.Equal(free.Parameters(), loose.Parameters());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_bound_that_is_none_is_refused_by_name(double bound)
    {
        Assert.Equal("maxNorm", Assert.Throws<ArgumentOutOfRangeException>(() => GradientClip.ByNorm(bound)).ParamName);
        Assert.Equal("maxValue", Assert.Throws<ArgumentOutOfRangeException>(() => GradientClip.ByValue(bound)).ParamName);
    }

    [Fact]
    public void An_infinite_gradient_is_refused_rather_than_clipped()
    {
        foreach (var clip in new[] { GradientClip.ByNorm(1), GradientClip.ByValue(1) })
        {
            using var model = new RootAtZero();
            using var guide = model.CreateGuide();
            using var x = Ppca.Data(20);
            using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet, Clip = clip });
            var fault = Assert.Throws<NonFiniteException>(() => svi.Step(x));
            Assert.Contains("'spread' of the model", fault.Message, StringComparison.Ordinal);
            Assert.Equal("x", fault.Site);
        }
    }

    [Fact]
    public void A_gradient_whose_square_overflows_is_refused_before_Adam_squares_it()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        using var guide = model.CreateGuide();
        var pixels = zeros(8, 64);
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        using var data = Data.Dataset.From(pixels);
        var options = new FitOptions { Callbacks = [new Scale(1e25)] };
        var fault = Assert.Throws<NonFiniteException>(() => svi.Fit(data, 1, 8, options: options));
        Assert.Contains("step 1", fault.Message, StringComparison.Ordinal);
        Assert.Contains("callback", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, svi.Steps);
    }

    private static (double[] Gradient, double[] Update, double Norm) Update(GradientClip? clip)
    {
        using var run = new Run(optimizer: p => optim.SGD(p, 1), settings: new SviSettings { Clip = clip });
        using (manual_seed(43)) run.Guide.Prepare(run.Guide.Batch(run.Values));
        var before = run.Parameters();
        var kept = new Keep(run);
        run.Svi.Fit(run.Data, 1, batchSize: 50, options: new FitOptions { Callbacks = [kept] });
        return (kept.Gradient, [.. before.Zip(run.Parameters(), (a, b) => a - b)], run.Svi.GradientNorm!.Value);
    }

    private sealed class Keep(Run run) : ITrainingCallback
    {
        public double[] Gradient { get; private set; } = [];

        public void OnGradient(Svi svi, ObjectiveResult result) =>
            Gradient = [.. run.Model.parameters().Concat(run.Guide.parameters()).SelectMany(p => p.grad!.data<double>().ToArray())];
    }

    private sealed class Scale(double factor) : ITrainingCallback
    {
        public void OnGradient(Svi svi, ObjectiveResult result)
        {
            foreach (var p in svi.Model.parameters()) p.grad!.mul_(factor);
        }
    }
}
