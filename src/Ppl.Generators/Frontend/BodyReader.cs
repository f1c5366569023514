using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Reads the model's statements in order. A fault is reported and reading goes on, so that all faults of a model show at once.</summary>
internal sealed class BodyReader
{
    private readonly ReadingContext context;
    private readonly IndexReader indices;
    private readonly FlowReader flows;
    private readonly CarriedReader carried;
    private readonly LoopReader loops;
    private readonly SiteReader sites;
    private bool plateIsOpen;
    private bool plateWasOpen;
    private int loopDepth;

    public BodyReader(ReadingContext context, FamilyReader families)
    {
        this.context = context;
        indices = new IndexReader(context);
        flows = new FlowReader(context, indices, new AliasMap(context));
        carried = new CarriedReader(context, flows, indices);
        loops = new LoopReader(context, indices);
        sites = new SiteReader(context, indices, flows, carried, families);
    }

    public string Length => indices.Length;

    public string Plate { get; private set; } = "";

    public IReadOnlyList<SiteSpec> Sites => sites.Sites;

    /// <summary>Whether a plate was opened at all.</summary>
    public bool HasPlate => plateWasOpen;

    public EquatableArray<StatementSpec> Read(IEnumerable<StatementSyntax> statements)
    {
        var read = new List<StatementSpec>();
        foreach (var statement in statements) read.AddRange(Read(statement));
        return read.ToEquatable();
    }

    private IEnumerable<StatementSpec> Read(StatementSyntax statement)
    {
        if (!context.HasSites(statement)) return statement is EmptyStatementSyntax ? [] : [carried.Read(statement)];
        switch (statement)
        {
            case BlockSyntax block:
                return ReadBlock(block);
            case UsingStatementSyntax { Declaration: { } declaration } scope when IsPlate(declaration):
                return ReadPlateScope(scope, declaration);
            case LocalDeclarationStatementSyntax { UsingKeyword.RawKind: (int)SyntaxKind.UsingKeyword } local when IsPlate(local.Declaration):
                OpenPlate(local.Declaration);
                return [];
            case LocalDeclarationStatementSyntax { Declaration.Variables: [{ Initializer.Value: { } value } declarator] } local
                when Word(value) == "Sample":
                return InPlate(value, () => sites.ReadDeclared(local, declarator, (InvocationExpressionSyntax)Strip(value), loopDepth > 0));
            case ExpressionStatementSyntax
            {
                Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment,
            }
                when Word(assignment.Right) == "Sample" && !context.HasSites(assignment.Left):
                return InPlate(assignment, () => sites.ReadAssigned(assignment, (InvocationExpressionSyntax)Strip(assignment.Right), loopDepth > 0));
            case ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } when Word(call) == "Observe" || IsObservation(call):
                return InPlate(call, () => sites.ReadObserved(call, loopDepth > 0));
            case ForStatementSyntax loop:
                return ReadLoop(loop);
            default:
                Refuse(statement);
                return [];
        }
    }

    /// <summary>A <c>Sample</c> that is given data, as other languages have it.</summary>
    private bool IsObservation(InvocationExpressionSyntax call) => Word(call) == "Sample" && SiteCall.Read(context, call).Value is not null;

    private IEnumerable<StatementSpec> ReadBlock(BlockSyntax block)
    {
        var outer = plateIsOpen;
        var body = Read(block.Statements);
        plateIsOpen = outer;
        return [new BlockStatement(context.Anchor(block), body)];
    }

    private IEnumerable<StatementSpec> ReadPlateScope(UsingStatementSyntax scope, VariableDeclarationSyntax declaration)
    {
        var outer = plateIsOpen;
        OpenPlate(declaration);
        var body = Read(StatementsOf(scope.Statement));
        plateIsOpen = outer;
        return [new BlockStatement(context.Anchor(scope), body)];
    }

    private bool IsPlate(VariableDeclarationSyntax declaration) =>
        declaration.Variables is [{ Initializer.Value: { } value }] && Word(value) == "Plate";

    private void OpenPlate(VariableDeclarationSyntax declaration)
    {
        var declarator = declaration.Variables[0];
        var call = (InvocationExpressionSyntax)Strip(declarator.Initializer!.Value);
        if (plateWasOpen || loopDepth > 0)
        {
            context.Report(Rules.NestedPlate, call, Plate);
            return;
        }

        plateIsOpen = plateWasOpen = true;
        Plate = declarator.Identifier.ValueText;
        context.Plate = context.Semantics.GetDeclaredSymbol(declarator, context.Cancellation);
        if (call.ArgumentList.Arguments.Count == 0) context.Report(Rules.PlateForm, call);
        foreach (var argument in call.ArgumentList.Arguments)
        {
            if (context.SymbolOf(argument.Expression) is IParameterSymbol parameter && context.VariableOf(parameter) is not null)
                context.PlateData.Add(parameter);
            else context.Report(Rules.PlateForm, argument);
        }
    }

    private IEnumerable<StatementSpec> InPlate(SyntaxNode site, Func<StatementSpec?> read)
    {
        if (!plateIsOpen && context.HasPlate && context.Known.WordsIn(site, context.Semantics).FirstOrDefault() is { } call)
            context.Report(Rules.SiteOutsidePlate, call, context.WordOf(call)!);
        return read() is { } statement ? [statement] : [];
    }

    private IEnumerable<StatementSpec> ReadLoop(ForStatementSyntax loop)
    {
        var header = Location.Create(loop.SyntaxTree, TextSpanOf(loop.ForKeyword, loop.CloseParenToken));
        if (loopDepth > 0) context.Report(Rules.NestedLoops, header);
        var range = loops.Read(loop);
        if (range is null) RefuseLoop(loop, header);
        var anchor = context.Sources.Anchor(header);
        var outer = plateIsOpen;
        loopDepth++;
        var body = Read(StatementsOf(loop.Statement));
        loopDepth--;
        plateIsOpen = outer;
        if (range is null) return [];
        var text = loop.SyntaxTree.GetText(context.Cancellation).ToString(TextSpanOf(loop.ForKeyword, loop.CloseParenToken));
        return [new LoopStatement(anchor, text, range.Variable, range.Name, range.From, range.To, range.Step, body)];
    }

    /// <summary>Reports the loop's form, and lets its variables index sites all the same, so that only this fault shows.</summary>
    private void RefuseLoop(ForStatementSyntax loop, Location header)
    {
        context.Report(Rules.LoopForm, header);
        foreach (var declarator in loop.Declaration?.Variables ?? [])
        {
            if (context.Semantics.GetDeclaredSymbol(declarator, context.Cancellation) is { } local && context.VariableOf(local) is { } variable)
                context.SetRole(variable, VariableRole.Loop);
        }
    }

    private static IEnumerable<StatementSyntax> StatementsOf(StatementSyntax body) => body is BlockSyntax block ? block.Statements : new[] { body };

    private static Microsoft.CodeAnalysis.Text.TextSpan TextSpanOf(SyntaxToken from, SyntaxToken to) =>
        Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(from.SpanStart, to.Span.End);

    /// <summary>Reports each site of a statement that cannot hold one, by the innermost construct in its way.</summary>
    private void Refuse(StatementSyntax statement)
    {
        foreach (var call in context.Known.WordsIn(statement, context.Semantics))
        {
            var word = context.WordOf(call)!;
            var rule = call.Ancestors().TakeWhile(a => a != statement.Parent).Select(UnsupportedSyntax.RuleFor).FirstOrDefault(r => r is not null);
            if (rule is not null) context.Report(rule, call, word);
            else if (word == "Plate") context.Report(Rules.PlateForm, call);
            else if (word == "Sample" && statement is LocalDeclarationStatementSyntax or ExpressionStatementSyntax)
                context.Report(Rules.SampleNotAssigned, call);
            else context.Report(Rules.UnsupportedStatement, call, statement.GetFirstToken().ValueText);
        }
    }

    private string? Word(ExpressionSyntax expression) => context.WordOf(Strip(expression));

    private static ExpressionSyntax Strip(ExpressionSyntax expression) =>
        expression is ParenthesizedExpressionSyntax inner ? Strip(inner.Expression) : expression;
}
