using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Adam with Nesterov momentum (Dozat, 2016).</summary>
public partial class NAdam
{
    private static void Update(Options o, State state, Parameter parameter, Tensor gradient)
    {
        state.step++;
        var (beta1, beta2) = (o.beta1.Value, o.beta2.Value);
        var mu = beta1 * (1 - (0.5 * Math.Pow(0.96, state.step * o.momentum_decay.Value)));
        var next = beta1 * (1 - (0.5 * Math.Pow(0.96, (state.step + 1) * o.momentum_decay.Value)));
        state.mu_product *= mu;
        var down = Descent(gradient, parameter, false, o.weight_decay.Value);
        state.exp_avg.mul_(beta1).add_(down, alpha: 1 - beta1);
        state.exp_avg_sq.mul_(beta2).addcmul_(down, down, 1 - beta2);
        var spread = state.exp_avg_sq.div(1 - Math.Pow(beta2, state.step)).sqrt_().add_(o.eps.Value);
        parameter.addcdiv_(down, spread, -o.LearningRate.Value * (1 - mu) / (1 - state.mu_product));
        parameter.addcdiv_(state.exp_avg, spread, -o.LearningRate.Value * next / (1 - (state.mu_product * next)));
    }
}
