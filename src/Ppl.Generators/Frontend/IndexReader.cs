using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Reads positions: a constant, a loop variable, a length, and sums of them.</summary>
internal sealed class IndexReader(ReadingContext context)
{
    /// <summary>Lengths of local arrays, site arrays or not.</summary>
    private readonly Dictionary<int, IndexSpec> lengths = [];

    /// <summary>The sizes of the further dimensions of local arrays that have several.</summary>
    private readonly Dictionary<int, int[]> inner = [];

    private readonly List<TextSpec> symbols = [];

    /// <summary>The texts that stand for lengths, as they are met.</summary>
    public IReadOnlyList<TextSpec> Lengths => symbols;

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
        if (sizes.Count > 1)
        {
            var further = sizes.Skip(1).Select(s => Read(s)).ToList();
            if (!length.IsConstant || further.Exists(s => s is not { IsConstant: true })) return;
            inner[variable] = [.. further.Select(s => s!.Offset)];
            length = IndexSpec.Constant(inner[variable].Aggregate(length.Offset, (product, s) => product * s));
        }

        lengths[variable] = length;
        if (context.SiteArrays.Contains(local)) context.SetLength(variable, length);
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
        if (!inner.TryGetValue(variable, out var sizes) || sizes.Length != arguments.Count - 1) return null;
        var position = Read(arguments[0].Expression);
        for (var i = 0; i < sizes.Length; i++)
            position = Add(IndexSpec.Product(position, IndexSpec.Constant(sizes[i])), Read(arguments[i + 1].Expression));
        return Countable(position);
    }

    /// <summary>The value of an integer expression as a position; null where it has another form.</summary>
    public IndexSpec? Read(ExpressionSyntax expression, bool mayDefineLength = false)
    {
        if (context.Semantics.GetConstantValue(expression, context.Cancellation) is { HasValue: true, Value: int number })
            return IndexSpec.Constant(number);
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
        var known = symbols.FindIndex(s => s.ToString() == text.ToString());
        if (known >= 0) return known;
        symbols.Add(text);
        return symbols.Count - 1;
    }

    private IndexSpec? ReadSymbol(ExpressionSyntax expression, bool mayDefineLength)
    {
        if (context.VariableOf(expression) is { } variable)
            return context.Variables[variable].Role == VariableRole.Loop ? new IndexSpec(variable, -1, 0) : null;
        if (expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Length" } access
            && context.VariableOf(access.Expression) is { } array)
            return lengths.TryGetValue(array, out var length) ? length : null;
        if (!IsMember(expression)) return null;
        var text = expression.ToString();
        if (!mayDefineLength && !symbols.Exists(s => s.ToString() == text)) return null;
        return new IndexSpec(-1, LengthOf(context.Text(expression)), 0);
    }

    /// <summary>Whether an expression means the same everywhere in the class: fields and properties, of this or static, and theirs in turn.</summary>
    private bool IsMember(ExpressionSyntax expression) => context.SymbolOf(expression) is IFieldSymbol or IPropertySymbol or IParameterSymbol
        && expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().All(name => !ReadingContext.IsOfMethod(context.SymbolOf(name)));

    private IndexSpec? Add(IndexSpec? a, IndexSpec? b) => Countable(IndexSpec.Sum(a, b));

    /// <summary>A position that the compiler can count: by one loop, or by several whose ranges are constant.</summary>
    private IndexSpec? Countable(IndexSpec? position) =>
        position is null || position.Grid.All(t => ConstantLoops.Contains(t.Variable)) ? position : null;
}
