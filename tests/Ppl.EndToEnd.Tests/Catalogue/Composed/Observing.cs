using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Submodels that observe data of which some are missing: by a parameter, by an expression over one, by the data themselves.</summary>
public sealed partial class Panel : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Panel", () => new Panel(), Data, ["z <- income, x, y, told, where(income)"], ["z"]);

    private readonly Survey survey = new();
    private readonly Answers others = new(isAll: true);

    public Panel() => RegisterComponents();

    [Model]
    private void Generate(Tensor income, Tensor x, Tensor y, Tensor told)
    {
        using var data = Plate(income, x, y, told);
        var z = Sample(Normal(0, 1).Expand(2));
        survey.Weigh(income, x, z, told);
        others.Weigh(y, z.neg(), told);
    }

    private static Tensor[] Data(long rows, ScalarType type)
    {
        var told = arange(rows).remainder(3).gt(0).to(type);
        var isKnown = arange(rows).remainder(2).gt(0);
        var (income, x) = (Real(type, rows), Real(type, rows, 3));
        return
        [
            where(isKnown, income, full_like(income, double.NaN)), where(told.unsqueeze(1).gt(0), x, full_like(x, double.NaN)), Real(type, rows, 3), told,
        ];
    }
}

/// <summary>A latent of a submodel that is known in some rows.</summary>
public sealed partial class Graded : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Graded", () => new Graded(), Data, ["a.score <- x", "style <- x, a.score"], ["style"]);

    private readonly Score score = new();
    private readonly Module<Tensor, Tensor> decoder = Linear(4, 5);

    public Graded() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor? grade, Tensor known)
    {
        using var data = Plate(x, grade, known);
        var style = Sample(Normal(0, 1).Expand(2));
        var a = score.Draw(style, grade, known);
        Observe(x, Normal(decoder.call(cat([style, a], -1)), 0.5));
    }

    private static Tensor[] Data(long rows, ScalarType type)
    {
        var known = arange(rows).remainder(2).to(type);
        var told = Real(type, rows, 2);
        return [Real(type, rows, 5), where(known.unsqueeze(1).gt(0), told, full_like(told, double.NaN)), known];
    }
}

/// <summary>Two series by submodels, whose lengths are fields of theirs, from one start.</summary>
public sealed partial class TwoChains : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "TwoChains", () => new TwoChains(3, 2), Data,
        [
            "b.z[1] <- x, y, where(x), where(y)", "b.z[0] <- x, y[..1], where(x), where(y)[..1], b.z[1]", "a.z[2] <- x, where(x), b.z[0]",
            "a.z[1] <- x[..2], where(x)[..2], a.z[2], b.z[0]", "a.z[0] <- x[..1], where(x)[..1], a.z[1], b.z[0]", "start <- a.z[0], b.z[0]",
        ],
        ["start"]);

    private readonly Chain first, second;

    public TwoChains(int steps, int others)
    {
        (first, second) = (new Chain(steps), new Chain(others));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x, Tensor y, Tensor length, Tensor until)
    {
        using var data = Plate(x, y, length, until);
        var start = Sample(Normal(0, 1).Expand(2));
        var a = first.Draw(start, x, length);
        var b = second.Draw(start, x: y, length: until);
    }

    private static Tensor[] Data(long rows, ScalarType type)
    {
        var (length, until) = (arange(rows).remainder(3) + 1, arange(rows).remainder(2) + 1);
        return [Missing(Real(type, rows, 3, 2), length), Missing(Real(type, rows, 2, 2), until), length, until];
    }

    private static Tensor Missing(Tensor series, Tensor length) =>
        where(length.unsqueeze(1).gt(arange(series.shape[1])).unsqueeze(2), series, full_like(series, double.NaN));
}
