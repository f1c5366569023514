using System.Text.Json;

namespace Ppl.Examples.Language;

/// <summary>Mean and standard deviation of one unknown of a posterior.</summary>
public sealed record Moments(double Mean, double Sd);

/// <summary>
/// The exact posterior of the eight schools: given tau everything is normal, mu ~ Normal(0, 5) and y_j ~ Normal(mu, √(tau² + sigma_j²)), so
/// that one-dimensional quadrature over log tau gives every moment.
/// </summary>
public static class SchoolsTruth
{
    private const int Points = 40_001;
    private const double Lowest = -25;
    private const double Highest = 10;

    /// <summary>The estimated effects (Rubin 1981, table 1).</summary>
    public static IReadOnlyList<double> Y { get; } = [28, 8, -3, 7, -1, 1, 18, 12];

    /// <summary>Their standard errors.</summary>
    public static IReadOnlyList<double> Sigma { get; } = [15, 10, 16, 11, 9, 11, 10, 18];

    /// <summary>Moments of mu.</summary>
    public static Moments Mu { get; } = Of(tau => Common(tau).Mean, tau => 1 / Common(tau).Precision);

    /// <summary>Moments of log tau.</summary>
    public static Moments LogTau { get; } = Of(Math.Log, _ => 0);

    /// <summary>Moments of the effect of the first school.</summary>
    public static Moments Theta { get; } = Of(tau => Effect(tau).Mean, tau => Effect(tau).Variance);

    /// <summary>log p(y).</summary>
    public static double Evidence { get; } = Math.Log(Grid().Sum(point => point.Weight) * (Highest - Lowest) / (Points - 1)) + Offset;

    // Keeps the weights of the grid away from 0.
    private const double Offset = -30;

    /// <summary>Moments of an unknown from its mean and its variance given tau.</summary>
    private static Moments Of(Func<double, double> mean, Func<double, double> variance)
    {
        double total = 0, first = 0, second = 0;
        foreach (var (tau, weight) in Grid())
        {
            var at = mean(tau);
            total += weight;
            first += weight * at;
            second += weight * (variance(tau) + (at * at));
        }

        return new(first / total, Math.Sqrt((second / total) - (first / total * first / total)));
    }

    /// <summary>p(tau, y) · tau, the density over log tau, up to <see cref="Offset"/>.</summary>
    private static IEnumerable<(double Tau, double Weight)> Grid()
    {
        for (var i = 0; i < Points; i++)
        {
            var tau = Math.Exp(Lowest + (i * (Highest - Lowest) / (Points - 1)));
            var prior = Math.Log(2 / (Math.PI * 5 * (1 + (tau * tau / 25)))) + Math.Log(tau);
            yield return (tau, Math.Exp(prior + Common(tau).LogEvidence - Offset));
        }
    }

    /// <summary>mu given tau and y, and log p(y | tau).</summary>
    private static (double Mean, double Precision, double LogEvidence) Common(double tau)
    {
        double precision = 1 / 25.0, weighted = 0, squares = 0, logs = Math.Log(25);
        for (var j = 0; j < Y.Count; j++)
        {
            var variance = (tau * tau) + (Sigma[j] * Sigma[j]);
            precision += 1 / variance;
            weighted += Y[j] / variance;
            squares += Y[j] * Y[j] / variance;
            logs += Math.Log(2 * Math.PI * variance);
        }

        var mean = weighted / precision;
        return (mean, precision, -0.5 * (logs + Math.Log(precision) + squares - (mean * weighted)));
    }

    private static (double Mean, double Variance) Effect(double tau)
    {
        var (mean, precision, _) = Common(tau);
        var kept = tau * tau / ((tau * tau) + (Sigma[0] * Sigma[0]));
        return ((kept * Y[0]) + ((1 - kept) * mean), (kept * Sigma[0] * Sigma[0]) + ((1 - kept) * (1 - kept) / precision));
    }

    /// <summary>Moments of the reference draws of posteriordb, where the data folder has them.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="unknown">mu, tau, theta[1].</param>
    public static Moments? Drawn(string? folder, string unknown)
    {
        if (folder is null || Path.Combine(folder, "eight_schools", "reference-posterior.json") is var path && !File.Exists(path)) return null;
        using var file = JsonDocument.Parse(File.ReadAllText(path));
        var found = file.RootElement.GetProperty("parameters").GetProperty(unknown);
        return new(found.GetProperty("mean").GetDouble(), found.GetProperty("sd").GetDouble());
    }
}
