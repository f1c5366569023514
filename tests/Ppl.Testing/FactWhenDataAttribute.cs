using System.Reflection;
using System.Runtime.CompilerServices;
using Ppl.Data;

namespace Ppl.Testing;

/// <summary>A test on a real data set; skipped, with the reason, where the data set is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWhenDataAttribute : FactAttribute
{
    public FactWhenDataAttribute(string setFolder)
    {
        if (DataFolder.Containing(setFolder) is null)
            Skip = $"no folder {setFolder} in {DataFolder.ForDownloads()}; {DataFolder.Variable} names another data folder";
    }
}

/// <summary>Lets the tests read the data beside the repository, where they are and nobody chose others.</summary>
internal static class SharedData
{
    [ModuleInitializer]
    internal static void Use()
    {
        if (Environment.GetEnvironmentVariable(DataFolder.Variable) is { Length: > 0 }) return;
        var root = typeof(SharedData).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;
        var shared = Path.GetFullPath(Path.Combine(root, "..", "shared", "data"));
        if (Directory.Exists(shared)) Environment.SetEnvironmentVariable(DataFolder.Variable, shared);
    }
}
