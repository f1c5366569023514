using Ppl.Contracts;
using Ppl.Inference.Tests.Objectives;
using Ppl.Interpretation;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.EndToEnd;

/// <summary>The folded pass of compiled code and the interpreter's particle by particle agree, in values and gradients, at each site.</summary>
public sealed class ParityTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Terms_agree_with_the_interpreter_for_one_layer(int particles)
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(9);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        Ppca.Disturb(guide, 0.1);
        Agree(model, guide, guide.Batch(x), ["z"], particles);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Terms_agree_with_the_interpreter_for_two_layers(int particles)
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(9).narrow(1, 0, 2);
        using var model = new GaussianChain();
        using var guide = model.ExactGuide(x);
        Ppca.Disturb(guide, 0.1);
        Agree(model, guide, guide.Batch(x), ["h2", "h1"], particles);
    }

    internal static void Agree(nn.Module model, Guide guide, Batch batch, string[] latents, int particles)
    {
        foreach (var form in new[] { TermForm.Sampled, TermForm.ClosedFormWhereLegal })
        {
            var draws = guide.Draw(batch, particles);
            var terms = guide.Terms(draws, form);
            var traces = Enumerable.Range(0, particles).Select(k => Interpreter.Run(guide, batch, Values(draws, latents, k))).ToList();
            foreach (var (term, site) in terms.Select((t, i) => (t, i)))
            {
                Assert.Equal(traces[0][site].Name, term.Site.Name);
                Assert.Equal(term.Kl is null, term.LogP is not null);
                Assert.Equal(term.Kl is null && term.Site.Kind == SiteKind.Latent, term.LogQ is not null);
                Same(term.LogP, [.. traces.Select(t => t[site].LogP)], particles);
                Same(term.LogQ, [.. traces.Select(t => t[site].LogQ)], particles);
                if (term.Kl is not null) Same(term.Kl, [.. traces.Select(t => (Tensor?)t[site].Kl())], particles);
            }

            var compiled = Gradient(LogWeight.Of(terms).mean(), model, guide);
            var interpreted = Gradient(stack([.. traces.Select(t => Total(t, terms))]).mean(), model, guide);
            Gradients.Close(interpreted, compiled, 1e-10 * (1 + Gradients.Largest(interpreted)));
            Assert.True(Gradients.Largest(compiled) > 1e-3);
        }
    }

    private static Dictionary<string, Tensor> Values(Draws draws, string[] latents, int particle) =>
        latents.Select((name, i) => (name, value: draws.Layout.Rows(draws.Guide.Plan.Plates[0]).Unfold(draws.Latents[i])[particle]))
            .ToDictionary(p => p.name, p => p.value);

    private static Tensor Total(Trace trace, SiteTerms terms) => trace
        .Select((site, i) => terms[i].Kl is not null ? -site.Kl() : site.LogQ is { } logQ ? site.LogP - logQ : site.LogP)
        .Aggregate((a, b) => a + b);

    private static void Same(Tensor? compiled, Tensor?[] interpreted, int particles)
    {
        if (compiled is null) return;
        var expected = stack([.. interpreted.Select(t => t!)]);
        Assert.True((compiled.expand(particles, -1) - expected).abs().max().item<double>() < 1e-10);
    }

    private static double[] Gradient(Tensor bound, nn.Module model, Guide guide)
    {
        model.zero_grad();
        guide.zero_grad();
        bound.backward(retain_graph: true);
        return
        [
            .. model.parameters().Concat(guide.parameters())
                .SelectMany(p => p.grad is { } g ? g.data<double>().ToArray() : new double[p.numel()]),
        ];
    }
}
