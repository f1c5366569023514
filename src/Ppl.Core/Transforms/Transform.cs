using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>A smooth one-to-one map y = T(x) with its inverse and the logarithm of its volume change.</summary>
/// <remarks>
/// A transform acts on the last <see cref="DomainRank"/> dimensions and elementwise on all before them; <see cref="LogAbsDetJacobian"/> sums over
/// those dimensions alone. Equal transforms are equal values, parameters that are tensors being equal when they are the same object: closed
/// forms of the KL divergence rest on it. Transforms own no tensors.
/// </remarks>
public abstract record Transform
{
    /// <summary>The map's name, for messages.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>How many trailing dimensions of x the map takes together: 0 where it is elementwise.</summary>
    public virtual int DomainRank => 0;

    /// <summary>How many trailing dimensions of y are one result.</summary>
    public virtual int CodomainRank => DomainRank;

    /// <summary>
    /// 1 where a number's result grows with it, −1 where it falls, a tensor of them where parameters decide; null for a map of vectors, and for one
    /// that does not say. With it what is pushed through the map has a distribution function and quantiles.
    /// </summary>
    public virtual TensorOrScalar? Sign => null;

    /// <summary>Whether each number of the result is a + b x for one number x of the argument: then moments are pushed through the map.</summary>
    internal virtual bool IsAffine => false;

    /// <summary>The variances of the result of an affine map, from those of the argument.</summary>
    /// <param name="variance">As <see cref="Forward"/> takes x.</param>
    internal virtual Tensor PushVariance(Tensor variance) => variance * (LogAbsDetJacobian(variance, Forward(variance)) * 2).exp();

    /// <summary>y = T(x).</summary>
    /// <param name="x">A tensor of at least <see cref="DomainRank"/> dimensions.</param>
    /// <returns>A tensor of shape <see cref="ForwardShape"/>.</returns>
    public abstract Tensor Forward(Tensor x);

    /// <summary>x = T⁻¹(y).</summary>
    /// <param name="y">A tensor of at least <see cref="CodomainRank"/> dimensions, whose elements are results of the map.</param>
    /// <returns>A tensor of shape <see cref="InverseShape"/>.</returns>
    public abstract Tensor Inverse(Tensor y);

    /// <summary>log |det ∂y/∂x|, of x's shape without its last <see cref="DomainRank"/> dimensions.</summary>
    /// <remarks>
    /// Where y has fewer free coordinates than entries, the determinant is that of its free ones: all but the last for a simplex, the lower triangle
    /// for a matrix. It is the measure that the densities of such families refer to.
    /// </remarks>
    /// <param name="x">The argument.</param>
    /// <param name="y">T(x), which many maps express it by more cheaply.</param>
    public abstract Tensor LogAbsDetJacobian(Tensor x, Tensor y);

    /// <summary>
    /// Whether value and log-determinant are one computation, as in a network's pass, so that who needs both asks for both:
    /// <see cref="ForwardWithVolume"/>, <see cref="InverseWithVolume"/>.
    /// </summary>
    public virtual bool IsJoint => false;

    /// <summary>y = T(x) with log |det ∂y/∂x|.</summary>
    /// <param name="x">As <see cref="Forward"/> takes it.</param>
    public virtual (Tensor Y, Tensor LogAbsDet) ForwardWithVolume(Tensor x)
    {
        var y = Forward(x);
        return (y, LogAbsDetJacobian(x, y));
    }

    /// <summary>x = T⁻¹(y) with log |det ∂y/∂x|: that of the map, not of its inverse.</summary>
    /// <param name="y">As <see cref="Inverse"/> takes it.</param>
    public virtual (Tensor X, Tensor LogAbsDet) InverseWithVolume(Tensor y)
    {
        var x = Inverse(y);
        return (x, LogAbsDetJacobian(x, y));
    }

    /// <summary>The first parameter of the map that breaks its rule, or null. Reads tensors: not for the hot path.</summary>
    internal virtual ValueFault? FindFault() => null;

    /// <summary>A parameter that must be finite and not 0.</summary>
    private protected ValueFault? FindZero(TensorOrScalar parameter, string subject) => ValueCheck.Entries(
        parameter,
        x => double.IsFinite(x) && x != 0,
        x => x.isfinite().logical_and(x.ne(0)),
        subject,
        $"{GetType().Name} needs {subject} that is finite and not 0");

    /// <summary>A parameter that must be finite and not 0. A number is checked at once; a tensor's entries by <see cref="FindFault"/>.</summary>
    /// <exception cref="PplArgumentException">It is a number that is 0 or not finite.</exception>
    private protected static TensorOrScalar NotZero(TensorOrScalar parameter, string owner, string subject)
        => !parameter.IsScalar || (double.IsFinite(parameter.Scalar) && parameter.Scalar != 0) ? parameter : throw new PplArgumentException(
            $"{owner} needs {subject} that is finite and not 0; found {parameter}.");

    /// <summary>Refuses a map of one's own that keeps a tensor which <see cref="Map"/> does not reach.</summary>
    /// <param name="isAny">Whether any tensor counts; else those with a gradient, which are parameters for sure.</param>
    internal void RefuseUnmapped(bool isAny)
    {
        List<Tensor>? mapped = null;
        foreach (var (field, tensor) in TensorFields.Of(this))
        {
            if (!isAny && !tensor.requires_grad) continue;
            mapped ??= Tensors();
            if (mapped.Exists(other => ReferenceEquals(other, tensor))) continue;
            throw new PplArgumentException(
                $"{Name} keeps a tensor in '{TensorFields.NameOf(field)}' that its Map does not reach: where a distribution's parameters are moved, "
                + "detached or repeated it would stay as it is. Override Map, which calls its argument for each tensor.");
        }
    }

    /// <summary>The tensor parameters; of weights that are trained together one stands for all.</summary>
    internal List<Tensor> Tensors()
    {
        var found = new List<Tensor>();
        _ = Map((tensor, _) =>
        {
            found.Add(tensor);
            return tensor;
        });
        return found;
    }

    /// <summary>Every number that the map's results depend on beside the argument: a draw remembers its argument for as long as they stay.</summary>
    internal virtual IReadOnlyList<Tensor> State => Tensors();

    /// <summary>Whether a draw that another map made is this map's value at the same argument, as long as the parameters are the same.</summary>
    /// <param name="drawn">The map that made the draw.</param>
    internal virtual bool IsSame(Transform drawn) => Equals(drawn);

    /// <summary>Whether a parameter of the map is being trained, so that its value at a fixed argument has a derivative.</summary>
    internal virtual bool IsTrained => Tensors().Exists(tensor => tensor.requires_grad);

    /// <summary>The shape of T(x).</summary>
    /// <param name="shape">x's shape.</param>
    /// <exception cref="PplShapeException">The map is not defined for it.</exception>
    public virtual long[] ForwardShape(ReadOnlySpan<long> shape) => shape.ToArray();

    /// <summary>The shape of T⁻¹(y).</summary>
    /// <param name="shape">y's shape.</param>
    /// <exception cref="PplShapeException">The map has no such result.</exception>
    public virtual long[] InverseShape(ReadOnlySpan<long> shape) => shape.ToArray();

    /// <summary>The set of the results, or one that holds them: real numbers or vectors unless the map says more.</summary>
    /// <param name="domain">The set of the arguments.</param>
    public virtual Constraint Codomain(Constraint domain) => CodomainRank == 0 ? Constraint.Real : Constraint.RealVector;

    /// <summary>The numbers that it takes, where it is a map of numbers: all, unless the map says less.</summary>
    internal virtual Constraint Domain => Constraint.Real;

    /// <summary>The same map with every tensor parameter mapped; this object itself where it has none.</summary>
    /// <param name="map">Receives a parameter and how many of its trailing dimensions are not rows or elements.</param>
    public virtual Transform Map(Func<Tensor, int, Tensor> map) => this;

    /// <summary>
    /// Tries the map at some arguments: the shapes that <see cref="ForwardShape"/> and <see cref="InverseShape"/> say, Inverse(Forward(x)) = x, and,
    /// of numbers to numbers and vectors to vectors of one size, log |det ∂y/∂x| against the derivatives that autograd finds and each row by itself,
    /// and <see cref="Sign"/>.
    /// </summary>
    /// <remarks>
    /// For the tests of a map of one's own. Numbers are to agree within 1e-6 in float64, 1e-3 in float32 and 0.05 in shorter types, of 1 plus their
    /// size; x is to lie where the map does not saturate.
    /// </remarks>
    /// <param name="x">As <see cref="Forward"/> takes it, of real numbers.</param>
    /// <exception cref="PplShapeException">x or a result has another shape.</exception>
    /// <exception cref="PplArgumentException">What disagrees, where, and by how much.</exception>
    /// <exception cref="NonFiniteException">A result is not finite.</exception>
    public void Check(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        RefuseUnmapped(isAny: true);
        if (x.dim() < DomainRank) throw new PplShapeException($"{Name} needs {DomainRank} dimensions; found shape {ShapeText.Of(x.shape)}.");
        var shape = ForwardShape(x.shape);
        var full = InverseShape(shape);
        if (!full.AsSpan().SequenceEqual(x.shape)) x = x.expand(full);
        new MapCheck(Name, DomainRank, "LogAbsDet") { Sign = Sign }.Run(ForwardWithVolume, InverseWithVolume, x, shape);
    }

    /// <summary>T⁻¹ as a transform of its own.</summary>
    public virtual Transform Inverted => new InverseOf(this);

    /// <summary>The map that applies this one first and <paramref name="next"/> to its result.</summary>
    /// <param name="next">The second map.</param>
    public Transform Then(Transform next) => Compose.Of(this, next);

    /// <summary>The map's name.</summary>
    public sealed override string ToString() => Name;
}
