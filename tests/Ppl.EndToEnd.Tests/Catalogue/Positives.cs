using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Families of positive numbers, of intervals and of the circle, each as a latent with its default guide and as an observation.</summary>
public sealed partial class Positives : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Positives", () => new Positives(),
        (n, t) => [0.1 + rand(n, 2, t), 0.1 + rand(n, t), rand(n, t), 1.1 + rand(n, t), 0.1 + 0.8 * rand(n, t), rand(n, t), rand(n, t)],
        ["a <- angles", "b <- greys", "k <- shares", "p <- sizes", "w <- times", "c <- squares", "s <- rates"], ["s"]);

    private readonly TorchSharp.Modules.Parameter level = Parameter(tensor(0.0f));

    public Positives() => RegisterComponents();

    [Model]
    private void Generate(Tensor rates, Tensor squares, Tensor times, Tensor sizes, Tensor shares, Tensor greys, Tensor angles)
    {
        using var data = Plate(rates, squares, times, sizes, shares, greys, angles);
        var one = level.exp();
        var s = Sample(InverseGamma(3 * one, 2).Expand(2));
        var c = Sample(Chi2(3 * one));
        var w = Sample(Weibull(one, 2));
        var p = Sample(Pareto(1, 4 * one));
        var k = Sample(Kumaraswamy(2, 3 * one));
        var b = Sample(ContinuousBernoulli(logits: level));
        var a = Sample(VonMises(level, 2));
        Observe(rates, InverseGamma(2 + s, 1));
        Observe(squares, Chi2(1 + c));
        Observe(times, Weibull(0.1 + w, 1.5));
        Observe(sizes, Pareto(1, p));
        Observe(shares, Kumaraswamy(1 + k, 2));
        Observe(greys, ContinuousBernoulli(probs: 0.1 + 0.8 * b));
        Observe(angles, VonMises(a, 3));
    }
}
