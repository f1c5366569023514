namespace Ppl.Contracts;

/// <summary>What a leading dimension of a term runs over.</summary>
public enum AxisKind
{
    /// <summary>The particles: draws of the guide. Users never see it.</summary>
    Particle,

    /// <summary>A plate of the model.</summary>
    Plate,
}

/// <summary>A leading dimension of a term.</summary>
/// <param name="Kind">What it runs over.</param>
/// <param name="Name">The plate's name, or <c>particle</c>.</param>
/// <param name="Size">How many there are in this pass: B for the rows of a mini-batch; 0 for a plate by number that is not open yet.</param>
/// <param name="Total">How many there are in all: N for the rows of a data set, else <paramref name="Size"/>.</param>
public sealed record Axis(AxisKind Kind, string Name, long Size, long Total)
{
    /// <summary>Name and size: <c>data 128 of 60000</c>.</summary>
    public override string ToString() => Size == Total ? $"{Name} {Size}" : $"{Name} {Size} of {Total}";
}
