using Ppl.Inference.Data;

namespace Ppl.Inference.Tests;

/// <summary>A test on a real data set; skipped, with the reason, where the data set is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWhenDataAttribute : FactAttribute
{
    public FactWhenDataAttribute(string setFolder)
    {
        var root = DataFolder.Resolve();
        if (root is null)
        {
            Skip = "no data folder here (../shared/data or artifacts/data)";
        }
        else if (!Directory.Exists(Path.Combine(root, setFolder)))
        {
            Skip = $"no folder {setFolder} in {root}";
        }
    }
}
