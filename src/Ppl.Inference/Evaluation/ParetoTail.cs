namespace Ppl.Inference;

/// <summary>The shape k of a generalized Pareto distribution fitted to the largest importance weights.</summary>
internal static class ParetoTail
{
    /// <summary>How many of S weights are the tail: min(S/5, 3 √S).</summary>
    public static int Length(int samples) => (int)Math.Min(samples / 5.0, 3 * Math.Sqrt(samples));

    /// <summary>Fits k.</summary>
    /// <remarks>
    /// Zhang and Stephens 2009 (Technometrics 51): the posterior mean of θ over a grid, then k = mean log(1 − θ x); shrunk towards ½ by
    /// ten observations' worth, as in Vehtari et al. 2024, arXiv:1507.02646.
    /// </remarks>
    /// <param name="logWeights">The M + 1 largest log weights in any order; the smallest is the threshold.</param>
    /// <returns>k; −∞ where all of them are equal.</returns>
    public static double Shape(double[] logWeights)
    {
        var sorted = logWeights.Order().ToArray();
        var (threshold, largest) = (Math.Exp(sorted[0] - sorted[^1]), sorted[^1]);
        var x = sorted[1..].Select(w => Math.Exp(w - largest) - threshold).ToArray();
        if (x[^1] <= 1e-12) return double.NegativeInfinity;

        // Ties with the threshold carry no information on the scale, and would divide by zero.
        var n = x.Length;
        var quartile = Math.Max(x[(int)Math.Floor((n / 4.0) + 0.5) - 1], 1e-300);
        var grid = 30 + (int)Math.Sqrt(n);
        var theta = Enumerable.Range(1, grid).Select(j => (1 / x[^1]) + ((1 - Math.Sqrt(grid / (j - 0.5))) / (3 * quartile))).ToArray();
        var logLikelihood = theta.Select(t => ProfileLogLikelihood(t, x)).ToArray();
        var best = logLikelihood.Max();
        var weights = logLikelihood.Select(l => Math.Exp(l - best)).ToArray();
        var mean = theta.Zip(weights, (t, w) => t * w).Sum() / weights.Sum();
        return ((n * K(mean, x)) + (10 * 0.5)) / (n + 10);
    }

    private static double ProfileLogLikelihood(double theta, double[] x)
    {
        var k = K(theta, x);
        return x.Length * (Math.Log(-theta / k) - k - 1);
    }

    private static double K(double theta, double[] x) => x.Average(v => Math.Log(1 - (theta * v)));
}
