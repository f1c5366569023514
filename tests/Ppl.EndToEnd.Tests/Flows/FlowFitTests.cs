using Ppl.Flows;
using Ppl.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Flows;

/// <summary>Density estimation by a flow on its own.</summary>
public sealed class FlowFitTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public FlowFitTests() => manual_seed(7);

    public void Dispose() => scope.Dispose();

    /// <summary>
    /// y | c ~ N(3 c, exp(c)²): the mean log-likelihood of 2,000 rows is known to 0.02, and an affine map with a context can have it exactly.
    /// </summary>
    [Fact]
    public void A_conditional_density_is_found()
    {
        var context = randn(2_000, 1) / 2;
        var rows = (3 * context) + (context.exp() * randn(2_000, 1));
        var exact = new Distributions.Normal(3 * context, context.exp()).LogProb(rows).mean().item<float>();
        var flow = new MaskedAutoregressive(1, context: 1, hidden: [16]);
        var fit = flow.Fit(rows, 30, rows, context, context, new FlowFitOptions { LearningRate = 0.01 });
        Assert.Equal(30, fit.Epochs.Count);
        Assert.Equal(exact, fit.Best.HeldOut!.Value, 0.02);
        Assert.Equal(fit.Best.HeldOut!.Value, flow.Distribution(context).LogProb(rows).mean().item<float>(), 1e-4);
        Assert.True(flow.training);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_leaves_the_global_generator()
    {
        var rows = randn(100, 2);
        float[] Weights(long seed)
        {
            manual_seed(1);
            var flow = new Planar(2);
            var next = torch.get_rng_state();
            flow.Fit(rows, 2, options: new FlowFitOptions { Seed = seed, BatchSize = 30 });
            Assert.True(next.eq(torch.get_rng_state()).all().item<bool>());
            return [.. flow.parameters().SelectMany(p => p.detach().data<float>().ToArray())];
        }

        Assert.Equal(Weights(3), Weights(3));
        Assert.NotEqual(Weights(3), Weights(4));
    }

    [Fact]
    public void Fitting_leaks_nothing()
    {
        var (flow, rows) = (Flow.Sequence(new Planar(2), new BatchNormalization(2)), randn(50, 2));
        flow.Fit(rows, 1, rows);
        var before = LiveTensors.Count;
        flow.Fit(rows, 3, rows);
        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void What_cannot_be_fitted_is_named()
    {
        var flow = new Planar(2);
        void Refused<T>(string message, Action act) where T : Exception => Assert.Equal(message, Assert.Throws<T>(act).Message);
        Refused<PplShapeException>(
            "Planar(2) is fitted to at least two rows of 2 numbers; found (4, 3).", () => flow.Fit(randn(4, 3), 1));
        Refused<PplShapeException>(
            "Planar(2) takes no context; the held-out rows came with one of shape (4, 1).",
            () => flow.Fit(randn(4, 2), 1, randn(4, 2), heldOutContext: randn(4, 1)));
        Refused<PplShapeException>(
            "Planar(2 given 3) needs a context of shape (4, 3) with the rows; found none.", () => new Planar(2, 3).Fit(randn(4, 2), 1));
        var (hole, bound) = (randn(4, 2), randn(4, 2));
        hole[2, 1] = tensor(float.NaN);
        bound[3, 0] = tensor(float.PositiveInfinity);
        Refused<NonFiniteException>("flow.Fit needs rows of finite numbers; found NaN at [2, 1]", () => flow.Fit(hole, 1));
        Refused<NonFiniteException>(
            "flow.Fit needs held-out rows of finite numbers; found Infinity at [3, 0]", () => flow.Fit(randn(4, 2), 1, bound));
        Refused<NonFiniteException>(
            "flow.Fit needs contexts of the rows of finite numbers; found NaN at [2, 1]",
            () => new Planar(2, 2).Fit(randn(4, 2), 1, context: hole));
        Refused<PplArgumentException>(
            "a learning rate is a finite number above 0; 0 is not.", () => flow.Fit(randn(4, 2), 1, options: new FlowFitOptions { LearningRate = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => flow.Fit(randn(4, 2), 0));
        Assert.True(flow.training);
    }

    [Fact]
    public void Rows_of_another_type_are_named()
    {
        const string Advice = ": give .to(ScalarType.Float32) of them";
        void Refused(string message, Action act) => Assert.Equal(message, Assert.Throws<PplArgumentException>(act).Message);
        var (wide, flow) = (randn(4, 2, ScalarType.Float64), new Planar(2));
        Refused($"the weights of Planar(2) are Float32, the rows Float64{Advice}, or call flow.to(ScalarType.Float64).", () => flow.Fit(wide, 1));
        Refused($"the weights of Planar(2) are Float32, the rows Int64{Advice}.", () => flow.Fit(wide.to(ScalarType.Int64), 1));
        Refused(
            $"the weights of Planar(2) are Float32, the held-out rows Float64{Advice}, or call flow.to(ScalarType.Float64).",
            () => flow.Fit(randn(4, 2), 1, wide));
        Refused(
            $"the weights of Planar(2 given 2) are Float32, the contexts of the rows Float64{Advice}, or call flow.to(ScalarType.Float64).",
            () => new Planar(2, 2).Fit(randn(4, 2), 1, context: wide));
        flow.to(ScalarType.Float64);
        Assert.True(double.IsFinite(flow.Fit(wide, 1).Best.LogLikelihood));
    }
}
