using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ppl.Inference;

/// <summary>The highest bound on the held-out set so far.</summary>
/// <param name="Bound">The bound, in nats for each datum.</param>
/// <param name="Step">Steps taken when it was measured.</param>
/// <param name="Epoch">The number of the epoch that it was measured in, or at the end of.</param>
/// <param name="Checkpoint">The file that was written then, if any.</param>
public sealed record BestBound(double Bound, long Step, int Epoch, string? Checkpoint);

/// <summary>Keeps the highest bound; it belongs to an objective and a held-out set, and begins anew with others.</summary>
internal sealed class HighestBound
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private State state = new("", null, 0);

    /// <summary>The highest bound; null before the first one.</summary>
    public BestBound? Best => state.Best;

    /// <summary>Evaluations since it rose.</summary>
    public int Waited
    {
        get => state.Waited;
        set => state = state with { Waited = value };
    }

    public JsonElement Save() => JsonSerializer.SerializeToElement(state, Json);

    public void Load(JsonElement? saved) => state = saved?.Deserialize<State>(Json) ?? new State("", null, 0);

    /// <summary>Begins anew where the numbers are not those of before.</summary>
    /// <param name="subject">The objective and the data.</param>
    public void Watch(string subject)
    {
        if (state.Subject != subject) state = new State(subject, null, 0);
    }

    /// <summary>Takes an evaluation in. Returns whether it is higher than the highest by more than <paramref name="minDelta"/>.</summary>
    public bool Add(HeldOutReport report, double minDelta, string? checkpoint)
    {
        // A bound that is NaN is never higher.
        var higher = report.HeldOut.Bound > (state.Best is { } best ? best.Bound + minDelta : double.NegativeInfinity);
        state = higher
            ? state with { Best = new BestBound(report.HeldOut.Bound, report.Step, report.Epoch, checkpoint), Waited = 0 }
            : state with { Waited = state.Waited + 1 };
        return higher;
    }

    private sealed record State(string Subject, BestBound? Best, int Waited);
}
