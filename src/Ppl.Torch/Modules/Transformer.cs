using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>Copies of an encoder layer, one after the other.</summary>
public sealed class TransformerEncoder :
    Module<Tensor, Tensor, Tensor, Tensor>, IModule<Tensor, Tensor, Tensor>, IModule<Tensor, Tensor>
{
    private readonly ModuleList<TransformerEncoderLayer> layers;
    private readonly LayerNorm norm;

    /// <summary>The layer and the norm, if there is one, stay the caller's and the encoder's respectively.</summary>
    internal TransformerEncoder(TransformerEncoderLayer layer, long count, LayerNorm norm = null) : base(nameof(TransformerEncoder))
    {
        ArgumentNullException.ThrowIfNull(layer);
        layers = new ModuleList<TransformerEncoderLayer>(TransformerParts.Copies(layer.Copy, count));
        this.norm = norm;
        RegisterComponents();
    }

    public enum Activations
    {
        ReLU = 0, GELU = 1,
    }

    public Tensor call(Tensor src) => base.call(src, null, null);

    public Tensor call(Tensor src, Tensor src_mask) => base.call(src, src_mask, null);

    public override Tensor forward(Tensor src, Tensor src_mask, Tensor src_key_padding_mask)
    {
        using var scope = NewDisposeScope();
        var x = src.alias();
        foreach (var layer in layers) x = layer.call(x, src_mask, src_key_padding_mask);

        return (norm is null ? x : norm.call(x)).MoveToOuterDisposeScope();
    }
}

/// <summary>Copies of a decoder layer, one after the other.</summary>
public sealed class TransformerDecoder : Module<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor>
{
    private readonly ModuleList<TransformerDecoderLayer> layers;
    private readonly LayerNorm norm;

    internal TransformerDecoder(TransformerDecoderLayer layer, long count, LayerNorm norm = null) : base(nameof(TransformerDecoder))
    {
        ArgumentNullException.ThrowIfNull(layer);
        layers = new ModuleList<TransformerDecoderLayer>(TransformerParts.Copies(layer.Copy, count));
        this.norm = norm;
        RegisterComponents();
    }

    public Tensor call(Tensor tgt, Tensor memory) => base.call(tgt, memory, null, null, null, null);

    public new Tensor call(Tensor tgt, Tensor memory, Tensor tgt_mask, Tensor memory_mask = null, Tensor tgt_key_padding_mask = null,
        Tensor memory_key_padding_mask = null) =>
        base.call(tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask);

    public override Tensor forward(Tensor tgt, Tensor memory, Tensor tgt_mask, Tensor memory_mask = null,
        Tensor tgt_key_padding_mask = null, Tensor memory_key_padding_mask = null)
    {
        using var scope = NewDisposeScope();
        var x = tgt.alias();
        foreach (var layer in layers)
            x = layer.call(x, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask);

        return (norm is null ? x : norm.call(x)).MoveToOuterDisposeScope();
    }
}

/// <summary>An encoder and a decoder that attends to its output (Vaswani et al., 2017, arXiv:1706.03762).</summary>
public sealed class Transformer : Module<Tensor, Tensor, Tensor>
{
    private readonly TransformerEncoder encoder;
    private readonly TransformerDecoder decoder;

    internal Transformer(TransformerShape shape, long encoderLayers, long decoderLayers) : base(nameof(Transformer))
    {
        using var first = new TransformerEncoderLayer(shape);
        using var second = new TransformerDecoderLayer(shape);
        encoder = new TransformerEncoder(first, encoderLayers, LayerNorm(shape.Size));
        decoder = new TransformerDecoder(second, decoderLayers, LayerNorm(shape.Size));
        RegisterComponents();
        foreach (var parameter in parameters().Where(parameter => parameter.Dimensions > 1)) init.xavier_uniform_(parameter);
    }

    public override Tensor forward(Tensor src, Tensor tgt) => call(src, tgt, null);

    public Tensor call(Tensor src, Tensor tgt, Tensor src_mask, Tensor tgt_mask = null, Tensor memory_mask = null,
        Tensor src_key_padding_mask = null, Tensor tgt_key_padding_mask = null, Tensor memory_key_padding_mask = null)
    {
        using var memory = encoder.call(src, src_mask, src_key_padding_mask);
        return decoder.call(tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask);
    }
}
