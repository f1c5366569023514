using System.Globalization;

namespace Ppl.Contracts;

/// <summary>
/// What an encoder's input is by its name: a parameter <c>x</c>, what says which of its data are there, <c>where(x)</c>, and slices of either,
/// <c>x[2]</c>, <c>where(x)[..3]</c>.
/// </summary>
/// <param name="Data">The parameter; the latent where it is one.</param>
/// <param name="IsMask">Whether it is the parameter's mask.</param>
/// <param name="From">The first of some slices; null for all.</param>
/// <param name="To">The position after the last; null for one slice, and for all.</param>
internal sealed record InputName(string Data, bool IsMask, int? From, int? To)
{
    /// <summary>Reads a name as steps of a guide have it.</summary>
    /// <param name="name">The name.</param>
    public static InputName Of(string name)
    {
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        var whole = bracket < 0 ? name : name[..bracket];
        var isMask = whole.StartsWith("where(", StringComparison.Ordinal);
        var data = isMask ? whole["where(".Length..^1] : whole;
        if (bracket < 0) return new(data, isMask, null, null);
        var slices = name[(bracket + 1)..^1].Split("..");
        int? Number(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
        return new(data, isMask, Number(slices[0]) ?? (slices.Length > 1 ? 0 : null), slices.Length > 1 ? Number(slices[1]) : null);
    }
}
