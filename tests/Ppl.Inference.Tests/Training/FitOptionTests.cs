using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;

namespace Ppl.Inference.Tests.Training;

public sealed class FitOptionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Run run = new();
    private readonly Dataset heldOut = Dataset.From(Ppca.Data(20, seed: 9));

    public void Dispose()
    {
        run.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void No_epochs_do_nothing()
    {
        var result = run.Fit(0, new FitOptions { Checkpoint = folder.File("run.ckpt") });
        Assert.Empty(result.Epochs);
        Assert.Equal(FitEnd.Epochs, result.End);
        Assert.Null(result.Checkpoint);
        Assert.Equal(0, run.Svi.Steps);
        Assert.False(run.Guide.IsPrepared);
        Assert.Empty(run.Recorder.Messages);

        // As the page on training writes it, once all ten are done.
        run.Fit(10);
        run.Fit(10 - run.Svi.Epochs);
        Assert.Equal(10, run.Svi.Epochs);
        var fault = Assert.Throws<ArgumentOutOfRangeException>(() => run.Fit(8 - run.Svi.Epochs));
        Assert.Equal("epochs", fault.ParamName);
        Assert.Contains("has done 10 already", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_of_steps_ends_the_fit_in_the_middle_of_an_epoch_and_at_its_end()
    {
        var first = run.Fit(100, new FitOptions { MaxSteps = 6 });
        Assert.Equal(FitEnd.MaxSteps, first.End);
        Assert.Equal((6, 1), (run.Svi.Steps, run.Svi.Epochs));
        Assert.Equal(FitEnd.MaxSteps, run.Fit(100, new FitOptions { MaxSteps = 6 }).End);
        Assert.Equal(6, run.Svi.Steps);
        var second = run.Fit(100, new FitOptions { MaxSteps = 8 });
        Assert.Equal((FitEnd.MaxSteps, 1), (second.End, second.Epochs.Count));
        Assert.Equal((8, 2), (run.Svi.Steps, run.Svi.Epochs));
        Assert.Equal(FitEnd.Epochs, run.Fit(1, new FitOptions { MaxSteps = 12 }).End);

        using var whole = new Run();
        whole.Fit(3);
        Assert.Equal(whole.Parameters(), run.Parameters());
    }

    [Fact]
    public void As_many_epochs_as_there_are_numbers_are_no_overflow()
    {
        run.Fit(1);
        Assert.Equal(FitEnd.MaxSteps, run.Fit(int.MaxValue, new FitOptions { MaxSteps = 6 }).End);
        Assert.Equal(6, run.Svi.Steps);
    }

    [Fact]
    public void The_held_out_set_is_evaluated_every_so_many_steps_of_the_whole_training()
    {
        var seen = new HeldOut();
        using (TorchSharp.torch.manual_seed(43))
            run.Svi.Fit(run.Data, 3, 16, heldOut, new FitOptions { HeldOutEverySteps = 3, HeldOutEvery = 3, Callbacks = [seen] });

        // Four steps an epoch; 12 is both a third step and the end of the fit, and is measured once.
        Assert.Equal([(3, 1, 3), (6, 2, 2), (9, 3, 1), (12, 3, 0)], seen.Places);
        Assert.Contains(run.Recorder.Messages, m => m.StartsWith("step 6  held out -", StringComparison.Ordinal));

        using var plain = new Run();
        plain.Fit(3);
        Assert.Equal(plain.Parameters(), run.Parameters());
    }

    [Fact]
    public void The_last_step_of_a_fit_by_steps_is_evaluated()
    {
        var seen = new HeldOut();
        run.Svi.Fit(run.Data, 3, 16, heldOut, new FitOptions { MaxSteps = 6, Callbacks = [seen] });
        Assert.Equal([(4, 1, 0), (6, 2, 2)], seen.Places);
    }

    [Fact]
    public void A_short_last_batch_can_be_left_out()
    {
        var result = run.Fit(2, new FitOptions { DropLast = true });
        Assert.Equal(6, run.Svi.Steps);
        Assert.All(run.Recorder.Steps, s => Assert.Equal(16 * s.Batch, s.Totals.Rows));
        Assert.Equal(48, run.Recorder.Steps[^1].Totals.Rows);
        Assert.Equal(2, result.Epochs.Count);

        // Nothing is left out where no batch is short.
        using var whole = new Run();
        using var dropping = new Run();
        whole.Svi.Fit(whole.Data, 2, batchSize: 25);
        dropping.Svi.Fit(dropping.Data, 2, batchSize: 25, options: new FitOptions { DropLast = true });
        Assert.Equal(4, dropping.Svi.Steps);
    }

    [Fact]
    public void The_best_checkpoint_is_that_of_the_highest_bound()
    {
        var path = folder.File("best.ckpt");

        // A rate that is far too high in the end: the bound rises, then falls.
        var settings = new SviSettings { Schedule = o => TorchSharp.torch.optim.lr_scheduler.LambdaLR(o, e => e < 4 ? 10 : 3000) };
        using var rising = new Run(settings: settings);
        var seen = new HeldOut();
        var result = rising.Svi.Fit(rising.Data, 8, 16, heldOut, new FitOptions { BestCheckpoint = path, Callbacks = [seen] });
        var best = seen.Bounds.Max();
        Assert.NotEqual(seen.Bounds[^1], best);
        Assert.Equal(new BestBound(best, 4 * (1 + seen.Bounds.IndexOf(best)), 1 + seen.Bounds.IndexOf(best), path), result.Best);

        using var restored = new Run(settings: settings);
        restored.Svi.Restore(path);
        Assert.Equal(result.Best!.Step, restored.Svi.Steps);
        Assert.Equal(best, restored.Svi.Evaluate(heldOut, 16).Bound);

        // The next fits know it: neither overwrites the file with something worse.
        var bytes = File.ReadAllBytes(path);
        Assert.Equal(result.Best, rising.Svi.Fit(rising.Data, 1, 16, heldOut, new FitOptions { BestCheckpoint = path }).Best);
        Assert.Equal(bytes, File.ReadAllBytes(path));
    }

    [Fact]
    public void Values_outside_their_domains_are_refused_by_name()
    {
        Refused("options.CheckpointEvery", new FitOptions { CheckpointEvery = 0 });
        Refused("options.HeldOutEvery", new FitOptions { HeldOutEvery = 0 });
        Refused("options.HeldOutEverySteps", new FitOptions { HeldOutEverySteps = 0 });
        Refused("options.MaxSteps", new FitOptions { MaxSteps = 0 });
        Unfit("options.HeldOutEverySteps needs a held-out set", new FitOptions { HeldOutEverySteps = 5 });
        Unfit("options.BestCheckpoint needs a held-out set", new FitOptions { BestCheckpoint = folder.File("best.ckpt") });
        Unfit("watches the bound on a held-out set", new FitOptions { Callbacks = [new EarlyStopping(3)] });
        Unfit("several callbacks whose state is named 'early stopping'", new FitOptions { Callbacks = [new EarlyStopping(3), new EarlyStopping(4)] });
        var log = folder.File("run.log");
        OneFile("options.Checkpoint", "options.Callbacks[0] (CsvLog)", new FitOptions { Checkpoint = log, Callbacks = [new CsvLog(log)] });
        OneFile("options.BestCheckpoint", "options.Callbacks[1] (JsonLinesLog)", new FitOptions
        {
            BestCheckpoint = log,
            Callbacks = [new HeldOut(), new JsonLinesLog(Path.Combine(Path.GetDirectoryName(log)!, ".", "run.log"))],
        });
        var logs = new FitOptions { Callbacks = [new CsvLog(log), new JsonLinesLog(log)] };
        OneFile("options.Callbacks[0] (CsvLog)", "options.Callbacks[1] (JsonLinesLog)", logs);
        Assert.False(File.Exists(log));
        var path = folder.File("run.ckpt");
        var fault = Assert.Throws<PplArgumentException>(
            () => run.Svi.Fit(run.Data, 1, 16, heldOut, new FitOptions { Checkpoint = path, BestCheckpoint = path }));
        Assert.Contains("one file", fault.Message, StringComparison.Ordinal);
        fault = Assert.Throws<PplArgumentException>(() => run.Svi.Fit(run.Data, 1, batchSize: 51, options: new FitOptions { DropLast = true }));
        Assert.Contains("'tensors' has 50 rows, a batch 51", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, run.Svi.Steps);

        void OneFile(string first, string second, FitOptions options)
        {
            var message = Assert.Throws<PplArgumentException>(() => run.Svi.Fit(run.Data, 1, 16, heldOut, options)).Message;
            Assert.StartsWith($"{first} and {second} are one file, ", message, StringComparison.Ordinal);
            Assert.EndsWith("run.log: either would overwrite the other.", message, StringComparison.Ordinal);
        }

        void Refused(string name, FitOptions options) =>
            Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => run.Fit(1, options)).ParamName);

        void Unfit(string text, FitOptions options) =>
            Assert.Contains(text, Assert.Throws<PplArgumentException>(() => run.Fit(1, options)).Message, StringComparison.Ordinal);
    }

    private sealed class HeldOut : ITrainingCallback
    {
        public List<(long Step, int Epoch, int Batch)> Places { get; } = [];

        public List<double> Bounds { get; } = [];

        public void OnHeldOut(Svi svi, HeldOutReport report)
        {
            Places.Add((report.Step, report.Epoch, report.Batch));
            Bounds.Add(report.HeldOut.Bound);
        }
    }
}
