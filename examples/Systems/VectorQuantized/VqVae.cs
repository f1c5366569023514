using Ppl.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>The sizes of encoder and decoder.</summary>
/// <param name="Near">Channels of the layer beside the image.</param>
/// <param name="Deep">Channels of the layers beside the codes.</param>
/// <param name="Blocks">Residual blocks there, on either side.</param>
public sealed record VqNetworks(int Near, int Deep, int Blocks = 0)
{
    /// <summary>New residual blocks as the paper has them: a rectifier, 3 × 3, a rectifier, 1 × 1, and the input beside it.</summary>
    public IEnumerable<Module<Tensor, Tensor>> Residuals() => Enumerable.Range(0, Blocks).Select(_ => new Residual(Deep));

    private sealed class Residual : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> inner;

        public Residual(long channels) : base(nameof(Residual))
        {
            inner = Sequential(ReLU(), Conv2d(channels, channels, 3, padding: 1L), ReLU(), Conv2d(channels, channels, 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input + inner.call(input);
    }
}

/// <summary>
/// z ~ a uniform choice of codebook vectors on a grid, x ~ Bernoulli(decoder(z)): a VQ-VAE (van den Oord et al. 2017). Its guide rounds what a
/// convolutional encoder says to the nearest vectors.
/// </summary>
public sealed partial class VqVae : GenerativeModel
{
    private readonly Codebook codebook;
    private readonly long cells;
    private readonly Module<Tensor, Tensor> decoder;
    private readonly long side;
    private readonly VqNetworks networks;

    /// <summary>Random weights.</summary>
    /// <param name="codebook">The vectors.</param>
    /// <param name="side">Pixels on a side of the square image: a multiple of 4.</param>
    /// <param name="networks">The sizes of encoder and decoder.</param>
    public VqVae(Codebook codebook, long side, VqNetworks networks)
    {
        (this.codebook, this.side, this.networks, cells) = (codebook, side, networks, side * side / 16);
        var (near, deep, _) = networks;
        decoder = Sequential(
            [
                new Grid(side / 4), Conv2d(codebook.Dimension, deep, 3, padding: 1L), .. networks.Residuals(), ReLU(),
                ConvTranspose2d(deep, near, 4, stride: 2, padding: 1), ReLU(), ConvTranspose2d(near, 1, 4, stride: 2, padding: 1), Flatten(),
            ]);
        RegisterComponents();
    }

    /// <summary>The vectors.</summary>
    public Codebook Codebook => codebook;

    /// <summary>Vectors on a side of the grid.</summary>
    public long GridSide => side / 4;

    /// <summary>A new encoder: image to grid of vectors, a cell after the other.</summary>
    public Module<Tensor, Tensor> Encoder() => Sequential(
        [
            Unflatten(1, [1, side, side]), Conv2d(1, networks.Near, 4, stride: 2, padding: 1L), ReLU(),
            Conv2d(networks.Near, networks.Deep, 4, stride: 2, padding: 1L), .. networks.Residuals(), ReLU(),
            Conv2d(networks.Deep, codebook.Dimension, 3, padding: 1L), new Cells(),
        ]);

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Codeword(codebook).Expand(cells));
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }

    /// <summary>[rows, channels, side, side] to [rows, cells · channels], a cell after the other.</summary>
    private sealed class Cells() : Module<Tensor, Tensor>(nameof(Cells))
    {
        public override Tensor forward(Tensor input) => input.flatten(2).transpose(1, 2).flatten(1);
    }

    /// <summary>[rows, cells, channels] to [rows, channels, side, side].</summary>
    private sealed class Grid(long side) : Module<Tensor, Tensor>(nameof(Grid))
    {
        public override Tensor forward(Tensor input) => input.transpose(1, 2).unflatten(2, [side, side]);
    }
}
