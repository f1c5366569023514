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

    private double[] Weights() => [.. model.parameters().Concat(guide.parameters()).SelectMany(p => p.detach().data<double>().ToArray())];

    private double[] Statistics() => [.. model.named_buffers().SelectMany(b => b.Item2.to(ScalarType.Float64).data<double>().ToArray())];
}
