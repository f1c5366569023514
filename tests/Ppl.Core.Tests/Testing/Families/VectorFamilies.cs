using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Testing.Families;

/// <summary>Families of vectors and matrices.</summary>
internal static class VectorFamilies
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Factors = new()
    {
        ["scaleTrilRow"] = m => randn_like(m).tril(),
        ["scaleTrilColumn"] = m => randn_like(m).tril(),
    };

    public static readonly IReadOnlyList<FamilyCase> Rows =
    [
        new("LowRankMultivariateNormal", p => new LowRankMultivariateNormal(p["loc"], p["factor"], p["diagonal"])) { IsExactInFloat32 = false },
        new("MultivariateStudentT", p => new MultivariateStudentT(p["df"], p["loc"], p["scaleTril"])) { IsImplicit = true },
        new("MatrixNormal", p => new MatrixNormal(p["loc"], p["scaleTrilRow"], p["scaleTrilColumn"])) { Directions = Factors },
        new("Wishart", p => new Wishart(p["df"], p["scaleTril"])) { IsImplicit = true, ValueStep = 0, IsExactInFloat32 = false },
        new("InverseWishart", p => new InverseWishart(p["df"], p["scaleTril"])) { IsImplicit = true, ValueStep = 0, IsExactInFloat32 = false },
        new("LKJCholesky", p => new LKJCholesky(4, p["concentration"])) { IsImplicit = true, ValueStep = 0 },
        new("LKJCholesky(2)", p => new LKJCholesky(2, p["concentration"])) { IsImplicit = true, ValueStep = 0 },
        new("ZeroSumNormal", p => new ZeroSumNormal(3, p["scale"])),
    ];

    public static readonly IReadOnlyDictionary<string, KlCase> Pairs = new Dictionary<string, KlCase>
    {
        ["LowRankMultivariateNormal||LowRankMultivariateNormal"] = t => (
            new LowRankMultivariateNormal(t["loc"], t["factor"], t["diagonal"]),
            new LowRankMultivariateNormal(t["loc2"], t["factor2"], t["diagonal2"])),
        ["LowRankMultivariateNormal||MultivariateNormal"] = t => (
            new LowRankMultivariateNormal(t["loc"], t["factor"], t["diagonal"]), new MultivariateNormal(t["loc2"], t["scaleTril2"])),
        ["MultivariateNormal||LowRankMultivariateNormal"] = t => (
            new MultivariateNormal(t["loc"], t["scaleTril"]), new LowRankMultivariateNormal(t["loc2"], t["factor2"], t["diagonal2"])),
        ["MatrixNormal||MatrixNormal"] = t => (
            new MatrixNormal(t["loc"], t["row"], t["column"]), new MatrixNormal(t["loc2"], t["row2"], t["column2"])),
        ["Wishart||Wishart"] = t => (new Wishart(t["df"], t["scaleTril"]), new Wishart(t["df2"], t["scaleTril2"])),
        ["InverseWishart||InverseWishart"] = t => (new InverseWishart(t["df"], t["scaleTril"]), new InverseWishart(t["df2"], t["scaleTril2"])),
        ["LKJCholesky||LKJCholesky"] = t => (new LKJCholesky(3, t["concentration"]), new LKJCholesky(3, t["concentration2"])),
        ["ZeroSumNormal||ZeroSumNormal"] = t => (new ZeroSumNormal(4, t["scale"]), new ZeroSumNormal(4, t["scale2"])),
    };
}
