using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>
/// Arrays with several indices, one of whose sizes is open: for each place in the others there is a lane, an array with one index of its own, which
/// the search for loops follows like any other. Elements are numbered row by row: lane (o, i) of an array [O, n, I] has the elements (o·n + t)·I + i.
/// </summary>
internal sealed class Lanes(ProgramSpec program)
{
    // Numbers past those of the program's variables stand for lanes.
    private readonly List<(int Variable, int Outer, int Inner)> lanes = [];

    /// <summary>The guide with a variable for each lane.</summary>
    public Unrolled Split(Unrolled guide, IReadOnlyList<int> lengths) => new(guide.Steps.Select(step => step with
    {
        Target = Split(step.Target, lengths),
        Inputs = step.Inputs.Select(input => Split(input, lengths)).ToEquatable(),
    }).ToEquatable());

    /// <summary>The variable whose elements a position counts: that of a lane is its array.</summary>
    public int VariableOf(int variable) => variable < program.Variables.Count ? variable : lanes[variable - program.Variables.Count].Variable;

    /// <summary>How many elements a variable has: a lane as many as the open size.</summary>
    public IndexSpec? LengthOf(int variable) => variable < program.Variables.Count ? program.Variables[variable].Length
        : program.Variables[VariableOf(variable)].OpenSize;

    /// <summary>The steps with elements of the arrays in place of those of lanes.</summary>
    public EquatableArray<GuideStep> Join(EquatableArray<GuideStep> steps) => steps.Select(step => step switch
    {
        GuideLoop loop => loop with { Body = loop.Body.Select(Join).ToEquatable() },
        EncodeStep encode => Join(encode),
        _ => step,
    }).ToEquatable();

    private EncodeStep Join(EncodeStep step) => step with { Target = Join(step.Target), Inputs = step.Inputs.Select(Join).ToEquatable() };

    private Read Join(Read read)
    {
        if (read.Variable < program.Variables.Count) return read;
        var (variable, outer, inner) = lanes[read.Variable - program.Variables.Count];
        var array = program.Variables[variable];
        var row = IndexSpec.Sum(IndexSpec.Product(IndexSpec.Constant(outer), array.OpenSize), read.Index);
        return new Read(variable, IndexSpec.Sum(IndexSpec.Product(row, IndexSpec.Constant(InnerSize(array))), IndexSpec.Constant(inner)));
    }

    private Point Split(Point point, IReadOnlyList<int> lengths)
    {
        var array = program.Variables[point.Variable];
        if (point.Element < 0 || array.OpenSize is not { } open) return point;
        var (size, inner) = (open.At(lengths, new Dictionary<int, int>()), InnerSize(array));
        var lane = (point.Variable, point.Element / (size * inner), point.Element % inner);
        if (!lanes.Contains(lane)) lanes.Add(lane);
        var place = point.Element / inner % size;
        return new Point(program.Variables.Count + lanes.IndexOf(lane), place, place + 1);
    }

    /// <summary>The product of the sizes after the open one.</summary>
    private static int InnerSize(VariableSpec array) =>
        array.Sizes.Reverse().TakeWhile(size => size.IsConstant).Aggregate(1, (product, size) => product * size.Offset);
}
