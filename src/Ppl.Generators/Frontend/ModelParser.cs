using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Reads one [Model] method into a <see cref="ModelSpec"/>. Runs on each edit, so it asks for no more than the method and its class.
/// </summary>
internal static class ModelParser
{
    /// <summary>The parse of the method that carries the attribute.</summary>
    public static Parsed Parse(MethodDeclarationSyntax syntax, IMethodSymbol method, SemanticModel semantics, CancellationToken cancellation)
    {
        semantics = PlainSemantics.Of(semantics.Compilation, syntax.SyntaxTree);
        var sources = new SourceMap(syntax.SyntaxTree.FilePath);
        var known = KnownSymbols.Of(semantics.Compilation);
        var context = new ReadingContext(syntax, method, semantics, known, sources, cancellation);
        var canEmit = ShapeRules.CheckClass(context, syntax);
        ShapeRules.CheckLanguage(context, syntax);
        ShapeRules.CheckMethod(context, syntax);
        foreach (var parameter in method.Parameters) context.Add(parameter, VariableRole.Parameter);

        var families = new FamilyReader(context);
        var lengths = new LengthReader(context);
        var body = new BodyReader(context, families, lengths);
        var statements = EquatableArray<StatementSpec>.Empty;
        if (canEmit && syntax.Body is not null && known.IsModel(method.ContainingType))
        {
            Survey(context, syntax.Body);
            lengths.Survey(syntax.Body);
            statements = body.Read(syntax.Body.Statements);
            lengths.Check(body.Plates);
            new OperationRules(context).Check(syntax.Body);
            SubmodelRules.Check(context, syntax, body, statements);
            ShapeRules.CheckModel(context, syntax, body);
        }

        var taken = Names(syntax);
        var members = new NameReader(context, syntax, taken).Read(syntax, body.Lengths.Count);
        var face = new FaceReader(context).Read(syntax);
        var (imports, shortNames) = context.HasBrokenUsings ? ([], []) : ShortNameReader.Read(context, syntax, taken);
        var spec = new ModelSpec
        {
            Program = Program(context, syntax, body, statements, face),
            Host = new HostSpec
            {
                Scopes = ScopeReader.Scopes(syntax, semantics),
                Types = ScopeReader.Types(syntax),
                CanEmit = canEmit,
                IsModel = known.IsModel(method.ContainingType),
                HintName = ScopeReader.HintName(method),
                TakenNames = taken.ToEquatable(),
                Members = members,
                Imports = imports.ToEquatable(),
                ShortNames = shortNames.ToEquatable(),
                CompilerError = context.CompilerError,
            },
            Face = face.Sites,
            FaceScopes = face.Scopes,
            Issues = context.Issues.ToEquatable(),
        };
        return new Parsed(spec, sources.ToLineMap(), sources, context.Visited);
    }

    private static ProgramSpec Program(
        ReadingContext context, MethodDeclarationSyntax syntax, BodyReader body, EquatableArray<StatementSpec> statements, FaceSpec face) => new()
        {
            Method = context.Method.Name,
            Structure = ShapeRules.ReadStructure(context),
            Variables = context.Variables.Select(v => v with { IsOptional = v.IsOptional && face.Holds(v) }).ToEquatable(),
            Plates = body.Plates.ToEquatable(),
            Sites = body.Sites.ToEquatable(),
            Records = body.Records.ToEquatable(),
            Body = statements,
            Lengths = body.Lengths.ToEquatable(),
            DataLengths = body.DataLengths.ToEquatable(),
            NamedParameters = NamedParameters(context, syntax).ToEquatable(),
            Result = !context.IsSubmodel ? null : body.Returned ?? new ResultSpec("", -1, EquatableArray<int>.Empty),
        };

    /// <summary>Finds what is observed and which arrays hold sites before reading: statements refer to both from above.</summary>
    private static void Survey(ReadingContext context, BlockSyntax body)
    {
        foreach (var call in context.WordsIn(body))
        {
            var word = context.WordOf(call);
            if (word is "Sample" or "Observe" && SiteCall.Read(context, call).Value is { } value
                && context.SymbolOf(value) is IParameterSymbol observed)
                context.Observed.Add(observed);
            if (word == "Observe" && SiteCall.Read(context, call).Value is { } part && SliceReader.Read(context, part) is { } slice
                && context.VariableOf(slice.Parameter) is { } sliced)
            {
                context.Observed.Add(slice.Parameter);
                if (context.Variables[sliced].Slices is null) context.SetSlices(sliced, slice.Dimension);
            }

            if (word == "Sample" && SiteCall.Read(context, call).Known is { } known && context.SymbolOf(known) is IParameterSymbol held)
                context.KnownOf[held] = TargetOf(call);

            if (word is "Sample" or "Deterministic" && Assigned(call) is AssignmentExpressionSyntax { Left: ElementAccessExpressionSyntax element }
                && context.SymbolOf(element.Expression) is ILocalSymbol array)
                context.SiteArrays.Add(array);
        }

        foreach (var call in context.SubmodelsIn(body))
        {
            if (SubmodelReader.Find(context, context.SubmodelOf(call)!) is not { } submodel) continue;
            var faces = submodel.Spec.Face;
            foreach (var (argument, parameter) in CallArguments.Of(context.SubmodelOf(call)!, call))
                SurveyArgument(context, call, submodel.Spec, argument, parameter);
            if (faces.Any(f => f.IsLatent || f.IsRecord)
                && Assigned(call) is AssignmentExpressionSyntax { Left: ElementAccessExpressionSyntax element }
                && context.SymbolOf(element.Expression) is ILocalSymbol array)
                context.SiteArrays.Add(array);
        }
    }

    /// <summary>Finds what a submodel observes, and what it takes for known of a latent.</summary>
    private static void SurveyArgument(
        ReadingContext context, InvocationExpressionSyntax call, ModelSpec submodel, ExpressionSyntax argument, IParameterSymbol parameter)
    {
        if (context.SymbolOf(argument) is not IParameterSymbol data || context.VariableOf(data) is not { } variable) return;
        if (submodel.Face.Any(f => f is { IsLatent: false, IsRecord: false } && f.Name == parameter.Name)) context.Observed.Add(data);
        if (submodel.Face.FirstOrDefault(f => f.IsLatent && f.Known == parameter.Name) is { } known)
            context.KnownOf[data] = $"{TargetOf(call)}.{known.Name}";
        if (submodel.Program.Variables.FirstOrDefault(v => v.Name == parameter.Name && v.Slices is not null) is { } sliced
            && context.Variables[variable].Slices is null)
            context.SetSlices(variable, sliced.Slices!.Value);
    }

    /// <summary>What a draw is the right side of, or a way of the right side.</summary>
    private static SyntaxNode? Assigned(InvocationExpressionSyntax call) =>
        call.Ancestors().FirstOrDefault(a => a is not (ParenthesizedExpressionSyntax or ConditionalExpressionSyntax));

    private static string TargetOf(InvocationExpressionSyntax call) => call.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } => declarator.Identifier.ValueText,
        AssignmentExpressionSyntax assignment => assignment.Left.ToString(),
        _ => call.ToString(),
    };

    private static IEnumerable<int> NamedParameters(ReadingContext context, MethodDeclarationSyntax syntax) => syntax.DescendantNodes()
        .OfType<InvocationExpressionSyntax>().Where(call => call.Expression is IdentifierNameSyntax { Identifier.ValueText: "nameof" })
        .SelectMany(call => call.DescendantNodes()).OfType<IdentifierNameSyntax>().Select(context.SymbolOf).OfType<IParameterSymbol>()
        .Select(context.VariableOf).OfType<int>().Distinct();

    private static List<string> Names(MethodDeclarationSyntax syntax)
    {
        var names = new HashSet<string>();
        foreach (var token in syntax.DescendantTokens())
            if (token.IsKind(SyntaxKind.IdentifierToken)) names.Add(token.ValueText);
        List<string> sorted = [.. names];
        sorted.Sort(StringComparer.Ordinal);
        return sorted;
    }
}
