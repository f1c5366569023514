using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Relaxed, logistic normal and horseshoe latents and observations, and observations that are masked and censored.</summary>
public sealed partial class Relaxations : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Relaxations", () => new Relaxations(),
        (n, t) => [0.1 + 0.8 * rand(n, t), randn(n, 3, t).softmax(-1), randn(n, 3, t).softmax(-1), randn(n, t), (2 * rand(n, t)).clamp_max(1)],
        ["h <- effects, times", "w <- shares", "c <- choices", "b <- switches"], ["w"]);

    private readonly TorchSharp.Modules.Parameter level = Parameter(tensor(0.0f)), loc = Parameter(zeros(2));

    public Relaxations() => RegisterComponents();

    [Model]
    private void Generate(Tensor switches, Tensor choices, Tensor shares, Tensor effects, Tensor times)
    {
        using var data = Plate(switches, choices, shares, effects, times);
        var b = Sample(RelaxedBernoulli(0.7, logits: level));
        var c = Sample(RelaxedOneHotCategorical(0.5, probs: level.exp().expand(3)));
        var w = Sample(LogisticNormal(loc, 1));
        var h = Sample(Horseshoe(level.exp()));
        Observe(switches, RelaxedBernoulli(0.7, logits: b));
        Observe(choices, RelaxedOneHotCategorical(0.5, logits: c));
        Observe(shares, LogisticNormal(w.narrow(-1, 0, 2), 1));
        Observe(effects, Horseshoe(level.exp() + h.square()));
        Observe(times, Censored(Weibull(1 + h.square(), 1.5), high: 1));
    }
}
