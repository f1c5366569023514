using Ppl;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

public sealed partial class Vae : GenerativeModel
{
    private readonly int latents;
    private readonly Module<Tensor, Tensor> decoder;

    public Vae(int latents = 3, int hidden = 8)
    {
        this.latents = latents;
        decoder = Sequential(Linear(latents, hidden), ReLU(), Linear(hidden, 6));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(latents));
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }
}
