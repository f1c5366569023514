using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Reads plates: <c>using var data = Plate(x)</c>, which is entered for its scope, and <c>var county = Plate(size: 85)</c>, which sites name by
/// <c>within</c>. Each plate of a parameter takes its next dimension, except that a scope that has ended may be opened again: it is the same plate.
/// </summary>
internal sealed class PlateReader(ReadingContext context)
{
    private readonly List<PlateSpec> plates = [];
    private readonly Dictionary<ISymbol, int> byVariable = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<int, int> taken = [];
    private readonly List<int> open = [];

    public IReadOnlyList<PlateSpec> Plates => plates;

    /// <summary>How many plates are open: where to go back to when a scope ends.</summary>
    public int Depth => open.Count;

    /// <summary>Whether the form of some plate is at fault, so that what depends on it cannot be judged.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>Whether a variable is a plate whose size the data give, which is no number that a model may compute with.</summary>
    public bool IsDataPlate(ISymbol symbol) => byVariable.TryGetValue(symbol, out var plate) && plates[plate].Size is null;

    /// <summary>Ends the scopes of the plates beyond a depth; their dimensions may be taken again.</summary>
    public void CloseTo(int depth)
    {
        foreach (var source in open.Skip(depth).SelectMany(p => plates[p].Sources)) taken[source.Parameter] = source.Dimension;
        open.RemoveRange(depth, open.Count - depth);
    }

    /// <summary>The plates of a site, outermost first: those that are entered, then those that it names.</summary>
    public EquatableArray<int> PlatesOf(ExpressionSyntax? within)
    {
        var named = within is null ? [] : Named(within).ToList();
        foreach (var (place, plate) in named)
            if (plates[plate].IsRows && open.Count > 0) RefuseInside(place, plates[plate].Name);
        return open.Concat(named.Select(n => n.Plate)).ToEquatable();
    }

    /// <summary>The plates that a parameter has been given to, outermost first.</summary>
    public IReadOnlyList<int> PlatesOf(int parameter) =>
    [
        .. plates.SelectMany(p => p.Sources.Where(s => s.Parameter == parameter).Select(s => (s.Dimension, p.Id))).OrderBy(s => s.Dimension)
            .Select(s => s.Id),
    ];

    /// <summary>Reads a declaration whose value is a call of Plate.</summary>
    public PlateSpec? Read(VariableDeclaratorSyntax declarator, InvocationExpressionSyntax call, bool isEntered)
    {
        var plate = IsNumber(call) ? OfNumber(declarator, call, isEntered) : OfData(declarator, call, isEntered);
        if (plate is null)
        {
            IsFaulty = true;
            return null;
        }

        if (context.Semantics.GetDeclaredSymbol(declarator, context.Cancellation) is { } symbol)
        {
            byVariable[symbol] = plate.Id;
            if (context.VariableOf(symbol) is { } variable) context.SetRole(variable, VariableRole.Plate);
        }

        if (isEntered && plate.IsRows && open.Count > 0) RefuseInside(call, plate.Name);
        if (isEntered) open.Add(plate.Id);
        return plate;
    }

    private void RefuseInside(SyntaxNode place, string plate)
    {
        IsFaulty = true;
        context.Report(Rules.RowsInside, place, plate);
    }

    private bool IsNumber(InvocationExpressionSyntax call) =>
        call.ArgumentList.Arguments is [var only] && context.TypeOf(only.Expression) is { } type && TypeTraits.IsNumber(type);

    private PlateSpec OfNumber(VariableDeclaratorSyntax declarator, InvocationExpressionSyntax call, bool isEntered)
    {
        var size = context.Text(call.ArgumentList.Arguments[0].Expression);
        return Add(new PlateSpec(plates.Count, declarator.Identifier.ValueText, [], size, isEntered, Anchor(call)));
    }

    private PlateSpec? OfData(VariableDeclaratorSyntax declarator, InvocationExpressionSyntax call, bool isEntered)
    {
        var sources = new List<PlateSource>();
        foreach (var argument in call.ArgumentList.Arguments)
        {
            if (context.SymbolOf(argument.Expression) is IParameterSymbol parameter && context.VariableOf(parameter) is { } variable)
                sources.Add(new PlateSource(variable, taken.TryGetValue(variable, out var next) ? next : 0));
            else context.Report(Rules.PlateForm, argument);
        }

        if (call.ArgumentList.Arguments.Count == 0) context.Report(Rules.PlateForm, call);
        if (sources.Count == 0) return null;
        foreach (var source in sources) taken[source.Parameter] = source.Dimension + 1;
        var same = plates.FirstOrDefault(p => p.Sources.Any(sources.Contains));
        if (same is null)
            return Add(new PlateSpec(plates.Count, declarator.Identifier.ValueText, sources.ToEquatable(), null, isEntered, Anchor(call)));
        return plates[same.Id] = same with { Sources = same.Sources.Union(sources).ToEquatable() };
    }

    private PlateSpec Add(PlateSpec plate)
    {
        plates.Add(plate);
        return plate;
    }

    private int Anchor(InvocationExpressionSyntax call) => context.Sources.Anchor(call.ArgumentList.OpenParenToken.GetLocation());

    private IEnumerable<(ExpressionSyntax Place, int Plate)> Named(ExpressionSyntax within)
    {
        var names = within is TupleExpressionSyntax tuple ? tuple.Arguments.Select(a => a.Expression) : [within];
        foreach (var name in names)
        {
            if (context.SymbolOf(name) is { } symbol && byVariable.TryGetValue(symbol, out var plate)) yield return (name, plate);
            else context.Report(Rules.WithinForm, name, name.ToString());
        }
    }
}
