using Ppl.Contracts;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Interpretation;

/// <summary>
/// Runs a model's own method as ordinary C#, one particle at a time: no folding, no fused densities, no closed forms. It is the oracle of
/// the tests of compiled code, and the way to step through a model in a debugger.
/// </summary>
/// <remarks>
/// <c>Sample</c>, <c>Observe</c> and <c>Plate</c> find the running interpreter of their thread. A site is known by its line and its
/// distribution's source text; elements of an indexed site by the order in which they occur.
/// </remarks>
public sealed partial class Interpreter
{
    [ThreadStatic]
    private static Interpreter? current;

    private readonly IGeneratedModel model;
    private readonly Simulation simulation;
    private readonly Dictionary<string, Tensor> given;
    private readonly Dictionary<string, Distribution> guides;
    private readonly bool drawsObserved;
    private readonly Trace trace;
    private readonly Lineage? lineage;
    private readonly IReadOnlyList<SiteInfo> sequence;
    private OpenPlates plates;
    private RunSlices slices;
    private int next;
    private SiteInfo? running;

    // A word that knows no site says by itself what is wrong with its call.
    private bool isInWord;

    private Interpreter(
        IGeneratedModel model, Simulation simulation, Dictionary<string, Tensor> given, Dictionary<string, Distribution> guides, bool drawsObserved,
        Lineage? lineage = null)
    {
        (this.model, this.lineage) = (model, lineage);
        sequence = model.Sequence(simulation.Layout.Lengths);
        this.simulation = simulation;
        trace = new Trace(model.Plan.IsPerDatum);
        (plates, slices) = (new OpenPlates(simulation.Layout, []), new RunSlices(model.Plan, []));
        this.given = given;
        this.guides = guides;
        this.drawsObserved = drawsObserved;
    }

    /// <summary>Runs a model forward: draws every latent from the prior, and every observed site from its distribution.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sizes">
    /// The size of each plate in the order of the plan, then each length read off the data; 0 for what the covariates tell, and for a plate by
    /// number.
    /// </param>
    /// <param name="covariates">The parameters that are never observed, in order.</param>
    public static Trace Simulate(IGeneratedModel model, IReadOnlyList<long> sizes, params IReadOnlyList<Tensor> covariates)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(covariates);
        return Forward(model, sizes, [], covariates);
    }

    /// <summary>The same to look at shapes by: a latent without a total mass to draw from is at a point of its set.</summary>
    internal static Trace Probe(IGeneratedModel model, IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates) =>
        Forward(model, sizes, [], covariates, takesPoints: true);

    /// <summary>Runs a model forward at given latents: draws every observed site from its distribution.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sizes">The size of each plate, as <see cref="Simulate"/> takes them.</param>
    /// <param name="latents">Every latent's value, in the order of the model: [plates, event].</param>
    /// <param name="covariates">The parameters that are never observed, in order.</param>
    internal static Trace Predict(
        IGeneratedModel model, IReadOnlyList<long> sizes, IReadOnlyList<Tensor> latents, IReadOnlyList<Tensor> covariates) =>
        Forward(model, sizes, Named(model, sizes, latents, covariates), covariates);

    private static Dictionary<string, Tensor> Named(
        IGeneratedModel model, IReadOnlyList<long> sizes, IReadOnlyList<Tensor> latents, IReadOnlyList<Tensor> covariates)
    {
        var lengths = Simulation.Lengths(model.Plan, sizes.Skip(model.Plan.Plates.Count), covariates).Select(length => checked((int)length));
        return model.LatentNames([.. lengths]).Zip(latents).Where(p => p.Second is not null).ToDictionary(p => p.First, p => p.Second);
    }

    private static Trace Forward(
        IGeneratedModel model, IReadOnlyList<long> sizes, Dictionary<string, Tensor> drawn, IReadOnlyList<Tensor> covariates,
        bool takesPoints = false)
    {
        using var grad = no_grad();
        long[] known = [.. Simulation.CheckCovariates(model.Plan, sizes, covariates)];

        // An observed parameter has no value yet; until it is drawn it only tells the plate its size. A statement after its Observe may read
        // it, and an argument cannot be replaced in a method that runs: so the run begins again, and takes everything drawn so far.
        while (true)
        {
            var next = 0;
            var inputs = model.Plan.Inputs
                .Select(input =>
                    !input.IsObserved ? covariates[next++] : drawn.TryGetValue(input.Name, out var value) ? value
                    : Slices(model, known, input.Name) is { Count: > 0 } slices ? RunSlices.SoFar(input, slices, known, drawn)
                    : full([.. input.Plates.Select(plate => known[plate.Index])], double.NaN))
                .ToArray();
            try
            {
                var simulation = new Simulation((nn.Module)model, model.Plan, known, covariates) { TakesPoints = takesPoints };
                return new Interpreter(model, simulation, drawn, [], drawsObserved: true).Run(inputs);
            }
            catch (ObservedValueDrawn)
            {
                // Its value is in drawn now.
            }
            catch (PlateSizeTold told)
            {
                known[told.Plate.Index] = told.Size;
            }
        }
    }

    /// <summary>The elements of a parameter that is observed slice by slice, each once, whichever arms observe it; none for another.</summary>
    private static List<SiteInfo> Slices(IGeneratedModel model, IReadOnlyList<long> sizes, string input)
    {
        var lengths = sizes.Skip(model.Plan.Plates.Count).Select(length => checked((int)length));
        var slices = model.Sequence([.. lengths]).Where(site => site.SliceDimension is not null && site.Variable == input);
        return [.. slices.DistinctBy(site => site.Element)];
    }

    /// <summary>Runs a model at given latents and data: log p of each site.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The data.</param>
    /// <param name="latents">Every latent's value by name: [plates, event].</param>
    public static Trace Replay(IGeneratedModel model, Batch batch, IReadOnlyDictionary<string, Tensor> latents)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(latents);
        return new Interpreter(model, new Simulation((nn.Module)model, batch), new(latents), [], drawsObserved: false).Run(batch.Tensors);
    }

    /// <summary>
    /// Runs a model at given latents and data, as <see cref="Replay"/> does, and finds for each site which latents its distribution is computed
    /// from: <see cref="TraceSite.Parents"/>. It takes them from the operations of the run and not from the compiler.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The data.</param>
    /// <param name="latents">Every latent's value by name: [plates, event].</param>
    /// <param name="elements">Of an array of sites the first elements alone are looked at, so many; all when null.</param>
    /// <remarks>
    /// A latent is found where the run's operations lead back to it. Operations that end a gradient, as detach and argmax do, end the search too.
    /// </remarks>
    public static Trace Follow(IGeneratedModel model, Batch batch, IReadOnlyDictionary<string, Tensor> latents, int? elements = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(latents);
        using var gradient = enable_grad();
        return new Interpreter(model, new Simulation((nn.Module)model, batch), new(latents), [], drawsObserved: false, new Lineage(elements))
            .Run(batch.Tensors);
    }

    /// <summary>Draws the latents from a guide, in the guide's order, and runs the model at them: log p and log q of each site.</summary>
    /// <param name="guide">The guide, prepared.</param>
    /// <param name="batch">The data.</param>
    /// <param name="latents">Values by name, taken instead of drawn; may be partial or null.</param>
    public static Trace Run(Guide guide, Batch batch, IReadOnlyDictionary<string, Tensor>? latents = null)
    {
        ArgumentNullException.ThrowIfNull(guide);
        ArgumentNullException.ThrowIfNull(batch);
        var simulation = new Simulation((nn.Module)guide.Model, batch);
        var isStepwise = guide.Plan.IsPerDatum && guide.Plan.Sites.All(site => site.Plates.Count == 1)
            && guide.Plan.Sites.All(site => site.Known is null)
            && guide.Steps.All(step => guide.FindEncoder(step.Latent) is { Posterior.IsMerged: false });
        var (values, guides) = isStepwise ? ByEncoders(guide, batch, latents) : ByDraw(guide, batch, latents);
        return new Interpreter(guide.Model, simulation, values, guides, drawsObserved: false).Run(batch.Tensors);
    }

    /// <summary>The guide's draw in one pass, as the engine makes it.</summary>
    private static (Dictionary<string, Tensor> Values, Dictionary<string, Distribution> Guides) ByDraw(
        Guide guide, Batch batch, IReadOnlyDictionary<string, Tensor>? latents)
    {
        var names = guide.LatentNames;
        var draws = guide.Given(batch, latents is null ? null : [.. names.Select(name => latents.GetValueOrDefault(name))]);
        return (
            names.Zip(draws.Latents).ToDictionary(pair => pair.First, pair => pair.Second),
            names.Zip(draws.Distributions).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    /// <summary>The guide's draw, encoder by encoder, from what its steps say.</summary>
    private static (Dictionary<string, Tensor> Values, Dictionary<string, Distribution> Guides) ByEncoders(
        Guide guide, Batch batch, IReadOnlyDictionary<string, Tensor>? latents)
    {
        var values = new Dictionary<string, Tensor>();
        var guides = new Dictionary<string, Distribution>();
        var (layout, masks) = (new Layout(batch, 1), guide.MasksOf(batch));
        foreach (var step in guide.Steps)
        {
            var inputs = step.Inputs
                .Select(name => values.TryGetValue(name, out var value) ? value : RunSlices.Read(guide, masks, name)).ToArray();
            var q = guide.FindEncoder(step.Latent)!.Encode(layout, inputs);
            guides[step.Latent] = q;
            values[step.Latent] = latents is not null && latents.TryGetValue(step.Latent, out var taken) ? taken
                : q.IsReparameterized ? q.RSample() : q.Sample();
        }

        return (values, guides);
    }

    /// <summary>
    /// Runs a model step by step after a fault of its compiled pass. Returns the fault with the names of the site and the tensors; null
    /// where the run meets none.
    /// </summary>
    internal static PplException? Explain(Action run)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        try
        {
            run();
            return null;
        }
        catch (PplException named)
        {
            return named;
        }
    }

    internal static Interpreter Require(string word) => current ?? throw new PplArgumentException(
        $"{word} was called outside any run. A [Model] method is read by the compiler and is not called by itself: "
        + "use CreateGuide and Svi to train, Simulate to draw from the prior, or Ppl.Interpretation.Interpreter to run the method step by step.");

    internal Tensor Sample(Distribution distribution, Within? within, Tensor? observed, Tensor? where, int line, string text)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        isInWord = true;
        var (name, site) = Identify(SiteKind.Latent, line, text);
        plates.Check(site, within);
        (running, isInWord) = (site, false);
        if (!given.TryGetValue(name, out var value))
        {
            if (!drawsObserved) throw new PplArgumentException("no value was given for this latent.", name);
            value = simulation.Latent(site, distribution);
            given[name] = value;
        }

        var known = drawsObserved ? null : Known(site, observed, where);
        if (known is not null) value = known.Value(site, value, simulation.Layout);
        CheckDepends(site, distribution, value);
        SiteShapes.CheckLatent(site, distribution, value, simulation.Layout);
        var guide = guides.GetValueOrDefault(name);
        var logQ = guide is null ? null
            : known is null ? LogDensity(site, guide, value)
            : known.WhereDrawn(LogDensity(site, guide, known.Drawn(site, value, guide, simulation.Layout)));
        trace.Add(new(name, site, distribution, value, LogDensity(site, distribution, value), guide, logQ)
        {
            Parents = lineage?.Of(site, distribution),
            Owner = model.GetType(),
            Known = known,
            Scale = simulation.Layout.Scale(site),
        });
        running = null;
        return lineage is null ? value : lineage.Begin(name, value);
    }

    internal void Observe(Tensor value, Distribution distribution, Within? within, Tensor? where, int line, string text)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(distribution);
        isInWord = true;
        var (name, site) = Identify(SiteKind.Observed, line, text);
        plates.Check(site, within);
        slices.Observe(site, value);
        (running, isInWord) = (site, false);
        var observed = drawsObserved ? DrawObserved(name, site, distribution) : value;
        CheckDepends(site, distribution, observed);
        SiteShapes.CheckObserved(site, distribution, observed, simulation.Layout);
        var mask = where is null || drawsObserved ? null : DataMask.Checked(site, where, simulation.Layout);
        if (mask is not null) observed = DataMask.Fill(observed, mask, distribution);
        var logP = LogDensity(site, distribution, observed);
        trace.Add(new(name, site, distribution, observed, mask is null ? logP : DataMask.Keep(logP, mask), null, null)
        {
            Parents = lineage?.Of(site, distribution),
            Scale = simulation.Layout.Scale(site),
        });
        running = null;
    }

    internal void Factor(Tensor logWeight, Within? within, int line, string text)
    {
        ArgumentNullException.ThrowIfNull(logWeight);
        isInWord = true;
        var (name, site) = Identify(SiteKind.Factor, line, text);
        plates.Check(site, within);
        isInWord = false;
        SiteShapes.CheckFactor(site, logWeight, simulation.Layout);
        if (drawsObserved) return;
        trace.Add(new(name, site, null, logWeight, logWeight, null, null)
        {
            Parents = lineage?.Of(site, logWeight),
            Scale = simulation.Layout.Scale(site),
        });
    }

    /// <summary>What is known of a latent; null where nothing is, as rows without a number say too.</summary>
    private KnownValues? Known(SiteInfo site, Tensor? observed, Tensor? where) => observed is null || observed.numel() == 0 ? null
        : new(observed, where is null ? ones([.. site.Plates.Select(_ => 1L)], ScalarType.Bool) : DataMask.Checked(site, where, simulation.Layout));

    private Tensor DrawObserved(string name, SiteInfo site, Distribution distribution)
    {
        if (given.TryGetValue(name, out var drawn)) return drawn;
        var value = simulation.Observed(site, distribution).Value;
        given[name] = value;
        return sequence[^1].Name == name && model.Plan.Deterministics.Count == 0 ? value : throw new ObservedValueDrawn();
    }

    internal PlateScope Plate(Tensor?[] data)
    {
        isInWord = true;
        var plate = plates.Open(data);
        isInWord = false;
        return plate;
    }

    internal PlateScope Plate(long size, int line)
    {
        isInWord = true;
        var plate = plates.Open(size, line);
        isInWord = false;
        return plate;
    }

    internal PlateScope Plate(long size, Tensor[] data)
    {
        isInWord = true;
        var plate = plates.Open(size, data);
        isInWord = false;
        return plate;
    }

    /// <summary>A distribution that begins with the plates depends on one of them, whatever the compiler thinks.</summary>
    private void CheckDepends(SiteInfo site, Distribution distribution, Tensor value)
    {
        var sizes = simulation.Layout.ValuePlates(site);
        var shape = distribution.Shape;
        if (site.IsPlated || sizes.Length == 0 || shape.Length != value.dim() || !shape.AsSpan(0, sizes.Length).SequenceEqual(sizes)) return;
        throw new PplArgumentException(
            $"the run finds {distribution}, whose shape begins with the sizes of the site's plates, {Shapes.ShapeText.Of(sizes)}, so that it depends "
            + "on what is inside; in the compiled plan it depends on no plate.",
            site.Name);
    }

    private static Tensor LogDensity(SiteInfo site, Distribution distribution, Tensor value)
    {
        var logProb = distribution.CheckedLogProb(value);

        // A guide may take the elements of a plate together: it has one density for all of them, in equal shares.
        var full = Shapes.Broadcasting.Broadcast(value.shape, distribution.Shape, "value", distribution.Name);
        return Shapes.EventSum.ToLeading(logProb, full, site.Plates.Count);
    }

    private Trace Run(IReadOnlyList<Tensor> tensors)
    {
        // A plate knows a parameter by its tensor, and one tensor may be given for two.
        Tensor[] inputs = [.. tensors.Select((tensor, i) => tensors.Take(i).Any(other => ReferenceEquals(other, tensor)) ? tensor.alias() : tensor)];
        var outer = current;
        current = this;
        (plates, slices) = (new OpenPlates(simulation.Layout, inputs), new RunSlices(model.Plan, inputs));
        try
        {
            model.Invoke(inputs);
            plates.CheckEnd();
            slices.CheckEnd();
        }
        catch (Exception fault) when (LibraryFault.LacksSite(fault) && !isInWord)
        {
            var passed = trace.Select(site => (site.Site, site.Value)).ToList();
            var place = running ?? sequence.ElementAtOrDefault(model.Plan.HasBranches ? next : trace.Count);
            throw LibraryFault.AtSite(fault, model.Plan, place, inputs, passed);
        }
        finally
        {
            current = outer;
        }

        return trace;
    }

    /// <summary>Ends a simulating run so that it begins again with the value.</summary>
    private sealed class ObservedValueDrawn : Exception;
}
