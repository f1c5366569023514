using Ppl.Core.Tests.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Data without a row, as a filter may leave them.</summary>
public sealed class NoRowsTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public NoRowsTests() => manual_seed(20261122);

    public static TheoryData<string> WithDensity => [.. FamilyCase.All.Where(c => !c.IsPoint).Select(c => c.Name)];

    public void Dispose() => scope.Dispose();

    // Data without a row, as the last batch of a filter may be.
    [Theory]
    [MemberData(nameof(WithDensity))]
    public void NoRows_GiveNoRows(string name)
    {
        var family = Case(name);
        var rows = family.Make().Shape;
        var all = rows.Length - family.Make().EventDimensions;
        var d = family.Make().Map((t, own) => t.dim() - own == all ? t.narrow(0, 0, 0) : t, [0, .. rows[1..all]]);
        var value = family.Value().narrow(0, 0, 0);
        long[] shape = [0, .. rows[1..]];
        var density = shape[..^d.EventDimensions];
        TensorAssert.Shape(density, d.LogProb(value));
        TensorAssert.Shape(shape, d.Sample());
        Assert.Null(d.FindParameterFault());
        Assert.Null(d.FindValueFault(value));
        WhereClosed(() => TensorAssert.Shape(shape, d.Mean));
        WhereClosed(() => TensorAssert.Shape(shape, d.Variance));
        WhereClosed(() => TensorAssert.Shape(density, d.Entropy()));
        WhereClosed(() => TensorAssert.Shape(shape, d.Cdf(value)));
        WhereClosed(() => d.EnumerateSupport());
    }

    private static FamilyCase Case(string name) => FamilyCase.All.Single(c => c.Name == name);

    // What a family has no closed form of it says by name, which FamilyTests check.
    private static void WhereClosed(Action check)
    {
        try
        {
            check();
        }
        catch (NotSupportedException)
        {
        }
    }
}
