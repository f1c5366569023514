using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using NetworkList = TorchSharp.Modules.ModuleList<TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>>;

namespace Ppl.Examples.Systems;

/// <summary>
/// z[L−1] ~ Normal(0, I), z[i] ~ Normal(mean(z[i+1]), scale(z[i+1])): the stochastic layers of a deep VAE from the top down, a network of hidden
/// layers between each and the next. A part of the models below.
/// </summary>
public sealed partial class StochasticLayers : GenerativeModel
{
    private const double Least = 0.1;

    private readonly int count;
    private readonly bool isDeep;
    private readonly IReadOnlyList<int> sizes;
    private readonly NetworkList features = ModuleList<Module<Tensor, Tensor>>();
    private readonly NetworkList mean = ModuleList<Module<Tensor, Tensor>>();
    private readonly NetworkList logScale = ModuleList<Module<Tensor, Tensor>>();

    /// <summary>Random weights.</summary>
    /// <param name="sizes">Latents of each layer, the one beside the data first.</param>
    /// <param name="hidden">Units of the hidden layers above each of them.</param>
    /// <param name="depth">Hidden layers of a network; above 1 no standard deviation is below 0.1.</param>
    public StochasticLayers(IReadOnlyList<int> sizes, IReadOnlyList<int> hidden, int depth = 1)
    {
        (count, this.sizes, isDeep) = (sizes.Count, sizes, depth > 1);
        for (var i = 0; i < count - 1; i++)
        {
            features.Add(Hidden(sizes[i + 1], hidden[i + 1], depth));
            mean.Add(Linear(hidden[i + 1], sizes[i]));
            logScale.Add(Linear(hidden[i + 1], sizes[i]));
        }

        RegisterComponents();
    }

    /// <summary>Hidden layers as the paper has them: batch normalization and a leaky rectifier.</summary>
    /// <param name="inputs">Numbers that the first one sees.</param>
    /// <param name="units">Numbers that each gives.</param>
    /// <param name="depth">How many.</param>
    public static Module<Tensor, Tensor> Hidden(long inputs, long units, int depth = 1) => Sequential([.. Enumerable.Range(0, depth).SelectMany(
        i => new Module<Tensor, Tensor>[] { Linear(i == 0 ? inputs : units, units), BatchNorm1d(units), LeakyReLU(0.1) })]);

    // Through two layers with batch norms between each pair of latents a scale near 0 lets the gradient overflow.
    private Tensor LogScale(Tensor number) => isDeep ? (Least + functional.softplus(number)).log() : number;

    /// <summary>The layer beside the data.</summary>
    [Model]
    public Tensor Draw()
    {
        var z = new Tensor[count];
        z[count - 1] = Sample(Normal(0, 1).Expand(sizes[count - 1]));
        for (var i = count - 2; i >= 0; i--)
        {
            var above = features[i].call(z[i + 1]);
            z[i] = Sample(Normal(mean[i].call(above), logScale: LogScale(logScale[i].call(above))));
        }

        return z[0];
    }
}

/// <summary>Bottom-up inference, the inverse of the graph: q(z[0] | x) q(z[1] | z[0]) ...</summary>
public sealed partial class BottomUpVae : GenerativeModel
{
    private readonly StochasticLayers layers;
    private readonly Module<Tensor, Tensor> decoder;

    /// <summary>Random weights.</summary>
    public BottomUpVae(StochasticLayers layers, Module<Tensor, Tensor> decoder)
    {
        (this.layers, this.decoder) = (layers, decoder);
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = layers.Draw();
        Observe(x, Bernoulli(logits: decoder.call(h)));
    }
}

/// <summary>The same model with inference in its own order: ... q(z[1] | x, z[2]) q(z[0] | x, z[1]).</summary>
public sealed partial class LadderVae : GenerativeModel
{
    private readonly StochasticLayers layers;
    private readonly Module<Tensor, Tensor> decoder;

    /// <summary>Random weights.</summary>
    public LadderVae(StochasticLayers layers, Module<Tensor, Tensor> decoder)
    {
        (this.layers, this.decoder) = (layers, decoder);
        RegisterComponents();
    }

    [Model(Guide = GuideStructure.TopDown)]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = layers.Draw();
        Observe(x, Bernoulli(logits: decoder.call(h)));
    }
}
