using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Reads <c>where:</c>, which says what of a site's data is there: an expression over parameters alone.</summary>
internal sealed class MaskReader(ReadingContext context, PlateReader plates, FlowReader flows)
{
    /// <param name="where">The argument.</param>
    /// <param name="site">The site's name.</param>
    /// <param name="data">The parameter that holds its data.</param>
    /// <param name="own">The site's plates, outermost first.</param>
    /// <param name="slice">Of a slice its position, which tells the loop's variable to the mask; null for whole data.</param>
    public MaskSpec? Read(ExpressionSyntax? where, string site, int data, EquatableArray<int> own, IndexSpec? slice = null)
    {
        if (where is null) return null;
        if (flows.Changes(where)) context.Report(Rules.SideEffectInSite, where, site);
        var read = new SortedSet<int>();
        foreach (var name in where.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
        {
            if (context.VariableOf(name) is not { } variable) continue;
            var role = context.Variables[variable].Role;
            if (role == VariableRole.Parameter) ReadParameter(name, variable);
            else if (role != VariableRole.Loop || slice?.LoopVariable != variable)
                context.Report(Rules.MaskForm, name, site, name.Identifier.ValueText, Kind(role));
        }

        var whole = context.VariableOf(where);
        if (whole is { } mask && read.Contains(mask) && slice is null) CheckPlates(where, mask, site, data, own);

        // Data are filled where they are missing, so that a mask over data shows in them no more.
        var isSeenItself = slice is not null || (whole is null && read.Any(p => IsData(p, data)));
        return new MaskSpec(context.Text(where), read.ToEquatable(), context.Anchor(where))
        {
            Variable = isSeenItself ? context.MaskOf(data, slice is null ? null : own.Count) : null,
        };

        void ReadParameter(IdentifierNameSyntax name, int variable)
        {
            read.Add(variable);
            if (variable != data && context.SymbolOf(name) is { } symbol && context.KnownOf.TryGetValue(symbol, out var latent))
                context.Report(Rules.KnownRead, name, symbol.Name, latent);
        }
    }

    private bool IsData(int parameter, int own) => parameter == own
        || context.Observed.Concat(context.KnownOf.Keys).Any(symbol => context.VariableOf(symbol) == parameter);

    /// <summary>A parameter that is a mask as it stands is data of the site's plates, in their order.</summary>
    private void CheckPlates(ExpressionSyntax where, int mask, string site, int data, EquatableArray<int> own)
    {
        if (plates.IsFaulty) return;
        var given = plates.PlatesOf(mask);
        for (var i = 0; i < own.Count; i++)
        {
            if (i < given.Count && given[i] == own[i]) continue;
            var plate = plates.Plates[own[i]];
            var names = plate.Sources.Select(s => s.Parameter).Append(data).Append(mask).Distinct().Select(p => context.Variables[p].Name);
            context.Report(Rules.MaskNotInPlate, where, context.Variables[mask].Name, site, plate.Name, string.Join(", ", names));
            return;
        }
    }

    private static string Kind(VariableRole role) => role switch
    {
        VariableRole.Latent => "a latent",
        VariableRole.Loop => "the variable of a loop",
        VariableRole.Plate => "a plate",
        _ => "a local",
    };
}
