using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A ladder of any depth, whose guide draws from the top down.</summary>
public sealed partial class TopDownLayers : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "TopDownLayers",
        () => new TopDownLayers(4),
        (n, t) => [Binary(t, n, 6)],
        ["h[3] <- x", "h[2] <- x, h[3]", "h[1] <- x, h[2]", "h[0] <- x, h[1]"],
        ["h[3]", "h[2]", "h[1]", "h[0]"]);

    private readonly int layers;
    private readonly TorchSharp.Modules.ModuleList<Module<Tensor, Tensor>> down = ModuleList<Module<Tensor, Tensor>>();
    private readonly Module<Tensor, Tensor> decoder = Linear(3, 6);

    public TopDownLayers(int layers)
    {
        this.layers = layers;
        for (var i = 0; i < layers; i++) down.Add(Linear(3, 3));
        RegisterComponents();
    }

    [Model(Guide = GuideStructure.TopDown)]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[layers];
        h[layers - 1] = Sample(Normal(0, 1).Expand(3));
        for (var i = layers - 2; i >= 0; i--) h[i] = Sample(Normal(down[i].call(h[i + 1]), 0.7));
        Observe(x, Bernoulli(logits: decoder.call(h[0])));
    }
}

/// <summary>The effects of groups, each row's own effect of two layers, and a guide that draws in this order.</summary>
public sealed partial class TopDownGroups : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "TopDownGroups",
        () => new TopDownGroups(),
        (n, t) => [Real(t, n), arange(n, dtype: ScalarType.Int64) % 3],
        ["mu <- ", "alpha <- ", "a <- x, alpha[of]", "b <- x, a"],
        ["mu", "alpha", "a", "b"]);

    private readonly TorchSharp.Modules.Parameter slope = new(tensor(0.9f), true);

    public TopDownGroups() => RegisterComponents();

    [Model(Guide = GuideStructure.TopDown)]
    private void Generate(Tensor x, Tensor of)
    {
        var mu = Sample(Normal(0, 1));
        var group = Plate(size: 3);
        var alpha = Sample(Normal(mu, 1), within: group);
        using var data = Plate(x, of);
        var a = Sample(Normal(alpha[of], 1));
        var b = Sample(Normal(slope * a, 1));
        Observe(x, Normal(b, 0.5));
    }
}

/// <summary>Two layers and a covariate, whose guide takes each latent by itself.</summary>
public sealed partial class MeanFieldLayers : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "MeanFieldLayers",
        () => new MeanFieldLayers(),
        (n, t) => [Real(t, n, 4), Real(t, n, 2)],
        ["h2 <- x, c", "h1 <- x, c"],
        ["h2", "h1"]);

    private readonly Module<Tensor, Tensor> prior = Linear(2, 3), down = Linear(3, 3), decoder = Linear(3, 4);

    public MeanFieldLayers() => RegisterComponents();

    [Model(Guide = GuideStructure.MeanField)]
    private void Generate(Tensor x, Tensor c)
    {
        using var data = Plate(x, c);
        var h2 = Sample(Normal(prior.call(c), 1));
        var h1 = Sample(Normal(down.call(h2), 0.7));
        Observe(x, Independent(Normal(decoder.call(h1), 1), 1));
    }
}

/// <summary>Globals and two plates of rows, whose guide takes each latent by itself, and sees the data of its own rows.</summary>
public sealed partial class MeanFieldSurveys : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "MeanFieldSurveys",
        () => new MeanFieldSurveys(),
        (n, t) => [Real(t, n), Real(t, n + 1)],
        ["mu <- ", "tau <- ", "a <- x", "b <- y"],
        ["mu", "tau", "a", "b"]);

    private readonly TorchSharp.Modules.Parameter slope = new(tensor(0.9f), true);

    public MeanFieldSurveys() => RegisterComponents();

    [Model(Guide = GuideStructure.MeanField)]
    private void Generate(Tensor x, Tensor y)
    {
        var mu = Sample(Normal(0, 1));
        var tau = Sample(Normal(mu, 1));
        var first = Plate(x);
        var a = Sample(Normal(tau, 1), within: first);
        Observe(x, Normal(slope * a, 0.5), within: first);
        var second = Plate(y);
        var b = Sample(Normal(tau, 1), within: second);
        Observe(y, Normal(slope * b, 0.5), within: second);
    }
}
