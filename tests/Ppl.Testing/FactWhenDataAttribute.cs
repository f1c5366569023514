using Ppl.Data;

namespace Ppl.Testing;

/// <summary>A test on a real data set; skipped, with the reason, where the data set is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWhenDataAttribute : FactAttribute
{
    public FactWhenDataAttribute(string setFolder)
    {
        if (DataFolder.Containing(setFolder) is null)
        {
            Skip = $"no folder {setFolder} in ../shared/data or artifacts/data";
        }
    }
}
