using Ppl.Contracts;
using Ppl.Data;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// A data set as a model takes it: the columns in the order of the model's parameters that have rows, and real numbers in the type of the
/// model's own. Beside it the tensors of the parameters without rows.
/// </summary>
internal sealed class ModelData : Dataset
{
    private readonly Dataset source;
    private readonly int[] order;
    private readonly ScalarType? numbers;
    private readonly IReadOnlyList<Tensor> shared;

    private ModelData(Dataset source, int[] order, ScalarType? numbers, IReadOnlyList<Tensor> shared)
    {
        (this.source, this.order, this.numbers, this.shared) = (source, order, numbers, shared);
        Columns = [.. order.Select(k => source.Columns[k]).Select(c => c with { Type = Taken(c.Type) })];
    }

    public override string Name => source.Name;

    public override int Count => source.Count;

    public override IReadOnlyList<DataColumn> Columns { get; }

    /// <summary>The data as the model takes them.</summary>
    /// <param name="guide">The guide, with its model.</param>
    /// <param name="data">The data.</param>
    /// <param name="shared">The tensors of the parameters without rows, in their order.</param>
    /// <param name="tell">Told of each column whose numbers are converted.</param>
    /// <exception cref="PplArgumentException">
    /// The data have no rows, not one column for each parameter that has rows, columns whose names disagree with the parameters', or numbers
    /// that no family takes; or there is not one tensor for each other parameter.
    /// </exception>
    public static ModelData Of(Guide guide, Dataset data, IReadOnlyList<Tensor> shared, Action<string>? tell = null)
    {
        var plan = guide.Plan;
        DataCheck.Columns(plan, data, shared.Count);
        var inputs = DataCheck.WithRows(plan);
        var order = Order(plan, inputs, data);
        for (var i = 0; i < order.Length; i++)
        {
            var column = data.Columns[order[i]];
            if (NumberTypes.Refusal(column.Type) is { } refusal)
                throw new PplArgumentException($"data '{data.Name}', column '{column.Name}' is {refusal}.", inputs[i].Name);
        }

        var result = new ModelData(data, order, guide.NumberType, shared);
        for (var i = 0; i < order.Length; i++)
        {
            var (given, taken) = (data.Columns[order[i]], result.Columns[i]);
            if (given.Type == taken.Type) continue;
            tell?.Invoke(
                $"data '{data.Name}': column '{given.Name}' has {given.Type} numbers, taken as {taken.Type} like the parameters of {plan.Model}");
        }

        return result;
    }

    public override Tensor[] Rows(ReadOnlySpan<int> rows, DrawKey key)
    {
        var columns = source.Rows(rows, key);
        return Array.ConvertAll(order, k =>
        {
            var column = columns[k];
            if (Taken(column.dtype) == column.dtype) return column;
            using (column) return column.to(Taken(column.dtype));
        });
    }

    /// <summary>Some rows as a batch, where the model is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">Their values; loaded when left out.</param>
    public Batch Load(nn.Module model, Guide guide, Minibatch rows, Tensor[]? columns = null)
    {
        columns ??= rows.Load();
        var (column, other) = (0, 0);
        Tensor[] tensors = [.. guide.Plan.Inputs.Select(input => input.HasRows ? columns[column++] : shared[other++])];
        var batch = BatchLoading.OnDeviceOf(model, guide, tensors, [rows.DatasetCount], rows.Rows);
        batch.Indices.DataSet = Name;
        return batch;
    }

    private ScalarType Taken(ScalarType type) => numbers is { } taken && is_floating_point(type) ? taken : type;

    /// <summary>For each parameter its column: by name where all names are those of the parameters, else by position.</summary>
    private static int[] Order(ModelPlan plan, IReadOnlyList<ModelInput> inputs, Dataset data)
    {
        List<string> parameters = [.. inputs.Select(input => input.Name)];
        List<string> columns = [.. data.Columns.Select(column => column.Name)];
        if (columns.Order(StringComparer.Ordinal).SequenceEqual(parameters.Order(StringComparer.Ordinal)))
            return [.. parameters.Select(name => columns.IndexOf(name))];

        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i] == parameters[i] || !parameters.Contains(columns[i])) continue;
            throw new PplArgumentException(
                $"'{data.Name}' has the columns {string.Join(", ", columns)} for {plan.Model}.{plan.Method}({string.Join(", ", parameters)}): "
                + $"column '{columns[i]}' stands where '{parameters[i]}' is expected. Name every column after its parameter, and the order "
                + "does not matter; or none, and column k is parameter k.");
        }

        return [.. Enumerable.Range(0, columns.Count)];
    }
}
