using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Ppl.Inference;

/// <summary>
/// Shows training on the console: one line for each epoch, and on a terminal a live line below them with a bar, the means
/// so far and the step rate. Redirected output gets the plain lines only.
/// </summary>
public sealed class ConsoleReporter : ITrainingReporter
{
    private const int BarWidth = 24;
    private static readonly TimeSpan RefreshPeriod = TimeSpan.FromMilliseconds(100);
    private readonly IAnsiConsole? terminal;
    private readonly TextWriter lines;
    private LiveDisplayContext? live;
    private long lastRefresh;
    private FitReport? fit;

    /// <summary>Reports to the process's console: live on a terminal, plain lines when redirected.</summary>
    public ConsoleReporter()
        : this(Console.IsOutputRedirected ? null : AnsiConsole.Console, Console.Out)
    {
    }

    /// <summary>Reports plain lines to a writer.</summary>
    public ConsoleReporter(TextWriter lines)
        : this(null, lines)
    {
    }

    private ConsoleReporter(IAnsiConsole? terminal, TextWriter lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        this.terminal = terminal is { Profile.Capabilities: { Ansi: true, Interactive: true } } ? terminal : null;
        this.lines = lines;
    }

    /// <inheritdoc/>
    public void Run(FitReport start, Action fit)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(fit);
        this.fit = start;
        Message(string.Create(
            CultureInfo.InvariantCulture,
            $"{start.Objective}: epochs {start.FirstEpoch} to {start.LastEpoch}, {start.StepsPerEpoch} steps each, "
            + $"{start.Parameters:N0} parameters"));
        if (terminal is null)
        {
            fit();
            return;
        }

        // Lines written to the console while the display is live appear above it.
        terminal.Live(new Text("")).AutoClear(true).Overflow(VerticalOverflow.Crop).Start(context =>
        {
            live = context;
            try
            {
                fit();
            }
            finally
            {
                live = null;
            }
        });
    }

    /// <inheritdoc/>
    public void Message(string text)
    {
        if (terminal is null) lines.WriteLine(text);
        else terminal.WriteLine(text);
    }

    /// <inheritdoc/>
    public void StepEnded(StepReport step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (live is null || fit is null || Stopwatch.GetElapsedTime(lastRefresh) < RefreshPeriod) return;
        lastRefresh = Stopwatch.GetTimestamp();
        var filled = (int)(BarWidth * (double)step.Batch / fit.StepsPerEpoch);
        var bar = $"[green]{new string('━', filled)}[/][grey]{new string('━', BarWidth - filled)}[/]";
        live.UpdateTarget(new Markup(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {step.Epoch}/{fit.LastEpoch} {bar} {step.Batch}/{fit.StepsPerEpoch}  "
            + $"{Markup.Escape(Numbers(fit.Bound, step.Totals.Mean()))}  {step.StepsPerSecond:F1} steps/s")));
    }

    /// <inheritdoc/>
    public void EpochEnded(EpochReport epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        Message(Line(epoch));
    }

    private string Line(EpochReport epoch)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {epoch.Epoch}/{fit?.LastEpoch ?? epoch.Epoch}  {Numbers(epoch.Objective, epoch.Training)}");
        if (epoch.HeldOut is { } heldOut) line += string.Create(CultureInfo.InvariantCulture, $"  held out {heldOut.Bound:F2}");
        return line + string.Create(CultureInfo.InvariantCulture, $"  {epoch.StepsPerSecond:F1} steps/s");
    }

    // The bound, then each site's part.
    private static string Numbers(string name, BoundValue value) =>
        string.Join("  ", value.Parts.Select(p => (p.Label, p.Value)).Prepend((name, value.Bound))
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Item1} {p.Item2:F2}")));
}
