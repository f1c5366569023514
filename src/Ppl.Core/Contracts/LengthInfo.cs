using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>A length that the model reads off its data, <c>var steps = (int)x.shape[1];</c>: of arrays and loops.</summary>
/// <param name="Name">Its name: that of the local, or <c>xLength</c> where it has none.</param>
/// <param name="Input">The position of the parameter whose shape is read.</param>
/// <param name="Dimension">The dimension.</param>
public sealed record LengthInfo(string Name, int Input, int Dimension)
{
    /// <summary>The text that reads it: <c>x.shape[1]</c>.</summary>
    /// <param name="plan">The model's plan.</param>
    internal string Text(ModelPlan plan) => $"{plan.Inputs[Input].Name}.shape[{Dimension}]";

    /// <summary>The lengths that some data tell.</summary>
    /// <param name="plan">The model's plan.</param>
    /// <param name="inputs">One tensor for each parameter, in order; null for one that is not known.</param>
    /// <returns>In the order of <see cref="ModelPlan.Lengths"/>; 0 for what no tensor tells.</returns>
    /// <exception cref="PplShapeException">A tensor has no such dimension, or nothing in it.</exception>
    internal static IReadOnlyList<int> Of(ModelPlan plan, IReadOnlyList<Tensor?> inputs) =>
        plan.Lengths.Count == 0 ? [] : [.. plan.Lengths.Select(length => inputs[length.Input] is { } data ? length.Of(plan, data) : 0)];

    private int Of(ModelPlan plan, Tensor data)
    {
        var shape = data.shape;
        if (shape.Length > Dimension && shape[Dimension] > 0) return checked((int)shape[Dimension]);
        throw new PplShapeException(
            $"the tensor has shape {ShapeText.Of(shape)}; {plan.Model}.{plan.Method} reads its length off dimension {Dimension}, "
            + "which has at least one element.",
            plan.Inputs[Input].Name);
    }

    /// <summary>The name and what it is read off: <c>steps = dimension 1 of input 0</c>.</summary>
    public override string ToString() => $"{Name} = dimension {Dimension} of input {Input}";
}
