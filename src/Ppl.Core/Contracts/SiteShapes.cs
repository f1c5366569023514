using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>The shape checks of a site: on shapes alone, always on. Every message names the site, its plates and both shapes.</summary>
public static class SiteShapes
{
    /// <summary>Checks that a plated distribution begins with the plates.</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">The model's distribution.</param>
    /// <param name="layout">The layout of the pass.</param>
    /// <exception cref="PplShapeException">It does not.</exception>
    public static void CheckDistribution(SiteInfo site, Distribution distribution, Layout layout)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(distribution);
        ArgumentNullException.ThrowIfNull(layout);
        var shape = distribution.Shape;
        if (shape.Length < distribution.EventDimensions)
        {
            throw new PplShapeException(
                $"{distribution} says that the last {distribution.EventDimensions} dimensions are one event (EventDimensions), "
                + $"and has {shape.Length}.",
                site.Name);
        }

        var leading = shape.Length - distribution.EventDimensions;
        if (!site.IsPlated)
        {
            if (site.Kind == SiteKind.Latent && leading > 0 && !site.StatesEvent) CheckEvent(site, distribution, layout);
            return;
        }

        if (leading < site.Plates.Count) throw LacksPlates(site, distribution, layout, leading);
        for (var i = 0; i < site.Plates.Count; i++)
        {
            var size = layout.Size(site.Plates[i]);
            if (shape[i] == size || (i == 0 && shape[0] == size * layout.ParticlesOf(site)) || (shape[i] == 1 && !site.Depends[i])) continue;
            throw LacksPlates(site, distribution, layout, i);
        }
    }

    /// <summary>Checks a latent's value against the model's distribution.</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">The model's distribution.</param>
    /// <param name="value">The value, folded.</param>
    /// <param name="layout">The layout of the pass.</param>
    /// <exception cref="PplShapeException">The value's shape is not the plates, then the distribution's event.</exception>
    public static void CheckLatent(SiteInfo site, Distribution distribution, Tensor value, Layout layout)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(distribution);
        ArgumentNullException.ThrowIfNull(value);
        CheckDistribution(site, distribution, layout);
        var shape = value.shape;
        var (plates, events) = (layout.ValuePlates(site), Event(site, distribution));
        if (Is(shape, plates, events)) return;
        throw new PplShapeException(
            $"the value has shape {ShapeText.Of(shape)}, but {distribution} {layout.Place(site)} draws {ShapeText.Of([.. plates, .. events])}.",
            site.Name);
    }

    /// <summary>Checks that the guide's distribution has the plates and the model's event.</summary>
    /// <param name="site">The site.</param>
    /// <param name="guide">The guide's distribution.</param>
    /// <param name="model">The model's distribution, already checked.</param>
    /// <param name="layout">The layout of the pass.</param>
    /// <exception cref="PplShapeException">It does not.</exception>
    public static void CheckGuide(SiteInfo site, Distribution guide, Distribution model, Layout layout)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(guide);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layout);
        var shape = guide.Shape;
        var (plates, events) = (layout.ValuePlates(site), Event(site, model));
        if (Is(shape, plates, events) || (site.IsLocal && Is(shape, layout.Sizes(site), events))) return;
        throw new PplShapeException(
            $"the guide's {guide.Name} has shape {ShapeText.Of(shape)}, but {model} {layout.Place(site)} needs "
            + $"{ShapeText.Of([.. plates, .. events])}. "
            + (site.IsLocal ? "An encoder network must keep the rows first." : "Its parameters are free: one for each number of the value."),
            site.Name);
    }

    /// <summary>Checks an observed value: nothing may broadcast silently.</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">The model's distribution.</param>
    /// <param name="value">The data: of B or K·B rows, if the site is local.</param>
    /// <param name="layout">The layout of the pass.</param>
    /// <exception cref="PplShapeException">The value's event is not the distribution's; the message says what to write.</exception>
    public static void CheckObserved(SiteInfo site, Distribution distribution, Tensor value, Layout layout)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(distribution);
        ArgumentNullException.ThrowIfNull(value);
        CheckDistribution(site, distribution, layout);
        var shape = value.shape;
        for (var i = 0; i < site.Plates.Count; i++)
        {
            var size = layout.Size(site.Plates[i]);
            if (shape.Length > i && (shape[i] == size || (i == 0 && shape[0] == size * layout.ParticlesOf(site)))) continue;
            throw new PplShapeException(
                $"the observed value has shape {ShapeText.Of(shape)}, but plate '{site.Plates[i].Name}' has {layout.DescribeSize(site, i)}"
                + $"{(i == 0 ? "" : $", and is its dimension {i}")}.",
                site.Name);
        }

        var (found, events) = (shape[site.Plates.Count..], Event(site, distribution));
        if (found.AsSpan().SequenceEqual(events)) return;
        throw new PplShapeException(
            $"the observed value has shape {ShapeText.Of(shape)} and {distribution.Name} has shape {ShapeText.Of(distribution.Shape)}: "
            + $"{layout.Place(site)} the event of the value is {ShapeText.Of(found)}, "
            + $"that of the distribution {ShapeText.Of(events)}. "
            + Advice(site, distribution, found, events),
            site.Name);
    }

    /// <summary>Checks a factor's log weight.</summary>
    /// <param name="site">The site.</param>
    /// <param name="logWeight">The weight.</param>
    /// <param name="layout">The layout of the pass.</param>
    /// <exception cref="PplShapeException">It is not one number for each element of the site's plates.</exception>
    public static void CheckFactor(SiteInfo site, Tensor logWeight, Layout layout)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(logWeight);
        ArgumentNullException.ThrowIfNull(layout);
        var (shape, sizes) = (logWeight.shape, layout.Sizes(site));
        if (shape.AsSpan().SequenceEqual(sizes) || shape.AsSpan().SequenceEqual(layout.ValuePlates(site))) return;
        var unit = sizes.Length == 0 ? "one number, of shape ()" : $"one number for each element, of shape {ShapeText.Of(sizes)}";
        throw new PplShapeException(
            $"the log weight has shape {ShapeText.Of(shape)}, but the factor stands {layout.Place(site)}: it must be {unit}. "
            + "Sum over an event; expand what is the same for all of a plate.",
            site.Name);
    }

    /// <summary>Checks a recorded value.</summary>
    /// <param name="site">The site.</param>
    /// <param name="value">The value.</param>
    /// <param name="layout">The layout of the pass.</param>
    /// <exception cref="PplShapeException">It does not begin with the sizes of the site's plates.</exception>
    public static void CheckDeterministic(SiteInfo site, Tensor value, Layout layout)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(layout);
        var (shape, plates) = (value.shape, layout.ValuePlates(site));
        if (shape.Length >= plates.Length && shape.AsSpan(0, plates.Length).SequenceEqual(plates)) return;
        throw new PplShapeException(
            $"the recorded value has shape {ShapeText.Of(shape)}, but it stands {layout.Place(site)}: it must begin with {ShapeText.Of(plates)}. "
            + "Expand what is the same for all of a plate, or record it outside of it.",
            site.Name);
    }

    /// <summary>Checks that a family's own sum of its log-density has one number for each row; fewer particles may stand for all.</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">Whose density it is.</param>
    /// <param name="density">What <see cref="Distribution.LogDensity"/> gave.</param>
    /// <param name="expected">[plates], or [particles, plates].</param>
    /// <param name="hasParticles">Whether the first dimension expected is the particles.</param>
    /// <exception cref="PplShapeException">It has another shape.</exception>
    internal static void CheckDensity(SiteInfo site, Distribution distribution, Tensor density, ReadOnlySpan<long> expected, bool hasParticles)
    {
        var found = density.shape;
        if (found.AsSpan().SequenceEqual(expected)) return;
        if (hasParticles && found.Length >= expected.Length - 1 && found.AsSpan(found.Length - expected.Length + 1).SequenceEqual(expected[1..])
            && Broadcasting.TryBroadcast(found, expected, out var both) && both.AsSpan().SequenceEqual(expected)) return;
        var unit = site.Plates.Count == 0 ? "one number" : site is { IsLocal: true, Plates.Count: 1 }
            ? "one number for each row" : $"one number for each element of {Layout.Conjunction(site.Plates.Select(p => $"plate '{p.Name}'"))}";
        throw new PplShapeException(
            $"LogDensity of {distribution} has shape {ShapeText.Of(found)}; it must be {ShapeText.Of(expected.ToArray())}: {unit}.", site.Name);
    }

    /// <summary>The distribution's event: its shape without the plates.</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">The model's distribution.</param>
    public static long[] Event(SiteInfo site, Distribution distribution)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(distribution);
        return site.IsPlated ? distribution.Shape[site.Plates.Count..] : distribution.Shape;
    }

    /// <summary>
    /// An event that begins with the size of a complete plate is most likely a tensor with a number for each element of it, which the plate was not
    /// given: each element would draw all of them. Rows of data have other sizes in other batches; <see cref="SharedInputs"/> tries those.
    /// </summary>
    private static void CheckEvent(SiteInfo site, Distribution distribution, Layout layout)
    {
        var shape = distribution.Shape;
        foreach (var plate in site.Plates)
        {
            if (plate.IsRows || shape[0] == 1 || layout.Size(plate) != shape[0]) continue;
            var given = plate.IsByNumber && plate.SizeText.Length > 0 ? [$"size: {plate.SizeText}"] : Array.Empty<string>();
            var whole = layout.WholeInputs(shape[0]);
            var call = string.Join(", ", given.Concat(plate.Sources.Select(s => layout.Plan.Inputs[s.Input].Name)).Concat(whole));
            throw new PplShapeException(
                $"{distribution.Name} depends on nothing in plate '{plate.Name}' of size {shape[0]}, and has shape {ShapeText.Of(shape)}: every "
                + "element of the plate would draw all of it. If it is computed from a tensor with one value for each element, give that to the "
                + "plate: "
                + (whole.Count > 0 ? $"Plate({call}). " : "make it a parameter of the model's method, and write it into Plate(...). ")
                + $"If the event is meant, say so: {distribution.Name}(...).Expand({ShapeText.Join(shape[..^distribution.EventDimensions])}).",
                site.Name);
        }
    }

    private static bool Is(long[] shape, long[] plates, long[] events) =>
        shape.Length == plates.Length + events.Length
            && shape.AsSpan(0, plates.Length).SequenceEqual(plates) && shape.AsSpan(plates.Length).SequenceEqual(events);

    /// <summary>A plated distribution does not begin with its plates: the first that is wrong.</summary>
    private static PplShapeException LacksPlates(SiteInfo site, Distribution distribution, Layout layout, int position)
    {
        var shape = distribution.Shape;
        var depends = site.Plates.Where((_, i) => site.Depends[i]).Select(plate => $"plate '{plate.Name}'");
        var begin = site.Plates.Count == 1
            ? $"the plate's {layout.DescribeSize(site, 0)}"
            : $"the sizes of its plates ({string.Join(", ", site.Plates.Select((p, i) => $"{p.Name}: {layout.DescribeSize(site, i)}"))})";
        return new(
            $"{distribution.Name} depends on {Layout.Conjunction(depends)}, so its shape must begin with {begin}; found {ShapeText.Of(shape)}. "
            + (shape.Length - distribution.EventDimensions <= position ? LostDimension(site, position)
                : shape[position] == 1
                    ? $"A parameter of one {Unit(site, position)} broadcasts over the plate: expand it to the {Unit(site, position)}s."
                : site.Plates.Count == 1 ? $"Keep the {Unit(site, position)}s first in every parameter."
                : "Keep the plates first in every parameter, outermost first; a dimension of 1 stands for a plate that it does not depend on."),
            site.Name);
    }

    private static string LostDimension(SiteInfo site, int position) => site.Plates.Count == 1
        ? "A network or a reduction has lost the leading dimension."
        : $"A network or a reduction has lost a leading dimension, or it lacks that of plate '{site.Plates[position].Name}': give it by unsqueeze.";

    private static string Unit(SiteInfo site, int position) => position == 0 && site.IsLocal ? "row" : "element";

    private static string Advice(SiteInfo site, Distribution distribution, long[] value, long[] events)
    {
        var own = distribution.EventDimensions;
        var same = own == 0 || (value.Length >= own && value.AsSpan(^own..).SequenceEqual(events.AsSpan(^own..)));
        if (same && Broadcasting.TryBroadcast(value, events, out var both) && both.AsSpan().SequenceEqual(value))
        {
            var sizes = ShapeText.Join(value[..^own]);
            var kept = site.IsPlated ? string.Concat(Enumerable.Repeat("-1, ", site.Plates.Count)) : "";
            return $"To repeat the distribution over the event write {distribution.Name}(...).Expand({kept}{sizes})"
                + (site.IsPlated && value.Length > events.Length ? ", after unsqueeze of its parameters." : ".");
        }

        if (!site.IsPlated && site.Plates.Count > 0 && events.Length == value.Length + 1 && events.AsSpan(1).SequenceEqual(value))
        {
            return $"{distribution.Name} depends on nothing in plate '{site.Plates[0].Name}', so its first dimension is no rows: "
                + (events[0] == 1 ? "what all rows share has none, so write tensor(0f) and not zeros(1), or squeeze(0); " : "")
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
