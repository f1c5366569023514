using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>A branch in a loop over sites: the first round is another one, and every second round differs.</summary>
public sealed partial class Rounds : GenerativeModel
{
    private readonly int steps = 5;
    private readonly Module<Tensor, Tensor> walk = Linear(3, 3), decoder = Linear(3, 6);

    public Rounds() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[steps];
        for (var i = 0; i < steps; i++)
        {
            if (i == 0) h[i] = Sample(Normal(0, 1).Expand(3));
            else h[i] = i % 2 == 0 ? Sample(Normal(walk.call(h[i - 1]), 1)) : Sample(Normal(h[i - 1], 1));
        }

        Observe(x, Normal(decoder.call(h[^1]), 1));
    }
}
