using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Steps that shrink with the sum of squared gradients (Duchi et al., 2011).</summary>
public partial class Adagrad
{
    private static void Update(Options o, State state, Parameter parameter, Tensor gradient)
    {
        state.step++;
        var down = Descent(gradient, parameter, false, o.weight_decay.Value);
        var rate = o.LearningRate.Value / (1 + ((state.step - 1) * o.lr_decay.Value));
        state.sum.addcmul_(down, down, 1);
        parameter.addcdiv_(down, state.sum.sqrt().add_(o.eps.Value), -rate);
    }
}
