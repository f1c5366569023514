using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>What the readers of one model share: symbols, places, the variables met so far, and the faults found.</summary>
internal sealed class ReadingContext(
    MethodDeclarationSyntax syntax, IMethodSymbol method, SemanticModel semantics, KnownSymbols known, SourceMap sources,
        CancellationToken cancellation)
{
    /// <summary>
    /// Rules that judge by what names and types mean. Where the C# compiler finds an error in the method, that may be all that is wrong, so these
    /// wait until it is gone.
    /// </summary>
    private static readonly HashSet<string> ByMeaning =
    [
        Rules.ParameterForm,
        Rules.NothingObserved,
        Rules.PlateForm,
        Rules.SampleNotAssigned,
        Rules.SiteReassigned,
        Rules.ObservedNotParameter,
        Rules.ReadBeforeObserved,
        Rules.UnknownFamily,
        Rules.SiteType,
        Rules.NothingLatent,
        Rules.SiteInUsing,
        Rules.CapturedWrite,
        Rules.OutsideWrite,
        Rules.InPlaceSite,
        Rules.SideEffectInSite,
        Rules.LoopForm,
        Rules.IndexForm,
        Rules.LengthUnknown,
        Rules.LengthForm,
        Rules.MixedFamilies,
        Rules.ObservedNotInPlate,
        Rules.WithinForm,
        Rules.RowsInside,
        Rules.ConditionOnLatent,
        Rules.ConditionOnData,
        Rules.ConditionOnTraining,
        Rules.ArmsInOtherPlates,
        Rules.ArmsOfOtherFamilies,
        Rules.MayBeUnobserved,
        Rules.ConditionOfRound,
        Rules.MaskForm,
        Rules.MaskNotInPlate,
        Rules.KnownForm,
        Rules.KnownRead,
        Rules.FactorForm,
        Rules.SubmodelCall,
        Rules.SubmodelContent,
        Rules.DeterministicForm,
    ];

    private readonly Dictionary<ISymbol, int> ids = new(SymbolEqualityComparer.Default);
    private readonly List<VariableSpec> variables = [];
    private readonly List<Issue> issues = [];
    private readonly Dictionary<Microsoft.CodeAnalysis.Text.TextSpan, int> anchors = [];
    private int branches;

    // A statement is read for its text, its changes and its reads, each of which asks for the same names again.
    private readonly Dictionary<SyntaxNode, SymbolInfo> symbols = [];
    private readonly Dictionary<SyntaxTree, SemanticModel> others = [];
    private readonly HashSet<SyntaxTree> visited = [];
    private readonly Dictionary<SyntaxNode, ITypeSymbol?> types = [];
    private readonly Dictionary<SyntaxNode, string?> words = [];
    private IReadOnlyList<InvocationExpressionSyntax>? calls;
    private IReadOnlyList<InvocationExpressionSyntax>? wordCalls;
    private IReadOnlyList<InvocationExpressionSyntax>? submodelCalls;

    public IMethodSymbol Method { get; } = method;

    /// <summary>
    /// Whether the method is a part of other models, which has a result. One of an unknown type may as well be a model whose <c>void</c> is misspelt,
    /// and whose users look for its members.
    /// </summary>
    public bool IsSubmodel { get; } = !method.ReturnsVoid && (method.ReturnType.TypeKind != TypeKind.Error
        || method.ContainingType.GetMembers().OfType<IMethodSymbol>().Any(m => m.ReturnsVoid && KnownSymbols.ModelAttributeOf(m) is not null));

    public SemanticModel Semantics { get; } = semantics;

    public KnownSymbols Known { get; } = known;

    public SourceMap Sources { get; } = sources;

    public CancellationToken Cancellation { get; } = cancellation;

    public IReadOnlyList<VariableSpec> Variables => variables;

    public IReadOnlyList<Issue> Issues => issues;

    /// <summary>Parameters that some <c>Observe</c> names first, wherever it stands.</summary>
    public HashSet<ISymbol> Observed { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Parameters that hold what is known of a latent, each with that latent's name.</summary>
    public Dictionary<ISymbol, string> KnownOf { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Locals whose elements are drawn: <c>h</c> of <c>h[i] = Sample(...)</c>.</summary>
    public HashSet<ISymbol> SiteArrays { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Observed parameters whose <c>Observe</c> has been read, so that they have a value.</summary>
    public HashSet<ISymbol> AlreadyObserved { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Parameters that some arms of a branch have observed and others have not, with the branch.</summary>
    public Dictionary<ISymbol, string> ObservedUnder { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>What the statement that is being read is reached under.</summary>
    public List<GuardSpec> Guards { get; } = [];

    /// <summary>The loops over sites around the statement that is being read, outermost first.</summary>
    public List<StatementSyntax> SiteLoops { get; } = [];

    /// <summary>
    /// What the C# compiler finds wrong in the method. It is shown where the user wrote it; a copy of the text in the generated file would repeat it,
    /// and would have other errors in its wake. An option that turns warnings into errors does not make a text wrong.
    /// </summary>
    public IReadOnlyList<Diagnostic> Errors { get; } = SurelySound.IsSound(syntax, method, semantics, cancellation) ? [] :
    [
        .. semantics.GetSyntaxDiagnostics(syntax.Span, cancellation).Concat(semantics.GetMethodBodyDiagnostics(syntax.Span, cancellation))
            .Where(d => d.DefaultSeverity == DiagnosticSeverity.Error),
    ];

    public bool HasBrokenUsings { get; } = ScopeReader.AreBroken(syntax);

    /// <summary>What the C# compiler finds wrong in a submodel that is called; empty where there is nothing.</summary>
    public string SubmodelError { get; set; } = "";

    /// <summary>The first of these errors, or that of a parameter's type or of a using directive; empty where there is none.</summary>
    public string CompilerError => OwnError.Length > 0 ? OwnError : SubmodelError;

    private string OwnError => Errors.Select(e => $"{e.Id}: {e.GetMessage(CultureInfo.InvariantCulture)}")
        .Concat(Method.Parameters.Where(p => p.Type.TypeKind == TypeKind.Error).Select(p => $"the type of '{p.Name}' is not known"))
        .Concat(HasBrokenUsings ? ["a using directive breaks the grammar"] : Array.Empty<string>()).FirstOrDefault() ?? "";

    /// <summary>Source text with its places where it names a variable of the model.</summary>
    public TextSpec Text(SyntaxNode node) => Text(node, node.Span);

    /// <summary>The part of a node's text that lies in a span.</summary>
    public TextSpec Text(SyntaxNode node, Microsoft.CodeAnalysis.Text.TextSpan span)
    {
        var source = node.SyntaxTree.GetText(Cancellation);
        var parts = new List<TextPart>();
        var at = span.Start;
        foreach (var name in node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Where(n => span.Contains(n.Span)))
        {
            if (VariableOf(name) is not { } variable) continue;
            Literal(name.SpanStart);
            parts.Add(new TextPart(name.ToString(), variable));
            at = name.Span.End;
        }

        Literal(span.End);
        return new TextSpec(parts.ToEquatable());

        void Literal(int end)
        {
            if (end > at) parts.Add(new TextPart(source.ToString(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(at, end)), -1));
        }
    }

    public int Anchor(SyntaxNode node) => Sources.Anchor(node.GetLocation());

    /// <summary>The same anchor each time that a place is read; none, which is 0, for a place outside the model's method.</summary>
    public int AnchorOnce(SyntaxNode node)
    {
        if (node.SyntaxTree != syntax.SyntaxTree || !syntax.Span.Contains(node.Span)) return 0;
        return anchors.TryGetValue(node.Span, out var anchor) ? anchor : anchors[node.Span] = Anchor(node);
    }

    public void Report(string rule, SyntaxNode node, params string[] arguments) => Report(rule, node.GetLocation(), arguments);

    /// <summary>Reports a fault once, however often its place is read.</summary>
    public void Report(string rule, Location location, params string[] arguments)
    {
        if (CompilerError.Length > 0 && ByMeaning.Contains(rule)) return;
        if (issues.Any(i => i.Rule == rule && Sources[i.Anchor].SourceSpan == location.SourceSpan)) return;
        issues.Add(new Issue(rule, Sources.Anchor(location), arguments.ToEquatable()));
    }

    /// <summary>The word of the language that a node calls: <c>Sample</c>, <c>Observe</c>, <c>Factor</c> or <c>Plate</c>; else null.</summary>
    public string? WordOf(SyntaxNode node)
    {
        if (node is not InvocationExpressionSyntax call) return null;
        if (words.TryGetValue(call, out var known)) return known;
        return words[call] = KnownSymbols.WordOf(call) is { } word && Known.IsOfLanguage(InfoOf(call)) ? word : null;
    }

    /// <summary>The method with <c>[Model]</c> that a call is of; null for any other call.</summary>
    public IMethodSymbol? SubmodelOf(SyntaxNode node) =>
        node is InvocationExpressionSyntax call && SymbolOf(call) is IMethodSymbol called && ShapeRules.IsModelMethod(called) ? called : null;

    /// <summary>The arguments of calls that have been read, each by the word that it is taken for: several readers ask for them.</summary>
    public Dictionary<(InvocationExpressionSyntax Call, string? Word), SiteCall> SiteCalls { get; } = [];

    /// <summary>Calls of other models under a node, the node itself included.</summary>
    public IEnumerable<InvocationExpressionSyntax> SubmodelsIn(SyntaxNode node)
    {
        if (node.SyntaxTree != syntax.SyntaxTree || !syntax.Span.Contains(node.Span))
            return node.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Where(call => SubmodelOf(call) is not null);
        submodelCalls ??= [.. Calls.Where(call => SubmodelOf(call) is not null)];
        return submodelCalls.Count == 0 ? [] : submodelCalls.Where(call => node.Span.Contains(call.Span));
    }

    /// <summary>All calls in the method, in the order of the text: several readers go through them.</summary>
    public IReadOnlyList<InvocationExpressionSyntax> Calls => calls ??= [.. syntax.DescendantNodes().OfType<InvocationExpressionSyntax>()];

    /// <summary>A number for the next branch, which its guards name.</summary>
    public int NextBranch() => branches++;

    /// <summary>Calls of the language's words in a part of the method, in the order of the text.</summary>
    public IEnumerable<InvocationExpressionSyntax> WordsIn(SyntaxNode part)
    {
        wordCalls ??= [.. Calls.Where(call => WordOf(call) is not null)];
        return wordCalls.Where(call => part.Span.Contains(call.Span));
    }

    public bool HasSites(SyntaxNode part) => WordsIn(part).Any() || SubmodelsIn(part).Any();

    public ITypeSymbol? TypeOf(ExpressionSyntax expression) => types.TryGetValue(expression, out var known) ? known
        : types[expression] = expression switch
        {
            // What a name or a call is bound to is asked for anyway, and tells its type.
            InvocationExpressionSyntax when SymbolOf(expression) is IMethodSymbol called => called.ReturnType,
            IdentifierNameSyntax when SymbolOf(expression) is ILocalSymbol local => local.Type,
            IdentifierNameSyntax when SymbolOf(expression) is IParameterSymbol parameter => parameter.Type,

            // The compiler does not keep what it made of the method's name, and would bind it anew to say that it has no type.
            _ when IsNameOfMethod(expression) => null,
            _ => SemanticsOf(expression).GetTypeInfo(expression, Cancellation).Type,
        };

    public ISymbol? SymbolOf(SyntaxNode node) => InfoOf(node).Symbol;

    /// <summary>What a name or call is bound to, or nearly.</summary>
    public SymbolInfo InfoOf(SyntaxNode node) => symbols.TryGetValue(node, out var known) ? known : symbols[node] = Bound(node);

    /// <summary>The method of a call is asked of the call: of its name alone, the compiler looks for all methods that could be meant.</summary>
    private SymbolInfo Bound(SyntaxNode node) =>
        IsNameOfMethod(node) ? InfoOf(CallOf(node)!) : SemanticsOf(node).GetSymbolInfo(node, Cancellation);

    /// <summary>Whether a node names the method of a call, rather than a delegate that is called.</summary>
    private bool IsNameOfMethod(SyntaxNode node) =>
        CallOf(node) is { } call && InfoOf(call).Symbol is IMethodSymbol { MethodKind: not MethodKind.DelegateInvoke };

    private static InvocationExpressionSyntax? CallOf(SyntaxNode node)
    {
        var place = node.Parent is MemberAccessExpressionSyntax access && access.Name == node ? access : node;
        return place is SimpleNameSyntax or MemberAccessExpressionSyntax
            && place.Parent is InvocationExpressionSyntax call && call.Expression == place ? call : null;
    }

    public ISymbol? DeclaredBy(SyntaxNode node) => SemanticsOf(node).GetDeclaredSymbol(node, Cancellation);

    /// <summary>The model's methods may stand in other files.</summary>
    public SemanticModel SemanticsOf(SyntaxNode node)
    {
        if (node.SyntaxTree == Semantics.SyntaxTree) return Semantics;
        if (!others.TryGetValue(node.SyntaxTree, out var known))
            others[node.SyntaxTree] = known = PlainSemantics.Of(Semantics.Compilation, node.SyntaxTree);
        return known;
    }

    /// <summary>A symbol's declarations in this project, whose text is then read.</summary>
    public IEnumerable<SyntaxNode> SourceOf(ISymbol symbol)
    {
        foreach (var declaration in Known.SourceOf(symbol))
        {
            visited.Add(declaration.SyntaxTree);
            yield return declaration;
        }
    }

    /// <summary>Files that the text of something was read in.</summary>
    public IReadOnlyCollection<SyntaxTree> Visited => visited;

    public void Visit(IEnumerable<SyntaxTree> files) => visited.UnionWith(files);

    /// <summary>The variable that a name stands for: a local, local function or parameter of the model itself, not of a lambda in it.</summary>
    public int? VariableOf(SyntaxNode node) => node is IdentifierNameSyntax && SymbolOf(node) is { } symbol ? VariableOf(symbol) : null;

    public int? VariableOf(ISymbol symbol)
    {
        if (ids.TryGetValue(symbol, out var id)) return id;
        if (!SymbolEqualityComparer.Default.Equals(symbol.ContainingSymbol, Method)) return null;
        return symbol is ILocalSymbol or IMethodSymbol { MethodKind: MethodKind.LocalFunction } ? Add(symbol, VariableRole.Local) : null;
    }

    public int Add(ISymbol symbol, VariableRole role)
    {
        ids.Add(symbol, variables.Count);
        var isNullable = symbol is IParameterSymbol { NullableAnnotation: NullableAnnotation.Annotated };
        variables.Add(new VariableSpec(variables.Count, symbol.Name, role, null) { IsOptional = isNullable });
        return variables.Count - 1;
    }

    /// <summary>The variable that stands for what says which of some data are there.</summary>
    public int MaskOf(int data, int? slices)
    {
        var known = variables.FindIndex(v => v.MaskOf == data);
        if (known >= 0) return known;
        var name = $"where({variables[data].Name})";
        variables.Add(new VariableSpec(variables.Count, name, VariableRole.Mask, null) { MaskOf = data, Slices = slices });
        return variables.Count - 1;
    }

    /// <summary>Makes a local of another arm of a branch the same variable as one of the same name.</summary>
    public void Unite(ISymbol symbol, int variable) => ids[symbol] = variable;

    /// <summary>Whether what is being read is reached by no run that reaches something under other guards.</summary>
    public bool Excludes(IReadOnlyList<GuardSpec> guards) => GuardSpec.Exclude(Guards, guards);

    /// <summary>A variable without a name, for a value on its way.</summary>
    public int AddTemporary() => Add(new VariableSpec(0, $"#{variables.Count}", VariableRole.Local, null));

    /// <summary>A variable of a submodel.</summary>
    public int Add(VariableSpec variable)
    {
        variables.Add(variable with { Id = variables.Count });
        return variables.Count - 1;
    }

    /// <summary>
    /// Whether a symbol belongs to the model's method, rather than to its class: a primary constructor's parameter belongs to the class.
    /// </summary>
    public static bool IsOfMethod(ISymbol? symbol) =>
        symbol is ILocalSymbol or IParameterSymbol { ContainingSymbol: not IMethodSymbol { MethodKind: MethodKind.Constructor } };

    public void SetRole(int variable, VariableRole role) => variables[variable] = variables[variable] with { Role = role };

    /// <summary>Says that a parameter is observed slice by slice, of a dimension.</summary>
    public void SetSlices(int variable, int dimension) => variables[variable] = variables[variable] with { Slices = dimension };

    /// <summary>Says which position a local holds for good.</summary>
    public void SetPosition(int variable, IndexSpec position) => variables[variable] = variables[variable] with { Position = position };

    /// <summary>Says how many elements an array of sites has, and its sizes where it has several indices.</summary>
    public void SetLength(int variable, IndexSpec length, IReadOnlyList<IndexSpec> sizes) =>
        variables[variable] = variables[variable] with { Length = length, Sizes = sizes.ToEquatable() };

    /// <summary>Whether a variable holds a draw or data, which nothing but its site may change.</summary>
    public bool IsRandom(int variable) => variables[variable].Role is VariableRole.Latent or VariableRole.Parameter;

    /// <summary>The guards of each latent's sites.</summary>
    public Dictionary<int, List<IReadOnlyList<GuardSpec>>> DrawnUnder { get; } = [];

    /// <summary>Whether a variable may not be given another value here: it may where no run has drawn it.</summary>
    public bool IsFixed(int variable) =>
        IsRandom(variable) && !(DrawnUnder.TryGetValue(variable, out var draws) && draws.TrueForAll(Excludes));
}
