using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>Latents that no data reach, one by one and in a loop: their guides see nothing.</summary>
public sealed partial class Unused : GenerativeModel
{
    private readonly int layers = 3;
    private readonly Module<Tensor, Tensor> decoder = Linear(2, 6);

    public Unused() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
#pragma warning disable PPL0101 // the point of this model
        var spare = Sample(Normal(0, 1).Expand(3));
        var h = new Tensor[layers];
        for (var i = 0; i < layers; i++) h[i] = Sample(MultivariateNormal(zeros(2), scaleTril: eye(2)));
#pragma warning restore PPL0101
        Observe(x, Normal(decoder.call(z), 1));
    }
}
