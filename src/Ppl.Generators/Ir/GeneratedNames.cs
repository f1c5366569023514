namespace Ppl.Generators.Ir;

/// <summary>The names of what is generated, which a model's own names must not be.</summary>
internal static class GeneratedNames
{
    /// <summary>Members of the model's class.</summary>
    public static readonly IReadOnlyCollection<string> Members =
    [
        "CreateGuide", "Latents", "Joint", "Simulate", "Predict", "LogJoint", "Guide", "Draw", "Infer", "Terms", "Sites", "Plan",
        "Ancestral", "Named", "Flat", "Folded", "LoopLength",
    ];

    /// <summary>Members that every record class has.</summary>
    public static readonly IReadOnlyCollection<string> RecordMembers =
    [
        "Equals", "GetHashCode", "ToString", "GetType", "Deconstruct", "EqualityContract", "PrintMembers", "MemberwiseClone", "Finalize",
    ];

    /// <summary>Members of the guide's class that are not inherited, and those of its draws.</summary>
    public static readonly IReadOnlyCollection<string> GuideMembers = ["Posterior", "Reconstruct", "owner", "Batch", "Rows", "Distributions", "AtLeaves", "Particles"];

    /// <summary>Whether a site of this name would collide with what is generated.</summary>
    public static bool IsReserved(string name) => Members.Contains(name) || RecordMembers.Contains(name) || GuideMembers.Contains(name);
}
