using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>y = x.</summary>
public sealed record Identity : Transform
{
    private Identity()
    {
    }

    /// <summary>The one identity.</summary>
    public static Identity Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorOrScalar? Sign => 1;

    /// <inheritdoc/>
    internal override bool IsAffine => true;

    /// <inheritdoc/>
    public override Transform Inverted => this;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => domain;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x;

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y) => y;

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => zeros_like(x);
}

/// <summary>y = exp(x), from the reals onto the positive numbers. 0 stands for the least positive normal number, both ways.</summary>
public sealed record Exp : Transform
{
    private Exp()
    {
    }

    /// <summary>The one exponential.</summary>
    public static Exp Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorOrScalar? Sign => 1;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain)
        => RealRange.Of(domain)?.Mapped(bound => bound.Exp(), 0, double.PositiveInfinity).ToConstraint() ?? Constraint.Positive;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.exp().clamp_min(finfo(x.dtype).tiny);
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        return y.masked_fill(y.eq(0), finfo(y.dtype).tiny).log();
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => x;
}

/// <summary>y = log(1 + exp(x)), from the reals onto the positive numbers. 0 stands for the least positive normal number, both ways.</summary>
public sealed record Softplus : Transform
{
    // Beyond it log(1 + exp(x)) equals x in float64 too.
    private const double Threshold = 40;

    private Softplus()
    {
    }

    /// <summary>The one softplus.</summary>
    public static Softplus Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorOrScalar? Sign => 1;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => Constraint.Positive;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.softplus(1, Threshold).clamp_min(finfo(x.dtype).tiny);
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        var inside = y.masked_fill(y.eq(0), finfo(y.dtype).tiny);
        return inside + (-(-inside).expm1()).log();
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.log_sigmoid();
    }
}

/// <summary>
/// y = 1 / (1 + exp(−x)), from the reals onto the open unit interval. 0 and 1 stand for the nearest numbers inside, both ways.
/// </summary>
public sealed record Sigmoid : Transform
{
    private Sigmoid()
    {
    }

    /// <summary>The one sigmoid.</summary>
    public static Sigmoid Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorOrScalar? Sign => 1;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => Constraint.UnitInterval;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var limits = finfo(x.dtype);
        return x.sigmoid().clamp(limits.tiny, 1 - limits.eps / 2);
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        var limits = finfo(y.dtype);
        var inside = y.masked_fill(y.eq(0), limits.tiny).masked_fill(y.eq(1), 1 - limits.eps / 2);
        return inside.log() - (-inside).log1p();
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.log_sigmoid() + (-x).log_sigmoid();
    }
}

/// <summary>y = loc + scale · x, elementwise.</summary>
/// <param name="Loc">The shift: any real. A tensor broadcasts with x.</param>
/// <param name="Scale">The factor: any real but 0. A tensor broadcasts with x.</param>
/// <exception cref="PplArgumentException">Loc is a number that is not finite, or Scale one that is 0 or not finite.</exception>
public sealed record Affine(TensorOrScalar Loc, TensorOrScalar Scale) : Transform
{
    /// <summary>The shift.</summary>
    public TensorOrScalar Loc { get; } = !Loc.IsScalar || double.IsFinite(Loc.Scalar)
        ? Loc
        : throw new PplArgumentException($"Affine needs a finite loc; found {Loc}.");

    /// <summary>The factor.</summary>
    public TensorOrScalar Scale { get; } = NotZero(Scale, nameof(Affine), "scale");

    /// <inheritdoc/>
    public override TensorOrScalar? Sign => Scale.IsScalar ? Math.Sign(Scale.Scalar) : Scale.Tensor.sign();

    /// <inheritdoc/>
    internal override bool IsAffine => true;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain)
    {
        // Which way a tensor of factors goes is not known without reading it.
        if (!Scale.IsScalar || RealRange.Of(domain) is not { } range) return Constraint.Real;
        var limit = double.PositiveInfinity * Scale.Scalar;
        return double.IsNaN(limit) ? Constraint.Real : range.Mapped(bound => bound.Times(Scale.Scalar).Plus(Loc), -limit, limit).ToConstraint();
    }

    /// <inheritdoc/>
    internal override ValueFault? FindFault() => Constraint.Real.Find(Loc, "loc", Name) ?? FindZero(Scale, "scale");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.TimesParameter(Scale).PlusParameter(Loc);
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        return y.MinusParameter(Loc).OverParameter(Scale);
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return (Scale.IsScalar ? full_like(x, Math.Log(Math.Abs(Scale.Scalar))) : Scale.Tensor.abs().log()).expand(ForwardShape(x.shape));
    }

    /// <inheritdoc/>
    public override long[] ForwardShape(ReadOnlySpan<long> shape) => Broadcasting.Broadcast(
        Broadcasting.Broadcast(Loc.Shape, Scale.Shape, "Affine's loc", "its scale"), shape, "Affine's parameters", "the argument");

    /// <inheritdoc/>
    public override long[] InverseShape(ReadOnlySpan<long> shape) => ForwardShape(shape);

    /// <inheritdoc/>
    public override Transform Map(Func<Tensor, int, Tensor> map)
        => Loc.IsScalar && Scale.IsScalar ? this : new Affine(Loc.Map(t => map(t, 0)), Scale.Map(t => map(t, 0)));
}
