using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>An epoch that was interrupted belongs to its data, batch size and order; it is never finished with others.</summary>
public sealed class PositionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Run run = new(recorder: new Recorder { StopAfter = 6 });

    private string FilePath => folder.File("run.ckpt");

    public void Dispose()
    {
        run.Dispose();
        folder.Dispose();
    }

    public enum Change
    {
        BatchSize,
        Values,
        Order,
        Rows,
        Name,
        DropLast,
    }

    [Theory]
    [InlineData(Change.BatchSize, false)]
    [InlineData(Change.Values, false)]
    [InlineData(Change.Order, false)]
    [InlineData(Change.Rows, false)]
    [InlineData(Change.Name, false)]
    [InlineData(Change.DropLast, false)]
    [InlineData(Change.DropLast, true)]
    [InlineData(Change.BatchSize, true)]
    [InlineData(Change.Values, true)]
    public void An_epoch_in_progress_is_not_finished_with_changed_data(Change change, bool resume)
    {
        Interrupt();
        using var resumed = new Run();
        if (resume) resumed.Svi.Restore(FilePath);
        var second = resume ? resumed : run;
        var before = second.Parameters();
        using var scope = NewDisposeScope();
        var (data, batchSize) = Changed(change, second);
        var options = new FitOptions { DropLast = change == Change.DropLast };
        var fault = Assert.Throws<PplArgumentException>(() => second.Svi.Fit(data, 1, batchSize, options: options));
        var (old, now) = (second.Data.Identity(), data.Identity());
        var count = options.DropLast ? data.Count / batchSize : (data.Count + batchSize - 1) / batchSize;
        Assert.Equal(
            $"epoch 2 is in progress: 2 of 4 batches are done, of {old} in batches of 16 rows. This fit has {count} batches, "
            + $"of {now} in batches of {batchSize} rows{(options.DropLast ? ", a short last one left out (DropLast)" : "")}, so that rows would be "
            + "skipped or repeated. Finish the epoch with the same data, batch size and DropLast, or begin it anew with "
            + "FitOptions.OnChangedData = ChangedData.RestartEpoch.",
            fault.Message);
        Assert.Equal(before, second.Parameters());
        Assert.Equal(6, second.Svi.Steps);

        // Nothing is lost: the epoch goes on with its own data.
        Assert.Equal(2, second.Svi.Fit(second.Data, 1, 16).Last!.Epoch);
        Assert.Equal(8, second.Svi.Steps);
    }

    [Fact]
    public void An_epoch_begins_anew_with_changed_data_when_asked_for()
    {
        Interrupt();
        using var data = new Watched(Dataset.From(Ppca.Data(40, seed: 9)));
        var result = run.Svi.Fit(data, 1, batchSize: 8, options: new FitOptions { OnChangedData = ChangedData.RestartEpoch });
        Assert.Equal(2, result.Last!.Epoch);
        Assert.Equal(6 + 5, run.Svi.Steps);

        // Each row once, and the epoch's mean is over these rows alone.
        Assert.Equal(Enumerable.Range(0, 40), data.Loaded.TakeLast(5).SelectMany(rows => rows).Order());
        var steps = run.Recorder.Steps.TakeLast(5).ToList();
        Assert.Equal(40, steps[^1].Totals.Rows);
        Assert.Equal(steps.Average(s => s.Bound), result.Last.Training.Bound, 12);
        Assert.Contains(
            $"epoch 2 begins anew: {data.Identity()} in batches of 8 rows, after 2 of 4 batches, of {run.Data.Identity()} in batches of 16 rows",
            run.Recorder.Messages);
    }

    [Fact]
    public void An_epoch_begins_anew_without_its_short_last_batch_when_asked_for()
    {
        Interrupt();
        run.Svi.Fit(run.Data, 1, 16, options: new FitOptions { DropLast = true, OnChangedData = ChangedData.RestartEpoch });
        Assert.Equal(6 + 3, run.Svi.Steps);
        Assert.Equal(48, run.Recorder.Steps[^1].Totals.Rows);
    }

    /// <summary>Where no batch is short, leaving it out leaves the batches as they are.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_epoch_without_a_short_batch_goes_on_with_and_without_drop_last(bool before)
    {
        using var whole = new Run();
        using var parts = new Run();
        foreach (var each in new[] { whole, parts }) each.Guide.Prepare(each.Guide.Batch(each.Values));
        parts.Guide.load_state_dict(whole.Guide.state_dict());
        whole.Svi.Fit(whole.Data, 1, 25);
        parts.Svi.Fit(parts.Data, 1, 25, options: new FitOptions { DropLast = before, MaxSteps = 1 });
        parts.Svi.Fit(parts.Data, 1, 25, options: new FitOptions { DropLast = !before });
        Assert.Equal(2, parts.Svi.Steps);
        Assert.Equal(whole.Parameters(), parts.Parameters());
    }

    [Fact]
    public void The_choice_to_begin_anew_changes_nothing_where_the_data_are_the_same()
    {
        Interrupt();
        using var whole = new Run();
        whole.Fit(2);
        run.Svi.Fit(run.Data, 1, 16, options: new FitOptions { OnChangedData = ChangedData.RestartEpoch });
        Assert.Equal(whole.Parameters(), run.Parameters());
    }

    [Fact]
    public void Between_epochs_data_and_batch_size_may_change()
    {
        run.Fit(1);
        using var data = Dataset.From(Ppca.Data(30, seed: 9));
        run.Svi.Fit(data, 1, batchSize: 10);
        Assert.Equal(2, run.Svi.Epochs);
        Assert.Equal(4 + 3, run.Svi.Steps);
    }

    [Fact]
    public void Data_of_other_columns_than_the_checkpoints_are_refused_before_any_step()
    {
        run.Fit(1);
        run.Svi.Save(FilePath);
        using var resumed = new Run();
        resumed.Svi.Restore(FilePath);
        var before = resumed.Parameters();
        using var scope = NewDisposeScope();
        var narrow = Dataset.From("narrow", ("x", resumed.Values.narrow(1, 0, 4)));
        const string Message = "column 'x' of 'narrow' has rows of shape (4); the guide's encoders were sized for (5).";
        Assert.Equal($"x: {Message}", Assert.Throws<PplShapeException>(() => resumed.Svi.Fit(narrow, 1, 16)).Message);
        var fault = Assert.Throws<PplShapeException>(() => resumed.Svi.Fit(resumed.Data, 1, 16, heldOut: narrow));
        Assert.Equal($"x: held-out data 'narrow': {Message}", fault.Message);

        Assert.Equal(before, resumed.Parameters());
        Assert.Equal(4, resumed.Svi.Steps);
    }

    [Fact]
    public void The_mean_of_an_epoch_is_of_one_objective()
    {
        Interrupt();
        run.Svi.Objective = Objective.Iwae(3);
        var result = run.Svi.Fit(run.Data, 1, 16);
        var steps = run.Recorder.Steps.TakeLast(2).ToList();
        Assert.Equal(18, steps[^1].Totals.Rows);
        Assert.Equal(((16 * steps[0].Bound) + (2 * steps[1].Bound)) / 18, result.Last!.Training.Bound, 12);
    }

    [Fact]
    public void The_mean_of_a_resumed_epoch_is_of_one_objective()
    {
        Interrupt();
        using var resumed = new Run(Objective.Iwae(3));
        resumed.Svi.Restore(FilePath);
        resumed.Svi.Fit(resumed.Data, 1, 16);
        Assert.Equal([16, 18], resumed.Recorder.Steps.Select(s => s.Totals.Rows));
    }

    /// <summary>Two epochs of four batches, stopped after the second batch of the second.</summary>
    private void Interrupt()
    {
        var options = new FitOptions { Checkpoint = FilePath, Callbacks = [run.Recorder], Cancellation = run.Recorder.Stop.Token };
        Assert.True(run.Fit(3, options).Interrupted);
        Assert.Equal(6, run.Svi.Steps);
    }

    private static (Dataset Data, int BatchSize) Changed(Change change, Run run) => change switch
    {
        Change.BatchSize => (run.Data, 8),
        Change.Values => (Dataset.From(run.Values + 1), 16),
        Change.Order => (Dataset.From(run.Values.flip(0)), 16),
        Change.DropLast => (run.Data, 16),
        Change.Rows => (Dataset.From(run.Values.narrow(0, 0, 49)), 16),
        _ => (Dataset.From("others", ("x", run.Values)), 16),
    };

    /// <summary>Notes the rows of each batch that is loaded.</summary>
    private sealed class Watched(TensorDataset source) : Dataset, IDisposable
    {
        public List<int[]> Loaded { get; } = [];

        public override string Name => "watched";

        public override int Count => source.Count;

        public override IReadOnlyList<DataColumn> Columns => source.Columns;

        public override Tensor[] Rows(ReadOnlySpan<int> rows, DrawKey key)
        {
            Loaded.Add(rows.ToArray());
            return source.Rows(rows, key);
        }

        public void Dispose() => source.Dispose();
    }
}
