using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>
/// z ~ Normal(0, I), x ~ Normal(m(z), s(z)): mean and standard deviation of each pixel are learnt (Kingma and Welling 2014, appendix C.2).
/// </summary>
public sealed partial class GaussianVae : GenerativeModel
{
    // Intensities have 256 levels: a spread below one says more than the data do, and the density has no bound.
    private const double Least = 1.0 / 256;

    private readonly int latents;
    private readonly Module<Tensor, Tensor> hidden;
    private readonly Module<Tensor, Tensor> mean;
    private readonly Module<Tensor, Tensor> spread;

    /// <summary>Random weights.</summary>
    /// <param name="latents">The dimension of z.</param>
    /// <param name="pixels">Those of an image.</param>
    /// <param name="units">Units of the hidden layer.</param>
    public GaussianVae(int latents, long pixels, int units = 200)
    {
        this.latents = latents;
        hidden = Sequential(Linear(latents, units), Tanh());
        mean = Sequential(Linear(units, pixels), Sigmoid());
        spread = Sequential(Linear(units, pixels), Softplus());
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(latents));
        var h = hidden.call(z);
        Observe(x, Normal(mean.call(h), spread.call(h) + Least));
    }
}

/// <summary>The same with one fixed standard deviation: its bound is a squared error with a regularizer.</summary>
public sealed partial class FixedVarianceVae : GenerativeModel
{
    private readonly int latents;
    private readonly double scale;
    private readonly Module<Tensor, Tensor> mean;

    /// <summary>Random weights.</summary>
    /// <param name="latents">The dimension of z.</param>
    /// <param name="pixels">Those of an image.</param>
    /// <param name="scale">σ &gt; 0.</param>
    /// <param name="units">Units of the hidden layer.</param>
    public FixedVarianceVae(int latents, long pixels, double scale, int units = 200)
    {
        (this.latents, this.scale) = (latents, scale);
        mean = Sequential(Linear(latents, units), Tanh(), Linear(units, pixels), Sigmoid());
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(latents));
        Observe(x, Normal(mean.call(z), scale));
    }
}
