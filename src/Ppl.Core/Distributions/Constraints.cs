using Ppl.Shapes;
using Ppl.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Finite real numbers, elementwise or as vectors.</summary>
internal sealed record RealConstraint(int Rank) : Constraint
{
    public override int EventRank => Rank;

    public override Transform Bijection => Transforms.Identity.Instance;

    public override string Description => Rank switch { 0 => "finite", 1 => "a finite vector", _ => "a finite matrix" };

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "")
        => ValueCheck.Finite(entry, subject, $"{owner} needs {(IsPlural(subject) ? "" : "a ")}finite {subject}", advice);

    // Parameters' names are words, such as logits.
    private static bool IsPlural(string subject) => subject.EndsWith('s');
}

/// <summary>Finite numbers above a bound, or from it on.</summary>
internal sealed record BelowBoundedConstraint(TensorOrScalar Low, bool IsClosed) : Constraint
{
    public override Transform Bijection => Low.Is(0) ? Exp.Instance : Exp.Instance.Then(new Above(Low));

    public override string Description => $"{(IsClosed ? ">=" : ">")} {Low}";

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "") => ValueCheck.Entries(
        entry,
        x => double.IsFinite(x) && (!Low.IsScalar || (IsClosed ? x >= Low.Scalar : x > Low.Scalar)),
        Contains,
        subject,
        $"{owner} needs {ValueCheck.WithArticle(subject)} {Description}",
        advice);

    internal override Tensor Contains(Tensor value) => (IsClosed ? value.IsAtLeast(Low) : value.IsAbove(Low)).logical_and(value.isfinite());

    public override Constraint Map(Func<Tensor, int, Tensor> map) => Low.IsScalar ? this : this with { Low = Low.Map(t => map(t, 0)) };
}

/// <summary>Numbers between two bounds, both included.</summary>
internal sealed record IntervalConstraint(TensorOrScalar Low, TensorOrScalar High) : Constraint
{
    public override Transform Bijection => Low.Is(0) && High.Is(1) ? Sigmoid.Instance : Sigmoid.Instance.Then(new Between(Low, High));

    public override string Description => $"in [{Low}, {High}]";

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "") => ValueCheck.Entries(
        entry,
        x => (!Low.IsScalar || x >= Low.Scalar) && (!High.IsScalar || x <= High.Scalar),
        Contains,
        subject,
        $"{owner} needs {ValueCheck.WithArticle(subject)} {Description}",
        advice);

    internal override Tensor Contains(Tensor value) => value.IsAtLeast(Low).logical_and(value.IsAtMost(High));

    public override Constraint Map(Func<Tensor, int, Tensor> map)
        => Low.IsScalar && High.IsScalar ? this : this with { Low = Low.Map(t => map(t, 0)), High = High.Map(t => map(t, 0)) };
}

/// <summary>Vectors of numbers of at least 0 that sum to 1.</summary>
internal sealed record SimplexConstraint : Constraint
{
    // Data from a text file has six digits or so; a sum further off means something else than a rounding error.
    private const double Tolerance = 1e-5;

    public override int EventRank => 1;

    public override Transform Bijection => SoftmaxCentred.Instance;

    public override string Description => "on the simplex";

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "")
    {
        if (entry.Shape.Length == 0) return new(subject, $"{owner} needs a vector", [], entry.AsTensor().to(ScalarType.Float64).ToDouble(), advice);
        var whose = subject == "value" ? "a value" : subject;
        var fault = ValueCheck.Entries(
            entry, _ => false, x => x.ge(0).logical_and(x.isfinite()), subject, $"{owner} needs {whose} with entries >= 0", advice);
        if (fault is not null) return fault;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var sum = Sum(entry.AsTensor().detach());
        return ValueCheck.First(sum, IsOne(sum), subject, $"{owner} needs {whose} whose entries sum to 1", advice);
    }

    // What is not finite has no sum of 1.
    internal override Tensor ContainsEvents(Tensor value) => value.ge(0).all(-1).logical_and(IsOne(Sum(value.detach())));

    private static Tensor Sum(Tensor value) => value.sum([-1], type: ScalarType.Float64);

    private static Tensor IsOne(Tensor sum) => (sum - 1).abs().le(Tolerance);
}

/// <summary>Vectors whose every element is in a set: the last dimension is one event.</summary>
internal sealed record VectorConstraint(Constraint Element) : Constraint
{
    public override int EventRank => Element.EventRank + 1;

    public override bool IsDiscrete => Element.IsDiscrete;

    public override Transform? Bijection => Element.Bijection;

    public override string Description => Element.Description;

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "") =>
        Element.Find(entry, subject, owner, advice);

    internal override Tensor? Contains(Tensor value) => Element.Contains(value);

    public override Constraint Map(Func<Tensor, int, Tensor> map) => new VectorConstraint(Element.Map((tensor, own) => map(tensor, own + 1)));
}

/// <summary>Lower triangular matrices with a positive diagonal.</summary>
internal sealed record LowerCholeskyConstraint : Constraint
{
    public override int EventRank => 2;

    public override Transform Bijection => Transforms.LowerCholesky.Instance;

    public override string Description => "lower triangular with a positive diagonal";

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "")
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var matrix = entry.AsTensor().detach();
        return ValueCheck.Finite(matrix, subject, $"{owner} needs a finite {subject}", advice)
            ?? ValueCheck.Positive(matrix.diagonal(0, -2, -1), subject, $"{owner} needs a positive diagonal of {subject}", advice)
            ?? ValueCheck.First(
                matrix, matrix.eq(matrix.tril()), subject, $"{owner} needs {ValueCheck.WithArticle(subject)} that is 0 above the diagonal", advice);
    }

    internal override Tensor ContainsEvents(Tensor value)
        => value.isfinite().logical_and(value.eq(value.tril())).all(-1).all(-1).logical_and(value.diagonal(0, -2, -1).gt(0).all(-1));
}

/// <summary>Symmetric positive definite matrices.</summary>
internal sealed record PositiveDefiniteConstraint : Constraint
{
    private const double Tolerance = 1e-5;

    public override int EventRank => 2;

    public override Transform Bijection => Transforms.LowerCholesky.Instance.Then(CholeskyProduct.Instance);

    public override string Description => "symmetric and positive definite";

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "")
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var matrix = entry.AsTensor().detach();
        if (ValueCheck.Finite(matrix, subject, $"{owner} needs a finite {subject}", advice) is { } infinite) return infinite;
        var asymmetric = ValueCheck.First(
            matrix,
            IsSymmetric(matrix),
            subject,
            $"{owner} needs {ValueCheck.WithArticle(subject)} that is symmetric",
            advice);
        if (asymmetric is not null) return asymmetric;
        var least = linalg.eigvalsh(matrix.to(ScalarType.Float64)).select(-1, 0);
        return ValueCheck.First(least, least.gt(0), subject, $"{owner} needs a positive least eigenvalue of {subject}", advice);
    }

    internal override Tensor ContainsEvents(Tensor value) => MultivariateGamma.Cholesky(value.detach().to(ScalarType.Float64)).IsDefinite;

    /// <summary>Where an entry equals the one across the diagonal, up to what rounding leaves of the largest.</summary>
    internal static Tensor IsSymmetric(Tensor matrix)
        => (matrix - matrix.transpose(-2, -1)).abs().le(matrix.abs().amax([-2, -1], true) * Tolerance);
}

/// <summary>0 or 1.</summary>
internal sealed record BooleanConstraint : Constraint
{
    public override bool IsDiscrete => true;

    public override string Description => "0 or 1";

    internal override TensorOrScalar? Entry(Tensor like) => 0;

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "")
        => entry.Tensor?.dtype == ScalarType.Bool ? null
            : ValueCheck.Entries(entry, x => x is 0 or 1, x => x.eq(0).logical_or(x.eq(1)), subject, $"{owner} needs 0 or 1", advice);
}

/// <summary>One point.</summary>
internal sealed record PointConstraint(TensorOrScalar Value) : Constraint
{
    private const string NoDensity = "what is computed without noise has no density at other values: give it a family that spreads, such as "
        + "Normal, or compare draws with data, as Objective.Gan does";

    public override bool IsPoint => true;

    public override string Description => "its own point";

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "") => ValueCheck.Entries(
        entry, x => Value.Is(x), x => x.IsEqualTo(Value), subject, $"{owner} needs its own point", advice.Length > 0 ? advice : NoDensity);

    public override Constraint Map(Func<Tensor, int, Tensor> map) => this with { Value = Value.Map(t => map(t, 0)) };
}
