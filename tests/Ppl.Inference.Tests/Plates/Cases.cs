using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Plates;

/// <summary>A plated model with data, a guide, and what is known of it in closed form.</summary>
internal sealed class Case : IDisposable
{
    private Case(HandModel model, Tensor[] data, Action<HandGuide> setPosterior, Tensor evidence)
    {
        (Model, Data, Guide, Evidence) = (model, data, model.CreateGuide(), evidence);
        Guide.Prepare(Guide.Batch(data));
        setPosterior(Guide);
    }

    public static IReadOnlyList<string> Names { get; } =
        [nameof(GlobalMean), nameof(Nested), nameof(Counties), nameof(SideBySide), nameof(Regression)];

    public HandModel Model { get; }

    public HandGuide Guide { get; }

    public Tensor[] Data { get; }

    /// <summary>log p of all data.</summary>
    public Tensor Evidence { get; }

    public Batch Batch => Guide.Batch(Data);

    /// <summary>The case with the exact posterior as its guide.</summary>
    public static Case Exact(string name)
    {
        manual_seed(4);
        var x = randn([6], ScalarType.Float64) + 0.5;
        var of = tensor(new long[] { 2, 0, 1, 1, 2, 0 });
        var matrix = randn([4, 3], ScalarType.Float64);
        var y = randn([3], ScalarType.Float64);
        var features = tensor(new double[,] { { 1, 1 }, { 1, -1 }, { 2, 0 }, { 0, 2 } });
        var response = randn([4], ScalarType.Float64);
        return name switch
        {
            nameof(GlobalMean) => new(new GlobalMean(), [x], g => GlobalMean.SetPosterior(g, x), GlobalMean.Evidence(x)),
            nameof(Nested) => new(new Nested(), [matrix], g => Nested.SetPosterior(g, matrix), Nested.Evidence(matrix)),
            nameof(Counties) => new(new Counties(), [x, of], g => Counties.SetPosterior(g, x, of), Counties.Evidence(x, of)),
            nameof(SideBySide) => new(new SideBySide(), [x, y], g => SideBySide.SetPosterior(g, x, y), SideBySide.Evidence(x, y)),
            _ => new(
                new Regression(), [response, features], g => Regression.SetPosterior(g, response, features),
                Regression.Evidence(response, features)),
        };
    }

    /// <summary>The case with a guide somewhere else.</summary>
    public static Case Disturbed(string name)
    {
        var result = Exact(name);
        manual_seed(5);
        using var grad = no_grad();
        foreach (var parameter in result.Guide.parameters()) parameter.add_(randn_like(parameter) * 0.2);
        return result;
    }

    public void Dispose()
    {
        Guide.Dispose();
        Model.Dispose();
    }
}
