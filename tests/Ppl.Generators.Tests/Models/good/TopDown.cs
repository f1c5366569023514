using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>A chain of any number of layers, whose guide draws from the top down.</summary>
public sealed partial class TopDown : GenerativeModel
{
    private readonly int layers;
    private readonly TorchSharp.Modules.ModuleList<Module<Tensor, Tensor>> down = ModuleList<Module<Tensor, Tensor>>();
    private readonly Module<Tensor, Tensor> decoder = Linear(3, 6);

    public TopDown() : this(4)
    {
    }

    public TopDown(int layers)
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
        for (var i = layers - 2; i >= 0; i--) h[i] = Sample(Normal(down[i].call(h[i + 1]), 1));
        Observe(x, Bernoulli(logits: decoder.call(h[0])));
    }
}
