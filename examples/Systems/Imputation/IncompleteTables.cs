using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Linear = TorchSharp.Modules.Linear;
using Parameter = TorchSharp.Modules.Parameter;

namespace Ppl.Examples.Systems;

/// <summary>
/// z ~ Normal(0, I), x_j ~ StudentT(ν_j(z), m_j(z), s_j(z)), entries observed where they are seen: the model of MIWAE (Mattei and Frellsen 2019).
/// </summary>
public sealed partial class IncompleteTable : GenerativeModel
{
    // Moments of order three exist, and no density is without bound.
    private const double LeastFreedom = 3;
    private const double LeastScale = 1e-3;

    private readonly int latents;
    private readonly Module<Tensor, Tensor> hidden;
    private readonly Module<Tensor, Tensor> location;
    private readonly Module<Tensor, Tensor> scale;
    private readonly Module<Tensor, Tensor> freedom;

    /// <summary>Random weights.</summary>
    /// <param name="latents">The dimension of z.</param>
    /// <param name="columns">The dimension of x.</param>
    /// <param name="units">Units of each of the two hidden layers.</param>
    public IncompleteTable(int latents, long columns, int units)
    {
        this.latents = latents;
        hidden = Sequential(Linear(latents, units), Tanh(), Linear(units, units), Tanh());
        location = Linear(units, columns);
        scale = Sequential(Linear(units, columns), Softplus());
        freedom = Sequential(Linear(units, columns), Softplus());
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x, Tensor seen)
    {
        using var row = Plate(x, seen);
        var z = Sample(Normal(0, 1).Expand(latents));
        var h = hidden.call(z);
        var likelihood = StudentT(LeastFreedom + freedom.call(h), location.call(h), LeastScale + scale.call(h));
        using var entry = Plate(x, seen);
        Observe(x, likelihood, where: seen);
    }
}

/// <summary>The linear model with normal noise, z ~ Normal(0, I), x ~ Normal(W z + μ, σ² I), whose missing entries have a closed form.</summary>
public sealed partial class IncompletePca : GenerativeModel
{
    private readonly int latents;
    private readonly Linear mean;
    private readonly Parameter logScale = Parameter(tensor(0f));

    /// <summary>Random weights, σ = 1.</summary>
    /// <param name="latents">The dimension of z.</param>
    /// <param name="columns">The dimension of x.</param>
    public IncompletePca(int latents, long columns)
    {
        this.latents = latents;
        mean = Linear(latents, columns);
        RegisterComponents();
    }

    /// <summary>
    /// E[x_miss | x_obs] = μ + W (W_oᵀ W_o + σ² I)⁻¹ W_oᵀ (x_o − μ_o), W_o the rows of W that belong to what is observed (Tipping and Bishop 1999).
    /// </summary>
    /// <param name="x">[n, d], with any finite number in the place of what is missing.</param>
    /// <param name="seen">Boolean, [n, d].</param>
    /// <returns>[n, d], float64: what is observed, and conditional means.</returns>
    public Tensor ConditionalMean(Tensor x, Tensor seen)
    {
        var (w, centre, mask, data) = (mean.weight!.detach().to(float64), mean.bias!.detach().to(float64), seen.to(float64), x.to(float64));
        var observed = w * mask.unsqueeze(-1);                                          // [n, d, q]: rows of what is missing are 0
        var precision = observed.mT.matmul(observed) + ((2 * logScale).exp().to(float64) * eye(latents, dtype: float64));
        var z = linalg.solve(precision, ((data - centre) * mask).matmul(w).unsqueeze(-1)).squeeze(-1);
        return where(seen, data, centre + z.matmul(w.t()));
    }

    [Model]
    private void Generate(Tensor x, Tensor seen)
    {
        using var row = Plate(x, seen);
        var z = Sample(Normal(0, 1).Expand(latents));
        var location = mean.call(z);
        using var entry = Plate(x, seen);
        Observe(x, Normal(location, logScale: logScale), where: seen);
    }
}
