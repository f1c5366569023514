using Ppl.Contracts;
using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>What a model draws and what it makes of its latents: tensors to look at.</content>
public static partial class Evaluate
{
    /// <summary>Draws from the prior.</summary>
    /// <param name="model">The model.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="site">The observed site to show; the first one when null.</param>
    /// <param name="covariates">
    /// The model's covariates in their order, <paramref name="count"/> rows of each that has rows; empty where it has none.
    /// </param>
    /// <param name="seed">The seed of the draws.</param>
    /// <returns>The site's distribution and draws, [count, event], owned by the caller's dispose scope.</returns>
    /// <exception cref="PplArgumentException">There is no such site, or not as many tensors as the model has covariates.</exception>
    /// <exception cref="PplShapeException">A covariate has another number of rows.</exception>
    public static Prediction PriorSamples(
        GenerativeModel model, long count, string? site = null, IReadOnlyList<Tensor>? covariates = null, long seed = 0)
    {
        var generated = Generated(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var sizes = Simulation.CheckCovariates(generated.Plan, Sizes(generated, count), covariates ?? []);
        using var mode = new EvaluationMode(model);
        using var noise = Noise(model, seed);
        return Pick(generated, GuidedPass.Simulate(generated, sizes, covariates ?? []), site);
    }

    /// <summary>What the model makes of the guide's view of data: z ~ q(z | x), then p(x | z).</summary>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="data">One tensor for each parameter of the model, in order.</param>
    /// <param name="site">The observed site to show; the first one when null.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <returns>The site's distribution and draws, [rows, event], owned by the caller's dispose scope.</returns>
    public static Prediction Reconstructions(
        GenerativeModel model, Guide guide, IReadOnlyList<Tensor> data, string? site = null, long seed = 0)
    {
        var generated = Generated(model, guide);
        using var mode = new EvaluationMode(model, guide);
        var batch = Rows(guide, data);
        GuidedPass.Prepare(guide, batch);
        using var noise = Noise(model, seed);
        var latents = GuidedPass.Draw(guide, batch, 1).Latents;
        return Pick(generated, GuidedPass.Predict(generated, batch.Sizes, guide.Values(latents), Covariates(batch)), site);
    }

    /// <summary>Latents on a straight line between those of two data, seen through the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide; a datum's latents are its means.</param>
    /// <param name="from">The data at one end: one tensor of n rows for each parameter. Covariates are taken from here.</param>
    /// <param name="to">The data at the other end: as many rows.</param>
    /// <param name="steps">Points on the line, both ends included, at least 2.</param>
    /// <param name="site">The observed site to show; the first one when null.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <returns>Rows in the order n · steps: the line of datum 0, then that of datum 1, ...; owned by the caller's dispose scope.</returns>
    public static Prediction Interpolate(
        GenerativeModel model, Guide guide, IReadOnlyList<Tensor> from, IReadOnlyList<Tensor> to, int steps, string? site = null, long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        var generated = Generated(model, guide);
        using var mode = new EvaluationMode(model, guide);
        var (first, last) = (Rows(guide, from), Rows(guide, to));
        if (first.Count != last.Count) throw new PplShapeException($"both ends need as many rows; found {first.Count} and {last.Count}.");
        GuidedPass.Prepare(guide, first);
        using var noise = Noise(model, seed);
        var (a, b) = (PosteriorMeans(guide, first), PosteriorMeans(guide, last));
        var latents = a.Zip(b, (x, y) => (x, y)).Zip(Locals(guide), (pair, isLocal) => isLocal ? Line(pair.x, pair.y, steps) : pair.x).ToList();
        var sizes = Sizes(generated, first.Count * steps);
        return Pick(generated, GuidedPass.Predict(generated, sizes, guide.Values(latents), Covariates(first, steps)), site);
    }

    /// <summary>One coordinate of one latent moved over a range, every other latent held, seen through the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide; the datum's latents are its means.</param>
    /// <param name="data">One row of data: one tensor for each parameter.</param>
    /// <param name="latent">The latent's name.</param>
    /// <param name="coordinate">The coordinate, in row-major order of the event.</param>
    /// <param name="values">The values that it takes.</param>
    /// <param name="site">The observed site to show; the first one when null.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <returns>One row for each value, owned by the caller's dispose scope.</returns>
    public static Prediction Traverse(
        GenerativeModel model,
        Guide guide,
        IReadOnlyList<Tensor> data,
        string latent,
        long coordinate,
        IReadOnlyList<double> values,
        string? site = null,
        long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(values);
        var generated = Generated(model, guide);
        if (values.Count == 0) throw new PplArgumentException("a traversal needs at least one value.", latent);
        if (values.Any(value => !double.IsFinite(value)))
            throw new PplArgumentException($"a traversal needs finite values; found {values.First(value => !double.IsFinite(value))}.", latent);
        using var mode = new EvaluationMode(model, guide);
        var batch = Rows(guide, data);
        if (batch.Count != 1) throw new PplShapeException($"a traversal starts from one row of data; found {batch.Count}.");
        GuidedPass.Prepare(guide, batch);
        var names = guide.LatentNames.ToList();
        var index = names.IndexOf(latent);
        if (index < 0)
            throw new PplArgumentException($"there is no such latent; {guide.Plan.Model} has {string.Join(", ", names)}.", latent);

        using var noise = Noise(model, seed);
        var isLocal = Locals(guide);
        if (!isLocal[index]) throw new PplArgumentException("a traversal moves a latent that each row has; this one is one for all rows.", latent);
        var latents = PosteriorMeans(guide, batch).Select((z, i) => isLocal[i] ? z.repeat_interleave(values.Count, 0) : z).ToList();
        var shape = latents[index].shape;
        var flat = latents[index].reshape(values.Count, -1);
        if (coordinate < 0 || coordinate >= flat.shape[1])
            throw new PplArgumentException($"coordinate {coordinate} is not one of 0 to {flat.shape[1] - 1}.", latent);
        flat.select(1, coordinate).copy_(tensor(values.ToArray(), dtype: flat.dtype, device: flat.device));
        latents[index] = flat.view(shape);
        var sizes = Sizes(generated, values.Count);
        return Pick(generated, GuidedPass.Predict(generated, sizes, guide.Values(latents), Covariates(batch, values.Count)), site);
    }

    /// <summary>The model over the whole prior of a latent of two coordinates: a grid of its quantiles.</summary>
    /// <remarks>Both coordinates take Φ⁻¹((i + ½)/n), i = 0 ... n − 1: the centres of cells of equal probability under N(0, 1).</remarks>
    /// <param name="model">A model whose only latent has a standard normal prior and the event [2], and that has no covariates.</param>
    /// <param name="size">n, cells in each direction.</param>
    /// <param name="site">The observed site to show; the first one when null.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <returns>n² rows: the second coordinate falls from row to row of the grid, the first rises along it.</returns>
    /// <exception cref="PplArgumentException">The model has other latents, or covariates.</exception>
    public static Prediction Manifold(GenerativeModel model, int size, string? site = null, long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var generated = Generated(model);
        if (generated.Plan.Covariates.Any())
        {
            throw new PplArgumentException(
                $"a manifold has no values for the covariates of {generated.Plan.Model} "
                + $"({string.Join(", ", generated.Plan.Covariates.Select(c => c.Name))}): use its Predict.");
        }

        using var mode = new EvaluationMode(model);
        using var noise = Noise(model, seed);
        var example = generated.Simulate(Sizes(generated, 1), []);
        if (example.Latents is not [{ shape: [1, 2] } only])
        {
            throw new PplArgumentException(
                "a manifold needs one latent with two coordinates; "
                + $"{generated.Plan.Model} has "
                + $"{string.Join(", ", example.Latents.Where(z => z is not null).Select(z => Shapes.ShapeText.Of(z.shape[1..])))}.");
        }

        var probabilities = (arange(size, dtype: ScalarType.Float64) + 0.5) / size;

        // The method, not torch.erfinv: TorchSharp's static one computes erf.
        var quantiles = (((2 * probabilities) - 1).erfinv() * Math.Sqrt(2)).to(only.dtype, only.device);
        var x = quantiles.repeat(size);
        var y = quantiles.flip(0).repeat_interleave(size, 0);
        return Pick(generated, GuidedPass.Predict(generated, Sizes(generated, (long)size * size), [stack([x, y], 1)], []), site);
    }

    /// <summary>The guide's means, each at the means of the latents that its encoder sees.</summary>
    private static IReadOnlyList<Tensor> PosteriorMeans(Guide guide, Batch batch)
    {
        var draws = GuidedPass.Draw(guide, batch, 1);

        // A latent at depth d of the guide has its mean after d + 1 rounds.
        for (var round = 0; round < draws.Latents.Count; round++)
            draws = guide.Condition(draws, [.. draws.Distributions.Select(q => q.Mean.contiguous())]);
        return draws.Latents;
    }

    private static StepSeed.Loan Noise(nn.Module model, long seed) =>
        StepSeed.Begin(seed, StepSeed.Purpose.Evaluation, 0, BatchLoading.DeviceOf(model));

    /// <summary>For each latent whether each row has one.</summary>
    private static List<bool> Locals(Guide guide) => [.. guide.LatentSites.Select(site => site.IsLocal)];

    // [n, event] and [n, event] to [n · steps, event].
    private static Tensor Line(Tensor from, Tensor to, int steps)
    {
        long[] shape = [1, steps, .. Enumerable.Repeat(1L, (int)from.dim() - 1)];
        var t = linspace(0, 1, steps, dtype: from.dtype, device: from.device).view(shape);
        return lerp(from.unsqueeze(1), to.unsqueeze(1), t).flatten(0, 1);
    }

    /// <summary>The covariates, each row of those of the plate several times in turn; one tensor for all rows stays one.</summary>
    private static IReadOnlyList<Tensor> Covariates(Batch batch, int times = 1) =>
    [
        .. batch.Plan.Inputs.Zip(batch.Tensors).Where(p => !p.First.IsObserved)
            .Select(p => p.First.HasRows && times > 1 ? p.Second.repeat_interleave(times, 0) : p.Second),
    ];

    private static Prediction Pick(IGeneratedModel model, JointDraw draw, string? site)
    {
        var names = model.Plan.Observations.Select(s => s.Name).ToList();
        var reached = names.Where((_, i) => draw.Observed[i] is not null).ToList();
        return (site ?? reached.FirstOrDefault()) is { } name && names.IndexOf(name) is >= 0 and var index && draw.Observed[index] is { } found
            ? found
            : throw new PplArgumentException($"there is no such observed site; {model.Plan.Model} has {string.Join(", ", reached)}.", site);
    }

    /// <summary>A batch of finite numbers: what is made of NaN would be blamed on the model.</summary>
    private static Batch Rows(Guide guide, IReadOnlyList<Tensor> data)
    {
        Disposal.Refuse((GenerativeModel)guide.Model, guide);
        var batch = guide.Batch(data);
        var masks = guide.MasksOf(batch);
        for (var i = 0; i < batch.Tensors.Count; i++)
        {
            if (ValueCheck.Finite(guide.Seen(i, masks), "value", "the data must be finite") is { } fault)
                throw fault.ToException(batch.Plan.Inputs[i].Name);
        }

        return batch;
    }

    /// <summary>So many rows in each rows plate; the size of any other is told by covariates, or by the model.</summary>
    private static IReadOnlyList<long> Sizes(IGeneratedModel model, long rows) => [.. model.Plan.Plates.Select(plate => plate.IsRows ? rows : 0)];

    private static IGeneratedModel Generated(GenerativeModel model, Guide guide)
    {
        ArgumentNullException.ThrowIfNull(guide);
        var generated = Generated(model);
        return ReferenceEquals(guide.Model, model)
            ? generated
            : throw new ArgumentException($"the guide was made for another {guide.Plan.Model}", nameof(guide));
    }

    private static IGeneratedModel Generated(GenerativeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model as IGeneratedModel
            ?? throw new PplArgumentException($"{model.GetType().Name} has no generated code: is it partial, with a [Model] method?");
    }
}
