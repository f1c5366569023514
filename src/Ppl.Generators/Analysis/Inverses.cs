using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>A program's graph at given lengths of its loops, with its guide, which is found when it is first asked for.</summary>
internal sealed class Inverse(ProgramSpec program, DependencyGraph graph, EncoderInputs encoders, bool amongLatents)
{
    private GuideGraph? guide;
    private Unrolled? unrolled;

    public DependencyGraph Graph { get; } = graph;

    public GuideGraph Guide => guide ??= GuideGraph.Of(program, Graph, amongLatents);

    /// <summary>The guide with what each of its encoders sees.</summary>
    public Unrolled Unrolled => unrolled ??= Unrolled.Of(encoders, Graph, Guide);
}

/// <summary>A program at whatever lengths are asked for: several passes ask for the same, and each is made once.</summary>
/// <param name="program">The program.</param>
/// <param name="amongLatents">Whether only fill-in between latents decides the order of the inverse: in a grid with an open side.</param>
internal sealed class Inverses(ProgramSpec program, bool amongLatents = false)
{
    private readonly Dictionary<EquatableArray<int>, Inverse?> known = [];
    private readonly EncoderInputs encoders = new(program);

    /// <summary>The program with every length the same.</summary>
    public Inverse? At(int length) => At([.. program.Lengths.Select(_ => length)]);

    /// <summary>The program at given lengths; null where it has no such run.</summary>
    public Inverse? At(IReadOnlyList<int> lengths)
    {
        var key = lengths.ToEquatable();
        if (!known.TryGetValue(key, out var found))
        {
            var graph = DependencyGraph.Build(program, lengths);
            known[key] = found = graph is null ? null : new Inverse(program, graph, encoders, amongLatents);
        }

        return found;
    }
}
