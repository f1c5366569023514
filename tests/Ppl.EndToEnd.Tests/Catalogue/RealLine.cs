using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Each family over the real line as a prior with its default guide, and each as a likelihood of data in a plate.</summary>
public sealed partial class RealLine : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "RealLine",
        () => new RealLine(),
        (n, t) => [Real(t, n), Real(t, n), Real(t, n), Real(t, n), Real(t, n), Real(t, n), Real(t, n, 2)],
        ["g <- g1", "f <- f1", "e <- e1", "d <- d1", "c <- c1", "b <- b1", "a <- a1"],
        ["a", "b", "e"]);

    private readonly TorchSharp.Modules.Parameter shift = new(tensor(0.5f), true);

    public RealLine() => RegisterComponents();

    [Model]
    private void Generate(Tensor a1, Tensor b1, Tensor c1, Tensor d1, Tensor e1, Tensor f1, Tensor g1)
    {
        using var data = Plate(a1, b1, c1, d1, e1, f1, g1);
        var a = Sample(Laplace(shift, 1));
        Observe(a1, StudentT(4, a, 0.5));
        var b = Sample(AsymmetricLaplace(shift, 1, 2));
        Observe(b1, Laplace(b, 0.7));
        var c = Sample(Logistic(shift, 0.5));
        Observe(c1, AsymmetricLaplace(c, 1, 0.5));
        var d = Sample(Cauchy(shift, 0.5));
        Observe(d1, Logistic(d, 0.5));
        var e = Sample(Gumbel(shift, 1));
        Observe(e1, Cauchy(e, 0.5));
        var f = Sample(StudentT(5, shift));
        Observe(f1, Gumbel(f, 0.8));
        var g = Sample(SkewNormal(shift, 1, 3).Expand(2));
        Observe(g1, SkewNormal(g, 1, -2));
    }
}

/// <summary>Each family of positive numbers or between bounds, as a prior with its default guide and as a likelihood.</summary>
public sealed partial class HalfLines : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "HalfLines",
        () => new HalfLines(),
        (n, t) => [Real(t, n), Real(t, n).abs(), Real(t, n).abs(), Real(t, n), Real(t, n), Real(t, n).abs(), -Real(t, n, 2).abs(), Real(t, n).abs()],
        ["h <- h1", "g <- g1", "f <- f1", "e <- e1", "d <- d1", "c <- c1", "b <- b1", "a <- a1"],
        ["b"]);

    private readonly TorchSharp.Modules.Parameter shift = new(tensor(0.5f), true);

    public HalfLines() => RegisterComponents();

    [Model]
    private void Generate(Tensor a1, Tensor b1, Tensor c1, Tensor d1, Tensor e1, Tensor f1, Tensor g1, Tensor h1)
    {
        using var data = Plate(a1, b1, c1, d1, e1, f1, g1, h1);
        var a = Sample(Uniform(-1, 2));
        Observe(a1, Uniform(a.to(shift.dtype) - 10, 10));
        var b = Sample(Exponential(2 * shift));
        Observe(b1, Exponential(b));
        var c = Sample(HalfStudentT(3, shift));
        Observe(c1, HalfStudentT(4, c));
        var d = Sample(Levy(0, shift));
        Observe(d1, Levy(-10, d));
        var e = Sample(TruncatedNormal(shift, 1, -1, 2));
        Observe(e1, TruncatedNormal(e, 1, -10, 10));
        var f = Sample(TruncatedNormal(shift, 1, low: 0.5));
        Observe(f1, TruncatedNormal(f, 1, low: -0.5));
        var g = Sample(TruncatedNormal(shift, 1, high: 0).Expand(2));
        Observe(g1, TruncatedNormal(g, 1, high: 0.5));
        var h = Sample(Truncated(Logistic(shift, 1), -1, 2));
        Observe(h1, Truncated(Gumbel(h, 1), low: -0.5));
    }
}
