using System.IO.Compression;
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
        var result = broken.Fit(6, new FitOptions { Checkpoint = FilePath, Callbacks = [broken.Recorder], Cancellation = broken.Recorder.Stop.Token });
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

    [Fact]
    public void A_folder_that_does_not_exist_is_found_before_training()
    {
        using var run = new Run();
        var fault = Assert.Throws<DirectoryNotFoundException>(() => run.Fit(1, new FitOptions { Checkpoint = folder.File("no/such/run.ckpt") }));
        Assert.Contains("no/such", fault.Message.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.Equal(0, run.Svi.Steps);
    }

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
}
