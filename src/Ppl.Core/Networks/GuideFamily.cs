using System.Reflection;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Flows;

namespace Ppl.Networks;

/// <summary>What a <see cref="Posterior"/> chose: which head makes the factor's distribution, and what that is over.</summary>
/// <param name="Name">How the user wrote it.</param>
internal sealed record GuideFamily(string Name)
{
    /// <summary>What the model's family asks for.</summary>
    public static readonly GuideFamily OfModel = new("Default");

    public static readonly GuideFamily Diagonal = new("Diagonal") { Create = () => new NormalHead() };

    public static readonly GuideFamily FullCovariance = new("FullCovariance")
    {
        Create = () => new MultivariateNormalHead(),
        IsVector = true,
        IsCoupled = true,
    };

    public static readonly GuideFamily Delta = new("Delta") { Create = () => new DeltaHead(), IsPoint = true };

    /// <summary>Makes the head; null where the model's family says it.</summary>
    public Func<Head>? Create { get; private init; }

    /// <summary>Whether it is over vectors, so that the event is flattened.</summary>
    public bool IsVector { get; private init; }

    /// <summary>Whether free factors of it are joint: earlier latents shift the mean.</summary>
    public bool IsCoupled { get; private init; }

    /// <summary>Whether it is one point, without a density.</summary>
    public bool IsPoint { get; private init; }

    /// <summary>Whether the head gives a distribution on the latent's own support, so that no bijection comes after it.</summary>
    public bool IsOnSupport { get; private init; }

    /// <summary>r, the columns of a low-rank factor; null for another family.</summary>
    public int? Rank { get; private init; }

    /// <summary>The set of the values, where the head is one for any latent with this support; null where it is for all, or nobody said.</summary>
    public Constraint? Values { get; private init; }

    public static GuideFamily OnSupport(string name, Func<Head> head, Constraint values)
        => new(name) { Create = head, IsOnSupport = true, Values = values };

    public static GuideFamily LowRank(int rank) =>
        new($"LowRank({rank})") { Create = () => new LowRankHead { Rank = rank }, IsVector = true, IsCoupled = true, Rank = rank };

    public static GuideFamily Flow(GuideFamily below, Func<long, long, Flow> create) =>
        below with { Name = $"Flow on {below.Name}", Create = () => new FlowHead(below.Create!(), create), IsVector = true };

    public static GuideFamily Of(Func<Head> head) => new("Of(head)") { Create = head, IsOnSupport = true };

    /// <summary>The family for a latent: itself, or what the model's distribution asks for.</summary>
    /// <param name="model">The model's distribution of the latent; null where nobody told: a latent over the reals.</param>
    /// <param name="site">The latent.</param>
    /// <exception cref="PplArgumentException">No guide can have it.</exception>
    public GuideFamily For(Distribution? model, string? site)
    {
        if (model is null) return Create is null ? Diagonal : this;
        if (Create is not null)
        {
            if (model.IsDiscrete && !IsOnSupport)
                throw new PplArgumentException($"Posterior.{Name} is over real numbers, and {model.Name} is discrete: leave it out.", site);
            var set = model.ValueConstraint;
            if (Values is null || set == Values || (Values == Constraint.Positive && set == Constraint.NonNegative)) return this;
            throw new PplArgumentException(
                $"Posterior.{Name} gives values {Values}, and those of {model.Name} are {set}: leave it out, or take Diagonal, which reaches any "
                + "support.",
                site);
        }

        if (KlRegistry.FamilyOf(model.GetType()).GetCustomAttribute<FamilyAttribute>()?.Head is { } head)
        {
            if (!typeof(Head).IsAssignableFrom(head))
                throw new PplArgumentException($"the head that the Family attribute of {model.Name} names, {head.Name}, is none.", site);
            var isVector = head == typeof(MultivariateNormalHead) || head == typeof(LowRankHead);
            return new(model.Name) { Create = () => (Head)Activator.CreateInstance(head)!, IsOnSupport = true, IsVector = isVector };
        }

        if (model.ValueConstraint.Bijection is null)
            throw new PplArgumentException($"{model.Name} names no head in its Family attribute, so no encoder can produce it.", site);
        return Diagonal;
    }
}
