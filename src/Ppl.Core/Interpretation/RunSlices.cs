using Ppl.Contracts;
using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Interpretation;

/// <summary>
/// The slices of data that an interpreted run observes, from its calls alone: that each is the slice which the compiler has there, and that at the
/// end each element of the data was observed once.
/// </summary>
/// <param name="plan">The model's plan.</param>
/// <param name="inputs">The tensors of the model's parameters, in order.</param>
internal sealed class RunSlices(ModelPlan plan, IReadOnlyList<Tensor> inputs)
{
    private readonly Dictionary<string, HashSet<int>> observed = [];

    /// <summary>Notes an observed value.</summary>
    /// <param name="site">Its site.</param>
    /// <param name="value">What the run gives to <c>Observe</c>.</param>
    /// <exception cref="PplArgumentException">It is another part of the data than the compiler has there, or was observed before.</exception>
    public void Observe(SiteInfo site, Tensor value)
    {
        if (site.SliceDimension is null) return;
        if (!IsSame(value, SliceShapes.Slice(site, Data(site.Variable))))
        {
            throw new PplArgumentException(
                $"the run observes a value of shape {ShapeText.Of(value.shape)}, which is not element {site.Element} of dimension "
                + $"{site.SliceDimension} of {site.Variable}, as the compiled plan has it.",
                site.Name);
        }

        observed.TryAdd(site.Variable, []);
        if (!observed[site.Variable].Add(site.Element!.Value)) throw new PplArgumentException("the run observes it twice.", site.Name);
    }

    /// <summary>Refuses data of which the run has left something out.</summary>
    /// <exception cref="PplShapeException">The message names the first element that was not observed.</exception>
    public void CheckEnd()
    {
        foreach (var site in plan.Observations.Where(site => site.SliceDimension is not null))
        {
            var found = observed.GetValueOrDefault(site.Name, []);

            // A run may pass over the data as a whole, and the compiled run passes over the same.
            if (found.Count == 0 && plan.Observations.All(other => other.Name != site.Name || other.Condition.Length > 0)) continue;
            var data = Data(site.Name);
            for (var element = 0; element < data.shape[site.SliceDimension!.Value]; element++)
            {
                if (!found.Contains(element)) throw new PplShapeException("the run has not observed it.", site.At(element).Name);
            }
        }
    }

    /// <summary>
    /// What an encoder sees of data by a step's name: a parameter, <c>x</c>, its mask, <c>where(x)</c>, slices of them, <c>x[2]</c>, <c>x[..3]</c>.
    /// </summary>
    public static Tensor Read(Guide guide, Masks masks, string name)
    {
        var (data, isMask, from, to) = InputName.Of(name);
        var input = guide.Plan.Inputs.ToList().FindIndex(i => i.Name == data);
        var whole = isMask ? masks.Shown(input, guide.MaskedSite(input)) : guide.Seen(input, masks);
        if (from is not { } first) return whole;
        var site = guide.Plan.Observations.First(s => s.Name == data);
        var dimension = isMask ? site.Plates.Count : site.SliceDimension!.Value;
        return to is { } end ? whole.narrow(dimension, first, end - first) : whole.select(dimension, first);
    }

    /// <summary>Data of which a simulation has drawn some slices; where none is drawn yet, what tells the plates and the number of slices.</summary>
    /// <param name="input">The parameter.</param>
    /// <param name="sites">The sites of its elements.</param>
    /// <param name="sizes">The sizes of the plan's plates.</param>
    /// <param name="drawn">Values by the names of sites.</param>
    public static Tensor SoFar(ModelInput input, IReadOnlyList<SiteInfo> sites, IReadOnlyList<long> sizes, Dictionary<string, Tensor> drawn)
    {
        var dimension = sites[0].SliceDimension!.Value;
        var known = sites.OrderBy(site => site.Element).Select(site => drawn.GetValueOrDefault(site.Name)).ToList();
        if (known.Exists(value => value is not null)) return SliceShapes.SoFar(known, dimension);
        return SliceShapes.Undrawn([.. input.Plates.Select(plate => sizes[plate.Index])], dimension, sites.DistinctBy(site => site.Element).Count());
    }

    private Tensor Data(string parameter)
    {
        for (var i = 0; i < inputs.Count; i++)
            if (plan.Inputs[i].Name == parameter) return inputs[i];
        throw new PplArgumentException("the model has no such parameter.", parameter);
    }

    private static bool IsSame(Tensor a, Tensor b)
    {
        if (!a.shape.AsSpan().SequenceEqual(b.shape) || a.dtype != b.dtype) return false;
        using var scope = NewDisposeScope();
        var same = a.eq(b);
        return (is_floating_point(a) ? same.logical_or(a.isnan().logical_and(b.isnan())) : same).all().ToBoolean();
    }
}
