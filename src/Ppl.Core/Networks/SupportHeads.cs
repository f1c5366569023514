using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>The logarithms of mean and concentration of a <see cref="Gamma"/>, from one linear layer with two outputs for each number.</summary>
/// <remarks>At the start the outputs are near 0, and q near Gamma(1, 1).</remarks>
public sealed class GammaHead() : LinearHead<Gamma>(nameof(GammaHead))
{
    /// <inheritdoc/>
    protected override long Outputs(IReadOnlyList<long> eventShape) => 2 * Count(eventShape);

    /// <inheritdoc/>
    protected override Gamma Build(Tensor outputs)
    {
        var half = outputs.shape[^1] / 2;
        var (mean, concentration) = (outputs.narrow(-1, 0, half), outputs.narrow(-1, half, half));
        return new(ToEvent(DensityMath.ClampedExp(concentration)), ToEvent(DensityMath.ClampedExp(concentration - mean)));
    }

    internal override bool HasLocation => true;
}

/// <summary>
/// The logit of the mean of a <see cref="Beta"/> and the logarithm of its concentrations' mean, from one linear layer with two outputs for each
/// number.
/// </summary>
/// <remarks>At the start the outputs are near 0, and q near the uniform distribution, Beta(1, 1).</remarks>
public sealed class BetaHead() : LinearHead<Beta>(nameof(BetaHead))
{
    /// <inheritdoc/>
    protected override long Outputs(IReadOnlyList<long> eventShape) => 2 * Count(eventShape);

    /// <inheritdoc/>
    protected override Beta Build(Tensor outputs)
    {
        var half = outputs.shape[^1] / 2;
        var (logit, total) = (outputs.narrow(-1, 0, half), outputs.narrow(-1, half, half) + Math.Log(2));
        return new(
            ToEvent(DensityMath.ClampedExp(total + logit.log_sigmoid())),
            ToEvent(DensityMath.ClampedExp(total + (-logit).log_sigmoid())));
    }

    internal override bool HasLocation => true;
}

/// <summary>
/// The logits of the mean of a <see cref="Dirichlet"/> and the logarithm of its concentrations' mean, from one linear layer with K + 1 outputs for
/// each vector of K entries.
/// </summary>
/// <remarks>At the start the outputs are near 0, and q near the uniform distribution on the simplex.</remarks>
public sealed class DirichletHead() : LinearHead<Dirichlet>(nameof(DirichletHead))
{
    /// <inheritdoc/>
    protected override long Outputs(IReadOnlyList<long> eventShape)
    {
        ArgumentNullException.ThrowIfNull(eventShape);
        return eventShape is [.., > 0] ? Count(eventShape) + Count(eventShape) / eventShape[^1] : throw new PplShapeException(
            $"A Dirichlet guide needs vectors; found an event of shape {ShapeText.Of(eventShape)}.");
    }

    /// <inheritdoc/>
    protected override Dirichlet Build(Tensor outputs)
    {
        var (entries, size) = (Count(EventShape), EventShape[^1]);
        var rows = outputs.shape[^1] - entries;
        var means = outputs.narrow(-1, 0, entries).reshape(-1, rows, size).log_softmax(-1);
        var total = outputs.narrow(-1, entries, rows).unsqueeze(-1) + Math.Log(size);
        return new(DensityMath.ClampedExp(total + means).reshape([-1, .. EventShape]));
    }
}

/// <summary>
/// Direction and log-concentration of a <see cref="VonMises"/>, from one linear layer with three outputs for each angle: a vector of the plane, whose
/// angle is the location, so that the outputs have no jump where angles have one, and the logarithm of the concentration.
/// </summary>
/// <remarks>At the start the outputs are near 0, and q near VonMises(0, 1): the vector begins at (1, 0).</remarks>
public sealed class VonMisesHead() : LinearHead<VonMises>(nameof(VonMisesHead))
{
    /// <inheritdoc/>
    protected override long Outputs(IReadOnlyList<long> eventShape) => 3 * Count(eventShape);

    /// <inheritdoc/>
    protected override VonMises Build(Tensor outputs)
    {
        var size = outputs.shape[^1] / 3;
        Tensor Part(int i) => outputs.narrow(-1, i * size, size);
        return new(ToEvent(Part(0).atan2(Part(1) + 1)), ToEvent(DensityMath.ClampedExp(Part(2))));
    }
}
