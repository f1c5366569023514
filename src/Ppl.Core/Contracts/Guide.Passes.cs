using System.Globalization;
using Ppl.Contracts;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl;

/// <content>Runs of the guide and of its model.</content>
public abstract partial class Guide
{
    // Sizes of plates by number, which an encoder's inputs may have to be spread over before the model has opened them.
    private long[] plateSizes = [];

    /// <summary>Makes every draw of several particles a pass for each, so that a test can compare both ways.</summary>
    internal bool LoopsAlways { get; set; }

    /// <summary>
    /// Draws every latent given a batch. What several particles mean is a loop: a pass for each. Those of the latents in rows fold into rows, and
    /// one pass computes all, with the same terms: a statement works row by row, or the model is refused. Those of latents outside the rows, which
    /// may meet anything, are passes of their own.
    /// </summary>
    /// <param name="batch">The data.</param>
    /// <param name="particles">K, at least 1.</param>
    /// <param name="scope">What is drawn anew for each particle.</param>
    /// <exception cref="PplArgumentException">There is no particle, or the encoders have not been sized.</exception>
    public Draws Draw(Batch batch, int particles, ParticleScope scope = ParticleScope.Joint)
    {
        ArgumentNullException.ThrowIfNull(batch);
        RequirePrepared();
        var layout = LayoutOf(batch, particles);
        var folds = !LoopsAlways && (scope == ParticleScope.Local || !Plan.HasOuterLatents);
        if (particles == 1 || folds) return Run(batch, layout, null);
        var (parts, masks) = (new Draws[particles], MasksOf(batch));
        for (var k = 0; k < particles; k++)
        {
            var sharesOuter = k > 0 && scope == ParticleScope.Local;
            parts[k] = Run(batch, LayoutOf(batch, 1), sharesOuter ? OuterOf(parts[0]) : null, masks);
            if (sharesOuter) parts[0].Restate(parts[k], site => !site.IsLocal);
        }

        return new Draws(this, batch, layout, parts);
    }

    /// <summary>The guide's distributions at given latents, taken instead of drawn.</summary>
    /// <param name="draws">Gives the batch, the particles and the plates; its particles are not passes of their own.</param>
    /// <param name="latents">The values, folded, in the order of the model.</param>
    /// <exception cref="PplArgumentException">There are too few or too many.</exception>
    public Draws Condition(Draws draws, IReadOnlyList<Tensor> latents)
    {
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentNullException.ThrowIfNull(latents);
        if (latents.Count == LatentSites.Count) return Run(draws.Batch, draws.Layout, latents, draws.Masks);
        throw new PplArgumentException(
            $"{Plan.Model} has {LatentSites.Count} latents ({string.Join(", ", LatentNames)}); {latents.Count} values were given.");
    }

    /// <summary>Every site's term at the draws.</summary>
    /// <param name="draws">The guide's draws.</param>
    /// <param name="form">Whether divergences are taken in closed form where that is legal.</param>
    public SiteTerms Terms(Draws draws, TermForm form)
    {
        ArgumentNullException.ThrowIfNull(draws);
        if (draws.Parts is [var only]) return TermsOnce(only, form);
        return new SiteTerms(draws.Layout, [.. draws.Parts.Select(part => TermsOnce(part, form))]);
    }

    /// <summary>One particle, with some values taken instead of drawn.</summary>
    /// <param name="batch">The data.</param>
    /// <param name="given">In the order of the model, null for one to draw; all are drawn when null.</param>
    internal Draws Given(Batch batch, IReadOnlyList<Tensor?>? given)
    {
        RequirePrepared();
        return Run(batch, LayoutOf(batch, 1), given);
    }

    /// <summary>The same values with a pass for each particle, so that a test can compare both ways.</summary>
    internal Draws Loop(Draws draws)
    {
        var sites = LatentSites;
        var parts = Enumerable.Range(0, draws.Layout.Particles).Select(k => Given(
            draws.Batch,
            [.. draws.Latents.Select((z, i) => sites[i].IsLocal ? draws.Layout.Rows(sites[i].Plates[0]).Unfold(z)[k] : z)]));
        return new Draws(this, draws.Batch, draws.Layout, [.. parts]);
    }

    /// <summary>Draws the latents in the guide's order; generated code.</summary>
    /// <param name="pass">Draws each latent, or takes one that is given, or sizes its encoder.</param>
    protected abstract void Infer(GuidePass pass);

    /// <summary>Makes and registers the encoder of a latent, under the latent's name.</summary>
    /// <param name="site">The latent.</param>
    /// <param name="posterior">The factor's family; the default when null.</param>
    protected Encoder Register(SiteInfo site, Posterior? posterior)
    {
        ArgumentNullException.ThrowIfNull(site);
        if (posterior?.SharedUnits is not null)
            throw new PplArgumentException("it is one latent, and Shared() makes one encoder for all elements of an array: leave it out.", site.Name);
        var encoder = new Encoder(posterior) { Site = site.Name, Info = site };
        Place(site.Name, encoder);
        Register(posterior?.BottomUp);
        return encoder;
    }

    /// <summary>Makes and registers the encoders of an indexed latent, one for each element.</summary>
    /// <param name="site">The latent.</param>
    /// <param name="posteriors">The factors' families; the default of each when null.</param>
    /// <param name="count">How many elements there are.</param>
    /// <exception cref="PplArgumentException">There are more or fewer families than elements, or one network is to serve all.</exception>
    protected EncoderList Register(SiteInfo site, PosteriorList? posteriors, int count)
    {
        ArgumentNullException.ThrowIfNull(site);
        var encoders = new EncoderList(posteriors, count, site.Name);
        for (var i = 0; i < encoders.Count; i++) (encoders[i].Site, encoders[i].Info) = (site.At(i).Name, site);
        Place(site.Name, encoders);
        for (var i = 0; i < encoders.Count; i++) Register(encoders[i].Posterior.BottomUp);
        return encoders;
    }

    /// <summary>Registers an encoder under its path: those of a call of a submodel are children of a module of the call's name.</summary>
    private void Place(string site, nn.Module encoder)
    {
        nn.Module parent = this;
        var path = site.Split('.');
        foreach (var call in path[..^1])
        {
            var known = parent.named_children().FirstOrDefault(child => child.Item1 == call).Item2;
            if (known is null) parent.register_module(call, known = new EncoderScope());
            parent = known;
        }

        parent.register_module(path[^1], encoder);
    }

    /// <summary>A pass that factors share is a part of the guide, once, and not of each of them.</summary>
    private void Register(BottomUp? up)
    {
        var children = named_children().ToList();
        if (up is null || children.Exists(child => ReferenceEquals(child.Item2, up))) return;
        var taken = Plan.Latents.Select(latent => latent.Name.Split('.')[0]).Concat(children.Select(child => child.Item1)).ToHashSet();
        var name = "bottom_up";
        for (var i = 2; taken.Contains(name); i++) name = string.Create(CultureInfo.InvariantCulture, $"bottom_up_{i}");
        register_module(name, up);
    }

    /// <summary>
    /// Tells each encoder what it will be given, and checks its family against that; to be called where the guide is made, with every encoder
    /// registered.
    /// </summary>
    /// <param name="steps">The steps in the order of drawing, with everything that generated code gives to each encoder.</param>
    /// <returns>The steps with what enters each factor, for <see cref="Steps"/>.</returns>
    /// <exception cref="PplArgumentException">A family, its network or its freedom has no meaning for its latent, which is named.</exception>
    protected IReadOnlyList<GuideStep> Connect(params IReadOnlyList<GuideStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        return declared = new StepList(steps, [.. steps.Select(Connected)]);
    }

    private GuideStep Connected(GuideStep step)
    {
        if (FindEncoder(step.Latent) is not { } encoder)
            throw new PplArgumentException("the guide has no encoder of this name.", step.Latent);
        encoder.Inputs = [.. step.Inputs.Select(InputOf)];
        var isOpen = Plan.HasBranches && Reach is null;
        var seen = encoder.Connect(step.Inputs, [.. step.Inputs.Select(FindEncoder)], [.. step.Inputs.Select(IsLatent)], isOpen);
        return step with { Inputs = seen, Encoding = encoder.Posterior.Encoding };
    }

    private EncoderInput InputOf(string input)
    {
        // What an index picks, alpha[county], has the plates of the index.
        var (variable, by) = SiteInfo.Split(input);
        if (IsLatent(input))
        {
            var index = Plan.Inputs.FirstOrDefault(parameter => parameter.Name == by);
            return new(input, index?.Plates ?? Plan.Latents.First(latent => latent.Variable == variable).Plates, true);
        }

        var data = Plan.Inputs.First(parameter => parameter.Name == InputName.Of(input).Data);
        var sliced = Plan.Sites.FirstOrDefault(site => site.SliceDimension is not null && site.Variable == data.Name);
        var observing = Plan.Observed.Where(site => site.Variable == data.Name || site.Name == data.Name).ToList();
        return new(input, data.Plates, false)
        {
            SliceDimension = sliced?.SliceDimension,
            IsObserved = observing.Count > 0,
            HasMask = observing.Exists(site => site.MaskText is not null),
        };
    }

    /// <summary>Whether an input is a latent's value, or what an index picks of it: <c>alpha[county]</c>.</summary>
    private bool IsLatent(string input) =>
        FindEncoder(input) is not null || Plan.Latents.Any(latent => latent.Variable == SiteInfo.Split(input).Variable);

    /// <summary>The encoder of a latent by its name, <c>z</c> or <c>h[1]</c>; null for what is none.</summary>
    /// <param name="latent">The name.</param>
    internal Encoder? FindEncoder(string latent)
    {
        var (variable, element) = SiteInfo.Split(latent);
        nn.Module? found = this;
        string[] path = [.. variable.Split('.'), .. element is null ? Array.Empty<string>() : [element]];
        foreach (var name in path) found = found?.named_children().FirstOrDefault(child => child.Item1 == name).Item2;
        return found as Encoder;
    }

    /// <summary>Draws without gradient, particles apart, and what the model records at them: [samples, plates, event].</summary>
    /// <param name="tensors">One tensor for each parameter of the model, in order.</param>
    /// <param name="samples">How many, at least 1.</param>
    protected LatentValues DrawPosterior(IReadOnlyList<Tensor?> tensors, int samples)
    {
        RequirePrepared();
        using var gradient = no_grad();
        var draws = Draw(Batch(tensors), samples);
        RequireReach(draws);
        return Values([.. draws.Unfolded()], Recorded(draws));
    }

    /// <summary>
    /// What the model records at draws: [samples, plates, event]. Each sample has a pass of its own, since a value that is no density may take
    /// rows together, and has those of its sample alone.
    /// </summary>
    private RecordedValues Recorded(Draws draws)
    {
        if (Plan.Deterministics.Count == 0) return new RecordedValues(Plan);
        List<Tensor> values = [.. draws.Unfolded()];
        var (layout, masks) = (LayoutOf(draws.Batch, 1), MasksOf(draws.Batch));
        return RecordedValues.Stack([.. Enumerable.Range(0, draws.Layout.Particles).Select(k =>
        {
            var sample = values.Select(value => value.shape[0] == 1 ? value[0] : value[k]).ToList();
            var pass = new RecordPass(new Draws(this, draws.Batch, layout, sample, []) { Masks = masks });
            Model.Run(pass, draws.Batch.Tensors);
            return pass.Recorded;
        })]);
    }

    /// <summary>One draw without gradient, and the observed sites given it.</summary>
    /// <param name="tensors">One tensor for each parameter of the model, in order.</param>
    protected JointDraw ReconstructFrom(IReadOnlyList<Tensor?> tensors)
    {
        RequirePrepared();
        using var gradient = no_grad();
        var batch = Batch(tensors);
        var covariates = batch.Tensors.Where((_, i) => !Plan.Inputs[i].IsObserved).ToList();
        var draws = Draw(batch, 1);
        RequireReach(draws);
        return ModelRun.Predict(Model, Values(draws.Latents), null, batch.Sizes, covariates);
    }

    private SiteTerms TermsOnce(Draws draws, TermForm form)
    {
        var pass = new TermsPass(draws, form);
        Model.Run(pass, draws.Batch.Tensors);
        Reach?.RequireAll(pass.Reach!);
        return pass.Terms;
    }

    /// <summary>The values outside every rows plate, which local particles share.</summary>
    private IReadOnlyList<Tensor?> OuterOf(Draws draws)
    {
        var sites = LatentSites;
        return [.. draws.Latents.Select((value, i) => sites[i].IsLocal ? null : value)];
    }

    /// <summary>
    /// Refuses draws of a guide whose model reaches other sites by now. The guide alone cannot know: the model runs at one of the draws, without
    /// densities. Only models with branches pay for it.
    /// </summary>
    private void RequireReach(Draws draws)
    {
        if (Reach is null) return;
        var only = draws.Parts[0];
        var first = only.Layout.Particles == 1 ? only : Given(
            draws.Batch,
            [.. only.Latents.Select((z, i) => LatentSites[i].IsLocal ? only.Layout.Rows(LatentSites[i].Plates[0]).Unfold(z)[0] : z)]);
        var pass = new ReachPass(first);
        Model.Run(pass, draws.Batch.Tensors);
        Reach.RequireAll(pass.Reach!);
    }

    private Draws Run(Batch batch, Layout layout, IReadOnlyList<Tensor?>? given, Masks? masks = null)
    {
        var pass = new GuidePass(this, batch, layout, given, masks: masks);
        Infer(pass);
        return pass.Draws;
    }

    private Layout LayoutOf(Batch batch, int particles)
    {
        var layout = new Layout(batch, particles);
        foreach (var plate in Plan.Plates)
        {
            if (plate.Sources.Count == 0 && plate.Index < plateSizes.Length && plateSizes[plate.Index] > 0)
                layout.Open(plate, plateSizes[plate.Index]);
        }

        return layout;
    }

    /// <summary>Sizes every encoder: a draw from the prior tells each latent's shape and family, and stands for what later encoders see.</summary>
    private void PrepareEncoders(Batch batch)
    {
        var covariates = batch.Tensors.Where((_, i) => !Plan.Inputs[i].IsObserved).ToList();
        var prior = ModelRun.Run(Model, new Simulation(model, batch), covariates, null);
        plateSizes = [.. prior.Layout.Plates.Select(axis => axis.Size)];
        Settle(prior.Reach);
        Infer(new GuidePass(this, batch, LayoutOf(batch, 1), null, prior));
        foreach (var shared in modules().OfType<SharedEncoder>()) shared.Complete();
    }

    private void RequirePrepared()
    {
        if (!IsPrepared) throw new PplArgumentException($"The guide of {Plan.Model} has no encoders yet: call Prepare with a first batch.");
    }
}
