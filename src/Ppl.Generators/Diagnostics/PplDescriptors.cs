using Microsoft.CodeAnalysis;
using Ppl.Generators.Frontend;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Diagnostics;

/// <summary>
/// The rules as Roslyn knows them. Each has a page docs/diagnostics/ID.md, a bad model in the tests and a line in the ledger. There is no help link:
/// an editor opens only an address, and the pages are files of this repository. So a message says by itself what is wrong, why, and what to write
/// instead.
/// </summary>
internal static partial class PplDescriptors
{
    /// <summary>Every rule, by id.</summary>
    public static IEnumerable<DiagnosticDescriptor> All => [.. Errors, .. Checks, .. Advice];

    /// <summary>An issue at its real place.</summary>
    public static Diagnostic ToDiagnostic(Issue issue, SourceMap sources) =>
        Diagnostic.Create(Index.ById[issue.Rule], sources[issue.Anchor], [.. issue.Arguments]);

    /// <summary>A class of its own, so that it is built after the descriptors, whichever file they stand in.</summary>
    private static class Index
    {
        public static readonly Dictionary<string, DiagnosticDescriptor> ById = All.ToDictionary(d => d.Id);
    }
}
