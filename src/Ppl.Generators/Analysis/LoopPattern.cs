using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>
/// The guide of a model with loops. Inversion knows only graphs of a fixed size, so it runs on the loop unrolled at two lengths; where the longer guide is
/// the shorter one with one more round of the same shape, that round becomes the guide's loop, and the steps around it stay single.
/// </summary>
/// <param name="Steps">The guide.</param>
/// <param name="MinimalLength">The shortest length at which running these steps gives exactly the inverse.</param>
internal sealed record LoopPattern(EquatableArray<GuideStep> Steps, int MinimalLength)
{
    /// <summary>Finds the repeating guide; null where the inverse does not repeat with the index.</summary>
    public static LoopPattern? Find(ModelSpec model, int length)
    {
        if (Unrolled.At(model, length) is not { } shorter || Unrolled.At(model, length + 1) is not { } longer) return null;
        var size = longer.Steps.Count - shorter.Steps.Count;
        for (var before = 0; size > 0 && before + (2 * size) <= shorter.Steps.Count; before++)
        {
            foreach (var step in new[] { 1, -1 })
            {
                if (Generalize(model, shorter, longer, before, size, step) is not { } steps) continue;
                if (MinimalLengthOf(model, steps, length + 3) is { } minimal && minimal <= length) return new(steps, minimal);
            }
        }

        return null;
    }

    /// <summary>Reads prefix, one round and suffix off the two guides; null where the parts do not fit.</summary>
    private static EquatableArray<GuideStep>? Generalize(ModelSpec model, Unrolled shorter, Unrolled longer, int before, int size, int step)
    {
        if (longer.Steps[before].Target.Element < 0) return null;
        var rounds = 0;
        while (before + ((rounds + 1) * size) <= shorter.Steps.Count && IsRound(shorter, before, size, step, rounds)) rounds++;
        if (rounds < 2) return null;
        var after = before + (rounds * size);

        var steps = new List<GuideStep>();
        for (var i = 0; i < before; i++)
        {
            if (Single(shorter, shorter.Steps[i], longer, longer.Steps[i]) is not { } single) return null;
            steps.Add(single);
        }

        var start = Position(shorter, shorter.Steps[before].Target.Element, longer, longer.Steps[before].Target.Element);
        if (start is null) return null;
        var body = new List<EncodeStep>();
        for (var i = 0; i < size; i++)
        {
            if (Relative(shorter, before + i, size, step, shorter.Steps[before].Target.Element, longer) is not { } relative) return null;
            body.Add(relative);
        }

        // One round more at the greater length: the bound moves by one away from the start, whichever end that is.
        var lastShort = shorter.Steps[before].Target.Element + (step * rounds);
        var lastLong = longer.Steps[before].Target.Element + (step * (rounds + 1));
        var bound = Position(shorter, lastShort, longer, lastLong);
        if (bound is null) return null;
        steps.Add(new GuideLoop(start, bound, step, body.ToEquatable()));

        for (var i = after; i < shorter.Steps.Count; i++)
        {
            if (Single(shorter, shorter.Steps[i], longer, longer.Steps[i + size]) is not { } single) return null;
            steps.Add(single);
        }

        return steps.ToEquatable();
    }

    /// <summary>Whether the given round is the first one with every index of the loop moved along.</summary>
    private static bool IsRound(Unrolled guide, int before, int size, int step, int round)
    {
        for (var i = 0; i < size; i++)
        {
            var first = guide.Steps[before + i];
            var now = guide.Steps[before + (round * size) + i];
            if (!IsMoved(first.Target, now.Target, step * round) || first.Inputs.Count != now.Inputs.Count) return false;
            for (var p = 0; p < first.Inputs.Count; p++)
                if (!IsMoved(first.Inputs[p], now.Inputs[p], step * round) && first.Inputs[p] != now.Inputs[p]) return false;
        }

        return true;
    }

    private static bool IsMoved(Point first, Point now, int by) =>
        first.Variable == now.Variable && (first.Element < 0 ? now.Element < 0 : now.Element == first.Element + by);

    /// <summary>A step outside the loop: each element counts from the start or from the end.</summary>
    private static EncodeStep? Single(Unrolled shorter, UnrolledStep a, Unrolled longer, UnrolledStep b)
    {
        if (a.Inputs.Count != b.Inputs.Count || Fixed(shorter, a.Target, longer, b.Target) is not { } target) return null;
        var inputs = a.Inputs.Zip(b.Inputs, (p, q) => Fixed(shorter, p, longer, q)).ToList();
        return inputs.Contains(null) ? null : new EncodeStep(target, inputs.Select(i => i!).ToEquatable(), a.FollowsLatents);
    }

    /// <summary>A step of the first round: elements that move on in the second count from the round's index, the others from an end.</summary>
    private static EncodeStep? Relative(Unrolled shorter, int at, int size, int step, int index, Unrolled longer)
    {
        var (first, second, same) = (shorter.Steps[at], shorter.Steps[at + size], longer.Steps[at]);
        if (first.Inputs.Count != same.Inputs.Count) return null;
        Read? Place(Point now, Point next, Point atLonger) => now.Element >= 0 && next.Element == now.Element + step
            ? new Read(now.Variable, new IndexSpec(GuideLoop.LoopVariable, false, now.Element - index))
            : Fixed(shorter, now, longer, atLonger);

        var target = Place(first.Target, second.Target, same.Target);
        var inputs = first.Inputs.Select((input, i) => Place(input, second.Inputs[i], same.Inputs[i])).ToList();
        return target is null || inputs.Contains(null) ? null : new EncodeStep(target, inputs.Select(i => i!).ToEquatable(), first.FollowsLatents);
    }

    private static Read? Fixed(Unrolled shorter, Point a, Unrolled longer, Point b)
    {
        if (a.Variable != b.Variable) return null;
        if (a.Element < 0) return new Read(a.Variable, null);
        return Position(shorter, a.Element, longer, b.Element) is { } index ? new Read(a.Variable, index) : null;
    }

    private static IndexSpec? Position(Unrolled shorter, int a, Unrolled longer, int b) =>
        a == b ? IndexSpec.Constant(a) : b == a + 1 ? new IndexSpec(-1, true, a - shorter.Length) : null;

    /// <summary>The shortest length from which on, up to <paramref name="upTo"/>, the steps give the inverse; null when the last one does not.</summary>
    private static int? MinimalLengthOf(ModelSpec model, EquatableArray<GuideStep> steps, int upTo)
    {
        int? minimal = null;
        for (var length = upTo; length >= 1; length--)
        {
            if (Unrolled.At(model, length) is not { } truth || !Unrolled.Of(steps, length).SequenceEqual(truth.Steps)) break;
            minimal = length;
        }

        return minimal;
    }
}

/// <summary>A latent or datum at a fixed length.</summary>
internal readonly record struct Point(int Variable, int Element);

/// <summary>A step of the guide at a fixed length.</summary>
internal sealed record UnrolledStep(Point Target, EquatableArray<Point> Inputs, bool FollowsLatents);

/// <summary>The guide at a fixed length.</summary>
internal sealed record Unrolled(int Length, EquatableArray<UnrolledStep> Steps)
{
    public static Unrolled? At(ModelSpec model, int length)
    {
        if (DependencyGraph.Build(model, length) is not { } graph) return null;
        var steps = FaithfulInversion.Of(graph).Steps.Select(step => new UnrolledStep(
            PointOf(graph.Nodes[step.Node]), step.Parents.Select(p => graph.Nodes[p]).InInputOrder().Select(PointOf).ToEquatable(),
            step.Parents.Any(p => graph.Nodes[p].IsLatent)));
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
