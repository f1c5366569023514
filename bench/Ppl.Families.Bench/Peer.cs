using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Ppl.Families.Bench;

/// <summary>A Python process beside this one that times PyTorch's families, job by job.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process process;

    private Peer(Process process) => this.process = process;

    /// <summary>Starts it; null where there is no Python with PyTorch.</summary>
    /// <param name="python">The interpreter.</param>
    public static Peer? Start(string python)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "peer.py");
        var start = new ProcessStartInfo(python, [script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["OMP_NUM_THREADS"] = "1" },
        };
        try
        {
            using var probe = Process.Start(new ProcessStartInfo(python, ["-c", "import torch"]) { RedirectStandardError = true })!;
            probe.StandardError.ReadToEnd();
            probe.WaitForExit();
            if (probe.ExitCode != 0) return null;
            var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            return new Peer(process);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Prepares a job; what went wrong, or null.</summary>
    public string? Prepare(string key, string what, FamilyCase family)
    {
        var answer = Ask(new
        {
            key,
            what,
            make = family.Peer,
            @fixed = family.Fixed,
            parameters = family.Parameters.ToDictionary(p => p.Key, p => Text(p.Value)),
            value = Text(family.Value),
        });
        return answer == "ok" ? null : answer;
    }

    /// <summary>Seconds of processor time of one call, in a block of so many.</summary>
    public double Time(string key, int calls) => double.Parse(Ask(new { key, calls }), CultureInfo.InvariantCulture);

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private static object[] Text(TorchSharp.torch.Tensor tensor)
    {
        using var flat = tensor.detach().to(TorchSharp.torch.ScalarType.Float32).contiguous();
        return [tensor.shape, flat.data<float>().ToArray()];
    }

    private string Ask(object job)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(job));
        process.StandardInput.Flush();
        return process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The Python process has ended.");
    }
}
