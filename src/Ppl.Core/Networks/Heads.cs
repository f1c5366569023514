using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;
using Linear = TorchSharp.Modules.Linear; // not the namespace: it has distributions with the names of Ppl's

namespace Ppl.Networks;

/// <summary>One linear layer whose outputs a head reads as parameters. Without features the outputs are parameters themselves, 0 at first.</summary>
/// <typeparam name="TDistribution">The family.</typeparam>
/// <param name="name">The module's name.</param>
public abstract class LinearHead<TDistribution>(string name) : Head<TDistribution>(name), IRowHead, IOutputHead where TDistribution : Distribution
{
    private Linear? linear;

    /// <summary>The latent's event.</summary>
    protected IReadOnlyList<long> EventShape { get; private set; } = [];

    /// <inheritdoc/>
    public override void Prepare(long features, IReadOnlyList<long> eventShape, ScalarType dtype, Device device)
    {
        ArgumentNullException.ThrowIfNull(eventShape);
        EventShape = [.. eventShape];
        Release();
        if (features == 0)
        {
            Free([], dtype, device);
            return;
        }

        if (!NeedsLayer(features)) return;
        linear = nn.Linear(features, Outputs(eventShape), device: device, dtype: dtype);
        using (no_grad()) Uncouple(linear.weight!.t(), linear.bias!);
        if (StartsLevel) using (no_grad()) Level(linear.weight!.t());
        Start(linear.bias!, linear.weight!.t());
        register_module("linear", linear);
    }

    /// <inheritdoc/>
    public override TDistribution Forward(Tensor features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return Build(Outputs(features));
    }

    private Tensor Outputs(Tensor features)
    {
        if (linear is not null) return Damp(linear.call(features));
        if (get_parameter("free") is { } outputs) return outputs.expand(features.shape[0], -1);
        return !NeedsLayer(features.shape[^1]) ? features : throw new InvalidOperationException("Prepare was not called.");
    }

    Tensor IOutputHead.Outputs(Tensor features) => Outputs(features);

    void IOutputHead.SetRows(Tensor numbers, Tensor outputs)
    {
        var free = get_parameter("free")!;
        free.index_put_(outputs.reshape([numbers.shape[0], .. free.shape[1..]]), numbers);
    }

    void IRowHead.PrepareRows(IReadOnlyList<long> plates, IReadOnlyList<long> eventShape, ScalarType dtype, Device device)
    {
        EventShape = [.. eventShape];
        Release();
        Free(plates, dtype, device);
    }

    Distribution IRowHead.ForwardRows(Tensor? numbers) => Build(FreeRows.Select(get_parameter("free")!, numbers, 1));

    private void Free(IReadOnlyList<long> plates, ScalarType dtype, Device device)
    {
        var free = zeros([.. plates, Outputs(EventShape)], dtype, device);
        Initialize(free);
        Start(free, free);
        register_parameter("free", nn.Parameter(free));
    }

    private void Start(Tensor constants, Tensor slopes)
    {
        using var grad = no_grad();
        if (InitialLocation != 0) constants.narrow(-1, 0, Count(EventShape)).add_(InitialLocation);
        if (InitialScale == 1) return;
        Shrink(slopes, InitialScale);
        if (!ReferenceEquals(slopes, constants)) Shrink(constants, InitialScale);
        Shift(constants, InitialScale);
    }

    private void Release()
    {
        if (linear is not null)
        {
            register_module("linear", null!);
            linear.Dispose();
            linear = null;
        }

        if (get_parameter("free") is { } free)
        {
            ConditionallyRegisterParameter("free", (TorchSharp.Modules.Parameter)null!);
            free.Dispose();
        }
    }

    /// <summary>The number of outputs that an event needs.</summary>
    /// <param name="eventShape">The event.</param>
    protected abstract long Outputs(IReadOnlyList<long> eventShape);

    /// <summary>The distribution from the layer's outputs.</summary>
    /// <param name="outputs">[rows, outputs].</param>
    protected abstract TDistribution Build(Tensor outputs);

    /// <summary>Whether there is a linear layer, or features are the outputs as they are.</summary>
    /// <param name="features">The number of features.</param>
    private protected virtual bool NeedsLayer(long features) => true;

    /// <summary>Sets a layer's dependences between coordinates to 0, where the family has many.</summary>
    /// <param name="slopes">[features, outputs]: to be written to.</param>
    /// <param name="constants">[outputs]: to be written to.</param>
    private protected virtual void Uncouple(Tensor slopes, Tensor constants)
    {
    }

    /// <summary>Makes a layer's outputs that are many to one coordinate so much smaller that together they weigh as one does.</summary>
    /// <param name="outputs">[rows, outputs], of the layer.</param>
    private protected virtual Tensor Damp(Tensor outputs) => outputs;

    /// <summary>Where free outputs begin, if not at 0.</summary>
    /// <param name="free">[..., outputs], 0 everywhere: to be written to.</param>
    private protected virtual void Initialize(Tensor free)
    {
    }

    /// <summary>Moves outputs that give standard deviations near 1 to those that give another.</summary>
    /// <param name="outputs">[..., outputs]: to be written to.</param>
    /// <param name="scale">The standard deviation.</param>
    private protected virtual void Shift(Tensor outputs, double scale) =>
        throw new NotSupportedException($"{GetName()} gives no distribution with standard deviations.");

    /// <summary>Multiplies the outputs that are entries of a factor of the covariance, and what they are computed with.</summary>
    /// <param name="outputs">[..., outputs]: to be written to.</param>
    /// <param name="scale">The standard deviation.</param>
    private protected virtual void Shrink(Tensor outputs, double scale)
    {
    }

    /// <summary>Makes what gives standard deviations the same for all features.</summary>
    /// <param name="slopes">[features, outputs]: to be written to.</param>
    private protected virtual void Level(Tensor slopes)
    {
    }

    /// <summary>[rows, n] to [rows, event].</summary>
    /// <param name="flat">The flat tensor.</param>
    protected Tensor ToEvent(Tensor flat) => EventShape.Count == 1 ? flat : flat.reshape([-1, .. EventShape]);
}

/// <summary>
/// Mean and log standard deviation of a <see cref="Normal"/>, from one linear layer with two outputs for each coordinate.
/// </summary>
/// <remarks>At the start the outputs are near 0 (torch's default initialization), so q is near the standard normal.</remarks>
public sealed class NormalHead() : LinearHead<Normal>(nameof(NormalHead))
{
    /// <inheritdoc/>
    protected override long Outputs(IReadOnlyList<long> eventShape) => 2 * Count(eventShape);

    /// <inheritdoc/>
    protected override Normal Build(Tensor outputs)
    {
        var half = outputs.shape[^1] / 2;
        return Normal.FromLogScale(ToEvent(outputs.narrow(-1, 0, half)), ToEvent(outputs.narrow(-1, half, half)));
    }

    internal override bool HasScale => true;

    private protected override void Shift(Tensor outputs, double scale)
    {
        var half = outputs.shape[^1] / 2;
        outputs.narrow(-1, half, half).add_(Math.Log(scale));
    }

    private protected override void Level(Tensor slopes) => slopes.narrow(-1, slopes.shape[^1] / 2, slopes.shape[^1] / 2).fill_(0);
}

/// <summary>Logits of a <see cref="Bernoulli"/>.</summary>
public sealed class BernoulliHead() : LinearHead<Bernoulli>(nameof(BernoulliHead))
{
    /// <inheritdoc/>
    protected override long Outputs(IReadOnlyList<long> eventShape) => Count(eventShape);

    /// <inheritdoc/>
    protected override Bernoulli Build(Tensor outputs) => new(logits: ToEvent(outputs));
}

/// <summary>The point of a <see cref="Delta"/>.</summary>
public sealed class DeltaHead() : LinearHead<Delta>(nameof(DeltaHead))
{
    /// <inheritdoc/>
    protected override long Outputs(IReadOnlyList<long> eventShape) => Count(eventShape);

    /// <inheritdoc/>
    protected override Delta Build(Tensor outputs) => new(ToEvent(outputs));

    internal override bool HasLocation => true;
}

/// <summary>Logits of a <see cref="Categorical"/>. The number of categories is taken from the model's distribution.</summary>
public sealed class CategoricalHead() : LinearHead<Categorical>(nameof(CategoricalHead))
{
    /// <summary>C, the number of categories; set before <c>Prepare</c>, or taken from the model's distribution.</summary>
    public long Categories { get; set; }

    /// <inheritdoc/>
    public override void Adapt(Distribution model)
    {
        if (Categories == 0 && model is Categorical categorical) Categories = categorical.Categories;
    }

    /// <inheritdoc/>
    protected override long Outputs(IReadOnlyList<long> eventShape) => Categories > 0
        ? Count(eventShape) * Categories
        : throw new PplArgumentException("CategoricalHead needs Categories before it is prepared.");

    /// <inheritdoc/>
    protected override Categorical Build(Tensor outputs) => new(logits: outputs.reshape([-1, .. EventShape, Categories]));
}

/// <summary>Mean, factor and diagonal of a <see cref="LowRankMultivariateNormal"/>: the diagonal through softplus, the rest as it is.</summary>
/// <remarks>
/// At the start the covariance is near the identity. Free factors begin at small draws: at 0 they would be a saddle, where both signs are as
/// good.
/// </remarks>
public sealed class LowRankHead() : LinearHead<LowRankMultivariateNormal>(nameof(LowRankHead))
{
    private const double InitialFactor = 0.1;

    /// <summary>r, the columns of the factor; set before <c>Prepare</c>, or taken from the model's distribution.</summary>
    public long Rank { get; set; }

    /// <inheritdoc/>
    public override void Adapt(Distribution model)
    {
        if (Rank == 0 && model is LowRankMultivariateNormal lowRank) Rank = lowRank.Rank;
    }

    /// <inheritdoc/>
    protected override long Outputs(IReadOnlyList<long> eventShape)
    {
        ArgumentNullException.ThrowIfNull(eventShape);
        if (Rank < 1) throw new PplArgumentException("LowRankHead needs Rank before it is prepared.");
        if (eventShape.Count != 1)
            throw new PplShapeException($"A multivariate normal guide needs a vector event; found {ShapeText.Of(eventShape)}.");
        return eventShape[0] * (Rank + 2);
    }

    /// <inheritdoc/>
    protected override LowRankMultivariateNormal Build(Tensor outputs)
    {
        var size = EventShape[0];
        var diagonal = (outputs.narrow(-1, size, size) + MultivariateNormalHead.UnitOffset).softplus() + MultivariateNormalHead.LeastDiagonal;
        return new(outputs.narrow(-1, 0, size), outputs.narrow(-1, 2 * size, size * Rank).reshape(-1, size, Rank), diagonal);
    }

    private protected override void Initialize(Tensor free)
    {
        var size = EventShape[0];
        using var grad = no_grad();
        free.narrow(-1, 2 * size, size * Rank).normal_(0, InitialFactor / Math.Sqrt(Rank));
    }

    internal override bool HasScale => true;

    private protected override void Shift(Tensor outputs, double scale) =>
        outputs.narrow(-1, EventShape[0], EventShape[0]).add_(MultivariateNormalHead.DiagonalOutput(scale * scale));

    private protected override void Shrink(Tensor outputs, double scale) =>
        outputs.narrow(-1, 2 * EventShape[0], EventShape[0] * Rank).mul_(scale);

    private protected override void Level(Tensor slopes) => slopes.narrow(-1, EventShape[0], EventShape[0] * (Rank + 1)).fill_(0);
}

/// <summary>Mean and Cholesky factor of a <see cref="MultivariateNormal"/>: the diagonal through softplus, the rest as it is.</summary>
/// <remarks>
/// At the start the outputs are near 0, the diagonal's offset makes L near the identity, and a network's entries beside the diagonal are 0; they
/// are its layer's outputs over √D.
/// </remarks>
public sealed class MultivariateNormalHead() : LinearHead<MultivariateNormal>(nameof(MultivariateNormalHead))
{
    // softplus(offset) = 1.
    internal const double UnitOffset = 0.54132485461291810;

    // Keeps the factor invertible in float32 when softplus underflows.
    internal const double LeastDiagonal = 1e-6;

    /// <summary>The output that gives an entry of the diagonal.</summary>
    internal static double DiagonalOutput(double entry) => Math.Log(Math.Exp(entry - LeastDiagonal) - 1) - UnitOffset;

    /// <inheritdoc/>
    protected override long Outputs(IReadOnlyList<long> eventShape)
    {
        ArgumentNullException.ThrowIfNull(eventShape);
        if (eventShape.Count != 1)
            throw new PplShapeException($"A multivariate normal guide needs a vector event; found {ShapeText.Of(eventShape)}.");
        return eventShape[0] + eventShape[0] * eventShape[0];
    }

    /// <inheritdoc/>
    protected override MultivariateNormal Build(Tensor outputs)
    {
        var size = EventShape[0];
        var loc = outputs.narrow(-1, 0, size);
        var matrix = outputs.narrow(-1, size, size * size).reshape(-1, size, size);
        var diagonal = (matrix.diagonal(0, -2, -1) + UnitOffset).softplus() + LeastDiagonal;
        return new(loc, scaleTril: matrix.tril(-1) + diagonal.diag_embed());
    }

    internal override bool HasScale => true;

    private protected override void Shrink(Tensor outputs, double scale) =>
        outputs.narrow(-1, EventShape[0], EventShape[0] * EventShape[0]).mul_(scale);

    private protected override void Shift(Tensor outputs, double scale)
    {
        var size = EventShape[0];
        var matrix = outputs.narrow(-1, size, size * size).view([.. outputs.shape[..^1], size, size]);
        matrix.diagonal(0, -2, -1).add_(DiagonalOutput(scale));
    }

    private protected override void Level(Tensor slopes) => slopes.narrow(-1, EventShape[0], EventShape[0] * EventShape[0]).fill_(0);

    private protected override void Uncouple(Tensor slopes, Tensor constants)
    {
        var factors = Factors(0, constants);
        slopes.mul_(factors);
        constants.mul_(factors);
    }

    // Adam moves every weight as far as any other, and the noise of D entries adds up in a coordinate: without it D(D − 1)/2 entries that follow
    // the gradient's noise cost more than the covariance gains. Free numbers are one row's own, and need none of it.
    private protected override Tensor Damp(Tensor outputs) => outputs * Factors(1 / Math.Sqrt(EventShape[0]), outputs);

    /// <summary>A number for the entries of the matrix beside its diagonal, and 1 for all other outputs: [outputs].</summary>
    private Tensor Factors(double beside, Tensor like)
    {
        var size = EventShape[0];
        var matrix = eye(size, dtype: like.dtype, device: like.device).mul_(1 - beside).add_(beside);
        return cat([ones(size, like.dtype, like.device), matrix.flatten()]);
    }
}
