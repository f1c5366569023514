using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>
/// A series of two oscillations with noise, and what may go wrong with it: the sensor sticks, or the series runs twice as fast, or backwards. None
/// of them leaves the range of the values.
/// </summary>
/// <param name="Values">[steps].</param>
/// <param name="States">Of each step the kind of anomaly, <see cref="Healthy"/>, or <see cref="Echo"/>.</param>
public sealed record Signal(Tensor Values, IReadOnlyList<int> States)
{
    /// <summary>The state of a step at which nothing is wrong.</summary>
    public const int Healthy = -1;

    /// <summary>The state of a step shortly after an anomaly: neither right nor wrong.</summary>
    public const int Echo = -2;

    /// <summary>Steps that an anomaly lasts.</summary>
    public const int Length = 30;

    /// <summary>The kinds of anomalies, by their states from 0.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["the sensor sticks", "twice as fast", "backwards"];

    private const double Noise = 0.02;
    private const int Rest = 200;       // steps from one anomaly to the next
    private const int Memory = 40;      // steps after an anomaly that are left out

    /// <summary>A series in which nothing goes wrong.</summary>
    /// <param name="steps">Its length.</param>
    public static Signal Normal(int steps) => new(
        Clean(steps) + (Noise * randn(steps)), [.. Enumerable.Repeat(Healthy, steps)]);

    /// <summary>A series in which each kind of anomaly comes in turn.</summary>
    /// <param name="steps">Its length.</param>
    public static Signal WithAnomalies(int steps)
    {
        var (values, states, kind) = (Clean(steps), new int[steps], 0);
        states.AsSpan().Fill(Healthy);
        for (var start = Rest; start + Length + Memory <= steps; start += Rest)
        {
            var part = values.narrow(0, start, Length);
            part.copy_(Wrong(part.clone(), kind));
            states.AsSpan(start, Length).Fill(kind);
            states.AsSpan(start + Length, Memory).Fill(Echo);
            kind = (kind + 1) % Kinds.Count;
        }

        return new(values + (Noise * randn(steps)), states);
    }

    private static Tensor Wrong(Tensor part, int kind) => kind switch
    {
        0 => part[0].expand(Length),
        1 => part.index_select(0, arange(Length).mul(2).remainder(Length)),
        _ => part.flip(0),
    };

    // Two periods without a common multiple, so that the series does not repeat itself; the first rises faster than it falls, which tells forwards
    // from backwards.
    private static Tensor Clean(int steps)
    {
        var t = arange(steps, ScalarType.Float64);
        var (first, second) = (t * (2 * Math.PI / 23.7), t * (2 * Math.PI / 61.3));
        return ((0.5 * (first.sin() - (0.4 * (2 * first).sin()))) + (0.4 * second.sin())).to(float32);
    }
}
