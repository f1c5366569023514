using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Reads <c>Sample</c> and <c>Observe</c> where they may stand: one statement each.</summary>
internal sealed class SiteReader(ReadingContext context, IndexReader indices, FlowReader flows, CarriedReader carried, FamilyReader families)
{
    private readonly ProbsReader probs = new(context);
    private readonly List<SiteSpec> sites = [];
    private readonly HashSet<(int Line, string Text)> places = [];

    public IReadOnlyList<SiteSpec> Sites => sites;

    /// <summary><c>var z = Sample(...)</c>.</summary>
    public StatementSpec? ReadDeclared(LocalDeclarationStatementSyntax local, VariableDeclaratorSyntax declarator, InvocationExpressionSyntax call,
        bool inLoop)
    {
        var name = declarator.Identifier.ValueText;
        if (SiteCall.Read(context, call).Value is not null) return ReadObserved(call, inLoop);
        if (context.Semantics.GetDeclaredSymbol(declarator, context.Cancellation) is not ILocalSymbol symbol
            || context.VariableOf(symbol) is not { } variable)
            return null;
        if (!context.Known.IsTensor(symbol.Type)) context.Report(Rules.SiteType, local.Declaration.Type, name, symbol.Type.ToDisplayString());
        if (inLoop) context.Report(Rules.SiteInLoopNotIndexed, declarator.Identifier.GetLocation(), name);
        if (Latent(call, name, variable, null, declarator.Identifier.GetLocation()) is not { } site) return null;
        return new SampleStatement(site.Anchor, site.Site, $"{local.Declaration.Type} {declarator.Identifier.Text}");
    }

    /// <summary><c>z = Sample(...)</c> or <c>h[i] = Sample(...)</c>.</summary>
    public StatementSpec? ReadAssigned(AssignmentExpressionSyntax assignment, InvocationExpressionSyntax call, bool inLoop)
    {
        var target = assignment.Left;
        if (SiteCall.Read(context, call).Value is not null) return ReadObserved(call, inLoop);
        if (target is ElementAccessExpressionSyntax element) return ReadElement(element, call);
        if (context.VariableOf(target) is not { } variable || context.SymbolOf(target) is not ILocalSymbol symbol)
        {
            context.Report(Rules.SampleNotAssigned, call);
            return null;
        }

        if (!context.Known.IsTensor(symbol.Type)) context.Report(Rules.SiteType, target, symbol.Name, symbol.Type.ToDisplayString());
        if (inLoop) context.Report(Rules.SiteInLoopNotIndexed, target, symbol.Name);
        if (context.Variables[variable].Role == VariableRole.Latent)
        {
            context.Report(Rules.SiteReassigned, target, symbol.Name);
            return null;
        }

        return Latent(call, symbol.Name, variable, null, target.GetLocation()) is { } site
            ? new SampleStatement(site.Anchor, site.Site, target.ToString()) : null;
    }

    private StatementSpec? ReadElement(ElementAccessExpressionSyntax element, InvocationExpressionSyntax call)
    {
        if (context.SymbolOf(element.Expression) is not ILocalSymbol { Type: IArrayTypeSymbol { Rank: 1, ElementType: var type } } array
            || !context.Known.IsTensor(type) || context.VariableOf(array) is not { } variable)
        {
            context.Report(Rules.SampleNotAssigned, call);
            return null;
        }

        var known = context.Variables[variable].Length is not null;
        if (!known) context.Report(Rules.LengthUnknown, element.Expression, array.Name);
        var position = indices.ReadElement(element)?.Index;
        if (position is null && known) context.Report(Rules.IndexForm, element.ArgumentList, element.ArgumentList.ToString());
        return Latent(call, array.Name, variable, position ?? IndexSpec.Constant(0), element.GetLocation()) is { } site
            ? new SampleStatement(site.Anchor, site.Site, element.ToString()) : null;
    }

    private (int Site, int Anchor)? Latent(InvocationExpressionSyntax call, string name, int variable, IndexSpec? index, Location place)
    {
        var arguments = SiteCall.Read(context, call);
        arguments.Check(context, call);
        if (arguments.Distribution is not { } distribution) return null;
        context.SetRole(variable, VariableRole.Latent);
        var (family, divergence) = families.Read(distribution, true, name);
        var twin = sites.FirstOrDefault(s => s.Name == name && (index is null || s.Variable != variable));
        if (twin is not null) context.Report(Rules.SiteNameTwice, place, name);
        var partner = index is null ? null : sites.FirstOrDefault(s => s.Variable == variable);
        if (partner is not null && (partner.Family.GuideType, partner.Family.OwnHead) != (family.GuideType, family.OwnHead))
            context.Report(Rules.MixedFamilies, distribution, name, partner.Family.Name, family.Name);
        return Add(call, distribution, new Draft(name, SiteKind.Latent, variable, index, family, divergence, place));
    }

    /// <summary><c>Observe(x, ...)</c>.</summary>
    public StatementSpec? ReadObserved(InvocationExpressionSyntax call, bool inLoop)
    {
        var arguments = SiteCall.Read(context, call);
        arguments.Check(context, call);
        if (arguments is not { Value: { } value, Distribution: { } distribution }) return null;
        if (context.SymbolOf(value) is not IParameterSymbol parameter || context.VariableOf(parameter) is not { } variable)
        {
            context.Report(Rules.ObservedNotParameter, value, value.ToString());
            foreach (var _ in flows.Reads(distribution)) continue; // for the faults inside it
            CheckCalls(distribution);
            return null;
        }

        if (inLoop) context.Report(Rules.ObserveInLoop, value, parameter.Name);
        if (context.AlreadyObserved.Contains(parameter))
        {
            context.Report(Rules.ObservedTwice, value, parameter.Name);
            return null;
        }

        CheckPlate(value, parameter);
        var (family, divergence) = families.Read(distribution, false, parameter.Name);
        var added = Add(call, distribution, new Draft(parameter.Name, SiteKind.Observed, variable, null, family, divergence, value.GetLocation()));
        context.AlreadyObserved.Add(parameter);
        return new ObserveStatement(added.Anchor, added.Site);
    }

    /// <summary>Whatever is observed inside the plate is data of it, unless the plate's own form is already at fault.</summary>
    private void CheckPlate(ExpressionSyntax value, IParameterSymbol parameter)
    {
        if (context.Plate is not { } plate || context.PlateData.Contains(parameter)) return;
        if (context.Issues.Any(i => i.Rule is Rules.PlateForm or Rules.NestedPlate)) return;
        var data = string.Join(", ", context.PlateData.Select(p => p.Name).Append(parameter.Name));
        context.Report(Rules.ObservedNotInPlate, value, parameter.Name, plate.Name, data);
    }

    private (int Site, int Anchor) Add(InvocationExpressionSyntax call, ExpressionSyntax distribution, Draft draft)
    {
        if (flows.Flows(distribution, [], false).FirstOrDefault() is not null) context.Report(Rules.SideEffectInSite, distribution, draft.Name);
        CheckCalls(distribution);

        // The interpreter tells sites apart by the line of the call's parenthesis, as [CallerLineNumber] gives it, and the argument's text.
        var line = call.ArgumentList.OpenParenToken.GetLocation();
        var text = distribution.ToString();
        if (!places.Add((line.GetLineSpan().StartLinePosition.Line, text))) context.Report(Rules.IndistinguishableSites, draft.Place, draft.Name);
        sites.Add(new SiteSpec
        {
            Id = sites.Count,
            Name = draft.Name,
            Kind = draft.Kind,
            Variable = draft.Variable,
            Index = draft.Index,
            Family = draft.Family,
            DistributionText = text,
            Reads = flows.Reads(distribution).ToEquatable(),
            Divergence = draft.Divergence,
            UnnamedProbs = probs.Read(distribution),
            Anchor = context.Sources.Anchor(draft.Place),
            CallAnchor = context.Sources.Anchor(line),
        });
        return (sites.Count - 1, context.Anchor(distribution));
    }

    /// <summary>A distribution's expression holds no site, neither its own nor a called method's.</summary>
    private void CheckCalls(ExpressionSyntax distribution)
    {
        foreach (var inner in distribution.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (context.WordOf(inner) is null) carried.CheckSubmodel(inner);
            else context.Report(Rules.SampleNotAssigned, inner);
        }
    }

    private sealed record Draft(
        string Name, SiteKind Kind, int Variable, IndexSpec? Index, FamilySpec Family, DivergenceSpec? Divergence, Location Place);
}
