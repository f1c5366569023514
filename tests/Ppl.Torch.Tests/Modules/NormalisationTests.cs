using static TorchSharp.torch.nn;

namespace Ppl.Torch.Tests.Modules;

/// <summary>A spread needs two values: layers that would divide by it, or keep it as a statistic, refuse one, as PyTorch does.</summary>
public sealed class NormalisationTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    public static TheoryData<int, long[], string> SingleValues => new()
    {
        { 1, [1, 3], "[1, 3]" },
        { 1, [1, 3, 1], "[1, 3, 1]" },
        { 2, [1, 3, 1, 1], "[1, 3, 1, 1]" },
        { 3, [1, 3, 1, 1, 1], "[1, 3, 1, 1, 1]" },
    };

    [Theory]
    [MemberData(nameof(SingleValues))]
    public void Batch_normalisation_refuses_one_value_a_channel_and_keeps_its_statistics(int dimensions, long[] shape, string size)
    {
        using var norm = Batch(dimensions);
        var fault = Assert.Throws<ArgumentException>(() => norm.call(torch.ones(shape)));
        Assert.StartsWith($"Expected more than 1 value per channel when training, got input size {size}", fault.Message, StringComparison.Ordinal);
        Assert.Equal([0f, 0, 0], norm.running_mean.data<float>());
        Assert.Equal([1f, 1, 1], norm.running_var.data<float>());
        Assert.Equal(0, norm.num_batches_tracked.item<long>());

        norm.eval();
        Assert.Equal(shape, norm.call(torch.ones(shape)).shape);
    }

    [Theory]
    [InlineData(new long[] { 2, 3 })]
    [InlineData(new long[] { 1, 3, 2 })]
    public void Batch_normalisation_takes_two_values_a_channel(long[] shape)
    {
        using var norm = BatchNorm1d(3);
        norm.call(torch.arange(6, ScalarType.Float32).reshape(shape));
        Assert.True(torch.isfinite(norm.running_var).all().item<bool>());
        Assert.Equal(1, norm.num_batches_tracked.item<long>());
    }

    [Fact]
    public void Without_running_statistics_one_value_is_refused_in_evaluation_too()
    {
        using var norm = BatchNorm1d(3, track_running_stats: false);
        norm.eval();
        Assert.Throws<ArgumentException>(() => norm.call(torch.ones(1, 3)));
    }

    [Fact]
    public void The_function_refuses_one_value_a_channel_in_training_alone()
    {
        var (mean, variance) = (torch.zeros(3), torch.ones(3));
        Assert.Throws<ArgumentException>(() => functional.batch_norm(torch.ones(1, 3), mean, variance, training: true));
        Assert.Equal([1f, 1, 1], variance.data<float>());
        Assert.Equal([1, 3], functional.batch_norm(torch.ones(1, 3), mean, variance).shape);
    }

    [Theory]
    [InlineData("[4, 3, 1]", new long[] { 4, 3, 1 })]
    [InlineData("[1, 3, 1]", new long[] { 3, 1 })]
    public void Instance_normalisation_refuses_one_place(string size, long[] shape)
    {
        using var norm = InstanceNorm1d(3);
        var fault = Assert.Throws<ArgumentException>(() => norm.call(torch.ones(shape)));
        Assert.StartsWith($"Expected more than 1 spatial element when training, got input size {size}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Instance_normalisation_by_running_statistics_takes_one_place()
    {
        using var norm = InstanceNorm2d(3, track_running_stats: true);
        Assert.Throws<ArgumentException>(() => norm.call(torch.ones(4, 3, 1, 1)));
        Assert.True(torch.isfinite(norm.running_var).all().item<bool>());
        norm.eval();
        Assert.Equal([4, 3, 1, 1], norm.call(torch.ones(4, 3, 1, 1)).shape);
    }

    [Fact]
    public void Group_normalisation_refuses_one_value_a_group()
    {
        using var norm = GroupNorm(3, 3);
        var fault = Assert.Throws<ArgumentException>(() => norm.call(torch.ones(1, 3)));
        Assert.StartsWith("Expected more than 1 value per channel when training, got input size [1, 3]", fault.Message, StringComparison.Ordinal);
        Assert.Equal([1, 3, 2], norm.call(torch.ones(1, 3, 2)).shape);
    }

    private static TorchSharp.Modules.BatchNorm Batch(int dimensions) => dimensions switch
    {
        1 => BatchNorm1d(3),
        2 => BatchNorm2d(3),
        _ => BatchNorm3d(3),
    };
}
