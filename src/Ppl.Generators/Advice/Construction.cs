using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.Generators.Advice;

/// <summary>
/// What one constructor of a model does to its components, in the order in which C# runs it: initializers, then the base's constructor, then the
/// body, with the class's own methods followed where they are called. It reads names only, so that every part and every base of the class can be
/// followed.
/// </summary>
internal sealed class Construction
{
    /// <summary>Methods of nn.Module that register one component by name.</summary>
    private static readonly HashSet<string> Registrations =
        ["add_module", "register_module", "register_parameter", "ConditionallyRegisterParameter"];

    private readonly IReadOnlyList<ClassLevel> levels;
    private readonly HashSet<string> names;
    private readonly HashSet<string> collections;
    private readonly HashSet<ISymbol> running = new(SymbolEqualityComparer.Default);

    /// <param name="levels">The class and its bases, up to GenerativeModel, each with its components.</param>
    public Construction(IReadOnlyList<ClassLevel> levels)
    {
        this.levels = levels;
        names = [.. levels.SelectMany(l => l.Components).Select(c => c.Name)];
        collections = [.. levels.SelectMany(l => l.Components).Where(c => c.Kind == ComponentKind.Collection).Select(c => c.Name)];
    }

    /// <summary>Whether RegisterComponents ran. It runs once: a second call does nothing.</summary>
    public bool RegistersAll { get; private set; }

    /// <summary>Whether something was registered that is no component by name, such as the elements of a list.</summary>
    public bool RegistersOther { get; private set; }

    /// <summary>Components that have been given a value.</summary>
    public HashSet<string> Set { get; } = [];

    public HashSet<string> Registered { get; } = [];

    /// <summary>Components that were handed on, to a Sequential or a ModuleList for instance, which may own them then.</summary>
    public HashSet<string> HandedOn { get; } = [];

    public void Run(IMethodSymbol constructor) => Run(0, constructor);

    /// <summary>Reads what other methods register.</summary>
    public static bool Registers(SyntaxNode body, string component) => body.DescendantNodes().OfType<InvocationExpressionSyntax>()
        .Any(call => Registrations.Contains(CalledName(call) ?? "") && call.ArgumentList.Arguments.Any(a => NameOf(a.Expression) == component));

    /// <summary>Whether a method that others may call after construction registers everything.</summary>
    public static bool RegistersLater(SyntaxNode body) => body.DescendantNodes().OfType<InvocationExpressionSyntax>()
        .Any(call => CalledName(call) == "RegisterComponents" && call.Ancestors().OfType<MethodDeclarationSyntax>().FirstOrDefault() is { } method
            && method.Modifiers.Any(m => m.ValueText is "public" or "internal" or "protected")
            && !method.Modifiers.Any(m => m.ValueText == "override"));

    public static bool Assigns(SyntaxNode body, string component) =>
        body.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(a => Targets(a.Left).Any(t => NameOf(t) == component));

    private void Run(int level, IMethodSymbol constructor)
    {
        if (level >= levels.Count || !running.Add(constructor)) return;
        var (type, components) = levels[level];
        var syntax = constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
        var initializer = (syntax as ConstructorDeclarationSyntax)?.Initializer;
        if (initializer?.ThisOrBaseKeyword.ValueText == "this")
        {
            if (Overload(type, initializer.ArgumentList.Arguments.Count, constructor) is { } other) Run(level, other);
        }
        else
        {
            Set.UnionWith(components.Where(c => c.IsInitialized).Select(c => c.Name));
            var primary = (syntax as TypeDeclarationSyntax)?.BaseList?.Types.OfType<PrimaryConstructorBaseTypeSyntax>().FirstOrDefault();
            var arguments = initializer?.ArgumentList.Arguments.Count ?? primary?.ArgumentList.Arguments.Count ?? 0;
            if (level + 1 < levels.Count && Overload(levels[level + 1].Type, arguments, null) is { } inherited) Run(level + 1, inherited);
        }

        if (syntax is ConstructorDeclarationSyntax declared) Walk((SyntaxNode?)declared.Body ?? declared.ExpressionBody);
    }

    private static IMethodSymbol? Overload(INamedTypeSymbol type, int arguments, IMethodSymbol? but)
    {
        var others = type.InstanceConstructors.Where(c => !SymbolEqualityComparer.Default.Equals(c, but)).ToList();
        return others.FirstOrDefault(c => c.Parameters.Length >= arguments && c.Parameters.Count(p => !p.IsOptional && !p.IsParams) <= arguments)
            ?? others.FirstOrDefault();
    }

    /// <summary>Children come before what they are part of, as they are evaluated.</summary>
    private void Walk(SyntaxNode? node)
    {
        if (node is null) return;
        foreach (var child in node.ChildNodes()) Walk(child);
        switch (node)
        {
            case AssignmentExpressionSyntax assignment:
                foreach (var target in Targets(assignment.Left)) Give(target);
                break;
            case ArgumentSyntax argument when argument.RefKindKeyword.ValueText is "out" or "ref":
                Give(argument.Expression);
                break;
            case ArgumentSyntax argument when NameOf(argument.Expression) is { } name && names.Contains(name):
                HandedOn.Add(name);
                break;
            case SpreadElementSyntax spread when NameOf(spread.Expression) is { } name && names.Contains(name):
                HandedOn.Add(name);
                break;
            case InvocationExpressionSyntax call when CalledName(call) is { } name:
                Call(call, name);
                break;
        }
    }

    private void Call(InvocationExpressionSyntax call, string name)
    {
        if (Registrations.Contains(name))
        {
            var component = call.ArgumentList.Arguments.Select(a => NameOf(a.Expression)).FirstOrDefault(n => n is not null && names.Contains(n));
            if (component is null) RegistersOther = true;
            else Registered.Add(component);
            return;
        }

        // An override of RegisterComponents may register by hand as well.
        var method = levels.SelectMany(l => l.Type.GetMembers(name)).OfType<IMethodSymbol>().FirstOrDefault(m => m.MethodKind == MethodKind.Ordinary);
        if (method is not null && running.Add(method))
        {
            foreach (var reference in method.DeclaringSyntaxReferences) Walk(reference.GetSyntax());
            running.Remove(method);
        }

        if (name != "RegisterComponents" || RegistersAll) return;
        Registered.UnionWith(Set.Where(name => !collections.Contains(name)));
        RegistersAll = true;
    }

    private void Give(ExpressionSyntax target)
    {
        if (NameOf(target) is { } name && names.Contains(name)) Set.Add(name);
    }

    private static IEnumerable<ExpressionSyntax> Targets(ExpressionSyntax left) =>
        left is TupleExpressionSyntax tuple ? tuple.Arguments.SelectMany(a => Targets(a.Expression)) : [left];

    /// <summary>The member that an expression names: <c>a</c> or <c>this.a</c>.</summary>
    private static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or BaseExpressionSyntax, Name: var name } => name.Identifier.ValueText,
        _ => null,
    };

    private static string? CalledName(InvocationExpressionSyntax call) => NameOf(call.Expression);
}
