using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Plates;

/// <summary>Particles folded into rows give what a pass for each gives, at the same draws: terms and gradients.</summary>
public sealed class FoldingTests : IDisposable
{
    private const int K = 3;

    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public static TheoryData<string> Models => [.. Case.Names];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public void Folded_and_looped_passes_agree(string name)
    {
        using var example = Case.Disturbed(name);
        var (guide, batch) = (example.Guide, example.Batch);
        var folded = guide.Draw(batch, K, ParticleScope.Local);
        Assert.Same(folded, Assert.Single(folded.Parts));
        var looped = guide.Loop(folded.At(part => [.. part.Latents.Select(z => z.detach())]));
        Assert.Equal(K, looped.Parts.Count);
        foreach (var form in new[] { TermForm.Sampled, TermForm.ClosedFormWhereLegal })
        {
            var (one, other) = (guide.Terms(guide.Condition(folded, [.. folded.Latents.Select(z => z.detach())]), form), guide.Terms(looped, form));
            foreach (var (f, l) in one.Zip(other))
            {
                Close(f.LogP, l.LogP);
                Close(f.LogQ, l.LogQ);
                Close(f.Kl, l.Kl);
            }

            var bound = Objective.Elbo(K);
            var (a, b) = (Gradient(example, bound.Combine(one).Bound), Gradient(example, bound.Combine(other).Bound));
            Objectives.Gradients.Close(a, b, 1e-10 * (1 + Objectives.Gradients.Largest(a)));
            Assert.True(Objectives.Gradients.Largest(a) > 1e-3);
        }
    }

    [Fact]
    public void Joint_particles_of_a_model_with_outer_latents_are_passes_of_their_own()
    {
        using var example = Case.Disturbed(nameof(GlobalMean));
        var joint = example.Guide.Draw(example.Batch, K);
        Assert.Equal(K, joint.Parts.Count);
        Assert.Equal(K, joint.Parts.Select(part => part.Latents[0].item<double>()).Distinct().Count());
        var fault = Assert.Throws<PplArgumentException>(() => joint.Latents);
        Assert.Equal("each particle of these draws is a pass of its own: look at its Parts.", fault.Message);
        var terms = example.Guide.Terms(joint, TermForm.Sampled);
        Assert.Equal([K], terms[0].LogP!.shape);
        Assert.Equal([K, 6], terms[1].LogP!.shape);
        Assert.Equal("particle 3, data 6", string.Join(", ", terms[1].Axes.Select(axis => axis.ToString())));
        for (var k = 0; k < K; k++)
            Close(example.Guide.Terms(joint.Parts[k], TermForm.Sampled)[1].LogP!, terms[1].LogP!.narrow(0, k, 1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Local_particles_share_the_draws_outside_rows(bool loops)
    {
        using var example = Case.Disturbed(nameof(Nested));
        example.Guide.LoopsAlways = loops;
        var draws = example.Guide.Draw(example.Batch, K, ParticleScope.Local);
        Assert.Equal(loops ? K : 1, draws.Parts.Count);
        Assert.Single(draws.Parts.Select(part => part.Latents[0].item<double>()).Distinct());
        var terms = example.Guide.Terms(draws, TermForm.Sampled);
        Assert.Equal([K, 4, 3], terms[2].LogP!.shape);
        var means = terms[2].LogP!.mean([1, 2]).data<double>().ToArray();
        Assert.Equal(K, means.Distinct().Count());
        Assert.Equal(["data", ""], terms.Groups.Select(group => group.Plate?.Name ?? ""));
        Assert.Equal([K, 4], terms.Groups[0].LogWeight.shape);
    }

    [Fact]
    public void Every_draw_of_a_model_of_rows_may_loop()
    {
        using var model = new EndToEnd.GaussianChain();
        using var guide = model.CreateGuide();
        var batch = guide.Batch(randn([5, 2], ScalarType.Float64));
        guide.Prepare(batch);
        guide.LoopsAlways = true;
        foreach (var objective in new[] { Objective.Elbo(K), Objective.Iwae(K), Objective.Iwae(K, GradientForm.DoublyReparameterized) })
        {
            manual_seed(1);
            using var looped = objective.Accumulate(guide, batch);
            Assert.Equal(BoundUnit.PerDatum, looped.Unit);
            Assert.Equal([5], looped.PerDatum.shape);
        }
    }

    private static double[] Gradient(Case example, Tensor bound)
    {
        example.Model.zero_grad();
        example.Guide.zero_grad();
        bound.backward(retain_graph: true);
        return
        [
            .. example.Model.parameters().Concat(example.Guide.parameters())
                .SelectMany(p => p.grad is { } g ? g.data<double>().ToArray() : new double[p.numel()]),
        ];
    }

    private static void Close(Tensor? expected, Tensor? actual)
    {
        Assert.Equal(expected is null, actual is null);
        if (expected is null) return;
        Assert.True((expected - actual!).abs().max().item<double>() < 1e-10);
        Assert.Equal(expected.shape[1..], actual!.shape[1..]);
    }
}
