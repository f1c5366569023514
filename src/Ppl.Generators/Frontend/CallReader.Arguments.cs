using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <content>What a call gives to the parameters of a submodel.</content>
internal sealed partial class CallReader
{
    /// <summary>Gives a parameter of the submodel what the call gives it.</summary>
    private ArgumentSpec Bind(ArgumentSyntax argument, VariableSpec parameter, Splice splice, List<Flow> bindings, bool inLoop)
    {
        var (expression, program) = (argument.Expression, splice.Program);
        var name = argument.NameColon?.ToString() ?? "";
        var isWhole = expression is IdentifierNameSyntax && context.VariableOf(expression) is not null;
        if (IsData(program, parameter.Id))
        {
            BindData(expression, parameter, splice, inLoop);
            var isObserved = program.Sites.Any(s => s.Kind == SiteKind.Observed && s.Variable == parameter.Id);
            return new ArgumentSpec(name, context.Text(expression), isObserved);
        }

        if (isWhole) splice.Map(parameter.Id, context.VariableOf(expression)!.Value);
        else if (IsMaskAlone(program, parameter))
        {
            // A mask is asked for apart from the statements, which may run before its data have a value.
            splice.Temporary(parameter.Id);
            return new ArgumentSpec(name, TextSpec.Nothing, false);
        }

        if (!isWhole || !IsMaskAlone(program, parameter))
        {
            var reads = flows.Reads(expression).ToEquatable();
            if (flows.Flows(expression, [], false).Any()) context.Report(Rules.SideEffectInSite, expression, parameter.Name);
            if (!isWhole) bindings.Add(new Flow(splice.Temporary(parameter.Id), null, false, reads));
        }

        return new ArgumentSpec(name, context.Text(expression), false);
    }

    /// <summary>Whether a parameter holds data of a site: what it observes, or what is known of a latent.</summary>
    private static bool IsData(ProgramSpec submodel, int parameter) => submodel.Sites.Any(s => s.Data == parameter);

    private static bool IsMaskAlone(ProgramSpec submodel, VariableSpec parameter) =>
        submodel.MaskParameters.Contains(parameter) && !ProgramReads.Of(submodel).Contains(parameter.Id);

    /// <summary>What a submodel observes is a parameter of its caller as it stands: no value has a density but data.</summary>
    private void BindData(ExpressionSyntax expression, VariableSpec parameter, Splice splice, bool inLoop)
    {
        if (context.SymbolOf(expression) is not IParameterSymbol data || context.VariableOf(expression) is not { } variable)
        {
            if (SliceReader.Read(context, expression) is { } slice) RefuseSlice(expression, slice);
            else context.Report(Rules.ObservedNotParameter, expression, expression.ToString());
            splice.Temporary(parameter.Id);
            return;
        }

        splice.Map(parameter.Id, variable);
        if (inLoop) context.Report(Rules.ObserveInLoop, expression, data.Name);
        if (parameter.Slices is null ? sites.HasDistribution(variable) : context.AlreadyObserved.Contains(data))
            context.Report(Rules.ObservedTwice, expression, data.Name);
        else CheckSlices(expression, data, variable, parameter);
        var own = splice.Program.Sites.Where(s => s.Data == parameter.Id).ToList();
        if (own.Find(s => s.Known is not null) is { Mask: null } known && !context.Variables[variable].IsOptional)
            sites.ReportAllKnown(expression, $"{splice.Path}.{known.Name}", data.Name);
        sites.CheckPlates(expression, data, variable, plates.PlatesOf(within: null));
        if (own.Find(s => s.Guards.Count > 0) is { } guarded) context.ObservedUnder[data] = guarded.Condition;
        else if (parameter.Slices is null) context.AlreadyObserved.Add(data);
    }

    private void RefuseSlice(ExpressionSyntax expression, SliceSyntax slice)
    {
        var call = expression.Ancestors().OfType<InvocationExpressionSyntax>().First(c => context.SubmodelOf(c) is not null);
        var data = slice.Parameter.Name;
        context.Report(
            Rules.SubmodelCall, expression, context.SubmodelOf(call)!.Name,
            $"it observes '{expression}', a slice of '{data}', and what a submodel observes is a parameter of its caller as a whole",
            $"Give it all of '{data}', and let a loop of its own observe the slices; or let it return what the distribution needs, and observe "
                + "the slice here");
    }

    /// <summary>All slices of a parameter are elements of one dimension, whoever observes them.</summary>
    private void CheckSlices(ExpressionSyntax expression, IParameterSymbol data, int variable, VariableSpec parameter)
    {
        if (parameter.Slices is not { } dimension || context.Variables[variable].Slices == dimension) return;
        context.Report(
            Rules.SliceForm, expression, expression.ToString(), data.Name,
            $"the submodel observes elements of dimension {dimension}, another statement observes elements of dimension "
            + $"{context.Variables[variable].Slices}, and these overlap");
    }

    /// <summary>
    /// Masks and lengths of a submodel are asked for apart from the model's run, where what it is called on has no variables of the method.
    /// </summary>
    private bool CheckPosition(InvocationExpressionSyntax call, IMethodSymbol method, ProgramSpec program)
    {
        var isAsked = program.Lengths.Count > 0 || program.Sites.Any(s => s.Mask is not null);
        var variable = (call.Expression as MemberAccessExpressionSyntax)?.Expression.DescendantNodes().OfType<IdentifierNameSyntax>()
            .FirstOrDefault(n => context.VariableOf(n) is not null);
        if (!isAsked || variable is null) return true;
        var what = program.Lengths.Count > 0 ? "the length of its loop is" : "its masks are";
        context.Report(
            Rules.SubmodelCall, call, method.Name,
            $"what it is called on is chosen by '{variable}', a variable of the method, and {what} asked for apart from the model's run",
            "Choose it by a number, or keep it in a field of its own");
        return false;
    }

    /// <summary>The lengths of a submodel's loops, as its caller reads them.</summary>
    private IReadOnlyList<int> LengthsOf(Parsed submodel, IMethodSymbol method, string on)
    {
        var isOwn = on is "" or "this." && SymbolEqualityComparer.Default.Equals(method.ContainingType, context.Method.ContainingType);
        return [.. submodel.Spec.Program.Lengths.Zip(submodel.Spec.Host.Members.LoopLengths, (own, generated) => indices.LengthOf(
            isOwn ? own : new TextSpec(new EquatableArray<TextPart>([new TextPart(on + generated, -1)])) { Shown = on + own.OneLine }))];
    }
}
