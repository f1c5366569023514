using System.Text.RegularExpressions;
using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Flows;
using Ppl.Inference;
using Ppl.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Pages;

/// <summary>What README and docs/ show compiles as it stands there, with the usings that are shown there.</summary>
public sealed class PageTests
{
    /// <summary>Every page with C#, except those of the diagnostics, whose examples are faulty on purpose: DiagnosticPageTests has them.</summary>
    public static TheoryData<string> Names => [.. Pages];

    /// <summary>The pages that travel in packages.</summary>
    public static TheoryData<string> Packed => [.. PackedPages];

    private static IEnumerable<string> PackedPages => Repository.Files("README.md", "src").Concat(Repository.Files("README.md", "templates"));

    private static IEnumerable<string> Pages => Repository.Files("*.md")
        .Where(page => page == "README.md" || page.StartsWith("docs/", StringComparison.Ordinal) || PackedPages.Contains(page))
        .Where(page => !page.StartsWith("docs/diagnostics/", StringComparison.Ordinal))
        .Where(page => Repository.Read(page).Contains("```csharp", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Shown_code_compiles(string page)
    {
        foreach (var program in PageSource.Programs(Repository.Read(page)))
        {
            var faults = await UserCompiler.Faults(program);
            Assert.True(faults.Count == 0, string.Join('\n', faults) + "\n\n" + program);
        }
    }

    /// <summary>A feed shows the page alone, without the repository that a relative link would lead into.</summary>
    [Theory]
    [MemberData(nameof(Packed))]
    public void A_packed_page_has_no_relative_links(string page) => Assert.DoesNotMatch(@"\]\((?!https://)", Repository.Read(page));

    [Fact]
    public void Each_package_has_a_page_of_its_own()
    {
        var described = Repository.Files("*.nuspec", "src").ToArray();
        Assert.Equal(described.Select(Path.GetDirectoryName).Append("templates"), PackedPages.Select(Path.GetDirectoryName));
        Assert.All(described, path => Assert.Contains("<file src=\"README.md\"", Repository.Read(path), StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_compiled_has_a_reason() => Assert.All(
        Pages.SelectMany(page => PageSource.Left(Repository.Read(page))),
        note => Assert.Matches("^none, .{10,}$", note));

    [Fact]
    public async Task A_mistake_on_a_page_is_found()
    {
        const string Page = "<!-- snippet: around\nclass C\n{\n    ...\n}\n-->\n```csharp\nint F() => x;\n```\n";
        var program = Assert.Single(PageSource.Programs(Page));
        Assert.Contains(await UserCompiler.Faults(program), fault => fault.Contains("CS0103", StringComparison.Ordinal));
    }

    /// <summary>What compiles may still mean nothing: sizes of plates, and objectives for a model, are judged when it runs.</summary>
    [Fact]
    public void What_the_page_on_plates_shows_runs()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var program = UserCompiler.Load(PageSource.Programs(Repository.Read("docs/plates.md"))[0]);
        program.EntryPoint!.Invoke(null, [Array.Empty<string>()]);
        (string Name, long[][] Shapes)[] models = [("Schools", [[4, 3]]), ("Ratings", [[4, 3]]), ("Regression", [[6], [6, 2]])];
        foreach (var (name, shapes) in models)
        {
            using var model = (GenerativeModel)Activator.CreateInstance(program.GetType(name)!)!;
            using var guide = ((IGeneratedModel)model).CreateGuide();
            var settings = new SviSettings { Reporter = ITrainingReporter.Quiet };
            var isJoint = ((IGeneratedModel)model).Plan.HasOuterLatents;
            foreach (var objective in new[] { Objective.Elbo(3), Objective.Iwae(3, joint: isJoint) })
            {
                using var svi = new Svi(model, guide, objective, settings: settings);
                Assert.True(double.IsFinite(svi.Fit([.. shapes.Select(shape => randn(shape))], steps: 2).Training!.Bound));
            }
        }
    }

    /// <summary>Line numbers are those of the program that the page's block became.</summary>
    [Fact]
    public void The_report_that_a_page_shows_is_the_one_that_is_written()
    {
        using var scope = NewDisposeScope();
        var page = Repository.Read("docs/decisions.md");
        using var model = (GenerativeModel)Activator.CreateInstance(UserCompiler.Load(PageSource.Programs(page)[0]).GetType("Growth")!)!;
        var report = ((IGeneratedModel)model).Plan.Report();
        var shown = Regex.Match(page, "line numbers:\n\n```\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline).Groups[1].Value;
        Assert.True(Unnumbered(shown) == Unnumbered(report), $"the page shows another report than is written:\n{report}");

        static string Unnumbered(string text) => Regex.Replace(text, @"line \d+", "line");
    }

    [Fact]
    public void What_the_page_on_time_series_shows_runs()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var program = UserCompiler.Load(PageSource.Programs(Repository.Read("docs/time-series.md"))[0]);
        program.EntryPoint!.Invoke(null, [Array.Empty<string>()]);
        using var model = (GenerativeModel)Activator.CreateInstance(program.GetType("Autoregression")!)!;
        using var guide = ((IGeneratedModel)model).CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(3), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        Assert.True(double.IsFinite(svi.Fit([randn(5, 20, 3)], steps: 2).Training!.Bound));
    }

    [Fact]
    public void The_family_that_a_page_writes_is_right()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var type = UserCompiler.Load(PageSource.Programs(Repository.Read("docs/adding-a-family.md"))[0]).GetType("Moyal")!;
        Distribution Make(double loc, double scale) =>
            (Distribution)Activator.CreateInstance(type, (TensorOrScalar)tensor(new[] { loc }), (TensorOrScalar)tensor(new[] { scale }))!;
        var (q, p) = (Make(0.3, 0.5), Make(-0.2, 1.2));

        // Quadrature on a grid wide enough that nothing is left outside.
        var grid = linspace(-40, 40, 800_001, dtype: ScalarType.Float64).unsqueeze(1);
        double Integral(Tensor values) => (values.sum() * 1e-4).item<double>();
        var density = q.LogProb(grid).exp();
        Assert.Equal(1, Integral(density), 6);
        Assert.Equal(q.Mean.item<double>(), Integral(density * grid), 6);
        Assert.Equal(q.Variance.item<double>(), Integral(density * (grid - q.Mean).square()), 6);
        Assert.Equal(q.Entropy().item<double>(), -Integral(density * q.LogProb(grid)), 6);
        Assert.Equal(KlRegistry.Kl(q, p)!.item<double>(), Integral(density * (q.LogProb(grid) - p.LogProb(grid))), 6);

        // The normal's own density is the built-in one.
        var normal = new Normal(tensor(new[] { 0.3 }), tensor(new[] { 0.5 }));
        var ofNormal = normal.LogProb(grid);
        Assert.Equal(KlRegistry.Kl(normal, p)!.item<double>(), Integral(ofNormal.exp() * (ofNormal - p.LogProb(grid))), 6);

        // 200,000 draws: each bound is five standard errors, which a right sampler leaves with probability below 1e-6.
        var draws = q.Sample(200_000);
        var (variance, root) = (q.Variance.item<double>(), Math.Sqrt(200_000));
        var ofMean = 5 * Math.Sqrt(variance) / root;
        Assert.InRange((draws.mean() - q.Mean).item<double>(), -ofMean, ofMean);

        // The fourth central moment is 7 times the variance's square.
        var ofVariance = 5 * Math.Sqrt(6) * variance / root;
        Assert.InRange((draws - q.Mean).square().mean().item<double>(), variance - ofVariance, variance + ofVariance);
    }

    /// <summary>The page's own checks of its maps are part of its program; families and constraints are held against what they mean.</summary>
    [Fact]
    public void The_maps_the_vectors_and_the_set_that_a_page_writes_are_right()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var page = UserCompiler.Load(PageSource.Programs(Repository.Read("docs/adding-a-family.md"))[0]);
        page.EntryPoint!.Invoke(null, [Array.Empty<string>()]);
        var ball = (Constraint)Activator.CreateInstance(page.GetType("Ball")!)!;
        var onto = BijectTo.Of(ball);
        Assert.Null(ball.Find(onto.Forward(randn(50, 2, float64) * 3), "value", "A family"));
        Assert.Equal(
            "A family needs value of length below 1; found 0.8 at [1, 0]",
            ball.Find(tensor(new[] { 0.1, 0.2, 0.8, 0.7 }).reshape(2, 2), "value", "A family")!.Message);

        // The plane in polar coordinates: the integral over the distance r has 2πr.
        var radial = (Distribution)Activator.CreateInstance(page.GetType("RadialLaplace")!, tensor(new[] { 0.5, -1.0 }))!;
        Assert.Equal([2], radial.Shape);
        var distance = linspace(5e-5, 40, 400_000, dtype: ScalarType.Float64);
        var density = radial.LogProb(radial.Mean + (stack([distance, zeros_like(distance)], -1)));
        var mass = density.exp() * distance * (2 * Math.PI * 1e-4);
        Assert.Equal(1, mass.sum().item<double>(), 4);
        Assert.Equal(radial.Entropy().item<double>(), -(mass * density).sum().item<double>(), 4);
        Assert.Equal(radial.Variance[0].item<double>(), (mass * distance.square()).sum().item<double>() / 2, 3);

        // A coordinate's variance is 3: five standard errors of the mean, and a wide bound for the variance, whose kurtosis is 35 / 3.
        var draws = radial.Sample(200_000);
        Assert.All((draws.mean([0]) - radial.Mean).data<double>(), error => Assert.InRange(error, -0.02, 0.02));
        Assert.All((draws - radial.Mean).square().mean([0]).data<double>(), variance => Assert.InRange(variance, 2.9, 3.1));
    }

    [Fact]
    public void The_flow_and_the_map_that_a_page_writes_pass_their_checks()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var page = UserCompiler.Load(PageSource.Programs(Repository.Read("docs/flows.md"))[0]);
        var shear = (Flow)Activator.CreateInstance(page.GetType("Shear")!, 0L)!;
        shear.to(float64);
        using (no_grad()) shear.get_parameter("bend")!.fill_(0.7);
        shear.Check(randn(20, 2, float64));
        ((ElementMap)Activator.CreateInstance(page.GetType("SinhMap")!)!).Check(randn(20, 3, float64), randn(20, 3, 2, float64));
    }
}
