using System.Diagnostics.CodeAnalysis;
using System.Text;
using Ppl.Common;

namespace Ppl.Inference;

/// <summary>One line of a log.</summary>
/// <param name="Step">Steps taken so far.</param>
/// <param name="Event"><c>step</c>, <c>held out</c> (within an epoch) or <c>epoch</c> (at its end).</param>
/// <param name="Epoch">The epoch's number, from 1.</param>
/// <param name="Objective">The objective's short name.</param>
/// <param name="Bound">The bound: of the step's batch, else the mean over the epoch so far.</param>
/// <param name="Parts">Each site's part, the mean over the epoch so far.</param>
/// <param name="LearningRate">The last step's rate.</param>
/// <param name="StepsPerSecond">The rate of the epoch so far; 0 where it was resumed at its end.</param>
/// <param name="GradientNorm">The norm of the last step's gradient, before it was clipped; null where this process has made no step.</param>
/// <param name="HeldOut">The bound on the held-out set, where it has been evaluated.</param>
/// <param name="ObjectiveState">What the objective remembers after the last step; null where that is nothing.</param>
internal sealed record LogRow(
    long Step,
    string Event,
    int Epoch,
    string Objective,
    double Bound,
    IReadOnlyDictionary<string, double> Parts,
    double LearningRate,
    double StepsPerSecond,
    double? GradientNorm = null,
    double? HeldOut = null,
    IReadOnlyDictionary<string, double>? ObjectiveState = null);

/// <summary>Where training stood at a line of a log.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Event">What the line tells.</param>
/// <param name="Epoch">The epoch's number, from 1.</param>
internal sealed record LogPlace(long Step, string Event, int Epoch)
{
    /// <summary>Whether an engine has still to come there. The last step of an epoch may be done, and its end not.</summary>
    public bool IsAfter(Svi svi) => Step > svi.Steps || (Event == "epoch" && Epoch > svi.Epochs);
}

/// <summary>A log of training in a file: a line for each epoch, each evaluation within one and, on request, for some of the steps.</summary>
/// <remarks>
/// Lines are handed to the system as they are made, so that a killed program loses none. A fit continues the file from where its engine
/// stands: lines of later steps, which a killed run wrote after its last checkpoint, are cut off, since the resumed one writes them again.
/// An engine that has made no step yet therefore begins the file anew.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The fit closes the file by OnFitEnd, which it calls in any case.")]
public abstract class TrainingLog : ITrainingCallback
{
    private readonly int? everySteps;
    private FileLock? held;
    private StreamWriter? lines;
    private StepReport? last;

    private protected TrainingLog(string path, int? everySteps)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(everySteps ?? 1, 1, nameof(everySteps));
        (Path, this.everySteps) = (path, everySteps);
    }

    /// <summary>The file.</summary>
    internal string Path { get; }

    /// <summary>Where the log is: <c>CsvLog of runs/log.csv</c>.</summary>
    public override string ToString() => $"{GetType().Name} of {Path}";

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written, is in use, or is no log of this model in this format.</exception>
    public void OnFitBegin(Svi svi, FitReport fit)
    {
        ArgumentNullException.ThrowIfNull(svi);
        held = OutputLock.Take("log", Path);
        FileStream? stream = null;
        try
        {
            stream = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            var header = Header(Labels(svi.Guide));
            var end = EndOfRows(stream, header, svi);
            if (end != stream.Length) stream.SetLength(end);
            stream.Seek(0, SeekOrigin.End);
            lines = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n", AutoFlush = true };
            if (end == 0 && header is not null) lines.WriteLine(header);
        }
        catch
        {
            // Not by its writer, which would try once more to write what the disk has refused.
            stream?.Dispose();
            held.Dispose();
            (lines, held) = (null, null);
            throw;
        }
    }

    /// <inheritdoc/>
    public void OnStepEnd(Svi svi, StepReport step)
    {
        ArgumentNullException.ThrowIfNull(svi);
        ArgumentNullException.ThrowIfNull(step);
        last = step;
        if (everySteps is not { } every || step.Step % every != 0) return;
        Write(svi, step.Step, "step", step.Epoch, svi.Objective.Name, step.Totals.Mean() with { Bound = step.Bound }, null, step.StepsPerSecond);
    }

    /// <inheritdoc/>
    public void OnHeldOut(Svi svi, HeldOutReport report)
    {
        ArgumentNullException.ThrowIfNull(svi);
        ArgumentNullException.ThrowIfNull(report);

        // At the end of an epoch its line has the number.
        if (report.Batch == 0) return;
        Write(svi, report.Step, "held out", report.Epoch, report.Objective, report.Training, report.HeldOut, last!.StepsPerSecond);
    }

    /// <inheritdoc/>
    public void OnEpochEnd(Svi svi, EpochReport epoch)
    {
        ArgumentNullException.ThrowIfNull(svi);
        ArgumentNullException.ThrowIfNull(epoch);
        Write(svi, epoch.Step, "epoch", epoch.Epoch, epoch.Objective, epoch.Training, epoch.HeldOut, epoch.StepsPerSecond);
    }

    /// <inheritdoc/>
    public void OnFitEnd(Svi svi, FitResult? result)
    {
        var (writer, file) = (lines, held);
        (lines, held, last) = (null, null, null);
        using (file) writer?.Dispose();
    }

    /// <summary>The file's first line; null where it has none.</summary>
    private protected abstract string? Header(IReadOnlyList<string> parts);

    /// <summary>A row as a line.</summary>
    private protected abstract string Line(LogRow row);

    /// <summary>Where training stood at a line; null where it is no row.</summary>
    private protected abstract LogPlace? PlaceOf(string line);

    /// <summary>What the sites' parts are called, in the order in which bounds list them.</summary>
    private static List<string> Labels(Guide guide) =>
    [
        .. guide.SitesOfRun.Select(site => new PartValue(site.Name, site.Kind != Contracts.SiteKind.Latent, 0)
        {
            IsPoint = site.Kind == Contracts.SiteKind.Latent && guide.FindEncoder(site.Name) is { IsPoint: true },
        }.Label),
    ];

    private void Write(Svi svi, long step, string what, int epoch, string objective, BoundValue training, BoundValue? heldOut, double rate) =>
        lines!.WriteLine(Line(new LogRow(
            step,
            what,
            epoch,
            objective,
            training.Bound,
            training.Parts.ToDictionary(part => part.Label, part => part.Value),
            last?.LearningRate ?? svi.LearningRate ?? 0,
            rate,
            svi.GradientNorm,
            heldOut?.Bound,
            svi.ObjectiveState.Count > 0 ? svi.ObjectiveState : null)));

    /// <summary>Where the rows up to a step end. A line that is cut short, as by a power failure, is none.</summary>
    private long EndOfRows(FileStream stream, string? header, Svi svi)
    {
        // A device such as a terminal has no rows to read.
        var (reader, length) = (new BufferedStream(stream), stream.Length);
        var (line, number, end) = (new List<byte>(), 0, 0L);
        int next;
        for (var read = 0L; read < length && (next = reader.ReadByte()) >= 0; read++)
        {
            if (next != '\n')
            {
                line.Add((byte)next);
                continue;
            }

            number++;
            var text = Encoding.UTF8.GetString([.. line]);
            if (number == 1 && header is not null)
            {
                if (text != header) throw Foreign(number, text);
            }
            else
            {
                var place = PlaceOf(text) ?? throw Foreign(number, text);
                if (place.IsAfter(svi)) break;
            }

            end += line.Count + 1;
            line.Clear();
        }

        // A first line without an end could be anything.
        if (number == 0 && line.Count > 0) throw Foreign(1, Encoding.UTF8.GetString([.. line]));
        return svi.Steps == 0 ? 0 : end;
    }

    private IOException Foreign(int number, string line)
    {
        var shown = line.Length <= 60 ? line : line[..60] + "...";
        return new IOException(
            $"log {Path}: line {number} is not one of this log ('{shown}'); nothing was written. Take another name, or delete the file.");
    }
}
