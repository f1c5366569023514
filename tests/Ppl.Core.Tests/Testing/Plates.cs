using Ppl.Contracts;

namespace Ppl.Core.Tests.Testing;

/// <summary>Plates, plans and layouts of tests that have no model.</summary>
internal static class Plates
{
    /// <summary>The rows of the first parameter.</summary>
    public static readonly PlateInfo Data = new() { Name = "data", Index = 0, Sources = [new(0, 0)] };

    /// <summary>A plan without sites.</summary>
    /// <param name="plates">Its plates, in order.</param>
    public static ModelPlan Plan(params PlateInfo[] plates) =>
        new() { Model = "Example", Method = "Generate", Plates = plates, Sites = [], Inputs = [] };

    /// <summary>K particles of B rows of <see cref="Data"/>.</summary>
    /// <param name="particles">K.</param>
    /// <param name="rows">B.</param>
    public static Layout Rows(int particles, long rows) => new(Plan(Data), particles, rows);
}
