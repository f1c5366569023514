using Ppl.Distributions;
using Ppl.Shapes;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <summary>A family whose values are those of a base, mapped: its divergence from another with an equal map is that of the bases.</summary>
internal interface IPushed
{
    /// <summary>The distribution before the map.</summary>
    Distribution Base { get; }

    /// <summary>The map.</summary>
    Transform Transform { get; }
}

/// <summary>KL(T(q) || T(p)) = KL(q || p): a map of both sides changes their densities by the same factor.</summary>
internal static class PushedRule
{
    /// <summary>The form for two distributions pushed through equal maps, whose bases have one.</summary>
    public static Func<Distribution, Distribution, Tensor>? Find(Distribution q, Distribution p, Type? model)
    {
        if ((q, p) is not (IPushed pushed, IPushed other) || !pushed.Transform.Equals(other.Transform)) return null;
        return KlRegistry.Find(pushed.Base, other.Base, model) is { } form ? (a, b) => Kl((IPushed)a, (IPushed)b, form) : null;
    }

    private static Tensor Kl(IPushed q, IPushed p, Func<Distribution, Distribution, Tensor> form)
    {
        var kl = KlRegistry.Checked(form(q.Base, p.Base), q.Base, p.Base);
        return EventSum.SumLast(kl, Math.Max(0, q.Transform.DomainRank - Math.Max(q.Base.EventDimensions, p.Base.EventDimensions)));
    }
}

/// <summary>What is declared an event, or masked, has the form of its bases, and none where they have none.</summary>
internal static class WrappedRule
{
    /// <summary>Whether two wrappers of one kind have bases without a form.</summary>
    public static bool LacksForm(Distribution q, Distribution p) => (q, p) switch
    {
        (Independent a, Independent b) => KlRegistry.Find(a.Base, b.Base) is null,
        (Masked a, Masked b) => KlRegistry.Find(a.Base, b.Base) is null,
        _ => false,
    };
}

/// <summary>A point has −log p there from every distribution with a density: of any family, wrapped, mapped or a user's own.</summary>
internal static class PointRule
{
    /// <summary>The form for a point and the second distribution, if the first is one.</summary>
    public static Func<Distribution, Distribution, Tensor>? Find(Distribution q) =>
        q is Delta ? (point, p) => Divergence.AtPoint((Delta)point, p) : null;
}

/// <summary>The exponential of a normal, which a guide of a positive latent is, has the forms of a <see cref="LogNormal"/>.</summary>
internal static class LogNormalRule
{
    /// <summary>The form for a log-normal and the second distribution, if the first is one.</summary>
    public static Func<Distribution, Distribution, Tensor>? Find(Distribution q, Distribution p, Type? model)
    {
        if (q is not Transformed { Base: Normal, Transform: Exp }) return null;
        return KlRegistry.Find(typeof(LogNormal), p.GetType(), model) is { } form
            ? (a, b) => form(LogNormal((Normal)((Transformed)a).Base), b)
            : null;
    }

    private static LogNormal LogNormal(Normal logarithm) => new LogNormal(logarithm.Loc, logarithm.Scale).Expand(logarithm.Shape);
}

/// <summary>The divergence of a vector read as an event from a distribution of its entries one by one: theirs, as vectors.</summary>
internal static class ReshapedRule
{
    /// <summary>The form for a reshaped distribution and one of entries or of vectors, if the base and their vectors have one.</summary>
    public static Func<Distribution, Distribution, Tensor>? Find(Distribution q, Distribution p, Type? model)
    {
        if (q is not Reshaped reshaped || (p.EventDimensions != 0 && (p.EventDimensions, q.EventDimensions) != (1, 1))) return null;
        return KlRegistry.Find(reshaped.Base, p, model) is { } form ? (a, b) => Kl((Reshaped)a, b, form) : null;
    }

    private static Tensor Kl(Reshaped q, Distribution p, Func<Distribution, Distribution, Tensor> form)
    {
        if (p.EventDimensions > 0) return form(q.Base, p);
        var full = Broadcasting.Broadcast(q.Shape, p.Shape, $"KL: q = {q.Name}", $"p = {p.Name}");
        var entries = q.Base.Shape[^1];
        long[] flat = [.. full[..^q.EventDimensions], entries];
        var vectors = p.Map((tensor, own) => tensor.expand(full).reshape(flat), flat);
        return form(q.Base, vectors);
    }
}
