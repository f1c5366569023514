using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Whole numbers between two bounds, both included; the upper one may be infinite.</summary>
internal sealed record IntegerConstraint(TensorOrScalar Low, TensorOrScalar High) : Constraint
{
    /// <summary>Whether they number categories, for the message: the set is the same.</summary>
    public bool IsIndex { get; init; }

    public override bool IsDiscrete => true;

    public override string Description => IsIndex ? $"an index from {Low} to {High}"
        : !High.Is(double.PositiveInfinity) ? $"a whole number from {Low} to {High}"
        : Low.Is(double.NegativeInfinity) ? "a whole number" : $"a whole number >= {Low}";

    public bool Equals(IntegerConstraint? other) => other is not null && Low == other.Low && High == other.High;

    public override int GetHashCode() => HashCode.Combine(Low, High);

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "") => ValueCheck.Entries(
        entry,
        x => double.IsFinite(x) && x == Math.Floor(x) && (!Low.IsScalar || x >= Low.Scalar) && (!High.IsScalar || x <= High.Scalar),
        Contains,
        subject,
        IsIndex || subject == "value" ? $"{owner} needs {Description}" : $"{owner} needs {subject} that is {Description}",
        advice);

    internal override TensorOrScalar? Entry(Tensor like) => Low.Is(double.NegativeInfinity) ? 0 : Low;

    public override Constraint Map(Func<Tensor, int, Tensor> map)
        => Low.IsScalar && High.IsScalar ? this : this with { Low = Low.Map(t => map(t, 0)), High = High.Map(t => map(t, 0)) };

    internal override Tensor Contains(Tensor value)
    {
        var within = value.IsAtLeast(Low).logical_and(value.IsAtMost(High));
        return is_floating_point(value) ? within.logical_and(value.eq(value.floor())).logical_and(value.isfinite()) : within;
    }
}

/// <summary>Vectors of one 1 among zeros.</summary>
internal sealed record OneHotConstraint : Constraint
{
    public override int EventRank => 1;

    public override bool IsDiscrete => true;

    public override string Description => "one 1 among zeros";

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "")
        => CountsConstraint.Find(entry, Boolean, 1, Description, owner, advice);

    internal override TensorOrScalar? Entry(Tensor like) => CountsConstraint.AllInTheFirst(1, like);
}

/// <summary>The rows of a table.</summary>
internal sealed record RowConstraint(Tensor Table) : Constraint
{
    public override int EventRank => 1;

    public override bool IsDiscrete => true;

    public override string Description => $"a row of a table of {Table.shape[0]}";

    public bool Equals(RowConstraint? other) => ReferenceEquals(Table, other?.Table);

    public override int GetHashCode() => Table.GetHashCode();

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "")
    {
        if (RealVector.Find(entry, subject, owner, advice) is { } infinite) return infinite;
        var values = entry.AsTensor(Table);
        var isRow = Codeword.IsRow(values, Table).unsqueeze(-1).expand(values.shape);
        return ValueCheck.First(values, isRow, subject, $"{owner} needs {Description}", advice);
    }

    public override Constraint Map(Func<Tensor, int, Tensor> map) => this with { Table = map(Table, 2) };

    internal override TensorOrScalar? Entry(Tensor like) => Table.select(0, 0);
}

/// <summary>Vectors of whole numbers of at least 0 with a given sum.</summary>
internal sealed record CountsConstraint(TensorOrScalar Total) : Constraint
{
    public override int EventRank => 1;

    public override bool IsDiscrete => true;

    public override string Description => $"counts that sum to {Total}";

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "")
        => Find(entry, NonNegativeInteger, Total, Description, owner, advice);

    internal override TensorOrScalar? Entry(Tensor like) => AllInTheFirst(Total, like);

    public override Constraint Map(Func<Tensor, int, Tensor> map) => Total.IsScalar ? this : new CountsConstraint(Total.Map(t => map(t, 0)));

    /// <summary>The first entry outside a set, or the first sum that is not the total.</summary>
    public static Tensor AllInTheFirst(TensorOrScalar total, Tensor like)
    {
        var first = arange(like.shape[^1], device: like.device).eq(0).to(like.dtype);
        return first.TimesParameter(total.Map(t => t.unsqueeze(-1)));
    }

    public static ValueFault? Find(TensorOrScalar entry, Constraint entries, TensorOrScalar total, string description, string owner, string advice)
    {
        if (entry.Shape.Length == 0) return new("value", $"{owner} needs a vector", [], entry.AsTensor().to(ScalarType.Float64).ToDouble(), advice);
        if (entries.Find(entry, "value", owner, advice) is { } fault) return fault with { Rule = $"{owner} needs {description}" };
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var sum = entry.AsTensor().detach().to(ScalarType.Float64).sum(-1);
        return ValueCheck.Entries(
            sum, _ => false, x => x.IsEqualTo(total), "value", $"{owner} needs {description}", advice);
    }
}

/// <summary>Numbers above 0 and up to 1, or from 0 on and below 1.</summary>
internal sealed record HalfOpenUnitConstraint(bool HasOne) : Constraint
{
    /// <summary>(0, 1].</summary>
    public static HalfOpenUnitConstraint Above0 { get; } = new(true);

    /// <summary>[0, 1).</summary>
    public static HalfOpenUnitConstraint Below1 { get; } = new(false);

    public override string Description => HasOne ? "in (0, 1]" : "in [0, 1)";

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "") => ValueCheck.Entries(
        entry,
        x => HasOne ? x is > 0 and <= 1 : x is >= 0 and < 1,
        Contains,
        subject,
        $"{owner} needs {ValueCheck.WithArticle(subject)} {Description}",
        advice);

    internal override Tensor Contains(Tensor value)
        => HasOne ? value.gt(0).logical_and(value.le(1)) : value.ge(0).logical_and(value.lt(1));
}
