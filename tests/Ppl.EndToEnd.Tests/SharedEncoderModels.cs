using Ppl.EndToEnd.Tests.Catalogue;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests;

/// <summary>A state-space model with independent factors.</summary>
internal sealed partial class IndependentStates : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "IndependentStates", () => new IndependentStates(), (n, t) => [CatalogueEntry.Real(t, n, 3, 2)], [], []);

    private readonly Module<Tensor, Tensor> transition = Linear(2, 2);

    public IndependentStates() => RegisterComponents();

    [Model(Guide = GuideStructure.MeanField)]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = new Tensor[3];
        z[0] = Sample(Normal(0, 1).Expand(2));
        for (var t = 1; t < 3; t++) z[t] = Sample(Normal(transition.call(z[t - 1]), 0.5));
        for (var t = 0; t < 3; t++) Observe(x[.., t], Normal(z[t], 0.5));
    }
}

/// <summary>Each part of a series has a state and measurements of its own, and some are of the whole.</summary>
internal sealed partial class PartsOfSeries : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "PartsOfSeries", () => new PartsOfSeries(), (n, t) => [CatalogueEntry.Real(t, n, 2, 4, 3), CatalogueEntry.Real(t, n, 3)], [], []);

    private readonly Module<Tensor, Tensor> emission = Linear(1, 4);

    public PartsOfSeries() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var part = Plate(x);
        var z = new Tensor[3];
        z[0] = Sample(Normal(0, 1), within: part);
        for (var t = 1; t < 3; t++) z[t] = Sample(Normal(0.9 * z[t - 1], 0.5), within: part);
        for (var t = 0; t < 3; t++)
        {
            Observe(x[.., .., .., t], Normal(emission.call(z[t].unsqueeze(2)), 0.5), within: part);
            Observe(y[.., t], Normal(z[t].sum(1), 0.5));
        }
    }
}

/// <summary>Elements with events of two sizes.</summary>
internal sealed partial class Unlike : GenerativeModel
{
    private readonly Module<Tensor, Tensor> map = Linear(3, 2);

    public Unlike() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = new Tensor[2];
        z[0] = Sample(Normal(0, 1).Expand(3));
        z[1] = Sample(Normal(map.call(z[0]), 1));
        Observe(x, Normal(z[1], 0.5));
    }
}

/// <summary>Two elements that see the same.</summary>
internal sealed partial class Twins : GenerativeModel
{
    [Model(Guide = GuideStructure.MeanField)]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = new Tensor[2];
        for (var i = 0; i < 2; i++) z[i] = Sample(Normal(0, 1));
        Observe(x, Normal(z[0] + z[1], 0.5));
    }
}

/// <summary>A series whose every step sees two elements of another array, and its own first one.</summary>
internal sealed partial class Anchored : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new("Anchored", () => new Anchored(4), (n, t) => [CatalogueEntry.Real(t, n, 4)], [], []);

    private readonly int steps;

    public Anchored(int steps)
    {
        this.steps = steps;
        RegisterComponents();
    }

    [Model(Guide = GuideStructure.TopDown)]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var w = new Tensor[2];
        for (var i = 0; i < 2; i++) w[i] = Sample(Normal(0, 1));
        var z = new Tensor[steps];
        z[0] = Sample(Normal(w[0] + w[1], 1));
        z[1] = Sample(Normal(z[0] + (w[0] * w[1]), 1));
        for (var t = 2; t < steps; t++) z[t] = Sample(Normal(z[t - 1] + (z[0] * w[0]) - w[1], 1));
        for (var t = 0; t < steps; t++) Observe(x[.., t], Normal(z[t], 0.5));
    }
}
