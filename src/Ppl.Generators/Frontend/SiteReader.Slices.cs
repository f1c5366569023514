using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <content>Data that are observed slice by slice.</content>
internal sealed partial class SiteReader
{
    /// <summary><c>Observe(x[.., t], ...)</c>.</summary>
    private SiteStatement? ReadSlice(InvocationExpressionSyntax call, SiteCall arguments, SliceSyntax slice)
    {
        var (value, distribution) = (arguments.Value!, arguments.Distribution!);
        var (parameter, variable) = (slice.Parameter, context.VariableOf(slice.Parameter)!.Value);
        if (context.AlreadyObserved.Contains(parameter))
        {
            context.Report(Rules.ObservedTwice, value, parameter.Name);
            return null;
        }

        var own = plates.PlatesOf(arguments.Within);
        CheckPlates(value, parameter, variable, own);
        var index = indices.Read(slice.Index);
        if (index is null)
            context.Report(Rules.SliceForm, value, value.ToString(), parameter.Name, $"its index '{slice.Index}' does not show which element it is");
        else if (slice.Dimension != context.Variables[variable].Slices)
        {
            context.Report(Rules.SliceForm, value, value.ToString(), parameter.Name,
                $"it is an element of dimension {slice.Dimension}, another statement observes elements of dimension "
                + $"{context.Variables[variable].Slices}, and these overlap");
        }

        var (family, divergence) = families.Read(distribution, false, parameter.Name);
        var draft = new Draft(
            parameter.Name, SiteKind.Observed, variable, index ?? IndexSpec.Constant(0), own, family, divergence, value.GetLocation())
        {
            Mask = masks.Read(arguments.Where, parameter.Name, variable, own, index ?? IndexSpec.Constant(0)),
        };
        if (arguments.Where is { } where) CheckCalls(where);
        var added = Add(call, distribution, draft);
        return new SiteStatement(added.Anchor, added.Site, null);
    }

    /// <summary>
    /// Exclusive arms that observe the same slices say the same of what is there: a guide asks before it knows the arm. So do statements that a run
    /// cannot tell apart, those of a submodel that is called in several arms, since masks are asked for by statement.
    /// </summary>
    private void CheckMasks(SiteSpec site)
    {
        if (site.Data is not { } data) return;
        var other = sites.Take(site.Id).FirstOrDefault(s => s.Data == data && (MayBeOneSlice(s, site) || AreAlike(s, site))
            && !MaskMeaning.AreSame(s, site));
        if (other is null) return;
        var meanings = new MaskMeaning(context);
        string Text(MaskSpec mask) => mask.Call is null ? mask.Text.OneLine : meanings.Shown(mask);
        string Said(MaskSpec? mask) => mask is null ? "has no mask" : $"has 'where: {Text(mask)}'";
        context.Report(Rules.ArmsWithOtherMasks, context.Sources[site.Anchor], site.Name, Said(other.Mask), Said(site.Mask));
    }

    private static bool MayBeOneSlice(SiteSpec one, SiteSpec other) =>
        one.Kind == SiteKind.Observed && one.Index is { } index && other.Index is { } position && GuardSpec.Exclude(one.Guards, other.Guards)
        && (!index.IsConstant || !position.IsConstant || index.Offset == position.Offset);

    /// <summary>Whether a run knows two sites by the same line and text.</summary>
    private bool AreAlike(SiteSpec one, SiteSpec other)
    {
        int Line(SiteSpec site) => context.Sources[site.CallAnchor].GetLineSpan().StartLinePosition.Line;
        return one.Kind == other.Kind && Line(one) == Line(other) && one.Distribution.Text.OneLine == other.Distribution.Text.OneLine;
    }
}
