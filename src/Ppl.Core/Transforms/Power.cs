using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>y = x^exponent, from the positive numbers onto themselves. 0 stands for the least positive normal number, both ways.</summary>
/// <remarks>log |dy/dx| = log |exponent| + (exponent − 1) log x.</remarks>
/// <param name="Exponent">The power: any real but 0. A tensor broadcasts with x.</param>
/// <exception cref="PplArgumentException">It is a number that is 0 or not finite.</exception>
public sealed record Power(TensorOrScalar Exponent) : Transform
{
    /// <summary>The power.</summary>
    public TensorOrScalar Exponent { get; } = NotZero(Exponent, nameof(Power), "exponent");

    /// <inheritdoc/>
    public override TensorOrScalar? Sign => Exponent.IsScalar ? Math.Sign(Exponent.Scalar) : Exponent.Tensor.sign();

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => Constraint.Positive;

    /// <inheritdoc/>
    internal override Constraint Domain => Constraint.Positive;

    /// <inheritdoc/>
    internal override ValueFault? FindFault() => FindZero(Exponent, "exponent");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Raised(x, Exponent);
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        return Raised(y, ((TensorOrScalar)1).Over(Exponent));
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        var size = Exponent.IsScalar ? Math.Log(Math.Abs(Exponent.Scalar)) : (TensorOrScalar)Exponent.Tensor.abs().log();
        return Positive(x).log().TimesParameter(Exponent.Minus(1)).PlusParameter(size);
    }

    /// <inheritdoc/>
    public override long[] ForwardShape(ReadOnlySpan<long> shape)
        => Broadcasting.Broadcast(Exponent.Shape, shape, "Power's exponent", "the argument");

    /// <inheritdoc/>
    public override long[] InverseShape(ReadOnlySpan<long> shape) => ForwardShape(shape);

    /// <inheritdoc/>
    public override Transform Map(Func<Tensor, int, Tensor> map) => Exponent.IsScalar ? this : new Power(Exponent.Map(t => map(t, 0)));

    private static Tensor Raised(Tensor x, TensorOrScalar exponent)
        => (exponent.IsScalar ? Positive(x).pow(exponent.Scalar) : Positive(x).pow(exponent.Tensor)).clamp_min(finfo(x.dtype).tiny);

    private static Tensor Positive(Tensor x) => x.masked_fill(x.eq(0), finfo(x.dtype).tiny);
}
