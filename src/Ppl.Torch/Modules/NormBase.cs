using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>Normalisations that can learn a scale and a shift, and keep running statistics, of each feature.</summary>
public abstract class NormBase : Module<Tensor, Tensor>
{
    public NormBase(long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device device,
        ScalarType? dtype, string name) : base(name)
    {
        (this.num_features, this.eps, this.momentum) = (num_features, eps, momentum);
        (this.affine, this.track_running_stats) = (affine, track_running_stats);
        if (affine)
        {
            weight = new Parameter(empty([num_features], dtype: dtype, device: device));
            bias = new Parameter(empty([num_features], dtype: dtype, device: device));
        }

        if (track_running_stats)
        {
            running_mean = zeros([num_features], dtype: dtype, device: device);
            running_var = ones([num_features], dtype: dtype, device: device);
            num_batches_tracked = zeros([], dtype: ScalarType.Int64, device: device);
        }

        reset_parameters();
    }

    public long num_features { get; }

    public double eps { get; set; }

    /// <summary>The share of a new batch in the running statistics; null makes them the plain mean over all batches.</summary>
    public double? momentum { get; set; }

    public bool affine { get; }

    public bool track_running_stats { get; }

    public Parameter weight { get => Own(nameof(weight)); set => Own(nameof(weight), value); }

    public Parameter bias { get => Own(nameof(bias)); set => Own(nameof(bias), value); }

    public Tensor running_mean { get => OwnBuffer(nameof(running_mean)); set => OwnBuffer(nameof(running_mean), value); }

    public Tensor running_var { get => OwnBuffer(nameof(running_var)); set => OwnBuffer(nameof(running_var), value); }

    public Tensor num_batches_tracked
    {
        get => OwnBuffer(nameof(num_batches_tracked));
        set => OwnBuffer(nameof(num_batches_tracked), value);
    }

    public void reset_running_stats()
    {
        if (track_running_stats)
        {
            init.zeros_(running_mean);
            init.ones_(running_var);
            init.zeros_(num_batches_tracked);
        }
    }

    public void reset_parameters()
    {
        reset_running_stats();
        if (affine)
        {
            init.ones_(weight);
            init.zeros_(bias);
        }
    }

    protected abstract void ValidateInputDimensions(Tensor input);

    private protected static void RequireDimensions(Tensor input, params long[] allowed)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!allowed.Contains(input.Dimensions))
        {
            throw new ArgumentException(
                $"An input of {string.Join(" or ", allowed)} dimensions is expected, not of {input.Dimensions}.", nameof(input));
        }
    }
}

/// <summary>Batch normalisation (Ioffe and Szegedy, 2015, arXiv:1502.03167).</summary>
public abstract class BatchNorm : NormBase
{
    public BatchNorm(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device device,
        ScalarType? dtype, string name) : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, name)
    {
    }

    public override Tensor forward(Tensor input)
    {
        ValidateInputDimensions(input);
        var counts = training && track_running_stats;
        var share = momentum ?? (counts ? 1.0 / (num_batches_tracked.item<long>() + 1) : 0);

        // In evaluation the running statistics hold; a layer that has none takes the batch's own.
        var result = functional.batch_norm(input, running_mean, running_var, weight, bias, training || !track_running_stats, share, eps);
        if (counts)
        {
            using var noGrad = no_grad();
            num_batches_tracked.add_(1);
        }

        return result;
    }
}

public sealed class BatchNorm1d : BatchNorm
{
    internal BatchNorm1d(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device device,
        ScalarType? dtype) : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(BatchNorm1d))
    {
    }

    protected override void ValidateInputDimensions(Tensor input) => RequireDimensions(input, 2, 3);
}

public sealed class BatchNorm2d : BatchNorm
{
    internal BatchNorm2d(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device device,
        ScalarType? dtype) : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(BatchNorm2d))
    {
    }

    protected override void ValidateInputDimensions(Tensor input) => RequireDimensions(input, 4);
}

public sealed class BatchNorm3d : BatchNorm
{
    internal BatchNorm3d(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device device,
        ScalarType? dtype) : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(BatchNorm3d))
    {
    }

    protected override void ValidateInputDimensions(Tensor input) => RequireDimensions(input, 5);
}

/// <summary>Each channel of each example normalised over its places (Ulyanov et al., 2016, arXiv:1607.08022).</summary>
public abstract class InstanceNorm : NormBase
{
    public InstanceNorm(long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device device,
        ScalarType? dtype, string name) : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, name)
    {
    }

    public override Tensor forward(Tensor input)
    {
        ValidateInputDimensions(input);
        if (input.Dimensions == GetNumberOfBatchDimensions()) return Normalise(input);

        using var batch = input.unsqueeze(0);
        using var result = Normalise(batch);
        return result.squeeze(0);
    }

    protected abstract long GetNumberOfBatchDimensions();

    private Tensor Normalise(Tensor batch) => functional.instance_norm(
        batch, running_mean, running_var, weight, bias, training || !track_running_stats, momentum ?? 0, eps);
}

public sealed class InstanceNorm1d : InstanceNorm
{
    internal InstanceNorm1d(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device device,
        ScalarType? dtype) : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(InstanceNorm1d))
    {
    }

    protected override long GetNumberOfBatchDimensions() => 3;

    protected override void ValidateInputDimensions(Tensor input) => RequireDimensions(input, 2, 3);
}

public sealed class InstanceNorm2d : InstanceNorm
{
    internal InstanceNorm2d(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device device,
        ScalarType? dtype) : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(InstanceNorm2d))
    {
    }

    protected override long GetNumberOfBatchDimensions() => 4;

    protected override void ValidateInputDimensions(Tensor input) => RequireDimensions(input, 3, 4);
}

public sealed class InstanceNorm3d : InstanceNorm
{
    internal InstanceNorm3d(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device device,
        ScalarType? dtype) : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(InstanceNorm3d))
    {
    }

    protected override long GetNumberOfBatchDimensions() => 5;

    protected override void ValidateInputDimensions(Tensor input) => RequireDimensions(input, 4, 5);
}
