using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.Generators.Frontend;

/// <summary>
/// What models were read as before an edit. Roslyn has every model read again after each edit, since any name may have another meaning then. A model
/// is the same where its file is, all others declare what they did, and nothing has changed in those into whose methods reading went.
/// </summary>
internal static class EarlierReadings
{
    /// <summary>Readings by the file of their model, which keeps its identity until it is edited, and by the method's place in it.</summary>
    private static readonly ConditionalWeakTable<SyntaxTree, ConcurrentDictionary<int, Reading>> Readings = new();

    /// <summary>The model as it was read before, where no edit can have changed it; read now elsewhere.</summary>
    public static Parsed Read(MethodDeclarationSyntax syntax, IMethodSymbol method, SemanticModel semantics, CancellationToken cancellation)
    {
        var (compilation, ofFile) = (semantics.Compilation, Readings.GetOrCreateValue(syntax.SyntaxTree));
        var declarations = Declarations.Of(compilation);
        if (ofFile.TryGetValue(syntax.SpanStart, out var earlier) && earlier.Declarations == declarations
            && earlier.Model.Visited.All(compilation.ContainsSyntaxTree))
            return earlier.Model;
        var parsed = ModelParser.Parse(syntax, method, semantics, cancellation);
        ofFile[syntax.SpanStart] = new(parsed, declarations);
        return parsed;
    }

    /// <param name="Model">What was read.</param>
    /// <param name="Declarations">What names meant then.</param>
    private sealed record Reading(Parsed Model, Declarations Declarations);
}

/// <summary>All that a project declares outside of methods' bodies: the same object for compilations in which this is the same.</summary>
internal sealed class Declarations
{
    /// <summary>Editors work on a few projects, and at times on several versions of one, at once.</summary>
    private const int MostRemembered = 16;

    private const int MostChanged = 4;

    private static readonly ConditionalWeakTable<Compilation, Declarations> Known = new();
    private static readonly List<WeakReference<Compilation>> Latest = [];

    /// <summary>What a compilation declares.</summary>
    public static Declarations Of(Compilation compilation)
    {
        if (Known.TryGetValue(compilation, out var known)) return known;
        lock (Latest)
        {
            if (Known.TryGetValue(compilation, out known)) return known;
            known = new Declarations();
            foreach (var reference in Latest)
            {
                if (!reference.TryGetTarget(out var other) || !AreSame(other, compilation) || !Known.TryGetValue(other, out var same)) continue;
                known = same;
                break;
            }

            Known.Add(compilation, known);
            Latest.Insert(0, new(compilation));
            if (Latest.Count > MostRemembered) Latest.RemoveAt(MostRemembered);
            return known;
        }
    }

    private static bool AreSame(Compilation one, Compilation other) => one.AssemblyName == other.AssemblyName && one.Options.Equals(other.Options)
        && one.References.SequenceEqual(other.References) && AreSame([.. one.SyntaxTrees], [.. other.SyntaxTrees]);

    /// <summary>Whether few files have changed, and only in what their methods do. Where many have, little is left to be remembered.</summary>
    private static bool AreSame(IReadOnlyList<SyntaxTree> some, IReadOnlyList<SyntaxTree> others)
    {
        if (some.Count != others.Count) return false;
        var changed = Enumerable.Range(0, some.Count).Where(i => some[i] != others[i]).Take(MostChanged + 1).ToList();
        return changed.Count <= MostChanged && changed.TrueForAll(i => some[i].FilePath == others[i].FilePath
            && some[i].Options.Equals(others[i].Options) && SyntaxFactory.AreEquivalent(some[i], others[i], topLevel: true));
    }
}
