using Ppl.Core.Tests.Testing;
using Ppl.Flows;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Flows;

/// <summary>What an invertible linear map begins at, and what of it is fixed.</summary>
public sealed class InvertibleLinearTests : IDisposable
{
    private const long Size = 6;

    private readonly DisposeScope scope = NewDisposeScope();

    public InvertibleLinearTests() => manual_seed(11);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void ARotatedOne_BeginsAtAnOrthogonalMatrix_WithAPermutation()
    {
        var flow = new InvertibleLinear(Size, isRotated: true);
        var (w, volume) = Matrix(flow);
        TensorAssert.Close(eye(Size), w.matmul(w.t()), relative: 0, absolute: 1e-5);
        TensorAssert.Close(zeros(1), volume[..1], relative: 0, absolute: 1e-5);
        Assert.True(TensorAssert.Item((w - eye(Size)).abs().max()) > 0.5);
        var permutation = flow.state_dict()["permutation"];
        Assert.NotEqual(Range(), permutation.data<long>().ToArray());
        Assert.Equal(Range(), permutation.data<long>().Order());
    }

    /// <summary>Over orthogonal matrices that are uniform, entries have mean 0 and mean square 1 / D: to 4 standard errors of 400 matrices.</summary>
    [Fact]
    public void Rotations_AreUniform()
    {
        var all = stack(Enumerable.Range(0, 400).Select(_ => Matrix(new InvertibleLinear(3, isRotated: true)).W), 0).detach();
        TensorAssert.Close(zeros(3, 3), all.mean([0]), relative: 0, absolute: 4 * Math.Sqrt(1.0 / 3 / 400));
        TensorAssert.Close(full([3, 3], 1.0 / 3).to(all.dtype), all.square().mean([0]), relative: 0, absolute: 4 * 0.3 / 20);
    }

    /// <summary>Rows of L U come in the order that the buffer says, whatever the weights are.</summary>
    [Fact]
    public void ThePermutation_StaysWhileWeightsMove_AndIsLoaded()
    {
        var flow = new InvertibleLinear(Size, isRotated: true);
        var before = flow.state_dict()["permutation"].clone();
        using (no_grad()) flow.get_parameter("numbers.free")!.mul_(0.5);
        var free = flow.get_parameter("numbers.free")!.detach()[..(int)(Size * Size)].reshape(Size, Size);
        var lower = free.tril(-1) + eye(Size);
        var upper = free.triu(1) + (free.diagonal().exp() * flow.get_buffer("signs")!).diag();
        TensorAssert.Close(lower.matmul(upper)[before], Matrix(flow).W, relative: 1e-5, absolute: 1e-6);
        TensorAssert.Close(before, flow.state_dict()["permutation"], 0, 0);
        var plain = new InvertibleLinear(Size);
        plain.load_state_dict(flow.state_dict());
        TensorAssert.Close(Matrix(flow).W, Matrix(plain).W, 0, 0);
    }

    [Fact]
    public void APlainOne_HasNoPermutation()
    {
        var flow = new InvertibleLinear(Size);
        Assert.Equal(Range(), flow.state_dict()["permutation"].data<long>().ToArray());
        Assert.True(TensorAssert.Item((Matrix(flow).W - eye(Size)).abs().max()) < 0.1);
    }

    private static IEnumerable<long> Range() => Enumerable.Range(0, (int)Size).Select(i => (long)i);

    // W e_j is column j; b is 0 at the start.
    private static (Tensor W, Tensor Volume) Matrix(InvertibleLinear flow)
    {
        var (columns, volume) = flow.Transform.ForwardWithVolume(eye(flow.Size));
        return (columns.t(), volume);
    }
}
