using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Averaged stochastic gradient descent (Polyak and Juditsky, 1992). The average is in the state (ax).</summary>
public partial class ASGD
{
    private static void Update(Options o, State state, Parameter parameter, Tensor gradient)
    {
        state.step++;
        var (rate, decay) = (o.LearningRate.Value, o.lambd.Value);
        var down = Descent(gradient, parameter, o.maximize.Value, o.weight_decay.Value);
        parameter.mul_(1 - (decay * state.eta)).add_(down, alpha: -state.eta);
        if (state.mu == 1) state.ax.copy_(parameter);
        else state.ax.add_(parameter.sub(state.ax), alpha: state.mu);

        state.eta = rate / Math.Pow(1 + (decay * rate * state.step), o.alpha.Value);
        state.mu = 1 / Math.Max(1, state.step - o.t0.Value);
    }
}
