using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>The gradient of a convolution with respect to its input, as a map of its own.</summary>
public abstract class ConvolutionTranspose : Convolution
{
    private protected ConvolutionTranspose(string name, ConvolutionShape shape, bool bias, PaddingModes mode, Device device,
        ScalarType? dtype) : base(name, shape, bias, mode, device, dtype)
    {
        if (mode != PaddingModes.Zeros) throw new ArgumentException($"{name} pads by zeros only.", nameof(mode));
    }

    public override Tensor forward(Tensor input) => forward(input, null);

    /// <summary>Several output sizes lead to the same input size; output_size chooses one of them.</summary>
    public abstract Tensor forward(Tensor input, long[] output_size);

    protected long[] _output_padding(Tensor input, long[] output_size, long[] kernel_size, long[] stride, long[] padding, long[] dilation,
        long num_spatial_dims)
    {
        if (output_size is null) return output_padding;

        if (output_size.Length < num_spatial_dims)
            throw new ArgumentException($"{num_spatial_dims} sizes are expected, not {output_size.Length}.", nameof(output_size));

        var sizes = output_size[^(int)num_spatial_dims..];
        var given = input.shape[^(int)num_spatial_dims..];
        var extra = new long[num_spatial_dims];
        for (var i = 0; i < extra.Length; i++)
        {
            var least = ((given[i] - 1) * stride[i]) - (2 * padding[i]) + (dilation[i] * (kernel_size[i] - 1)) + 1;
            extra[i] = sizes[i] - least;
            if (extra[i] < 0 || extra[i] >= stride[i])
            {
                throw new ArgumentException(
                    $"An output of size {sizes[i]} is not possible: it can be from {least} to {least + stride[i] - 1}.",
                    nameof(output_size));
            }
        }

        return extra;
    }

    private protected long[] ExtraPadding(Tensor input, long[] output_size)
    {
        RequireShape(input, kernel_size.Length);
        return _output_padding(input, output_size, kernel_size, stride, padding, dilation, kernel_size.Length);
    }
}

/// <summary>Transposed convolution over sequences.</summary>
public sealed class ConvTranspose1d : ConvolutionTranspose
{
    internal ConvTranspose1d(ConvolutionShape shape, bool bias, PaddingModes mode, Device device, ScalarType? dtype) :
        base(nameof(ConvTranspose1d), shape, bias, mode, device, dtype)
    {
    }

    public override Tensor forward(Tensor input, long[] output_size) => functional.conv_transpose1d(
        input, weight, bias, stride[0], padding[0], ExtraPadding(input, output_size)[0], dilation[0], groups);
}

/// <summary>Transposed convolution over images.</summary>
public sealed class ConvTranspose2d : ConvolutionTranspose
{
    internal ConvTranspose2d(ConvolutionShape shape, bool bias, PaddingModes mode, Device device, ScalarType? dtype) :
        base(nameof(ConvTranspose2d), shape, bias, mode, device, dtype)
    {
    }

    public override Tensor forward(Tensor input, long[] output_size) => functional.conv_transpose2d(
        input, weight, bias, stride, padding, ExtraPadding(input, output_size), dilation, groups);
}

/// <summary>Transposed convolution over volumes.</summary>
public sealed class ConvTranspose3d : ConvolutionTranspose
{
    internal ConvTranspose3d(ConvolutionShape shape, bool bias, PaddingModes mode, Device device, ScalarType? dtype) :
        base(nameof(ConvTranspose3d), shape, bias, mode, device, dtype)
    {
    }

    public override Tensor forward(Tensor input, long[] output_size) => functional.conv_transpose3d(
        input, weight, bias, stride, padding, ExtraPadding(input, output_size), dilation, groups);
}
