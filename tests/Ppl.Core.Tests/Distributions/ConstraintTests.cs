using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

public sealed class ConstraintTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Constraints_AreEqualByWhatTheyAre()
    {
        var bound = tensor(1.0);
        Assert.Equal(Constraint.Positive, Constraint.GreaterThan(0));
        Assert.NotEqual(Constraint.Positive, Constraint.NonNegative);
        Assert.NotEqual(Constraint.Positive, Constraint.PositiveVector);
        Assert.Equal(Constraint.UnitInterval, Constraint.Interval(0, 1));
        Assert.Equal(Constraint.Interval(0, bound), Constraint.Interval(0, bound));
        Assert.NotEqual(Constraint.Interval(0, bound), Constraint.Interval(0, tensor(1.0)));
        Assert.Equal(Constraint.Categories(4), Constraint.IntegerInterval(0, 3));
        Assert.NotEqual(Constraint.Real, Constraint.RealVector);
    }

    // Numbers are looked at at once; a tensor's entries by what checks values.
    [Fact]
    public void EmptySets_AndMapsThatLoseTheArgument_AreRefused()
    {
        var (nan, infinity) = (double.NaN, double.PositiveInfinity);
        Refused("Constraint.Interval needs two finite bounds, low below high; found low 3 and high 2.", () => Constraint.Interval(3, 2));
        Refused("Constraint.Interval needs two finite bounds, low below high; found low 2 and high 2.", () => Constraint.Interval(2, 2));
        Refused("found low -Infinity and high 2.", () => Constraint.Interval(-infinity, 2));
        Refused("found low NaN and high 2.", () => Constraint.Interval(nan, 2));
        Refused("Constraint.IntegerInterval is empty: it needs low at most high; found 3 and 2.", () => Constraint.IntegerInterval(3, 2));
        Refused("Constraint.IntegerInterval is empty: it needs low at most high; found NaN and 2.", () => Constraint.IntegerInterval(nan, 2.0));
        Refused("Constraint.Categories needs at least 1 category; found 0.", () => Constraint.Categories(0));
        Refused("Constraint.CountsOf needs a total that is a whole number >= 0; found -1.", () => Constraint.CountsOf(-1));
        Refused("Constraint.CountsOf needs a total that is a whole number >= 0; found 1.5.", () => Constraint.CountsOf(1.5));
        Refused("Constraint.GreaterThan needs a finite bound; found -Infinity.", () => Constraint.GreaterThan(-infinity));
        Refused("Constraint.AtLeast needs a finite bound; found NaN.", () => Constraint.AtLeast(nan));
        Refused("Constraint.LessThan needs a finite bound; found Infinity.", () => Constraint.LessThan(infinity));
        Refused("Affine needs scale that is finite and not 0; found 0.", () => new Affine(1, 0));
        Refused("Affine needs scale that is finite and not 0; found Infinity.", () => new Affine(1, infinity));
        Refused("Affine needs a finite loc; found NaN.", () => new Affine(nan, 1));
        Refused("Power needs exponent that is finite and not 0; found 0.", () => new Power(0));
        Refused("Power needs exponent that is finite and not 0; found NaN.", () => new Power(nan));
        Refused("Above needs a finite bound; found -Infinity.", () => new Above(-infinity));
        Refused("Below needs a finite bound; found NaN.", () => new Below(nan));
        Refused("Between needs two finite bounds, low below high; found low 1 and high 0.", () => new Between(1, 0));
        Assert.Contains("found (2)", Assert.Throws<PplShapeException>(() => Constraint.RowOf(zeros(2))).Message, StringComparison.Ordinal);
        Assert.Contains("found (0, 2)", Assert.Throws<PplShapeException>(() => Constraint.RowOf(zeros(0, 2))).Message, StringComparison.Ordinal);

        // A family's bounds are parameters, which its own check names.
        Assert.StartsWith("Uniform needs high > low; found 2", new Uniform(3, 2).FindParameterFault()!.Message, StringComparison.Ordinal);

        static void Refused(string message, Func<object> make)
            => Assert.EndsWith(message, Assert.Throws<PplArgumentException>(make).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_SayWhere()
    {
        Assert.Equal("> 0", Constraint.Positive.ToString());
        Assert.Equal(">= -1.5", Constraint.AtLeast(-1.5).ToString());
        Assert.Equal("in [0, 1]", Constraint.UnitInterval.ToString());
        Assert.Equal("a whole number from 2 to 5", Constraint.IntegerInterval(2, 5).ToString());
        Constraint[] ranked = [Constraint.Positive, Constraint.Simplex, Constraint.RealVector, Constraint.LowerCholesky, Constraint.PositiveDefinite];
        Assert.Equal([0, 1, 1, 2, 2], ranked.Select(c => c.EventRank));
        Constraint[] kinds = [Constraint.Boolean, Constraint.Categories(2), Constraint.Point(1), Constraint.Real];
        Assert.Equal([true, true, false, false], kinds.Select(c => c.IsDiscrete));
    }

    [Theory]
    [InlineData("Test needs a finite x; found NaN at [1]", "Real", 1.0, double.NaN)]
    [InlineData("Test needs x > 0; found Infinity at [1]", "Positive", 1.0, double.PositiveInfinity)]
    [InlineData("Test needs x >= 0; found -1 at [0]", "NonNegative", -1.0, 1.0)]
    [InlineData("Test needs x in [0, 1]; found 1.5 at [1]", "UnitInterval", 1.0, 1.5)]
    [InlineData("Test needs x whose entries sum to 1; found 1.25", "Simplex", 0.75, 0.5)]
    [InlineData("Test needs 0 or 1; found 0.5 at [0]", "Boolean", 0.5, 1.0)]
    [InlineData("Test needs an index from 0 to 2; found 1.5 at [1]", "Categories", 2.0, 1.5)]
    [InlineData(
        "Test needs its own point; found 2 at [1]; what is computed without noise has no density at other values: give it a family that "
        + "spreads, such as Normal, or compare draws with data, as Objective.Gan does",
        "Point", 1.0, 2.0)]
    public void Find_NamesTheFirstBadEntry(string message, string constraint, double first, double second)
    {
        Constraint set = constraint switch
        {
            "Categories" => Constraint.Categories(3),
            "Point" => Constraint.Point(1),
            _ => (Constraint)typeof(Constraint).GetProperty(constraint)!.GetValue(null)!,
        };
        Assert.Equal(message, set.Find(tensor(new[] { first, second }), "x", "Test")!.Message);
    }

    [Fact]
    public void Find_KnowsMatrices()
    {
        var matrix = tensor(new[] { 2.0, 1.0, 1.0, 2.0 }).reshape(2, 2);
        Assert.Null(Constraint.PositiveDefinite.Find(matrix, "x", "Test"));
        Assert.Equal("Test needs x that is 0 above the diagonal; found 1 at [0, 1]", Constraint.LowerCholesky.Find(matrix, "x", "Test")!.Message);
        Assert.Null(Constraint.LowerCholesky.Find(matrix.tril(), "x", "Test"));
        Assert.Equal("Test needs x that is symmetric; found 0 at [0, 1]", Constraint.PositiveDefinite.Find(matrix.tril(), "x", "Test")!.Message);
        Assert.Equal(
            "Test needs a positive least eigenvalue of x; found -1",
            Constraint.PositiveDefinite.Find(tensor(new[] { 1.0, 2.0, 2.0, 1.0 }).reshape(2, 2), "x", "Test")!.Message);
    }

    [Fact]
    public void TensorBounds_Broadcast()
    {
        var low = tensor(new[] { 0.0, 5.0 });
        Assert.Null(Constraint.GreaterThan(low).Find(tensor(6.0), "x", "Test"));
        Assert.Equal(
            "Test needs x > the entries of a tensor of shape (2); found 4 at [1]", Constraint.GreaterThan(low).Find(tensor(4.0), "x", "Test")!.Message);
        Assert.Equal([0], Constraint.Interval(low, 7).Find(tensor(new[] { -1.0, 6.0 }), "x", "Test")!.Index);
    }

    // The families' attributes name the sets: no word is left without one, except where the parameters decide.
    [Fact]
    public void EveryFamily_SaysWhereItsValuesLive()
    {
        foreach (var row in FamilyCase.All)
        {
            var d = row.Make();
            Assert.Null(d.ValueConstraint.Find(d.Sample(10), "value", d.Name));
        }

        Assert.True(new Independent(new Delta(zeros(3)), 1).ValueConstraint.IsPoint);
        Assert.False(new Independent(new Normal(zeros(3), 1), 1).ValueConstraint.IsPoint);
        var fault = Assert.Throws<InvalidOperationException>(() => _ = new Undecided().ValueConstraint);
        Assert.Equal("Undecided's support depends on its parameters: it must override ValueConstraint.", fault.Message);
    }

    [Family(Support.Bounded)]
    private sealed class Undecided() : ParametricFamily<Undecided>(new ParameterDeclaration("x", Constraint.Real).Of(1.0))
    {
        public override Tensor Mean => throw new NotSupportedException();

        public override Tensor Variance => throw new NotSupportedException();

        public override Tensor LogProb(Tensor value) => throw new NotSupportedException();

        public override Tensor Entropy() => throw new NotSupportedException();
    }
}
