using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Adam with the infinity norm of past gradients (Kingma and Ba, 2015, section 7.1).</summary>
public partial class Adamax
{
    private static void Update(Options o, State state, Parameter parameter, Tensor gradient)
    {
        state.step++;
        var down = Descent(gradient, parameter, false, o.weight_decay.Value);
        state.exp_avg.mul_(o.beta1.Value).add_(down, alpha: 1 - o.beta1.Value);
        state.exp_inf.copy_(state.exp_inf.mul_(o.beta2.Value).maximum(down.abs().add_(o.eps.Value)));
        var rate = o.LearningRate.Value / (1 - Math.Pow(o.beta1.Value, state.step));
        parameter.addcdiv_(state.exp_avg, state.exp_inf, -rate);
    }
}
