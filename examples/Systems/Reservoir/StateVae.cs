using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>z ~ Normal(0, I), x ~ Normal(m(z), s(z)²): what states, or any rows of numbers, look like as long as nothing is wrong.</summary>
public sealed partial class StateVae : GenerativeModel
{
    private const double Least = 0.01;

    private readonly int latents;
    private readonly Module<Tensor, Tensor> hidden;
    private readonly Module<Tensor, Tensor> mean;
    private readonly Module<Tensor, Tensor> scale;

    /// <summary>Random weights.</summary>
    /// <param name="latents">The dimension of z.</param>
    /// <param name="numbers">That of x.</param>
    /// <param name="units">Units of the hidden layer.</param>
    public StateVae(int latents, long numbers, int units)
    {
        this.latents = latents;
        hidden = Sequential(Linear(latents, units), Tanh());
        mean = Linear(units, numbers);
        scale = Sequential(Linear(units, numbers), Softplus());
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var step = Plate(x);
        var z = Sample(Normal(0, 1).Expand(latents));
        var h = hidden.call(z);
        Observe(x, Normal(mean.call(h), Least + scale.call(h)));
    }
}
