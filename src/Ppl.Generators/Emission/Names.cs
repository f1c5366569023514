namespace Ppl.Generators.Emission;

/// <summary>Names of emitted locals, which collide with nothing in the user's method.</summary>
internal sealed class Names(IEnumerable<string> taken)
{
    private static readonly HashSet<string> Keywords = [.. (
        "abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event "
        + "explicit extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null "
        + "object operator out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static "
        + "string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while").Split(' ')];

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

    /// <summary>A name in the accessor of a property, where <c>field</c> is a keyword since C# 14.</summary>
    public static string InAccessor(string name) => name == "field" ? "@field" : Escape(name);

    /// <summary>A name as it is written in C#.</summary>
    public static string Escape(string name) => Keywords.Contains(name) ? "@" + name : name;
}
