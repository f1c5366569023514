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

        CheckLengths(path, manifest, guide);
        var own = guide.state_dict();
        var tensors = manifest.GuideState.ToDictionary(entry => entry.Name);
        foreach (var step in guide.Steps)
        {
            var (variable, element) = SiteInfo.Split(step.Latent);
            var site = element is null ? variable : $"{variable}.{element}";
            if (First(site, tensors, own) is not { } first) continue;
            var inputs = step.Inputs.Where(input => !IsOptional(guide, input)).Sum(input => sizes.GetValueOrDefault(input));
            if (first.Shape.Count == 2 && inputs <= first.Shape[1]) continue;
            throw new CheckpointException(
                path, $"its encoder of {step.Latent} has a first layer of shape {ShapeText.Of(first.Shape)}, and data columns of {inputs} numbers");
        }
    }

    /// <summary>Where data tell how many encoders there are, the file has as many.</summary>
    private static void CheckLengths(string path, CheckpointManifest manifest, Guide guide)
    {
        var (plan, columns) = (guide.Plan, manifest.Columns.ToDictionary(column => column.Name, column => column.Shape));
        if (plan.Lengths.Count == 0) return;

        // Columns are without their rows, which are the first dimension.
        var lengths = plan.Lengths.Select(length => plan.Inputs[length.Input] is { HasRows: true } input
            && columns.TryGetValue(input.Name, out var shape) && shape.Count >= length.Dimension
                ? (int)Math.Min(int.MaxValue, shape[length.Dimension - 1]) : 0).ToList();
        if (lengths.Contains(0)) return;
        var counts = guide.Model.Lengths(lengths);
        foreach (var latent in plan.Latents.Where(site => site.IsIndexed).DistinctBy(site => site.Slot))
        {
            var prefix = $"{latent.Variable}.";
            var found = manifest.GuideState.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(entry => entry.Name[prefix.Length..].Split('.')[0]).Distinct().Count();
            if (found == 0 || found == counts[latent.Slot]) continue; // none of a latent that runs do not reach
            throw new CheckpointException(
                path, $"it has {found} encoders of {latent.Variable}, and its data columns have a length for {counts[latent.Slot]}");
        }
    }

    /// <summary>Whether a run may leave data unobserved, so that no encoder sees them.</summary>
    private static bool IsOptional(Guide guide, string input) => guide.Plan.Observed.Any(site => site.Name == input && site.Condition.Length > 0);

    /// <summary>
    /// The layer that takes an encoder's inputs side by side: the first of the default network, or the head where there is no network.
    /// Null for a network of the user's own, which is there already.
    /// </summary>
    private static TensorEntry? First(string site, Dictionary<string, TensorEntry> tensors, Dictionary<string, TorchSharp.torch.Tensor> own)
    {
        if (own.Keys.Any(name => name.StartsWith($"{site}.", StringComparison.Ordinal))) return null;
        return tensors.GetValueOrDefault($"{site}.network.0.weight") ?? tensors.GetValueOrDefault($"{site}.head.linear.weight");
    }
}
