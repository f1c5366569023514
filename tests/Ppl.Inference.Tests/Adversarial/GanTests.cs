using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Adversarial;

/// <summary>Values and gradients of the games at fixed noise, by formulas of a linear critic and by finite differences.</summary>
public sealed class GanTests
{
    private const int Rows = 5;

    /// <summary>Cross-entropy of D(x) = w·x + b: its gradient by w is mean(−(1 − σ(D(x))) x + σ(D(y)) y).</summary>
    [Fact]
    public void The_critics_step_has_the_gradient_of_the_cross_entropy()
    {
        using var run = new Game(critic => Objective.Gan(critic));
        using var result = run.Accumulate(0);
        var (data, drawn) = (Doubles(run.Data), Doubles(run.Drawn()));
        var (w, b) = (Doubles(run.Critic.weight!), run.Critic.bias!.item<double>());
        var (value, gradient, offset) = (0.0, new double[2], 0.0);
        for (var row = 0; row < Rows; row++)
        {
            var (x, y) = (data[(2 * row)..((2 * row) + 2)], drawn[(2 * row)..((2 * row) + 2)]);
            var (ofData, ofDraw) = (Sigmoid((w[0] * x[0]) + (w[1] * x[1]) + b), Sigmoid((w[0] * y[0]) + (w[1] * y[1]) + b));
            value -= (Math.Log(ofData) + Math.Log(1 - ofDraw)) / Rows;
            offset += (ofDraw - (1 - ofData)) / Rows;
            for (var d = 0; d < 2; d++) gradient[d] += ((ofDraw * y[d]) - ((1 - ofData) * x[d])) / Rows;
        }

        Assert.Equal(value, result.Bound, 12);
        Assert.Equal(BoundUnit.PerDatum, result.Unit);
        Assert.Equal(Rows, result.PerDatum.shape[0]);
        Same(gradient, run.Critic.weight!.grad!);
        Same([offset], run.Critic.bias!.grad!);
        Assert.All(run.Model.parameters(), parameter => Assert.Null(parameter.grad));
    }

    /// <summary>The non-saturating step: the gradient of −mean log σ(D(y)) by the generator's offset is −mean (1 − σ(D(y))) w.</summary>
    [Fact]
    public void The_models_step_has_the_gradient_of_the_non_saturating_loss()
    {
        using var run = new Game(critic => Objective.Gan(critic));
        using var critics = run.Accumulate(0);
        using var result = run.Accumulate(1);
        Assert.Equal(critics.Bound, result.Bound, 12);
        Assert.All(run.Critic.parameters(), parameter => Assert.Null(parameter.grad));
        var drawn = Doubles(run.Drawn());
        var (w, b) = (Doubles(run.Critic.weight!), run.Critic.bias!.item<double>());
        var share = Enumerable.Range(0, Rows).Average(row => 1 - Sigmoid((w[0] * drawn[2 * row]) + (w[1] * drawn[(2 * row) + 1]) + b));
        Same([-share * w[0], -share * w[1]], ((Linear)run.Model.Generator).bias!.grad!);
    }

    /// <summary>The Wasserstein critic's gradient is mean(y) − mean(x), and the model's that of −mean D(y).</summary>
    [Fact]
    public void Wasserstein_steps_have_the_gradients_of_means()
    {
        using var run = new Game(critic => Objective.Wgan(critic, criticSteps: 2));
        using var result = run.Accumulate(0);
        var difference = run.Drawn().mean([0L]) - run.Data.mean([0L]);
        Same(Doubles(difference), run.Critic.weight!.grad!);
        Assert.Equal((run.Critic.weight! * difference).sum().item<double>(), result.Bound, 12);
        using var model = run.Accumulate(2);
        Same(Doubles(-run.Critic.weight!), ((Linear)run.Model.Generator).bias!.grad!);
        Assert.Equal(result.Bound, model.Bound, 12);
    }

    /// <summary>A linear critic has the slope w everywhere: the penalty is λ (‖w‖ − 1)², its gradient 2 λ (‖w‖ − 1) w / ‖w‖.</summary>
    [Fact]
    public void The_penalty_of_a_linear_critic_is_in_closed_form()
    {
        using var run = new Game(critic => Objective.WganGp(critic, penalty: 7));
        using var result = run.Accumulate(0);
        var (w, difference) = (Doubles(run.Critic.weight!), Doubles(run.Drawn().mean([0L]) - run.Data.mean([0L])));
        var norm = Math.Sqrt((w[0] * w[0]) + (w[1] * w[1]));
        Same([.. w.Zip(difference, (weight, mean) => mean + (2 * 7 * (norm - 1) * weight / norm))], run.Critic.weight!.grad!);
        Assert.Equal((w[0] * difference[0]) + (w[1] * difference[1]), result.Bound, 12);
        var (loss, _) = ((CriticObjective)run.Objective).CriticLoss(run.Data, run.Drawn());
        Assert.Equal(result.Bound + (7 * (norm - 1) * (norm - 1)), loss.item<double>(), 12);
    }

    /// <summary>The second derivatives of a critic that bends, by finite differences at the same points.</summary>
    [Fact]
    public void The_penalty_of_a_curved_critic_has_the_gradient_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(3);
        using var critic = Critic.Curved();
        var objective = (CriticObjective)Objective.WganGp(critic);
        var (data, drawn) = (randn(Rows, 2, dtype: ScalarType.Float64), randn(Rows, 2, dtype: ScalarType.Float64));
        Tensor Loss()
        {
            using var same = manual_seed(4);
            return objective.CriticLoss(data, drawn).Loss;
        }

        Loss().backward();
        foreach (var parameter in critic.parameters())
        {
            // The last offset moves no slope and cancels in the difference: its gradient is 0.
            using var gradient = parameter.grad ?? zeros_like(parameter);
            for (var i = 0; i < parameter.numel(); i++)
            {
                double At(double step)
                {
                    using (no_grad()) parameter.view(-1)[i].add_(step);
                    var loss = Loss().item<double>();
                    using (no_grad()) parameter.view(-1)[i].sub_(step);
                    return loss;
                }

                Assert.Equal((At(1e-5) - At(-1e-5)) / 2e-5, gradient.view(-1)[i].item<double>(), 6);
            }
        }
    }

    /// <summary>A row of which the critic's slope is 0 has a gradient all the same, and no NaN.</summary>
    [Fact]
    public void A_flat_critic_has_a_finite_penalty()
    {
        using var run = new Game(critic => Objective.WganGp(critic));
        using (no_grad()) run.Critic.weight!.fill_(0);
        using var result = run.Accumulate(0);
        Assert.True(run.Critic.weight!.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void Clipped_weights_stay_within_their_bounds()
    {
        using var run = new Game(critic => Objective.Wgan(critic, clip: 0.02));
        using (no_grad()) run.Critic.weight!.fill_(0.5);
        using var svi = run.Svi(p => optim.SGD(p, 0.5));
        svi.Step(run.Data);
        Assert.Equal(0.02, run.Critic.weight!.abs().max().item<double>());
        Assert.True(run.Critic.bias!.abs().max().item<double>() <= 0.02);
    }

    /// <summary>Draws run along a learnt prior and along a normal likelihood: the model's gradient is that of finite differences.</summary>
    [Fact]
    public void The_gradient_runs_along_every_draw()
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(6);
        using var model = new NoisyLine();
        using var critic = Critic.Curved();
        using var guide = model.CreateGuide();
        var data = guide.Batch(randn(Rows, 2, dtype: ScalarType.Float64));
        var objective = Objective.Gan(critic).At(1);
        using (manual_seed(7))
        {
            objective.Accumulate(guide, data).Dispose();
        }

        foreach (var parameter in model.parameters())
        {
            for (var i = 0; i < parameter.numel(); i++)
            {
                double At(double step)
                {
                    using var grad = no_grad();
                    using var same = manual_seed(7);
                    parameter.view(-1)[i].add_(step);
                    var loss = -critic.call(model.Simulate(Rows).x.Value).log_sigmoid().mean().item<double>();
                    parameter.view(-1)[i].sub_(step);
                    return loss;
                }

                Assert.Equal((At(1e-5) - At(-1e-5)) / 2e-5, parameter.grad!.view(-1)[i].item<double>(), 7);
            }
        }
    }

    /// <summary>The best critic of two normal distributions is known: log p_data − log p_model, with 2 log 2 − 2 JS as the value.</summary>
    [Fact]
    public void A_trained_critic_is_the_log_ratio_of_the_densities()
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(8);
        using var model = new Implicit(latents: 1, size: 1);
        using var critic = Critic.Line(1);
        using var guide = model.CreateGuide();
        using (no_grad())
        {
            ((Linear)model.Generator).weight!.fill_(1);
            ((Linear)model.Generator).bias!.fill_(0);
        }

        using var svi = new Svi(
            model, guide, Objective.Gan(critic, criticSteps: 800), p => optim.Adam(p, 0.01), new() { Reporter = ITrainingReporter.Quiet });
        svi.Freeze(ParameterSet.OfModel);
        svi.Freeze("guide.*");

        // Data from N(1, 1), draws from N(0, 1): the log ratio is x − ½.
        var data = randn(10_000, 1, dtype: ScalarType.Float64) + 1;
        for (var step = 0; step < 800; step++) svi.Step(data);
        Assert.Equal(1, critic.weight!.item<double>(), 0.06);
        Assert.Equal(-0.5, critic.bias!.item<double>(), 0.06);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double[] Doubles(Tensor tensor) => tensor.detach().flatten().data<double>().ToArray();

    private static void Same(double[] expected, Tensor found)
    {
        var numbers = Doubles(found);
        Assert.Equal(expected.Length, numbers.Length);
        foreach (var (wanted, number) in expected.Zip(numbers)) Assert.Equal(wanted, number, 11);
    }
}
