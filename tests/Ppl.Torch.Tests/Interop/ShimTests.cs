using System.Reflection;
using System.Text.RegularExpressions;
using Ppl.Torch.Tests.Processes;

namespace Ppl.Torch.Tests.Interop;

/// <summary>No exception leaves the shim: every function that it exports is an entry with the guard.</summary>
public partial class ShimTests
{
    private static readonly string Sources =
        typeof(ShimTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "NativeSources").Value;

    [Fact]
    public void EveryExportedFunctionIsAnEntry() =>
        Assert.Equal(Entries().Order(), ElfExports.Of(Path.Combine(AppContext.BaseDirectory, "libppl_torch.so")).Order());

    [Fact]
    public void EveryEntryIsDeclaredForManagedCode() =>
        Assert.Equal(Entries().Order(), NullHandles.Entries.Select(m => m.Name).Order());

    [Fact]
    public void EveryEntryEndsWithTheGuard()
    {
        foreach (var source in Directory.EnumerateFiles(Sources, "*.cpp"))
        {
            foreach (var entry in File.ReadAllText(source).Split("\nPPL_ENTRY")[1..])
            {
                var body = entry[..(entry.IndexOf("\n}\n", StringComparison.Ordinal) + 3)];
                Assert.True(entry[body.Length..].StartsWith("PPL_GUARD\n", StringComparison.Ordinal), $"PPL_ENTRY{entry.Split('\n')[0]} has no PPL_GUARD");
            }
        }
    }

    [Theory]
    [InlineData("extern \"C\"")]
    [InlineData("visibility(")]
    [InlineData("dllexport")]
    public void OnlyTheMacroExports(string word)
    {
        var lines = Directory.EnumerateFiles(Sources).Where(f => !f.EndsWith(".sh", StringComparison.Ordinal)).SelectMany(File.ReadLines);
        Assert.All(lines.Where(l => l.Contains(word, StringComparison.Ordinal)), l => Assert.StartsWith("#define PPL_ENTRY(", l, StringComparison.Ordinal));
    }

    /// <summary>The managed side hands over no null; were it to, the shim answers with a fault all the same.</summary>
    [Fact]
    public void NullHandlesAreFaults()
    {
        var child = Child.Run(nameof(NullHandles));
        Assert.True(child.ExitCode == 0, $"ended with {child.ExitCode}: {child.Output}{child.Errors}");
        var refused = child.Output.Split('\n').Where(l => l.EndsWith("is expected, but got none", StringComparison.Ordinal)).Select(l => l.Split(' ')[0]);
        // Releasing nothing is nothing, and an empty list of tensors is one.
        string[] accept = ["ppl_tensor_release"];
        var expected = NullHandles.Entries.Where(m => m.GetParameters() is [{ ParameterType: var first }, ..] && first == typeof(IntPtr))
            .Select(m => m.Name).Except(accept).Except(NullHandles.Left);
        Assert.Equal(expected.Order(), refused.Order());
    }

    private static IEnumerable<string> Entries() =>
        Directory.EnumerateFiles(Sources, "*.cpp").SelectMany(File.ReadLines).Select(l => Entry().Match(l)).Where(m => m.Success)
            .Select(m => m.Groups["name"].Value);

    [GeneratedRegex(@"^PPL_ENTRY\([^,]+, (?<name>\w+)[,)]")]
    private static partial Regex Entry();
}
