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

    /// <summary>The most elements of an array of latents that the file has no encoder for: a length alone would make one for each.</summary>
    private const int MostElements = 1 << 12;

    /// <exception cref="CheckpointException">A column is larger than what the checkpoint's guide takes.</exception>
    public static void Check(string path, CheckpointManifest manifest, Guide guide)
    {
        var columns = manifest.Columns.ToDictionary(column => column.Name, column => column.Shape);
        foreach (var (name, shape) in columns)
        {
            if (Count(shape) <= LargestRow) continue;
            throw new CheckpointException(
                path,
                $"a row of its data column '{name}' has {Count(shape)} numbers, the most that a guide is sized from is {LargestRow}; "
                + "call guide.Prepare with a batch first");
        }

        // Where columns tell no length, the guide refuses them itself.
        if (Lengths(guide.Plan, columns) is not { } lengths) return;
        if (lengths.Count > 0) CheckCounts(path, manifest, guide, lengths);
        var own = guide.state_dict();
        var tensors = manifest.GuideState.ToDictionary(entry => entry.Name);
        foreach (var (step, posterior) in guide.StepsOf(lengths))
        {
            // A level of a bottom-up pass is the user's own, and so is a network that is given: they have the size that they have.
            if (posterior?.BottomUp is not null || posterior?.Network is not null) continue;
            var (variable, element) = SiteInfo.Split(step.Latent);
            var site = posterior?.SharedUnits is not null ? $"{variable}.shared" : element is null ? variable : $"{variable}.{element}";
            if (own.Keys.Any(name => name.StartsWith($"{site}.", StringComparison.Ordinal))) continue;
            var (whole, parts) = Inputs(guide, step, posterior, columns);
            Require(path, step.Latent, First(site, tensors), whole);
            var ofPart = Layers(site, tensors).MaxBy(layer => layer.Shape.Count == 2 ? layer.Shape[1] : 0);
            foreach (var part in parts) Require(path, step.Latent, ofPart, part);
        }
    }

    /// <summary>How many numbers of data an encoder takes side by side, and of what is taken part by part the numbers of each part.</summary>
    private static (long Whole, List<long> Parts) Inputs(
        Guide guide, GuideStep step, Posterior? posterior, Dictionary<string, IReadOnlyList<long>> columns)
    {
        var isByParts = posterior is { SharedUnits: not null } or { IsPooled: true };
        var (whole, parts) = (0L, new List<long>());
        foreach (var name in step.Inputs.Select(input => isByParts ? InputName.Of(input).Data : input).Distinct())
        {
            if (!columns.TryGetValue(name, out var row) || IsOptional(guide, name)) continue;
            if (isByParts && Parts(guide.Plan, name, row, posterior!) is { } count) parts.Add(Count(row) / count);
            else whole += Count(row);
        }

        return (whole, parts);
    }

    private static long Count(IReadOnlyList<long> row) => StateFormat.TryCountElements(row)!.Value;

    /// <summary>The lengths that columns tell, which are without their rows; null where one of them is not told.</summary>
    private static List<int>? Lengths(ModelPlan plan, Dictionary<string, IReadOnlyList<long>> columns)
    {
        var lengths = new List<int>();
        foreach (var length in plan.Lengths)
        {
            var input = plan.Inputs[length.Input];
            var (row, dimension) = (columns[input.Name], input.HasRows ? length.Dimension - 1 : length.Dimension);
            if (dimension < 0 || dimension >= row.Count || row[dimension] < 1) return null;
            lengths.Add((int)Math.Min(int.MaxValue, row[dimension]));
        }

        return lengths;
    }

    /// <summary>Where data tell how many encoders there are, the file has as many.</summary>
    private static void CheckCounts(string path, CheckpointManifest manifest, Guide guide, List<int> lengths)
    {
        var counts = guide.Model.Lengths(lengths);
        foreach (var latent in guide.Plan.Latents.Where(site => site.IsIndexed).DistinctBy(site => site.Slot))
        {
            var prefix = $"{latent.Variable}.";
            var found = manifest.GuideState.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(entry => entry.Name[prefix.Length..].Split('.')[0]).Where(name => name.All(char.IsAsciiDigit)).Distinct().Count();

            // There are none of a latent that runs do not reach, nor where all elements share one.
            if (found == counts[latent.Slot] || (found == 0 && counts[latent.Slot] <= MostElements)) continue;
            throw new CheckpointException(
                path,
                found > 0 ? $"it has {found} encoders of {latent.Variable}, and its data columns have a length for {counts[latent.Slot]}"
                    : $"its data columns have a length for {counts[latent.Slot]} elements of {latent.Variable}, and a guide is sized from a file for "
                        + $"{MostElements} at most; call guide.Prepare with a batch first");
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
