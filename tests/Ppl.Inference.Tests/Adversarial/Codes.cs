using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.Adversarial;

/// <summary>A prior that is a mixture of two normal distributions.</summary>
internal sealed partial class TwoClusters : GenerativeModel
{
    private readonly Module<Tensor, Tensor> map = Linear(1, 3, dtype: ScalarType.Float64);

    public TwoClusters() => RegisterComponents();

    public Module<Tensor, Tensor> Map => map;

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(MixtureSameFamily(
            Categorical(probs: full([1, 2], 0.5, ScalarType.Float64)), Normal(tensor(new double[,] { { -2, 2 } }), 0.5)));
        Observe(x, Normal(map.call(z), 1));
    }
}

/// <summary>Latents that are numbers.</summary>
internal sealed partial class TwoNumbers : GenerativeModel
{
    private readonly Module<Tensor, Tensor> map = Linear(2, 3, dtype: ScalarType.Float64);

    public TwoNumbers() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var a = Sample(Normal(0, 1));
        var b = Sample(Normal(0, 1));
        Observe(x, Normal(map.call(stack([a, b], -1)), 1));
    }
}

/// <summary>A latent of two coordinates.</summary>
internal sealed partial class TwoCoordinates : GenerativeModel
{
    private readonly Module<Tensor, Tensor> map = Linear(2, 3, dtype: ScalarType.Float64);

    public TwoCoordinates() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(map.call(z), 1));
    }
}

/// <summary>Two codes a row, whose prior follows a number of the row.</summary>
internal sealed partial class RowsOfTwo : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor mean)
    {
        using var data = Plate(x, mean);
        using var entry = Plate(x);
        var z = Sample(Normal(mean, 1));
        Observe(x, Normal(z, 1));
    }
}

/// <summary>Odds of the second degree in the codes, which are the best ones between normal distributions.</summary>
internal sealed class Quadratic : Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Linear odds;

    public Quadratic(int size) : base(nameof(Quadratic))
    {
        odds = Linear(size + (size * size), 1, dtype: ScalarType.Float64);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) =>
        odds.call(cat([input, (input.unsqueeze(1) * input.unsqueeze(2)).flatten(1)], 1));
}

/// <summary>A linear model whose guide makes normal codes of known correlation from normal data, and is held or trained.</summary>
internal sealed class Codes : IDisposable
{
    private readonly bool isHeld;

    public Codes(int rows, double correlation, double mean = 0, bool isHeld = true)
    {
        const double Noise = 0.3;
        this.isHeld = isHeld;
        using var seed = manual_seed(3);
        (Model, Discriminator) = (new LinearGaussian(2, 5), new Quadratic(2));
        Data = randn(rows, 5, dtype: ScalarType.Float64);
        Set = Dataset.From(Data);
        Guide = Model.CreateGuide();
        Guide.Prepare(Guide.Batch(Data));
        using var scope = NewDisposeScope();

        // Cov(z) = A Aᵀ + 0.09 I with the variances 1 and the covariance ρ.
        var variance = 1 - (Noise * Noise);
        var second = correlation / Math.Sqrt(variance);
        var slope = zeros(2, 5, dtype: ScalarType.Float64);
        slope[0, 0] = Math.Sqrt(variance);
        slope[1, 0] = second;
        slope[1, 1] = Math.Sqrt(variance - (second * second));
        Ppca.SetLinear(Guide.z, slope, full(2, mean, ScalarType.Float64), full(2, Math.Log(Noise), ScalarType.Float64));
    }

    public LinearGaussian Model { get; }

    public LinearGaussian.Guide Guide { get; }

    public Quadratic Discriminator { get; }

    public Tensor Data { get; }

    public TensorDataset Set { get; }

    public Svi Svi(Objective objective, double rate, WeightAverage? average = null)
    {
        var svi = new Svi(Model, Guide, objective, p => optim.Adam(p, rate), new() { Reporter = ITrainingReporter.Quiet, Average = average });
        if (!isHeld) return svi;
        svi.Freeze(ParameterSet.OfModel);
        svi.Freeze(ParameterSet.OfGuide);
        return svi;
    }

    public void Dispose()
    {
        Guide.Dispose();
        Model.Dispose();
        Discriminator.Dispose();
        Set.Dispose();
        Data.Dispose();
    }
}
