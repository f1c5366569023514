using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Testing;

/// <summary>Comparisons of tensors with messages that show both sides.</summary>
internal static class TensorAssert
{
    public static void Close(Tensor expected, Tensor actual, double relative = 1e-10, double absolute = 1e-12)
    {
        Assert.Equal(ShapeText.Of(expected.shape), ShapeText.Of(actual.shape));
        var e = ToArray(expected);
        var a = ToArray(actual);
        for (var i = 0; i < e.Length; i++)
        {
            var bound = absolute + relative * Math.Abs(e[i]);
            Assert.True(e[i].Equals(a[i]) || Math.Abs(e[i] - a[i]) <= bound, $"entry {i}: expected {e[i]:R}, found {a[i]:R}");
        }
    }

    public static void Shape(long[] expected, Tensor actual) => Assert.Equal(ShapeText.Of(expected), ShapeText.Of(actual.shape));

    public static double[] ToArray(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray();
    }

    public static double Item(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float64).item<double>();
    }

    public static void Throws<TException>(string message, Action action) where TException : Exception
        => Assert.Equal(message, Assert.Throws<TException>(action).Message);
}
