using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>The constructs that a site cannot stand in, each with its own rule. What is on no list is refused too.</summary>
internal static class UnsupportedSyntax
{
    /// <summary>The rule for a site inside a construct; null where the construct is no obstacle by itself.</summary>
    public static string? RuleFor(SyntaxNode construct) => construct switch
    {
        WhileStatementSyntax => Rules.SiteInWhile,
        DoStatementSyntax => Rules.SiteInDo,
        CommonForEachStatementSyntax => Rules.SiteInForEach,
        AnonymousFunctionExpressionSyntax => Rules.SiteInLambda,
        LocalFunctionStatementSyntax => Rules.SiteInLocalFunction,
        TryStatementSyntax => Rules.SiteInTry,
        SwitchExpressionSyntax => Rules.SiteInSwitchExpression,
        ConditionalExpressionSyntax or ConditionalAccessExpressionSyntax => Rules.SiteInConditional,
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } => Rules.SiteInCoalesce,
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceAssignmentExpression } => Rules.SiteInCoalesce,
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression or (int)SyntaxKind.LogicalOrExpression } => Rules.SiteInLogical,
        AwaitExpressionSyntax => Rules.SiteInAwait,
        UsingStatementSyntax => Rules.SiteInUsing,
        LockStatementSyntax => Rules.SiteInLock,
        UnsafeStatementSyntax or FixedStatementSyntax => Rules.SiteInUnsafe,
        LabeledStatementSyntax => Rules.SiteInLabel,
        _ => null,
    };

    /// <summary>The rule for a statement of the model that holds no site; null where it is carried over.</summary>
    public static string? RuleForCarried(SyntaxNode statement) => statement switch
    {
        TryStatementSyntax => Rules.SiteInTry,
        LockStatementSyntax => Rules.SiteInLock,
        UnsafeStatementSyntax or FixedStatementSyntax => Rules.SiteInUnsafe,
        UsingStatementSyntax => Rules.SiteInUsing,
        LocalDeclarationStatementSyntax { UsingKeyword.RawKind: (int)SyntaxKind.UsingKeyword } => Rules.SiteInUsing,
        LocalDeclarationStatementSyntax { Declaration.Type: RefTypeSyntax } => Rules.UnsupportedStatement,
        GotoStatementSyntax { RawKind: (int)SyntaxKind.GotoStatement } or LabeledStatementSyntax => Rules.SiteInLabel,
        ReturnStatementSyntax => Rules.ReturnInLoop,
        LocalDeclarationStatementSyntax or ExpressionStatementSyntax or IfStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax
            or WhileStatementSyntax or DoStatementSyntax or SwitchStatementSyntax or BlockSyntax or ThrowStatementSyntax
                or LocalFunctionStatementSyntax
            or EmptyStatementSyntax or CheckedStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax
            or GotoStatementSyntax => null,
        _ => Rules.UnsupportedStatement,
    };
}
