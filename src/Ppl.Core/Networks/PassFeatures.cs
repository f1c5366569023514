using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>
/// What encoders have in common in one pass of a guide: features that several compute from the same data, once, and the data themselves.
/// </summary>
internal sealed class PassFeatures
{
    private readonly Dictionary<string, Tensor> data = [];
    private readonly Dictionary<(SliceReader Reader, bool IsState), Tensor?> read = [];

    /// <summary>The features of bottom-up passes.</summary>
    public BottomUpFeatures BottomUp { get; } = new();

    /// <summary>
    /// Which of the data of a parameter are there, over the rows of the data: null where all are. Null itself outside a guide's pass.
    /// </summary>
    public Func<string, Tensor?>? MaskOf { get; init; }

    /// <summary>Notes a parameter of the model, or its mask, over the rows of the data.</summary>
    /// <param name="name">The name that steps of a guide have: <c>x</c>, <c>where(x)</c>.</param>
    /// <param name="tensor">The parameter as encoders see it.</param>
    public Tensor Note(string name, Tensor tensor) => data[name] = tensor;

    /// <summary>A parameter of the model, or its mask; null where nobody has told.</summary>
    public Tensor? Find(string name) => data.GetValueOrDefault(name);

    /// <summary>What a recurrent pass reads of all data, put side by side once; null where it cannot.</summary>
    /// <param name="reader">The pass.</param>
    /// <param name="compute">Puts it side by side.</param>
    public Tensor? Slices(SliceReader reader, Func<Tensor?> compute) => Once((reader, false), compute);

    /// <summary>The states of a recurrent pass over all slices, computed once.</summary>
    /// <param name="reader">The pass.</param>
    /// <param name="compute">Computes them.</param>
    public Tensor States(SliceReader reader, Func<Tensor> compute) => Once((reader, true), compute)!;

    private Tensor? Once((SliceReader Reader, bool IsState) key, Func<Tensor?> compute)
    {
        if (read.TryGetValue(key, out var known)) return known;
        return read[key] = compute();
    }
}
