using System.Reflection;
using Ppl.Contracts;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Pages;

/// <summary>The models beside those of other languages train, not only compile: sizes of plates are judged when they run.</summary>
public sealed class ComingFromTests
{
    private static readonly Lazy<Assembly> Pyro = new(() => Load("docs/coming-from-pyro.md"));
    private static readonly Lazy<Assembly> Stan = new(() => Load("docs/coming-from-stan.md"));

    private static readonly Dictionary<string, (Lazy<Assembly> Page, Func<Tensor[]> Data, object[] Sizes)> Models = new()
    {
        ["Vae"] = (Pyro, () => [Binary(6, 784)], []),
        ["Radon"] = (Pyro, () => [randn(6), Binary(6), Index(6, 85)], []),
        ["ItemResponse"] = (Pyro, () => [Binary(6, 4)], []),
        ["Network"] = (Pyro, () => [randn(6), randn(6, 3)], []),
        ["Schools"] = (Stan, () => [randn(8), rand(8) + 1], []),
        ["Varying"] = (Stan, () => [randn(6), randn(6), Index(6, 3)], [3L]),
        ["Logistic"] = (Stan, () => [Binary(6), randn(6, 4)], [4]),
        ["Answers"] = (Stan, () => [Binary(6), Index(6, 3), Index(6, 2)], [3L, 2L]),
    };

    public static TheoryData<string> Names => [.. Models.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_trains(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var (page, data, sizes) = Models[name];
        using var model = (GenerativeModel)Activator.CreateInstance(page.Value.GetType(name)!, sizes)!;
        using var guide = ((IGeneratedModel)model).CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(3), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        Assert.True(double.IsFinite(svi.Fit(data(), steps: 2).Training!.Bound));
    }

    [Fact]
    public void Every_model_of_the_pages_is_tried() => Assert.Equal(
        new[] { Pyro, Stan }.SelectMany(page => page.Value.GetTypes()).Where(type => type.IsAssignableTo(typeof(GenerativeModel))).Select(type => type.Name).Order(),
        Models.Keys.Order());

    /// <summary>The page's statements run as they stand there.</summary>
    private static Assembly Load(string page)
    {
        var program = UserCompiler.Load(PageSource.Programs(Repository.Read(page))[0]);
        manual_seed(0);
        program.EntryPoint!.Invoke(null, [Array.Empty<string>()]);
        return program;
    }

    private static Tensor Binary(params long[] shape) => rand(shape).round();

    private static Tensor Index(long rows, long size) => arange(rows).remainder(size);
}
