using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Adam with a weight decay that does not pass through the moments (Loshchilov and Hutter, 2019, arXiv:1711.05101).</summary>
public partial class AdamW
{
    private static void Update(Options o, State state, Parameter parameter, Tensor gradient)
    {
        state.step++;
        var rule = new AdamRule(o.LearningRate.Value, o.beta1.Value, o.beta2.Value, o.eps.Value, o.weight_decay.Value,
            o.maximize.Value, Decoupled: true);
        rule.Step(parameter, gradient, state.exp_avg, state.exp_avg_sq, state.max_exp_avg_sq, state.step);
    }
}
