using System.Text.Json;

namespace Ppl.Inference.Checkpoints;

/// <summary>What a checkpoint says of itself: read, validated and compared before any tensor is touched.</summary>
public sealed record CheckpointManifest
{
    /// <summary>The value of <see cref="Format"/>: tells a checkpoint from any other archive.</summary>
    public const string FormatName = "Ppl checkpoint";

    /// <summary>
    /// The format that this library writes and the only one it reads. The first had no checksum over the manifest, the second kept the
    /// highest bound among the states of callbacks.
    /// </summary>
    public const int CurrentVersion = 3;

    /// <summary>Always <see cref="FormatName"/>.</summary>
    public required string Format { get; init; }

    /// <summary>The version of the format.</summary>
    public required int Version { get; init; }

    /// <summary>The model's type name.</summary>
    public required string Model { get; init; }

    /// <summary>The guide's type name.</summary>
    public required string Guide { get; init; }

    /// <summary>The optimizer's type name; of several groups their names, each with its optimizer's and the number of its tensors.</summary>
    public required string Optimizer { get; init; }

    /// <summary>The learning rate of each group of parameters within each optimizer, finite and at least 0.</summary>
    public required IReadOnlyList<double> LearningRates { get; init; }

    /// <summary>The rate that each group began with, which a schedule starts from.</summary>
    public required IReadOnlyList<double> InitialLearningRates { get; init; }

    /// <summary>The objective, as it prints: for the reader, and compared with the one that resumes.</summary>
    public required string Objective { get; init; }

    /// <summary>What the objective remembers, by name, such as a multiplier. Empty for most, and in files of before.</summary>
    public IReadOnlyDictionary<string, double> ObjectiveState { get; init; } = Inference.ObjectiveState.None;

    /// <summary>The seed of batches and noise.</summary>
    public required long Seed { get; init; }

    /// <summary>Where training stood.</summary>
    public required TrainingPosition Position { get; init; }

    /// <summary>The data's columns, with the shape and type of one row: enough to size the guide's encoders again.</summary>
    public required IReadOnlyList<TensorEntry> Columns { get; init; }

    /// <summary>
    /// N of each rows plate in the data that the guide was sized from, in the order of the plan: what is kept for each row has as many. Empty
    /// in files of before.
    /// </summary>
    public IReadOnlyList<long> Totals { get; init; } = [];

    /// <summary>The model's state: names, shapes, types.</summary>
    public required IReadOnlyList<TensorEntry> ModelState { get; init; }

    /// <summary>The guide's state: names, shapes, types.</summary>
    public required IReadOnlyList<TensorEntry> GuideState { get; init; }

    /// <summary>The state of the objective's own networks. Empty where it has none, and in files of before.</summary>
    public IReadOnlyList<TensorEntry> ObjectiveNetworks { get; init; } = [];

    /// <summary>The parameters that <see cref="Svi.Freeze"/> has frozen. Empty in files of before.</summary>
    public IReadOnlyList<FrozenEntry> Frozen { get; init; } = [];

    /// <summary>The average of the weights; null where the run keeps none.</summary>
    public AverageEntry? Average { get; init; }

    /// <summary>The highest bound on the held-out set; null where no fit had one.</summary>
    public HighestBoundState? HighestBound { get; init; }

    /// <summary>What callbacks want to find again, by name: see <see cref="ICheckpointedState"/>.</summary>
    public IReadOnlyDictionary<string, JsonElement> States { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>A tensor by name.</summary>
/// <param name="Name">The name in the state dictionary, or the column's.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Type">Its scalar type.</param>
public sealed record TensorEntry(string Name, IReadOnlyList<long> Shape, string Type)
{
    /// <summary>Whether both name the same tensor layout.</summary>
    public bool Matches(TensorEntry other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Name == other.Name && Type == other.Type && Shape.SequenceEqual(other.Shape);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}] {Type}";
}

/// <summary>A parameter that is frozen.</summary>
/// <param name="Name">Its name with its owner in front.</param>
/// <param name="Until">The number of steps at which it is trained again; null where that is not known.</param>
public sealed record FrozenEntry(string Name, long? Until);

/// <summary>An average of weights.</summary>
/// <param name="Kind">Which one, as it prints.</param>
/// <param name="Count">How many updates are in it.</param>
public sealed record AverageEntry(string Kind, long Count);
