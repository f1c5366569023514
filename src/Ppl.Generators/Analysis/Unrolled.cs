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
    public static IEnumerable<Point> Of(IEnumerable<GraphNode> inputs, DependencyGraph graph)
    {
        var points = new List<Point>();
        foreach (var node in inputs)
        {
            var point = Of(node);
            var last = points.Count - 1;
            if (node is { IsLatent: false, Element: > 0 } && last >= 0 && points[last].Variable == node.Variable && points[last].End == node.Element)
                points[last] = points[last] with { End = point.End };
            else points.Add(point);
        }

        bool IsAll(Point p) => p.Element == 0 && graph.Nodes.Where(n => n.Variable == p.Variable) is var all
            && all.Count() == p.End && !all.First().IsLatent;
        return points.Select(p => IsAll(p) ? new(p.Variable, -1, -1) : p);
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
    public static Unrolled Of(ProgramSpec program, DependencyGraph graph, GuideGraph guide)
    {
        var inputs = new EncoderInputs(program, graph);
        var steps = guide.Steps.Select(step => (Step: step, Inputs: inputs.Of(step))).Select(s => new UnrolledStep(
            Point.Of(graph.Nodes[s.Step.Node]), Point.Of(s.Inputs, graph).ToEquatable(), inputs.FollowsLatents(s.Step, s.Inputs)));
        return new(steps.ToEquatable());
    }

    /// <summary>Runs generalized steps at given lengths.</summary>
    public static IEnumerable<UnrolledStep> Of(EquatableArray<GuideStep> steps, IReadOnlyList<int> lengths)
    {
        foreach (var step in steps)
        {
            if (step is EncodeStep encode)
            {
                yield return At(encode, lengths, 0);
            }
            else if (step is GuideLoop loop)
            {
                var none = new Dictionary<int, int>();
                var to = loop.To.At(lengths, none);
                for (var i = loop.From.At(lengths, none); loop.Step > 0 ? i < to : i > to; i += loop.Step)
                    foreach (var inner in loop.Body) yield return At(inner, lengths, i);
            }
        }
    }

    private static UnrolledStep At(EncodeStep step, IReadOnlyList<int> lengths, int round)
    {
        var loops = new Dictionary<int, int> { [GuideLoop.LoopVariable] = round };
        Point Place(Read read)
        {
            if (read.Index is not { } index) return new(read.Variable, -1, -1);
            var first = index.At(lengths, loops);
            return new(read.Variable, first, read.End?.At(lengths, loops) ?? first + 1);
        }

        return new(Place(step.Target), step.Inputs.Select(Place).ToEquatable(), step.FollowsLatents);
    }
}
