using System.Globalization;

namespace Ppl.Inference;

/// <summary>A log of training as comma-separated values: see <see cref="TrainingLog"/>.</summary>
/// <remarks>
/// The columns are <c>step</c>, <c>event</c> (<c>step</c>, <c>held out</c> or <c>epoch</c>), <c>epoch</c>, <c>objective</c>, <c>bound</c>, one
/// for each site's part (<c>KL z</c>, <c>log p(x)</c>), <c>held_out</c>, <c>learning_rate</c>, <c>gradient_norm</c>, <c>objective_state</c>,
/// <c>steps_per_second</c>. The bound is the step's in the line of a step, else the mean over the epoch so far, as the parts are. What an objective
/// remembers, such as a multiplier (<see cref="Svi.ObjectiveState"/>), is one cell, <c>multiplier=1.25;KL=9.98</c>: another objective has other
/// numbers. Numbers are written so that reading gives the same bits.
/// </remarks>
/// <param name="path">The file.</param>
/// <param name="everySteps">Steps between lines of steps, at least 1; no such lines when null.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="everySteps"/> is below 1.</exception>
public sealed class CsvLog(string path, int? everySteps = null) : TrainingLog(path, everySteps)
{
    private IReadOnlyList<string> parts = [];

    private protected override string? Header(IReadOnlyList<string> parts)
    {
        this.parts = parts;
        string[] columns =
        [
            "step", "event", "epoch", "objective", "bound", .. parts, "held_out", "learning_rate", "gradient_norm", "objective_state",
            "steps_per_second",
        ];
        return string.Join(',', columns);
    }

    private protected override string Line(LogRow row) => string.Join(
        ',',
        (string[])
        [
            row.Step.ToString(CultureInfo.InvariantCulture),
            row.Event,
            row.Epoch.ToString(CultureInfo.InvariantCulture),
            row.Objective,
            Text(row.Bound),
            .. parts.Select(part => row.Parts.TryGetValue(part, out var value) ? Text(value) : ""),
            row.HeldOut is { } heldOut ? Text(heldOut) : "",
            Text(row.LearningRate),
            row.GradientNorm is { } norm ? Text(norm) : "",
            Quoted(string.Join(';', (row.ObjectiveState ?? ObjectiveState.None).Select(pair => $"{pair.Key}={Text(pair.Value)}"))),
            row.StepsPerSecond.ToString("F2", CultureInfo.InvariantCulture),
        ]);

    private protected override LogPlace? PlaceOf(string line)
    {
        var cells = line.Split(',');
        return cells.Length > 2
            && long.TryParse(cells[0], CultureInfo.InvariantCulture, out var step)
            && int.TryParse(cells[2], CultureInfo.InvariantCulture, out var epoch)
            ? new LogPlace(step, cells[1], epoch)
            : null;
    }

    // The names in it are the objective's own, which may be a user's.
    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny(",\"\n") < 0
        ? cell
        : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
