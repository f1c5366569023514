using System.Globalization;

namespace Ppl.Torch.Tests.Processes;

internal static class Memory
{
    /// <summary>The most address space that this process has had, in bytes: it counts what was asked for and never touched.</summary>
    public static long Peak()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmPeak:", StringComparison.Ordinal));
        return long.Parse(line.Split((char[])null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
