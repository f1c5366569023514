using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>Draws from the prior, site by site, with the checks and the dtype of the model's parameters.</summary>
public sealed class Simulation
{
    private readonly ScalarType dtype;
    private readonly Device? device;
    private readonly Dictionary<string, Distribution> models = [];

    // Where the model's parameters are of several types, what a latent should be is the model's affair.
    private readonly bool isOfOneType;

    /// <summary>Begins a pass over a model.</summary>
    /// <param name="model">
    /// Numbers get the dtype and device of its first parameter; if it has none those of the covariates, or the default ones.
    /// </param>
    /// <param name="plan">The model's plan.</param>
    /// <param name="sizes">
    /// The size of each plate in the order of the plan, 0 for one whose size the covariates tell, and for one by number, which the model opens; then
    /// each length read off the data, 0 for one that the covariates tell.
    /// </param>
    /// <param name="covariates">The parameters that are never observed, in order.</param>
    /// <exception cref="PplArgumentException">A plate is empty or of unknown size, or there are not as many tensors as covariates.</exception>
    /// <exception cref="PplShapeException">A covariate has another size in a plate.</exception>
    public Simulation(nn.Module model, ModelPlan plan, IReadOnlyList<long> sizes, params IReadOnlyList<Tensor> covariates)
        : this(model, new Layout(plan, CheckCovariates(plan, sizes, covariates), Indices(plan, covariates)), Numbers(plan, covariates))
    {
    }

    /// <summary>Begins a pass over a model with the plates of some data.</summary>
    /// <param name="model">Numbers get the dtype and device of its first parameter; if it has none those of the data.</param>
    /// <param name="batch">The data.</param>
    public Simulation(nn.Module model, Batch batch) : this(model, new Layout(batch, 1), batch.RealNumbers)
    {
    }

    private Simulation(nn.Module model, Layout layout, IEnumerable<Tensor> numbers)
    {
        ArgumentNullException.ThrowIfNull(model);
        Layout = layout;
        var parameters = model.parameters().Where(p => is_floating_point(p)).ToList();
        var like = parameters.Count > 0 ? parameters[0] : numbers.FirstOrDefault();
        (dtype, device) = (like?.dtype ?? get_default_dtype(), like?.device);
        isOfOneType = parameters.Count > 0 && parameters.TrueForAll(p => p.dtype == dtype);
    }

    /// <summary>One particle, and the sizes of the plates.</summary>
    public Layout Layout { get; }

    /// <summary>Whether a point stands for the draw that a density without a total mass does not have.</summary>
    internal bool TakesPoints { get; init; }

    /// <summary>Whether draws are functions of the parameters and of noise, so that a gradient runs along them.</summary>
    internal bool IsPathwise { get; init; }

    /// <summary>The model's distribution of a site that has been drawn.</summary>
    /// <param name="site">The site's name.</param>
    public Distribution Model(string site) => models[site];

    /// <summary>Checks the covariates of a pass.</summary>
    /// <param name="plan">The model's plan.</param>
    /// <param name="sizes">
    /// The size of each plate in the order of the plan, then each length read off the data; 0 where covariates tell it, or the model itself.
    /// </param>
    /// <param name="covariates">The parameters that are never observed, in order.</param>
    /// <returns>The sizes, those that covariates tell filled in.</returns>
    /// <exception cref="PplArgumentException">There are too few or too many, or a plate or a length is empty or of unknown size.</exception>
    /// <exception cref="PplShapeException">One has another size in a plate.</exception>
    public static IReadOnlyList<long> CheckCovariates(ModelPlan plan, IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(covariates);
        RequireCount(plan, covariates);
        var expected = plan.Covariates.ToList();
        var known = new Layout(plan, 1, sizes).Plates.Select(axis => axis.Size).ToArray();
        var told = Enumerable.Range(0, expected.Count).ToList().TrueForAll(i => covariates[i] is not null) ? Told(expected, covariates) : [];
        foreach (var plate in plan.Plates) CheckSize(plate, known, told);
        for (var i = 0; i < expected.Count; i++) CheckCovariate(expected[i], covariates[i], known);
        return [.. known, .. Lengths(plan, sizes.Skip(plan.Plates.Count), covariates)];
    }

    /// <summary>A latent's value: [plates, event].</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">Its distribution given what came before.</param>
    /// <param name="given">The value to take; a draw when null.</param>
    /// <exception cref="PplShapeException">
    /// A plated distribution does not begin with the plates, or the given value is not plates, then the distribution's event.
    /// </exception>
    /// <exception cref="PplArgumentException">
    /// A parameter of the distribution is outside its domain, so that nothing can be drawn; or the given value is of another type than the
    /// model's parameters, or on another device.
    /// </exception>
    public Tensor Latent(SiteInfo site, Distribution distribution, Tensor? given = null)
    {
        if (given is null) return Draw(site, distribution);
        SiteShapes.CheckLatent(site, distribution, given, Layout);
        CheckNumbers(site, distribution, given);
        return given;
    }

    /// <summary>An observed site's draw and distribution: [plates, event].</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">Its distribution given the latents.</param>
    /// <exception cref="PplShapeException">A plated distribution does not begin with the plates.</exception>
    /// <exception cref="PplArgumentException">A parameter of the distribution is outside its domain, so that nothing can be drawn.</exception>
    public Prediction Observed(SiteInfo site, Distribution distribution) => new(distribution, Draw(site, distribution));

    /// <summary>The sizes of the plates.</summary>
    public override string ToString() => $"simulation of {Layout}";

    private static IndexCheck Indices(ModelPlan plan, IReadOnlyList<Tensor> covariates) => new(plan, InOrder(plan, covariates));

    /// <summary>The real numbers among covariates; masks, which may be of any type, where there are no others.</summary>
    private static IEnumerable<Tensor> Numbers(ModelPlan plan, IReadOnlyList<Tensor> covariates) =>
        plan.Covariates.Zip(covariates).Where(pair => pair.Second.is_floating_point()).OrderBy(pair => pair.First.IsMask).Select(pair => pair.Second);

    /// <summary>The sizes that covariates tell, by plate.</summary>
    private static Dictionary<int, long> Told(List<ModelInput> expected, IReadOnlyList<Tensor> covariates)
    {
        var told = new Dictionary<int, long>();
        for (var i = 0; i < expected.Count; i++)
        {
            var shape = covariates[i].shape;
            for (var d = 0; d < Math.Min(shape.Length, expected[i].Plates.Count); d++) told.TryAdd(expected[i].Plates[d].Index, shape[d]);
        }

        return told;
    }

    /// <summary>The lengths that the model reads off its data: those of covariates are theirs, the others have to be given.</summary>
    internal static IEnumerable<long> Lengths(ModelPlan plan, IEnumerable<long> given, IReadOnlyList<Tensor> covariates)
    {
        var told = LengthInfo.Of(plan, InOrder(plan, covariates));
        foreach (var (length, size, own) in plan.Lengths.Zip(given, told))
        {
            if (own == 0 && size < 1)
                throw new PplArgumentException(
                    $"A simulation needs the length '{length.Name}', which is {length.Text(plan)} of data, at least 1; found {size}.");
            if (own > 0 && size > 0 && own != size)
                throw new PplArgumentException($"the length '{length.Name}' is given as {size}, and {length.Text(plan)} is {own}.");
            yield return own > 0 ? own : size;
        }
    }

    /// <summary>Covariates among the parameters; null for those that are drawn.</summary>
    /// <exception cref="PplArgumentException">There are too few or too many.</exception>
    private static IReadOnlyList<Tensor?> InOrder(ModelPlan plan, IReadOnlyList<Tensor> covariates)
    {
        RequireCount(plan, covariates);
        var next = 0;
        return [.. plan.Inputs.Select(input => input.IsObserved ? null : covariates[next++])];
    }

    private static void RequireCount(ModelPlan plan, IReadOnlyList<Tensor> covariates)
    {
        var expected = plan.Covariates.Select(covariate => covariate.Name).ToList();
        if (covariates.Count == expected.Count) return;
        throw new PplArgumentException(
            $"{plan.Model} has {expected.Count} covariates ({string.Join(", ", expected)}); {covariates.Count} were given.");
    }

    private static void CheckSize(PlateInfo plate, long[] sizes, Dictionary<int, long> told)
    {
        if (sizes[plate.Index] == 0 && told.TryGetValue(plate.Index, out var size)) sizes[plate.Index] = size;
        if (sizes[plate.Index] > 0 || (sizes[plate.Index] == 0 && plate.IsByNumber)) return;
        throw new PplArgumentException(plate.IsRows
            ? $"A simulation needs at least one row; found {sizes[plate.Index]}."
            : $"A simulation needs the size of plate '{plate.Name}', at least 1; found {sizes[plate.Index]}.");
    }

    private static void CheckCovariate(ModelInput input, Tensor covariate, long[] sizes)
    {
        if (covariate is null) throw new PplArgumentException("the covariate is null.", input.Name);
        var shape = covariate.shape;
        for (var d = 0; d < input.Plates.Count; d++)
        {
            var size = sizes[input.Plates[d].Index];
            if (shape.Length > d && shape[d] == size) continue;
            throw new PplShapeException(
                input.Plates[d].IsRows
                    ? $"the covariate has shape {ShapeText.Of(shape)}, but {size} rows are simulated: its leading dimension must be {size}."
                    : $"the covariate has shape {ShapeText.Of(shape)}, but plate '{input.Plates[d].Name}' has size {size}: "
                        + $"its dimension {d} must be {size}.",
                input.Name);
        }
    }

    private void CheckNumbers(SiteInfo site, Distribution distribution, Tensor given)
    {
        if (isOfOneType && !distribution.IsDiscrete && given.dtype != dtype)
            throw new PplArgumentException(
                $"the value is {given.dtype}, the model's parameters are {dtype}: give {site.Name}.to(ScalarType.{dtype}).", site.Name);
        if (device is not null && given.device_type != device.type)
            throw new PplArgumentException($"the value is on {given.device}, the model on {device}: move it there.", site.Name);
    }

    private Tensor Draw(SiteInfo site, Distribution distribution)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(distribution);
        SiteShapes.CheckDistribution(site, distribution, Layout);
        models[site.Name] = distribution;
        var draw = Sample(site, distribution);
        SiteShapes.CheckLatent(site, distribution, draw, Layout);
        return distribution.IsDiscrete && !is_floating_point(draw) ? Move(draw, draw.dtype) : Move(draw, dtype);
    }

    private Tensor Sample(SiteInfo site, Distribution distribution)
    {
        try
        {
            var (whole, sizes) = site.IsPlated ? (OverPlates(site, distribution), []) : (distribution, Layout.Sizes(site));
            if (TakesPoints && whole is ImproperUniform flat) return flat.Points(sizes);
            return IsPathwise && HasPath(site, whole) ? whole.RSample(sizes) : whole.Sample(sizes);
        }
        catch (Exception fault) when (LibraryFault.Is(fault))
        {
            // Torch refuses to draw from what is no distribution, and says so without its name.
            var parameter = distribution.FindParameterFault();
            throw parameter?.ToException(site.Name) ?? new PplArgumentException(
                $"{distribution} cannot be drawn from: {LibraryFault.Text(fault)}", site.Name, fault);
        }
    }

    /// <summary>Whether a gradient runs along the draw. Where nothing is differentiated before it, a draw without a path loses none.</summary>
    /// <exception cref="PplArgumentException">The distribution is not reparameterized, and a gradient would end at its draw unseen.</exception>
    private static bool HasPath(SiteInfo site, Distribution distribution)
    {
        if (distribution.IsReparameterized) return true;
        if (!distribution.IsDifferentiated) return false;
        throw new PplArgumentException(
            $"{distribution.Name} is not reparameterized, so that no gradient runs along its draw to the parameters that it follows from: draw it "
            + "from a family that is, such as a relaxed one, or observe Delta(...) of a tensor.",
            site.Name);
    }

    /// <summary>Where the distribution has 1 for a plate that it does not depend on, each element of the plate is drawn for itself.</summary>
    private Distribution OverPlates(SiteInfo site, Distribution distribution)
    {
        var sizes = Layout.Sizes(site);
        var shape = distribution.Shape;
        if (shape.AsSpan(0, sizes.Length).SequenceEqual(sizes)) return distribution;
        return distribution.Expand([.. sizes, .. shape[sizes.Length..^distribution.EventDimensions]]);
    }

    private Tensor Move(Tensor draw, ScalarType type) => device is null ? draw.to(type) : draw.to(type, device);
}
