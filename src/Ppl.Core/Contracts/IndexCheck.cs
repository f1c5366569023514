using Ppl.Distributions;
using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>Values that a model picks by the integers of a parameter: <c>alpha[county]</c>.</summary>
/// <param name="Name">The variable that holds the values: <c>alpha</c>.</param>
/// <param name="Plate">The plate that it has an element for each of; null where the compiler does not know how many there are.</param>
public sealed record PickedValues(string Name, PlateInfo? Plate);

/// <summary>
/// Whether the integers by which a model picks values have some to pick. A negative one, a common mark for what is missing, would silently count
/// from the end. Reads each tensor once for each plate whose size it is told.
/// </summary>
/// <param name="plan">The model's plan.</param>
/// <param name="tensors">A tensor for each parameter; null for one that is still to be drawn.</param>
internal sealed class IndexCheck(ModelPlan plan, IReadOnlyList<Tensor?> tensors)
{
    private readonly HashSet<int> checkedPlates = [];

    /// <summary>The numbers of the rows in the whole data; null where the tensors are all of it.</summary>
    public ReadOnlyMemory<int>? Rows { get; init; }

    /// <summary>The name of the data set whose rows these are; null for tensors by hand.</summary>
    public string? DataSet { get; set; }

    /// <summary>Checks what picks from a plate of a size that has become known, and at the first call what picks from anything else.</summary>
    /// <param name="plates">The plates with their sizes; 0 for one that is not known yet.</param>
    /// <exception cref="PplSupportException">The message names parameter, plate, size, and the first bad index with its place.</exception>
    public void Check(IReadOnlyList<Axis> plates)
    {
        for (var i = 0; i < tensors.Count; i++)
        {
            if (tensors[i] is not { } tensor) continue;
            foreach (var pick in plan.Inputs[i].Picks)
            {
                if (pick.Plate is { } plate && (plates[plate.Index].Size == 0 || checkedPlates.Contains(plate.Index))) continue;
                if (pick.Plate is null && checkedPlates.Contains(-1)) continue;
                if (Find(plan.Inputs[i], pick, tensor, plates) is { } fault) throw Named(i, fault).ToException(plan.Inputs[i].Name);
            }
        }

        checkedPlates.Add(-1);
        foreach (var plate in plan.Plates)
            if (plates[plate.Index].Size > 0) checkedPlates.Add(plate.Index);
    }

    /// <summary>The first index of a parameter that picks nothing; null where there is none.</summary>
    /// <param name="input">The parameter.</param>
    /// <param name="tensor">Its value.</param>
    /// <param name="plates">The plates with their sizes; 0 for one that is not known.</param>
    public static ValueFault? Find(ModelInput input, Tensor tensor, IReadOnlyList<Axis> plates) =>
        input.Picks.Select(pick => Find(input, pick, tensor, plates)).FirstOrDefault(fault => fault is not null);

    private static ValueFault? Find(ModelInput input, PickedValues pick, Tensor tensor, IReadOnlyList<Axis> plates)
    {
        // Numbers of another type pick nothing, or pick as masks: the model's statement tells.
        if (tensor.dtype is not (ScalarType.Int64 or ScalarType.Int32 or ScalarType.Int16 or ScalarType.Int8) || tensor.numel() == 0) return null;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var size = pick.Plate is { } plate ? plates[plate.Index].Size : 0;
        if (tensor.min().ToInt64() >= 0 && (size == 0 || tensor.max().ToInt64() < size)) return null;
        var text = $"{pick.Name}[{input.Name}]";
        return size == 0
            ? ValueCheck.First(tensor, tensor.ge(0), "value", $"{text} takes it as an index, which must be at least 0")
            : ValueCheck.First(
                tensor, tensor.ge(0).logical_and(tensor.lt(size)), "value",
                $"{text} takes it as an index into plate '{pick.Plate!.Name}' of size {size}, which must be from 0 to {size - 1}");
    }

    private ValueFault Named(int input, ValueFault fault)
    {
        var hasRows = plan.Inputs[input].HasRows;
        if (hasRows && Rows is { } rows) fault = fault with { Index = [rows.Span[(int)fault.Index[0]], .. fault.Index.Skip(1)] };
        return hasRows && DataSet is { } name ? fault with { Rule = $"data '{name}', column '{plan.Inputs[input].Name}': {fault.Rule}" } : fault;
    }
}
