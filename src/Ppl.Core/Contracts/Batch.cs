using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>The tensors of one mini-batch, in the order of the model's parameters.</summary>
public sealed class Batch
{
    /// <summary>Creates a batch and checks its shapes.</summary>
    /// <param name="plan">The model's plan.</param>
    /// <param name="tensors">One tensor for each parameter of the model, in order.</param>
    /// <exception cref="PplArgumentException">There are too few or too many tensors, or one of numbers that no family takes.</exception>
    /// <exception cref="PplShapeException">Numbers of rows disagree, there are none, or a plated tensor has no dimension.</exception>
    public Batch(ModelPlan plan, params IReadOnlyList<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.Count != plan.Inputs.Count)
        {
            throw new PplArgumentException(
                $"{plan.Model}.{plan.Method}({string.Join(", ", plan.Inputs.Select(i => i.Name))}) takes {plan.Inputs.Count} tensors; "
                + $"the batch has {tensors.Count}.");
        }

        Plan = plan;
        Tensors = tensors;
        Count = CountRows(plan, tensors);
    }

    /// <summary>The model's plan.</summary>
    public ModelPlan Plan { get; }

    /// <summary>One tensor for each parameter of the model, in order.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <summary>B, the number of rows; 1 where the model has no plate.</summary>
    public long Count { get; }

    /// <summary>Where the tensors are.</summary>
    public Device Device => Tensors.Count == 0 ? CPU : Tensors[0].device;

    /// <summary>The tensor of a parameter.</summary>
    /// <param name="input">The parameter's position.</param>
    public Tensor this[int input] => Tensors[input];

    /// <summary>The tensor of a parameter.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <exception cref="PplArgumentException">The model has no such parameter.</exception>
    public Tensor this[string name]
    {
        get
        {
            for (var i = 0; i < Plan.Inputs.Count; i++)
            {
                if (Plan.Inputs[i].Name == name) return Tensors[i];
            }

            throw new PplArgumentException($"{Plan.Model} has no parameter '{name}'.");
        }
    }

    /// <summary>The tensors' names and shapes.</summary>
    public override string ToString() =>
        $"batch of {Count} rows: {string.Join(", ", Tensors.Select((t, i) => $"{Plan.Inputs[i].Name} {ShapeText.Of(t.shape)} {t.dtype}"))}";

    /// <summary>Some consecutive rows, as views.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="count">How many rows.</param>
    public Batch Slice(long start, long count)
        => new(Plan, [.. Tensors.Select((tensor, i) => Plan.Inputs[i].IsPlated ? tensor.narrow(0, start, count) : tensor)]);

    private static long CountRows(ModelPlan plan, IReadOnlyList<Tensor> tensors)
    {
        string? first = null;
        long[] firstShape = [];
        for (var i = 0; i < tensors.Count; i++)
        {
            var name = plan.Inputs[i].Name;
            if (tensors[i] is null) throw new PplArgumentException("the tensor is null.", name);
            if (tensors[i].IsInvalid) throw new PplArgumentException("the tensor has been disposed of.", name);
            if (tensors[i].is_sparse) throw new PplArgumentException("the tensor is sparse; make it dense, by to_dense().", name);
            if (NumberTypes.Refusal(tensors[i].dtype) is { } refusal) throw new PplArgumentException($"the tensor is {refusal}.", name);
            if (!plan.Inputs[i].IsPlated) continue;
            var shape = tensors[i].shape;
            if (shape.Length == 0)
                throw new PplShapeException("the tensor is a single number; it needs the plate's rows as its leading dimension.", name);
            if (shape[0] == 0) throw new PplShapeException($"the tensor of shape {ShapeText.Of(shape)} has no rows.", name);
            if (first is null)
            {
                (first, firstShape) = (name, shape);
            }
            else if (shape[0] != firstShape[0])
            {
                throw new PplShapeException(
                    $"{shape[0]} rows (shape {ShapeText.Of(shape)}), but {first} has {firstShape[0]} (shape {ShapeText.Of(firstShape)}); "
                    + "all tensors of a plate have the same rows.",
                    name);
            }
        }

        return first is null ? 1 : firstShape[0];
    }
}
