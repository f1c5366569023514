using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Reads branches that hold sites or a <c>return</c>. Each arm is read under a guard of its own; what an arm that returns leaves out is guarded by
/// the other arms. Whether a condition depends on a draw or on data is the analysis's affair, since it may do so through locals.
/// </summary>
internal sealed class BranchReader(ReadingContext context, IndexReader indices, PlateReader plates, FlowReader flows, CarriedReader carried)
{
    private readonly ConditionRules rules = new(context, carried, indices);

    /// <summary>Whether a statement holds a <c>return</c> of the model's own.</summary>
    public static bool Returns(SyntaxNode statement) =>
        statement.DescendantNodesAndSelf(n => n is not (ExpressionSyntax or LocalFunctionStatementSyntax))
            .Any(n => n is ReturnStatementSyntax { Expression: null });

    /// <summary>Whether a statement is a branch that has to be taken apart.</summary>
    public bool IsBranch(StatementSyntax statement) =>
        statement is IfStatementSyntax or SwitchStatementSyntax && (context.HasSites(statement) || Returns(statement));

    /// <summary>A <c>return</c>: what follows it in its block is never reached.</summary>
    public StatementSpec ReadReturn(ReturnStatementSyntax statement)
    {
        if (context.SiteLoops.Count > 0)
            context.Report(Rules.ReturnInLoop, statement.GetFirstToken().GetLocation());
        else context.Guards.Add(new GuardSpec(context.NextBranch(), EquatableArray<int>.Empty, "past a return", false));
        return new CarriedStatement(context.Anchor(statement), context.Text(statement), EquatableArray<Flow>.Empty, EquatableArray<Read>.Empty);
    }

    /// <summary>An <c>if</c> with all that hangs on its <c>else</c>.</summary>
    public BranchStatement Read(IfStatementSyntax statement, Func<IEnumerable<StatementSyntax>, EquatableArray<StatementSpec>> read)
    {
        var arms = new List<Way>();
        var first = HeaderText(statement, statement.IfKeyword, statement.CloseParenToken).OneLine;
        var (start, current) = (statement.IfKeyword, statement);
        while (true)
        {
            var inner = current.Statement;
            var header = HeaderText(statement, start, current.CloseParenToken);
            arms.Add(new Way(Place(statement, start, current.CloseParenToken), header, current.Condition, [current.Condition], header.OneLine)
            {
                Body = () => read(StatementsOf(inner)),
                Completes = Completes(inner),
                Returns = Returns(inner),
            });
            if (current.Else is not { } last) return Branch(statement, BranchKind.If, null, arms, isExhaustive: false);
            if (last.Statement is IfStatementSyntax next)
            {
                (start, current) = (last.ElseKeyword, next);
                continue;
            }

            arms.Add(new Way(last.ElseKeyword.GetLocation(), HeaderText(statement, last.ElseKeyword, last.ElseKeyword), null, [], $"else of {first}")
            {
                Body = () => read(StatementsOf(last.Statement)),
                Completes = Completes(last.Statement),
                Returns = Returns(last.Statement),
            });
            return Branch(statement, BranchKind.If, null, arms, isExhaustive: true);
        }
    }

    /// <summary>A <c>switch</c> statement.</summary>
    public BranchStatement Read(SwitchStatementSyntax statement, Func<IEnumerable<StatementSyntax>, EquatableArray<StatementSpec>> read)
    {
        var header = HeaderText(statement, statement.SwitchKeyword, HeaderEnd(statement));
        foreach (var jump in statement.DescendantNodes().OfType<GotoStatementSyntax>().Where(g => !g.IsKind(SyntaxKind.GotoStatement)))
            context.Report(Rules.SiteInLabel, jump.GetFirstToken().GetLocation(), "goto");
        var arms = statement.Sections.Select(section =>
        {
            var labels = HeaderText(section, section.Labels[0].GetFirstToken(), section.Labels.Last().GetLastToken());
            var conditions = new SyntaxNode[] { statement.Expression }.Concat(section.Labels);
            var test = section.Labels is [CaseSwitchLabelSyntax only] ? (statement.Expression, only.Value)
                : ((ExpressionSyntax, ExpressionSyntax)?)null;
            return new Way(
                Place(section, section.Labels[0].GetFirstToken(), section.Labels.Last().GetLastToken()), labels, null, [.. conditions],
                $"{header.OneLine} {labels.OneLine.TrimEnd(':')}")
            {
                Equal = test,
                Body = () => read(section.Statements),
                Completes = Breaks(section),
                Returns = Returns(section),
            };
        }).ToList();
        var isExhaustive = statement.Sections.SelectMany(s => s.Labels).Any(l => l is DefaultSwitchLabelSyntax);
        return Branch(statement, BranchKind.Switch, header, arms, isExhaustive);
    }

    /// <summary>A draw by one of several distributions.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="choice">Its right side, all of whose ways are draws.</param>
    /// <param name="declares">The variable that the statement declares; -1 without one.</param>
    /// <param name="read">Reads one way, as if it were assigned alone.</param>
    public BranchStatement Read(
        StatementSyntax statement, ConditionalExpressionSyntax choice, Func<int> declares,
        Func<InvocationExpressionSyntax, IEnumerable<StatementSpec>> read)
    {
        var arms = new List<Way>();
        var first = $"if ({context.Text(choice.Condition).OneLine})";
        ExpressionSyntax way = choice;
        while (way is ConditionalExpressionSyntax current)
        {
            var call = (InvocationExpressionSyntax)Expressions.Strip(current.WhenTrue);
            var text = $"{(arms.Count == 0 ? "" : "else ")}if ({context.Text(current.Condition).OneLine})";
            arms.Add(new Way(current.Condition.GetLocation(), context.Text(current.Condition), current.Condition, [current.Condition], text)
            {
                Body = () => read(call).ToEquatable(),
            });
            way = Expressions.Strip(current.WhenFalse);
        }

        var last = (InvocationExpressionSyntax)way;
        arms.Add(new Way(last.GetLocation(), null, null, [], $"else of {first}") { Body = () => read(last).ToEquatable() });
        var branch = Branch(statement, BranchKind.Conditional, null, arms, isExhaustive: true);
        return branch with { Declares = declares() };
    }

    /// <summary>Whether every way of a conditional expression is a draw, its conditions being none.</summary>
    public bool IsChoice(ExpressionSyntax expression) => expression is ConditionalExpressionSyntax choice && !context.HasSites(choice.Condition)
        && context.WordOf(Expressions.Strip(choice.WhenTrue)) == "Sample"
        && (context.WordOf(Expressions.Strip(choice.WhenFalse)) == "Sample" || IsChoice(Expressions.Strip(choice.WhenFalse)));

    private BranchStatement Branch(StatementSyntax statement, BranchKind kind, TextSpec? header, List<Way> ways, bool isExhaustive)
    {
        var (id, inLoop, varies) = (context.NextBranch(), context.SiteLoops.Count > 0, false);
        var before = context.AlreadyObserved.ToList();
        var ends = new List<List<ISymbol>>();
        var exits = ways.Any(w => w.Returns);
        var arms = new List<ArmSpec>();
        foreach (var (way, i) in ways.Select((w, i) => (w, i)))
        {
            foreach (var condition in way.Conditions) varies |= rules.Check(condition);
            var test = Test(way);
            var reads = way.Conditions.SelectMany(c => flows.Reads(c)).Distinct().ToEquatable();
            var changes = way.Conditions.OfType<ExpressionSyntax>().SelectMany(c => flows.Flows(c, [], false)).ToEquatable();
            var body = Guarded(new GuardSpec(id, new EquatableArray<int>([i]), way.Text, inLoop), way.Body, before);
            if (way.Completes) ends.Add([.. context.AlreadyObserved]);
            arms.Add(new ArmSpec(context.Sources.Anchor(way.Place), way.Header, reads, changes, test, way.Completes, body));
        }

        if (!isExhaustive) ends.Add(before);
        Observed(ends, ways[0].Text);
        if (exits)
        {
            var going = ways.Select((w, i) => (w, i)).Where(a => a.w.Completes).Select(a => a.i).Concat(isExhaustive ? [] : new[] { ways.Count });
            context.Guards.Add(new GuardSpec(id, going.ToEquatable(), $"past the return in {ways.First(w => w.Returns).Text}", inLoop));
        }

        var place = statement is SwitchStatementSyntax choice ? Place(choice, choice.SwitchKeyword, HeaderEnd(choice)) : statement.GetLocation();
        return new BranchStatement(context.Sources.Anchor(place), id, kind, header, -1, isExhaustive, varies, arms.ToEquatable());
    }

    private EquatableArray<StatementSpec> Guarded(GuardSpec guard, Func<EquatableArray<StatementSpec>> body, List<ISymbol> observed)
    {
        var (depth, guards) = (plates.Depth, context.Guards.Count);
        context.AlreadyObserved.Clear();
        context.AlreadyObserved.UnionWith(observed);
        context.Guards.Add(guard);
        var read = body();
        context.Guards.RemoveRange(guards, context.Guards.Count - guards);
        plates.CloseTo(depth);
        return read;
    }

    /// <summary>After the branch that is observed which every arm that goes on has observed.</summary>
    private void Observed(List<List<ISymbol>> ends, string text)
    {
        var some = ends.SelectMany(e => e).ToList();
        context.AlreadyObserved.Clear();
        context.AlreadyObserved.UnionWith(some.Where(s => ends.TrueForAll(e => e.Contains(s, SymbolEqualityComparer.Default))));
        foreach (var symbol in some.Where(s => !context.AlreadyObserved.Contains(s))) context.ObservedUnder[symbol] = text;
    }

    private PositionTest? Test(Way way) => way.Equal is (var value, var label) ? Test(value, "==", label) : Test(way.Condition);

    private PositionTest? Test(ExpressionSyntax? condition) => condition switch
    {
        ParenthesizedExpressionSyntax inner => Test(inner.Expression),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } both =>
            Test(both.Left) is { And: null } one && Test(both.Right) is { } other ? one with { And = other } : null,
        BinaryExpressionSyntax binary => Test(binary.Left, binary.OperatorToken.ValueText, binary.Right),
        _ => null,
    };

    private PositionTest? Test(ExpressionSyntax one, string comparison, ExpressionSyntax other) =>
        indices.Read(one) is { } left && indices.Read(other) is { } right ? new PositionTest(left, comparison, right) : null;

    private bool Completes(StatementSyntax body) => !Leaves(body)
        || context.Semantics.AnalyzeControlFlow(body) is not { Succeeded: true, EndPointIsReachable: false };

    /// <summary>Whether a section goes on after its switch.</summary>
    private bool Breaks(SwitchSectionSyntax section) => !Leaves(section)
        || context.Semantics.AnalyzeControlFlow(section.Statements.First(), section.Statements.Last()) is not { Succeeded: true } flow
        || flow.ExitPoints.Any(e => e is BreakStatementSyntax);

    private static bool Leaves(SyntaxNode body) => body.DescendantNodesAndSelf().Any(n => n is ReturnStatementSyntax or ThrowStatementSyntax);

    /// <summary>The end of a header: <c>switch (a, b)</c> has the tuple's parentheses for its own.</summary>
    private static SyntaxToken HeaderEnd(SwitchStatementSyntax statement) =>
        statement.CloseParenToken.IsKind(SyntaxKind.None) ? statement.Expression.GetLastToken() : statement.CloseParenToken;

    private TextSpec HeaderText(SyntaxNode node, SyntaxToken from, SyntaxToken to) => context.Text(node, SpanOf(from, to));

    private static Location Place(SyntaxNode node, SyntaxToken from, SyntaxToken to) => Location.Create(node.SyntaxTree, SpanOf(from, to));

    private static TextSpan SpanOf(SyntaxToken from, SyntaxToken to) => TextSpan.FromBounds(from.SpanStart, to.Span.End);

    private static IEnumerable<StatementSyntax> StatementsOf(StatementSyntax body) => body is BlockSyntax block ? block.Statements : new[] { body };

    /// <summary>An arm that has not been read yet.</summary>
    private sealed record Way(Location Place, TextSpec? Header, ExpressionSyntax? Condition, IReadOnlyList<SyntaxNode> Conditions, string Text)
    {
        public (ExpressionSyntax Value, ExpressionSyntax Label)? Equal { get; init; }

        public required Func<EquatableArray<StatementSpec>> Body { get; init; }

        public bool Completes { get; init; } = true;

        public bool Returns { get; init; }
    }
}
