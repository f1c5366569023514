using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>y = tanh(x), from the reals onto the open interval from −1 to 1. The ends stand for the nearest numbers inside, both ways.</summary>
/// <remarks>log |dy/dx| = 2 (log 2 − |x| − log(1 + exp(−2 |x|))), which does not vanish where y rounds to ±1.</remarks>
public sealed record Tanh : Transform
{
    private Tanh()
    {
    }

    /// <summary>The one hyperbolic tangent.</summary>
    public static Tanh Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorOrScalar? Sign => 1;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => Constraint.Interval(-1, 1);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.tanh().clamp(-Limit(x), Limit(x));
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        var inside = y.masked_fill(y.eq(1), Limit(y)).masked_fill(y.eq(-1), -Limit(y));
        return (inside.log1p() - (-inside).log1p()) * 0.5;
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return 2 * LogCosine(x);
    }

    /// <summary>−log cosh x, which is log √(1 − tanh² x).</summary>
    internal static Tensor LogCosine(Tensor x) => Math.Log(2) - x - (x * -2).softplus(1, 40);

    private static double Limit(Tensor like) => 1 - finfo(like.dtype).eps / 2;
}
