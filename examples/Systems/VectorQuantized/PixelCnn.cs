using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>A convolution whose output at a cell sees the cells above it and to its left in its row, and itself only where it is told to.</summary>
/// <remarks>Masks A and B of van den Oord et al. 2016, arXiv:1601.06759, section 3.4. Padded, so that the size stays.</remarks>
public sealed class MaskedConvolution : Module<Tensor, Tensor>
{
    private readonly long reach;

    /// <summary>Random weights.</summary>
    /// <param name="inputs">Channels of the input.</param>
    /// <param name="outputs">Channels of the output.</param>
    /// <param name="size">Cells on a side of the kernel: odd.</param>
    /// <param name="seesItself">Whether a cell sees itself: mask B. The first layer has mask A.</param>
    public MaskedConvolution(long inputs, long outputs, long size, bool seesItself) : base(nameof(MaskedConvolution))
    {
        if (size < 1 || size % 2 == 0) throw new PplArgumentException($"a masked convolution has a centre; a kernel of {size} cells has none.");
        reach = size / 2;
        var plain = Conv2d(inputs, outputs, size);
        register_parameter("weight", plain.weight!);
        register_parameter("bias", plain.bias!);
        var mask = zeros(size, size);
        mask.narrow(0, 0, reach).fill_(1);
        mask.narrow(0, reach, 1).narrow(1, 0, seesItself ? reach + 1 : reach).fill_(1);
        register_buffer("mask", mask);
    }

    /// <summary>The convolution.</summary>
    /// <param name="input">[rows, inputs, height, width].</param>
    /// <returns>[rows, outputs, height, width].</returns>
    public override Tensor forward(Tensor input) => functional.conv2d(
        input, get_parameter("weight")! * get_buffer("mask")!, get_parameter("bias"), padding: [reach, reach]);
}

/// <summary>Logits of each cell's code from the codes before it, in the order of reading: masked convolutions with residual blocks.</summary>
/// <remarks>
/// A stack of masked convolutions as in arXiv:1601.06759; the gates and the two stacks of arXiv:1606.05328 are left out, so that a cell has a blind
/// spot above it to the right.
/// </remarks>
public sealed class PixelCnn : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> first;
    private readonly Module<Tensor, Tensor> last;
    private readonly TorchSharp.Modules.ModuleList<Module<Tensor, Tensor>> blocks;

    /// <summary>Random weights.</summary>
    /// <param name="categories">K, the codes.</param>
    /// <param name="side">Cells on a side of the grid.</param>
    /// <param name="channels">Of the hidden layers.</param>
    /// <param name="depth">Residual blocks.</param>
    public PixelCnn(long categories, long side, int channels, int depth) : base(nameof(PixelCnn))
    {
        (Categories, Side) = (categories, side);
        first = new MaskedConvolution(categories, channels, 5, seesItself: false);
        blocks = ModuleList<Module<Tensor, Tensor>>([.. Enumerable.Range(0, depth).Select(_ => Sequential(
            ReLU(), new MaskedConvolution(channels, channels, 3, seesItself: true), ReLU(), Conv2d(channels, channels, 1)))]);
        last = Sequential(ReLU(), Conv2d(channels, channels, 1), ReLU(), Conv2d(channels, categories, 1));
        RegisterComponents();
    }

    /// <summary>K, the codes.</summary>
    public long Categories { get; }

    /// <summary>Cells on a side of the grid.</summary>
    public long Side { get; }

    /// <summary>The logits.</summary>
    /// <param name="codes">[rows, side, side], from 0 to K − 1.</param>
    /// <returns>[rows, side, side, K].</returns>
    public override Tensor forward(Tensor codes)
    {
        var features = first.call(functional.one_hot(codes, Categories).movedim([-1], [1]).to(get_default_dtype()));
        foreach (var block in blocks) features = features + block.call(features);
        return last.call(features).movedim([1], [-1]);
    }
}
