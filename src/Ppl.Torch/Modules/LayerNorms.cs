using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>Each example normalised over its last dimensions (Ba et al., 2016, arXiv:1607.06450).</summary>
public sealed class LayerNorm : Module<Tensor, Tensor>
{
    internal LayerNorm(long[] normalized_shape, double eps, bool elementwise_affine, bool bias, Device device, ScalarType? dtype) :
        base(nameof(LayerNorm))
    {
        (this.normalized_shape, this.eps, this.elementwise_affine) = (normalized_shape, eps, elementwise_affine);
        if (elementwise_affine)
        {
            weight = new Parameter(empty(normalized_shape, dtype: dtype, device: device));
            this.bias = bias ? new Parameter(empty(normalized_shape, dtype: dtype, device: device)) : null;
        }

        reset_parameters();
    }

    public long[] normalized_shape { get; set; }

    public double eps { get; set; }

    public bool elementwise_affine { get; set; }

    public Parameter weight { get => Own(nameof(weight)); set => Own(nameof(weight), value); }

    public Parameter bias { get => Own(nameof(bias)); set => Own(nameof(bias), value); }

    public void reset_parameters()
    {
        if (weight is { } scale) init.ones_(scale);

        if (bias is { } shift) init.zeros_(shift);
    }

    public override Tensor forward(Tensor tensor) => functional.layer_norm(tensor, normalized_shape, weight, bias, eps);
}

/// <summary>Each example's groups of channels normalised (Wu and He, 2018, arXiv:1803.08494).</summary>
public sealed class GroupNorm : Module<Tensor, Tensor>
{
    internal GroupNorm(long num_groups, long num_channels, double eps, bool affine, Device device, ScalarType? dtype) :
        base(nameof(GroupNorm))
    {
        (this.num_groups, this.eps, this.affine) = (num_groups, eps, affine);
        if (num_groups <= 0 || num_channels % num_groups != 0)
            throw new ArgumentException($"{num_channels} channels do not divide into {num_groups} groups.", nameof(num_groups));

        if (affine)
        {
            weight = new Parameter(ones([num_channels], dtype: dtype, device: device));
            bias = new Parameter(zeros([num_channels], dtype: dtype, device: device));
        }
    }

    public long num_groups { get; set; }

    public double eps { get; set; }

    public bool affine { get; set; }

    public Parameter weight { get => Own(nameof(weight)); set => Own(nameof(weight), value); }

    public Parameter bias { get => Own(nameof(bias)); set => Own(nameof(bias), value); }

    public override Tensor forward(Tensor tensor) => functional.group_norm(tensor, num_groups, weight, bias, eps);
}

/// <summary>Krizhevsky et al. (2012): each value divided by a power of the energy of the channels around it.</summary>
public sealed class LocalResponseNorm : ParameterLessModule<Tensor, Tensor>
{
    internal LocalResponseNorm(long size, double alpha, double beta, double k) : base(nameof(LocalResponseNorm))
    {
        (this.size, this.alpha, this.beta, this.k) = (size, alpha, beta, k);
    }

    public long size { get; set; }

    public double alpha { get; set; }

    public double beta { get; set; }

    public double k { get; set; }

    public override Tensor forward(Tensor input) => functional.local_response_norm(input, size, alpha, beta, k);
}
