using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Reads calls of submodels where they may stand: one statement each, whose receiving variable is the path to the sites.</summary>
internal sealed partial class CallReader(
    ReadingContext context, IndexReader indices, PlateReader plates, FlowReader flows, AliasMap aliases, SiteReader sites)
{
    private readonly HashSet<string> paths = [];
    private readonly MaskReader masks = new(context, plates, flows);

    /// <summary>What receives the result of a call.</summary>
    /// <param name="Text">As the user wrote it.</param>
    /// <param name="Name">The variable's name, with which the paths of the sites begin.</param>
    /// <param name="Variable">The variable.</param>
    /// <param name="Index">The element, of an array.</param>
    /// <param name="Place">Where it stands.</param>
    private sealed record Receiver(TextSpec Text, string Name, int Variable, IndexSpec? Index, SyntaxNode Place);

    /// <summary>Whether a statement is a call, with or without a receiver of its result.</summary>
    public bool IsCall(StatementSyntax statement) => statement switch
    {
        LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0, Declaration.Variables: [{ Initializer.Value: { } value }] } => IsCall(value),
        ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment } =>
            IsCall(assignment.Right) && !context.HasSites(assignment.Left),
        ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } => IsCall(call),
        _ => false,
    };

    /// <summary>Reads a statement that is a call.</summary>
    public StatementSpec? Read(StatementSyntax statement, bool inLoop) => statement switch
    {
        LocalDeclarationStatementSyntax local =>
            ReadDeclared(local, local.Declaration.Variables[0], CallIn(local.Declaration.Variables[0].Initializer!.Value), inLoop),
        ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment } => ReadAssigned(assignment, CallIn(assignment.Right), inLoop),
        ExpressionStatementSyntax { Expression: var call } => Read(CallIn(call), null, inLoop),
        _ => null,
    };

    private bool IsCall(ExpressionSyntax expression) => context.SubmodelOf(Expressions.Strip(expression)) is not null;

    private static InvocationExpressionSyntax CallIn(ExpressionSyntax expression) => (InvocationExpressionSyntax)Expressions.Strip(expression);

    /// <summary><c>var a = prior.Draw(c)</c>.</summary>
    private StatementSpec? ReadDeclared(
        LocalDeclarationStatementSyntax local, VariableDeclaratorSyntax declarator, InvocationExpressionSyntax call, bool inLoop)
    {
        if (context.DeclaredBy(declarator) is not ILocalSymbol symbol || context.VariableOf(symbol) is not { } variable) return null;
        return Read(call, new Receiver(SiteReader.Declared(local, declarator, variable), symbol.Name, variable, null, declarator), inLoop);
    }

    /// <summary><c>a = prior.Draw(c)</c> or <c>a[i] = prior.Draw(c)</c>.</summary>
    private StatementSpec? ReadAssigned(AssignmentExpressionSyntax assignment, InvocationExpressionSyntax call, bool inLoop)
    {
        var target = assignment.Left;
        if (target is IdentifierNameSyntax { Identifier.ValueText: "_" } && context.SymbolOf(target) is null or IDiscardSymbol)
            return Read(call, null, inLoop);
        if (target is ElementAccessExpressionSyntax element) return ReadElement(element, call, inLoop);
        if (context.SymbolOf(target) is not ILocalSymbol symbol || context.VariableOf(target) is not { } variable)
        {
            RefuseTarget(call, target is TupleExpressionSyntax or DeclarationExpressionSyntax
                ? "its results go to several variables, so that its sites have no one name"
                : $"its result goes to '{target}', which is no local of the model and gives its sites no name");
            return null;
        }

        if (context.IsFixed(variable)) context.Report(Rules.SiteReassigned, target, symbol.Name);
        return Read(call, new Receiver(context.Text(target), symbol.Name, variable, null, target), inLoop);
    }

    private StatementSpec? ReadElement(ElementAccessExpressionSyntax element, InvocationExpressionSyntax call, bool inLoop)
    {
        if (context.SymbolOf(element.Expression) is not ILocalSymbol { Type: IArrayTypeSymbol { Rank: 1 } } array
            || context.VariableOf(array) is not { } variable)
        {
            RefuseTarget(call, $"its result goes to '{element}', which is no element of a local array and gives its sites no name");
            return null;
        }

        var position = indices.ReadElement(element)?.Index;
        if (position is null) context.Report(Rules.IndexForm, element.ArgumentList, element.ArgumentList.ToString());
        return Read(
            call, new Receiver(context.Text(element), array.Name, variable, position ?? IndexSpec.Constant(0), element), inLoop);
    }

    private void RefuseTarget(InvocationExpressionSyntax call, string why) => SubmodelReader.Refuse(context, call, why);

    /// <summary>A call, whose result may go nowhere where it draws nothing that would need a name: <c>likelihood.Weigh(x, z);</c>.</summary>
    private CallStatement? Read(InvocationExpressionSyntax call, Receiver? receiver, bool inLoop)
    {
        var method = context.SubmodelOf(call)!;
        CheckArguments(call);
        var on = CalledOn(call, method);
        if (SubmodelReader.Read(context, call, method) is not { } submodel || on is null) return null;
        var program = submodel.Spec.Program;
        if (!CheckPlace(call, method, program, receiver, inLoop) || !CheckPosition(call, method, program)) return null;
        if (inLoop && on.Contains('[') && program.Sites.FirstOrDefault(s => s.Guards.Count > 0) is { } guarded)
        {
            context.Report(
                Rules.SubmodelCall, call, method.Name,
                $"'{guarded.Name}' stands under '{guarded.Condition}', which each element of the array decides for itself",
                "Call it on a field in each round, or on each element in a statement of its own");
        }

        var own = plates.PlatesOf(within: null);
        var names = submodel.Spec.Host.Members;
        var given = ArgumentsOf(call, method).ToDictionary(a => a.Parameter, a => a.Argument);
        var splice = new Splice(context, submodel, receiver?.Name ?? "", receiver?.Variable ?? -1, receiver?.Index, own, call)
        {
            Mask = (site, name, data) => masks.Bound(site, name, data, own, program, on, names.Mask, p => given[p].Expression),
            Lengths = LengthsOf(submodel, method, on),
        };
        var bindings = new List<Flow>();

        // What is read is read before the submodel observes anything.
        var bound = given.OrderBy(a => IsData(program, a.Key))
            .ToDictionary(a => a.Value, a => Bind(a.Value, program.Variables[a.Key], splice, bindings, inLoop));
        var arguments = call.ArgumentList.Arguments.Where(bound.ContainsKey).Select(a => bound[a]);
        var body = splice.Body(bindings, sites);
        if (receiver is not null) aliases.Note(receiver.Variable, splice.Shared);
        var type = method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        var spec = new CallSpec(
            receiver?.Name ?? method.Name, $"{method.ContainingType.Name}.{method.Name}", $"{type}.{names.Sites}", names.Run, on,
            arguments.ToEquatable(), receiver?.Index);
        return new CallStatement(context.Sources.Anchor(PlaceOf(call)), spec, receiver?.Text, body);
    }

    /// <summary>The arguments' place, or the call's where it has none.</summary>
    private static Location PlaceOf(InvocationExpressionSyntax call) => call.ArgumentList.Arguments.Count == 0 ? call.GetLocation()
        : Location.Create(call.SyntaxTree, call.ArgumentList.Arguments.Span);

    /// <summary>What the submodel is called on, as text; null where it is not the same for every pass.</summary>
    private string? CalledOn(InvocationExpressionSyntax call, IMethodSymbol method)
    {
        if (call.Expression is SimpleNameSyntax) return "";
        if (call.Expression is MemberAccessExpressionSyntax access)
        {
            if (access.Expression is ThisExpressionSyntax or BaseExpressionSyntax) return access.Expression + ".";
            if (IsField(access.Expression)) return Expressions.OneLine(access.Expression) + ".";
        }

        context.Report(
            Rules.SubmodelCall, call, method.Name, "what it is called on is no field of the model, so that nobody would train its networks",
            "Keep the submodel in a field or property of the model");
        return null;
    }

    /// <summary>Fields and properties, theirs in turn, and elements of them by number or by a loop's variable.</summary>
    private bool IsField(ExpressionSyntax expression) => expression switch
    {
        ThisExpressionSyntax or BaseExpressionSyntax => true,
        IdentifierNameSyntax => context.SymbolOf(expression) is IFieldSymbol or IPropertySymbol
            or IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } },
        MemberAccessExpressionSyntax access => context.SymbolOf(access) is IFieldSymbol or IPropertySymbol && IsField(access.Expression),
        ElementAccessExpressionSyntax { ArgumentList.Arguments: [var position] } element =>
            IsField(element.Expression) && indices.Read(position.Expression) is not null,
        ParenthesizedExpressionSyntax inner => IsField(inner.Expression),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } inner => IsField(inner.Operand),
        _ => false,
    };

    private bool CheckPlace(InvocationExpressionSyntax call, IMethodSymbol method, ProgramSpec program, Receiver? receiver, bool inLoop)
    {
        var named = program.Sites.FirstOrDefault(s => s.Kind != SiteKind.Observed);
        if ((named?.Name ?? program.Records.Select(r => r.Name).FirstOrDefault()) is not { } first) return true;
        if (receiver is null)
        {
            var what = named is null ? "records" : "draws";
            RefuseTarget(call, $"it {what} '{first}', and nothing receives its result, which would give that a name");
            return false;
        }

        if (inLoop && (receiver.Index is null || named?.Kind == SiteKind.Factor))
        {
            context.Report(
                Rules.SubmodelCall, call, method.Name, $"each round of a loop has another '{first}'",
                named?.Kind == SiteKind.Factor ? "Let it return the weight, and give the sum of all rounds to 'Factor' after the loop"
                    : "Let elements of an array receive them: 'var h = new Tensor[n];' before the loop, and 'h[i] = "
                        + $"{Expressions.OneLine(call)};' in it");
            return false;
        }

        if (receiver.Index is null) return CheckPath(receiver);
        if (program.Sites.FirstOrDefault(s => s.Known is not null) is { } known)
        {
            context.Report(
                Rules.SubmodelCall, call, method.Name,
                $"'{known.Name}' is partly observed, and as an element of an array has no parameter of its own that could hold what is known of it",
                "Call it once for each element, in statements of their own");
            return false;
        }

        if (context.Variables[receiver.Variable].Length is null)
        {
            context.Report(Rules.LengthUnknown, receiver.Place, receiver.Name);
            return false;
        }

        var array = program.Sites.Where(s => s.IsLatent && s.Index is not null).Select(s => s.Name)
            .Concat(program.Records.Where(r => r.Index is not null).Select(r => r.Name)).FirstOrDefault();
        if (array is null) return CheckPath(receiver);
        context.Report(
            Rules.SubmodelCall, call, method.Name,
            $"it has the elements of '{array}' in a loop, and is called in another, so that these would need two indices",
            "Write one of the loops out");
        return false;
    }

    /// <summary>A variable receives one submodel's result; the elements of an array may be those of several.</summary>
    private bool CheckPath(Receiver receiver)
    {
        var isTaken = sites.Sites.Any(s => s.Name == receiver.Name) || sites.Records.Any(r => r.Name == receiver.Name);
        if ((paths.Add(receiver.Name) || receiver.Index is not null) && !isTaken) return true;
        context.Report(Rules.SubmodelNameTwice, receiver.Place, receiver.Name);
        return false;
    }

    private void CheckArguments(InvocationExpressionSyntax call)
    {
        foreach (var argument in call.ArgumentList.Arguments)
        {
            foreach (var inner in context.WordsIn(argument)) context.Report(Rules.SampleNotAssigned, inner);
            foreach (var inner in context.SubmodelsIn(argument)) SubmodelReader.RefuseInside(context, inner);
        }
    }

    private static IEnumerable<(ArgumentSyntax Argument, int Parameter)> ArgumentsOf(InvocationExpressionSyntax call, IMethodSymbol method) =>
        CallArguments.Of(method, call).Select(pair => ((ArgumentSyntax)pair.Argument.Parent!, pair.Parameter.Ordinal));
}
