using Ppl.Inference;
using Spectre.Console;

namespace Ppl.Reporting.Tests;

public sealed class ConsoleReporterTests
{
    private static readonly FitReport Start = new(1, 2, 4, "ELBO", "ELBO", 1234);
    private static readonly BoundValue Value = new(-3.5, [new PartValue("z", IsObserved: false, 1.25)]);

    [Fact]
    public void A_terminal_shows_a_bar_with_the_means_so_far()
    {
        var text = Shown(terminal: true);
        Assert.Contains("ELBO: epochs 1 to 2, 4 steps each, 1,234 parameters", text, StringComparison.Ordinal);
        Assert.Contains("2/4  ELBO -3.50  KL z 1.25  9.0 steps/s", text, StringComparison.Ordinal);
        Assert.Contains('━', text);
        Assert.Contains("epoch 1/2  ELBO -3.50  KL z 1.25  8.0 steps/s", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Elsewhere_it_writes_the_plain_lines_alone() => Assert.Equal(
        "ELBO: epochs 1 to 2, 4 steps each, 1,234 parameters\nepoch 1/2  ELBO -3.50  KL z 1.25  8.0 steps/s\n",
        Shown(terminal: false).ReplaceLineEndings("\n"));

    [Fact]
    public void A_long_message_stays_one_line_in_a_file()
    {
        using var writer = new StringWriter();
        var text = string.Join(' ', Enumerable.Repeat("[word]", 100));
        new ConsoleReporter(ReportConsole.Plain(writer)).Message(text);
        Assert.Equal(text + Environment.NewLine, writer.ToString());
    }

    private static string Shown(bool terminal)
    {
        using var writer = new StringWriter();
        var console = terminal ? Terminal(writer) : ReportConsole.Plain(writer);
        var reporter = new ConsoleReporter(console);
        reporter.Run(Start, () =>
        {
            reporter.StepEnded(new StepReport(2, 1, 2, -3.5, EpochTotals.Empty.Add(8, Value), 9));
            reporter.EpochEnded(new EpochReport(4, 1, "ELBO", Value, null, 8, 0.5));
        });
        return writer.ToString();
    }

    private static IAnsiConsole Terminal(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = 120;
        return console;
    }
}
