using Ppl.Contracts;
using Ppl.Shapes;

namespace Ppl.Inference.Checkpoints;

/// <summary>
/// Whether the data columns of a manifest may size a guide. They alone decide how large the first layers become, and how much memory the
/// user's own networks take for one row; the tensors of the manifest are backed by the file's own length.
/// </summary>
internal static class GuideSizing
{
    /// <summary>The most numbers of one row. A guide for larger ones is prepared with a batch of data before a checkpoint is restored.</summary>
    private const long LargestRow = 1L << 26;

    /// <exception cref="CheckpointException">A column is larger than what the checkpoint's guide takes.</exception>
    public static void Check(string path, CheckpointManifest manifest, Guide guide)
    {
        var sizes = new Dictionary<string, long>();
        var columns = manifest.Columns.ToDictionary(column => column.Name, column => column.Shape);
        foreach (var column in manifest.Columns)
        {
            var count = StateFormat.TryCountElements(column.Shape)!.Value;
            sizes[column.Name] = count;
            if (count <= LargestRow) continue;
            throw new CheckpointException(
                path,
                $"a row of its data column '{column.Name}' has {count} numbers, the most that a guide is sized from is {LargestRow}; "
                + "call guide.Prepare with a batch first");
        }

        var own = guide.state_dict();
        var tensors = manifest.GuideState.ToDictionary(entry => entry.Name);
        foreach (var step in guide.Steps)
        {
            var (variable, element) = SiteInfo.Split(step.Latent);
            var site = element is null ? variable : $"{variable}.{element}";
            var posterior = guide.FindEncoder(step.Latent)?.Posterior;

            // A level of a bottom-up pass is the user's own, and has the size that it has.
            if (posterior?.BottomUp is not null) continue;
            if (posterior?.SharedUnits is not null) site = $"{variable}.shared";
            if (own.Keys.Any(name => name.StartsWith($"{site}.", StringComparison.Ordinal))) continue;
            var seen = step.Inputs.Where(input => !IsOptional(guide, input)).Distinct().Select(input => (Name: input, Parts: (long?)null));
            if (posterior is { SharedUnits: not null } or { IsPooled: true })
            {
                seen = step.Inputs.Select(input => InputName.Of(input).Data).Where(name => columns.ContainsKey(name) && !IsOptional(guide, name))
                    .Distinct().Select(name => (name, Parts(guide.Plan, name, columns[name], posterior)));
            }

            var inputs = seen.ToList();
            var whole = inputs.Where(input => input.Parts is null).Sum(input => sizes.GetValueOrDefault(input.Name));
            Require(path, step.Latent, First(site, tensors), whole);
            var ofPart = Layers(site, tensors).MaxBy(layer => layer.Shape.Count == 2 ? layer.Shape[1] : 0);
            foreach (var (name, parts) in inputs)
                if (parts is not null) Require(path, step.Latent, ofPart, sizes[name] / parts.Value);
        }
    }

    /// <exception cref="CheckpointException">The layer takes fewer numbers.</exception>
    private static void Require(string path, string latent, TensorEntry? first, long inputs)
    {
        if (first is null || (first.Shape.Count == 2 && inputs <= first.Shape[1])) return;
        throw new CheckpointException(
            path, $"its encoder of {latent} has a first layer of shape {ShapeText.Of(first.Shape)}, and data columns of {inputs} numbers");
    }

    /// <summary>How many slices, or children, a row of a column has, which a layer takes one by one; null where it takes the whole.</summary>
    private static long? Parts(ModelPlan plan, string name, IReadOnlyList<long> row, Posterior posterior)
    {
        if (posterior.SharedUnits is not null)
        {
            var sliced = plan.Sites.FirstOrDefault(site => site.SliceDimension is not null && site.Variable == name);
            return sliced?.SliceDimension is { } dimension && dimension <= row.Count ? Math.Max(1, row[dimension - 1]) : null;
        }

        var inner = plan.Inputs.First(input => input.Name == name).Plates.Count - 1;
        return inner < 1 ? null : Math.Max(1, row.Take(inner).Aggregate(1L, (product, size) => product * size));
    }

    /// <summary>The layers that take a slice, or a child: those of the default networks.</summary>
    private static IEnumerable<TensorEntry> Layers(string site, Dictionary<string, TensorEntry> tensors) => tensors.Values.Where(tensor =>
        (tensor.Name.StartsWith($"{site}.recurrent.", StringComparison.Ordinal) && tensor.Name.EndsWith(".weight_ih_l0", StringComparison.Ordinal))
        || (tensor.Name.StartsWith($"{site}.children.", StringComparison.Ordinal) && tensor.Name.EndsWith(".0.weight", StringComparison.Ordinal)));

    /// <summary>Whether a run may leave data unobserved, so that no encoder sees them.</summary>
    private static bool IsOptional(Guide guide, string input) => guide.Plan.Observed.Any(site => site.Name == input && site.Condition.Length > 0);

    /// <summary>
    /// The layer that takes an encoder's inputs side by side: the first of the default network, or the head where there is no network.
    /// Null where there is none.
    /// </summary>
    private static TensorEntry? First(string site, Dictionary<string, TensorEntry> tensors) =>
        tensors.GetValueOrDefault($"{site}.network.0.weight") ?? tensors.GetValueOrDefault($"{site}.head.linear.weight");
}
