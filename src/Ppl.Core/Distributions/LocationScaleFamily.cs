using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A family of loc + scale · z, for a z of a standard distribution.</summary>
/// <typeparam name="TSelf">The family itself.</typeparam>
public abstract class LocationScaleFamily<TSelf> : ParametricFamily<TSelf> where TSelf : LocationScaleFamily<TSelf>
{
    private readonly int first;

    /// <summary>A distribution with these parameters.</summary>
    /// <param name="first">Where in the list the location is; the scale follows it.</param>
    /// <param name="parameters">The parameters, in the order in which the family's documentation gives them.</param>
    /// <exception cref="PplShapeException">Their shapes do not broadcast.</exception>
    protected LocationScaleFamily(int first, params Parameter[] parameters) : base(parameters) => this.first = first;

    /// <summary>The location, as given.</summary>
    public TensorOrScalar Loc => ParameterAt(first);

    /// <summary>The scale, as given.</summary>
    public TensorOrScalar Scale => ParameterAt(first + 1);

    /// <summary>(x − loc) / scale.</summary>
    /// <param name="value">x.</param>
    protected Tensor Standardized(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return ValueCheck.AsReal(value, Like).MinusParameter(Loc).OverParameter(Scale);
    }

    /// <summary>(x − loc) / scale in float64, where the density's terms nearly cancel.</summary>
    /// <param name="value">x.</param>
    protected Tensor StandardizedWide(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return (value.to(ScalarType.Float64) - Loc.Wide(value)) / Scale.Wide(value);
    }

    /// <summary>loc + scale · z.</summary>
    /// <param name="standard">z.</param>
    protected Tensor Placed(Tensor standard)
    {
        ArgumentNullException.ThrowIfNull(standard);
        return standard.TimesParameter(Scale).PlusParameter(Loc);
    }
}
