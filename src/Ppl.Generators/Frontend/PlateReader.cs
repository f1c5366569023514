using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Reads plates: <c>using var data = Plate(x)</c>, which is entered for its scope, and <c>var county = Plate(size: 85)</c>, which sites name by
/// <c>within</c>; a plate by number may take data too. Each plate of a parameter takes its next dimension, except that a scope that has ended may be
/// opened again: it is the same plate.
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
        call.ArgumentList.Arguments is [var first, ..] && context.TypeOf(first.Expression) is { } type && TypeTraits.IsNumber(type);

    private PlateSpec? OfNumber(VariableDeclaratorSyntax declarator, InvocationExpressionSyntax call, bool isEntered)
    {
        var size = context.Text(call.ArgumentList.Arguments[0].Expression);
        return AddOver(Sources(call.ArgumentList.Arguments.Skip(1)), size, declarator, call, isEntered);
    }

    private PlateSpec? OfData(VariableDeclaratorSyntax declarator, InvocationExpressionSyntax call, bool isEntered)
    {
        var sources = Sources(call.ArgumentList.Arguments);
        if (call.ArgumentList.Arguments.Count == 0) context.Report(Rules.PlateForm, call);
        return sources.Count == 0 ? null : AddOver(sources, null, declarator, call, isEntered);
    }

    /// <summary>Of each tensor the next dimension that no plate has taken.</summary>
    private List<PlateSource> Sources(IEnumerable<ArgumentSyntax> arguments)
    {
        var sources = new List<PlateSource>();
        foreach (var argument in arguments)
        {
            if (context.SymbolOf(argument.Expression) is IParameterSymbol parameter && context.VariableOf(parameter) is { } variable)
                sources.Add(new PlateSource(variable, taken.TryGetValue(variable, out var next) ? next : 0));
            else context.Report(Rules.PlateForm, argument);
        }

        return sources;
    }

    /// <summary>A new plate, or the one that has these dimensions already and is opened again.</summary>
    private PlateSpec? AddOver(
        List<PlateSource> sources, TextSpec? size, VariableDeclaratorSyntax declarator, InvocationExpressionSyntax call, bool isEntered)
    {
        foreach (var source in sources) taken[source.Parameter] = source.Dimension + 1;
        var same = plates.FirstOrDefault(p => p.Sources.Any(sources.Contains));
        if (same is null)
        {
            var plate = new PlateSpec(plates.Count, declarator.Identifier.ValueText, sources.ToEquatable(), size, isEntered, Anchor(call));
            plates.Add(plate);
            return plate;
        }

        if (same.Size?.OneLine == size?.OneLine) return plates[same.Id] = same with { Sources = same.Sources.Union(sources).ToEquatable() };
        context.Report(Rules.PlateAnew, call, context.Variables[sources.First(same.Sources.Contains).Parameter].Name, same.Name);
        return null;
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
