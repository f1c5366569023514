using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>Slices of the data are observed as the states that explain them are drawn; the next slice depends on the last one too.</summary>
public sealed partial class StateSpace : GenerativeModel
{
    private readonly int steps = 5;
    private readonly Module<Tensor, Tensor> transition = Linear(3, 3), emission = Linear(3, 2), carry = Linear(2, 2);

    public StateSpace() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = new Tensor[steps];
        z[0] = Sample(Normal(0, 1).Expand(3));
        Observe(x[.., 0], Normal(emission.call(z[0]), 1));
        for (var t = 1; t < steps; t++)
        {
            z[t] = Sample(Normal(transition.call(z[t - 1]), 0.5));
            Observe(x[.., t], Normal(emission.call(z[t]) + carry.call(x[.., t - 1]), 1));
        }
    }
}
