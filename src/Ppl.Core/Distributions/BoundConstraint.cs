using Ppl.Shapes;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>What a bound may be: a finite number or tensor, or one number that stands for none.</summary>
internal sealed record BoundConstraint(double None) : Constraint
{
    public override string Description => FormattableString.Invariant($"finite, or the number {None}");

    /// <summary>The set between two bounds, each of which may be missing.</summary>
    /// <param name="low">The least value, or −∞.</param>
    /// <param name="high">The greatest value, or ∞.</param>
    public static Constraint Between(TensorOrScalar low, TensorOrScalar high)
        => (low.Is(double.NegativeInfinity), high.Is(double.PositiveInfinity)) switch
        {
            (true, true) => Real,
            (false, true) => AtLeast(low),
            (true, false) => new AtMostConstraint(high),
            (false, false) => Interval(low, high),
        };

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "") => ValueCheck.Entries(
        entry, x => double.IsFinite(x) || x.Equals(None), x => x.isfinite(), subject, $"{owner} needs {subject} {Description}", advice);
}

/// <summary>Finite numbers up to a bound.</summary>
internal sealed record AtMostConstraint(TensorOrScalar High) : Constraint
{
    public override Transform Bijection => Exp.Instance.Then(new Affine(High, -1));

    public override string Description => $"<= {High}";

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "") => ValueCheck.Entries(
        entry,
        x => double.IsFinite(x) && (!High.IsScalar || x <= High.Scalar),
        Contains,
        subject,
        $"{owner} needs {ValueCheck.WithArticle(subject)} {Description}",
        advice);

    internal override Tensor Contains(Tensor value) => value.IsAtMost(High).logical_and(value.isfinite());

    public override Constraint Map(Func<Tensor, int, Tensor> map) => High.IsScalar ? this : new AtMostConstraint(High.Map(t => map(t, 0)));
}
