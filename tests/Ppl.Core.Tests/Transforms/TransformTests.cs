using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Shapes;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Transforms;

/// <summary>Every check for every transform; a transform is one row of <see cref="TransformCase.All"/>.</summary>
public sealed class TransformTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public TransformTests() => manual_seed(3);

    public static TheoryData<string> Names => [.. TransformCase.All.Select(c => c.Name)];

    public static TheoryData<string> Supports => [.. Constraints.Keys];

    private static Dictionary<string, (Constraint Constraint, long[] Shape)> Constraints { get; } = new()
    {
        ["Real"] = (Constraint.Real, [4, 3]),
        ["RealVector"] = (Constraint.RealVector, [4, 3]),
        ["Positive"] = (Constraint.Positive, [4, 3]),
        ["NonNegative"] = (Constraint.NonNegative, [4, 3]),
        ["UnitInterval"] = (Constraint.UnitInterval, [4, 3]),
        ["Interval"] = (Constraint.Interval(-2, 5), [4, 3]),
        ["GreaterThan"] = (Constraint.GreaterThan(7), [4, 3]),
        ["Simplex"] = (Constraint.Simplex, [4, 3]),
        ["LowerCholesky"] = (Constraint.LowerCholesky, [4, 3, 3]),
        ["PositiveDefinite"] = (Constraint.PositiveDefinite, [4, 3, 3]),
    };

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Inverse_UndoesForward(string name)
    {
        var (transform, x) = Argument(name, ScalarType.Float64);
        var y = transform.Forward(x);
        TensorAssert.Shape(transform.ForwardShape(x.shape), y);
        TensorAssert.Shape(x.shape, transform.Inverse(y));
        Assert.Equal(x.shape, transform.InverseShape(y.shape));
        TensorAssert.Close(x, transform.Inverse(y), relative: 1e-9, absolute: 1e-9);
        TensorAssert.Close(y, transform.Inverted.Inverse(x), 0, 0);
        TensorAssert.Close(x, transform.Inverted.Forward(y), relative: 1e-9, absolute: 1e-9);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void LogAbsDetJacobian_EqualsThatOfAutograd(string name)
    {
        var row = Case(name);
        var u = randn(4, row.Free, ScalarType.Float64);
        var x = row.FromFree(u);
        var found = row.Transform.LogAbsDetJacobian(x, row.Transform.Forward(x));
        TensorAssert.Shape(x.shape[..^row.Transform.DomainRank], found);
        var sum = EventSum.SumLast(found, (int)found.dim() - 1);
        Tensor FreeResult(Tensor v) => row.ToFree(row.Transform.Forward(row.FromFree(v)));
        var expected = stack(u.unbind(0).Select(v => LogDet(FreeResult, v) - LogDetOfArgument(row, v)), 0);
        TensorAssert.Close(expected, sum, relative: 1e-9, absolute: 1e-9);
        TensorAssert.Close(-found, row.Transform.Inverted.LogAbsDetJacobian(row.Transform.Forward(x), x), relative: 1e-9, absolute: 1e-9);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void LeadingDimensions_AreElementwise(string name)
    {
        var (transform, x) = Argument(name, ScalarType.Float64);
        var y = transform.Forward(x);
        var wide = x.unsqueeze(0).expand([2, .. x.shape]);
        TensorAssert.Close(y.unsqueeze(0).expand([2, .. y.shape]), transform.Forward(wide), relative: 1e-14);
        var log = transform.LogAbsDetJacobian(x, y);
        TensorAssert.Close(log.unsqueeze(0).expand([2, .. log.shape]), transform.LogAbsDetJacobian(wide, transform.Forward(wide)), relative: 1e-13);
    }

    [Theory]
    [MemberData(nameof(Supports))]
    public void BijectTo_FallsIntoTheSet_InTheTailsOfFloat32Too(string name)
    {
        var (constraint, shape) = Constraints[name];
        var transform = BijectTo.Of(constraint);
        Assert.Equal(name is "RealVector" ? Constraint.RealVector : transform.Codomain(Constraint.Real), ExpectedCodomain(name, constraint));

        // exp(88) is the largest that float32 holds. A Cholesky factor is bounded in size so that float32 knows its square to be definite.
        var spread = name is "PositiveDefinite" ? 0.5 : 60;
        var x = (randn(transform.InverseShape([500, .. shape]), ScalarType.Float32) * spread).clamp_max(88).requires_grad_();
        var y = transform.Forward(x);
        TensorAssert.Shape([500, .. shape], y);
        Assert.Null(constraint.Find(y.detach(), "value", "Test"));
        var log = transform.LogAbsDetJacobian(x, y);
        Assert.True(log.isfinite().all().item<bool>());
        var gradient = autograd.grad([log.sum() + y.clamp(-1e6, 1e6).sum()], [x])[0];
        Assert.True(gradient.isfinite().all().item<bool>());
        Assert.True(transform.Inverse(y).isfinite().all().item<bool>());
    }

    [Fact]
    public void BijectTo_RefusesWhatHasNoMap()
    {
        Assert.False(BijectTo.Exists(Constraint.Boolean));
        TensorAssert.Throws<PplArgumentException>(
            "There is no smooth map from the reals onto the values an index from 0 to 3.", () => BijectTo.Of(Constraint.Categories(4)));
    }

    [Fact]
    public void Transforms_AreEqualByWhatTheyAre()
    {
        var bound = tensor(2.0);
        Assert.Equal(new Affine(1, bound), new Affine(1, bound));
        Assert.NotEqual(new Affine(1, bound), new Affine(1, tensor(2.0)));
        Assert.Equal(Exp.Instance.Then(new Affine(1, 2)), Exp.Instance.Then(new Affine(1, 2)));
        Assert.NotEqual(Exp.Instance.Then(new Affine(1, 2)), new Affine(1, 2).Then(Exp.Instance));
        Assert.NotEqual<Transform>(Exp.Instance, Softplus.Instance);
        Assert.Same(Exp.Instance, Compose.Of(Identity.Instance, Exp.Instance));
        Assert.Same(Identity.Instance, Compose.Of());
        Assert.Same(Exp.Instance, Exp.Instance.Inverted.Inverted);
        Assert.Equal("Exp then Above", BijectTo.Of(Constraint.GreaterThan(1)).Name);
        Assert.Equal(BijectTo.Of(Constraint.Interval(1, bound)), BijectTo.Of(Constraint.Interval(1, bound)));
    }

    [Fact]
    public void Shapes_ThatAMapHasNot_AreNamed()
    {
        TensorAssert.Throws<PplShapeException>("SoftmaxCentred needs a vector; found shape ().", () => SoftmaxCentred.Instance.ForwardShape([]));
        TensorAssert.Throws<PplShapeException>(
            "LowerCholesky needs a vector of D (D + 1) / 2 entries: 1, 3, 6, 10, ...; found shape (2, 4).",
            () => LowerCholesky.Instance.ForwardShape([2, 4]));
        TensorAssert.Throws<PplShapeException>(
            "LowerCholesky gives square matrices; found shape (2, 4).", () => LowerCholesky.Instance.InverseShape([2, 4]));
    }

    private static TransformCase Case(string name) => TransformCase.All.Single(c => c.Name == name);

    private static (Transform Transform, Tensor X) Argument(string name, ScalarType dtype)
    {
        var row = Case(name);
        return (row.Transform, row.FromFree(randn(5, row.Free, dtype)));
    }

    private static Constraint ExpectedCodomain(string name, Constraint constraint) => name is "NonNegative" ? Constraint.Positive : constraint;

    /// <summary>log |det| of the argument's own free coordinates by the free numbers that it was made of.</summary>
    private static Tensor LogDetOfArgument(TransformCase row, Tensor u)
        => LogDet(v => row.FromFree(v) is { } x && x.dim() == 2 ? TransformCase.Lower(x) : row.FromFree(v), u);

    private static Tensor LogDet(Func<Tensor, Tensor> f, Tensor at)
    {
        var u = at.detach().clone().requires_grad_();
        var y = f(u);
        var rows = Enumerable.Range(0, (int)y.numel()).Select(i => autograd.grad([y[i]], [u], retain_graph: true)[0]);
        return linalg.slogdet(stack(rows, 0)).Item2;
    }
}
