using Microsoft.CodeAnalysis;

namespace Ppl.Generators.Frontend;

/// <summary>Which values a call can change behind a variable's back, judged by their type.</summary>
internal static class TypeTraits
{
    private static readonly HashSet<string> Views =
    [
        "view", "reshape", "narrow", "select", "t", "transpose", "permute", "squeeze", "unsqueeze", "expand", "expand_as", "detach", "flatten",
        "unflatten", "chunk", "split", "slice", "index", "contiguous", "view_as", "diagonal", "unbind", "to", "alias", "swapaxes", "movedim",
        "T", "mT", "H", "mH", "adjoint", "ravel", "moveaxis", "swapdims", "hsplit", "vsplit", "dsplit", "tensor_split", "as_strided", "broadcast_to",
        "to_type", "type", "type_as", "cpu", "cuda", "float", "double", "half", "real", "imag", "view_as_real", "view_as_complex", "unfold",
        "atleast_1d", "atleast_2d", "atleast_3d", "positive", "resolve_conj", "resolve_neg", "values", "reshape_as",
    ];

    /// <summary>Whether a method of Tensor returns a view: a change of the result changes the receiver.</summary>
    public static bool IsView(string method) => Views.Contains(method);

    /// <summary>Whether an operation of TorchSharp changes its tensor in place, which its name tells.</summary>
    public static bool IsInPlace(string method) => method.Length > 1 && method.EndsWith("_", StringComparison.Ordinal);

    /// <summary>Whether an object of this type may be changed by a call that receives it.</summary>
    public static bool IsMutable(ITypeSymbol? type, KnownSymbols known)
    {
        if (type is null || type.SpecialType != SpecialType.None) return false;
        if (type.TypeKind is TypeKind.Enum or TypeKind.Delegate or TypeKind.Pointer or TypeKind.Error) return false;
        if (type is IArrayTypeSymbol || (type.Name is "Span" or "Memory" && type.ContainingNamespace?.Name == "System")) return true;
        if (known.IsTensor(type) || KnownSymbols.DerivesFrom(type, known.Distribution) || KnownSymbols.DerivesFrom(type, known.Module)) return false;
        if (type.IsTupleType) return ((INamedTypeSymbol)type).TupleElements.Any(e => IsMutable(e.Type, known));
        return !(type.IsValueType && type.IsReadOnly);
    }

    /// <summary>Whether a type is one of the framework's collections, or an array.</summary>
    public static bool IsCollection(ITypeSymbol? type) => type is IArrayTypeSymbol
        || Levels(type?.ContainingNamespace).Any(space => Is(space, "System", "Collections"));

    /// <summary>Whether values of a type are numbers, texts or made of them, so that no graph holds them.</summary>
    public static bool IsNumber(ITypeSymbol? type) => type switch
    {
        null => false,
        { SpecialType: >= SpecialType.System_Boolean and <= SpecialType.System_String } => true,
        { TypeKind: TypeKind.Enum } => true,
        IArrayTypeSymbol array => IsNumber(array.ElementType),
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => IsNumber(nullable.TypeArguments[0]),
        _ => type.Name is "Scalar" or "TensorAccessor" && (IsTorch(type.ContainingNamespace) || Is(type.ContainingNamespace, "TorchSharp", "Utils")),
    };

    /// <summary>Whether a method is an operation of TorchSharp: of Tensor, torch, functional, or an extension beside them.</summary>
    public static bool IsOfTorch(IMethodSymbol? method) => IsTorch(method?.ContainingNamespace);

    /// <summary>Whether a method belongs to a class that TorchSharp comes with, a module or a distribution.</summary>
    public static bool IsOfTorchModules(IMethodSymbol method) =>
        IsOfTorch(method) || Is(method.ContainingNamespace, "TorchSharp", "Modules");

    /// <summary>Libraries whose methods do not keep or change the collections they are given.</summary>
    public static bool LeavesArgumentsAlone(IMethodSymbol? method)
    {
        var space = method?.ContainingNamespace;
        if (IsSystem(space)) return !(method!.ContainingType.Name is "Array" or "Buffer" or "MemoryExtensions" or "Span" or "Memory");
        return Is(space, "System", "Linq") || Levels(space).Any(IsTorch);
    }

    // A namespace's whole name as text is asked for so often that building it shows in the time of a build.
    private static bool IsTorch(INamespaceSymbol? space) => space is { Name: "TorchSharp", ContainingNamespace.IsGlobalNamespace: true };

    private static bool IsSystem(INamespaceSymbol? space) => space is { Name: "System", ContainingNamespace.IsGlobalNamespace: true };

    private static bool Is(INamespaceSymbol? space, string outer, string inner) =>
        space?.Name == inner && space.ContainingNamespace is { ContainingNamespace.IsGlobalNamespace: true } around && around.Name == outer;

    private static IEnumerable<INamespaceSymbol> Levels(INamespaceSymbol? space)
    {
        for (var level = space; level is not null; level = level.ContainingNamespace) yield return level;
    }
}
