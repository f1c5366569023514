using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Reads what users see of a model, its latents and observed parameters, wherever they stand: a fault must not change the generated members, or
/// code that uses the model would show errors that are none of its own.
/// </summary>
internal sealed class FaceReader(ReadingContext context)
{
    private const int MostTypos = 2;
    private static readonly string[] Words = ["Sample", "Observe", Recording];
    private const string Recording = "Deterministic";

    private readonly Dictionary<InvocationExpressionSyntax, List<FaceSite>> sitesOf = [];
    private bool? hasWays;

    public FaceSpec Read(MethodDeclarationSyntax syntax)
    {
        var sites = new List<FaceSite>();
        foreach (var call in context.Calls)
            foreach (var site in SitesOf(call))
                if (site.Name.Length > 0 && !sites.Exists(s => IsSame(s.Name, site.Name))) sites.Add(site);
        var names = new FaceNames(context, sites);
        return new FaceSpec(sites.Select(s => names.Of(s) with { IsOptional = s.IsOptional || IsOptional(syntax, s) }).ToEquatable(), names.Scopes);
    }

    /// <summary>Whether two names are one, or one of them is that of a call which the other stands in: such a model is faulty.</summary>
    private static bool IsSame(string a, string b) =>
        a == b || a.StartsWith(b + ".", StringComparison.Ordinal) || b.StartsWith(a + ".", StringComparison.Ordinal);

    private static bool HasWays(BlockSyntax body) =>
        body.DescendantNodes().Any(n => n is IfStatementSyntax or SwitchStatementSyntax or ReturnStatementSyntax);

    /// <summary>The sites of a call, which are asked for once for each variable of the model.</summary>
    private List<FaceSite> SitesOf(InvocationExpressionSyntax call) =>
        sitesOf.TryGetValue(call, out var known) ? known : sitesOf[call] = [.. ReadSites(call)];

    /// <summary>The site of a call, or those of the submodel that it calls.</summary>
    private IEnumerable<FaceSite> ReadSites(InvocationExpressionSyntax call)
    {
        if (context.SubmodelOf(call) is not { } method) return ReadSite(call) is { } site ? [site] : [];
        if (SubmodelReader.Find(context, method) is not { } submodel) return [];
        var latents = TargetOf(call) is (var text, var name, var isIndexed)
            ? submodel.Spec.Face.Where(f => f.IsLatent || f.IsRecord).Select(f => f with
            {
                Name = $"{name}.{f.Name}",
                Text = $"{text}.{f.Text}",
                IsIndexed = f.IsIndexed || isIndexed,
                Known = KnownIn(call, method, f),
                Scope = isIndexed ? name.Length : f.Scope > 0 ? name.Length + 1 + f.Scope : 0,
            }) : [];
        var observed = CallArguments.Of(method, call)
            .Select(a => (
                Data: ParameterIn(a.Argument, false),
                Face: submodel.Spec.Face.FirstOrDefault(f => f is { IsLatent: false, IsRecord: false } && f.Name == a.Parameter.Name)))
            .Where(a => a is { Data: not null, Face: not null }).Select(a => Renamed(a.Face!, a.Data!.Name));
        return latents.Concat(observed);
    }

    /// <summary>The caller's parameter that holds what a submodel knows of a latent.</summary>
    private string KnownIn(InvocationExpressionSyntax call, IMethodSymbol method, FaceSite latent) => latent.Known.Length == 0 ? ""
        : CallArguments.Of(method, call).Where(a => a.Parameter.Name == latent.Known).Select(a => ParameterIn(a.Argument, false)?.Name)
            .FirstOrDefault() ?? "";

    /// <summary>What a submodel observes has the name of its caller's parameter.</summary>
    private static FaceSite Renamed(FaceSite site, string name) =>
        site with { Name = name, Text = name + site.Text.Substring(site.Text.IndexOf(site.Name, StringComparison.Ordinal) + site.Name.Length) };

    /// <summary>Whether a run may reach no site of the variable; of an array, none of some element.</summary>
    private bool IsOptional(MethodDeclarationSyntax syntax, FaceSite site)
    {
        if (syntax.Body is not { } body || !(hasWays ??= HasWays(body))) return false;
        var reach = new ReachReader(call => SitesOf(call).Exists(s => s.Name == site.Name), isSubmodel: context.IsSubmodel);
        return !(site.IsIndexed ? reach.AlwaysEach(body) : reach.Always(body));
    }

    private FaceSite? ReadSite(InvocationExpressionSyntax call)
    {
        if (WordOf(call) is not { } word || !Words.Contains(word)) return null;
        if (word == Recording) return ReadRecord(call);
        var arguments = SiteCall.Read(context, call, word);
        if (arguments.Distribution is not { } distribution) return null;
        if (arguments.Value is { } value)
        {
            if (ParameterIn(value) is not { } parameter) return null;
            return Site(parameter.Name, false, false, SliceReader.Read(context, value) is null ? parameter.Name : value.ToString(), distribution);
        }

        if (word != "Sample" || TargetOf(call) is not (var text, var name, var isIndexed)) return null;
        var known = arguments.Known is { } held ? ParameterIn(held)?.Name : null;
        return Site(name, true, isIndexed, text, distribution) with { Known = known ?? "" };
    }

    private FaceSite? ReadRecord(InvocationExpressionSyntax call) =>
        call.ArgumentList.Arguments.Count > 0 && TargetOf(call) is (var text, var name, var isIndexed)
            ? new(name, false, isIndexed, $"{text} = {call.ArgumentList.Arguments[0].Expression}", name, name) { IsRecord = true } : null;

    private static FaceSite Site(string name, bool isLatent, bool isIndexed, string text, ExpressionSyntax distribution) =>
        new(name, isLatent, isIndexed, $"{text} ~ {distribution}", name, name);

    /// <summary>A word of the language, or what looks like one that is misspelled, or whose class is.</summary>
    private string? WordOf(InvocationExpressionSyntax call)
    {
        if (context.WordOf(call) is { } word) return word;
        return call.Expression is IdentifierNameSyntax name && context.InfoOf(name) is { Symbol: null, CandidateSymbols.IsEmpty: true }
            ? Words.FirstOrDefault(w => Spelling.Distance(name.Identifier.ValueText, w) <= MostTypos) : null;
    }

    /// <summary>The local that a draw is assigned to, with its text.</summary>
    private (string Text, string Name, bool IsIndexed)? TargetOf(InvocationExpressionSyntax call)
    {
        SyntaxNode node = call;
        while (node.Parent is ParenthesizedExpressionSyntax || (node.Parent is ConditionalExpressionSyntax choice && choice.Condition != node))
            node = node.Parent;
        if (node.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator })
            return (declarator.Identifier.Text, declarator.Identifier.ValueText, false);
        if (node.Parent is not AssignmentExpressionSyntax assignment || assignment.Right != node) return null;
        var (variable, isIndexed) = assignment.Left is ElementAccessExpressionSyntax element ? (element.Expression, true) : (assignment.Left, false);
        return LocalOf(variable) is { } local ? (assignment.Left.ToString(), local, isIndexed) : null;
    }

    /// <summary>The name of a local, or of one that the user forgot to declare.</summary>
    private string? LocalOf(ExpressionSyntax target) =>
        target is IdentifierNameSyntax name && context.SymbolOf(name) is null or ILocalSymbol ? name.Identifier.ValueText : null;

    /// <summary>
    /// The parameter of the model that is observed; that a value is computed from, directly or through a local; or that is misspelled.
    /// </summary>
    private IParameterSymbol? ParameterIn(ExpressionSyntax value, bool throughLocals = true)
    {
        var names = value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().ToList();
        var parameters = context.Method.Parameters;
        if (names.Select(context.SymbolOf).OfType<IParameterSymbol>()
            .FirstOrDefault(p => parameters.Contains(p, SymbolEqualityComparer.Default)) is { } named)
            return named;
        var values = throughLocals ? names.Select(ValueOf).OfType<ExpressionSyntax>() : [];
        if (values.Select(v => ParameterIn(v, false)).FirstOrDefault(p => p is not null) is { } source) return source;
        return names.Where(n => context.SymbolOf(n) is null)
            .SelectMany(n => parameters.Select(p => (Parameter: p, Far: Spelling.Distance(n.Identifier.ValueText, p.Name))))
            .Where(near => near.Far <= MostTypos).OrderBy(near => near.Far).Select(near => near.Parameter).FirstOrDefault();
    }

    /// <summary>What a local is declared as.</summary>
    private ExpressionSyntax? ValueOf(IdentifierNameSyntax name) =>
        context.SymbolOf(name) is ILocalSymbol { DeclaringSyntaxReferences: [var declaration] }
        && declaration.GetSyntax(context.Cancellation) is VariableDeclaratorSyntax { Initializer.Value: { } value } ? value : null;
}
