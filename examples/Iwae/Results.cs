using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Ppl.Reporting;
using Spectre.Console;

namespace Ppl.Examples.Iwae;

/// <summary>One row of the paper's table, as reached here.</summary>
internal sealed record ResultRow(
    int Layers, string Objective, int K, int Epochs, int TrainImages, int Seed, double Nll, double StandardError, string ActiveUnits, double Seconds);

/// <summary>The rows so far, on the console and, one at a time so that an interrupted run keeps them, in a CSV file.</summary>
internal sealed class Results
{
    private readonly List<ResultRow> rows = [];
    private readonly string? csv;

    /// <param name="csv">The file, or null.</param>
    /// <exception cref="DirectoryNotFoundException">Its folder does not exist: said before hours of training.</exception>
    public Results(string? csv)
    {
        this.csv = csv;
        if (csv is not null && Path.GetDirectoryName(Path.GetFullPath(csv)) is { } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"--csv {csv}: there is no such folder");
    }

    public void Add(ResultRow row)
    {
        rows.Add(row);
        Show();
        if (csv is not null) Append(row, csv);
    }

    // Programs that run beside each other, one for each k, may share one table.
    private static void Append(ResultRow row, string path) => SharedFile.Append(path, (file, isNew) =>
    {
        using var writer = new CsvWriter(file, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }, leaveOpen: true);
        if (isNew)
        {
            writer.WriteHeader<ResultRow>();
            writer.NextRecord();
        }

        writer.WriteRecord(row);
        writer.NextRecord();
    });

    private void Show()
    {
        var table = new Table().MarkdownBorder();
        foreach (var name in new[] { "layers", "objective", "k", "epochs", "NLL (std. error)", "active units", "seconds" })
            table.AddColumn(name, column => column.RightAligned());
        foreach (var row in rows)
        {
            table.AddRow(
                Text($"{row.Layers}"),
                Markup.Escape(row.Objective),
                Text($"{row.K}"),
                Text($"{row.Epochs}"),
                Text($"{row.Nll:F2} ({row.StandardError:F2})"),
                row.ActiveUnits,
                Text($"{row.Seconds:F0}"));
        }

        ReportConsole.Open().Write(table);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
