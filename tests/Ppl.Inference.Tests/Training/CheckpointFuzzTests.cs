using Ppl.Inference.Checkpoints;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>Checkpoints that were cut, damaged, or forged byte by byte.</summary>
public sealed class CheckpointFuzzTests : IDisposable
{
    private const long MostMemory = 64 << 20;
    private readonly TemporaryFolder folder = new();
    private readonly Run run = new();
    private readonly string path;
    private readonly byte[] whole;

    public CheckpointFuzzTests()
    {
        path = folder.File("run.ckpt");
        using var written = new Run(recorder: new Recorder { StopAfter = 6 });
        written.Fit(2, new FitOptions { Checkpoint = path, Callbacks = [written.Recorder], Cancellation = written.Recorder.Stop.Token });
        whole = File.ReadAllBytes(path);
        run.Fit(1);
    }

    public void Dispose()
    {
        run.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_file_with_one_flipped_bit_is_refused_wherever_the_bit_is()
    {
        var random = new Random(1);
        AllRefused(Places(random).Select(at =>
        {
            var file = (byte[])whole.Clone();
            file[at] ^= (byte)(1 << random.Next(8));
            return file;
        }));
    }

    [Fact]
    public void A_file_cut_at_any_length_or_continued_is_refused() =>
        AllRefused(Places(new Random(3)).Select(length => whole[..length]).Append([.. whole, 0]).Append([.. whole, .. whole]));

    /// <summary>
    /// Bits and bytes changed under a seal that is right. Such a file may be one of other weights, and load; a fault has its name, and a
    /// refusal changes nothing.
    /// </summary>
    [Fact]
    public void A_file_forged_anywhere_loads_whole_or_is_refused()
    {
        var random = new Random(2);
        var (loaded, refused) = (0, 0);
        var before = Parameters();
        foreach (var at in Places(random).Where(at => at < whole.Length - 64))
        {
            var file = (byte[])whole.Clone();
            file[at] = at % 3 == 0 ? (byte)random.Next(256) : (byte)(file[at] ^ (1 << random.Next(8)));
            File.WriteAllBytes(path, Forge.Seal(file));
            if (Attempt() is not { } fault)
            {
                loaded++;
                before = Parameters();
                continue;
            }

            refused++;
            Named(fault, at);
            Assert.Equal(before, Parameters());
        }

        Assert.True(loaded > 100 && refused > 100, $"{loaded} loaded, {refused} refused");
    }

    /// <summary>
    /// The manifest forged under a seal that is right, for a guide that has seen no data: it sizes the guide, or leaves it as it was.
    /// </summary>
    [Fact]
    public void A_manifest_forged_anywhere_leaves_a_fresh_guide_as_it_was()
    {
        var random = new Random(4);
        var start = whole.AsSpan().IndexOf("{"u8);
        var refused = 0;
        foreach (var at in Enumerable.Range(start, whole.AsSpan().LastIndexOf("\n}"u8) - start).Where(_ => random.Next(2) == 0))
        {
            using var fresh = new Run();
            var file = (byte[])whole.Clone();
            file[at] = (byte)"0123456789,-.[]{}\"eE"[random.Next(20)];
            File.WriteAllBytes(path, Forge.Seal(file));
            var before = Evidence.Of(fresh.Svi);
            if (Record.Exception(() => fresh.Svi.Restore(path)) is not { } fault) continue;
            refused++;
            Named(fault, at);
            Assert.Equal(before, Evidence.Of(fresh.Svi));
        }

        Assert.True(refused > 100, $"{refused} refused");
    }

    /// <summary>A thousand bytes at each end, where the manifest and the archive's directory are, and every fourth between them.</summary>
    private IEnumerable<int> Places(Random random)
    {
        const int Ends = 1000;
        return Enumerable.Range(0, whole.Length).Where(at => at < Ends || at >= whole.Length - Ends || random.Next(4) == 0);
    }

    private void AllRefused(IEnumerable<byte[]> files)
    {
        var (evidence, before) = (Evidence.Of(run.Svi), Parameters());
        var number = 0;
        foreach (var file in files)
        {
            File.WriteAllBytes(path, file);
            Named(Attempt(), number++);
            Assert.Equal(before, Parameters());
        }

        Assert.Equal(evidence, Evidence.Of(run.Svi));
        File.WriteAllBytes(path, whole);
        run.Svi.Restore(path);
        Assert.Equal(6, run.Svi.Steps);
    }

    private Exception? Attempt()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var fault = Record.Exception(() => run.Svi.Restore(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
        return fault;
    }

    private void Named(Exception? fault, int number)
    {
        Assert.True(fault is CheckpointException, $"file {number}: {fault?.ToString() ?? "no exception"}");
        Assert.Equal(path, ((CheckpointException)fault!).Path);
        Assert.StartsWith($"checkpoint {path}: ", fault.Message, StringComparison.Ordinal);
    }

    private string Parameters()
    {
        using var state = get_rng_state();
        var bytes = run.Parameters().SelectMany(BitConverter.GetBytes).Concat(state.data<byte>().ToArray()).ToArray();
        return $"{Convert.ToHexString(bytes)} {run.Svi.Steps} {run.Svi.Epochs} {run.Svi.LearningRate}";
    }
}
