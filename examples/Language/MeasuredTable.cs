using System.Globalization;
using Ppl.Reporting;
using Spectre.Console;

namespace Ppl.Examples.Language;

/// <summary>What a program found, as a table.</summary>
internal static class MeasuredTable
{
    public static void Write(string title, IReadOnlyList<Measured> rows)
    {
        var table = new Table().MarkdownBorder().Title(Markup.Escape(title)).AddColumn("quantity, reference");
        foreach (var name in new[] { "found", "reference", "distance", "margin", "holds" }) table.AddColumn(name, column => column.RightAligned());
        foreach (var row in rows)
        {
            table.AddRow(
                Markup.Escape(row.Quantity),
                Text(row.Found),
                Text(row.Reference),
                Text(row.Reference is { } reference ? Math.Abs(row.Found - reference) : null),
                Text(row.Margin),
                row.Holds switch { true => "yes", false => "NO", null => "" });
        }

        ReportConsole.Open().Write(table);
    }

    private static string Text(double? number) => number switch
    {
        null => "",
        0 => "0",
        { } small when Math.Abs(small) < 1e-3 => small.ToString("0.0E0", CultureInfo.InvariantCulture),
        { } other => other.ToString("F4", CultureInfo.InvariantCulture),
    };
}
