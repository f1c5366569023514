using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>What the convolutions share: their sizes, a weight, a bias, and padding that is not by zeros.</summary>
public abstract class Convolution : Module<Tensor, Tensor>
{
    protected long input_channels;

    /// <summary>The padding as functional.pad wants it: from the last dimension to the first, each side.</summary>
    protected long[] _reversed_padding_repeated_twice;

    private protected Convolution(string name, ConvolutionShape shape, bool bias, PaddingModes padding_mode, Device device,
        ScalarType? dtype) : base(name)
    {
        input_channels = shape.In;
        (in_channels, out_channels, groups, transposed) = (shape.In, shape.Out, shape.Groups, shape.Transposed);
        (kernel_size, stride, dilation, output_padding) = (shape.Kernel, shape.Stride, shape.Dilation, shape.OutputPadding);
        this.padding_mode = padding_mode;
        if (groups <= 0 || in_channels % groups != 0 || out_channels % groups != 0)
            throw new ArgumentException($"{in_channels} and {out_channels} channels do not divide into {groups} groups.");

        if (shape.PaddingType is { } type) SetPadding(type);
        else SetPadding(shape.Padding);

        var (first, second) = transposed ? (in_channels, out_channels / groups) : (out_channels, in_channels / groups);
        weight = new Parameter(empty([first, second, .. kernel_size], dtype: dtype, device: device));
        this.bias = bias ? new Parameter(empty([out_channels], dtype: dtype, device: device)) : null;
        reset_parameters();
    }

    public long in_channels { get; }

    public long out_channels { get; }

    public bool transposed { get; }

    public long groups { get; set; }

    public long[] kernel_size { get; set; }

    public long[] stride { get; set; }

    public long[] padding { get; private set; }

    public Padding? padding_type { get; private set; }

    public long[] dilation { get; set; }

    public long[] output_padding { get; set; }

    public PaddingModes padding_mode { get; set; }

    public Parameter weight { get => Own(nameof(weight)); set => Own(nameof(weight), value); }

    public Parameter bias { get => Own(nameof(bias)); set => Own(nameof(bias), value); }

    public void SetPadding(long[] padding)
    {
        ArgumentNullException.ThrowIfNull(padding);
        (this.padding, padding_type) = (padding, null);
        _reversed_padding_repeated_twice = [.. padding.Reverse().SelectMany(p => new[] { p, p })];
    }

    /// <summary>No padding, or as much as keeps the sizes (more of it at the end where it is odd).</summary>
    public void SetPadding(Padding padding)
    {
        if (padding == TorchSharp.Padding.Same && stride.Any(s => s != 1))
            throw new ArgumentException("Padding to the same size needs a stride of 1.", nameof(padding));

        padding_type = padding;
        this.padding = new long[kernel_size.Length];
        _reversed_padding_repeated_twice = padding == TorchSharp.Padding.Same
            ? [.. kernel_size.Zip(dilation, (k, d) => d * (k - 1)).Reverse().SelectMany(total => new[] { total / 2, total - (total / 2) })]
            : new long[2 * kernel_size.Length];
    }

    /// <summary>He et al. (2015) with a = √5, as PyTorch does.</summary>
    public void reset_parameters()
    {
        init.kaiming_uniform_(weight, a: Math.Sqrt(5));
        if (bias is { } shift)
        {
            var (fanIn, _) = init.CalculateFanInAndFanOut(weight);
            var bound = fanIn > 0 ? 1 / Math.Sqrt(fanIn) : 0;
            init.uniform_(shift, -bound, bound);
        }
    }

    /// <summary>Whether the input is a batch of that many spatial dimensions, or one such input, with the right channels.</summary>
    protected bool ValidateShape(Tensor input, long dimensions)
    {
        ArgumentNullException.ThrowIfNull(input);
        var shape = input.shape;
        return (shape.Length == dimensions + 2 && shape[1] == input_channels)
            || (shape.Length == dimensions + 1 && shape[0] == input_channels);
    }

    private protected void RequireShape(Tensor input, long dimensions)
    {
        if (!ValidateShape(input, dimensions))
        {
            throw new ArgumentException(
                $"{GetName()} expects {input_channels} channels and {dimensions} spatial dimensions, "
                + $"not ({string.Join(", ", input.shape)}).");
        }
    }

    /// <summary>The input padded by the mode, where the convolution itself can pad by zeros only.</summary>
    private protected Tensor Padded(Tensor input) => functional.pad(input, _reversed_padding_repeated_twice, padding_mode);

    private protected bool PadsByItself => padding_mode is PaddingModes.Zeros or PaddingModes.Constant;
}

/// <summary>The sizes of a convolution.</summary>
internal sealed record ConvolutionShape(long In, long Out, long[] Kernel, long[] Stride, long[] Padding, Padding? PaddingType,
    long[] Dilation, long Groups, bool Transposed, long[] OutputPadding);

/// <summary>Convolution over sequences.</summary>
public sealed class Conv1d : Convolution
{
    internal Conv1d(ConvolutionShape shape, bool bias, PaddingModes mode, Device device, ScalarType? dtype) :
        base(nameof(Conv1d), shape, bias, mode, device, dtype)
    {
    }

    public override Tensor forward(Tensor input)
    {
        RequireShape(input, 1);
        if (!PadsByItself)
        {
            using var padded = Padded(input);
            return functional.conv1d(padded, weight, bias, stride[0], 0, dilation[0], groups);
        }

        return padding_type is { } type
            ? functional.conv1d_padding(input, weight, bias, stride[0], type, dilation[0], groups)
            : functional.conv1d(input, weight, bias, stride[0], padding[0], dilation[0], groups);
    }
}

/// <summary>Convolution over images.</summary>
public sealed class Conv2d : Convolution
{
    internal Conv2d(ConvolutionShape shape, bool bias, PaddingModes mode, Device device, ScalarType? dtype) :
        base(nameof(Conv2d), shape, bias, mode, device, dtype)
    {
    }

    public override Tensor forward(Tensor input)
    {
        RequireShape(input, 2);
        if (!PadsByItself)
        {
            using var padded = Padded(input);
            return functional.conv2d(padded, weight, bias, stride, [0, 0], dilation, groups);
        }

        return padding_type is { } type
            ? functional.conv2d_padding(input, weight, bias, stride, type, dilation, groups)
            : functional.conv2d(input, weight, bias, stride, padding, dilation, groups);
    }
}

/// <summary>Convolution over volumes.</summary>
public sealed class Conv3d : Convolution
{
    internal Conv3d(ConvolutionShape shape, bool bias, PaddingModes mode, Device device, ScalarType? dtype) :
        base(nameof(Conv3d), shape, bias, mode, device, dtype)
    {
    }

    public override Tensor forward(Tensor input)
    {
        RequireShape(input, 3);
        if (!PadsByItself)
        {
            using var padded = Padded(input);
            return functional.conv3d(padded, weight, bias, stride, [0, 0, 0], dilation, groups);
        }

        return padding_type is { } type
            ? functional.conv3d_padding(input, weight, bias, stride, type, dilation, groups)
            : functional.conv3d(input, weight, bias, stride, padding, dilation, groups);
    }
}
