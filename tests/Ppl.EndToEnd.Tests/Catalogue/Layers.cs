using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A loop over layers, from the top (the last index) down to h[0], whose number is a field.</summary>
public sealed partial class Layers : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Layers", () => new Layers(4), (n, t) => [Binary(t, n, 6)], ["h[0] <- x", "h[1] <- h[0]", "h[2] <- h[1]", "h[3] <- h[2]"], ["h[3]"]);

    private readonly int layers;
    private readonly TorchSharp.Modules.ModuleList<Module<Tensor, Tensor>> down = ModuleList<Module<Tensor, Tensor>>();
    private readonly Module<Tensor, Tensor> decoder = Linear(3, 6);

    public Layers(int layers)
    {
        this.layers = layers;
        for (var i = 0; i < layers; i++) down.Add(Linear(3, 3));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[layers];
        h[layers - 1] = Sample(Normal(0, 1).Expand(3));
        for (var i = layers - 2; i >= 0; i--)
        {
            var mean = down[i].call(h[i + 1]);
            h[i] = Sample(Normal(mean, 0.7));
        }

        Observe(x, Bernoulli(logits: decoder.call(h[0])));
    }
}
