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
        ["LessThan"] = (Constraint.LessThan(7), [4, 3]),
        ["Ordered"] = (Constraint.Ordered, [4, 5]),
        ["ZeroSum"] = (Constraint.ZeroSum, [4, 3]),
        ["CorrelationCholesky"] = (Constraint.CorrelationCholesky, [4, 4, 4]),
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

    // All maps of single numbers are monotone.
    [Theory]
    [MemberData(nameof(Names))]
    public void Sign_IsThatOfTheSlope(string name)
    {
        var (transform, x) = Argument(name, ScalarType.Float64);
        Assert.Equal(transform.DomainRank == 0 && transform.CodomainRank == 0, transform.Sign is not null);
        if (transform.Sign is not { } sign) return;
        x = x.detach().requires_grad_();
        var slope = autograd.grad([transform.Forward(x).sum()], [x])[0];
        TensorAssert.Close(sign.AsTensor(x).expand(x.shape), slope.sign(), 0, 0);
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

    // Arguments up to 60 in float32, where most maps saturate.
    [Theory]
    [MemberData(nameof(Names))]
    public void EverythingIsFinite_InTheTailsOfFloat32(string name)
    {
        var row = Case(name);
        if (!row.HasTails) return;
        var u = (randn(500, row.Free, ScalarType.Float32) * 20).clamp(-60, 60).requires_grad_();
        var transform = row.Transform.Map((t, _) => t.to(ScalarType.Float32));
        var x = row.FromFree(u);
        var y = transform.Forward(x);
        var log = transform.LogAbsDetJacobian(x, y);
        Assert.Equal(ScalarType.Float32, y.dtype);
        Assert.Equal(ScalarType.Float32, log.dtype);
        foreach (var result in new[] { y, log, transform.Inverse(y), autograd.grad([log.sum() + y.clamp(-1e6, 1e6).sum()], [u])[0] })
            Assert.True(result.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Supports))]
    public void BijectTo_FallsIntoTheSet_InTheTailsOfFloat32Too(string name)
    {
        var (constraint, shape) = Constraints[name];
        var transform = BijectTo.Of(constraint);
        Assert.Equal(name is "RealVector" ? Constraint.RealVector : transform.Codomain(Constraint.Real), ExpectedCodomain(name, constraint));

        // exp(88) is the largest that float32 holds; ordered entries are sums of such. A Cholesky factor is bounded in size so that float32 knows
        // its square to be definite.
        var spread = name is "PositiveDefinite" ? 0.5 : 60;
        var x = (randn(transform.InverseShape([500, .. shape]), ScalarType.Float32) * spread).clamp_max(name is "Ordered" ? 80 : 88).requires_grad_();
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

    // A permuted or reshaped set of numbers keeps its bounds where they were.
    [Fact]
    public void SetsOfVectors_FollowTheirEntries()
    {
        var bounds = tensor(new[] { 1.0, 2.0, 3.0 });
        var moved = new Permute(2, 0, 1).Codomain(Constraint.GreaterThan(bounds));
        Assert.Null(moved.Find(tensor(new[] { 3.5, 1.5, 2.5 }), "value", "Test"));
        Assert.NotNull(moved.Find(tensor(new[] { 1.5, 2.5, 3.5 }), "value", "Test"));
        Assert.Equal(Constraint.Simplex, new Permute(1, 0).Codomain(Constraint.Simplex));
        Assert.Equal(Constraint.RealVector, new Permute(1, 0).Codomain(Constraint.Ordered));
        Assert.Equal(Constraint.PositiveVector, new Permute(1, 0).Codomain(Constraint.Positive));
        Assert.Equal(2, new ReshapeEvent([6], [2, 3]).Codomain(Constraint.Positive).EventRank);
        Assert.Equal(Constraint.RealMatrix, new ReshapeEvent([6], [2, 3]).Codomain(Constraint.Real));
        Assert.Equal(new Permute(1, 2, 0), new Permute(2, 0, 1).Inverted);
        Assert.Equal(new ReshapeEvent([2, 3], [6]), new ReshapeEvent([6], [2, 3]).Inverted);
    }

    [Fact]
    public void Sets_NameTheFirstBadEntry()
    {
        Check("Test needs a value whose entries increase; found 1 at [2]", Constraint.Ordered, 0, 1, 1);
        Check("Test needs a value whose entries sum to 0; found 1", Constraint.ZeroSum, 1, 1, -1);
        Check("Test needs a value < 2; found 2 at [1]", Constraint.LessThan(2), 1, 2);
        Assert.Equal(
            "Test needs a value with rows of length 1; found 2 at [1]",
            Constraint.CorrelationCholesky.Find(tensor(new[,] { { 1.0, 0 }, { 0, 2 } }), "value", "Test")!.ToException().Message);

        static void Check(string message, Constraint set, params double[] entries)
            => Assert.Equal(message, set.Find(tensor(entries), "value", "Test")!.ToException().Message);
    }

    [Fact]
    public void Shapes_ThatAMapHasNot_AreNamed()
    {
        TensorAssert.Throws<PplArgumentException>("Permute needs each of 0 to 2 once; found 0, 2, 2.", () => _ = new Permute(0, 2, 2));
        TensorAssert.Throws<PplShapeException>("Permute needs a vector of 2 entries; found shape (3).", () => new Permute(1, 0).ForwardShape([3]));
        TensorAssert.Throws<PplShapeException>(
            "ReshapeEvent needs shapes of as many elements; found (2) and (3).", () => _ = new ReshapeEvent([2], [3]));
        TensorAssert.Throws<PplShapeException>(
            "ReshapeEvent needs events of shape (6); found shape (5).", () => new ReshapeEvent([6], [2, 3]).ForwardShape([5]));
        TensorAssert.Throws<PplShapeException>(
            "CorrelationCholesky needs a vector of D (D - 1) / 2 entries: 0, 1, 3, 6, ...; found shape (2, 4).",
            () => CorrelationCholesky.Instance.ForwardShape([2, 4]));
        TensorAssert.Throws<PplShapeException>(
            "CorrelationCholesky gives square matrices; found shape (2, 4).", () => CorrelationCholesky.Instance.InverseShape([2, 4]));
        TensorAssert.Throws<PplShapeException>("ZeroSum needs a vector; found shape ().", () => ZeroSum.Instance.ForwardShape([]));
        TensorAssert.Throws<PplShapeException>("StickBreaking needs a vector; found shape ().", () => StickBreaking.Instance.ForwardShape([]));
        TensorAssert.Throws<PplShapeException>(
            "Ordered needs a vector of at least one entry; found shape (4, 0).", () => Ordered.Instance.ForwardShape([4, 0]));
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
