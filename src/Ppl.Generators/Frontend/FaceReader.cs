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

    public EquatableArray<FaceSite> Read(MethodDeclarationSyntax syntax)
    {
        var sites = new List<FaceSite>();
        foreach (var call in syntax.DescendantNodes().OfType<InvocationExpressionSyntax>())
            if (ReadSite(call) is { Name.Length: > 0 } site && sites.All(s => s.Name != site.Name)) sites.Add(site);
        var properties = MembersFor(sites, GeneratedNames.RecordMembers.Contains);
        var encoders = MembersFor(sites, name => GeneratedNames.GuideMembers.Contains(name) || IsInherited(context.Known.Guide, name));
        return sites.Select(s => s with
        {
            Property = properties[s.Name],
            Encoder = encoders[s.Name],
            IsOptional = IsOptional(syntax, s),
        }).ToEquatable();
    }

    /// <summary>Whether a run may reach no site of the variable; of an array, none of some element.</summary>
    private bool IsOptional(MethodDeclarationSyntax syntax, FaceSite site)
    {
        if (syntax.Body is not { } body || !body.DescendantNodes().Any(n => n is IfStatementSyntax or SwitchStatementSyntax or ReturnStatementSyntax))
            return false;
        var reach = new ReachReader(call => ReadSite(call)?.Name == site.Name);
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
        call.ArgumentList.Arguments.Count > 0 && TargetOf(call) is (var text, var name, false)
            ? new(name, false, false, $"{text} = {call.ArgumentList.Arguments[0].Expression}", name, name) { IsRecord = true } : null;

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

    /// <summary>For each site a member's name: its own, or one with an underscore where that is not free.</summary>
    private static Dictionary<string, string> MembersFor(List<FaceSite> sites, Func<string, bool> isTaken)
    {
        var members = sites.Where(s => !isTaken(s.Name)).ToDictionary(s => s.Name, s => s.Name);
        foreach (var site in sites.Where(s => isTaken(s.Name)))
        {
            var member = site.Name + "_";
            while (isTaken(member) || sites.Any(s => s.Name == member) || members.ContainsValue(member)) member += "_";
            members.Add(site.Name, member);
        }

        return members;
    }

    private static bool IsInherited(INamedTypeSymbol? type, string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
            if (current.GetMembers(name)
                .Any(m => m.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected
                    or Accessibility.ProtectedOrInternal)) return true;
        return false;
    }
}
