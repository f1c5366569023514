using Ppl.Contracts;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Interpretation;

/// <summary>
/// The plates of an interpreted run, found from its calls alone: which dimension of which parameter each takes, how large it is, which are
/// entered where. What the compiler said of them is compared with that, never taken for it.
/// </summary>
/// <param name="layout">The sizes that the pass expects.</param>
/// <param name="inputs">The tensors of the model's parameters, in order.</param>
internal sealed class OpenPlates(Layout layout, IReadOnlyList<Tensor> inputs)
{
    // Dimensions that a plate has taken, by parameter; an entered plate gives them back when it is left.
    private readonly Dictionary<PlateScope, List<PlateSource>> taken = [];
    private readonly List<PlateScope> entered = [];

    // What the run has given to each plate of data, by the plate's position.
    private readonly Dictionary<int, HashSet<PlateSource>> named = [];

    // Told at the next site or at the end: thrown where a scope is left, it would hide a fault that is on its way out of there.
    private PplArgumentException? fault;

    /// <summary>A plate over the next dimension of each tensor that is not taken yet.</summary>
    /// <param name="data">Parameters of the model.</param>
    /// <exception cref="PplException">
    /// A tensor is no parameter or lacks the dimension, sizes disagree, or the compiler knows no such plate.
    /// </exception>
    public PlateScope Open(Tensor?[] data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Length == 0) throw new PplArgumentException("Plate needs at least one tensor: its leading dimension is the plate's size.");
        var sources = data.Select(Source).ToList();
        var sizes = data.Select((tensor, i) => tensor!.shape[sources[i].Dimension]).ToList();
        if (sizes.FindIndex(size => size != sizes[0]) is >= 0 and var other)
        {
            throw new PplShapeException(
                sources.TrueForAll(source => source.Dimension == 0)
                    ? $"Plate needs tensors with the same rows; found {sizes[0]} and {sizes[other]}."
                    : $"Plate needs tensors of the same size in their next dimension; found {sizes[0]} (dimension {sources[0].Dimension} of "
                        + $"{Name(sources[0])}) and {sizes[other]} (dimension {sources[other].Dimension} of {Name(sources[other])}).");
        }

        var plate = Named(sources, isByNumber: false);
        if (layout.Size(plate) != sizes[0])
            throw new PplShapeException($"plate '{plate.Name}' has size {sizes[0]}; {layout.Size(plate)} was expected in this pass.");
        return Begin(plate, sizes[0], sources);
    }

    /// <summary>A plate by number.</summary>
    /// <param name="size">Its size.</param>
    /// <param name="line">The line of the call.</param>
    /// <exception cref="PplArgumentException">The size is less than 1, or another one than before, or the compiler knows no such plate.</exception>
    public PlateScope Open(long size, int line)
    {
        var plate = layout.Plan.Plates.FirstOrDefault(p => p.Sources.Count == 0 && p.Line == line)
            ?? throw new PplArgumentException($"the compiled plan of {layout.Plan.Model} has no plate by number at line {line}.");
        layout.Open(plate, size);
        return Begin(plate, size, []);
    }

    /// <summary>A plate by number over the next dimension of each tensor that is not taken yet.</summary>
    /// <param name="size">Its size.</param>
    /// <param name="data">Parameters of the model.</param>
    /// <exception cref="PplException">
    /// The size is less than 1, or not the tensors'; a tensor is no parameter or lacks the dimension; or the compiler knows no such plate.
    /// </exception>
    /// <exception cref="PlateSizeTold">A simulation did not know the size: its placeholders of data have none in this plate.</exception>
    public PlateScope Open(long size, Tensor[] data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var sources = data.Select(Source).ToList();
        var plate = Named(sources, isByNumber: true);
        if (size > 0 && layout.Plates[plate.Index].Size == 0) throw new PlateSizeTold(plate, size);
        layout.Open(plate, size);
        return Begin(plate, size, sources);
    }

    /// <summary>The compiler's plate over some dimensions of data.</summary>
    private PlateInfo Named(List<PlateSource> sources, bool isByNumber)
    {
        // A plate that is opened again may name a part of its data; the whole run names all of them.
        var plate = layout.Plan.Plates.FirstOrDefault(p => p.IsByNumber == isByNumber && sources.TrueForAll(p.Sources.Contains))
            ?? throw Unknown(sources);
        named.TryAdd(plate.Index, []);
        named[plate.Index].UnionWith(sources);
        return plate;
    }

    /// <summary>Compares the plates that a site stands in with the compiler's.</summary>
    /// <param name="site">The site, as the compiler knows it.</param>
    /// <param name="within">The plates that it names.</param>
    /// <exception cref="PplArgumentException">
    /// They are others; the message names the site and both. Or a plate was left before where it cannot be.
    /// </exception>
    public void Check(SiteInfo site, Within? within)
    {
        if (fault is not null) throw fault;
        List<PlateScope> found = [.. entered, .. within?.Plates ?? []];
        if (found.Distinct().Count() < found.Count)
            throw new PplArgumentException($"the site stands in a plate twice: {Names(found.Select(scope => scope.Plan))}.", site.Name);
        if (found.Select(scope => scope.Plan.Index).SequenceEqual(site.Plates.Select(plate => plate.Index))) return;
        throw new PplArgumentException(
            $"the run finds the site {Names(found.Select(scope => scope.Plan))}, the compiled plan has it {Names(site.Plates)}.", site.Name);
    }

    /// <summary>Refuses an end of the run within a plate, and plates that were left where they cannot be.</summary>
    /// <exception cref="PplArgumentException">A plate was entered and not left, or left out of order; the message names it.</exception>
    public void CheckEnd()
    {
        if (fault is not null) throw fault;

        // A run of a model with branches may not reach every place that opens a plate.
        foreach (var (plate, sources) in named)
            if (!layout.Plan.HasBranches && !sources.SetEquals(layout.Plan.Plates[plate].Sources)) throw Unknown(sources);
        if (entered.Count == 0) return;
        var name = entered[^1].Plan.Name;
        throw new PplArgumentException($"plate '{name}' was entered and not left: write using var {name} = Plate(...).");
    }

    private PplArgumentException Unknown(IEnumerable<PlateSource> sources) => new(
        $"a plate takes {string.Join(", ", sources.Select(Describe))}; the compiled plan of {layout.Plan.Model} has no such plate "
            + $"({string.Join("; ", layout.Plan.Plates.Select(p => $"{p.Name}: {string.Join(", ", p.Sources.Select(Describe))}"))}).");

    private static string Names(IEnumerable<PlateInfo> plates)
    {
        var names = plates.Select(plate => $"'{plate.Name}'").ToList();
        return names.Count switch
        {
            0 => "outside every plate",
            1 => $"in plate {names[0]}",
            _ => $"in the plates {Layout.Conjunction(names)}",
        };
    }

    private PlateSource Source(Tensor? tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var input = inputs.ToList().FindIndex(known => ReferenceEquals(known, tensor));
        if (tensor.dim() == 0) throw new PplShapeException("Plate needs tensors with rows; found a single number.");
        if (input < 0)
        {
            throw new PplArgumentException(
                $"Plate takes parameters of {layout.Plan.Method} as they are; a tensor of shape {ShapeText.Of(tensor.shape)} is none.");
        }

        var dimension = 0;
        while (taken.Values.Any(sources => sources.Contains(new(input, dimension)))) dimension++;
        return dimension < tensor.dim()
            ? new(input, dimension)
            : throw new PplShapeException(
                $"Plate takes dimension {dimension} of it, and its shape is {ShapeText.Of(tensor.shape)}: the dimensions before are other plates'.",
                layout.Plan.Inputs[input].Name);
    }

    private PlateScope Begin(PlateInfo plate, long size, List<PlateSource> sources)
    {
        var scope = new PlateScope(plate, size, Leave);
        taken[scope] = sources;
        if (plate.IsEntered) entered.Add(scope);
        return scope;
    }

    private void Leave(PlateScope scope)
    {
        if (!scope.Plan.IsEntered)
        {
            fault ??= new PplArgumentException(
                $"plate '{scope.Plan.Name}' was left, and the compiled plan has it as a value that is never entered (var, without using).");
            return;
        }

        if (entered.Count > 0 && ReferenceEquals(entered[^1], scope))
        {
            entered.RemoveAt(entered.Count - 1);
            taken.Remove(scope);
            return;
        }

        var later = entered.SkipWhile(open => !ReferenceEquals(open, scope)).Skip(1).Select(open => $"'{open.Plan.Name}'");
        fault ??= new PplArgumentException($"plate '{scope.Plan.Name}' was left before {Layout.Conjunction(later)}, entered after it.");
    }

    private string Name(PlateSource source) => layout.Plan.Inputs[source.Input].Name;

    private string Describe(PlateSource source) => $"dimension {source.Dimension} of {Name(source)}";
}

/// <summary>Ends a simulating run so that it begins again with the size of a plate by number, whose data are yet to be drawn.</summary>
/// <param name="plate">The plate.</param>
/// <param name="size">Its size.</param>
internal sealed class PlateSizeTold(PlateInfo plate, long size) : Exception
{
    public PlateInfo Plate { get; } = plate;

    public long Size { get; } = size;
}
