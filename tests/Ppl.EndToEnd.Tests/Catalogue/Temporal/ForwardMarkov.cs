using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A deep Markov model whose guide goes forwards: given the state before, each state sees the slices from its own on.</summary>
public sealed partial class ForwardMarkov : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "ForwardMarkov", () => new ForwardMarkov(4), (n, t) => [Real(t, n, 4, 3)],
        ["z[0] <- x", "z[1] <- x[1..4], z[0]", "z[2] <- x[2..4], z[1]", "z[3] <- x[3..4], z[2]"], ["z[0]", "z[1]", "z[2]", "z[3]"]);

    private readonly int steps;
    private readonly Module<Tensor, Tensor> transition = Sequential(Linear(2, 4), Tanh(), Linear(4, 2)), emission = Linear(2, 3);

    public ForwardMarkov(int steps)
    {
        this.steps = steps;
        RegisterComponents();
    }

    [Model(Guide = GuideStructure.TopDown)]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = new Tensor[steps];
        z[0] = Sample(Normal(0, 1).Expand(2));
        for (var t = 1; t < steps; t++) z[t] = Sample(Normal(transition.call(z[t - 1]), 0.5));
        for (var t = steps - 1; t >= 0; t--) Observe(x[.., t], Normal(emission.call(z[t]), 0.5));
    }
}
