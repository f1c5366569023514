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
    /// <param name="model">Numbers get the dtype and device of its first parameter; the default ones if it has none.</param>
    /// <param name="rows">B, the number of rows.</param>
    /// <exception cref="PplArgumentException">There are no rows.</exception>
    public Simulation(nn.Module model, long rows)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (rows < 1) throw new PplArgumentException($"A simulation needs at least one row; found {rows}.");
        Rows = new Rows(1, rows);
        var parameters = model.parameters().Where(p => is_floating_point(p)).ToList();
        dtype = parameters.Count > 0 ? parameters[0].dtype : get_default_dtype();
        device = parameters.Count > 0 ? parameters[0].device : null;
        isOfOneType = parameters.Count > 0 && parameters.TrueForAll(p => p.dtype == dtype);
    }

    /// <summary>Begins a pass over a model with covariates.</summary>
    /// <param name="model">Numbers get the dtype and device of its first parameter; the default ones if it has none.</param>
    /// <param name="rows">B, the number of rows.</param>
    /// <param name="plan">The model's plan.</param>
    /// <param name="covariates">The parameters that are never observed, in order: B rows each.</param>
    /// <exception cref="PplArgumentException">There are no rows, or not as many tensors as the model has covariates.</exception>
    /// <exception cref="PplShapeException">A covariate has another number of rows.</exception>
    public Simulation(nn.Module model, long rows, ModelPlan plan, params IReadOnlyList<Tensor> covariates) : this(model, rows)
        => CheckCovariates(plan, rows, covariates);

    /// <summary>One particle of B rows.</summary>
    public Rows Rows { get; }

    /// <summary>The model's distribution of a site that has been drawn.</summary>
    /// <param name="site">The site's name.</param>
    public Distribution Model(string site) => models[site];

    /// <summary>Checks the covariates of a pass of some rows.</summary>
    /// <param name="plan">The model's plan.</param>
    /// <param name="rows">B.</param>
    /// <param name="covariates">The parameters that are never observed, in order.</param>
    /// <exception cref="PplArgumentException">There are too few or too many.</exception>
    /// <exception cref="PplShapeException">A plated one has another number of rows.</exception>
    public static void CheckCovariates(ModelPlan plan, long rows, IReadOnlyList<Tensor> covariates)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(covariates);
        var expected = plan.Covariates.ToList();
        if (covariates.Count != expected.Count)
        {
            throw new PplArgumentException(
                $"{plan.Model} has {expected.Count} covariates ({string.Join(", ", expected.Select(c => c.Name))}); {covariates.Count} were given.");
        }

        for (var i = 0; i < expected.Count; i++)
        {
            var (name, isPlated) = (expected[i].Name, expected[i].IsPlated);
            if (covariates[i] is null) throw new PplArgumentException("the covariate is null.", name);
            var shape = covariates[i].shape;
            if (!isPlated || (shape.Length > 0 && shape[0] == rows)) continue;
            throw new PplShapeException(
                $"the covariate has shape {ShapeText.Of(shape)}, but {rows} rows are simulated: its leading dimension must be {rows}.", name);
        }
    }

    /// <summary>A latent's value: [B, event].</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">Its distribution given what came before.</param>
    /// <param name="given">The value to take; a draw when null.</param>
    /// <exception cref="PplShapeException">
    /// A plated distribution does not begin with the rows, or the given value is not rows, then the distribution's event.
    /// </exception>
    /// <exception cref="PplArgumentException">
    /// A parameter of the distribution is outside its domain, so that nothing can be drawn; or the given value is of another type than the
    /// model's parameters, or on another device.
    /// </exception>
    public Tensor Latent(SiteInfo site, Distribution distribution, Tensor? given = null)
    {
        if (given is null) return Draw(site, distribution);
        SiteShapes.CheckLatent(site, distribution, given, Rows);
        CheckNumbers(site, distribution, given);
        return given;
    }

    /// <summary>An observed site's draw and distribution: [B, event].</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">Its distribution given the latents.</param>
    /// <exception cref="PplShapeException">A plated distribution does not begin with the rows.</exception>
    /// <exception cref="PplArgumentException">A parameter of the distribution is outside its domain, so that nothing can be drawn.</exception>
    public Prediction Observed(SiteInfo site, Distribution distribution) => new(distribution, Draw(site, distribution));

    /// <summary>The number of rows.</summary>
    public override string ToString() => $"simulation of {Rows.Count} rows";

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
        SiteShapes.CheckDistribution(site, distribution, Rows);
        models[site.Name] = distribution;
        var draw = Sample(site, distribution);
        SiteShapes.CheckLatent(site, distribution, draw, Rows);
        return distribution.IsDiscrete && !is_floating_point(draw) ? Move(draw, draw.dtype) : Move(draw, dtype);
    }

    private Tensor Sample(SiteInfo site, Distribution distribution)
    {
        try
        {
            return site.IsPlated ? distribution.Sample() : distribution.Sample(Rows.Count);
        }
        catch (Exception fault) when (LibraryFault.Is(fault))
        {
            // Torch refuses to draw from what is no distribution, and says so without its name.
            var parameter = distribution.FindParameterFault();
            throw parameter?.ToException(site.Name) ?? new PplArgumentException(
                $"{distribution} cannot be drawn from: {LibraryFault.Text(fault)}", site.Name, fault);
        }
    }

    private Tensor Move(Tensor draw, ScalarType type) => device is null ? draw.to(type) : draw.to(type, device);
}
