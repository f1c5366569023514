using Ppl.Distributions;
using Ppl.Transforms;

namespace Ppl.Flows;

/// <summary>
/// What a flow makes of standard normal vectors, <see cref="Flow.Distribution"/>: log p(y) = log N(x; 0, I) − log |det ∂y/∂x| at x = T⁻¹(y).
/// </summary>
/// <remarks>
/// A family of its own over real vectors, so that a latent can be drawn from it. Mean, variance and entropy have no closed form: average draws. See
/// <see cref="Distributions.Transformed"/> for what a draw remembers.
/// </remarks>
[Family(Support.RealVector, Reparameterized = true)]
public sealed class FlowDistribution : Transformed
{
    internal FlowDistribution(Distribution distribution, Transform transform) : base(distribution, transform)
    {
    }

    private protected override Transformed Of(Distribution distribution, Transform transform) => new FlowDistribution(distribution, transform);
}
