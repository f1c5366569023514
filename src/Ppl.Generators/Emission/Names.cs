namespace Ppl.Generators.Emission;

/// <summary>The names of what is generated, and locals that collide with nothing in the user's method.</summary>
internal sealed class Names(IEnumerable<string> taken)
{
    /// <summary>Members of the model's class.</summary>
    public static readonly IReadOnlyCollection<string> Members =
    [
        "CreateGuide", "Latents", "Joint", "Simulate", "Predict", "LogJoint", "Guide", "Draw", "Infer", "Terms", "Sites", "Plan",
        "Ancestral", "Named", "Flat", "LoopLength",
    ];

    /// <summary>Members that every record class has.</summary>
    public static readonly IReadOnlyCollection<string> RecordMembers =
    [
        "Equals", "GetHashCode", "ToString", "GetType", "Deconstruct", "EqualityContract", "PrintMembers", "MemberwiseClone", "Finalize",
    ];

    /// <summary>Members of the guide's class that are not inherited, and those of its draws.</summary>
    public static readonly IReadOnlyCollection<string> GuideMembers = ["Posterior", "Reconstruct", "owner", "Batch", "Rows", "Distributions", "AtLeaves"];

    private static readonly HashSet<string> Keywords = [.. (
        "abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern "
        + "false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator out override "
        + "params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true try typeof "
        + "uint ulong unchecked unsafe ushort using virtual void volatile while").Split(' ')];

    private readonly HashSet<string> taken = [.. taken];

    /// <summary>The names of one method: its locals may be called like those of another.</summary>
    public Names Scope() => new(taken);

    /// <summary>A name like the wanted one that nothing else uses; each call takes it.</summary>
    public string Local(string wanted)
    {
        var name = wanted;
        for (var i = 2; !taken.Add(name); i++) name = $"{wanted}_{i}";
        return name;
    }

    /// <summary>Whether a site of this name would collide with what is generated.</summary>
    public static bool IsReserved(string name) => Members.Contains(name) || RecordMembers.Contains(name) || GuideMembers.Contains(name);

    /// <summary>A name as it is written in C#.</summary>
    public static string Escape(string name) => Keywords.Contains(name) ? "@" + name : name;
}
