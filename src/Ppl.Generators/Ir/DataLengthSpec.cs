using System.Globalization;

namespace Ppl.Generators.Ir;

/// <summary>A length that the model reads off the shape of a parameter.</summary>
/// <param name="Length">Its position among the program's lengths.</param>
/// <param name="Name">What it is called: the name of the local, or <c>xLength</c>.</param>
/// <param name="Parameter">The parameter.</param>
/// <param name="Dimension">The dimension.</param>
internal sealed record DataLengthSpec(int Length, string Name, int Parameter, int Dimension)
{
    /// <summary>What reads it: <c>x.shape[1]</c>.</summary>
    public string ToText(ProgramSpec program) => $"{program.Variables[Parameter].Name}.shape[{Dimension.ToString(CultureInfo.InvariantCulture)}]";
}
