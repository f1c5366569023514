using Ppl.Distributions;
using Ppl.Shapes;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>A learnable one-to-one map of vectors, y = T(x), whose weights are a module's: a normalizing flow.</summary>
/// <remarks>
/// <see cref="Given"/> a context, or none, it is a <see cref="Transforms.Transform"/>, and <see cref="Distribution"/> is what it makes of standard
/// normal vectors: a prior, a likelihood, or by <c>Posterior.Flow</c> the top of a guide. Inputs are [..., D], one vector each; a context is
/// [..., C], one row for each vector or for all. A flow of one's own derives from this class, registers its parameters and overrides
/// <see cref="Forward"/> and <see cref="Inverse"/>. Sources: Rezende and Mohamed 2015, arXiv:1505.05770; Papamakarios et al. 2021,
/// arXiv:1912.02762.
/// </remarks>
public abstract class Flow : nn.Module
{
    private const string TypeName = "flow_type";

    /// <summary>A flow of vectors.</summary>
    /// <param name="name">The module's name, for messages.</param>
    /// <param name="size">D, the numbers of a vector: at least 1.</param>
    /// <param name="context">C, the numbers of a context: 0 for a flow without one.</param>
    /// <exception cref="PplArgumentException">A size is not in its domain.</exception>
    protected Flow(string name, long size, long context = 0) : base(name)
    {
        if (size < 1) throw new PplArgumentException($"{name} is of {size} numbers; it needs at least 1.");
        if (context < 0) throw new PplArgumentException($"{name} has a context of {context} numbers; it needs at least 0.");
        (Size, ContextSize) = (size, context);

        // A flow without weights is converted and moved like one that has some, and is no part of a checkpoint.
        register_buffer(TypeName, zeros(0).DetachFromDisposeScope(), persistent: false);
    }

    /// <summary>D, the numbers of a vector.</summary>
    public long Size { get; }

    /// <summary>C, the numbers of a context; 0 for a flow without one.</summary>
    public long ContextSize { get; }

    /// <summary>The map, of a flow without a context.</summary>
    /// <exception cref="PplShapeException">The flow has a context.</exception>
    public Transform Transform => Given();

    /// <summary>The flow from y to x.</summary>
    public virtual Flow Inverted => new InvertedFlow(this);

    /// <summary>The map given a context.</summary>
    /// <remarks>
    /// Its weights are the module's, at the time when it is applied. The transform itself belongs to one pass: a draw remembers its argument for the
    /// transform that made it, and only while the weights stay the same.
    /// </remarks>
    /// <param name="context">[..., C], whose leading dimensions broadcast with those of the vectors; null for a flow without one.</param>
    /// <exception cref="PplShapeException">The context has another number of entries, or there is none, or none is needed.</exception>
    public Transform Given(Tensor? context = null)
    {
        var found = context is null ? 0 : context.dim() == 0 ? -1 : context.shape[^1];
        if (found == ContextSize) return new FlowTransform(this, context);
        throw new PplShapeException(
            $"{GetName()} has {(ContextSize == 0 ? "no context" : $"a context of {ContextSize} numbers")}; "
            + $"found {(context is null ? "none" : $"one of shape {ShapeText.Of(context.shape)}")}.");
    }

    /// <summary>
    /// The distribution of T(x) for standard normal x, in the type and on the device of the weights; of a flow without any, in those that
    /// <c>to</c> gave it.
    /// </summary>
    /// <param name="context">[..., C], with one distribution for each row; null for a flow without one.</param>
    /// <exception cref="PplShapeException">As for <see cref="Given"/>.</exception>
    public FlowDistribution Distribution(Tensor? context = null)
    {
        var like = context ?? parameters().FirstOrDefault() ?? get_buffer(TypeName)!;
        return new FlowDistribution(new Normal(zeros(Size, like.dtype, like.device), 1), Given(context));
    }

    /// <summary>The flows one after the other: y = T_n(... T_1(x)).</summary>
    /// <param name="flows">In the order in which they are applied to x; of one size, and of one context or none.</param>
    /// <exception cref="PplArgumentException">There are none, or their sizes or contexts disagree.</exception>
    public static Flow Sequence(params Flow[] flows) => new FlowSequence(flows);

    /// <summary>A number of flows one after the other.</summary>
    /// <param name="count">How many: at least 1.</param>
    /// <param name="create">Makes the flow at a position.</param>
    /// <exception cref="PplArgumentException">There are none, or their sizes or contexts disagree.</exception>
    public static Flow Sequence(int count, Func<int, Flow> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return new FlowSequence([.. Enumerable.Range(0, count).Select(create)]);
    }

    /// <summary>A map without weights, as a part of a sequence: a permutation, a sigmoid. Tensors that it has are the flow's buffers.</summary>
    /// <param name="transform">A map of single numbers, or of vectors to vectors of the same size.</param>
    /// <param name="size">D, the numbers of a vector.</param>
    /// <exception cref="PplShapeException">The map has results of another shape.</exception>
    /// <exception cref="PplArgumentException">A tensor of the map has a gradient: it would be a weight that no module has.</exception>
    public static Flow Of(Transform transform, long size)
    {
        ArgumentNullException.ThrowIfNull(transform);
        return new FixedFlow(transform, size);
    }

    /// <summary>y = T(x) with log |det ∂y/∂x|.</summary>
    /// <param name="x">[..., D].</param>
    /// <param name="context">[..., C], with x's leading dimensions; null for a flow without one.</param>
    /// <returns>[..., D] and [...].</returns>
    public abstract (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context);

    /// <summary>x = T⁻¹(y) with log |det ∂y/∂x|: that of the map, not of its inverse.</summary>
    /// <param name="y">[..., D].</param>
    /// <param name="context">[..., C], with y's leading dimensions; null for a flow without one.</param>
    /// <returns>[..., D] and [...].</returns>
    public abstract (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context);

    /// <summary>The set of the results: all vectors, unless the flow is of maps that say more.</summary>
    /// <param name="domain">The set of the arguments.</param>
    internal virtual Constraint Codomain(Constraint domain) => Constraint.RealVector;

    /// <summary>
    /// Tries the flow at some vectors: the shapes of both directions, Inverse(Forward(x)) = x, both log-determinants against the derivatives that
    /// autograd finds, and that each row is mapped by itself.
    /// </summary>
    /// <remarks>
    /// For the tests of a flow of one's own: it costs passes backwards for each of the D numbers. Numbers are to agree within 1e-6 in float64,
    /// 1e-3 in float32 and 0.05 in shorter types, of 1 plus their size; float64 finds smaller mistakes. A flow with
    /// <see cref="BatchNormalization"/> is tried after <c>eval()</c>.
    /// </remarks>
    /// <param name="x">[..., D], in the type of the weights: at least two rows, where they are to be told apart.</param>
    /// <param name="context">As <see cref="Given"/> takes it.</param>
    /// <exception cref="PplShapeException">x, the context or a result has another shape.</exception>
    /// <exception cref="PplArgumentException">What disagrees, where, and by how much.</exception>
    /// <exception cref="NonFiniteException">A result is not finite.</exception>
    public void Check(Tensor x, Tensor? context = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        Given(context).Check(x);
    }

    /// <summary><see cref="Forward"/>, whose shapes are right.</summary>
    internal (Tensor Y, Tensor LogAbsDet) CheckedForward(Tensor x, Tensor? context) => Shaped(nameof(Forward), Forward(x, context), x);

    /// <summary><see cref="Inverse"/>, whose shapes are right.</summary>
    internal (Tensor X, Tensor LogAbsDet) CheckedInverse(Tensor y, Tensor? context) => Shaped(nameof(Inverse), Inverse(y, context), y);

    /// <summary>The parameter that stands for all where a map of weights is looked for: the smallest that is trained.</summary>
    internal Tensor? Witness => parameters().Where(p => p.requires_grad).MinBy(p => p.numel()) ?? parameters().FirstOrDefault();

    /// <summary>The name and the sizes.</summary>
    public override string ToString() => ContextSize == 0 ? $"{GetName()}({Size})" : $"{GetName()}({Size} given {ContextSize})";

    private (Tensor, Tensor) Shaped(string pass, (Tensor, Tensor) found, Tensor argument) =>
        new MapCheck(GetName(), 1, "LogAbsDet").Shaped(pass, found, argument.shape, argument.shape[..^1]);
}
