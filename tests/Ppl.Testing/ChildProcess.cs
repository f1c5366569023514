using System.Diagnostics;
using System.Reflection;

namespace Ppl.Testing;

/// <summary>Another process that runs this test assembly's own <c>Main</c>, for tests of what happens between processes.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process process;

    /// <summary>Starts the process.</summary>
    /// <param name="arguments">The arguments of <c>Main</c>.</param>
    public ChildProcess(params string[] arguments)
    {
        // The test host may be a program of its own: only `dotnet` runs assemblies.
        var host = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        var start = new ProcessStartInfo(host, ["exec", Assembly.GetExecutingAssembly().Location, .. arguments])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        process = Process.Start(start)!;
    }

    /// <summary>The process's number.</summary>
    public int Id => process.Id;

    /// <summary>Waits until the process has printed a line.</summary>
    public void WaitFor(string line)
    {
        while (process.StandardOutput.ReadLine() is { } found)
        {
            if (found == line) return;
        }

        throw new InvalidOperationException($"the child process ended with code {process.ExitCode} before it printed \"{line}\"");
    }

    /// <summary>Waits for the end: the exit code, and what was printed.</summary>
    public (int Code, string Output) Finish()
    {
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    /// <summary>Ends the process at once, without any clean-up of its own (SIGKILL), and waits until the system has cleared it away.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited) Kill();
        process.Dispose();
    }
}
