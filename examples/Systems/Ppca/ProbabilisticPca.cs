using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Linear = TorchSharp.Modules.Linear;
using Parameter = TorchSharp.Modules.Parameter;

namespace Ppl.Examples.Systems;

/// <summary>z ~ Normal(0, I), x ~ Normal(W z + μ, σ² I) (Tipping and Bishop 1999, equations 1 and 2).</summary>
public sealed partial class ProbabilisticPca : GenerativeModel
{
    private readonly int latents;
    private readonly Linear mean;
    private readonly Parameter logScale = Parameter(tensor(0.0));

    /// <summary>Random weights, σ = 1.</summary>
    /// <param name="latents">The dimension of z.</param>
    /// <param name="size">The dimension of x.</param>
    public ProbabilisticPca(int latents, long size)
    {
        this.latents = latents;
        mean = Linear(latents, size);
        RegisterComponents();
    }

    /// <summary>W, μ and σ² as they are now.</summary>
    public LinearGaussian Estimate() => new(mean.weight!.detach(), mean.bias!.detach(), (2 * logScale).exp().item<double>());

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(latents));
        Observe(x, Normal(mean.call(z), logScale: logScale));
    }
}
