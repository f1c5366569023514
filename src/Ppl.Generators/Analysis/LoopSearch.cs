using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>Looks for the loops of a guide in two inverses, one of them with each length one longer.</summary>
/// <param name="program">The program.</param>
/// <param name="slices">The data that are observed slice by slice.</param>
/// <param name="lanes">The lanes of arrays with several indices.</param>
/// <param name="length">The lengths of the shorter one.</param>
internal sealed class LoopSearch(ProgramSpec program, SliceCoverage slices, Lanes lanes, int length)
{
    /// <summary>
    /// Walks both guides side by side: where the longer one has a round more, there is a loop; everywhere else they agree step by step.
    /// </summary>
    public EquatableArray<GuideStep>? Generalize(Unrolled shorter, Unrolled longer)
    {
        var steps = new List<GuideStep>();
        var (i, j) = (0, 0);
        while (i < shorter.Steps.Count && j < longer.Steps.Count)
        {
            if (Loop(shorter, i, longer, j) is (var loop, var rounds))
            {
                steps.Add(loop);
                i += rounds * loop.Body.Count;
                j += (rounds + 1) * loop.Body.Count;
            }
            else if (Single(shorter.Steps[i], longer.Steps[j]) is { } single)
            {
                steps.Add(single);
                i++;
                j++;
            }
            else
            {
                return null;
            }
        }

        return i == shorter.Steps.Count && j == longer.Steps.Count ? steps.ToEquatable() : null;
    }

    /// <summary>The loop that begins here in both guides, with its rounds in the shorter one; null where none does.</summary>
    private (GuideLoop Loop, int Rounds)? Loop(Unrolled shorter, int i, Unrolled longer, int j)
    {
        for (var size = 1; i + (2 * size) <= shorter.Steps.Count; size++)
        {
            foreach (var step in new[] { 1, -1 })
            {
                var rounds = Rounds(shorter, i, size, step);
                if (rounds < 2 || Rounds(longer, j, size, step) != rounds + 1) continue;
                if (Loop(shorter, i, longer, j, size, step, rounds) is { } loop) return (loop, rounds);
            }
        }

        return null;
    }

    private GuideLoop? Loop(Unrolled shorter, int i, Unrolled longer, int j, int size, int step, int rounds)
    {
        var (first, same) = (shorter.Steps[i].Target.Element, longer.Steps[j].Target.Element);
        var body = Enumerable.Range(0, size).Select(k => Relative(shorter, i + k, longer, j + k, size, step, first)).ToList();

        // One round more at the greater length: the bound moves by one away from the start, whichever end that is.
        var variable = shorter.Steps[i].Target.Variable;
        var (from, to) = (Position(variable, first, same), Position(variable, first + (step * rounds), same + (step * (rounds + 1))));
        return from is null || to is null || body.Contains(null) ? null : new GuideLoop(from, to, step, body.Select(b => b!).ToEquatable());
    }

    private static int Rounds(Unrolled guide, int at, int size, int step)
    {
        if (guide.Steps[at].Target.Element < 0) return 0;
        var rounds = 0;
        while (at + ((rounds + 1) * size) <= guide.Steps.Count && IsRound(guide, at, size, step, rounds)) rounds++;
        return rounds;
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
                if (!MayFollow(first.Inputs[p], now.Inputs[p], step * round)) return false;
        }

        return true;
    }

    private static bool IsMoved(Point first, Point now, int by) =>
        first.Variable == now.Variable && (first.Element < 0 ? now.Element < 0 : now.Element == first.Element + by);

    /// <summary>An input of a later round: each end of it has moved along, or stays.</summary>
    private static bool MayFollow(Point first, Point now, int by) => first.Variable == now.Variable
        && (now.Element == first.Element || (first.Element >= 0 && now.Element == first.Element + by))
        && (now.End == first.End || (first.Element >= 0 && now.End == first.End + by));

    /// <summary>A step outside the loop: each element counts from the start or from the end.</summary>
    private EncodeStep? Single(UnrolledStep a, UnrolledStep b)
    {
        if (a.Inputs.Count != b.Inputs.Count || Fixed(a.Target, b.Target) is not { } target) return null;
        var inputs = a.Inputs.Zip(b.Inputs, (p, q) => Fixed(p, q)).ToList();
        return inputs.Contains(null) ? null : new EncodeStep(target, inputs.Select(i => i!).ToEquatable(), a.FollowsLatents);
    }

    /// <summary>A step of the first round: elements that move on in the second count from the round's index, the others from an end.</summary>
    private EncodeStep? Relative(Unrolled shorter, int i, Unrolled longer, int j, int size, int step, int index)
    {
        var (first, second, same) = (shorter.Steps[i], shorter.Steps[i + size], longer.Steps[j]);
        if (first.Inputs.Count != same.Inputs.Count) return null;
        IndexSpec? End(int variable, int now, int next, int atLonger) =>
            next == now + step ? new IndexSpec(GuideLoop.LoopVariable, -1, now - index) : Position(variable, now, atLonger);
        Read? Place(Point now, Point next, Point atLonger) => now.Element < 0 ? Fixed(now, atLonger) : Between(
            now.Variable, End(now.Variable, now.Element, next.Element, atLonger.Element), End(now.Variable, now.End, next.End, atLonger.End));

        var target = Place(first.Target, second.Target, same.Target);
        var inputs = first.Inputs.Select((input, k) => Place(input, second.Inputs[k], same.Inputs[k])).ToList();
        return target is null || inputs.Contains(null) ? null : new EncodeStep(target, inputs.Select(r => r!).ToEquatable(), first.FollowsLatents);
    }

    private Read? Fixed(Point a, Point b)
    {
        if (a.Variable != b.Variable || (a.Element < 0) != (b.Element < 0)) return null;
        if (a.Element < 0) return new Read(a.Variable, null);
        return Between(a.Variable, Position(a.Variable, a.Element, b.Element), Position(a.Variable, a.End, b.End));
    }

    private static Read? Between(int variable, IndexSpec? first, IndexSpec? end)
    {
        if (first is null || end is null) return null;
        return new Read(variable, first) { End = end == first with { Offset = first.Offset + 1 } ? null : end };
    }

    /// <summary>A position of a variable, which moves with the length that its elements are counted by.</summary>
    private IndexSpec? Position(int variable, int a, int b)
    {
        var own = program.Variables[lanes.VariableOf(variable)];
        var count = lanes.LengthOf(variable) ?? slices.Data.FirstOrDefault(d => d.Variable == (own.MaskOf ?? variable))?.Count;
        return IndexSpec.Between(a, b, count?.Length ?? -1, length);
    }
}
