using System.Globalization;
using Ppl.Inference;
using Ppl.Reporting;
using Spectre.Console;

namespace Ppl.Examples.Vae;

/// <summary>One line of the final table, on the test set, in nats an image.</summary>
internal sealed record TableRow(
    string Objective,
    int Epochs,
    double Elbo,
    double Reconstruction,
    double Kl,
    LikelihoodEstimate Nll,
    int NllImages,
    int Active,
    int Latents);

/// <summary>The final table.</summary>
internal static class ResultTable
{
    public static void Write(IReadOnlyList<TableRow> rows, Options options, TrainAndTest data, string path)
    {
        using var file = new StringWriter();
        foreach (var console in new[] { ReportConsole.Open(), ReportConsole.Plain(file) }) console.Write(Make(rows, options, data));
        File.WriteAllText(path, file.ToString());
    }

    private static Table Make(IReadOnlyList<TableRow> rows, Options options, TrainAndTest data)
    {
        var table = new Table().MarkdownBorder().Title(Markup.Escape($"{data.Test.Name}, {data.Binarization}; nats an image"))
            .Caption($"NLL: importance sampling with {options.NllSamples} samples an image, the first {rows[0].NllImages} test images")
            .AddColumn("objective");
        foreach (var name in new[] { "epochs", "-ELBO", "-log p(x|z)", "KL", "NLL (std. error)", "active units" })
            table.AddColumn(name, column => column.RightAligned());
        foreach (var row in rows)
        {
            table.AddRow(
                Markup.Escape(row.Objective),
                Text($"{row.Epochs}"),
                Text($"{-row.Elbo:F2}"),
                Text($"{-row.Reconstruction:F2}"),
                Text($"{row.Kl:F2}"),
                Text($"{row.Nll.Mean:F2} ({row.Nll.StandardError:F2})"),
                Text($"{row.Active} of {row.Latents}"));
        }

        return table;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
