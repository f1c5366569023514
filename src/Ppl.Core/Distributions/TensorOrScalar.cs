using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// A distribution's parameter: a tensor, or a number that stays a number, so that it costs nothing and has no dtype of its own.
/// </summary>
public readonly struct TensorOrScalar : IEquatable<TensorOrScalar>
{
    private readonly double scalar;

    private TensorOrScalar(Tensor? tensor, double scalar)
    {
        Tensor = tensor;
        this.scalar = scalar;
    }

    /// <summary>The tensor, or null for a number.</summary>
    public Tensor? Tensor { get; }

    /// <summary>Whether it is a number.</summary>
    [MemberNotNullWhen(false, nameof(Tensor))]
    public bool IsScalar => Tensor is null;

    /// <summary>The number.</summary>
    /// <exception cref="InvalidOperationException">It is a tensor.</exception>
    public double Scalar => IsScalar ? scalar : throw new InvalidOperationException("The parameter is a tensor, not a number.");

    /// <summary>The tensor's shape; empty for a number.</summary>
    public long[] Shape => Tensor is null ? [] : Tensor.shape;

    /// <summary>Whether it is exactly this number.</summary>
    /// <param name="number">The number.</param>
    public bool Is(double number) => IsScalar && scalar.Equals(number);

    /// <summary>The parameter as a tensor with the dtype and the device of <paramref name="like"/>.</summary>
    /// <param name="like">Gives a number its dtype and device; the default ones when null.</param>
    public Tensor AsTensor(Tensor? like = null)
        => Tensor ?? (like is null ? tensor(scalar, get_default_dtype()) : tensor(scalar, like.dtype, like.device));

    /// <summary>The same number, or the tensor mapped.</summary>
    /// <param name="map">The map.</param>
    public TensorOrScalar Map(Func<Tensor, Tensor> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Tensor is null ? this : new(map(Tensor), 0);
    }

    /// <summary>A parameter from a tensor.</summary>
    /// <param name="value">The tensor.</param>
    public static TensorOrScalar FromTensor(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value, 0);
    }

    /// <summary>A parameter from a number.</summary>
    /// <param name="value">The number.</param>
    public static TensorOrScalar FromDouble(double value) => new(null, value);

    /// <summary>A parameter from a tensor.</summary>
    /// <param name="value">The tensor.</param>
    public static implicit operator TensorOrScalar(Tensor value) => FromTensor(value);

    /// <summary>A parameter from a number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator TensorOrScalar(double value) => FromDouble(value);

    /// <summary>The same tensor object, or the same number.</summary>
    /// <param name="other">The other parameter.</param>
    public bool Equals(TensorOrScalar other) => ReferenceEquals(Tensor, other.Tensor) && scalar.Equals(other.scalar);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TensorOrScalar other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Tensor is null ? scalar.GetHashCode() : RuntimeHelpers.GetHashCode(Tensor);

    /// <summary>Whether both are the same tensor object or the same number.</summary>
    /// <param name="left">One parameter.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(TensorOrScalar left, TensorOrScalar right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    /// <param name="left">One parameter.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(TensorOrScalar left, TensorOrScalar right) => !left.Equals(right);

    /// <summary>The number, also that of a tensor without dimensions, which is read; else the tensor's shape.</summary>
    public override string ToString() => Tensor switch
    {
        null => scalar.ToString(CultureInfo.InvariantCulture),
        { shape.Length: 0 } => Number(Tensor),
        _ => $"the entries of a tensor of shape {Shapes.ShapeText.Of(Tensor.shape)}",
    };

    private static string Number(Tensor tensor)
    {
        using var wide = tensor.to(ScalarType.Float64);
        return wide.ToDouble().ToString("G6", CultureInfo.InvariantCulture);
    }
}
