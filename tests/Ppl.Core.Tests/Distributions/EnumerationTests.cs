using Ppl.Core.Tests.Testing;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Lists of finite supports: every value that can be drawn, once, with probabilities that sum to 1.</summary>
public sealed class EnumerationTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public EnumerationTests() => manual_seed(3);

    public static TheoryData<string> Finite => [.. FamilyCase.All.Where(c => c.Make().HasEnumerableSupport).Select(c => c.Name)];

    public static TheoryData<string> Others => [.. FamilyCase.Densities.Where(c => !c.Make().HasEnumerableSupport).Select(c => c.Name)];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Finite))]
    public void EnumerateSupport_ListsEveryValueOnce(string name)
    {
        var d = FamilyCase.Of(name).Make();
        var values = d.EnumerateSupport();
        var count = values.shape[0];
        var rows = d.Shape.Length - d.EventDimensions;
        TensorAssert.Shape([count, .. Enumerable.Repeat(1L, rows), .. d.Shape[rows..]], values);
        Assert.Equal(d.Sample().dtype, values.dtype);

        var probs = d.LogProb(values).exp();
        TensorAssert.Shape([count, .. d.Shape[..rows]], probs);
        TensorAssert.Close(ones_like(probs.select(0, 0)), probs.sum([0]), relative: 1e-12);

        // No value comes twice, and each draw is among them.
        var flat = values.reshape(count, -1).to(ScalarType.Float64);
        Assert.Equal(count, flat.unique(dim: 0).Item1.shape[0]);
        var draws = d.Sample(500).to(ScalarType.Float64);
        var hits = draws.unsqueeze(1).eq(values.to(ScalarType.Float64).unsqueeze(0));
        if (d.EventDimensions > 0) hits = hits.flatten(-d.EventDimensions).all(-1);
        Assert.True(hits.any(1).all().item<bool>());

        // A value with some probability in every row is one that validation accepts.
        foreach (var value in values.unbind(0).Where((_, i) => probs.select(0, i).gt(0).all().item<bool>())) d.ValidateValue(value);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void EnumerateSupport_OfAnInfiniteOne_SaysSo(string name)
    {
        var d = FamilyCase.Of(name).Make();
        var message = Assert.Throws<NotSupportedException>(() => d.EnumerateSupport()).Message;
        Assert.Equal($"{d.Name} has no finite support that could be listed.", message);
    }
}
