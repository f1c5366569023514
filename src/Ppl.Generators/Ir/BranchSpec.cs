namespace Ppl.Generators.Ir;

/// <summary>How a branch is written.</summary>
internal enum BranchKind
{
    /// <summary><c>if</c>, <c>else if</c>, <c>else</c>.</summary>
    If,

    /// <summary>A <c>switch</c> statement.</summary>
    Switch,

    /// <summary>A draw by one of several distributions: <c>var z = deep ? Sample(...) : Sample(...)</c>.</summary>
    Conditional,
}

/// <summary>A comparison of two positions, which each round of a loop decides for itself: <c>i == 0</c>, <c>i == 0 &amp;&amp; j == 0</c>.</summary>
/// <param name="Left">The left side.</param>
/// <param name="Operator">As in C#.</param>
/// <param name="Right">The right side.</param>
internal sealed record PositionTest(IndexSpec Left, string Operator, IndexSpec Right)
{
    // Rounds nearer to an end than this are told apart, and the rounds between are alike: see LoopPattern.
    private const int Margin = 2;

    /// <summary>What has to hold besides; null for one comparison alone.</summary>
    public PositionTest? And { get; init; }

    /// <summary>
    /// What it says at some lengths; null where the answer at others may be another one for the same round, as whether a round is before the
    /// twentieth.
    /// </summary>
    /// <param name="lengths">The program's lengths. What has none is the same in every run.</param>
    /// <param name="loops">The values of the loops' variables.</param>
    public bool? At(IReadOnlyList<int> lengths, IReadOnlyDictionary<int, int> loops)
    {
        var own = Compare(lengths, loops);
        if (And is null || own == false) return own;
        return And.At(lengths, loops) is var other && (other == false || own == true) ? other : null;
    }

    private bool? Compare(IReadOnlyList<int> lengths, IReadOnlyDictionary<int, int> loops)
    {
        if (lengths.Count > 0 && !IsSameAtEveryLength) return null;
        var (left, right) = (Left.At(lengths, loops), Right.At(lengths, loops));
        return Operator switch
        {
            "==" => left == right,
            "!=" => left != right,
            "<" => left < right,
            "<=" => left <= right,
            ">" => left > right,
            ">=" => left >= right,
            _ => null,
        };
    }

    private bool IsSameAtEveryLength
    {
        get
        {
            if (Left.Grid.Count + Right.Grid.Count > 0) return false;
            if (Left.LoopVariable == Right.LoopVariable) return Left.Length == Right.Length;
            if (Left.LoopVariable >= 0 && Right.LoopVariable >= 0) return false;
            var (loop, end) = Left.LoopVariable >= 0 ? (Left, Right) : (Right, Left);
            var offset = end.Offset - loop.Offset;
            return loop.Length < 0 && (end.Length >= 0 ? offset is >= -Margin - 1 and <= 0 : offset is >= -1 and <= Margin);
        }
    }
}

/// <summary>One of the ways that a branch may take.</summary>
/// <param name="Anchor">The place of the header.</param>
/// <param name="Header">
/// What decides, as the user wrote it: <c>if (deep)</c>, <c>else</c>, <c>case Kind.Wide:</c>; of a conditional expression the condition alone, and
/// null for its last way.
/// </param>
/// <param name="Reads">What the condition reads.</param>
/// <param name="Flows">What computing the condition changes: the variable of a pattern.</param>
/// <param name="Test">The condition, where it compares positions; else null.</param>
/// <param name="Completes">Whether the statements after the branch may follow: not after a <c>return</c> or a <c>throw</c>.</param>
/// <param name="Body">What is done.</param>
internal sealed record ArmSpec(
    int Anchor, TextSpec? Header, EquatableArray<Read> Reads, EquatableArray<Flow> Flows, PositionTest? Test, bool Completes,
    EquatableArray<StatementSpec> Body);

/// <summary>A branch on values that are known without any draw, with sites inside or a <c>return</c>.</summary>
/// <param name="Anchor">The place of the header.</param>
/// <param name="Id">Its number in the program, which guards name.</param>
/// <param name="Kind">How it is written.</param>
/// <param name="Header">Of a switch: <c>switch (kind)</c>.</param>
/// <param name="Declares">The variable that a conditional expression declares; -1 without one.</param>
/// <param name="IsExhaustive">Whether one of the arms is taken always.</param>
/// <param name="Varies">Whether it stands in a loop and another round may take another arm.</param>
/// <param name="Arms">Its arms, in the order of the text.</param>
internal sealed record BranchStatement(
    int Anchor, int Id, BranchKind Kind, TextSpec? Header, int Declares, bool IsExhaustive, bool Varies, EquatableArray<ArmSpec> Arms)
    : StatementSpec(Anchor)
{
    /// <summary>Whether it stands in a submodel that is called, in whose class alone its text has its meaning.</summary>
    public bool IsOfCall { get; init; }

    /// <summary>Whether each round of a loop can be told by positions alone which arm it takes.</summary>
    public bool IsOfPositions => Kind != BranchKind.Switch
        && Arms.Select((a, i) => a.Test is not null || (i == Arms.Count - 1 && IsExhaustive)).All(known => known);
}

/// <summary>A condition of a site: it is reached only where a branch takes one of some arms.</summary>
/// <param name="Branch">The branch.</param>
/// <param name="Arms">The arms; one more than the branch has stands for none of them.</param>
/// <param name="Text">The condition, for comments and messages: <c>if (deep)</c>.</param>
/// <param name="InLoop">Whether the branch stands in a loop, so that each round decides anew.</param>
internal sealed record GuardSpec(int Branch, EquatableArray<int> Arms, string Text, bool InLoop)
{
    /// <summary>Whether no run, and in a loop no round, satisfies both lists of guards.</summary>
    public static bool Exclude(IReadOnlyList<GuardSpec> one, IReadOnlyList<GuardSpec> other) =>
        one.Any(a => other.Any(b => a.Branch == b.Branch && !a.Arms.Any(b.Arms.Contains)));

    /// <summary>
    /// Whether no run satisfies both lists of guards in some rounds: of a branch that both hang on they need other arms, and it is not taken anew
    /// in between. The loops that are open in both are those around such a branch; each arm may have further ones of its own.
    /// </summary>
    public static bool Exclude(
        IReadOnlyList<GuardSpec> one, IReadOnlyDictionary<int, int> oneRound, IReadOnlyList<GuardSpec> other,
        IReadOnlyDictionary<int, int> otherRound) =>
        one.Any(a => other.Any(b => Exclude([a], [b])
            && (!a.InLoop || otherRound.All(l => !oneRound.TryGetValue(l.Key, out var round) || round == l.Value))));
}
