using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Reads positions: a constant, a loop variable, a length, and sums of them.</summary>
internal sealed class IndexReader(ReadingContext context, LengthReader data)
{
    private readonly Dictionary<DataLengthSpec, int> ofData = [];
    private readonly Dictionary<string, int> members = [];

    /// <summary>Lengths of local arrays, site arrays or not.</summary>
    private readonly Dictionary<int, IndexSpec> lengths = [];

    /// <summary>The sizes of the further dimensions of local arrays that have several.</summary>
    private readonly Dictionary<int, List<IndexSpec>> inner = [];

    private readonly List<TextSpec> symbols = [];

    /// <summary>The texts that stand for lengths, as they are met.</summary>
    public IReadOnlyList<TextSpec> Lengths => symbols;

    /// <summary>Those of the lengths that are read off the data.</summary>
    public IReadOnlyList<DataLengthSpec> DataLengths => [.. ofData.Select(l => l.Key with { Length = l.Value }).OrderBy(l => l.Length)];

    /// <summary>Loops whose ranges are constant: positions may count by several of them, and by multiples.</summary>
    public HashSet<int> ConstantLoops { get; } = [];

    /// <summary>Remembers the length of <c>var h = new Tensor[layers]</c>, <c>new Tensor[3, 4]</c>.</summary>
    public void ReadDeclaration(VariableDeclaratorSyntax declarator)
    {
        if (declarator.Initializer?.Value is not ArrayCreationExpressionSyntax { Initializer: null } creation) return;
        if (creation.Type.RankSpecifiers is not [{ Sizes: { Count: > 0 } sizes }]) return;
        if (context.Semantics.GetDeclaredSymbol(declarator, context.Cancellation) is not ILocalSymbol local) return;
        if (context.VariableOf(local) is not { } variable || Read(sizes[0], mayDefineLength: context.SiteArrays.Contains(local)) is not { } length)
            return;
        if (length.Terms.Any()) return;
        List<IndexSpec> all = [length];
        if (sizes.Count > 1)
        {
            var further = sizes.Skip(1).Select(s => Read(s, mayDefineLength: context.SiteArrays.Contains(local))).OfType<IndexSpec>().ToList();
            all.AddRange(further);
            if (all.Count < sizes.Count || all.Exists(s => s.Terms.Any()) || all.Count(s => !s.IsConstant) > 1) return;
            inner[variable] = further;
            length = all.Aggregate(IndexSpec.Constant(1), (product, size) => IndexSpec.Product(product, size)!);
        }

        lengths[variable] = length;
        if (context.SiteArrays.Contains(local)) context.SetLength(variable, length, all.Count > 1 && !length.IsConstant ? all : []);
    }

    /// <summary>The array and position of <c>h[i]</c>; a null position where it is no sum of constant, loop variable and length.</summary>
    public (int Variable, IndexSpec? Index)? ReadElement(ElementAccessExpressionSyntax access)
    {
        if (context.VariableOf(access.Expression) is not { } variable) return null;
        if (context.TypeOf(access.Expression) is not IArrayTypeSymbol) return (variable, null);
        if (access.ArgumentList.Arguments is not [var argument]) return (variable, ReadCell(variable, access));
        if (argument.Expression is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.IndexExpression } fromEnd)
        {
            if (!lengths.TryGetValue(variable, out var length) || Read(fromEnd.Operand) is not { IsConstant: true } back)
                return (variable, null);
            return (variable, length with { Offset = length.Offset - back.Offset });
        }

        return (variable, Read(argument.Expression));
    }

    /// <summary>The number of <c>h[i, j]</c> among the elements, row by row.</summary>
    private IndexSpec? ReadCell(int variable, ElementAccessExpressionSyntax access)
    {
        var arguments = access.ArgumentList.Arguments;
        if (!inner.TryGetValue(variable, out var sizes) || sizes.Count != arguments.Count - 1) return null;
        var position = Read(arguments[0].Expression);
        for (var i = 0; i < sizes.Count; i++)
            position = IndexSpec.Sum(IndexSpec.Product(position, sizes[i]), Read(arguments[i + 1].Expression));
        return position;
    }

    /// <summary>The value of an integer expression as a position; null where it has another form.</summary>
    public IndexSpec? Read(ExpressionSyntax expression, bool mayDefineLength = false)
    {
        if (context.Semantics.GetConstantValue(expression, context.Cancellation) is { HasValue: true, Value: int number })
        {
            // Where the order of a run is told without it, a constant local has to be told too.
            if (context.VariableOf(expression) is { } local) context.SetPosition(local, IndexSpec.Constant(number));
            return IndexSpec.Constant(number);
        }

        if (data.Of(expression) is { } length) return new IndexSpec(-1, Length(length), 0);
        return expression switch
        {
            ParenthesizedExpressionSyntax inner => Read(inner.Expression, mayDefineLength),
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum =>
                Add(Read(sum.Left, mayDefineLength), Read(sum.Right, mayDefineLength)),
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.SubtractExpression } difference =>
                Read(difference.Right) is { IsConstant: true } right
                    ? Add(Read(difference.Left, mayDefineLength), IndexSpec.Constant(-right.Offset)) : null,
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product =>
                Countable(IndexSpec.Product(Read(product.Left), Read(product.Right))),
            IdentifierNameSyntax or MemberAccessExpressionSyntax => ReadSymbol(expression, mayDefineLength),
            _ => null,
        };
    }

    /// <summary>The number of a length that has some text.</summary>
    public int LengthOf(TextSpec text)
    {
        if (members.TryGetValue(text.ToString(), out var known)) return known;
        symbols.Add(text);
        return members[text.ToString()] = symbols.Count - 1;
    }

    private IndexSpec? ReadSymbol(ExpressionSyntax expression, bool mayDefineLength)
    {
        if (context.VariableOf(expression) is { } variable)
        {
            return context.Variables[variable].Role == VariableRole.Loop ? new IndexSpec(variable, -1, 0)
                : ReadLocal(expression, variable, mayDefineLength);
        }

        if (expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Length" } access
            && context.VariableOf(access.Expression) is { } array)
            return lengths.TryGetValue(array, out var length) ? length : null;
        if (!IsMember(expression)) return null;
        var text = context.Text(expression);
        if (!mayDefineLength && !members.ContainsKey(text.ToString())) return null;
        return new IndexSpec(-1, LengthOf(text), 0);
    }

    /// <summary>A local that holds a position for good.</summary>
    private IndexSpec? ReadLocal(ExpressionSyntax name, int variable, bool mayDefineLength)
    {
        if (context.Variables[variable].Position is { } known) return known;
        if (data.ValueOf(context.SymbolOf(name)) is not { } value || Read(value, mayDefineLength) is not { } position) return null;
        context.SetPosition(variable, position);
        return position;
    }

    private int Length(DataLengthSpec length)
    {
        if (ofData.TryGetValue(length, out var known)) return known;
        symbols.Add(new TextSpec(new EquatableArray<TextPart>([new TextPart(length.Name, -1)])));
        return ofData[length] = symbols.Count - 1;
    }

    /// <summary>Whether an expression means the same everywhere in the class: fields and properties, of this or static, and theirs in turn.</summary>
    private bool IsMember(ExpressionSyntax expression) => context.SymbolOf(expression) is IFieldSymbol or IPropertySymbol or IParameterSymbol
        && expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().All(name => !ReadingContext.IsOfMethod(context.SymbolOf(name)));

    private IndexSpec? Add(IndexSpec? a, IndexSpec? b) => Countable(IndexSpec.Sum(a, b));

    /// <summary>A position that the compiler can count: by one loop and one length, or by several loops whose ranges are constant.</summary>
    private IndexSpec? Countable(IndexSpec? position) => position is null
        || (position.Times == 1 && position.Grid.All(t => t.Length < 0 && ConstantLoops.Contains(t.Variable))) ? position : null;
}
