namespace Ppl.Testing;

/// <summary>A test of what only Unix has; skipped, with the reason, elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactOnUnixAttribute : FactAttribute
{
    public FactOnUnixAttribute(string reason)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) Skip = reason;
    }
}
