using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Adam that waits until its variance can be trusted (Liu et al., 2020, arXiv:1908.03265).</summary>
public partial class RAdam
{
    private static void Update(Options o, State state, Parameter parameter, Tensor gradient)
    {
        state.step++;
        var (beta1, beta2) = (o.beta1.Value, o.beta2.Value);
        var (correction1, correction2) = (1 - Math.Pow(beta1, state.step), 1 - Math.Pow(beta2, state.step));
        var down = Descent(gradient, parameter, false, o.weight_decay.Value);
        state.exp_avg.mul_(beta1).add_(down, alpha: 1 - beta1);
        state.exp_avg_sq.mul_(beta2).addcmul_(down, down, 1 - beta2);

        // The length of the simple moving average that has the same variance.
        var longest = (2 / (1 - beta2)) - 1;
        var length = longest - (2 * state.step * (1 - correction2) / correction2);
        var rate = o.LearningRate.Value / correction1;
        if (length > 5)
        {
            var rectified = Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
            var spread = state.exp_avg_sq.sqrt().add_(o.eps.Value);
            parameter.addcdiv_(state.exp_avg, spread, -rate * rectified * Math.Sqrt(correction2));
        }
        else
        {
            parameter.add_(state.exp_avg, alpha: -rate);
        }
    }
}
