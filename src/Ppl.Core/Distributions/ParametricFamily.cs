using System.Reflection;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// A family that declares its parameters once: name, constraint, default. Shape, <see cref="Map"/>, <see cref="With(Func{Tensor, Tensor})"/>,
/// <see cref="Expand"/>, the checks and their messages follow. What is left to the family are its density, its draws and its moments.
/// </summary>
/// <remarks>
/// A family's constructor hands each parameter to its declaration: <c>: base(RateOf.Of(rate))</c>. A mapped or expanded distribution is a copy of
/// this one with other parameters: fields of the family stay, so whatever it computes from parameters it computes when asked, or in
/// <see cref="Derive"/>. A number stays a number as long as it meets no tensor, and has no dtype of its own.
/// </remarks>
/// <typeparam name="TSelf">The family itself.</typeparam>
/// <example>
/// <code>
/// [Family(Support.Positive, Reparameterized = true)]
/// public sealed class Exponential(TensorOrScalar rate) : ParametricFamily&lt;Exponential&gt;(RateOf.Of(rate))
/// {
///     private static readonly ParameterDeclaration RateOf = new("rate", Constraint.Positive);
///     public TensorOrScalar Rate => ParameterAt(0);
///     ...
/// }
/// </code>
/// </example>
public abstract class ParametricFamily<TSelf> : Distribution where TSelf : ParametricFamily<TSelf>
{
    private static readonly FamilyAttribute? Attribute = typeof(TSelf).GetCustomAttribute<FamilyAttribute>();
    private static readonly bool HasPathwiseDraws = Attribute?.Reparameterized ?? false;
    private static readonly bool LacksEventShape = Attribute?.Support.ToConstraint() is { EventRank: > 0 }
        && typeof(TSelf).GetProperty(nameof(EventShape), BindingFlags.Instance | BindingFlags.NonPublic)!.DeclaringType
            == typeof(ParametricFamily<TSelf>);

    private Parameter[] parameters;

    // The rows and elements that the parameters say, and those of this distribution, which Expand may have added to.
    private long[] natural;
    private long[] batch;

    /// <summary>A distribution with these parameters.</summary>
    /// <param name="parameters">The parameters, in the order in which the family's documentation gives them.</param>
    /// <exception cref="PplShapeException">Their shapes, without what their declarations say is their own, do not broadcast.</exception>
    /// <exception cref="InvalidOperationException">The attribute names a support of vectors, and the family does not override EventShape.</exception>
    protected ParametricFamily(params Parameter[] parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (LacksEventShape)
        {
            throw new InvalidOperationException(
                $"{typeof(TSelf).Name} has values {Attribute!.Support}, whose last dimensions are the family's own: it must override EventShape with "
                + "their sizes, such as the last sizes of a parameter.");
        }

        this.parameters = InOneType(parameters);
        batch = natural = Broadcast(parameters);
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Parameter> Parameters => parameters;

    /// <inheritdoc/>
    public override int EventDimensions => EventShape.Length;

    /// <inheritdoc/>
    public override long[] Shape => EventDimensions == 0 ? [.. batch] : [.. batch, .. EventShape];

    /// <inheritdoc/>
    public override bool IsReparameterized => HasPathwiseDraws;

    /// <summary>The family's own event, for a family that has one: the last sizes of its parameters.</summary>
    protected virtual long[] EventShape => [];

    /// <summary>The shape without the family's own event.</summary>
    protected ReadOnlySpan<long> BatchShape => batch;

    /// <summary>A tensor parameter, which gives draws their dtype and device; null where all are numbers.</summary>
    protected Tensor? Like
    {
        get
        {
            foreach (var parameter in parameters)
            {
                if (parameter.Value.Tensor is { } tensor) return tensor;
            }

            return null;
        }
    }

    /// <summary>What to do about a value outside the support, for the message; empty where there is nothing to add.</summary>
    protected virtual string ValueAdvice => "";

    /// <inheritdoc/>
    public override TSelf With(Func<Tensor, Tensor> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Map((tensor, _) => map(tensor));
    }

    /// <inheritdoc/>
    public override TSelf Map(Func<Tensor, int, Tensor> map, long[]? batch = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Copy(
            Array.ConvertAll(parameters, p => p.With(p.Value.Map(t => map(t, p.Declaration.EventRank)))),
            batch ?? (this.batch.AsSpan().SequenceEqual(natural) ? null : this.batch));
    }

    /// <inheritdoc/>
    public override TSelf Expand(params long[] sizes)
    {
        var copy = (TSelf)MemberwiseClone();
        copy.batch = Broadcasting.Expand(batch, sizes, EventDimensions == 0 ? Name : $"{Name} (rows)");
        return copy;
    }

    /// <summary>The same family with other values for its parameters, in the order of <see cref="Parameters"/>.</summary>
    /// <param name="values">One value for each parameter.</param>
    /// <exception cref="PplArgumentException">There are more or fewer values than parameters.</exception>
    /// <exception cref="PplShapeException">Their shapes do not broadcast.</exception>
    public TSelf WithParameters(params TensorOrScalar[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != parameters.Length)
            throw new PplArgumentException($"{Name} has {parameters.Length} parameters; {values.Length} values were given.");
        return Copy([.. parameters.Zip(values, (p, value) => p.With(value))], null);
    }

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault()
    {
        foreach (var (declaration, value) in parameters)
        {
            if (declaration.Constraint.Find(value, declaration.Name, Name, declaration.Advice) is { } fault) return fault;
        }

        return null;
    }

    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return ValueConstraint.Find(value, "value", Name, ValueAdvice);
    }

    /// <summary>The value of a parameter.</summary>
    /// <param name="index">Its place in the constructor's list.</param>
    protected TensorOrScalar ParameterAt(int index) => parameters[index].Value;

    /// <summary>
    /// Computes what the family keeps beside its parameters, in a copy that has just got others. The family's constructors call it themselves.
    /// </summary>
    protected virtual void Derive()
    {
    }

    /// <summary>A moment as a tensor of shape <see cref="Shape"/>.</summary>
    /// <param name="moment">What the parameters make of it; it broadcasts.</param>
    protected Tensor Whole(TensorOrScalar moment) => moment.AsTensor(Like).expand(Shape);

    /// <summary>A tensor of the shape of the distribution without its own event, such as an entropy.</summary>
    /// <param name="number">It broadcasts.</param>
    protected Tensor WholeBatch(TensorOrScalar number) => number.AsTensor(Like).expand(batch);

    private static long[] Broadcast(Parameter[] parameters)
    {
        long[] result = [];
        Parameter? before = null;
        foreach (var parameter in parameters)
        {
            var own = parameter.BatchShape;
            if (own.Length == 0) continue;
            result = before is { } other
                ? Broadcasting.Broadcast(result, own, $"{typeof(TSelf).Name}'s {Label(other)}", $"its {Label(parameter)}")
                : own;
            before = parameter;
        }

        return result;
    }

    // The type that torch's operations on them would give, the widest of the real ones; integers get it too, the default one where none is real.
    private static Parameter[] InOneType(Parameter[] parameters)
    {
        ScalarType? widest = null;
        var isMixed = false;
        foreach (var parameter in parameters)
        {
            if (parameter.Value.Tensor is not { } tensor || parameter.Declaration.KeepsIntegers) continue;
            var own = tensor.dtype;
            isMixed |= parameter.IsToBeReal || (widest is { } other && other != own);
            if (!parameter.IsToBeReal) widest = widest is { } wide ? promote_types(wide, own) : own;
        }

        if (!isMixed) return parameters;
        var type = widest ?? get_default_dtype();
        return Array.ConvertAll(parameters, p => p.Declaration.KeepsIntegers ? p : p.With(p.Value.Map(t => t.to(type))));
    }

    private static string Label(Parameter parameter) => parameter.Declaration.Name + (parameter.Declaration.EventRank > 0 ? " (rows)" : "");

    private TSelf Copy(Parameter[] values, long[]? shape)
    {
        var copy = (TSelf)MemberwiseClone();
        copy.parameters = InOneType(values);
        copy.natural = Broadcast(values);
        copy.batch = shape ?? copy.natural;
        copy.Derive();
        RefuseKept(copy);
        return copy;
    }

    // A tensor of the old parameters that the copy's code would read.
    private void RefuseKept(TSelf copy)
    {
        foreach (var (field, tensor) in TensorFields.Of(this))
        {
            if (!ReferenceEquals(TensorFields.TensorIn(field, copy), tensor)) continue;
            var at = Array.FindIndex(parameters, p => ReferenceEquals(p.Value.Tensor, tensor));
            if (at >= 0 ? ReferenceEquals(copy.parameters[at].Value.Tensor, tensor) : !tensor.requires_grad) continue;
            var what = at >= 0 ? $"the tensor of its parameter {parameters[at].Declaration.Name}" : "a tensor with a gradient";
            var instead = at >= 0 ? $"ParameterAt({at})" : nameof(ParameterAt);
            throw new PplArgumentException(
                $"{Name} keeps {what} in '{TensorFields.NameOf(field)}', which is no part of its parameters: a copy with other parameters would go "
                + $"on reading it. Read {instead} in place of the constructor's argument, or set the field in Derive.");
        }
    }
}
