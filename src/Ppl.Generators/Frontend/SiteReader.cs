using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Reads <c>Sample</c> and <c>Observe</c> where they may stand: one statement each.</summary>
internal sealed partial class SiteReader(
    ReadingContext context, IndexReader indices, PlateReader plates, FlowReader flows, CarriedReader carried, FamilyReader families)
{
    private readonly ProbsReader probs = new(context);
    private readonly MaskReader masks = new(context, plates, flows);
    private readonly List<SiteSpec> sites = [];
    private readonly HashSet<(int Line, string Text)> places = [];

    public IReadOnlyList<SiteSpec> Sites => sites;

    /// <summary><c>var z = Sample(...)</c>.</summary>
    public StatementSpec? ReadDeclared(LocalDeclarationStatementSyntax local, VariableDeclaratorSyntax declarator, InvocationExpressionSyntax call,
        bool inLoop)
    {
        var name = declarator.Identifier.ValueText;
        if (SiteCall.Read(context, call).Value is not null) return ReadObserved(call, inLoop);
        if (context.Semantics.GetDeclaredSymbol(declarator, context.Cancellation) is not ILocalSymbol symbol) return null;
        if (sites.Find(s => s.IsLatent && s.Name == name && s.Index is null && context.Excludes(s.Guards)) is { } twin)
            context.Unite(symbol, twin.Variable);
        if (context.VariableOf(symbol) is not { } variable) return null;
        if (!context.Known.IsTensor(symbol.Type)) context.Report(Rules.SiteType, local.Declaration.Type, name, symbol.Type.ToDisplayString());
        if (inLoop) context.Report(Rules.SiteInLoopNotIndexed, declarator.Identifier.GetLocation(), name);
        if (Latent(call, name, variable, null, declarator.Identifier.GetLocation()) is not { } site) return null;
        return new SiteStatement(site.Anchor, site.Site, Declared(local, declarator, variable));
    }

    /// <summary>Keeps a site of a submodel.</summary>
    /// <param name="make">Makes it, given its number.</param>
    public int Add(Func<int, SiteSpec> make)
    {
        var site = make(sites.Count);
        if (site.IsLatent && sites.Find(s => s.Variable == site.Variable) is { } partner
            && (partner.Family.GuideType, partner.Family.OwnHead) != (site.Family.GuideType, site.Family.OwnHead))
            context.Report(Rules.MixedFamilies, context.Sources[site.Anchor], site.Name, partner.Family.Name, site.Family.Name);
        if (site.IsLatent && sites.Exists(s => s.Variable == site.Variable && s.Plates != site.Plates))
            context.Report(Rules.SiteNameTwice, context.Sources[site.Anchor], site.Name);
        sites.Add(site);
        CheckMasks(site);
        return site.Id;
    }

    /// <summary>The left side of a declaration, as a target.</summary>
    public static TextSpec Declared(LocalDeclarationStatementSyntax local, VariableDeclaratorSyntax declarator, int variable) =>
        new(new EquatableArray<TextPart>([new($"{local.Declaration.Type} ", -1), new(declarator.Identifier.Text, variable)]));

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
        if (context.Variables[variable].Role == VariableRole.Latent && context.IsFixed(variable))
        {
            context.Report(Rules.SiteReassigned, target, symbol.Name);
            return null;
        }

        return Latent(call, symbol.Name, variable, null, target.GetLocation()) is { } site
            ? new SiteStatement(site.Anchor, site.Site, context.Text(target)) : null;
    }

    private StatementSpec? ReadElement(ElementAccessExpressionSyntax element, InvocationExpressionSyntax call)
    {
        if (context.SymbolOf(element.Expression) is not ILocalSymbol { Type: IArrayTypeSymbol { ElementType: var type } form } array
            || !context.Known.IsTensor(type) || context.VariableOf(array) is not { } variable)
        {
            context.Report(Rules.SampleNotAssigned, call);
            return null;
        }

        var known = context.Variables[variable].Length is not null;
        var what = $"'{array.Name}' has {form.Rank} indices, and not all but one of its sizes are numbers";
        if (!known && form.Rank > 1) context.Report(Rules.NestedLoops, element.Expression, what);
        else if (!known) context.Report(Rules.LengthUnknown, element.Expression, array.Name);
        var position = indices.ReadElement(element)?.Index;
        if (position is null && known) context.Report(Rules.IndexForm, element.ArgumentList, element.ArgumentList.ToString());
        return Latent(call, array.Name, variable, position ?? IndexSpec.Constant(0), element.GetLocation()) is { } site
            ? new SiteStatement(site.Anchor, site.Site, context.Text(element)) : null;
    }

    private (int Site, int Anchor)? Latent(InvocationExpressionSyntax call, string name, int variable, IndexSpec? index, Location place)
    {
        var arguments = SiteCall.Read(context, call);
        arguments.Check(context, call);
        if (arguments.Distribution is not { } distribution) return null;
        context.SetRole(variable, VariableRole.Latent);
        var (family, divergence) = families.Read(distribution, true, name);
        var twin = sites.FirstOrDefault(s => s.Name == name && (s.Variable != variable || (index is null && !context.Excludes(s.Guards))));
        if (twin is not null || records.Exists(r => r.Name == name)) context.Report(Rules.SiteNameTwice, place, name);
        var partner = sites.FirstOrDefault(s => s.Variable == variable);
        if (partner is not null && (partner.Family.GuideType, partner.Family.OwnHead) != (family.GuideType, family.OwnHead))
        {
            context.Report(
                index is null ? Rules.ArmsOfOtherFamilies : Rules.MixedFamilies, distribution, name, partner.Family.Name, family.Name);
        }

        var own = plates.PlatesOf(arguments.Within);
        if (partner is not null && partner.Plates != own) context.Report(index is null ? Rules.ArmsInOtherPlates : Rules.SiteNameTwice, place, name);
        var known = Known(arguments, name, own, index is not null);
        var mask = known is { } data ? masks.Read(arguments.Where, name, data, own) : null;
        if (arguments.Where is { } where) CheckCalls(where);
        return Add(
            call, distribution, new Draft(name, SiteKind.Latent, variable, index, own, family, divergence, place) { Known = known, Mask = mask });
    }

    /// <summary>The parameter that holds what is known of a latent.</summary>
    private int? Known(SiteCall arguments, string name, EquatableArray<int> own, bool isIndexed)
    {
        if (arguments.Known is not { } known)
        {
            if (arguments.Where is { } where)
                context.Report(
                    Rules.KnownForm, where, name, "It has 'where:', which says which rows are known, and no 'observed:', which has their values");
            return null;
        }

        if (context.SymbolOf(known) is not IParameterSymbol parameter || context.VariableOf(parameter) is not { } variable)
        {
            context.Report(Rules.KnownForm, known, name, $"What is known of it is held by a parameter of the method, and '{known}' is none");
            return null;
        }

        if (isIndexed)
            context.Report(
                Rules.KnownForm, known, name, "It is an element of an array, which one parameter cannot hold: draw it into a local of its own");
        else if (arguments.Where is null && !context.Variables[variable].IsOptional) ReportAllKnown(known, name, parameter.Name);
        if (!context.AlreadyObserved.Add(parameter)) context.Report(Rules.ObservedTwice, known, parameter.Name);
        CheckPlates(known, parameter, variable, own);
        return variable;
    }

    /// <summary>Reports a latent of which nothing says where it is unknown.</summary>
    public void ReportAllKnown(ExpressionSyntax known, string latent, string data) => context.Report(
        Rules.KnownForm, known, latent,
        $"All of '{data}' is known. Say by 'where:' which rows are, or declare it 'Tensor?', so that it may be null; if it is always known, write "
            + $"'Observe({data}, ...)'");

    /// <summary><c>Observe(x, ...)</c>.</summary>
    public StatementSpec? ReadObserved(InvocationExpressionSyntax call, bool inLoop)
    {
        var arguments = SiteCall.Read(context, call);
        arguments.Check(context, call);
        if (arguments is not { Value: { } value, Distribution: { } distribution }) return null;
        if (SliceReader.Read(context, value) is { } slice) return ReadSlice(call, arguments, slice);
        if (context.SymbolOf(value) is not IParameterSymbol parameter || context.VariableOf(parameter) is not { } variable)
        {
            context.Report(Rules.ObservedNotParameter, value, value.ToString());
            foreach (var _ in flows.Reads(distribution)) continue; // for the faults inside it
            CheckCalls(distribution);
            return null;
        }

        if (inLoop) context.Report(Rules.ObserveInLoop, value, parameter.Name);
        if (HasDistribution(variable))
        {
            context.Report(Rules.ObservedTwice, value, parameter.Name);
            return null;
        }

        var own = plates.PlatesOf(arguments.Within);
        CheckPlates(value, parameter, variable, own);
        if (sites.Exists(s => !s.IsLatent && s.Variable == variable && s.Plates != own))
            context.Report(Rules.ArmsInOtherPlates, value, parameter.Name);
        var (family, divergence) = families.Read(distribution, false, parameter.Name);
        var mask = masks.Read(arguments.Where, parameter.Name, variable, own);
        var draft = new Draft(parameter.Name, SiteKind.Observed, variable, null, own, family, divergence, value.GetLocation()) { Mask = mask };
        var added = Add(call, distribution, draft);
        if (arguments.Where is { } where) CheckCalls(where);
        context.AlreadyObserved.Add(parameter);
        return new SiteStatement(added.Anchor, added.Site, null);
    }

    /// <summary>Whether data have a distribution already where the reader stands: by <c>Observe</c>, or by <c>observed:</c>.</summary>
    public bool HasDistribution(int variable) => context.Variables[variable].Slices is not null
        || sites.Exists(s => (s.Known == variable || (!s.IsLatent && s.Variable == variable)) && !context.Excludes(s.Guards));

    /// <summary><c>Factor(weight)</c>.</summary>
    public StatementSpec? ReadFactor(InvocationExpressionSyntax call, bool inLoop)
    {
        var arguments = call.ArgumentList.Arguments;
        var within = arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.ValueText == "within") ?? arguments.Skip(1).FirstOrDefault();
        if (arguments.FirstOrDefault(a => a != within)?.Expression is not { } weight) return null;
        if (context.SymbolOf(weight) is not ILocalSymbol local || context.VariableOf(local) is not { } variable)
        {
            context.Report(Rules.FactorForm, weight, $"Write 'var weight = {weight}; Factor(weight);'");
            CheckCalls(weight);
            return null;
        }

        if (inLoop) context.Report(Rules.FactorForm, weight, "It stands in a loop: sum the weights of the rounds, and give their sum after it");
        if (sites.Any(s => s.Name == local.Name)) context.Report(Rules.SiteNameTwice, weight, local.Name);
        var place = weight.GetLocation();
        var own = plates.PlatesOf(within?.Expression);
        var added = Add(call, weight, new Draft(local.Name, SiteKind.Factor, variable, null, own, FamilySpec.None, null, place));
        return new SiteStatement(added.Anchor, added.Site, null);
    }

    /// <summary>Whatever is observed inside plates is data of them, in their order, unless a plate's own form is already at fault.</summary>
    public void CheckPlates(ExpressionSyntax value, IParameterSymbol parameter, int variable, EquatableArray<int> own)
    {
        if (plates.IsFaulty) return;
        var given = plates.PlatesOf(variable);
        for (var i = 0; i < own.Count; i++)
        {
            if (i < given.Count && given[i] == own[i]) continue;
            var plate = plates.Plates[own[i]];
            var data = string.Join(", ", (plate.Size is { } size ? new[] { $"size: {size.OneLine}" } : [])
                .Concat(plate.Sources.Select(s => context.Variables[s.Parameter].Name)).Append(parameter.Name).Distinct());
            context.Report(Rules.ObservedNotInPlate, value, parameter.Name, plate.Name, data);
            return;
        }

        if (own.Count == 0 && given.Count > 0 && plates.Plates[given[0]].IsRows)
            context.Report(Rules.RowsOutside, value, parameter.Name, plates.Plates[given[0]].Name);
    }

    private (int Site, int Anchor) Add(InvocationExpressionSyntax call, ExpressionSyntax distribution, Draft draft)
    {
        if (flows.Flows(distribution, [], false).FirstOrDefault() is not null) context.Report(Rules.SideEffectInSite, distribution, draft.Name);
        CheckCalls(distribution);

        // The interpreter tells sites apart by the line of the call's parenthesis, as [CallerLineNumber] gives it, and the argument's text.
        var line = call.ArgumentList.OpenParenToken.GetLocation();
        var text = distribution.ToString();
        if (!places.Add((line.GetLineSpan().StartLinePosition.Line, text))) context.Report(Rules.IndistinguishableSites, draft.Place, draft.Name);
        if (draft.Kind == SiteKind.Latent)
        {
            if (!context.DrawnUnder.TryGetValue(draft.Variable, out var draws)) context.DrawnUnder[draft.Variable] = draws = [];
            draws.Add([.. context.Guards]);
        }

        sites.Add(new SiteSpec
        {
            Id = sites.Count,
            Name = draft.Name,
            Kind = draft.Kind,
            Variable = draft.Variable,
            Index = draft.Index,
            Plates = draft.Plates,
            Distribution = new DistributionSpec(draft.Family, context.Text(distribution), flows.Reads(distribution).ToEquatable()),
            Known = draft.Known,
            Mask = draft.Mask,
            Divergence = draft.Divergence,
            UnnamedProbs = probs.Read(distribution),
            Guards = context.Guards.ToEquatable(),
            StatesShape = distribution is InvocationExpressionSyntax
            {
                Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Expand" },
            },
            Anchor = context.Sources.Anchor(draft.Place),
            CallAnchor = context.Sources.Anchor(line),
        });
        CheckMasks(sites[sites.Count - 1]);
        return (sites.Count - 1, context.Anchor(distribution));
    }

    /// <summary>A distribution's expression holds no site, neither its own nor a called method's.</summary>
    private void CheckCalls(ExpressionSyntax distribution)
    {
        foreach (var inner in distribution.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (context.WordOf(inner) is not { } word) carried.CheckSubmodel(inner);
            else if (word == "Deterministic") ReportRecord(inner);
            else context.Report(Rules.SampleNotAssigned, inner);
        }
    }

    private sealed record Draft(
        string Name, SiteKind Kind, int Variable, IndexSpec? Index, EquatableArray<int> Plates, FamilySpec Family, DivergenceSpec? Divergence,
        Location Place)
    {
        public int? Known { get; init; }

        public MaskSpec? Mask { get; init; }
    }
}
