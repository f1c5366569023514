using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>One value a channel has no variance: batch norm must not take it for one.</summary>
public sealed class BatchNormTests : IDisposable
{
    private readonly Normalized model = new();
    private readonly Normalized.Guide guide;
    private readonly Tensor values = Ppca.Data(49);
    private readonly Svi svi;

    public BatchNormTests()
    {
        guide = model.CreateGuide();
        svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
    }

    public void Dispose()
    {
        svi.Dispose();
        guide.Dispose();
        model.Dispose();
        values.Dispose();
    }

    [Fact]
    public void A_fit_whose_last_batch_has_one_row_is_refused_before_it_begins()
    {
        using var data = Dataset.From("rows", ("x", values));
        var fault = Assert.Throws<PplArgumentException>(() => svi.Fit(data, 1, 16));
        Assert.Contains("'decoder.norm' of the model", fault.Message, StringComparison.Ordinal);
        Assert.Contains("'rows'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("DropLast", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, svi.Steps);
        Assert.False(guide.IsPrepared);
    }

    [Fact]
    public void A_step_on_one_row_is_refused_and_leaves_the_statistics()
    {
        svi.Step(values);
        var (weights, statistics) = (Weights(), Statistics());
        using var row = values.narrow(0, 0, 1);
        var fault = Assert.Throws<PplArgumentException>(() => svi.Step(row));
        Assert.Contains("'decoder.norm' of the model", fault.Message, StringComparison.Ordinal);
        Assert.Equal(weights, Weights());
        Assert.Equal(statistics, Statistics());
        Assert.True(double.IsFinite(svi.Step(values).Bound));
    }

    [Fact]
    public void A_refused_step_leaves_the_statistics()
    {
        svi.Step(values);
        var statistics = Statistics();
        using var bad = values.clone();
        bad[3, 1] = double.PositiveInfinity;
        Assert.Throws<NonFiniteException>(() => svi.Step(bad));
        Assert.Equal(statistics, Statistics());
    }

    [Fact]
    public void Frozen_layers_take_single_rows()
    {
        svi.Step(values);
        foreach (var (_, module) in model.named_modules()) module.eval();
        using var row = values.narrow(0, 0, 1);
        Assert.True(double.IsFinite(svi.Step(row).Bound));
    }

    /// <summary>There is no running variance that could become NaN: the layer would give its bias, whatever the row.</summary>
    [Fact]
    public void A_layer_without_running_statistics_is_refused_too()
    {
        using var scope = NewDisposeScope();
        using var plain = new AnyDecoder(nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8, track_running_stats: false), nn.Linear(8, 64)));
        using var encoder = plain.CreateGuide();
        using var engine = new Svi(plain, encoder, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var fault = Assert.Throws<PplArgumentException>(() => engine.Step(zeros(1, 64)));
        Assert.StartsWith(
            "the batch of step 1, with one row: BatchNorm1d 'decoder.1' of the model sees one value a channel",
            fault.Message,
            StringComparison.Ordinal);
        Assert.False(encoder.IsPrepared);
        engine.Step(zeros(4, 64));
        Assert.Throws<PplArgumentException>(() => engine.Step(zeros(1, 64)));
        Assert.Equal(1, engine.Steps);
    }

    /// <summary>Instance norm is over the places of one row: with one place it gives its bias, however many rows there are.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Instance_norm_over_one_place_is_refused_whatever_the_rows(bool running)
    {
        using var scope = NewDisposeScope();
        var norm = nn.InstanceNorm1d(8, track_running_stats: running);
        using var narrow = new AnyDecoder(nn.Sequential(nn.Linear(3, 8), nn.Unflatten(1, [8, 1]), norm, nn.Flatten(), nn.Linear(8, 64)));
        using var encoder = narrow.CreateGuide();
        using var engine = new Svi(narrow, encoder, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var fault = Assert.Throws<PplArgumentException>(() => engine.Step(zeros(4, 64)));
        Assert.StartsWith(
            "the batch of step 1, with 4 rows: InstanceNorm1d 'decoder.2' of the model sees one value a channel",
            fault.Message,
            StringComparison.Ordinal);
        using var data = Dataset.From(zeros(20, 64));
        Assert.ThrowsAny<PplException>(() => engine.Fit(data, 1, 10));
        Assert.Equal(0, engine.Steps);
        Assert.False(encoder.IsPrepared);
    }

    private double[] Weights() => [.. model.parameters().Concat(guide.parameters()).SelectMany(p => p.detach().data<double>().ToArray())];

    private double[] Statistics() => [.. model.named_buffers().SelectMany(b => b.Item2.to(ScalarType.Float64).data<double>().ToArray())];
}
