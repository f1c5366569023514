using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Families of positive numbers and of the unit interval, each as a latent with its default guide and as an observation of its own.</summary>
public sealed partial class Positives : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Positives", () => new Positives(),
        (n, t) => [0.1 + rand(n, 2, t), 0.1 + rand(n, t), rand(n, t), 7 + rand(n, t), 0.1 + 0.8 * rand(n, t)],
        ["k <- shares", "p <- sizes", "w <- times", "c <- squares", "s <- rates"], []);

    public Positives() => RegisterComponents();

    [Model]
    private void Generate(Tensor rates, Tensor squares, Tensor times, Tensor sizes, Tensor shares)
    {
        using var data = Plate(rates, squares, times, sizes, shares);
        var s = Sample(InverseGamma(3, 2).Expand(2));
        var c = Sample(Chi2(3));
        var w = Sample(Weibull(1.5, 2));
        var p = Sample(Pareto(1, 4));
        var k = Sample(Kumaraswamy(2, 3));
        Observe(rates, InverseGamma(2 + s, 1));
        Observe(squares, Chi2(1 + c));
        Observe(times, Weibull(0.1 + w, 1.5));
        Observe(sizes, Pareto(1, p));
        Observe(shares, Kumaraswamy(1 + k, 2));
    }
}
