using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Predictions of sites that depend on latents outside the rows alone: the same in each row, another in each sample.</summary>
public sealed class PredictionTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Samples_stand_before_the_rows(int rows)
    {
        using var scope = NewDisposeScope();
        var model = new EventCounts();
        var predicted = model.Predict(new EventCounts.Latents(tensor(new[] { 1f, 100f, 10_000f })) { Particles = 3 }, rows).y;
        Assert.Equal([3, rows], predicted.Value.shape);
        Assert.Equal(
            Enumerable.Repeat(1f, rows).Concat(Enumerable.Repeat(100f, rows)).Concat(Enumerable.Repeat(10_000f, rows)), predicted.Mean.data<float>());

        // A table of each sample at each row, as for a pointwise predictive density.
        var y = arange(1, rows + 1, dtype: ScalarType.Float32);
        var table = predicted.Distribution.LogProb(y);
        Assert.Equal([3, rows], table.shape);
        Assert.Equal(model.LogDensity(100, 2), table[1, 1].ToDouble(), 1e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_hidden_Markov_series_with_latent_emissions_is_predicted(int samples)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var model = new Hidden();
        var guide = model.CreateGuide();
        var x = randn(6, 5);
        guide.Prepare(guide.Batch(x));
        var posterior = guide.Posterior(x, samples: samples);
        var predicted = model.Predict(posterior, 7).x;
        Assert.Equal([samples, 7, 5], predicted.Value.shape);
        var last = new HiddenMarkov(5, model.Start, model.Next, new Normal(posterior.m[samples - 1], 0.7));
        Assert.Equal(last.LogProb(x[0]).ToDouble(), predicted.Distribution.LogProb(x[0])[samples - 1, 0].ToDouble(), 1e-4);
    }
}

internal sealed partial class EventCounts : GenerativeModel
{
    [Model]
    private void Generate(Tensor y)
    {
        var rate = Sample(Gamma(2, 1));
        using var data = Plate(y);
        Observe(y, Poisson(rate));
    }

    public double LogDensity(double rate, double count)
    {
        using var density = Poisson(rate).LogProb(tensor(count));
        return density.ToDouble();
    }
}

internal sealed partial class Hidden : GenerativeModel
{
    public readonly Tensor Start = tensor(new[] { 0.6f, 0.4f });
    public readonly Tensor Next = tensor(new[,] { { 0.9f, 0.1f }, { 0.3f, 0.7f } });

    [Model]
    private void Generate(Tensor x)
    {
        var m = Sample(Normal(0, 2).Expand(2));
        using var series = Plate(x);
        Observe(x, HiddenMarkov(5, Start, Next, Normal(m, 0.7)));
    }
}
