using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>Several maps one after the other: y = T_n(... T_1(x)).</summary>
public sealed record Compose : Transform
{
    private readonly Transform[] parts;

    private Compose(Transform[] parts)
    {
        this.parts = parts;
        var (needed, offset) = (0, 0);

        // What each map takes together, in dimensions of the argument of the first.
        foreach (var part in parts)
        {
            needed = Math.Max(needed, part.DomainRank - offset);
            offset += part.CodomainRank - part.DomainRank;
        }

        DomainRank = needed;
        CodomainRank = needed + offset;
        IsJoint = Array.Exists(parts, part => part.IsJoint);
    }

    /// <inheritdoc/>
    public override TensorOrScalar? Sign
        => parts.Select(part => part.Sign).Aggregate((a, b) => a is { } sign && b is { } next ? sign.Times(next) : (TensorOrScalar?)null);

    /// <inheritdoc/>
    internal override Constraint Domain => parts[0].Domain;

    /// <inheritdoc/>
    internal override bool IsAffine => Array.TrueForAll(parts, part => part.IsAffine);

    /// <inheritdoc/>
    internal override Tensor PushVariance(Tensor variance) => parts.Aggregate(variance, (v, part) => part.PushVariance(v));

    /// <inheritdoc/>
    public override bool IsJoint { get; }

    /// <summary>The maps, in the order in which they are applied.</summary>
    public IReadOnlyList<Transform> Parts => parts;

    /// <inheritdoc/>
    public override string Name => string.Join(" then ", parts.Select(p => p.Name));

    /// <inheritdoc/>
    public override int DomainRank { get; }

    /// <inheritdoc/>
    public override int CodomainRank { get; }

    /// <inheritdoc/>
    public override Transform Inverted => Of([.. parts.Reverse().Select(p => p.Inverted)]);

    /// <summary>The maps one after the other, compositions among them taken apart and identities left out.</summary>
    /// <param name="transforms">The maps, in the order in which they are applied.</param>
    public static Transform Of(params Transform[] transforms)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        var flat = transforms.SelectMany(t => t is Compose c ? c.parts : [t]).Where(t => t is not Identity).ToArray();
        return flat switch
        {
            [] => Identity.Instance,
            [var only] => only,
            _ => new Compose(flat),
        };
    }

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => parts.Aggregate(domain, (set, part) => part.Codomain(set));

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => parts.Aggregate(x, (value, part) => part.Forward(value));

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        for (var i = parts.Length - 1; i >= 0; i--) y = parts[i].Inverse(y);
        return y;
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (sum, taken) = ((Tensor?)null, DomainRank);
        for (var i = 0; i < parts.Length; i++)
        {
            var next = i == parts.Length - 1 ? y : parts[i].Forward(x);
            sum = Added(sum, parts[i].LogAbsDetJacobian(x, next), taken - parts[i].DomainRank);
            taken += parts[i].CodomainRank - parts[i].DomainRank;
            x = next;
        }

        return sum!;
    }

    /// <inheritdoc/>
    public override (Tensor Y, Tensor LogAbsDet) ForwardWithVolume(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (sum, taken) = ((Tensor?)null, DomainRank);
        foreach (var part in parts)
        {
            (x, var own) = part.ForwardWithVolume(x);
            sum = Added(sum, own, taken - part.DomainRank);
            taken += part.CodomainRank - part.DomainRank;
        }

        return (x, sum!);
    }

    /// <inheritdoc/>
    public override (Tensor X, Tensor LogAbsDet) InverseWithVolume(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        var (sum, taken) = ((Tensor?)null, CodomainRank);
        for (var i = parts.Length - 1; i >= 0; i--)
        {
            (y, var own) = parts[i].InverseWithVolume(y);
            sum = Added(sum, own, taken - parts[i].CodomainRank);
            taken += parts[i].DomainRank - parts[i].CodomainRank;
        }

        return (y, sum!);
    }

    /// <inheritdoc/>
    internal override ValueFault? FindFault() => parts.Select(part => part.FindFault()).FirstOrDefault(fault => fault is not null);

    /// <inheritdoc/>
    internal override IReadOnlyList<Tensor> State => [.. parts.SelectMany(part => part.State)];

    /// <inheritdoc/>
    internal override bool IsSame(Transform drawn) => drawn is Compose other && other.parts.Length == parts.Length
        && parts.Zip(other.parts).All(t => t.First.IsSame(t.Second));

    /// <inheritdoc/>
    public override long[] ForwardShape(ReadOnlySpan<long> shape)
    {
        var result = shape.ToArray();
        foreach (var part in parts) result = part.ForwardShape(result);
        return result;
    }

    /// <inheritdoc/>
    public override long[] InverseShape(ReadOnlySpan<long> shape)
    {
        var result = shape.ToArray();
        for (var i = parts.Length - 1; i >= 0; i--) result = parts[i].InverseShape(result);
        return result;
    }

    /// <inheritdoc/>
    public override Transform Map(Func<Tensor, int, Tensor> map)
    {
        var mapped = Array.ConvertAll(parts, p => p.Map(map));
        return mapped.Zip(parts).All(pair => ReferenceEquals(pair.First, pair.Second)) ? this : new Compose(mapped);
    }

    /// <summary>One more map's log-determinant, summed over what the composition takes together and the map does not.</summary>
    private static Tensor Added(Tensor? sum, Tensor own, int apart)
    {
        var term = EventSum.SumLast(own, apart);
        return sum is null ? term : sum + term;
    }

    /// <summary>Whether the other composes equal maps in the same order.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(Compose? other) => other is not null && parts.AsSpan().SequenceEqual(other.parts);

    /// <inheritdoc/>
    public override int GetHashCode() => parts.Aggregate(0, HashCode.Combine);
}

/// <summary>The inverse of a map: x = T(y) read the other way.</summary>
/// <param name="Original">T.</param>
public sealed record InverseOf(Transform Original) : Transform
{
    /// <inheritdoc/>
    public override string Name => $"inverse of {Original.Name}";

    /// <inheritdoc/>
    public override int DomainRank => Original.CodomainRank;

    /// <inheritdoc/>
    public override int CodomainRank => Original.DomainRank;

    /// <inheritdoc/>
    public override Transform Inverted => Original;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Original.Inverse(x);

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y) => Original.Forward(y);

    /// <inheritdoc/>
    public override TensorOrScalar? Sign => Original.Sign;

    /// <inheritdoc/>
    internal override Constraint Domain => Original.DomainRank == 0 ? Original.Codomain(Original.Domain) : Constraint.Real;

    /// <inheritdoc/>
    internal override bool IsAffine => Original.IsAffine;

    // A map that moves numbers about does so with their variances; only its own inverse says how.
    /// <inheritdoc/>
    internal override Tensor PushVariance(Tensor variance)
        => Original.Inverted is var map and not InverseOf ? map.PushVariance(variance) : base.PushVariance(variance);

    /// <inheritdoc/>
    public override bool IsJoint => Original.IsJoint;

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => -Original.LogAbsDetJacobian(y, x);

    /// <inheritdoc/>
    public override (Tensor Y, Tensor LogAbsDet) ForwardWithVolume(Tensor x)
    {
        var (y, volume) = Original.InverseWithVolume(x);
        return (y, -volume);
    }

    /// <inheritdoc/>
    public override (Tensor X, Tensor LogAbsDet) InverseWithVolume(Tensor y)
    {
        var (x, volume) = Original.ForwardWithVolume(y);
        return (x, -volume);
    }

    /// <inheritdoc/>
    internal override ValueFault? FindFault() => Original.FindFault();

    /// <inheritdoc/>
    internal override IReadOnlyList<Tensor> State => Original.State;

    /// <inheritdoc/>
    internal override bool IsSame(Transform drawn) => drawn is InverseOf other && Original.IsSame(other.Original);

    /// <inheritdoc/>
    public override long[] ForwardShape(ReadOnlySpan<long> shape) => Original.InverseShape(shape);

    /// <inheritdoc/>
    public override long[] InverseShape(ReadOnlySpan<long> shape) => Original.ForwardShape(shape);

    /// <inheritdoc/>
    public override Transform Map(Func<Tensor, int, Tensor> map)
        => Original.Map(map) is var mapped && ReferenceEquals(mapped, Original) ? this : new InverseOf(mapped);
}
