using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.Adversarial;

/// <summary>An implicit model: x is a function of noise, and has no density.</summary>
internal sealed partial class Implicit : GenerativeModel
{
    private readonly int latents;
    private readonly Module<Tensor, Tensor> generator;

    public Implicit(int latents = 2, int size = 2, int hidden = 0)
    {
        this.latents = latents;
        generator = hidden == 0 ? Linear(latents, size, dtype: ScalarType.Float64)
            : Sequential(Linear(latents, hidden, dtype: ScalarType.Float64), Tanh(), Linear(hidden, size, dtype: ScalarType.Float64));
        RegisterComponents();
    }

    public Module<Tensor, Tensor> Generator => generator;

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(latents));
        Observe(x, Delta(generator.call(z)));
    }
}

/// <summary>A model with a density, a learnt prior and a normal likelihood: draws run along both.</summary>
internal sealed partial class NoisyLine : GenerativeModel
{
    private readonly TorchSharp.Modules.Parameter mean = new(zeros(1, dtype: ScalarType.Float64));
    private readonly Module<Tensor, Tensor> map = Linear(1, 2, dtype: ScalarType.Float64);

    public NoisyLine() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(mean, 0.5));
        Observe(x, Normal(map.call(z), 0.1));
    }
}

/// <summary>Its data are no functions of noise.</summary>
internal sealed partial class Coins : GenerativeModel
{
    private readonly Module<Tensor, Tensor> map = Linear(1, 3, dtype: ScalarType.Float64);

    public Coins() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(1));
        Observe(x, Bernoulli(logits: map.call(z)));
    }
}

/// <summary>Two observed sites.</summary>
internal sealed partial class TwoImplicit : GenerativeModel
{
    private readonly Module<Tensor, Tensor> map = Linear(1, 2, dtype: ScalarType.Float64);

    public TwoImplicit() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var z = Sample(Normal(0, 1).Expand(1));
        Observe(x, Delta(map.call(z)));
        Observe(y, Delta(z * 2));
    }
}

/// <summary>Its rows follow from a covariate.</summary>
internal sealed partial class Guided : GenerativeModel
{
    private readonly Module<Tensor, Tensor> map = Linear(2, 2, dtype: ScalarType.Float64);

    public Guided() => RegisterComponents();

    [Model]
    private void Generate(Tensor c, Tensor x)
    {
        using var data = Plate(c, x);
        var z = Sample(Normal(0, 1).Expand(1));
        Observe(x, Delta(map.call(cat([c, z], -1))));
    }
}

/// <summary>Networks of critics.</summary>
internal static class Critic
{
    public static TorchSharp.Modules.Linear Line(int size = 2) => Linear(size, 1, dtype: ScalarType.Float64);

    public static Module<Tensor, Tensor> Curved(int size = 2) =>
        Sequential(Linear(size, 6, dtype: ScalarType.Float64), Tanh(), Linear(6, 1, dtype: ScalarType.Float64));
}
