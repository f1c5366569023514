namespace Ppl.Testing;

/// <summary>A test of what some systems alone have; skipped elsewhere, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactOnAttribute : FactAttribute
{
    public FactOnAttribute(string reason, params string[] systems)
    {
        if (!Array.Exists(systems, OperatingSystem.IsOSPlatform)) Skip = reason;
    }
}
