using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Reads statements without sites: they are carried over as they stand, and only their data flow is taken apart.</summary>
internal sealed class CarriedReader(ReadingContext context, FlowReader flows, IndexReader indices)
{
    public CarriedStatement Read(StatementSyntax statement)
    {
        CheckKinds(statement);
        CheckSubmodels(statement);
        return new CarriedStatement(context.Anchor(statement), context.Text(statement), FlowsOf(statement, [], false).ToEquatable(),
            flows.Reads(statement).ToEquatable());
    }

    private IEnumerable<Flow> FlowsOf(StatementSyntax statement, IReadOnlyList<Read> control, bool keeps)
    {
        switch (statement)
        {
            case LocalDeclarationStatementSyntax local:
                foreach (var declarator in local.Declaration.Variables) indices.ReadDeclaration(declarator);
                return [.. local.Declaration.Variables.SelectMany(d => flows.Declaration(d, control))];
            case ExpressionStatementSyntax expression:
                return flows.Flows(expression.Expression, control, keeps);
            case BlockSyntax block:
                return [.. block.Statements.SelectMany(s => FlowsOf(s, control, keeps))];
            case CheckedStatementSyntax check:
                return FlowsOf(check.Block, control, keeps);
            case IfStatementSyntax branch:
                IReadOnlyList<Read> condition = [.. control, .. flows.Reads(branch.Condition)];
                return
                [
                    .. flows.Flows(branch.Condition, control, keeps), .. FlowsOf(branch.Statement, condition, true),
                    .. branch.Else is null ? [] : FlowsOf(branch.Else.Statement, condition, true),
                ];
            case SwitchStatementSyntax choice:
                IReadOnlyList<Read> chosen = [.. control, .. flows.Reads(choice.Expression),
                    .. choice.Sections.SelectMany(s => s.Labels).SelectMany(flows.Reads)];
                return [.. flows.Flows(choice.Expression, control, keeps),
                    .. choice.Sections.SelectMany(s => s.Statements).SelectMany(s => FlowsOf(s, chosen, true))];
            case ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax:
                return LoopFlows(statement, control);
            case LocalFunctionStatementSyntax function:
                return flows.Captures(function);
            default:
                return [];
        }
    }

    /// <summary>A loop may run any number of times, so each local that it changes may come to depend on all that it reads.</summary>
    private IEnumerable<Flow> LoopFlows(StatementSyntax loop, IReadOnlyList<Read> control)
    {
        var inner = new List<Flow>();
        switch (loop)
        {
            case ForStatementSyntax counted:
                if (counted.Declaration is not null) inner.AddRange(counted.Declaration.Variables.SelectMany(d => flows.Declaration(d, control)));
                foreach (var expression in counted.Initializers.Concat(counted.Incrementors)) inner.AddRange(flows.Flows(expression, control, true));
                inner.AddRange(flows.Flows(counted.Condition, control, true));
                inner.AddRange(FlowsOf(counted.Statement, control, true));
                break;
            case ForEachStatementSyntax each:
                if (context.Semantics.GetDeclaredSymbol(each, context.Cancellation) is { } item && context.VariableOf(item) is { } variable)
                    inner.Add(new Flow(variable, null, false, flows.Reads(each.Expression).ToEquatable()));
                inner.AddRange(FlowsOf(each.Statement, control, true));
                break;
            case ForEachVariableStatementSyntax each:
                foreach (var designation in each.Variable.DescendantNodesAndSelf().OfType<SingleVariableDesignationSyntax>())
                    if (context.Semantics.GetDeclaredSymbol(designation, context.Cancellation) is { } part && context.VariableOf(part) is { } id)
                        inner.Add(new Flow(id, null, false, flows.Reads(each.Expression).ToEquatable()));
                inner.AddRange(FlowsOf(each.Statement, control, true));
                break;
            case WhileStatementSyntax whileLoop:
                inner.AddRange(flows.Flows(whileLoop.Condition, control, true));
                inner.AddRange(FlowsOf(whileLoop.Statement, control, true));
                break;
            case DoStatementSyntax doLoop:
                inner.AddRange(FlowsOf(doLoop.Statement, control, true));
                inner.AddRange(flows.Flows(doLoop.Condition, control, true));
                break;
        }

        var all = flows.Reads(loop).Concat(control).Distinct().ToEquatable();
        return inner.Select(f => f.Variable).Distinct().Select(v => new Flow(v, null, true, all));
    }

    private void CheckKinds(StatementSyntax statement)
    {
        foreach (var node in statement.DescendantNodesAndSelf(n => n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
        {
            if (node is StatementSyntax inner && UnsupportedSyntax.RuleForCarried(inner) is { } rule
                && (rule != Rules.ReturnInLoop || context.Method.ReturnsVoid) && !SwitchesGradients(inner))
                context.Report(rule, inner.GetFirstToken().GetLocation(), inner.GetFirstToken().ValueText);
        }
    }

    /// <summary>A 'using' that switches gradients has a rule of its own, with another remedy.</summary>
    private bool SwitchesGradients(StatementSyntax statement)
    {
        SyntaxNode? header = statement switch
        {
            UsingStatementSyntax scope => (SyntaxNode?)scope.Expression ?? scope.Declaration,
            LocalDeclarationStatementSyntax local => local,
            _ => null,
        };
        return header?.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>()
            .Any(call => OperationRules.IsGradientMode(context.SymbolOf(call) as IMethodSymbol)) ?? false;
    }

    /// <summary>A method of the model that draws sites of its own would draw them where no guide can follow.</summary>
    private void CheckSubmodels(SyntaxNode statement)
    {
        foreach (var call in statement.DescendantNodes().OfType<InvocationExpressionSyntax>()) CheckSubmodel(call);
    }

    /// <summary>Reports a call of a method, written in this project, that itself calls Sample, Observe or Plate.</summary>
    public void CheckSubmodel(InvocationExpressionSyntax call)
    {
        if (context.SubmodelOf(call) is not null) SubmodelReader.RefuseInside(context, call);
        else if (context.SymbolOf(call) is IMethodSymbol method && HasSites(method, [])) context.Report(Rules.Submodel, call, method.Name);
    }

    /// <summary>Whether a method of a model's class draws or observes, itself or through another.</summary>
    private bool HasSites(IMethodSymbol method, HashSet<ISymbol> seen)
    {
        if (method.MethodKind != MethodKind.Ordinary || !context.Known.IsModel(method.ContainingType)) return false;
        if (!seen.Add(method.OriginalDefinition)) return false;
        return context.SourceOf(method).SelectMany(d => d.DescendantNodes().OfType<InvocationExpressionSyntax>()).Any(call =>
            call.Expression is IdentifierNameSyntax { Identifier.ValueText: "Sample" or "Observe" or "Factor" or "Deterministic" or "Plate" }
            || (context.SymbolOf(call) is IMethodSymbol called && HasSites(called, seen)));
    }
}
