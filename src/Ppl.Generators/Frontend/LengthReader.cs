using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// The lengths that a model reads off the shapes of its parameters, <c>var steps = (int)x.shape[1];</c>: what sizes the arrays of its sites and
/// bounds the loops around them. They are found before the body is read, since statements above may read the same shapes.
/// </summary>
internal sealed class LengthReader(ReadingContext context)
{
    private readonly List<(DataLengthSpec Length, Location Place)> found = [];

    // Where a local has one value for good, the value; null for a local that some statement changes.
    private readonly Dictionary<ISymbol, ExpressionSyntax?> values = new(SymbolEqualityComparer.Default);

    public IEnumerable<DataLengthSpec> Lengths => found.Select(f => f.Length);

    /// <summary>Finds the lengths in what sizes arrays and bounds loops.</summary>
    public void Survey(BlockSyntax body)
    {
        if (context.IsSubmodel) return;
        foreach (var node in body.DescendantNodes())
        {
            switch (node)
            {
                case VariableDeclaratorSyntax { Initializer.Value: ArrayCreationExpressionSyntax creation } declarator
                    when context.DeclaredBy(declarator) is { } local && context.SiteArrays.Contains(local):
                    foreach (var size in creation.Type.RankSpecifiers.SelectMany(r => r.Sizes)) Find(size, null);
                    break;
                case ForStatementSyntax loop when context.HasSites(loop.Statement):
                    Find(loop.Condition, null);
                    foreach (var start in loop.Declaration?.Variables.Select(v => v.Initializer?.Value) ?? []) Find(start, null);
                    break;
                case ForEachStatementSyntax each when context.HasSites(each.Statement):
                    Find(each.Expression, null);
                    break;
            }
        }
    }

    /// <summary>
    /// Refuses what is no length: a plate's dimension, and another one than that of slices. Data that are observed as a whole have no shape above
    /// their <c>Observe</c>, which is a rule of its own.
    /// </summary>
    public void Check(IReadOnlyList<PlateSpec> plates)
    {
        foreach (var (length, place) in found)
        {
            var data = context.Variables[length.Parameter];
            var plate = plates.FirstOrDefault(p => p.Sources.Any(s => s.Parameter == data.Id && s.Dimension == length.Dimension));
            var reason = plate is not null
                ? $"dimension {length.Dimension} of '{data.Name}' is taken by plate '{plate.Name}', whose size is another one in each batch"
                : data.Slices is { } dimension && dimension != length.Dimension
                    ? $"'{data.Name}' is observed as slices of dimension {dimension}" : null;
            if (reason is not null) context.Report(Rules.LengthForm, place, $"{data.Name}.shape[{length.Dimension}]", data.Name, reason);
        }
    }

    /// <summary>The value of a local that no statement changes; null for any other local.</summary>
    public ExpressionSyntax? ValueOf(ISymbol? symbol)
    {
        if (symbol is not ILocalSymbol { Type.SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 } local) return null;
        if (values.TryGetValue(local, out var known)) return known;
        var declared = local.DeclaringSyntaxReferences is [var reference]
            && reference.GetSyntax(context.Cancellation) is VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax } declarator
            ? declarator : null;
        values[local] = null;
        var method = declared?.FirstAncestorOrSelf<MethodDeclarationSyntax>();
        return values[local] = method is null || LocalWrites.In(context, method, local) ? null : declared!.Initializer?.Value;
    }

    /// <summary>The length that an expression reads off the data; null for any other expression.</summary>
    public DataLengthSpec? Of(SyntaxNode expression) => Shape(expression) is (var parameter, var dimension)
        ? Lengths.FirstOrDefault(l => l.Parameter == parameter && l.Dimension == dimension) : null;

    private void Find(SyntaxNode? expression, string? name)
    {
        foreach (var node in expression?.DescendantNodesAndSelf() ?? [])
        {
            if (Shape(node) is (var parameter, var dimension))
            {
                if (Of(node) is not null) continue;
                var length = new DataLengthSpec(found.Count, name ?? $"{context.Variables[parameter].Name}Length", parameter, dimension);
                found.Add((length, node.GetLocation()));
            }
            else if (node is IdentifierNameSyntax && context.SymbolOf(node) is { } symbol && ValueOf(symbol) is { } value)
            {
                Find(value, Shape(value) is null ? null : symbol.Name);
            }
        }
    }

    /// <summary>The parameter and the dimension of <c>x.shape[1]</c> and <c>x.size(1)</c>, whatever they are converted to.</summary>
    private (int Parameter, int Dimension)? Shape(SyntaxNode node)
    {
        var (tensor, dimension) = node switch
        {
            ParenthesizedExpressionSyntax inner => (inner.Expression, null),
            CastExpressionSyntax cast when IsInteger(cast) => (cast.Expression, null),
            CheckedExpressionSyntax inner => (inner.Expression, null),
            ElementAccessExpressionSyntax
            {
                Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "shape", Expression: var owner },
                ArgumentList.Arguments: [{ Expression: var index }],
            } => (owner, index),
            InvocationExpressionSyntax
            {
                Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "size", Expression: var owner },
                ArgumentList.Arguments: [{ Expression: var index }],
            } => (owner, index),
            _ => ((ExpressionSyntax?)null, (ExpressionSyntax?)null),
        };
        if (tensor is null) return null;
        if (dimension is null) return Shape(tensor);
        if (context.SymbolOf(tensor) is not IParameterSymbol parameter || !context.Known.IsTensor(parameter.Type)) return null;
        return context.VariableOf(parameter) is { } variable
            && context.Semantics.GetConstantValue(dimension, context.Cancellation).Value is int and >= 0 and var number ? (variable, number) : null;
    }

    private bool IsInteger(CastExpressionSyntax cast) =>
        context.TypeOf(cast)?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64;
}
