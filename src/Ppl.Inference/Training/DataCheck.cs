using Ppl.Contracts;
using Ppl.Data;
using Ppl.Distributions;
using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// Checks data against a model: columns, shapes, finite values, and the support of each observed site. The guide need not be prepared.
/// </summary>
internal sealed class DataCheck
{
    private const int ProbeRows = 8;
    private const long ChunkBytes = 1 << 26;

    private readonly ModelPlan plan;
    private readonly Dataset data;
    private readonly Dictionary<string, Distribution> sites;

    /// <summary>A draw from the prior checks the shapes, and gives each observed site's distribution.</summary>
    /// <param name="guide">The guide, with its model.</param>
    /// <param name="data">The data, as the model takes them.</param>
    /// <param name="probe">Some rows of them.</param>
    /// <exception cref="PplException">The message names the site, both shapes, or the values that the model cannot take.</exception>
    public DataCheck(Guide guide, Dataset data, Batch probe)
    {
        (plan, this.data) = (guide.Plan, data);
        var layout = new Layout(probe, 1);
        var covariates = probe.Tensors.Where((_, i) => !plan.Inputs[i].IsObserved).ToList();
        var predictions = GuidedPass.Simulate(guide.Model, GuidedPass.Sizes(probe), covariates).Observed;
        var observed = plan.Observed.Zip(predictions, (site, prediction) => (Site: site, prediction.Distribution)).ToList();
        foreach (var (site, distribution) in observed) SiteShapes.CheckObserved(site, distribution, probe[site.Name], layout);
        sites = observed.ToDictionary(o => o.Site.Name, o => o.Distribution);
    }

    /// <summary>Checks that the data have one column for each of the model's parameters, and rows at all.</summary>
    /// <exception cref="PplArgumentException">They have not.</exception>
    public static void Columns(ModelPlan plan, Dataset data)
    {
        if (plan.Inputs.FirstOrDefault(i => !i.IsPlated) is { } shared)
        {
            throw new PplArgumentException(
                $"{plan.Model}.{plan.Method} does not give it to the plate, so it is one tensor for all rows, and the columns of '{data.Name}' "
                + "have a row for each: keep it in a field of the model, or train with Svi.Step, which takes whole tensors.",
                shared.Name);
        }

        if (data.Columns.Count != plan.Inputs.Count)
        {
            throw new PplArgumentException(
                $"{plan.Model}.{plan.Method}({string.Join(", ", plan.Inputs.Select(i => i.Name))}) takes one column for each of its "
                + $"{plan.Inputs.Count} parameters; '{data.Name}' has {data.Columns.Count}: "
                + $"{string.Join(", ", data.Columns.Select(c => $"{c.Name} {ShapeText.Of(c.EventShape)}"))}.");
        }

        if (data.Count == 0) throw new PplArgumentException($"'{data.Name}' has no rows.");
    }

    /// <summary>A few rows check the shapes; then every value of every row is checked.</summary>
    /// <param name="guide">The guide, with its model.</param>
    /// <param name="data">The data, as the model takes them.</param>
    /// <param name="seed">The seed of dynamic binarization.</param>
    /// <param name="epoch">The epoch whose values are checked.</param>
    /// <exception cref="PplException">The message names the site, the data set, the rule, and the first bad value with its row.</exception>
    public static void Run(Guide guide, Dataset data, long seed, int epoch)
    {
        Columns(guide.Plan, data);
        var model = (nn.Module)guide.Model;

        // In evaluation mode a probe does not move batch statistics.
        using var mode = new EvaluationMode(model);
        using var scope = NewDisposeScope();
        var check = Probe(guide, data, seed, epoch);
        foreach (var minibatch in data.Batches(ChunkRows(data), seed, epoch, shuffle: false))
        {
            using var inner = NewDisposeScope();
            check.Values(minibatch, minibatch.Load());
        }
    }

    /// <summary>A check that has seen the first rows, in evaluation mode; its distributions belong to the current dispose scope.</summary>
    public static DataCheck Probe(Guide guide, Dataset data, long seed, int epoch)
    {
        var model = (nn.Module)guide.Model;
        using var noise = StepSeed.Begin(seed, StepSeed.Purpose.Preparation, 0, BatchLoading.DeviceOf(model));
        return new DataCheck(guide, data, BatchLoading.OnDeviceOf(model, guide, FirstRows(data, seed, epoch)));
    }

    /// <summary>The rows that a probe looks at.</summary>
    public static Minibatch FirstRows(Dataset data, long seed, int epoch) =>
        data.Batches(Math.Min(ProbeRows, data.Count), seed, epoch, shuffle: false)[0];

    /// <summary>Checks every value of some rows.</summary>
    /// <param name="minibatch">The rows.</param>
    /// <param name="columns">Their values.</param>
    /// <exception cref="PplException">The message names the site, the data set, the rule, and the first bad value with its row.</exception>
    public void Values(Minibatch minibatch, IReadOnlyList<Tensor> columns)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            var name = plan.Inputs[i].Name;
            var fault = ValueCheck.Finite(columns[i], "value", "a finite value is needed");
            if (fault is null && sites.TryGetValue(name, out var distribution)) fault = Support(distribution, columns[i]);
            if (fault is null) continue;

            // The chunk's row becomes the data set's.
            long[] index = [minibatch.Rows.Span[(int)fault.Index[0]], .. fault.Index.Skip(1)];
            var rule = $"data '{data.Name}', column '{data.Columns[i].Name}': {fault.Rule}";
            throw (fault with { Index = index, Rule = rule }).ToException(name);
        }
    }

    /// <summary>So many rows that a chunk has a bounded size, however large one row is.</summary>
    private static int ChunkRows(Dataset data)
    {
        var bytes = data.Columns.Sum(
            column => EventSum.Count([.. column.EventShape], 0) * TorchSharp.TensorExtensionMethods.ElementSize(column.Type));
        return (int)Math.Clamp(ChunkBytes / Math.Max(1, bytes), 1, data.Count);
    }

    private static ValueFault? Support(Distribution distribution, Tensor column)
    {
        // A point follows the row; the density tells.
        if (distribution.ValueConstraint.IsPoint) return null;
        try
        {
            return distribution.FindValueFault(column);
        }
        catch (Exception fault) when (LibraryFault.Is(fault) || fault is PplShapeException)
        {
            // So does the support of a family of the user's own whose rule meets parameters of the probe's rows: it follows the latents too,
            // and is no property of the data.
            return null;
        }
    }
}
