using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>The tensors of one mini-batch, in the order of the model's parameters, and how much of the whole data they are.</summary>
public sealed class Batch
{
    private readonly long[] sizes;
    private readonly long[] totals;
    private readonly ReadOnlyMemory<int>? rows;

    /// <summary>Creates a batch that is all of the data, and checks its shapes.</summary>
    /// <param name="plan">The model's plan.</param>
    /// <param name="tensors">One tensor for each parameter of the model, in order; null where an optional one is not known at all.</param>
    /// <exception cref="PplArgumentException">There are too few or too many tensors, or one of numbers that no family takes.</exception>
    /// <exception cref="PplShapeException">The sizes of a plate disagree, one is 0, or a tensor lacks a dimension.</exception>
    public Batch(ModelPlan plan, params IReadOnlyList<Tensor?> tensors) : this(plan, tensors, totals: null)
    {
    }

    /// <summary>Creates a batch of some rows of the data, and checks its shapes.</summary>
    /// <param name="plan">The model's plan.</param>
    /// <param name="tensors">One tensor for each parameter of the model, in order; null where an optional one is not known at all.</param>
    /// <param name="totals">
    /// N, the rows in all, for each rows plate in the order of the plan, or one number for all of them; those of the tensors when null.
    /// </param>
    /// <param name="rows">The numbers of the rows in the whole data, the same for every rows plate; the first ones when left out.</param>
    /// <exception cref="PplArgumentException">
    /// There are too few or too many tensors, one of numbers that no family takes, or totals or rows do not fit the tensors.
    /// </exception>
    /// <exception cref="PplShapeException">The sizes of a plate disagree, one is 0, or a tensor lacks a dimension.</exception>
    public Batch(ModelPlan plan, IReadOnlyList<Tensor?> tensors, IReadOnlyList<long>? totals, ReadOnlyMemory<int>? rows = null)
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
        sizes = Measure(plan, tensors);
        Tensors = Complete(plan, sizes, tensors);
        Lengths = LengthInfo.Of(plan, tensors);
        this.totals = Complete(plan, sizes, totals);
        this.rows = rows;
        CheckRows();
        Indices = new IndexCheck(plan, Tensors) { Rows = rows };
    }

    /// <summary>The model's plan.</summary>
    public ModelPlan Plan { get; }

    /// <summary>One tensor for each parameter of the model, in order; one of rows without a number where what it holds is not known at all.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <summary>The lengths that the model reads off its data, in the order of the plan.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>What a simulation of such data takes: the size of each plate in the order of the plan, then each length read off the data.</summary>
    public IReadOnlyList<long> Sizes => [.. sizes, .. Lengths];

    /// <summary>B, the rows of the first rows plate; 1 where the model has none.</summary>
    public long Count => Plan.RowsPlates.FirstOrDefault() is { } plate ? sizes[plate.Index] : 1;

    /// <summary>The check of what picks values by index, once a batch.</summary>
    internal IndexCheck Indices { get; }

    /// <summary>The real numbers among the tensors: masks are none.</summary>
    internal IEnumerable<Tensor> RealNumbers =>
        Tensors.Where((tensor, i) => !Plan.Inputs[i].IsMask && tensor.is_floating_point() && tensor.numel() > 0);

    /// <summary>Where the tensors are.</summary>
    public Device Device => Tensors.Count == 0 ? CPU : Tensors[0].device;

    /// <summary>Whether some rows plate is cut: the batch is a part of the data.</summary>
    public bool IsPart => !sizes.AsSpan().SequenceEqual(totals);

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

    /// <summary>The size of a plate in this batch; 0 for a plate by number without data.</summary>
    /// <param name="plate">The plate.</param>
    public long Size(PlateInfo plate)
    {
        ArgumentNullException.ThrowIfNull(plate);
        return sizes[plate.Index];
    }

    /// <summary>The size of a plate in the whole data: N for a rows plate that the batch cuts, else its size.</summary>
    /// <param name="plate">The plate.</param>
    public long Total(PlateInfo plate)
    {
        ArgumentNullException.ThrowIfNull(plate);
        return totals[plate.Index];
    }

    /// <summary>The numbers of a rows plate's rows in the whole data, for what is kept for each of them.</summary>
    /// <param name="plate">A rows plate.</param>
    /// <returns>[B], integers; a new tensor at each call.</returns>
    public Tensor Rows(PlateInfo plate)
    {
        ArgumentNullException.ThrowIfNull(plate);
        if (rows is not { } numbers) return arange(sizes[plate.Index], dtype: ScalarType.Int64, device: Device);
        return tensor(Array.ConvertAll(numbers.ToArray(), row => (long)row), dtype: ScalarType.Int64, device: Device);
    }

    /// <summary>The tensors' names and shapes.</summary>
    public override string ToString() =>
        $"batch of {Count} rows: {string.Join(", ", Tensors.Select((t, i) => $"{Plan.Inputs[i].Name} {ShapeText.Of(t.shape)} {t.dtype}"))}";

    /// <summary>Some consecutive rows, as views: of every rows plate as many as it has there.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="count">How many rows.</param>
    public Batch Slice(long start, long count)
    {
        var cut = Tensors.Select((tensor, i) => Plan.Inputs[i].HasRows ? tensor.narrow(0, start, Math.Min(count, tensor.shape[0] - start)) : tensor);
        return new Batch(Plan, [.. cut], Totals(), Numbers(start, count));
    }

    /// <summary>The same rows with other tensors in place of these.</summary>
    /// <param name="tensors">As many, of the same shapes.</param>
    internal Batch With(IReadOnlyList<Tensor> tensors) =>
        new(Plan, tensors, Totals(), rows);

    private long[] Totals() => [.. Plan.RowsPlates.Select(plate => totals[plate.Index])];

    /// <summary>The numbers of some consecutive rows; null where rows plates of several sizes have none in common.</summary>
    private ReadOnlyMemory<int>? Numbers(long start, long count)
    {
        if (rows is { } known) return known.Slice((int)start, (int)Math.Min(count, known.Length - start));
        if (Plan.RowsPlates.Select(plate => sizes[plate.Index]).Distinct().Count() != 1) return null;
        return Enumerable.Range((int)start, (int)Math.Min(count, Count - start)).ToArray();
    }

    /// <summary>In the place of data that are not known at all: rows without a number.</summary>
    private static IReadOnlyList<Tensor> Complete(ModelPlan plan, long[] sizes, IReadOnlyList<Tensor?> tensors)
    {
        if (tensors.All(tensor => tensor is not null)) return tensors!;
        var device = tensors.FirstOrDefault(tensor => tensor is not null)?.device ?? CPU;
        return [.. tensors.Select((tensor, i) => tensor ?? zeros([.. plan.Inputs[i].Plates.Select(Size), 0], device: device))];

        long Size(PlateInfo plate) => sizes[plate.Index] > 0 ? sizes[plate.Index]
            : throw new PplArgumentException($"no tensor is given that tells the size of plate '{plate.Name}'.");
    }

    private static long[] Measure(ModelPlan plan, IReadOnlyList<Tensor?> tensors)
    {
        var sizes = new long[plan.Plates.Count];
        var first = new int[plan.Plates.Count];
        for (var i = 0; i < tensors.Count; i++)
        {
            var input = plan.Inputs[i];
            if (tensors[i] is null && input.IsOptional) continue;
            CheckTensor(tensors[i], input.Name);
            if (input.Plates.Count == 0) continue;
            var shape = tensors[i]!.shape;
            if (shape.Length < input.Plates.Count) throw LacksDimension(input, shape);
            for (var d = 0; d < input.Plates.Count; d++)
            {
                var plate = input.Plates[d];
                if (shape[d] == 0) throw Empty(input.Name, shape, plate);
                if (sizes[plate.Index] == 0) (sizes[plate.Index], first[plate.Index]) = (shape[d], i);
                else if (sizes[plate.Index] != shape[d]) throw Disagree(plan, plate, (i, shape), first[plate.Index], tensors);
            }
        }

        return sizes;
    }

    private static void CheckTensor(Tensor? tensor, string name)
    {
        if (tensor is null) throw new PplArgumentException("the tensor is null.", name);
        if (tensor.IsInvalid) throw new PplArgumentException("the tensor has been disposed of.", name);
        if (tensor.is_sparse) throw new PplArgumentException("the tensor is sparse; make it dense, by to_dense().", name);
        if (NumberTypes.Refusal(tensor.dtype) is { } refusal) throw new PplArgumentException($"the tensor is {refusal}.", name);
    }

    private static PplShapeException LacksDimension(ModelInput input, long[] shape)
    {
        if (shape.Length == 0 && input is { HasRows: true, Plates.Count: 1 })
            return new("the tensor is a single number; it needs the plate's rows as its leading dimension.", input.Name);
        var plates = Layout.Conjunction(input.Plates.Select(plate => $"'{plate.Name}'"));
        return new(
            $"the tensor has shape {ShapeText.Of(shape)}; its leading dimensions are the {(input.Plates.Count == 1 ? "plate" : "plates")} {plates}.",
            input.Name);
    }

    private static PplShapeException Empty(string name, long[] shape, PlateInfo plate) => new(
        $"the tensor of shape {ShapeText.Of(shape)} has no {(plate.IsRows ? "rows" : $"elements in plate '{plate.Name}'")}.", name);

    private static PplShapeException Disagree(
        ModelPlan plan, PlateInfo plate, (int Input, long[] Shape) found, int first, IReadOnlyList<Tensor?> tensors)
    {
        var (other, name) = (tensors[first]!.shape, plan.Inputs[first].Name);
        var (own, its) = (Position(found.Input), Position(first));
        return plate.IsRows
            ? new(
                $"{found.Shape[own]} rows (shape {ShapeText.Of(found.Shape)}), but {name} has {other[its]} (shape {ShapeText.Of(other)}); "
                + "all tensors of a plate have the same rows.",
                plan.Inputs[found.Input].Name)
            : new(
                $"plate '{plate.Name}' has size {found.Shape[own]} in its shape {ShapeText.Of(found.Shape)}, but {other[its]} in that of {name}, "
                + $"{ShapeText.Of(other)}; all tensors of a plate have the same size.",
                plan.Inputs[found.Input].Name);

        int Position(int input) => plan.Inputs[input].Plates.Select(p => p.Index).ToList().IndexOf(plate.Index);
    }

    private static long[] Complete(ModelPlan plan, long[] sizes, IReadOnlyList<long>? totals)
    {
        if (totals is null) return sizes;
        var plates = plan.RowsPlates.ToList();
        if (totals.Count != plates.Count && totals.Count != 1)
            throw new PplArgumentException($"{plan.Model} has {plates.Count} plates of rows; {totals.Count} totals were given.");
        var result = sizes.ToArray();
        for (var i = 0; i < plates.Count; i++)
        {
            var (total, size) = (totals[totals.Count == 1 ? 0 : i], sizes[plates[i].Index]);
            if (total < size)
                throw new PplArgumentException($"plate '{plates[i].Name}' has {size} rows in the batch, and {total} in all: it cannot have fewer.");
            result[plates[i].Index] = total;
        }

        return result;
    }

    private void CheckRows()
    {
        if (rows is not { } numbers) return;
        foreach (var plate in Plan.RowsPlates)
        {
            if (sizes[plate.Index] != numbers.Length)
                throw new PplArgumentException($"plate '{plate.Name}' has {sizes[plate.Index]} rows; {numbers.Length} row numbers were given.");
            var total = totals[plate.Index];
            if (numbers.Span.IndexOfAnyExceptInRange(0, (int)Math.Min(int.MaxValue, total - 1)) is >= 0 and var bad)
            {
                throw new PplArgumentException(
                    $"plate '{plate.Name}' has {total} rows in all; row number {numbers.Span[bad]}, at {bad}, is not from 0 to {total - 1}.");
            }
        }
    }
}
