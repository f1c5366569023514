using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The numbers between 0 and 1, ends excluded: probabilities of which neither outcome is certain.</summary>
internal sealed record OpenUnitInterval : Constraint
{
    private OpenUnitInterval()
    {
    }

    public static OpenUnitInterval Instance { get; } = new();

    public override string Description => "in (0, 1)";

    public override Transforms.Transform Bijection => Transforms.Sigmoid.Instance;

    public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "") => ValueCheck.Entries(
        entry,
        x => x is > 0 and < 1,
        Contains,
        subject,
        $"{owner} needs {ValueCheck.WithArticle(subject)} {Description}",
        advice);

    internal override Tensor Contains(Tensor value) => value.gt(0).logical_and(value.lt(1));
}
