using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>The features of bottom-up passes in one pass of a guide, each computed once, and once for all particles.</summary>
internal sealed class BottomUpFeatures
{
    private readonly List<(BottomUp Up, int Level, int Plates, IReadOnlyList<Tensor> Data, Tensor Features)> known = [];
    private readonly List<(Tensor Repeated, Tensor Data, Rows Rows)> repeats = [];

    /// <summary>Notes that a tensor is data repeated for each particle.</summary>
    public void Note(Tensor repeated, Tensor data, Rows rows)
    {
        if (!ReferenceEquals(repeated, data)) repeats.Add((repeated, data, rows));
    }

    /// <summary>The features of a level: [rows, ...].</summary>
    /// <param name="up">The pass.</param>
    /// <param name="level">1 and up.</param>
    /// <param name="data">What the factor sees of the data; repeated for each particle, or not.</param>
    /// <param name="plates">How many leading dimensions are rows of the factor.</param>
    /// <param name="join">Makes one tensor of them, for the lowest level.</param>
    public Tensor Of(BottomUp up, int level, IReadOnlyList<Tensor> data, int plates, Func<IReadOnlyList<Tensor>, Tensor> join)
    {
        if (level == 0) return join(data);
        var kept = known.FirstOrDefault(k => ReferenceEquals(k.Up, up) && k.Level == level && k.Plates == plates && Same(k.Data, data));
        if (kept.Features is { } found) return found;
        var origins = data.Select(tensor => repeats.FirstOrDefault(r => ReferenceEquals(r.Repeated, tensor))).ToList();
        var features = origins.TrueForAll(origin => origin.Repeated is not null)
            ? origins[0].Rows.Repeat(Of(up, level, [.. origins.Select(origin => origin.Data)], plates, join))
            : up.Rise(level, Of(up, level - 1, data, plates, join));
        known.Add((up, level, plates, data, features));
        return features;
    }

    private static bool Same(IReadOnlyList<Tensor> some, IReadOnlyList<Tensor> others) =>
        some.Count == others.Count && some.Zip(others).All(pair => ReferenceEquals(pair.First, pair.Second));
}
