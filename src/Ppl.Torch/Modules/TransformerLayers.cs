using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

internal sealed record TransformerShape(long Size, long Heads, long Inner, double Dropout, Activations Activation);

/// <summary>Self-attention and a two-layer network, each added to its input and normalised (Vaswani et al., 2017, arXiv:1706.03762).</summary>
public sealed class TransformerEncoderLayer : Module<Tensor, Tensor>, IModule<Tensor, Tensor, Tensor>, IModule<Tensor, Tensor, Tensor, Tensor>
{
    private readonly TransformerShape shape;
    private readonly MultiheadAttention self_attn;
    private readonly Linear linear1;
    private readonly Dropout dropout;
    private readonly Linear linear2;
    private readonly LayerNorm norm1;
    private readonly LayerNorm norm2;
    private readonly Dropout dropout1;
    private readonly Dropout dropout2;

    internal TransformerEncoderLayer(TransformerShape shape) : base(nameof(TransformerEncoderLayer))
    {
        this.shape = shape;
        self_attn = MultiheadAttention(shape.Size, shape.Heads, shape.Dropout);
        linear1 = Linear(shape.Size, shape.Inner);
        dropout = Dropout(shape.Dropout);
        linear2 = Linear(shape.Inner, shape.Size);
        (norm1, norm2) = (LayerNorm(shape.Size), LayerNorm(shape.Size));
        (dropout1, dropout2) = (Dropout(shape.Dropout), Dropout(shape.Dropout));
        RegisterComponents();
    }

    internal TransformerEncoderLayer Copy()
    {
        var copy = new TransformerEncoderLayer(shape);
        copy.load_state_dict(state_dict());
        return copy;
    }

    public override Tensor forward(Tensor src) => call(src, null, null);

    public Tensor call(Tensor src, Tensor src_mask) => call(src, src_mask, null);

    /// <param name="src">(length, batch, size).</param>
    /// <param name="src_mask">(length, length): where attention is forbidden, or what is added to it; or null.</param>
    /// <param name="src_key_padding_mask">(batch, length): true where there is only padding; or null.</param>
    public Tensor call(Tensor src, Tensor src_mask, Tensor src_key_padding_mask)
    {
        using var scope = NewDisposeScope();
        var (seen, _) = self_attn.call(src, src, src, src_key_padding_mask, need_weights: false, attn_mask: src_mask);
        var middle = norm1.call(src + dropout1.call(seen));
        var worked = linear2.call(dropout.call(TransformerParts.Activate(linear1.call(middle), shape.Activation)));
        return norm2.call(middle + dropout2.call(worked)).MoveToOuterDisposeScope();
    }
}

/// <summary>Self-attention, attention to the encoder's output, and a two-layer network, each added to its input and normalised.</summary>
public sealed class TransformerDecoderLayer :
    Module<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor>, IModule<Tensor, Tensor, Tensor>
{
    private readonly TransformerShape shape;
    private readonly MultiheadAttention self_attn;
    private readonly MultiheadAttention multihead_attn;
    private readonly Linear linear1;
    private readonly Dropout dropout;
    private readonly Linear linear2;
    private readonly LayerNorm norm1;
    private readonly LayerNorm norm2;
    private readonly LayerNorm norm3;
    private readonly Dropout dropout1;
    private readonly Dropout dropout2;
    private readonly Dropout dropout3;

    internal TransformerDecoderLayer(TransformerShape shape) : base(nameof(TransformerDecoderLayer))
    {
        this.shape = shape;
        self_attn = MultiheadAttention(shape.Size, shape.Heads, shape.Dropout);
        multihead_attn = MultiheadAttention(shape.Size, shape.Heads, shape.Dropout);
        linear1 = Linear(shape.Size, shape.Inner);
        dropout = Dropout(shape.Dropout);
        linear2 = Linear(shape.Inner, shape.Size);
        (norm1, norm2, norm3) = (LayerNorm(shape.Size), LayerNorm(shape.Size), LayerNorm(shape.Size));
        (dropout1, dropout2, dropout3) = (Dropout(shape.Dropout), Dropout(shape.Dropout), Dropout(shape.Dropout));
        RegisterComponents();
    }

    internal TransformerDecoderLayer Copy()
    {
        var copy = new TransformerDecoderLayer(shape);
        copy.load_state_dict(state_dict());
        return copy;
    }

    public Tensor call(Tensor tgt, Tensor memory) => base.call(tgt, memory, null, null, null, null);

    public new Tensor call(Tensor tgt, Tensor memory, Tensor tgt_mask, Tensor memory_mask = null, Tensor tgt_key_padding_mask = null,
        Tensor memory_key_padding_mask = null) =>
        base.call(tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask);

    public override Tensor forward(Tensor tgt, Tensor memory, Tensor tgt_mask, Tensor memory_mask, Tensor tgt_key_padding_mask,
        Tensor memory_key_padding_mask)
    {
        using var scope = NewDisposeScope();
        var (seen, _) = self_attn.call(tgt, tgt, tgt, tgt_key_padding_mask, need_weights: false, attn_mask: tgt_mask);
        var first = norm1.call(tgt + dropout1.call(seen));
        var (recalled, _) = multihead_attn.call(
            first, memory, memory, memory_key_padding_mask, need_weights: false, attn_mask: memory_mask);
        var second = norm2.call(first + dropout2.call(recalled));
        var worked = linear2.call(dropout.call(TransformerParts.Activate(linear1.call(second), shape.Activation)));
        return norm3.call(second + dropout3.call(worked)).MoveToOuterDisposeScope();
    }
}

internal static class TransformerParts
{
    internal static Tensor Activate(Tensor x, Activations activation) =>
        activation == Activations.GELU ? functional.gelu(x) : functional.relu(x);

    internal static T[] Copies<T>(Func<T> copy, long count)
    {
        if (count is < 0 or > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(count), count, "There cannot be this many layers.");

        var copies = new List<T>();
        while (copies.Count < count) copies.Add(copy());

        return [.. copies];
    }
}
