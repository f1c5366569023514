using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Whether every run of a model reaches a call of some variable, as the statements around it show. It judges sound and faulty models alike, since the
/// public members tell of it.
/// </summary>
/// <param name="isCall">Whether a call draws or observes the variable.</param>
/// <param name="isSubmodel">Whether the method returns a result, at its end.</param>
internal sealed class ReachReader(Func<InvocationExpressionSyntax, bool> isCall, bool isSubmodel)
{
    /// <summary>What running a statement means.</summary>
    /// <param name="Reaches">Whether a run that goes on after it has reached a call.</param>
    /// <param name="Leaves">Whether it may end the run without having reached one.</param>
    private readonly record struct Way(bool Reaches, bool Leaves);

    /// <summary>Whether every run reaches one of the calls.</summary>
    public bool Always(BlockSyntax body) => Of(body.Statements) is { Reaches: true, Leaves: false };

    /// <summary>Whether no branch stands around a call that has a way without one.</summary>
    public bool AlwaysEach(BlockSyntax body) => body.DescendantNodes().OfType<StatementSyntax>()
        .Where(s => s is IfStatementSyntax { Parent: not ElseClauseSyntax } or SwitchStatementSyntax && HasCall(s))
        .All(s => Of(s) is { Reaches: true, Leaves: false }) && !Of(body.Statements).Leaves;

    private bool HasCall(CSharpSyntaxNode node) => node.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Any(isCall);

    private Way Of(IEnumerable<StatementSyntax> statements)
    {
        var (reaches, leaves) = (false, false);
        foreach (var statement in statements)
        {
            var way = Of(statement);
            leaves |= !reaches && way.Leaves;
            reaches |= way.Reaches;
        }

        return new(reaches, leaves);
    }

    private Way Of(StatementSyntax statement) => statement switch
    {
        ReturnStatementSyntax => isSubmodel ? default : new(true, true),
        ThrowStatementSyntax => new(true, false),
        BlockSyntax block => Of(block.Statements),
        UsingStatementSyntax scope => Of(scope.Statement),
        ForStatementSyntax loop => Of(loop.Statement),
        IfStatementSyntax branch => Either([Of(branch.Statement), branch.Else is { } other ? Of(other.Statement) : default]),
        SwitchStatementSyntax choice => Either(choice.Sections.Select(s => Of(s.Statements))
            .Concat(choice.Sections.SelectMany(s => s.Labels).Any(l => l is DefaultSwitchLabelSyntax) ? [] : new[] { default(Way) })),
        _ => new(HasCall(statement), false),
    };

    private static Way Either(IEnumerable<Way> ways)
    {
        var all = ways.ToList();
        return new(all.TrueForAll(w => w.Reaches), all.Exists(w => w.Leaves));
    }
}
