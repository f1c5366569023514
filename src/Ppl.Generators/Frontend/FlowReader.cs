using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Reads which locals an expression changes and from what. Where it cannot tell, it says more rather than less: an edge too many in the model's graph
/// costs an encoder input, an edge too few would make the guide wrong.
/// </summary>
internal sealed partial class FlowReader(
    ReadingContext context, IndexReader indices, PlateReader plates, AliasMap aliases, LengthReader lengths)
{
    private readonly GradientStopReader stops = new(context);
    private readonly HelperChanges helpers = new(context, aliases);
    private bool isMask;

    /// <summary>The variables whose values a node uses. Shapes of arrays and names in nameof are no values.</summary>
    public IEnumerable<Read> Reads(SyntaxNode? node) => Reads(node, isResult: true);

    /// <summary>The same for a node that may give a value to something else than its result: an out argument, the variable of a pattern.</summary>
    private IEnumerable<Read> Reads(SyntaxNode? node, bool isResult)
    {
        if (node is null) return [];
        var reads = new List<Read>();
        Collect(node, null, isResult, reads);
        return reads.GroupBy(r => (r.Variable, r.Index, r.By))
            .Select(g => g.Aggregate((a, b) => a with { Stop = GradientStop.Best(a.Stop, b.Stop) }));
    }

    /// <summary>The changes that evaluating an expression makes, in order.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="control">What decides whether it is evaluated at all.</param>
    /// <param name="keeps">Whether it may not be evaluated, so that old values stay.</param>
    public IEnumerable<Flow> Flows(ExpressionSyntax? expression, IReadOnlyList<Read> control, bool keeps)
    {
        if (expression is null) return [];
        var flows = new List<Flow>();
        foreach (var node in expression.DescendantNodesAndSelf(n => n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
        {
            switch (node)
            {
                case AssignmentExpressionSyntax { Parent: not InitializerExpressionSyntax } assignment:
                    Assign(assignment, control, keeps, flows);
                    break;
                case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } prefix:
                    Write(prefix.Operand, Reads(prefix.Operand), control, true, flows);
                    break;
                case PostfixUnaryExpressionSyntax
                {
                    RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression,
                } postfix:
                    Write(postfix.Operand, Reads(postfix.Operand), control, true, flows);
                    break;
                case InvocationExpressionSyntax call:
                    Call(call, call.ArgumentList, call.Expression, control, keeps, flows);
                    break;
                case BaseObjectCreationExpressionSyntax { ArgumentList: { } arguments }:
                    Call(node, arguments, null, control, keeps, flows);
                    break;
                case SingleVariableDesignationSyntax designation when !IsDeconstruction(designation):
                    Declare(designation, Reads(expression, isResult: false), control, flows);
                    break;
                case AnonymousFunctionExpressionSyntax lambda:
                    CheckCaptured(lambda);
                    break;
            }
        }

        return flows;
    }

    /// <summary>Whether a mask changes anything. It is computed from data, whichever a run has observed, and never while one draws them.</summary>
    public bool Changes(ExpressionSyntax mask)
    {
        isMask = true;
        var changes = Flows(mask, [], false).Any();
        isMask = false;
        return changes;
    }

    /// <summary>The value that a declaration gives its local.</summary>
    public IEnumerable<Flow> Declaration(VariableDeclaratorSyntax declarator, IReadOnlyList<Read> control)
    {
        var value = declarator.Initializer?.Value;
        var flows = Flows(value, control, false).ToList();
        if (context.Semantics.GetDeclaredSymbol(declarator, context.Cancellation) is { } local && context.VariableOf(local) is { } variable)
        {
            if (value is not null) aliases.Note(variable, value);
            flows.Add(new Flow(variable, null, false, Reads(value).Concat(control).ToEquatable()));
        }

        return flows;
    }

    /// <summary>The value that a local is given by a word of the language that hands it through.</summary>
    public IEnumerable<Flow> Given(int variable, ExpressionSyntax value, IndexSpec? index = null)
    {
        aliases.Note(variable, value);
        return [new Flow(variable, index, false, Reads(value).ToEquatable())];
    }

    public IEnumerable<Flow> Captures(LocalFunctionStatementSyntax function)
    {
        CheckCaptured(function);
        return context.Semantics.GetDeclaredSymbol(function, context.Cancellation) is { } symbol && context.VariableOf(symbol) is { } variable
            ? [new Flow(variable, null, false, Reads(function).Where(r => r.Variable != variable).ToEquatable())] : [];
    }

    /// <summary>A lambda or local function that changes the model's locals would do so at calls that cannot be followed.</summary>
    private void CheckCaptured(SyntaxNode function)
    {
        foreach (var target in function.DescendantNodes().Select(WrittenBy).Where(t => t is not null))
        {
            if (RootOf(target!) is { } root && context.VariableOf(root) is { } variable)
                context.Report(Rules.CapturedWrite, target!, context.Variables[variable].Name);
        }

        // A call inside may change an object that a local refers to, such as a list.
        foreach (var call in function.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            var changes = new List<Flow>();
            Call(call, call.ArgumentList, call.Expression, [], true, changes);
            foreach (var change in changes) context.Report(Rules.CapturedWrite, call, context.Variables[change.Variable].Name);
        }
    }

    private static ExpressionSyntax? WrittenBy(SyntaxNode node) => node switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } prefix =>
            prefix.Operand,
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } postfix =>
            postfix.Operand,
        ArgumentSyntax { RefKindKeyword.RawKind: (int)SyntaxKind.RefKeyword or (int)SyntaxKind.OutKeyword } argument => argument.Expression,
        _ => null,
    };

    private static bool IsDeconstruction(SingleVariableDesignationSyntax designation) =>
        designation.Ancestors()
            .TakeWhile(a => a is VariableDesignationSyntax or DeclarationExpressionSyntax or TupleExpressionSyntax or ArgumentSyntax)
            .LastOrDefault()?.Parent is AssignmentExpressionSyntax;

    private void Collect(SyntaxNode node, GradientStop? outer, bool isResult, List<Read> reads)
    {
        var stop = GradientStop.Through(stops.Of(node, isResult), outer);
        switch (node)
        {
            case InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } }:
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Length" or "Rank" } length
                when context.TypeOf(length.Expression) is IArrayTypeSymbol
                && context.VariableOf(length.Expression) is not null:
                return;
            case ElementAccessExpressionSyntax or InvocationExpressionSyntax
                when lengths.Of(node) is { } length && context.Variables[length.Parameter].Slices == length.Dimension:
                return;
            case ElementAccessExpressionSyntax or InvocationExpressionSyntax when SliceOf(node) is { } slice:
                reads.Add(slice with { Stop = stop });
                return;
            case ElementAccessExpressionSyntax access when indices.ReadElement(access) is (var array, { } index):
                reads.Add(new Read(array, index) { Stop = stop });
                return;
            case IdentifierNameSyntax name:
                if (context.VariableOf(name) is { } variable) Use(name, variable, stop, reads);
                return;
        }

        if (Picked(node) is (var picked, var by))
        {
            var first = reads.Count;
            Use(picked, context.VariableOf(picked)!.Value, stop, reads, context.VariableOf(by));
            if (reads.Count > first) reads[first] = reads[first] with { Anchor = context.AnchorOnce(node) };
            Use(by, context.VariableOf(by)!.Value, new GradientStop(StopKind.Layout, by.ToString(), context.AnchorOnce(by)), []);
            return;
        }

        foreach (var child in node.ChildNodes()) Collect(child, stop, isResult, reads);
    }

    /// <summary>A slice of data that are observed slice by slice: <c>x[.., t - 1]</c>.</summary>
    private Read? SliceOf(SyntaxNode node) => SliceReader.Read(context, node) is { } slice
        && context.VariableOf(slice.Parameter) is { } variable && context.Variables[variable].Slices == slice.Dimension
        && indices.Read(slice.Index) is { } index ? new Read(variable, index) : null;

    /// <summary>Rows of a tensor picked by integers, both variables: <c>alpha[county]</c>, <c>alpha.index_select(0, county)</c>.</summary>
    private (IdentifierNameSyntax Picked, IdentifierNameSyntax By)? Picked(SyntaxNode node)
    {
        var pair = node switch
        {
            ElementAccessExpressionSyntax
            {
                Expression: IdentifierNameSyntax name, ArgumentList.Arguments: [{ Expression: IdentifierNameSyntax index }],
            } =>
                (name, index),
            InvocationExpressionSyntax
            {
                Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name, Name.Identifier.ValueText: "index_select" },
                ArgumentList.Arguments: [{ Expression: var dimension }, { Expression: IdentifierNameSyntax index }],
            } when context.Semantics.GetConstantValue(dimension, context.Cancellation).Value is 0 or 0L => (name, index),
            _ => ((IdentifierNameSyntax, IdentifierNameSyntax)?)null,
        };
        return pair is (var tensor, var by) && IsTensorVariable(tensor) && IsTensorVariable(by) ? (tensor, by) : null;
    }

    private bool IsTensorVariable(IdentifierNameSyntax name) => context.VariableOf(name) is not null && context.Known.IsTensor(context.TypeOf(name));

    private void Use(IdentifierNameSyntax name, int variable, GradientStop? stop, List<Read> reads, int? by = null)
    {
        if (context.Variables[variable].Role == VariableRole.Loop) return;
        if (context.Variables[variable].Role == VariableRole.Plate)
        {
            if (plates.IsDataPlate(context.SymbolOf(name)!)) context.Report(Rules.PlateRead, name, name.Identifier.ValueText);
            return;
        }

        if (!isMask) CheckOrder(name, variable);
        reads.Add(new Read(variable, null) { Stop = stop, By = by });
    }

    private void CheckOrder(IdentifierNameSyntax name, int variable)
    {
        if (context.SymbolOf(name) is { } symbol && context.KnownOf.TryGetValue(symbol, out var latent))
            context.Report(Rules.KnownRead, name, symbol.Name, latent);

        // What is observed slice by slice may be read in between: analysis runs through the loops, and knows which slices are there.
        else if (context.SymbolOf(name) is { } data && context.Observed.Contains(data) && !context.AlreadyObserved.Contains(data)
            && context.Variables[variable].Slices is null)
        {
            if (context.ObservedUnder.TryGetValue(data, out var branch)) context.Report(Rules.MayBeUnobserved, name, data.Name, branch);
            else context.Report(Rules.ReadBeforeObserved, name, data.Name);
        }
    }

    private void Assign(AssignmentExpressionSyntax assignment, IReadOnlyList<Read> control, bool keeps, List<Flow> flows)
    {
        if (Parts(assignment) is { } parts)
        {
            // All right sides are computed before any left side changes: each goes through a temporary of its own.
            var values = parts.Select(p => (p.Targets, Value: context.AddTemporary(), Reads: Reads(p.Value))).ToList();
            foreach (var (targets, value) in parts.Select(p => (p.Targets, p.Value)))
                foreach (var target in targets.Where(t => VariableAt(t) is not null)) aliases.Note(VariableAt(target)!.Value, value);
            foreach (var (_, value, reads) in values) flows.Add(new Flow(value, null, false, reads.ToEquatable()));
            foreach (var (targets, value, _) in values)
                foreach (var target in targets) Write(target, [new Read(value, null)], control, keeps, flows);
            return;
        }

        var compound = !assignment.IsKind(SyntaxKind.SimpleAssignmentExpression);
        var mayKeep = assignment.IsKind(SyntaxKind.CoalesceAssignmentExpression);
        var all = Reads(assignment.Right).ToList();
        foreach (var target in TargetsOf(assignment.Left))
        {
            if ((!compound || mayKeep) && context.VariableOf(target) is { } variable) aliases.Note(variable, assignment.Right);
            Write(target, all, control, keeps || compound, flows);
        }
    }

    /// <summary>The pairs of <c>(a, b) = (e, f)</c> and <c>var (a, b) = (e, f)</c>; null for any other assignment.</summary>
    private static List<(IReadOnlyList<SyntaxNode> Targets, ExpressionSyntax Value)>? Parts(AssignmentExpressionSyntax assignment)
    {
        if (assignment.Right is not TupleExpressionSyntax right) return null;
        IReadOnlyList<IReadOnlyList<SyntaxNode>>? targets = assignment.Left switch
        {
            TupleExpressionSyntax left => [.. left.Arguments.Select(a => TargetsOf(a.Expression).ToList())],
            DeclarationExpressionSyntax { Designation: ParenthesizedVariableDesignationSyntax left } =>
                [.. left.Variables.Select(v => v.DescendantNodesAndSelf().OfType<SingleVariableDesignationSyntax>().ToList())],
            _ => null,
        };
        return targets?.Count == right.Arguments.Count ? [.. targets.Zip(right.Arguments, (t, a) => (t, a.Expression))] : null;
    }

    private static IEnumerable<SyntaxNode> TargetsOf(ExpressionSyntax left) => left switch
    {
        TupleExpressionSyntax tuple => tuple.Arguments.SelectMany(a => TargetsOf(a.Expression)),
        DeclarationExpressionSyntax declaration => declaration.DescendantNodes().OfType<SingleVariableDesignationSyntax>(),
        ParenthesizedExpressionSyntax inner => TargetsOf(inner.Expression),
        _ => [left],
    };

    private int? VariableAt(SyntaxNode target) => target is SingleVariableDesignationSyntax designation
        ? context.DeclaredBy(designation) is { } local ? context.VariableOf(local) : null : context.VariableOf(target);

    private void Declare(SingleVariableDesignationSyntax designation, IEnumerable<Read> reads, IReadOnlyList<Read> control, List<Flow> flows)
    {
        // 'm is { } w', 'm is var w': the name of a pattern is one more name of the value.
        if (designation.Ancestors().OfType<IsPatternExpressionSyntax>().FirstOrDefault() is { } pattern && VariableAt(designation) is { } named)
            aliases.Note(named, pattern.Expression);
        if (context.Semantics.GetDeclaredSymbol(designation, context.Cancellation) is { } local && context.VariableOf(local) is { } variable)
            flows.Add(new Flow(variable, null, false, reads.Where(r => r.Variable != variable).Concat(control).Distinct().ToEquatable()));
    }

    /// <summary>A write to a local, or through one to what it refers to; anything else lies outside the model.</summary>
    private void Write(SyntaxNode target, IEnumerable<Read> reads, IReadOnlyList<Read> control, bool keeps, List<Flow> flows)
    {
        if (target is SingleVariableDesignationSyntax designation)
        {
            Declare(designation, reads, control, flows);
            return;
        }

        if (target is IdentifierNameSyntax { Identifier.ValueText: "_" } discard && context.SymbolOf(discard) is null or IDiscardSymbol) return;
        var root = RootOf((ExpressionSyntax)target);
        if (root is null || context.VariableOf(root) is not { } variable)
        {
            if (root is null || !ReadingContext.IsOfMethod(context.SymbolOf(root))) context.Report(Rules.OutsideWrite, target, target.ToString());
            return;
        }

        if (target == root)
        {
            if (context.IsFixed(variable)) context.Report(Rules.SiteReassigned, target, context.Variables[variable].Name);
            flows.Add(new Flow(variable, null, keeps, reads.Concat(control).Distinct().ToEquatable()));
            return;
        }

        var index = target is ElementAccessExpressionSyntax element ? indices.ReadElement(element)?.Index : null;
        var positions = target.DescendantNodes().OfType<BracketedArgumentListSyntax>().SelectMany(Reads);
        Change(target, variable, index, reads.Concat(positions).Concat(control).Distinct().ToEquatable(), flows);
    }

    /// <summary>A change inside what a local refers to, which its aliases see too.</summary>
    private void Change(SyntaxNode where, int variable, IndexSpec? index, EquatableArray<Read> reads, List<Flow> flows)
    {
        foreach (var alias in aliases.Of(variable))
        {
            if (context.IsRandom(alias)) context.Report(Rules.InPlaceSite, where, context.Variables[alias].Name);
            flows.Add(new Flow(alias, alias == variable ? index : null, true, reads));
        }
    }

    private void Call(
        SyntaxNode call, ArgumentListSyntax arguments, ExpressionSyntax? callee, IReadOnlyList<Read> control, bool keeps, List<Flow> flows)
    {
        if (call is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } }) return;
        var method = context.SymbolOf(call) as IMethodSymbol;
        var reads = Reads(call, isResult: false).Concat(control).Distinct().ToEquatable();
        foreach (var argument in arguments.Arguments)
        {
            if (argument.RefKindKeyword.IsKind(SyntaxKind.RefKeyword) || argument.RefKindKeyword.IsKind(SyntaxKind.OutKeyword))
                ByReference(argument, reads, control, keeps, flows);
            else if (RootOf(argument.Expression) is { } root && context.VariableOf(root) is { } variable && !context.IsRandom(variable)
                && !TypeTraits.LeavesArgumentsAlone(method) && TypeTraits.IsMutable(context.TypeOf(argument.Expression), context.Known))
                Change(argument, variable, null, reads, flows);
        }

        if (method is not null && call is InvocationExpressionSyntax invocation) ChangeByMethod(invocation, method, reads, flows);
        if (ReceiverOf(call, callee) is not (var target, var name) || RootOf(target) is not { } receiver) return;
        var type = context.TypeOf(target);
        if (context.VariableOf(receiver) is not { } changed)
        {
            // A collection outside the model would carry what is put into it past the graph.
            if (!ReadingContext.IsOfMethod(context.SymbolOf(receiver)) && reads.Count > 0 && TypeTraits.IsCollection(type)
                && !TypeTraits.LeavesArgumentsAlone(method))
                context.Report(Rules.OutsideWrite, call, target.ToString());
            return;
        }

        var changes = context.Known.IsTensor(type) ? TypeTraits.IsInPlace(name)
            : TypeTraits.IsMutable(type, context.Known) && !TypeTraits.LeavesArgumentsAlone(method);
        if (!changes) return;
        Change(call, changed, null, reads, flows);

        // What replaces the whole value and passes no gradient leaves none behind: 'm.round_()'.
        if (!keeps && target == receiver && call is InvocationExpressionSyntax inPlace && stops.OfInPlace(inPlace) is { } stop)
            flows.Add(new Flow(changed, null, false, new EquatableArray<Read>([new Read(changed, null) { Stop = stop }])));
    }

    /// <summary>Tensors that a method of this project changes in place.</summary>
    private void ChangeByMethod(InvocationExpressionSyntax call, IMethodSymbol method, EquatableArray<Read> reads, List<Flow> flows)
    {
        foreach (var (argument, parameter) in CallArguments.Of(method, call))
        {
            if (!context.Known.IsTensor(parameter.Type) || RootOf(argument) is not { } root || context.VariableOf(root) is not { } variable) continue;
            if (helpers.Changes(method, parameter)) Change(argument, variable, null, reads, flows);
        }
    }

    /// <summary>The object that a method is called on, and the method's name: <c>a.M()</c> and <c>a?.M()</c>.</summary>
    private static (ExpressionSyntax Target, string Name)? ReceiverOf(SyntaxNode call, ExpressionSyntax? callee) => callee switch
    {
        MemberAccessExpressionSyntax access => (access.Expression, access.Name.Identifier.ValueText),
        MemberBindingExpressionSyntax binding when call.Ancestors().OfType<ConditionalAccessExpressionSyntax>().FirstOrDefault() is { } conditional =>
            (conditional.Expression, binding.Name.Identifier.ValueText),
        _ => null,
    };

    private void ByReference(ArgumentSyntax argument, EquatableArray<Read> reads, IReadOnlyList<Read> control, bool keeps, List<Flow> flows)
    {
        if (argument.Expression is DeclarationExpressionSyntax) return;
        if (context.VariableOf(argument.Expression) is { } variable && context.IsRandom(variable))
            context.Report(Rules.SiteByReference, argument, context.Variables[variable].Name);
        else
            Write(argument.Expression, reads, control, keeps || argument.RefKindKeyword.IsKind(SyntaxKind.RefKeyword), flows);
    }
}
