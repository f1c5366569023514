namespace Ppl.Inference.Tests.Training;

/// <summary>One checkpoint and several programs: those that live, and those that were killed.</summary>
public sealed class SeveralProgramsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string FilePath => folder.File("run.ckpt");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_checkpoint_that_another_program_trains_with_is_refused_until_that_ends()
    {
        using var child = new ChildProcess(FilePath);
        child.WaitFor(Program.Training);
        using var run = new Run();
        var problem = $"checkpoint {FilePath}: the fit of another program writes it now; let it end, or name another file";
        Assert.Equal(problem, Assert.Throws<IOException>(() => run.Fit(1, new FitOptions { Checkpoint = FilePath })).Message);
        Assert.Equal(0, run.Svi.Steps);
        run.Fit(1, new FitOptions { Checkpoint = folder.File("other.ckpt") });
        Assert.Equal(problem, Assert.Throws<IOException>(() => run.Svi.Save(FilePath)).Message);

        // The system releases the lock of a process that was killed.
        child.Kill();
        run.Fit(1, new FitOptions { Checkpoint = FilePath });
        using var resumed = new Run();
        resumed.Svi.Restore(FilePath);
        Assert.Equal(run.Parameters(), resumed.Parameters());
    }

    [Fact]
    public void Two_fits_of_one_program_do_not_share_a_checkpoint_and_a_callback_may_save_to_its_own()
    {
        using var run = new Run();
        using var other = new Run();
        var tried = 0;
        var callback = new Callback((svi, _) =>
        {
            Assert.Throws<IOException>(() => other.Fit(1, new FitOptions { Checkpoint = FilePath }));
            Assert.Throws<IOException>(() => other.Svi.Save(FilePath));
            svi.Save(FilePath);
            tried++;
        });
        other.Fit(1);
        run.Fit(2, new FitOptions { Checkpoint = FilePath, Callbacks = [callback] });
        Assert.Equal(2, tried);
        Assert.Equal([".run.ckpt.lock", "run.ckpt"], folder.Names());
        other.Fit(1, new FitOptions { Checkpoint = FilePath });
        run.Svi.Save(FilePath);

        // A file that is saved alone needs no lock.
        run.Svi.Save(folder.File("best.ckpt"));
        Assert.Equal([".run.ckpt.lock", "best.ckpt", "run.ckpt"], folder.Names());
    }

    /// <summary>
    /// A program is killed in the middle of a save: the checkpoint of before is whole, and the next save removes what was half written.
    /// </summary>
    [Fact]
    public void What_a_save_left_that_was_killed_is_swept_at_the_next_save()
    {
        string? left = null;
        for (var attempt = 0; left is null && attempt < 20; attempt++) left = KillWithinASave();
        Assert.NotNull(left);
        Assert.Equal(new[] { ".run.ckpt.lock", left, "run.ckpt" }.Order(StringComparer.Ordinal), folder.Names());

        using var model = Program.WideModel();
        using var guide = model.CreateGuide();
        using var svi = Program.Wide(model, guide);
        using var data = Program.WideData();
        svi.Restore(FilePath);
        Assert.True(svi.Epochs >= 1);
        svi.Fit(data, 1, batchSize: 4);
        svi.Save(FilePath);
        Assert.Equal([".run.ckpt.lock", "run.ckpt"], folder.Names());
    }

    /// <summary>The name of the temporary file that is left; null where the save was done before the process was.</summary>
    private string? KillWithinASave()
    {
        using var child = new ChildProcess(FilePath);
        child.WaitFor(Program.Training);
        var deadline = Environment.TickCount64 + 60_000;
        while (Temporaries().Length == 0) Assert.True(Environment.TickCount64 < deadline, "the child process saves nothing");
        child.Kill();
        return Temporaries().SingleOrDefault();
    }

    private string[] Temporaries() => [.. folder.Names().Where(name => name.EndsWith(".tmp", StringComparison.Ordinal))];

    private sealed class Callback(Action<Svi, EpochReport> act) : ITrainingCallback
    {
        public void OnEpochEnd(Svi svi, EpochReport epoch) => act(svi, epoch);
    }
}
