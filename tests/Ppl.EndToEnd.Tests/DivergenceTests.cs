using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.EndToEnd.Tests.Catalogue;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>The closed-form divergences that generated code takes are the formula's value, and the mean of log q - log p at draws.</summary>
public sealed class DivergenceTests
{
    public static TheoryData<string> Names => Models.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Closed_forms_are_the_formula(string name)
    {
        using var pass = Pass.Prepare(Models.Get(name));
        var terms = pass.Guide.Terms(pass.Guide.Draw(pass.Batch, 3, ParticleScope.Local), TermForm.ClosedFormWhereLegal);
        foreach (var term in Closed(name, terms))
        {
            // A number for each element of the plates, in the rows for each particle too.
            long[] sizes = [.. term.Site.Plates.Select(terms.Layout.Size)];
            var elements = ByHand(term.Guide!, term.Model!);
            var sums = elements.dim() > sizes.Length ? elements.flatten(sizes.Length).sum(-1) : elements;
            Assert.Equal(term.Kl!.shape[1..], sizes);
            var difference = term.Kl.expand([3, .. sizes]) - sums.reshape([-1, .. sizes]).expand([3, .. sizes]);
            Assert.True(difference.abs().max().item<double>() < 1e-10, term.Site.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Closed_forms_are_the_mean_of_the_sampled_form(string name)
    {
        using var grad = no_grad();
        using var pass = Pass.Prepare(Models.Get(name), rows: 2);

        // Where latents lie outside the rows, each draw of everything is a pass of its own.
        var particles = pass.Guide.Plan.HasOuterLatents ? 400 : 4000;
        var draws = pass.Guide.Draw(pass.Batch, particles);
        var sampled = pass.Guide.Terms(draws, TermForm.Sampled);
        var closed = pass.Guide.Terms(draws, TermForm.ClosedFormWhereLegal);
        foreach (var exact in Closed(name, closed))
        {
            var term = sampled.Single(term => term.Site.Name == exact.Site.Name);

            // Given what was drawn before it, each site's difference has mean zero.
            var difference = term.LogQ! - term.LogP! - exact.Kl!;
            var z = difference.mean([0]) / difference.std(0) * Math.Sqrt(particles);
            Assert.True(z.abs().max().item<double>() < 5, $"{term.Site.Name}: z = {string.Join(", ", z.data<double>().ToArray())}");
        }
    }

    // Those that the catalogue says there are: a divergence that is no longer taken in closed form must not drop out of the test.
    private static IEnumerable<SiteTerm> Closed(string model, SiteTerms terms)
    {
        var closed = terms.Where(term => term.Kl is not null).ToList();
        Assert.Equal(Models.Get(model).ClosedForm, closed.Select(term => term.Site.Name));

        // A latent that is known in some rows has no divergence there: PartlyObservedTests has these.
        return closed.Where(term => term.Site.Known is null);
    }

    private static Tensor ByHand(Distribution q, Distribution p) => (q, p) switch
    {
        (Normal from, Normal or Gaussian) => ByHand(from, p),
        (Normal from, Laplace to) => ToLaplace(from, to.Loc, to.Scale, 1),
        (Normal from, AsymmetricLaplace to) => ToLaplace(from, to.Loc, to.Scale, to.Asymmetry),
        (Normal from, Gumbel to) => ToGumbel(from, to),
        (MultivariateNormal from, MultivariateNormal to) => ByHand(from.Mean, Covariance(from), to.Mean, Covariance(to)),
        (MultivariateNormal from, GaussianRandomWalk to) => ByHand(
            from.Mean, Covariance(from), to.Mean, OfSeries(ones(1, dtype: from.Mean.dtype), to.Scale, from.Mean)),
        (MultivariateNormal from, AutoRegressive to) => ByHand(
            from.Mean, Covariance(from), to.Mean, OfSeries(to.Coefficients, to.Scale, from.Mean)),
        (Normal from, MultivariateNormal to) => ByHand(from.Mean, from.Variance.diag_embed(), to.Mean, Covariance(to)),
        (Transformed { Base: Normal from }, LogNormal to) => ByHand(from, new Normal(to.Loc, to.Scale).Expand(to.Shape)),
        (Transformed { Base: Normal from }, Exponential or Gamma or InverseGamma) => ExpectedLog(from) - ExpectedLog(from, p),
        (Transformed { Base: Normal from }, LogisticNormal to) => ByHand(from, to.Base),
        (OneHotCategoricalStraightThrough from, OneHotCategoricalStraightThrough to) => (from.Probs * (from.Probs.log() - to.Probs.log())).sum(-1),
        _ => throw new ArgumentException($"no formula for {q.Name} and {p.Name}"),
    };

    private static Tensor ByHand(Normal q, Distribution p)
    {
        // Numbers become tensors of float32, which 0.3 has no place in; a prior with K·B rows meets a guide with B.
        var (from, to) = (q.Variance, p.Variance.to(ScalarType.Float64));
        var (loc, toLoc) = (q.Mean, p.Mean.to(ScalarType.Float64));
        if (p is Normal { Scale: { IsScalar: true, Scalar: var number } }) to = full_like(to, number * number);
        if (to.dim() > 0 && to.dim() == from.dim() && to.shape[0] > from.shape[0]) (from, loc) = (Repeat(from, to), Repeat(loc, to));
        return ((to.log() - from.log()) / 2) + ((from + (loc - toLoc).square()) / to / 2) - 0.5;
    }

    // E[log q] of exp(u) with a normal u: less the entropy.
    private static Tensor ExpectedLog(Normal log) => -(log.Entropy() + log.Mean);

    // E[log p] of exp(u) with a normal u, of which E[exp(t u)] = exp(t m + t² v / 2).
    private static Tensor ExpectedLog(Normal log, Distribution p)
    {
        return p switch
        {
            Exponential to => to.Rate.AsTensor(log.Mean).log() - (to.Rate.AsTensor(log.Mean) * Power(1)),
            Gamma { Concentration: var a, Rate: var b } => OfGamma(a.AsTensor(log.Mean), b.AsTensor(log.Mean)),
            InverseGamma { Concentration: var a, Rate: var b } => OfInverse(a.AsTensor(log.Mean), b.AsTensor(log.Mean)),
            _ => throw new ArgumentException($"no expectation of {p.Name}"),
        };

        Tensor Power(double t) => ((t * log.Mean) + (t * t * log.Variance / 2)).exp();

        Tensor OfGamma(Tensor a, Tensor b) => (a * b.log()) - a.lgamma() + ((a - 1) * log.Mean) - (b * Power(1));

        Tensor OfInverse(Tensor a, Tensor b) => (a * b.log()) - a.lgamma() - ((a + 1) * log.Mean) - (b * Power(-1));
    }

    private static Tensor ToLaplace(Normal q, TensorOrScalar loc, TensorOrScalar scale, TensorOrScalar asymmetry)
    {
        var (deviation, shift, k) = (q.Variance.sqrt(), q.Mean - loc.AsTensor(q.Mean), asymmetry.AsTensor(q.Mean));
        var z = shift / deviation;
        var density = (z.square() / -2).exp() * deviation / Math.Sqrt(2 * Math.PI);
        var distance = ((density + (shift * special.ndtr(z))) * k) + ((density - (shift * special.ndtr(-z))) / k);
        var width = scale.AsTensor(q.Mean);
        return (width * (k + (1 / k))).log() + (distance / width) - q.Entropy();
    }

    private static Tensor ToGumbel(Normal q, Gumbel p)
    {
        var scale = p.Scale.AsTensor(q.Mean);
        var (mean, variance) = ((q.Mean - p.Loc.AsTensor(q.Mean)) / scale, q.Variance / scale.square());
        return scale.log() + mean + ((variance / 2) - mean).exp() - q.Entropy();
    }

    private static Tensor Repeat(Tensor rows, Tensor like) =>
        rows.unsqueeze(0).expand([like.shape[0] / rows.shape[0], .. rows.shape]).reshape(like.shape);

    private static Tensor ByHand(Tensor loc, Tensor covariance, Tensor toLoc, Tensor toCovariance)
    {
        var shift = (toLoc - loc).unsqueeze(-1);
        var precision = linalg.inv(toCovariance);
        var trace = matmul(precision, covariance).diagonal(0, -2, -1).sum(-1);
        var distance = matmul(matmul(shift.transpose(-2, -1), precision), shift).squeeze(-1).squeeze(-1);
        return (trace + distance - loc.shape[^1] + linalg.det(toCovariance).log() - linalg.det(covariance).log()) / 2;
    }

    // A series is its noise divided by the matrix that takes from each value its part of those before.
    private static Tensor OfSeries(Tensor coefficients, TensorOrScalar scale, Tensor like)
    {
        var steps = like.shape[^1];
        var taken = eye(steps, dtype: like.dtype);
        for (var lag = 1; lag <= coefficients.shape[^1]; lag++)
            taken = taken - (ones(steps, steps, dtype: like.dtype).tril(-lag).triu(-lag) * coefficients[lag - 1]);
        var response = linalg.inv(taken) * scale.AsTensor(like);
        return matmul(response, response.transpose(-2, -1));
    }

    private static Tensor Covariance(MultivariateNormal distribution) => matmul(distribution.ScaleTril, distribution.ScaleTril.transpose(-2, -1));
}
