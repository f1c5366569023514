using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>Data that a simulation draws slice by slice.</summary>
/// <param name="site">The site of all elements.</param>
/// <param name="count">How many there are.</param>
internal sealed class DrawnSlices(SiteInfo site, int count)
{
    private readonly Prediction?[] drawn = new Prediction?[count];

    /// <summary>The data's name.</summary>
    public string Variable => site.Variable;

    /// <exception cref="PplShapeException">There is no such slice.</exception>
    public void Add(SiteInfo element, Prediction slice)
    {
        if (element.Element >= drawn.Length)
            throw new PplShapeException($"the model has {drawn.Length} slices of {site.Variable}, and observes one after the last.", element.Name);
        drawn[element.Element!.Value] = slice;
    }

    /// <summary>All slices side by side; those that are not drawn yet are NaN, or 0 where values are integers.</summary>
    public Tensor SoFar() => SliceShapes.SoFar([.. drawn.Select(slice => slice?.Value)], site.SliceDimension!.Value);

    /// <summary>All slices as one prediction.</summary>
    /// <exception cref="PplArgumentException">One was not drawn.</exception>
    public Prediction Whole()
    {
        if (Array.FindIndex(drawn, slice => slice is null) is >= 0 and var missing)
            throw new PplArgumentException("the model has not observed it.", site.At(missing).Name);
        return Prediction.OfSlices(drawn!, site.SliceDimension!.Value);
    }
}
