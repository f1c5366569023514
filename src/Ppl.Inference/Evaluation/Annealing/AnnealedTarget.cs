using Ppl.Contracts;
using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Where chains stand: the unconstrained latents, and the densities there.</summary>
/// <param name="Free">u of each latent, in the order of the run: [K·B, ...].</param>
/// <param name="First">log f_0(u), the density of the first distribution: [K, B].</param>
/// <param name="Tilt">log p(x, z) − log p(z), or log p(x, z) − log q(z | x): what β multiplies. [K, B].</param>
internal sealed record ChainState(IReadOnlyList<Tensor> Free, Tensor First, Tensor Tilt)
{
    /// <summary>log f_β = log f_0 + β tilt.</summary>
    public Tensor At(double beta) => First + (beta * Tilt);

    /// <summary>Every tensor of it.</summary>
    public IEnumerable<Tensor> Tensors => [.. Free, First, Tilt];
}

/// <summary>The distributions between p(z) or q(z | x) and p(x, z), over unconstrained latents, of K chains for each row.</summary>
internal sealed class AnnealedTarget
{
    private readonly Guide guide;
    private readonly Batch batch;
    private readonly int chains;
    private readonly Minibatch rows;
    private readonly Layout layout;
    private readonly Draws? draws;

    /// <param name="guide">The guide, prepared, with its model.</param>
    /// <param name="batch">The data.</param>
    /// <param name="chains">K.</param>
    /// <param name="start">Where the chains begin: from the guide, this draws their first values.</param>
    /// <param name="rows">Which rows the data are, for messages.</param>
    public AnnealedTarget(Guide guide, Batch batch, int chains, AnnealingStart start, Minibatch rows)
    {
        (this.guide, this.batch, this.chains, this.rows) = (guide, batch, chains, rows);
        if (start == AnnealingStart.Guide) draws = GuidedPass.Draw(guide, batch, chains);
        layout = new Layout(batch, chains);
    }

    /// <summary>Independent draws from the first distribution.</summary>
    /// <remarks>
    /// log q of a draw is the draw's own. Computed from u, as everywhere else, it is that of another place where the guide is narrower than the
    /// rounding between u and z, and a weight would have the difference. Such a chain finds no place to move to, and keeps its importance weight.
    /// </remarks>
    public ChainState Start() => draws is null ? Begin(null, null)
        : Begin(site => draws.Latents[draws.PlaceOf(site)], () => OfDraws(draws));

    /// <summary>Chains that begin at given values: [B, ...] of a latent, the same for each chain of a row.</summary>
    /// <param name="values">The latents in the order of the model.</param>
    public ChainState Start(LatentValues values) => Begin(site => layout.Rows(site.Plates[0]).Repeat(values.Of(site)), null);

    /// <summary>The densities elsewhere.</summary>
    /// <param name="free">u of each latent.</param>
    public ChainState Move(IReadOnlyList<Tensor> free) => Run(() =>
    {
        var pass = new FreePass(guide.Model, batch, layout, free);
        guide.Model.Run(pass, batch.Tensors);
        return Densities(pass, null);
    });

    /// <summary>log f_β with its derivatives by u.</summary>
    /// <param name="free">u of each latent.</param>
    /// <param name="beta">The inverse temperature.</param>
    public (ChainState State, Tensor[] Gradient) Gradient(IReadOnlyList<Tensor> free, double beta)
    {
        using var graph = enable_grad();
        Tensor[] leaves = [.. free.Select(u => u.detach().requires_grad_())];
        var state = Move(leaves);

        // To the leaves alone: the networks' own gradients are left as they are.
        state.At(beta).sum().backward(inputs: leaves);
        var found = leaves.Select(u => u.grad ?? zeros_like(u));
        return (new ChainState([.. leaves.Select(u => u.detach())], state.First.detach(), state.Tilt.detach()), [.. found]);
    }

    private ChainState Begin(Func<SiteInfo, Tensor>? given, Func<Tensor>? logQ) => Run(() =>
    {
        var type = guide.NumberType ?? batch.RealNumbers.FirstOrDefault()?.dtype ?? get_default_dtype();
        var pass = new StartPass(guide.Model, batch, layout, type, given);
        guide.Model.Run(pass, batch.Tensors);
        return Densities(pass, logQ?.Invoke());
    });

    private T Run<T>(Func<T> pass) => GuidedPass.Run(guide, batch, chains, pass);

    private ChainState Densities(UnconstrainedPass pass, Tensor? ofDraws)
    {
        if (pass.Volume is not { } volume)
            throw new PplArgumentException($"{guide.Plan.Model} has no latents: log p(x) is Evaluate.Bound, and there is nothing to anneal.");
        Tensor latents = zeros_like(volume), rest = zeros_like(volume);
        foreach (var term in pass.Terms.Groups[0].Terms)
        {
            if (term.Site.Kind == SiteKind.Latent) latents = latents + term.LogP!;
            else rest = rest + term.LogP!;
        }

        if (draws is null) return new(pass.Free, latents + volume, rest);
        var logQ = ofDraws ?? LogQ(pass, draws);
        return new(pass.Free, logQ + volume, latents + rest - logQ);
    }

    /// <summary>log q(z | x): the guide's distributions at the values, which are no draws of theirs.</summary>
    private Tensor LogQ(UnconstrainedPass pass, Draws drawn)
    {
        var values = drawn.Latents.ToArray();
        for (var i = 0; i < pass.Sites.Count; i++) values[drawn.PlaceOf(pass.Sites[i])] = pass.Values[i];
        var at = guide.Condition(drawn, values);
        var terms = new SiteTerms(at, TermForm.Sampled);
        foreach (var term in pass.Terms)
        {
            if (term.Site.Kind == SiteKind.Latent) terms.Latent(term.Site, at.Distributions[at.PlaceOf(term.Site)], term.Model!, term.Value!);
        }

        return Sum(terms);
    }

    private Tensor OfDraws(Draws drawn)
    {
        var terms = guide.Terms(drawn, TermForm.Sampled);
        WeightCheck.Numbers(terms, rows);
        return Sum(terms);
    }

    private static Tensor Sum(SiteTerms terms) =>
        terms.Groups[0].Terms.Where(term => term.Site.Kind == SiteKind.Latent).Select(term => term.LogQ!).Aggregate((sum, term) => sum + term);
}
