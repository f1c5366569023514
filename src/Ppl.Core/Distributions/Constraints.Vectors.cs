using Ppl.Shapes;
using Ppl.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Finite numbers below a bound.</summary>
internal sealed record AboveBoundedConstraint(TensorOrScalar High) : Constraint
{
    public override Transform Bijection => Exp.Instance.Then(new Below(High));

    public override string Description => $"< {High}";

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "") => ValueCheck.Entries(
        entry,
        x => double.IsFinite(x) && (!High.IsScalar || x < High.Scalar),
        Contains,
        subject,
        $"{owner} needs {ValueCheck.WithArticle(subject)} {Description}",
        advice);

    internal override Tensor Contains(Tensor value) => value.IsBelow(High).logical_and(value.isfinite());

    public override Constraint Map(Func<Tensor, int, Tensor> map) => High.IsScalar ? this : this with { High = High.Map(t => map(t, 0)) };
}

/// <summary>Strictly increasing vectors.</summary>
internal sealed record OrderedConstraint : Constraint
{
    public override int EventRank => 1;

    public override Transform Bijection => Transforms.Ordered.Instance;

    public override string Description => "increasing";

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "")
    {
        if (Vectors.NotOne(entry, subject, owner, advice) is { } single) return single;
        if (RealVector.Find(entry, subject, owner, advice) is { } infinite) return infinite;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var vector = entry.AsTensor().detach();
        if (vector.shape[^1] < 2) return null;
        var first = vector.narrow(-1, 0, 1).eq(vector.narrow(-1, 0, 1));
        var ok = cat([first, vector.narrow(-1, 1, vector.shape[^1] - 1).gt(vector.narrow(-1, 0, vector.shape[^1] - 1))], -1);
        var what = subject == "value" ? "a value whose entries increase" : $"{subject} that increase";
        return ValueCheck.First(vector, ok, subject, $"{owner} needs {what}", advice);
    }
}

/// <summary>Vectors that sum to 0.</summary>
internal sealed record ZeroSumConstraint : Constraint
{
    // Relative to the largest entry: what rounding in float32 leaves.
    private const double Tolerance = 1e-5;

    public override int EventRank => 1;

    public override Transform Bijection => Transforms.ZeroSum.Instance;

    public override string Description => "a vector that sums to 0";

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "")
    {
        if (Vectors.NotOne(entry, subject, owner, advice) is { } single) return single;
        if (RealVector.Find(entry, subject, owner, advice) is { } infinite) return infinite;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var vector = entry.AsTensor().detach().to(ScalarType.Float64);
        var sum = vector.sum(-1);
        var size = vector.abs().sum(-1);
        return ValueCheck.First(
            sum, sum.abs().le(size * Tolerance), subject, $"{owner} needs {ValueCheck.WithArticle(subject)} whose entries sum to 0", advice);
    }
}

/// <summary>Lower triangular matrices with a positive diagonal and rows of length 1.</summary>
internal sealed record CorrelationCholeskyConstraint : Constraint
{
    private const double Tolerance = 1e-5;

    public override int EventRank => 2;

    public override Transform Bijection => Transforms.CorrelationCholesky.Instance;

    public override string Description => "lower triangular with a positive diagonal and rows of length 1";

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "")
    {
        if (LowerCholesky.Find(entry, subject, owner, advice) is { } fault) return fault;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var length = entry.AsTensor().detach().to(ScalarType.Float64).square().sum(-1).sqrt();
        return ValueCheck.First(
            length, (length - 1).abs().le(Tolerance), subject, $"{owner} needs {ValueCheck.WithArticle(subject)} with rows of length 1", advice);
    }
}

/// <summary>What constraints of vectors share.</summary>
internal static class Vectors
{
    /// <summary>A fault where a single number stands in a vector's place.</summary>
    public static ValueFault? NotOne(TensorOrScalar entry, string subject, string owner, string advice) => entry.Shape.Length > 0
        ? null
        : new(subject, $"{owner} needs a vector", [], entry.AsTensor().to(ScalarType.Float64).ToDouble(), advice);
}
