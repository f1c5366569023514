using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Ppl.Data;
using Ppl.Reporting;
using Spectre.Console;

namespace Ppl.Examples;

/// <summary>One system as a program: trains, measures, writes its pictures.</summary>
/// <param name="Name">Its command.</param>
/// <param name="Title">Its heading on the page of results.</param>
/// <param name="Papers">Where it is from.</param>
/// <param name="Run">The program.</param>
public sealed record SystemProgram(string Name, string Title, string Papers, Func<SystemRun, SystemResult> Run)
{
    /// <summary>The published setting and its time, for the words of <c>--full</c>; null where the program has none beside its own.</summary>
    public string? Full { get; init; }

    /// <summary>What <c>--data</c> is where it is no folder of data sets; null where it is one.</summary>
    public string? DataFile { get; init; }

    /// <summary>The options of the run on the page of results, which <c>./results.sh</c> takes where it is given none.</summary>
    public string PageOptions { get; init; } = "--seeds 3";

    /// <summary>The models that the page of results shows, the first one first.</summary>
    public IReadOnlyList<Type> Models { get; init; } = [];

    /// <summary>The program as a command, with the options that all have.</summary>
    public Command Command()
    {
        var data = new Option<string?>("--data")
        {
            Description = DataFile ?? ExampleData.Description,
            HelpName = DataFile is null ? "folder" : "file",
        };
        var epochs = new Option<int?>("--epochs") { Description = "passes over the data [default: the program's own]", HelpName = "n" }.Within(1);
        var seed = new Option<long>("--seed") { Description = "seed of weights, batches and noise", HelpName = "n" };
        var seeds = new Option<int>("--seeds")
        {
            Description = "how many runs, with this seed and those after it; pictures are of the first",
            HelpName = "n",
            DefaultValueFactory = _ => 1,
        }.Within(1);
        var smoke = new Option<bool>("--smoke") { Description = "a run of a few seconds that shows that everything works" };
        var output = new Option<string>("--out")
        {
            Description = "folder for the result and the pictures",
            HelpName = "folder",
            DefaultValueFactory = _ => Path.Combine("out", "results", Name),
        };
        var command = new Command(Name, $"{Title} ({Papers})") { data, epochs, seed, seeds, output, smoke };
        var full = new Option<bool>("--full") { Description = Full ?? "nothing else: the program's own setting is the whole one" };
        command.Add(full);
        command.Validators.Add(result =>
        {
            if (result.GetValue(seeds) > 1 && result.GetValue(seed) > long.MaxValue - (result.GetValue(seeds) - 1))
                result.AddError($"--seed {result.GetValue(seed)} has no {result.GetValue(seeds)} seeds from it on");
        });
        command.SetAction((parsed, cancellation) => Task.FromResult(Guarded(new SystemRun(
            ExampleData.Folder(parsed.GetValue(data)),
            parsed.GetValue(epochs),
            parsed.GetValue(seed),
            parsed.GetValue(output)!,
            parsed.GetValue(smoke),
            cancellation)
        {
            Seeds = parsed.GetValue(seeds),
            IsFull = Full is not null && parsed.GetValue(full),
        })));
        return command;
    }

    /// <summary>Runs, and leaves the result in the run's folder.</summary>
    /// <param name="run">What it is told.</param>
    /// <exception cref="DataFileException">There are no such data, or a file for a folder; said before anything is trained.</exception>
    /// <exception cref="OperationCanceledException">The run was interrupted; no result is written.</exception>
    public SystemResult Measure(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        RequireData(run.DataFolder);
        using var output = OutputFolder.Claim(run.Out);

        // A run that is cut off leaves new pictures: the numbers of another do not stay beside them.
        File.Delete(output.File(SystemResult.FileName));
        var clock = Stopwatch.StartNew();
        var result = Once(run).Beside([.. Enumerable.Range(1, run.Seeds - 1).Select(i => Once(run.WithSeed(run.Seed + i)))]);
        result = result with { Seconds = Math.Round(clock.Elapsed.TotalSeconds) };
        result.Write(output.File(SystemResult.FileName));
        return result;
    }

    private void RequireData(string? path)
    {
        if (DataFile is null) ExampleData.Require(path);
        else if (path is not null && !Path.Exists(path)) throw new DataFileException(path, "there is no such file");
    }

    private SystemResult Once(SystemRun run)
    {
        Directory.CreateDirectory(run.Out);
        var result = Run(run) with { Seed = run.Seed, IsSmoke = run.IsSmoke, Epochs = run.Epochs, IsFull = run.IsFull };
        run.Cancellation.ThrowIfCancellationRequested();
        return result;
    }

    // Ends with 1 where a claim does not hold.
    private int Guarded(SystemRun run) => CommandLine.Guard(() =>
    {
        var result = Measure(run);
        Show(result);
        return result.Findings.All(finding => finding.Holds) ? 0 : 1;
    });

    private void Show(SystemResult result)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"{Title}; {result.SeedText}, {result.Seconds:F0} s");
        var table = new Table().MarkdownBorder().Title(Markup.Escape(title)).AddColumn("quantity");
        foreach (var name in new[] { "found", "reference", "claim", "holds" }) table.AddColumn(name, column => column.RightAligned());
        foreach (var finding in result.Findings)
        {
            table.AddRow(
                Markup.Escape(finding.Quantity),
                finding.FoundText,
                Finding.Text(finding.Reference),
                finding.Claim,
                finding.Claim.Length == 0 ? "" : finding.Holds ? "yes" : "NO");
        }

        var console = ReportConsole.Open();
        console.Write(table);
        console.WriteLine(result.Setting);
    }
}
