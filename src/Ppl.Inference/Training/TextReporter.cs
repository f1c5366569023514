using System.Globalization;

namespace Ppl.Inference;

/// <summary>Shows training as plain lines: one when a fit begins, one for each epoch, one for each message.</summary>
public sealed class TextReporter : ITrainingReporter
{
    private readonly TextWriter lines;
    private FitReport? fit;

    /// <summary>Reports to the process's output.</summary>
    public TextReporter()
        : this(Console.Out)
    {
    }

    /// <summary>Reports to a writer.</summary>
    /// <param name="lines">Where the lines go; the caller keeps it.</param>
    public TextReporter(TextWriter lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        this.lines = lines;
    }

    /// <summary>The line of a fit about to start, such as <c>ELBO: epochs 1 to 10, 469 steps each, 707,424 parameters</c>.</summary>
    /// <param name="start">The fit.</param>
    public static string Line(FitReport start)
    {
        ArgumentNullException.ThrowIfNull(start);
        var bound = $"{start.Objective}{(start.Unit == BoundUnit.Total ? ", in total over the data" : "")}";
        var length = start.IsBySteps ? $"{start.StepsPerEpoch} steps on all data"
            : $"epochs {start.FirstEpoch} to {start.LastEpoch}, {start.StepsPerEpoch} steps each";
        return string.Create(CultureInfo.InvariantCulture, $"{bound}: {length}, {start.Parameters:N0} parameters");
    }

    /// <summary>The line of an epoch: its number, the bound, each site's part, the held-out bound, the rate.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="lastEpoch">The number of the fit's last epoch.</param>
    public static string Line(EpochReport epoch, int lastEpoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        var line = $"epoch {epoch.Epoch}/{lastEpoch}  {Numbers(epoch.Objective, epoch.Training)}";
        if (epoch.HeldOut is { } heldOut) line += string.Create(CultureInfo.InvariantCulture, $"  held out {heldOut.Bound:F2}");
        return line + string.Create(CultureInfo.InvariantCulture, $"  {State(epoch.ObjectiveState)}{epoch.StepsPerSecond:F1} steps/s");
    }

    /// <summary>The line of an evaluation within an epoch, such as <c>step 500  held out -102.10</c>.</summary>
    /// <param name="report">The evaluation.</param>
    public static string Line(HeldOutReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return string.Create(CultureInfo.InvariantCulture, $"step {report.Step}  held out {report.HeldOut.Bound:F2}");
    }

    /// <summary>A bound and its parts, such as <c>ELBO -102.10  KL z 25.87  log p(x) -76.23</c>.</summary>
    /// <param name="bound">The bound's short name.</param>
    /// <param name="value">Its value.</param>
    public static string Numbers(string bound, BoundValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var parts = value.Parts.Select(p => (p.Label, p.Value)).Prepend((bound, value.Bound));
        if (value.Penalty != 0) parts = parts.Append((BoundValue.PenaltyLabel, value.Penalty));
        return string.Join("  ", parts
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Item1} {p.Item2:F2}")));
    }

    /// <summary>What an objective remembers, before what follows in the line; nothing where it remembers nothing.</summary>
    internal static string State(ObjectiveState state) => state.Count == 0 ? "" : $"{state}  ";

    /// <inheritdoc/>
    public void Run(FitReport start, Action fit)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(fit);
        this.fit = start;
        Message(Line(start));
        fit();
    }

    /// <inheritdoc/>
    public void Message(string text) => lines.WriteLine(text);

    /// <inheritdoc/>
    public void StepEnded(StepReport step)
    {
    }

    /// <inheritdoc/>
    public void EpochEnded(EpochReport epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        Message(Line(epoch, fit?.LastEpoch ?? epoch.Epoch));
    }
}
