using Ppl.Core.Tests.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>An infinite value: its log-density is −∞ and has no gradient, so that a mask by <c>where</c> cuts it out.</summary>
public sealed class InfinityTests : IDisposable
{
    // What is not so yet: the shades of Bernoulli, a tail's formula, a matrix of which one triangle is read, a filter's gain, a map's Jacobian.
    private static readonly string[] NotYet =
    [
        "Bernoulli(probs)", "Bernoulli(logits)", "HiddenMarkov(Bernoulli)", "HalfStudentT", "HalfStudentT(finite moments)", "Wishart",
        "LinearGaussianStateSpace", "LinearGaussianStateSpace(varying)", "LinearGaussianStateSpace(missing)", "Transformed(Gumbel, Affine)",
    ];

    private readonly DisposeScope scope = NewDisposeScope();

    public InfinityTests() => manual_seed(20261123);

    public static TheoryData<string> Families => [.. FamilyCase.All.Select(c => c.Name).Except(NotYet)];

    public void Dispose() => scope.Dispose();

    // Each number of the value in turn, so that a vector has it in one entry.
    [Theory]
    [MemberData(nameof(Families))]
    public void LogProbOfInfinity_IsNone_WithoutAGradient(string name)
    {
        var family = FamilyCase.Of(name);
        foreach (var dtype in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            var parameters = family.Parameters().ToDictionary(
                p => p.Key, p => is_floating_point(p.Value) ? p.Value.to(dtype).requires_grad_() : p.Value);
            var leaves = parameters.Values.Where(p => p.requires_grad).ToArray();
            var plain = family.Value().to(dtype);
            foreach (var infinity in new[] { double.PositiveInfinity, double.NegativeInfinity })
            {
                for (var i = 0; i < plain.numel(); i++)
                {
                    var value = plain.clone();
                    value.view(-1)[i] = infinity;
                    var d = family.Create(parameters);
                    if (d.FindValueFault(value) is null) continue;
                    var isInfinite = value.isinf();
                    for (var k = 0; k < d.EventDimensions; k++) isInfinite = isInfinite.any(-1);
                    var where = $"{name}, {dtype}, {infinity} at {i}: ";
                    var found = d.LogProb(value);
                    var expected = family.Create(parameters).LogProb(plain).masked_fill(isInfinite, double.NegativeInfinity);
                    Assert.True(Same(expected, found), where + string.Join(", ", TensorAssert.ToArray(found)));
                    var sum = family.Create(parameters).LogDensity(value, 0);
                    Assert.True(Same(expected.sum(), sum), $"{where}the sum is {TensorAssert.Item(sum)}");
                    if (!found.requires_grad) continue;
                    Compare(Gradients(expected, leaves), Gradients(found, leaves), where);
                }
            }
        }
    }

    // Of those densities that are not infinite.
    private static Tensor?[] Gradients(Tensor density, Tensor[] leaves)
        => [.. autograd.grad([where(density.isinf(), zeros_like(density), density).sum()], leaves, allow_unused: true)];

    private static void Compare(Tensor?[] expected, Tensor?[] found, string where)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            if (expected[i] is not { IsInvalid: false } a || found[i] is not { IsInvalid: false } b) continue;
            Assert.True(b.isfinite().all().ToBoolean(), $"{where}gradient {i} is {string.Join(", ", TensorAssert.ToArray(b))}");
            Assert.True(allclose(a, b, 1e-4, 1e-5), $"{where}gradient {i} is {string.Join(", ", TensorAssert.ToArray(b))}");
        }
    }

    private static bool Same(Tensor expected, Tensor found)
    {
        var (a, b) = (expected.to(ScalarType.Float64), found.to(ScalarType.Float64));
        return a.eq(b).logical_or((a - b).abs().lt(1e-4 * (1 + a.abs()))).all().ToBoolean();
    }
}
