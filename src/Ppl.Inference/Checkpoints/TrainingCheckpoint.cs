using Ppl.Common;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference.Checkpoints;

/// <summary>A training run in one file: see <see cref="Svi.Save"/>.</summary>
internal sealed class TrainingCheckpoint
{
    private const string ModelPart = "model.bin";
    private const string GuidePart = "guide.bin";
    private const string OptimizerPart = "optimizer.bin";
    private const string RandomPart = "random.bin";
    private readonly string path;
    private readonly IReadOnlyDictionary<string, byte[]> parts;

    private TrainingCheckpoint(string path, CheckpointManifest manifest, IReadOnlyDictionary<string, byte[]> parts)
    {
        (this.path, Manifest, this.parts) = (path, manifest, parts);
    }

    public CheckpointManifest Manifest { get; }

    public static void Save(
        string path,
        nn.Module model,
        Guide guide,
        optim.Optimizer optimizer,
        string objective,
        long seed,
        TrainingPosition position,
        IReadOnlyList<TensorEntry> columns,
        IReadOnlyDictionary<string, string> states)
    {
        if (optimizer is not OptimizerHelper saved)
            throw new PplArgumentException($"{optimizer.GetType().Name} cannot save its state, so that a run with it cannot be resumed.");
        using var scope = NewDisposeScope();
        var manifest = new CheckpointManifest
        {
            Format = CheckpointManifest.FormatName,
            Version = CheckpointManifest.CurrentVersion,
            Model = model.GetType().FullName!,
            Guide = guide.GetType().FullName!,
            Optimizer = optimizer.GetType().Name,
            LearningRates = [.. optimizer.ParamGroups.Select(g => g.LearningRate)],
            Objective = objective,
            Seed = seed,
            Position = position,
            Columns = columns,
            States = states,
            ModelState = Entries(model),
            GuideState = Entries(guide),
        };
        CheckpointArchive.Write(path, manifest, new Dictionary<string, byte[]>
        {
            [ModelPart] = Bytes(writer => model.save(writer)),
            [GuidePart] = Bytes(writer => guide.save(writer)),
            [OptimizerPart] = Bytes(saved.save_state_dict),
            [RandomPart] = get_rng_state().data<byte>().ToArray(),
        });
    }

    /// <summary>Reads and checks a file; nothing else is touched.</summary>
    public static TrainingCheckpoint Open(string path)
    {
        var (manifest, parts) = CheckpointArchive.Read(path);
        foreach (var name in new[] { ModelPart, GuidePart, OptimizerPart, RandomPart })
        {
            if (!parts.ContainsKey(name)) throw new CheckpointException(path, $"part '{name}' is missing");
        }

        return new TrainingCheckpoint(path, manifest, parts);
    }

    /// <summary>Fails before a long run rather than at its first checkpoint.</summary>
    public static void RequireWritable(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (folder is null || Directory.Exists(path)) throw new IOException($"checkpoint {path}: the path is a folder");
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"checkpoint {path}: folder '{folder}' does not exist");
        using var probe = Temporary.Beside(path);
        try
        {
            File.WriteAllBytes(probe.Path, []);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"checkpoint {path}: cannot be written: {fault.Message}", fault);
        }
    }

    public void CheckModel(nn.Module model, Guide guide, long seed)
    {
        Require("model", Manifest.Model, model.GetType().FullName!);
        Require("guide", Manifest.Guide, guide.GetType().FullName!);
        if (Manifest.Seed != seed) throw new CheckpointException(path, $"its seed is {Manifest.Seed}, that of this run {seed}");
        RequireSame("model", Manifest.ModelState, Entries(model));
        if (Manifest.Columns.Count != guide.Plan.Inputs.Count)
            throw new CheckpointException(path, $"it has {Manifest.Columns.Count} data columns, the model {guide.Plan.Inputs.Count}");
    }

    /// <summary>Sizes the encoders of a guide that has seen no data yet, from the shapes of the data that the run was trained on.</summary>
    public void PrepareGuide(Guide guide)
    {
        if (guide.IsPrepared) return;
        using var scope = NewDisposeScope();
        var plan = guide.Plan;
        GuidedPass.Prepare(guide, guide.Batch([.. Manifest.Columns.Select((column, i) => Zeros(column, plan.Inputs[i].IsPlated))]));
    }

    public void CheckGuide(Guide guide) => RequireSame("guide", Manifest.GuideState, Entries(guide));

    /// <summary>Loads a new optimizer's state.</summary>
    /// <param name="optimizer">The optimizer, its schedule advanced to the position: the saved rates replace those that it set.</param>
    public void LoadOptimizer(optim.Optimizer optimizer)
    {
        Require("optimizer", Manifest.Optimizer, optimizer.GetType().Name);
        if (optimizer is not OptimizerHelper helper) throw new CheckpointException(path, $"{Manifest.Optimizer} cannot load a state");
        try
        {
            using var reader = Reader(OptimizerPart);
            helper.load_state_dict(reader);
        }
        catch (Exception fault) when (fault is not CheckpointException)
        {
            throw new CheckpointException(path, $"the {Manifest.Optimizer} state does not fit: {fault.Message}", fault);
        }

        LearningRates.Set(optimizer, Manifest.LearningRates);
    }

    public void LoadNetworks(nn.Module model, Guide guide)
    {
        using var scope = NewDisposeScope();
        using (var reader = Reader(ModelPart)) model.load(reader);
        using (var reader = Reader(GuidePart)) guide.load(reader);
        set_rng_state(tensor(parts[RandomPart], dtype: ScalarType.Byte));
    }

    private static Tensor Zeros(TensorEntry column, bool isPlated)
    {
        long[] shape = isPlated ? [1, .. column.Shape] : [.. column.Shape];
        return zeros(shape, dtype: Enum.Parse<ScalarType>(column.Type));
    }

    private void Require(string what, string found, string expected)
    {
        if (found != expected) throw new CheckpointException(path, $"its {what} is {found}, that of this run {expected}");
    }

    private void RequireSame(string what, IReadOnlyList<TensorEntry> found, IReadOnlyList<TensorEntry> expected)
    {
        for (var i = 0; i < Math.Max(found.Count, expected.Count); i++)
        {
            var (theirs, ours) = (i < found.Count ? found[i] : null, i < expected.Count ? expected[i] : null);
            if (theirs is not null && ours is not null && theirs.Matches(ours)) continue;
            throw new CheckpointException(
                path, $"tensor {i} of its {what} is {theirs?.ToString() ?? "missing"}, that of this run {ours?.ToString() ?? "missing"}");
        }
    }

    private static List<TensorEntry> Entries(nn.Module module) =>
        [.. module.state_dict().Select(e => new TensorEntry(e.Key, e.Value.shape, e.Value.dtype.ToString()))];

    private BinaryReader Reader(string part) => new(new MemoryStream(parts[part], writable: false));

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true)) write(writer);
        return stream.ToArray();
    }
}
