using System.Diagnostics;
using Ppl.Data;
using Ppl.Inference.Checkpoints;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>Checkpoints and logs at a path that is no plain file, or leads to one.</summary>
public sealed class TargetFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [FactOn("Windows has no pipes among its files.", "Linux", "macOS")]
    public void A_pipe_is_refused_before_the_first_step()
    {
        var pipe = folder.File("pipe");
        using (var made = Process.Start("mkfifo", [pipe])) made.WaitForExit();
        using var run = new Fitted();
        Assert.Equal(
            $"checkpoint {pipe}: the path is a pipe",
            Assert.Throws<IOException>(() => run.Fit(new FitOptions { Checkpoint = pipe })).Message);
        Assert.Equal(
            $"'{pipe}' is a pipe, not a file that could be replaced; nothing was written",
            Assert.Throws<IOException>(() => run.Fit(new FitOptions { Callbacks = [new CsvLog(pipe)] })).Message);
        Assert.Equal($"checkpoint {pipe}: it is a pipe; nothing was changed", Assert.Throws<CheckpointException>(() => run.Svi.Restore(pipe)).Message);
        Assert.Equal(0, run.Svi.Steps);
        Assert.Equal(["pipe"], folder.Names());
    }

    [Fact]
    public void A_link_to_a_checkpoint_stays_one_and_both_names_are_one_file()
    {
        var (target, link) = (folder.File("run.ckpt"), folder.File("last.ckpt"));
        File.CreateSymbolicLink(link, target);
        using var run = new Fitted();
        Assert.Throws<PplArgumentException>(() => run.Fit(new FitOptions { Checkpoint = link, BestCheckpoint = target }));
        run.Fit(new FitOptions { Checkpoint = link });
        Assert.Equal(target, new FileInfo(link).LinkTarget);
        using var other = new Fitted();
        other.Svi.Restore(target);
        Assert.Equal(run.Svi.Steps, other.Svi.Steps);
    }

    private sealed class Fitted : IDisposable
    {
        private readonly NoisyPair model = new();
        private readonly Guide guide;
        private readonly TensorDataset data = Dataset.From(ones(4, 2));

        public Fitted()
        {
            guide = model.CreateGuide();
            Svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        }

        public Svi Svi { get; }

        public void Fit(FitOptions options) => Svi.Fit(data, 1, 4, options.BestCheckpoint is null ? null : data, options);

        public void Dispose()
        {
            Svi.Dispose();
            guide.Dispose();
            model.Dispose();
            data.Dispose();
        }
    }
}

/// <summary>One layer of noise over two numbers.</summary>
internal sealed partial class NoisyPair : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(z, 1));
    }
}
