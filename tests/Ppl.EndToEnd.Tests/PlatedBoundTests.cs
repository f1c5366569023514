using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Bounds of compiled models with several plates: of parts of the data, and against closed forms.</summary>
public sealed class PlatedBoundTests
{
    /// <summary>Models with one rows plate, which a mini-batch may cut.</summary>
    public static TheoryData<string> Cut =>
    [
        "LinearRegression", "EightSchools", "EightSchoolsNonCentred", "Radon", "ItemResponse", "Ratings", "GlobalVae", "Pupils", "Growth",
        "Correlated", "Districts", "Tastes", "Matches", "Topics", "BayesianNetwork", "Visits", "Committees",
        "Surveys", "Gaps", "Weather", "Labels", "Measured", "Penalties", "Uranium", "Wells", "Questions",
    ];

    /// <summary>At the same draws of what lies outside rows, and of each row's own, the mean over all subsets is the bound of all data.</summary>
    [Theory]
    [MemberData(nameof(Cut))]
    public void Parts_of_the_data_are_unbiased(string name)
    {
        using var pass = Pass.Prepare(Models.Get(name), rows: 4);
        var (guide, whole, sites) = (pass.Guide, pass.Batch, pass.Guide.LatentSites);
        var draws = guide.Draw(whole, 1);
        foreach (var form in new[] { TermForm.ClosedFormWhereLegal, TermForm.Sampled })
        {
            var full = ParityTests.Bound(guide.Terms(draws, form));
            var (expected, gradient) = (full.item<double>(), pass.Gradient(full));
            foreach (var size in new[] { 1, 2, 4 })
            {
                var bounds = new List<Tensor>();
                foreach (var chosen in Subsets(4, size))
                {
                    var index = tensor(chosen.Select(row => (long)row).ToArray());
                    var batch = guide.Batch(
                        [.. whole.Tensors.Select((t, i) => guide.Plan.Inputs[i].HasRows ? t.index_select(0, index) : t)], [4], chosen);
                    var part = guide.Condition(
                        guide.Draw(batch, 1), [.. draws.Latents.Select((z, i) => sites[i].IsLocal ? z.index_select(0, index) : z)]);
                    bounds.Add(ParityTests.Bound(guide.Terms(part, form)));
                }

                var mean = stack([.. bounds]).mean();
                Assert.Equal(expected, mean.item<double>(), 1e-12 * (1 + Math.Abs(expected)));
                Assert.True((pass.Gradient(mean) - gradient).abs().max().item<double>() < 1e-10 * (1 + gradient.abs().max().item<double>()));
            }
        }
    }

    /// <summary>The posterior of weights under known noise is a multivariate normal: the guide that can be one reaches log p(y).</summary>
    [Fact]
    public void A_conjugate_regression_reaches_the_evidence()
    {
        using var scope = NewDisposeScope();
        Seed(4);
        var x = randn([8, 3], ScalarType.Float64);
        var y = randn([8], ScalarType.Float64) + x.sum(1);
        using var model = new KnownNoise();
        using var guide = model.CreateGuide(w: Posterior.FullCovariance(), b: Posterior.FullCovariance());
        var covariance = x.matmul(x.t()) + 4 + (eye(8, dtype: ScalarType.Float64) * 0.25);
        Reaches(model, guide, [y, x], new MultivariateNormal(zeros_like(y), covariance: covariance).LogProb(y).item<double>());
    }

    /// <summary>Effects of counties, which houses read by index, and their common mean: normal together.</summary>
    [Fact]
    public void Conjugate_effects_read_by_index_reach_the_evidence()
    {
        using var scope = NewDisposeScope();
        Seed(4);
        var of = tensor(new long[] { 2, 0, 1, 1, 2, 0, 2 });
        var y = randn([7], ScalarType.Float64) + of;
        using var model = new KnownCounties();
        using var guide = model.CreateGuide(mu: Posterior.FullCovariance(), alpha: Posterior.FullCovariance());
        var same = of.unsqueeze(0).eq(of.unsqueeze(1)).to(ScalarType.Float64);
        Reaches(
            model, guide, [y, of],
            new MultivariateNormal(zeros_like(y), covariance: eye(7, dtype: ScalarType.Float64) + same + 1).LogProb(y).item<double>());
    }

    internal static void Reaches(GenerativeModel model, Guide guide, Tensor[] data, double evidence)
    {
        guide.Prepare(guide.Batch(data));
        var settings = new SviSettings { Reporter = ITrainingReporter.Quiet };
        foreach (var rate in new[] { 0.05, 0.02, 0.005, 0.001 })
        {
            var objective = Objective.Elbo(kl: KlForm.Sampled, gradient: GradientForm.StickingTheLanding);
            using var svi = new Svi(model, guide, objective, parameters => optim.Adam(parameters, lr: rate), settings: settings);
            for (var i = 0; i < 500; i++) svi.Step(data).Dispose();
        }

        // At the exact posterior each single draw gives the evidence; independent coordinates stay far away.
        using var grad = no_grad();
        var bounds = Enumerable.Range(0, 50).Select(_ => ParityTests.Bound(guide.Terms(guide.Draw(guide.Batch(data), 1), TermForm.Sampled)));
        Assert.Equal(evidence, bounds.Average(bound => bound.to(ScalarType.Float64).item<double>()), 0.02);
    }

    private static IEnumerable<int[]> Subsets(int count, int size) => Enumerable.Range(0, 1 << count)
        .Select(mask => Enumerable.Range(0, count).Where(i => (mask >> i & 1) == 1).ToArray()).Where(subset => subset.Length == size);

    private static void Seed(long seed)
    {
        using var generator = manual_seed(seed);
    }
}

internal sealed partial class KnownNoise : GenerativeModel
{
    [Model]
    private void Generate(Tensor y, Tensor x)
    {
        var w = Sample(Normal(0, 1).Expand(3));
        var b = Sample(Normal(0, 2));
        using var data = Plate(y, x);
        Observe(y, Normal(matmul(x, w) + b, 0.5));
    }
}

internal sealed partial class KnownCounties : GenerativeModel
{
    [Model]
    private void Generate(Tensor y, Tensor of)
    {
        var mu = Sample(Normal(0, 1));
        var county = Plate(size: 3);
        var alpha = Sample(Normal(mu, 1), within: county);
        using var data = Plate(y, of);
        Observe(y, Normal(alpha[of], 1));
    }
}
