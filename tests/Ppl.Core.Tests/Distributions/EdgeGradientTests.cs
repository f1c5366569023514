using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Derivatives that an automatic pass through the formula would miss: of quadratures, at ends of a support, of implicit draws.</summary>
public sealed class EdgeGradientTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public EdgeGradientTests() => manual_seed(8);

    public void Dispose() => scope.Dispose();

    // In the middle and without a slant too, where Owen's function is written by absolute values.
    [Fact]
    public void SkewNormal_CdfHasTheDerivativesOfOwensFunction()
    {
        foreach (var slant in new[] { -30, -1.5, -0.3, 0, 0.3, 1, 1.5, 30 })
        {
            foreach (var at in new[] { -6, -2, -0.4, 0, 0.01, 0.6, 3 })
            {
                var (value, a) = (Number(at), Number(slant));
                var gradient = autograd.grad([new SkewNormal(0, 1, a).Cdf(value)], [value, a], create_graph: true);
                var density = new SkewNormal(0, 1, slant).LogProb(Number(at)).exp();
                TensorAssert.Close(density, gradient[0], relative: 1e-10, absolute: 1e-250);
                var square = 1 + slant * slant;
                var exact = -Math.Exp(-at * at * square / 2) / (Math.PI * square);
                TensorAssert.Close(tensor(exact, ScalarType.Float64), gradient[1], relative: 1e-10, absolute: 1e-250);
                var second = autograd.grad([gradient[1]], [value, a]);
                TensorAssert.Close(tensor(-at * square * exact, ScalarType.Float64), second[0], relative: 1e-9, absolute: 1e-250);
                var bySlant = exact * (-slant * at * at - 2 * slant / square);
                TensorAssert.Close(tensor(bySlant, ScalarType.Float64), second[1], relative: 1e-9, absolute: 1e-250);
            }
        }
    }

    [Fact]
    public void SkewNormal_CdfHoldsAtInfinity()
    {
        foreach (var slant in new[] { -2, 0, 2.0 })
        {
            Assert.Equal(0, TensorAssert.Item(new SkewNormal(0, 1, slant).Cdf(tensor(double.NegativeInfinity, ScalarType.Float64))));
            Assert.Equal(1, TensorAssert.Item(new SkewNormal(0, 1, slant).Cdf(tensor(double.PositiveInfinity, ScalarType.Float64))));
        }
    }

    private static Tensor Number(double number) => tensor(number, ScalarType.Float64).requires_grad_();
}
