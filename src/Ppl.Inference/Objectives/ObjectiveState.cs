using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Ppl.Inference;

/// <summary>What an objective remembers from step to step: numbers by name, immutable. Two are equal where all names and bits are.</summary>
/// <remarks>See <see cref="Objective.InitialState"/> and <see cref="Svi.ObjectiveState"/>. Checkpoints carry the numbers.</remarks>
[SuppressMessage("Naming", "CA1710", Justification = "It is a state, which is read as a dictionary is.")]
public sealed class ObjectiveState : IReadOnlyDictionary<string, double>, IEquatable<ObjectiveState>
{
    /// <summary>The multiplier of a constraint.</summary>
    public const string Multiplier = "multiplier";

    /// <summary>The sum of the divergences at the last step, in the unit of the bound.</summary>
    public const string Divergence = "KL";

    /// <summary>multiplier · (KL − δ) at the last step: 0 where the constrained problem is solved.</summary>
    public const string Slackness = "slackness";

    /// <summary>The moving average of what is missing to a constraint.</summary>
    public const string MovingAverage = "moving average";

    private readonly IReadOnlyList<KeyValuePair<string, double>> numbers;

    /// <summary>Makes a state.</summary>
    /// <param name="numbers">Finite numbers by name, in the order in which reports show them.</param>
    /// <exception cref="PplArgumentException">A name is there twice, or a number is not finite.</exception>
    public ObjectiveState(IEnumerable<KeyValuePair<string, double>> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        this.numbers = [.. numbers];
        if (this.numbers.FirstOrDefault(pair => !double.IsFinite(pair.Value)) is { Key: not null } bad)
            throw new PplArgumentException($"an objective cannot remember '{bad.Key}', {bad.Value}: a finite number is needed.");
        if (this.numbers.GroupBy(pair => pair.Key).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new PplArgumentException($"an objective remembers '{twice.Key}' twice.");
    }

    internal ObjectiveState(params (string Name, double Value)[] numbers) : this(numbers.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)))
    {
    }

    /// <summary>Nothing.</summary>
    public static ObjectiveState None { get; } = new(Enumerable.Empty<KeyValuePair<string, double>>());

    /// <inheritdoc/>
    public IEnumerable<string> Keys => numbers.Select(pair => pair.Key);

    /// <inheritdoc/>
    public IEnumerable<double> Values => numbers.Select(pair => pair.Value);

    /// <inheritdoc/>
    public int Count => numbers.Count;

    /// <inheritdoc/>
    public double this[string key] => TryGetValue(key, out var value) ? value
        : throw new KeyNotFoundException($"the objective remembers no '{key}'{(Count == 0 ? "" : $", but {string.Join(", ", Keys)}")}.");

    /// <inheritdoc/>
    public bool ContainsKey(string key) => Keys.Contains(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out double value)
    {
        foreach (var pair in numbers)
        {
            if (pair.Key != key) continue;
            value = pair.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <inheritdoc/>
    public bool Equals(ObjectiveState? other) => other is not null && numbers.SequenceEqual(other.numbers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ObjectiveState);

    /// <inheritdoc/>
    public override int GetHashCode() => numbers.Aggregate(0, (hash, pair) => HashCode.Combine(hash, pair));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() => numbers.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The numbers as a report has them: <c>multiplier 1.25  KL 9.98  slackness -0.02</c>.</summary>
    public override string ToString() => string.Join("  ", numbers.Select(pair => FormattableString.Invariant($"{pair.Key} {pair.Value:G4}")));
}
