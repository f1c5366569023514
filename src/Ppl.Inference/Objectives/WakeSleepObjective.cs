using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>See <see cref="Objective.WakeSleep"/>.</summary>
internal sealed class WakeSleepObjective(int particles, double sleep) : Objective(particles, GradientForm.Plain)
{
    public override string Name => "wake-sleep";

    public override Objective Measured => Iwae(Particles);

    internal override bool NeedsLogQ => true;

    internal override bool HasTwoGradients => true;

    internal override bool NeedsPath => false;

    private protected override string Title =>
        FormattableString.Invariant($"{Name}({Particles}){(sleep == 0 ? "" : $", sleep {sleep}")}");

    protected override Tensor PerDatum(TermGroup group) => group.LogWeight.logsumexp(0) - Math.Log(group.LogWeight.shape[0]);

    internal override void RequireMeaning(Guide guide)
    {
        if (guide.Plan.HasOuterLatents)
        {
            throw new PplArgumentException(
                $"{this}: it stands outside every rows plate, where there is one draw, whose weight is 1 whatever it is: its factor would learn "
                + "nothing. Use Objective.Iwae or Objective.Elbo.",
                guide.Plan.Latents.First(site => !site.IsLocal).Name);
        }

        if (sleep == 0) return;
        var reason = guide.Plan.Latents.Any(site => site.Known is not null) ? "some rows of a latent are known, and a draw has no such rows"
            : guide.Plan.Observed.Any(site => site.MaskText is not null) ? "some data are missing by a mask, and a draw of the model has none missing"
            : guide.Plan.Sites.Any(site => site.Kind == SiteKind.Factor) ? "a factor weighs the joint density, and draws of the model lack its weight"
            : null;
        if (reason is null) return;
        throw new PplArgumentException($"{this}: the sleep phase draws data from {guide.Plan.Model}; {reason}. Use sleep: 0.");
    }

    internal override ObjectiveResult Differentiate(Draws draws)
    {
        var guide = draws.Guide;
        var model = PathGradient.ModelParameters(
            guide, "the model is trained by one loss and the guide by another, and a shared one has no gradient. Use Objective.Iwae.");
        var encoders = guide.parameters().Where(parameter => parameter.requires_grad).ToList();

        // Values without a graph: nothing runs along the draws, so that they need not be reparameterized.
        var terms = guide.Terms(draws.At(part => [.. part.Latents.Select(z => z.detach())]), Form);
        var result = Result(terms);
        var logP = Weighed(terms, group => Sum(group, term => term.LogP));
        if (model.Count > 0 && logP is { requires_grad: true }) logP.neg().backward(inputs: [.. model]);
        if (encoders.Count == 0) return result;
        var logQ = sleep < 1 ? Weighed(terms, group => Sum(group, term => term.LogQ)) * (1 - sleep) : null;
        if (sleep > 0) logQ = logQ is null ? Dreamt(draws) : logQ + (Dreamt(draws) * sleep);
        if (logQ is { requires_grad: true }) logQ.neg().backward(inputs: [.. encoders]);
        return result;
    }

    /// <summary>Σ_k w̃_k f_k with the normalized weights held, over the rows as the bound is.</summary>
    private static Tensor Weighed(SiteTerms terms, Func<TermGroup, Tensor?> logs)
    {
        var perDatum = terms.Layout.Plan.IsPerDatum;
        Tensor? sum = null;
        foreach (var group in terms.Groups)
        {
            if (logs(group) is not { } log) continue;
            var weights = group.LogWeight.detach().softmax(0);
            var part = (weights * log).sum() * (perDatum ? 1.0 / group.Count : group.Scale);
            sum = sum is null ? part : sum + part;
        }

        return sum!;
    }

    /// <summary>log q at latents that the model drew with data of its own.</summary>
    private static Tensor Dreamt(Draws draws)
    {
        var (guide, batch, plan) = (draws.Guide, draws.Batch, draws.Guide.Plan);
        JointDraw joint;
        using (no_grad())
        {
            var covariates = batch.Tensors.Where((_, i) => !plan.Inputs[i].IsObserved).ToList();
            joint = GuidedPass.Simulate(guide.Model, batch.Sizes, covariates);
        }

        var next = 0;
        var data = batch.With([.. batch.Tensors.Select((tensor, i) => plan.Inputs[i].IsObserved ? joint.Observed[next++]?.Value ?? tensor : tensor)]);
        var given = guide.Given(data, [.. joint.Latents.Where(latent => latent is not null)]);
        return Weighed(guide.Terms(given, TermForm.Sampled), group => Sum(group, term => term.LogQ));
    }

    private static Tensor? Sum(TermGroup group, Func<SiteTerm, Tensor?> log) =>
        group.Terms.Select(log).OfType<Tensor>().Aggregate((Tensor?)null, (sum, part) => sum is null ? part : sum + part);
}
