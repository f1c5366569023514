using Ppl.Shapes;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The set in which a parameter or a value lies: what is checked, what is said of it, and the map from the reals onto it.</summary>
/// <remarks>
/// Equal constraints are equal values: <c>Constraint.Positive == Constraint.GreaterThan(0)</c>. Bounds may be tensors, which are equal when they
/// are the same object. A constraint of one's own derives from this record; with a <see cref="Bijection"/> it can be a latent's support.
/// </remarks>
public abstract record Constraint
{
    /// <summary>Every finite real number.</summary>
    public static Constraint Real { get; } = new RealConstraint(0);

    /// <summary>Vectors of finite real numbers: the last dimension is one event.</summary>
    public static Constraint RealVector { get; } = new RealConstraint(1);

    /// <summary>Finite numbers &gt; 0.</summary>
    public static Constraint Positive { get; } = GreaterThan(0);

    /// <summary>Vectors of finite numbers &gt; 0: the last dimension is one event.</summary>
    public static Constraint PositiveVector { get; } = new VectorConstraint(Positive);

    /// <summary>Finite numbers ≥ 0.</summary>
    public static Constraint NonNegative { get; } = AtLeast(0);

    /// <summary>The numbers from 0 to 1, ends included.</summary>
    public static Constraint UnitInterval { get; } = Interval(0, 1);

    /// <summary>Vectors of numbers ≥ 0 that sum to 1: the last dimension is one event.</summary>
    public static Constraint Simplex { get; } = new SimplexConstraint();

    /// <summary>Matrices of finite real numbers: the last two dimensions are one event.</summary>
    public static Constraint RealMatrix { get; } = new RealConstraint(2);

    /// <summary>Strictly increasing vectors of finite numbers: the last dimension is one event.</summary>
    public static Constraint Ordered { get; } = new OrderedConstraint();

    /// <summary>Vectors of finite numbers that sum to 0: the last dimension is one event.</summary>
    public static Constraint ZeroSum { get; } = new ZeroSumConstraint();

    /// <summary>
    /// Cholesky factors of correlation matrices: lower triangular with a positive diagonal and rows of length 1. The last two dimensions are one
    /// event.
    /// </summary>
    public static Constraint CorrelationCholesky { get; } = new CorrelationCholeskyConstraint();

    /// <summary>Lower triangular matrices with a positive diagonal: the last two dimensions are one event.</summary>
    public static Constraint LowerCholesky { get; } = new LowerCholeskyConstraint();

    /// <summary>Symmetric positive definite matrices: the last two dimensions are one event.</summary>
    public static Constraint PositiveDefinite { get; } = new PositiveDefiniteConstraint();

    /// <summary>0 or 1.</summary>
    public static Constraint Boolean { get; } = new BooleanConstraint();

    /// <summary>The whole numbers 0, 1, 2, ...</summary>
    public static Constraint NonNegativeInteger { get; } = new IntegerConstraint(0, double.PositiveInfinity);

    /// <summary>Vectors of one 1 among zeros: the last dimension is one event.</summary>
    public static Constraint OneHot { get; } = new OneHotConstraint();

    /// <summary>Finite numbers &gt; <paramref name="low"/>.</summary>
    /// <param name="low">The bound: finite. A tensor broadcasts with what is checked.</param>
    /// <exception cref="PplArgumentException">The bound is a number that is not finite.</exception>
    public static Constraint GreaterThan(TensorOrScalar low) => new BelowBoundedConstraint(BoundCheck.Finite(low, "Constraint.GreaterThan"), false);

    /// <summary>Finite numbers ≥ <paramref name="low"/>.</summary>
    /// <param name="low">The bound: finite. A tensor broadcasts with what is checked.</param>
    /// <exception cref="PplArgumentException">The bound is a number that is not finite.</exception>
    public static Constraint AtLeast(TensorOrScalar low) => new BelowBoundedConstraint(BoundCheck.Finite(low, "Constraint.AtLeast"), true);

    /// <summary>Finite numbers &lt; <paramref name="high"/>.</summary>
    /// <param name="high">The bound: finite. A tensor broadcasts with what is checked.</param>
    /// <exception cref="PplArgumentException">The bound is a number that is not finite.</exception>
    public static Constraint LessThan(TensorOrScalar high) => new AboveBoundedConstraint(BoundCheck.Finite(high, "Constraint.LessThan"));

    /// <summary>The numbers from <paramref name="low"/> to <paramref name="high"/>, ends included.</summary>
    /// <param name="low">The least value; a tensor broadcasts with what is checked.</param>
    /// <param name="high">The greatest value, above <paramref name="low"/>.</param>
    /// <exception cref="PplArgumentException">Both are numbers, and low is not below high, or one is not finite.</exception>
    public static Constraint Interval(TensorOrScalar low, TensorOrScalar high)
    {
        BoundCheck.RefuseEmpty(low, high, "Constraint.Interval");
        return new IntervalConstraint(low, high);
    }

    /// <summary>The indices 0, 1, ..., C − 1.</summary>
    /// <param name="categories">C, at least 1.</param>
    /// <exception cref="PplArgumentException">There are none.</exception>
    public static Constraint Categories(long categories) => categories > 0
        ? new IntegerConstraint(0, categories - 1) { IsIndex = true }
        : throw new PplArgumentException($"Constraint.Categories needs at least 1 category; found {categories}.");

    /// <summary>The whole numbers from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    /// <param name="low">The least value.</param>
    /// <param name="high">The greatest value, at least <paramref name="low"/>.</param>
    /// <exception cref="PplArgumentException">Both are numbers, and high is below low.</exception>
    public static Constraint IntegerInterval(long low, long high) => IntegerInterval((TensorOrScalar)low, high);

    /// <inheritdoc cref="IntegerInterval(long, long)"/>
    /// <remarks>Bounds that are tensors broadcast with what is checked. An infinite one is none.</remarks>
    public static Constraint IntegerInterval(TensorOrScalar low, TensorOrScalar high)
        => !low.IsScalar || !high.IsScalar || low.Scalar <= high.Scalar ? new IntegerConstraint(low, high) : throw new PplArgumentException(
            $"Constraint.IntegerInterval is empty: it needs low at most high; found {low} and {high}.");

    /// <summary>Vectors of whole numbers ≥ 0 with a given sum: the last dimension is one event.</summary>
    /// <param name="total">The sum: a whole number ≥ 0. A tensor broadcasts with the rows of what is checked.</param>
    /// <exception cref="PplArgumentException">The sum is a number that no such vector has.</exception>
    public static Constraint CountsOf(TensorOrScalar total)
        => !total.IsScalar || (double.IsFinite(total.Scalar) && total.Scalar >= 0 && total.Scalar == Math.Floor(total.Scalar))
            ? new CountsConstraint(total)
            : throw new PplArgumentException($"Constraint.CountsOf needs a total that is a whole number >= 0; found {total}.");

    /// <summary>The rows of a table: the last dimension is one event.</summary>
    /// <param name="table">[K, D], with at least one row.</param>
    /// <exception cref="PplShapeException">The table has another shape.</exception>
    public static Constraint RowOf(Tensor table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.dim() == 2 && table.shape[0] > 0 ? new RowConstraint(table) : throw new PplShapeException(
            $"Constraint.RowOf needs a table of shape (K, D) with at least one row; found {ShapeText.Of(table.shape)}.");
    }

    /// <summary>One point.</summary>
    /// <param name="value">The point; a tensor broadcasts with what is checked.</param>
    public static Constraint Point(TensorOrScalar value) => new PointConstraint(value);

    /// <summary>How many trailing dimensions make one element of the set: 0 for numbers, 1 for vectors, 2 for matrices.</summary>
    public virtual int EventRank => 0;

    /// <summary>Whether values are indices or 0 and 1 rather than real numbers.</summary>
    public virtual bool IsDiscrete => false;

    /// <summary>Whether it is one point, which follows the parameters: no property of data.</summary>
    public virtual bool IsPoint => false;

    /// <summary>
    /// A smooth one-to-one map from all real numbers (vectors, where it is a matter of vectors or matrices) onto the set; null where there is none,
    /// as for a discrete set. <see cref="BijectTo"/> asks for it.
    /// </summary>
    public virtual Transform? Bijection => null;

    /// <summary>The first entry outside the set, or null. Reads the tensor: for checks on request, not for the hot path.</summary>
    /// <param name="entry">What is checked.</param>
    /// <param name="subject">The parameter's name, or <c>value</c>.</param>
    /// <param name="owner">The family, for the message: <c>Normal needs scale &gt; 0</c>.</param>
    /// <param name="advice">What to do about a finite bad entry; empty where there is nothing to add.</param>
    public abstract ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "");

    /// <summary>The set in words, without the subject: <c>&gt; 0</c>, <c>in [0, 1]</c>.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// An entry of a set that no map leads to from the reals, whatever row it is in: it broadcasts with events of such a type and size, and has
    /// the rows of the bounds alone. Null where it has no rule of its own.
    /// </summary>
    /// <param name="like">Values, of any rows: [rows, event].</param>
    internal virtual TensorOrScalar? Entry(Tensor like) => null;

    /// <summary>
    /// Where numbers lie in the set, or in that of their vector's entries; null for a set of which no number alone decides, for all numbers, and
    /// for a set without a rule of its own.
    /// </summary>
    /// <param name="value">Numbers, which broadcast with the bounds.</param>
    internal virtual Tensor? Contains(Tensor value) => null;

    /// <summary>
    /// Which elements lie in the set, as <see cref="Find"/> has it: a boolean for each, without its <see cref="EventRank"/> dimensions. Null for a
    /// set without a rule of its own.
    /// </summary>
    /// <param name="value">Elements, which broadcast with the bounds: [rows, element].</param>
    internal virtual Tensor? ContainsEvents(Tensor value)
    {
        var isInside = Contains(value);
        for (var i = 0; i < EventRank; i++) isInside = isInside?.all(-1);
        return isInside;
    }

    /// <summary>Which events of several elements lie in the set.</summary>
    /// <param name="value">[rows, event].</param>
    /// <param name="dimensions">How many dimensions an event has, at least <see cref="EventRank"/>.</param>
    internal Tensor? ContainsEvents(Tensor value, int dimensions)
    {
        var isInside = ContainsEvents(value);
        for (var i = EventRank; i < dimensions; i++) isInside = isInside?.all(-1);
        return isInside;
    }

    /// <inheritdoc cref="Description"/>
    public sealed override string ToString() => Description;

    /// <summary>The set with its tensor bounds mapped, as a distribution's own parameters are; the same set where it has none.</summary>
    /// <param name="map">Receives a bound and how many of its trailing dimensions are not rows or elements.</param>
    public virtual Constraint Map(Func<Tensor, int, Tensor> map) => this;
}
