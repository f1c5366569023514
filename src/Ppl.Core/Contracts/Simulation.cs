using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>Draws from the prior, site by site, with the checks and the dtype of the model's parameters.</summary>
public sealed class Simulation
{
    private readonly ScalarType dtype;
    private readonly Device? device;
    private readonly Dictionary<string, Distribution> models = [];

    /// <summary>Begins a pass over a model.</summary>
    /// <param name="model">Numbers get the dtype and device of its first parameter; the default ones if it has none.</param>
    /// <param name="rows">B, the number of rows.</param>
    /// <exception cref="PplArgumentException">There are no rows.</exception>
    public Simulation(nn.Module model, long rows)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (rows < 1) throw new PplArgumentException($"A simulation needs at least one row; found {rows}.");
        Rows = new Rows(1, rows);
        var parameter = model.parameters().FirstOrDefault(p => is_floating_point(p));
        dtype = parameter?.dtype ?? get_default_dtype();
        device = parameter?.device;
    }

    /// <summary>One particle of B rows.</summary>
    public Rows Rows { get; }

    /// <summary>The model's distribution of a site that has been drawn.</summary>
    /// <param name="site">The site's name.</param>
    public Distribution Model(string site) => models[site];

    /// <summary>A latent's draw: [B, event].</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">Its distribution given what was drawn before.</param>
    /// <exception cref="PplShapeException">A plated distribution does not begin with the rows.</exception>
    public Tensor Latent(SiteInfo site, Distribution distribution) => Draw(site, distribution);

    /// <summary>An observed site's draw and distribution: [B, event].</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">Its distribution given the latents.</param>
    /// <exception cref="PplShapeException">A plated distribution does not begin with the rows.</exception>
    public Prediction Observed(SiteInfo site, Distribution distribution) => new(distribution, Draw(site, distribution));

    private Tensor Draw(SiteInfo site, Distribution distribution)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(distribution);
        SiteShapes.CheckDistribution(site, distribution, Rows);
        models[site.Name] = distribution;
        var draw = site.IsPlated ? distribution.Sample() : distribution.Sample(Rows.Count);
        return distribution.IsDiscrete && !is_floating_point(draw) ? Move(draw, draw.dtype) : Move(draw, dtype);
    }

    private Tensor Move(Tensor draw, ScalarType type) => device is null ? draw.to(type) : draw.to(type, device);
}
