using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Adam (Kingma and Ba, 2015, arXiv:1412.6980), with AMSGrad (Reddi et al., 2018) on request.</summary>
public partial class Adam
{
    private static void Update(Options o, State state, Parameter parameter, Tensor gradient)
    {
        state.step++;
        var rule = new AdamRule(o.LearningRate.Value, o.beta1.Value, o.beta2.Value, o.eps.Value, o.weight_decay.Value,
            o.maximize.Value, Decoupled: false);
        rule.Step(parameter, gradient, state.exp_avg, state.exp_avg_sq, state.max_exp_avg_sq, state.step);
    }
}
