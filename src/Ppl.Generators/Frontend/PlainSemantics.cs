using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Semantic models that do not follow where a reference may be null: reading asks for names and types alone, and
/// takes less time without that pass.
/// </summary>
internal static class PlainSemantics
{
    /// <summary>
    /// A model of a file; the ordinary one where the compiler offers no other, since the way to ask for it is still called experimental.
    /// </summary>
    public static SemanticModel Of(Compilation compilation, SyntaxTree tree)
    {
        try
        {
            return WithoutNullability(compilation, tree);
        }
        catch (Exception missing) when (missing is MissingMemberException or TypeLoadException)
        {
            return compilation.GetSemanticModel(tree);
        }
    }

    /// <summary>Stands by itself: what the running compiler lacks shows when a method that names it is compiled.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static SemanticModel WithoutNullability(Compilation compilation, SyntaxTree tree) =>
#pragma warning disable RSEXPERIMENTAL001 // used only where it is found
        compilation.GetSemanticModel(tree, SemanticModelOptions.DisableNullableAnalysis);
#pragma warning restore RSEXPERIMENTAL001
}
