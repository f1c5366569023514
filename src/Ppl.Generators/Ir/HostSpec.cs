namespace Ppl.Generators.Ir;

/// <summary>The using directives of one level of the user's file, and the namespace declared around it.</summary>
/// <param name="Namespace">The namespace as written; empty for the file itself.</param>
/// <param name="Directives">Extern aliases and usings, each as written.</param>
internal sealed record ScopeSpec(string Namespace, EquatableArray<string> Directives);

/// <summary>A type around the model, or the model's class.</summary>
/// <param name="Declaration">Keyword and name with type parameters: <c>class Vae&lt;T&gt;</c>.</param>
/// <param name="Name">The name with type parameters.</param>
internal sealed record TypeSpec(string Declaration, string Name);

/// <summary>All of a model that is only C#: what stands around its method, and what its text and class leave free.</summary>
internal sealed record HostSpec
{
    public required EquatableArray<ScopeSpec> Scopes { get; init; }

    /// <summary>The types around the method, outermost first; the last is the model's class.</summary>
    public required EquatableArray<TypeSpec> Types { get; init; }

    /// <summary>Whether the class can carry generated members at all: another file can hold a part of it, and none does for another model.</summary>
    public required bool CanEmit { get; init; }

    /// <summary>Whether the class derives from GenerativeModel, so that a guide can be made for it.</summary>
    public required bool IsModel { get; init; }

    public required string HintName { get; init; }

    /// <summary>Identifiers of the method's text, sorted: emitted locals avoid them.</summary>
    public required EquatableArray<string> TakenNames { get; init; }

    /// <summary>What the generated members are called.</summary>
    public required MemberNames Members { get; init; }

    /// <summary>Namespaces that the generated file imports beside the user's.</summary>
    public required EquatableArray<string> Imports { get; init; }

    /// <summary>Types, marked, whose short names mean them in the generated file.</summary>
    public required EquatableArray<string> ShortNames { get; init; }

    /// <summary>
    /// What the C# compiler says of the method's own text, when the generated half of the class is not there yet; empty without an error.
    /// </summary>
    public required string CompilerError { get; init; }

    public string ClassName => Types[Types.Count - 1].Name;
}
