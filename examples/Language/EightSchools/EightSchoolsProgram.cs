using Ppl.Contracts;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Language;

/// <summary>The posterior of the eight schools by guides of two models, against the exact one.</summary>
public static class EightSchoolsProgram
{
    private const int Steps = 2_000;

    // Centred, the steps in mu and the effects are as long as tau allows, and the way is longer.
    private const int CentredSteps = 10_000;
    private const double Rate = 0.02;

    // The guide's own draws have an error of 3 % of a standard deviation.
    private const int Samples = 1_000;

    /// <summary>Fits and measures.</summary>
    /// <param name="budget">A short run fits the non-centred model with the joint guide only.</param>
    public static IReadOnlyList<Measured> Run(Budget budget)
    {
        using var scope = NewDisposeScope();
        var rows = new List<Measured>();
        if (!budget.IsShort)
        {
            rows.AddRange(Fit(new CentredSchools(), isJoint: true, "centred, joint", budget));
            rows.AddRange(Fit(new NonCentredSchools(), isJoint: false, "non-centred, mean field", budget));
        }

        rows.AddRange(Fit(new NonCentredSchools(), isJoint: true, "non-centred, joint", budget));
        rows.AddRange(OfReferenceDraws(budget.DataFolder));
        return rows;
    }

    /// <summary>The two models' guides: independent coordinates, or any normal over all unknowns together.</summary>
    private static Guide GuideOf(GenerativeModel model, bool isJoint)
    {
        var family = isJoint ? Posterior.FullCovariance() : Posterior.Diagonal();
        return model switch
        {
            CentredSchools centred => centred.CreateGuide(mu: family, tau: family, theta: family.Free()),
            NonCentredSchools other => other.CreateGuide(mu: family, tau: family, eta: family.Free()),
            _ => throw new ArgumentException($"no guide for {model.GetName()}"),
        };
    }

    private static IEnumerable<Measured> Fit(GenerativeModel model, bool isJoint, string name, Budget budget)
    {
        // Whole numbers of the data are given in float64, and the guide, which has no other numbers, takes theirs.
        manual_seed(budget.Seed);
        var (y, sigma) = (tensor(SchoolsTruth.Y.ToArray()), tensor(SchoolsTruth.Sigma.ToArray()));
        using var guide = GuideOf(model, isJoint);
        var objective = Objective.Elbo(gradient: GradientForm.StickingTheLanding);
        Training.Fit(model, guide, objective, [y, sigma], model is CentredSchools ? CentredSteps : Steps, Rate, budget.Seed);

        using var gradient = no_grad();
        var draws = guide.Draw(guide.Batch([y, sigma]), Samples);
        var (mu, logTau) = (Latent(draws, 0), Latent(draws, 1).log());
        var weights = LogWeights(guide.Terms(draws, TermForm.Sampled));

        // The claim is made of the guide that can be any normal in the parametrization whose posterior is nearly one.
        var isClaimed = isJoint && model is NonCentredSchools;
        yield return Of($"{name}: E[mu]", Mean(mu), SchoolsTruth.Mu, isClaimed);
        yield return Of($"{name}: E[log tau]", Mean(logTau), SchoolsTruth.LogTau, isClaimed);
        yield return new($"{name}: sd of mu", mu.std().item<double>(), SchoolsTruth.Mu.Sd);
        yield return new($"{name}: sd of log tau", logTau.std().item<double>(), SchoolsTruth.LogTau.Sd);
        yield return new($"{name}: ELBO, log p(y)", Mean(weights), SchoolsTruth.Evidence);
        if (isClaimed)
        {
            var estimate = (weights.logsumexp(0) - Math.Log(weights.shape[0])).item<double>();
            yield return new($"{name}: importance sampling, log p(y)", estimate, SchoolsTruth.Evidence, 0.1);
        }

        model.Dispose();
    }

    private static Measured Of(string quantity, double found, Moments truth, bool isClaimed) =>
        new(quantity, found, truth.Mean, isClaimed ? 0.1 * truth.Sd : null);

    private static Tensor Latent(Draws draws, int index) => stack([.. draws.Parts.Select(part => part.Latents[index])]);

    private static double Mean(Tensor values) => values.mean().item<double>();

    /// <summary>log p(y, latents) − log q(latents) of each draw.</summary>
    private static Tensor LogWeights(SiteTerms terms) => terms
        .Select(term => term.LogQ is { } logQ ? term.LogP! - logQ : term.LogP!)
        .Select(term => term.reshape(term.shape[0], -1).sum(1))
        .Aggregate((sum, term) => sum + term);

    /// <summary>The exact values themselves against another program's draws, 10,000 of them: within 4 of their standard errors.</summary>
    private static IEnumerable<Measured> OfReferenceDraws(string? folder)
    {
        foreach (var (unknown, exact) in new[] { ("mu", SchoolsTruth.Mu), ("theta[1]", SchoolsTruth.Theta) })
        {
            if (SchoolsTruth.Drawn(folder, unknown) is { } drawn)
                yield return new($"quadrature: E[{unknown}], reference draws", exact.Mean, drawn.Mean, 4 * drawn.Sd / Math.Sqrt(10_000));
        }
    }
}
