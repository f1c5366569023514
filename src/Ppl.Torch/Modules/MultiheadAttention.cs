using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

internal sealed record AttentionShape(long Size, long Heads, long KeySize, long ValueSize, bool Bias, bool BiasKeyValue,
    bool ZeroAttention);

/// <summary>Dot-product attention in several subspaces (Vaswani et al., 2017, arXiv:1706.03762); (length, batch, size).</summary>
public sealed class MultiheadAttention : Module<Tensor, Tensor, Tensor, Tensor, bool, Tensor, Tuple<Tensor, Tensor>>
{
    private readonly AttentionShape shape;
    private readonly double dropout;

    internal MultiheadAttention(AttentionShape shape, double dropout) : base(nameof(MultiheadAttention))
    {
        (this.shape, this.dropout) = (shape, dropout);
        if (shape.Heads <= 0 || shape.Size % shape.Heads != 0)
            throw new ArgumentException($"A size of {shape.Size} does not divide into {shape.Heads} heads.");

        if (OneProjection)
        {
            Own("in_proj_weight", Xavier([3 * shape.Size, shape.Size]));
        }
        else
        {
            Own("q_proj_weight", Xavier([shape.Size, shape.Size]));
            Own("k_proj_weight", Xavier([shape.Size, shape.KeySize]));
            Own("v_proj_weight", Xavier([shape.Size, shape.ValueSize]));
        }

        if (shape.Bias) Own("in_proj_bias", new Parameter(zeros([3 * shape.Size])));

        var output = Linear(shape.Size, shape.Size, shape.Bias);
        if (shape.Bias) init.zeros_(output.bias);

        register_module("out_proj", output);
        if (shape.BiasKeyValue)
        {
            Own("bias_k", XavierNormal());
            Own("bias_v", XavierNormal());
        }
    }

    private bool OneProjection => shape.KeySize == shape.Size && shape.ValueSize == shape.Size;

    public new Tuple<Tensor, Tensor> call(Tensor query, Tensor key, Tensor value, Tensor key_padding_mask = null, bool need_weights = true,
        Tensor attn_mask = null) => base.call(query, key, value, key_padding_mask, need_weights, attn_mask);

    /// <param name="query">(L, N, E).</param>
    /// <param name="key">(S, N, key size).</param>
    /// <param name="value">(S, N, value size).</param>
    /// <param name="key_padding_mask">(N, S): true where a key is to be ignored; or null.</param>
    /// <param name="need_weights">Whether the second result holds the attention (N, L, S), averaged over the heads.</param>
    /// <param name="attn_mask">(L, S) or (N · heads, L, S): true where attention is forbidden, or a number to add; or null.</param>
    public override Tuple<Tensor, Tensor> forward(Tensor query, Tensor key, Tensor value, Tensor key_padding_mask, bool need_weights,
        Tensor attn_mask)
    {
        RequireThreeDimensions(query, nameof(query));
        RequireThreeDimensions(key, nameof(key));
        RequireThreeDimensions(value, nameof(value));
        using var scope = NewDisposeScope();
        var (length, batch) = (query.shape[0], query.shape[1]);
        var (q, k, v) = (Project(query, 0, "q"), Project(key, 1, "k"), Project(value, 2, "v"));
        var extra = 0L;
        if (shape.BiasKeyValue)
        {
            k = cat([k, Own("bias_k").expand(1, batch, shape.Size)], 0);
            v = cat([v, Own("bias_v").expand(1, batch, shape.Size)], 0);
            extra++;
        }

        (q, k, v) = (Heads(q), Heads(k), Heads(v));
        if (shape.ZeroAttention)
        {
            var zero = zeros([k.shape[0], 1, k.shape[2]], dtype: k.dtype, device: k.device);
            (k, v) = (cat([k, zero], 1), cat([v, zero], 1));
            extra++;
        }

        var scores = (q / Math.Sqrt(shape.Size / shape.Heads)).bmm(k.transpose(1, 2));
        scores = Masked(scores, attn_mask, extra);
        if (key_padding_mask is not null)
        {
            var mask = Widened(key_padding_mask, extra).view(batch, 1, 1, -1).expand(batch, shape.Heads, 1, -1);
            scores = Masked(scores, mask.reshape(batch * shape.Heads, 1, -1), 0);
        }

        var attention = scores.softmax(-1);
        var mixed = functional.dropout(attention, dropout, training).bmm(v).transpose(0, 1).reshape(length, batch, shape.Size);
        var output = ((Linear)_internal_submodules["out_proj"]).call(mixed);
        var weights = need_weights ? attention.view(batch, shape.Heads, length, -1).mean([1]) : null;
        return Tuple.Create(output.MoveToOuterDisposeScope(), weights?.MoveToOuterDisposeScope());
    }

    private static void RequireThreeDimensions(Tensor tensor, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.Dimensions != 3)
            throw new ArgumentException($"Attention takes (length, batch, size), not {tensor.Dimensions} dimensions.", name);
    }

    private Tensor Project(Tensor input, long part, string letter)
    {
        var weight = OneProjection ? Own("in_proj_weight").narrow(0, part * shape.Size, shape.Size) : Own($"{letter}_proj_weight");
        return functional.linear(input, weight, Own("in_proj_bias")?.narrow(0, part * shape.Size, shape.Size));
    }

    /// <summary>(length, batch, size) as (batch · heads, length, size / heads).</summary>
    private Tensor Heads(Tensor t) =>
        t.reshape(t.shape[0], t.shape[1] * shape.Heads, shape.Size / shape.Heads).transpose(0, 1);

    private static Tensor Masked(Tensor scores, Tensor mask, long extra)
    {
        if (mask is null) return scores;

        var wide = Widened(mask, extra);
        return wide.dtype == ScalarType.Bool ? scores.masked_fill(wide, double.NegativeInfinity) : scores + wide;
    }

    /// <summary>The mask with columns for the added keys, which are always seen.</summary>
    private static Tensor Widened(Tensor mask, long extra) => extra == 0 ? mask : functional.pad(mask, [0, extra]);

    private static Parameter Xavier(long[] sizes)
    {
        var parameter = new Parameter(empty(sizes));
        init.xavier_uniform_(parameter);
        return parameter;
    }

    private Parameter XavierNormal()
    {
        var parameter = new Parameter(empty([1, 1, shape.Size]));
        init.xavier_normal_(parameter);
        return parameter;
    }
}
