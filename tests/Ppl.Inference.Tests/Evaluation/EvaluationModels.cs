using Ppl.Distributions;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Evaluation;

/// <summary>Counts with a rate above 0: p(x) is negative binomial.</summary>
internal sealed partial class GammaPoissonRows : GenerativeModel
{
    public const double Shape = 2.5, Rate = 0.7;

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var rate = Sample(Gamma(Shape, Rate).Expand(3));
        Observe(x, Poisson(rate));
    }
}

/// <summary>Words of three kinds with probabilities that sum to 1: p(x) is Dirichlet-multinomial.</summary>
internal sealed partial class DirichletRows : GenerativeModel
{
    public const double Concentration = 1.5;

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var p = Sample(Dirichlet(full([3], Concentration, dtype: ScalarType.Float64)));
        Observe(x, Multinomial(6, probs: p));
    }
}

/// <summary>A bound that is a latent: p(low) = −log low on (0, 1).</summary>
internal sealed partial class StickRows : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var high = Sample(Uniform(0, 1));
        var low = Sample(Uniform(0, high));
        Observe(x, Normal(low, 0.3));
    }
}

/// <summary>A prior that each row has.</summary>
internal sealed partial class RowPrior : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor mean)
    {
        using var data = Plate(x, mean);
        var z = Sample(Normal(mean, 2));
        Observe(x, Normal(z, 0.5));
    }
}

/// <summary>A factor that is uniform on an interval, whatever it sees.</summary>
internal sealed class BoxHead(double low, double high) : Head<Uniform>(nameof(BoxHead))
{
    private IReadOnlyList<long> events = [];

    public override void Prepare(long features, IReadOnlyList<long> eventShape, ScalarType dtype, Device device) => events = eventShape;

    public override Uniform Forward(Tensor features)
    {
        var one = ones([features.shape[0], .. events], features.dtype);
        return new Uniform(low * one, high * one);
    }
}

/// <summary>Entries that are not there.</summary>
internal sealed partial class MaskedRows : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor seen)
    {
        using var data = Plate(x, seen);
        var z = Sample(Normal(0, 1));
        Observe(x, Normal(z, 0.5), where: seen);
    }
}

/// <summary>A family without a mean.</summary>
internal sealed partial class CauchyRows : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1));
        Observe(x, Cauchy(z, 0.5));
    }
}

/// <summary>Categories, which are no numbers.</summary>
internal sealed partial class CategoryRows : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(3));
        Observe(x, Categorical(logits: z));
    }
}

/// <summary>A mean that all rows share.</summary>
internal sealed partial class SharedMean : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        var mean = Sample(Normal(0, 1));
        using var data = Plate(x);
        Observe(x, Normal(mean, 1));
    }
}

/// <summary>A latent that is known in some rows.</summary>
internal sealed partial class KnownRows : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor? y, Tensor known)
    {
        using var data = Plate(x, y, known);
        var z = Sample(Normal(0, 1), observed: y, where: known);
        Observe(x, Normal(z, 1));
    }
}

/// <summary>Two latents, four numbers a row, any of which may be missing: what is missing is normal given the rest.</summary>
internal sealed partial class LinearEntries : GenerativeModel
{
    private readonly TorchSharp.Modules.Parameter map;

    public LinearEntries(double[,] map)
    {
        this.map = new(tensor(map));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x, Tensor seen)
    {
        using var data = Plate(x, seen);
        var z = Sample(Normal(0, 1).Expand(2));
        var mean = z.matmul(map);
        using var entry = Plate(x, seen);
        Observe(x, Normal(mean, 0.5), where: seen);
    }
}

/// <summary>Counts, some of them missing.</summary>
internal sealed partial class MaskedCounts : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor seen)
    {
        using var data = Plate(x, seen);
        var rate = Sample(Gamma(4, 2));
        Observe(x, Poisson(rate), where: seen);
    }
}

/// <summary>Missing data of a mean that all rows share.</summary>
internal sealed partial class SharedMasked : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor seen)
    {
        var mean = Sample(Normal(0, 1));
        using var data = Plate(x, seen);
        Observe(x, Normal(mean, 1), where: seen);
    }
}

/// <summary>Missing slices of a series.</summary>
internal sealed partial class MaskedSlices : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor seen)
    {
        using var data = Plate(x, seen);
        var level = Sample(Normal(0, 1));
        for (var t = 0; t < 3; t++) Observe(x[.., t], Normal(level, 0.5), where: seen[.., t]);
    }
}

/// <summary>Missing categories.</summary>
internal sealed partial class MaskedKinds : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor seen)
    {
        using var data = Plate(x, seen);
        var z = Sample(Normal(0, 1).Expand(3));
        Observe(x, Categorical(logits: z), where: seen);
    }
}

/// <summary>Missing numbers of a family without a mean.</summary>
internal sealed partial class MaskedCauchy : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor seen)
    {
        using var data = Plate(x, seen);
        var z = Sample(Normal(0, 1));
        Observe(x, Cauchy(z, 0.5), where: seen);
    }
}

/// <summary>A latent between two numbers.</summary>
internal sealed partial class Bounded : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Uniform(-1, 2));
        Observe(x, Normal(z, 0.5));
    }
}
