using System.Text.Json;
using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>What SciPy and mpmath say of a family beyond its density: modes, quantiles, where draws fall, gradients of expectations, edges.</summary>
public sealed class ReferenceTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public ReferenceTests() => manual_seed(20180522);

    public static TheoryData<string> WithMode => Having("mode");

    public static TheoryData<string> WithCdf => Having("cdf");

    public static TheoryData<string> WithBins => Having("bins");

    public static TheoryData<string> WithMass => Having("pmf");

    public static TheoryData<string> WithGradients => Having("gradients");

    public static TheoryData<string> ExactInFloat32 => [.. FamilyCase.Densities.Where(c => !c.IsPoint && c.IsExactInFloat32).Select(c => c.Name)];

    public static TheoryData<string> WithEdges => [.. References.NamesOfEdges];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(WithMode))]
    public void Mode_EqualsTheReference(string name)
    {
        var family = Case(name);
        TensorAssert.Close(family.Expected("mode")!, family.Make().Mode);
    }

    [Theory]
    [MemberData(nameof(WithCdf))]
    public void Cdf_EqualsSciPy(string name)
    {
        var family = Case(name);
        TensorAssert.Close(family.Expected("cdf")!, family.Make().Cdf(family.Value()), relative: 1e-10, absolute: 1e-300);
    }

    [Theory]
    [MemberData(nameof(WithBins))]
    public void InverseCdf_EqualsSciPy_WhereItIsClosed(string name)
    {
        var family = Case(name);
        var d = family.Make();
        var bins = family.Expected("bins")!;
        var probabilities = (arange(1, 20, ScalarType.Float64) / 20).reshape([19, .. d.Shape.Select(_ => 1L)]);
        if (!family.HasQuantile || d.EventDimensions > 0)
        {
            var message = Assert.Throws<NotSupportedException>(() => d.InverseCdf(probabilities)).Message;
            Assert.Equal($"{family.RefusedBy ?? d.Name} has no quantile in closed form.", message);
            return;
        }

        TensorAssert.Close(bins, d.InverseCdf(probabilities), relative: 1e-10);
        if (!d.IsDiscrete) TensorAssert.Close(bins, d.InverseSurvival(1 - probabilities), relative: 1e-10, absolute: 1e-14);
        var beyond = tensor(new[] { -0.1, 1.1, double.NaN }).reshape([3, .. d.Shape.Select(_ => 1L)]);
        Assert.True(d.InverseCdf(beyond).isnan().all().item<bool>());
        Assert.True(d.InverseSurvival(beyond).isnan().all().item<bool>());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void InverseCdf_ReachesTheEnds(ScalarType dtype)
    {
        var ends = tensor(new[] { 0.0, 1.0 }, dtype);
        Distribution[] positive = [new HalfNormal(2.0), new HalfCauchy(2.0), new LogNormal(1.0, 2.0), new Weibull(2.0, 1.5)];
        foreach (var family in positive)
            Assert.Equal([0, double.PositiveInfinity], TensorAssert.ToArray(family.InverseCdf(ends)));
        Assert.Equal([double.NegativeInfinity, double.PositiveInfinity], TensorAssert.ToArray(new Normal(1, 2).InverseCdf(ends)));
    }

    // Draws are counted in 20 bins that SciPy says are equally probable, or whose probabilities it says where several quantiles are one number. A
    // right sampler exceeds 72.3, chi-square's quantile at 1 - 3e-8 with 19 degrees of freedom, with at most that chance for one entry; there are
    // less than 150. Entries of vectors have the bins of their marginals. Seeds are fixed.
    [Theory]
    [MemberData(nameof(WithBins))]
    public void Draws_FallIntoSciPysBins(string name)
    {
        const int Count = 100_000;
        var family = Case(name);
        var draws = family.Make().Sample(Count);
        var below = family.Expected("bins")!.unbind(0).Select(edge => draws.le(edge).to(ScalarType.Float64).sum([0])).ToList();
        var cumulative = stack([zeros_like(below[0]), .. below, zeros_like(below[0]) + Count], 0);
        var counts = cumulative.narrow(0, 1, 20) - cumulative.narrow(0, 0, 20);
        var even = arange(1, 20, ScalarType.Float64).reshape([19, .. below[0].shape.Select(_ => 1L)]) / 20;
        var shares = (family.Expected("below") ?? even).expand([19, .. below[0].shape]);
        var edges = cat([zeros_like(below[0]).unsqueeze(0), shares, ones_like(below[0]).unsqueeze(0)], 0) * Count;
        var expected = edges.diff(dim: 0);

        // A bin between equal edges is to be empty.
        var statistic = where(expected.gt(0), (counts - expected).square() / expected, where(counts.gt(0), double.PositiveInfinity, 0.0)).sum([0]);
        Assert.All(TensorAssert.ToArray(statistic), s => Assert.InRange(s, 0, 72.3));
    }

    // Draws are counted by value. Cells with fewer than 10 expected draws are taken together. The bound is chi-square's quantile at 1 - 3e-8 by
    // Wilson and Hilferty (1931): a right sampler exceeds it with that chance for one entry. Seeds are fixed.
    [Theory]
    [MemberData(nameof(WithMass))]
    public void Draws_HaveThePmf(string name)
    {
        const int Count = 100_000;
        var family = Case(name);
        var (values, probs) = (family.Reference.GetProperty("pmf").GetProperty("values"), family.Reference.GetProperty("pmf").GetProperty("probs"));
        var draws = family.Make().Sample(Count).to(ScalarType.Float64);
        var own = family.Make().EventDimensions;
        var isValue = References.ToTensor(values).unbind(0).Select(v => draws.eq(v)).Select(hit => own == 0 ? hit : hit.flatten(-own).all(-1));
        var counts = stack(isValue.Select(hit => hit.to(ScalarType.Float64).sum([0]).flatten()), 0);
        var expected = References.ToTensor(probs).reshape(counts.shape) * Count;
        for (var entry = 0L; entry < counts.shape[1]; entry++)
        {
            var cells = TensorAssert.ToArray(expected.select(1, entry)).Zip(TensorAssert.ToArray(counts.select(1, entry))).ToList();
            cells.Add((Count - cells.Sum(c => c.First), Count - cells.Sum(c => c.Second)));
            var large = cells.Where(c => c.First >= 10).ToList();
            var rest = (cells.Where(c => c.First < 10).Sum(c => c.First), Second: cells.Where(c => c.First < 10).Sum(c => c.Second));
            var statistic = large.Sum(c => Math.Pow(c.Second - c.First, 2) / c.First) + Math.Pow(rest.Second - rest.Item1, 2) / Math.Max(10, rest.Item1);
            var freedom = Math.Max(1, large.Count);
            var bound = freedom * Math.Pow(1 - 2.0 / (9 * freedom) + 5.4 * Math.Sqrt(2.0 / (9 * freedom)), 3);
            Assert.True(statistic <= bound, $"entry {entry}: chi-square {statistic:R} with {freedom} degrees of freedom, bound {bound:R}");
        }
    }

    // The mean over draws of the gradient along each draw, whose standard error is known: of as many draws, up to a million, as bring 5 standard
    // errors of every entry below 1 % of it. A right gradient exceeds 5 with a chance of 6e-7 for one entry; there are less than 300. libtorch's
    // gradient of a gamma draw is an approximation: the next test measures it.
    [Theory]
    [MemberData(nameof(WithGradients))]
    public void PathwiseGradientsOfExpectations_EqualTheReference(string name)
    {
        const int Rounds = 10;
        var family = Case(name);
        foreach (var f in family.Reference.GetProperty("gradients").EnumerateObject())
        {
            var names = family.Parameters().Keys.ToArray();
            var expected = names.Select(parameter => References.ToTensor(f.Value.GetProperty(parameter))).ToArray();
            var sums = expected.Select(e => (First: zeros_like(e), Second: zeros_like(e))).ToArray();
            for (var round = 1; round <= Rounds; round++)
            {
                using var inner = NewDisposeScope();
                foreach (var (k, each) in GradientsOfDraws(family, f.Name, expected).Index())
                {
                    sums[k].First = (sums[k].First + each.sum([0])).MoveToOuterDisposeScope();
                    sums[k].Second = (sums[k].Second + each.square().sum([0])).MoveToOuterDisposeScope();
                }

                var count = (double)round * DrawsOfRound;
                var isSettled = round == Rounds || expected.Zip(sums).All(pair => IsSettled(pair.First, pair.Second, count));
                if (!isSettled) continue;
                for (var k = 0; k < names.Length; k++) Check($"{name}: gradient of E[{f.Name}] by {names[k]}", expected[k], sums[k], count);
                break;
            }
        }
    }

    private const int DrawsOfRound = 100_000;

    private static Tensor[] GradientsOfDraws(FamilyCase family, string function, Tensor[] expected)
    {
        var parameters = family.Parameters();
        var own = family.Make().Parameters.ToDictionary(p => p.Declaration.Name, p => (long)p.Declaration.EventRank);
        var rank = parameters.Max(p => p.Value.dim() - own.GetValueOrDefault(p.Key));
        var copies = parameters.ToDictionary(p => p.Key, p => Repeated(p.Value, DrawsOfRound, rank + own.GetValueOrDefault(p.Key)));
        var x = family.Create(copies).RSample();
        var values = function switch
        {
            "x" => x,
            "square" => x.square(),
            "log" => x.log(),
            "sin" => x.sin(),
            "cos" => x.cos(),
            _ => throw new JsonException(function),
        };
        var weights = arange(1, x.shape[^1] + 1, ScalarType.Float64);
        var gradients = autograd.grad([(values * weights).sum()], [.. copies.Values], allow_unused: true);
        return [.. copies.Values.Select((copy, k) => (gradients[k] ?? zeros_like(copy)).reshape([DrawsOfRound, .. expected[k].shape]))];
    }

    // The exact one is -(dF/da) / p at the draw, with F the incomplete gamma function, here by a central difference.
    [Theory]
    [InlineData(0.05)]
    [InlineData(0.35)]
    [InlineData(0.79)]
    [InlineData(1.0)]
    [InlineData(5.0)]
    [InlineData(8.1)]
    [InlineData(50.0)]
    [InlineData(300.0)]
    public void GradientOfAGammaDraw_IsCloseToTheExactOne(double concentration)
    {
        var a = full(20_000, concentration, ScalarType.Float64).requires_grad_();
        var draw = new Gamma(a, 1).RSample();
        var found = autograd.grad([draw.sum()], [a])[0];
        var (at, x, step) = (a.detach(), draw.detach(), concentration * 1e-3);
        var slope = ((at + step).igamma(x) - (at - step).igamma(x)) / (2 * step);
        var exact = -slope / new Gamma(at, 1).LogProb(x).exp();

        // In the far tails the difference of the distribution function is its rounding error.
        var isInside = at.igamma(x).gt(1e-3).logical_and(at.igamma(x).lt(1 - 1e-3));
        var error = ((found - exact) / exact).abs().masked_select(isInside);
        Assert.InRange(error.numel(), 15_000, 20_000);
        Assert.InRange(TensorAssert.Item(error.max()), 0, 1e-3);
        Assert.InRange(TensorAssert.Item(error.mean()), 0, 1e-4);
    }

    [Theory]
    [MemberData(nameof(WithEdges))]
    public void LogProb_IsExactAtTheEdges(string name)
    {
        var reference = References.Edges(name);
        var parameters = References.Parameters(reference).ToDictionary(p => p.Key, p => p.Value.requires_grad_());
        var density = Case(name).Create(parameters).LogProb(References.ToTensor(reference.GetProperty("value")));
        TensorAssert.Close(References.ToTensor(reference.GetProperty("log_prob")), density, relative: 1e-9, absolute: 1e-9);
        var gradients = autograd.grad([density.sum()], [.. parameters.Values]);
        Assert.All(gradients, g => Assert.All(TensorAssert.ToArray(g), v => Assert.True(double.IsFinite(v), $"gradient {v}")));
    }

    // Inputs are the same numbers in both types, so that what is compared is the rounding inside.
    [Theory]
    [MemberData(nameof(ExactInFloat32))]
    public void LogProb_InFloat32_HasItsPrecision(string name)
    {
        var family = Case(name);
        var narrow = family.Parameters().ToDictionary(p => p.Key, p => p.Value.to(ScalarType.Float32));
        var value = family.Value().to(ScalarType.Float32);
        var exact = family.Create(narrow.ToDictionary(p => p.Key, p => p.Value.to(ScalarType.Float64))).LogProb(value.to(ScalarType.Float64));
        TensorAssert.Close(exact, family.Create(narrow).LogProb(value).to(ScalarType.Float64), relative: 2e-6, absolute: 2e-6);
    }

    [Theory]
    [InlineData(1e6)]
    [InlineData(1e8)]
    public void LogProb_InFloat32_SurvivesLargeConcentrations(double concentration)
    {
        var a = tensor(concentration, ScalarType.Float32);
        Check(new Gamma(a, a), tensor(1.0001f));
        Check(new Beta(a, a), tensor(0.50001f));
        Check(new Dirichlet(stack([a, a], 0)), tensor(new[] { 0.50001f, 0.49999f }));

        static void Check(Distribution narrow, Tensor value)
        {
            var exact = narrow.With(t => t.to(ScalarType.Float64)).LogProb(value.to(ScalarType.Float64));
            TensorAssert.Close(exact, narrow.LogProb(value).to(ScalarType.Float64), relative: 1e-6);
        }
    }

    // A concentration of 1e-3 in float32 gives logarithms of draws around -700, which no number holds: draws stay in the support.
    [Fact]
    public void Draws_OfTinyConcentrations_StayInTheSupport()
    {
        var a = full([1000, 3], 1e-3, ScalarType.Float32).requires_grad_();
        Distribution[] families = [new Gamma(a, 1), new Beta(a, a), new Dirichlet(a), new HalfCauchy(1e-30).Expand(1000, 3)];
        foreach (var family in families)
        {
            var x = family.RSample();
            Assert.Null(family.FindValueFault(x));
            Assert.True(family.LogProb(x).isfinite().all().item<bool>(), family.Name);

            // Nearly all mass is on one entry; draws that had rounded to 0 would share it. The rest has a chance of about 0.01.
            if (family is Beta or Dirichlet)
            {
                var largest = family is Beta ? maximum(x, 1 - x) : x.amax([-1]);
                Assert.InRange(largest.gt(0.9).to(ScalarType.Float64).mean().item<double>(), 0.95, 1);
            }

            if (!x.requires_grad) continue;
            var gradient = autograd.grad([(x * arange(1, 4)).sum()], [a])[0];
            Assert.True(gradient.isfinite().all().item<bool>(), family.Name);
        }
    }

    private static TheoryData<string> Having(string property)
        => [.. FamilyCase.All.Where(c => c.Reference.TryGetProperty(property, out _)).Select(c => c.Name)];

    private static FamilyCase Case(string name) => FamilyCase.Of(name);

    private static Tensor Repeated(Tensor parameter, long count, long rank)
    {
        var ones = Enumerable.Repeat(1L, (int)(rank - parameter.dim()));
        return parameter.expand([count, .. ones, .. parameter.shape]).clone().requires_grad_();
    }

    private static (Tensor Mean, Tensor Error) MeanAndError((Tensor First, Tensor Second) sums, double count)
    {
        var mean = sums.First / count;
        return (mean, (((sums.Second / count) - mean.square()).clamp_min(0) / count).sqrt());
    }

    private static bool IsSettled(Tensor expected, (Tensor First, Tensor Second) sums, double count)
        => (5 * MeanAndError(sums, count).Error).le((0.01 * expected.abs()) + 1e-9).all().item<bool>();

    private static void Check(string what, Tensor expected, (Tensor First, Tensor Second) sums, double count)
    {
        var found = MeanAndError(sums, count);
        var (truth, mean, error) = (TensorAssert.ToArray(expected), TensorAssert.ToArray(found.Mean), TensorAssert.ToArray(found.Error));
        for (var i = 0; i < truth.Length; i++)
        {
            var bound = (5 * error[i]) + (5e-4 * Math.Abs(truth[i])) + 1e-9;
            Assert.True(
                Math.Abs(mean[i] - truth[i]) <= bound,
                $"{what}, entry {i}: {count} draws find {mean[i]:R}, expected {truth[i]:R}, standard error {error[i]:R}");
        }
    }
}
