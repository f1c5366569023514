using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>
/// z ~ Normal(m(x), s(x)), y ~ Bernoulli(decoder(z, x)): what is missing of an image given the rest, the CVAE of Sohn et al. (2015).
/// </summary>
public sealed partial class Completion : GenerativeModel
{
    private readonly Module<Tensor, Tensor> features;
    private readonly Module<Tensor, Tensor> mean;
    private readonly Module<Tensor, Tensor> scale;
    private readonly Module<Tensor, Tensor> decoder;

    /// <summary>Random weights.</summary>
    /// <param name="latents">The dimension of z.</param>
    /// <param name="given">The dimension of x.</param>
    /// <param name="missing">The dimension of y.</param>
    /// <param name="units">Units of each hidden layer.</param>
    public Completion(int latents, long given, long missing, int units)
    {
        features = Sequential(Linear(given, units), ReLU());
        mean = Linear(units, latents);
        scale = Sequential(Linear(units, latents), Softplus());
        decoder = Sequential(Linear(latents + given, units), ReLU(), Linear(units, missing));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor y, Tensor x)
    {
        using var image = Plate(y, x);
        var h = features.call(x);
        var z = Sample(Normal(mean.call(h), scale.call(h)));
        Observe(y, Bernoulli(logits: decoder.call(cat([z, x], -1))));
    }
}

/// <summary>y ~ Bernoulli(network(x)): one prediction for each image, by maximum likelihood; the baseline of Sohn et al. (2015).</summary>
public sealed partial class DeterministicCompletion : GenerativeModel
{
    private readonly Module<Tensor, Tensor> network;

    /// <summary>Random weights.</summary>
    /// <param name="given">The dimension of x.</param>
    /// <param name="missing">The dimension of y.</param>
    /// <param name="units">Units of each of the two hidden layers.</param>
    public DeterministicCompletion(long given, long missing, int units)
    {
        network = Sequential(Linear(given, units), ReLU(), Linear(units, units), ReLU(), Linear(units, missing));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor y, Tensor x)
    {
        using var image = Plate(y, x);
        Observe(y, Bernoulli(logits: network.call(x)));
    }
}
