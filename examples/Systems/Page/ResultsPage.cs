using System.CommandLine;
using System.Globalization;
using System.Text;

namespace Ppl.Examples.Systems;

/// <summary>The page of results, made of what the programs left: <c>docs/results.md</c>, with the results and pictures that it shows.</summary>
public static class ResultsPage
{
    private const string Page = "results.md";
    private const string Results = "results";
    private const string Pictures = "pictures";

    /// <summary>The command that makes the page anew.</summary>
    public static Command Command()
    {
        var from = new Option<string>("--from")
        {
            Description = "folder with a folder for each program that was run",
            HelpName = "folder",
            DefaultValueFactory = _ => Path.Combine("out", "results"),
        };
        var docs = new Option<string>("--docs") { Description = "folder of the page", HelpName = "folder", DefaultValueFactory = _ => "docs" };
        var command = new Command("page", "Makes docs/results.md of the programs' results; what was not run stays as it is") { from, docs };
        command.SetAction(parsed =>
        {
            try
            {
                Take(parsed.GetValue(from)!, parsed.GetValue(docs)!);
                File.WriteAllText(Path.Combine(parsed.GetValue(docs)!, Page), Text(parsed.GetValue(docs)!));
                return 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"error: {e.Message}");
                return 1;
            }
        });
        return command;
    }

    /// <summary>Takes the results and the pictures of whole runs over into the page's folder.</summary>
    /// <param name="from">A folder with a folder for each program that was run.</param>
    /// <param name="docs">The page's folder.</param>
    public static void Take(string from, string docs)
    {
        foreach (var program in Catalogue.All)
        {
            var folder = Path.Combine(from, program.Name);
            var result = Path.Combine(folder, SystemResult.FileName);
            if (!File.Exists(result) || SystemResult.Read(result) is not { IsSmoke: false } whole) continue;
            Directory.CreateDirectory(Path.Combine(docs, Results));
            Directory.CreateDirectory(Path.Combine(docs, Pictures));
            foreach (var picture in whole.Pictures)
                File.Copy(Path.Combine(folder, picture.File), Path.Combine(docs, Pictures, $"{program.Name}-{picture.File}"), overwrite: true);

            // Last: a result on the page has all of its pictures.
            File.Copy(result, Stored(docs, program), overwrite: true);
        }
    }

    /// <summary>The page of the results in its folder.</summary>
    /// <param name="docs">The page's folder.</param>
    public static string Text(string docs)
    {
        var page = new StringBuilder();
        page.Append("# Results\n\n");
        page.Append("`./results.sh` runs the programs of [examples/Systems](../examples/Systems) and makes this page of what they measured; ");
        page.Append("`./results.sh --only NAME`\nruns one of them and keeps what stands here of the others. Each is run ");
        page.Append("as here, or takes `--epochs`, ");
        page.Append("`--seed`, `--seeds` and `--smoke`,\n");
        page.Append("and `--full` for the published setting, where the program's own is smaller; how long that ");
        page.Append("takes is estimated from the time of its steps\n(`dotnet run -c Release --project examples/Systems -- NAME --help`).\n\n");
        page.Append("Numbers are of the first seed given, in brackets those of the others (`--seeds`), on one thread of a server that was busy ");
        page.Append("with other work, up to\ntwenty times its cores: times are what they were there, and say little. A claim is what the program ");
        page.Append("checks with each seed; a run that breaks one\nends with 1. References without a claim are there to look at, and the ");
        page.Append("remarks say why they differ.\n");
        foreach (var program in Catalogue.All.Where(program => File.Exists(Stored(docs, program))))
            Add(page, program, SystemResult.Read(Stored(docs, program)));
        return page.ToString();
    }

    private static string Stored(string docs, SystemProgram program) => Path.Combine(docs, Results, $"{program.Name}.json");

    private static void Add(StringBuilder page, SystemProgram program, SystemResult result)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {program.Title}\n\n");
        page.Append(CultureInfo.InvariantCulture, $"`./results.sh --only {program.Name}{result.Options}` ({program.Papers}).\n");
        page.Append(CultureInfo.InvariantCulture, $"S{result.SeedText[1..]}, {Time(result.Seconds)}.\n\n");
        AddModels(page, program);
        if (program.DataFile is { } file) page.Append(CultureInfo.InvariantCulture, $"With `--data <file>`: {file}.\n\n");
        if (program.Full is { } full) page.Append(CultureInfo.InvariantCulture, $"With `--full`: {full}.\n\n");
        page.Append(CultureInfo.InvariantCulture, $"{result.Setting}\n\n");
        page.Append("| quantity | found | reference | of | claim |\n| --- | ---: | ---: | --- | --- |\n");
        foreach (var finding in result.Findings)
        {
            var (found, reference) = (finding.FoundText, Finding.Text(finding.Reference));
            var quantity = finding.Quantity.Replace("|", "\\|", StringComparison.Ordinal);
            page.Append(CultureInfo.InvariantCulture, $"| {quantity} | {found} | {reference} | {finding.Source} | {Claim(finding)} |\n");
        }

        foreach (var remark in result.Remarks) page.Append(CultureInfo.InvariantCulture, $"\n{remark}\n");
        foreach (var picture in result.Pictures)
            page.Append(CultureInfo.InvariantCulture, $"\n![{picture.Caption}]({Pictures}/{program.Name}-{picture.File})\n\n*{picture.Caption}*\n");
    }

    // A model that several programs train is shown with the first of them.
    private static void AddModels(StringBuilder page, SystemProgram program)
    {
        page.Append(CultureInfo.InvariantCulture, $"The program is {Link(program.Run.Method.DeclaringType!)}.\n");
        foreach (var model in program.Models)
        {
            var first = Catalogue.All.First(other => other.Models.Contains(model));
            page.Append(CultureInfo.InvariantCulture, $"\n{Link(model)}{(first == program ? ":" : $", shown above ({first.Title}).")}\n");
            if (first != program) continue;
            page.Append(CultureInfo.InvariantCulture, $"\n<!-- snippet: none, a part of {ModelText.FileOf(model)} -->\n");
            page.Append(CultureInfo.InvariantCulture, $"```csharp\n{ModelText.Of(model)}\n```\n");
        }

        var trained = program.Run.Method.DeclaringType!;
        var (guides, objectives) = (ModelText.Calls(trained, "CreateGuide("), ModelText.Calls(trained, "Objective."));
        if (guides.Count > 0) page.Append(CultureInfo.InvariantCulture, $"\nIts guides: {Listed(guides)}.\n");
        if (objectives.Count > 0) page.Append(CultureInfo.InvariantCulture, $"\nIts objectives: {Listed(objectives)}.\n");
        page.Append('\n');
    }

    private static string Listed(IReadOnlyList<string> calls) => string.Join(", ", calls.Select(call => $"`{call}`"));

    private static string Link(Type type) => $"[{type.Name}](../examples/{ModelText.FileOf(type)})";

    private static string Claim(Finding finding) => finding.Holds ? finding.Claim : $"{finding.Claim}: **does not hold**";

    private static string Time(double seconds) => seconds < 90
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} seconds")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:F0} minutes");
}
