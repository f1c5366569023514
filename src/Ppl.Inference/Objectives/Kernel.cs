using System.Globalization;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>A kernel k(x, y) of codes, a function of their squared distance: what a maximum mean discrepancy compares two distributions by.</summary>
/// <remarks>Both kinds are characteristic, with any scales: the discrepancy is 0 for equal distributions alone.</remarks>
public sealed class Kernel
{
    private readonly string name;
    private readonly Func<Tensor, double, long, Tensor> part;
    private readonly IReadOnlyList<double> scales;

    private Kernel(string name, IReadOnlyList<double> scales, Func<Tensor, double, long, Tensor> part) =>
        (this.name, this.scales, this.part) = (name, scales, part);

    /// <summary>Σ_s exp(−‖x − y‖² / (2 s²)), the squared exponential.</summary>
    /// <remarks>
    /// Distances far above a scale have no gradient. Two draws of a standard normal in D coordinates are √(2D) apart in the mean square.
    /// </remarks>
    /// <param name="lengths">The lengths s, each finite and above 0; 1 when there are none.</param>
    public static Kernel Rbf(params IReadOnlyList<double> lengths) =>
        new("RBF", Checked(lengths, [1], nameof(lengths)), (squares, s, _) => (squares * (-0.5 / (s * s))).exp());

    /// <summary>Σ_s C_s / (C_s + ‖x − y‖²) with C_s = 2 D s for codes of D coordinates: inverse multiquadratics, whose tails are heavy.</summary>
    /// <remarks>
    /// 2 D σ² is the mean squared distance of two draws of a normal prior with variance σ². Source: Tolstikhin, Bousquet, Gelly and Schölkopf 2018,
    /// arXiv:1711.01558, section 4; the sum over 0.1, 0.2, 0.5, 1, 2, 5 and 10 is that of the authors' program.
    /// </remarks>
    /// <param name="scales">The scales s, each finite and above 0; those seven when there are none.</param>
    public static Kernel InverseMultiquadratic(params IReadOnlyList<double> scales) => new(
        "IMQ",
        Checked(scales, [0.1, 0.2, 0.5, 1, 2, 5, 10], nameof(scales)),
        (squares, s, dimensions) => ((squares / (2 * dimensions * s)) + 1).reciprocal());

    /// <summary>k(x, x).</summary>
    internal double AtZero => scales.Count;

    /// <summary>The kernel of squared distances.</summary>
    /// <param name="squares">‖x − y‖², of any shape.</param>
    /// <param name="dimensions">D.</param>
    internal Tensor Of(Tensor squares, long dimensions) =>
        scales.Select(s => part(squares, s, dimensions)).Aggregate((sum, each) => sum + each);

    /// <summary>Its kind and scales.</summary>
    public override string ToString() =>
        $"{name}({string.Join(", ", scales.Select(s => s.ToString("G6", CultureInfo.InvariantCulture)))})";

    private static IReadOnlyList<double> Checked(IReadOnlyList<double> given, IReadOnlyList<double> usual, string name)
    {
        ArgumentNullException.ThrowIfNull(given, name);
        if (given.Any(s => !double.IsFinite(s) || s <= 0))
            throw new ArgumentOutOfRangeException(name, string.Join(", ", given), "each scale is a finite number > 0");
        return given.Count == 0 ? usual : [.. given];
    }
}
