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
        CheckMasks(value, parameter.Name, variable, draft.Mask);
        var added = Add(call, distribution, draft);
        return new SiteStatement(added.Anchor, added.Site, null);
    }

    /// <summary>Exclusive arms that observe the same data say the same of what is there: a guide asks before it knows the arm.</summary>
    private void CheckMasks(ExpressionSyntax value, string name, int variable, MaskSpec? mask)
    {
        var other = sites.Find(s => s.Variable == variable && context.Excludes(s.Guards) && s.Mask?.Text.OneLine != mask?.Text.OneLine);
        if (other is null) return;
        static string Said(MaskSpec? mask) => mask is null ? "has no mask" : $"has 'where: {mask.Text.OneLine}'";
        context.Report(Rules.ArmsWithOtherMasks, value, name, Said(other.Mask), Said(mask));
    }
}
