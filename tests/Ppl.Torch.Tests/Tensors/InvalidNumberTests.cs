using static TorchSharp.torch.nn;

namespace Ppl.Torch.Tests.Tensors;

/// <summary>What an operation is not defined for is refused by an exception that says so, not by that of a list or an array.</summary>
public class InvalidNumberTests
{
    public static TheoryData<string, Action> Uses => new()
    {
        { "No storage has an element at offset 9223372036854775807, size () and strides ().", () => ones(4).as_strided([], [], long.MaxValue) },
        { "No storage has an element at offset 1, size (3) and strides (4611686018427387904).", () => ones(4).as_strided([3], [1L << 62], 1) },
        { "The number of dimensions to contract is not from 0 to 64.", () => ones(2, 2).tensordot(ones(2, 2), -1) },
        { "The number of dimensions to contract is not from 0 to 64.", () => ones(2, 2).tensordot(ones(2, 2), 1L << 32) },
        { "There cannot be this many layers.", () => Transformer(8, 2, -1) },
        { "There cannot be this many layers.", () => Transformer(8, 2, 1, 1L << 32) },
        { "An input of 3 or more dimensions is expected, not of 1.", () => functional.local_response_norm(ones(3), 2) },
        { "dimensions are expected, not of 1 and 2.", () => functional.scaled_dot_product_attention(ones(3), ones(3, 3), ones(3, 3)) },
        { "Attention takes (length, batch, size), not 2 dimensions.", () => MultiheadAttention(4, 2).call(ones(3, 4), ones(3, 4), ones(3, 4)) },
        { "not 1 dimensions and 2, 2 and 2 numbers.", () => functional.max_unpool2d(ones(3), zeros(3, int64), [2, 2]) },
        { "not 4 dimensions and 2, 1 and 2 numbers.", () => functional.max_unpool2d(ones(1, 1, 2, 2), zeros([1, 1, 2, 2], int64), [2, 2], [2]) },
        { "2 sizes are expected, not 1.", () => ConvTranspose2d(1, 1, 2).forward(ones(1, 1, 2, 2), [3]) },
    };

    [Theory]
    [MemberData(nameof(Uses))]
    public void AreNamed(string message, Action act)
    {
        using var scope = NewDisposeScope();
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);
    }
}
