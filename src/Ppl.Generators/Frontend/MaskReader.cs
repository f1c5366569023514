using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Reads <c>where:</c>, which says what of a site's data is there: an expression over parameters alone.</summary>
internal sealed class MaskReader(ReadingContext context, PlateReader plates, FlowReader flows)
{
    private readonly MaskMeaning meanings = new(context);

    /// <param name="where">The argument.</param>
    /// <param name="site">The site's name.</param>
    /// <param name="data">The parameter that holds its data.</param>
    /// <param name="own">The site's plates, outermost first.</param>
    /// <param name="slice">Of a slice its position, which tells the loop's variable to the mask; null for whole data.</param>
    public MaskSpec? Read(ExpressionSyntax? where, string site, int data, EquatableArray<int> own, IndexSpec? slice = null)
    {
        if (where is null) return null;
        var read = new SortedSet<int>();
        ReadNames(where, site, data, slice, read);
        var whole = context.VariableOf(where);
        if (whole is { } mask && read.Contains(mask) && slice is null) CheckPlates(where, mask, site, data, own);
        return new MaskSpec(context.Text(where), read.ToEquatable(), context.Anchor(where))
        {
            Meaning = meanings.Of(where),
            Variable = SeenAs(data, own, slice is not null, whole is not null, read),
        };
    }

    /// <summary>The mask of a site of a submodel, computed from what a call gives to the parameters that it reads.</summary>
    /// <param name="part">The site, as the submodel has it.</param>
    /// <param name="site">Its name here.</param>
    /// <param name="data">The parameter that holds its data here.</param>
    /// <param name="own">Its plates here.</param>
    /// <param name="program">The submodel.</param>
    /// <param name="on">What the submodel is called on, with a dot.</param>
    /// <param name="method">The submodel's generated method.</param>
    /// <param name="given">What the call gives to a parameter.</param>
    public MaskSpec Bound(
        SiteSpec part, string site, int data, EquatableArray<int> own, ProgramSpec program, string on, string method,
        Func<int, ExpressionSyntax> given)
    {
        var mask = part.Mask!;
        var read = new SortedSet<int>();
        foreach (var parameter in mask.Parameters) ReadNames(given(parameter), site, data, null, read);
        var single = mask.Text.Parts is [{ Variable: >= 0 and var only }] ? given(only) : null;
        var whole = single is null ? null : context.VariableOf(single);
        if (whole is { } variable && read.Contains(variable) && part.Index is null) CheckPlates(single!, variable, site, data, own);
        var arguments = program.MaskParameters.Select(p => mask.Parameters.Contains(p.Id) ? context.Text(given(p.Id)) : TextSpec.Nothing);
        var anchor = single is null ? context.Anchor(given(mask.Parameters.DefaultIfEmpty(part.Data!.Value).First())) : context.Anchor(single);
        return new MaskSpec(single is null ? mask.Text : context.Text(single), read.ToEquatable(), anchor)
        {
            Meaning = meanings.Bound(mask, on, given),
            Variable = SeenAs(data, own, part.Index is not null, whole is not null, read),
            Call = new MaskCall(on + method, part.Id, arguments.ToEquatable()),
        };
    }

    /// <summary>
    /// The variable by which encoders see the mask: data are filled where they are missing, so that a mask over data shows in them no more.
    /// </summary>
    private int? SeenAs(int data, EquatableArray<int> own, bool isSlice, bool isWhole, IEnumerable<int> read) =>
        isSlice || (!isWhole && read.Any(p => IsData(p, data))) ? context.MaskOf(data, isSlice ? own.Count : null) : null;

    /// <summary>Collects the parameters that a mask reads, and reports what it may not read.</summary>
    private void ReadNames(ExpressionSyntax where, string site, int data, IndexSpec? slice, ISet<int> read)
    {
        if (flows.Changes(where)) context.Report(Rules.SideEffectInSite, where, site);
        foreach (var name in where.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
        {
            if (context.VariableOf(name) is not { } variable) continue;
            var role = context.Variables[variable].Role;
            if (role == VariableRole.Parameter) ReadParameter(name, variable);
            else if (role != VariableRole.Loop || slice?.LoopVariable != variable)
                context.Report(Rules.MaskForm, name, site, name.Identifier.ValueText, Kind(role));
        }

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
