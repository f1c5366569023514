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
    public MaskSpec? Read(ExpressionSyntax? where, string site, int data, EquatableArray<int> own)
    {
        if (where is null) return null;
        foreach (var _ in flows.Reads(where)) continue; // for the faults inside it
        if (flows.Flows(where, [], false).Any()) context.Report(Rules.SideEffectInSite, where, site);
        var read = new SortedSet<int>();
        foreach (var name in where.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
        {
            if (context.VariableOf(name) is not { } variable) continue;
            if (context.Variables[variable].Role == VariableRole.Parameter) read.Add(variable);
            else context.Report(Rules.MaskForm, name, site, name.Identifier.ValueText, Kind(context.Variables[variable].Role));
        }

        if (context.VariableOf(where) is { } whole && read.Contains(whole)) CheckPlates(where, whole, site, data, own);
        return new MaskSpec(context.Text(where), read.ToEquatable(), context.Anchor(where));
    }

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
