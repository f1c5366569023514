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
        return Record(call, new(symbol.Name, variable, null, Declared(local, declarator, variable), declarator.Identifier.GetLocation()), inLoop);
    }

    /// <summary><c>mean = Deterministic(...)</c>, as arms have it, and <c>mean[t] = Deterministic(...)</c>, as loops have it.</summary>
    public StatementSpec? ReadRecord(AssignmentExpressionSyntax assignment, InvocationExpressionSyntax call, bool inLoop)
    {
        var target = assignment.Left;
        if (target is ElementAccessExpressionSyntax element) return ReadElementRecord(element, call);
        if (context.SymbolOf(target) is ILocalSymbol symbol && context.VariableOf(target) is { } variable)
            return Record(call, new(symbol.Name, variable, null, context.Text(target), target.GetLocation()), inLoop);
        context.Report(Rules.DeterministicForm, call, "Assign it to a local alone: 'var value = Deterministic(...);'");
        return null;
    }

    private StatementSpec? ReadElementRecord(ElementAccessExpressionSyntax element, InvocationExpressionSyntax call)
    {
        if (context.SymbolOf(element.Expression) is not ILocalSymbol { Type: IArrayTypeSymbol } array
            || context.VariableOf(array) is not { } variable)
        {
            context.Report(Rules.DeterministicForm, call, "Assign it to a local, or to an element of a local array");
            return null;
        }

        var known = context.Variables[variable].Length is not null;
        if (!known) context.Report(Rules.LengthUnknown, element.Expression, array.Name);
        var position = indices.ReadElement(element)?.Index;
        if (position is null && known) context.Report(Rules.IndexForm, element.ArgumentList, element.ArgumentList.ToString());
        var index = position ?? IndexSpec.Constant(0);
        return Record(call, new(array.Name, variable, index, context.Text(element), element.GetLocation()), inLoop: false);
    }

    /// <summary>Keeps a value that a submodel records.</summary>
    /// <param name="make">Makes it, given its number.</param>
    public int AddRecord(Func<int, RecordSpec> make)
    {
        records.Add(make(records.Count));
        return records.Count - 1;
    }

    /// <summary>A value that is recorded inside an expression, or given to nothing.</summary>
    public void ReportRecord(InvocationExpressionSyntax call)
    {
        var text = Expressions.OneLine(call);
        context.Report(Rules.DeterministicForm, call, $"Write 'var value = {text};', and read the local");
    }

    /// <summary>What a value is assigned to.</summary>
    private sealed record RecordTarget(string Name, int Variable, IndexSpec? Index, TextSpec Text, Location Place);

    private StatementSpec? Record(InvocationExpressionSyntax call, RecordTarget target, bool inLoop)
    {
        var (name, place) = (target.Name, target.Place);
        var arguments = call.ArgumentList.Arguments;
        var within = arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.ValueText == "within") ?? arguments.Skip(1).FirstOrDefault();
        if (arguments.FirstOrDefault(a => a != within)?.Expression is not { } value) return null;
        if (inLoop)
            context.Report(
                Rules.DeterministicForm, call,
                $"It stands in a loop: record the element of an array, '{name}[i] = {Expressions.OneLine(call)};', after "
                    + $"'var {name} = new Tensor[n];' before the loop");
        if (sites.Any(s => s.Kind != SiteKind.Factor && (s.Name == name || s.Name.StartsWith(name + ".", StringComparison.Ordinal)))
            || records.Any(r => r.Name == name && (target.Index is null || r.Variable != target.Variable) && !context.Excludes(r.Guards)))
            context.Report(Rules.SiteNameTwice, place, name);
        if (flows.Flows(value, [], false).FirstOrDefault() is not null) context.Report(Rules.SideEffectInSite, value, name);
        CheckCalls(value);
        var line = call.ArgumentList.OpenParenToken.GetLocation();
        if (!places.Add((line.GetLineSpan().StartLinePosition.Line, value.ToString())))
            context.Report(Rules.IndistinguishableSites, place, name);
        var record = new RecordSpec(
            records.Count, name, target.Variable, target.Index, plates.PlatesOf(within?.Expression), context.Text(value),
            context.Guards.ToEquatable(),
            context.Sources.Anchor(place), context.Sources.Anchor(line));
        records.Add(record);
        var given = flows.Given(target.Variable, value, target.Index).ToEquatable();
        return new DeterministicStatement(context.Anchor(value), record.Text, given, record.Id, target.Text);
    }
}
