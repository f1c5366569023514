using System.Diagnostics;

namespace Ppl.Torch.Tests.Processes;

/// <summary>How a program of <see cref="Program"/> ended.</summary>
internal sealed record Child(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Child Run(string program, params string[] arguments)
    {
        // No terminal: a program in the background is stopped when it touches one.
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(Program).Assembly.Location);
        start.ArgumentList.Add(program);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new TimeoutException($"{program} did not end within {Patience}; it wrote: {output.Result}{errors.Result}");
        }
        return new Child(process.ExitCode, output.Result, errors.Result);
    }
}
