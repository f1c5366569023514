using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Gradients at probabilities of exactly 0 and 1, where 0 log 0 is.</summary>
public sealed class ZeroProbabilityTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    // The entries between the ends have their exact derivatives beside them.
    [Fact]
    public void Entropies_HaveFiniteGradients()
    {
        var p = Leaf(0, 0.4, 1);
        var gradient = Of(new Bernoulli(p).Entropy(), p);
        Assert.Equal(Math.Log(0.6 / 0.4), gradient[1], 1e-12);
        Assert.Equal(Math.Log(0.6 / 0.4), Of(new Categorical(stack([p, 1 - p], -1)).Entropy(), p)[1], 1e-12);
        Of(new Binomial(3, p).Entropy(), p);
        Of(new ZeroInflated(new Bernoulli(p), 0.5).Entropy(), p);
    }

    [Fact]
    public void Divergences_HaveFiniteGradients()
    {
        var (q, p) = (Leaf(0, 0.4, 1, 0, 0.3), Leaf(0.5, 0.5, 0.2, 0, 0));
        var kl = Divergence.Kl(new Bernoulli(q), new Bernoulli(p));
        TensorAssert.Close(tensor(new[] { Math.Log(2), 0.4 * Math.Log(0.8) + 0.6 * Math.Log(1.2), Math.Log(5), 0, double.PositiveInfinity }), kl);
        Assert.Equal(Math.Log(0.4 / 0.6), Of(kl, q)[1], 1e-12);
        Assert.Equal(0.6 / 0.5 - 0.4 / 0.5, Of(Divergence.Kl(new Bernoulli(q), new Bernoulli(p)), p)[1], 1e-12);
        var (weights, others) = (stack([q, 1 - q], -1), stack([p, 1 - p], -1));
        Of(Divergence.Kl(new Categorical(weights), new Categorical(others)), q);
        Of(Divergence.Kl(new Categorical(weights), new Categorical(others)), p);

        var low = Leaf(0, 0.2);
        foreach (var of in new[] { Divergence.Kl(new Uniform(low, 0.9), new Beta(2, 3)), Divergence.Kl(new Uniform(low, 0.9), new Gamma(2, 3)) })
        {
            Of(of, low);
            Assert.True(of.isfinite().all().item<bool>());
        }
    }

    // What cannot be has the density 0 and no gradient; the rest of the row keeps its own.
    [Fact]
    public void DensitiesOfWhatCannotBe_HaveNoGradient()
    {
        var weights = Leaf(0, 0.3, 0.9);
        var density = new Categorical(weights).LogProb(tensor(new[] { 0L, 2 }));
        Assert.True(double.IsNegativeInfinity(density[0].item<double>()));
        var gradient = Of(density, weights);
        Assert.Equal(1 / 0.9 - 1 / 1.2, gradient[2], 1e-12);
        var p = Leaf(0, 1, 0.3);
        var one = new Bernoulli(p).LogProb(tensor(new[] { 1.0, 0, 1 }));
        Assert.Equal([double.NegativeInfinity, double.NegativeInfinity], TensorAssert.ToArray(one)[..2]);
        Assert.Equal([0, 0], Of(one, p)[..2]);
    }

    // A number between 0 and 1 has one density, in whichever way the probability is given.
    [Fact]
    public void BernoullisTwoForms_Agree()
    {
        var x = tensor(new[] { 0, 0.3, 0.8, 1 });
        var p = tensor(new[] { 0.2, 0.4, 0.7, 0.9 });
        TensorAssert.Close(new Bernoulli(logits: p.log() - (1 - p).log()).LogProb(x), new Bernoulli(p).LogProb(x));
    }

    private static Tensor Leaf(params double[] values) => tensor(values).requires_grad_();

    private static double[] Of(Tensor result, Tensor leaf)
    {
        var gradient = TensorAssert.ToArray(autograd.grad([result.sum()], [leaf])[0]);
        Assert.All(gradient, g => Assert.True(double.IsFinite(g), $"gradient {string.Join(", ", gradient)}"));
        return gradient;
    }
}
