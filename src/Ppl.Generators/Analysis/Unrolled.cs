using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>A latent or datum at a fixed length.</summary>
internal readonly record struct Point(int Variable, int Element);

/// <summary>A step of the guide at a fixed length.</summary>
internal sealed record UnrolledStep(Point Target, EquatableArray<Point> Inputs, bool FollowsLatents);

/// <summary>The guide at a fixed length.</summary>
internal sealed record Unrolled(int Length, EquatableArray<UnrolledStep> Steps)
{
    public static Unrolled? At(ProgramSpec program, int length)
    {
        if (DependencyGraph.Build(program, length) is not { } graph) return null;
        var inputs = new EncoderInputs(program, graph);
        var steps = GuideGraph.Of(program, graph).Steps.Select(step => new UnrolledStep(
            PointOf(graph.Nodes[step.Node]), inputs.Of(step).Select(PointOf).ToEquatable(), inputs.FollowsLatents(step)));
        return new(length, steps.ToEquatable());
    }

    /// <summary>Runs generalized steps at a length.</summary>
    public static IEnumerable<UnrolledStep> Of(EquatableArray<GuideStep> steps, int length)
    {
        foreach (var step in steps)
        {
            if (step is EncodeStep encode)
            {
                yield return At(encode, length, 0);
            }
            else if (step is GuideLoop loop)
            {
                var none = new Dictionary<int, int>();
                var to = loop.To.At(length, none);
                for (var i = loop.From.At(length, none); loop.Step > 0 ? i < to : i > to; i += loop.Step)
                    foreach (var inner in loop.Body) yield return At(inner, length, i);
            }
        }
    }

    private static UnrolledStep At(EncodeStep step, int length, int round)
    {
        var loops = new Dictionary<int, int> { [GuideLoop.LoopVariable] = round };
        Point Place(Read read) => new(read.Variable, read.Index?.At(length, loops) ?? -1);
        return new(Place(step.Target), step.Inputs.Select(Place).ToEquatable(), step.FollowsLatents);
    }

    private static Point PointOf(GraphNode node) => new(node.Variable, node.Element);
}
