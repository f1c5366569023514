using Ppl.Reporting;

namespace Ppl.Examples.Systems;

/// <summary>Deep VAEs of 1, 2, 3 and 5 stochastic layers: bottom-up and ladder inference, with and without warm-up.</summary>
public static class LadderProgram
{
    private const int Deepest = 5;

    /// <summary>Trains and measures each setting.</summary>
    /// <param name="run">What it is told.</param>
    public static SystemResult Run(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var data = Images.Open(run);
        var epochs = run.EpochsOr(20, 1, 2_000);
        var training = new LadderTraining(run, data, epochs);
        var rows = new List<LadderRow>();
        foreach (var setting in LadderSetting.All.Where(setting => !run.IsSmoke || setting.Layers is 1 or Deepest))
        {
            rows.Add(training.Run(setting));
            Console.WriteLine($"{setting.Name}: {rows[^1].Bound:F2}; KL {Numbers(rows[^1].Kl)}; active {Numbers(Active(rows[^1]))}");
        }

        var deep = rows.Where(row => row.Setting.Layers == Deepest).ToList();
        Chart(run, "kl.png", $"{data.Test.Name}: KL of each layer, nats", deep, row => row.Kl);
        Chart(run, "active.png", $"{data.Test.Name}: active units of each layer", deep, Active);
        return new(
            $"{data.Train.Name}, {data.Binarization}: {training.Sizes}, {training.Depth} of leaky rectifiers with batch normalization in each "
            + $"network. {epochs} passes over {training.Images} images by Adam(1e-3), batches of {training.BatchSize}, from one seed; the warm-up "
            + $"takes the first tenth of the steps. Of {training.Tested.Bound} test images; the NLL of {training.Tested.Nll} of them by "
            + $"{training.Tested.Samples} importance samples.",
            [.. rows.SelectMany(row => Findings(row, run.IsSmoke ? [] : rows, data)), .. deep.SelectMany(Layers)],
            [new("kl.png", "the divergence of each of five layers"), new("active.png", "the active units of each of five layers")],
            [
                "Bottom-up inference draws z[0] from the image and each higher layer from the one below; a ladder draws from the top, and each "
                    + "factor below it is the model's own prior, corrected by what the image says. A layer whose divergence is 0 nats says nothing "
                    + "about the image.",
                "With the warm-up a ladder has the higher bound at each depth, as in the paper. Without it a deep ladder is the worst of the four. "
                    + "Bottom-up models of two and three layers gain less by the warm-up than one seed differs from another; those of five gain half "
                    + "a nat, and use a second layer.",
                "A unit is active where the mean of its factor, averaged over draws of what the factor sees, varies from image to image.",
                "The paper's number is of far longer training and larger networks: the use of the layers is to be compared, and not the "
                    + "likelihood.",
            ]);
    }

    private static IEnumerable<Finding> Findings(LadderRow row, IReadOnlyList<LadderRow> all, TrainAndTest data)
    {
        var name = row.Setting.Name;
        double[] behind = [.. all.Where(other => IsBehind(other.Setting, row.Setting)).Select(other => -other.Bound)];
        yield return new($"{name}: −ELBO", -row.Bound, Most: behind.Length == 0 ? null : behind.Min());
        double? published = row.Setting is { Layers: Deepest, IsLadder: true, HasWarmUp: true } ? 81.74 : null;
        yield return new Finding($"{name}: NLL", row.Nll).WithPublished(data, published, "Sønderby et al. 2016, their best on MNIST");
        if (row.Setting.Layers == 1) yield break;
        yield return new($"{name}: KL of the layers above the first, nats", row.Kl.Skip(1).Sum());
        yield return new($"{name}: active units above the first layer", row.Active.Skip(1).Sum(units => units.Active));
    }

    // The paper's findings: deep models gain by the warm-up, and with it by the ladder. Shallow bottom-up ones gain less than seeds differ.
    private static bool IsBehind(LadderSetting other, LadderSetting setting)
    {
        if (setting is not { Layers: > 1, HasWarmUp: true }) return false;
        if (setting.IsLadder && other == setting with { IsLadder = false }) return true;
        return (setting.IsLadder || setting.Layers == Deepest) && other == setting with { HasWarmUp = false };
    }

    private static IEnumerable<Finding> Layers(LadderRow row) => row.Kl.SelectMany((kl, i) => new Finding[]
    {
        new($"{row.Setting.Name}: KL of z[{i}], nats", kl),
        new($"{row.Setting.Name}: active units of z[{i}], of {row.Active[i].Total}", row.Active[i].Active),
    });

    private static double[] Active(LadderRow row) => [.. row.Active.Select(units => (double)units.Active)];

    private static string Numbers(IEnumerable<double> numbers) => string.Join(", ", numbers.Select(number => number.ToString("G3", null)));

    private static void Chart(SystemRun run, string file, string title, IEnumerable<LadderRow> rows, Func<LadderRow, IReadOnlyList<double>> of)
    {
        var chart = new LineChart { Title = title, XLabel = "layer, from the data up", YLow = 0, Width = 560, Height = 360 };
        foreach (var row in rows)
        {
            double[] layers = [.. Enumerable.Range(1, Deepest).Select(layer => (double)layer)];
            chart.Add(row.Setting.Name, layers, [.. of(row)], markers: true);
        }

        chart.Save(run.File(file));
    }
}
