namespace Ppl;

/// <summary>
/// The plates that one site names beside those that are entered: a plate, or several, outermost first: <c>within: (user, item)</c>.
/// </summary>
public sealed class Within
{
    private Within(params IReadOnlyList<PlateScope> plates)
    {
        foreach (var plate in plates) ArgumentNullException.ThrowIfNull(plate);
        Plates = plates;
    }

    /// <summary>The plates, outermost first.</summary>
    public IReadOnlyList<PlateScope> Plates { get; }

    /// <summary>One plate.</summary>
    /// <param name="plate">The plate.</param>
    public static implicit operator Within(PlateScope plate) => new(plate);

    /// <summary>Two plates, outermost first.</summary>
    /// <param name="plates">The plates.</param>
    public static implicit operator Within((PlateScope Outer, PlateScope Inner) plates) => new(plates.Outer, plates.Inner);

    /// <summary>Three plates, outermost first.</summary>
    /// <param name="plates">The plates.</param>
    public static implicit operator Within((PlateScope Outer, PlateScope Middle, PlateScope Inner) plates) =>
        new(plates.Outer, plates.Middle, plates.Inner);

    /// <summary>The plates' names and sizes.</summary>
    public override string ToString() => string.Join(", ", Plates);
}
