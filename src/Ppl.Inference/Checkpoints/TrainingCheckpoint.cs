using System.Text.Json;
using Ppl.Common;
using Ppl.Contracts;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference.Checkpoints;

/// <summary>
/// A training run in one file: see <see cref="Svi.Save"/>. Reading gives new tensors and checked values; nothing of the run is changed
/// until all of them are there.
/// </summary>
internal sealed class TrainingCheckpoint : IDisposable
{
    private const string ModelPart = "model.bin";
    private const string GuidePart = "guide.bin";
    private const string ObjectivePart = "objective.bin";
    private const string OptimizerPart = "optimizer.bin";
    private const string RandomPart = "random.bin";
    private const string AveragePart = "average.bin";

    // No first-order optimizer keeps more tensors for a parameter; what else it writes for one, and for a group, is far shorter.
    private const int OptimizerTensors = 4;
    private const int OptimizerExtra = 4096;
    private const int LargestNumber = 16;

    // Steps of 1 ms each in eleven days; a schedule takes minutes for as many.
    private const long MostAdvances = 1_000_000_000;
    private readonly CheckpointFile file;

    private TrainingCheckpoint(CheckpointFile file, CheckpointManifest manifest) => (this.file, Manifest) = (file, manifest);

    public CheckpointManifest Manifest { get; }

    private string Path => file.Path;

    public static void Save(
        string path, CheckpointManifest manifest, TrainedNetworks networks, ParameterUpdater updater, AveragedWeights? average)
    {
        if (updater.Optimizers.FirstOrDefault(optimizer => optimizer is not OptimizerHelper) is { } mute)
            throw new PplArgumentException($"{mute.GetType().Name} cannot save its state, so that a run with it cannot be resumed.");
        foreach (var (name, state) in manifest.States)
        {
            if (state.ValueKind == JsonValueKind.Undefined) throw new PplArgumentException($"the callback '{name}' gave no state to save.");
        }

        var states = networks.All.ToDictionary(pair => Part(pair.Owner), pair => pair.Network.state_dict());
        var described = ManifestReader.Write(manifest with
        {
            ModelState = Entries(states[ModelPart]),
            GuideState = Entries(states[GuidePart]),
            ObjectiveNetworks = states.TryGetValue(ObjectivePart, out var own) ? Entries(own) : [],
        });
        if (described.Length > CheckpointFile.LargestManifest)
        {
            throw new PplArgumentException(
                $"the checkpoint's manifest would have {described.Length} bytes, of at most {CheckpointFile.LargestManifest}: "
                + $"the state of a callback ({string.Join(", ", manifest.States.Keys)}) is for a few numbers and names.");
        }

        List<(string, Action<Stream>)> parts =
        [
            .. states.Select(state => (state.Key, (Action<Stream>)(stream => StateFormat.Write(stream, state.Value)))),
            (OptimizerPart, stream => WriteOptimizers(stream, updater.Optimizers.Cast<OptimizerHelper>())),
            (RandomPart, RandomState.Now().Write),
        ];
        if (average is not null) parts.Add((AveragePart, stream => StateFormat.Write(stream, average.Values)));
        CheckpointFile.Write(path, described, parts);
    }

    /// <summary>Opens a file, and checks that it is whole and that its manifest is one.</summary>
    public static TrainingCheckpoint Open(string path)
    {
        var file = CheckpointFile.Open(path, out var manifest);
        try
        {
            return new TrainingCheckpoint(file, new ManifestReader(path).Read(manifest));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Fails before a long run rather than at its first checkpoint.</summary>
    public static void RequireWritable(string path)
    {
        if (TargetFile.OtherThanFile(path) is { } other) throw new IOException($"checkpoint {path}: the path is {other}");
        var target = TargetFile.AfterLinks(path);
        var folder = System.IO.Path.GetDirectoryName(target);
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"checkpoint {path}: folder '{folder}' does not exist");
        using var probe = Temporary.Beside(target);
        try
        {
            File.WriteAllBytes(probe.Path, []);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"checkpoint {path}: cannot be written: {fault.Message}", fault);
        }
    }

    /// <summary>Compares the model, the guide's type, the seed, and the data's columns where this run has seen some.</summary>
    public void CheckModel(nn.Module model, Guide guide, long seed, IReadOnlyList<TensorEntry> columns)
    {
        Require("model", Manifest.Model, model.GetType().FullName!);
        Require("guide", Manifest.Guide, guide.GetType().FullName!);
        if (Manifest.Seed != seed) throw new CheckpointException(Path, $"its seed is {Manifest.Seed}, that of this run {seed}");
        RequireSame("model", Manifest.ModelState, Entries(model));
        var inputs = guide.Plan.Inputs;
        if (Manifest.Columns.Count != inputs.Count)
            throw new CheckpointException(Path, $"it has {Manifest.Columns.Count} data columns, the model {inputs.Count}");
        for (var i = 0; i < inputs.Count; i++) Require($"data column {i}", Manifest.Columns[i].Name, inputs[i].Name);
        foreach (var (theirs, ours) in Manifest.Columns.Zip(columns))
        {
            if (theirs.Shape.SequenceEqual(ours.Shape)) continue;
            throw new CheckpointException(Path, $"its data column is {theirs}, that of this run {ours}: the guide's encoders were sized for that");
        }
    }

    /// <summary>Refuses a position that a schedule could not be brought to: it is advanced once for each step or epoch.</summary>
    public void CheckSchedule(ScheduleUnit unit)
    {
        var position = Manifest.Position;
        var (times, field) = unit == ScheduleUnit.Step ? (position.Step, nameof(position.Step)) : (position.Epoch, nameof(position.Epoch));
        if (times <= MostAdvances) return;
        throw new CheckpointException(
            Path,
            $"its {nameof(Manifest.Position)}.{field} is {times}; a learning rate schedule is advanced as often, and {MostAdvances} times at most");
    }

    /// <summary>Sizes the encoders of a guide that has seen no data yet, from the shapes of the data that the run was trained on.</summary>
    public void PrepareGuide(Guide guide)
    {
        using var scope = NewDisposeScope();
        var plan = guide.Plan;
        try
        {
            GuideSizing.Check(Path, Manifest, guide);
            Tensor[] tensors = [.. Manifest.Columns.Select((column, i) => Zeros(column, plan.Inputs[i].HasRows, guide))];
            GuidedPass.Prepare(guide, guide.Batch(tensors, Totals(plan)));
        }
        catch (Exception fault) when (fault is not CheckpointException)
        {
            // The model and the user's networks meet shapes that they were not written for.
            throw new CheckpointException(Path, $"the guide cannot be sized from its data columns: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// The totals that tensors of the guide have as a dimension, which the file's own length backs; one row where none has, so that a manifest
    /// alone takes no memory. Null for a file without totals.
    /// </summary>
    private long[]? Totals(ModelPlan plan)
    {
        if (Manifest.Totals.Count == 0) return null;
        var rows = plan.RowsPlates.Count();
        if (Manifest.Totals.Count != rows)
            throw new CheckpointException(Path, $"it has totals of {Manifest.Totals.Count} plates of rows, the model {rows}");
        var sizes = Manifest.GuideState.Where(entry => entry.Shape.Count > 0).Select(entry => entry.Shape[0]).ToHashSet();
        return [.. Manifest.Totals.Select(total => sizes.Contains(total) ? total : 1)];
    }

    /// <summary>Refuses a state of the same objective that lacks what it remembers.</summary>
    public void CheckObjective(Objective objective)
    {
        if (Manifest.Objective != objective.ToString()) return;
        if (Manifest.Position.Totals is { Rows: > 0, Parts.Count: 0 } && objective.UsesGuide)
            throw new CheckpointException(Path, $"its epoch's totals have no parts of sites, which {objective} has");
        Require("state of the objective", Names(Manifest.ObjectiveState.Keys), Names(objective.InitialState.Keys));

        static string Names(IEnumerable<string> keys) => $"({string.Join(", ", keys.Order(StringComparer.Ordinal))})";
    }

    /// <summary>Compares a guide that is prepared, and the sites of its runs, which nobody knows before.</summary>
    public void CheckGuide(Guide guide)
    {
        RequireSame("guide", Manifest.GuideState, Entries(guide));
        CheckParts(guide);
    }

    /// <summary>Compares the networks of the objective: another objective may have the same ones.</summary>
    public void CheckNetworks(Objective objective) =>
        RequireSame("objective", Manifest.ObjectiveNetworks, objective.Networks is { } own ? Entries(own) : []);

    /// <summary>Reads the tensors of the networks into new ones.</summary>
    public LoadedState ReadNetworks(TrainedNetworks networks)
    {
        using var scope = NewDisposeScope();
        var loaded = new LoadedState();
        foreach (var (owner, network) in networks.All)
        {
            var state = network.state_dict();
            var length = StateFormat.Length(state);
            loaded.Add(state.Values, Read(Part(owner), length, length, stream => StateFormat.Read(stream, state)));
        }

        loaded.KeepFrom(scope);
        return loaded;
    }

    public RandomState ReadRandom()
    {
        var length = RandomState.Now().Length;
        return Read(RandomPart, length, length, RandomState.Read);
    }

    /// <summary>Loads the states of new optimizers, which are to be disposed of where this fails.</summary>
    public void LoadOptimizers(ParameterUpdater updater)
    {
        Require("optimizer", Manifest.Optimizer, updater.Name);
        if (!updater.Optimizers.All(optimizer => optimizer is OptimizerHelper))
            throw new CheckpointException(Path, $"{Manifest.Optimizer} cannot load a state");
        var groups = updater.Optimizers.Sum(optimizer => optimizer.ParamGroups.Count());
        if (groups != Manifest.LearningRates.Count)
        {
            throw new CheckpointException(
                Path, $"its {Manifest.Optimizer} has {Manifest.LearningRates.Count} groups of parameters, that of this run {groups}");
        }

        var most = ((groups + updater.Optimizers.Count()) * (long)OptimizerExtra) + updater.Optimizers.SelectMany(o => o.parameters())
            .Sum(p => (OptimizerTensors * LargestNumber * p.numel()) + OptimizerExtra);
        Read(OptimizerPart, 1, most, stream =>
        {
            using var reader = new BinaryReader(stream);
            foreach (var optimizer in updater.Optimizers) ((OptimizerHelper)optimizer).load_state_dict(reader);
            return stream.Position == stream.Length ? true : throw new InvalidDataException("it is longer than the state");
        });
        if (!LearningRates.Of(updater.Optimizers).SequenceEqual(Manifest.LearningRates)
            || !LearningRates.InitialOf(updater.Optimizers).SequenceEqual(Manifest.InitialLearningRates))
        {
            throw new CheckpointException(Path, $"the learning rates of part '{OptimizerPart}' are not those of its manifest");
        }
    }

    /// <summary>Reads the averaged weights into those of this run.</summary>
    public void LoadAverage(AveragedWeights average, ParameterUpdater updater)
    {
        using var scope = NewDisposeScope();
        var like = updater.Trained.ToDictionary(p => p.FullName, p => (Tensor)p.Value);
        var length = StateFormat.Length(like);
        average.Load(updater.Trained, Read(AveragePart, length, length, stream => StateFormat.Read(stream, like)), Manifest.Average!.Count);
    }

    public void Dispose() => file.Dispose();

    private static void WriteOptimizers(Stream stream, IEnumerable<OptimizerHelper> optimizers)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        foreach (var optimizer in optimizers) optimizer.save_state_dict(writer);
    }

    /// <summary>Reads a part; whatever its reader says of bytes that it was not made for names the file and the part.</summary>
    private T Read<T>(string part, long least, long most, Func<Stream, T> read)
    {
        using var stream = file.OpenPart(part, least, most);
        try
        {
            return read(stream);
        }
        catch (Exception fault) when (fault is not CheckpointException)
        {
            throw new CheckpointException(Path, $"part '{part}' does not fit: {fault.Message}", fault);
        }
    }

    /// <summary>A row of a column, as data reach the model now: it may have been converted or moved since the column was seen.</summary>
    private static Tensor Zeros(TensorEntry column, bool isPlated, Guide guide)
    {
        long[] shape = isPlated ? [1, .. column.Shape] : [.. column.Shape];
        var type = Enum.Parse<ScalarType>(column.Type);
        if (is_floating_point(type)) type = guide.NumberType ?? type;
        return zeros(shape, dtype: type, device: BatchLoading.DeviceOf((nn.Module)guide.Model));
    }

    // The epoch's sums go on part by part.
    private void CheckParts(Guide guide)
    {
        var parts = Manifest.Position.Totals.Parts;
        var sites = guide.SitesOfRun.Select(site => site.Name).ToHashSet(StringComparer.Ordinal);
        if (parts.Count == 0 || (parts.Count == sites.Count && sites.SetEquals(parts.Select(part => part.Site)))) return;
        throw new CheckpointException(
            Path,
            $"its epoch's totals are of the sites {string.Join(", ", parts.Select(part => part.Site))}, "
            + $"those of the model are {string.Join(", ", sites)}");
    }

    private void Require(string what, string found, string expected)
    {
        if (found != expected) throw new CheckpointException(Path, $"its {what} is {found}, that of this run {expected}");
    }

    private void RequireSame(string what, IReadOnlyList<TensorEntry> found, IReadOnlyList<TensorEntry> expected)
    {
        for (var i = 0; i < Math.Max(found.Count, expected.Count); i++)
        {
            var (theirs, ours) = (i < found.Count ? found[i] : null, i < expected.Count ? expected[i] : null);
            if (theirs is not null && ours is not null && theirs.Matches(ours)) continue;
            throw new CheckpointException(
                Path, $"tensor {i} of its {what} is {theirs?.ToString() ?? "missing"}, that of this run {ours?.ToString() ?? "missing"}");
        }
    }

    private static string Part(string owner) => $"{owner}.bin";

    private static List<TensorEntry> Entries(nn.Module module) => Entries(module.state_dict());

    private static List<TensorEntry> Entries(Dictionary<string, Tensor> state) =>
        [.. state.Select(e => new TensorEntry(e.Key, e.Value.shape, e.Value.dtype.ToString()))];
}
