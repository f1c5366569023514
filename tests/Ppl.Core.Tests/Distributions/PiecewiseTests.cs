using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>
/// Functions of several pieces skip a piece that no number needs. Numbers on both sides in one batch have the values and gradients that they have
/// alone.
/// </summary>
public sealed class PiecewiseTests : IDisposable
{
    private static readonly Dictionary<string, (Func<Tensor, Tensor> Of, double[] At)> Cases = new()
    {
        ["StudentT, df"] = (x => new StudentT(x, 0.3, 2).LogProb(full_like(x, 1.5)), [0.4, 3, 49, 51, 1e4]),
        ["StudentT, value"] = (x => new StudentT(3, 0.3, 2).LogProb(x), [-4, 0.3, 1, 1e151, 1e300]),
        ["Poisson"] = (x => new Poisson(x).LogProb(tensor(new double[] { 0, 3, 90, 101, 500 })), [0.5, 2, 95, 100, 420]),
        ["Binomial"] = (x => new Binomial(200, logits: x).LogProb(tensor(new double[] { 0, 3, 90, 101, 200 })), [-3, -1, 0, 2, 50]),
        ["NegativeBinomial"] = (x => new NegativeBinomial(x, logits: 0.4).LogProb(full_like(x, 7)), [0.1, 3, 99, 101, 1e5]),
        ["LKJCholesky"] = (x => new LKJCholesky(3, x).LogProb(eye(3, dtype: ScalarType.Float64)), [0.1, 3, 17, 30, 1e5]),
        ["Dirichlet"] = (
            x => new Dirichlet(stack([x + 1, x + 2], -1)).LogProb(tensor(new double[,] { { 0, 1 }, { 0.2, 0.8 }, { 0.5, 0.5 } })), [0.5, 2, 9]),
        ["ContinuousBernoulli"] = (x => new ContinuousBernoulli(logits: x).InverseCdf(full_like(x, 0.2)), [-50, -0.009, 0.009, 4, 299, 301]),
        ["VonMises"] = (x => new VonMises(0, x).Variance, [0.5, 20, 999, 1001, 1e7]),
    };

    private readonly DisposeScope scope = NewDisposeScope();

    public static TheoryData<string> Names => [.. Cases.Keys];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void NumbersOnBothSides_AreThoseOfEachAlone(string name)
    {
        var (of, at) = Cases[name];
        var (together, slopes) = Value(of, Enumerable.Range(0, at.Length).Select(i => at[i]));
        for (var i = 0; i < at.Length; i++)
        {
            var (alone, slope) = Value(of, Enumerable.Repeat(at[i], at.Length));
            Assert.True(double.IsFinite(slopes[i]) || name == "StudentT, value", $"the slope at {at[i]} is {slopes[i]}");
            Assert.Equal(alone[i], together[i], 1e-10 * Math.Max(1, Math.Abs(alone[i])));
            Assert.Equal(slope[i], slopes[i], 1e-10 * Math.Max(1, Math.Abs(slope[i])));
        }
    }

    /// <summary>From log-odds, with 0 among them, value and derivatives are those of −a log(1 + e⁻ˡ) − b log(1 + eˡ).</summary>
    [Fact]
    public void PowersOfOdds_HaveTwoDerivatives_At0Too()
    {
        var logits = tensor(new[] { -40.0, -2, 0, 0.5, 40 }).requires_grad_();
        var density = new Binomial(5, logits: logits).LogProb(full_like(logits, 3));
        var first = autograd.grad([density.sum()], [logits], create_graph: true)[0];
        var second = autograd.grad([first.sum()], [logits])[0];
        var p = logits.detach().sigmoid();
        TensorAssert.Close(3 - (5 * p), first, relative: 1e-12, absolute: 1e-14);
        TensorAssert.Close(-5 * p * (1 - p), second, relative: 1e-10, absolute: 1e-14);
        var tail = new Binomial(5, logits: tensor(new[] { 40.0 })).LogProb(tensor(new[] { 5.0 }));
        TensorAssert.Close(tensor(new[] { -5 * Math.Exp(-40) }), tail, relative: 1e-10);
    }

    private static (double[] Value, double[] Slope) Value(Func<Tensor, Tensor> of, IEnumerable<double> at)
    {
        var x = tensor(at.ToArray()).requires_grad_();
        var y = of(x);
        return (TensorAssert.ToArray(y), TensorAssert.ToArray(autograd.grad([y.sum()], [x])[0]));
    }
}
