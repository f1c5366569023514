using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// The log joint density over the reals: each latent is z = T(u) with the map onto its support, which may depend on other latents, and
/// log |det ∂z/∂u| is noted.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="batch">The data.</param>
/// <param name="layout">The particles and plates.</param>
internal abstract class UnconstrainedPass(IGeneratedModel model, Batch batch, Layout layout) : JointPass(model, batch, layout)
{
    private readonly List<SiteInfo> sites = [];
    private readonly List<Tensor> free = [];
    private readonly List<Tensor> values = [];

    /// <summary>The latents in the order of the run.</summary>
    public IReadOnlyList<SiteInfo> Sites => sites;

    /// <summary>u of each latent: [K·B, ...].</summary>
    public IReadOnlyList<Tensor> Free => free;

    /// <summary>z of each latent: [K·B, further plates, event].</summary>
    public IReadOnlyList<Tensor> Values => values;

    /// <summary>Σ log |det ∂z/∂u|: [K, B].</summary>
    public Tensor? Volume { get; private set; }

    /// <summary>u of a latent.</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">p(z), over K·B rows where it has rows.</param>
    /// <param name="support">The map onto the support.</param>
    protected abstract Tensor Coordinates(SiteInfo site, Distribution distribution, Transform support);

    protected override Tensor Value(SiteInfo site, Distribution distribution)
    {
        var rows = Layout.Rows(site.Plates[0]);
        var full = site.IsPlated && distribution.Shape[0] == rows.Count ? rows.Repeat(distribution) : distribution;
        if (!BijectTo.Exists(full.ValueConstraint))
        {
            throw new PplArgumentException(
                $"annealing moves along the gradient of log p, and no smooth map leads from the reals onto the values {full.ValueConstraint}: "
                + "Evaluate.NegativeLogLikelihood needs none.",
                site.Name);
        }

        var map = BijectTo.Of(full.ValueConstraint);
        var u = Coordinates(site, full, map);
        var (z, volume) = map.ForwardWithVolume(u);
        sites.Add(site);
        free.Add(u);
        values.Add(z);
        var each = volume.reshape(rows.Particles, rows.Count, -1).sum(-1);
        Volume = Volume is null ? each : Volume + each;
        return z;
    }
}

/// <summary>Finds u of values that the model's distributions draw, or that are given.</summary>
/// <param name="model">The model.</param>
/// <param name="batch">The data.</param>
/// <param name="layout">The particles and plates.</param>
/// <param name="type">The type of the model's real numbers.</param>
/// <param name="given">The value of a latent, folded; drawn from p where null.</param>
internal sealed class StartPass(IGeneratedModel model, Batch batch, Layout layout, ScalarType type, Func<SiteInfo, Tensor>? given)
    : UnconstrainedPass(model, batch, layout)
{
    private readonly Device device = batch.Device;

    protected override Tensor Coordinates(SiteInfo site, Distribution distribution, Transform support) =>
        support.Inverse(given is null ? Draw(site, distribution) : given(site).clone());

    private Tensor Draw(SiteInfo site, Distribution distribution)
    {
        // What the data tell the model is taken from them, so that this is p(z) of the very terms that are annealed.
        var plates = Layout.ValuePlates(site);
        var draw = site.IsPlated
            ? distribution.Expand([.. plates, .. distribution.Shape[plates.Length..^distribution.EventDimensions]]).Sample()
            : distribution.Sample(plates);
        return draw.to(type, device);
    }
}

/// <summary>The density at given u.</summary>
/// <param name="model">The model.</param>
/// <param name="batch">The data.</param>
/// <param name="layout">The particles and plates.</param>
/// <param name="at">u of each latent in the order of the run.</param>
internal sealed class FreePass(IGeneratedModel model, Batch batch, Layout layout, IReadOnlyList<Tensor> at) : UnconstrainedPass(model, batch, layout)
{
    protected override Tensor Coordinates(SiteInfo site, Distribution distribution, Transform support) => at[Sites.Count];
}
