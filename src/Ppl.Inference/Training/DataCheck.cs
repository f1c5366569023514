using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Inference.Data;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Checks a data set against a model before training: columns, shapes, finite values, and the support of each observed site.</summary>
internal static class DataCheck
{
    private const int ProbeRows = 8;
    private const int ChunkRows = 4096;

    /// <summary>Checks that the data have one column for each of the model's parameters, and rows at all.</summary>
    /// <exception cref="PplArgumentException">They have not.</exception>
    public static void Columns(ModelPlan plan, IDataset data)
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

    /// <summary>
    /// One pass over a few rows checks the shapes and gives each observed site's distribution; then every value of every row is checked.
    /// </summary>
    /// <param name="guide">The guide, prepared.</param>
    /// <param name="data">The data.</param>
    /// <param name="seed">The seed of dynamic binarization.</param>
    /// <param name="epoch">The epoch whose values are checked.</param>
    /// <exception cref="PplException">The message names the site, the data set, the rule, and the first bad value with its row.</exception>
    public static void Run(Guide guide, IDataset data, long seed, int epoch)
    {
        Columns(guide.Plan, data);
        var model = (nn.Module)guide.Model;

        // In evaluation mode a probe does not move batch statistics.
        using var mode = new EvaluationMode(model, guide);
        using var scope = NewDisposeScope();
        StepSeed.Apply(seed, StepSeed.Purpose.Preparation, 0);
        var probe = data.Batches(Math.Min(ProbeRows, data.Count), seed, epoch, shuffle: false)[0];
        var batch = BatchLoading.OnDeviceOf(model, guide, probe.Load());
        var sites = guide.Terms(guide.Draw(batch, 1), TermForm.Sampled)
            .Where(t => t.Site.Kind == SiteKind.Observed)
            .ToDictionary(t => t.Site.Name, t => t.Model);
        foreach (var minibatch in data.Batches(ChunkRows, seed, epoch, shuffle: false)) Check(guide.Plan, sites, data, minibatch);
    }

    private static void Check(ModelPlan plan, Dictionary<string, Distribution> sites, IDataset data, Minibatch minibatch)
    {
        using var scope = NewDisposeScope();
        var columns = minibatch.Load();
        for (var i = 0; i < columns.Length; i++)
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

    // The support of these families does not depend on the row; a Delta's does, and its log density tells.
    private static ValueFault? Support(Distribution distribution, Tensor column) =>
        distribution.Support is Distributions.Support.Point ? null : distribution.FindValueFault(column);
}
