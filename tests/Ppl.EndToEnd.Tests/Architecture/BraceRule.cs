using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.EndToEnd.Tests.Architecture;

/// <summary>The one brace style: a branch or loop whose header is one line and whose body is one simple statement on one line has no braces.</summary>
internal static class BraceRule
{
    /// <summary>The blocks that could go, as <c>line: header</c>.</summary>
    public static IEnumerable<string> Find(SyntaxNode root) =>
        from block in root.DescendantNodes().OfType<BlockSyntax>()
        where block.Parent is IfStatementSyntax or ElseClauseSyntax ? Branches(block).All(IsSpare)
            : block.Parent is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax && IsSpare(block)
        select $"{block.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {block.Parent!.ToString().Split('\n')[0].Trim()}";

    /// <summary>All the blocks of a chain of ifs: if one of them needs its braces, the others keep theirs.</summary>
    private static IEnumerable<BlockSyntax> Branches(BlockSyntax block)
    {
        var top = block.Parent is ElseClauseSyntax { Parent: IfStatementSyntax owner } ? owner : (IfStatementSyntax)block.Parent!;
        while (top.Parent is ElseClauseSyntax { Parent: IfStatementSyntax above }) top = above;
        for (IfStatementSyntax? branch = top; branch is not null; branch = branch.Else?.Statement as IfStatementSyntax)
        {
            if (branch.Statement is BlockSyntax then) yield return then;
            if (branch.Else?.Statement is BlockSyntax otherwise) yield return otherwise;
        }
    }

    private static bool IsSpare(BlockSyntax block)
    {
        if (block.Statements is not [ExpressionStatementSyntax or ReturnStatementSyntax or ThrowStatementSyntax or ContinueStatementSyntax
            or BreakStatementSyntax or YieldStatementSyntax]) return false;
        if (block.DescendantTrivia().Any(t => t.IsDirective || t.IsKind(SyntaxKind.SingleLineCommentTrivia) || t.IsKind(SyntaxKind.MultiLineCommentTrivia)))
            return false;
        var header = block.SyntaxTree.GetLineSpan(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(block.Parent!.SpanStart, block.OpenBraceToken.GetPreviousToken().Span.End));
        return IsOneLine(header) && IsOneLine(block.SyntaxTree.GetLineSpan(block.Statements[0].Span));
    }

    private static bool IsOneLine(FileLinePositionSpan span) => span.StartLinePosition.Line == span.EndLinePosition.Line;
}
