using System.Text.Json.Nodes;
using Ppl.Data;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using Ppl.Inference.Checkpoints;
using Ppl.Inference.Tests.Training;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Checkpoints of models whose data are observed slice by slice, and of those that read their lengths off the data.</summary>
public sealed class CheckpointTests
{
    private static readonly Dictionary<string, (Func<GenerativeModel> Model, Func<GenerativeModel, Guide> Guide, long[] Row)> Runs = new()
    {
        ["fixed length"] = (() => new StateSpace(3), m => ((StateSpace)m).CreateGuide(), [3]),
        ["open length"] = (() => new OpenSeries(), m => ((OpenSeries)m).CreateGuide(), [3]),
        ["shared"] = (() => new OpenSeries(), m => ((OpenSeries)m).CreateGuide(Posterior.Diagonal(hidden: [5]).Shared(units: 3)), [3]),
        ["weighted"] = (() => new Weighted(), m => ((Weighted)m).CreateGuide(), [2]),
    };

    public static TheoryData<string> Names => [.. Runs.Keys];

    /// <summary>The epoch's sums go on, those of each part too.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_run_that_was_cut_within_an_epoch_goes_on_bit_for_bit(string name)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        manual_seed(5);
        var path = folder.File("run.ckpt");
        using var data = Dataset.From("x", ("x", randn([20, .. Runs[name].Row])));
        var straight = Train();
        Assert.Equal(3, Train(stopAfter: 3).Steps);
        var resumed = Train(restored: path);
        Assert.Equal(straight.Steps, resumed.Steps);
        Assert.Equal(straight.Bound, resumed.Bound);
        Assert.Equal(straight.Parameters, resumed.Parameters);

        (long Steps, double? Bound, float[] Parameters) Train(int? stopAfter = null, string? restored = null)
        {
            manual_seed(6);
            using var model = Runs[name].Model();
            using var guide = Runs[name].Guide(model);
            using var svi = Engine(model, guide);
            if (restored is not null) svi.Restore(restored);
            using var cancel = new CancellationTokenSource();
            var options = stopAfter is not { } steps ? new FitOptions()
                : new FitOptions { Checkpoint = path, Cancellation = cancel.Token, Callbacks = [new StopAfter(steps, cancel)] };
            var bound = svi.Fit(data, 2 - svi.Epochs, batchSize: 4, options: options).Last?.Training.Bound;
            return (svi.Steps, bound, [.. guide.parameters().SelectMany(parameter => parameter.flatten().data<float>().ToArray())]);
        }
    }

    /// <summary>A file's own words are not believed: its columns would size layers, and make encoders, without limit.</summary>
    [Theory]
    [InlineData("SecondOrder", "[3, 100000]", "its encoder of z[2] has a first layer of shape (5, 6), and data columns of 300000 numbers")]
    [InlineData("SecondOrder", "[1, 2]", "it has 3 encoders of z, and its data columns have a length for 1")]
    [InlineData("shared", "[3, 100000]", "its encoder of z[2] has a first layer of shape (9, 2), and data columns of 100000 numbers")]
    [InlineData("shared", "[20000, 2]", "its data columns have a length for 20000 elements of z, and a guide is sized from a file for 4096 at most; "
        + "call guide.Prepare with a batch first")]
    [InlineData("shared", "[1, 2]", "the guide cannot be sized from its data columns: The guide's loops need x.shape[1] to be at least 2; it is 1.")]
    public void Columns_that_an_open_guide_was_not_sized_for_are_refused(string name, string shape, string problem)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var path = folder.File("run.ckpt");
        var posterior = Posterior.Diagonal(hidden: [5]);
        if (name == "shared") posterior = posterior.Shared(units: 3);
        using var model = new SecondOrder();
        using (var guide = model.CreateGuide(posterior))
        using (var svi = Engine(model, guide))
        using (var data = Dataset.From("x", ("x", randn(20, 3, 2))))
        {
            svi.Fit(data, epochs: 1, batchSize: 10);
            svi.Save(path);
        }

        Forge.ChangeManifest(path, manifest => manifest["Columns"]![0]!["Shape"] = JsonNode.Parse(shape));
        using var fresh = model.CreateGuide(posterior);
        using var resumed = Engine(model, fresh);
        var fault = Assert.Throws<CheckpointException>(() => resumed.Restore(path));
        Assert.Equal($"checkpoint {path}: {problem}; nothing was changed", fault.Message);
        Assert.False(fresh.IsPrepared);
        Assert.Empty(fresh.state_dict());
    }

    private static Svi Engine(GenerativeModel model, Guide guide) =>
        new(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });

    private sealed class StopAfter(int steps, CancellationTokenSource source) : ITrainingCallback
    {
        public void OnStepEnd(Svi svi, StepReport step)
        {
            if (step.Step == steps) source.Cancel();
        }
    }
}

/// <summary>A log weight is a part of the bound too.</summary>
internal sealed partial class Weighted : GenerativeModel
{
    public Weighted() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        var near = -z.square().sum(-1);
        Factor(near);
        Observe(x, Normal(z, 0.5));
    }
}
