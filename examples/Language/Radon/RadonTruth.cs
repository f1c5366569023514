using static TorchSharp.torch;

namespace Ppl.Examples.Language;

/// <summary>
/// The exact posterior of the four common numbers of <see cref="Radon"/>. Given spread and noise everything is normal: a county's houses have
/// covariance noise² I + spread² 1 1ᵀ, whose inverse is (I − w 1 1ᵀ) / noise², w = spread² / (noise² + n spread²). What is left is quadrature
/// over two numbers.
/// </summary>
public static class RadonTruth
{
    private const int Points = 160;

    /// <summary>Moments of mean, slope, spread and noise.</summary>
    public static IReadOnlyDictionary<string, Moments> Of(RadonData data)
    {
        using var scope = NewDisposeScope();
        var sums = new CountySums(data);
        List<double> logs = [];
        List<double[]> means = [], variances = [];
        for (var i = 0; i < Points; i++)
        {
            for (var j = 0; j < Points; j++)
            {
                var (spread, noise) = (0.1 + (0.8 * i / Points), 0.6 + (0.3 * j / Points));
                var (log, mean, variance) = sums.Given(spread, noise);
                logs.Add(log - (0.5 * spread * spread) - (0.5 * noise * noise));
                means.Add([.. mean, spread, noise]);
                variances.Add([.. variance, 0, 0]);
            }
        }

        var highest = logs.Max();
        double[] weights = [.. logs.Select(log => Math.Exp(log - highest))];
        var total = weights.Sum();
        string[] names = ["mean", "slope", "spread", "noise"];
        return names.Select((name, k) =>
        {
            var first = weights.Select((w, i) => w * means[i][k]).Sum() / total;
            var second = weights.Select((w, i) => w * (variances[i][k] + (means[i][k] * means[i][k]))).Sum() / total;
            return (name, moments: new Moments(first, Math.Sqrt(second - (first * first))));
        }).ToDictionary(pair => pair.name, pair => pair.moments);
    }

    /// <summary>For each county n, Σ floor, Σ floor², Σ level, Σ level², Σ level · floor.</summary>
    private sealed class CountySums
    {
        private readonly double[][] sums;

        public CountySums(RadonData data)
        {
            var counties = data.Alpha.shape[0];
            Tensor Sum(Tensor values) => zeros(counties, float64).index_add(0, data.County, values, 1);
            var (f, y) = (data.Floor, data.Level);
            sums = [.. new[] { Sum(ones_like(y)), Sum(f), Sum(f * f), Sum(y), Sum(y * y), Sum(y * f) }.Select(s => s.data<double>().ToArray())];
        }

        /// <summary>log p(level | spread, noise) up to a constant, and the moments of mean and slope given these.</summary>
        public (double Log, double[] Mean, double[] Variance) Given(double spread, double noise)
        {
            var (s2, v) = (spread * spread, noise * noise);

            // The precision of (mean, slope) and its product with their mean; priors of standard deviations 5 and 2.
            double aa = 1 / 25.0, ab = 0, bb = 1 / 4.0, ay = 0, by = 0, yy = 0, determinants = 0;
            for (var c = 0; c < sums[0].Length; c++)
            {
                var (n, f, ff, y, y2, yf) = (sums[0][c], sums[1][c], sums[2][c], sums[3][c], sums[4][c], sums[5][c]);
                var w = s2 / (v + (n * s2));
                aa += (n - (w * n * n)) / v;
                ab += (f - (w * n * f)) / v;
                bb += (ff - (w * f * f)) / v;
                ay += (y - (w * n * y)) / v;
                by += (yf - (w * f * y)) / v;
                yy += (y2 - (w * y * y)) / v;
                determinants += ((n - 1) * Math.Log(v)) + Math.Log(v + (n * s2));
            }

            var determinant = (aa * bb) - (ab * ab);
            var (mean, slope) = (((bb * ay) - (ab * by)) / determinant, ((aa * by) - (ab * ay)) / determinant);
            var log = -0.5 * (determinants + Math.Log(determinant) + yy - (ay * mean) - (by * slope));
            return (log, [mean, slope], [bb / determinant, aa / determinant]);
        }
    }
}
