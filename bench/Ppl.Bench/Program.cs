using System.CommandLine;
using System.Globalization;
using Ppl.Bench;
using Ppl.Examples;

var csv = new Option<string?>("--csv") { Description = "write case,generated_ms,handwritten_ms,ratio to this file", HelpName = "file" };
var pairs = new Option<int>("--pairs") { Description = "timed pairs a case", DefaultValueFactory = _ => PairedTiming.Pairs, HelpName = "n" };
var threads = new Option<int>("--threads") { Description = "threads of libtorch", DefaultValueFactory = _ => PairedTiming.Threads, HelpName = "n" };
var only = new Option<string?>("--case") { Description = "only the cases whose name contains this", HelpName = "text" };
var smoke = new Option<bool>("--smoke") { Description = "one pair of each case: shows that everything runs" };
var accuracy = new Option<bool>("--accuracy") { Description = "train on MNIST both ways and compare the test bounds, instead of timing" };
var seeds = new Option<int>("--seeds") { Description = "seeds of --accuracy", DefaultValueFactory = _ => 3, HelpName = "n" };
var epochs = new Option<int>("--epochs") { Description = "epochs of --accuracy", DefaultValueFactory = _ => 10, HelpName = "n" };
var data = new Option<string?>("--data") { Description = $"for --accuracy: {ExampleData.Description}", HelpName = "folder" };

var command = new RootCommand("Times Ppl's generated steps against the same models written by hand, side by side.")
{
    csv, pairs, threads, only, smoke, accuracy, seeds, epochs, data,
};
command.SetAction(parsed =>
{
    if (parsed.GetValue(accuracy))
    {
        Accuracy.Run(ExampleData.Folder(parsed.GetValue(data)), parsed.GetValue(seeds), parsed.GetValue(epochs));
        return 0;
    }

    TorchSharp.torch.set_num_threads(Math.Max(1, parsed.GetValue(threads)));
    var count = parsed.GetValue(smoke) ? 1 : Math.Max(1, parsed.GetValue(pairs));
    var text = parsed.GetValue(only) ?? "";
    Console.WriteLine($"libtorch threads: {TorchSharp.torch.get_num_threads()}; pairs a case: {count}; ratio below 1: generated is faster");
    Console.WriteLine("case                                generated ms   by hand ms   ratio (least to greatest)   peak MB   tensors kept");
    var timings = new List<Timing>();
    foreach (var @case in BenchCase.All.Where(c => c.Name.Contains(text, StringComparison.Ordinal)))
    {
        var timing = PairedTiming.Run(parsed.GetValue(smoke) ? @case with { Steps = 2 } : @case, count);
        timings.Add(timing);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{timing.Case,-34} {timing.GeneratedMs,13:F3} {timing.HandWrittenMs,12:F3}   {timing.Ratio:F3} "
            + $"({timing.LowestRatio:F3} to {timing.HighestRatio:F3})       {timing.PeakMegabytes,7} {timing.LiveTensorsGrowth,14}"));
    }

    if (parsed.GetValue(csv) is { } path) WriteCsv(path, timings);
    return 0;
});
return command.Parse(args).Invoke();

static void WriteCsv(string path, IEnumerable<Timing> timings) => File.WriteAllLines(
    path,
    timings
        .Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Case},{t.GeneratedMs:F4},{t.HandWrittenMs:F4},{t.Ratio:F4}"))
        .Prepend("case,generated_ms,handwritten_ms,ratio"));
