using System.Text.Json;
using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference.Checkpoints;

/// <summary>Reads a manifest and validates every field, so that nothing after it meets a null, a negative count or a rate that is none.</summary>
/// <param name="path">The checkpoint, for messages.</param>
internal sealed class ManifestReader(string path)
{
    // A run of a million steps a second for ten days; more is no count of steps.
    private const long MostSteps = 1_000_000_000_000;
    private const int FingerprintDigits = 64;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,

        // A bound of many particles is finite where one of them is impossible, and the mean of its log p is not.
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static byte[] Write(CheckpointManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, Json);

    /// <summary>Refuses what is no manifest, or one of another version, of which no more than that is read.</summary>
    public static void CheckVersion(string path, byte[] manifest)
    {
        try
        {
            using var document = JsonDocument.Parse(manifest);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) throw new CheckpointException(path, $"its manifest is {Kind(root)}, expected an object");
            var format = Text(root, nameof(CheckpointManifest.Format));
            if (format != CheckpointManifest.FormatName)
                throw new CheckpointException(path, $"its format is '{format}', expected '{CheckpointManifest.FormatName}'");
            var version = Text(root, nameof(CheckpointManifest.Version));
            if (version != $"{CheckpointManifest.CurrentVersion}")
                throw new CheckpointException(path, $"its version is {version}; this library reads {CheckpointManifest.CurrentVersion}");
        }
        catch (JsonException fault)
        {
            throw new CheckpointException(path, $"its manifest cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>The manifest, every field of which is what it may be.</summary>
    /// <exception cref="CheckpointException">The field, what it may be, and what it is.</exception>
    public CheckpointManifest Read(byte[] bytes)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<CheckpointManifest>(bytes, Json) ?? throw Fault("the manifest", "an object", "null");
            Check(manifest);
            return manifest;
        }
        catch (JsonException fault)
        {
            throw new CheckpointException(path, $"its manifest cannot be read: {fault.Message}", fault);
        }
    }

    private void Check(CheckpointManifest manifest)
    {
        NotEmpty(nameof(manifest.Model), manifest.Model);
        NotEmpty(nameof(manifest.Guide), manifest.Guide);
        NotEmpty(nameof(manifest.Optimizer), manifest.Optimizer);
        NotEmpty(nameof(manifest.Objective), manifest.Objective);
        foreach (var number in manifest.ObjectiveState.Values) Finite(nameof(manifest.ObjectiveState), number);
        Rates(nameof(manifest.LearningRates), manifest.LearningRates);
        Rates(nameof(manifest.InitialLearningRates), manifest.InitialLearningRates);
        if (manifest.LearningRates.Count != manifest.InitialLearningRates.Count)
            throw Fault(nameof(manifest.InitialLearningRates), $"{manifest.LearningRates.Count} rates", $"{manifest.InitialLearningRates.Count}");
        Position(manifest.Position);
        Tensors(nameof(manifest.Columns), manifest.Columns);
        foreach (var total in manifest.Totals) Within(nameof(manifest.Totals), total, 1, int.MaxValue);
        Tensors(nameof(manifest.ModelState), manifest.ModelState);
        Tensors(nameof(manifest.GuideState), manifest.GuideState);
        Tensors(nameof(manifest.ObjectiveNetworks), manifest.ObjectiveNetworks);
        Frozen(manifest.Frozen);
        if (manifest.Average is { } average)
        {
            NotEmpty($"{nameof(manifest.Average)}.{nameof(average.Kind)}", average.Kind);
            Within($"{nameof(manifest.Average)}.{nameof(average.Count)}", average.Count, 0, manifest.Position.Step);
        }

        if (manifest.HighestBound?.Fault is { } fault)
            throw new CheckpointException(path, $"its manifest is no checkpoint's: {nameof(manifest.HighestBound)}.{fault}");
        foreach (var name in manifest.States.Keys) NotEmpty($"a name of {nameof(manifest.States)}", name);
    }

    private void Frozen(IReadOnlyList<FrozenEntry> frozen)
    {
        const string Name = nameof(CheckpointManifest.Frozen);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < frozen.Count; i++)
        {
            var entry = frozen[i] ?? throw Fault($"{Name}[{i}]", "a parameter", "null");
            NotEmpty($"{Name}[{i}].{nameof(entry.Name)}", entry.Name);
            if (!names.Add(entry.Name)) throw Fault($"{Name}[{i}].{nameof(entry.Name)}", "a name of its own", $"'{entry.Name}' again");
            if (entry.Until is { } until) Within($"{Name}[{i}].{nameof(entry.Until)}", until, 0, long.MaxValue);
        }
    }

    private void Position(TrainingPosition position)
    {
        const string Name = nameof(CheckpointManifest.Position);
        Within($"{Name}.{nameof(position.Step)}", position.Step, 0, MostSteps);
        Within($"{Name}.{nameof(position.Epoch)}", position.Epoch, 0, position.Step);

        // A step may have several batches.
        Within($"{Name}.{nameof(position.Batch)}", position.Batch, 0, position.Step == 0 ? 0 : int.MaxValue);
        var source = position.Source;
        if (position.Batch > 0 != source is not null)
        {
            var expected = position.Batch > 0 ? "the data of the epoch in progress" : "null between epochs";
            throw Fault($"{Name}.{nameof(position.Source)}", expected, source?.ToString() ?? "null");
        }

        if (source is not null) Source($"{Name}.{nameof(position.Source)}", source, position.Batch);
        Totals($"{Name}.{nameof(position.Totals)}", position.Totals, source?.Data.Rows ?? 0);
    }

    private void Source(string name, EpochSource source, int batch)
    {
        DataIdentity data = source.Data;
        NotEmpty($"{name}.{nameof(source.Data)}.{nameof(data.Name)}", data.Name);
        Within($"{name}.{nameof(source.Data)}.{nameof(data.Rows)}", data.Rows, 1, int.MaxValue);
        if (data.Fingerprint.Length != FingerprintDigits || !data.Fingerprint.All(char.IsAsciiHexDigitLower))
        {
            throw Fault(
                $"{name}.{nameof(source.Data)}.{nameof(data.Fingerprint)}", $"{FingerprintDigits} hexadecimal digits", $"'{data.Fingerprint}'");
        }

        Within($"{name}.{nameof(source.BatchSize)}", source.BatchSize, 1, int.MaxValue);
        Within($"{nameof(CheckpointManifest.Position)}.{nameof(TrainingPosition.Batch)}", batch, 1, source.Batches);
    }

    private void Totals(string name, EpochTotals totals, int rows)
    {
        Within($"{name}.{nameof(totals.Rows)}", totals.Rows, 0, rows);
        Finite($"{name}.{nameof(totals.Bound)}", totals.Bound);
        foreach (var part in totals.Parts)
        {
            if (part is null) throw Fault($"{name}.{nameof(totals.Parts)}", "parts", "null");
            NotEmpty($"{name}.{nameof(totals.Parts)}.{nameof(part.Site)}", part.Site);
        }

        if (totals.Parts.Count > 0 && totals.Rows == 0)
            throw Fault($"{name}.{nameof(totals.Parts)}", "no parts of no rows", $"{totals.Parts.Count} parts");
    }

    private void Tensors(string name, IReadOnlyList<TensorEntry> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < tensors.Count; i++)
        {
            var tensor = tensors[i] ?? throw Fault($"{name}[{i}]", "a tensor", "null");
            NotEmpty($"{name}[{i}].{nameof(tensor.Name)}", tensor.Name);
            if (!names.Add(tensor.Name)) throw Fault($"{name}[{i}].{nameof(tensor.Name)}", "a name of its own", $"'{tensor.Name}' again");
            if (!Enum.TryParse<ScalarType>(tensor.Type, out var type) || type.ToString() != tensor.Type)
                throw Fault($"{name}[{i}].{nameof(tensor.Type)}", "a scalar type", $"'{tensor.Type}'");
            if (StateFormat.TryCountElements(tensor.Shape) is null)
                throw Fault($"{name}[{i}].{nameof(tensor.Shape)}", "sizes of a tensor", $"[{string.Join(", ", tensor.Shape)}]");
        }
    }

    private void Rates(string name, IReadOnlyList<double> rates)
    {
        if (rates.Count == 0) throw Fault(name, "a rate for each group of parameters", "none");
        foreach (var rate in rates)
        {
            Finite(name, rate);
            if (rate < 0) throw Fault(name, "rates of at least 0", $"{rate}");
        }
    }

    private void NotEmpty(string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) throw Fault(name, "a name", value is null ? "null" : "an empty text");
    }

    private void Within(string name, long value, long least, long most)
    {
        if (value < least || value > most) throw Fault(name, $"{least} to {most}", $"{value}");
    }

    private void Finite(string name, double value)
    {
        if (!double.IsFinite(value)) throw Fault(name, "a finite number", $"{value}");
    }

    private CheckpointException Fault(string field, string expected, string found) =>
        new(path, $"its manifest is no checkpoint's: {field}: expected {expected}, found {found}");

    private static string Text(JsonElement root, string property) => root.TryGetProperty(property, out var value) ? value.ToString() : "";

    private static string Kind(JsonElement root) => root.ValueKind.ToString().ToLowerInvariant();
}
