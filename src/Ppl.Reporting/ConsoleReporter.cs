using System.Diagnostics;
using System.Globalization;
using Ppl.Inference;
using Spectre.Console;

namespace Ppl.Reporting;

/// <summary>
/// Shows training on the console: the lines of <see cref="TextReporter"/>, and on a terminal a live line below them with a bar, the means
/// so far and the step rate.
/// </summary>
public sealed class ConsoleReporter : ITrainingReporter
{
    private const int BarWidth = 24;
    private static readonly TimeSpan RefreshPeriod = TimeSpan.FromMilliseconds(100);
    private readonly IAnsiConsole console;
    private LiveDisplayContext? live;
    private long lastRefresh;
    private FitReport? fit;

    /// <summary>Reports to the process's console.</summary>
    public ConsoleReporter()
        : this(ReportConsole.Open())
    {
    }

    /// <summary>Reports to a console; the live line is shown where it is interactive and takes escape sequences.</summary>
    /// <param name="console">The console.</param>
    public ConsoleReporter(IAnsiConsole console)
    {
        ArgumentNullException.ThrowIfNull(console);
        this.console = console;
    }

    /// <inheritdoc/>
    public void Run(FitReport start, Action fit)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(fit);
        this.fit = start;
        Message(TextReporter.Line(start));
        if (console.Profile.Capabilities is not { Ansi: true, Interactive: true })
        {
            fit();
            return;
        }

        // Lines written to the console while the display is live appear above it.
        console.Live(new Text("")).AutoClear(true).Overflow(VerticalOverflow.Crop).Start(context =>
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
        // A plain writer, so that a long line is not folded at a width that a file does not have.
        if (console.Profile.Capabilities.Ansi) console.WriteLine(text);
        else console.Profile.Out.Writer.WriteLine(text);
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
            + $"{Markup.Escape(TextReporter.Numbers(fit.Bound, step.Totals.Mean()))}  {step.StepsPerSecond:F1} steps/s")));
    }

    /// <inheritdoc/>
    public void EpochEnded(EpochReport epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        Message(TextReporter.Line(epoch, fit?.LastEpoch ?? epoch.Epoch));
    }
}
