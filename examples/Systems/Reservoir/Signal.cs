using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>
/// A series of two oscillations with noise, and what may go wrong with it: a sensor that sticks, an oscillation that runs faster, one that runs backwards.
/// None of them leaves the range of the values.
/// </summary>
/// <param name="Values">[steps].</param>
/// <param name="IsAnomalous">Whether something is wrong at a step.</param>
/// <param name="IsEcho">Whether something was wrong shortly before: such steps are neither right nor wrong.</param>
public sealed record Signal(Tensor Values, IReadOnlyList<bool> IsAnomalous, IReadOnlyList<bool> IsEcho)
{
    /// <summary>Steps that an anomaly lasts.</summary>
    public const int Length = 30;

    private const double Noise = 0.02;
    private const int Rest = 200;       // steps from one anomaly to the next
    private const int Memory = 40;      // steps after an anomaly that are left out

    /// <summary>A series in which nothing goes wrong.</summary>
    /// <param name="steps">Its length.</param>
    public static Signal Normal(int steps) => new(Clean(steps) + (Noise * randn(steps)), new bool[steps], new bool[steps]);

    /// <summary>A series in which each kind of anomaly comes in turn.</summary>
    /// <param name="steps">Its length.</param>
    public static Signal WithAnomalies(int steps)
    {
        var (values, isAnomalous, isEcho) = (Clean(steps), new bool[steps], new bool[steps]);
        var kind = 0;
        for (var start = Rest; start + Length + Memory <= steps; start += Rest)
        {
            var part = values.narrow(0, start, Length);
            part.copy_(Wrong(part.clone(), kind++ % 3));
            isAnomalous.AsSpan(start, Length).Fill(true);
            isEcho.AsSpan(start + Length, Memory).Fill(true);
        }

        return new(values + (Noise * randn(steps)), isAnomalous, isEcho);
    }

    private static Tensor Wrong(Tensor part, int kind) => kind switch
    {
        0 => part[0].expand(Length),
        1 => part.index_select(0, arange(Length).mul(2).remainder(Length)),
        _ => part.flip(0),
    };

    // Two periods without a common multiple, so that the series does not repeat itself.
    private static Tensor Clean(int steps)
    {
        var t = arange(steps, ScalarType.Float64);
        return ((0.6 * (t * (2 * Math.PI / 23.7)).sin()) + (0.4 * (t * (2 * Math.PI / 61.3)).sin())).to(float32);
    }
}
