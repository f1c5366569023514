using static TorchSharp.torch.utils.data;

namespace Ppl.Torch.Tests.Modules;

public class DataLoaderTests
{
    private sealed class Squares : Dataset
    {
        public override long Count => 7;

        public override Dictionary<string, Tensor> GetTensor(long index) =>
            new() { ["x"] = torch.tensor((float)index), ["y"] = torch.tensor((float)(index * index)) };
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Batches_are_rows_of_the_examples_in_order(int workers)
    {
        using var loader = DataLoader(new Squares(), 3, num_worker: workers);
        Assert.Equal(3, loader.Count);
        var seen = new List<float>();
        foreach (var batch in loader)
        {
            Assert.True(torch.equal(batch["x"] * batch["x"], batch["y"]).item<bool>());
            seen.AddRange(batch["x"].data<float>().ToArray());
        }

        Assert.Equal([0, 1, 2, 3, 4, 5, 6], seen);
    }

    [Fact]
    public void A_shuffled_loader_reads_all_examples_once_and_repeats_a_seed()
    {
        using var x = torch.arange(50, dtype: ScalarType.Float32);
        static List<float> Read(TorchSharp.Modules.IterableDataLoader loader) =>
            [.. loader.SelectMany(batch => batch[0].data<float>().ToArray())];
        using var first = DataLoader(TensorDataset(x, x * 2), 8, shuffle: true, seed: 5);
        using var second = DataLoader(TensorDataset(x, x * 2), 8, shuffle: true, seed: 5);
        var order = Read(first);
        Assert.NotEqual(Enumerable.Range(0, 50).Select(i => (float)i), order);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (float)i), order.Order());
        Assert.Equal(order, Read(second));
    }

    [Fact]
    public void A_batch_lives_until_the_next_and_the_last_short_one_can_be_dropped()
    {
        var live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Tensor last = null;
        using (var loader = DataLoader(new Squares(), 2, drop_last: true))
        {
            Assert.Equal(3, loader.Count);
            foreach (var batch in loader)
            {
                Assert.True(last is null || last.IsInvalid);
                last = batch["x"];
                Assert.Equal([2], last.shape);
            }
        }

        Assert.True(last.IsInvalid);
        Assert.Equal(live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }
}
