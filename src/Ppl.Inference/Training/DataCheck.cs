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
    private readonly Dataset? data;
    private readonly IReadOnlyList<ModelInput> inputs;
    private readonly Dictionary<string, Distribution> sites;
    private readonly IGeneratedModel model;
    private readonly Batch probe;
    private readonly IReadOnlyList<Axis> plates;

    // Those of the arms that a run takes.
    private readonly IReadOnlyList<SiteInfo> reached;

    /// <summary>A draw from the prior checks the shapes, and gives each observed site's distribution.</summary>
    /// <param name="guide">The guide, with its model.</param>
    /// <param name="data">The data, as the model takes them.</param>
    /// <param name="probe">Some rows of them.</param>
    /// <exception cref="PplException">The message names the site, both shapes, or the values that the model cannot take.</exception>
    public DataCheck(Guide guide, Dataset data, Batch probe) : this(guide, probe) => this.data = data;

    private DataCheck(Guide guide, Batch probe)
    {
        (plan, inputs, model, this.probe) = (guide.Plan, WithRows(guide.Plan), guide.Model, probe);
        var layout = new Layout(probe, 1);
        var covariates = probe.Tensors.Where((_, i) => !plan.Inputs[i].IsObserved).ToList();
        var draw = GuidedPass.Probe(guide.Model, probe.Sizes, covariates);
        plates = draw.Plates;
        reached = draw.Reach?.Sites ?? plan.Sites;
        var observed = plan.Observations.Zip(draw.Observed).Where(pair => pair.Second is not null)
            .Select(pair => (Site: Whole(SiteOf(pair.First)), pair.Second.Distribution)).ToList();
        foreach (var (site, distribution) in observed)
        {
            if (site.SliceDimension is { } slices) SliceShapes.Check(site, probe[site.Name], (int)distribution.Shape[slices]);
            SiteShapes.CheckObserved(site, distribution, probe[site.Name], layout);
        }

        sites = observed.ToDictionary(o => o.Site.Name, o => o.Distribution);
        foreach (var (input, tensor) in plan.Inputs.Zip(probe.Tensors).Where(p => !p.First.HasRows)) CheckValue(input.Name, tensor, probe);
    }

    /// <summary>Of the sites that exclusive arms have for a parameter the one that the run has reached.</summary>
    private SiteInfo SiteOf(SiteInfo first) => first.SliceDimension is not null ? first
        : reached.First(site => site.Kind == SiteKind.Observed && site.Slot == first.Slot);

    /// <summary>Of data that are observed slice by slice, all slices together: their distributions have been expanded to the plates.</summary>
    private static SiteInfo Whole(SiteInfo site) => site.SliceDimension is null ? site : site with { Depends = [.. site.Plates.Select(_ => true)] };

    /// <summary>The parameters that have rows, in order: a data set has a column for each.</summary>
    public static IReadOnlyList<ModelInput> WithRows(ModelPlan plan) => [.. plan.Inputs.Where(input => input.HasRows)];

    /// <summary>Checks that the data have one column for each of the model's parameters that has rows, and rows at all.</summary>
    /// <param name="plan">The model's plan.</param>
    /// <param name="data">The data.</param>
    /// <param name="shared">How many tensors are given for the other parameters.</param>
    /// <exception cref="PplArgumentException">They have not, or there is not one tensor for each other parameter.</exception>
    public static void Columns(ModelPlan plan, Dataset data, int shared)
    {
        var (inputs, others) = (WithRows(plan), plan.Inputs.Where(input => !input.HasRows).ToList());
        var signature = $"{plan.Model}.{plan.Method}({string.Join(", ", plan.Inputs.Select(i => i.Name))})";
        if (inputs.Count == 0)
        {
            throw new PplArgumentException(
                $"{signature} has no plate of rows that a data set could give: fit it by steps, "
                + $"svi.Fit([{string.Join(", ", others.Select(i => i.Name))}], steps: ...), or take Objective.Evaluate with a batch.");
        }

        if (shared != others.Count)
        {
            throw new PplArgumentException(
                others.Count == 0
                    ? $"every parameter of {signature} has rows, which the columns of '{data.Name}' give; {shared} shared tensors were given."
                    : $"{plan.Model}.{plan.Method} gives it to no plate of rows, so it is one tensor for all rows, and the columns of '{data.Name}' "
                        + $"have a row for each: give it beside the data, shared: [{string.Join(", ", others.Select(i => i.Name))}].",
                others.Count == 0 ? null : others[0].Name);
        }

        if (data.Columns.Count != inputs.Count)
        {
            var which = others.Count == 0 ? "parameters" : $"parameters with rows ({string.Join(", ", inputs.Select(i => i.Name))})";
            throw new PplArgumentException(
                $"{signature} takes one column for each of its {inputs.Count} {which}; '{data.Name}' has {data.Columns.Count}: "
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
    public static void Run(Guide guide, ModelData data, long seed, int epoch)
    {
        if (data.Count == 0) throw new PplArgumentException($"'{data.Name}' has no rows.");
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
    public static DataCheck Probe(Guide guide, ModelData data, long seed, int epoch)
    {
        var model = (nn.Module)guide.Model;
        using var noise = StepSeed.Begin(seed, StepSeed.Purpose.Preparation, 0, BatchLoading.DeviceOf(model));
        return new DataCheck(guide, data, data.Load(model, guide, FirstRows(data, seed, epoch)));
    }

    /// <summary>The rows that a probe looks at.</summary>
    public static Minibatch FirstRows(Dataset data, long seed, int epoch) =>
        data.Batches(Math.Min(ProbeRows, data.Count), seed, epoch, shuffle: false)[0];

    /// <summary>An observed site whose distribution is a point, so that other data have the density 0; null where there is none.</summary>
    public string? PointSite => sites.Where(pair => pair.Value.ValueConstraint.IsPoint).Select(pair => pair.Key).FirstOrDefault();

    /// <summary>Checks every value of some rows.</summary>
    /// <param name="minibatch">The rows.</param>
    /// <param name="columns">Their values.</param>
    /// <exception cref="PplException">The message names the site, the data set, the rule, and the first bad value with its row.</exception>
    public void Values(Minibatch minibatch, IReadOnlyList<Tensor> columns)
    {
        var rows = plan.Sites.All(site => site.MaskText is null) ? null : Whole(columns);
        for (var i = 0; i < columns.Count; i++)
        {
            var name = inputs[i].Name;
            var fault = Find(name, columns[i], rows);
            if (fault is null) continue;

            // The chunk's row becomes the data set's.
            long[] index = [minibatch.Rows.Span[(int)fault.Index[0]], .. fault.Index.Skip(1)];
            var rule = $"data '{data!.Name}', column '{data.Columns[i].Name}': {fault.Rule}";
            throw (fault with { Index = index, Rule = rule }).ToException(name);
        }
    }

    /// <summary>Checks every value of tensors by hand: one for each parameter.</summary>
    /// <param name="guide">The guide, with its model.</param>
    /// <param name="batch">All data.</param>
    /// <exception cref="PplException">The message names the site, both shapes, or the rule and the first bad value.</exception>
    public static void Whole(Guide guide, Batch batch)
    {
        var model = (nn.Module)guide.Model;
        using var mode = new EvaluationMode(model);
        using var scope = NewDisposeScope();
        using var noise = StepSeed.Begin(0, StepSeed.Purpose.Preparation, 0, batch.Device);
        var check = new DataCheck(guide, batch);
        foreach (var (input, tensor) in batch.Plan.Inputs.Zip(batch.Tensors)) check.CheckValue(input.Name, tensor, batch);
    }

    private void CheckValue(string name, Tensor tensor, Batch all)
    {
        if (Find(name, tensor, all) is { } fault) throw fault.ToException(name);
    }

    /// <summary>The rows of a data set with the tensors that have none.</summary>
    private Batch Whole(IReadOnlyList<Tensor> columns)
    {
        var next = 0;
        return new Batch(plan, [.. plan.Inputs.Select((input, i) => input.HasRows ? columns[next++].to(probe.Device) : probe[i])]);
    }

    /// <summary>What is wrong with a parameter's values, those that a mask leaves out aside.</summary>
    private ValueFault? Find(string name, Tensor tensor, Batch? all)
    {
        bool Holds(SiteInfo site) => site.DataName == name || (site.SliceDimension is not null && site.Variable == name);

        // Of data that the run does not reach, what some arm leaves out is no fault.
        var masked = (reached.Any(Holds) ? reached : plan.Sites).FirstOrDefault(site => site.MaskText is not null && Holds(site));
        if (masked is null || all is null) return Find(name, tensor);
        var parts = masked.SliceDimension is null ? [masked] : model.Sequence(all.Lengths).Where(site => site.MaskText is not null && Holds(site));
        foreach (var site in parts)
            if (model.Mask(site, all.Tensors) is { } given && DataMask.FindFault(site, given) is { } fault) return fault;
        if (new Masks(model, all, new Layout(all, 1)).OfData(masked) is not { } present) return Find(name, tensor);
        var mask = Masks.Aligned(masked, present).to(tensor.device);
        return ValueCheck.Finite(DataMask.Fill(tensor, mask, 0), "value", "a finite value is needed")
            ?? (sites.TryGetValue(name, out var distribution) ? Support(distribution, tensor, mask) : null);
    }

    private ValueFault? Find(string name, Tensor tensor) => IndexCheck.Find(plan.Inputs.First(input => input.Name == name), tensor, plates)
        ?? ValueCheck.Finite(tensor, "value", "a finite value is needed")
        ?? (sites.TryGetValue(name, out var distribution) ? Support(distribution, tensor) : null);

    /// <summary>So many rows that a chunk has a bounded size, however large one row is.</summary>
    private static int ChunkRows(Dataset data)
    {
        var bytes = data.Columns.Sum(
            column => EventSum.Count([.. column.EventShape], 0) * TorchSharp.TensorExtensionMethods.ElementSize(column.Type));
        return (int)Math.Clamp(ChunkBytes / Math.Max(1, bytes), 1, data.Count);
    }

    private static ValueFault? Support(Distribution distribution, Tensor column, Tensor? mask = null)
    {
        // A point follows the row; the density tells.
        if (distribution.ValueConstraint.IsPoint) return null;
        try
        {
            return distribution.FindValueFault(mask is null ? column : DataMask.Fill(column, mask, distribution));
        }
        catch (Exception fault) when (LibraryFault.Is(fault) || fault is PplShapeException)
        {
            // So does the support of a family of the user's own whose rule meets parameters of the probe's rows: it follows the latents too,
            // and is no property of the data.
            return null;
        }
    }
}
