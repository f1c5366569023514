using System.Diagnostics;
using Ppl.Inference;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Bench;

/// <summary>What a case took: medians over the pairs.</summary>
/// <param name="Case">Its name.</param>
/// <param name="GeneratedMs">Milliseconds a step, generated.</param>
/// <param name="HandWrittenMs">Milliseconds a step, by hand.</param>
/// <param name="Ratio">The median of the pairs' own ratios: the machine's drift cancels in each pair.</param>
/// <param name="LowestRatio">The least ratio of a pair.</param>
/// <param name="HighestRatio">The greatest.</param>
/// <param name="PeakMegabytes">The process's peak memory so far.</param>
/// <param name="LiveTensorsGrowth">Live tensors after the last pair minus after the first: 0 when nothing leaks.</param>
internal sealed record Timing(
    string Case,
    double GeneratedMs,
    double HandWrittenMs,
    double Ratio,
    double LowestRatio,
    double HighestRatio,
    long PeakMegabytes,
    long LiveTensorsGrowth);

/// <summary>Times blocks of steps in turn, A B B A, so that neither side gets the better half of a drifting machine.</summary>
internal static class PairedTiming
{
    /// <summary>Timed pairs a case, unless told otherwise.</summary>
    public const int Pairs = 21;

    /// <summary>Threads of libtorch, unless told otherwise: with one, no other program's load makes threads wait for each other.</summary>
    public const int Threads = 1;

    // Of this thread, so that what a finalizer disposes, on a thread of its own, is seen as kept.
    private static long LiveTensors => TorchSharp.DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    public static Timing Run(BenchCase @case, int pairs)
    {
        manual_seed(0);
        var (model, guide) = @case.CreateModel();
        using var svi = new Svi(model, guide, @case.Objective, settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        using var loop = @case.CreateHandWritten();
        using var optimizer = optim.Adam(loop.parameters(), lr: 1e-3);
        using var x = (rand(@case.BatchSize, 784) < 0.13).to(ScalarType.Float32);

        Block(() => svi.Step(x), @case.Steps);
        Block(() => HandWrittenStep(loop, optimizer, x), @case.Steps);
        var (generated, handWritten) = (new double[pairs], new double[pairs]);
        long live = 0;
        for (var pair = 0; pair < pairs; pair++)
        {
            var generatedFirst = pair % 2 == 0;
            if (generatedFirst) generated[pair] = Block(() => svi.Step(x), @case.Steps);
            handWritten[pair] = Block(() => HandWrittenStep(loop, optimizer, x), @case.Steps);
            if (!generatedFirst) generated[pair] = Block(() => svi.Step(x), @case.Steps);
            if (pair == 0) live = LiveTensors;
        }

        var growth = LiveTensors - live;
        model.Dispose();
        guide.Dispose();
        double[] ratios = [.. generated.Zip(handWritten, (g, h) => g / h)];
        return new Timing(
            @case.Name,
            Median(generated),
            Median(handWritten),
            Median(ratios),
            ratios.Min(),
            ratios.Max(),
            Process.GetCurrentProcess().PeakWorkingSet64 >> 20,
            growth);
    }

    // As the engine does: the gradients are dropped (TorchSharp's optimizer.zero_grad would fill each with zeros, to which backward adds),
    // and the loss is read in each step, as a loop that shows progress reads it.
    private static void HandWrittenStep(Module<Tensor, Tensor> loop, optim.Optimizer optimizer, Tensor x)
    {
        using var scope = NewDisposeScope();
        loop.zero_grad();
        var loss = loop.call(x);
        loss.backward();
        if (!float.IsFinite(loss.item<float>())) throw new InvalidOperationException("the loss is not finite");
        optimizer.step();
    }

    private static double Block(Action step, int steps)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < steps; i++) step();
        return clock.Elapsed.TotalMilliseconds / steps;
    }

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
