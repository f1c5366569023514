using static TorchSharp.torch;

namespace Ppl.Core.Tests.Provider;

/// <summary>What docs/torch.md says of a literal 0, which C# takes for an element type.</summary>
public sealed class SumTests
{
    [Fact]
    public void A_literal_zero_is_no_dimension()
    {
        using var scope = NewDisposeScope();
        var t = ones(2, 3);
        Assert.Equal(0, t.sum(0).dim());
        Assert.Equal([3], t.sum(0L).shape);
        Assert.Equal([3], t.sum([0L]).shape);
        Assert.Equal([2], t.sum(1).shape);
    }
}
