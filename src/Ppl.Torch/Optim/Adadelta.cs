using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Steps in the units of the parameters (Zeiler, 2012, arXiv:1212.5701).</summary>
public partial class Adadelta
{
    private static void Update(Options o, State state, Parameter parameter, Tensor gradient)
    {
        state.step++;
        var (rho, eps) = (o.rho.Value, o.eps.Value);
        var down = Descent(gradient, parameter, o.maximize.Value, o.weight_decay.Value);
        state.square_avg.mul_(rho).addcmul_(down, down, 1 - rho);
        var spread = state.square_avg.add(eps).sqrt_();
        var delta = state.acc_delta.add(eps).sqrt_().div_(spread).mul_(down);
        parameter.add_(delta, alpha: -o.LearningRate.Value);
        state.acc_delta.mul_(rho).addcmul_(delta, delta, 1 - rho);
    }
}
