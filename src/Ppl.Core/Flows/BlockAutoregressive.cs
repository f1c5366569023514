using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>
/// yᵢ = (1 − a) xᵢ + a fᵢ(x₁, ..., xᵢ, c), where fᵢ is a network that increases in xᵢ: the whole flow is one masked network with positive
/// blocks on the diagonal.
/// </summary>
/// <remarks>
/// Each coordinate has as many hidden units, bent by tanh; a in (0, 1) is learnt. log |det| = Σᵢ log ∂yᵢ/∂xᵢ, along the positive blocks in
/// logarithms. The inverse has no closed form: it is a root for each coordinate in turn, found to the precision of the numbers, with first and
/// second derivatives. Source: De Cao, Titov and Aziz 2019, arXiv:1904.04676. Parameters: <c>diagonal0</c> (logarithms),
/// <c>lower0</c>, <c>bias0</c>, ..., <c>context</c>, <c>gate</c>.
/// </remarks>
public sealed class BlockAutoregressive : Flow
{
    private readonly long[] units;

    /// <summary>A flow with new weights, in the default type.</summary>
    /// <param name="size">D, the numbers of a vector: at least 1.</param>
    /// <param name="hidden">The hidden units of each coordinate, layer by layer, at least one layer; two layers of 8 when null.</param>
    /// <param name="context">C, the numbers of a context, which the first layer sees; 0 for none.</param>
    /// <exception cref="PplArgumentException">A size is not in its domain.</exception>
    public BlockAutoregressive(long size, IReadOnlyList<long>? hidden = null, long context = 0) : base(nameof(BlockAutoregressive), size, context)
    {
        var sizes = FlowNetwork.Hidden(hidden ?? [8, 8], nameof(BlockAutoregressive));
        if (sizes.Count == 0) throw new PplArgumentException("BlockAutoregressive needs at least one hidden layer.");
        units = [1, .. sizes, 1];
        for (var layer = 0; layer < units.Length - 1; layer++)
        {
            var (from, to) = (units[layer], units[layer + 1]);
            register_parameter($"diagonal{layer}", nn.Parameter((randn(size, to, from) * 0.5) - Math.Log(from)));
            if (size > 1) register_parameter($"lower{layer}", nn.Parameter(randn(size, to, size, from) / Math.Sqrt(size * from)));
            register_parameter($"bias{layer}", nn.Parameter(randn(size, to) * 0.5));
        }

        if (context > 0) register_parameter("context", nn.Parameter(randn(size * units[1], context) / Math.Sqrt(context)));
        register_parameter("gate", nn.Parameter(zeros(1)));
    }

    /// <inheritdoc/>
    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context)
    {
        var (y, logSlopes) = Run(x, context);
        return (y, logSlopes.sum(-1));
    }

    /// <inheritdoc/>
    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(y);
        var x = Root(y, context);
        if (is_grad_enabled() && (y.requires_grad || context is { requires_grad: true } || parameters().Any(p => p.requires_grad)))
            x = WithDerivatives(x, y, context);
        return (x, Forward(x, context).LogAbsDet);
    }

    /// <summary>y and log ∂yᵢ/∂xᵢ, both [..., D].</summary>
    private (Tensor Y, Tensor LogSlopes) Run(Tensor x, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (batch, last) = (x.shape[..^1], units.Length - 2);
        var features = x.unsqueeze(-1);
        Tensor? logSlopes = null;
        for (var layer = 0; layer <= last; layer++)
        {
            var (from, to, logDiagonal) = (units[layer], units[layer + 1], get_parameter($"diagonal{layer}")!);
            var weight = Weight(layer).reshape(Size * to, Size * from);
            var sums = nn.functional.linear(features.reshape([.. batch, Size * from]), weight, get_parameter($"bias{layer}")!.flatten());
            if (layer == 0 && context is not null) sums = sums + nn.functional.linear(context, get_parameter("context")!);
            features = sums.reshape([.. batch, Size, to]);
            logSlopes = logSlopes is null
                ? logDiagonal.squeeze(-1).expand(features.shape)
                : (logDiagonal + logSlopes.unsqueeze(-2)).logsumexp(-1);
            if (layer == last) break;

            // log(1 − tanh²), which does not cancel.
            logSlopes = logSlopes + (2 * (Math.Log(2) - features - (-2 * features).softplus()));
            features = features.tanh();
        }

        var gate = get_parameter("gate")!;
        var share = gate.sigmoid();
        return ((share * features.squeeze(-1)) + ((1 - share) * x),
            (gate.log_sigmoid() + logSlopes!.squeeze(-1)).logaddexp((-gate).log_sigmoid()));
    }

    /// <summary>[D, to, D, from]: positive for the same coordinate, free for earlier ones, 0 for later ones.</summary>
    private Tensor Weight(int layer)
    {
        var diagonal = get_parameter($"diagonal{layer}")!.exp();
        var own = eye(Size, dtype: diagonal.dtype, device: diagonal.device);
        var positive = diagonal.unsqueeze(2) * own.reshape(Size, 1, Size, 1);
        if (get_parameter($"lower{layer}") is not { } lower) return positive;
        return positive + (lower * ones_like(own).tril(-1).reshape(Size, 1, Size, 1));
    }

    /// <summary>T⁻¹(y) without derivatives, one coordinate after the other.</summary>
    private Tensor Root(Tensor y, Tensor? context)
    {
        using var grad = no_grad();
        var last = units.Length - 2;
        var gate = get_parameter("gate")!;
        var reach = (Weight(last).abs().flatten(1).sum(-1) + get_parameter($"bias{last}")!.abs().squeeze(-1)) * gate.sigmoid() * 1.001;
        var (low, high) = ((y - reach) / (-gate).sigmoid(), (y + reach) / (-gate).sigmoid());
        var x = zeros_like(y);
        for (var i = 0; i < Size; i++)
        {
            var place = i;
            var own = MonotoneRoot.Find(
                at =>
                {
                    var (found, logSlopes) = Run(x.select_scatter(at, -1, place), context);
                    return (found.select(-1, place) - y.select(-1, place), logSlopes.select(-1, place).exp());
                },
                low.select(-1, i),
                high.select(-1, i));
            x = x.select_scatter(own, -1, i);
        }

        return x;
    }

    /// <summary>x − J⁻¹ (T(x) − y) at T(x) = y: x itself, with the first and second derivatives of T⁻¹.</summary>
    private Tensor WithDerivatives(Tensor x, Tensor y, Tensor? context)
    {
        var leaf = x.detach().requires_grad_();
        var (found, _) = Run(leaf, context?.detach());
        var rows = new Tensor[Size];
        for (var i = 0; i < Size; i++)
        {
            leaf.grad = null;
            found.select(-1, i).sum().backward(retain_graph: true, inputs: [leaf]);
            rows[i] = leaf.grad!.detach().clone();
        }

        // The first step has the first derivatives; at the second step's start they are there, so that it has the second ones.
        var jacobian = stack(rows, -2);
        for (var step = 0; step < 2; step++)
        {
            var rest = Run(x, context).Y - y;
            x = x - linalg.solve_triangular(jacobian, rest.unsqueeze(-1), upper: false).squeeze(-1);
        }

        return x;
    }
}
