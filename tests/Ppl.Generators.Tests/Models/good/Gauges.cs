using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>Slices of the data with a mask for each: one that the data tell themselves, and one by the number of the round.</summary>
public sealed partial class Gauges : GenerativeModel
{
    private readonly int steps = 5;
    private readonly Module<Tensor, Tensor> transition = Linear(3, 3), emission = Linear(3, 2);

    public Gauges() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor length)
    {
        using var data = Plate(x, length);
        var z = new Tensor[steps];
        z[0] = Sample(Normal(0, 1).Expand(3));
        Observe(x[.., 0], Normal(emission.call(z[0]), 1), where: x[.., 0].isfinite().all(-1));
        for (var t = 0; t < steps - 1; t++)
        {
            z[t + 1] = Sample(Normal(transition.call(z[t]), 0.5));
            Observe(x[.., t + 1], Normal(emission.call(z[t + 1]), 1), where: length[.., 0] > t + 1);
        }
    }
}
