using System.Globalization;
using System.Text;
using Ppl.Inference;

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
internal static class Table
{
    public static void Write(IReadOnlyList<TableRow> rows, Options options, DataSet data, string path)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{data.Test.Name}, {data.Binarization}; nats an image");
        text.AppendLine("objective  epochs    -ELBO   -log p(x|z)      KL    NLL (std. error)   active units");
        foreach (var row in rows)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{row.Objective,-10} {row.Epochs,6} {-row.Elbo,8:F2}   {-row.Reconstruction,11:F2} {row.Kl,7:F2}   "
                + $"{row.Nll.Mean,6:F2} ({row.Nll.StandardError:F2})   {row.Active,7} of {row.Latents}");
        }

        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"NLL: importance sampling with {options.NllSamples} samples an image, the first {rows[0].NllImages} test images");
        Console.WriteLine();
        Console.Write(text);
        File.WriteAllText(path, text.ToString());
    }
}
