using System.Text.Json;
using System.Text.Json.Serialization;
using Ppl.Data;

namespace Ppl.Inference;

/// <summary>The highest bound on the held-out set so far.</summary>
/// <param name="Bound">The bound, in nats for each datum or for the whole data.</param>
/// <param name="Step">Steps taken when it was measured.</param>
/// <param name="Epoch">The number of the epoch that it was measured in, or at the end of.</param>
/// <param name="Checkpoint">The file that was written then, if any.</param>
public sealed record BestBound(
    [property: JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)] double Bound, long Step, int Epoch, string? Checkpoint);

/// <summary>What is remembered of the highest bound.</summary>
/// <param name="Subject">The objective and the held-out set that it belongs to.</param>
/// <param name="Best">The bound; null before the first evaluation.</param>
/// <param name="Waited">Evaluations since it rose.</param>
public sealed record HighestBoundState(string Subject, BestBound? Best, int Waited)
{
    /// <summary>What cannot be; null where nothing is wrong. A bound that is NaN would never be exceeded.</summary>
    internal string? Fault =>
        Waited < 0 ? $"{nameof(Waited)}: expected at least 0, found {Waited}"
        : Best is null ? null
        : double.IsNaN(Best.Bound) ? $"{nameof(Best)}.{nameof(Best.Bound)}: expected a number, found NaN"
        : Best.Step < 0 ? $"{nameof(Best)}.{nameof(Best.Step)}: expected at least 0, found {Best.Step}"
        : Best.Epoch < 0 ? $"{nameof(Best)}.{nameof(Best.Epoch)}: expected at least 0, found {Best.Epoch}"
        : null;
}

/// <summary>Keeps the highest bound; it belongs to an objective and a held-out set, and begins anew with others.</summary>
internal sealed class HighestBound
{
    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly HighestBoundState None = new("", null, 0);

    /// <summary>What is remembered.</summary>
    public HighestBoundState State { get; private set; } = None;

    /// <summary>The highest bound; null before the first one.</summary>
    public BestBound? Best => State.Best;

    /// <summary>Evaluations since it rose.</summary>
    public int Waited
    {
        get => State.Waited;
        set => State = State with { Waited = value };
    }

    public JsonElement Save() => JsonSerializer.SerializeToElement(State, Json);

    /// <exception cref="JsonException">It is no such state.</exception>
    public void Load(JsonElement? saved)
    {
        var loaded = saved is { } json ? json.Deserialize<HighestBoundState>(Json) ?? throw new JsonException("it is null") : null;
        if (loaded?.Fault is { } fault) throw new JsonException(fault);
        Load(loaded);
    }

    public void Load(HighestBoundState? saved) => State = saved ?? None;

    /// <summary>What a bound belongs to.</summary>
    public static string Subject(Objective objective, DataIdentity? heldOut) => $"{objective} on {heldOut}";

    /// <summary>Begins anew where the numbers are not those of before.</summary>
    /// <param name="subject">The objective and the data.</param>
    public void Watch(string subject)
    {
        if (State.Subject != subject) State = new HighestBoundState(subject, null, 0);
    }

    /// <summary>Takes an evaluation in. Returns whether it is higher than the highest by more than <paramref name="minDelta"/>.</summary>
    public bool Add(HeldOutReport report, double minDelta, string? checkpoint)
    {
        // A bound that is NaN is never higher.
        var higher = report.HeldOut.Bound > (State.Best is { } best ? best.Bound + minDelta : double.NegativeInfinity);
        State = higher
            ? State with { Best = new BestBound(report.HeldOut.Bound, report.Step, report.Epoch, checkpoint), Waited = 0 }
            : State with { Waited = State.Waited + 1 };
        return higher;
    }
}
