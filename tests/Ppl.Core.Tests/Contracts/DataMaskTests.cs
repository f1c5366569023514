using Ppl.Contracts;
using Ppl.Core.Tests.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Contracts;

public sealed class DataMaskTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public static TheoryData<string> Names => [.. FamilyCase.Densities.Select(c => c.Name)];

    public void Dispose() => scope.Dispose();

    // Two particles are folded into the model's rows; the data have a row for each of theirs, unless the support follows the model's.
    [Theory]
    [MemberData(nameof(Names))]
    public void Fill_PutsAValueOfTheSupportInThePlaceOfWhatIsMissing(string name)
    {
        var family = FamilyCase.Of(name);
        var d = family.Make();
        var all = d.Shape.Length - d.EventDimensions;
        var folded = d.Map((t, own) => t.dim() - own == all ? cat([t, t], 0) : t, [d.Shape[0] * 2, .. d.Shape[1..all]]);
        var follows = DataMask.FollowsRows(d.ValueConstraint);
        var value = family.Value().expand(d.Shape);
        var filled = DataMask.Fill(
            follows ? cat([value, value], 0) : value, zeros(follows ? folded.Shape[0] : d.Shape[0], dtype: ScalarType.Bool), folded);
        TensorAssert.Shape(follows ? folded.Shape : d.Shape, filled);
        Assert.Null((follows ? folded : d).FindValueFault(filled));
    }
}
