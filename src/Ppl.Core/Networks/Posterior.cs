using Ppl.Distributions;
using Ppl.Flows;
using Ppl.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl;

/// <summary>The family of one factor of a guide, as a value: <c>model.CreateGuide(z: Posterior.FullCovariance())</c>.</summary>
/// <remarks>
/// For a latent in the data's rows the family's parameters come from a network (amortized), unless <see cref="Free"/> asks for a set of
/// parameters for each row; for a latent outside of them they are free, and its whole value is the event. A family is over the reals: where
/// the latent's support is another, its draws are pushed through the bijection to that support. A module converts to
/// <see cref="Default(FeatureNetwork?, IReadOnlyList{long}?)"/> with it as the feature network.
/// </remarks>
public sealed record Posterior
{
    private const double LeastScale = 0.01;

    internal const long DefaultUnits = 400;

    private static readonly long[] DefaultHidden = [DefaultUnits];

    private Posterior(GuideFamily family, FeatureNetwork? network, IReadOnlyList<long>? hidden)
    {
        if (network is not null && hidden is not null)
            throw new PplArgumentException("An encoder takes its own network or hidden sizes for the default one, not both.");
        if (hidden?.FirstOrDefault(size => size < 1, 1) is < 1 and var units)
            throw new PplArgumentException($"A hidden layer has {units} units; it needs at least 1.");
        (Family, Network, HasHidden) = (family, network, hidden is not null);
        Hidden = hidden is null ? DefaultHidden : [.. hidden];
    }

    /// <summary>The feature network of the user's own; null for the default perceptron.</summary>
    public FeatureNetwork? Network { get; }

    /// <summary>The default perceptron's hidden sizes.</summary>
    public IReadOnlyList<long> Hidden { get; }

    /// <summary>Whether each row of the data has its own set of parameters.</summary>
    public bool IsFree { get; private init; }

    /// <summary>The standard deviation of each unconstrained coordinate at the start of training, or near it where a network tells it.</summary>
    public double InitialScale { get; private init; } = 1;

    /// <summary>
    /// Where each unconstrained coordinate's distribution is centred at the start of training; null for the prior's median where that is known.
    /// </summary>
    public double? InitialLocation { get; private init; }

    /// <summary>The pass whose features the factor sees in place of the data; null where it sees the data.</summary>
    public BottomUp? BottomUp { get; private init; }

    /// <summary>The level of <see cref="BottomUp"/> that the factor stands above; 0 where there is none.</summary>
    public int Level { get; private init; }

    /// <summary>The units of the recurrent pass of an encoder that all elements of an array share; null where each has its own encoder.</summary>
    public long? SharedUnits { get; private init; }

    /// <summary>Whether what the factor sees of plates inside the latent's is pooled over them.</summary>
    public bool IsPooled { get; private init; }

    /// <summary>The network of each child, of a pooled factor; null for the default one, a layer of rectified units.</summary>
    public FeatureNetwork? Each { get; private init; }

    /// <summary>How a pooled factor pools its children.</summary>
    public Pooling Children { get; private init; }

    /// <summary>Whether the model's own distribution of the latent, at what is drawn before, multiplies the factor.</summary>
    public bool IsMerged { get; private init; }

    /// <summary>The family.</summary>
    internal GuideFamily Family { get; private init; }

    /// <summary>Whether hidden sizes were given.</summary>
    internal bool HasHidden { get; }

    /// <summary>What a latent's own family asks for: the head that its <c>[Family]</c> attribute names, else <see cref="Diagonal"/>.</summary>
    /// <param name="network">The feature network; the default perceptron when null.</param>
    /// <param name="hidden">The default perceptron's hidden sizes; [400] when null. An empty list leaves the head alone: a linear
    /// encoder.</param>
    /// <exception cref="PplArgumentException">Both a network and hidden sizes are given, or a size is less than 1.</exception>
    public static Posterior Default(FeatureNetwork? network = null, IReadOnlyList<long>? hidden = null) =>
        new(GuideFamily.OfModel, network, hidden);

    /// <summary>Independent normal coordinates: q(z) = Π N(zᵢ; mᵢ, sᵢ²).</summary>
    /// <inheritdoc cref="Default(FeatureNetwork?, IReadOnlyList{long}?)" path="/param|/exception"/>
    public static Posterior Diagonal(FeatureNetwork? network = null, IReadOnlyList<long>? hidden = null) =>
        new(GuideFamily.Diagonal, network, hidden);

    /// <summary>
    /// A normal with any covariance over the event, flattened: q(z) = N(m, L Lᵀ), L lower triangular. Free factors are joint: earlier latents
    /// u in their unconstrained coordinates shift the mean, N(m + A u, L Lᵀ), so that together they are any normal.
    /// </summary>
    /// <inheritdoc cref="Default(FeatureNetwork?, IReadOnlyList{long}?)" path="/param|/exception"/>
    public static Posterior FullCovariance(FeatureNetwork? network = null, IReadOnlyList<long>? hidden = null) =>
        new(GuideFamily.FullCovariance, network, hidden);

    /// <summary>
    /// A normal with covariance W Wᵀ + diag(d), W of some columns, over the event, flattened: D (rank + 1) numbers in place of D². Free
    /// factors depend on earlier latents as with <see cref="FullCovariance"/>.
    /// </summary>
    /// <param name="rank">The columns of W: at least 1, and at most the event's size.</param>
    /// <param name="network">The feature network; the default perceptron when null.</param>
    /// <param name="hidden">The default perceptron's hidden sizes; [400] when null.</param>
    /// <exception cref="PplArgumentException">The rank is less than 1, or the arguments contradict each other.</exception>
    public static Posterior LowRank(int rank, FeatureNetwork? network = null, IReadOnlyList<long>? hidden = null) => rank >= 1
        ? new(GuideFamily.LowRank(rank), network, hidden)
        : throw new PplArgumentException(
            $"Posterior.LowRank has rank {rank}; it needs at least 1. Independent coordinates are Posterior.Diagonal().");

    /// <summary>
    /// One point: maximum a posteriori estimation, in the latent's own coordinates. It has no log q, which the bound leaves out, so that the
    /// ELBO is log p(data, point), and no bound on the evidence; an importance weighted bound is refused.
    /// </summary>
    /// <inheritdoc cref="Default(FeatureNetwork?, IReadOnlyList{long}?)" path="/param|/exception"/>
    public static Posterior Delta(FeatureNetwork? network = null, IReadOnlyList<long>? hidden = null) =>
        new(GuideFamily.Delta, network, hidden);

    /// <summary>Independent gamma distributions, for a latent of numbers above 0, of any family: the posterior of a Poisson's rate is one.</summary>
    /// <inheritdoc cref="Default(FeatureNetwork?, IReadOnlyList{long}?)" path="/param|/exception"/>
    public static Posterior Gamma(FeatureNetwork? network = null, IReadOnlyList<long>? hidden = null)
        => new(GuideFamily.OnSupport(nameof(Gamma), () => new GammaHead(), Constraint.Positive), network, hidden);

    /// <summary>Independent beta distributions, for a latent of numbers between 0 and 1, of any family.</summary>
    /// <inheritdoc cref="Default(FeatureNetwork?, IReadOnlyList{long}?)" path="/param|/exception"/>
    public static Posterior Beta(FeatureNetwork? network = null, IReadOnlyList<long>? hidden = null)
        => new(GuideFamily.OnSupport(nameof(Beta), () => new BetaHead(), Constraint.UnitInterval), network, hidden);

    /// <summary>A Dirichlet distribution, for a latent on the simplex, of any family.</summary>
    /// <inheritdoc cref="Default(FeatureNetwork?, IReadOnlyList{long}?)" path="/param|/exception"/>
    public static Posterior Dirichlet(FeatureNetwork? network = null, IReadOnlyList<long>? hidden = null)
        => new(GuideFamily.OnSupport(nameof(Dirichlet), () => new DirichletHead(), Constraint.Simplex), network, hidden);

    /// <summary>Independent von Mises distributions, for a latent of angles from −π to π: the only ones that cross from π to −π.</summary>
    /// <inheritdoc cref="Default(FeatureNetwork?, IReadOnlyList{long}?)" path="/param|/exception"/>
    public static Posterior VonMises(FeatureNetwork? network = null, IReadOnlyList<long>? hidden = null)
        => new(GuideFamily.OnSupport(nameof(VonMises), () => new VonMisesHead(), Distributions.VonMises.Circle), network, hidden);

    /// <summary>
    /// Normal coordinates pushed through a flow: q(z) is the density of T(u), u ~ q₀. The flow of an amortized factor sees the features of its
    /// network as a context, too; that of free parameters has none, and is one for all rows.
    /// </summary>
    /// <remarks>
    /// A draw with its density costs one pass of the flow from u to z. So do <see cref="InverseAutoregressive"/>, <see cref="Coupling"/>,
    /// <see cref="Planar"/> and the like; <see cref="MaskedAutoregressive"/> draws coordinate by coordinate. Gradients along the path alone
    /// (<c>StickingTheLanding</c>, <c>DoublyReparameterized</c>) need T⁻¹ as well.
    /// </remarks>
    /// <param name="flow">
    /// Makes a new flow for so many numbers of an event, flattened, and so many features, 0 for free parameters:
    /// <c>(size, context) => Flow.Sequence(4, i => new InverseAutoregressive(size, context: context, isReversed: i % 2 == 1))</c>. It may leave the
    /// context out.
    /// </param>
    /// <param name="on">
    /// q₀ with its network: <see cref="Diagonal"/>, <see cref="FullCovariance"/> or <see cref="LowRank"/>; Diagonal when null.
    /// </param>
    /// <exception cref="PplArgumentException">q₀ is another family.</exception>
    public static Posterior Flow(Func<long, long, Flow> flow, Posterior? on = null)
    {
        ArgumentNullException.ThrowIfNull(flow);
        on ??= Diagonal();
        if (on.Family is { Create: not null, IsPoint: false, IsOnSupport: false }) return on with { Family = GuideFamily.Flow(on.Family, flow) };
        throw new PplArgumentException(
            $"a flow stands on normal coordinates, and not on Posterior.{on.Family.Name}: give Diagonal, FullCovariance or LowRank.");
    }

    /// <summary>A family by its last layer, which gives a distribution on the latent's own support.</summary>
    /// <param name="head">Makes the layer; called whenever an encoder is sized.</param>
    /// <param name="network">The feature network; the default perceptron when null.</param>
    /// <param name="hidden">The default perceptron's hidden sizes; [400] when null.</param>
    /// <exception cref="PplArgumentException">Both a network and hidden sizes are given, or a size is less than 1.</exception>
    public static Posterior Of(Func<Head> head, FeatureNetwork? network = null, IReadOnlyList<long>? hidden = null)
    {
        ArgumentNullException.ThrowIfNull(head);
        return new(GuideFamily.Of(head), network, hidden);
    }

    /// <summary>
    /// The same family with a set of parameters for each row of the data, found by the rows' numbers, instead of a network: for data sets whose
    /// rows stay the same. A row that the guide was not sized with has none.
    /// </summary>
    /// <exception cref="PplArgumentException">There is a network, which would have no input.</exception>
    public Posterior Free() => Network is null && !HasHidden && BottomUp is null && SharedUnits is null && !IsPooled
        ? IsMerged ? throw OfMerged("Free") : this with { IsFree = true }
        : throw new PplArgumentException("Free() keeps a set of parameters for each row, so that a network has no input: leave one of them out.");

    /// <summary>
    /// The same family, whose factor sees features of the data, which several factors may share, in place of the data. Its network gets these as
    /// it would get the data, and the latents that it sees after them.
    /// </summary>
    /// <param name="up">The pass.</param>
    /// <param name="level">Which features: 1 for those of the first level, up to the number of levels.</param>
    /// <exception cref="PplArgumentException">There is no such level, or the parameters are free, and see nothing.</exception>
    public Posterior Above(BottomUp up, int level)
    {
        ArgumentNullException.ThrowIfNull(up);
        if (level < 1 || level > up.Count)
            throw new PplArgumentException($"{up} has no level {level}.", nameof(level));
        if (IsFree) throw new PplArgumentException("Free() keeps a set of parameters for each row, which see no features: leave Above or Free out.");
        if (SharedUnits is not null) throw new PplArgumentException("Shared() reads the data by a pass of its own: leave Above or Shared out.");
        if (IsPooled) throw new PplArgumentException("Pooled() sees the children's data, and Above a level's features: leave one of them out.");
        return this with { BottomUp = up, Level = level };
    }

    /// <summary>
    /// The same family with one encoder for all elements of an array of latents, <c>z[t]</c>, in place of one for each. Slices of data are read by
    /// a recurrent pass, once for each row of the data; its state, with the neighbours that the factor sees, enters one network and one head.
    /// The number of parameters does not grow with that of the elements.
    /// </summary>
    /// <remarks>See <see cref="SharedEncoder"/>. Source: Krishnan, Shalit, Sontag 2017, arXiv:1609.09869.</remarks>
    /// <param name="units">The size of the recurrent state, in each direction that the pass has; at least 1.</param>
    /// <exception cref="PplArgumentException">
    /// There are no units; the parameters are free, or the factor stands above a level; the network takes several tensors.
    /// </exception>
    public Posterior Shared(long units = 64)
    {
        if (units < 1) throw new PplArgumentException($"a recurrent pass has {units} units; it needs at least 1.", nameof(units));
        if (IsFree) throw new PplArgumentException("Free() keeps a set of parameters for each row, and no encoder to share: leave one of them out.");
        if (BottomUp is not null) throw new PplArgumentException("Shared() reads the data by a pass of its own: leave Above or Shared out.");
        if (IsPooled) throw new PplArgumentException("Pooled() and Shared() read the data each in its way: leave one of them out.");
        if (IsMerged) throw OfMerged("Shared");
        if (Network is { Joins: false })
            throw new PplArgumentException("a shared encoder's network gets the state and all else as one tensor: give a module of one tensor.");
        return this with { SharedUnits = units };
    }

    /// <summary>
    /// The same family, whose factor pools what it sees of plates inside the latent's: ρ(Σ φ(c)) over the children c, or their mean, then the
    /// head. φ is the network of each child, ρ the factor's own, which sees the pooled features first and then all other inputs. Children of which
    /// nothing that is observed is there (<c>where:</c>) are left out. The factor does not depend on the children's order.
    /// </summary>
    /// <remarks>Source: Zaheer et al. 2017, arXiv:1703.06114.</remarks>
    /// <param name="each">
    /// φ: [children, numbers] to [children, features]; a layer of as many rectified units as the first hidden one when null.
    /// </param>
    /// <param name="by">The mean or the sum.</param>
    /// <exception cref="PplArgumentException">
    /// The network takes several tensors; the parameters are free, or the factor stands above a level or shares its encoder.
    /// </exception>
    public Posterior Pooled(FeatureNetwork? each = null, Pooling by = Pooling.Mean)
    {
        if (!Enum.IsDefined(by)) throw new PplArgumentException($"{by} is no way to pool.", nameof(by));
        if (each is { Joins: false })
            throw new PplArgumentException("the network of a child gets all that is seen of it as one: give a module of one tensor.", nameof(each));
        if (Network is { Joins: false, Arity: not null })
            throw new PplArgumentException("a pooled factor's network gets the features and all else as one tensor: give a module of one tensor.");
        if (IsFree) throw new PplArgumentException("Free() keeps a set of parameters for each row, which see no children: leave one of them out.");
        if (BottomUp is not null)
            throw new PplArgumentException("Pooled() sees the children's data, and Above a level's features: leave one of them out.");
        if (SharedUnits is not null) throw new PplArgumentException("Pooled() and Shared() read the data each in its way: leave one of them out.");
        if (IsMerged) throw OfMerged("Pooled");
        return this with { IsPooled = true, Each = each, Children = by };
    }

    /// <summary>
    /// The same normal factor N(m, s²) of the data, multiplied by the model's own distribution of the latent at the values that are drawn before it:
    /// q(z | x, above) ∝ N(z; m(x), s²(x)) p(z | above), for p = N(μ, σ²) a normal with precision s⁻² + σ⁻² and mean
    /// (m s⁻² + μ σ⁻²) / (s⁻² + σ⁻²). So the network says what the data add to the prior; it sees the data, or the features of its level, and no
    /// latent.
    /// </summary>
    /// <remarks>
    /// The model's latents before this one must have been drawn: the guide's order is the model's, <see cref="GuideStructure.TopDown"/>. A pass of
    /// the guide runs the model's statements up to the latent. q follows the model's parameters, too: their gradient has this part, and objectives
    /// that hold the guide apart from the model refuse it. Source: Sønderby et al. 2016, arXiv:1602.02282.
    /// </remarks>
    /// <exception cref="PplArgumentException">
    /// The family is no normal of independent coordinates; the parameters are free, pooled, or of an encoder that an array shares.
    /// </exception>
    public Posterior MergedWithPrior()
    {
        if (Family != GuideFamily.Diagonal && Family != GuideFamily.OfModel)
            throw new PplArgumentException($"MergedWithPrior() multiplies normals of independent coordinates, and not Posterior.{Family.Name}.");
        if (IsFree) throw OfMerged("Free");
        if (SharedUnits is not null) throw OfMerged("Shared");
        if (IsPooled) throw OfMerged("Pooled");
        return this with { IsMerged = true };
    }

    /// <summary>
    /// The same family with another start, in the latent's unconstrained coordinates: with a standard deviation of 1 otherwise, at the prior's median
    /// where its parameters are numbers, and elsewhere at 0. A narrow start, 0.1, gives guides of many unknowns with narrow posteriors gradients of
    /// far less noise. A location near the posterior saves the steps to it, and one for each of several latents tells equal components of a mixture
    /// apart.
    /// </summary>
    /// <param name="scale">At least 0.01, and finite.</param>
    /// <param name="location">
    /// Finite; added to what a network says at the start. Of a positive latent it is a logarithm, of one in the unit interval a logit. The prior's
    /// median when null.
    /// </param>
    /// <exception cref="PplArgumentException">A number is not in its domain, or the family is a point, and the scale is not 1.</exception>
    public Posterior StartingAt(double scale = 1, double? location = null)
    {
        if (!(scale >= LeastScale && double.IsFinite(scale)))
            throw new PplArgumentException($"a guide starts with a standard deviation of at least {LeastScale}; {scale} is not.", nameof(scale));
        if (location is { } given && !double.IsFinite(given))
            throw new PplArgumentException($"a guide starts at a finite number; {location} is none.", nameof(location));
        if (Family.IsPoint && scale != 1)
            throw new PplArgumentException("Posterior.Delta is a point: it has no standard deviation to start with.");
        return this with { InitialScale = scale, InitialLocation = location };
    }

    /// <summary>What the latent's own family asks for, with a feature network.</summary>
    /// <param name="network">[rows, ...] to [rows, features].</param>
    public static implicit operator Posterior?(Module<Tensor, Tensor>? network) => From(network);

    /// <summary>What the latent's own family asks for, with a feature network of two inputs.</summary>
    /// <param name="network">Two times [rows, ...] to [rows, features].</param>
    public static implicit operator Posterior?(Module<Tensor, Tensor, Tensor>? network) => From(network);

    /// <summary>What the latent's own family asks for, with a feature network of three inputs.</summary>
    /// <param name="network">Three times [rows, ...] to [rows, features].</param>
    public static implicit operator Posterior?(Module<Tensor, Tensor, Tensor, Tensor>? network) => From(network);

    /// <summary>What the latent's own family asks for, with a feature network.</summary>
    /// <param name="network">A feature network.</param>
    public static implicit operator Posterior?(FeatureNetwork? network) => From(network);

    /// <summary>What the latent's own family asks for, with a feature network; null for null.</summary>
    /// <param name="network">A feature network.</param>
    public static Posterior? From(FeatureNetwork? network) => network is null ? null : Default(network);

    /// <summary>The family: <c>LowRank(3)</c>, <c>Diagonal, free</c>, <c>Diagonal, above level 2</c>, <c>Diagonal, shared</c>.</summary>
    public override string ToString() => Encoding.Length == 0 ? Family.Name : $"{Family.Name}, {Encoding}";

    /// <summary>How the parameters come about, where it is not a network of the factor's own that sees its inputs: <c>above level 2</c>.</summary>
    internal string Encoding => IsMerged ? Reading.Length == 0 ? "merged with the prior" : $"{Reading}, merged with the prior" : Reading;

    private string Reading => IsFree ? "free" : BottomUp is not null ? $"above level {Level}" : SharedUnits is not null ? "shared"
        : IsPooled ? $"pooled by {(Children == Pooling.Sum ? "sum" : "mean")}" : "";

    private static PplArgumentException OfMerged(string other) =>
        new($"MergedWithPrior() is for an encoder of the latent's own that sees data: leave it or {other}() out.");
}
