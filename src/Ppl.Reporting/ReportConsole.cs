using Spectre.Console;

namespace Ppl.Reporting;

/// <summary>Consoles for reports: what a person sees on a terminal, and plain text where the output goes to a file.</summary>
public static class ReportConsole
{
    // Wide enough that no row of a table is folded.
    private const int PlainWidth = 160;

    /// <summary>The process's console. Redirected output gets neither colours nor a live display, whatever the terminal could show.</summary>
    public static IAnsiConsole Open() => Console.IsOutputRedirected ? Plain(Console.Out) : AnsiConsole.Console;

    /// <summary>Plain text for a file.</summary>
    /// <param name="text">Where it goes; the caller keeps it.</param>
    public static IAnsiConsole Plain(TextWriter text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = PlainWidth;
        return console;
    }
}
