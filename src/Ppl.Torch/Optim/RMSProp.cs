using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Gradients divided by a running root of their squares (Tieleman and Hinton, 2012).</summary>
public partial class RMSProp
{
    private static void Update(Options o, State state, Parameter parameter, Tensor gradient)
    {
        state.step++;
        var down = Descent(gradient, parameter, o.maximize.Value, o.weight_decay.Value);
        state.square_avg.mul_(o.alpha.Value).addcmul_(down, down, 1 - o.alpha.Value);
        var spread = Spread(o, state, down).add_(o.eps.Value);
        if (o.momentum.Value > 0)
        {
            state.momentum_buffer.mul_(o.momentum.Value).addcdiv_(down, spread);
            parameter.add_(state.momentum_buffer, alpha: -o.LearningRate.Value);
        }
        else
        {
            parameter.addcdiv_(down, spread, -o.LearningRate.Value);
        }
    }

    private static Tensor Spread(Options o, State state, Tensor down)
    {
        if (!o.centered.Value) return state.square_avg.sqrt();

        state.grad_avg.mul_(o.alpha.Value).add_(down, alpha: 1 - o.alpha.Value);
        return state.square_avg.addcmul(state.grad_avg, state.grad_avg, -1).sqrt_();
    }
}
