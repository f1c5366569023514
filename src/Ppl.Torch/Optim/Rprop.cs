using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Resilient backpropagation: each element has a step of its own, set by the gradient's sign alone (Riedmiller and Braun, 1993).</summary>
public partial class Rprop
{
    private static void Update(Options o, State state, Parameter parameter, Tensor gradient)
    {
        state.step++;
        var down = Descent(gradient, parameter, o.maximize.Value, 0);
        var agreement = down.mul(state.prev).sign_();
        var turned = agreement.lt(0);
        var factor = ones_like(agreement).masked_fill_(agreement.gt(0), o.etaplus.Value).masked_fill_(turned, o.etaminus.Value);
        state.step_size.mul_(factor).clamp_(o.min_step.Value, o.max_step.Value);

        // Where the sign turned, the last step went too far: no step now.
        down = down.masked_fill(turned, 0);
        parameter.addcmul_(down.sign(), state.step_size, -1);
        state.prev.copy_(down);
    }
}
