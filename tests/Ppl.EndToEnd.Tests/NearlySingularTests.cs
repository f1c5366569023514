using Ppl.Inference;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests;

/// <summary>A chain whose correlated factors come near to singular ones in training: the bound stays a bound in float32.</summary>
public sealed partial class NearlySingularTests
{
    /// <summary>
    /// The observations' least standard deviation is 0.1, so that no density is above 1,600 · log(1 / (0.1 √(2π))) &lt; 2,220, nor is a bound.
    /// </summary>
    [Theory]
    [InlineData(GradientForm.Plain, false)]
    [InlineData(GradientForm.StickingTheLanding, false)]
    [InlineData(GradientForm.Plain, true)]
    [InlineData(GradientForm.StickingTheLanding, true)]
    public void The_bound_is_below_the_evidence(GradientForm gradient, bool isLowRank)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Tensor[] data = [randn(200, 4, 2)];
        using var model = new Chain();
        using var guide = model.CreateGuide(h: isLowRank ? Posterior.LowRank(1) : Posterior.FullCovariance());
        using var svi = new Svi(model, guide, Objective.Elbo(3, gradient: gradient), p => optim.Adam(p, 0.01), new SviSettings { Seed = 5 });
        for (var i = 0; i < 20; i++)
        {
            var bound = svi.Step(data).Bound;
            Assert.True(bound < 2220, $"step {i}: {bound}");
        }
    }

    public sealed partial class Chain : GenerativeModel
    {
        private readonly Module<Tensor, Tensor> transition = Linear(2, 2);

        public Chain() => RegisterComponents();

        [Model]
        private void Generate(Tensor y)
        {
            var scale = Sample(HalfNormal(1));
            using var rows = Plate(y);
            var h = new Tensor[4];
            h[0] = Sample(Normal(0, 1).Expand(2));
            Observe(y[.., 0], Normal(h[0], scale + 0.1));
            for (var t = 1; t < 4; t++)
            {
                h[t] = Sample(Normal(transition.call(h[t - 1]), 0.5));
                Observe(y[.., t], Normal(h[t], scale + 0.1));
            }
        }
    }
}
