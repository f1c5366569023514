using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Errors that the compiler finds in the text of a method and that no operation shows: <c>var a = 1, b = 2;</c>, names of tuples, sizes of arrays.
/// </summary>
internal static class SoundSyntax
{
    /// <summary>Whether nothing in a method is written in a way that the compiler may refuse.</summary>
    public static bool IsSound(BlockSyntax body) => body.DescendantNodes().All(node => node switch
    {
        TupleTypeSyntax or RefExpressionSyntax or RefTypeSyntax or ScopedTypeSyntax => false,
        VariableDeclarationSyntax { Type.IsVar: true, Variables.Count: > 1 } => false,
        LocalDeclarationStatementSyntax declared => declared.Parent is BlockSyntax && !(declared.IsConst && declared.Declaration.Type.IsVar),
        TupleExpressionSyntax tuple => IsSound(tuple),
        ArrayCreationExpressionSyntax array => IsSound(array),
        ImplicitArrayCreationExpressionSyntax array => array.Commas.Count == 0 && array.Initializer.Expressions.Count > 0,
        ArrayTypeSyntax { Parent: not ArrayCreationExpressionSyntax } type => type.RankSpecifiers.All(rank => rank.Rank == 1),
        _ => true,
    });

    /// <summary>Names are told apart, and are none of those that tuples have by themselves.</summary>
    private static bool IsSound(TupleExpressionSyntax tuple)
    {
        var names = tuple.Arguments.Select(a => a.NameColon?.Name.Identifier.ValueText).OfType<string>().ToList();
        return names.Distinct().Count() == names.Count && !names.Exists(name => name.StartsWith("Item", StringComparison.Ordinal)
            || name is "CompareTo" or "Deconstruct" or "Equals" or "GetHashCode" or "Rest" or "ToString");
    }

    /// <summary>Sizes stand in the first brackets alone, or, where elements are listed, nowhere.</summary>
    private static bool IsSound(ArrayCreationExpressionSyntax array) =>
        array.Type.RankSpecifiers.Skip(1).All(rank => rank.Rank == 1 && rank.Sizes[0] is OmittedArraySizeExpressionSyntax)
        && array.Type.RankSpecifiers[0] is var first && (array.Initializer is null
            ? first.Sizes.All(size => size is not OmittedArraySizeExpressionSyntax)
            : first.Rank == 1 && first.Sizes[0] is OmittedArraySizeExpressionSyntax);
}
