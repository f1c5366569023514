using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>How an embedding treats its rows.</summary>
internal sealed record EmbeddingRules(long? PaddingIndex, double? MaxNorm, double NormType, bool ScaleByFrequency, bool Sparse);

/// <summary>A table of vectors, read by row numbers.</summary>
public sealed class Embedding : Module<Tensor, Tensor>
{
    private readonly EmbeddingRules rules;
    private readonly long padding;

    internal Embedding(long num_embeddings, long embedding_dims, EmbeddingRules rules, Device device, ScalarType? dtype) :
        base(nameof(Embedding))
    {
        this.rules = rules;
        padding = Padding(rules.PaddingIndex, num_embeddings);
        weight = new Parameter(empty(num_embeddings, embedding_dims, dtype: dtype, device: device));
        init.normal_(weight);
        if (padding >= 0)
        {
            using var noGrad = no_grad();
            using var row = weight.select(0, padding);
            init.zeros_(row);
        }
    }

    internal Embedding(Tensor embeddings, bool freeze, EmbeddingRules rules, Device device, ScalarType? dtype) : base(nameof(Embedding))
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        if (embeddings.Dimensions != 2)
            throw new ArgumentException($"A table of embeddings has 2 dimensions, not {embeddings.Dimensions}.", nameof(embeddings));

        this.rules = rules;
        padding = Padding(rules.PaddingIndex, embeddings.shape[0]);
        using var scope = NewDisposeScope();
        weight = new Parameter(embeddings.detach().to(dtype ?? embeddings.dtype, device ?? embeddings.device), !freeze);
    }

    public Parameter weight { get => Own(nameof(weight)); set => Own(nameof(weight), value); }

    public override Tensor forward(Tensor input)
    {
        if (rules.MaxNorm is { } most)
        {
            using var noGrad = no_grad();
            using var indices = input.contiguous();
            Raw.embedding_renorm_(weight, indices, most, rules.NormType);
        }

        return Raw.embedding(weight, input, padding, rules.ScaleByFrequency, rules.Sparse);
    }

    internal static long Padding(long? index, long rows)
    {
        if (index is not { } given) return -1;

        return given >= -rows && given < rows
            ? (given + rows) % rows
            : throw new ArgumentOutOfRangeException(nameof(index), given, $"The padding index must be one of the {rows} rows.");
    }
}

/// <summary>Sums, means or maxima of an embedding's rows over bags of row numbers.</summary>
public sealed class EmbeddingBag : Module<Tensor, Tensor, Tensor, Tensor>, IModule<Tensor, Tensor, Tensor>
{
    private readonly EmbeddingRules rules;
    private readonly EmbeddingBagMode mode;
    private readonly bool includeLast;

    internal EmbeddingBag(long num_embeddings, long embedding_dims, EmbeddingRules rules, EmbeddingBagMode mode, bool includeLast,
        Device device, ScalarType? dtype) : base(nameof(EmbeddingBag))
    {
        (this.rules, this.mode, this.includeLast) = (rules, mode, includeLast);
        weight = new Parameter(empty(num_embeddings, embedding_dims, dtype: dtype, device: device));
        init.normal_(weight);
    }

    internal EmbeddingBag(Tensor embeddings, bool freeze, EmbeddingRules rules, EmbeddingBagMode mode, bool includeLast, Device device,
        ScalarType? dtype) : base(nameof(EmbeddingBag))
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        (this.rules, this.mode, this.includeLast) = (rules, mode, includeLast);
        using var scope = NewDisposeScope();
        weight = new Parameter(embeddings.detach().to(dtype ?? embeddings.dtype, device ?? embeddings.device), !freeze);
    }

    public Parameter weight { get => Own(nameof(weight)); set => Own(nameof(weight), value); }

    public new Tensor call(Tensor input, Tensor offsets, Tensor perSampleWeights) => base.call(input, offsets, perSampleWeights);

    public Tensor call(Tensor input, Tensor offsets) => base.call(input, offsets, null);

    public Tensor call(Tensor input) => base.call(input, null, null);

    /// <param name="input">Row numbers: (bags, size), or all bags in one dimension.</param>
    /// <param name="offsets">Where each bag starts, if the input has one dimension.</param>
    /// <param name="perSampleWeights">A factor for each row number (sums only), or null.</param>
    public override Tensor forward(Tensor input, Tensor offsets, Tensor perSampleWeights)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        if (input.Dimensions == 2)
        {
            if (offsets is not null) throw new ArgumentException("Bags given as rows have no offsets.", nameof(offsets));

            offsets = arange(0, input.numel(), input.shape[1], dtype: input.dtype, device: input.device);
            input = input.reshape(-1);
            perSampleWeights = perSampleWeights?.reshape(-1);
        }

        if (rules.MaxNorm is { } most)
        {
            using var noGrad = no_grad();
            Raw.embedding_renorm_(weight, input.contiguous(), most, rules.NormType);
        }

        var (bags, _, _, _) = Raw.embedding_bag(weight, input, offsets, rules.ScaleByFrequency, (long)mode, rules.Sparse,
            perSampleWeights, includeLast, rules.PaddingIndex is { } index and >= 0 ? index : null);
        return bags.MoveToOuterDisposeScope();
    }
}
