using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>A latent or datum at a fixed length, or several slices of data that follow each other.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Element">The element, or the first of the slices; -1 for the whole.</param>
/// <param name="End">The position after it; -1 for the whole.</param>
internal readonly record struct Point(int Variable, int Element, int End)
{
    public static Point Of(GraphNode node) => new(node.Variable, node.Element, node.Element < 0 ? -1 : node.Element + 1);

    /// <summary>The inputs of an encoder: slices of data that follow each other are one input, and all of them are the data.</summary>
    public static EquatableArray<Point> Of(IReadOnlyList<GraphNode> inputs, DependencyGraph graph)
    {
        var points = new List<Point>(inputs.Count);
        foreach (var node in inputs)
        {
            var point = Of(node);
            var last = points.Count - 1;
            if (node is { IsLatent: false, Element: > 0 } && last >= 0 && points[last].Variable == node.Variable && points[last].End == node.Element)
                points[last] = points[last] with { End = point.End };
            else points.Add(point);
        }

        for (var i = 0; i < points.Count; i++)
            if (points[i].Element == 0 && IsAll(points[i], graph)) points[i] = new(points[i].Variable, -1, -1);
        return points.ToEquatable();
    }

    private static bool IsAll(Point slices, DependencyGraph graph)
    {
        var count = 0;
        foreach (var node in graph.Nodes)
        {
            if (node.Variable != slices.Variable) continue;
            if (node.IsLatent) return false;
            count++;
        }

        return count == slices.End;
    }

    /// <summary>The same at a length that is fixed.</summary>
    public Read ToRead() => Element < 0 ? new Read(Variable, null)
        : new Read(Variable, IndexSpec.Constant(Element)) { End = End == Element + 1 ? null : IndexSpec.Constant(End) };
}

/// <summary>A step of the guide at a fixed length.</summary>
internal sealed record UnrolledStep(Point Target, EquatableArray<Point> Inputs, bool FollowsLatents);

/// <summary>The guide at fixed lengths.</summary>
internal sealed record Unrolled(EquatableArray<UnrolledStep> Steps)
{
    public static Unrolled Of(EncoderInputs encoders, DependencyGraph graph, GuideGraph guide) => new(guide.Steps.Select(step =>
    {
        var inputs = encoders.Of(graph, step);
        return new UnrolledStep(Point.Of(graph.Nodes[step.Node]), Point.Of(inputs, graph), encoders.FollowsLatents(graph, step, inputs));
    }).ToEquatable());

    /// <summary>Runs generalized steps at given lengths.</summary>
    public static IEnumerable<UnrolledStep> Of(EquatableArray<GuideStep> steps, IReadOnlyList<int> lengths)
    {
        var loops = new Dictionary<int, int> { [GuideLoop.LoopVariable] = 0 };
        foreach (var step in steps)
        {
            if (step is EncodeStep encode)
            {
                yield return At(encode, lengths, loops);
            }
            else if (step is GuideLoop loop)
            {
                var (from, to) = (loop.From.At(lengths, loops), loop.To.At(lengths, loops));
                for (var i = from; loop.Step > 0 ? i < to : i > to; i += loop.Step)
                {
                    loops[GuideLoop.LoopVariable] = i;
                    foreach (var inner in loop.Body) yield return At(inner, lengths, loops);
                }
            }
        }
    }

    private static UnrolledStep At(EncodeStep step, IReadOnlyList<int> lengths, Dictionary<int, int> loops)
    {
        Point Place(Read read)
        {
            if (read.Index is not { } index) return new(read.Variable, -1, -1);
            var first = index.At(lengths, loops);
            return new(read.Variable, first, read.End?.At(lengths, loops) ?? first + 1);
        }

        return new(Place(step.Target), step.Inputs.Select(Place).ToEquatable(), step.FollowsLatents);
    }
}
