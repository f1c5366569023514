using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>
/// A deep Markov model (Krishnan, Shalit, Sontag 2017, arXiv:1609.09869): networks in place of the matrices of a state-space model.
/// </summary>
public sealed partial class DeepMarkov : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "DeepMarkov", () => new DeepMarkov(3), (n, t) => [Binary(t, n, 3, 5)],
        ["z[2] <- x", "z[1] <- x[..2], z[2]", "z[0] <- x[..1], z[1]"], ["z[0]"]);

    private readonly int steps;
    private readonly Module<Tensor, Tensor> transition = Sequential(Linear(2, 8), Tanh(), Linear(8, 2)), scale = Sequential(Linear(2, 2), Softplus());
    private readonly Module<Tensor, Tensor> emission = Sequential(Linear(2, 8), Tanh(), Linear(8, 5));
    private readonly TorchSharp.Modules.Parameter start = Parameter(zeros(2));

    public DeepMarkov(int steps)
    {
        this.steps = steps;
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = new Tensor[steps];
        z[0] = Sample(Normal(start, 1));
        for (var t = 1; t < steps; t++) z[t] = Sample(Normal(transition.call(z[t - 1]), scale.call(z[t - 1]) + 0.1));
        for (var t = 0; t < steps; t++) Observe(x[.., t], Bernoulli(logits: emission.call(z[t])));
    }
}
