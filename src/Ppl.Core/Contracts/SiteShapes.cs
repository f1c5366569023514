using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>The shape checks of a site: on shapes alone, always on. Every message names the site, the plate and both shapes.</summary>
public static class SiteShapes
{
    /// <summary>Checks that a plated distribution begins with the rows.</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">The model's distribution.</param>
    /// <param name="rows">The rows of the pass.</param>
    /// <exception cref="PplShapeException">It does not.</exception>
    public static void CheckDistribution(SiteInfo site, Distribution distribution, Rows rows)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(distribution);
        var shape = distribution.Shape;
        if (shape.Length < distribution.EventDimensions)
        {
            throw new PplShapeException(
                $"{distribution} says that the last {distribution.EventDimensions} dimensions are one event (EventDimensions), "
                + $"and has {shape.Length}.",
                site.Name);
        }

        if (!site.IsPlated) return;
        if (shape.Length - distribution.EventDimensions >= 1 && (shape[0] == rows.Total || shape[0] == rows.Count)) return;
        throw new PplShapeException(
            $"{distribution.Name} depends on plate '{site.Plate}', so its shape must begin with the plate's {Describe(rows)}; "
            + $"found {ShapeText.Of(shape)}. "
            + (shape.Length == 0
                ? "A network or a reduction has lost the leading dimension."
                : shape[0] == 1 ? "A parameter of one row broadcasts over the plate: expand it to the rows."
                : "Keep the rows first in every parameter."),
            site.Name);
    }

    /// <summary>Checks a latent's value against the model's distribution.</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">The model's distribution, already checked.</param>
    /// <param name="value">The value, folded.</param>
    /// <param name="rows">The rows of the pass.</param>
    /// <exception cref="PplShapeException">The value's shape is not rows, then the distribution's event.</exception>
    public static void CheckLatent(SiteInfo site, Distribution distribution, Tensor value, Rows rows)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(distribution);
        ArgumentNullException.ThrowIfNull(value);
        CheckDistribution(site, distribution, rows);
        var shape = value.shape;
        var events = Event(site, distribution);
        if (shape.Length == events.Length + 1 && shape[0] == rows.Total && shape.AsSpan(1).SequenceEqual(events)) return;
        throw new PplShapeException(
            $"the value has shape {ShapeText.Of(shape)}, but {distribution} in plate '{site.Plate}' of {Describe(rows)} draws "
            + $"{ShapeText.Of([rows.Total, .. events])}.",
            site.Name);
    }

    /// <summary>Checks that the guide's distribution has rows and the model's event.</summary>
    /// <param name="site">The site.</param>
    /// <param name="guide">The guide's distribution.</param>
    /// <param name="model">The model's distribution, already checked.</param>
    /// <param name="rows">The rows of the pass.</param>
    /// <exception cref="PplShapeException">It does not.</exception>
    public static void CheckGuide(SiteInfo site, Distribution guide, Distribution model, Rows rows)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(guide);
        ArgumentNullException.ThrowIfNull(model);
        var shape = guide.Shape;
        var events = Event(site, model);
        var hasRows = shape.Length == events.Length + 1 && (shape[0] == rows.Total || shape[0] == rows.Count);
        if (hasRows && shape.AsSpan(1).SequenceEqual(events)) return;
        throw new PplShapeException(
            $"the guide's {guide.Name} has shape {ShapeText.Of(shape)}, but {model} in plate '{site.Plate}' of {Describe(rows)} needs "
            + $"{ShapeText.Of([rows.Total, .. events])}. An encoder network must keep the rows first.",
            site.Name);
    }

    /// <summary>Checks an observed value: nothing may broadcast silently.</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">The model's distribution.</param>
    /// <param name="value">The data, of B or K·B rows.</param>
    /// <param name="rows">The rows of the pass.</param>
    /// <exception cref="PplShapeException">The value's event is not the distribution's; the message says what to write.</exception>
    public static void CheckObserved(SiteInfo site, Distribution distribution, Tensor value, Rows rows)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(distribution);
        ArgumentNullException.ThrowIfNull(value);
        CheckDistribution(site, distribution, rows);
        var shape = value.shape;
        if (shape.Length == 0 || (shape[0] != rows.Count && shape[0] != rows.Total))
        {
            throw new PplShapeException(
                $"the observed value has shape {ShapeText.Of(shape)}, but plate '{site.Plate}' has {Describe(rows)}.", site.Name);
        }

        var events = Event(site, distribution);
        if (shape.AsSpan(1).SequenceEqual(events)) return;
        throw new PplShapeException(
            $"the observed value has shape {ShapeText.Of(shape)} and {distribution.Name} has shape {ShapeText.Of(distribution.Shape)}: "
            + $"in plate '{site.Plate}' of {Describe(rows)} the event of the value is {ShapeText.Of(shape.Skip(1))}, "
            + $"that of the distribution {ShapeText.Of(events)}. "
            + Advice(site, distribution, shape[1..], events),
            site.Name);
    }

    /// <summary>Checks that a family's own sum of its log-density has one number for each row; fewer particles may stand for all.</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">Whose density it is.</param>
    /// <param name="density">What <see cref="Distribution.LogDensity"/> gave.</param>
    /// <param name="expected">[rows], or [particles, rows].</param>
    /// <exception cref="PplShapeException">It has another shape.</exception>
    internal static void CheckDensity(SiteInfo site, Distribution distribution, Tensor density, ReadOnlySpan<long> expected)
    {
        var found = density.shape;
        if (found.AsSpan().SequenceEqual(expected)) return;
        if (expected.Length == 2 && found.Length > 0 && found[^1] == expected[^1]
            && Broadcasting.TryBroadcast(found, expected, out var both) && both.AsSpan().SequenceEqual(expected)) return;
        throw new PplShapeException(
            $"LogDensity of {distribution} has shape {ShapeText.Of(found)}; it must be {ShapeText.Of(expected.ToArray())}: one number for each row.",
            site.Name);
    }

    /// <summary>The distribution's event: its shape without the rows.</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">The model's distribution.</param>
    public static long[] Event(SiteInfo site, Distribution distribution)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(distribution);
        return site.IsPlated ? distribution.Shape[1..] : distribution.Shape;
    }

    private static string Describe(Rows rows) => rows.Particles == 1
        ? $"{rows.Count} rows"
        : $"{rows.Count} rows ({rows.Total} with {rows.Particles} particles)";

    private static string Advice(SiteInfo site, Distribution distribution, long[] value, long[] events)
    {
        var own = distribution.EventDimensions;
        var same = own == 0 || (value.Length >= own && value.AsSpan(^own..).SequenceEqual(events.AsSpan(^own..)));
        if (same && Broadcasting.TryBroadcast(value, events, out var both) && both.AsSpan().SequenceEqual(value))
        {
            var sizes = ShapeText.Join(value[..^own]);
            var kept = site.IsPlated ? "-1, " : "";
            return $"To repeat the distribution over the event write {distribution.Name}(...).Expand({kept}{sizes})"
                + (site.IsPlated && value.Length > events.Length ? ", after unsqueeze of its parameters." : ".");
        }

        if (!site.IsPlated && events.Length == value.Length + 1 && events.AsSpan(1).SequenceEqual(value))
        {
            return $"{distribution.Name} depends on nothing in plate '{site.Plate}', so its first dimension is no rows: "
                + "if a parameter of the model in it has a row for each of the plate's, give that to the plate.";
        }

        if (value.Length == events.Length + 1 && value[^1] == 1)
            return "Drop the value's last dimension with squeeze(-1), or give the parameters one with unsqueeze(-1).";
        if (events.Length == value.Length + 1 && events[^1] == 1)
            return "Drop the parameters' last dimension with squeeze(-1), or give the value one with unsqueeze(-1).";
        if (EventSum.Count(value, 0) == EventSum.Count(events, 0))
            return "The sizes agree but not the dimensions: flatten or view one of them.";
        return "Make the two events the same.";
    }
}
