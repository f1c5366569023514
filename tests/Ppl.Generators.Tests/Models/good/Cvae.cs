using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Network = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

/// <summary>A conditional VAE in the global namespace: c is a covariate, which the encoder sees too.</summary>
public partial class Cvae : GenerativeModel
{
    private readonly Network prior = Linear(2, 3);
    private readonly Network decoder = Linear(5, 6);

    public Cvae() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor c)
    {
        using var data = Plate(x, c);
        var z = Sample(Normal(prior.call(c), 1));
        Observe(x, Bernoulli(logits: decoder.call(cat([z, c], -1))));
    }
}
