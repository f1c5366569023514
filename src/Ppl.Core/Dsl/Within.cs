namespace Ppl;

/// <summary>The plates that one site names: <c>within: item</c>, <c>within: (student, item)</c>.</summary>
public sealed class Within
{
    private Within(params PlateScope[] plates) => Plates = plates;

    /// <summary>The plates, outermost first.</summary>
    public IReadOnlyList<PlateScope> Plates { get; }

    /// <summary>One plate.</summary>
    /// <param name="plate">The plate.</param>
    public static implicit operator Within(PlateScope plate) => new(plate);

    /// <summary>Two plates.</summary>
    /// <param name="plates">Outermost first.</param>
    public static implicit operator Within((PlateScope, PlateScope) plates) => new(plates.Item1, plates.Item2);

    /// <summary>Three plates.</summary>
    /// <param name="plates">Outermost first.</param>
    public static implicit operator Within((PlateScope, PlateScope, PlateScope) plates) => new(plates.Item1, plates.Item2, plates.Item3);
}
