using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>z ~ Normal(0, I), x ~ Bernoulli(decoder(z, c)): the label enters the decoder, and z is what is left of an image.</summary>
public sealed partial class LabelledVae : GenerativeModel
{
    private readonly int latents;
    private readonly Module<Tensor, Tensor> decoder;

    /// <summary>Random weights.</summary>
    /// <param name="latents">The dimension of z.</param>
    /// <param name="pixels">Those of an image.</param>
    /// <param name="units">Units of each hidden layer.</param>
    /// <param name="depth">Hidden layers.</param>
    public LabelledVae(int latents, long pixels, int units, int depth)
    {
        this.latents = latents;
        decoder = Sequential(Layers.Rectified(latents + 10, units, depth), Linear(units, pixels));
        RegisterComponents();
    }

    /// <summary>p(x | z, c) of each pixel.</summary>
    /// <param name="z">[n, latents].</param>
    /// <param name="label">c, [n, 10]: one of the ten is 1.</param>
    public Tensor Decode(Tensor z, Tensor label) => decoder.call(cat([z, label], -1)).sigmoid();

    [Model]
    private void Generate(Tensor x, Tensor label)
    {
        using var data = Plate(x, label);
        var z = Sample(Normal(0, 1).Expand(latents));
        Observe(x, Bernoulli(logits: decoder.call(cat([z, label], -1))));
    }
}

/// <summary>
/// z ~ Normal(m(c), s(c)), x ~ Bernoulli(decoder(z)): the label enters the prior, and each digit has its own place among the latents.
/// </summary>
public sealed partial class LabelledPriorVae : GenerativeModel
{
    private readonly Module<Tensor, Tensor> mean;
    private readonly Module<Tensor, Tensor> scale;
    private readonly Module<Tensor, Tensor> decoder;

    /// <inheritdoc cref="LabelledVae(int, long, int, int)"/>
    public LabelledPriorVae(int latents, long pixels, int units, int depth)
    {
        mean = Linear(10, latents);
        scale = Sequential(Linear(10, latents), Softplus());
        decoder = Sequential(Layers.Rectified(latents, units, depth), Linear(units, pixels));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x, Tensor label)
    {
        using var data = Plate(x, label);
        var z = Sample(Normal(mean.call(label), scale.call(label)));
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }
}
