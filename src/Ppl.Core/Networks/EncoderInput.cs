using Ppl.Contracts;

namespace Ppl.Networks;

/// <summary>What a guide knows of an encoder's input before there is a tensor.</summary>
/// <param name="Name">As the guide's step has it: <c>x[..3]</c>, <c>where(x)</c>, <c>z[2]</c>.</param>
/// <param name="Plates">The plates of its leading dimensions.</param>
/// <param name="IsLatent">Whether it is a latent's value, or what an index picks of one.</param>
internal sealed record EncoderInput(string Name, IReadOnlyList<PlateInfo> Plates, bool IsLatent)
{
    /// <summary>Of data that are observed slice by slice, and of their mask, the dimension of the slices; null for everything else.</summary>
    public int? SliceDimension { get; init; }

    /// <summary>Whether it holds the values of a site that is observed.</summary>
    public bool IsObserved { get; init; }

    /// <summary>Whether some of these may be missing.</summary>
    public bool HasMask { get; init; }

    /// <summary>The parameter, and which of its slices.</summary>
    public InputName Part => InputName.Of(Name);
}
