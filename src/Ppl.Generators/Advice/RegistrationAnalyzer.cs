using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Ppl.Generators.Diagnostics;
using Ppl.Generators.Frontend;

namespace Ppl.Generators.Advice;

/// <summary>
/// Finds networks and parameters that a model holds and nn.Module does not know of: they would take part in every pass, and no optimizer and no
/// checkpoint would see them. Errors, because nothing at run time shows it but a model that does not learn; a network that is frozen on purpose is
/// registered too.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RegistrationAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [PplDescriptors.ModulesNotRegistered, PplDescriptors.ModuleSetTooLate, PplDescriptors.ModulesInCollection];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        var known = KnownSymbols.Of(context.Compilation);
        if (type.TypeKind != TypeKind.Class || type.IsAbstract || !known.IsModel(type) || LevelsOf(type, known) is not { } levels) return;
        var components = levels.SelectMany(l => l.Components).ToList();
        if (components.Count == 0) return;
        var bodies = Bodies(levels, known);
        foreach (var constructor in type.InstanceConstructors)
        {
            var construction = new Construction(levels);
            construction.Run(constructor);
            var lost = components.Where(c => IsLost(c, bodies, construction)).ToList();
            foreach (var component in lost) components.Remove(component); // one constructor that loses it is enough
            Report(context, type, constructor, construction, lost);
        }
    }

    /// <summary>
    /// The class and its bases up to GenerativeModel; null where one of them is compiled already, so that its constructor cannot be read.
    /// </summary>
    private static List<ClassLevel>? LevelsOf(INamedTypeSymbol type, KnownSymbols known)
    {
        var levels = new List<ClassLevel>();
        for (var level = type; level is not null && !SymbolEqualityComparer.Default.Equals(level, known.GenerativeModel); level = level.BaseType)
        {
            if (!known.SourceOf(level).Any()) return null;
            levels.Add(new(level, Component.Of(level, known).ToList()));
        }

        return levels;
    }

    private static bool IsLost(Component component, List<SyntaxNode> bodies, Construction construction)
    {
        var name = component.Name;
        if (construction.Registered.Contains(name) || bodies.Any(body => Construction.Registers(body, name))) return false;

        // What is handed on may have another owner; what is registered by other names than the class's own cannot be told apart.
        if (component.Kind == ComponentKind.Collection) return !construction.RegistersOther && !construction.HandedOn.Contains(name);
        if (!construction.RegistersAll && (construction.RegistersOther || bodies.Any(Construction.RegistersLater))) return false;
        return construction.Set.Contains(name) || component.IsOpen || bodies.Any(body => Construction.Assigns(body, name));
    }

    private static void Report(
        SymbolAnalysisContext context, INamedTypeSymbol type, IMethodSymbol constructor, Construction construction, List<Component> lost)
    {
        foreach (var component in lost.Where(c => c.Kind == ComponentKind.Collection))
        {
            var (kind, instead) = Describe(component);
            context.ReportDiagnostic(Diagnostic.Create(PplDescriptors.ModulesInCollection, component.Location, component.Name, kind, instead));
        }

        var single = lost.Where(c => c.Kind != ComponentKind.Collection).ToList();
        if (construction.RegistersAll)
        {
            foreach (var component in single)
            {
                var register = component.Kind == ComponentKind.Parameter ? "register_parameter" : "register_module";
                context.ReportDiagnostic(Diagnostic.Create(PplDescriptors.ModuleSetTooLate, component.Location, component.Name, register));
            }
        }
        else if (single.Count > 0)
        {
            var place = constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is ConstructorDeclarationSyntax declared
                ? declared.Identifier.GetLocation() : type.Locations[0];
            context.ReportDiagnostic(
                Diagnostic.Create(PplDescriptors.ModulesNotRegistered, place, type.Name, string.Join(", ", single.Select(c => c.Name).Distinct())));
        }
    }

    private static (string Kind, string Instead) Describe(Component component)
    {
        var text = component.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
        var holdsParameters = text.Contains("Parameter");
        var isKeyed = text.Contains("Dictionary");
        return (text, (holdsParameters, isKeyed) switch
        {
            (true, true) => "ParameterDict",
            (true, false) => "ParameterList",
            (false, true) => "ModuleDict",
            _ => "ModuleList",
        });
    }

    private static List<SyntaxNode> Bodies(IEnumerable<ClassLevel> levels, KnownSymbols known) =>
        levels.SelectMany(level => known.SourceOf(level.Type)).ToList();
}
