using System.Globalization;

namespace Ppl.Generators.Ir;

/// <summary>A dimension of a parameter.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Dimension">The dimension, from 0.</param>
internal sealed record PlateSource(int Parameter, int Dimension);

/// <summary>A plate of the program.</summary>
/// <param name="Id">Its position in the list.</param>
/// <param name="Name">The name of its variable.</param>
/// <param name="Sources">The dimensions of data that it takes, which give its size where it is not by number.</param>
/// <param name="Size">What its size is computed from; null where data give it.</param>
/// <param name="IsEntered">Whether a <c>using</c> enters it for a scope; otherwise sites name it by <c>within</c>.</param>
/// <param name="Anchor">Where the call stands.</param>
internal sealed record PlateSpec(int Id, string Name, EquatableArray<PlateSource> Sources, TextSpec? Size, bool IsEntered, int Anchor)
{
    /// <summary>
    /// Whether it is the leading dimension of data: what a mini-batch cuts, and what particles fold into. A plate by number is complete in every
    /// batch, and so is one that takes a later dimension of some data.
    /// </summary>
    public bool IsRows => Size is null && Sources.Count > 0 && Sources.All(s => s.Dimension == 0);

    public string ToText(IReadOnlyList<VariableSpec> variables) =>
        $"{Name} of {Call(variables)}{(IsEntered ? "" : ", by name")}";

    /// <summary>What stands between the parentheses of the call that would make it.</summary>
    private string Call(IReadOnlyList<VariableSpec> variables) =>
        string.Join(", ", (Size is { } size ? new[] { size.OneLine } : []).Concat(Sources.Select(s => Source(s, variables))));

    private static string Source(PlateSource source, IReadOnlyList<VariableSpec> variables)
    {
        var name = variables[source.Parameter].Name;
        return source.Dimension == 0 ? name : $"{name}[{source.Dimension.ToString(CultureInfo.InvariantCulture)}]";
    }
}
