using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Gradient descent with momentum (Polyak, 1964; Nesterov, 1983).</summary>
public partial class SGD
{
    private static void Update(Options o, State state, Parameter parameter, Tensor gradient)
    {
        var down = Descent(gradient, parameter, o.maximize.Value, o.weight_decay.Value);
        if (o.momentum.Value != 0)
        {
            if (state.momentum_buffer is null) state.momentum_buffer = down.clone().DetachFromDisposeScope();
            else state.momentum_buffer.mul_(o.momentum.Value).add_(down, alpha: 1 - o.dampening.Value);

            down = o.nesterov.Value ? down.add(state.momentum_buffer, alpha: o.momentum.Value) : state.momentum_buffer;
        }

        parameter.add_(down, alpha: -o.LearningRate.Value);
    }
}
