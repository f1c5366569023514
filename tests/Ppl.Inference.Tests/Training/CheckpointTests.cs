using System.IO.Compression;
using System.Text.Json;
using Ppl.Data;
using Ppl.Inference.Checkpoints;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string FilePath => folder.File("run.ckpt");

    public void Dispose() => folder.Dispose();

    /// <summary>Stops at 3 batches of the third epoch of six, and between epochs; with a schedule, and with particles.</summary>
    [Theory]
    [InlineData(11, ScheduleUnit.Epoch)]
    [InlineData(8, ScheduleUnit.Epoch)]
    [InlineData(11, ScheduleUnit.Step)]
    public void A_resumed_run_is_the_uninterrupted_one_bit_for_bit(int stopAfter, ScheduleUnit unit)
    {
        var settings = new SviSettings { Schedule = o => optim.lr_scheduler.StepLR(o, 2, 0.5), ScheduleUnit = unit };
        var objective = Objective.Iwae(3, GradientForm.DoublyReparameterized);
        using var whole = new Run(objective, settings: settings);
        whole.Fit(6);

        using var broken = new Run(objective, settings: settings, recorder: new Recorder { StopAfter = stopAfter });
        var options = new FitOptions { Checkpoint = FilePath, Callbacks = [broken.Recorder], Cancellation = broken.Recorder.Stop.Token };
        var result = broken.Fit(6, options);
        Assert.True(result.Interrupted);
        Assert.Equal(FilePath, result.Checkpoint);
        Assert.Equal(stopAfter, broken.Svi.Steps);

        // Another process: other initial weights, a guide that has seen nothing.
        using var resumed = new Run(objective, settings: settings);
        Tests.EndToEnd.Ppca.Disturb(resumed.Model, 1);
        resumed.Svi.Restore(FilePath);
        Assert.Equal(broken.Parameters(), resumed.Parameters());
        Assert.Equal(stopAfter, resumed.Svi.Steps);
        var rest = resumed.Fit(6 - resumed.Svi.Epochs);
        Assert.Equal(whole.Parameters(), resumed.Parameters());
        Assert.Equal(whole.Svi.LearningRate, resumed.Svi.LearningRate);
        Assert.Equal(whole.Recorder.Steps.Skip(stopAfter).Select(s => s.Bound), resumed.Recorder.Steps.Select(s => s.Bound));
        Assert.Equal(6, rest.Last!.Epoch);
    }

    /// <summary>One impossible particle of several makes the mean of log p −∞, and not the bound.</summary>
    [Fact]
    public void A_part_may_be_infinite()
    {
        using var data = Dataset.From(linspace(-1, 1, 12, dtype: ScalarType.Float64));
        FitResult Fit(int? steps, bool restored)
        {
            manual_seed(2);
            using var model = new Half();
            using var guide = model.CreateGuide();
            using var svi = new Svi(model, guide, Objective.Iwae(50), settings: new() { Reporter = ITrainingReporter.Quiet });
            if (restored) svi.Restore(FilePath);
            var result = svi.Fit(data, 1, 4, options: new() { MaxSteps = steps });
            if (steps is not null) svi.Save(FilePath);
            return result;
        }

        var expected = Fit(null, restored: false).Last!.Training;
        Assert.Equal(double.NegativeInfinity, expected.Parts[^1].Value);
        Fit(1, restored: false);
        Assert.Equal($"{expected}", $"{Fit(null, restored: true).Last!.Training}");
    }

    [Fact]
    public void The_resumed_epoch_reports_the_mean_of_the_whole_epoch()
    {
        using var whole = new Run();
        var expected = whole.Fit(3);
        using var broken = new Run(recorder: new Recorder { StopAfter = 6 });
        broken.Fit(3, new FitOptions { Checkpoint = FilePath, Callbacks = [broken.Recorder], Cancellation = broken.Recorder.Stop.Token });
        using var resumed = new Run();
        resumed.Svi.Restore(FilePath);
        var found = resumed.Fit(2);
        Assert.Equal(expected.Epochs[1].Training.Bound, found.Epochs[0].Training.Bound, 12);
        Assert.Equal(expected.Epochs[1].Training.Parts, found.Epochs[0].Training.Parts);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void A_truncated_file_is_refused_and_changes_nothing(double part)
    {
        Write();
        var bytes = File.ReadAllBytes(FilePath);
        File.WriteAllBytes(FilePath, bytes[..(int)(bytes.Length * part)]);
        RefusedWithoutChange("cut short");
    }

    [Fact]
    public void A_damaged_file_is_refused_and_changes_nothing()
    {
        Write();
        var bytes = File.ReadAllBytes(FilePath);
        using (var archive = ZipFile.OpenRead(FilePath))
        {
            // A bit in the middle of the weights, wherever the archive keeps them.
            var weights = archive.GetEntry("model.bin")!;
            using var stream = weights.Open();
            using var content = new MemoryStream();
            stream.CopyTo(content);
            var at = bytes.AsSpan().IndexOf(content.ToArray());
            bytes[at + (int)(content.Length / 2)] ^= 1;
        }

        File.WriteAllBytes(FilePath, bytes);
        RefusedWithoutChange("damaged: its SHA-256 is");
    }

    [Fact]
    public void A_foreign_archive_is_refused()
    {
        using (var archive = ZipFile.Open(FilePath, ZipArchiveMode.Create)) archive.CreateEntry("readme.txt");
        RefusedWithoutChange("not a checkpoint");
    }

    [Fact]
    public void A_missing_file_is_refused()
    {
        RefusedWithoutChange("does not exist");
    }

    [Fact]
    public void A_checkpoint_of_another_size_or_seed_is_refused()
    {
        Write();
        using var wide = new EndToEnd.LinearGaussian(3, 5);
        using var guide = wide.CreateGuide();
        using var svi = new Svi(wide, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var fault = Assert.Throws<CheckpointException>(() => svi.Restore(FilePath));
        Assert.Contains("decoder.weight [5, 2] Float64", fault.Message, StringComparison.Ordinal);
        Assert.Contains("decoder.weight [5, 3] Float64", fault.Message, StringComparison.Ordinal);
        Assert.False(guide.IsPrepared);

        using var other = new Run(seed: 1);
        Assert.Contains("seed", Assert.Throws<CheckpointException>(() => other.Svi.Restore(FilePath)).Message, StringComparison.Ordinal);
    }

    /// <summary>Sites in a loop, in the middle of an epoch: the epoch's sums go on site by site.</summary>
    [Fact]
    public void A_resumed_epoch_of_indexed_sites_reports_the_mean_of_the_whole_epoch()
    {
        using var scope = NewDisposeScope();
        var data = Dataset.From((rand(50, 64) > 0.5).to(ScalarType.Float32));
        EpochReport Run(Func<Svi, FitResult> fit)
        {
            using var seed = manual_seed(3);
            using var model = new EndToEnd.SmallLadder();
            using var guide = model.CreateGuide();
            using var svi = new Svi(model, guide, Objective.Elbo(), settings: Quiet);
            return fit(svi).Epochs[^1];
        }

        var whole = Run(svi => svi.Fit(data, 2, 16));
        var recorder = new Recorder { StopAfter = 6 };
        var options = new FitOptions { Checkpoint = FilePath, Callbacks = [recorder], Cancellation = recorder.Stop.Token };
        Run(svi => svi.Fit(data, 2, 16, options: options));
        var resumed = Run(svi =>
        {
            svi.Restore(FilePath);
            return svi.Fit(data, 1, 16);
        });
        Assert.Equal(whole.Training.Bound, resumed.Training.Bound, 12);
        Assert.Equal(whole.Training.Parts, resumed.Training.Parts);
    }

    [Fact]
    public void Named_states_are_restored_and_those_of_before_are_gone()
    {
        const string State = """{"best":-12.5,"text":"with \"quotes\", a\\nline break, and θ","list":[null,1e-300]}""";
        using var written = new Run();
        written.Fit(1, new FitOptions { Callbacks = [new Remembering("first") { State = JsonSerializer.Deserialize<JsonElement>(State) }] });
        written.Svi.Save(FilePath);
        using var resumed = new Run();
        resumed.Fit(1, new FitOptions { Callbacks = [new Remembering("second") { State = JsonSerializer.SerializeToElement(1) }] });
        resumed.Svi.Restore(FilePath);
        var (first, second) = (new Remembering("first"), new Remembering("second"));
        resumed.Fit(1, new FitOptions { Callbacks = [first, second] });
        Assert.True(JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(State), first.State!.Value));
        Assert.Null(second.State);
    }

    [Fact]
    public void A_state_that_is_none_or_too_large_is_refused_and_the_older_file_stays()
    {
        using var run = new Run();
        var callback = new Remembering("mine") { State = JsonSerializer.SerializeToElement(1) };
        var options = new FitOptions { Checkpoint = FilePath, Callbacks = [callback] };
        run.Fit(1, options);
        var good = File.ReadAllBytes(FilePath);
        callback.State = JsonSerializer.SerializeToElement(new string('x', 17 << 20));
        Assert.Equal(
            "the checkpoint's manifest would have 1782",
            Assert.Throws<PplArgumentException>(() => run.Fit(1, options)).Message[..41]);
        callback.State = default(JsonElement);
        Assert.Equal("the callback 'mine' gave no state to save.", Assert.Throws<PplArgumentException>(() => run.Fit(1, options)).Message);
        Assert.Equal(good, File.ReadAllBytes(FilePath));
    }

    /// <summary>Running statistics and counts are state too, and integers among it.</summary>
    [Fact]
    public void A_model_with_batch_norm_is_restored_whole()
    {
        using var scope = NewDisposeScope();
        var data = Dataset.From(zeros(20, 64));
        using var model = new EndToEnd.SmallVae();
        using var guide = model.CreateGuide(z: nn.Sequential(nn.Linear(64, 8), nn.BatchNorm1d(8)));
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: Quiet);
        svi.Fit(data, 2, 10);
        svi.Save(FilePath);
        using var other = new EndToEnd.SmallVae();
        using var fresh = other.CreateGuide(z: nn.Sequential(nn.Linear(64, 8), nn.BatchNorm1d(8)));
        using var resumed = new Svi(other, fresh, Objective.Elbo(), settings: Quiet);
        resumed.Restore(FilePath);
        Assert.Contains("z.network.1.num_batches_tracked", fresh.state_dict().Keys);
        Assert.Equal(Evidence.Of(svi), Evidence.Of(resumed));
    }

    /// <summary>The networks' parts are in TorchSharp's own format: a trained model can be used without the engine.</summary>
    [Fact]
    public void The_networks_parts_can_be_loaded_alone()
    {
        using var run = new Run();
        run.Fit(2);
        run.Svi.Save(FilePath);
        using var model = new EndToEnd.LinearGaussian(2, 5);
        using (var reader = new BinaryReader(new MemoryStream(Forge.Parts(FilePath)["model.bin"]))) model.load(reader);
        Assert.Equal(Numbers(run.Model), Numbers(model));

        static double[] Numbers(nn.Module module) => [.. module.parameters().SelectMany(p => p.detach().data<double>().ToArray())];
    }

    [Theory]
    [InlineData(null, RestoredRate.OfCheckpoint, 0.05, null)]
    [InlineData(0.01, RestoredRate.OfCheckpoint, 0.05, "learning rate: 0.05 of the checkpoint goes on, which began with 0.1; "
        + "this run's optimizer has 0.01: Restore(path, RestoredRate.OfThisRun) would take that")]
    [InlineData(0.01, RestoredRate.OfThisRun, 0.005, "learning rate: 0.05 (checkpoint) -> 0.005")]
    [InlineData(null, RestoredRate.OfThisRun, 0.05, null)]
    public void A_message_says_whose_learning_rate_goes_on(double? own, RestoredRate choice, double expected, string? message)
    {
        var settings = new SviSettings { Schedule = o => optim.lr_scheduler.LambdaLR(o, epoch => Math.Pow(0.5, epoch)) };
        using var written = new Run();
        var quiet = settings with { Reporter = ITrainingReporter.Quiet };
        using var svi = new Svi(written.Model, written.Guide, Objective.Elbo(), p => optim.Adam(p, 0.1), quiet);
        svi.Fit(written.Data, 1, 16);
        svi.Save(FilePath);

        using var run = new Run();
        var recorder = new Recorder();
        using var resumed = new Svi(run.Model, run.Guide, Objective.Elbo(), p => optim.Adam(p, own ?? 0.1), settings with { Reporter = recorder });
        resumed.Restore(FilePath, choice);
        Assert.Equal(expected, resumed.LearningRate!.Value, 12);
        Assert.Equal(message is null ? [] : new[] { message }, recorder.Messages.Where(m => m.StartsWith("learning rate", StringComparison.Ordinal)));

        // The choice holds for the epochs that follow, whatever form the schedule has.
        resumed.Fit(run.Data, 1, 16);
        Assert.Equal(expected / 2, resumed.LearningRate!.Value, 12);
    }

    [Fact]
    public void A_message_says_that_the_checkpoints_rate_goes_on_where_the_schedule_has_another()
    {
        using var written = new Run(settings: new SviSettings { Schedule = o => optim.lr_scheduler.StepLR(o, 1, 0.5) });
        written.Fit(2);
        written.Svi.Save(FilePath);
        using var resumed = new Run(settings: new SviSettings { Schedule = o => optim.lr_scheduler.StepLR(o, 1, 0.25) });
        resumed.Svi.Restore(FilePath);
        Assert.Contains("learning rate: 0.00025 of the checkpoint goes on; this run's schedule is at 6.25E-05 there", resumed.Recorder.Messages);
        Assert.Equal(0.00025, resumed.Svi.LearningRate!.Value, 12);
    }

    /// <summary>What goes wrong in the middle is the user's own: the optimizer or the schedule cannot be made.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_restore_that_fails_in_the_middle_changes_nothing(bool inSchedule)
    {
        Write();
        using var run = new Run();
        var made = 0;
        using var svi = new Svi(
            run.Model,
            run.Guide,
            Objective.Elbo(),
            parameters => !inSchedule && made++ > 0 ? throw new TimeZoneNotFoundException() : optim.Adam(parameters, 0.1),
            new SviSettings
            {
                Reporter = ITrainingReporter.Quiet,
                Schedule = optimizer => inSchedule && made++ > 0 ? throw new TimeZoneNotFoundException() : optim.lr_scheduler.StepLR(optimizer, 1),
            });
        svi.Fit(run.Data, 1, 16);
        var before = Evidence.Of(svi);
        Assert.Throws<TimeZoneNotFoundException>(() => svi.Restore(FilePath));
        Assert.Equal(before, Evidence.Of(svi));
        Assert.Equal(2, svi.Fit(run.Data, 1, 16).Last!.Epoch);
    }

    [Fact]
    public void Restoring_leaves_no_tensors_behind()
    {
        Write();
        using var run = new Run();
        run.Fit(1);
        run.Svi.Restore(FilePath);
        var before = LiveTensors.Count;
        run.Svi.Restore(FilePath);
        File.WriteAllBytes(FilePath, File.ReadAllBytes(FilePath)[..^1]);
        Assert.Throws<CheckpointException>(() => run.Svi.Restore(FilePath));
        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_found_before_training()
    {
        using var run = new Run();
        var fault = Assert.Throws<DirectoryNotFoundException>(() => run.Fit(1, new FitOptions { Checkpoint = folder.File("no/such/run.ckpt") }));
        Assert.Contains("no/such", fault.Message.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.Equal(0, run.Svi.Steps);
    }

    private static SviSettings Quiet => new() { Reporter = ITrainingReporter.Quiet };

    private void Write()
    {
        using var run = new Run();
        run.Fit(1, new FitOptions { Checkpoint = FilePath });
    }

    private void RefusedWithoutChange(string reason)
    {
        using var run = new Run();
        run.Fit(2);
        var before = run.Parameters();
        var fault = Assert.Throws<CheckpointException>(() => run.Svi.Restore(FilePath));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.Contains(FilePath, fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, run.Parameters());
        Assert.Equal(8, run.Svi.Steps);
        run.Fit(1);
    }

    /// <summary>A callback with a state.</summary>
    private sealed class Remembering(string name) : ITrainingCallback, ICheckpointedState
    {
        public JsonElement? State { get; set; }

        public string StateName => name;

        public JsonElement SaveState() => State ?? JsonSerializer.SerializeToElement(0);

        public void LoadState(JsonElement? state) => State ??= state;
    }
}

/// <summary>Nothing below z = 0 is possible.</summary>
internal sealed partial class Half : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1));
        Observe(x, Normal(z, 1));
        var possible = where(z.detach() < 0, full_like(z, double.NegativeInfinity), zeros_like(z));
        Factor(possible);
    }
}
