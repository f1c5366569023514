using System.Runtime.InteropServices;

namespace Ppl.Torch.Tests.Tensors;

public sealed class IndexingTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor x = arange(24).reshape(2, 3, 4);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void IntegersSelect()
    {
        Assert.Equal(23, x[1, 2, 3].item<long>());
        Assert.Equal(23, x[-1, -1, -1].item<long>());
        Assert.Equal([4L, 5, 6, 7], x[0, 1].data<long>().ToArray());
        Assert.Throws<ExternalException>(() => x[2]);
        Assert.Throws<ExternalException>(() => x[0, 0, 0, 0]);
    }

    [Fact]
    public void SlicesAndRanges()
    {
        Assert.Equal([4L, 8], x[0, 1..3, 0].data<long>().ToArray());
        Assert.Equal([8L, 20], x[TensorIndex.Colon, ^1, 0].data<long>().ToArray());
        Assert.Equal([0L, 2], x[0, 0, TensorIndex.Slice(step: 2)].data<long>().ToArray());
        Assert.Equal([2, 3, 2], x[.., .., ^2..].shape);
        Assert.Equal([2, 3, 3], x[.., .., ..^1].shape);
        Assert.Equal([1L, 2], x[0, 0, TensorIndex.Slice(1, -1)].data<long>().ToArray());
    }

    [Fact]
    public void NewAxesAndEllipsis()
    {
        Assert.Equal([2, 3, 1], x[TensorIndex.Ellipsis, 0, TensorIndex.None].shape);
        Assert.Equal([1, 2, 3, 4], x[TensorIndex.None].shape);
        Assert.Equal([2, 3, 4], x[TensorIndex.Ellipsis].shape);
        Assert.Equal([1, 2, 3, 4], x[TensorIndex.Bool(true)].shape);
        Assert.Equal([0, 2, 3, 4], x[TensorIndex.Bool(false)].shape);
    }

    [Fact]
    public void TensorsAndMasks()
    {
        var picks = tensor(new long[] { 2, 0 });
        Assert.Equal([8L, 0], x[0, TensorIndex.Tensor(picks), 0].data<long>().ToArray());
        Assert.Equal([2, 2, 4], x[TensorIndex.Colon, TensorIndex.Tensor(picks)].shape);
        var mask = x > 20;
        Assert.Equal([21L, 22, 23], x[mask].data<long>().ToArray());
        Assert.Equal([21L, 22, 23], x[TensorIndex.Tensor(mask)].data<long>().ToArray());
        Assert.Equal([17L], x[TensorIndex.Tensor(tensor(new long[] { 1 })), 1, TensorIndex.Tensor(tensor(new long[] { 1 }))].data<long>().ToArray());
        Assert.Equal([2, 4], x[TensorIndex.Colon, TensorIndex.Tensor(tensor(new[] { false, true, false })), TensorIndex.Colon].squeeze(1).shape);
    }

    [Fact]
    public void ViewsWriteThrough()
    {
        x[0, 0] = zeros(4, int64);
        Assert.Equal(0, x[0, 0].sum().item<long>());
        x[1, 1, 1] = -5L;
        Assert.Equal(-5, x[1, 1, 1].item<long>());
        x[x < 0] = tensor(100L);
        Assert.Equal(100, x[1, 1, 1].item<long>());
        x[TensorIndex.Colon, 0] = ones(1, 1, 4, int64);
        Assert.Equal(8, x[TensorIndex.Colon, 0].sum().item<long>());
        x.index_put_(7, TensorIndex.Tensor(tensor(new long[] { 1 })), TensorIndex.Single(0), TensorIndex.Single(0));
        Assert.Equal(7, x[1, 0, 0].item<long>());
    }

    [Fact]
    public void AccumulationAddsRepeats()
    {
        var sums = zeros(3, int64);
        sums.index_put_(ones(4, int64), [tensor(new long[] { 0, 0, 2, 0 })], true);
        Assert.Equal([3L, 0, 1], sums.data<long>().ToArray());
    }

    [Fact]
    public void IndexingLeavesNoTemporaries()
    {
        var before = scope.DisposablesCount;
        var y = x[TensorIndex.Colon, 1..2, TensorIndex.None, ..2];
        Assert.Equal(before + 1, scope.DisposablesCount);
        Assert.Equal([2, 1, 1, 2], y.shape);
    }
}
