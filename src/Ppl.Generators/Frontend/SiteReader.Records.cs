using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <content>Reads <c>Deterministic</c>: values that results have beside those of the sites.</content>
internal sealed partial class SiteReader
{
    private readonly List<RecordSpec> records = [];

    public IReadOnlyList<RecordSpec> Records => records;

    /// <summary><c>var mean = Deterministic(...)</c>.</summary>
    public StatementSpec? ReadRecord(
        LocalDeclarationStatementSyntax local, VariableDeclaratorSyntax declarator, InvocationExpressionSyntax call, bool inLoop)
    {
        if (context.Semantics.GetDeclaredSymbol(declarator, context.Cancellation) is not ILocalSymbol symbol
            || context.VariableOf(symbol) is not { } variable) return null;
        return Record(call, symbol, variable, Declared(local, declarator, variable), declarator.Identifier.GetLocation(), inLoop);
    }

    /// <summary><c>mean = Deterministic(...)</c>, as arms have it.</summary>
    public StatementSpec? ReadRecord(AssignmentExpressionSyntax assignment, InvocationExpressionSyntax call, bool inLoop)
    {
        var target = assignment.Left;
        if (context.SymbolOf(target) is ILocalSymbol symbol && context.VariableOf(target) is { } variable)
            return Record(call, symbol, variable, context.Text(target), target.GetLocation(), inLoop);
        context.Report(Rules.DeterministicForm, call, "Assign it to a local alone: 'var value = Deterministic(...);'");
        return null;
    }

    /// <summary>A value that is recorded inside an expression, or given to nothing.</summary>
    public void ReportRecord(InvocationExpressionSyntax call)
    {
        var text = Expressions.OneLine(call);
        context.Report(Rules.DeterministicForm, call, $"Write 'var value = {text};', and read the local");
    }

    private StatementSpec? Record(
        InvocationExpressionSyntax call, ILocalSymbol symbol, int variable, TextSpec target, Location place, bool inLoop)
    {
        var arguments = call.ArgumentList.Arguments;
        var within = arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.ValueText == "within") ?? arguments.Skip(1).FirstOrDefault();
        if (arguments.FirstOrDefault(a => a != within)?.Expression is not { } value) return null;
        if (inLoop)
            context.Report(Rules.DeterministicForm, call, "It stands in a loop: collect the values of the rounds, and record them together after it");
        if (sites.Any(s => s.Kind != SiteKind.Factor && (s.Name == symbol.Name || s.Name.StartsWith(symbol.Name + ".", StringComparison.Ordinal)))
            || records.Any(r => r.Name == symbol.Name && !context.Excludes(r.Guards)))
            context.Report(Rules.SiteNameTwice, place, symbol.Name);
        if (flows.Flows(value, [], false).FirstOrDefault() is not null) context.Report(Rules.SideEffectInSite, value, symbol.Name);
        CheckCalls(value);
        var line = call.ArgumentList.OpenParenToken.GetLocation();
        if (!places.Add((line.GetLineSpan().StartLinePosition.Line, value.ToString())))
            context.Report(Rules.IndistinguishableSites, place, symbol.Name);
        var record = new RecordSpec(
            records.Count, symbol.Name, variable, plates.PlatesOf(within?.Expression), context.Text(value), context.Guards.ToEquatable(),
            context.Sources.Anchor(place), context.Sources.Anchor(line));
        records.Add(record);
        return new DeterministicStatement(context.Anchor(value), record.Text, flows.Given(variable, value).ToEquatable(), record.Id, target);
    }
}
