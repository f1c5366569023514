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
        var what = subject == "value" ? "a value whose entries increase" : $"{subject} that increase";
        return ValueCheck.First(vector, IsAboveTheLast(vector), subject, $"{owner} needs {what}", advice);
    }

    internal override Tensor ContainsEvents(Tensor value) => value.isfinite().logical_and(IsAboveTheLast(value)).all(-1);

    private static Tensor IsAboveTheLast(Tensor vector)
    {
        var (first, rest) = (vector.narrow(-1, 0, 1), vector.shape[^1] - 1);
        return cat([first.eq(first), vector.narrow(-1, 1, rest).gt(vector.narrow(-1, 0, rest))], -1);
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
        var sum = Sum(entry.AsTensor().detach());
        return ValueCheck.First(
            sum, IsZero(entry.AsTensor(), sum), subject, $"{owner} needs {ValueCheck.WithArticle(subject)} whose entries sum to 0", advice);
    }

    // What is not finite has no sum of 0.
    internal override Tensor ContainsEvents(Tensor value) => IsZero(value.detach(), Sum(value.detach())).logical_and(value.isfinite().all(-1));

    private static Tensor Sum(Tensor vector) => vector.sum([-1], type: ScalarType.Float64);

    private static Tensor IsZero(Tensor vector, Tensor sum) => sum.abs().le(Sum(vector.detach().abs()) * Tolerance);
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
        var length = Length(entry.AsTensor().detach());
        return ValueCheck.First(
            length, IsOne(length), subject, $"{owner} needs {ValueCheck.WithArticle(subject)} with rows of length 1", advice);
    }

    internal override Tensor ContainsEvents(Tensor value)
        => LowerCholesky.ContainsEvents(value)!.logical_and(IsOne(Length(value.detach())).all(-1));

    private static Tensor Length(Tensor rows) => rows.to(ScalarType.Float64).square().sum(-1).sqrt();

    private static Tensor IsOne(Tensor length) => (length - 1).abs().le(Tolerance);
}

/// <summary>What constraints of vectors share.</summary>
internal static class Vectors
{
    /// <summary>A fault where a single number stands in a vector's place.</summary>
    public static ValueFault? NotOne(TensorOrScalar entry, string subject, string owner, string advice) => entry.Shape.Length > 0
        ? null
        : new(subject, $"{owner} needs a vector", [], entry.AsTensor().to(ScalarType.Float64).ToDouble(), advice);
}
