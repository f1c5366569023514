using Ppl.Transforms;
using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A correlated latent of low rank below another, and data of distributions that wrap another: z -> u -> all.</summary>
public sealed partial class WrapperShelf : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "WrapperShelf",
        () => new WrapperShelf(),
        (n, t) => [Real(t, n).exp(), Real(t, n, 2), Binary(t, n, 2), rand([n], dtype: t), rand([n], dtype: t), Real(t, n)],
        ["u <- sizes, readings, isRead, within, until, line", "z <- u"],
        ["z"]);

    private readonly Module<Tensor, Tensor> means = Linear(2, 3), factors = Linear(2, 3), rates = Linear(2, 3), scores = Linear(3, 6);

    public WrapperShelf() => RegisterComponents();

    [Model]
    private void Generate(Tensor sizes, Tensor readings, Tensor isRead, Tensor within, Tensor until, Tensor line)
    {
        using var data = Plate(sizes, readings, isRead, within, until, line);
        var z = Sample(Normal(0, 1).Expand(2));
        var u = Sample(LowRankMultivariateNormal(means.call(z), factors.call(z).unsqueeze(-1), rates.call(z).exp()));
        var score = scores.call(u);
        Observe(sizes, Transformed(Gumbel(score.select(-1, 0), 0.5), Exp.Instance));
        Observe(readings, Masked(StudentT(5, score.narrow(-1, 1, 2), 1), isRead.gt(0)));
        Observe(within, Truncated(Normal(score.select(-1, 3), 1), 0, 1));
        Observe(until, Censored(Logistic(score.select(-1, 4), 0.3), high: 1));
        Observe(line, Horseshoe(score.select(-1, 5).exp()));
    }
}
