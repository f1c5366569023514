using Ppl.Core.Tests.Flows;
using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Flows;
using Ppl.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Transforms;

/// <summary>What a map's author may get wrong is found by <c>Check</c>, by name and amount, and what is right passes.</summary>
public sealed class MapCheckTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public MapCheckTests() => manual_seed(11);

    public enum Mistake
    {
        None, ForwardVolume, InverseVolume, InverseValue, Rows, VolumeShape, ValueShape, Detached, NotFinite,
    }

    public static TheoryData<string, long> Flows => FlowTests.Rows;

    public static TheoryData<string> Transforms => [.. TransformCase.All.Select(row => row.Name)];

    /// <summary>Mistakes of <see cref="Stretch"/>, with what the message says.</summary>
    public static TheoryData<Mistake, string> Mistakes => new()
    {
        {
            Mistake.ForwardVolume,
            "Stretch: Forward gives a LogAbsDet of -1.09861 at [0], "
            + "where log |det ∂y/∂x| of the derivatives of its y is 1.09861."
        },
        {
            Mistake.InverseVolume,
            "Stretch: Inverse gives a LogAbsDet of -1.09861 at [0], "
            + "where Forward gives 1.09861: both are that of y by x, not of x by y."
        },
        { Mistake.InverseValue, "Stretch: Inverse(Forward(x)) is 9 at [0, 0], where x is 1: Inverse is not the inverse of Forward." },
        { Mistake.Rows, "Stretch.Forward maps no row by itself: number 0 of the first has the derivative 1.5 by one of another." },
        {
            Mistake.VolumeShape,
            "Stretch.Forward gives a value of shape (2, 2) and a LogAbsDet of shape (2, 2); "
            + "for its argument they are (2, 2) and (2)."
        },
        {
            Mistake.ValueShape,
            "Stretch.Forward gives a value of shape (1, 2, 2) and a LogAbsDet of shape (2); "
            + "for its argument they are (2, 2) and (2)."
        },
        { Mistake.Detached, "Stretch.Forward gives a y without derivatives by x: it is a function of x, without detach() or no_grad()." },
        { Mistake.NotFinite, "Stretch.Forward needs finite results at finite arguments; found NaN at [0, 0]" },
    };

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Flows))]
    public void A_flow_of_the_library_passes(string name, long context)
    {
        foreach (var dtype in new[] { ScalarType.Float64, ScalarType.Float32 })
        {
            var flow = FlowCase.Get(name).Make(context, dtype);
            var x = FlowCase.Get(name).FromReal(randn(5, FlowCase.Size, dtype));
            flow.Check(x, context == 0 ? null : randn(5, context, dtype));
        }
    }

    [Theory]
    [MemberData(nameof(Transforms))]
    public void A_transform_of_the_library_passes(string name)
    {
        var row = TransformCase.All.Single(row => row.Name == name);
        row.Transform.Check(row.FromFree(randn(4, row.Free, ScalarType.Float64)));
    }

    [Fact]
    public void A_wrong_sign_is_named() => TensorAssert.Throws<PplArgumentException>(
        "Rising: the derivative of y has the sign -1 at [0], where Sign says 1.", () => new Rising().Check(ones(2, ScalarType.Float64)));

    [Fact]
    public void A_map_of_numbers_of_the_library_passes()
    {
        foreach (var map in new[] { ElementMap.Affine, ElementMap.Spline(4, 3) })
            map.Check(randn(6, 3, ScalarType.Float64), randn(6, 3, map.Parameters, ScalarType.Float64));
    }

    [Fact]
    public void A_flow_without_a_mistake_passes() => new Stretch(Mistake.None).Check(Points());

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_of_a_flow_is_named(Mistake mistake, string message)
    {
        var fault = Assert.ThrowsAny<PplException>(() => new Stretch(mistake).Check(Points()));
        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Where the results are taken, so that no other site or part is blamed: alone, in a sequence, and inverted.</summary>
    [Fact]
    public void A_shape_is_named_by_the_flow_wherever_it_is_used()
    {
        var flow = new Stretch(Mistake.VolumeShape);
        Action[] uses =
        [
            () => Flow.Sequence(new Householder(2), flow).Transform.ForwardWithVolume(Points()),
            () => flow.Inverted.Transform.InverseWithVolume(Points()),
            () => flow.Transform.ForwardWithVolume(Points()),
            () => new Stretch(Mistake.ValueShape).Distribution().Sample(3),
        ];
        Assert.All(uses, use => Assert.StartsWith(
            "Stretch.Forward gives a value of shape", Assert.Throws<PplShapeException>(use).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_mistake_of_a_transform_and_of_a_map_of_numbers_is_named()
    {
        var x = tensor(new[] { 1.0, 2.0 }, ScalarType.Float64);
        var slope = Assert.Throws<PplArgumentException>(() => new Triple().Check(x));
        Assert.Equal(
            "Triple: Forward gives a LogAbsDet of -1.09861 at [0], where log |det ∂y/∂x| of the derivatives of its y is 1.09861.",
            slope.Message);
        var map = Assert.Throws<PplArgumentException>(() => new Shift().Check(x, ones(2, 1, ScalarType.Float64)));
        Assert.Equal("Shift: Inverse(Forward(x)) is 3 at [0], where x is 1: Inverse is not the inverse of Forward.", map.Message);
        var shape = Assert.Throws<PplShapeException>(() => new Shift().Check(x, ones(2, 2, ScalarType.Float64)));
        Assert.Equal("Shift needs parameters of shape (2, 1) for x of shape (2); found (2, 2).", shape.Message);
    }

    private static Tensor Points() => tensor(new[] { 1.0, -1.0, 0.5, 2.0 }, ScalarType.Float64).reshape(2, 2);

    /// <summary>y = 3 x₁, x₂, with one mistake.</summary>
    private sealed class Stretch(Mistake mistake) : Flow(nameof(Stretch), 2)
    {
        private readonly Tensor factors = tensor(new[] { 3.0, 1.0 }, ScalarType.Float64);

        public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context)
        {
            var y = x * factors.to(x.dtype);
            if (mistake == Mistake.Rows) y = y - y.mean([0], keepdim: true);
            if (mistake == Mistake.ValueShape) y = y.unsqueeze(0);
            if (mistake == Mistake.Detached) y = y.detach();
            if (mistake == Mistake.NotFinite) y = y * double.NaN;
            return (y, Volume(x, mistake == Mistake.ForwardVolume));
        }

        public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context) =>
            (mistake == Mistake.InverseValue ? y * factors : y / factors.to(y.dtype), Volume(y, mistake == Mistake.InverseVolume));

        private Tensor Volume(Tensor at, bool isNegated)
        {
            var volume = full_like(mistake == Mistake.VolumeShape ? at : at.select(-1, 0), Math.Log(3));
            return isNegated ? -volume : volume;
        }
    }

    private sealed record Rising : Transform
    {
        public override TensorOrScalar? Sign => 1;

        public override Tensor Forward(Tensor x) => -x;

        public override Tensor Inverse(Tensor y) => -y;

        public override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => zeros_like(x);
    }

    private sealed record Triple : Transform
    {
        public override Tensor Forward(Tensor x) => x * 3;

        public override Tensor Inverse(Tensor y) => y / 3;

        public override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => full_like(x, -Math.Log(3));
    }

    private sealed class Shift : ElementMap
    {
        public override int Parameters => 1;

        public override (Tensor Y, Tensor LogSlope) Forward(Tensor x, Tensor parameters) => (x + parameters.squeeze(-1), zeros_like(x));

        public override (Tensor X, Tensor LogSlope) Inverse(Tensor y, Tensor parameters) => (y + parameters.squeeze(-1), zeros_like(y));

        public override string ToString() => "shift";
    }
}
